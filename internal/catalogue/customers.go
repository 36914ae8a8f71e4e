package catalogue

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/search"
)

func customerSource() source {
	return source{
		kind: Customers, load: loadCustomers, after: `SELECT id FROM customer WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT ` + reindexBatch,
		touched: func(f fact.Fact) []int64 {
			switch f := f.(type) {
			case fact.CustomerCreated:
				return []int64{int64(f.Customer)}
			case fact.CustomerChanged:
				return []int64{int64(f.Customer)}
			case fact.CustomersImported:
				return keysOf(append(slices.Clone(f.Created), f.Updated...))
			case fact.ClaimMade:
				return []int64{int64(f.Customer)}
			case fact.ClaimRevoked:
				return []int64{int64(f.Customer)}
			}
			return nil
		},
	}
}

type customerRow struct {
	ID        id.Customer
	BrandID   id.Brand
	Name      string
	Company   string
	Email     string
	Phone     string
	About     string
	ChangedAt time.Time
}

type addressRow struct {
	CustomerID  id.Customer
	Provider    string
	ExternalID  string
	DisplayName string
}

// opaque is the provider whose addresses mean nothing to anybody.
const opaque = "webchat"

func loadCustomers(ctx context.Context, q db.Queryer, things []int64) ([]search.Document, []int64, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "id", things)
	rows, err := db.Many[customerRow](ctx, q, `SELECT id, brand_id, name, company, email, phone, about, changed_at FROM customer`+w.SQL(), w.Args()...)
	if err != nil {
		return nil, nil, err
	}
	w = &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "customer_id", things)
	// The plus: along the index by id SQLite would read all addresses there are.
	points, err := db.Many[addressRow](ctx, q, `SELECT customer_id, provider, external_id, display_name FROM contact_point`+w.SQL()+
		` ORDER BY +id LIMIT 5000`, w.Args()...)
	if err != nil {
		return nil, nil, err
	}
	addresses := map[id.Customer][]string{}
	for _, p := range points {
		addresses[p.CustomerID] = append(addresses[p.CustomerID], p.DisplayName)
		if p.Provider != opaque {
			addresses[p.CustomerID] = append(addresses[p.CustomerID], p.ExternalID)
		}
	}
	out := make([]search.Document, len(rows))
	for i, c := range rows {
		body := append([]string{c.Company, c.Email, c.Phone}, addresses[c.ID]...)
		out[i] = search.Document{
			Kind: string(Customers), Thing: int64(c.ID), Scopes: []string{brandKey(c.BrandID)}, Title: c.Name, At: c.ChangedAt,
			Body: lines(append(body, numbers(body)...), c.About),
		}
	}
	return out, things, nil
}

// lines joins what is not empty, each once, in lines.
func lines(parts []string, more ...string) string {
	seen, kept := map[string]bool{}, []string{}
	for _, part := range append(parts, more...) {
		if part = strings.TrimSpace(part); part != "" && !seen[part] {
			seen[part] = true
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "\n")
}

// Numbers as people write them down.
const (
	minNumber      = 7 // digits of what may be a telephone number
	nationalNumber = 9 // … without the code of the country, in Poland and Hungary
)

// numbers returns the telephone numbers among addresses as digits, with and without the code of the country.
func numbers(addresses []string) []string {
	var out []string
	for _, text := range addresses {
		digits := digitsOf(text)
		if len(digits) < minNumber || strings.ContainsFunc(text, unicode.IsLetter) {
			continue
		}
		out = append(out, digits)
		if len(digits) > nationalNumber {
			out = append(out, digits[len(digits)-nationalNumber:])
		}
	}
	return out
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

// joined returns text without the gaps in it, if it is a number written in groups.
func joined(text string) string {
	digits := digitsOf(text)
	if len(digits) >= minNumber && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || r == '@' }) {
		return digits
	}
	return text
}
