package channel_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// wall is what everybody reads beside a number; its provider does what the test says.
type wall struct {
	lacks   string
	failure error
	missed  []channel.Arrival
	spoken  []string // with which secrets it was asked, and from where on
}

func (*wall) Channel() channel.Name { return channel.Facebook }

func (*wall) Of() channel.Name { return channel.SMS }

func (*wall) Capabilities() channel.Capabilities {
	return channel.Capabilities{TextLimit: 10, Public: true}
}

func (*wall) Send(context.Context, channel.Outgoing) (channel.Sent, error) {
	return channel.Sent{}, nil
}

func (w *wall) Try(context.Context, channel.Account) channel.Report {
	return channel.Report{Trials: []channel.Trial{{Step: "permissions", OK: w.lacks == "", Code: w.lacks}}}
}

func (w *wall) Fetch(ctx context.Context, a channel.Account, take channel.Take) (string, error) {
	w.spoken = append(w.spoken, a.Secrets["token"]+" "+a.Cursor)
	if w.failure != nil {
		return "", w.failure
	}
	return a.Cursor + "w", take(ctx, w.missed)
}

func (w *wall) Above(_ context.Context, a channel.Account, post, comment string) ([]channel.Arrival, error) {
	return []channel.Arrival{{ID: a.Secrets["token"] + " " + post + " " + comment}}, w.failure
}

// grows is a later version of the house, which has a further channel.
func (x *exchange) grows(a channel.Adapter) {
	deps := x.AccountDeps
	deps.Registry = channel.NewRegistry(chat{}, x.phone, a)
	deps.Points = channel.NewEntryPoints(x.db, deps.Registry, things{}, things{}, deps.Sealer)
	x.Accounts = channel.NewAccounts(deps)
}

// besides returns the entry point of what stands beside a number.
func (x *exchange) besides(t *testing.T, number string) channel.EntryPoint {
	t.Helper()
	p, err := x.Points.ByAddress(x.ctx, channel.Facebook, number)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What stands beside an account is made, changed and closed with it, but for what was set apart, and comes back with it.
func TestWhatStandsBesideAnAccountGoesWithIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := openExchange(t, d, &wall{})
		a := x.connect(t, "+4821")
		at := x.besides(t, "+4821")
		if at.Queue != a.Queue || at.Name != a.Name || at.Brand != a.Brand || !slices.Equal(x.mail.adopted, []id.EntryPoint{at.ID, a.ID}) {
			t.Errorf("%+v %v", at, x.mail.adopted)
		}
		if _, err := x.Get(x.ctx, at.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("it is an account of its own: %v", err)
		}
		if _, err := x.Points.Create(x.ctx, channel.NewEntryPoint{Brand: fala, Channel: channel.Facebook, Name: "Mine", Address: "+4899", Config: []byte(`{}`), Queue: line}); !errs.Is(errs.Invalid, err) {
			t.Errorf("it is made without its account: %v", err)
		}
		if _, err := x.Points.Update(x.ctx, at.ID, channel.EntryPointPatch{Name: new("Na tablicy")}); err != nil {
			t.Fatal(err)
		}
		if _, err := x.Update(x.ctx, a.ID, channel.AccountPatch{Name: new("Infolinia"), Active: new(false)}); err != nil {
			t.Fatal(err)
		}
		if at = x.besides(t, "+4821"); at.Name != "Na tablicy" || at.Active {
			t.Errorf("%+v", at)
		}
		if _, err := x.Archive(x.ctx, a.ID); err != nil || !x.besides(t, "+4821").Archived {
			t.Errorf("it stays open: %v", err)
		}
		if again := x.connect(t, "+4821"); again.ID != a.ID || x.besides(t, "+4821").ID != at.ID || !x.besides(t, "+4821").Open() {
			t.Errorf("%+v", x.besides(t, "+4821"))
		}
	})
}

// An account that is older than what stands beside it gets it by the next look. It speaks with the
// account's secrets, goes on from where it was itself, and where it lacks something the account works on.
func TestWhatStandsBesideAnAccountIsLookedAfter(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := openExchange(t, d)
		a := x.connect(t, "+4822")
		w := &wall{missed: []channel.Arrival{{ID: "public"}}, lacks: "meta.permission"}
		x.grows(w)
		look := func() {
			t.Helper()
			if err := x.LookAfter(x.ctx, channel.LookAfter{Point: a.ID}); err != nil {
				t.Fatal(err)
			}
		}
		look()
		at := x.besides(t, "+4822")
		if at.Health != channel.Failing || at.HealthCode != "meta.permission" {
			t.Errorf("%+v", at)
		}
		if shown, err := x.Get(x.ctx, a.ID); err != nil || shown.Health != channel.Healthy {
			t.Errorf("the account: %+v %v", shown, err)
		}
		w.lacks = ""
		look()
		if at = x.besides(t, "+4822"); at.Health != channel.Healthy {
			t.Errorf("%+v", at)
		}
		if n, err := x.CatchUp(x.ctx, a.ID); err != nil || n != 1 {
			t.Errorf("%d are new: %v", n, err)
		}
		if want := []string{"hush ", "hush w", "hush ww"}; !slices.Equal(w.spoken, want) {
			t.Errorf("%q", w.spoken)
		}
	})
}

// What stands above something is asked for again only where its provider was busy, and not shown is not wrong.
func TestWhatStandsAboveIsFetched(t *testing.T) {
	t.Parallel()
	w := &wall{}
	x := openExchange(t, dbtest.SQLite(t), w)
	x.connect(t, "+4823")
	ask := func() error {
		return x.Explain(x.ctx, channel.Explain{Point: x.besides(t, "+4823").ID, Post: "p", Comment: "c"})
	}
	if err := ask(); err != nil || len(x.mail.taken) != 1 || x.mail.taken[0].ID != "hush p c" {
		t.Errorf("%v %+v", err, x.mail.taken)
	}
	w.failure = channel.Fail(channel.Permanent, "meta.gone", nil)
	if err := ask(); err != nil {
		t.Errorf("it is asked for again: %v", err)
	}
	busy := channel.Fail(channel.Retry, "meta.busy", nil)
	busy.After = time.Minute
	w.failure = busy
	if err := ask(); err == nil {
		t.Error("it is not asked for again")
	}
	if len(x.mail.taken) != 1 {
		t.Errorf("%+v", x.mail.taken)
	}
}
