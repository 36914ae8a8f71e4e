package email

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"golang.org/x/sync/errgroup"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// Bounds of reading.
const (
	maxMail      = 40 << 20 // bytes; of a larger mail the header is taken, the rest stays in the mailbox
	maxHeader    = 1 << 20
	batchMails   = 100
	batchBytes   = 16 << 20 // of one command, but for a single mail
	smallMail    = 256 << 10
	putsAtOnce   = 8
	batchWithin  = 10 * time.Minute
	doneKeyword  = imap.Flag("$zongler")
	mediaTypeEml = "message/rfc822"
)

// listed is a mail as a mailbox lists it.
type listed struct {
	uid   imap.UID
	size  int64
	name  string // hash of the Message-ID; empty: it has none
	field string // hash of what else tells mails apart
	from  string // folded address of who says to have written it; empty: none can be read
}

// fetched is a mail that was taken from a mailbox.
type fetched struct {
	uid   imap.UID
	dedup string
	key   string
	size  int64
	cut   bool
	from  string
}

// newer returns the keys of all mails behind last, in order.
func (b *inbox) newer(ctx context.Context, last imap.UID) (uids []imap.UID, err error) {
	err = b.do(ctx, answerWithin, func() error {
		data, err := b.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{{imap.UIDRange{Start: last + 1, Stop: 0}}}}, nil).Wait()
		if err == nil {
			uids = data.AllUIDs()
		}
		return err
	})
	uids = slices.DeleteFunc(uids, func(u imap.UID) bool { return u <= last }) // "n:*" always names the last mail
	slices.Sort(uids)
	return uids, at(StepRead, err)
}

// tellApart are the fields by which mails without a Message-ID are told apart.
func tellApart() *imap.FetchItemBodySection {
	return &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Message-ID", "From", "Date", "Subject"}, Peek: true}
}

// list describes mails.
func (b *inbox) list(ctx context.Context, uids []imap.UID) (found []listed, err error) {
	section := tellApart()
	err = b.do(ctx, batchWithin, func() error {
		messages, err := b.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{
			UID: true, RFC822Size: true, BodySection: []*imap.FetchItemBodySection{section},
		}).Collect()
		for _, m := range messages {
			found = append(found, describe(m, m.FindBodySection(section)))
		}
		return err
	})
	slices.SortFunc(found, func(a, b listed) int { return int(int64(a.uid) - int64(b.uid)) })
	return found, at(StepRead, err)
}

func describe(m *imapclient.FetchMessageBuffer, header []byte) listed {
	l := listed{uid: m.UID, size: m.RFC822Size, field: hashOf(header)}
	head := mailmsg.ParseBytes(header, mailmsg.Limits{})
	l.from = head.Author().Key()
	if id := mailmsg.NormalizeID(head.MessageID); id != "" {
		l.name = nameOf(id)
	}
	return l
}

// nameOf returns the name under which a Message-ID is kept.
func nameOf(messageID string) string { return hashOf([]byte(messageID)) }

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// batches parts mails so that no batch is too long or too large.
func batches(all []listed) (parts [][]listed) {
	var size int64
	for i, l := range all {
		if len(parts) == 0 || len(parts[len(parts)-1]) >= batchMails || size+min(l.size, maxMail) > batchBytes {
			parts, size = append(parts, nil), 0
		}
		size += min(l.size, maxMail)
		parts[len(parts)-1] = append(parts[len(parts)-1], all[i])
	}
	return parts
}

// keeper stores the raw bytes of mails under keys of one mailbox.
type keeper struct {
	blobs  Blobs
	prefix string // of all keys
}

func (k keeper) key(uid imap.UID) string { return fmt.Sprintf("%s.%d", k.prefix, uid) }

// take fetches mails and stores them raw.
func (b *inbox) take(ctx context.Context, k keeper, mails []listed) ([]fetched, error) {
	whole, cut := splitBySize(mails)
	took, err := b.takeSection(ctx, k, whole, &imap.FetchItemBodySection{Peek: true})
	if err != nil {
		return nil, at(StepRead, err)
	}
	heads, err := b.takeSection(ctx, k, cut, &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true})
	return append(took, heads...), at(StepRead, err)
}

func splitBySize(mails []listed) (whole, cut []listed) {
	for _, l := range mails {
		if l.size > maxMail {
			cut = append(cut, l)
		} else {
			whole = append(whole, l)
		}
	}
	return whole, cut
}

func (b *inbox) takeSection(ctx context.Context, k keeper, mails []listed, section *imap.FetchItemBodySection) ([]fetched, error) {
	if len(mails) == 0 {
		return nil, nil
	}
	byUID := map[imap.UID]listed{}
	uids := make([]imap.UID, len(mails))
	for i, l := range mails {
		byUID[l.uid], uids[i] = l, l.uid
	}
	var took []fetched
	err := b.do(ctx, batchWithin, func() error {
		cmd := b.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
		puts, putting := errgroup.WithContext(ctx)
		puts.SetLimit(putsAtOnce)
		for m := cmd.Next(); m != nil; m = cmd.Next() {
			f, err := takeOne(putting, puts, k, m, byUID)
			if err != nil {
				_ = b.conn.Close() // what is still to come is of no use
				_, _ = puts.Wait(), cmd.Close()
				return err
			}
			if f.key != "" {
				f.cut = section.Specifier == imap.PartSpecifierHeader
				took = append(took, f)
			}
		}
		if err := puts.Wait(); err != nil {
			return err
		}
		return cmd.Close()
	})
	return took, err
}

// takeOne stores one mail: small ones beside each other from memory, large ones as they come.
func takeOne(ctx context.Context, puts *errgroup.Group, k keeper, m *imapclient.FetchMessageData, byUID map[imap.UID]listed) (fetched, error) {
	var (
		uid    imap.UID
		before []byte // a body that came before we knew whose it is
		f      fetched
	)
	store := func(literal imap.LiteralReader) (err error) {
		l, wanted := byUID[uid]
		if !wanted {
			return nil
		}
		f = fetched{uid: uid, key: k.key(uid), size: l.size, dedup: l.name, from: l.from}
		return storeOne(ctx, puts, k.blobs, &f, l, literal)
	}
	for item := m.Next(); item != nil; item = m.Next() {
		var err error
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = item.UID
		case imapclient.FetchItemDataBodySection:
			switch {
			case item.Literal == nil:
			case uid == 0:
				before, err = io.ReadAll(io.LimitReader(item.Literal, maxMail))
			default:
				err = store(item.Literal)
			}
		}
		if err != nil {
			return f, err
		}
	}
	if before != nil && f.key == "" {
		return f, store(inMemory{bytes.NewReader(before)})
	}
	return f, nil
}

// inMemory is a body that was read already.
type inMemory struct{ *bytes.Reader }

func storeOne(ctx context.Context, puts *errgroup.Group, blobs Blobs, f *fetched, l listed, literal imap.LiteralReader) error {
	if literal.Size() > smallMail {
		sum := sha256.New()
		err := blobs.Put(ctx, f.key, io.TeeReader(literal, sum), literal.Size(), mediaTypeEml)
		if f.dedup == "" {
			f.dedup = hashOf(sum.Sum([]byte(l.field)))
		}
		return err
	}
	data, err := io.ReadAll(io.LimitReader(literal, smallMail))
	if err != nil {
		return err
	}
	if f.dedup == "" {
		f.dedup = hashOf(append([]byte(l.field), bodyOf(data)...))
	}
	key := f.key
	puts.Go(func() error { return blobs.Put(ctx, key, bytes.NewReader(data), int64(len(data)), mediaTypeEml) })
	return nil
}

// bodyOf returns what follows the header: its trace differs from delivery to delivery.
func bodyOf(raw []byte) []byte {
	if _, body, found := bytes.Cut(raw, []byte("\r\n\r\n")); found {
		return body
	}
	return raw
}

// mark says in the mailbox that mails were taken: by a keyword, or by moving them.
func (b *inbox) mark(ctx context.Context, s Settings, mails []fetched) error {
	if len(mails) == 0 {
		return nil
	}
	uids := make([]imap.UID, 0, len(mails))
	for _, f := range mails {
		if !f.cut || s.DoneFolder == "" { // a mail that we have not whole stays where it is
			uids = append(uids, f.uid)
		}
	}
	if len(uids) == 0 {
		return nil
	}
	return at(StepRead, b.do(ctx, answerWithin, func() error {
		if s.DoneFolder != "" {
			_, err := b.client.Move(imap.UIDSetNum(uids...), s.DoneFolder).Wait()
			return at(StepFolder, err)
		}
		return b.client.Store(imap.UIDSetNum(uids...), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{doneKeyword}}, nil).Close()
	}))
}
