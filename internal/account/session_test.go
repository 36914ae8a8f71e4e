package account_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

var home = account.Browser{Device: "Firefox on Linux", Address: "192.0.2.7"}

func TestASessionBeginsAndEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(d)
		ola, _ := h.hire(t, "ola", actor.Agent, fala)
		in, err := h.sessions.Login(t.Context(), operator, " OLA@operator.example", password, home)
		if err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM session WHERE token_hash = $1`, in.Token); n != 0 {
			t.Error("the token is stored in clear")
		}
		a, err := h.dir.Authenticate(t.Context(), in.Token)
		if err != nil || a.User != ola.ID || a.Session != in.Actor.Session || !a.Can(actor.ConversationReply, actor.Own) || a.Can(actor.UserEdit, actor.Own) || !a.Brands.Has(fala) || a.Brands.Has(vasarfia) {
			t.Fatalf("%+v %v", a, err)
		}
		ctx := actor.With(t.Context(), a)
		if all, err := h.sessions.Mine(ctx); err != nil || len(all) != 1 || all[0].Device != home.Device {
			t.Errorf("%+v %v", all, err)
		}
		if err := h.sessions.End(ctx, a.Session); err != nil {
			t.Fatal(err)
		}
		_, err = h.dir.Authenticate(t.Context(), in.Token)
		wantCode(t, "an ended session", err, errs.Unauthenticated, "session.ended")
		for _, bad := range []string{"", "x", strings.Repeat("x", 1000)} {
			if _, err := h.dir.Authenticate(t.Context(), bad); !errs.Is(errs.Unauthenticated, err) {
				t.Errorf("%.5q: %v", bad, err)
			}
		}
	})
}

func TestSessionsGrowOld(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		column string
		by     time.Duration
	}{
		{"idle", "seen_at", 13 * time.Hour},
		{"absolute", "created_at", 8 * 24 * time.Hour},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				h := newHouse(d)
				h.hire(t, "ola", actor.Agent, fala)
				in, err := h.sessions.Login(t.Context(), operator, "ola@operator.example", password, home)
				if err != nil {
					t.Fatal(err)
				}
				exec(t, d, `UPDATE session SET `+c.column+` = `+c.column+` - $1`, c.by.Microseconds())
				_, err = account.NewDirectory(d, slog.New(slog.DiscardHandler)).Authenticate(t.Context(), in.Token)
				wantCode(t, c.name, err, errs.Unauthenticated, "session.ended")
				if err := h.sessions.Prune(t.Context()); err != nil {
					t.Fatal(err)
				}
				if n := count(t, d, `SELECT COUNT(*) FROM session`); n != 0 {
					t.Errorf("%d left", n)
				}
			})
		})
	}
}

func TestForgottenAttemptsToSignInGoAwayHoweverMany(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `INSERT INTO login_attempt (name, attempts, until, last_at)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT 'stranger ' || i, 1, 0, 0 FROM n`)
		if err := newHouse(d).sessions.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM login_attempt`); n != 0 {
			t.Errorf("%d left", n)
		}
	})
}

func exec(t *testing.T, d *db.DB, text string, args ...any) {
	t.Helper()
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(t.Context(), tx, text, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsTakenAwayIsGoneAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := newHouse(d), dbtest.As(t, operator)
		ola, _ := h.hire(t, "ola", actor.Agent, fala)
		in, err := h.sessions.Login(t.Context(), operator, "ola@operator.example", password, home)
		if err != nil {
			t.Fatal(err)
		}
		viewer := []account.RoleKey{"brand_viewer"}
		if _, err := h.users.Update(ctx, ola.ID, account.UserPatch{Roles: &viewer}); err != nil {
			t.Fatal(err)
		}
		a, err := h.dir.Authenticate(t.Context(), in.Token)
		if err != nil || a.Can(actor.ConversationReply, actor.Own) {
			t.Errorf("still replies: %v", err)
		}
		young, renewed, err := h.sessions.Renew(t.Context(), in.Token)
		if err != nil || !renewed {
			t.Fatalf("no new token: %v", err)
		}
		for name, token := range map[string]string{"the new token": young, "a request under way": in.Token} {
			if _, err := h.dir.Authenticate(t.Context(), token); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if _, again, err := h.sessions.Renew(t.Context(), token); again || err != nil {
				t.Errorf("%s is renewed again: %v", name, err)
			}
		}
		exec(t, d, `UPDATE session SET old_until = 1`)
		if _, err := account.NewDirectory(d, slog.New(slog.DiscardHandler)).Authenticate(t.Context(), in.Token); !errs.Is(errs.Unauthenticated, err) {
			t.Errorf("the old token lives on: %v", err)
		}
		if _, err := h.users.Deactivate(ctx, ola.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.dir.Authenticate(t.Context(), young); !errs.Is(errs.Unauthenticated, err) {
			t.Errorf("a user who left: %v", err)
		}
		_, err = h.sessions.Login(t.Context(), operator, "ola@operator.example", password, home)
		wantCode(t, "a user who left", err, errs.Unauthenticated, "login.failed")
	})
}

func TestAnOwnRoleActsOnEverybodyWhoHasItAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := newHouse(d), dbtest.As(t, operator)
		role, err := h.roles.Create(ctx, "Quality", actor.Rights{actor.ConversationRead: actor.InBrand})
		if err != nil {
			t.Fatal(err)
		}
		ola, _ := h.hire(t, "ola", actor.BrandViewer, fala)
		roles := []account.RoleKey{role.Key()}
		if _, err := h.users.Update(ctx, ola.ID, account.UserPatch{Roles: &roles}); err != nil {
			t.Fatal(err)
		}
		in, err := h.sessions.Open(t.Context(), operator, ola.ID, home)
		if err != nil || !in.Actor.Can(actor.ConversationRead, actor.InBrand) {
			t.Fatalf("%+v %v", in.Actor, err)
		}
		if _, err := h.roles.Archive(ctx, role.ID); err != nil {
			t.Fatal(err)
		}
		if a, err := h.dir.Authenticate(t.Context(), in.Token); err != nil || a.Can(actor.ConversationRead, actor.Own) {
			t.Errorf("an archived role gives rights: %v", err)
		}
		if _, renewed, err := h.sessions.Renew(t.Context(), in.Token); !renewed || err != nil {
			t.Errorf("no new token: %v", err)
		}
		_, err = h.roles.Create(ctx, "QUALITY", actor.Rights{actor.ConversationRead: actor.InBrand})
		wantCode(t, "a name twice", err, errs.Conflict, "name.taken")
		_, err = h.roles.Create(ctx, "Odd", actor.Rights{"coffee.make": actor.Own})
		wantCode(t, "no such permission", err, errs.Invalid, "fields")
	})
}

func TestSignInsAreSlowedDown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(d)
		h.hire(t, "ola", actor.Agent, fala)
		for _, email := range []string{"ola@operator.example", "nobody@operator.example"} {
			for i := range 5 {
				_, err := h.sessions.Login(t.Context(), operator, email, "wrong password", home)
				wantCode(t, fmt.Sprint(email, i), err, errs.Unauthenticated, "login.failed")
			}
			_, err := h.sessions.Login(t.Context(), operator, email, password, home)
			wantCode(t, email+" too often", err, errs.Exhausted, "login.throttled")
		}
		// Another process over the same database knows it too.
		_, err := newHouse(d).sessions.Login(t.Context(), operator, "ola@operator.example", password, home)
		wantCode(t, "after a restart", err, errs.Exhausted, "login.throttled")
		exec(t, d, `UPDATE login_attempt SET until = 1`)
		if _, err := h.sessions.Login(t.Context(), operator, "ola@operator.example", password, home); err != nil {
			t.Errorf("after the wait: %v", err)
		}
		if _, err := h.sessions.Login(t.Context(), operator, "ola@operator.example", password, home); err != nil {
			t.Errorf("a success forgets: %v", err)
		}
	})
}

func TestAnAddressIsSlowedDownToo(t *testing.T) {
	t.Parallel()
	h := newHouse(dbtest.SQLite(t))
	h.hire(t, "ola", actor.Agent, fala)
	for i := range 100 {
		_, err := h.sessions.Login(t.Context(), operator, fmt.Sprintf("guess%d@operator.example", i), "wrong password", home)
		wantCode(t, "a guess", err, errs.Unauthenticated, "login.failed")
	}
	_, err := h.sessions.Login(t.Context(), operator, "ola@operator.example", password, home)
	wantCode(t, "the address", err, errs.Exhausted, "login.throttled")
	if _, err := h.sessions.Login(t.Context(), operator, "ola@operator.example", password, account.Browser{Address: "192.0.2.8"}); err != nil {
		t.Errorf("another address: %v", err)
	}
}

func TestHostileSignInsAreRefusedLikeOthers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(d)
		for _, email := range []string{"a\x00b", "\xff\xfe", "' OR 1=1 --", strings.Repeat("ż", 5000)} {
			_, err := h.sessions.Login(t.Context(), operator, email, "\x00\xff", account.Browser{Device: "\xff\x00", Address: "x"})
			wantCode(t, email, err, errs.Unauthenticated, "login.failed")
		}
	})
}

func TestOldHashesAreMadeAnew(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	h := newHouse(d)
	h.hire(t, "ola", actor.Agent, fala)
	dear := cheap()
	dear.Time = 2
	dir := account.NewDirectory(d, slog.New(slog.DiscardHandler))
	sessions := account.NewSessions(d, dir, account.NewHasher(dear))
	for range 2 {
		if _, err := sessions.Login(t.Context(), operator, "ola@operator.example", password, home); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, d, `SELECT COUNT(*) FROM app_user WHERE password LIKE '$argon2id$v=19$m=64,t=2,p=1$%'`); n != 1 {
		t.Error("the hash is as cheap as before")
	}
}

func TestAPasswordIsChanged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(d)
		h.hire(t, "ola", actor.Agent, fala)
		here, err := h.sessions.Login(t.Context(), operator, "ola@operator.example", password, home)
		if err != nil {
			t.Fatal(err)
		}
		there, err := h.sessions.Login(t.Context(), operator, "ola@operator.example", password, home)
		if err != nil {
			t.Fatal(err)
		}
		ctx := actor.With(t.Context(), here.Actor)
		err = h.users.ChangePassword(ctx, "wrong password", "zupełnie inne hasło")
		wantCode(t, "the old one is wrong", err, errs.Invalid, "fields")
		if err := h.users.ChangePassword(ctx, password, "zupełnie inne hasło"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.dir.Authenticate(t.Context(), there.Token); !errs.Is(errs.Unauthenticated, err) {
			t.Errorf("the other session lives: %v", err)
		}
		if _, renewed, err := h.sessions.Renew(t.Context(), here.Token); !renewed || err != nil {
			t.Errorf("no new token: %v", err)
		}
		if _, err := h.sessions.Login(t.Context(), operator, "ola@operator.example", "zupełnie inne hasło", home); err != nil {
			t.Error(err)
		}
	})
}

func TestManySessionsOfOneUserHaveABound(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	h := newHouse(d)
	ola, _ := h.hire(t, "ola", actor.Agent, fala)
	var first account.SignedIn
	for i := range 21 {
		in, err := h.sessions.Open(t.Context(), operator, ola.ID, home)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = in
		}
	}
	if n := count(t, d, `SELECT COUNT(*) FROM session`); n != 20 {
		t.Errorf("%d sessions", n)
	}
	if _, err := h.dir.Authenticate(t.Context(), first.Token); !errs.Is(errs.Unauthenticated, err) {
		t.Errorf("the longest unused lives: %v", err)
	}
}
