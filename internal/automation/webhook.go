package automation

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// State is whether a webhook is called.
type State string

// States of a webhook.
const (
	Active  State = "active"
	Paused  State = "paused"  // by a person
	Gone    State = "gone"    // the receiver answered 410: it wants no more
	Failing State = "failing" // nothing arrived for as long as failsFor
)

// Limits of webhooks.
const (
	MaxWebhooks = 50 // of a tenant, without the archived
	maxName     = 100
	maxURL      = 2000
	maxBrands   = 500
)

// rotation is how long the secret before is signed with too.
const rotation = 24 * time.Hour

// Webhook is an address that is told what happens.
type Webhook struct {
	ID           id.Webhook
	Name         string
	URL          string
	Brands       []id.Brand `db:"brands,json"` // whose facts it hears; none: all, and what belongs to no brand
	Kinds        []string   `db:"kinds,json"`  // of facts; none: all
	State        State
	ActiveSince  time.Time
	FailingSince time.Time // of the first failure since the last success
	Archived     bool
	Rev          int64
	CreatedAt    time.Time
	ChangedAt    time.Time

	TenantID     id.Tenant
	Sealed       string `json:"-"`
	SealedBefore string `json:"-"`
	BeforeUntil  time.Time
}

// check names what is wrong with w.
func (w *Webhook) check(op string) error {
	w.Name, w.URL = strings.TrimSpace(w.Name), strings.TrimSpace(w.URL)
	var f check.Fields
	f.Text("name", w.Name, maxName)
	if to, err := url.Parse(w.URL); err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" || to.User != nil || to.Fragment != "" ||
		utf8.RuneCountInString(w.URL) > maxURL {
		f.Add("url", "webhook.url", nil)
	}
	f.Count("brand_ids", len(w.Brands), 0, maxBrands)
	known := fact.Kinds()
	for _, kind := range w.Kinds {
		if !slices.Contains(known, kind) {
			f.Add("kinds", "webhook.kind", errs.Values{"kind": kind})
			break
		}
	}
	slices.Sort(w.Brands)
	slices.Sort(w.Kinds)
	w.Brands, w.Kinds = slices.Compact(w.Brands), slices.Compact(w.Kinds)
	return f.Err(op)
}

// visible reports whether a may see and change w: it hears nothing of which a may not hear.
func (w *Webhook) visible(a actor.Actor) bool {
	if a.Brands.All {
		return true
	}
	return len(w.Brands) > 0 && !slices.ContainsFunc(w.Brands, func(b id.Brand) bool { return !a.Brands.Has(b) })
}

// wants reports whether w is to be told of a fact of a brand (0: of none).
func (w *Webhook) wants(r fact.Record, brand id.Brand) bool {
	switch {
	case w.State != Active || r.At.Before(w.ActiveSince):
		return false
	case len(w.Kinds) > 0 && !slices.Contains(w.Kinds, r.Fact.Kind()):
		return false
	}
	return len(w.Brands) == 0 || slices.Contains(w.Brands, brand)
}

// secretContext binds a sealed secret to its webhook.
func (w *Webhook) secretContext() string {
	return "webhook/" + w.TenantID.String() + "/" + w.ID.String()
}
