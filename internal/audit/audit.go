package audit

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Subject is the thing that was changed.
type Subject struct {
	Kind string // its table: "user", "brand"
	ID   int64
	Name string // as it is called at the time
}

// Entry is one administrative change on its way into the log.
type Entry struct {
	Action  string // "user.update"
	Subject Subject
	Brand   id.Brand // of the subject; 0: of the whole tenant
	Before  any      // nil: it was made
	After   any      // nil: it is gone
}

// Record is an entry of the log.
type Record struct {
	ID          id.Audit
	At          time.Time
	ActorKind   actor.Kind
	ActorID     int64
	ActorName   string
	Action      string
	SubjectKind string
	SubjectID   int64
	SubjectName string
	BrandID     id.Brand
	Changes     []Change `db:"changes,json"`
}

// Write adds e, done by the actor of ctx, to the log of its tenant.
func Write(ctx context.Context, tx *db.Tx, e Entry) error {
	const op = "audit.Write"
	who := actor.From(ctx)
	if who.Tenant.IsZero() {
		return errs.New(errs.Unauthenticated, op, "unauthenticated")
	}
	changes, err := Diff(e.Before, e.After)
	if err != nil {
		return errs.Op(op, err)
	}
	if changes == nil {
		changes = []Change{}
	}
	by := fact.ByActor(who)
	_, err = db.Exec(ctx, tx, `INSERT INTO audit (tenant_id, id, at, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, subject_name, brand_id, changes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		who.Tenant, id.New[id.Audit](), tx.Now(), string(by.Kind), by.ID, who.Name, e.Action,
		e.Subject.Kind, e.Subject.ID, e.Subject.Name, e.Brand, db.JSON(changes))
	return errs.Op(op, err)
}

// Changed does what every change of the configuration does: it writes e and
// records the fact, so that every node forgets what it had cached of the subject.
func Changed(ctx context.Context, tx *db.Tx, e Entry) error {
	if err := Write(ctx, tx, e); err != nil {
		return err
	}
	return tx.Record(ctx, fact.ConfigurationChanged{What: e.Subject.Kind, Thing: e.Subject.ID, Brand: e.Brand})
}
