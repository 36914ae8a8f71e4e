package privacy

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxReason bounds the reason of a hold and the reference of a request, in characters.
const MaxReason = 500

// Hold says that nothing of a customer or a case may be removed.
type Hold struct {
	ID            id.Hold
	BrandID       id.Brand
	Kind          personal.Thing // customer, case
	ThingID       int64
	Reason        string
	PlacedBy      id.User
	PlacedAt      time.Time
	ReleasedBy    id.User
	ReleasedAt    time.Time
	ReleaseReason string

	Title string `db:"-"` // in lists: the customer's name, or the number of the case
}

const holdColumns = `id, brand_id, kind, thing_id, reason, placed_by, placed_at, released_by, released_at, release_reason`

// standing returns the hold on a thing, and whether there is one.
func standing(ctx context.Context, q db.Queryer, kind personal.Thing, thing int64) (Hold, bool, error) {
	return db.Find[Hold](ctx, q, `SELECT `+holdColumns+` FROM legal_hold WHERE tenant_id = $1 AND kind = $2 AND thing_id = $3 AND released_at = 0`,
		actor.From(ctx).Tenant, string(kind), thing)
}

// subject names a hold in the log, without what people have written: it may name somebody.
func (h Hold) subject() audit.Subject {
	return audit.Subject{Kind: "legal_hold", ID: int64(h.ID), Name: string(h.Kind) + " " + id.Case(h.ThingID).String()}
}

// Place puts a hold on a customer, and so on everybody who is held to be the same, or on a case.
func (s *Service) Place(ctx context.Context, kind personal.Thing, thing int64, reason string) (Hold, error) {
	const op = "privacy.Place"
	a, err := require(ctx, op, actor.HoldEdit)
	if err != nil {
		return Hold{}, err
	}
	var f check.Fields
	f.OneOf("kind", string(kind), string(personal.Customer), string(personal.Case))
	f.Text("reason", reason, MaxReason)
	if err := f.Err(op); err != nil {
		return Hold{}, err
	}
	h := Hold{ID: id.New[id.Hold](), Kind: kind, ThingID: thing, Reason: reason, PlacedBy: a.User}
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		if h.BrandID, h.ThingID, err = s.holdable(ctx, tx, a, kind, thing); err != nil {
			return err
		}
		if _, held, err := standing(ctx, tx, kind, h.ThingID); err != nil || held {
			if held {
				err = errs.New(errs.Conflict, op, "hold.stands")
			}
			return err
		}
		h.PlacedAt = tx.Now()
		_, err := db.Exec(ctx, tx, `INSERT INTO legal_hold (tenant_id, id, brand_id, kind, thing_id, reason, placed_by, placed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			a.Tenant, h.ID, h.BrandID, string(h.Kind), h.ThingID, h.Reason, h.PlacedBy, h.PlacedAt)
		if err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "hold.place", Subject: h.subject(), Brand: h.BrandID, After: map[string]any{"kind": kind, "thing_id": id.Case(h.ThingID)}})
	})
	return h, errs.Op(op, err)
}

// holdable returns the brand of what may be held, and its key: of a customer that of whom they are held to be.
func (s *Service) holdable(ctx context.Context, q db.Queryer, a actor.Actor, kind personal.Thing, thing int64) (id.Brand, int64, error) {
	const op = "privacy.holdable"
	if kind == personal.Case {
		k, err := s.Cases.KeptByID(ctx, q, id.Case(thing))
		if err == nil && !a.Brands.Has(k.BrandID) {
			err = errs.E(errs.NotFound, op, nil)
		}
		return k.BrandID, thing, err
	}
	c, err := s.Customers.Reach(ctx, q, actor.HoldEdit, id.Customer(thing))
	if err != nil {
		return 0, 0, err
	}
	group, err := s.Customers.Group(ctx, q, c.ID)
	if err != nil {
		return 0, 0, err
	}
	return c.BrandID, int64(group[0]), nil
}

// Release ends a hold. It stays readable.
func (s *Service) Release(ctx context.Context, hold id.Hold, reason string) (Hold, error) {
	const op = "privacy.Release"
	a, err := require(ctx, op, actor.HoldEdit)
	if err != nil {
		return Hold{}, err
	}
	var f check.Fields
	f.Text("reason", reason, MaxReason)
	if err := f.Err(op); err != nil {
		return Hold{}, err
	}
	var h Hold
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		w := ofBrands(a)
		w.And("id = ?", hold)
		if h, err = db.One[Hold](ctx, tx, `SELECT `+holdColumns+` FROM legal_hold`+w.SQL()+tx.ForUpdate(), w.Args()...); err != nil {
			return err
		}
		if !h.ReleasedAt.IsZero() {
			return errs.New(errs.Conflict, op, "hold.released")
		}
		h.ReleasedBy, h.ReleasedAt, h.ReleaseReason = a.User, tx.Now(), reason
		_, err := db.Exec(ctx, tx, `UPDATE legal_hold SET released_by = $3, released_at = $4, release_reason = $5 WHERE tenant_id = $1 AND id = $2`,
			a.Tenant, h.ID, h.ReleasedBy, h.ReleasedAt, h.ReleaseReason)
		if err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "hold.release", Subject: h.subject(), Brand: h.BrandID})
	})
	return h, errs.Op(op, err)
}

// HoldFilter narrows a list of holds. Zero fields take all.
type HoldFilter struct {
	Kind     personal.Thing
	Thing    int64
	Standing bool    // those alone that were not released
	Before   id.Hold // older than this one
	Limit    int
}

// maxPage bounds a page.
const maxPage = 100

// Holds returns holds, the newest first, one more than the limit if there are more.
func (s *Service) Holds(ctx context.Context, f HoldFilter) ([]Hold, error) {
	const op = "privacy.Holds"
	a, err := require(ctx, op, actor.HoldEdit)
	if err != nil {
		return nil, err
	}
	w := ofBrands(a)
	if f.Thing != 0 && f.Kind == personal.Customer { // a hold on anybody of them is one on all
		if group, err := s.Customers.Group(ctx, s.DB, id.Customer(f.Thing)); err == nil {
			f.Thing = int64(group[0])
		}
	}
	if f.Kind != "" {
		w.And("kind = ?", string(f.Kind))
	}
	if f.Thing != 0 {
		w.And("thing_id = ?", f.Thing)
	}
	if f.Standing {
		w.And("released_at = 0")
	}
	if f.Before != 0 {
		w.And("id < ?", f.Before)
	}
	found, err := db.Many[Hold](ctx, s.DB, `SELECT `+holdColumns+` FROM legal_hold`+w.SQL()+` ORDER BY id DESC LIMIT `+w.Arg(max(1, min(f.Limit, maxPage))+1), w.Args()...)
	for i := range found {
		if err == nil {
			err = s.entitle(ctx, s.DB, actor.HoldEdit, &found[i])
		}
	}
	return found, errs.Op(op, err)
}

// entitle says of what a hold is, to who may do p. What is no longer there has no title.
func (s *Service) entitle(ctx context.Context, q db.Queryer, p actor.Permission, h *Hold) error {
	var err error
	if h.Kind == personal.Case {
		var k casework.Kept
		if k, err = s.Cases.KeptByID(ctx, q, id.Case(h.ThingID)); err == nil {
			h.Title = "#" + id.Case(k.Number).String()
		}
	} else {
		var c customer.Customer
		if c, err = s.Customers.Reach(ctx, q, p, id.Customer(h.ThingID)); err == nil {
			h.Title = c.Name
			if actor.From(ctx).Scope(actor.NamesRead) == actor.None {
				h.Title = customer.Mask(c.Name)
			}
		}
	}
	if errs.Is(errs.NotFound, err) {
		return nil
	}
	return err
}
