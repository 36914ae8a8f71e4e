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

	asked [][]channel.Still
	fails error
}

func (*memory) Rechecks() channel.Rechecks {
	return channel.Rechecks{Every: time.Hour, Most: 3, Within: 24 * time.Hour}
}

func (m *memory) Recheck(_ context.Context, _ channel.Account, said []channel.Still) ([]channel.Arrival, error) {
	m.asked = append(m.asked, said)
	return []channel.Arrival{{ID: "gone " + said[0].Name, Kind: channel.KindDeletion}}, m.fails
}

func (m *memory) Standing(_ context.Context, _ channel.EntryPoint, span channel.Span) ([]channel.Still, error) {
	if span.Until.After(time.Now().Add(-30 * time.Second)) {
		return nil, errors.New("what was said just now is asked for")
	}
	if age := time.Since(span.From); age < 24*time.Hour || age > 25*time.Hour {
		return nil, errors.New("what was said long ago is asked for")
	}
	return []channel.Still{{Name: "c"}, {Name: "b"}, {Name: "a"}, {Name: "0"}}[:span.Most], nil
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
		if len(m.asked) != 2 || !slices.Equal(m.asked[1], []channel.Still{{Name: "c"}, {Name: "b"}, {Name: "a"}}) {
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
