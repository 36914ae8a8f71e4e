package delivery

import (
	"context"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/platform/db"
)

const opBegin = "delivery.Begin"

// BeginInput names to whom the actor writes first, and from where.
type BeginInput struct {
	From     id.EntryPoint
	Customer id.Customer // to whom; 0: whose the address is, somebody new if it was never seen
	Address  string
	Name     string // of somebody new
	Subject  string
	Case     id.Case // of which the conversation becomes a part; 0: none
}

// Matters tie cases to conversations.
type Matters interface {
	// Tie makes a conversation a part of a case that the actor may edit; NotFound if there is none.
	Tie(ctx context.Context, tx *db.Tx, c id.Case, to id.Conversation) error
}

// Customers find out who stands behind an address.
type Customers interface {
	// Resolve returns whose an address is; one never seen is somebody new.
	Resolve(ctx context.Context, tx *db.Tx, seen customer.Seen) (customer.Party, error)
	// Addressee is Resolve for an address of a customer: one never seen becomes theirs.
	Addressee(ctx context.Context, tx *db.Tx, c id.Customer, seen customer.Seen) (customer.Party, error)
	// PointOf returns a contact point.
	PointOf(ctx context.Context, q db.Queryer, point id.ContactPoint) (customer.ContactPoint, error)
	// ConsentTo returns what holds of what a customer said about a purpose on a channel, and whether there is anything.
	ConsentTo(ctx context.Context, q db.Queryer, c id.Customer, about customer.Consent) (customer.Consent, bool, error)
}

// Begin begins a conversation in which the actor writes first, on a channel whose
// messages name their recipients, and the actor's work on it. What is written
// follows as a reply. It is the caller who sees to it that a request is done once.
func (s *Service) Begin(ctx context.Context, in BeginInput) (id.Conversation, error) {
	if _, err := actor.Require(ctx, opBegin, actor.ConversationReply); err != nil {
		return 0, err
	}
	in.Subject, in.Address = strings.TrimSpace(in.Subject), strings.TrimSpace(in.Address)
	var begun id.Conversation
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		from, err := s.sender(ctx, tx, opBegin, in.From)
		if err != nil {
			return err
		}
		seen, err := s.addressee(in, from)
		if err != nil {
			return err
		}
		party, err := s.resolve(ctx, tx, in.Customer, seen)
		if err != nil {
			return err
		}
		c, _, err := s.Conversations.Open(ctx, tx, conversation.Thread{
			Brand: from.Brand, EntryPoint: in.From, Channel: from.Channel, ExternalKey: "begun:" + id.New[id.Conversation]().String(),
			ContactPoint: party.ContactPoint, Customer: party.Customer, CustomerName: party.Name, Subject: in.Subject,
		})
		if err != nil {
			return err
		}
		begun, c.QueueID = c.ID, from.Queue
		if _, err = s.Beginning.WriteFirst(ctx, tx, c); err != nil {
			return err
		}
		return s.tie(ctx, tx, in.Case, c.ID)
	})
	return begun, errs.Op(opBegin, err)
}

// tie makes a conversation a part of the case for whose sake it was begun; 0: of none.
func (s *Service) tie(ctx context.Context, tx *db.Tx, matter id.Case, c id.Conversation) error {
	if matter == 0 {
		return nil
	}
	err := s.Matters.Tie(ctx, tx, matter, c)
	if errs.Is(errs.NotFound, err) {
		err = errs.Fields(opBegin, errs.Field{Path: "case_id", Code: "reference"})
	}
	return err
}

// sender returns the entry point from which the actor wants to write; a wrong field if there is none that they may use.
func (s *Service) sender(ctx context.Context, q db.Queryer, op string, point id.EntryPoint) (Sender, error) {
	from, err := s.Channels.Sender(ctx, q, point)
	if errs.Is(errs.NotFound, err) {
		return from, errs.Fields(op, errs.Field{Path: "from_id", Code: "reference"})
	}
	return from, err
}

// addressee checks to whom in is written.
func (s *Service) addressee(in BeginInput, from Sender) (customer.Seen, error) {
	l, known := s.Channels.Limits(from.Channel)
	if !known || l.Recipients == 0 {
		return customer.Seen{}, errs.Fields(opBegin, errs.Field{Path: "from_id", Code: "reference"})
	}
	if from.Queue == 0 {
		return customer.Seen{}, errs.New(errs.Conflict, opBegin, "mail.no_queue")
	}
	if err := l.CheckEnvelope(opBegin, channel.Envelope{Subject: in.Subject, To: []string{in.Address}}); err != nil {
		return customer.Seen{}, err
	}
	to := mailmsg.ParseAddress(in.Address)
	if to.Key() == "" {
		return customer.Seen{}, errs.Fields(opBegin, errs.Field{Path: "to", Code: "format.email"})
	}
	name := strings.TrimSpace(in.Name)
	if name == "" {
		name = to.Name
	}
	return customer.Seen{Brand: from.Brand, EntryPoint: in.From, Provider: from.Channel, ExternalID: to.Key(), DisplayName: name, Email: to.Addr}, nil
}

func (s *Service) resolve(ctx context.Context, tx *db.Tx, c id.Customer, seen customer.Seen) (customer.Party, error) {
	if c == 0 {
		return s.Customers.Resolve(ctx, tx, seen)
	}
	party, err := s.Customers.Addressee(ctx, tx, c, seen)
	if errs.Is(errs.NotFound, err) {
		return party, errs.Fields(opBegin, errs.Field{Path: "customer_id", Code: "reference"})
	}
	return party, err
}
