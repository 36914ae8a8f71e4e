package sla

import (
	"context"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/tenant"
)

// Cases are what is promised about.
type Cases interface {
	Find(ctx context.Context, q db.Queryer, key id.Case) (casework.Case, error)
	// Surviving returns the case in which the newest case of a conversation goes on, and whether there is one.
	Surviving(ctx context.Context, q db.Queryer, of id.Conversation) (casework.Case, bool, error)
	// Concerned tells which entries of a batch of facts are said in conversations that belong to a case.
	Concerned(ctx context.Context, batch []fact.Record) (func(r fact.Record) bool, error)
	// ShowDue keeps on a case when its soonest promise ends, and whether one was broken.
	ShowDue(ctx context.Context, tx *db.Tx, c casework.Case) error
	// Escalate changes a case for the system.
	Escalate(ctx context.Context, tx *db.Tx, key id.Case, change casework.Change) (casework.Case, error)
}

// Calendars know the hours.
type Calendars interface {
	HoursOf(ctx context.Context, q db.Queryer, tenant id.Tenant, calendar id.Calendar) (*calendar.Hours, error)
}

// People are told of what is late.
type People interface {
	// TellOfCase tells users, and the members of a team, that something is the matter with a case.
	TellOfCase(ctx context.Context, tx *db.Tx, c casework.Case, kind string, user id.User, team id.Team) error
}

// Service keeps the clocks of cases.
type Service struct {
	db        *db.DB
	cases     Cases
	calendars Calendars
	people    People
}

// New returns a Service that stores in d.
func New(d *db.DB, cases Cases, calendars Calendars, people People) *Service {
	return &Service{d, cases, calendars, people}
}

// reader names the follower.
const reader = "sla"

// wakeJob lets time pass for the clocks of a case.
type wakeJob struct {
	Case id.Case `json:"case"`
}

// Kind names the job.
func (wakeJob) Kind() string { return "sla.wake" }

// RegisterJobs adds the worker.
func (s *Service) RegisterJobs(w *job.Workers) { job.Register(w, s.wake) }

// wake lets time pass. Woken too early or too often, it does nothing.
func (s *Service) wake(ctx context.Context, j wakeJob) error {
	return errs.Op("sla.wake", s.db.Update(ctx, func(tx *db.Tx) error {
		k, found, err := s.lock(ctx, tx, j.Case)
		if err != nil || !found {
			return err
		}
		return s.step(ctx, tx, k, tx.Now(), Woken{})
	}))
}

// Run follows the facts until ctx ends. One node at a time runs it; each fact takes effect once.
func (s *Service) Run(ctx context.Context, held lease.Held) error {
	pos, err := s.position(ctx)
	if err != nil {
		return err
	}
	return s.db.FollowCalmly(ctx, reader, pos, func(ctx context.Context, batch []fact.Record) error {
		concerned, err := s.cases.Concerned(ctx, batch)
		if err != nil {
			return err
		}
		for _, r := range batch {
			if _, said := r.Fact.(fact.EntryAdded); said && !concerned(r) {
				continue
			}
			if err := s.hear(actor.With(ctx, actor.ForSystem(r.Tenant)), held, r); err != nil {
				return err
			}
		}
		if last := batch[len(batch)-1].Pos; last-pos >= casework.PlaceEvery {
			pos = last
			err = s.db.Update(ctx, func(tx *db.Tx) error { return advance(ctx, tx, last) })
		}
		return err
	})
}

// advance notes that all facts up to pos were looked at.
func advance(ctx context.Context, tx *db.Tx, pos int64) error {
	_, err := db.Exec(ctx, tx, `UPDATE sla_reader SET pos = $2 WHERE name = $1 AND pos < $2`, reader, pos)
	return err
}

// position returns from where to go on. An installation that is older than this table began where it was then.
func (s *Service) position(ctx context.Context) (int64, error) {
	pos, err := db.One[int64](ctx, s.db, `SELECT pos FROM sla_reader WHERE name = $1`, reader)
	return pos, errs.Op("sla.position", err)
}

// told is what a fact says about a case.
type told struct {
	Case  id.Case
	Event Event
}

// tell returns what a fact says about a case; false: nothing that clocks care about.
func (s *Service) tell(ctx context.Context, f fact.Fact) (told, bool, error) {
	switch f := f.(type) {
	case fact.CaseOpened:
		return told{f.Case, Opened{f.Category}}, true, nil
	case fact.CaseMoved:
		return told{f.Case, Moved{f.Category}}, true, nil
	case fact.CaseMerged:
		return told{f.Case, Merged{true}}, true, nil
	case fact.CaseUnmerged:
		return told{f.Case, Merged{false}}, true, nil
	case fact.CaseChanged:
		for _, what := range f.What {
			if what == "priority" || what == "topic" {
				return told{f.Case, Retermed{}}, true, nil
			}
		}
	case fact.EntryAdded:
		if f.EntryKind != "message" || f.Author != "customer" && f.Author != "agent" {
			return told{}, false, nil
		}
		c, found, err := s.cases.Surviving(ctx, s.db, f.Conversation)
		if f.Author == "agent" {
			return told{c.ID, AgentAnswered{}}, found, err
		}
		return told{c.ID, CustomerWrote{}}, found, err
	}
	return told{}, false, nil
}

// hear lets one fact take effect.
func (s *Service) hear(ctx context.Context, held lease.Held, r fact.Record) error {
	t, cares, err := s.tell(ctx, r.Fact)
	if err != nil || !cares {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if held.Name != "" {
			if err := lease.Check(ctx, tx, held); err != nil {
				return err
			}
		}
		fresh, err := db.Exec(ctx, tx, `UPDATE sla_reader SET pos = $2 WHERE name = $1 AND pos < $2`, reader, r.Pos)
		if err != nil || fresh == 0 { // it has taken effect
			return err
		}
		return s.take(ctx, tx, r, t)
	})
}

// take lets what a fact says take effect.
func (s *Service) take(ctx context.Context, tx *db.Tx, r fact.Record, t told) error {
	if opened, ok := r.Fact.(fact.CaseOpened); ok {
		k, promised, err := s.promise(ctx, tx, opened)
		if err != nil || !promised {
			return err
		}
		return s.step(ctx, tx, k, r.At, t.Event)
	}
	k, found, err := s.lock(ctx, tx, t.Case)
	if err != nil || !found {
		return err
	}
	if changed, ok := r.Fact.(fact.CaseChanged); ok {
		if err := s.reterm(ctx, tx, &k, changed); err != nil {
			return err
		}
	}
	return s.step(ctx, tx, k, r.At, t.Event)
}

// kept is what is kept of the promises of one case.
type kept struct {
	CaseID     id.Case
	BrandID    id.Brand
	PolicyID   id.SLAPolicy
	CalendarID id.Calendar
	Terms      Terms `db:"terms,json"`
	State      State `db:"state,json"`
}

func (s *Service) lock(ctx context.Context, tx *db.Tx, key id.Case) (kept, bool, error) {
	return db.Find[kept](ctx, tx, `SELECT case_id, brand_id, policy_id, calendar_id, terms, state FROM sla_case WHERE tenant_id = $1 AND case_id = $2`+tx.ForUpdate(),
		actor.From(ctx).Tenant, key)
}

// promise brings a case that was opened under the policy that is for it, if there is one.
func (s *Service) promise(ctx context.Context, tx *db.Tx, f fact.CaseOpened) (kept, bool, error) {
	p, found, err := s.policyFor(ctx, tx, f.Brand, f.Priority, f.Topic)
	if err != nil || !found {
		return kept{}, false, err
	}
	k := kept{CaseID: f.Case, BrandID: f.Brand, PolicyID: p.ID, Terms: p.terms()}
	if k.CalendarID, err = s.calendarOf(ctx, tx, p, f.Brand); err != nil {
		return kept{}, false, err
	}
	n, err := db.Exec(ctx, tx, `INSERT INTO sla_case (tenant_id, case_id, brand_id, policy_id, calendar_id, terms, state) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (tenant_id, case_id) DO NOTHING`, actor.From(ctx).Tenant, k.CaseID, k.BrandID, k.PolicyID, k.CalendarID, db.JSON(k.Terms), db.JSON(k.State))
	return k, n == 1, err
}

func (s *Service) policyFor(ctx context.Context, q db.Queryer, brand id.Brand, priority int, topic string) (Policy, bool, error) {
	all, err := db.Many[Policy](ctx, q, `SELECT `+policyColumns+` FROM sla_policy WHERE tenant_id = $1 AND NOT archived ORDER BY id LIMIT 500`, actor.From(ctx).Tenant)
	if err != nil {
		return Policy{}, false, err
	}
	p, found := choose(all, brand, priority, topic)
	return p, found, nil
}

// calendarOf returns the calendar in whose hours clocks of a policy run; 0: always.
func (s *Service) calendarOf(ctx context.Context, q db.Queryer, p Policy, brand id.Brand) (id.Calendar, error) {
	if p.Hours == Always {
		return 0, nil
	}
	if p.CalendarID != 0 {
		return p.CalendarID, nil
	}
	b, err := tenant.Lookup(ctx, q, actor.From(ctx).Tenant, brand)
	return b.CalendarID, err
}

// reterm puts a case under another policy, if another is for it by now.
func (s *Service) reterm(ctx context.Context, tx *db.Tx, k *kept, f fact.CaseChanged) error {
	p, found, err := s.policyFor(ctx, tx, f.Brand, f.Priority, f.Topic)
	if err != nil || found && p.ID == k.PolicyID {
		return err
	}
	k.Terms = Terms{}
	if found {
		if k.CalendarID, err = s.calendarOf(ctx, tx, p, f.Brand); err != nil {
			return err
		}
		k.PolicyID, k.Terms = p.ID, p.terms()
	}
	_, err = db.Exec(ctx, tx, `UPDATE sla_case SET policy_id = $3, calendar_id = $4, terms = $5 WHERE tenant_id = $1 AND case_id = $2`,
		actor.From(ctx).Tenant, k.CaseID, k.PolicyID, k.CalendarID, db.JSON(k.Terms))
	return err
}

// step lets an event take effect on the clocks of a case that is locked, and keeps and tells what it did.
func (s *Service) step(ctx context.Context, tx *db.Tx, k kept, at time.Time, e Event) error {
	hours, err := s.calendars.HoursOf(ctx, tx, actor.From(ctx).Tenant, k.CalendarID)
	if err != nil {
		return err
	}
	after, effects := Step(k.State, k.Terms, hours, at, e, id.New[id.Clock])
	wake := after.WakeAt()
	if err := s.keep(ctx, tx, k, after, effects, wake); err != nil {
		return err
	}
	if !wake.IsZero() {
		key := k.CaseID.String() + "@" + strconv.FormatInt(wake.UnixMicro(), 10)
		if err := job.Enqueue(ctx, tx, wakeJob{k.CaseID}, job.At(wake), job.Unique(key)); err != nil {
			return err
		}
	}
	for _, did := range effects {
		if err := tx.Record(ctx, factOf(k, did)); err != nil {
			return err
		}
	}
	return s.show(ctx, tx, k, after, effects)
}

// show keeps on the case what lists show, and lets what is late make happen what its policy says.
func (s *Service) show(ctx context.Context, tx *db.Tx, k kept, after State, effects []Effect) error {
	c, err := s.cases.Find(ctx, tx, k.CaseID)
	if err != nil {
		return err
	}
	due, breached := after.Soonest()
	for _, did := range effects {
		breached = breached || did.Did == DidBreach
	}
	if breached = breached || c.Breached; !due.Equal(c.DueAt) || breached != c.Breached {
		c.DueAt, c.Breached = due, breached
		if err := s.cases.ShowDue(ctx, tx, c); err != nil {
			return err
		}
	}
	return s.escalate(ctx, tx, k, c, effects)
}
