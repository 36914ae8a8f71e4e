package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/session"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Load of taking in.
const (
	senders          = 64
	messagesOfOne    = 10 // then the sender is somebody else
	messagesReceived = 12_000
	keyRequests      = 20_000
)

// message is what somebody of that name writes to a queue.
func (h *benchHouse) message(queue id.Queue, name, key string) intake.Inbound {
	return intake.Inbound{
		Point:  intake.Point{ID: h.point.ID, Brand: h.brand, Channel: string(h.point.Channel), Queue: queue},
		From:   intake.Sender{Provider: "webchat", Scope: h.point.ID.String(), ExternalID: name, Name: name, Language: "pl"},
		Thread: name, ExternalID: name + "-" + key, Text: "Dzień dobry, od rana nie działa mi internet. Co mam zrobić?",
	}
}

// receive takes in messages of many senders at once: threaded, stored, routed,
// with facts, while everything that follows the facts does its work. Every tenth
// message begins a conversation.
func (h *benchHouse) receive(b *testing.B) {
	for b.Loop() {
		var (
			wg    sync.WaitGroup
			next  atomic.Int64
			times took
			run   = id.New[int64]()
		)
		began := time.Now()
		for sender := range senders {
			wg.Go(func() {
				for i := 0; next.Add(1) <= messagesReceived; i++ {
					name := fmt.Sprintf("%d-%d-%d", run, sender, i/messagesOfOne)
					start := time.Now()
					if _, err := h.app.services.intake.Receive(h.ctx, h.message(h.quiet, name, fmt.Sprint(i))); err != nil {
						b.Error(err)
						return
					}
					times.add(time.Since(start))
				}
			})
		}
		wg.Wait()
		b.ReportMetric(messagesReceived/time.Since(began).Seconds(), "messages/s")
		times.report(b)
	}
}

// key measures what an API key adds to a request that is nobody's.
func (h *benchHouse) key(b *testing.B) {
	s := h.app.services
	_, token, err := s.keys.Create(h.ctx, account.NewKey{
		Name: "CRM", Rights: actor.Rights{actor.CustomerRead: actor.InBrand}, AllBrands: true,
	})
	h.must(err)
	site := session.Guard(s.directory, s.sessions, httpx.NewLimiter(httpx.DefaultRates()), h.app.site.problems)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	ask := func(header string) time.Duration {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/api/v1/customers", nil)
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		w := httptest.NewRecorder()
		began := time.Now()
		for range keyRequests {
			site.ServeHTTP(w, r)
		}
		if w.Code != http.StatusOK {
			b.Fatal(w.Body.String())
		}
		return time.Since(began) / keyRequests
	}
	for b.Loop() {
		nobody := ask("")
		b.ReportMetric(float64((ask("Bearer "+token)-nobody).Nanoseconds())/1e6, "ms-added/request")
	}
}
