package routing

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing/acd"
	"github.com/zongler/zongler/internal/setting"
)

// Pull makes the actor the agent of an interaction that waits. What is offered to
// them is accepted by that. With InteractionMove everything can be pulled; others
// need the queue's leave, to get work from it, the channel switched on, and room
// for one more, and leave to another what is offered to another. Whether they are
// available does not matter: who pulls has looked, and is there.
func (s *Service) Pull(ctx context.Context, key id.Interaction) (Interaction, error) {
	const op = "routing.Pull"
	var it Interaction
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		who, err := person(ctx, op, actor.InteractionPull)
		if err != nil {
			return err
		}
		if it, err = lock(ctx, tx, op, key); err != nil {
			return err
		}
		if it.State != Queued && it.State != Offered {
			return errs.New(errs.Conflict, op, "interaction.moved_on").With(errs.Values{"state": string(it.State)})
		}
		o, asked, err := offerOf(ctx, tx, &it)
		if err != nil {
			return err
		}
		if asked && o.AgentID == who.User {
			if err := endOffer(ctx, tx, o, Accepted, ""); err != nil {
				return err
			}
			return s.start(ctx, tx, &it, who.User, ByOffer)
		}
		if !who.Can(actor.InteractionMove, actor.InBrand) {
			if err := s.mayPull(ctx, tx, op, who.User, &it); err != nil {
				return err
			}
		}
		if err := s.withdraw(ctx, tx, &it, "pulled"); err != nil {
			return err
		}
		return s.start(ctx, tx, &it, who.User, ByPull)
	})
	return it, errs.Op(op, err)
}

// offerOf returns the standing offer of it, if there is one.
func offerOf(ctx context.Context, tx *db.Tx, it *Interaction) (Offer, bool, error) {
	if it.State != Offered {
		return Offer{}, false, nil
	}
	o, err := offerByID(ctx, tx, it.OfferID)
	return o, err == nil, err
}

// mayPull refuses an agent who is to wait for an offer.
func (s *Service) mayPull(ctx context.Context, tx *db.Tx, op string, agent id.User, it *Interaction) error {
	q, err := queueTerms(ctx, tx, it.QueueID)
	if err != nil {
		return err
	}
	refused := errs.New(errs.Forbidden, op, "queue.no_pull")
	if !q.PullAllowed {
		return refused
	}
	if err := inQueue(ctx, tx, agent, q.ID, refused); err != nil {
		return err
	}
	if it.State == Offered {
		return errs.New(errs.Conflict, op, "interaction.on_offer")
	}
	on, room, err := fits(ctx, tx, agent, class(it.Channel))
	switch {
	case err != nil:
		return err
	case !on:
		return errs.New(errs.Conflict, op, "agent.channel_off")
	case !room:
		return errs.New(errs.Conflict, op, "agent.no_room")
	}
	return nil
}

// fits reports whether an agent has a channel switched on, and room for one more on
// it. Their row is locked, so that two do not fill the same room.
func fits(ctx context.Context, tx *db.Tx, agent id.User, c acd.Channel) (on, room bool, err error) {
	return askFit(ctx, tx, agent).answer(ctx, c)
}

// fit is what was asked to know whether an agent has room.
type fit struct {
	tx    *db.Tx
	user  id.User
	agent *db.Reading[Agent]
	mix   func(ctx context.Context) (Mix, error)
	load  *db.Reading[string]
}

// askFit locks the agent's row and asks for what takes their capacity.
func askFit(ctx context.Context, tx *db.Tx, agent id.User) fit {
	return fit{tx, agent, askAgent(ctx, tx, agent), setting.Ask(ctx, tx, mixKey(), 0), askLoad(ctx, tx, agent)}
}

// answer says what fits does.
func (f fit) answer(ctx context.Context, c acd.Channel) (on, room bool, err error) {
	a, found, err := f.agent.Find(ctx)
	if err == nil && !found {
		a, err = lockAgent(ctx, f.tx, f.user)
		f.load = askLoad(ctx, f.tx, f.user) // what was asked before the row was there and locked may be old
	}
	if err != nil {
		return false, false, err
	}
	mix, err := f.mix(ctx)
	if err != nil {
		return false, false, err
	}
	load, err := f.load.Many(ctx)
	given := a.core(mix)
	return given.Channels.Has(c), given.Room(classes(load), c), err
}

// askLoad asks for the channels of all that takes an agent's capacity now: work and offers.
func askLoad(ctx context.Context, tx *db.Tx, agent id.User) *db.Reading[string] {
	tenant := actor.From(ctx).Tenant
	return db.Ask[string](ctx, tx, `SELECT channel FROM interaction WHERE tenant_id = $1 AND agent_id = $2 AND state IN ('active', 'wrap_up')
		UNION ALL SELECT channel FROM offer WHERE tenant_id = $3 AND agent_id = $4 AND state = 'made'`, tenant, agent, tenant, agent)
}

// classes returns the classes of channels.
func classes(names []string) []acd.Channel {
	out := make([]acd.Channel, len(names))
	for i, name := range names {
		out[i] = class(name)
	}
	return out
}
