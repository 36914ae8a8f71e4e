package sla

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/tenant"
)

// Bounds of a policy.
const (
	maxName        = 100
	maxTopic       = 100
	maxPolicies    = 500
	maxEscalations = 20
	// MaxTarget bounds what is promised.
	MaxTarget = 366 * 24 * time.Hour
)

// In which hours clocks run.
const (
	Business = "business"
	Always   = "always"
)

// AnyPriority is the priority of a policy for all.
const AnyPriority = -1

// What an escalation does.
const (
	NotifyOwner   = "notify_owner"
	NotifyTeam    = "notify_team"
	RaisePriority = "raise_priority"
	MoveOwner     = "move_owner"
)

// Escalation is what a clock makes happen.
type Escalation struct {
	On    string  `json:"on"`              // warned, breached
	Clock Kind    `json:"clock,omitempty"` // empty: any
	Act   string  `json:"act"`
	User  id.User `json:"user,omitzero"` // of move_owner; none: nobody, so that the team takes it
	Team  id.Team `json:"team,omitzero"` // of notify_team: instead of the case's; of move_owner: to which it goes
}

// Policy is a promise of times.
type Policy struct {
	ID          id.SLAPolicy
	Name        string
	BrandID     id.Brand       // 0: every brand
	Priority    int            // AnyPriority: every one
	Topic       string         // empty: every one
	Targets     map[Kind]int64 `db:"targets,json"` // seconds
	Hours       string
	CalendarID  id.Calendar // of business hours; 0: the brand's
	WarnPercent int
	Pauses      []string     `db:"pauses,json"`
	Escalations []Escalation `db:"escalations,json"`
	Version     int64
	Archived    bool
	CreatedAt   time.Time
	ChangedAt   time.Time
}

const policyColumns = `id, name, brand_id, priority, topic, targets, hours, calendar_id, warn_percent, pauses, escalations, version, archived, created_at, changed_at`

func (p Policy) terms() Terms {
	t := Terms{Targets: map[Kind]time.Duration{}, WarnPercent: p.WarnPercent, Pauses: p.Pauses}
	for kind, seconds := range p.Targets {
		t.Targets[kind] = time.Duration(seconds) * time.Second
	}
	return t
}

func (p Policy) audited() map[string]any {
	return map[string]any{
		"name": p.Name, "brand_id": p.BrandID, "priority": p.Priority, "topic": p.Topic, "targets": p.Targets, "hours": p.Hours, "calendar_id": p.CalendarID,
		"warn_percent": p.WarnPercent, "pauses": p.Pauses, "escalations": p.Escalations, "archived": p.Archived,
	}
}

func (p Policy) subject() audit.Subject {
	return audit.Subject{Kind: "sla_policy", ID: int64(p.ID), Name: p.Name}
}

// check names what is wrong with a policy.
func (p Policy) check(op string) error {
	var f check.Fields
	f.Text("name", p.Name, maxName)
	f.Optional("topic", p.Topic, maxTopic)
	f.OneOf("hours", p.Hours, Business, Always)
	if p.Priority < AnyPriority || p.Priority > 3 {
		f.Add("priority", "one_of", errs.Values{"allowed": "low, normal, high, urgent"})
	}
	if p.WarnPercent < 0 || p.WarnPercent > 99 {
		f.Add("warn_percent", "number.max", errs.Values{"max": 99})
	}
	if len(p.Targets) == 0 {
		f.Add("targets", "required", nil)
	}
	for kind, seconds := range p.Targets {
		if !slices.Contains(Kinds(), kind) {
			f.Add("targets", "one_of", errs.Values{"allowed": "first_response, next_response, resolution"})
		}
		if seconds <= 0 {
			f.Add("targets."+string(kind), "number.min", errs.Values{"min": 1})
		} else if seconds > int64(MaxTarget/time.Second) {
			f.Add("targets."+string(kind), "number.max", errs.Values{"max": int64(MaxTarget / time.Second)})
		}
	}
	for _, c := range p.Pauses {
		f.OneOf("pauses", c, "new", "working", "waiting_customer", "waiting_third")
	}
	f.Count("escalations", len(p.Escalations), 0, maxEscalations)
	for _, e := range p.Escalations {
		f.OneOf("escalations", e.On, DidWarn, "breached")
		f.OneOf("escalations", e.Act, NotifyOwner, NotifyTeam, RaisePriority, MoveOwner)
		f.OneOf("escalations", string(e.Clock), "", string(FirstResponse), string(NextResponse), string(Resolution))
		if e.Act == MoveOwner && e.User == 0 && e.Team == 0 {
			f.Add("escalations", "sla.nobody", nil)
		}
	}
	return f.Err(op)
}

// Directory knows calendars, brands and people that policies name.
type Directory interface {
	// HasCalendar reports whether the tenant has a calendar.
	HasCalendar(ctx context.Context, q db.Queryer, calendar id.Calendar) (bool, error)
	// HasTeam reports whether the tenant uses a team.
	HasTeam(ctx context.Context, q db.Queryer, team id.Team) (bool, error)
	// HasUser reports whether a user of the tenant is active and may see brand (0: every brand).
	HasUser(ctx context.Context, q db.Queryer, brand id.Brand, user id.User) (bool, error)
}

// Policies keeps the promises of tenants.
type Policies struct {
	db        *db.DB
	directory Directory
}

// NewPolicies returns the policies in d.
func NewPolicies(d *db.DB, directory Directory) *Policies { return &Policies{d, directory} }

// known refuses a policy that names what the tenant has not.
func (s *Policies) known(ctx context.Context, q db.Queryer, op string, p Policy) error {
	var f check.Fields
	if p.BrandID != 0 {
		if _, err := tenant.Lookup(ctx, q, actor.From(ctx).Tenant, p.BrandID); errs.Is(errs.NotFound, err) {
			f.Add("brand_id", "reference", nil)
		} else if err != nil {
			return err
		}
	}
	if p.CalendarID != 0 {
		if has, err := s.directory.HasCalendar(ctx, q, p.CalendarID); err != nil {
			return err
		} else if !has {
			f.Add("calendar_id", "reference", nil)
		}
	}
	for _, e := range p.Escalations {
		if e.Team != 0 {
			if has, err := s.directory.HasTeam(ctx, q, e.Team); err != nil {
				return err
			} else if !has {
				f.Add("escalations", "reference", nil)
			}
		}
		if e.User != 0 {
			if has, err := s.directory.HasUser(ctx, q, p.BrandID, e.User); err != nil {
				return err
			} else if !has {
				f.Add("escalations", "reference", nil)
			}
		}
	}
	return f.Err(op)
}

// mayEdit returns the actor if they look after what a policy is for.
func mayEdit(ctx context.Context, op string, brand id.Brand) (actor.Actor, error) {
	a, err := actor.Require(ctx, op, actor.CaseSetup)
	if err == nil && (brand == 0 && !a.Brands.All || brand != 0 && !a.Brands.Has(brand)) {
		err = errs.New(errs.Forbidden, op, "case_setup.brand")
	}
	return a, err
}

// seen returns the policies that a may know of.
func seen(a actor.Actor) *db.Where {
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	if !a.Brands.All {
		db.In(w, "brand_id", append([]id.Brand{0}, a.Brands.Some...))
	}
	return w
}

// List returns the policies of the actor's brands by name, with archived ones if asked for.
func (s *Policies) List(ctx context.Context, archived bool) ([]Policy, error) {
	const op = "sla.Policies"
	a, err := actor.Require(ctx, op, actor.CaseSetup)
	if err != nil {
		return nil, err
	}
	w := seen(a)
	if !archived {
		w.And("NOT archived")
	}
	all, err := db.Many[Policy](ctx, s.db, `SELECT `+policyColumns+` FROM sla_policy`+w.SQL()+` ORDER BY name, id LIMIT 500`, w.Args()...)
	return all, errs.Op(op, err)
}

// Get returns a policy.
func (s *Policies) Get(ctx context.Context, key id.SLAPolicy) (Policy, error) {
	const op = "sla.Policy"
	a, err := actor.Require(ctx, op, actor.CaseSetup)
	if err != nil {
		return Policy{}, err
	}
	p, err := findPolicy(ctx, s.db, a, key, "")
	return p, errs.Op(op, err)
}

func findPolicy(ctx context.Context, q db.Queryer, a actor.Actor, key id.SLAPolicy, lock string) (Policy, error) {
	w := seen(a)
	w.And("id = ?", key)
	return db.One[Policy](ctx, q, `SELECT `+policyColumns+` FROM sla_policy`+w.SQL()+lock, w.Args()...)
}

func (p Policy) normal() Policy {
	p.Name, p.Topic = strings.TrimSpace(p.Name), strings.Join(strings.Fields(p.Topic), " ")
	if p.Pauses == nil {
		p.Pauses = []string{}
	}
	if p.Escalations == nil {
		p.Escalations = []Escalation{}
	}
	return p
}

// Create makes a policy. It holds for cases that are opened from now on.
func (s *Policies) Create(ctx context.Context, p Policy) (Policy, error) {
	const op = "sla.CreatePolicy"
	a, err := mayEdit(ctx, op, p.BrandID)
	if err != nil {
		return Policy{}, err
	}
	p = p.normal()
	if err := p.check(op); err != nil {
		return Policy{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := s.known(ctx, tx, op, p); err != nil {
			return err
		}
		n, err := db.One[int64](ctx, tx, `SELECT COUNT(*) FROM sla_policy WHERE tenant_id = $1`, a.Tenant)
		if err != nil {
			return err
		}
		if n >= maxPolicies {
			return errs.New(errs.Exhausted, op, "configuration.full").With(errs.Values{"max": maxPolicies})
		}
		p.ID, p.Version, p.CreatedAt, p.ChangedAt = id.New[id.SLAPolicy](), 1, tx.Now(), tx.Now()
		if _, err := db.Exec(ctx, tx, `INSERT INTO sla_policy (tenant_id, `+policyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
			a.Tenant, p.ID, p.Name, p.BrandID, p.Priority, p.Topic, db.JSON(p.Targets), p.Hours, p.CalendarID, p.WarnPercent,
			db.JSON(p.Pauses), db.JSON(p.Escalations), p.Version, p.Archived, p.CreatedAt, p.ChangedAt); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "sla_policy.create", Subject: p.subject(), Brand: p.BrandID, After: p.audited()})
	})
	return p, errs.Op(op, err)
}

// Update changes a policy by what change makes of it; its brand stays. Cases keep the terms under which they came. An
// editor who saw another version (0: any) gets a Conflict.
func (s *Policies) Update(ctx context.Context, key id.SLAPolicy, version int64, change func(Policy) Policy) (Policy, error) {
	const op = "sla.UpdatePolicy"
	a, err := actor.Require(ctx, op, actor.CaseSetup)
	if err != nil {
		return Policy{}, err
	}
	var after Policy
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := findPolicy(ctx, tx, a, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if _, err := mayEdit(ctx, op, before.BrandID); err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return errs.New(errs.Conflict, op, "sla_policy.changed")
		}
		after = change(before).normal()
		after.ID, after.BrandID, after.Version, after.ChangedAt = before.ID, before.BrandID, before.Version+1, tx.Now()
		if err := after.check(op); err != nil {
			return err
		}
		if err := s.known(ctx, tx, op, after); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE sla_policy SET name = $3, priority = $4, topic = $5, targets = $6, hours = $7, calendar_id = $8,
				warn_percent = $9, pauses = $10, escalations = $11, version = $12, archived = $13, changed_at = $14 WHERE tenant_id = $1 AND id = $2`,
			a.Tenant, key, after.Name, after.Priority, after.Topic, db.JSON(after.Targets), after.Hours, after.CalendarID, after.WarnPercent,
			db.JSON(after.Pauses), db.JSON(after.Escalations), after.Version, after.Archived, after.ChangedAt); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{
			Action: "sla_policy.update", Subject: after.subject(), Brand: after.BrandID, Before: before.audited(), After: after.audited(),
		})
	})
	return after, errs.Op(op, err)
}

// choose returns the policy for a case: the one that says most about it, of equals the oldest.
func choose(all []Policy, brand id.Brand, priority int, topic string) (Policy, bool) {
	best, found, most := Policy{}, false, -1
	for _, p := range all {
		if p.BrandID != 0 && p.BrandID != brand || p.Priority != AnyPriority && p.Priority != priority || p.Topic != "" && !strings.EqualFold(p.Topic, topic) {
			continue
		}
		weight := 0
		for _, named := range []struct {
			is     bool
			weight int
		}{{p.BrandID != 0, 4}, {p.Topic != "", 2}, {p.Priority != AnyPriority, 1}} {
			if named.is {
				weight += named.weight
			}
		}
		if weight > most || weight == most && p.ID < best.ID {
			best, found, most = p, true, weight
		}
	}
	return best, found
}
