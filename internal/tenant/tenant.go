package tenant

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of a tenant's texts.
const (
	maxName = 100
	maxHost = 253
)

// Tenant is a contact-centre company.
type Tenant struct {
	TenantID  id.Tenant
	Name      string
	Host      string // under which it signs in; empty: any host that is nobody's
	CreatedAt time.Time
	UpdatedAt time.Time
}

func (t Tenant) audited() map[string]any { return map[string]any{"name": t.Name, "host": t.Host} }

// Calendars knows which calendars there are.
type Calendars interface {
	// Has reports whether tenant has the calendar.
	Has(ctx context.Context, q db.Queryer, tenant id.Tenant, calendar id.Calendar) (bool, error)
}

// Furnisher gives a tenant what it begins with.
type Furnisher interface {
	// Founded is called in the transaction that founds a tenant, by the system of that tenant.
	Founded(ctx context.Context, tx *db.Tx) error
}

// Service keeps tenants and their brands.
type Service struct {
	db         *db.DB
	calendars  Calendars
	furnishers []Furnisher
}

// New returns a Service over d. Furnishers are called for each tenant that is founded.
func New(d *db.DB, calendars Calendars, furnishers ...Furnisher) *Service {
	return &Service{db: d, calendars: calendars, furnishers: furnishers}
}

const selectTenant = `SELECT tenant_id, name, host, created_at, updated_at FROM tenant`

// Found makes a tenant and returns it with a context in which the system acts
// for it: whoever founds a tenant goes on to fill it in the same transaction.
func (s *Service) Found(ctx context.Context, tx *db.Tx, name, host string) (Tenant, context.Context, error) {
	const op = "tenant.Found"
	t := Tenant{TenantID: id.New[id.Tenant](), Name: strings.TrimSpace(name), Host: HostOf(host), CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	if err := t.check().Err(op); err != nil {
		return t, ctx, err
	}
	founder := actor.With(ctx, actor.ForSystem(t.TenantID))
	_, err := db.Exec(ctx, tx, `INSERT INTO tenant (tenant_id, name, host, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)`,
		t.TenantID, t.Name, t.Host, tx.Now())
	if errors.Is(err, db.ErrDuplicate) {
		return t, ctx, errs.New(errs.Conflict, op, "tenant.host_taken")
	}
	if err != nil {
		return t, ctx, errs.Op(op, err)
	}
	for _, f := range s.furnishers {
		if err := f.Founded(founder, tx); err != nil {
			return t, ctx, errs.Op(op, err)
		}
	}
	err = audit.Changed(founder, tx, audit.Entry{Action: "tenant.create", Subject: subjectOf(t), After: t.audited()})
	return t, founder, errs.Op(op, err)
}

func subjectOf(t Tenant) audit.Subject {
	return audit.Subject{Kind: "tenant", ID: int64(t.TenantID), Name: t.Name}
}

func (t Tenant) check() *check.Fields {
	var f check.Fields
	f.Text("name", t.Name, maxName)
	f.Optional("host", t.Host, maxHost)
	return &f
}

// HostOf returns a Host header as it is compared: lower case, without port and final dot.
func HostOf(header string) string {
	host := strings.ToLower(strings.TrimSpace(header))
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.TrimSuffix(host, ".")
}

// Current returns the tenant of the actor.
func (s *Service) Current(ctx context.Context) (Tenant, error) {
	t, err := db.One[Tenant](ctx, s.db, selectTenant+` WHERE tenant_id = $1`, actor.From(ctx).Tenant)
	return t, errs.Op("tenant.Current", err)
}

// Rename changes the name of the actor's tenant.
func (s *Service) Rename(ctx context.Context, name string) (Tenant, error) {
	const op = "tenant.Rename"
	who, err := actor.Require(ctx, op, actor.BrandEdit)
	if err != nil {
		return Tenant{}, err
	}
	if !who.Can(actor.BrandEdit, actor.InTenant) {
		return Tenant{}, errs.New(errs.Forbidden, op, "forbidden")
	}
	var t Tenant
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := db.One[Tenant](ctx, tx, selectTenant+` WHERE tenant_id = $1`+tx.ForUpdate(), who.Tenant)
		if err != nil {
			return err
		}
		t = before
		t.Name, t.UpdatedAt = strings.TrimSpace(name), tx.Now()
		if err := t.check().Err(op); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE tenant SET name = $2, updated_at = $3 WHERE tenant_id = $1`, who.Tenant, t.Name, tx.Now()); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "tenant.update", Subject: subjectOf(t), Before: before.audited(), After: t.audited()})
	})
	return t, errs.Op(op, err)
}

// ByHost returns the tenant that signs in under the host of a request: the one
// with that name, else the only one without a name of its own. It needs no actor.
func (s *Service) ByHost(ctx context.Context, host string) (Tenant, error) {
	const op = "tenant.ByHost"
	all, err := db.Many[Tenant](ctx, s.db, selectTenant+` WHERE host = $1 OR host = '' ORDER BY host DESC LIMIT 2`, HostOf(host))
	switch {
	case err != nil:
		return Tenant{}, errs.Op(op, err)
	case len(all) == 1 || len(all) == 2 && all[0].Host != "":
		return all[0], nil
	}
	return Tenant{}, errs.New(errs.NotFound, op, "tenant.unknown")
}

// All returns every tenant, for what the system does for each. It needs no actor.
func (s *Service) All(ctx context.Context) ([]Tenant, error) {
	all, err := db.Many[Tenant](ctx, s.db, selectTenant+` ORDER BY tenant_id`)
	return all, errs.Op("tenant.All", err)
}

// None reports, within tx, whether there is no tenant yet: the installation is to be set up.
func (s *Service) None(ctx context.Context, q db.Queryer) (bool, error) {
	n, err := db.One[int](ctx, q, `SELECT COUNT(*) FROM tenant`)
	return n == 0, errs.Op("tenant.None", err)
}
