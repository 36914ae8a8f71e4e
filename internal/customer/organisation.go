package customer

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/tenant"
)

// Limits of an organisation.
const (
	MaxWebsite = 300
	MaxDomains = 20
	maxDomain  = 253
)

// Organisation is a firm or another body to which customers of one brand belong.
type Organisation struct {
	ID        id.Organisation
	BrandID   id.Brand
	Name      string
	Phone     string
	Website   string
	About     string
	Domains   []string       `db:"domains,json"` // of mail addresses that suggest its people
	Fields    map[string]any `db:"fields,json"`  // values of the tenant's own fields
	Archived  bool
	Rev       int64
	CreatedAt time.Time
	ChangedAt time.Time

	JoinedInto id.Organisation // which it is held to be; 0: no other
	ErasedAt   time.Time       // when all that was known was removed; zero: it was not
}

const (
	ownOrganisationColumns = `id, brand_id, name, phone, website, about, domains, fields, archived, rev, created_at, changed_at`
	organisationColumns    = ownOrganisationColumns + `, joined_into, erased_at`
)

// OrganisationDetails are what a person may change about an organisation. Nil leaves a field as it is.
type OrganisationDetails struct {
	Name     *string
	Phone    *string
	Website  *string
	About    *string
	Domains  *[]string
	Fields   map[string]any // those named; null takes a value away
	Archived *bool
	Rev      int64 // of the version that was edited; 0 takes any
}

var domainForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)

// apply writes d into o. Fields are looked up by the caller.
func (d OrganisationDetails) apply(o *Organisation) {
	for _, f := range []struct{ to, from *string }{{&o.Name, d.Name}, {&o.Phone, d.Phone}, {&o.Website, d.Website}, {&o.About, d.About}} {
		if f.from != nil {
			*f.to = strings.TrimSpace(*f.from)
		}
	}
	if d.Domains != nil {
		o.Domains = normalDomains(*d.Domains)
	}
	if d.Archived != nil {
		o.Archived = *d.Archived
	}
}

// normalDomains returns domains in small letters, without what people put before them, each once.
func normalDomains(domains []string) []string {
	kept := []string{}
	for _, d := range domains {
		d = strings.ToLower(strings.TrimSpace(d))
		if _, host, found := strings.Cut(d, "@"); found {
			d = host
		}
		if d = strings.Trim(d, "."); d != "" {
			kept = append(kept, d)
		}
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}

func (o *Organisation) check(op string) error {
	var wrong []errs.Field
	for _, f := range []struct {
		path, text string
		most       int
	}{{"name", o.Name, MaxName}, {"phone", o.Phone, MaxPhone}, {"website", o.Website, MaxWebsite}, {"about", o.About, MaxAbout}} {
		switch {
		case !utf8.ValidString(f.text) || strings.ContainsRune(f.text, 0):
			wrong = append(wrong, errs.Field{Path: f.path, Code: "format.text"})
		case utf8.RuneCountInString(f.text) > f.most:
			wrong = append(wrong, errs.Field{Path: f.path, Code: "length.max", Values: errs.Values{"max": f.most}})
		}
	}
	if o.Name == "" {
		wrong = append(wrong, errs.Field{Path: "name", Code: "required"})
	}
	if len(o.Domains) > MaxDomains {
		wrong = append(wrong, errs.Field{Path: "domains", Code: "items.max", Values: errs.Values{"max": MaxDomains}})
	}
	for _, d := range o.Domains {
		if len(d) > maxDomain || !domainForm.MatchString(d) {
			wrong = append(wrong, errs.Field{Path: "domains", Code: "format.hostname"})
			break
		}
	}
	return errs.Fields(op, wrong...)
}

// shownTo returns o as the actor of ctx may see it.
func (o Organisation) shownTo(ctx context.Context) Organisation {
	if actor.From(ctx).Scope(actor.NamesRead) == actor.None {
		o.Name, o.Phone, o.Website, o.About, o.Domains, o.Fields = Mask(o.Name), "", "", "", nil, nil
	}
	return o
}

func (o Organisation) audited() map[string]any {
	return map[string]any{
		"name": o.Name, "phone": o.Phone, "website": o.Website, "about": o.About, "domains": o.Domains, "fields": o.Fields, "archived": o.Archived,
	}
}

func (o Organisation) subject() audit.Subject {
	return audit.Subject{Kind: "organisation", ID: int64(o.ID), Name: o.Name}
}

func same(a, b Organisation) bool {
	return a.Name == b.Name && a.Phone == b.Phone && a.Website == b.Website && a.About == b.About && a.Archived == b.Archived &&
		slices.Equal(a.Domains, b.Domains) && maps.Equal(a.Fields, b.Fields)
}

// Organisations is all that can be done with organisations.
type Organisations struct {
	db        *db.DB
	customers *Service
}

// NewOrganisations returns the organisations of customers.
func NewOrganisations(customers *Service) *Organisations {
	return &Organisations{db: customers.db, customers: customers}
}

// seen returns the organisations that the actor may do p with. Who knows only the
// customers of their own work knows their organisations.
func (s *Organisations) seen(ctx context.Context, q db.Queryer, p actor.Permission) (*db.Where, error) {
	a := actor.From(ctx)
	w := scope(a)
	if a.Scope(p) >= actor.InBrand {
		return w, nil
	}
	own, err := s.customers.followers.CustomersOf(ctx, q, a.User)
	if err != nil {
		return nil, err
	}
	w.And("id IN (SELECT organisation_id FROM customer WHERE tenant_id = ? AND organisation_id <> 0 AND "+db.OneOf(w, "id", own)+")", a.Tenant)
	return w, nil
}

// Get returns one organisation.
func (s *Organisations) Get(ctx context.Context, key id.Organisation) (Organisation, error) {
	const op = "customer.Organisation"
	if _, err := actor.Require(ctx, op, actor.CustomerRead); err != nil {
		return Organisation{}, err
	}
	o, err := s.find(ctx, s.db, actor.CustomerRead, key, "")
	return o.shownTo(ctx), errs.Op(op, err)
}

func (s *Organisations) find(ctx context.Context, q db.Queryer, p actor.Permission, key id.Organisation, lock string) (Organisation, error) {
	w, err := s.seen(ctx, q, p)
	if err != nil {
		return Organisation{}, err
	}
	w.And("id = ?", key)
	return db.One[Organisation](ctx, q, `SELECT `+organisationColumns+` FROM organisation`+w.SQL()+lock, w.Args()...)
}

// Create makes an organisation of a brand.
func (s *Organisations) Create(ctx context.Context, brand id.Brand, d OrganisationDetails) (Organisation, error) {
	const op = "customer.CreateOrganisation"
	a, err := s.requireBrand(ctx, op)
	if err != nil {
		return Organisation{}, err
	}
	o := Organisation{ID: id.New[id.Organisation](), BrandID: brand, Domains: []string{}, Fields: map[string]any{}, Rev: 1}
	d.apply(&o)
	if err := o.check(op); err != nil {
		return Organisation{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if !a.Brands.Has(brand) {
			return errs.Fields(op, errs.Field{Path: "brand_id", Code: "reference"})
		}
		if _, err := tenant.Lookup(ctx, tx, a.Tenant, brand); err != nil {
			return missingField(op, "brand_id", err)
		}
		var err error
		if o.Fields, err = fill(ctx, tx, op, OfOrganisations, brand, nil, d.Fields); err != nil {
			return err
		}
		o.CreatedAt, o.ChangedAt = tx.Now(), tx.Now()
		if err := s.insertOrganisation(ctx, tx, o); err != nil {
			return err
		}
		return s.told(ctx, tx, audit.Entry{Action: "organisation.create", After: o.audited()}, o)
	})
	return o.shownTo(ctx), errs.Op(op, err)
}

// Update changes an organisation. An editor who saw an older version gets a Conflict.
func (s *Organisations) Update(ctx context.Context, key id.Organisation, d OrganisationDetails) (Organisation, error) {
	const op = "customer.UpdateOrganisation"
	if _, err := actor.Require(ctx, op, actor.CustomerEdit); err != nil {
		return Organisation{}, err
	}
	var after Organisation
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.find(ctx, tx, actor.CustomerEdit, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if err := before.changeable(op, d.Rev); err != nil {
			return err
		}
		after = before
		d.apply(&after)
		if err := after.check(op); err != nil {
			return err
		}
		if d.Fields != nil {
			if after.Fields, err = fill(ctx, tx, op, OfOrganisations, before.BrandID, before.Fields, d.Fields); err != nil {
				return err
			}
		}
		if same(before, after) {
			return nil
		}
		after.Rev, after.ChangedAt = before.Rev+1, tx.Now()
		if err := s.updateOrganisation(ctx, tx, after); err != nil {
			return err
		}
		return s.told(ctx, tx, audit.Entry{Action: "organisation.update", Before: before.audited(), After: after.audited()}, after)
	})
	return after.shownTo(ctx), errs.Op(op, err)
}

// changeable refuses to change what is not there any more, or was changed since the version rev.
func (o Organisation) changeable(op string, rev int64) error {
	switch {
	case !o.ErasedAt.IsZero():
		return errs.New(errs.Conflict, op, "organisation.erased")
	case o.JoinedInto != 0:
		return errs.New(errs.Conflict, op, "organisation.joined")
	case rev != 0 && rev != o.Rev:
		return errs.New(errs.Conflict, op, "organisation.changed")
	}
	return nil
}

// told writes the audit and records what happened to an organisation, and to others with it.
func (s *Organisations) told(ctx context.Context, tx *db.Tx, e audit.Entry, o Organisation, others ...Organisation) error {
	e.Subject, e.Brand = o.subject(), o.BrandID
	if err := audit.Write(ctx, tx, e); err != nil {
		return err
	}
	for _, o := range append([]Organisation{o}, others...) {
		if err := tx.Record(ctx, fact.OrganisationChanged{Organisation: o.ID, Brand: o.BrandID, Archived: o.Archived, JoinedInto: o.JoinedInto}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Organisations) insertOrganisation(ctx context.Context, tx *db.Tx, o Organisation) error {
	if _, err := db.Exec(ctx, tx, `INSERT INTO organisation (tenant_id, `+ownOrganisationColumns+`, name_folded)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		actor.From(ctx).Tenant, o.ID, o.BrandID, o.Name, o.Phone, o.Website, o.About, db.JSON(o.Domains), db.JSON(o.Fields), o.Archived, o.Rev,
		o.CreatedAt, o.ChangedAt, fold.Text(o.Name)); err != nil {
		return err
	}
	return s.keepDomains(ctx, tx, o)
}

func (s *Organisations) updateOrganisation(ctx context.Context, tx *db.Tx, o Organisation) error {
	tenant := actor.From(ctx).Tenant
	if _, err := db.Exec(ctx, tx, `UPDATE organisation SET name = $3, phone = $4, website = $5, about = $6, domains = $7, fields = $8, archived = $9, rev = $10,
		changed_at = $11, name_folded = $12 WHERE tenant_id = $1 AND id = $2`,
		tenant, o.ID, o.Name, o.Phone, o.Website, o.About, db.JSON(o.Domains), db.JSON(o.Fields), o.Archived, o.Rev, o.ChangedAt, fold.Text(o.Name)); err != nil {
		return err
	}
	return s.keepDomains(ctx, tx, o)
}

// keepDomains keeps by which domains an organisation in use is suggested: its own, and those of all that are held to be it.
func (s *Organisations) keepDomains(ctx context.Context, tx *db.Tx, o Organisation) error {
	tenant := actor.From(ctx).Tenant
	if err := db.Write(ctx, tx, `DELETE FROM organisation_domain WHERE tenant_id = $1 AND organisation_id = $2`, tenant, o.ID); err != nil {
		return err
	}
	if o.Archived || o.JoinedInto != 0 || !o.ErasedAt.IsZero() {
		return nil
	}
	same, err := s.Same(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	domains := slices.Clone(o.Domains)
	for _, key := range same[1:] {
		other, err := db.One[Organisation](ctx, tx, `SELECT `+organisationColumns+` FROM organisation WHERE tenant_id = $1 AND id = $2`, tenant, key)
		if err != nil {
			return err
		}
		domains = append(domains, other.Domains...)
	}
	slices.Sort(domains)
	for _, d := range slices.Compact(domains) {
		if err := db.Write(ctx, tx, `INSERT INTO organisation_domain (tenant_id, brand_id, domain, organisation_id) VALUES ($1, $2, $3, $4)`, tenant, o.BrandID, d, o.ID); err != nil {
			return err
		}
	}
	return nil
}
