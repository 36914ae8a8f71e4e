package worklist_test

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/worklist"
)

// What is stored while lists are measured, and who reads.
const (
	storedConversations = 100_000
	storedEntries       = 10 // of each
	openOfHundred       = 3
	readers             = 8
	readsEach           = 400
	readsForgotten      = 1500 // of each reader, before: the past that was just stored is on its way into the file
)

// seed fills a database by statements that make their own rows. One in a hundred
// conversations waits, two are worked on by one of fifty agents, the rest is closed.
func seed(b *testing.B, d *db.DB) {
	b.Helper()
	ctx := dbtest.As(b, 1)
	for _, statement := range []struct {
		text string
		args []any
	}{
		{`INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
			SELECT 1, i, 'Brand', 'brand', '', '[]', 'UTC', 0, 0 FROM n`, nil},
		{`INSERT INTO queue (tenant_id, id, brand_id, name, created_at)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
			SELECT 1, i, 1 + i % 10, 'Queue ' || CAST(i AS TEXT), 0 FROM n`, nil},
		{`INSERT INTO app_user (tenant_id, id, name, name_key, email, email_key, language, theme, density, created_at, updated_at)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
			SELECT 1, i, 'Agent', 'agent', CAST(i AS TEXT), CAST(i AS TEXT), 'en', '', '', 0, 0 FROM n`, nil},
		{`INSERT INTO queue_member (tenant_id, queue_id, user_id, since)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
			SELECT 1, 1 + i % 20, 1 + i / 5, 0 FROM n WHERE i / 5 < 50`, nil},
		{
			`INSERT INTO conversation (tenant_id, id, brand_id, entry_point_id, channel, external_key, customer_id, customer_name, created_at,
				last_seq, shown_seq, last_at, last_author, last_preview, interaction_id, interaction_state, open, waiting, queue_id, agent_id, due_order)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
			SELECT 1, i, 1 + i % 10, 1, 'webchat', CAST(i AS TEXT), i, 'Zofia Wilk', i, 10, 10, i * 1000, 'customer',
				'Dzień dobry, od rana nie działa mi internet. Co mam zrobić?', i,
				CASE WHEN i % 100 = 0 THEN 'queued' WHEN i % 100 < $2 THEN 'active' ELSE 'closed' END,
				i % 100 < $2, i % 100 = 0, 1 + i % 20, CASE WHEN i % 100 = 0 THEN 0 ELSE 1 + (i / 100) % 50 END, i * 1000 FROM n`,
			[]any{storedConversations, openOfHundred},
		},
		{`INSERT INTO participant (tenant_id, user_id, conversation_id, brand_id, involved, last_at, open)
			SELECT 1, agent_id, id, brand_id, TRUE, last_at, open FROM conversation WHERE agent_id > 0`, nil},
		{
			`INSERT INTO entry (tenant_id, id, conversation_id, seq, entry_point_id, external_id, kind, author, body, occurred_at, received_at)
			WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $1 * 10 - 1)
			SELECT 1, i + 1, 1 + i / 10, 1 + i % 10, 1, CAST(i AS TEXT), 'message', CASE WHEN i % 2 = 0 THEN 'customer' ELSE 'agent' END,
				'Dzień dobry, od rana nie działa mi internet. Co mam zrobić? Proszę o pilną odpowiedź, pracuję w domu.', i, i FROM n`,
			[]any{storedConversations},
		},
		{`ANALYZE`, nil},
	} {
		if statement.text == `ANALYZE` && d.Engine() != "postgres" {
			continue // PostgreSQL does it by itself in time, SQLite does not
		}
		err := d.Update(ctx, func(tx *db.Tx) error {
			_, err := db.Exec(ctx, tx, statement.text, statement.args...)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStored measures lists, counters and the opening of a conversation with
// its newest entries, by eight readers at once, each with another agent's rights.
func BenchmarkStored(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchStored(b, dbtest.SQLite(b)) })
	if os.Getenv("ZONGLER_TEST_POSTGRES") != "" {
		b.Run("postgres", func(b *testing.B) { benchStored(b, dbtest.Postgres(b)) })
	}
}

func benchStored(b *testing.B, d *db.DB) {
	b.Helper()
	seed(b, d)
	dbtest.Rest(b, d)
	s, convs := worklist.New(d), conversation.New(d, staff{})
	lists := func(rights actor.Rights, queries ...worklist.Query) func(ctx context.Context, r *rand.Rand) error {
		return func(ctx context.Context, r *rand.Rand) error {
			q := queries[r.IntN(len(queries))]
			q.Limit = 50
			a := who(id.User(1+r.IntN(50)), rights)
			_, err := s.List(actor.With(ctx, a), q)
			return err
		}
	}
	b.Run("list-agent", func(b *testing.B) {
		measure(b, lists(actor.Agent.Rights(), worklist.Query{View: worklist.Mine}, worklist.Query{View: worklist.Queues},
			worklist.Query{View: worklist.All}, worklist.Query{View: worklist.Closed}))
	})
	b.Run("list-supervisor", func(b *testing.B) {
		deep := worklist.Cursor{Key: storedConversations * 500, ID: storedConversations / 2}
		measure(b, lists(actor.Supervisor.Rights(), worklist.Query{View: worklist.All}, worklist.Query{View: worklist.All, Sort: worklist.Newest},
			worklist.Query{View: worklist.Unassigned}, worklist.Query{View: worklist.Closed}, worklist.Query{View: worklist.Closed, After: deep}))
	})
	b.Run("counts", func(b *testing.B) {
		measure(b, func(ctx context.Context, r *rand.Rand) error {
			_, err := s.Counts(actor.With(ctx, who(id.User(1+r.IntN(50)), actor.Agent.Rights())))
			return err
		})
	})
	b.Run("open", func(b *testing.B) {
		measure(b, func(ctx context.Context, r *rand.Rand) error {
			ctx = actor.With(ctx, who(1, actor.Supervisor.Rights()))
			c := id.Conversation(1 + r.IntN(storedConversations))
			if _, err := s.Open(ctx, c); err != nil {
				return err
			}
			_, _, err := convs.Page(ctx, d, c, conversation.Window{Limit: 50})
			return err
		})
	})
}

func measure(b *testing.B, do func(ctx context.Context, r *rand.Rand) error) {
	b.Helper()
	ctx := dbtest.As(b, 1)
	for b.Loop() {
		var (
			wg    sync.WaitGroup
			mu    sync.Mutex
			taken []time.Duration
		)
		for reader := range readers {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(1, uint64(reader)))
				own := make([]time.Duration, 0, readsEach)
				for i := range readsForgotten + readsEach {
					start := time.Now()
					if err := do(ctx, r); err != nil {
						b.Error(err)
						return
					}
					if i >= readsForgotten {
						own = append(own, time.Since(start))
					}
				}
				mu.Lock()
				defer mu.Unlock()
				taken = append(taken, own...)
			})
		}
		wg.Wait()
		if len(taken) == 0 {
			return
		}
		slices.Sort(taken)
		b.ReportMetric(float64(taken[len(taken)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(taken[len(taken)*99/100].Microseconds())/1000, "p99-ms")
	}
}
