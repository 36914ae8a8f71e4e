package email

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/compose"
	"github.com/zongler/zongler/internal/kit/mailmsg/token"
	"github.com/zongler/zongler/internal/platform/db"
)

// written is an answer as a mail.
type written struct {
	letter

	messageID string
	to        []string // folded addresses of all recipients
}

// context of an answer: what the mails before it say.
type before struct {
	conversation conversation.Conversation
	to           mailmsg.Address // whom the customer asked us to answer
	dead         bool            // nothing arrives at the address that the conversation is with
	subject      string
	names        []string // Message-IDs, the oldest first
}

// write makes the mail of an answer. It is the same at every try. Its Message-ID
// is kept before anything is sent: an answer to it may come at once.
func (s *Service) write(ctx context.Context, a account, out channel.Outgoing) (written, error) {
	prior, err := s.before(ctx, out)
	if err != nil {
		return written{}, lookFailure(err)
	}
	if out.Automatic && prior.dead && len(out.Envelope.To) == 0 { // a person may know better
		return written{}, channel.Fail(channel.Permanent, "delivery.dead_address", nil)
	}
	key, err := s.key(ctx, a.point.Tenant)
	if err != nil {
		return written{}, lookFailure(err)
	}
	sign, err := s.signature(ctx, a, out)
	if err != nil {
		return written{}, lookFailure(err)
	}
	m := written{messageID: key.MessageID(domainOf(a.point.Address), int64(out.Entry))}
	o := outgoing(ctx, a, out, prior, key)
	o.MessageID = m.messageID
	o.Text, o.HTML = body(out, sign, key)
	if m.mail, err = compose.New(o); err != nil {
		return written{}, channel.Fail(channel.Permanent, "delivery.malformed", err)
	}
	if err := a.sign(m.mail); err != nil {
		return written{}, lookFailure(err)
	}
	if m.size, err = sizeOf(m.mail); err != nil {
		return written{}, lookFailure(err)
	}
	m.returnTo = m.mail.Sender().Address
	if plus, ok := key.Address(a.point.Address, int64(out.Conversation)); ok && a.settings.BouncePlus {
		m.returnTo = plus
	}
	m.envelope = m.messageID
	for _, list := range [][]mailmsg.Address{o.To, o.Cc, o.Bcc} {
		for _, address := range list {
			m.to = append(m.to, address.Key())
		}
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		if err := keepName(ctx, tx, out.Brand, named{MessageID: m.messageID, ConversationID: out.Conversation, EntryID: out.Entry, Ours: true}); err != nil {
			return err
		}
		return keepParties(ctx, tx, out.Conversation, m.to)
	})
	return m, lookFailure(err)
}

// lookFailure is an error of our own stores: nothing was sent.
func lookFailure(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*channel.Failure](err); ok {
		return err
	}
	return channel.Fail(channel.Retry, "delivery.not_ready", err)
}

// before returns what an answer has to know of the mails before it.
func (s *Service) before(ctx context.Context, out channel.Outgoing) (before, error) {
	c, err := s.Conversations.Find(ctx, s.DB, out.Conversation)
	if err != nil {
		return before{}, err
	}
	b := before{conversation: c, subject: c.Subject}
	if c.ContactPointID != 0 {
		p, err := s.Customers.PointOf(ctx, s.DB, c.ContactPointID)
		if err != nil && !errs.Is(errs.NotFound, err) {
			return b, err
		}
		b.to, b.dead = mailmsg.Address{Name: p.DisplayName, Addr: p.ExternalID}, !p.BouncedAt.IsZero()
	}
	mails, err := thread(ctx, s.DB, c.ID)
	if err == nil && c.Channel != string(channel.Email) {
		mails, err = s.withoutOthers(ctx, mails)
	}
	if err != nil {
		return b, err
	}
	heard := false
	for _, n := range mails { // the newest first
		if n.EntryID == out.Entry {
			continue
		}
		b.names = append(b.names, n.MessageID)
		if n.Ours || heard {
			continue
		}
		heard = true
		if err := s.hear(ctx, &b, n); err != nil {
			return b, err
		}
	}
	slices.Reverse(b.names)
	return b, nil
}

// withoutOthers leaves out the mails of people with whom a conversation is not: a chat is with its visitor alone.
func (s *Service) withoutOthers(ctx context.Context, mails []named) ([]named, error) {
	var theirs []id.Entry
	for _, n := range mails {
		if !n.Ours {
			theirs = append(theirs, n.EntryID)
		}
	}
	if len(theirs) == 0 {
		return mails, nil
	}
	entries, err := s.Conversations.FindEntries(ctx, s.DB, theirs)
	if err != nil {
		return nil, err
	}
	others := map[id.Entry]bool{}
	for _, e := range entries {
		var h Header
		others[e.ID] = json.Unmarshal(e.Data, &h) != nil || h.Other // what cannot be read is nobody's
	}
	return slices.DeleteFunc(mails, func(n named) bool { return !n.Ours && others[n.EntryID] }), nil
}

// hear learns from the customer's newest mail what its answer is called and where it goes.
func (s *Service) hear(ctx context.Context, b *before, n named) error {
	e, err := s.Conversations.FindEntry(ctx, s.DB, n.EntryID)
	if err != nil {
		return err
	}
	var h Header
	if err := json.Unmarshal(e.Data, &h); err != nil { // not one of ours: it says nothing
		return nil //nolint:nilerr // what cannot be read is not used
	}
	if h.Subject != "" {
		b.subject = h.Subject
	}
	if h.ReplyTo != "" && mailmsg.ParseAddress(h.From).Key() == b.to.Key() {
		b.to = mailmsg.ParseAddress(h.ReplyTo)
	}
	return nil
}

// outgoing joins an answer with what its mailbox and the mails before it say.
func outgoing(ctx context.Context, a account, out channel.Outgoing, prior before, key token.Key) compose.Outgoing {
	e := out.Envelope
	o := compose.Outgoing{
		From: mailmsg.Address{Name: senderName(a, out), Addr: a.point.Address},
		To:   addresses(e.To), Cc: addresses(e.Cc), Bcc: addresses(e.Bcc),
		Subject: subjectOf(a, e.Subject, prior), References: prior.names, Date: time.Now(),
		Loop: a.point.Address,
	}
	if out.Automatic {
		o.Automatic = compose.Replied
	}
	if len(o.To) == 0 && prior.to.Addr != "" {
		o.To = []mailmsg.Address{prior.to}
	}
	if n := len(prior.names); n > 0 {
		o.InReplyTo = prior.names[n-1]
	}
	if a.settings.PlusAddressing {
		if plus, ok := key.Address(a.point.Address, int64(out.Conversation)); ok {
			o.ReplyTo = []mailmsg.Address{{Name: o.From.Name, Addr: plus}}
		}
	}
	within := map[id.Attachment]string{}
	for name, key := range out.Envelope.Inline {
		within[key] = name
	}
	for _, f := range out.Attachments {
		file := compose.File{Name: f.Name, Type: f.Type, ContentID: within[f.ID], Open: func() (io.ReadCloser, error) {
			return out.Open(ctx, f)
		}}
		if file.ContentID != "" {
			o.Inline = append(o.Inline, file)
		} else {
			o.Files = append(o.Files, file)
		}
	}
	return o
}

func senderName(a account, out channel.Outgoing) string {
	if a.settings.DisplayName != "" {
		return a.settings.DisplayName
	}
	return out.Author
}

func subjectOf(a account, subject string, prior before) string {
	switch {
	case subject != "":
	case len(prior.names) == 0: // we write first
		subject = prior.subject
	default:
		subject = "Re: " + token.BareSubject(prior.subject)
	}
	if a.settings.SubjectNumber {
		subject = token.WithNumber(subject, int64(prior.conversation.ID))
	}
	return subject
}

func addresses(list []string) []mailmsg.Address {
	all := make([]mailmsg.Address, 0, len(list))
	for _, text := range list {
		all = append(all, mailmsg.ParseAddress(text))
	}
	return all
}

// body returns text and HTML of an answer with the signature, what is quoted or passed on, and our mark below.
func body(out channel.Outgoing, sign signed, key token.Key) (string, string) {
	text, passedText, formatted, passedHTML := aboveQuote(out)
	if sign.text != "" {
		text += "\n\n-- \n" + sign.text
		if formatted != "" {
			formatted += "<br><br>-- <br>" + sign.html
		}
	}
	if out.Quote != "" {
		text += "\n\n" + out.Quote
		if formatted != "" {
			formatted += "<br><br>" + htmltext.FromText(out.Quote)
		}
	}
	if passedText != "" {
		text = strings.TrimLeft(text+"\n\n", "\n") + passedText
	}
	formatted += passedHTML
	text += "\n\n" + key.MarkerText(int64(out.Conversation))
	if formatted != "" {
		formatted += key.MarkerHTML(int64(out.Conversation))
	}
	return text, formatted
}

// keepSent keeps a mail of a mailbox without servers, and forgets those long ago.
func (s *Service) keepSent(ctx context.Context, a account, m written) error {
	raw, err := m.mail.Bytes()
	if err != nil {
		return lookFailure(err)
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		return keepSunk(ctx, tx, a.point, sunk{MessageID: m.messageID, Recipients: strings.Join(m.to, ", "), Raw: raw})
	})
	return lookFailure(err)
}
