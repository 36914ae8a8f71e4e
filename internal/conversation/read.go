package conversation

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// reader returns the actor if it may read and is somebody who reads and types: a key or the system is not.
func reader(ctx context.Context, op string) (actor.Actor, error) {
	a, err := actor.Require(ctx, op, actor.ConversationRead)
	if err == nil && a.User == 0 {
		err = errs.New(errs.Forbidden, op, "actor.person_needed")
	}
	return a, err
}

// MarkRead keeps that the actor has read a conversation up to seq. The customer
// is told only of what the agent who works on it has read.
func (s *Service) MarkRead(ctx context.Context, conversation id.Conversation, seq int64) error {
	const op = "conversation.MarkRead"
	a, err := reader(ctx, op)
	if err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.Visible(ctx, tx, actor.ConversationRead, conversation)
		if err != nil {
			return err
		}
		seq := min(seq, c.LastSeq)
		moved, err := s.moveOwnRead(ctx, tx, &c, a, seq)
		if err != nil {
			return err
		}
		if c.AgentID == a.User && !c.Waiting && c.StaffReadSeq < seq {
			moved = true
			if err := s.moveStaffRead(ctx, tx, conversation, seq); err != nil {
				return err
			}
		}
		if !moved {
			return nil
		}
		return tx.Record(ctx, fact.ReadMoved{Conversation: c.ID, Brand: c.BrandID, By: string(ByAgent), User: a.User, Seq: seq})
	}))
}

// moveOwnRead moves the read mark of a forward and reports whether it moved.
func (s *Service) moveOwnRead(ctx context.Context, tx *db.Tx, c *Conversation, a actor.Actor, seq int64) (bool, error) {
	before, _, err := db.Find[int64](ctx, tx, `SELECT read_seq FROM participant WHERE tenant_id = $1 AND user_id = $2 AND conversation_id = $3`,
		a.Tenant, a.User, c.ID)
	if err != nil || before >= seq {
		return false, err
	}
	if err := s.involve(ctx, tx, c, involvement{User: a.User, Read: seq}); err != nil {
		return false, err
	}
	return true, s.readNotifications(ctx, tx, a, c.ID, seq)
}

// MarkUnread takes the actor's own read mark back, so that the entries from seq on
// are to be read again; 0 stands for the customer's newest message. What the
// customer was told of our reading stays, and so do notifications that were read.
func (s *Service) MarkUnread(ctx context.Context, conversation id.Conversation, seq int64) error {
	const op = "conversation.MarkUnread"
	a, err := reader(ctx, op)
	if err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		c, err := s.Visible(ctx, tx, actor.ConversationRead, conversation)
		if err != nil {
			return err
		}
		from := seq
		if from <= 0 {
			from = c.toRead()
		}
		read := max(0, min(from, c.LastSeq)-1)
		n, err := db.Exec(ctx, tx, `UPDATE participant SET read_seq = $4 WHERE tenant_id = $1 AND user_id = $2 AND conversation_id = $3 AND read_seq > $4`,
			a.Tenant, a.User, c.ID, read)
		if err != nil || n == 0 {
			return err
		}
		return tx.Record(ctx, fact.ReadMoved{Conversation: c.ID, Brand: c.BrandID, By: string(ByAgent), User: a.User, Seq: read})
	}))
}

// toRead returns what is to be read again where nothing else is said: the newest
// message of the customer, or of anybody if the customer has not written.
func (c Conversation) toRead() int64 {
	if c.CustomerSeq == 0 {
		return c.ShownSeq
	}
	return min(c.CustomerSeq, c.ShownSeq)
}

// MoveRead keeps that the customer has read a conversation up to seq: what was
// sent to them until then is read too. A mark that goes back does nothing.
func (s *Service) MoveRead(ctx context.Context, tx *db.Tx, conversation id.Conversation, seq int64) error {
	const op = "conversation.MoveRead"
	moved, err := s.markRead(ctx, tx, conversation, seq)
	if err != nil || !moved {
		return errs.Op(op, err)
	}
	w := &db.Where{}
	set := `UPDATE entry SET delivery_state = ` + w.Arg(string(Read)) + `, delivery_at = ` + w.Arg(tx.Now())
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("conversation_id = ?", conversation)
	w.And("seq <= ?", seq)
	w.And("kind = ?", string(Message)) // as in MoveDelivered
	_, err = s.advance(ctx, tx, set, w, Read)
	return errs.Op(op, err)
}

// markRead keeps on the row of a conversation how far its customer has read, and reports whether that is news.
func (s *Service) markRead(ctx context.Context, tx *db.Tx, conversation id.Conversation, seq int64) (bool, error) {
	brand, moved, err := db.Find[id.Brand](ctx, tx, `UPDATE conversation SET customer_read_seq = $3
		WHERE tenant_id = $1 AND id = $2 AND customer_read_seq < $3 AND last_seq >= $3 RETURNING brand_id`, actor.From(ctx).Tenant, conversation, seq)
	if err != nil || !moved {
		return false, err
	}
	return true, tx.Record(ctx, fact.ReadMoved{Conversation: conversation, Brand: brand, By: string(ByCustomer), Seq: seq})
}

func (s *Service) moveStaffRead(ctx context.Context, tx *db.Tx, conversation id.Conversation, seq int64) error {
	_, err := db.Exec(ctx, tx, `UPDATE conversation SET staff_read_seq = $3 WHERE tenant_id = $1 AND id = $2 AND staff_read_seq < $3`,
		actor.From(ctx).Tenant, conversation, seq)
	return err
}
