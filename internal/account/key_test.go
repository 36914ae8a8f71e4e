package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func readerKey() account.NewKey {
	return account.NewKey{Name: "CRM", Rights: actor.Rights{actor.CustomerRead: actor.InBrand}, Brands: []id.Brand{fala, fala}}
}

func TestAKeyWorksUntilItIsRevoked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := newHouse(d), dbtest.As(t, operator)
		key, token, err := h.keys.Create(ctx, readerKey())
		if err != nil || !strings.HasPrefix(token, "zk_") || !strings.HasSuffix(token, key.Hint) {
			t.Fatalf("%+v %v", key, err)
		}
		a, err := h.dir.AuthenticateKey(t.Context(), token)
		if err != nil || a.Kind != actor.Key || a.Key != key.ID || a.Tenant != operator || !a.Can(actor.CustomerRead, actor.InBrand) || a.Can(actor.CustomerEdit, actor.Own) || !a.Brands.Has(fala) || a.Brands.Has(vasarfia) {
			t.Fatalf("%+v %v", a, err)
		}
		if k, err := h.keys.Get(ctx, key.ID); err != nil || k.LastUsedAt.IsZero() {
			t.Errorf("last use %v, %v", k.LastUsedAt, err)
		}
		if _, err := h.keys.Revoke(dbtest.As(t, stranger), key.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("another tenant revokes: %v", err)
		}
		if _, err := h.keys.Revoke(ctx, key.ID); err != nil {
			t.Fatal(err)
		}
		_, err = h.dir.AuthenticateKey(t.Context(), token)
		wantCode(t, "revoked", err, errs.Unauthenticated, "key.refused")
		if n := count(t, d, `SELECT COUNT(*) FROM audit WHERE subject_kind = 'api_key'`); n != 2 {
			t.Errorf("%d audit entries", n)
		}
		for revoked, want := range map[bool]int{true: 1, false: 0} {
			if keys, err := h.keys.List(ctx, revoked, 0, 10); err != nil || len(keys) != want {
				t.Errorf("revoked %v: %d, %v", revoked, len(keys), err)
			}
		}
	})
}

func TestAKeyExpires(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	h, ctx := newHouse(d), dbtest.As(t, operator)
	in := readerKey()
	in.ExpiresAt = time.Now().Add(-time.Hour)
	_, _, err := h.keys.Create(ctx, in)
	wantCode(t, "in the past", err, errs.Invalid, "fields")
	in.ExpiresAt = time.Now().Add(time.Hour)
	_, token, err := h.keys.Create(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, d, `UPDATE api_key SET expires_at = 1`)
	_, err = h.dir.AuthenticateKey(t.Context(), token)
	wantCode(t, "expired", err, errs.Unauthenticated, "key.refused")
}

func TestOtherNodesForgetWhatIsRevoked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		here, there := newHouse(d), newHouse(d)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		followed := make(chan error, 1)
		go func() { followed <- there.dir.Follow(ctx) }()
		key, token, err := here.keys.Create(dbtest.As(t, operator), readerKey())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := there.dir.AuthenticateKey(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		if _, err := here.keys.Revoke(dbtest.As(t, operator), key.ID); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
			if _, err = there.dir.AuthenticateKey(t.Context(), token); err != nil {
				break
			}
		}
		wantCode(t, "on the other node", err, errs.Unauthenticated, "key.refused")
		stop()
		if err := <-followed; err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkAuthenticateKey(b *testing.B) {
	h, ctx := newHouse(dbtest.SQLite(b)), dbtest.As(b, operator)
	_, token, err := h.keys.Create(ctx, readerKey())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := h.dir.AuthenticateKey(ctx, token); err != nil {
			b.Fatal(err)
		}
	}
}
