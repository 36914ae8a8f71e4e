package knowledge

import (
	"context"

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

// Expire puts an article whose time is up among those that its owner has to look
// at. It stays in use: an old answer is better than none. A job of a time that was
// changed since finds nothing to do.
func (s *Service) Expire(ctx context.Context, j Expire) error {
	const op = "knowledge.Expire"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE article SET expired = TRUE WHERE tenant_id = $1 AND id = $2 AND NOT expired AND NOT archived
			AND expires_at > 0 AND expires_at <= $3`, actor.From(ctx).Tenant, j.Article, tx.Now())
		if err != nil || n == 0 {
			return err
		}
		return tx.Record(ctx, fact.ArticleChanged{Article: j.Article, What: "expired"})
	}))
}
