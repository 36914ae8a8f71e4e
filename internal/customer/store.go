package customer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

const (
	ownColumns      = `id, brand_id, name, email, phone, company, language, about, rev, created_at, changed_at`
	customerColumns = ownColumns + `, joined_into, organisation_id, fields, erased_at`
	pointColumns    = `id, brand_id, provider, scope, external_id, display_name, customer_id, verified, created_at, bounced_at, bounce_reason`
	claimColumns    = `id, brand_id, contact_point_id, customer_id, evidence, entry_point_id, made_by, made_at, revoked_by, revoked_at`
)

// lastRune sorts behind every text: a range up to it is a search by beginning.
const lastRune = "\U0010FFFF"

// scope returns the rows that a may see.
func scope(a actor.Actor) *db.Where {
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	if !a.Brands.All {
		db.In(w, "brand_id", a.Brands.Some)
	}
	return w
}

// narrow leaves an actor who may do p with their own work only with the customers
// of that work; column is where a row names its customer.
func (s *Service) narrow(ctx context.Context, q db.Queryer, w *db.Where, p actor.Permission, column string) error {
	a := actor.From(ctx)
	if a.Scope(p) >= actor.InBrand {
		return nil
	}
	own, err := s.followers.CustomersOf(ctx, q, a.User)
	db.In(w, column, own)
	return err
}

// address is a contact point with what Resolve needs of its customer.
type address struct {
	ID         id.ContactPoint
	CustomerID id.Customer
	Verified   bool
	Name       string
	Email      string
}

func (a address) party() Party {
	return Party{ContactPoint: a.ID, Customer: a.CustomerID, Name: a.Name}
}

func (s *Service) findAddress(ctx context.Context, tx *db.Tx, seen Seen) (address, bool, error) {
	return db.Find[address](ctx, tx, `SELECT p.id, p.customer_id, p.verified, c.name, c.email FROM contact_point p
		JOIN customer c ON c.tenant_id = p.tenant_id AND c.id = p.customer_id
		WHERE p.tenant_id = $1 AND p.brand_id = $2 AND p.provider = $3 AND p.scope = $4 AND p.external_id = $5`,
		actor.From(ctx).Tenant, seen.Brand, seen.Provider, seen.Scope, seen.ExternalID)
}

// verify keeps that an address is vouched for, and reports whether its claim rests on nothing better than first contact.
func (s *Service) verify(ctx context.Context, tx *db.Tx, point id.ContactPoint) (weak bool, err error) {
	tenant := actor.From(ctx).Tenant
	if _, err := db.Exec(ctx, tx, `UPDATE contact_point SET verified = TRUE WHERE tenant_id = $1 AND id = $2`, tenant, point); err != nil {
		return false, err
	}
	_, weak, err = db.Find[id.Claim](ctx, tx, `SELECT id FROM claim
		WHERE tenant_id = $1 AND contact_point_id = $2 AND revoked_at = 0 AND evidence = $3`, tenant, point, string(FirstContact))
	return weak, err
}

func (s *Service) insertPoint(ctx context.Context, tx *db.Tx, p ContactPoint) (bool, error) {
	return db.InsertOnce(ctx, tx, `INSERT INTO contact_point (tenant_id, `+pointColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (tenant_id, brand_id, provider, scope, external_id) DO NOTHING`,
		actor.From(ctx).Tenant, p.ID, p.BrandID, p.Provider, p.Scope, p.ExternalID, p.DisplayName, p.CustomerID, p.Verified, p.CreatedAt, p.BouncedAt, p.BounceReason)
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, c Customer) error {
	tenant := actor.From(ctx).Tenant
	err := db.Write(ctx, tx, `INSERT INTO customer (tenant_id, `+ownColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		tenant, c.ID, c.BrandID, c.Name, c.Email, c.Phone, c.Company, c.Language, c.About, c.Rev, c.CreatedAt, c.ChangedAt)
	if err != nil {
		return err
	}
	return s.insertTerms(ctx, tx, c)
}

func (s *Service) update(ctx context.Context, tx *db.Tx, c Customer) error {
	tenant := actor.From(ctx).Tenant
	if c.Fields == nil {
		c.Fields = map[string]any{}
	}
	err := db.Write(ctx, tx, `UPDATE customer SET name = $3, email = $4, phone = $5, company = $6, language = $7,
		about = $8, rev = $9, changed_at = $10, organisation_id = $11, fields = $12 WHERE tenant_id = $1 AND id = $2`,
		tenant, c.ID, c.Name, c.Email, c.Phone, c.Company, c.Language, c.About, c.Rev, c.ChangedAt, c.OrganisationID, db.JSON(c.Fields))
	if err != nil {
		return err
	}
	if err := db.Write(ctx, tx, `DELETE FROM customer_term WHERE tenant_id = $1 AND customer_id = $2`, tenant, c.ID); err != nil {
		return err
	}
	return s.insertTerms(ctx, tx, c)
}

func (s *Service) insertTerms(ctx context.Context, tx *db.Tx, c Customer) error {
	terms := c.terms()
	if len(terms) == 0 {
		return nil
	}
	var w db.Where
	tenant, brand, customer := w.Arg(actor.From(ctx).Tenant), w.Arg(c.BrandID), w.Arg(c.ID)
	rows := make([]string, len(terms))
	for i, term := range terms {
		rows[i] = fmt.Sprintf("(%s, %s, %s, %s)", tenant, brand, w.Arg(term), customer)
	}
	err := db.Write(ctx, tx, `INSERT INTO customer_term (tenant_id, brand_id, term, customer_id) VALUES `+
		strings.Join(rows, ", "), w.Args()...)
	return err
}

// terms returns the folded words by which c is found, each once.
func (c Customer) terms() []string {
	terms := fold.Words(c.Name + " " + c.Company + " " + c.Email)
	if digits := digitsOf(c.Phone); digits != "" {
		terms = append(terms, digits)
	}
	slices.Sort(terms)
	terms = slices.Compact(terms)
	return terms[:min(len(terms), maxTerms)]
}

func digitsOf(phone string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, phone)
}

// lock returns a customer that nobody else changes until the commit. It asks for no permission.
func (s *Service) lock(ctx context.Context, tx *db.Tx, customer id.Customer) (Customer, error) {
	w := scope(actor.From(ctx))
	w.And("id = ?", customer)
	return db.One[Customer](ctx, tx, `SELECT `+customerColumns+` FROM customer`+w.SQL()+tx.ForUpdate(), w.Args()...)
}

// lockEdited is lock for a customer that the actor is about to edit.
func (s *Service) lockEdited(ctx context.Context, tx *db.Tx, customer id.Customer) (Customer, error) {
	w := scope(actor.From(ctx))
	w.And("id = ?", customer)
	if err := s.narrow(ctx, tx, w, actor.CustomerEdit, "id"); err != nil {
		return Customer{}, err
	}
	return db.One[Customer](ctx, tx, `SELECT `+customerColumns+` FROM customer`+w.SQL()+tx.ForUpdate(), w.Args()...)
}

// lockPoint returns a contact point of a customer that the actor may edit.
func (s *Service) lockPoint(ctx context.Context, tx *db.Tx, point id.ContactPoint) (ContactPoint, error) {
	w := scope(actor.From(ctx))
	w.And("id = ?", point)
	if err := s.narrow(ctx, tx, w, actor.CustomerEdit, "customer_id"); err != nil {
		return ContactPoint{}, err
	}
	return db.One[ContactPoint](ctx, tx, `SELECT `+pointColumns+` FROM contact_point`+w.SQL()+tx.ForUpdate(), w.Args()...)
}

func (s *Service) insertClaim(ctx context.Context, tx *db.Tx, c Claim) error {
	err := db.Write(ctx, tx, `INSERT INTO claim (tenant_id, id, brand_id, contact_point_id, customer_id, evidence, entry_point_id, made_by, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		actor.From(ctx).Tenant, c.ID, c.BrandID, c.ContactPointID, c.CustomerID, string(c.Evidence), c.EntryPointID, c.MadeBy, c.MadeAt)
	return err
}

// standing returns a claim that was not taken back, of a customer that the actor may edit.
func (s *Service) standing(ctx context.Context, tx *db.Tx, claim id.Claim) (Claim, error) {
	w := scope(actor.From(ctx))
	w.And("id = ?", claim)
	if err := s.narrow(ctx, tx, w, actor.CustomerEdit, "customer_id"); err != nil {
		return Claim{}, err
	}
	c, err := db.One[Claim](ctx, tx, `SELECT `+claimColumns+` FROM claim`+w.SQL(), w.Args()...)
	if err == nil && !c.RevokedAt.IsZero() {
		err = errs.New(errs.Conflict, "customer.Unlink", "claim.revoked")
	}
	return c, err
}

// revoke ends the claim that stands for a contact point.
func (s *Service) revoke(ctx context.Context, tx *db.Tx, point id.ContactPoint) (Claim, error) {
	a := actor.From(ctx)
	return db.One[Claim](ctx, tx, `UPDATE claim SET revoked_by = $3, revoked_at = $4
		WHERE tenant_id = $1 AND contact_point_id = $2 AND revoked_at = 0 RETURNING `+claimColumns,
		a.Tenant, point, a.User, tx.Now())
}

func (s *Service) assign(ctx context.Context, tx *db.Tx, point id.ContactPoint, to id.Customer) error {
	_, err := db.Exec(ctx, tx, `UPDATE contact_point SET customer_id = $3 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, point, to)
	return err
}

func (s *Service) readCard(ctx context.Context, q db.Queryer, a actor.Actor, customer id.Customer) (Card, error) {
	w := scope(a)
	w.And("id = ?", customer)
	if err := s.narrow(ctx, q, w, actor.CustomerRead, "id"); err != nil {
		return Card{}, err
	}
	c, err := db.One[Customer](ctx, q, `SELECT `+customerColumns+` FROM customer`+w.SQL(), w.Args()...)
	if err != nil {
		return Card{}, err
	}
	points, err := db.Many[ContactPoint](ctx, q, `SELECT `+pointColumns+` FROM contact_point
		WHERE tenant_id = $1 AND customer_id = $2 ORDER BY id LIMIT 200`, a.Tenant, customer)
	if err != nil {
		return Card{}, err
	}
	claims, err := db.Many[Claim](ctx, q, `SELECT `+claimColumns+` FROM claim
		WHERE tenant_id = $1 AND customer_id = $2 ORDER BY id DESC LIMIT 200`, a.Tenant, customer)
	return Card{Customer: c, Points: points, Claims: claims}, err
}

func (s *Service) search(ctx context.Context, a actor.Actor, q Query) ([]Customer, error) {
	w := scope(a)
	if err := s.narrow(ctx, s.db, w, actor.CustomerRead, "id"); err != nil {
		return nil, err
	}
	if q.Brand != 0 {
		w.And("brand_id = ?", q.Brand)
	}
	if q.After != 0 {
		w.And("id < ?", q.After)
	}
	w.And("joined_into = 0")
	w.And("erased_at = 0")
	words := fold.Words(q.Text)
	if digits := digitsOf(q.Text); len(words) > 1 && len(digits) == len(strings.Join(words, "")) {
		words = []string{digits} // a number written in groups
	}
	for _, word := range words[:min(len(words), maxTerms)] {
		// Who is held to be another is found as that one.
		w.And(`id IN (SELECT CASE WHEN o.joined_into <> 0 THEN o.joined_into ELSE o.id END FROM customer_term t
			JOIN customer o ON o.tenant_id = t.tenant_id AND o.id = t.customer_id WHERE t.tenant_id = ? AND t.term >= ? AND t.term < ?)`,
			a.Tenant, word, word+lastRune)
	}
	return db.Many[Customer](ctx, s.db, `SELECT `+customerColumns+` FROM customer`+w.SQL()+
		` ORDER BY id DESC LIMIT `+w.Arg(q.Limit+1), w.Args()...)
}

// BrandOf returns the brand of a customer whom the actor of ctx may know, or NotFound.
func (s *Service) BrandOf(ctx context.Context, q db.Queryer, customer id.Customer) (id.Brand, error) {
	const op = "customer.BrandOf"
	w := scope(actor.From(ctx))
	w.And("id = ?", customer)
	if err := s.narrow(ctx, q, w, actor.CustomerRead, "id"); err != nil {
		return 0, errs.Op(op, err)
	}
	brand, err := db.One[id.Brand](ctx, q, `SELECT brand_id FROM customer`+w.SQL(), w.Args()...)
	return brand, errs.Op(op, err)
}
