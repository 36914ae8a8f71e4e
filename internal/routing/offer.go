package routing

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Offer is routing's proposal of an interaction to one agent: a lease that expires.
type Offer struct {
	ID             id.Offer
	InteractionID  id.Interaction
	ConversationID id.Conversation
	BrandID        id.Brand
	VisitID        id.QueueVisit
	QueueID        id.Queue
	AgentID        id.User
	Channel        string
	State          Result
	Reason         string
	Why            map[string]any `db:"why,json"`
	MadeAt         time.Time
	ExpiresAt      time.Time
	EndedAt        time.Time
}

const offerColumns = `id, interaction_id, conversation_id, brand_id, visit_id, queue_id, agent_id, channel, state, reason, why, made_at, expires_at, ended_at`

// proposal is an offer that the engine decided to make.
type proposal struct {
	offer       id.Offer
	interaction id.Interaction
	queue       id.Queue
	agent       id.User
	stands      time.Duration
	why         any
}

// makeOffer offers a waiting interaction to an agent. It returns a Conflict if
// the interaction does not wait in that queue any more, and Forbidden if the agent
// may not have it: the brand was taken from them, or they took something themselves
// of which the engine has not heard yet.
func (s *Service) makeOffer(ctx context.Context, tx *db.Tx, p proposal) error {
	const op = "routing.makeOffer"
	locked, fitting, granted := askLock(ctx, tx, op, p.interaction), askFit(ctx, tx, p.agent), s.staff.AskBrands(ctx, tx, p.agent)
	it, err := locked(ctx)
	if err != nil {
		return err
	}
	if it.State != Queued || it.QueueID != p.queue {
		return errs.New(errs.Conflict, op, "interaction.moved_on")
	}
	if brands, err := granted(ctx); err != nil {
		return errs.Op(op, err)
	} else if !brands.Has(it.BrandID) {
		return errs.New(errs.Forbidden, op, "agent.no_grant")
	}
	on, room, err := fitting.answer(ctx, class(it.Channel))
	if err != nil {
		return errs.Op(op, err)
	}
	if !on || !room {
		return errs.New(errs.Forbidden, op, "agent.no_room")
	}
	it.State, it.OfferID, it.offeredTo = Offered, p.offer, p.agent
	expires := tx.Now().Add(p.stands)
	err = db.Write(ctx, tx, `INSERT INTO offer (tenant_id, id, interaction_id, conversation_id, brand_id, visit_id, queue_id, agent_id, channel,
		state, why, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		actor.From(ctx).Tenant, p.offer, it.ID, it.ConversationID, it.BrandID, it.VisitID, it.QueueID, p.agent, it.Channel,
		Made, db.JSON(p.why), tx.Now(), expires)
	if err != nil {
		return errs.Op(op, err)
	}
	if err := db.Write(ctx, tx, `UPDATE queue_visit SET offers = offers + 1 WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, it.VisitID); err != nil {
		return errs.Op(op, err)
	}
	if err := s.save(ctx, tx, &it); err != nil {
		return errs.Op(op, err)
	}
	return tx.Record(ctx, fact.OfferMade{
		Offer: p.offer, Interaction: it.ID, Conversation: it.ConversationID, Brand: it.BrandID, Queue: it.QueueID, Visit: it.VisitID,
		Agent: p.agent, Channel: it.Channel, ExpiresAt: expires,
	})
}

// Accept makes the actor the agent of what was offered to them.
func (s *Service) Accept(ctx context.Context, key id.Offer) (Interaction, error) {
	const op = "routing.Accept"
	var it Interaction
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		offered, locked := askOffer(ctx, tx, key), askLockOffered(ctx, tx, op, key)
		o, err := mine(ctx, op, offered)
		if err != nil {
			return err
		}
		if it, err = locked(ctx); err != nil {
			return err
		}
		if err := endOffer(ctx, tx, o, Accepted, ""); err != nil {
			return err
		}
		return s.start(ctx, tx, &it, o.AgentID, ByOffer)
	})
	return it, errs.Op(op, err)
}

// Decline gives an offered interaction back to its place in the queue.
func (s *Service) Decline(ctx context.Context, key id.Offer, reason string) error {
	const op = "routing.Decline"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		o, err := mine(ctx, op, askOffer(ctx, tx, key))
		if err != nil {
			return err
		}
		return s.returnOffer(ctx, tx, o, Declined, reason)
	}))
}

// returnOffer ends a standing offer and lets the interaction wait again where it was.
func (s *Service) returnOffer(ctx context.Context, tx *db.Tx, o Offer, result Result, reason string) error {
	it, err := lock(ctx, tx, "routing.returnOffer", o.InteractionID)
	if err != nil {
		return err
	}
	if err := endOffer(ctx, tx, o, result, reason); err != nil {
		return err
	}
	it.State, it.OfferID = Queued, 0
	return s.save(ctx, tx, &it)
}

// endOffer is the guarded step that only one of accept, decline, miss and withdraw can take.
func endOffer(ctx context.Context, tx *db.Tx, o Offer, result Result, reason string) error {
	gone := errs.New(errs.Conflict, "routing.endOffer", "offer.gone")
	err := db.Guard(ctx, tx, gone, `UPDATE offer SET state = $1, reason = $2, ended_at = $3 WHERE tenant_id = $4 AND id = $5 AND state = 'made'`,
		result, reason, tx.Now(), actor.From(ctx).Tenant, o.ID)
	if err != nil {
		return err
	}
	return tx.Record(ctx, fact.OfferEnded{
		Offer: o.ID, Interaction: o.InteractionID, Conversation: o.ConversationID, Brand: o.BrandID, Queue: o.QueueID,
		Agent: o.AgentID, Result: string(result), Reason: reason,
	})
}

// withdraw ends the standing offer of it, if there is one, before it is moved elsewhere.
func (s *Service) withdraw(ctx context.Context, tx *db.Tx, it *Interaction, reason string) error {
	if it.State != Offered {
		return nil
	}
	o, err := offerByID(ctx, tx, it.OfferID)
	if err != nil {
		return err
	}
	it.OfferID = 0
	return endOffer(ctx, tx, o, Withdrawn, reason)
}

func offerByID(ctx context.Context, q db.Queryer, key id.Offer) (Offer, error) {
	return askOffer(ctx, q, key).One(ctx)
}

func askOffer(ctx context.Context, q db.Queryer, key id.Offer) *db.Reading[Offer] {
	return db.Ask[Offer](ctx, q, `SELECT `+offerColumns+` FROM offer WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
}

// mine returns an offer that was asked for, if it was made to the actor. Others' offers do not exist for them.
func mine(ctx context.Context, op string, asked *db.Reading[Offer]) (Offer, error) {
	o, err := asked.One(ctx)
	switch {
	case errs.Is(errs.NotFound, err) || err == nil && o.AgentID != actor.From(ctx).User:
		return o, errs.New(errs.NotFound, op, "offer.not_found")
	case err != nil:
		return o, errs.Op(op, err)
	case o.State != Made:
		return o, errs.New(errs.Conflict, op, "offer.gone")
	}
	return o, nil
}

// OffersTo returns the standing offers of an agent, oldest first.
func (s *Service) OffersTo(ctx context.Context, agent id.User) ([]Offer, error) {
	return db.Many[Offer](ctx, s.db, `SELECT `+offerColumns+` FROM offer WHERE tenant_id = $1 AND agent_id = $2 AND state = 'made' ORDER BY id`,
		actor.From(ctx).Tenant, agent)
}
