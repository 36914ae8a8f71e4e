package knowledge

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Expire is the job that says that an article's time is up.
type Expire struct {
	Article id.Article `json:"article"`
}

// Kind names the job.
func (Expire) Kind() string { return "knowledge.expire" }

// watch has somebody told when the article's time is up.
func (s *Service) watch(ctx context.Context, tx *db.Tx, a Article) error {
	if a.ExpiresAt.IsZero() {
		return nil
	}
	return job.Enqueue(ctx, tx, Expire{Article: a.ID}, job.At(a.ExpiresAt))
}

// Expire puts an article whose time is up among those that somebody has to look
// at, and tells those who answer for it. It stays in use: an old answer is better than none. A job of a time that was
// changed since finds nothing to do.
func (s *Service) Expire(ctx context.Context, j Expire) error {
	const op = "knowledge.Expire"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE article SET expired = TRUE WHERE tenant_id = $1 AND id = $2 AND NOT expired AND NOT archived
			AND expires_at > 0 AND expires_at <= $3`, actor.From(ctx).Tenant, j.Article, tx.Now())
		if err != nil || n == 0 {
			return err
		}
		who, err := s.answerable(ctx, tx, j.Article)
		if err != nil {
			return err
		}
		if err := s.news.TellOfArticle(ctx, tx, who, j.Article); err != nil {
			return err
		}
		return tx.Record(ctx, fact.ArticleChanged{Article: j.Article, What: "expired"})
	}))
}

// answerable returns who works here and answers for what an article says: its owner, and who published its texts.
func (s *Service) answerable(ctx context.Context, tx *db.Tx, article id.Article) ([]id.User, error) {
	tenant := actor.From(ctx).Tenant
	a, err := db.One[Article](ctx, tx, `SELECT `+articleColumns+` FROM article WHERE tenant_id = $1 AND id = $2`, tenant, article)
	if err != nil {
		return nil, err
	}
	users, err := db.Many[id.User](ctx, tx, `SELECT DISTINCT r.user_id FROM article_version v JOIN article_review r ON r.tenant_id = v.tenant_id
		AND r.article_id = v.article_id AND r.version_id = v.id AND r.action = 'published' AND r.user_id <> 0
		WHERE v.tenant_id = $1 AND v.article_id = $2 AND v.state = 'published' ORDER BY r.user_id`, tenant, article)
	if err != nil {
		return nil, err
	}
	if a.OwnerID != 0 && !slices.Contains(users, a.OwnerID) {
		users = append(users, a.OwnerID)
	}
	if len(users) == 0 {
		return nil, nil
	}
	var able []id.User
	for _, brand := range brandsOrAll(a.Brands) {
		of, err := s.people.OfBrand(ctx, tx, brand, users)
		if err != nil {
			return nil, err
		}
		able = append(able, of...)
	}
	slices.Sort(able)
	return slices.Compact(able), nil
}
