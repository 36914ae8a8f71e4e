package conversation

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MarkRead keeps that the actor has read a conversation up to seq. The customer
// is told only of what the agent who works on it has read.
func (s *Service) MarkRead(ctx context.Context, conversation id.Conversation, seq int64) error {
	const op = "conversation.MarkRead"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.Visible(ctx, tx, actor.ConversationRead, conversation)
		if err != nil {
			return err
		}
		a := actor.From(ctx)
		seq := min(seq, c.LastSeq)
		if err := s.involve(ctx, tx, &c, involvement{User: a.User, Read: seq}); err != nil {
			return err
		}
		if err := s.readNotifications(ctx, tx, a, conversation, seq); err != nil {
			return err
		}
		if c.AgentID == a.User && !c.Waiting {
			if err := s.moveStaffRead(ctx, tx, conversation, seq); err != nil {
				return err
			}
		}
		return tx.Record(ctx, fact.ReadMoved{Conversation: c.ID, Brand: c.BrandID, By: string(ByAgent), User: a.User, Seq: seq})
	}))
}

// MoveRead keeps that the customer has read a conversation up to seq: what was
// sent to them until then is read too. A mark that goes back does nothing.
func (s *Service) MoveRead(ctx context.Context, tx *db.Tx, conversation id.Conversation, seq int64) error {
	const op = "conversation.MoveRead"
	tenant := actor.From(ctx).Tenant
	brand, moved, err := db.Find[id.Brand](ctx, tx, `UPDATE conversation SET customer_read_seq = $3
		WHERE tenant_id = $1 AND id = $2 AND customer_read_seq < $3 AND last_seq >= $3 RETURNING brand_id`, tenant, conversation, seq)
	if err != nil || !moved {
		return errs.Op(op, err)
	}
	w := &db.Where{}
	set := `UPDATE entry SET delivery_state = ` + w.Arg(string(Read)) + `, delivery_at = ` + w.Arg(tx.Now())
	w.And("tenant_id = ?", tenant)
	w.And("conversation_id = ?", conversation)
	w.And("seq <= ?", seq)
	if _, err := s.advance(ctx, tx, set, w, Read); err != nil {
		return errs.Op(op, err)
	}
	return errs.Op(op, tx.Record(ctx, fact.ReadMoved{Conversation: conversation, Brand: brand, By: string(ByCustomer), Seq: seq}))
}

func (s *Service) moveStaffRead(ctx context.Context, tx *db.Tx, conversation id.Conversation, seq int64) error {
	_, err := db.Exec(ctx, tx, `UPDATE conversation SET staff_read_seq = $3 WHERE tenant_id = $1 AND id = $2 AND staff_read_seq < $3`,
		actor.From(ctx).Tenant, conversation, seq)
	return err
}
