package email

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// Sender is a mailbox as those see it who write from it.
type Sender struct {
	ID          id.EntryPoint
	Name        string
	Address     string
	DisplayName string // as customers see us; empty: who writes
	Signature   string // {agent} is who writes
	Rule        SignatureRule
}

// Senders returns the mailboxes of a brand from which the actor may write, by name.
func (s *Service) Senders(ctx context.Context, brand id.Brand) ([]Sender, error) {
	const op = "email.Senders"
	if _, err := actor.Require(ctx, op, actor.ConversationReply); err != nil {
		return nil, err
	}
	points, err := s.Points.OpenOf(ctx, channel.Email, brand)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	senders := make([]Sender, len(points))
	for i, p := range points {
		settings, err := parseSettings(p.Config)
		if err != nil {
			return nil, errs.Op(op, err)
		}
		senders[i] = Sender{ID: p.ID, Name: p.Name, Address: p.Address, DisplayName: settings.DisplayName, Signature: settings.Signature, Rule: settings.SignatureRule}
	}
	return senders, nil
}
