package casework

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/attribute"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of what a tenant sets up.
const (
	maxStatuses = 40
	maxFields   = 200
	// MaxReopenDays bounds how long after its end a case is reopened.
	MaxReopenDays = 365
)

// Status is a stage that cases of a tenant go through.
type Status struct {
	ID        id.CaseStatus
	Category  Category
	Names     map[string]string `db:"names,json"` // by language
	Position  int64             // in lists and on the board
	Archived  bool
	CreatedAt time.Time
	ChangedAt time.Time
}

func (st Status) audited() map[string]any {
	return map[string]any{"category": st.Category, "names": st.Names, "position": st.Position, "archived": st.Archived}
}

func (st Status) subject() audit.Subject {
	return audit.Subject{Kind: "case_status", ID: int64(st.ID), Name: nameOf(st.Names)}
}

// nameOf returns a name for the audit: the English one, else any.
func nameOf(names map[string]string) string {
	if name, ok := names["en"]; ok {
		return name
	}
	for _, name := range names {
		return name
	}
	return ""
}

// StatusPatch changes what it sets. The category of a status never changes: it is what figures and clocks rest on.
type StatusPatch struct {
	Names    map[string]string
	Position *int64
	Archived *bool
}

// Setup keeps what a tenant decides about its cases.
type Setup struct{ db *db.DB }

// NewSetup returns the setups in d.
func NewSetup(d *db.DB) *Setup { return &Setup{db: d} }

// defaults are the statuses with which a tenant begins; the migration that brought cases gave them to older tenants.
func defaults() []Status {
	names := func(en, pl, hu string) map[string]string { return map[string]string{"en": en, "pl": pl, "hu": hu} }
	return []Status{
		{ID: 1, Category: Fresh, Names: names("New", "Nowa", "Új")},
		{ID: 2, Category: Working, Names: names("In progress", "W toku", "Folyamatban")},
		{ID: 3, Category: WaitingCustomer, Names: names("Waiting for customer", "Czeka na klienta", "Ügyfélre vár")},
		{ID: 4, Category: WaitingThird, Names: names("Waiting for third party", "Czeka na kogoś innego", "Harmadik félre vár")},
		{ID: 5, Category: Done, Names: names("Done", "Zakończona", "Kész")},
	}
}

// Founded gives a tenant that has just been founded its first statuses.
func (s *Setup) Founded(ctx context.Context, tx *db.Tx) error {
	for _, st := range defaults() {
		st.Position, st.CreatedAt, st.ChangedAt = int64(st.ID)*10, tx.Now(), tx.Now()
		if err := s.insertStatus(ctx, tx, st); err != nil {
			return errs.Op("casework.Founded", err)
		}
	}
	return nil
}

const statusColumns = `id, category, names, position, archived, created_at, changed_at`

// Statuses returns the statuses of the tenant in their order, archived ones if asked for.
func (s *Setup) Statuses(ctx context.Context, archived bool) ([]Status, error) {
	const op = "casework.Statuses"
	if _, err := actor.Require(ctx, op, actor.CaseRead); err != nil {
		return nil, err
	}
	all, err := s.statuses(ctx, s.db)
	return slices.DeleteFunc(all, func(st Status) bool { return st.Archived && !archived }), errs.Op(op, err)
}

func (s *Setup) statuses(ctx context.Context, q db.Queryer) ([]Status, error) {
	return db.Many[Status](ctx, q, `SELECT `+statusColumns+` FROM case_status WHERE tenant_id = $1 ORDER BY position, id`, actor.From(ctx).Tenant)
}

// Status returns one status.
func (s *Setup) Status(ctx context.Context, key id.CaseStatus) (Status, error) {
	const op = "casework.Status"
	a, err := actor.Require(ctx, op, actor.CaseRead)
	if err != nil {
		return Status{}, err
	}
	st, err := db.One[Status](ctx, s.db, `SELECT `+statusColumns+` FROM case_status WHERE tenant_id = $1 AND id = $2`, a.Tenant, key)
	return st, errs.Op(op, err)
}

// CreateStatus makes a status of a category, behind all others unless p says otherwise.
func (s *Setup) CreateStatus(ctx context.Context, category Category, p StatusPatch) (Status, error) {
	const op = "casework.CreateStatus"
	if err := mayEdit(ctx, op, 0); err != nil {
		return Status{}, err
	}
	var made Status
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		all, err := s.statuses(ctx, tx)
		if err != nil {
			return err
		}
		if len(all) >= maxStatuses {
			return errs.New(errs.Exhausted, op, "configuration.full").With(errs.Values{"max": maxStatuses})
		}
		made = Status{ID: id.New[id.CaseStatus](), Category: category, Position: 10, CreatedAt: tx.Now(), ChangedAt: tx.Now()}
		if len(all) > 0 {
			made.Position = all[len(all)-1].Position + 10
		}
		if made, err = p.apply(op, made); err != nil {
			return err
		}
		if err := s.insertStatus(ctx, tx, made); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "case_status.create", Subject: made.subject(), After: made.audited()})
	})
	return made, errs.Op(op, err)
}

func (p StatusPatch) apply(op string, st Status) (Status, error) {
	if p.Names != nil {
		st.Names = p.Names
	}
	set(&st.Position, p.Position)
	set(&st.Archived, p.Archived)
	wrong := attribute.CheckNames("names", st.Names)
	if !slices.Contains(Categories(), st.Category) {
		wrong = append(wrong, errs.Field{Path: "category", Code: "one_of", Values: errs.Values{"allowed": "new, working, waiting_customer, waiting_third, done"}})
	}
	return st, errs.Fields(op, wrong...)
}

// UpdateStatus changes a status. The last of a category that is in use stays in use.
func (s *Setup) UpdateStatus(ctx context.Context, key id.CaseStatus, p StatusPatch) (Status, error) {
	const op = "casework.UpdateStatus"
	if err := mayEdit(ctx, op, 0); err != nil {
		return Status{}, err
	}
	tenant := actor.From(ctx).Tenant
	var after Status
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		// All of them, so that two who take the last two out of use at once do not both succeed.
		all, err := db.Many[Status](ctx, tx, `SELECT `+statusColumns+` FROM case_status WHERE tenant_id = $1 ORDER BY id`+tx.ForUpdate(), tenant)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(st Status) bool { return st.ID == key })
		if i < 0 {
			return errs.E(errs.NotFound, op, nil)
		}
		before := all[i]
		if after, err = p.apply(op, before); err != nil {
			return err
		}
		other := func(st Status) bool { return st.ID != key && st.Category == before.Category && !st.Archived }
		if after.Archived && !before.Archived && !slices.ContainsFunc(all, other) {
			return errs.New(errs.Conflict, op, "case_status.last")
		}
		after.ChangedAt = tx.Now()
		if _, err := db.Exec(ctx, tx, `UPDATE case_status SET names = $3, position = $4, archived = $5, changed_at = $6 WHERE tenant_id = $1 AND id = $2`,
			tenant, key, db.JSON(after.Names), after.Position, after.Archived, after.ChangedAt); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "case_status.update", Subject: after.subject(), Before: before.audited(), After: after.audited()})
	})
	return after, errs.Op(op, err)
}

func (s *Setup) insertStatus(ctx context.Context, tx *db.Tx, st Status) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO case_status (tenant_id, id, category, names, position, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		actor.From(ctx).Tenant, st.ID, string(st.Category), db.JSON(st.Names), st.Position, st.CreatedAt, st.ChangedAt)
	return err
}

// mayEdit refuses to set up what is of brand (0: of every brand) to those who do not look after it.
func mayEdit(ctx context.Context, op string, brand id.Brand) error {
	a, err := actor.Require(ctx, op, actor.CaseSetup)
	if err != nil {
		return err
	}
	if brand == 0 && !a.Brands.All || brand != 0 && !a.Brands.Has(brand) {
		return errs.New(errs.Forbidden, op, "case_setup.brand")
	}
	return nil
}

// pick returns a status in use: the one of key, or without a key the first of category.
func (s *Setup) pick(ctx context.Context, q db.Queryer, op string, key id.CaseStatus, category Category) (Status, error) {
	all, err := s.statuses(ctx, q)
	if err != nil {
		return Status{}, err
	}
	for _, st := range all {
		if !st.Archived && (key != 0 && st.ID == key || key == 0 && st.Category == category) {
			return st, nil
		}
	}
	return Status{}, errs.Fields(op, errs.Field{Path: "status_id", Code: "reference"})
}
