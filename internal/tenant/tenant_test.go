package tenant_test

import (
	"context"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/tenant"
)

// oneCalendar is a tenant's only calendar.
type oneCalendar id.Calendar

func (c oneCalendar) Has(_ context.Context, _ db.Queryer, _ id.Tenant, calendar id.Calendar) (bool, error) {
	return id.Calendar(c) == calendar, nil
}

func found(t *testing.T, d *db.DB, host string) (*tenant.Service, tenant.Tenant, context.Context) {
	t.Helper()
	s := tenant.New(d, oneCalendar(77))
	var made tenant.Tenant
	var ctx context.Context
	err := d.Update(t.Context(), func(tx *db.Tx) (err error) {
		made, ctx, err = s.Found(t.Context(), tx, " Demo operator ", host)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, made, ctx
}

func fala() tenant.NewBrand {
	return tenant.NewBrand{Name: "Fala Net", Color: "#0B7285", Languages: []string{"pl", "en"}, TimeZone: "Europe/Warsaw"}
}

func TestTheHostSaysWhoseSignInItIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := tenant.New(d, oneCalendar(0))
		if _, err := s.ByHost(t.Context(), "localhost"); !errs.Is(errs.NotFound, err) {
			t.Errorf("before any: %v", err)
		}
		if none, err := s.None(t.Context(), d); !none || err != nil {
			t.Errorf("none %v, %v", none, err)
		}
		_, open, _ := found(t, d, "")
		_, named, _ := found(t, d, "Centrum.Example:443")
		for host, want := range map[string]id.Tenant{"localhost:8080": open.TenantID, "centrum.example": named.TenantID, "CENTRUM.example.:8443": named.TenantID} {
			if got, err := s.ByHost(t.Context(), host); err != nil || got.TenantID != want {
				t.Errorf("%s: %v %v", host, got.Name, err)
			}
		}
		found(t, d, "")
		if _, err := s.ByHost(t.Context(), "localhost"); !errs.Is(errs.NotFound, err) {
			t.Errorf("two without a name: %v", err)
		}
		if got, err := s.ByHost(t.Context(), "centrum.example"); err != nil || got.TenantID != named.TenantID {
			t.Errorf("the named one among three: %v %v", got.Name, err)
		}
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			_, _, err := s.Found(t.Context(), tx, "Other", "centrum.example")
			return err
		})
		if errs.CodeOf(err) != "tenant.host_taken" {
			t.Errorf("a host taken twice: %v", err)
		}
	})
}

func TestBrandsAreMadeChangedAndArchived(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, made, ctx := found(t, d, "")
		if made.Name != "Demo operator" {
			t.Errorf("name %q", made.Name)
		}
		b, err := s.Create(ctx, fala())
		if err != nil || b.Color != "#0b7285" || b.ID.IsZero() {
			t.Fatalf("%+v %v", b, err)
		}
		name, calendar := "Vásárfia", id.Calendar(77)
		b, err = s.Update(ctx, b.ID, tenant.BrandPatch{Name: &name, CalendarID: &calendar})
		if err != nil || b.Name != name || b.TimeZone != "Europe/Warsaw" {
			t.Fatalf("%+v %v", b, err)
		}
		if b, err = s.Get(ctx, b.ID); err != nil || b.CalendarID != 77 || len(b.Languages) != 2 {
			t.Errorf("%+v %v", b, err)
		}
		if _, err := s.Archive(ctx, b.ID); err != nil {
			t.Fatal(err)
		}
		for archived, want := range map[bool]int{true: 1, false: 0} {
			if list, err := s.List(ctx, tenant.BrandFilter{Archived: archived, Query: "VASAR", Limit: 5}); err != nil || len(list) != want {
				t.Errorf("archived %v: %d, %v", archived, len(list), err)
			}
		}
		n, err := db.One[int](ctx, d, `SELECT COUNT(*) FROM audit WHERE subject_kind = 'brand' AND subject_id = $1`, b.ID)
		if err != nil || n != 3 {
			t.Errorf("%d audit entries, %v", n, err)
		}
		n, err = db.One[int](ctx, d, `SELECT COUNT(*) FROM fact WHERE kind = 'configuration.changed' AND subject = $1`, int64(b.ID))
		if err != nil || n != 3 {
			t.Errorf("%d facts, %v", n, err)
		}
	})
}

func TestBadBrandsAreRefusedFieldByField(t *testing.T) {
	t.Parallel()
	s, _, ctx := found(t, dbtest.SQLite(t), "")
	_, err := s.Create(ctx, tenant.NewBrand{Color: "red", Languages: []string{"de", "pl", "pl"}, TimeZone: "Mars"})
	told := errs.Told(err)
	if !errs.Is(errs.Invalid, err) || len(told.Fields) != 5 {
		t.Errorf("%v", err)
	}
	in := fala()
	in.CalendarID = 78
	if _, err := s.Create(ctx, in); !errs.Is(errs.Invalid, err) || errs.Told(err).Fields[0].Code != "reference" {
		t.Errorf("a foreign calendar: %v", err)
	}
}

func TestBrandsOutsideTheGrantsAreNotFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, one, ctx := found(t, d, "")
		b, err := s.Create(ctx, fala())
		if err != nil {
			t.Fatal(err)
		}
		_, two, other := found(t, d, "other.example")
		rights := actor.Administrator.Rights()
		cases := map[string]context.Context{
			"another tenant": other,
			"another brand":  actor.With(t.Context(), actor.Actor{Kind: actor.User, Tenant: one.TenantID, Rights: rights, Brands: actor.Brands{Some: []id.Brand{b.ID + 1}}}),
			"no brand":       actor.With(t.Context(), actor.Actor{Kind: actor.User, Tenant: two.TenantID, Rights: rights}),
		}
		for name, ctx := range cases {
			if _, err := s.Get(ctx, b.ID); !errs.Is(errs.NotFound, err) {
				t.Errorf("%s gets it: %v", name, err)
			}
			if _, err := s.Archive(ctx, b.ID); !errs.Is(errs.NotFound, err) {
				t.Errorf("%s archives it: %v", name, err)
			}
			if list, err := s.List(ctx, tenant.BrandFilter{Limit: 5}); err != nil || len(list) != 0 {
				t.Errorf("%s lists %d, %v", name, len(list), err)
			}
		}
		agent := actor.With(t.Context(), actor.Actor{Kind: actor.User, Tenant: one.TenantID, Rights: actor.Agent.Rights(), Brands: actor.Brands{All: true}})
		if _, err := s.Archive(agent, b.ID); !errs.Is(errs.Forbidden, err) {
			t.Errorf("an agent archives: %v", err)
		}
	})
}
