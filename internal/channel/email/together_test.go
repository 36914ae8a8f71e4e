package email

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/lease"
)

func TestMailsOfOneSenderAreReadByOneJob(t *testing.T) {
	t.Parallel()
	many := make([]kept, readTogether+1)
	for i := range many {
		many[i] = kept{int64(i + 1), "zofia@posta.example"}
	}
	cases := []struct {
		name  string
		mails []kept
		want  string
	}{
		{"nothing new is no job", nil, "[]"},
		{"one is read alone", []kept{{1, "a@x"}}, "[{1 []}]"},
		{"others do not come between", []kept{{1, "a@x"}, {2, "b@x"}, {3, "a@x"}}, "[{1 [3]} {2 []}]"},
		{"senders that cannot be read are not one", []kept{{1, ""}, {2, ""}}, "[{1 []} {2 []}]"},
		{"a job is bounded", many, "[{1 [2 3 4 5 6 7 8 9 10]} {11 []}]"},
	}
	for _, c := range cases {
		if got := fmt.Sprint(readsOf(c.mails)); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestNamesAreLookedUpOnce(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 2 * maxListed {
		many = append(many, fmt.Sprint(i))
	}
	if got := distinct([]string{"b", "", "a", "b"}); !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("%q", got)
	}
	if got := distinct(many); len(got) != maxListed {
		t.Errorf("%d names are looked up", len(got))
	}
}

// emptyStore has lost all bytes.
type emptyStore struct{}

var errLost = errors.New("lost")

func (emptyStore) Put(context.Context, string, io.Reader, int64, string) error { return errLost }
func (emptyStore) Get(context.Context, string) (io.ReadSeekCloser, blob.Info, error) {
	return nil, blob.Info{}, errLost
}

func TestAMailThatCannotBeReadDoesNotHoldUpThoseOfItsSender(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := dbtest.As(t, 7)
		s := New(Deps{DB: d, Points: channel.NewEntryPoints(d, channel.NewRegistry(), nil, nil, nil), Blobs: emptyStore{}, Log: slog.New(slog.DiscardHandler)})
		err := s.keepMails(ctx, channel.EntryPoint{ID: 1, Tenant: 7}, lease.Held{}, []fetched{{dedup: "a", from: "z@x"}, {dedup: "b", from: "z@x"}})
		if err != nil {
			t.Fatal(err)
		}
		args := jobs(t, d)
		if len(args) != 1 {
			t.Fatalf("%q", args)
		}
		keys, err := db.Many[int64](ctx, d, `SELECT id FROM mail ORDER BY dedup`)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // a job may be done again
			if err := s.Read(ctx, Read{Mail: keys[0], More: keys[1:]}); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range keys {
			if !slices.Contains(jobs(t, d), fmt.Sprintf(`{"mail":%d}`, key)) {
				t.Errorf("nobody reads %d: %q", key, jobs(t, d))
			}
			if err := s.Read(ctx, Read{Mail: key}); err == nil {
				t.Error("by itself its failure is not told")
			}
		}
		if n := len(jobs(t, d)); n != 3 {
			t.Errorf("%d jobs", n)
		}
	})
}

// jobs returns what is to be read.
func jobs(t *testing.T, d *db.DB) []string {
	t.Helper()
	args, err := db.Many[string](t.Context(), d, `SELECT args FROM job WHERE kind = 'email.read' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	return args
}
