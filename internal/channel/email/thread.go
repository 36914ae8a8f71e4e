package email

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg/token"
)

// belongs says where a mail belongs.
type belongs struct {
	point  id.EntryPoint // of the conversation
	thread string        // external key of the conversation
	begins bool          // nothing that we know leads to one
	other  bool          // the sender is not whom the conversation is with
}

// find returns the conversation to which a mail belongs.
func (s *Service) find(ctx context.Context, r *reading) (belongs, error) {
	for _, look := range []func(context.Context, *reading) (id.Conversation, error){s.byNames, s.byAddress, s.byMark, s.byNumber} {
		key, err := look(ctx, r)
		if err != nil {
			return belongs{}, err
		}
		if key == 0 {
			continue
		}
		c, found, err := s.ofBrand(ctx, r, key)
		if err != nil {
			return belongs{}, err
		}
		if found {
			other, err := s.otherParty(ctx, r, c)
			return belongs{point: c.EntryPointID, thread: c.ExternalKey, other: other}, err
		}
	}
	return belongs{point: r.point.ID, thread: "mail:" + r.root(), begins: true}, nil
}

// root names the thread of a mail that leads to nothing that we know: its oldest
// reference. Mails of one thread that come in any order, or at once, agree on it.
func (r *reading) root() string {
	m := r.message
	for _, list := range [][]string{m.References, m.InReplyTo, {m.MessageID}} {
		if len(list) > 0 && list[0] != "" {
			return nameOf(list[0])
		}
	}
	return r.row.Dedup
}

// byNames looks for the mails that a mail answers, the nearest first.
func (s *Service) byNames(ctx context.Context, r *reading) (id.Conversation, error) {
	names := slices.Clone(r.message.InReplyTo)
	for _, ref := range slices.Backward(r.message.References) {
		names = append(names, ref)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "" })
	names = names[:min(len(names), maxListed)]
	known, err := namesOf(ctx, s.DB, r.point.Brand, names)
	if err != nil {
		return 0, err
	}
	for _, n := range names {
		if found, ok := known[n]; ok {
			return found.ConversationID, nil
		}
	}
	for _, n := range names { // our own names say by themselves whose they are
		if entry, ours := r.key.ReadMessageID(n); ours {
			e, err := s.Conversations.FindEntry(ctx, s.DB, id.Entry(entry))
			if errs.Is(errs.NotFound, err) {
				continue
			}
			return e.ConversationID, err
		}
	}
	return 0, nil
}

// byAddress looks for our token in the addresses to which a mail was sent.
func (s *Service) byAddress(_ context.Context, r *reading) (id.Conversation, error) {
	addresses := r.message.Header.Values("Delivered-To")
	addresses = append(addresses, r.message.Header.Values("X-Original-To")...)
	for _, a := range r.message.Recipients() {
		addresses = append(addresses, a.Addr)
	}
	for _, a := range addresses[:min(len(addresses), maxListed)] {
		if key, _, ok := r.key.ReadAddress(a); ok {
			return id.Conversation(key), nil
		}
	}
	return 0, nil
}

// byMark looks for our signed mark in what the mail quotes.
func (s *Service) byMark(_ context.Context, r *reading) (id.Conversation, error) {
	for _, text := range []string{r.message.Text, r.message.HTML} {
		if key, ok := r.key.FindMarker(text); ok {
			return id.Conversation(key), nil
		}
	}
	return 0, nil
}

// byNumber believes the number in the subject only of who has a part in the conversation.
func (s *Service) byNumber(ctx context.Context, r *reading) (id.Conversation, error) {
	number, ok := token.Number(r.message.Subject)
	if !ok || number <= 0 {
		return 0, nil
	}
	known, err := isParty(ctx, s.DB, id.Conversation(number), r.sender.Key())
	if err != nil || !known {
		return 0, err
	}
	return id.Conversation(number), nil
}

// ofBrand returns a conversation by mail of the brand to whose mailbox a mail came.
func (s *Service) ofBrand(ctx context.Context, r *reading, key id.Conversation) (conversation.Conversation, bool, error) {
	c, err := s.Conversations.Find(ctx, s.DB, key)
	if errs.Is(errs.NotFound, err) {
		return c, false, nil
	}
	return c, err == nil && c.BrandID == r.point.Brand && c.Channel == string(channel.Email) && c.ExternalKey != "", err
}

// otherParty reports whether the sender of a mail is not whom the conversation is with.
func (s *Service) otherParty(ctx context.Context, r *reading, c conversation.Conversation) (bool, error) {
	if c.ContactPointID == 0 {
		return false, nil
	}
	p, err := s.Customers.PointOf(ctx, s.DB, c.ContactPointID)
	if errs.Is(errs.NotFound, err) {
		return true, nil
	}
	return p.ExternalID != r.sender.Key(), err
}
