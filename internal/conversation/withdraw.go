package conversation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Withdraw takes back an answer of c, which Lock or LockVisible has locked, before
// it was sent, and reports whether that was possible. The customer whom it would
// have answered waits again.
func (s *Service) Withdraw(ctx context.Context, tx *db.Tx, c *Conversation, entry id.Entry) (bool, error) {
	const op = "conversation.Withdraw"
	moved, err := s.MoveDelivery(ctx, tx, entry, Cancelled, "")
	if err != nil || !moved {
		return false, errs.Op(op, err)
	}
	if !c.UnansweredSince.IsZero() || !(Work{State: c.InteractionState}).answerable() {
		return true, nil
	}
	since, waits, err := s.unanswered(ctx, tx, c.ID)
	if err != nil || !waits {
		return true, errs.Op(op, err)
	}
	c.UnansweredSince = since
	_, err = db.Exec(ctx, tx, `UPDATE conversation SET unanswered_since = $3, due_order = $4 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, c.ID, c.UnansweredSince, c.dueOrder())
	return true, errs.Op(op, err)
}

// unanswered returns when the customer wrote first since the newest answer that stands.
func (s *Service) unanswered(ctx context.Context, tx *db.Tx, conversation id.Conversation) (time.Time, bool, error) {
	return db.Find[time.Time](ctx, tx, `SELECT e.received_at FROM entry e
		WHERE e.tenant_id = $1 AND e.conversation_id = $2 AND e.kind = 'message' AND e.author = 'customer'
			AND e.seq > (SELECT COALESCE(MAX(a.seq), 0) FROM entry a WHERE a.tenant_id = $1 AND a.conversation_id = $2
				AND a.kind = 'message' AND a.author = 'agent' AND a.delivery_state <> 'cancelled')
		ORDER BY e.seq LIMIT 1`, actor.From(ctx).Tenant, conversation)
}

// Unsent returns the answers of a conversation that no channel has taken, the newest first.
func (s *Service) Unsent(ctx context.Context, q db.Queryer, conversation id.Conversation) ([]id.Entry, error) {
	found, err := db.Many[id.Entry](ctx, q, `SELECT id FROM entry WHERE tenant_id = $1 AND conversation_id = $2 AND kind = 'message'
		AND (delivery_state = 'queued' OR delivery_state = 'sending') ORDER BY seq DESC LIMIT 100`, actor.From(ctx).Tenant, conversation)
	return found, errs.Op("conversation.Unsent", err)
}

// NotGone returns the answers of a conversation that were taken back or have failed, the newest first.
func (s *Service) NotGone(ctx context.Context, q db.Queryer, conversation id.Conversation) ([]id.Entry, error) {
	found, err := db.Many[id.Entry](ctx, q, `SELECT id FROM entry WHERE tenant_id = $1 AND conversation_id = $2
		AND author = 'agent' AND delivery_state IN ('cancelled', 'failed') ORDER BY seq DESC LIMIT 100`, actor.From(ctx).Tenant, conversation)
	return found, errs.Op("conversation.NotGone", err)
}
