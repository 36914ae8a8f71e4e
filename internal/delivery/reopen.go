package delivery

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Beginning begins the work of an agent who writes first.
type Beginning interface {
	// WriteFirst begins an outgoing interaction of the actor in a conversation that has no open one.
	WriteFirst(ctx context.Context, tx *db.Tx, c conversation.Conversation) (id.Interaction, error)
}

// Reopen lets the actor write first in a conversation whose work is closed, and
// returns the interaction that this begins.
func (s *Service) Reopen(ctx context.Context, key id.Conversation) (id.Interaction, error) {
	const op = "delivery.Reopen"
	var begun id.Interaction
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		c, err := s.Conversations.Visible(ctx, tx, actor.ConversationReply, key)
		if err != nil {
			return err
		}
		if c, err = s.Conversations.Lock(ctx, tx, c.ID); err != nil {
			return err
		}
		if c.Open {
			return errs.New(errs.Conflict, op, "conversation.open")
		}
		begun, err = s.Beginning.WriteFirst(ctx, tx, c)
		return err
	})
	return begun, errs.Op(op, err)
}
