package app

import (
	"context"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
)

// articleFiles keeps the files that articles show.
type articleFiles struct{ files *media.Service }

// TakeFiles gives files to an article and says what they are.
func (a articleFiles) TakeFiles(ctx context.Context, tx *db.Tx, article id.Article, files []id.Attachment) ([]knowledge.File, error) {
	taken, err := a.files.TakeForArticle(ctx, tx, article, files)
	out := make([]knowledge.File, len(taken))
	for i, f := range taken {
		out[i] = knowledge.File{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, Picture: f.IsPicture()}
	}
	return out, err
}

// FreeFiles takes files from an article that shows them no more.
func (a articleFiles) FreeFiles(ctx context.Context, tx *db.Tx, article id.Article, files []id.Attachment) error {
	return a.files.FreeFromArticle(ctx, tx, article, files)
}
