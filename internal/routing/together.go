package routing

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Common is an answer that settles the work of many conversations.
type Common struct {
	Agent id.User        // whose answer it is
	At    time.Time      // when it could be read
	Late  bool           // it was there before the work: whoever has the right to route lets it settle this, too
	Data  map[string]any // names it in the conversations
}

// SettleTogether ends the open work of a conversation as answered by a common answer. It was
// answered when the answer could be read, or when it came, if that was later. What another
// agent works on is theirs and a Conflict; what waits in a queue from which the agent gets no
// work is Forbidden to those who do not move the work of others.
func (s *Service) SettleTogether(ctx context.Context, tx *db.Tx, conversation id.Conversation, c Common) (id.Interaction, error) {
	const op = "routing.SettleTogether"
	it, found, err := s.Open(ctx, tx, conversation)
	if err != nil {
		return 0, errs.Op(op, err)
	}
	if !found {
		return 0, errs.New(errs.Conflict, op, "chorus.not_open")
	}
	if err := maySettle(ctx, tx, op, &it, c); err != nil {
		return 0, err
	}
	if it.ArrivedAt.After(c.At) {
		c.At = it.ArrivedAt
	}
	if it.State == Queued || it.State == Offered {
		err = s.answerWaiting(ctx, tx, &it, c)
	} else {
		err = s.answerOwn(ctx, tx, &it, c)
	}
	if err != nil {
		return 0, errs.Op(op, err)
	}
	if err := s.conversations.Tell(ctx, tx, it.ConversationID, Line{Code: "answered_together", Data: c.Data}); err != nil {
		return 0, errs.Op(op, err)
	}
	return it.ID, errs.Op(op, s.close(ctx, tx, &it, Answered, 0))
}

// maySettle refuses what is not the agent's to settle.
func maySettle(ctx context.Context, tx *db.Tx, op string, it *Interaction, c Common) error {
	who := actor.From(ctx)
	if c.Late { // whoever works on it by now goes on
		if it.State != Queued && it.State != Offered && it.AgentID != 0 && it.AgentID != c.Agent {
			return errs.New(errs.Conflict, op, "chorus.in_work")
		}
		return nil
	}
	if !who.Brands.Has(it.BrandID) {
		return errs.New(errs.NotFound, op, "interaction.not_found")
	}
	if it.State != Queued && it.State != Offered {
		if it.AgentID == c.Agent {
			return nil
		}
		return errs.New(errs.Conflict, op, "chorus.in_work")
	}
	if who.Can(actor.InteractionMove, actor.InBrand) {
		return nil
	}
	if !who.Can(actor.InteractionPull, actor.Own) {
		return errs.New(errs.Forbidden, op, "chorus.not_in_queue")
	}
	return inQueue(ctx, tx, c.Agent, it.QueueID, errs.New(errs.Forbidden, op, "chorus.not_in_queue"))
}

// answerWaiting makes what waits the agent's, answered when the answer could be read. The share
// takes no time, and frees nobody: what the agent did was writing the answer, once.
func (s *Service) answerWaiting(ctx context.Context, tx *db.Tx, it *Interaction, c Common) error {
	if err := s.withdraw(ctx, tx, it, "answered_together"); err != nil {
		return err
	}
	tenant := actor.From(ctx).Tenant
	// It may have come to this queue, from another, after the answer could be read.
	if err := db.Write(ctx, tx, `UPDATE queue_visit SET left_at = CASE WHEN entered_at > $1 THEN entered_at ELSE $1 END,
		answered_at = CASE WHEN entered_at > $1 THEN entered_at ELSE $1 END, outcome = $2, agent_id = $3
		WHERE tenant_id = $4 AND id = $5 AND left_at = 0`, c.At, Answered, c.Agent, tenant, it.VisitID); err != nil {
		return err
	}
	it.AgentID, it.SegmentID, it.EndedAt, it.shared = c.Agent, id.New[id.Segment](), c.At, true
	if it.AnsweredAt.IsZero() {
		it.AnsweredAt = c.At
	}
	if it.RepliedAt.IsZero() {
		it.RepliedAt = c.At
	}
	if err := db.Write(ctx, tx, `INSERT INTO segment (tenant_id, id, interaction_id, conversation_id, brand_id, queue_id, agent_id, channel, how,
		started_at, talked_at, ended_at, cause) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		tenant, it.SegmentID, it.ID, it.ConversationID, it.BrandID, it.QueueID, c.Agent, it.Channel, Together, c.At, c.At, c.At, CauseTogether); err != nil {
		return err
	}
	return ensureAgent(ctx, tx, c.Agent)
}

// answerOwn ends the share of the agent who works on it.
func (s *Service) answerOwn(ctx context.Context, tx *db.Tx, it *Interaction, c Common) error {
	it.ParkedUntil = time.Time{}
	if it.RepliedAt.IsZero() {
		it.RepliedAt = c.At
		if it.AnsweredAt.After(c.At) {
			it.RepliedAt = it.AnsweredAt
		}
	}
	return stampSegment(ctx, tx, it, CauseTogether, 0)
}
