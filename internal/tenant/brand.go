package tenant

import (
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// maxBrands bounds how many brands a tenant serves.
const maxBrands = 2000

// Brand is a client company served by a tenant.
type Brand struct {
	ID         id.Brand
	Name       string
	Color      string   // #rrggbb
	LogoKey    string   // in the blob store; empty: none
	LogoType   string   // media type of the logo
	Languages  []string `db:"languages,json"` // the first is the usual one
	TimeZone   string   // IANA name
	CalendarID id.Calendar
	Archived   bool
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Languages returns the languages that texts for customers may have.
func Languages() []string { return []string{"en", "pl", "hu"} }

// NewBrand is what a brand is made of.
type NewBrand struct {
	Name       string
	Color      string
	Languages  []string
	TimeZone   string
	CalendarID id.Calendar
}

// BrandPatch changes what it sets.
type BrandPatch struct {
	Name       *string
	Color      *string
	Languages  *[]string
	TimeZone   *string
	CalendarID *id.Calendar
}

func (p BrandPatch) apply(b Brand) Brand {
	set(&b.Name, p.Name)
	set(&b.Color, p.Color)
	set(&b.Languages, p.Languages)
	set(&b.TimeZone, p.TimeZone)
	set(&b.CalendarID, p.CalendarID)
	b.Name, b.Color = strings.TrimSpace(b.Name), strings.ToLower(b.Color)
	return b
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (b Brand) check() *check.Fields {
	var f check.Fields
	f.Text("name", b.Name, maxName)
	f.Color("color", b.Color)
	f.TimeZone("time_zone", b.TimeZone)
	f.Count("languages", len(b.Languages), 1, len(Languages()))
	for _, l := range b.Languages {
		f.OneOf("languages", l, Languages()...)
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(b.Languages))); len(unique) != len(b.Languages) {
		f.Add("languages", "items.unique", nil)
	}
	return &f
}

func (b Brand) audited() map[string]any {
	return map[string]any{
		"name": b.Name, "color": b.Color, "logo": b.LogoKey, "languages": b.Languages,
		"time_zone": b.TimeZone, "calendar_id": b.CalendarID, "archived": b.Archived,
	}
}

func (b Brand) subject() audit.Subject {
	return audit.Subject{Kind: "brand", ID: int64(b.ID), Name: b.Name}
}
