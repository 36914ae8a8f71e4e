package channel_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// memory knows what was said on a line, and forgets where it is told to.
type memory struct {
	*phone

	asked [][]string
	fails error
}

func (*memory) Rechecks() channel.Rechecks { return channel.Rechecks{Every: time.Hour, Most: 3} }

func (m *memory) Gone(_ context.Context, _ channel.Account, names []string) ([]channel.Arrival, error) {
	m.asked = append(m.asked, names)
	return []channel.Arrival{{ID: "gone " + names[0], Kind: channel.KindDeletion}}, m.fails
}

func (m *memory) Standing(_ context.Context, _ channel.EntryPoint, before time.Time, most int) ([]string, error) {
	if before.After(time.Now().Add(-30 * time.Second)) {
		return nil, errors.New("what was said just now is asked for")
	}
	return []string{"c", "b", "a", "0"}[:most], nil
}

func TestWhatWasSaidIsAskedForAgainSeldomAndWithinBounds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := &memory{phone: working()}
		x := openExchangeOf(t, d, m)
		x.Said = m
		a := x.connect(t, "4711")
		look := func() {
			t.Helper()
			if err := x.LookAfter(x.ctx, channel.LookAfter{Point: a.ID}); err != nil {
				t.Fatal(err)
			}
		}
		m.fails = channel.Fail(channel.Retry, "test.busy", nil)
		look()
		m.fails = nil
		look()
		look()
		if len(m.asked) != 2 || !slices.Equal(m.asked[1], []string{"c", "b", "a"}) {
			t.Errorf("it is asked for %v: once more after a provider that was busy, and not again within the hour", m.asked)
		}
		if n := slices.IndexFunc(x.mail.taken, func(a channel.Arrival) bool { return a.ID == "gone c" }); n < 0 {
			t.Errorf("it is not told: %v", x.mail.taken)
		}
		if _, err := x.CatchUp(x.ctx, a.ID); err != nil || len(m.asked) != 3 {
			t.Errorf("who asks for it gets it at once: %v %v", m.asked, err)
		}
	})
}
