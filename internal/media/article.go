package media

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// TakeForArticle gives files to an article: those that it has already, and those of the actor that nothing has named yet. It
// returns those that the article has now.
func (s *Service) TakeForArticle(ctx context.Context, tx *db.Tx, article id.Article, files []id.Attachment) ([]Attachment, error) {
	if len(files) == 0 {
		return nil, nil
	}
	by := fact.ByActor(actor.From(ctx))
	w := &db.Where{}
	set := `UPDATE attachment SET article_id = ` + w.Arg(article)
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("conversation_id = 0 AND post_id = 0")
	w.And("stored")
	w.And("(article_id = ? OR article_id = 0 AND owner_kind = ? AND owner_id = ?)", article, string(by.Kind), by.ID)
	db.In(w, "id", files)
	taken, err := db.Many[Attachment](ctx, tx, set+w.SQL()+` RETURNING `+columns, w.Args()...)
	return taken, errs.Op("media.TakeForArticle", err)
}

// FreeFromArticle takes files from an article that shows them no more. Like any file that nothing names they go after a day;
// until then whoever uploaded them may name them again.
func (s *Service) FreeFromArticle(ctx context.Context, tx *db.Tx, article id.Article, files []id.Attachment) error {
	if len(files) == 0 {
		return nil
	}
	w := &db.Where{}
	set := `UPDATE attachment SET article_id = 0, created_at = ` + w.Arg(tx.Now())
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("article_id = ?", article)
	db.In(w, "id", files)
	_, err := db.Exec(ctx, tx, set+w.SQL(), w.Args()...)
	return errs.Op("media.FreeFromArticle", err)
}
