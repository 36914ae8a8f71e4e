package live_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/platform/live"
)

func TestABurstOfSmallFramesCutsNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		c := connect(t, serving(hub, anna, live.Session{}), "")
		c.hello()
		for i := range 500 { // before the reader reads the first
			send(t, hub, anna, note(i))
			send(t, hub, anna, live.Frame{Type: "typing", Ephemeral: true})
		}
		var last int64
		for n := range 1000 {
			f, err := c.read()
			if err != nil {
				t.Fatalf("after %d frames: %v", n, err)
			}
			last = max(last, f.Seq)
		}
		if s := hub.Stats(); last != 500 || s.Slow != 0 {
			t.Errorf("up to %d came, %+v", last, s)
		}
	})
}

func TestWhatWasSentBeforeARenewalIsNotReplayed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		handler := serving(hub, anna, live.Session{})
		c := connect(t, handler, "")
		h := c.hello()
		about := live.Frame{Type: "note", Data: json.RawMessage("1"), Coalesce: "queue 1"}
		send(t, hub, anna, about, about) // the second is held back
		c.next("note")
		hub.Renew(anna)
		if f := c.next(live.TypeResync); f.Seq != 2 {
			t.Errorf("resync has number %d", f.Seq)
		}
		time.Sleep(time.Second)
		sendNotes(t, hub, anna, 1)
		if f := c.next("note"); f.Seq != 3 {
			t.Errorf("what was held back came with number %d", f.Seq)
		}
		if back := connect(t, handler, at(h.Epoch, 0)); back.hello().Resumed {
			t.Error("a client from before the renewal went on")
		}
		if back := connect(t, handler, at(h.Epoch, 2)); !back.hello().Resumed {
			t.Error("a client that had heard of the renewal did not go on")
		}
		hub.Renew(live.Key{Tenant: 9, User: 9}) // nobody
	})
}

func TestHelloTellsTheBuildAndTheTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{Build: "b7"})
		var got struct {
			Build string
			Now   int64
		}
		must(t, json.Unmarshal(connect(t, serving(hub, anna, live.Session{}), "").next(live.TypeHello).Data, &got))
		if got.Build != "b7" || got.Now != time.Now().UnixMilli() {
			t.Errorf("%+v at %d", got, time.Now().UnixMilli())
		}
		if !hub.Remembers(anna) || hub.Remembers(live.Key{Tenant: 2, User: anna.User}) {
			t.Error("wrong about whose stream there is")
		}
	})
}
