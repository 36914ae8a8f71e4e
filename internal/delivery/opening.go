package delivery

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/phone"
	"github.com/zongler/zongler/internal/platform/db"
)

const opOpening = "delivery.OpenWithTemplate"

// OpeningInput names to whom the actor writes first, and in which approved words.
type OpeningInput struct {
	From     id.EntryPoint
	Customer id.Customer
	Point    id.ContactPoint // of theirs, where they were met on the channel; 0: Number says where
	Number   string
	Template channel.TemplateUse
	Case     id.Case // of which the conversation becomes a part; 0: none
}

// SenderTemplates returns what the provider of an entry point of ours has approved for writing first.
func (s *Service) SenderTemplates(ctx context.Context, point id.EntryPoint) ([]channel.Template, error) {
	const op = "delivery.SenderTemplates"
	if _, err := actor.Require(ctx, op, actor.ConversationReply); err != nil {
		return nil, err
	}
	if _, err := s.Channels.Sender(ctx, s.DB, point); err != nil { // it is what is asked for, not a field
		return nil, errs.Op(op, err)
	}
	if _, _, err := s.opener(ctx, s.DB, op, point); err != nil {
		return nil, err
	}
	return s.approved(ctx, op, point)
}

// OpenWithTemplate writes first to a customer in words that a provider has approved: the
// conversation, which may be one that has ended, is the actor's work. Nobody is written to who
// has said that they do not want it, and nobody who has never written and never agreed to it.
// It is the caller who sees to it that a request is done once.
func (s *Service) OpenWithTemplate(ctx context.Context, in OpeningInput) (id.Conversation, error) {
	if _, err := actor.Require(ctx, opOpening, actor.ConversationReply); err != nil {
		return 0, err
	}
	if _, _, err := s.opener(ctx, s.DB, opOpening, in.From); err != nil {
		return 0, err
	}
	// The provider is asked before the transaction, which never spans a call.
	all, err := s.approved(ctx, opOpening, in.From)
	if err != nil {
		return 0, err
	}
	t, text, err := filled(opOpening, in.Template, all)
	if err != nil {
		return 0, err
	}
	var begun id.Conversation
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		c, err := s.openTo(ctx, tx, in, t)
		if err != nil {
			return err
		}
		begun = c.ID
		if _, err := s.Beginning.WriteFirst(ctx, tx, c); err != nil {
			return err
		}
		if err := s.tie(ctx, tx, in.Case, c.ID); err != nil {
			return err
		}
		_, err = s.reply(ctx, tx, ReplyInput{
			Conversation: c.ID, Text: text, Template: &in.Template, ClientID: "begun:" + id.New[id.Entry]().String(), Force: true,
		})
		return err
	})
	return begun, errs.Op(opOpening, err)
}

// opener returns the entry point from which the actor wants to write first, and how that is done there.
func (s *Service) opener(ctx context.Context, q db.Queryer, op string, point id.EntryPoint) (Sender, channel.Opening, error) {
	from, err := s.sender(ctx, q, op, point)
	if err != nil {
		return from, nil, err
	}
	opening, may := s.Channels.Opening(from.Channel)
	if l, known := s.Channels.Limits(from.Channel); !may || !known || !l.Can(channel.ActTemplate) {
		return from, nil, errs.New(errs.Conflict, op, channel.Cannot(channel.ActTemplate).Code)
	}
	if from.Queue == 0 {
		return from, nil, errs.New(errs.Conflict, op, "opening.no_queue")
	}
	return from, opening, nil
}

// openTo returns the thread with whom in names, which is locked and has no open work.
func (s *Service) openTo(ctx context.Context, tx *db.Tx, in OpeningInput, t channel.Template) (conversation.Conversation, error) {
	from, opening, err := s.opener(ctx, tx, opOpening, in.From)
	if err != nil {
		return conversation.Conversation{}, err
	}
	to, err := s.at(ctx, tx, in, from, opening)
	if err != nil {
		return conversation.Conversation{}, err
	}
	party, err := s.Customers.Addressee(ctx, tx, in.Customer, customer.Seen{
		Brand: from.Brand, EntryPoint: in.From, Provider: to.Provider, Scope: to.Scope, ExternalID: to.ExternalID, Phone: to.Phone,
	})
	switch {
	case errs.Is(errs.NotFound, err):
		return conversation.Conversation{}, wrong("customer_id", "reference")
	case err != nil:
		return conversation.Conversation{}, err
	case party.Customer != in.Customer:
		return conversation.Conversation{}, wrong("number", "opening.anothers")
	}
	c, _, err := s.Conversations.Open(ctx, tx, conversation.Thread{
		Brand: from.Brand, EntryPoint: in.From, Channel: from.Channel, ExternalKey: opening.ThreadWith(to),
		ContactPoint: party.ContactPoint, Customer: party.Customer, CustomerName: party.Name,
	})
	switch {
	case err != nil:
		return c, err
	case c.Open:
		return c, errs.New(errs.Conflict, opOpening, "opening.under_way").With(errs.Values{"conversation": c.ID.String()})
	}
	c.QueueID = from.Queue
	return c, s.agreed(ctx, tx, c, t)
}

// at returns who has the contact point or the number that in names.
func (s *Service) at(ctx context.Context, q db.Queryer, in OpeningInput, from Sender, opening channel.Opening) (channel.Party, error) {
	if in.Point == 0 {
		number, ok := phone.Normalize(in.Number, "")
		if !ok {
			return channel.Party{}, wrong("number", "opening.number")
		}
		return opening.AtNumber(number), nil
	}
	p, err := s.Customers.PointOf(ctx, q, in.Point)
	if errs.Is(errs.NotFound, err) || err == nil && (p.BrandID != from.Brand || p.Provider != opening.AtNumber("").Provider) {
		return channel.Party{}, wrong("contact_point_id", "reference")
	}
	return channel.Party{Provider: p.Provider, Scope: p.Scope, ExternalID: p.ExternalID}, err
}

// agreed refuses a template to somebody who does not want it. Who has written there may be
// answered; what advertises needs a yes of its own.
func (s *Service) agreed(ctx context.Context, tx *db.Tx, c conversation.Conversation, t channel.Template) error {
	needs := map[customer.Purpose]bool{"service": !t.Adverts && c.CustomerSeq == 0}
	if t.Adverts {
		needs["marketing"] = true
	}
	for purpose, need := range needs {
		said, found, err := s.Customers.ConsentTo(ctx, tx, c.CustomerID, customer.Consent{Purpose: purpose, Channel: c.Channel})
		if err != nil {
			return err
		}
		values := errs.Values{"purpose": string(purpose), "channel": c.Channel}
		switch {
		case found && said.State == customer.Withdrawn:
			return errs.New(errs.Conflict, opOpening, "opening.unwanted").With(values)
		case !found && need:
			return errs.New(errs.Conflict, opOpening, "opening.no_consent").With(values)
		}
	}
	return nil
}

func wrong(path, code string) error {
	return errs.Fields(opOpening, errs.Field{Path: path, Code: code})
}
