package routing

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Finish is what an agent says when they are done with an interaction.
type Finish struct {
	Interaction id.Interaction
	Disposition id.Disposition // 0 where the queue does not ask for one
	Note        string         // to whoever reads the conversation later; the customer never sees it
}

// EndContact ends the talking: the agent goes into wrap-up, or is done where the queue has none.
func (s *Service) EndContact(ctx context.Context, key id.Interaction) error {
	const op = "routing.EndContact"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		it, err := working(ctx, tx, op, key, Active, Parked)
		if err != nil {
			return err
		}
		if err := s.conversations.Tell(ctx, tx, it.ConversationID, Line{Code: "ended_by_agent"}); err != nil {
			return err
		}
		return s.endContact(ctx, tx, &it)
	}))
}

func (s *Service) endContact(ctx context.Context, tx *db.Tx, it *Interaction) error {
	q, err := queueTerms(ctx, tx, it.QueueID)
	if err != nil {
		return err
	}
	it.EndedAt, it.ParkedUntil = tx.Now(), time.Time{}
	if q.WrapUpSeconds == 0 && !q.DispositionRequired {
		return s.close(ctx, tx, it, Answered, 0)
	}
	it.State = WrapUp
	if err := db.Write(ctx, tx, `UPDATE segment SET talked_at = $1, parked_us = parked_us + CASE WHEN parked_at > 0 THEN $2 - parked_at ELSE 0 END, parked_at = 0
		WHERE tenant_id = $3 AND id = $4`, tx.Now(), tx.Now(), actor.From(ctx).Tenant, it.SegmentID); err != nil {
		return err
	}
	if err := s.save(ctx, tx, it); err != nil {
		return err
	}
	if q.WrapUpSeconds > 0 && !q.DispositionRequired {
		if err := job.Enqueue(ctx, tx, WrapUpOver{it.ID, it.SegmentID, it.EndedAt}, job.At(tx.Now().Add(q.wrapUp()))); err != nil {
			return err
		}
	}
	return tx.Record(ctx, fact.WrapUpStarted{
		Interaction: it.ID, Conversation: it.ConversationID, Brand: it.BrandID, Queue: it.QueueID, Segment: it.SegmentID, Agent: it.AgentID,
	})
}

// Finish closes an interaction with its disposition.
func (s *Service) Finish(ctx context.Context, f Finish) error {
	const op = "routing.Finish"
	if utf8.RuneCountInString(f.Note) > maxTransferNote {
		return errs.Fields(op, errs.Field{Path: "note", Code: "length.max", Values: errs.Values{"max": maxTransferNote}})
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		locked, required := askLock(ctx, tx, op, f.Interaction), askDispositionRequired(ctx, tx, f.Interaction)
		it, err := workingOn(ctx, op, locked, Active, Parked, WrapUp)
		if err != nil {
			return err
		}
		if err := checkDisposition(ctx, tx, op, &it, f.Disposition, required); err != nil {
			return err
		}
		if it.EndedAt.IsZero() {
			it.EndedAt = tx.Now()
			if err := s.conversations.Tell(ctx, tx, it.ConversationID, Line{Code: "ended_by_agent"}); err != nil {
				return err
			}
		}
		if err := s.close(ctx, tx, &it, Answered, f.Disposition); err != nil || f.Note == "" {
			return err
		}
		return s.conversations.Tell(ctx, tx, it.ConversationID, Line{Code: "finished", Note: f.Note})
	}))
}

// askDispositionRequired asks whether the queue of an interaction wants a disposition.
func askDispositionRequired(ctx context.Context, tx *db.Tx, key id.Interaction) *db.Reading[bool] {
	return db.Ask[bool](ctx, tx, `SELECT disposition_required FROM queue WHERE tenant_id = $1
		AND id = (SELECT queue_id FROM interaction WHERE tenant_id = $1 AND id = $2)`, actor.From(ctx).Tenant, key)
}

func checkDisposition(ctx context.Context, tx *db.Tx, op string, it *Interaction, d id.Disposition, required *db.Reading[bool]) error {
	if d == 0 {
		must, _, err := required.Find(ctx)
		if err == nil && must {
			err = errs.Fields(op, errs.Field{Path: "disposition_id", Code: "required"})
		}
		return err
	}
	_, found, err := db.Find[id.Disposition](ctx, tx, `SELECT id FROM disposition
		WHERE tenant_id = $1 AND id = $2 AND archived_at = 0 AND queue_id IN (0, $3)`, actor.From(ctx).Tenant, d, it.QueueID)
	if err == nil && !found {
		err = errs.Fields(op, errs.Field{Path: "disposition_id", Code: "disposition.not_of_queue"})
	}
	return err
}

// close ends it for good, with the share of its agent if there is one.
func (s *Service) close(ctx context.Context, tx *db.Tx, it *Interaction, outcome Outcome, d id.Disposition) error {
	if it.SegmentID != 0 {
		if err := stampSegment(ctx, tx, it, CauseClosed, d); err != nil {
			return err
		}
	}
	it.State, it.Outcome, it.DispositionID, it.ClosedAt = Closed, outcome, d, tx.Now()
	if it.EndedAt.IsZero() {
		it.EndedAt = tx.Now()
	}
	if err := s.save(ctx, tx, it); err != nil {
		return err
	}
	err := tx.Record(ctx, fact.InteractionClosed{
		Interaction: it.ID, Conversation: it.ConversationID, Brand: it.BrandID, Queue: it.QueueID, Visit: it.VisitID, Segment: it.SegmentID,
		Agent: it.AgentID, Channel: it.Channel, Outcome: string(outcome), Disposition: d, Shared: it.shared,
	})
	if err != nil || it.AgentID == 0 || it.shared {
		return err
	}
	return s.freed(ctx, tx, it.AgentID, it.ID)
}

// WrapUpOver is the job that ends a wrap-up whose time is over.
type WrapUpOver struct {
	Interaction id.Interaction
	Segment     id.Segment
	Ended       time.Time // of the contact: who talked again and wraps up once more has the whole time
}

// Kind names the job.
func (WrapUpOver) Kind() string { return "routing.wrap_up_over" }

// EndWrapUp does WrapUpOver, unless the agent was quicker.
func (s *Service) EndWrapUp(ctx context.Context, j WrapUpOver) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		it, err := lock(ctx, tx, "routing.EndWrapUp", j.Interaction)
		if err != nil || it.State != WrapUp || it.SegmentID != j.Segment || !it.EndedAt.Equal(j.Ended) {
			return err
		}
		return s.close(ctx, tx, &it, Answered, 0)
	})
}

// CustomerLeft is what to do when the customer ends the contact or is gone: who
// still waits has abandoned, who was served leaves the agent in wrap-up.
func (s *Service) CustomerLeft(ctx context.Context, tx *db.Tx, conversation id.Conversation) error {
	const op = "routing.CustomerLeft"
	it, found, err := s.Open(ctx, tx, conversation)
	if err != nil || !found {
		return errs.Op(op, err)
	}
	switch it.State {
	case Queued, Offered:
		if err := s.withdraw(ctx, tx, &it, "customer_left"); err != nil {
			return errs.Op(op, err)
		}
		if err := leaveVisit(ctx, tx, &it, Abandoned, 0); err != nil {
			return errs.Op(op, err)
		}
		return errs.Op(op, s.close(ctx, tx, &it, Abandoned, 0))
	case Active, Parked:
		return errs.Op(op, s.endContact(ctx, tx, &it))
	case WrapUp, Closed:
	}
	return nil
}
