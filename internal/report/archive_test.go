package report

import (
	"context"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/routing"
)

func TestFirstContactResolution(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	day := func(n float64) time.Time { return begin.Add(time.Duration(n * float64(24*time.Hour))) }
	// done is a contact that the customer began, answered and closed an hour later.
	done := func(at float64, change ...func(*contact)) contact {
		c := contact{Direction: "in", State: routing.Closed, QueueID: sales, Outcome: routing.Answered, ArrivedAt: day(at), ClosedAt: day(at).Add(time.Hour)}
		for _, f := range change {
			f(&c)
		}
		return c
	}
	queue := func(q id.Queue) func(*contact) { return func(c *contact) { c.QueueID = q } }
	ofCase := func(k id.Case) func(*contact) { return func(c *contact) { c.CaseID = k } }
	code := func(resolved bool) func(*contact) {
		return func(c *contact) { c.DispositionID, c.Resolved = 1, resolved }
	}
	ours := func(c *contact) { c.Direction = "out" }
	for name, x := range map[string]struct {
		contacts []contact
		want     Ratio
	}{
		"one that nobody came back to is resolved":              {[]contact{done(0)}, Ratio{1, 1}},
		"coming back within the time is a repeat":               {[]contact{done(0), done(3)}, Ratio{1, 2}},
		"at the last instant, too":                              {[]contact{done(0), done(7, func(c *contact) { c.ArrivedAt = day(0).Add(time.Hour + 7*24*time.Hour) })}, Ratio{1, 2}},
		"after it, no more":                                     {[]contact{done(0), done(7.2)}, Ratio{2, 2}},
		"about something else, it is not":                       {[]contact{done(0), done(3, queue(help))}, Ratio{2, 2}},
		"one case is one topic, whatever the queue":             {[]contact{done(0, ofCase(1)), done(3, queue(help), ofCase(1))}, Ratio{1, 2}},
		"two cases are two topics, in one queue":                {[]contact{done(0, ofCase(1)), done(3, ofCase(2))}, Ratio{2, 2}},
		"what we begin is no repeat, and is not counted":        {[]contact{done(0), done(3, ours)}, Ratio{1, 1}},
		"what is said to be unresolved is not counted":          {[]contact{done(0, code(false)), done(3)}, Ratio{1, 1}},
		"a resolved code counts like none":                      {[]contact{done(0, code(true)), done(3)}, Ratio{1, 2}},
		"what was abandoned was not resolved":                   {[]contact{done(0, func(c *contact) { c.Outcome = routing.Abandoned })}, Ratio{}},
		"coming back while it is open is a repeat":              {[]contact{done(0, func(c *contact) { c.ClosedAt = day(2) }), done(1)}, Ratio{1, 2}},
		"what may still be repeated is not decided":             {[]contact{done(26)}, Ratio{}},
		"what was repeated is decided at once":                  {[]contact{done(26), done(27)}, Ratio{0, 1}},
		"what is still open is not counted":                     {[]contact{done(0, func(c *contact) { c.State = routing.Active })}, Ratio{}},
		"a case against none falls back to the queue":           {[]contact{done(0, ofCase(1)), done(3)}, Ratio{1, 2}},
		"without queue or case nothing is of the same topic":    {[]contact{done(0, queue(0)), done(3, queue(0))}, Ratio{2, 2}},
		"a repeat may itself be resolved and repeated in turn":  {[]contact{done(0), done(3), done(5)}, Ratio{1, 3}},
		"nobody has written: there is no figure, not a hundred": {nil, Ratio{}},
	} {
		if got := firstContactResolution(x.contacts, 7*24*time.Hour, day(30)); got != x.want {
			t.Errorf("%s: %+v, want %+v", name, got, x.want)
		}
	}
	if got := resolvedByCode([]contact{done(0), done(1, code(true)), done(2, code(false)), done(3, code(true))}); got != (Ratio{2, 3}) {
		t.Errorf("by code %+v", got)
	}
}

func TestThePreferredChannelIsWhereTheCustomerBegins(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var all []contact
	for _, c := range []contact{
		{Channel: "email", Direction: "in", HandleUS: 60e6},
		{Channel: "webchat", Direction: "in", HandleUS: 30e6},
		{Channel: "webchat", Direction: "in"},
		{Channel: "email", Direction: "out"},
		{Channel: "email", Direction: "out"},
		{Channel: "email", Direction: "in"},
	} {
		at = at.Add(time.Hour)
		c.ArrivedAt = at
		all = append(all, c)
	}
	got := sumUp(all, 7, at)
	if got.Preferred != "email" || got.Contacts != 6 || got.HandleUS != 90e6 || len(got.Channels) != 2 {
		t.Errorf("%+v", got) // both were begun twice: the later wins
	}
	if mail := got.Channels[0]; mail.Channel != "email" || mail.Contacts != 4 || mail.Begun != 2 || mail.HandleUS != 60e6 || !mail.LastAt.Equal(at) {
		t.Errorf("%+v", mail)
	}
	if got := sumUp(all[:5], 7, at); got.Preferred != "webchat" {
		t.Errorf("preferred %s", got.Preferred)
	}
	if got := sumUp(nil, 7, at); got.Preferred != "" || got.Contacts != 0 {
		t.Errorf("%+v", got)
	}
}

// allSeen lets everybody see all of their brands, or what one agent works on.
type allSeen struct{ only id.User }

func (s allSeen) Reach(context.Context) (func(w *db.Where) string, error) {
	if s.only == 0 {
		return nil, nil
	}
	return func(w *db.Where) string { return "c.agent_id = " + w.Arg(s.only) }, nil
}

func TestAnArchiveIsComputedFromStamps(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		begin := time.Now().Add(-30 * 24 * time.Hour).Truncate(time.Second)
		w := newWorld(t, d, begin)
		w.update(func(tx *db.Tx) {
			w.exec(tx, `INSERT INTO customer (tenant_id, id, brand_id, created_at, changed_at, joined_into) VALUES ($1, 1, $2, 0, 0, 0), ($1, 2, $2, 0, 0, 1), ($1, 3, $2, 0, 0, 0)`, ours, falaNet)
			w.exec(tx, `INSERT INTO disposition (tenant_id, id, name, resolved, created_at) VALUES ($1, 1, 'Solved', TRUE, 0)`, ours)
			talk := func(conv, customer int64, channel string, agent id.User, hours ...int) {
				w.exec(tx, `INSERT INTO conversation (tenant_id, id, brand_id, entry_point_id, channel, customer_id, created_at, last_at, agent_id)
					VALUES ($1, $2, $3, 1, $4, $5, 1, 1, $6)`, ours, conv, falaNet, channel, customer, agent)
				for i, h := range hours {
					at := begin.Add(time.Duration(h) * time.Hour)
					it := conv*100 + int64(i)
					w.exec(tx, `INSERT INTO interaction (tenant_id, id, conversation_id, brand_id, channel, direction, state, queue_id, arrived_at, closed_at, outcome, disposition_id)
						VALUES ($1, $2, $3, $4, $5, 'in', 'closed', $6, $7, $8, 'answered', 1)`, ours, it, conv, falaNet, channel, sales, at, at.Add(time.Hour))
					w.exec(tx, `INSERT INTO segment (tenant_id, id, interaction_id, conversation_id, brand_id, queue_id, agent_id, channel, how, started_at, talked_at, ended_at, parked_us)
						VALUES ($1, $2, $2, $3, $4, $5, $6, $7, 'offer', $8, $9, $10, $11)`, ours, it, conv, falaNet, sales, agent, channel, at, at.Add(5*time.Minute), at.Add(6*time.Minute), time.Minute.Microseconds())
				}
			}
			talk(11, 1, "email", ola, 0)
			talk(12, 2, "webchat", kamil, 24, 24*20) // of who is held to be the first
			talk(13, 3, "webchat", kamil, 1)         // somebody else
		})
		a := NewArchive(d, allSeen{})
		got, err := a.Of(w.ctx, ArchiveQuery{Customer: 1})
		if err != nil || got.Contacts != 3 || got.Preferred != "webchat" || got.HandleUS != 15*time.Minute.Microseconds() || got.Partial || got.Capped {
			t.Errorf("%+v %v", got, err)
		}
		if got.FirstContact != (Ratio{2, 3}) || got.ResolvedByCode != (Ratio{3, 3}) || got.RepeatDays != 7 || !got.FirstAt.Equal(begin) {
			t.Errorf("first contact %+v, by code %+v, since %v", got.FirstContact, got.ResolvedByCode, got.FirstAt)
		}
		if long, err := a.Of(w.ctx, ArchiveQuery{Customer: 2, RepeatDays: 30}); err != nil || long.FirstContact != (Ratio{0, 2}) {
			t.Errorf("within 30 days, asked by the other record: %+v %v", long.FirstContact, err)
		}
		own, err := NewArchive(d, allSeen{only: ola}).Of(as(t, ola, actor.Agent, falaNet), ArchiveQuery{Customer: 1})
		if err != nil || own.Contacts != 1 || !own.Partial {
			t.Errorf("an agent's own part: %+v %v", own, err)
		}
		if other, err := a.Of(as(t, ola, actor.Supervisor, vasarfia), ArchiveQuery{Customer: 1}); err != nil || other.Contacts != 0 {
			t.Errorf("of another brand: %+v %v", other, err)
		}
		if _, err := a.Of(w.ctx, ArchiveQuery{Customer: 1, RepeatDays: 31}); !errs.Is(errs.Invalid, err) {
			t.Errorf("31 days: %v", err)
		}
	})
}
