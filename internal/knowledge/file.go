package knowledge

import (
	"context"
	"fmt"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// File is what is known of a file that a block shows.
type File struct {
	ID      id.Attachment
	Name    string
	Type    string // media type, by its bytes
	Size    int64  // bytes
	Picture bool   // a page may show it
}

// filesOf returns the files that blocks show, each once.
func filesOf(blocks []Block) []id.Attachment {
	var files []id.Attachment
	for _, b := range blocks {
		if b.File != 0 && !slices.Contains(files, b.File) {
			files = append(files, b.File)
		}
	}
	return files
}

// show gives the article the files that blocks show, and notes in them what those files are.
func (s *Service) show(ctx context.Context, tx *db.Tx, op string, article id.Article, blocks []Block) error {
	wanted := filesOf(blocks)
	if len(wanted) == 0 {
		return nil
	}
	taken, err := s.files.TakeFiles(ctx, tx, article, wanted)
	if err != nil {
		return err
	}
	var wrong []errs.Field
	for i, b := range blocks {
		if b.File == 0 {
			continue
		}
		at := slices.IndexFunc(taken, func(f File) bool { return f.ID == b.File })
		if at < 0 || b.Kind == Image && !taken[at].Picture {
			wrong = append(wrong, errs.Field{Path: fmt.Sprintf("blocks.%d.file_id", i), Code: "attachment.gone"})
			continue
		}
		if b.Kind == Attached {
			blocks[i].FileName, blocks[i].FileType, blocks[i].FileSize = taken[at].Name, taken[at].Type, taken[at].Size
		}
	}
	return errs.Fields(op, wrong...)
}

// hide takes from the article those files of blocks that none of its versions shows any more.
func (s *Service) hide(ctx context.Context, tx *db.Tx, article id.Article, blocks []Block) error {
	var gone []id.Attachment
	for _, file := range filesOf(blocks) {
		_, shown, err := db.Find[id.ArticleVersion](ctx, tx, `SELECT id FROM article_version WHERE tenant_id = $1 AND article_id = $2 AND blocks LIKE $3 LIMIT 1`,
			actor.From(ctx).Tenant, article, `%"file_id":"`+file.String()+`"%`)
		if err != nil {
			return err
		}
		if !shown {
			gone = append(gone, file)
		}
	}
	return s.files.FreeFiles(ctx, tx, article, gone)
}

// MayShow returns NotFound unless one of the texts of an article that the actor may read shows a file.
func (s *Service) MayShow(ctx context.Context, article id.Article, file id.Attachment) error {
	const op = "knowledge.MayShow"
	d, err := s.Get(ctx, article)
	if err != nil {
		return errs.Op(op, err)
	}
	for _, v := range d.Versions {
		if slices.Contains(filesOf(v.Blocks), file) {
			return nil
		}
	}
	if !d.MayEdit && !d.MayJudge { // who writes looks at older versions too
		return errs.E(errs.NotFound, op, nil)
	}
	return nil
}
