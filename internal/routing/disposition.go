package routing

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
)

// maxDispositions bounds the dispositions of a tenant.
const maxDispositions = 2000

// Disposition is an outcome code that an agent gives to a finished interaction.
type Disposition struct {
	ID         id.Disposition
	QueueID    id.Queue // 0: for every queue
	Name       string
	Resolved   bool // the matter is settled with it
	CreatedAt  time.Time
	ArchivedAt time.Time
}

// DispositionPatch changes what it sets. The queue of a disposition never changes.
type DispositionPatch struct {
	Name     *string
	Resolved *bool
}

func (p DispositionPatch) apply(d Disposition) Disposition {
	set(&d.Name, p.Name)
	set(&d.Resolved, p.Resolved)
	d.Name = strings.TrimSpace(d.Name)
	return d
}

// Place returns where the disposition stands in a list.
func (d Disposition) Place() Place { return placeOf(d.Name, d.ID) }

func (d Disposition) archived() bool { return !d.ArchivedAt.IsZero() }

func (d Disposition) audited() map[string]any {
	return map[string]any{"name": d.Name, "resolved": d.Resolved, "queue_id": d.QueueID, "archived": d.archived()}
}

func (d Disposition) subject() audit.Subject {
	return audit.Subject{Kind: "disposition", ID: int64(d.ID), Name: d.Name}
}

func (d Disposition) check(op string) error {
	var f check.Fields
	f.Text("name", d.Name, maxName)
	return f.Err(op)
}

// Dispositions keeps the dispositions of tenants.
type Dispositions struct{ db *db.DB }

// NewDispositions returns the dispositions in d.
func NewDispositions(d *db.DB) *Dispositions { return &Dispositions{db: d} }

const selectDisposition = `SELECT id, queue_id, name, resolved, created_at, archived_at FROM disposition WHERE tenant_id = $1`

// Create makes a disposition of a queue, or (queue 0) of every queue. It resolves unless p says otherwise.
func (s *Dispositions) Create(ctx context.Context, queue id.Queue, p DispositionPatch) (Disposition, error) {
	const op = "routing.CreateDisposition"
	var made Disposition
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		who, brand, err := mayDispose(ctx, tx, op, queue)
		if err != nil {
			return asField(op, "queue_id", err)
		}
		if err := room(ctx, tx, op, `SELECT COUNT(*) FROM disposition WHERE tenant_id = $1`, maxDispositions); err != nil {
			return err
		}
		made = p.apply(Disposition{ID: id.New[id.Disposition](), QueueID: queue, Resolved: true, CreatedAt: tx.Now()})
		if err := made.check(op); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `INSERT INTO disposition (tenant_id, id, queue_id, name, resolved, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			who.Tenant, made.ID, made.QueueID, made.Name, made.Resolved, made.CreatedAt); err != nil {
			return taken(op, err)
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "disposition.create", Subject: made.subject(), Brand: brand, After: made.audited()})
	})
	return made, errs.Op(op, err)
}

// mayDispose returns the actor, and the brand of the queue, if the actor may change the
// queue's dispositions; those of every queue belong to whoever may change every queue.
func mayDispose(ctx context.Context, q db.Queryer, op string, queue id.Queue) (actor.Actor, id.Brand, error) {
	if queue == 0 {
		who, err := inTenant(ctx, op)
		return who, 0, err
	}
	who, err := actor.Require(ctx, op, actor.QueueEdit)
	if err != nil {
		return who, 0, err
	}
	found, err := findQueue(ctx, q, who, queue)
	return who, found.BrandID, err
}

// asField turns "not found" into a fault of the field that named the thing.
func asField(op, path string, err error) error {
	if errs.Is(errs.NotFound, err) {
		return errs.Fields(op, errs.Field{Path: path, Code: "reference"})
	}
	return err
}

// Update changes a disposition.
func (s *Dispositions) Update(ctx context.Context, key id.Disposition, p DispositionPatch) (Disposition, error) {
	return s.change(ctx, "disposition.update", key, func(_ *db.Tx, d Disposition) Disposition { return p.apply(d) })
}

// Archive takes a disposition out of use; what was finished with it keeps it.
func (s *Dispositions) Archive(ctx context.Context, key id.Disposition) (Disposition, error) {
	return s.change(ctx, "disposition.archive", key, func(tx *db.Tx, d Disposition) Disposition {
		d.ArchivedAt = archivedAt(tx.Now(), d.ArchivedAt)
		return d
	})
}

// Restore undoes Archive.
func (s *Dispositions) Restore(ctx context.Context, key id.Disposition) (Disposition, error) {
	return s.change(ctx, "disposition.restore", key, func(_ *db.Tx, d Disposition) Disposition {
		d.ArchivedAt = time.Time{}
		return d
	})
}

func (s *Dispositions) change(ctx context.Context, action string, key id.Disposition, apply func(*db.Tx, Disposition) Disposition) (Disposition, error) {
	const op = "routing.changeDisposition"
	who, err := actor.Require(ctx, op, actor.QueueEdit)
	if err != nil {
		return Disposition{}, err
	}
	var after Disposition
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, found, err := db.Find[Disposition](ctx, tx, selectDisposition+` AND id = $2`+tx.ForUpdate(), who.Tenant, key)
		if err != nil || !found {
			return missing(op, "disposition.not_found", err)
		}
		_, brand, err := mayDispose(ctx, tx, op, before.QueueID)
		if errs.Is(errs.NotFound, err) {
			return missing(op, "disposition.not_found", nil)
		}
		if err != nil {
			return err
		}
		after = apply(tx, before)
		if err := after.check(op); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE disposition SET name = $3, resolved = $4, archived_at = $5 WHERE tenant_id = $1 AND id = $2`,
			who.Tenant, key, after.Name, after.Resolved, after.ArchivedAt); err != nil {
			return taken(op, err)
		}
		return audit.Changed(ctx, tx, audit.Entry{
			Action: action, Subject: after.subject(), Brand: brand, Before: before.audited(), After: after.audited(),
		})
	})
	return after, errs.Op(op, err)
}

// Get returns a disposition of a queue that the actor may see.
func (s *Dispositions) Get(ctx context.Context, key id.Disposition) (Disposition, error) {
	const op = "routing.GetDisposition"
	who, err := actor.Require(ctx, op, actor.QueueRead)
	if err != nil {
		return Disposition{}, err
	}
	d, found, err := db.Find[Disposition](ctx, s.db, selectDisposition+` AND id = $2`, who.Tenant, key)
	if err != nil || !found {
		return d, missing(op, "disposition.not_found", err)
	}
	if d.QueueID != 0 {
		if _, err := findQueue(ctx, s.db, who, d.QueueID); err != nil {
			return Disposition{}, missing(op, "disposition.not_found", nil)
		}
	}
	return d, nil
}

// List returns dispositions by name: those of one queue together with those of
// every queue, or (queue 0) all that the actor may see.
func (s *Dispositions) List(ctx context.Context, queue id.Queue, l ListQuery) ([]Disposition, error) {
	const op = "routing.ListDispositions"
	who, err := actor.Require(ctx, op, actor.QueueRead)
	if err != nil {
		return nil, err
	}
	all, err := db.Many[Disposition](ctx, s.db, selectDisposition, who.Tenant)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	queues, err := queuesOf(ctx, s.db, who, 0)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	shown := slices.DeleteFunc(all, func(d Disposition) bool {
		seen := d.QueueID == 0 || slices.ContainsFunc(queues, func(q Queue) bool { return q.ID == d.QueueID })
		return !seen || queue != 0 && d.QueueID != 0 && d.QueueID != queue
	})
	return narrow(shown, l), nil
}
