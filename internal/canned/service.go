package canned

import (
	"context"
	"errors"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/tenant"
)

// Service is all that can be done with canned replies.
type Service struct{ db *db.DB }

// New returns a Service that stores in d.
func New(d *db.DB) *Service { return &Service{db: d} }

const columns = `id, brand_id, owner_id, team_id, shortcut, title, texts, variants, archived, rev, created_at, changed_at`

// what names canned replies in facts and in the audit.
const what = "canned"

// scope returns the rows that a may see: those of own brands and those of all, but of
// other people's own none, and of other teams' only who may edit those of a brand.
func scope(ctx context.Context, q db.Queryer, a actor.Actor) (*db.Where, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	if !a.Brands.All {
		db.In(w, "brand_id", append([]id.Brand{0}, a.Brands.Some...))
	}
	w.And("owner_id IN (0, ?)", a.User)
	if a.Scope(actor.CannedEdit) >= actor.InBrand {
		return w, nil
	}
	teams, err := account.Memberships(ctx, q, a.Tenant, a.User)
	db.In(w, "team_id", append([]id.Team{0}, teams...))
	return w, err
}

// Query is what to look for.
type Query struct {
	Brand    id.Brand // replies of this brand and those of all; 0: all that the actor may see
	Text     string   // part of the shortcut, the title or the texts
	Archived bool
	After    id.Canned
	Limit    int
}

// maxPage bounds a page.
const maxPage = 200

// List returns replies in the order in which they were made, one more than the limit if there are more.
func (s *Service) List(ctx context.Context, q Query) ([]Reply, error) {
	const op = "canned.List"
	a, err := actor.Require(ctx, op, actor.CannedRead)
	if err != nil {
		return nil, err
	}
	w, err := scope(ctx, s.db, a)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	w.And("archived = ?", q.Archived)
	w.And("id > ?", q.After)
	if q.Brand != 0 {
		w.And("brand_id IN (0, ?)", q.Brand)
	}
	if pattern := fold.Like(q.Text); pattern != "" {
		w.And(`folded LIKE ? ESCAPE '\'`, pattern)
	}
	found, err := db.Many[Reply](ctx, s.db, `SELECT `+columns+` FROM canned`+w.SQL()+` ORDER BY id LIMIT `+
		w.Arg(max(1, min(q.Limit, maxPage))+1), w.Args()...)
	return found, errs.Op(op, err)
}

// Get returns a reply.
func (s *Service) Get(ctx context.Context, reply id.Canned) (Reply, error) {
	const op = "canned.Get"
	a, err := actor.Require(ctx, op, actor.CannedRead)
	if err != nil {
		return Reply{}, err
	}
	w, err := scope(ctx, s.db, a)
	if err != nil {
		return Reply{}, errs.Op(op, err)
	}
	w.And("id = ?", reply)
	r, err := db.One[Reply](ctx, s.db, `SELECT `+columns+` FROM canned`+w.SQL(), w.Args()...)
	return r, errs.Op(op, err)
}

// Create makes a reply.
func (s *Service) Create(ctx context.Context, r Reply) (Reply, error) {
	const op = "canned.Create"
	a, err := actor.Require(ctx, op, actor.CannedRead)
	if err != nil {
		return Reply{}, err
	}
	if r.OwnerID != 0 {
		r.OwnerID = a.User
	}
	if err := mayEdit(op, a, r); err != nil {
		return Reply{}, err
	}
	if err := r.check(op); err != nil {
		return Reply{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if err := checkBrand(ctx, tx, op, r.BrandID); err != nil {
			return err
		}
		if err := checkTeam(ctx, tx, op, r.TeamID); err != nil {
			return err
		}
		r.ID, r.Rev, r.CreatedAt, r.ChangedAt = id.New[id.Canned](), 1, tx.Now(), tx.Now()
		_, err := db.Exec(ctx, tx, `INSERT INTO canned (tenant_id, id, brand_id, shortcut, title, folded, texts, archived, rev, created_at, changed_at, owner_id, variants, team_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
			a.Tenant, r.ID, r.BrandID, r.Shortcut, r.Title, r.folded(), db.JSON(r.Texts), r.Archived, r.Rev, r.CreatedAt, r.ChangedAt, r.OwnerID, r.variants(), r.TeamID)
		if err != nil {
			return taken(op, err)
		}
		return tell(ctx, tx, "canned.create", nil, r)
	})
	return r, errs.Op(op, err)
}

// checkBrand refuses a brand that the tenant does not have; 0 is all of them.
func checkBrand(ctx context.Context, tx *db.Tx, op string, brand id.Brand) error {
	if brand.IsZero() {
		return nil
	}
	_, err := tenant.Lookup(ctx, tx, actor.From(ctx).Tenant, brand)
	if errs.Is(errs.NotFound, err) {
		return errs.Fields(op, errs.Field{Path: "brand_id", Code: "reference"})
	}
	return errs.Op(op, err)
}

// checkTeam refuses a team that the tenant does not use; 0 is all of them.
func checkTeam(ctx context.Context, tx *db.Tx, op string, team id.Team) error {
	if team == 0 {
		return nil
	}
	has, err := account.HasTeam(ctx, tx, team)
	if err == nil && !has {
		return errs.Fields(op, errs.Field{Path: "team_id", Code: "reference"})
	}
	return errs.Op(op, err)
}

// Change is what may change about a reply. Nil leaves a field as it is.
type Change struct {
	Shortcut *string
	Title    *string
	Texts    map[string]string
	Variants Variants
	Team     *id.Team // 0: of all
	Archived *bool
	Rev      int64 // of the version that was edited; 0 takes any
}

// Update changes a reply. An editor who saw an older version gets a Conflict.
func (s *Service) Update(ctx context.Context, reply id.Canned, change Change) (Reply, error) {
	const op = "canned.Update"
	a, err := actor.Require(ctx, op, actor.CannedRead)
	if err != nil {
		return Reply{}, err
	}
	var after Reply
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		w, err := scope(ctx, tx, a)
		if err != nil {
			return err
		}
		w.And("id = ?", reply)
		before, err := db.One[Reply](ctx, tx, `SELECT `+columns+` FROM canned`+w.SQL()+tx.ForUpdate(), w.Args()...)
		if err != nil {
			return err
		}
		if err := mayEdit(op, a, before); err != nil {
			return err
		}
		if change.Rev != 0 && change.Rev != before.Rev {
			return errs.New(errs.Conflict, op, "canned.changed")
		}
		after = change.apply(before)
		if err := after.check(op); err != nil {
			return err
		}
		if after.TeamID != before.TeamID {
			if err := checkTeam(ctx, tx, op, after.TeamID); err != nil {
				return err
			}
		}
		after.Rev, after.ChangedAt = before.Rev+1, tx.Now()
		_, err = db.Exec(ctx, tx, `UPDATE canned SET shortcut = $3, title = $4, folded = $5, texts = $6, archived = $7, rev = $8, changed_at = $9, variants = $10,
			team_id = $11 WHERE tenant_id = $1 AND id = $2`,
			a.Tenant, reply, after.Shortcut, after.Title, after.folded(), db.JSON(after.Texts), after.Archived, after.Rev, after.ChangedAt, after.variants(), after.TeamID)
		if err != nil {
			return taken(op, err)
		}
		return tell(ctx, tx, "canned.update", before, after)
	})
	return after, errs.Op(op, err)
}

func (c Change) apply(r Reply) Reply {
	if c.Shortcut != nil {
		r.Shortcut = *c.Shortcut
	}
	if c.Title != nil {
		r.Title = *c.Title
	}
	if c.Texts != nil {
		r.Texts = c.Texts
	}
	if c.Variants != nil {
		r.Variants = c.Variants
	}
	if c.Team != nil {
		r.TeamID = *c.Team
	}
	if c.Archived != nil {
		r.Archived = *c.Archived
	}
	return r
}

// mayEdit lets everybody have replies of their own. Those of a brand belong to who
// may edit them there, those of all brands to who looks after all.
func mayEdit(op string, a actor.Actor, r Reply) error {
	brand := r.BrandID
	own := r.OwnerID != 0 && r.OwnerID == a.User
	switch {
	case brand != 0 && !a.Brands.Has(brand), brand == 0 && !a.Brands.All && !own:
		return errs.New(errs.Forbidden, op, "canned.brand")
	case !own && a.Scope(actor.CannedEdit) == actor.None:
		return errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(actor.CannedEdit)})
	}
	return nil
}

// variants returns the variants as they are stored.
func (r Reply) variants() any {
	if r.Variants == nil {
		return db.JSON(Variants{})
	}
	return db.JSON(r.Variants)
}

// taken says in words that a shortcut is in use.
func taken(op string, err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return &errs.Error{Kind: errs.Conflict, Op: op, Code: "canned.shortcut_taken", Err: err}
	}
	return err
}

func tell(ctx context.Context, tx *db.Tx, action string, before any, after Reply) error {
	return audit.Changed(ctx, tx, audit.Entry{
		Action: action, Subject: audit.Subject{Kind: what, ID: int64(after.ID), Name: after.Shortcut}, Brand: after.BrandID,
		Before: before, After: after,
	})
}
