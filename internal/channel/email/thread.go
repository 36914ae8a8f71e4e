package email

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/token"
)

// belongs says where a mail belongs.
type belongs struct {
	point  id.EntryPoint // of the conversation
	thread string        // external key of the conversation
	begins bool          // nothing that we know leads to one
	other  bool          // the sender is not whom the conversation is with

	conversation id.Conversation // 0: it begins one
	channel      channel.Name    // of the conversation: chats go on by mail
	queue        id.Queue        // in which its customers wait
	customer     id.Customer     // whose the sender's address is, if it was never seen: theirs to whom we wrote there; 0: somebody new's
}

// find returns the conversation to which a mail belongs.
func (s *Service) find(ctx context.Context, r *reading) (belongs, error) {
	looks := []func(context.Context, *reading) (id.Conversation, error){s.byNames, s.byAddress, s.byMark, s.byNumber}
	for i, look := range looks {
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
		if !found {
			continue
		}
		if c.Channel != string(channel.Email) {
			b, err := s.elsewhere(ctx, r, c)
			if i == len(looks)-1 { // anybody can write a number
				b.customer = 0
			}
			return b, err
		}
		other, err := s.otherParty(ctx, r, c)
		return belongs{point: c.EntryPointID, thread: c.ExternalKey, other: other, conversation: c.ID, channel: channel.Email, queue: r.point.Queue}, err
	}
	return belongs{point: r.point.ID, thread: "mail:" + r.root(), begins: true, channel: channel.Email, queue: r.point.Queue}, nil
}

// elsewhere says where a mail belongs that answers one of ours about a
// conversation on another channel: there. Who answers from the address to which
// we wrote has shown that it is theirs.
func (s *Service) elsewhere(ctx context.Context, r *reading, c conversation.Conversation) (belongs, error) {
	b := belongs{point: c.EntryPointID, thread: c.ExternalKey, conversation: c.ID, channel: channel.Name(c.Channel), queue: r.point.Queue}
	p, err := s.Points.Lookup(ctx, s.DB, r.point.Tenant, c.EntryPointID)
	if err != nil {
		return b, err
	}
	if !p.Queue.IsZero() {
		b.queue = p.Queue
	}
	ours, err := s.wroteTo(ctx, c.ID, r.sender.Key())
	if b.other = !ours; ours {
		b.customer = c.CustomerID
	}
	return b, err
}

// wroteTo reports whether one of our newest mails about a conversation went to an address.
func (s *Service) wroteTo(ctx context.Context, key id.Conversation, address string) (bool, error) {
	mails, err := thread(ctx, s.DB, key)
	if err != nil || address == "" {
		return false, err
	}
	var ours []id.Entry
	for _, n := range mails {
		if n.Ours {
			ours = append(ours, n.EntryID)
		}
	}
	entries, err := s.Conversations.FindEntries(ctx, s.DB, ours)
	for _, e := range entries {
		var sent channel.Envelope
		if len(e.Data) == 0 || json.Unmarshal(e.Data, &sent) != nil { // its words were erased
			continue
		}
		for _, to := range sent.To {
			if mailmsg.ParseAddress(to).Key() == address {
				return true, nil
			}
		}
	}
	return false, err
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
	names = distinct(names)
	nearest := min(len(names), 1) // it is nearly always known, and looked up faster than a list
	for _, some := range [][]string{names[:nearest], names[nearest:]} {
		known, err := namesOf(ctx, s.DB, r.point.Brand, some)
		if err != nil {
			return 0, err
		}
		for _, n := range some {
			if found, ok := known[n]; ok {
				return found.ConversationID, nil
			}
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

// distinct returns the first names, without empty ones and repetitions.
func distinct(names []string) (out []string) {
	for _, n := range names {
		if n != "" && !slices.Contains(out, n) && len(out) < maxListed {
			out = append(out, n)
		}
	}
	return out
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

// carries reports whether conversations of a channel go on by mail.
func carries(name string) bool {
	return name == string(channel.Email) || name == string(channel.Webchat)
}

// ofBrand returns a conversation of the brand to whose mailbox a mail came, if it can go on by mail.
func (s *Service) ofBrand(ctx context.Context, r *reading, key id.Conversation) (conversation.Conversation, bool, error) {
	c, err := s.Conversations.Find(ctx, s.DB, key)
	if errs.Is(errs.NotFound, err) {
		return c, false, nil
	}
	return c, err == nil && c.BrandID == r.point.Brand && carries(c.Channel) && c.ExternalKey != "", err
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
