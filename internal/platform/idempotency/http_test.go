package idempotency_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// plainTexts answers with the key itself.
type plainTexts struct{}

func (plainTexts) Language(string) string                         { return "en" }
func (plainTexts) Text(_, _, key string, _ map[string]any) string { return key }

// shop is an API whose one operation makes a thing, and then does what the test says.
type shop struct {
	db      *db.DB
	handler http.Handler
	then    func(ctx context.Context) error // after the commit
	first   func(ctx context.Context) error // before it
}

type thingInput struct {
	Body struct {
		Name string `json:"name"`
	}
}

type thingOutput struct{ Body struct{ Name string } }

func openShop(t *testing.T, d *db.DB) *shop {
	t.Helper()
	nothing := func(context.Context) error { return nil }
	s := &shop{db: d, first: nothing, then: nothing}
	problems := httpx.NewProblems(plainTexts{}, slog.New(slog.DiscardHandler))
	mux := http.NewServeMux()
	api := httpx.NewAPI(mux, httpx.Config{Title: "Shop", Version: "1", Problems: problems, Idempotency: newStore(t, d)})
	httpx.Register(api, httpx.Operation{
		ID: "makeThing", Method: http.MethodPost, Path: "/api/v1/things", Tag: "things", Access: httpx.SignedIn,
	}, s.make)
	s.handler = httpx.Chain(mux, httpx.RequestID, problems.Recover, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(actor.With(r.Context(), actor.Actor{Kind: actor.User, Tenant: 1, User: 5})))
		})
	})
	return s
}

// make writes a lease, the smallest thing that there is a table for; its epoch counts how often.
func (s *shop) make(ctx context.Context, in *thingInput) (*thingOutput, error) {
	if err := s.first(ctx); err != nil {
		return nil, err
	}
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO lease (name, owner, epoch, expires_at) VALUES ($1, 'shop', 1, 0)
			ON CONFLICT (name) DO UPDATE SET epoch = lease.epoch + 1`, in.Body.Name)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &thingOutput{}
	out.Body.Name = in.Body.Name
	return out, s.then(ctx)
}

func (s *shop) made(t *testing.T) int64 {
	t.Helper()
	n, _, err := db.Find[int64](t.Context(), s.db, `SELECT epoch FROM lease WHERE name = 'thing'`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *shop) post(ctx context.Context, key string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/api/v1/things", strings.NewReader(`{"name":"thing"}`))
	r.Header.Set("Idempotency-Key", key)
	w := httptest.NewRecorder()
	defer func() { _ = recover() }() // the server's own, for a handler that ends the connection
	s.handler.ServeHTTP(w, r)
	return w
}

func TestWhatWasCommittedIsNotDoneAgain(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		then   func(ctx context.Context) error
		status int // of the second attempt
		code   string
	}{
		"the process died before it answered":     {func(context.Context) error { panic(http.ErrAbortHandler) }, 409, "idempotency.answer_lost"},
		"the operation failed after its commit":   {func(context.Context) error { return io.ErrUnexpectedEOF }, 409, "idempotency.answer_lost"},
		"the database did not confirm the commit": {func(context.Context) error { return errs.E(errs.Unavailable, "db", io.EOF) }, 409, "idempotency.answer_lost"},
		"it was refused after its commit":         {func(context.Context) error { return errs.New(errs.Invalid, "shop", "shop.shut") }, 422, "shop.shut"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				s := openShop(t, d)
				s.then = c.then
				s.post(t.Context(), "k")
				s.then = func(context.Context) error { return nil }
				w := s.post(t.Context(), "k")
				if w.Code != c.status || !strings.Contains(w.Body.String(), c.code) {
					t.Errorf("second attempt: %d %s", w.Code, w.Body)
				}
				if n := s.made(t); n != 1 {
					t.Errorf("%d things were made", n)
				}
				if w := s.post(t.Context(), "another"); w.Code != 200 || s.made(t) != 2 {
					t.Errorf("another key: %d %s", w.Code, w.Body)
				}
			})
		})
	}
}

func TestAClientWhoLeavesGetsTheAnswerNextTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := openShop(t, d)
		ctx, leave := context.WithCancel(t.Context())
		s.then = func(ctx context.Context) error {
			leave()
			_, err := db.LastFact(ctx, d) // as an operation reads what it shows
			return err
		}
		s.post(ctx, "k")
		w := s.post(t.Context(), "k")
		if w.Code != 200 || w.Header().Get("Idempotency-Replayed") != "true" || s.made(t) != 1 {
			t.Errorf("%d %s, %d made", w.Code, w.Body, s.made(t))
		}
	})
}

func TestWhatWasNotCommittedIsDoneAtTheNextAttempt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := openShop(t, d)
		s.first = func(context.Context) error { return errs.E(errs.Unavailable, "shop", io.EOF) }
		if w := s.post(t.Context(), "k"); w.Code != 503 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		s.first = func(context.Context) error { return nil }
		if w := s.post(t.Context(), "k"); w.Code != 200 || s.made(t) != 1 {
			t.Errorf("%d %s, %d made", w.Code, w.Body, s.made(t))
		}
	})
}

func TestOfTwoAttemptsAtOnceOneIsMade(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := openShop(t, d)
		var begun sync.WaitGroup
		begun.Add(2)
		s.first = func(context.Context) error {
			begun.Done()
			begun.Wait()
			return nil
		}
		var codes [2]int
		var both sync.WaitGroup
		for i := range codes {
			both.Go(func() { codes[i] = s.post(t.Context(), "k").Code })
		}
		both.Wait()
		if codes[0]+codes[1] != 200+409 || s.made(t) != 1 {
			t.Errorf("answers %v, %d made", codes, s.made(t))
		}
	})
}
