package intake_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// doors are entry points that can be changed.
type doors struct {
	square

	at    atomic.Pointer[channel.EntryPoint]
	asked atomic.Int32
}

func (d *doors) ByAddress(context.Context, channel.Name, string) (channel.EntryPoint, error) {
	d.asked.Add(1)
	return *d.at.Load(), nil
}

// hall is one address for all.
type hall struct{ square }

func (h hall) Verify(http.Header, []byte) error { return nil }

func (h hall) Split(body []byte) (all []channel.Addressed, err error) {
	arrived, err := h.square.Split(h.point(), body)
	for _, a := range arrived {
		all = append(all, channel.Addressed{Arrival: a, Channel: channel.X, Address: squareKey})
	}
	return all, err
}

// Whose an event is, is remembered, until an entry point is changed: who has done so is not told anything of the time before.
func TestWhoseAnEventIsIsForgottenWhenThatChanges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := openMarket(t, d, square{})
		points := &doors{}
		first := square{}.point()
		points.at.Store(&first)
		m.Points = points
		tell := func(n int) intake.SharedTaken {
			raw, err := json.Marshal(wrote(fmt.Sprint("a", n), "halo"))
			if err != nil {
				t.Fatal(err)
			}
			taken, err := m.ReceiveShared(t.Context(), intake.SharedCame{Hook: hall{}, Body: bytes.NewReader(raw)})
			if err != nil {
				t.Fatal(err)
			}
			return taken
		}
		for n := range 20 {
			if taken := tell(n); taken.Accepted != 1 {
				t.Fatalf("%+v", taken)
			}
		}
		if n := points.asked.Load(); n > 15 { // it lasts a second, and this may be a slow one
			t.Errorf("for 20 events of one entry point it was asked for %d times", n)
		}
		shut := first
		shut.Active = false
		err := d.Update(t.Context(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { points.at.Store(&shut) })
			tx.Wake(channel.Topic)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if taken := tell(20); taken.Refused != 1 {
			t.Errorf("it was switched off, and what came then became %+v", taken)
		}
	})
}

// What comes together is stored in its order: the same told twice once, and what was refused gives way to what comes again, put right.
func TestWhatComesTogetherIsStoredInItsOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := openMarket(t, d, square{})
		named := func(name string, wrong error) channel.Arrival {
			return channel.Arrival{ID: name, Kind: channel.KindMessage, Lane: "l", Raw: []byte(name), Err: wrong}
		}
		wrong := errs.New(errs.Invalid, "test", "event.malformed")
		var all []channel.Arrival
		for n := range 20 {
			all = append(all, named(fmt.Sprint("e", n), nil))
		}
		all = append(all, named("e3", nil), named("bad", wrong), named("bad", nil), named("bad", nil), named("worse", wrong), named("", nil), named("", nil))
		if fresh, err := m.Take(t.Context(), square{}.point(), all); err != nil || fresh != 23 {
			t.Errorf("%d are news: %v", fresh, err)
		}
		if fresh, err := m.Take(t.Context(), square{}.point(), all[:22]); err != nil || fresh != 0 {
			t.Errorf("again %d are: %v", fresh, err)
		}
		for state, want := range map[intake.EventState]int{intake.Waiting: 23, intake.Refused: 1} {
			if found := m.becomes(t, state, want); len(found) != want {
				t.Errorf("%d are %s", len(found), state)
			}
		}
		order, err := db.Many[string](t.Context(), d, `SELECT event_id FROM channel_event WHERE event_id LIKE 'e%' ORDER BY id`)
		if err != nil || len(order) != 20 || order[0] != "e0" || order[19] != "e19" {
			t.Errorf("%v %v", order, err)
		}
	})
}
