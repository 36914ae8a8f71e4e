package routing

import (
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

type intervalRow struct {
	State    Presence
	ReasonID id.AwayReason
	System   string
	Since    int64
	Until    int64
}

// intervals returns the stretches of an agent's presence, and fails where they overlap, have a gap or are not one open.
func (c *centre) intervals(user id.User) []string {
	c.t.Helper()
	rows, err := db.Many[intervalRow](c.t.Context(), c.d, `SELECT state, reason_id, system, since, until FROM agent_interval
		WHERE tenant_id = $1 AND user_id = $2 ORDER BY id`, actor.From(c.system).Tenant, user)
	c.must(err)
	var states []string
	for i, r := range rows {
		name := string(r.State)
		if r.System != "" {
			name += "(" + r.System + ")"
		} else if r.ReasonID != 0 {
			name += "(reason)"
		}
		states = append(states, name)
		last := i == len(rows)-1
		if last && r.Until != 0 || !last && r.Until != rows[i+1].Since {
			c.t.Errorf("interval %d of %d is from %d until %d", i, len(rows), r.Since, r.Until)
		}
	}
	return states
}

func (c *centre) reason(name string) id.AwayReason {
	c.t.Helper()
	r, err := NewAwayReasons(c.d).Create(c.system, AwayReasonPatch{Name: &name})
	c.must(err)
	return r.ID
}

func TestPresenceLeavesNoGapAndNoOverlap(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		lunch := c.reason("Lunch")
		c.facts()
		for _, w := range []Wish{
			{State: Available}, {State: Available}, {State: Away, Reason: lunch}, {State: Away}, {State: Available, Reason: lunch}, {State: Offline},
		} {
			c.must(c.svc.SetPresence(c.asOla(), w))
		}
		c.must(c.svc.ForcePresence(c.asMarta(), c.ola, Wish{State: Available}))
		want := []string{"available", "away(reason)", "away", "available", "offline", "available"}
		if got := c.intervals(c.ola); !slices.Equal(got, want) {
			t.Errorf("intervals %v, want %v", got, want)
		}
		if a := c.agent(c.ola); a.State != Available || a.ReasonID != 0 || !a.IdleSince.Equal(a.Since) {
			t.Errorf("%+v", a)
		}
		refused(t, "a presence that is none", c.svc.SetPresence(c.asOla(), Wish{State: "busy"}), errs.Invalid, "presence.unknown")
		refused(t, "a reason that is none", c.svc.SetPresence(c.asOla(), Wish{State: Away, Reason: 5}), errs.Invalid, "away_reason.not_found")
	})
}

func TestTheNextPresenceBeginsWhenTheWorkEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		lunch := c.reason("Lunch")
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Available}))
		one, two := c.active(c.queue), c.active(c.queue)
		c.facts()
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Away, Reason: lunch, WhenFree: true}))
		if a := c.agent(c.ola); a.State != Available || a.NextState != Away || c.facts() != "presence.moved" {
			t.Errorf("while she works: %+v", a)
		}
		c.must(finish(c, one))
		if a := c.agent(c.ola); a.State != Available {
			t.Errorf("with one of two done: %+v", a)
		}
		c.must(c.svc.Transfer(c.asOla(), Transfer{Interaction: two.ID, Queue: c.queue}))
		if a := c.agent(c.ola); a.State != Away || a.ReasonID != lunch || a.NextState != "" {
			t.Errorf("with all done: %+v", a)
		}
		if got := c.intervals(c.ola); !slices.Equal(got, []string{"available", "away(reason)"}) {
			t.Errorf("intervals %v", got)
		}
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Offline, WhenFree: true}))
		if a := c.agent(c.ola); a.State != Offline {
			t.Errorf("who has nothing to end goes at once: %+v", a)
		}
	})
}

func TestALostAgentsWorkGoesOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Available}))
		works, wraps, parked := c.active(c.queue), c.wrapping(c.queue), c.parked(c.queue)
		c.facts()
		c.must(c.svc.Lost(c.system, c.ola))
		for what, want := range map[id.Interaction]State{works.ID: Queued, wraps.ID: Closed, parked.ID: Parked} {
			if got := c.read(what).State; got != want {
				t.Errorf("%s, want %s", got, want)
			}
			c.whole(what)
		}
		if a := c.agent(c.ola); a.State != Offline || a.System != SystemLost {
			t.Errorf("%+v", a)
		}
		c.facts()
		c.must(c.svc.Lost(c.system, c.ola))
		if got := c.facts(); got != "" {
			t.Errorf("lost again: %q", got)
		}
	})
}

func TestABreakIsNeverEndedByTheSystem(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	lunch := c.reason("Lunch")
	works := c.active(c.queue)
	c.must(c.svc.SetPresence(c.asOla(), Wish{State: Away, Reason: lunch}))
	c.must(c.svc.Lost(c.system, c.ola))
	if a := c.agent(c.ola); a.State != Away || a.ReasonID != lunch || c.read(works.ID).State != Queued {
		t.Errorf("%+v, work %s", a, c.read(works.ID).State)
	}
	c.must(c.d.Update(c.system, func(tx *db.Tx) error { return missed(c.system, tx, c.ola) }))
	if got := c.intervals(c.ola); !slices.Equal(got, []string{"away(reason)"}) {
		t.Errorf("intervals %v", got)
	}
}

func TestChannelsAreSwitchedOneByOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.must(c.svc.SwitchChannels(c.asOla(), c.ola, map[string]bool{"chat": false, "call": false}))
		c.must(c.svc.SwitchChannels(c.asMarta(), c.ola, map[string]bool{"chat": true}))
		if got := c.agent(c.ola).Channels; !slices.Equal(got, []string{"video", "chat", "mail", "social"}) {
			t.Errorf("on: %v", got)
		}
		if got := c.facts(); got != "channels.switched channels.switched" {
			t.Errorf("facts %q", got)
		}
		c.must(c.svc.SwitchChannels(c.asOla(), c.ola, map[string]bool{"chat": true}))
		if got := c.facts(); got != "" {
			t.Errorf("switched to what it was: %q", got)
		}
		refused(t, "an unknown one", c.svc.SwitchChannels(c.asOla(), c.ola, map[string]bool{"fax": true}), errs.Invalid, "unknown")
	})
}

func TestMembershipsAreMovedInOneStep(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		billing := c.makeQueue("Billing", QueuePatch{})
		c.facts()
		c.must(c.svc.SetMembership(c.asMarta(), Membership{Agent: c.ola, Queue: c.queue, Member: true, Enabled: true}))
		c.must(c.svc.MoveAgent(c.asMarta(), c.ola, c.queue, billing))
		c.must(c.svc.SetMembership(c.asMarta(), Membership{Agent: c.ola, Queue: billing, Member: true}))
		if got := c.facts(); got != "membership.moved membership.moved membership.moved membership.moved" {
			t.Errorf("facts %q", got)
		}
		members, err := c.queues.Members(c.asMarta(), billing, 0, 5)
		if err != nil || len(members) != 1 || members[0].UserID != c.ola || members[0].Enabled {
			t.Errorf("%+v %v", members, err)
		}
		if rest, err := c.queues.Members(c.asMarta(), c.queue, 0, 5); err != nil || len(rest) != 0 {
			t.Errorf("%+v %v", rest, err)
		}
		if n := c.count("audit WHERE tenant_id = $1 AND action = 'queue.member'"); n != 4 {
			t.Errorf("%d audit entries", n)
		}
	})
}

func TestWhatIsDoneToAnAgentIsAudited(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		log := func() []string {
			t.Helper()
			rows, err := db.Many[string](c.system, d, `SELECT action || ' ' || changes FROM audit
				WHERE tenant_id = $1 AND (subject_kind = 'agent' OR action = 'queue.member') ORDER BY id`, c.crew.tenant)
			c.must(err)
			return rows
		}
		c.must(c.svc.SetPresence(c.asOla(), Wish{State: Available}))
		c.must(c.svc.SwitchChannels(c.asOla(), c.ola, map[string]bool{"mail": false}))
		if got := log(); len(got) != 0 {
			t.Errorf("her own doing: %v", got)
		}
		c.must(c.svc.ForcePresence(c.asMarta(), c.ola, Wish{State: Away}))
		c.must(c.svc.SwitchChannels(c.asMarta(), c.ola, map[string]bool{"mail": true}))
		for _, enabled := range []bool{true, false} {
			c.must(c.svc.SetMembership(c.asMarta(), Membership{Agent: c.ola, Queue: c.queue, Member: true, Enabled: enabled}))
		}
		got := log()
		if len(got) != 4 {
			t.Fatalf("%d entries: %v", len(got), got)
		}
		for i, parts := range [][]string{
			{"agent.presence", `"available"`, `"away"`},
			{"agent.channels", `"channels`, `"mail"`},
			{"queue.member", `"agent"`, `"member"`, `"enabled"`, "false", "true"},
			{"queue.member", `"agent"`, `"enabled"`, "true", "false"},
		} {
			for _, part := range parts {
				if !strings.Contains(got[i], part) {
					t.Errorf("entry %d is %s, without %s", i, got[i], part)
				}
			}
		}
		if strings.Contains(got[3], `"member"`) {
			t.Errorf("a pause changes no membership: %s", got[3])
		}
	})
}
