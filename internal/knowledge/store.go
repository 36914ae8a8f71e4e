package knowledge

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

const (
	articleColumns = `id, category_id, brands, audience, audience_group, owner_id, expires_at, expired, archived, rev, created_by, created_at, changed_at`
	versionColumns = `id, article_id, language, number, state, title, blocks, rev, author_id, created_at, changed_at, published_at`
	reviewColumns  = `id, article_id, version_id, action, user_id, comment, at`
)

// visible returns the articles that who may see in table a: of their brands, and
// published unless they may edit it.
func visible(who actor.Actor) *db.Where {
	w := &db.Where{}
	w.And("a.tenant_id = ?", who.Tenant)
	if !who.Brands.All {
		w.And(`EXISTS (SELECT 1 FROM article_brand b WHERE b.tenant_id = a.tenant_id AND b.article_id = a.id AND ` +
			db.OneOf(w, "b.brand_id", append([]id.Brand{0}, who.Brands.Some...)) + `)`)
	}
	if max(who.Scope(actor.KnowledgeEdit), who.Scope(actor.KnowledgePublish)) < actor.InBrand {
		w.And(`(NOT a.archived AND EXISTS (SELECT 1 FROM article_version v WHERE v.tenant_id = a.tenant_id AND v.article_id = a.id
			AND v.state = 'published')` + own(w, who) + `)`)
	}
	return w
}

// own adds the articles that are who's own to edit.
func own(w *db.Where, who actor.Actor) string {
	if max(who.Scope(actor.KnowledgeEdit), who.Scope(actor.KnowledgePublish)) == actor.None || who.User == 0 {
		return ""
	}
	return " OR a.owner_id = " + w.Arg(who.User)
}

func (s *Service) find(ctx context.Context, q db.Queryer, article id.Article, lock string) (Article, error) {
	w := visible(actor.From(ctx))
	w.And("a.id = ?", article)
	return db.One[Article](ctx, q, `SELECT `+articleColumns+` FROM article a`+w.SQL()+lock, w.Args()...)
}

// lockFor returns an article that the actor may do p with, and that nobody else changes until the commit.
func (s *Service) lockFor(ctx context.Context, tx *db.Tx, op string, article id.Article, p actor.Permission) (Article, error) {
	a, err := s.find(ctx, tx, article, tx.ForUpdate())
	if err != nil {
		return a, err
	}
	return a, a.allow(op, actor.From(ctx), p)
}

func (s *Service) insertArticle(ctx context.Context, tx *db.Tx, a Article) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO article (tenant_id, `+articleColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		actor.From(ctx).Tenant, a.ID, a.CategoryID, brandList(a.Brands), string(a.Audience), a.AudienceGroup, a.OwnerID, a.ExpiresAt, a.Expired,
		a.Archived, a.Rev, a.CreatedBy, a.CreatedAt, a.ChangedAt)
	if err != nil {
		return err
	}
	return s.insertBrands(ctx, tx, a)
}

func (s *Service) updateArticle(ctx context.Context, tx *db.Tx, a Article) error {
	tenant := actor.From(ctx).Tenant
	_, err := db.Exec(ctx, tx, `UPDATE article SET category_id = $3, brands = $4, audience = $5, audience_group = $6, owner_id = $7, expires_at = $8,
		expired = $9, archived = $10, rev = $11, changed_at = $12 WHERE tenant_id = $1 AND id = $2`,
		tenant, a.ID, a.CategoryID, brandList(a.Brands), string(a.Audience), a.AudienceGroup, a.OwnerID, a.ExpiresAt, a.Expired, a.Archived, a.Rev, a.ChangedAt)
	if err != nil {
		return err
	}
	if _, err = db.Exec(ctx, tx, `DELETE FROM article_brand WHERE tenant_id = $1 AND article_id = $2`, tenant, a.ID); err != nil {
		return err
	}
	return s.insertBrands(ctx, tx, a)
}

func (s *Service) insertBrands(ctx context.Context, tx *db.Tx, a Article) error {
	brands := a.Brands
	if len(brands) == 0 {
		brands = []id.Brand{0}
	}
	for _, brand := range brands {
		if _, err := db.Exec(ctx, tx, `INSERT INTO article_brand (tenant_id, article_id, brand_id) VALUES ($1, $2, $3)`,
			actor.From(ctx).Tenant, a.ID, brand); err != nil {
			return err
		}
	}
	return nil
}

// brandList keeps an empty list a list.
func brandList(brands []id.Brand) any {
	if brands == nil {
		brands = []id.Brand{}
	}
	return db.JSON(brands)
}

// versionIn returns the version of a language in one of some states.
func (s *Service) versionIn(ctx context.Context, q db.Queryer, article id.Article, language string, states ...State) (Version, bool, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("article_id = ?", article)
	w.And("language = ?", language)
	db.In(w, "state", states)
	return db.Find[Version](ctx, q, `SELECT `+versionColumns+` FROM article_version`+w.SQL(), w.Args()...)
}

func (s *Service) insertVersion(ctx context.Context, tx *db.Tx, v Version) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO article_version (tenant_id, `+versionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		actor.From(ctx).Tenant, v.ID, v.ArticleID, v.Language, v.Number, string(v.State), v.Title, db.JSON(v.Blocks), v.Rev, v.AuthorID,
		v.CreatedAt, v.ChangedAt, v.PublishedAt)
	return err
}

func (s *Service) updateVersion(ctx context.Context, tx *db.Tx, v Version) error {
	_, err := db.Exec(ctx, tx, `UPDATE article_version SET state = $3, title = $4, blocks = $5, rev = $6, author_id = $7, changed_at = $8, published_at = $9
		WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, v.ID, string(v.State), v.Title, db.JSON(v.Blocks), v.Rev, v.AuthorID, v.ChangedAt, v.PublishedAt)
	return err
}

// nextNumber returns the number of the next version in a language. The caller has locked the article.
func (s *Service) nextNumber(ctx context.Context, tx *db.Tx, article id.Article, language string) (int64, error) {
	n, err := db.One[int64](ctx, tx, `SELECT COALESCE(MAX(number), 0) FROM article_version WHERE tenant_id = $1 AND article_id = $2 AND language = $3`,
		actor.From(ctx).Tenant, article, language)
	return n + 1, err
}

// decided keeps who decided what about a version, and tells everybody.
func (s *Service) decided(ctx context.Context, tx *db.Tx, v Version, action, comment string) error {
	who := actor.From(ctx)
	_, err := db.Exec(ctx, tx, `INSERT INTO article_review (tenant_id, `+reviewColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		who.Tenant, id.New[id.Fact](), v.ArticleID, v.ID, action, who.User, comment, tx.Now())
	if err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Entry{
		Action: "article." + action, Subject: audit.Subject{Kind: what, ID: int64(v.ArticleID), Name: v.Title},
		After: map[string]any{"language": v.Language, "version": v.Number, "comment": comment},
	}); err != nil {
		return err
	}
	return tx.Record(ctx, fact.ArticleChanged{Article: v.ArticleID, Language: v.Language, What: action})
}

// counts returns how an article has served.
func (s *Service) counts(ctx context.Context, q db.Queryer, article id.Article) (Counts, error) {
	rows, err := db.Many[struct {
		Verdict string
		N       int
	}](ctx, q, `SELECT verdict, COUNT(*) AS n FROM article_use WHERE tenant_id = $1 AND article_id = $2 GROUP BY verdict`, actor.From(ctx).Tenant, article)
	var c Counts
	for _, r := range rows {
		c.Used += r.N
		switch Verdict(r.Verdict) {
		case Helped:
			c.Helped = r.N
		case NotHelped:
			c.NotHelped = r.N
		}
	}
	return c, err
}

// changed is the refusal of an editor who saw an older version.
func changed(op string) error { return errs.New(errs.Conflict, op, "knowledge.changed") }
