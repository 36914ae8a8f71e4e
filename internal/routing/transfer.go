package routing

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Limits of a transfer.
const (
	maxTransferNote = 2000             // characters
	directWait      = 10 * time.Minute // an agent named in a transfer is waited for this long
)

// Transfer is the wish to hand an interaction on. Exactly one of Queue and Agent is set.
type Transfer struct {
	Interaction id.Interaction
	Queue       id.Queue
	Agent       id.User
	Note        string // to the next agent; the customer never sees it
}

// Transfer hands an interaction to a queue, or in its queue to one agent. Its time of arrival stays.
func (s *Service) Transfer(ctx context.Context, t Transfer) error {
	const op = "routing.Transfer"
	if err := t.validate(op); err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		it, err := working(ctx, tx, op, t.Interaction, Active, Parked, WrapUp, Queued, Offered)
		if err != nil {
			return err
		}
		to := t.Queue
		if to == 0 {
			to = it.QueueID
		}
		q, err := queueTerms(ctx, tx, to)
		if err != nil {
			return err
		}
		if q.BrandID != it.BrandID || !q.ArchivedAt.IsZero() {
			return errs.Fields(op, errs.Field{Path: "queue_id", Code: "queue.other_brand"})
		}
		if t.Agent != 0 {
			if err := s.mayServe(ctx, tx, op, t.Agent, it.BrandID); err != nil {
				return err
			}
			if err := inQueue(ctx, tx, t.Agent, q.ID, errs.Fields(op, errs.Field{Path: "agent_id", Code: "agent.not_in_queue"})); err != nil {
				return err
			}
		}
		if err := s.hand(ctx, tx, &it, q, t.Agent); err != nil {
			return err
		}
		return s.conversations.Tell(ctx, tx, it.ConversationID, Line{
			Code: "transferred", Data: map[string]any{"queue": q.Name, "agent_id": t.Agent}, Note: t.Note,
		})
	}))
}

func (t Transfer) validate(op string) error {
	var wrong []errs.Field
	if (t.Queue == 0) == (t.Agent == 0) {
		wrong = append(wrong, errs.Field{Path: "queue_id", Code: "transfer.one_target"})
	}
	if utf8.RuneCountInString(t.Note) > maxTransferNote {
		wrong = append(wrong, errs.Field{Path: "note", Code: "length.max", Values: errs.Values{"max": maxTransferNote}})
	}
	return errs.Fields(op, wrong...)
}

// hand takes it from where it is to the queue q, waiting for agent first if one is named.
func (s *Service) hand(ctx context.Context, tx *db.Tx, it *Interaction, q terms, agent id.User) error {
	if err := s.detach(ctx, tx, it, Transferred, CauseTransferred); err != nil {
		return err
	}
	it.PreferredID, it.PreferredUntil = agent, time.Time{}
	if agent != 0 {
		it.PreferredUntil = tx.Now().Add(directWait)
	}
	it.EndedAt, it.ParkedUntil = time.Time{}, time.Time{}
	return s.enter(ctx, tx, it, q, CauseTransfer)
}

// detach ends what holds it now: an offer and a visit, or an agent's share.
func (s *Service) detach(ctx context.Context, tx *db.Tx, it *Interaction, outcome Outcome, cause string) error {
	if it.State == Queued || it.State == Offered {
		if err := s.withdraw(ctx, tx, it, cause); err != nil {
			return err
		}
		return leaveVisit(ctx, tx, it, outcome, 0)
	}
	return s.endSegment(ctx, tx, it, cause)
}

// inQueue returns refused unless the agent gets work from the queue.
func inQueue(ctx context.Context, tx *db.Tx, agent id.User, queue id.Queue, refused error) error {
	_, found, err := db.Find[id.User](ctx, tx, `SELECT user_id FROM queue_member WHERE tenant_id = $1 AND queue_id = $2 AND user_id = $3 AND enabled`,
		actor.From(ctx).Tenant, queue, agent)
	if err == nil && !found {
		err = refused
	}
	return err
}

// TakeOver makes the actor the agent of what another agent works on.
func (s *Service) TakeOver(ctx context.Context, key id.Interaction) (Interaction, error) {
	const op = "routing.TakeOver"
	var it Interaction
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := person(ctx, op, actor.InteractionMove)
		if err != nil {
			return err
		}
		if it, err = lock(ctx, tx, op, key); err != nil {
			return err
		}
		switch {
		case it.State != Active && it.State != Parked && it.State != WrapUp:
			return errs.New(errs.Conflict, op, "interaction.moved_on").With(errs.Values{"state": string(it.State)})
		case it.AgentID == who.User:
			return errs.New(errs.Conflict, op, "interaction.already_yours")
		}
		if err := s.endSegment(ctx, tx, &it, CauseTakenOver); err != nil {
			return err
		}
		it.EndedAt, it.ParkedUntil = time.Time{}, time.Time{}
		if err := s.start(ctx, tx, &it, who.User, ByTakeOver); err != nil {
			return err
		}
		return s.conversations.Tell(ctx, tx, it.ConversationID, Line{Code: "taken_over"})
	})
	return it, errs.Op(op, err)
}

// WriteFirst begins an outgoing interaction of the actor in a conversation that has no open one.
func (s *Service) WriteFirst(ctx context.Context, tx *db.Tx, n New) (Interaction, error) {
	const op = "routing.WriteFirst"
	who, err := person(ctx, op, actor.ConversationReply)
	if err != nil {
		return Interaction{}, err
	}
	it := Interaction{
		ID: id.New[id.Interaction](), ConversationID: n.Conversation, BrandID: n.Brand, Channel: n.Channel, Direction: "out",
		State: "new", QueueID: n.Queue, ArrivedAt: tx.Now(), RepliedAt: tx.Now(),
	}
	err = db.Write(ctx, tx, `INSERT INTO interaction (tenant_id, id, conversation_id, brand_id, channel, direction, state, arrived_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		who.Tenant, it.ID, it.ConversationID, it.BrandID, it.Channel, it.Direction, it.State, it.ArrivedAt)
	if err != nil {
		return it, errs.Op(op, err)
	}
	return it, errs.Op(op, s.start(ctx, tx, &it, who.User, Outbound))
}

// overflow moves a waiting interaction to another queue: it waited too long, or there was no room.
func (s *Service) overflow(ctx context.Context, tx *db.Tx, key id.Interaction, from, to id.Queue) error {
	it, err := lock(ctx, tx, "routing.overflow", key)
	if err != nil {
		return err
	}
	if it.State != Queued && it.State != Offered || it.QueueID != from {
		return nil // it moved on by itself
	}
	q, err := queueTerms(ctx, tx, to)
	if err != nil {
		return err
	}
	if err := s.detach(ctx, tx, &it, Overflowed, CauseOverflow); err != nil {
		return err
	}
	return s.enter(ctx, tx, &it, q, CauseOverflow)
}
