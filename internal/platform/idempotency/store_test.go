package idempotency_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/idempotency"
)

var key = httpx.StoreKey{Tenant: 1, Actor: "user 5", Key: "create-queue-1"}

func TestAnAnswerIsGivenAgainToTheSameRequestAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := idempotency.New(d), t.Context()
		if a, err := s.Begin(ctx, key, httpx.Fingerprint{1}); a != nil || err != nil {
			t.Fatalf("first attempt: %v %v", a, err)
		}
		if _, err := s.Begin(ctx, key, httpx.Fingerprint{1}); errs.CodeOf(err) != errs.CodeOf(httpx.ErrKeyInUse()) {
			t.Errorf("while running: %v", err)
		}
		if err := s.Finish(ctx, key, httpx.Answer{Status: 201, ContentType: "application/json", Body: []byte(`{"id":"7"}`)}); err != nil {
			t.Fatal(err)
		}
		a, err := s.Begin(ctx, key, httpx.Fingerprint{1})
		if err != nil || a == nil || a.Status != 201 || a.ContentType != "application/json" || string(a.Body) != `{"id":"7"}` {
			t.Errorf("again: %+v %v", a, err)
		}
		if _, err := s.Begin(ctx, key, httpx.Fingerprint{2}); errs.CodeOf(err) != errs.CodeOf(httpx.ErrKeyReused()) {
			t.Errorf("another request: %v", err)
		}
		for _, other := range []httpx.StoreKey{{Tenant: 2, Actor: key.Actor, Key: key.Key}, {Tenant: 1, Actor: "user 6", Key: key.Key}} {
			if a, err := s.Begin(ctx, other, httpx.Fingerprint{1}); a != nil || err != nil {
				t.Errorf("%+v got another's answer: %v %v", other, a, err)
			}
		}
	})
}

func TestAnAbandonedKeyIsFree(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := idempotency.New(d), t.Context()
		for range 2 {
			if a, err := s.Begin(ctx, key, httpx.Fingerprint{1}); a != nil || err != nil {
				t.Fatalf("%v %v", a, err)
			}
			if err := s.Abandon(ctx, key); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestOneOfManyAttemptsWorks(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := idempotency.New(d)
		var won atomic.Int32
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if a, err := s.Begin(t.Context(), key, httpx.Fingerprint{1}); a == nil && err == nil {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d attempts work", won.Load())
		}
	})
}

func TestDeadClaimsAndOldAnswersGoAway(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := idempotency.New(d), t.Context()
		if _, err := s.Begin(ctx, key, httpx.Fingerprint{1}); err != nil {
			t.Fatal(err)
		}
		age(ctx, t, d, 6*time.Minute)
		if a, err := s.Begin(ctx, key, httpx.Fingerprint{2}); a != nil || err != nil {
			t.Fatalf("a dead claim holds: %v %v", a, err)
		}
		if n, err := s.Prune(ctx); n != 0 || err != nil {
			t.Errorf("pruned %d, %v", n, err)
		}
		age(ctx, t, d, 25*time.Hour)
		if n, err := s.Prune(ctx); n != 1 || err != nil {
			t.Errorf("pruned %d, %v", n, err)
		}
	})
}

func age(ctx context.Context, t *testing.T, d *db.DB, by time.Duration) {
	t.Helper()
	err := d.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE idempotency SET created_at = created_at - $1`, by.Microseconds())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
