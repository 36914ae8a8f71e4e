package catalogue

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/search"
)

func articleSource() source {
	return source{
		kind: Articles, load: loadArticles, after: `SELECT id FROM article WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT ` + reindexBatch,
		touched: func(f fact.Fact) []int64 {
			if changed, ok := f.(fact.ArticleChanged); ok {
				return []int64{int64(changed.Article)}
			}
			return nil
		},
	}
}

type articleRow struct {
	ID          id.Article
	Brands      []id.Brand `db:"brands,json"`
	Language    string
	Title       string
	Blocks      []knowledge.Block `db:"blocks,json"`
	PublishedAt time.Time
}

// loadArticles reads what is published of articles in use, one document a language.
func loadArticles(ctx context.Context, q db.Queryer, things []int64) ([]search.Document, []int64, error) {
	w := &db.Where{}
	w.And("a.tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "a.id", things)
	w.And("NOT a.archived")
	w.And("v.state = 'published'")
	rows, err := db.Many[articleRow](ctx, q, `SELECT a.id, a.brands, v.language, v.title, v.blocks, v.published_at FROM article a
		JOIN article_version v ON v.tenant_id = a.tenant_id AND v.article_id = a.id`+w.SQL(), w.Args()...)
	if err != nil {
		return nil, nil, err
	}
	out := make([]search.Document, len(rows))
	for i, a := range rows {
		out[i] = search.Document{
			Kind: string(Articles), Thing: int64(a.ID), Language: a.Language, Scopes: brandKeys(a.Brands), Title: a.Title,
			Body: knowledge.Words(a.Blocks), At: a.PublishedAt,
		}
	}
	return out, things, nil
}

// brandKeys are the scopes of an article: its brands, or all.
func brandKeys(brands []id.Brand) []string {
	if len(brands) == 0 {
		return []string{brandKey(0)}
	}
	keys := make([]string, len(brands))
	for i, b := range brands {
		keys[i] = brandKey(b)
	}
	return keys
}
