package knowledge

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// Category is a place in the tree of articles. The tenant has one tree.
type Category struct {
	ID        id.Category
	ParentID  id.Category // 0: at the top
	Name      string
	CreatedAt time.Time
	ChangedAt time.Time
}

// Limits of the tree.
const (
	MaxCategories   = 500
	maxCategoryName = 80 // characters
	maxDepth        = 6
)

const categoryColumns = `id, parent_id, name, created_at, changed_at`

// Categories returns the whole tree, by name.
func (s *Service) Categories(ctx context.Context) ([]Category, error) {
	const op = "knowledge.Categories"
	who, err := actor.Require(ctx, op, actor.KnowledgeRead)
	if err != nil {
		return nil, err
	}
	all, err := s.categories(ctx, s.db, who)
	return all, errs.Op(op, err)
}

func (s *Service) categories(ctx context.Context, q db.Queryer, who actor.Actor) ([]Category, error) {
	return db.Many[Category](ctx, q, `SELECT `+categoryColumns+` FROM article_category WHERE tenant_id = $1 ORDER BY name_key, id LIMIT 500`, who.Tenant)
}

func (s *Service) findCategory(ctx context.Context, q db.Queryer, category id.Category) (Category, error) {
	return db.One[Category](ctx, q, `SELECT `+categoryColumns+` FROM article_category WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, category)
}

// CreateCategory adds a place to the tree.
func (s *Service) CreateCategory(ctx context.Context, parent id.Category, name string) (Category, error) {
	const op = "knowledge.CreateCategory"
	who, err := s.mayPlant(ctx, op)
	if err != nil {
		return Category{}, err
	}
	c := Category{ID: id.New[id.Category](), ParentID: parent, Name: strings.TrimSpace(name)}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		all, err := s.categories(ctx, tx, who)
		if err != nil {
			return err
		}
		if len(all) >= MaxCategories {
			return errs.New(errs.Conflict, op, "knowledge.categories").With(errs.Values{"max": MaxCategories})
		}
		if err := c.check(op, all); err != nil {
			return err
		}
		c.CreatedAt, c.ChangedAt = tx.Now(), tx.Now()
		if _, err = db.Exec(ctx, tx, `INSERT INTO article_category (tenant_id, id, parent_id, name, name_key, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			who.Tenant, c.ID, c.ParentID, c.Name, fold.Text(c.Name), c.CreatedAt, c.ChangedAt); err != nil {
			return nameTaken(op, err)
		}
		return tellCategory(ctx, tx, "create", nil, c)
	})
	return c, errs.Op(op, err)
}

// UpdateCategory renames or moves a place of the tree. Nil leaves a field as it is.
func (s *Service) UpdateCategory(ctx context.Context, category id.Category, parent *id.Category, name *string) (Category, error) {
	const op = "knowledge.UpdateCategory"
	who, err := s.mayPlant(ctx, op)
	if err != nil {
		return Category{}, err
	}
	var c Category
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.findCategory(ctx, tx, category)
		if err != nil {
			return err
		}
		all, err := s.categories(ctx, tx, who)
		if err != nil {
			return err
		}
		c = before
		if parent != nil {
			c.ParentID = *parent
		}
		if name != nil {
			c.Name = strings.TrimSpace(*name)
		}
		if err := c.check(op, all); err != nil {
			return err
		}
		c.ChangedAt = tx.Now()
		if _, err = db.Exec(ctx, tx, `UPDATE article_category SET parent_id = $3, name = $4, name_key = $5, changed_at = $6 WHERE tenant_id = $1 AND id = $2`,
			who.Tenant, c.ID, c.ParentID, c.Name, fold.Text(c.Name), c.ChangedAt); err != nil {
			return nameTaken(op, err)
		}
		return tellCategory(ctx, tx, "update", before, c)
	})
	return c, errs.Op(op, err)
}

// DeleteCategory takes an empty place out of the tree.
func (s *Service) DeleteCategory(ctx context.Context, category id.Category) error {
	const op = "knowledge.DeleteCategory"
	who, err := s.mayPlant(ctx, op)
	if err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.findCategory(ctx, tx, category)
		if err != nil {
			return err
		}
		if err = db.Guard(ctx, tx, errs.New(errs.Conflict, op, "knowledge.category_used"), `DELETE FROM article_category WHERE tenant_id = $1 AND id = $2
			AND NOT EXISTS (SELECT 1 FROM article a WHERE a.tenant_id = $1 AND a.category_id = $2)
			AND NOT EXISTS (SELECT 1 FROM article_category c WHERE c.tenant_id = $1 AND c.parent_id = $2)`, who.Tenant, category); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "article_category.delete", Subject: before.subject(), Before: before})
	}))
}

// mayPlant returns the actor, if the tree is theirs to change: it is that of all brands.
func (s *Service) mayPlant(ctx context.Context, op string) (actor.Actor, error) {
	who, err := actor.Require(ctx, op, actor.KnowledgePublish)
	if err == nil && (who.Scope(actor.KnowledgePublish) < actor.InBrand || !who.Brands.All) {
		err = errs.New(errs.Forbidden, op, "knowledge.brand")
	}
	return who, err
}

// check refuses a name that cannot be, a parent that is not there, and a circle.
func (c Category) check(op string, all []Category) error {
	var f check.Fields
	f.Text("name", c.Name, maxCategoryName)
	parents := map[id.Category]id.Category{}
	for _, other := range all {
		parents[other.ID] = other.ParentID
	}
	parents[c.ID] = c.ParentID
	depth := 1
	for at := c.ParentID; at != 0; at = parents[at] {
		if _, known := parents[at]; !known {
			f.Add("parent_id", "reference", nil)
			break
		}
		if depth++; at == c.ID || depth > maxDepth {
			f.Add("parent_id", "knowledge.depth", errs.Values{"max": maxDepth})
			break
		}
	}
	return f.Err(op)
}

func (c Category) subject() audit.Subject {
	return audit.Subject{Kind: "article_category", ID: int64(c.ID), Name: c.Name}
}

func tellCategory(ctx context.Context, tx *db.Tx, action string, before any, after Category) error {
	return audit.Changed(ctx, tx, audit.Entry{Action: "article_category." + action, Subject: after.subject(), Before: before, After: after})
}

// nameTaken says in words that there is such a place.
func nameTaken(op string, err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return &errs.Error{Kind: errs.Conflict, Op: op, Code: "knowledge.category_taken", Err: err}
	}
	return err
}
