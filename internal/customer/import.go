package customer

import (
	"context"
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

// rowsAtOnce bounds the rows of one statement.
const rowsAtOnce = 1000

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
		old   []meant
	)
	for _, r := range rows {
		switch found := known[r.Key(by)]; {
		case by == "" || len(found) == 0:
			fresh = append(fresh, r)
		case len(found) > 1:
			came.Ambiguous = append(came.Ambiguous, r.Line)
		default:
			old = append(old, meant{found[0], r})
		}
	}
	for part := range slices.Chunk(old, rowsAtOnce) {
		changed, err := s.overwriteRows(ctx, tx, part)
		if err != nil {
			return came, errs.Op(op, err)
		}
		came.Updated = append(came.Updated, changed...)
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

// knownBy returns the customers that have the keys of rows: of many that have one, two. Each key is looked for by itself:
// of a join, and of a list, PostgreSQL compares each with every address while it takes the table for small.
func (s *Service) knownBy(ctx context.Context, tx *db.Tx, brand id.Brand, by string, rows []Row) (map[string][]id.Customer, error) {
	keys := map[string]int{}
	for _, r := range rows {
		if key := r.Key(by); key != "" {
			keys[key] = 1
		}
	}
	known := map[string][]id.Customer{}
	if len(keys) == 0 {
		return known, nil
	}
	text, args := `SELECT k.key, (SELECT p.customer_id FROM contact_point p WHERE p.tenant_id = $2 AND p.brand_id = $3
			AND p.provider = $4 AND p.scope = '' AND p.external_id = k.key) AS one, 0 AS other FROM json_each($1) k`,
		[]any{db.JSON(keys), actor.From(ctx).Tenant, brand, providerEmail}
	if by == "phone" {
		of := ` FROM customer_term t JOIN customer c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id AND c.joined_into = 0 AND c.erased_at = 0
			WHERE t.tenant_id = $2 AND t.brand_id = $3 AND t.term = k.key) AS `
		text, args = `SELECT k.key, (SELECT MIN(c.id)`+of+`one, (SELECT MAX(c.id)`+of+`other FROM json_each($1) k`, args[:3]
	}
	all, err := db.Many[struct {
		Key        string
		One, Other id.Customer
	}](ctx, tx, text, args...)
	for _, f := range all {
		for _, c := range []id.Customer{f.One, f.Other} {
			if c != 0 && !slices.Contains(known[f.Key], c) {
				known[f.Key] = append(known[f.Key], c)
			}
		}
	}
	return known, err
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
	var own, terms db.Rows
	keys := make([]id.Customer, len(customers))
	for i, c := range customers {
		keys[i] = c.ID
		own.Add(int64(c.ID), map[string]string{"name": c.Name, "email": c.Email, "phone": c.Phone, "company": c.Company, "language": c.Language, "about": c.About})
		terms.Add(int64(c.ID), counted(c.terms()))
	}
	tenant := actor.From(ctx).Tenant
	if err := db.Write(ctx, tx, `INSERT INTO customer (tenant_id, `+ownColumns+`)
		SELECT CAST($1 AS BIGINT), CAST(key AS BIGINT), CAST($2 AS BIGINT), value ->> 'name', value ->> 'email', value ->> 'phone', value ->> 'company',
			value ->> 'language', value ->> 'about', 1, CAST($3 AS BIGINT), CAST($3 AS BIGINT) FROM json_each($4)`,
		tenant, brand, tx.Now(), own.Arg()); err != nil {
		return nil, err
	}
	return keys, db.Write(ctx, tx, `INSERT INTO customer_term (tenant_id, brand_id, term, customer_id)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), t.key, CAST(c.key AS BIGINT) FROM json_each($3) c, json_each(c.value) t`, tenant, brand, terms.Arg())
}

// insertPoints makes the mail addresses of new customers known, so that what comes from there is
// theirs. One that somebody has already, or a row before, stays whose it is.
func (s *Service) insertPoints(ctx context.Context, tx *db.Tx, customers []Customer) error {
	var points, claims db.Rows
	owner := map[id.ContactPoint]id.Customer{}
	for _, c := range customers {
		if c.Email == "" {
			continue
		}
		point := id.New[id.ContactPoint]()
		owner[point] = c.ID
		points.Add(int64(point), map[string]string{"address": strings.ToLower(c.Email), "name": c.Name, "customer": c.ID.String()})
	}
	if points.Len() == 0 {
		return nil
	}
	who := actor.From(ctx)
	free, err := db.Many[id.ContactPoint](ctx, tx, `INSERT INTO contact_point (tenant_id, id, brand_id, provider, scope, external_id, display_name, customer_id, created_at)
		SELECT CAST($1 AS BIGINT), CAST(key AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT), '', value ->> 'address', value ->> 'name', CAST(value ->> 'customer' AS BIGINT), CAST($4 AS BIGINT)
		FROM json_each($5) WHERE TRUE ON CONFLICT (tenant_id, brand_id, provider, scope, external_id) DO NOTHING RETURNING id`,
		who.Tenant, customers[0].BrandID, providerEmail, tx.Now(), points.Arg())
	if err != nil {
		return err
	}
	for _, point := range free {
		claims.Add(int64(id.New[id.Claim]()), map[string]string{"point": point.String(), "customer": owner[point].String()})
	}
	return db.Write(ctx, tx, `INSERT INTO claim (tenant_id, id, brand_id, contact_point_id, customer_id, evidence, made_by, made_at)
		SELECT CAST($1 AS BIGINT), CAST(key AS BIGINT), CAST($2 AS BIGINT), CAST(value ->> 'point' AS BIGINT), CAST(value ->> 'customer' AS BIGINT),
			CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS BIGINT) FROM json_each($6)`,
		who.Tenant, customers[0].BrandID, string(Imported), who.User, tx.Now(), claims.Arg())
}
