package knowledge

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/tenant"
)

// NewArticle is an article to be made, with its first text.
type NewArticle struct {
	Category      id.Category
	Brands        []id.Brand // none: every brand
	Audience      Audience
	AudienceGroup string
	Owner         id.User // 0: who makes it
	ExpiresAt     time.Time
	Language      string
	Writing       Writing
}

// Create makes an article with a draft in one language.
func (s *Service) Create(ctx context.Context, n NewArticle) (Detail, error) {
	const op = "knowledge.Create"
	who, err := actor.Require(ctx, op, actor.KnowledgeEdit)
	if err != nil {
		return Detail{}, err
	}
	if err := n.Writing.check(op, n.Language); err != nil {
		return Detail{}, err
	}
	a := Article{
		ID: id.New[id.Article](), CategoryID: n.Category, Brands: n.Brands, Audience: n.Audience, AudienceGroup: n.AudienceGroup,
		OwnerID: n.Owner, ExpiresAt: n.ExpiresAt, Rev: 1, CreatedBy: who.User,
	}
	if a.OwnerID == 0 {
		a.OwnerID = who.User
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		a.CreatedAt, a.ChangedAt = tx.Now(), tx.Now()
		if err := s.fit(ctx, tx, op, &a, Article{OwnerID: who.User}); err != nil {
			return err
		}
		if err := a.allow(op, who, actor.KnowledgeEdit); err != nil {
			return err
		}
		if err := s.insertArticle(ctx, tx, a); err != nil {
			return err
		}
		if err := s.show(ctx, tx, op, a.ID, n.Writing.Blocks); err != nil {
			return err
		}
		v := Version{
			ID: id.New[id.ArticleVersion](), ArticleID: a.ID, Language: n.Language, Number: 1, State: Draft, Title: n.Writing.Title, Blocks: n.Writing.Blocks,
			Rev: 1, AuthorID: who.User, CreatedAt: tx.Now(), ChangedAt: tx.Now(),
		}
		if err := s.insertVersion(ctx, tx, v); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, "create", n.Writing.Title, nil, a); err != nil {
			return err
		}
		return s.watch(ctx, tx, a)
	})
	if err != nil {
		return Detail{}, errs.Op(op, err)
	}
	return s.Get(ctx, a.ID)
}

// fit completes an article and refuses what it cannot name; before is what it was.
func (s *Service) fit(ctx context.Context, tx *db.Tx, op string, a *Article, before Article) error {
	if err := a.check(op); err != nil {
		return err
	}
	for _, brand := range a.Brands {
		_, err := tenant.Lookup(ctx, tx, actor.From(ctx).Tenant, brand)
		if errs.Is(errs.NotFound, err) || err == nil && !actor.From(ctx).Brands.Has(brand) {
			return errs.Fields(op, errs.Field{Path: "brand_ids", Code: "reference"})
		}
		if err != nil {
			return err
		}
	}
	if a.CategoryID != 0 {
		if _, err := s.findCategory(ctx, tx, a.CategoryID); errs.Is(errs.NotFound, err) {
			return errs.Fields(op, errs.Field{Path: "category_id", Code: "reference"})
		} else if err != nil {
			return err
		}
	}
	if a.OwnerID == before.OwnerID || a.OwnerID == 0 {
		return nil
	}
	for _, brand := range brandsOrAll(a.Brands) {
		able, err := s.people.OfBrand(ctx, tx, brand, []id.User{a.OwnerID})
		if err != nil {
			return err
		}
		if len(able) == 0 {
			return errs.Fields(op, errs.Field{Path: "owner_id", Code: "reference"})
		}
	}
	return nil
}

func brandsOrAll(brands []id.Brand) []id.Brand {
	if len(brands) == 0 {
		return []id.Brand{0}
	}
	return brands
}

// Change is what may change about an article. Nil leaves a field as it is.
type Change struct {
	Category      *id.Category
	Brands        *[]id.Brand
	Audience      *Audience
	AudienceGroup *string
	Owner         *id.User
	ExpiresAt     *time.Time // zero: never
	Rev           int64      // of the version that was edited; 0 takes any
}

func (c Change) apply(a Article) Article {
	if c.Category != nil {
		a.CategoryID = *c.Category
	}
	if c.Brands != nil {
		a.Brands = *c.Brands
	}
	if c.Audience != nil {
		a.Audience = *c.Audience
	}
	if c.AudienceGroup != nil {
		a.AudienceGroup = *c.AudienceGroup
	}
	if c.Owner != nil {
		a.OwnerID = *c.Owner
	}
	if c.ExpiresAt != nil {
		a.ExpiresAt, a.Expired = *c.ExpiresAt, false
	}
	return a
}

// Update changes what is the same in all languages of an article.
func (s *Service) Update(ctx context.Context, article id.Article, c Change) (Detail, error) {
	const op = "knowledge.Update"
	who, err := actor.Require(ctx, op, actor.KnowledgeEdit)
	if err != nil {
		return Detail{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.lockFor(ctx, tx, op, article, actor.KnowledgeEdit)
		if err != nil {
			return err
		}
		if c.Rev != 0 && c.Rev != before.Rev {
			return changed(op)
		}
		after := c.apply(before)
		if err := s.fit(ctx, tx, op, &after, before); err != nil {
			return err
		}
		if !after.reaches(who) {
			return errs.New(errs.Forbidden, op, "knowledge.brand")
		}
		after.Rev, after.ChangedAt = before.Rev+1, tx.Now()
		if err := s.updateArticle(ctx, tx, after); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, "update", "", before, after); err != nil || after.ExpiresAt.Equal(before.ExpiresAt) {
			return err
		}
		return s.watch(ctx, tx, after)
	})
	if err != nil {
		return Detail{}, errs.Op(op, err)
	}
	return s.Get(ctx, article)
}

// tell writes a change of an article into the log and says that it happened.
func (s *Service) tell(ctx context.Context, tx *db.Tx, action, name string, before any, after Article) error {
	if err := audit.Write(ctx, tx, audit.Entry{
		Action: "article." + action, Subject: audit.Subject{Kind: what, ID: int64(after.ID), Name: name}, Before: before, After: after,
	}); err != nil {
		return err
	}
	return tx.Record(ctx, fact.ArticleChanged{Article: after.ID, What: action})
}

// Write saves the text of one language: into the open draft, or into a new one. A
// text that lies with a reviewer is a draft again.
func (s *Service) Write(ctx context.Context, article id.Article, language string, w Writing) (Version, error) {
	const op = "knowledge.Write"
	if _, err := actor.Require(ctx, op, actor.KnowledgeEdit); err != nil {
		return Version{}, err
	}
	if err := w.check(op, language); err != nil {
		return Version{}, err
	}
	var v Version
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		if _, err = s.lockFor(ctx, tx, op, article, actor.KnowledgeEdit); err != nil {
			return err
		}
		v, err = s.write(ctx, tx, op, article, language, w)
		return err
	})
	if errors.Is(err, db.ErrDuplicate) {
		err = changed(op)
	}
	return v, errs.Op(op, err)
}

// write saves a text. The caller has locked the article.
func (s *Service) write(ctx context.Context, tx *db.Tx, op string, article id.Article, language string, w Writing) (Version, error) {
	who := actor.From(ctx)
	v, open, err := s.versionIn(ctx, tx, article, language, Draft, InReview)
	if err != nil {
		return v, err
	}
	if w.Rev != 0 && (!open || w.Rev != v.Rev) || w.Begins && open {
		return v, changed(op)
	}
	if err := s.show(ctx, tx, op, article, w.Blocks); err != nil {
		return v, err
	}
	if open {
		before := v.Blocks
		v.State, v.Title, v.Blocks, v.AuthorID, v.ChangedAt, v.Rev = Draft, w.Title, w.Blocks, who.User, tx.Now(), v.Rev+1
		if err := s.updateVersion(ctx, tx, v); err != nil {
			return v, err
		}
		if err := s.hide(ctx, tx, article, before); err != nil {
			return v, err
		}
		return v, tx.Record(ctx, fact.ArticleChanged{Article: article, Language: language, What: "written"})
	}
	if err := s.checkLanguages(ctx, tx, op, article, language); err != nil {
		return v, err
	}
	number, err := s.nextNumber(ctx, tx, article, language)
	if err != nil {
		return v, err
	}
	v = Version{
		ID: id.New[id.ArticleVersion](), ArticleID: article, Language: language, Number: number, State: Draft, Title: w.Title, Blocks: w.Blocks,
		Rev: 1, AuthorID: who.User, CreatedAt: tx.Now(), ChangedAt: tx.Now(),
	}
	if err := s.insertVersion(ctx, tx, v); err != nil {
		return v, err
	}
	return v, tx.Record(ctx, fact.ArticleChanged{Article: article, Language: language, What: "written"})
}

// checkLanguages refuses one language too many.
func (s *Service) checkLanguages(ctx context.Context, tx *db.Tx, op string, article id.Article, language string) error {
	n, err := db.One[int](ctx, tx, `SELECT COUNT(DISTINCT language) FROM article_version WHERE tenant_id = $1 AND article_id = $2 AND language <> $3`,
		actor.From(ctx).Tenant, article, language)
	if err == nil && n >= MaxLanguages {
		err = errs.Fields(op, errs.Field{Path: "language", Code: "items.max", Values: errs.Values{"max": MaxLanguages}})
	}
	return err
}
