package media

import (
	"context"
	"io"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxPicture bounds the bytes of a picture of an article.
const MaxPicture = 5 << 20

// shownTypes are the types that every browser shows in a page.
func shownTypes() []string { return []string{"image/jpeg", "image/png", "image/gif", "image/webp"} }

// UploadPicture stores a picture of the actor, to be shown by an article later.
func (s *Service) UploadPicture(ctx context.Context, name string, r io.Reader) (Attachment, error) {
	return s.upload(ctx, arrival{name: name, most: MaxPicture, only: shownTypes()}, r)
}

// TakePictures gives files to an article: those that it has already, and those of the actor that nothing has named yet. It
// returns those that it may not have.
func (s *Service) TakePictures(ctx context.Context, tx *db.Tx, article id.Article, files []id.Attachment) (missing []id.Attachment, err error) {
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
	db.In(w, "type", shownTypes())
	db.In(w, "id", files)
	taken, err := db.Many[id.Attachment](ctx, tx, set+w.SQL()+` RETURNING id`, w.Args()...)
	for _, f := range files {
		if !slices.Contains(taken, f) {
			missing = append(missing, f)
		}
	}
	return missing, errs.Op("media.TakePictures", err)
}

// FreePictures takes files from an article that shows them no more. Like any file that nothing names they go after a day;
// until then whoever uploaded them may name them again.
func (s *Service) FreePictures(ctx context.Context, tx *db.Tx, article id.Article, files []id.Attachment) error {
	if len(files) == 0 {
		return nil
	}
	w := &db.Where{}
	set := `UPDATE attachment SET article_id = 0, created_at = ` + w.Arg(tx.Now())
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("article_id = ?", article)
	db.In(w, "id", files)
	_, err := db.Exec(ctx, tx, set+w.SQL(), w.Args()...)
	return errs.Op("media.FreePictures", err)
}

// TakePosted gives files that have arrived and that nothing names to a post, and returns them.
func (s *Service) TakePosted(ctx context.Context, tx *db.Tx, post id.Post, files []id.Attachment) ([]Attachment, error) {
	if len(files) == 0 {
		return nil, nil
	}
	w := &db.Where{}
	set := `UPDATE attachment SET post_id = ` + w.Arg(post)
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("stored")
	w.And(unnamed)
	db.In(w, "id", files)
	taken, err := db.Many[Attachment](ctx, tx, set+w.SQL()+` RETURNING `+columns, w.Args()...)
	return taken, errs.Op("media.TakePosted", err)
}
