package customer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Imported is the evidence of a claim that came with a file.
const Imported Evidence = "imported"

// Row is a customer of a file.
type Row struct {
	Line     int64
	Name     string
	Email    string
	Phone    string
	Company  string
	Language string
	About    string
}

// ImportFields returns the fields that a file may fill.
func ImportFields() []string {
	return []string{"name", "email", "phone", "company", "language", "about"}
}

// Set writes a field by its name and reports whether there is one.
func (r *Row) Set(field, text string) bool {
	to := map[string]*string{"name": &r.Name, "email": &r.Email, "phone": &r.Phone, "company": &r.Company, "language": &r.Language, "about": &r.About}[field]
	if to != nil {
		*to = text
	}
	return to != nil
}

// Check returns the first thing that is wrong with a row, if anything is.
func (r Row) Check() (errs.Field, bool) {
	c := Customer{Name: r.Name, Email: r.Email, Phone: r.Phone, Company: r.Company, Language: r.Language, About: r.About}
	if e, ok := c.check("customer.Import").(*errs.Error); ok && len(e.Fields) > 0 { //nolint:errorlint // it is made here
		return e.Fields[0], true
	}
	if r.Name == "" && r.Email == "" && r.Phone == "" && r.Company == "" {
		return errs.Field{Code: "import.empty"}, true
	}
	return errs.Field{}, false
}

// Key returns by what a row's customer is known in a file; empty: by nothing.
func (r Row) Key(by string) string {
	switch by {
	case "email":
		return strings.ToLower(r.Email)
	case "phone":
		return digitsOf(r.Phone)
	}
	return ""
}

// Came is what has become of rows.
type Came struct {
	Created   []id.Customer
	Updated   []id.Customer
	Ambiguous []int64 // lines whose key more than one customer has
}

// rowsAtOnce bounds the rows of one statement: to bind its arguments costs the square of their number.
const rowsAtOnce = 16

// Import takes rows of a file, as many as fit into one transaction, as customers of a brand. Those whose key is known change
// what the row says; by "" all are new. The caller records the fact: one for all of them.
func (s *Service) Import(ctx context.Context, tx *db.Tx, brand id.Brand, by string, rows []Row) (Came, error) {
	const op = "customer.Import"
	if _, err := actor.Require(ctx, op, actor.CustomerImport); err != nil {
		return Came{}, err
	}
	known, err := s.knownBy(ctx, tx, brand, by, rows)
	if err != nil {
		return Came{}, errs.Op(op, err)
	}
	var (
		came  Came
		fresh []Row
	)
	for _, r := range rows {
		switch found := known[r.Key(by)]; {
		case by == "" || len(found) == 0:
			fresh = append(fresh, r)
		case len(found) > 1:
			came.Ambiguous = append(came.Ambiguous, r.Line)
		default:
			changed, err := s.overwrite(ctx, tx, found[0], r)
			if err != nil {
				return came, errs.Op(op, err)
			}
			if changed {
				came.Updated = append(came.Updated, found[0])
			}
		}
	}
	for part := range slices.Chunk(fresh, rowsAtOnce) {
		made, err := s.insertRows(ctx, tx, brand, part)
		if err != nil {
			return came, errs.Op(op, err)
		}
		came.Created = append(came.Created, made...)
	}
	return came, nil
}

// knownBy returns the customers that have the keys of rows.
func (s *Service) knownBy(ctx context.Context, tx *db.Tx, brand id.Brand, by string, rows []Row) (map[string][]id.Customer, error) {
	known := map[string][]id.Customer{}
	var keys []string
	for _, r := range rows {
		if key := r.Key(by); key != "" {
			keys = append(keys, key)
		}
	}
	for part := range slices.Chunk(keys, 256) {
		type found struct {
			Key        string
			CustomerID id.Customer
		}
		w := &db.Where{}
		text := `SELECT external_id AS key, customer_id FROM contact_point`
		if by == "phone" {
			text = `SELECT t.term AS key, t.customer_id FROM customer_term t JOIN customer c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id AND c.joined_into = 0 AND c.erased_at = 0`
			w.And("t.tenant_id = ?", actor.From(ctx).Tenant)
			w.And("t.brand_id = ?", brand)
			db.In(w, "t.term", part)
		} else {
			w.And("tenant_id = ?", actor.From(ctx).Tenant)
			w.And("brand_id = ?", brand)
			w.And("provider = ?", providerEmail)
			w.And("scope = ''")
			db.In(w, "external_id", part)
		}
		all, err := db.Many[found](ctx, tx, text+w.SQL(), w.Args()...)
		if err != nil {
			return nil, err
		}
		for _, f := range all {
			if !slices.Contains(known[f.Key], f.CustomerID) {
				known[f.Key] = append(known[f.Key], f.CustomerID)
			}
		}
	}
	return known, nil
}

// overwrite writes what a row says over what is known; what it leaves open stays.
func (s *Service) overwrite(ctx context.Context, tx *db.Tx, key id.Customer, r Row) (bool, error) {
	c, err := s.lock(ctx, tx, key)
	if err != nil || !c.ErasedAt.IsZero() {
		return false, err
	}
	said := func(text string) *string {
		if text == "" {
			return nil
		}
		return &text
	}
	before := c
	d := Details{Name: said(r.Name), Email: said(r.Email), Phone: said(r.Phone), Company: said(r.Company), Language: said(r.Language), About: said(r.About)}
	if !d.apply(&c) {
		return false, nil
	}
	c.Rev, c.ChangedAt = before.Rev+1, tx.Now()
	if err := s.update(ctx, tx, c); err != nil {
		return false, err
	}
	if c.Name != before.Name {
		return true, s.followers.CustomerRenamed(ctx, tx, c.ID, c.Name)
	}
	return true, nil
}

// insertRows makes new customers: their addresses first, for one that another row or writer has taken is not theirs.
func (s *Service) insertRows(ctx context.Context, tx *db.Tx, brand id.Brand, rows []Row) ([]id.Customer, error) {
	customers := make([]Customer, len(rows))
	for i, r := range rows {
		customers[i] = Customer{
			ID: id.New[id.Customer](), BrandID: brand, Name: r.Name, Email: r.Email, Phone: r.Phone, Company: r.Company, Language: r.Language, About: r.About,
			Rev: 1, CreatedAt: tx.Now(), ChangedAt: tx.Now(),
		}
	}
	if err := s.insertPoints(ctx, tx, customers); err != nil {
		return nil, err
	}
	tenant := actor.From(ctx).Tenant
	own, terms := newValues(`INSERT INTO customer (tenant_id, `+ownColumns+`) VALUES `), newValues(`INSERT INTO customer_term (tenant_id, brand_id, term, customer_id) VALUES `)
	keys := make([]id.Customer, len(customers))
	for i, c := range customers {
		keys[i] = c.ID
		own.add(tenant, c.ID, c.BrandID, c.Name, c.Email, c.Phone, c.Company, c.Language, c.About, c.Rev, c.CreatedAt, c.ChangedAt)
		for _, term := range c.terms() {
			if err := terms.full(ctx, tx); err != nil {
				return nil, err
			}
			terms.add(tenant, c.BrandID, term, c.ID)
		}
	}
	if err := own.exec(ctx, tx); err != nil {
		return nil, err
	}
	return keys, terms.exec(ctx, tx)
}

// insertPoints makes the mail addresses of new customers known, so that what comes from there is theirs.
func (s *Service) insertPoints(ctx context.Context, tx *db.Tx, customers []Customer) error {
	tenant := actor.From(ctx).Tenant
	points := newValues(`INSERT INTO contact_point (tenant_id, id, brand_id, provider, scope, external_id, display_name, customer_id, created_at) VALUES `)
	claims := newValues(`INSERT INTO claim (tenant_id, id, brand_id, contact_point_id, customer_id, evidence, made_by, made_at) VALUES `)
	seen := map[string]bool{}
	for _, c := range customers {
		address := strings.ToLower(c.Email)
		if address == "" || seen[address] {
			continue
		}
		seen[address] = true
		point := id.New[id.ContactPoint]()
		points.add(tenant, point, c.BrandID, providerEmail, "", address, c.Name, c.ID, tx.Now())
		claims.add(tenant, id.New[id.Claim](), c.BrandID, point, c.ID, string(Imported), actor.From(ctx).User, tx.Now())
	}
	taken, err := points.inserted(ctx, tx, ` ON CONFLICT (tenant_id, brand_id, provider, scope, external_id) DO NOTHING`)
	if err != nil || len(seen) == 0 {
		return err
	}
	if taken < len(seen) { // somebody has some of them: claims are made one by one for those that were free
		return s.claimFree(ctx, tx, customers)
	}
	return claims.exec(ctx, tx)
}

// claimFree claims the addresses that were inserted for the customers that they were inserted for.
func (s *Service) claimFree(ctx context.Context, tx *db.Tx, customers []Customer) error {
	for _, c := range customers {
		p, found, err := db.Find[ContactPoint](ctx, tx, `SELECT `+pointColumns+` FROM contact_point WHERE tenant_id = $1 AND customer_id = $2`, actor.From(ctx).Tenant, c.ID)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		err = s.insertClaim(ctx, tx, Claim{
			ID: id.New[id.Claim](), BrandID: c.BrandID, ContactPointID: p.ID, CustomerID: c.ID, Evidence: Imported, MadeBy: actor.From(ctx).User, MadeAt: tx.Now(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// values is a statement that inserts many rows.
type values struct {
	head string
	rows []string
	args db.Where
}

func newValues(head string) *values { return &values{head: head} }

func (v *values) add(row ...any) {
	places := make([]string, len(row))
	for i, value := range row {
		places[i] = v.args.Arg(value)
	}
	v.rows = append(v.rows, "("+strings.Join(places, ", ")+")")
}

// full runs the statement when it has as many rows as one may have, and begins anew.
func (v *values) full(ctx context.Context, tx *db.Tx) error {
	if len(v.rows) < 2*rowsAtOnce {
		return nil
	}
	err := v.exec(ctx, tx)
	*v = values{head: v.head}
	return err
}

func (v *values) exec(ctx context.Context, tx *db.Tx) error {
	_, err := v.inserted(ctx, tx, "")
	return err
}

// inserted runs the statement and returns how many rows there were.
func (v *values) inserted(ctx context.Context, tx *db.Tx, tail string) (int, error) {
	if len(v.rows) == 0 {
		return 0, nil
	}
	n, err := db.Exec(ctx, tx, v.head+strings.Join(v.rows, ", ")+tail, v.args.Args()...)
	if err != nil {
		return 0, fmt.Errorf("customer: %d rows: %w", len(v.rows), err)
	}
	return int(n), nil
}
