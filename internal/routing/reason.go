package routing

import (
	"context"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxReasons bounds the away reasons of a tenant.
const maxReasons = 100

// AwayReason is why an agent is away: a break, a meeting.
type AwayReason struct {
	ID         id.AwayReason
	Name       string
	Paid       bool // counts as working time
	CreatedAt  time.Time
	ArchivedAt time.Time
}

// AwayReasonPatch changes what it sets.
type AwayReasonPatch struct {
	Name *string
	Paid *bool
}

func (p AwayReasonPatch) apply(r AwayReason) AwayReason {
	set(&r.Name, p.Name)
	set(&r.Paid, p.Paid)
	r.Name = strings.TrimSpace(r.Name)
	return r
}

// Place returns where the reason stands in a list.
func (r AwayReason) Place() Place { return placeOf(r.Name, r.ID) }

func (r AwayReason) archived() bool { return !r.ArchivedAt.IsZero() }

func (r AwayReason) audited() map[string]any {
	return map[string]any{"name": r.Name, "paid": r.Paid, "archived": r.archived()}
}

func (r AwayReason) subject() audit.Subject {
	return audit.Subject{Kind: "away_reason", ID: int64(r.ID), Name: r.Name}
}

func (r AwayReason) check(op string) error {
	var f check.Fields
	f.Text("name", r.Name, maxName)
	return f.Err(op)
}

// AwayReasons keeps the away reasons of tenants.
type AwayReasons struct{ db *db.DB }

// NewAwayReasons returns the away reasons in d.
func NewAwayReasons(d *db.DB) *AwayReasons { return &AwayReasons{db: d} }

const selectReason = `SELECT id, name, paid, created_at, archived_at FROM away_reason WHERE tenant_id = $1`

// Create makes a reason. It is paid unless p says otherwise.
func (s *AwayReasons) Create(ctx context.Context, p AwayReasonPatch) (AwayReason, error) {
	const op = "routing.CreateAwayReason"
	who, err := inTenant(ctx, op)
	if err != nil {
		return AwayReason{}, err
	}
	var made AwayReason
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := room(ctx, tx, op, `SELECT COUNT(*) FROM away_reason WHERE tenant_id = $1`, maxReasons); err != nil {
			return err
		}
		made = p.apply(AwayReason{ID: id.New[id.AwayReason](), Paid: true, CreatedAt: tx.Now()})
		if err := made.check(op); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `INSERT INTO away_reason (tenant_id, id, name, paid, created_at) VALUES ($1, $2, $3, $4, $5)`,
			who.Tenant, made.ID, made.Name, made.Paid, made.CreatedAt); err != nil {
			return taken(op, err)
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "away_reason.create", Subject: made.subject(), After: made.audited()})
	})
	return made, errs.Op(op, err)
}

// Update changes a reason.
func (s *AwayReasons) Update(ctx context.Context, key id.AwayReason, p AwayReasonPatch) (AwayReason, error) {
	return s.change(ctx, "away_reason.update", key, func(_ *db.Tx, r AwayReason) AwayReason { return p.apply(r) })
}

// Archive takes a reason out of use. Who is away for it stays so.
func (s *AwayReasons) Archive(ctx context.Context, key id.AwayReason) (AwayReason, error) {
	return s.change(ctx, "away_reason.archive", key, func(tx *db.Tx, r AwayReason) AwayReason {
		r.ArchivedAt = archivedAt(tx.Now(), r.ArchivedAt)
		return r
	})
}

// Restore undoes Archive.
func (s *AwayReasons) Restore(ctx context.Context, key id.AwayReason) (AwayReason, error) {
	return s.change(ctx, "away_reason.restore", key, func(_ *db.Tx, r AwayReason) AwayReason {
		r.ArchivedAt = time.Time{}
		return r
	})
}

func (s *AwayReasons) change(ctx context.Context, action string, key id.AwayReason, apply func(*db.Tx, AwayReason) AwayReason) (AwayReason, error) {
	const op = "routing.changeAwayReason"
	who, err := inTenant(ctx, op)
	if err != nil {
		return AwayReason{}, err
	}
	var after AwayReason
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, found, err := db.Find[AwayReason](ctx, tx, selectReason+` AND id = $2`+tx.ForUpdate(), who.Tenant, key)
		if err != nil || !found {
			return missing(op, "away_reason.not_found", err)
		}
		after = apply(tx, before)
		if err := after.check(op); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE away_reason SET name = $3, paid = $4, archived_at = $5 WHERE tenant_id = $1 AND id = $2`,
			who.Tenant, key, after.Name, after.Paid, after.ArchivedAt); err != nil {
			return taken(op, err)
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: action, Subject: after.subject(), Before: before.audited(), After: after.audited()})
	})
	return after, errs.Op(op, err)
}

// Get returns a reason. Everybody of the tenant may know it: it is shown beside names.
func (s *AwayReasons) Get(ctx context.Context, key id.AwayReason) (AwayReason, error) {
	const op = "routing.GetAwayReason"
	r, found, err := db.Find[AwayReason](ctx, s.db, selectReason+` AND id = $2`, actor.From(ctx).Tenant, key)
	if err != nil || !found {
		return r, missing(op, "away_reason.not_found", err)
	}
	return r, nil
}

// List returns the reasons of the actor's tenant by name, for everybody who may be away.
func (s *AwayReasons) List(ctx context.Context, l ListQuery) ([]AwayReason, error) {
	all, err := db.Many[AwayReason](ctx, s.db, selectReason, actor.From(ctx).Tenant)
	return narrow(all, l), errs.Op("routing.ListAwayReasons", err)
}
