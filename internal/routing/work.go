package routing

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// start makes agent the one who works on it. A visit that is open is answered by that.
func (s *Service) start(ctx context.Context, tx *db.Tx, it *Interaction, agent id.User, how How) error {
	waited := tx.Now().Sub(it.ArrivedAt)
	if it.State == Queued || it.State == Offered {
		if err := leaveVisit(ctx, tx, it, Answered, agent); err != nil {
			return err
		}
	}
	it.State, it.AgentID, it.OfferID, it.SegmentID = Active, agent, 0, id.New[id.Segment]()
	if it.AnsweredAt.IsZero() {
		it.AnsweredAt = tx.Now()
	}
	err := db.Write(ctx, tx, `INSERT INTO segment (tenant_id, id, interaction_id, conversation_id, brand_id, queue_id, agent_id, channel, how, started_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		actor.From(ctx).Tenant, it.SegmentID, it.ID, it.ConversationID, it.BrandID, it.QueueID, agent, it.Channel, how, tx.Now())
	if err != nil {
		return err
	}
	if err := ensureAgent(ctx, tx, agent); err != nil {
		return err
	}
	if err := s.save(ctx, tx, it); err != nil {
		return err
	}
	if how == ByOffer || how == ByPull {
		if err := s.conversations.Tell(ctx, tx, it.ConversationID, Line{Code: "joined"}); err != nil {
			return err
		}
	}
	return tx.Record(ctx, fact.InteractionStarted{
		Interaction: it.ID, Conversation: it.ConversationID, Brand: it.BrandID, Queue: it.QueueID, Visit: it.VisitID,
		Segment: it.SegmentID, Agent: agent, Channel: it.Channel, How: string(how), WaitedUS: waited.Microseconds(),
	})
}

// leaveVisit ends the open visit of it.
func leaveVisit(ctx context.Context, tx *db.Tx, it *Interaction, outcome Outcome, agent id.User) error {
	answered := time.Time{}
	if outcome == Answered {
		answered = tx.Now()
	}
	err := db.Write(ctx, tx, `UPDATE queue_visit SET left_at = $1, answered_at = $2, outcome = $3, agent_id = $4
		WHERE tenant_id = $5 AND id = $6 AND left_at = 0`, tx.Now(), answered, outcome, agent, actor.From(ctx).Tenant, it.VisitID)
	return err
}

// endSegment ends the open share of it's agent for a cause other than closing.
func (s *Service) endSegment(ctx context.Context, tx *db.Tx, it *Interaction, cause string) error {
	if err := stampSegment(ctx, tx, it, cause, 0); err != nil {
		return err
	}
	err := tx.Record(ctx, fact.InteractionLeftAgent{
		Interaction: it.ID, Conversation: it.ConversationID, Brand: it.BrandID, Queue: it.QueueID,
		Segment: it.SegmentID, Agent: it.AgentID, Cause: cause,
	})
	if err != nil {
		return err
	}
	return s.freed(ctx, tx, it.AgentID, it.ID)
}

// stampSegment ends a segment. The plus keeps it from being looked for among all that have not ended.
func stampSegment(ctx context.Context, tx *db.Tx, it *Interaction, cause string, d id.Disposition) error {
	err := db.Write(ctx, tx, `UPDATE segment SET ended_at = $1, cause = $2, disposition_id = $3,
		talked_at = CASE WHEN talked_at = 0 THEN $4 ELSE talked_at END,
		parked_us = parked_us + CASE WHEN parked_at > 0 THEN $5 - parked_at ELSE 0 END, parked_at = 0
		WHERE tenant_id = $6 AND id = $7 AND +ended_at = 0`,
		tx.Now(), cause, d, tx.Now(), tx.Now(), actor.From(ctx).Tenant, it.SegmentID)
	return err
}

// working returns the actor and the interaction they may work on: their own, or any of their brands with InteractionMove.
func working(ctx context.Context, tx *db.Tx, op string, key id.Interaction, states ...State) (Interaction, error) {
	return workingOn(ctx, op, askLock(ctx, tx, op, key), states...)
}

// workingOn is working for an interaction that was asked for.
func workingOn(ctx context.Context, op string, locked func(ctx context.Context) (Interaction, error), states ...State) (Interaction, error) {
	it, err := locked(ctx)
	if err != nil {
		return it, err
	}
	who := actor.From(ctx)
	mine := it.AgentID == who.User && who.User != 0
	if who.Kind != actor.System && !mine && !who.Can(actor.InteractionMove, actor.InBrand) {
		if !who.Can(actor.ConversationRead, actor.InBrand) { // it is nobody's business that it exists
			return it, errs.New(errs.NotFound, op, "interaction.not_found")
		}
		return it, errs.New(errs.Forbidden, op, "interaction.not_yours")
	}
	if slices.Contains(states, it.State) {
		return it, nil
	}
	return it, errs.New(errs.Conflict, op, "interaction.moved_on").With(errs.Values{"state": string(it.State)})
}

// Park puts an interaction aside, freeing the agent for others, until a time or (zero) until resumed.
func (s *Service) Park(ctx context.Context, key id.Interaction, until time.Time) error {
	const op = "routing.Park"
	until = until.Truncate(time.Microsecond) // as exactly as it is kept, and compared by EndPark
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		it, err := working(ctx, tx, op, key, Active)
		if err != nil {
			return err
		}
		if !until.IsZero() && until.Before(tx.Now()) {
			return errs.Fields(op, errs.Field{Path: "until", Code: "time.past"})
		}
		it.State, it.ParkedUntil = Parked, until
		if err := db.Write(ctx, tx, `UPDATE segment SET parked_at = $1 WHERE tenant_id = $2 AND id = $3`, tx.Now(), actor.From(ctx).Tenant, it.SegmentID); err != nil {
			return err
		}
		if err := s.save(ctx, tx, &it); err != nil {
			return err
		}
		if !until.IsZero() {
			if err := job.Enqueue(ctx, tx, ParkOver{Interaction: it.ID, Until: until}, job.At(until)); err != nil {
				return err
			}
		}
		return tx.Record(ctx, fact.InteractionParked{Interaction: it.ID, Conversation: it.ConversationID, Brand: it.BrandID, Agent: it.AgentID, Until: until})
	}))
}

// Resume takes a parked interaction up again.
func (s *Service) Resume(ctx context.Context, key id.Interaction) error {
	const op = "routing.Resume"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		it, err := working(ctx, tx, op, key, Parked)
		if err != nil {
			return err
		}
		return s.takeUp(ctx, tx, &it)
	}))
}

// goOn takes it up again because the customer or the clock wants to. Where its
// agent has gone home it waits for them a little, then for anybody.
func (s *Service) goOn(ctx context.Context, tx *db.Tx, it *Interaction) error {
	a, err := lockAgent(ctx, tx, it.AgentID)
	if err != nil {
		return err
	}
	if a.State == Offline || !a.GoneAt.IsZero() {
		return s.giveBack(ctx, tx, it)
	}
	return s.takeUp(ctx, tx, it)
}

// takeUp makes it, which is parked or in wrap-up and locked in tx, active again.
func (s *Service) takeUp(ctx context.Context, tx *db.Tx, it *Interaction) error {
	it.State, it.ParkedUntil = Active, time.Time{}
	if err := db.Write(ctx, tx, `UPDATE segment SET parked_us = parked_us + $1 - parked_at, parked_at = 0
		WHERE tenant_id = $2 AND id = $3 AND parked_at > 0`, tx.Now(), actor.From(ctx).Tenant, it.SegmentID); err != nil {
		return err
	}
	if err := s.save(ctx, tx, it); err != nil {
		return err
	}
	return tx.Record(ctx, fact.InteractionResumed{Interaction: it.ID, Conversation: it.ConversationID, Brand: it.BrandID, Agent: it.AgentID})
}

// CustomerReturned is what to do when the customer writes on in a conversation
// whose open interaction was parked or is in wrap-up: its agent goes on.
func (s *Service) CustomerReturned(ctx context.Context, tx *db.Tx, conversation id.Conversation) error {
	const op = "routing.CustomerReturned"
	it, found, err := s.Open(ctx, tx, conversation)
	if err != nil || !found || it.State != Parked && it.State != WrapUp {
		return errs.Op(op, err)
	}
	if it.State == WrapUp {
		it.EndedAt = time.Time{}
		if err := db.Write(ctx, tx, `UPDATE segment SET talked_at = 0 WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, it.SegmentID); err != nil {
			return errs.Op(op, err)
		}
	}
	return errs.Op(op, s.goOn(ctx, tx, &it))
}

// giveBack takes it from an agent who is not there and puts it into its queue again.
func (s *Service) giveBack(ctx context.Context, tx *db.Tx, it *Interaction) error {
	q, err := openTerms(ctx, tx, it.QueueID)
	if err != nil {
		return err
	}
	agent := it.AgentID
	if err := s.endSegment(ctx, tx, it, CauseLost); err != nil {
		return err
	}
	it.PreferredID, it.PreferredUntil = agent, tx.Now().Add(q.preferredWait())
	it.EndedAt, it.ParkedUntil = time.Time{}, time.Time{}
	return s.enter(ctx, tx, it, q, CauseLost)
}

// ParkOver is the job that takes up a parked interaction when its time has come.
type ParkOver struct {
	Interaction id.Interaction
	Until       time.Time
}

// Kind names the job.
func (ParkOver) Kind() string { return "routing.park_over" }

// EndPark does ParkOver. Whoever resumed or parked it again meanwhile is left alone.
func (s *Service) EndPark(ctx context.Context, j ParkOver) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		it, err := lock(ctx, tx, "routing.EndPark", j.Interaction)
		if err != nil || it.State != Parked || !it.ParkedUntil.Equal(j.Until) {
			return err
		}
		return s.goOn(ctx, tx, &it)
	})
}
