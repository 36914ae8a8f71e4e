package sla_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/sla"
)

const (
	falaNet id.Brand        = 10
	ola     id.User         = 30
	kamil   id.User         = 31
	north   id.Team         = 40
	chat    id.Conversation = 51
)

// world is what cases and promises know of others, and who was told.
type world struct{ told chan string }

func (world) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) { return nil, nil }

func (world) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return slices.DeleteFunc(slices.Clone(users), func(u id.User) bool { return u != ola && u != kamil }), nil
}

func (world) TeamsOf(context.Context, db.Queryer, id.User) ([]id.Team, error) { return nil, nil }

func (world) HasTeam(_ context.Context, _ db.Queryer, t id.Team) (bool, error) {
	return t == north, nil
}

func (world) HasCalendar(context.Context, db.Queryer, id.Calendar) (bool, error) { return false, nil }

func (world) HasUser(_ context.Context, _ db.Queryer, _ id.Brand, u id.User) (bool, error) {
	return u == ola || u == kamil, nil
}

func (world) Readable(_ context.Context, _ db.Queryer, c id.Conversation) (casework.Thread, error) {
	return casework.Thread{ID: c, Brand: falaNet, Subject: "Awaria"}, nil
}

func (w world) Find(ctx context.Context, q db.Queryer, c id.Conversation) (casework.Thread, error) {
	return w.Readable(ctx, q, c)
}

func (world) OfInteraction(context.Context, db.Queryer, id.Interaction) (id.Conversation, error) {
	return chat, nil
}

func (world) BrandOf(context.Context, db.Queryer, id.Customer) (id.Brand, error) { return falaNet, nil }

func (w world) TellOfCase(_ context.Context, tx *db.Tx, _ casework.Case, kind string, user id.User, team id.Team) error {
	tx.AfterCommit(func() { w.told <- kind + " " + user.String() + " " + team.String() })
	return nil
}

// house is a tenant with cases and promises that run.
type house struct {
	t        *testing.T
	ctx      context.Context
	db       *db.DB
	cases    *casework.Service
	policies *sla.Policies
	sla      *sla.Service
	told     chan string
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	w := world{make(chan string, 100)}
	setup := casework.NewSetup(d)
	h := &house{t: t, ctx: dbtest.As(t, 1), db: d, cases: casework.New(d, setup, w, w), policies: sla.NewPolicies(d, w), told: w.told}
	h.sla = sla.New(d, h.cases, calendar.New(d), w)
	h.must(d.Update(h.ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(h.ctx, tx, `INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
			VALUES (1, 10, 'Fala Net', 'fala net', '#0b7285', '[]', 'Europe/Warsaw', 0, 0)`); err != nil {
			return err
		}
		return setup.Founded(h.ctx, tx)
	}))
	return h
}

// run runs the follower and the jobs until the test ends.
func (h *house) run() {
	ctx, stop := context.WithCancel(context.Background())
	var workers job.Workers
	h.sla.RegisterJobs(&workers)
	ended := make(chan error, 2)
	go func() { ended <- h.sla.Run(ctx, lease.Held{}) }()
	go func() { job.NewRunner(h.db, &workers, nil, slog.New(slog.DiscardHandler)).Run(ctx); ended <- nil }()
	h.t.Cleanup(func() { stop(); <-ended; <-ended })
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) promise(p sla.Policy) sla.Policy {
	h.t.Helper()
	if p.Name == "" {
		p.Name = "Obietnica"
	}
	if p.Hours == "" {
		p.Hours = sla.Always
	}
	made, err := h.policies.Create(h.ctx, p)
	h.must(err)
	return made
}

func (h *house) open(o casework.Opening) casework.Case {
	h.t.Helper()
	o.Conversation, o.Subject = chat, "Awaria"
	c, err := h.cases.Open(h.ctx, o)
	h.must(err)
	return c
}

// until waits until a kind of fact has happened so often since the beginning.
func (h *house) until(kind string, often int) {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.ctx, 30*time.Second)
	defer stop()
	err := h.db.Follow(ctx, "test", 0, func(_ context.Context, batch []fact.Record) error {
		for _, r := range batch {
			if r.Fact.Kind() == kind {
				often--
			}
		}
		if often <= 0 {
			stop()
		}
		return nil
	})
	if often > 0 {
		h.t.Fatalf("%s did not happen: %v", kind, err)
	}
}

func (h *house) say(author string) {
	h.t.Helper()
	h.must(h.db.Update(h.ctx, func(tx *db.Tx) error {
		return tx.Record(h.ctx, fact.EntryAdded{Conversation: chat, Brand: falaNet, Entry: 1, Seq: 1, EntryKind: "message", Author: author})
	}))
}

func (h *house) clocks(key id.Case) string {
	h.t.Helper()
	all, err := db.Many[string](h.ctx, h.db, `SELECT kind || ' ' || state FROM clock WHERE case_id = $1 ORDER BY id`, key)
	h.must(err)
	return strings.Join(all, ", ")
}

func TestWhatIsLateEscalates(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.promise(sla.Policy{
			Priority: sla.AnyPriority, Targets: map[sla.Kind]int64{sla.FirstResponse: 1}, WarnPercent: 50,
			Escalations: []sla.Escalation{
				{On: "warned", Act: sla.NotifyOwner},
				{On: "breached", Act: sla.RaisePriority},
				{On: "breached", Act: sla.MoveOwner, User: kamil, Team: north},
				{On: "breached", Act: sla.NotifyTeam},
			},
		})
		h.run()
		c := h.open(casework.Opening{Owner: ola, Priority: casework.Normal})
		h.until("clock.breached", 1)
		after, err := h.cases.Find(h.ctx, d, c.ID)
		h.must(err)
		if after.Priority != casework.High || after.OwnerID != kamil || after.TeamID != north || !after.Breached {
			t.Errorf("%+v", after)
		}
		if got := []string{<-h.told, <-h.told}; !slices.Equal(got, []string{"case.warned 30 0", "case.breached 0 40"}) {
			t.Errorf("told %q", got)
		}
		if breach, err := db.One[time.Time](h.ctx, d, `SELECT breached_at FROM clock`); err != nil || breach.Sub(after.OpenedAt) < time.Second {
			t.Errorf("broken after %v, %v", breach.Sub(after.OpenedAt), err)
		}
		h.until("case.escalated", 4)
	})
}

func TestClocksFollowTheFactsAndAreComputedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.promise(sla.Policy{
			Priority: sla.AnyPriority, Pauses: []string{"waiting_customer"},
			Targets: map[sla.Kind]int64{sla.FirstResponse: 3600, sla.NextResponse: 3600, sla.Resolution: 36000},
		})
		h.run()
		c := h.open(casework.Opening{})
		h.until("clock.started", 2)
		h.say("agent")
		h.until("clock.met", 1)
		move := func(status id.CaseStatus) {
			t.Helper()
			_, err := h.cases.Update(h.ctx, c.ID, casework.Change{Status: &status})
			h.must(err)
		}
		move(3)
		h.until("clock.paused", 1)
		move(2)
		h.until("clock.resumed", 1)
		h.say("customer")
		h.until("clock.started", 3)
		if got := h.clocks(c.ID); got != "first_response met, resolution running, next_response running" {
			t.Error(got)
		}
		if now, err := h.cases.Find(h.ctx, d, c.ID); err != nil || now.DueAt.IsZero() || now.DueAt.Sub(now.OpenedAt) > 2*time.Hour {
			t.Errorf("due %v, %v", now.DueAt, err)
		}
		h.say("agent")
		move(5)
		h.until("clock.met", 3)
		if got := h.clocks(c.ID); got != "first_response met, resolution met, next_response met" {
			t.Error(got)
		}
		stored, err := db.Many[int64](h.ctx, d, `SELECT used_us FROM clock ORDER BY id`)
		h.must(err)
		_, effects, err := h.sla.Recompute(h.ctx, c.ID, []id.Conversation{chat}, time.Now())
		h.must(err)
		again := map[sla.Kind]int64{}
		for _, e := range effects {
			if e.Did == sla.DidMeet {
				again[e.Clock.Kind] = e.Clock.Used.Microseconds()
			}
		}
		if want := map[sla.Kind]int64{sla.FirstResponse: stored[0], sla.Resolution: stored[1], sla.NextResponse: stored[2]}; !equal(again, want) {
			t.Errorf("computed again %v, stored %v", again, want)
		}
	})
}

func equal(a, b map[sla.Kind]int64) bool {
	for k := range a {
		if a[k] != b[k] {
			return false
		}
	}
	return len(a) == len(b)
}

func TestThePolicyThatSaysMostHolds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		all := h.promise(sla.Policy{Name: "all", Priority: sla.AnyPriority, Targets: map[sla.Kind]int64{sla.Resolution: 9000}})
		urgent := h.promise(sla.Policy{Name: "urgent", Priority: casework.Urgent, Targets: map[sla.Kind]int64{sla.Resolution: 600}})
		topic := h.promise(sla.Policy{Name: "topic", BrandID: falaNet, Priority: sla.AnyPriority, Topic: "Awaria", Targets: map[sla.Kind]int64{sla.Resolution: 3600}})
		h.run()
		c := h.open(casework.Opening{Priority: casework.Normal})
		h.until("clock.started", 1)
		under := func(want id.SLAPolicy) {
			t.Helper()
			got, err := db.One[id.SLAPolicy](h.ctx, d, `SELECT policy_id FROM sla_case`)
			if h.must(err); got != want {
				t.Errorf("under %d, want %d", got, want)
			}
		}
		under(all.ID)
		_, err := h.cases.Update(h.ctx, c.ID, casework.Change{Priority: new(casework.Urgent)})
		h.must(err)
		h.settle(c.ID, 600)
		under(urgent.ID)
		_, err = h.cases.Update(h.ctx, c.ID, casework.Change{Topic: new("awaria")})
		h.must(err)
		h.settle(c.ID, 3600)
		under(topic.ID)
	})
}

// settle waits until the clock of a case has a target.
func (h *house) settle(key id.Case, target int64) {
	h.t.Helper()
	woken, end := h.db.Woken("job") // a clock with another target wakes at another instant
	defer end()
	for {
		got, err := db.One[int64](h.ctx, h.db, `SELECT target_seconds FROM clock WHERE case_id = $1`, key)
		if h.must(err); got == target {
			return
		}
		select {
		case <-woken:
		case <-h.t.Context().Done():
			h.t.Fatalf("the target stays %d", got)
		}
	}
}

func TestPoliciesAreCheckedAndAudited(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		good := sla.Policy{Name: "x", Priority: sla.AnyPriority, Hours: sla.Business, Targets: map[sla.Kind]int64{sla.Resolution: 60}}
		for name, change := range map[string]func(p *sla.Policy){
			"no name":                  func(p *sla.Policy) { p.Name = " " },
			"no targets":               func(p *sla.Policy) { p.Targets = nil },
			"a target of nothing":      func(p *sla.Policy) { p.Targets = map[sla.Kind]int64{sla.Resolution: 0} },
			"a clock there is not":     func(p *sla.Policy) { p.Targets = map[sla.Kind]int64{"lunch": 60} },
			"a brand there is not":     func(p *sla.Policy) { p.BrandID = 99 },
			"a calendar there is not":  func(p *sla.Policy) { p.CalendarID = 99 },
			"a pause there is not":     func(p *sla.Policy) { p.Pauses = []string{"done"} },
			"to a person there is not": func(p *sla.Policy) { p.Escalations = []sla.Escalation{{On: "warned", Act: sla.MoveOwner, User: 99}} },
			"to nobody":                func(p *sla.Policy) { p.Escalations = []sla.Escalation{{On: "warned", Act: sla.MoveOwner}} },
		} {
			p := good
			change(&p)
			if _, err := h.policies.Create(h.ctx, p); errs.CodeOf(err) != "fields" {
				t.Errorf("%s: %v", name, err)
			}
		}
		p := h.promise(good)
		if _, err := h.policies.Update(h.ctx, p.ID, 7, func(p sla.Policy) sla.Policy { return p }); errs.CodeOf(err) != "sla_policy.changed" {
			t.Errorf("an old version gives %v", err)
		}
		_, err := h.policies.Update(h.ctx, p.ID, 1, func(p sla.Policy) sla.Policy { p.Archived = true; return p })
		h.must(err)
		if all, err := h.policies.List(h.ctx, false); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
		actions, err := db.Many[string](h.ctx, d, `SELECT action FROM audit ORDER BY id`)
		if h.must(err); !slices.Equal(actions, []string{"sla_policy.create", "sla_policy.update"}) {
			t.Errorf("%v", actions)
		}
		one := actor.With(h.ctx, actor.Actor{Kind: actor.User, Tenant: 1, User: ola, Rights: actor.Rights{actor.CaseSetup: actor.InBrand}, Brands: actor.Brands{Some: []id.Brand{falaNet}}})
		if _, err := h.policies.Create(one, good); errs.CodeOf(err) != "case_setup.brand" {
			t.Errorf("a promise of every brand by one brand's: %v", err)
		}
	})
}
