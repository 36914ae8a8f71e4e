package idempotency_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/idempotency"
)

var key = httpx.StoreKey{Tenant: 1, Actor: "user 5", Key: "create-queue-1"}

func newStore(t *testing.T, d *db.DB) *idempotency.Store {
	t.Helper()
	box, err := secret.LoadFile(filepath.Join(t.TempDir(), "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	return idempotency.New(d, box)
}

// commit commits a transaction of an attempt with k, as an operation does, and returns it before it is settled.
func commit(t *testing.T, d *db.DB, s *idempotency.Store, k httpx.StoreKey) httpx.Attempt {
	t.Helper()
	ctx, attempt := s.Attempt(t.Context(), k, httpx.Fingerprint{1})
	if err := d.Update(ctx, func(*db.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return attempt
}

// seen is what a second attempt with k hears: the code of an error, a body, or "go on".
func seen(t *testing.T, s *idempotency.Store, k httpx.StoreKey, f httpx.Fingerprint) string {
	t.Helper()
	a, err := s.Seen(t.Context(), k, f)
	switch {
	case err != nil:
		return errs.CodeOf(err)
	case a == nil:
		return "go on"
	}
	return string(a.Body)
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestAnAnswerIsGivenAgainToTheSameRequestAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		expect(t, "the first attempt", seen(t, s, key, httpx.Fingerprint{1}), "go on")
		attempt := commit(t, d, s, key)
		expect(t, "before the answer", seen(t, s, key, httpx.Fingerprint{1}), "idempotency.in_progress")
		if err := attempt.Finish(t.Context(), httpx.Answer{Status: 201, ContentType: "application/json", Body: []byte("zk_hidden")}); err != nil {
			t.Fatal(err)
		}
		expect(t, "again", seen(t, s, key, httpx.Fingerprint{1}), "zk_hidden")
		expect(t, "another request", seen(t, s, key, httpx.Fingerprint{2}), "idempotency.mismatch")
		for _, other := range []httpx.StoreKey{{Tenant: 2, Actor: key.Actor, Key: key.Key}, {Tenant: 1, Actor: "user 6", Key: key.Key}} {
			expect(t, "somebody else", seen(t, s, other, httpx.Fingerprint{1}), "go on")
		}
		body, err := db.One[string](t.Context(), d, `SELECT body FROM idempotency`)
		if err != nil || strings.Contains(body, "zk_") {
			t.Errorf("the table holds %q, %v", body, err)
		}
		expect(t, "with another key file", seen(t, newStore(t, d), key, httpx.Fingerprint{1}), "idempotency.answer_lost")
	})
}

func TestAnAttemptThatDiedAfterItsCommitIsNotDoneAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		commit(t, d, s, key) // and nobody settles it
		age(t, d, time.Minute)
		expect(t, "a minute later", seen(t, s, key, httpx.Fingerprint{1}), "idempotency.answer_lost")
	})
}

func TestWhatWasRolledBackLeavesItsKeyFree(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		ctx, attempt := s.Attempt(t.Context(), key, httpx.Fingerprint{1})
		refused := errs.New(errs.Conflict, "test", "no")
		if err := d.Update(ctx, func(*db.Tx) error { return refused }); errs.CodeOf(err) != "no" || attempt.Committed() {
			t.Fatalf("%v, committed %v", err, attempt.Committed())
		}
		if err := attempt.Lose(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect(t, "the next attempt", seen(t, s, key, httpx.Fingerprint{1}), "go on")
	})
}

func TestASlowAttemptCommitsNothingAfterAFasterOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		ctx, slow := s.Attempt(t.Context(), key, httpx.Fingerprint{1})
		fast := commit(t, d, s, key)
		err := d.Update(ctx, func(*db.Tx) error { return nil })
		if errs.CodeOf(err) != "idempotency.in_progress" {
			t.Errorf("the slow one: %v", err)
		}
		if err := slow.Lose(t.Context()); err != nil {
			t.Error(err)
		}
		if err := fast.Finish(t.Context(), httpx.Answer{Status: 200, Body: []byte("fast")}); err != nil {
			t.Error(err)
		}
		if err := slow.Finish(t.Context(), httpx.Answer{Status: 200, Body: []byte("slow")}); err == nil {
			t.Error("the slow one answers for the fast one")
		}
		expect(t, "again", seen(t, s, key, httpx.Fingerprint{1}), "fast")
	})
}

func TestOldAnswersGoAwayHoweverMany(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		const many = 2500
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			for n := range many {
				if _, err := db.Exec(t.Context(), tx, `INSERT INTO idempotency (tenant_id, actor, key, fingerprint, attempt, created_at)
					VALUES (1, 'user 5', $1, '', '', $2)`, strings.Repeat("k", n%100)+string(rune('a'+n/100)), tx.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		left := func() int64 {
			if err := s.Prune(t.Context()); err != nil {
				t.Fatal(err)
			}
			n, err := db.One[int64](t.Context(), d, `SELECT COUNT(*) FROM idempotency`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		age(t, d, 23*time.Hour)
		if n := left(); n != many {
			t.Errorf("%d of %d left within a day", n, many)
		}
		age(t, d, 2*time.Hour)
		expect(t, "a day later", seen(t, s, httpx.StoreKey{Tenant: 1, Actor: "user 5", Key: "a"}, httpx.Fingerprint{}), "go on")
		if n := left(); n != 0 {
			t.Errorf("%d left after a day", n)
		}
	})
}

func age(t *testing.T, d *db.DB, by time.Duration) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	err := d.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE idempotency SET created_at = created_at - $1`, by.Microseconds())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
