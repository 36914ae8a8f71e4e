package customer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// ConsentState says what a customer did.
type ConsentState string

// States of a consent.
const (
	Given     ConsentState = "given"
	Withdrawn ConsentState = "withdrawn"
)

// Purpose says for what something was agreed to.
type Purpose string

// Purposes returns what customers agree to, in the order in which screens show it.
func Purposes() []Purpose {
	return []Purpose{"marketing", "surveys", "recording", "profiling", "sharing", "service"}
}

// Limits of a consent, in characters.
const (
	MaxConsentText = 1000
	maxChannel     = 40
	maxConsents    = 500 // shown of one customer, the newest
	clockSkew      = time.Minute
)

// Consent is one line: what a customer has agreed to, or has taken back. It is never changed.
type Consent struct {
	ID         id.Consent
	BrandID    id.Brand
	CustomerID id.Customer
	State      ConsentState
	Purpose    Purpose
	Channel    string // empty: every channel
	What       string // in the words that were agreed to
	Evidence   string // how it is known
	At         time.Time
	MadeBy     id.User
	MadeAt     time.Time
}

const consentColumns = `id, brand_id, customer_id, state, purpose, channel, what, evidence, at, made_by, made_at`

// NoteConsent writes down that a customer agreed to something, or took it back.
func (s *Service) NoteConsent(ctx context.Context, customer id.Customer, c Consent) (Consent, error) {
	const op = "customer.NoteConsent"
	var noted Consent
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		noted, err = s.NoteConsentIn(ctx, tx, customer, c)
		return err
	})
	return noted, errs.Op(op, err)
}

// NoteConsentIn is NoteConsent within a transaction of the caller.
func (s *Service) NoteConsentIn(ctx context.Context, tx *db.Tx, customer id.Customer, c Consent) (Consent, error) {
	const op = "customer.NoteConsent"
	a, err := actor.Require(ctx, op, actor.CustomerEdit)
	if err != nil {
		return Consent{}, err
	}
	of, err := s.lockEdited(ctx, tx, customer)
	if err != nil {
		return Consent{}, errs.Op(op, err)
	}
	if c.At.IsZero() {
		c.At = tx.Now()
	}
	if err := c.normalise(op, tx.Now()); err != nil {
		return Consent{}, err
	}
	c.ID, c.BrandID, c.CustomerID, c.MadeBy, c.MadeAt = id.New[id.Consent](), of.BrandID, of.ID, a.User, tx.Now()
	if _, err := db.Exec(ctx, tx, `INSERT INTO consent (tenant_id, `+consentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a.Tenant, c.ID, c.BrandID, c.CustomerID, string(c.State), string(c.Purpose), c.Channel, c.What, c.Evidence, c.At, c.MadeBy, c.MadeAt); err != nil {
		return Consent{}, errs.Op(op, err)
	}
	if err := audit.Write(ctx, tx, audit.Entry{
		Action: "consent.note", Subject: audit.Subject{Kind: "customer", ID: int64(of.ID)}, Brand: of.BrandID,
		After: map[string]any{"state": c.State, "purpose": c.Purpose, "channel": c.Channel, "at": c.At},
	}); err != nil {
		return Consent{}, errs.Op(op, err)
	}
	return c, errs.Op(op, tx.Record(ctx, fact.ConsentNoted{
		Customer: of.ID, Brand: of.BrandID, Consent: c.ID, State: string(c.State), Purpose: string(c.Purpose), Channel: c.Channel, At: c.At,
	}))
}

// normalise trims the texts of c and names what is wrong with it.
func (c *Consent) normalise(op string, now time.Time) error {
	var wrong []errs.Field
	c.What, c.Evidence = strings.TrimSpace(c.What), strings.TrimSpace(c.Evidence)
	for _, f := range []struct {
		path, text string
		most       int
	}{{"what", c.What, MaxConsentText}, {"evidence", c.Evidence, MaxConsentText}, {"channel", c.Channel, maxChannel}} {
		switch {
		case !utf8.ValidString(f.text) || strings.ContainsRune(f.text, 0):
			wrong = append(wrong, errs.Field{Path: f.path, Code: "format.text"})
		case utf8.RuneCountInString(f.text) > f.most:
			wrong = append(wrong, errs.Field{Path: f.path, Code: "length.max", Values: errs.Values{"max": f.most}})
		}
	}
	if c.What == "" {
		wrong = append(wrong, errs.Field{Path: "what", Code: "required"})
	}
	if c.State != Given && c.State != Withdrawn {
		wrong = append(wrong, errs.Field{Path: "state", Code: "one_of", Values: errs.Values{"allowed": "given, withdrawn"}})
	}
	if !slices.Contains(Purposes(), c.Purpose) {
		wrong = append(wrong, errs.Field{Path: "purpose", Code: "one_of", Values: errs.Values{"allowed": "marketing, surveys, recording, profiling, sharing, service"}})
	}
	if c.At.After(now.Add(clockSkew)) {
		wrong = append(wrong, errs.Field{Path: "at", Code: "consent.future"})
	}
	return errs.Fields(op, wrong...)
}

// Consents returns what a customer, with who is held to be the same, has agreed to and
// taken back, the newest first, and what of it holds now.
func (s *Service) Consents(ctx context.Context, customer id.Customer) (all, holding []Consent, err error) {
	const op = "customer.Consents"
	if _, err := s.card(ctx, op, customer); err != nil {
		return nil, nil, err
	}
	same, err := Same(ctx, s.db, customer)
	if err != nil {
		return nil, nil, errs.Op(op, err)
	}
	w := scope(actor.From(ctx))
	db.In(w, "customer_id", same)
	// Not ORDER BY: for an order that an index has, SQLite walks all of that index.
	all, err = db.Many[Consent](ctx, s.db, `SELECT `+consentColumns+` FROM consent`+w.SQL(), w.Args()...)
	slices.SortFunc(all, newer)
	if actor.From(ctx).Scope(actor.NamesRead) == actor.None {
		for i := range all {
			all[i].What, all[i].Evidence = "", ""
		}
	}
	return all[:min(len(all), maxConsents)], Holding(all), errs.Op(op, err)
}

// ConsentTo returns the line that holds now of what a customer, with who is held to be the same,
// said about a purpose on a channel, and whether there is one. It asks for no permission.
func (s *Service) ConsentTo(ctx context.Context, q db.Queryer, customer id.Customer, about Consent) (Consent, bool, error) {
	const op = "customer.ConsentTo"
	same, err := Same(ctx, q, customer)
	if err != nil {
		return Consent{}, false, errs.Op(op, err)
	}
	w := &db.Where{}
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	db.In(w, "customer_id", same)
	w.And("purpose = ?", string(about.Purpose))
	w.And("(channel = ? OR channel = '')", about.Channel)
	lines, err := db.Many[Consent](ctx, q, `SELECT `+consentColumns+` FROM consent`+w.SQL(), w.Args()...)
	if err != nil || len(lines) == 0 {
		return Consent{}, false, errs.Op(op, err)
	}
	return slices.MinFunc(lines, newer), true, nil
}

// newer orders consents, the one that counts first.
func newer(a, b Consent) int {
	return cmp.Or(b.At.Compare(a.At), b.MadeAt.Compare(a.MadeAt), cmp.Compare(b.ID, a.ID))
}

// Holding returns the line that holds now for each purpose and channel of which there is
// any: the newest about it, or about the purpose on every channel.
func Holding(lines []Consent) []Consent {
	lines = slices.SortedFunc(slices.Values(lines), newer)
	type matter struct {
		purpose Purpose
		channel string
	}
	seen := map[matter]bool{}
	var out []Consent
	for _, l := range lines {
		about := matter{l.Purpose, l.Channel}
		if seen[about] || seen[matter{l.Purpose, ""}] { // a later word about every channel says it for this one too
			continue
		}
		seen[about] = true
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b Consent) int {
		return cmp.Or(cmp.Compare(slices.Index(Purposes(), a.Purpose), slices.Index(Purposes(), b.Purpose)), strings.Compare(a.Channel, b.Channel))
	})
	return out
}
