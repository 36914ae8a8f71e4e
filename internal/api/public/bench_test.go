package public_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// BenchmarkReplyToVisitor is an agent's reply from its call to the visitor's
// socket, commit included, as durable as in production.
func BenchmarkReplyToVisitor(b *testing.B) {
	c := open(b, dbtest.Durable(b))
	_, tab := newcomer(c)
	key := tab.begin("open-0001").Conversation
	tab.say(key, "say-00001", "dzień dobry")
	c.take(key)
	tab.phase("active")
	var took []time.Duration
	b.ResetTimer()
	for i := range b.N {
		text := fmt.Sprintf("odpowiedź %d", i)
		begun := time.Now()
		c.reply(key, text)
		tab.hears(text)
		took = append(took, time.Since(begun))
		tab.seen = nil
	}
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
