package routing

import (
	"context"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// noneReadable lets nobody read any conversation.
type noneReadable struct{}

func (noneReadable) Readable(context.Context, db.Queryer, id.Conversation) error {
	return errs.New(errs.NotFound, "noneReadable", "not_found")
}

func TestAnInteractionShowsItsHistory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.join(c.queue)
		views := NewViews(d, silent{}, allReadable{})
		it := c.offered(c.queue, c.kamil)
		c.must(c.svc.Decline(c.asKamil(), it.OfferID, "busy"))
		c.must(pull(c, it))
		c.must(c.svc.Transfer(c.asOla(), Transfer{Interaction: it.ID, Queue: c.queue}))
		shown, err := views.Interaction(c.asMarta(), it.ID)
		c.must(err)
		if len(shown.Visits) != 2 || len(shown.Offers) != 1 || len(shown.Segments) != 1 {
			t.Fatalf("%d visits, %d offers, %d shares", len(shown.Visits), len(shown.Offers), len(shown.Segments))
		}
		if v := shown.Visits[0]; v.Outcome != Answered || v.AgentID != c.ola || v.Offers != 1 || v.LeftAt.IsZero() {
			t.Errorf("the first visit: %+v", v)
		}
		if o := shown.Offers[0]; o.State != Declined || o.Reason != "busy" || o.Why["rule"] != "only_one" {
			t.Errorf("the offer: %+v", o)
		}
		if s := shown.Segments[0]; s.How != ByPull || s.Cause != CauseTransferred || shown.Queues[s.QueueID] != "Support" {
			t.Errorf("the share: %+v", s)
		}
	})
}

func TestWhoIsOfferedAnInteractionSeesIt(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	views := NewViews(c.d, silent{}, noneReadable{})
	it := c.offered(c.queue, c.ola)
	if _, err := views.Interaction(c.asOla(), it.ID); err != nil {
		t.Errorf("who is asked: %v", err)
	}
	_, err := views.Interaction(c.asKamil(), it.ID)
	refused(t, "who is not", err, errs.NotFound, "interaction.not_found")
}

func TestTransferTargetsAreThoseWhoGetTheWork(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		gone := c.makeQueue("Gone", QueuePatch{})
		_, err := c.queues.Archive(c.system, gone)
		c.must(err)
		for agent, enabled := range map[id.User]bool{c.ola: true, c.kamil: true, c.marta: false} {
			c.must(c.svc.SetMembership(c.asMarta(), Membership{Agent: agent, Queue: c.queue, Member: true, Enabled: enabled}))
		}
		it := c.active(c.queue)
		targets, err := NewViews(d, silent{}, allReadable{}).TransferTargets(c.asOla(), it.ID)
		c.must(err)
		if len(targets.Queues) != 1 || targets.Queues[0].ID != c.queue || targets.Queues[0].Board != nil {
			t.Errorf("queues %+v", targets.Queues)
		}
		if len(targets.Agents) != 1 || targets.Agents[0].UserID != c.kamil || targets.Agents[0].State != Offline {
			t.Errorf("agents %+v", targets.Agents)
		}
	})
}

func TestPresenceShowsWhatAnAgentDoes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		views := NewViews(d, silent{}, allReadable{})
		lunch := c.reason("Lunch")
		is := func(want Activity) {
			t.Helper()
			if p, err := views.Presence(c.asOla()); err != nil || p.Activity != want {
				t.Errorf("%s %v, want %s", p.Activity, err, want)
			}
		}
		is(IsOffline)
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Available}))
		is(IsAvailable)
		it := c.offered(c.queue, c.ola)
		is(IsOffered)
		c.must(accept(c, it))
		is(IsBusy)
		answered, err := db.One[time.Time](c.system, d, `SELECT answered_at FROM interaction WHERE id = $1`, it.ID)
		c.must(err)
		if p, err := views.Presence(c.asOla()); err != nil || !p.ActivitySince.Equal(answered) || !p.Since.Before(answered) {
			t.Errorf("busy since %v, want %v; in the state since %v: %v", p.ActivitySince, answered, p.Since, err)
		}
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Away, Reason: lunch, WhenFree: true}))
		if p, err := views.Presence(c.asOla()); err != nil || p.NextState != Away || p.NextReason != "Lunch" || p.Reason != "" {
			t.Errorf("%+v %v", p, err)
		}
		c.must(c.svc.EndContact(c.asOla(), it.ID))
		is(IsWrapping)
		c.must(finish(c, it))
		is(IsAway)
		if p, err := views.Presence(c.asOla()); err != nil || p.Reason != "Lunch" || p.NextState != "" {
			t.Errorf("%+v %v", p, err)
		}
	})
}

func TestOwnQueues(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	billing := c.makeQueue("Billing", QueuePatch{})
	for _, q := range []id.Queue{c.queue, billing} {
		c.must(c.svc.SetMembership(c.asMarta(), Membership{Agent: c.ola, Queue: q, Member: true, Enabled: q == billing}))
	}
	own, err := NewViews(c.d, silent{}, allReadable{}).OwnQueues(c.asOla())
	if err != nil || len(own) != 2 || own[0].ID != billing || !own[0].Enabled || own[1].Enabled || own[1].Board != nil {
		t.Errorf("%+v %v", own, err)
	}
}
