package audit

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Service reads the log.
type Service struct{ db *db.DB }

// New returns a Service over d.
func New(d *db.DB) *Service { return &Service{db: d} }

// Filter narrows a list. Zero fields ask for all.
type Filter struct {
	ActorKind   actor.Kind
	ActorID     int64
	Action      string
	SubjectKind string
	SubjectID   int64
	Brand       id.Brand
	From, To    time.Time // From inclusive, To exclusive
	Before      id.Audit  // older than this entry; 0: from the newest
	Limit       int
}

// List returns entries, newest first. Who may read it for some brands only sees
// what was changed in them.
func (s *Service) List(ctx context.Context, f Filter) ([]Record, error) {
	const op = "audit.List"
	who, err := actor.Require(ctx, op, actor.AuditRead)
	if err != nil {
		return nil, err
	}
	var w db.Where
	w.And("tenant_id = ?", who.Tenant)
	seen := who.Brands.Some
	if who.Can(actor.AuditRead, actor.InTenant) {
		seen = append([]id.Brand{0}, seen...) // what belongs to no brand
	} else {
		w.And("brand_id <> 0")
	}
	if !who.Brands.All {
		db.In(&w, "brand_id", seen)
	}
	f.conditions(&w)
	records, err := db.Many[Record](ctx, s.db, `SELECT id, at, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, subject_name, brand_id, changes
		FROM audit`+w.SQL()+` ORDER BY id DESC LIMIT `+w.Arg(f.Limit), w.Args()...)
	return records, errs.Op(op, err)
}

func (f Filter) conditions(w *db.Where) {
	if f.ActorKind != "" {
		w.And("actor_kind = ?", string(f.ActorKind))
	}
	if f.ActorID != 0 {
		w.And("actor_id = ?", f.ActorID)
	}
	if f.Action != "" {
		w.And("action = ?", f.Action)
	}
	if f.SubjectKind != "" {
		w.And("subject_kind = ?", f.SubjectKind)
	}
	if f.SubjectID != 0 {
		w.And("subject_id = ?", f.SubjectID)
	}
	if !f.Brand.IsZero() {
		w.And("brand_id = ?", f.Brand)
	}
	if !f.From.IsZero() {
		w.And("id >= ?", id.At[id.Audit](f.From))
	}
	if !f.To.IsZero() {
		w.And("id < ?", id.At[id.Audit](f.To))
	}
	if !f.Before.IsZero() {
		w.And("id < ?", f.Before)
	}
}
