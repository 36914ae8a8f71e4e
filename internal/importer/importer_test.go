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

func TestKnownCustomersAreChangedTogetherAsEachWouldBe(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.applied(b.checked("a.csv", "name,email,phone\nAnna,anna@posta.example,600 1\nJan,jan@posta.example,600 2\nEwa,ewa@posta.example,600 2\nIza,iza@posta.example,600 4\n").ID)
		anna := b.found("anna")
		b.must(d.Update(b.ctx, func(tx *db.Tx) error { // the same Anna writes from a second address, and Iza was erased
			_, err := db.Exec(b.ctx, tx, `INSERT INTO contact_point (tenant_id, id, brand_id, provider, external_id, customer_id, created_at) VALUES (1, 99, $1, 'email', 'ania@poczta.example', $2, 1)`, brand, anna.ID)
			if err == nil {
				_, err = db.Exec(b.ctx, tx, `UPDATE customer SET erased_at = 5 WHERE tenant_id = 1 AND name = 'Iza'`)
			}
			return err
		}))
		l := b.applied(b.checked("b.csv", "email,name,company,about\nania@poczta.example,Ania,Fala,\nanna@posta.example,,,Stała\njan@posta.example,Jan,,\niza@posta.example,Iza K,,\nnowa@posta.example,Nowa,,\n").ID)
		if l.Created != 1 || l.Updated != 2 || l.Bad != 0 {
			t.Errorf("%+v", l.File)
		}
		now := b.found("fala")
		if now.ID != anna.ID || now.Name != "Ania" || now.About != "Stała" || now.Email != "anna@posta.example" || now.Rev != anna.Rev+2 {
			t.Errorf("two rows have made of her %+v", now)
		}
		if jan := b.found("jan"); jan.Rev != 1 {
			t.Errorf("who is called what they were called has changed: %+v", jan)
		}
		by := "phone"
		l = b.checked("c.csv", "phone,company\n600 2,Nie wiadomo\n600 1,Wiadomo\n")
		_, err := b.worker().Configure(b.ctx, l.ID, Plan{KeyField: &by})
		b.must(err)
		b.must(b.worker().StartCheck(b.ctx, l.ID))
		b.run(func(s *Service) error { return s.Check(b.ctx, CheckJob{l.ID}) })
		l = b.applied(l.ID)
		if l.Created != 0 || l.Updated != 1 || l.Bad != 1 || len(l.Faults) != 1 || l.Faults[0].Code != "import.ambiguous" || l.Faults[0].Line != 2 {
			t.Errorf("by phone: %+v %+v", l.File, l.Faults)
		}
		facts, err := db.Many[string](b.ctx, d, `SELECT data FROM fact WHERE tenant_id = 1 AND kind = 'customers.imported' ORDER BY id`)
		if err != nil || len(facts) != 3 || strings.Count(facts[1], anna.ID.String()) != 2 {
			t.Errorf("%q %v", facts, err)
		}
	})
}

// found returns the one customer whom a word finds.
func (b *bench) found(word string) customer.Customer {
	b.tb.Helper()
	all, err := b.customers.Search(b.ctx, customer.Query{Text: word})
	b.must(err)
	if len(all) != 1 {
		b.tb.Fatalf("%q finds %+v", word, all)
	}
	return all[0]
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
	onBoth(b, func(b *testing.B, d *db.DB) float64 {
		b.Helper()
		t := newBench(b, d)
		return t.rate(listOf(benchRows, 0, 1, "Źródło"))
	})
}

// BenchmarkImportKnown does so with a file of which every second customer is known already, under another name.
func BenchmarkImportKnown(b *testing.B) {
	onBoth(b, func(b *testing.B, d *db.DB) float64 {
		b.Helper()
		t := newBench(b, d)
		t.rate(listOf(benchRows/2, 0, 2, "Źródło"))
		return t.rate(listOf(benchRows, 0, 1, "Kowalska"))
	})
}

const benchRows = 20_000

// onBoth measures at the durability of production how many customers a second a file brings.
func onBoth(b *testing.B, rate func(b *testing.B, d *db.DB) float64) {
	b.Helper()
	measure := func(b *testing.B, open func(tb testing.TB) *db.DB) {
		b.Helper()
		for b.Loop() {
			b.ReportMetric(rate(b, open(b)), "customers/s")
		}
	}
	b.Run("sqlite-durable", func(b *testing.B) { measure(b, dbtest.Durable) })
	if server := os.Getenv("ZONGLER_TEST_POSTGRES_DURABLE"); server != "" {
		b.Setenv("ZONGLER_TEST_POSTGRES", server)
	}
	if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		return
	}
	b.Run("postgres", func(b *testing.B) { measure(b, dbtest.Postgres) })
}

// listOf writes a file of n customers: that of number from, and each step further.
func listOf(n, from, step int, surname string) string {
	var text strings.Builder
	text.WriteString("Imię i nazwisko;E-mail;Telefon;Firma\n")
	for k := range n {
		i := from + k*step
		fmt.Fprintf(&text, "Żaneta %s %d;zaneta%d@posta.example;+48 600 %06d;Fala Net %d\n", surname, i, i, i, i%100)
	}
	return text.String()
}

// rate takes in a file and returns how many of its customers came in a second.
func (b *bench) rate(text string) float64 {
	b.tb.Helper()
	begun := time.Now()
	s := b.worker()
	s.patience = time.Hour
	f, err := s.Upload(b.ctx, brand, "k.csv", strings.NewReader(text))
	b.must(err)
	b.must(s.StartCheck(b.ctx, f.ID))
	b.must(s.Check(b.ctx, CheckJob{f.ID}))
	b.must(s.StartApply(b.ctx, f.ID))
	b.must(s.Apply(b.ctx, ApplyJob{f.ID}))
	took := time.Since(begun)
	l, err := s.Get(b.ctx, f.ID)
	b.must(err)
	rows := int64(strings.Count(text, "\n") - 1)
	if l.State != Done || l.Created+l.Updated != rows || b.count("customer") != rows {
		b.tb.Fatalf("%+v", l.File)
	}
	return float64(rows) / took.Seconds()
}
