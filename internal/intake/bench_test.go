package intake_test

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// senders write at the same time, each a conversation of this many messages after another.
const (
	senders         = 64
	messagesOfOne   = 10
	benchedMessages = 12_000
)

// BenchmarkReceive takes in messages from 64 senders: stored, threaded, routed,
// with fact and job, durable. Every tenth begins a conversation.
func BenchmarkReceive(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchReceive(b, dbtest.Durable(b)) })
	if os.Getenv("ZONGLER_TEST_POSTGRES") != "" {
		b.Run("postgres", func(b *testing.B) { benchReceive(b, dbtest.Postgres(b)) })
	}
}

func benchReceive(b *testing.B, d *db.DB) {
	b.Helper()
	s, ctx := newDesk(b, d), visitor(b)
	for b.Loop() {
		var (
			wg    sync.WaitGroup
			next  atomic.Int64
			mu    sync.Mutex
			taken []time.Duration
		)
		began := time.Now()
		for sender := range senders {
			wg.Go(func() {
				var own []time.Duration
				for i := 0; next.Add(1) <= benchedMessages; i++ {
					from := fmt.Sprintf("%d-%d-%d", began.UnixNano(), sender, i/messagesOfOne)
					start := time.Now()
					if _, err := s.Receive(ctx, message(from, fmt.Sprint(from, "-", i), "Dzień dobry, od rana nie działa mi internet. Co mam zrobić?")); err != nil {
						b.Error(err)
						return
					}
					own = append(own, time.Since(start))
				}
				mu.Lock()
				defer mu.Unlock()
				taken = append(taken, own...)
			})
		}
		wg.Wait()
		slices.Sort(taken)
		b.ReportMetric(float64(len(taken))/time.Since(began).Seconds(), "messages/s")
		b.ReportMetric(float64(taken[len(taken)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(taken[len(taken)*99/100].Microseconds())/1000, "p99-ms")
	}
}
