package catalogue

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/search"
)

// description is what a list shows of a thing beside the words that were found.
type description struct {
	ID      int64
	BrandID id.Brand
	Name    string
	Channel string
	Subject string
}

// describe adds to finds of one kind what the tables know of them; what is gone by now is left out.
func (s *Service) describe(ctx context.Context, kind Kind, found []Found) ([]Found, error) {
	if kind == Articles {
		return found, nil
	}
	things := make([]int64, len(found))
	for i, f := range found {
		things[i] = f.Thing
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "id", things)
	text := `SELECT id, brand_id, '' AS name, '' AS channel, '' AS subject FROM customer`
	switch kind { //nolint:exhaustive // those of entries are of conversations
	case Organisations:
		text = `SELECT id, brand_id, '' AS name, '' AS channel, '' AS subject FROM organisation`
	case Cases:
		text = `SELECT f.id, f.brand_id, COALESCE((SELECT c.name FROM customer c WHERE c.tenant_id = f.tenant_id AND c.id = f.customer_id), '') AS name,
			'' AS channel, '' AS subject FROM case_file f`
	case Conversations:
		text = `SELECT id, brand_id, customer_name AS name, channel, subject FROM conversation`
	}
	rows, err := db.Many[description](ctx, s.db, text+w.SQL(), w.Args()...)
	if err != nil {
		return nil, err
	}
	known := map[int64]description{}
	for _, r := range rows {
		known[r.ID] = r
	}
	kept := found[:0]
	for _, f := range found {
		about, there := known[f.Thing]
		if !there {
			continue
		}
		f.Brand, f.Channel, f.Name = about.BrandID, about.Channel, nameFor(actor.From(ctx), about.Name)
		if len(f.Title) == 0 && about.Subject != "" {
			f.Title = []search.Run{{Text: about.Subject}}
		}
		kept = append(kept, f)
	}
	return kept, nil
}

// nameFor returns the name of a customer as a may know it.
func nameFor(a actor.Actor, name string) string {
	if a.Scope(actor.NamesRead) == actor.None {
		return customer.Mask(name)
	}
	return name
}
