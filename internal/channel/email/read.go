package email

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/authres"
	"github.com/zongler/zongler/internal/kit/mailmsg/quote"
	"github.com/zongler/zongler/internal/kit/mailmsg/safehtml"
	"github.com/zongler/zongler/internal/kit/mailmsg/token"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Bounds of what one sender may send before it counts as a machine.
const (
	loopWindow = time.Hour
	loopMost   = 30
)

// Code of the catalogues for what stands in the place of a mail that is too large.
const textTooLarge = "mailbox.mail_too_large"

// reading is a mail that is being read.
type reading struct {
	row     mailRow
	point   channel.EntryPoint
	options Settings
	key     token.Key
	message *mailmsg.Message
	reason  mailmsg.Reason
	sender  mailmsg.Address
	quiet   bool
}

// Read reads mails that were stored: whose they are, which conversation they belong
// to, what they say. Read again they change nothing. One of several that cannot be read
// does not hold up the others: it gets a job of its own.
func (s *Service) Read(ctx context.Context, j Read) error {
	const op = "email.Read"
	if len(j.More) == 0 {
		return errs.Op(op, s.readOne(ctx, j.Mail))
	}
	for _, key := range append([]int64{j.Mail}, j.More...) {
		err := s.readOne(ctx, key)
		if ctx.Err() != nil {
			return errs.E(errs.Unavailable, op, ctx.Err())
		}
		if err == nil {
			continue
		}
		s.Log.Warn("a mail of several could not be read", "err", err)
		err = s.DB.Update(ctx, func(tx *db.Tx) error {
			return job.Enqueue(ctx, tx, Read{Mail: key}, job.Unique(strconv.FormatInt(key, 10)))
		})
		if err != nil {
			return errs.Op(op, err)
		}
	}
	return nil
}

func (s *Service) readOne(ctx context.Context, key int64) error {
	const op = "email.readOne"
	row, found, err := findMail(ctx, s.DB, key)
	if err != nil || !found || row.State != string(stateStored) {
		return errs.Op(op, err)
	}
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return errs.E(errs.Unavailable, op, ctx.Err())
	}
	r, err := s.open(ctx, row)
	if err != nil {
		return errs.Op(op, err)
	}
	return errs.Op(op, s.understand(ctx, r))
}

// open reads the bytes of a mail and looks at its sender.
func (s *Service) open(ctx context.Context, row mailRow) (*reading, error) {
	r := &reading{row: row}
	tenant := actor.From(ctx).Tenant
	var err error
	if r.point, err = s.Points.Lookup(ctx, s.DB, tenant, row.EntryPointID); err != nil {
		return nil, err
	}
	if r.options, err = parseSettings(r.point.Config); err != nil {
		return nil, err
	}
	if r.key, err = s.key(ctx, tenant); err != nil {
		return nil, err
	}
	raw, err := s.raw(ctx, row)
	if err != nil {
		return nil, err
	}
	r.message = mailmsg.ParseBytes(raw, mailmsg.Limits{})
	r.sender = r.message.Author()
	r.reason = mailmsg.Automatic(r.message, mailmsg.Ours{Addresses: []string{r.point.Address}, Loops: []string{r.point.Address}})
	return r, nil
}

func (s *Service) raw(ctx context.Context, row mailRow) ([]byte, error) {
	body, _, err := s.Blobs.Get(ctx, row.BlobKey)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(body, maxMail+maxHeader))
	return raw, errors.Join(err, body.Close())
}

// understand decides what a mail is.
func (s *Service) understand(ctx context.Context, r *reading) error {
	if _, ours := r.key.ReadMessageID(r.message.MessageID); ours {
		e, _, err := s.ourMail(ctx, r, r.message.MessageID)
		if err != nil {
			return err
		}
		return s.DB.Update(ctx, func(tx *db.Tx) error {
			return s.settle(ctx, tx, r, settled{state: stateOwn, conversation: e.ConversationID}) // a copy of our own mail: it goes with what it belongs to
		})
	}
	if told, err := s.bounced(ctx, r); err != nil || told {
		return err
	}
	from := r.sender.Key()
	if from == "" { // each is somebody else: what cannot be read is not the same person
		from = "unknown " + r.row.Dedup
		r.sender.Name = shown(r.sender)
	}
	n, err := countFrom(ctx, s.DB, r.point.ID, from, r.row.ReceivedAt.Add(-loopWindow))
	if err != nil {
		return err
	}
	if n >= loopMost && r.reason == "" {
		r.reason = "loop"
	}
	r.quiet = r.reason.Machine() || r.reason == "loop"
	in, err := s.inbound(ctx, r, from)
	if err != nil {
		return err
	}
	in.Settle = func(ctx context.Context, tx *db.Tx, at Stored) error {
		return s.settle(ctx, tx, r, settled{stateRead, from, at.Conversation, at.Entry})
	}
	_, err = s.Intake.Receive(ctx, in)
	return err
}

// inbound makes of a mail what the rest of the house understands.
func (s *Service) inbound(ctx context.Context, r *reading, from string) (Inbound, error) {
	where, err := s.find(ctx, r)
	if err != nil {
		return Inbound{}, err
	}
	h := headerOf(r.message, r.reason)
	h.Other = where.other
	if found := authres.Read(r.message.Header, r.options.TrustedServer); !found.IsZero() {
		h.Checks = &found
	}
	in := Inbound{
		Point: where.point, Channel: where.channel, Of: where.conversation, Queue: where.queue, At: r.point, Customer: where.customer, Thread: where.thread, ExternalID: "mail:" + r.row.Dedup, Subject: clipRunes(h.Subject, maxSubject),
		From: channel.Party{
			Provider: string(channel.Email), ExternalID: from, DisplayName: clipRunes(r.sender.Name, maxName), Email: r.sender.Addr,
		},
		OccurredAt: dateOf(r.message, r.row.ReceivedAt), Quiet: r.quiet && (!where.begins || !r.routed()),
	}
	if r.row.Cut {
		h.Cut, h.Size = true, r.row.Size
		in.Text = s.tooLarge(r.row.Size)
	} else if in.Files, err = s.files(ctx, r, &h); err != nil {
		return in, err
	}
	if !r.row.Cut {
		in.Text, in.HTML = s.texts(r.message, &h)
	}
	if strings.TrimSpace(in.Text) == "" && in.HTML == "" && len(in.Files) == 0 {
		in.Text = nothing(h.Subject)
	}
	in.Data, err = h.data()
	return in, err
}

// routed reports whether a machine's mail that begins a conversation waits for an agent: never an answer of one.
func (r *reading) routed() bool {
	return r.options.RouteMachines && !strings.HasPrefix(strings.ToLower(r.message.Header.Get("Auto-Submitted")), "auto-replied") && r.reason != "loop"
}

// nothing stands in the place of a mail without text and files.
func nothing(subject string) string {
	if strings.TrimSpace(subject) != "" {
		return subject
	}
	return "—"
}

// texts returns what is new in a mail, and its HTML cleaned with quotes folded. A
// mail without HTML has some only where it repeats another: so nothing of it is lost.
func (s *Service) texts(m *mailmsg.Message, h *Header) (text, formatted string) {
	visible, folded := quote.OfMessage(m.Text, m.HTML)
	if folded == "" && strings.TrimSpace(m.HTML) == "" {
		folded = quote.TextHTML(m.Text)
	}
	if folded == "" {
		return visible, ""
	}
	clean := s.cleaner.Clean(folded, safehtml.Options{CID: func(contentID string) (string, bool) {
		key, ok := h.Inline[contentID]
		return attachmentPath + key.String(), ok
	}})
	h.Remote = clean.Remote
	if len(clean.HTML) > safehtml.MaxInput {
		return visible, "" // no entry is that long; the original has it
	}
	return visible, clean.HTML
}

// tooLarge says that a mail is larger than we take.
func (s *Service) tooLarge(size int64) string {
	return s.Texts.Text("en", "errors", textTooLarge, map[string]any{"megabytes": size >> 20})
}

// files stores the files of a mail. What may not be kept is named and stays in the original.
func (s *Service) files(ctx context.Context, r *reading, h *Header) ([]id.Attachment, error) {
	var keys []id.Attachment
	for _, a := range r.message.Attachments {
		if a.Signature {
			continue
		}
		if len(keys) == channel.MaxInboundFiles {
			h.hold(a.Name, "attachment.count")
			continue
		}
		f, err := s.Files.Arrive(ctx, r.point.ID, a.Name, a.Open())
		switch {
		case errs.Is(errs.Invalid, err) || errs.Is(errs.Exhausted, err):
			h.hold(a.Name, errs.CodeOf(err))
			continue
		case err != nil:
			return nil, err
		}
		keys = append(keys, f.ID)
		if a.Inline && a.ContentID != "" {
			if h.Inline == nil {
				h.Inline = map[string]id.Attachment{}
			}
			h.Inline[a.ContentID] = f.ID
		}
	}
	return keys, nil
}

func (h *Header) hold(name, code string) {
	if len(h.Withheld) < maxNotes {
		h.Withheld = append(h.Withheld, withheld{name, code})
	}
}

// settle keeps what a mail has become, and its name and parties for those that follow.
func (s *Service) settle(ctx context.Context, tx *db.Tx, r *reading, to settled) error {
	if err := settleMail(ctx, tx, r.row.ID, to); err != nil || to.conversation == 0 {
		return err
	}
	if r.message.MessageID != "" {
		err := keepName(ctx, tx, r.point.Brand, named{MessageID: r.message.MessageID, ConversationID: to.conversation, EntryID: to.entry})
		if err != nil {
			return err
		}
	}
	if to.state != stateRead {
		return nil
	}
	if err := s.Customers.ClearBounce(ctx, tx, r.point.Brand, to.sender); err != nil {
		return err
	}
	parties := []string{to.sender}
	for _, a := range r.message.Recipients()[:min(len(r.message.Recipients()), maxListed)] {
		parties = append(parties, a.Key())
	}
	return keepParties(ctx, tx, to.conversation, parties)
}

// Original returns the bytes of the mail from which an entry was made.
func (s *Service) Original(ctx context.Context, conversation id.Conversation, entry id.Entry) (io.ReadSeekCloser, error) {
	const op = "email.Original"
	if _, err := actor.Require(ctx, op, actor.NamesRead); err != nil { // it is full of them
		return nil, err
	}
	c, err := s.Conversations.Visible(ctx, s.DB, actor.ConversationRead, conversation)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	row, err := mailOf(ctx, s.DB, entry)
	if err == nil && row.ConversationID != c.ID {
		err = errs.New(errs.NotFound, op, "not_found")
	}
	if err != nil {
		return nil, errs.Op(op, err)
	}
	body, _, err := s.Blobs.Get(ctx, row.BlobKey)
	return body, errs.Op(op, err)
}
