package catalogue

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/search"
)

func organisationSource() source {
	return source{
		kind: Organisations, load: loadOrganisations, after: `SELECT id FROM organisation WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT ` + reindexBatch,
		touched: func(f fact.Fact) []int64 {
			if changed, ok := f.(fact.OrganisationChanged); ok {
				return []int64{int64(changed.Organisation)}
			}
			return nil
		},
	}
}

type organisationRow struct {
	ID        id.Organisation
	BrandID   id.Brand
	Name      string
	Phone     string
	Website   string
	About     string
	Domains   []string `db:"domains,json"`
	ChangedAt time.Time
}

// loadOrganisations reads organisations in use: one that was put away, is held to be another or was erased has no document.
func loadOrganisations(ctx context.Context, q db.Queryer, things []int64) ([]search.Document, []int64, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "id", things)
	w.And("NOT archived")
	w.And("joined_into = 0")
	w.And("erased_at = 0")
	rows, err := db.Many[organisationRow](ctx, q, `SELECT id, brand_id, name, phone, website, about, domains, changed_at FROM organisation`+w.SQL(), w.Args()...)
	if err != nil {
		return nil, nil, err
	}
	out := make([]search.Document, len(rows))
	for i, o := range rows {
		body := append([]string{o.Phone, o.Website}, o.Domains...)
		out[i] = search.Document{
			Kind: string(Organisations), Thing: int64(o.ID), Scopes: []string{brandKey(o.BrandID)}, Title: o.Name, At: o.ChangedAt,
			Body: lines(append(body, numbers([]string{o.Phone})...), o.About),
		}
	}
	return out, things, nil
}
