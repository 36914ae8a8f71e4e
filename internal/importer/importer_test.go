package importer

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const brand = id.Brand(7)

// alone has nobody who keeps copies of what customers are called.
type alone struct{}

func (alone) CustomersOf(context.Context, db.Queryer, id.User) ([]id.Customer, error) {
	return nil, nil
}
func (alone) CustomerRenamed(context.Context, *db.Tx, id.Customer, string) error { return nil }
func (alone) ContactMoved(context.Context, *db.Tx, id.ContactPoint, id.Customer, string) error {
	return nil
}

// bench is an importer over an empty database.
type bench struct {
	tb        testing.TB
	d         *db.DB
	ctx       context.Context
	customers *customer.Service
	blobs     blob.Store
}

func newBench(tb testing.TB, d *db.DB) *bench {
	tb.Helper()
	blobs, err := blob.OpenFolder(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	return &bench{tb: tb, d: d, ctx: dbtest.As(tb, 1), customers: customer.New(d, alone{}), blobs: blobs}
}

// worker is an importer as a process has it that was just started; it works for one batch.
func (b *bench) worker() *Service {
	s := New(b.d, b.blobs, b.customers, func(context.Context, db.Queryer) ([]id.Brand, error) { return []id.Brand{brand}, nil }, slog.New(slog.DiscardHandler))
	s.patience = time.Nanosecond
	return s
}

func (b *bench) must(err error) {
	b.tb.Helper()
	if err != nil {
		b.tb.Fatal(err)
	}
}

// run calls a worker until its job is done and returns how often.
func (b *bench) run(work func(s *Service) error) (calls int) {
	b.tb.Helper()
	for calls = 1; ; calls++ {
		err := work(b.worker())
		if err == nil {
			return calls
		}
		if !strings.HasPrefix(err.Error(), "job: again") {
			b.tb.Fatal(err)
		}
	}
}

func (b *bench) checked(name, text string) Look {
	b.tb.Helper()
	f, err := b.worker().Upload(b.ctx, brand, name, strings.NewReader(text))
	b.must(err)
	b.must(b.worker().StartCheck(b.ctx, f.ID))
	b.run(func(s *Service) error { return s.Check(b.ctx, CheckJob{f.ID}) })
	l, err := b.worker().Get(b.ctx, f.ID)
	b.must(err)
	return l
}

func (b *bench) applied(key id.Import) Look {
	b.tb.Helper()
	b.must(b.worker().StartApply(b.ctx, key))
	b.run(func(s *Service) error { return s.Apply(b.ctx, ApplyJob{key}) })
	l, err := b.worker().Get(b.ctx, key)
	b.must(err)
	return l
}

func (b *bench) count(table string) (n int64) {
	b.tb.Helper()
	n, err := db.One[int64](b.ctx, b.d, `SELECT COUNT(*) FROM `+table+` WHERE tenant_id = 1`)
	b.must(err)
	return n
}

func TestAFileBecomesCustomersAndItsBadRowsAreSaid(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		text, err := charmap.Windows1250.NewEncoder().String("Imię i nazwisko;E-mail;Telefon;Miasto\n" +
			"Żaneta Źródło;Zaneta@posta.example;+48 600 100 200;Łódź\nbez adresu;;;\nzły;nie-adres;;\n\"Kovács Réka\";reka@posta.example;;\nznowu;ZANETA@posta.example;;\n")
		b.must(err)
		l := b.checked("klienci.csv", text)
		if l.Encoding != "windows-1250" || l.Delimiter != ";" || l.KeyField != "email" || strings.Join(l.Mapping, ",") != "name,email,phone," {
			t.Errorf("read as %+v", l.File)
		}
		if l.State != Checked || l.Good != 2 || l.Bad != 3 || b.count("customer") != 0 {
			t.Errorf("checked: %+v", l.File)
		}
		want := "3 email required; 4 email format.email; 6 email import.twice; "
		got := ""
		for _, f := range l.Faults {
			got += fmt.Sprintf("%d %s %s; ", f.Line, f.Field, f.Code)
		}
		if got != want {
			t.Errorf("faults %s, want %s", got, want)
		}
		done := b.applied(l.ID)
		if done.State != Done || done.Created != 2 || done.BlobKey != "" || b.count("import_row") != 0 || b.count("customer") != 2 || b.count("claim") != 2 {
			t.Errorf("applied: %+v", done.File)
		}
		for range b.blobs.List(t.Context(), "import/") {
			t.Error("the file is still there")
		}
		found, err := b.customers.Search(b.ctx, customer.Query{Text: "zrodlo"})
		if err != nil || len(found) != 1 || found[0].Name != "Żaneta Źródło" || found[0].Email != "zaneta@posta.example" {
			t.Errorf("%+v %v", found, err)
		}
	})
}

func TestWhoIsKnownIsChangedAndNobodyTwice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.applied(b.checked("a.csv", "name,email,company\nAnna Nowak,anna@posta.example,Fala\nJan,jan@posta.example,\n").ID)
		again := b.applied(b.checked("b.csv", "name,email,company\nAnna Kowalska,anna@posta.example,\nEwa,ewa@posta.example,\n").ID)
		if again.Created != 1 || again.Updated != 1 || b.count("customer") != 3 {
			t.Errorf("%+v", again.File)
		}
		found, err := b.customers.Search(b.ctx, customer.Query{Text: "kowalska"})
		if err != nil || len(found) != 1 || found[0].Company != "Fala" {
			t.Errorf("what the file leaves open is gone: %+v %v", found, err)
		}
	})
}

func TestAStoppedImportGoesOnAndACancelledOneEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		var text strings.Builder
		text.WriteString("name,email\n")
		for i := range 1234 {
			fmt.Fprintf(&text, "Customer %d,c%d@posta.example\n", i, i)
		}
		whole := b.applied(b.checked("a.csv", text.String()).ID)
		facts, err := db.One[int64](b.ctx, d, `SELECT COUNT(*) FROM fact WHERE tenant_id = 1 AND kind = 'customers.imported'`)
		if err != nil || whole.Created != 1234 || b.count("customer") != 1234 || b.count("contact_point") != 1234 || facts != 3 {
			t.Errorf("%+v, %d facts, %v", whole.File, facts, err)
		}
		half := b.checked("b.csv", strings.ReplaceAll(text.String(), "@posta", "@poczta"))
		b.must(b.worker().StartApply(b.ctx, half.ID))
		if err := b.worker().Apply(b.ctx, ApplyJob{half.ID}); err == nil {
			t.Error("one batch was all")
		}
		b.must(b.worker().Cancel(b.ctx, half.ID))
		b.must(b.worker().Apply(b.ctx, ApplyJob{half.ID}))
		l, err := b.worker().Get(b.ctx, half.ID)
		if err != nil || l.State != Cancelled || l.Created != batch || b.count("customer") != 1234+batch || b.count("import_row") != 0 {
			t.Errorf("%+v %v", l.File, err)
		}
		if err := b.worker().Cancel(b.ctx, half.ID); errs.CodeOf(err) != "import.state" {
			t.Errorf("cancelled twice: %v", err)
		}
	})
}

func TestOnlyWhoMayImportDoes(t *testing.T) {
	t.Parallel()
	b := newBench(t, dbtest.SQLite(t))
	other := actor.With(t.Context(), actor.Actor{Kind: actor.User, Tenant: 1, User: 2, Rights: actor.Rights{actor.CustomerImport: actor.InBrand}, Brands: actor.Brands{Some: []id.Brand{8}}})
	if _, err := b.worker().Upload(other, brand, "a.csv", strings.NewReader("name\nAnna\n")); !errs.Is(errs.Invalid, err) {
		t.Errorf("another brand: %v", err)
	}
	l := b.checked("a.csv", "name,email\nAnna,anna@posta.example\n")
	if _, err := b.worker().Get(other, l.ID); !errs.Is(errs.NotFound, err) {
		t.Errorf("a file of another brand: %v", err)
	}
	for name, text := range map[string]string{"a PDF": "%PDF", "nothing": ""} {
		if _, err := b.worker().Upload(b.ctx, brand, "x", strings.NewReader(text)); errs.CodeOf(err) != "import.format" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkImport checks and applies a file of customers at the durability of production.
func BenchmarkImport(b *testing.B) {
	b.Run("sqlite-durable", func(b *testing.B) { benchImport(b, dbtest.Durable) })
	if server := os.Getenv("ZONGLER_TEST_POSTGRES_DURABLE"); server != "" {
		b.Setenv("ZONGLER_TEST_POSTGRES", server)
	}
	if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		return
	}
	b.Run("postgres", func(b *testing.B) { benchImport(b, dbtest.Postgres) })
}

func benchImport(b *testing.B, open func(tb testing.TB) *db.DB) {
	b.Helper()
	const rows = 20_000
	var text strings.Builder
	text.WriteString("Imię i nazwisko;E-mail;Telefon;Firma\n")
	for i := range rows {
		fmt.Fprintf(&text, "Żaneta Źródło %d;zaneta%d@posta.example;+48 600 %06d;Fala Net %d\n", i, i, i, i%100)
	}
	for b.Loop() {
		t := newBench(b, open(b))
		begun := time.Now()
		s := t.worker()
		s.patience = time.Hour
		f, err := s.Upload(t.ctx, brand, "k.csv", strings.NewReader(text.String()))
		t.must(err)
		t.must(s.StartCheck(t.ctx, f.ID))
		t.must(s.Check(t.ctx, CheckJob{f.ID}))
		t.must(s.StartApply(t.ctx, f.ID))
		t.must(s.Apply(t.ctx, ApplyJob{f.ID}))
		if n := t.count("customer"); n != rows {
			b.Fatalf("%d customers", n)
		}
		b.ReportMetric(rows/time.Since(begun).Seconds(), "customers/s")
	}
}
