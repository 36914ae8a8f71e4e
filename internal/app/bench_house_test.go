package app

import (
	"context"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/heap"
	"github.com/zongler/zongler/internal/platform/search"
	"github.com/zongler/zongler/internal/platform/telemetry"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/tenant"
)

// What is stored while the house is measured.
const (
	storedConversations = 100_000
	storedEntries       = 10 // of each
	storedDays          = 100
)

// benchHouse is the whole program with a listener on loopback, with one brand and
// much past. Nobody in the quiet queue, which is the widget's, is available.
type benchHouse struct {
	b       testing.TB
	app     *App
	addr    string
	tenant  id.Tenant
	brand   id.Brand
	point   channel.EntryPoint
	quiet   id.Queue
	staffed id.Queue
	ctx     context.Context // the system acting in the tenant, until the benchmark ends
	leave   func()
}

// eachEngine runs f on a durable SQLite file and on PostgreSQL, if one is named,
// under a name that says how durable that is.
func eachEngine(b *testing.B, f func(b *testing.B, d *db.DB)) {
	b.Helper()
	b.Run("sqlite-durable", func(b *testing.B) { f(b, dbtest.Durable(b)) })
	server := os.Getenv("ZONGLER_TEST_POSTGRES_DURABLE")
	if server == "" {
		server = os.Getenv("ZONGLER_TEST_POSTGRES")
	}
	if server == "" {
		return
	}
	b.Setenv("ZONGLER_TEST_POSTGRES", server)
	d := dbtest.Postgres(b)
	name := "postgres-durable"
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		if value, err := db.One[string](b.Context(), d, "SHOW "+setting); err != nil || value != "on" {
			name = "postgres-not-durable"
		}
	}
	b.Run(name, func(b *testing.B) { f(b, d) })
}

// openBenchHouse starts everything over d, with a past, and with changes of its configuration.
func openBenchHouse(b testing.TB, d *db.DB, changes ...func(*config.Config)) *benchHouse {
	b.Helper()
	h := buildBenchHouse(b, d, b.TempDir(), changes...)
	h.run()
	return h
}

// buildBenchHouse makes the house with its past, in which nothing runs yet.
func buildBenchHouse(b testing.TB, d *db.DB, data string, changes ...func(*config.Config)) *benchHouse {
	b.Helper()
	a := &App{
		config: config.Default(data), options: Options{Version: "bench"}, log: quiet(), node: "bench",
		metrics: telemetry.NewMetrics("bench"), db: d,
	}
	a.config.HTTPAddr, a.config.InsideAllow = "127.0.0.1:0", []string{"127.0.0.0/8"}
	for _, change := range changes {
		change(&a.config)
	}
	h := &benchHouse{b: b, app: a}
	var err error
	a.box, err = secret.LoadFile(a.config.SecretFile)
	h.must(err)
	a.blobs, err = blob.Open(b.Context(), "", a.config.BlobDir())
	h.must(err)
	h.must(a.openTexts())
	a.tracing, err = telemetry.NewTracing(b.Context(), "", "bench")
	h.must(err)
	a.build()
	h.furnish()
	h.fill()
	return h
}

// run runs everything until the benchmark ends.
func (h *benchHouse) run() {
	listening := make(chan net.Addr, 1)
	ctx, stop := context.WithCancel(context.Background())
	heap.Tighten() // as zongler serve does
	h.app.options.Listening = func(addr net.Addr) { heap.Tend(ctx); listening <- addr }
	ended := make(chan error, 1)
	go func() { ended <- h.app.Run(ctx) }()
	h.b.Cleanup(func() {
		h.leave()
		stop()
		if err := <-ended; err != nil {
			h.b.Errorf("the house did not end well: %v", err)
		}
	})
	h.addr = (<-listening).String()
}

// life returns a context that ends before the house does, so that clients leave first.
func (h *benchHouse) life() context.Context {
	ctx, end := context.WithCancel(context.Background())
	h.leave = end
	return ctx
}

func (h *benchHouse) must(err error) {
	h.b.Helper()
	if err != nil {
		h.b.Fatal(err)
	}
}

// furnish makes the tenant, its brand, two queues and the widget.
func (h *benchHouse) furnish() {
	s := h.app.services
	h.must(h.app.db.Update(h.b.Context(), func(tx *db.Tx) error {
		made, _, err := s.tenants.Found(h.b.Context(), tx, "Pannon Kontakt", "")
		h.tenant = made.TenantID
		return err
	}))
	h.ctx = actor.With(h.life(), actor.ForSystem(h.tenant))
	brand, err := s.tenants.Create(h.ctx, tenant.NewBrand{Name: "Fala Net", Color: "#0b7285", Languages: []string{"pl"}, TimeZone: "Europe/Warsaw"})
	h.must(err)
	h.brand = brand.ID
	for name, to := range map[string]*id.Queue{"Serwis": &h.staffed, "Kolejka": &h.quiet} {
		made, err := s.queues.Create(h.ctx, brand.ID, routing.QueuePatch{Name: &name})
		h.must(err)
		*to = made.ID
	}
	h.point, err = s.points.Create(h.ctx, channel.NewEntryPoint{Brand: brand.ID, Channel: channel.Webchat, Name: "Fala Net", Queue: h.quiet})
	h.must(err)
}

// fill stores a past by statements that make their own rows: conversations with their entries, customers and finished work.
func (h *benchHouse) fill() {
	days := time.Now().Add(-storedDays * 24 * time.Hour).UnixMicro()
	past := []struct {
		rows int
		text string
		args []any
	}{
		{storedConversations, `INSERT INTO conversation (tenant_id, id, brand_id, entry_point_id, channel, external_key, customer_id, customer_name, created_at,
				last_seq, shown_seq, last_at, last_author, last_preview, interaction_id, interaction_state, queue_id, agent_id, due_order)
			SELECT $1, i, $2, 1, 'webchat', CAST(i AS TEXT), i, 'Zofia Wilk', @, 10, 10, @, 'customer',
				'Dzień dobry, od rana nie działa mi internet. Co mam zrobić?', i, 'closed', $3, 1 + (i / 100) % 50, @ FROM n`, []any{h.brand, h.staffed}},
		{storedConversations * storedEntries, `INSERT INTO entry (tenant_id, id, conversation_id, seq, entry_point_id, external_id, kind, author, body, occurred_at, received_at)
			SELECT $1, i, 1 + (i - 1) / 10, 1 + (i - 1) % 10, 1, CAST(i AS TEXT), 'message', CASE WHEN i % 2 = 0 THEN 'customer' ELSE 'agent' END,
				'Dzień dobry, od rana nie działa mi internet. Co mam zrobić? Proszę o pilną odpowiedź, pracuję w domu.', @, @ FROM n`, nil},
		{storedConversations, `INSERT INTO customer (tenant_id, id, brand_id, name, created_at, changed_at) SELECT $1, i, $2, 'Zofia Wilk', @, @ FROM n`, []any{h.brand}},
		{storedConversations, `INSERT INTO contact_point (tenant_id, id, brand_id, provider, external_id, customer_id, created_at)
			SELECT $1, i, $2, 'past', CAST(i AS TEXT), i, @ FROM n`, []any{h.brand}},
		{storedConversations, `INSERT INTO claim (tenant_id, id, brand_id, contact_point_id, customer_id, evidence, made_at)
			SELECT $1, i, $2, i, i, 'first_contact', @ FROM n`, []any{h.brand}},
		{storedConversations, `INSERT INTO interaction (tenant_id, id, conversation_id, brand_id, channel, direction, state, queue_id, agent_id, arrived_at, answered_at, ended_at, closed_at)
			SELECT $1, i, i, $2, 'webchat', 'in', 'closed', $3, 1 + (i / 100) % 50, @, @, @, @ FROM n`, []any{h.brand, h.staffed}},
		{storedConversations, `INSERT INTO queue_visit (tenant_id, id, interaction_id, conversation_id, brand_id, queue_id, channel, cause, entered_at, waiting_since, target_seconds, short_seconds, left_at)
			SELECT $1, i, i, i, $2, $3, 'webchat', 'arrival', @, @, 30, 5, @ FROM n`, []any{h.brand, h.staffed}},
		{storedConversations, `INSERT INTO offer (tenant_id, id, interaction_id, conversation_id, brand_id, visit_id, queue_id, agent_id, channel, state, made_at, expires_at, ended_at)
			SELECT $1, i, i, i, $2, i, $3, 1 + (i / 100) % 50, 'webchat', 'accepted', @, @, @ FROM n`, []any{h.brand, h.staffed}},
		{storedConversations, `INSERT INTO segment (tenant_id, id, interaction_id, conversation_id, brand_id, queue_id, agent_id, channel, how, started_at, ended_at)
			SELECT $1, i, i, i, $2, $3, 1 + (i / 100) % 50, 'webchat', 'offer', @, @ FROM n`, []any{h.brand, h.staffed}},
		{storedConversations, `INSERT INTO participant (tenant_id, user_id, conversation_id, brand_id, involved, read_seq, last_at)
			SELECT $1, 1 + (i / 100) % 50, i, $2, TRUE, 10, @ FROM n`, []any{h.brand}},
	}
	for _, p := range past {
		text, args := p.text, append([]any{h.tenant}, p.args...)
		for i := range args { // a bare parameter of a SELECT has no type
			text = strings.ReplaceAll(text, fmt.Sprintf("$%d", i+1), fmt.Sprintf("CAST($%d AS BIGINT)", i+1))
		}
		text = strings.ReplaceAll(text, "@", fmt.Sprintf("(%d + CAST(i AS BIGINT) * %d)", days, storedDays*24*time.Hour.Microseconds()/int64(p.rows)))
		into, rows, _ := strings.Cut(text, "SELECT ")
		text = fmt.Sprintf("%s WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT %s", into, p.rows, rows)
		h.must(h.app.db.Update(h.ctx, func(tx *db.Tx) error {
			_, err := db.Exec(h.ctx, tx, text, args...)
			return err
		}))
	}
	h.must(h.app.db.Update(h.ctx, func(tx *db.Tx) error { // the figures of the past are there, and nobody makes its index
		if err := search.Advance(h.ctx, tx, "catalogue.sources", 100); err != nil {
			return err
		}
		_, err := db.Exec(h.ctx, tx, `INSERT INTO report_clock (tenant_id, until) VALUES ($1, $2)`, h.tenant, time.Now())
		return err
	}))
	dbtest.Rest(h.b, h.app.db)
}

// hire makes n agents, each with a session.
func (h *benchHouse) hire(n int) []*benchAgent {
	h.b.Helper()
	agents := make([]*benchAgent, n)
	h.atOnce(n, func(i int) error {
		var made account.User
		err := h.app.db.Update(h.ctx, func(tx *db.Tx) (err error) {
			made, err = h.app.services.users.CreateIn(h.ctx, tx, account.NewUser{
				Name: fmt.Sprintf("Ola Nowicka %d", i), Email: fmt.Sprintf("u%d@operator.example", id.New[id.User]()), Language: "pl",
				Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true,
			}, "")
			return err
		})
		if err != nil {
			return err
		}
		in, err := h.app.services.sessions.Open(h.ctx, h.tenant, made.ID, account.Browser{Device: "bench"})
		agents[i] = &benchAgent{house: h, user: made.ID, token: in.Token, ctx: actor.With(context.Background(), in.Actor)}
		return err
	})
	return agents
}

// join puts agents into a queue.
func (h *benchHouse) join(agents []*benchAgent, queue id.Queue) {
	h.b.Helper()
	h.atOnce(len(agents), func(i int) error {
		return h.app.services.routing.SetMembership(h.ctx, routing.Membership{Agent: agents[i].user, Queue: queue, Member: true, Enabled: true})
	})
}

// benchAtOnce is how many things are prepared beside each other.
const benchAtOnce = 32

// atOnce does n things, some at a time.
func (h *benchHouse) atOnce(n int, do func(i int) error) {
	h.b.Helper()
	var (
		wg     sync.WaitGroup
		places = make(chan struct{}, benchAtOnce)
		failed = make(chan error, n)
	)
	for i := range n {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			if err := do(i); err != nil {
				failed <- err
			}
		})
	}
	wg.Wait()
	close(failed)
	h.must(<-failed)
}

// took gathers durations from many goroutines. The first ones are forgotten: until
// then the past that was just stored is on its way from the log into the file.
type took struct {
	forget int

	mu  sync.Mutex
	all []time.Duration
}

func (t *took) add(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.forget > 0 {
		t.forget--
		return
	}
	t.all = append(t.all, d)
}

// report says how long the middle one and the slowest in a hundred took.
func (t *took) report(b *testing.B) {
	b.Helper()
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.all) == 0 {
		b.Fatal("nothing was measured")
	}
	slices.Sort(t.all)
	b.ReportMetric(float64(t.all[len(t.all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(t.all[len(t.all)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(len(t.all)), "samples")
}
