package intake

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// rememberAgent is for how long a customer is led back to who knows them.
const rememberAgent = 24 * time.Hour

// States of an interaction that decide what a new message needs.
const (
	stateNew     = "new"
	stateQueued  = "queued"
	stateOffered = "offered"
	stateActive  = "active"
	stateParked  = "parked"
	stateWrapUp  = "wrap_up"
)

// Receive stores a message of a customer and sees to it that somebody answers.
// The actor of ctx is the visitor, or the system for channels that know no visitors.
func (s *Service) Receive(ctx context.Context, in Inbound) (Receipt, error) {
	const op = "intake.Receive"
	if a := actor.From(ctx); a.Tenant == 0 || a.Kind == actor.User {
		return Receipt{}, errs.New(errs.Unauthenticated, op, "unauthenticated")
	}
	if err := in.check(op); err != nil {
		return Receipt{}, err
	}
	var (
		receipt Receipt
		held    id.Conversation
	)
	once := func(tx *db.Tx) (err error) {
		receipt, err = s.receive(ctx, tx, in, held)
		if err == nil && in.Settle != nil {
			err = in.Settle(ctx, tx, receipt)
		}
		return err
	}
	err := s.DB.Update(ctx, once)
	if aside, ok := errors.AsType[asideError](err); ok {
		held = aside.conversation
		err = s.DB.Update(ctx, once)
	}
	return receipt, errs.Op(op, err)
}

// asideError says that the work on a conversation was put aside and has to be
// taken up. Routing locks an interaction before its conversation, and so must we:
// everything is done again with the interaction locked first.
type asideError struct{ conversation id.Conversation }

func (asideError) Error() string { return "intake: the interaction is to be locked first" }

// receive does it all. held is the conversation whose work is to be taken up, if that is known.
func (s *Service) receive(ctx context.Context, tx *db.Tx, in Inbound, held id.Conversation) (Receipt, error) {
	if held != 0 {
		if err := s.Routing.Hold(ctx, tx, held); err != nil {
			return Receipt{}, err
		}
	}
	party, err := s.resolve(ctx, tx, in)
	if err != nil {
		return Receipt{}, err
	}
	c, started, err := s.Conversations.Open(ctx, tx, in.thread(party))
	if err != nil {
		return Receipt{}, err
	}
	if held == 0 && in.wakes() && putAside(c) {
		return Receipt{}, asideError{c.ID}
	}
	entry, duplicate, err := s.append(ctx, tx, &c, in.by(party))
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{
		Conversation: c.ID, Entry: entry.ID, Seq: entry.Seq, Kind: entry.Kind, Customer: party.Customer, ContactPoint: party.ContactPoint,
		Interaction: c.InteractionID, Started: started, Duplicate: duplicate, At: entry.ReceivedAt, Point: in.Point, From: in.From, Name: party.Name,
		Text: in.Text, OccurredAt: in.OccurredAt, Public: in.Public,
	}
	if duplicate {
		return receipt, nil
	}
	if in.Public.Begins {
		if err := s.Conversations.BeginWithPost(ctx, tx, in.Public.Post, c.ID); err != nil {
			return Receipt{}, err
		}
	}
	if in.wakes() {
		if receipt.Interaction, err = s.route(ctx, tx, c, in); err != nil {
			return Receipt{}, err
		}
		if err := s.hear(ctx, tx, c, receipt); err != nil {
			return Receipt{}, err
		}
	}
	return receipt, s.follow(ctx, tx, receipt)
}

// resolve finds out who wrote.
func (s *Service) resolve(ctx context.Context, tx *db.Tx, in Inbound) (customer.Party, error) {
	if in.Customer != 0 {
		return s.Customers.Proven(ctx, tx, in.Customer, in.seen())
	}
	if len(in.Known) > 0 {
		return s.Customers.ResolveKnown(ctx, tx, in.seen(), seenAs(in.Known, in.Point))
	}
	return s.Customers.Resolve(ctx, tx, in.seen())
}

// seenAs is how somebody was seen at an entry point by each of their ids.
func seenAs(all []Sender, at Point) []customer.Seen {
	seen := make([]customer.Seen, len(all))
	for i, f := range all {
		seen[i] = f.seen(at)
	}
	return seen
}

// wakes reports whether somebody has to look at what came in.
func (in *Inbound) wakes() bool { return in.Kind == conversation.Message && !in.Quiet }

// by returns in with who said it, where several people speak.
func (in Inbound) by(p customer.Party) said {
	s := said{Inbound: in}
	if in.Public.Post != 0 {
		s.by = p.ContactPoint
	}
	return s
}

// said is what somebody has said.
type said struct {
	Inbound

	by id.ContactPoint // 0: the customer
}

func (in *Inbound) seen() customer.Seen { return in.From.seen(in.Point) }

// seen is how somebody was seen at an entry point.
func (f Sender) seen(at Point) customer.Seen {
	return customer.Seen{
		Brand: at.Brand, EntryPoint: at.ID, Provider: f.Provider, Scope: f.Scope, ExternalID: f.ExternalID, DisplayName: f.Name,
		Email: f.Email, Phone: f.Phone, Language: f.Language, Verified: f.Verified,
	}
}

func (in *Inbound) thread(p customer.Party) conversation.Thread {
	t := threadOf(in.Point, in.Thread, in.Subject, p)
	t.Post = in.Public.Post
	return t
}

// threadOf is a thread with somebody at an entry point.
func threadOf(at Point, key, subject string, p customer.Party) conversation.Thread {
	return conversation.Thread{
		Brand: at.Brand, EntryPoint: at.ID, Channel: at.Channel, ExternalKey: key,
		ContactPoint: p.ContactPoint, Customer: p.Customer, CustomerName: p.Name, Subject: subject,
	}
}

// append adds the entry with its files. A repeated message is recognised before
// its files are asked for, because the first time has taken them.
func (s *Service) append(ctx context.Context, tx *db.Tx, c *conversation.Conversation, in said) (conversation.Entry, bool, error) {
	n := conversation.NewEntry{
		ID: id.New[id.Entry](), Kind: in.Kind, Author: conversation.ByCustomer, Target: in.Target, Text: in.Text, HTML: in.HTML,
		Data: in.Data, ExternalID: in.ExternalID, ClientID: in.ClientID, OccurredAt: in.OccurredAt, Quiet: in.Quiet,
		ContactPoint: in.by, Parent: in.Parent,
	}
	if len(in.Files) > 0 {
		if e, found, err := s.Conversations.FindAppended(ctx, tx, c, n); err != nil || found {
			return e, found, err
		}
		files, err := s.Files.Attach(ctx, tx, media.Use{Conversation: c.ID, Entry: n.ID, Files: in.Files})
		if err != nil {
			return conversation.Entry{}, false, err
		}
		n.Attachments = Named(files)
	}
	return s.Conversations.Append(ctx, tx, c, n)
}

// Named returns files as an entry names them.
func Named(files []media.Attachment) []conversation.File {
	named := make([]conversation.File, len(files))
	for i, f := range files {
		named[i] = conversation.File{ID: f.ID, Name: f.Name, Size: f.Size, Type: f.Type, Preview: f.Previewed()}
	}
	return named
}

// putAside reports whether the work on c goes on when its customer does.
func putAside(c conversation.Conversation) bool {
	return c.InteractionState == stateParked || c.InteractionState == stateWrapUp
}

// route sees to it that an interaction is open for c, which is locked with the
// copy of its newest interaction. A customer who goes on while the agent wraps up
// or has put the matter aside is led back to that agent.
func (s *Service) route(ctx context.Context, tx *db.Tx, c conversation.Conversation, in Inbound) (id.Interaction, error) {
	if putAside(c) {
		return c.InteractionID, s.Routing.Resume(ctx, tx, c.ID)
	}
	switch c.InteractionState {
	case stateNew, stateQueued, stateOffered, stateActive:
		return c.InteractionID, nil
	}
	w := Work{Conversation: c.ID, Brand: c.BrandID, Channel: c.Channel, Queue: in.Point.Queue, Priority: in.Point.Priority, Preferred: in.Preferred, ArrivedAt: tx.Now()}
	if c.LastAgentID != 0 && tx.Now().Sub(c.LastAgentAt) <= rememberAgent {
		w.Preferred = c.LastAgentID
	}
	return s.Routing.Enqueue(ctx, tx, w)
}

// hear lets those hear it who know what many say alike, where it begins work.
func (s *Service) hear(ctx context.Context, tx *db.Tx, c conversation.Conversation, r Receipt) error {
	if s.Choirs == nil || r.Public.Post == 0 || r.Public.Begins || r.Interaction == c.InteractionID {
		return nil
	}
	return s.Choirs.Hear(ctx, tx, r)
}

func (s *Service) follow(ctx context.Context, tx *db.Tx, r Receipt) error {
	if s.Next == nil {
		return nil
	}
	for _, args := range s.Next(r) {
		if err := job.Enqueue(ctx, tx, args); err != nil {
			return err
		}
	}
	return nil
}
