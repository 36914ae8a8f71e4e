package routing

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/bus"
	"github.com/zongler/zongler/internal/platform/lease"
)

// wire carries questions between the nodes of a test.
type wire struct {
	mu      sync.Mutex
	answers map[bus.Subject]func([]byte) []byte
	asked   int
}

func (w *wire) Ask(_ context.Context, subject bus.Subject, question []byte) ([]byte, error) {
	w.mu.Lock()
	handle := w.answers[subject]
	w.asked++
	w.mu.Unlock()
	if handle == nil {
		return nil, errors.New("nobody answers")
	}
	return handle(question), nil
}

func (w *wire) Answer(subject bus.Subject, handle func([]byte) []byte) (func(), error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answers[subject] = handle
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.answers, subject)
	}, nil
}

func TestANodeAsksTheOneThatHasTheTenant(t *testing.T) {
	inBubble(t, func(t *testing.T, c *centre) {
		w := &wire{answers: map[bus.Subject]func([]byte) []byte{}}
		log := slog.New(slog.DiscardHandler)
		owner := NewRouter(c.svc, lease.NewKeeper(c.d, "owner", log), w, log)
		other := NewRouter(c.svc, lease.NewKeeper(c.d, "other", log), w, log) // it never gets the lease
		if _, err := other.Board(c.system); !errs.Is(errs.Unavailable, err) {
			t.Errorf("before anybody has the tenant: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { owner.Run(ctx, []id.Tenant{c.crew.tenant}) })
		synctest.Wait()
		c.serves(c.ola, c.queue)
		c.serves(c.kamil, c.queue)
		full := c.makeQueue("Full", QueuePatch{})
		first, second := c.queued(full), c.queued(full)
		synctest.Wait()
		for what, ask := range map[string]func(r *Router) any{
			"board":    func(r *Router) any { b, err := r.Board(c.system); return []any{b, err} },
			"agents":   func(r *Router) any { a, err := r.Agents(c.system, []id.User{c.ola, 5, c.kamil}); return []any{a, err} },
			"position": func(r *Router) any { p, w, is := r.Position(c.system, second.ID); return []any{p, w, is} },
			"nowhere":  func(r *Router) any { p, w, is := r.Position(c.system, 5); return []any{p, w, is} },
			"outlook":  func(r *Router) any { return r.Outlook(c.system, c.queue, "webchat") },
			"line":     func(r *Router) any { l, err := r.Line(c.system, full); return []any{l, err} },
		} {
			before := w.asked
			direct := ask(owner)
			if w.asked != before {
				t.Errorf("%s: who has the tenant asked others", what)
			}
			if far := ask(other); told(t, far) != told(t, direct) {
				t.Errorf("%s: another node was told %+v instead of %+v", what, far, direct)
			}
			if w.asked != before+1 {
				t.Errorf("%s: asked %d times", what, w.asked-before)
			}
		}
		if line, _ := other.Line(c.system, full); !slices.Equal(line, []id.Interaction{first.ID, second.ID}) {
			t.Errorf("the line is %v", line)
		}
		foreign := actor.With(c.system, actor.ForSystem(c.crew.tenant+1))
		if _, err := other.Board(foreign); !errs.Is(errs.Unavailable, err) {
			t.Errorf("of a tenant that nobody has: %v", err)
		}
		cancel()
		running.Wait()
		if _, err := other.Board(c.system); !errs.Is(errs.Unavailable, err) {
			t.Errorf("after nobody has it any more: %v", err)
		}
	})
}

// told is v as it can be compared.
func told(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
