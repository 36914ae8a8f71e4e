package routing

import (
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/routing/acd"
)

func TestWhatIsOnOfferToAnotherIsTheirs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.join(c.queue)
		it := c.offered(c.queue, c.ola)
		_, err := c.svc.Pull(c.asKamil(), it.ID)
		refused(t, "an agent", err, errs.Conflict, "interaction.on_offer")
		if _, err := c.svc.Pull(c.asMarta(), it.ID); err != nil {
			t.Errorf("a supervisor: %v", err)
		}
		c.whole(it.ID)
	})
}

func TestPullingOnesOwnOfferAcceptsIt(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	no := false
	it := c.offered(c.makeQueue("Strict", QueuePatch{PullAllowed: &no}), c.ola)
	c.must(pull(c, it))
	o, err := offerByID(c.system, c.d, it.OfferID)
	if err != nil || o.State != Accepted {
		t.Errorf("%s %v", o.State, err)
	}
	c.whole(it.ID)
}

func TestPullingNeedsTheChannelAndRoom(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.join(c.queue)
		waits := c.queued(c.queue)
		c.must(c.svc.SwitchChannels(c.asOla(), c.ola, map[string]bool{"chat": false}))
		refused(t, "with the channel off", pull(c, waits), errs.Conflict, "agent.channel_off")
		c.must(c.svc.SwitchChannels(c.asOla(), c.ola, map[string]bool{"chat": true}))
		c.active(c.queue)
		c.wrapping(c.queue)
		c.offered(c.queue, c.ola)
		refused(t, "with two chats and an offer", pull(c, waits), errs.Conflict, "agent.no_room")
		if _, err := c.svc.Pull(c.as(c.ola, actor.Supervisor), waits.ID); err != nil {
			t.Errorf("with the right to move: %v", err)
		}
	})
}

func TestTheMixOfWorkIsTheTenantsChoice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		staffing := NewStaffing(d, c.crew)
		c.join(c.queue)
		c.active(c.queue)
		waits := c.queued(c.queue)
		_, err := staffing.SetMix(c.system, MixPatch{Limits: &map[string]int{"chat": 1}, Loads: &map[string]int{"mail": 50}})
		c.must(err)
		refused(t, "beyond the limit", pull(c, waits), errs.Conflict, "agent.no_room")
		m, err := staffing.Mix(c.asMarta())
		if err != nil || m.Loads["mail"] != 50 || m.Loads["chat"] != 30 || m.Limits["chat"] != 1 || len(m.Interrupts["call"]) != 2 {
			t.Errorf("%+v %v", m, err)
		}
		m, err = staffing.SetMix(c.system, MixPatch{Limits: &map[string]int{}})
		if err != nil || len(m.Limits) != 0 || m.Loads["mail"] != 50 {
			t.Errorf("%+v %v", m, err)
		}
		c.must(pull(c, waits))
		_, err = staffing.SetMix(c.system, MixPatch{Interrupts: &map[string][]string{"call": {"fax"}}})
		refused(t, "a class that is none", err, errs.Invalid, "one_of")
		_, err = staffing.SetMix(c.as(c.marta, actor.Administrator), MixPatch{})
		refused(t, "an administrator of one brand", err, errs.Forbidden, "forbidden")
		_, err = staffing.Mix(actor.With(c.t.Context(), actor.Actor{Kind: actor.User, Tenant: id.New[id.Tenant](), User: c.ola}))
		refused(t, "somebody without rights", err, errs.Forbidden, "forbidden")
	})
}

func TestAnOfferBeyondTheRoomIsNotWritten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.join(c.queue)
		for range 3 {
			c.must(pull(c, c.queued(c.queue)))
		}
		it := c.queued(c.queue)
		offer := func(agent id.User) error {
			p := proposal{offer: id.New[id.Offer](), interaction: it.ID, queue: c.queue, agent: agent, stands: acd.Chat.DefaultOfferTimeout()}
			return d.Update(c.system, func(tx *db.Tx) error { return c.svc.makeOffer(c.system, tx, p) })
		}
		refused(t, "to who pulled three", offer(c.ola), errs.Forbidden, "agent.no_room")
		c.must(offer(c.kamil))
		c.whole(it.ID)
	})
}
