package catalogue_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/catalogue"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/search"
)

// What can be found while the search is measured.
const (
	foundEntries       = 1_000_000
	foundConversations = 100_000
	foundBrands        = 10
	foundAgents        = 50
	storedAtOnce       = 5000
	searchesEach       = 150 // of each reader
)

// tongue is an invented language that is spoken like Polish: few words are said often and most seldom,
// each with one of some endings, one word in four with an accent.
type tongue struct {
	*rand.Rand

	stems  []string
	chosen *rand.Zipf
}

func newTongue(seed uint64) *tongue {
	r := rand.New(rand.NewPCG(1, 1)) // the same words each time
	heads := []string{"b", "c", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "w", "z", "pr", "st", "sz", "cz", "kr", "tr", "ł", "ś", "ż"}
	hearts := []string{"a", "e", "i", "o", "u", "y", "a", "e", "o", "ą", "ę", "ó"}
	t := &tongue{}
	seen := map[string]bool{}
	for len(t.stems) < 30_000 {
		var b strings.Builder
		for range 1 + (len(t.stems)+2_000)/8_000 + r.IntN(2) { // what is said often is short
			b.WriteString(heads[r.IntN(len(heads))] + hearts[r.IntN(len(hearts))])
		}
		b.WriteString(heads[r.IntN(len(heads))])
		if stem := b.String(); !seen[stem] {
			seen[stem] = true
			t.stems = append(t.stems, stem)
		}
	}
	t.Rand = rand.New(rand.NewPCG(seed, seed)) // what is said is the same each time
	t.chosen = rand.NewZipf(t.Rand, 1.1, 8, uint64(len(t.stems)-1))
	return t
}

func (t *tongue) word() string {
	return t.stems[t.chosen.Uint64()] + []string{"", "a", "y", "ę", "em", "owi", "ach", "ie"}[t.IntN(8)]
}

// says is one message: its words, and in one of four a number of an order.
func (t *tongue) says() string {
	words := make([]string, 8+t.IntN(12))
	for i := range words {
		words[i] = t.word()
	}
	if t.IntN(4) == 0 {
		words = append(words, t.order())
	}
	return strings.Join(words, " ")
}

func (t *tongue) order() string { return fmt.Sprintf("FN2026%06d", t.IntN(250_000)) }

func (t *tongue) name() string {
	return strings.ToUpper(t.stems[2000+t.IntN(20_000)]) + " " + t.stems[3000+t.IntN(26_000)] + "ska"
}

// fillIndex stores conversations, what was said in them and their customers, as the indexer writes them.
func fillIndex(b *testing.B, d *db.DB) {
	b.Helper()
	ctx := dbtest.As(b, 1)
	update := func(fn func(tx *db.Tx) error) {
		if err := d.Update(ctx, fn); err != nil {
			b.Fatal(err)
		}
	}
	update(func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO conversation (tenant_id, id, brand_id, entry_point_id, channel, external_key, customer_id, customer_name, created_at,
				last_seq, shown_seq, last_at, last_author, last_preview, interaction_id, interaction_state, open, waiting, queue_id, agent_id, due_order)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
			SELECT 1, i, 1 + i % $2, 1, 'webchat', CAST(i AS TEXT), i, 'Zofia Wilk', i, 10, 10, i * 1000, 'customer', '', i,
				CASE WHEN i % 20 = 0 THEN 'active' ELSE 'closed' END, i % 20 = 0, FALSE, 1, 1 + (i / 20) % $3, i * 1000 FROM n`,
			foundConversations, foundBrands, foundAgents)
		return err
	})
	update(func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO participant (tenant_id, user_id, conversation_id, brand_id, involved, last_at, open)
			SELECT 1, agent_id, id, brand_id, TRUE, last_at, open FROM conversation WHERE tenant_id = 1`)
		return err
	})
	index, t := search.New(d), newTongue(2)
	store := func(kind catalogue.Kind, n int, document func(i int, at time.Time) search.Document) {
		begun := time.Now().Add(-1000 * time.Hour)
		for first := 1; first <= n; first += storedAtOnce {
			documents := make([]search.Document, storedAtOnce)
			for i := range documents {
				documents[i] = document(first+i, begun.Add(time.Duration(first+i)*time.Hour*1000/time.Duration(n)))
				documents[i].Kind = string(kind)
			}
			update(func(tx *db.Tx) error { return index.Replace(ctx, tx, string(kind), nil, documents...) })
		}
	}
	brand := func(c int) []string { return []string{"b" + id.Brand(1+c%foundBrands).String()} }
	parts := func(c int) []string { return append(brand(c), "u"+id.User(1+(c/20)%foundAgents).String()) }
	store(catalogue.Customers, foundConversations, func(i int, at time.Time) search.Document {
		return search.Document{Thing: int64(i), Scopes: brand(i), Title: t.name(), Body: fmt.Sprintf("klient%d@example.com 600%06d", i, i), At: at}
	})
	store(catalogue.Conversations, foundConversations, func(i int, at time.Time) search.Document {
		return search.Document{Thing: int64(i), Scopes: parts(i), Title: t.word() + " " + t.word() + " " + t.word(), Body: t.stems[t.IntN(50)], At: at}
	})
	store("entry", foundEntries, func(i int, at time.Time) search.Document {
		c := i % foundConversations
		return search.Document{Thing: int64(i), Group: int64(c), Scopes: parts(c), Body: t.says(), At: at}
	})
}

// asked is what people type: a word, some, the beginning of one, a name, a number.
func (t *tongue) asked() string {
	short := func(word string) string {
		letters := []rune(word)
		return string(letters[:min(len(letters), 3+t.IntN(4))])
	}
	switch t.IntN(8) {
	case 0:
		return t.stems[t.IntN(100)]
	case 1:
		return t.word() + " " + t.word()
	case 2:
		return t.word() + " " + t.word() + " " + short(t.word())
	case 3:
		return short(t.word())
	case 4:
		return short(t.word()) + " " + short(t.word())
	case 5:
		return t.name()
	case 6:
		return t.order()
	}
	return t.word() + " " + t.order()[:9]
}

// BenchmarkSearch measures the search for customers, organisations, conversations with what was said in them, and
// articles over a million entries: of a supervisor, who finds all, and of an agent, who finds their own.
func BenchmarkSearch(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchSearch(b, dbtest.SQLite(b)) })
	if os.Getenv("ZONGLER_TEST_POSTGRES") != "" {
		b.Run("postgres", func(b *testing.B) { benchSearch(b, dbtest.Postgres(b)) })
	}
}

func benchSearch(b *testing.B, d *db.DB) {
	b.Helper()
	fillIndex(b, d)
	dbtest.Rest(b, d)
	s := catalogue.New(d, search.New(d), reach{})
	for _, who := range []struct {
		name   string
		rights actor.Rights
	}{{"supervisor", actor.Supervisor.Rights()}, {"agent", actor.Agent.Rights()}} {
		for _, readers := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s-%d", who.name, readers), func(b *testing.B) {
				for b.Loop() {
					measureSearch(b, s, readers, who.rights)
				}
			})
		}
	}
}

func measureSearch(b *testing.B, s *catalogue.Service, readers int, rights actor.Rights) {
	b.Helper()
	var (
		mu   sync.Mutex
		all  []time.Duration
		work sync.WaitGroup
	)
	for n := range readers {
		work.Go(func() {
			t := newTongue(uint64(100 + n))
			for range searchesEach {
				ctx := actor.With(b.Context(), actor.Actor{Kind: actor.User, Tenant: 1, User: id.User(1 + t.IntN(foundAgents)), Rights: rights, Brands: actor.Brands{All: true}})
				q, begun := catalogue.Query{Text: t.asked(), Limit: 20}, time.Now()
				_, err := s.Search(ctx, q)
				took := time.Since(begun)
				if err != nil {
					b.Error(err)
				}
				mu.Lock()
				all = append(all, took)
				mu.Unlock()
			}
		})
	}
	work.Wait()
	slices.Sort(all)
	at := func(share float64) float64 {
		return float64(all[int(share*float64(len(all)-1))]) / float64(time.Millisecond)
	}
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}
