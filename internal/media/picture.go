package media

import (
	"context"
	"io"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxPicture bounds the bytes of a picture of an article.
const MaxPicture = 5 << 20

// shownTypes are the types that every browser shows in a page.
func shownTypes() []string { return []string{"image/jpeg", "image/png", "image/gif", "image/webp"} }

// IsPicture reports whether every browser shows f in a page, and it is no larger than a page bears.
func (f Attachment) IsPicture() bool {
	return slices.Contains(shownTypes(), f.Type) && f.Size <= MaxPicture
}

// UploadPicture stores a picture of the actor, to be shown by an article later.
func (s *Service) UploadPicture(ctx context.Context, name string, r io.Reader) (Attachment, error) {
	return s.upload(ctx, arrival{name: name, most: MaxPicture, only: shownTypes()}, r)
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
