package live_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/platform/live"
)

func asClose(err error, ce *websocket.CloseError) bool { return errors.As(err, ce) }

func upTo(from, to int64) []int64 {
	var all []int64
	for n := from; n <= to; n++ {
		all = append(all, n)
	}
	return all
}

func TestAClientThatComesBackMissesNothing(t *testing.T) {
	t.Parallel()
	hub := startHub(t, live.Config{})
	server := httptest.NewServer(serving(hub, anna, live.Session{}))
	defer server.Close()

	first := connectTCP(t, server, "")
	h := first.hello()
	if h.Resumed || h.Seq != 0 || h.Epoch == "" {
		t.Fatalf("first hello %+v", h)
	}
	sendNotes(t, hub, anna, 3)
	if got := first.numbers(3); !slices.Equal(got, upTo(1, 3)) {
		t.Fatalf("numbers %v", got)
	}
	first.drop()
	sendNotes(t, hub, anna, 400)

	second := connectTCP(t, server, at(h.Epoch, 2))
	again := second.hello()
	if !again.Resumed || again.Seq != 403 || again.Epoch != h.Epoch {
		t.Fatalf("second hello %+v", again)
	}
	if got := second.numbers(401); !slices.Equal(got, upTo(3, 403)) {
		t.Fatalf("replayed %v", got)
	}
	sendNotes(t, hub, anna, 1)
	if got := second.numbers(1); got[0] != 404 {
		t.Fatalf("after the replay %v", got)
	}
}

func TestAStreamIsRememberedBeforeItsFirstConnection(t *testing.T) {
	t.Parallel()
	hub := startHub(t, live.Config{})
	server := httptest.NewServer(serving(hub, anna, live.Session{}))
	defer server.Close()

	epoch, seq := hub.Begin(anna)
	if again, _ := hub.Begin(anna); epoch == "" || again != epoch || seq != 0 || hub.Connected(anna) || !hub.Remembers(anna) {
		t.Fatalf("begun %q at %d, then %q, connected %v", epoch, seq, again, hub.Connected(anna))
	}
	sendNotes(t, hub, anna, 2)
	c := connectTCP(t, server, at(epoch, seq))
	if h := c.hello(); !h.Resumed || h.Seq != 2 {
		t.Fatalf("hello %+v", h)
	}
	if got := c.numbers(2); !slices.Equal(got, upTo(1, 2)) {
		t.Fatalf("replayed %v", got)
	}
	if _, seq := hub.Begin(anna); seq != 2 {
		t.Fatalf("the open stream stands at %d", seq)
	}
}

func TestAStreamNobodyConnectsToIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(live.Config{}, slog.New(slog.DiscardHandler))
		if err := hub.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer stopHub(t, hub)
		hub.Begin(anna)
		time.Sleep(live.KeepStream / 2)
		if !hub.Remembers(anna) {
			t.Error("forgotten too early")
		}
		time.Sleep(live.KeepStream)
		if hub.Remembers(anna) {
			t.Error("remembered for ever")
		}
	})
}

func TestFramesSentDuringReconnectionsArriveOnceAndInOrder(t *testing.T) {
	t.Parallel()
	hub := startHub(t, live.Config{})
	server := httptest.NewServer(serving(hub, anna, live.Session{}))
	defer server.Close()
	const total = 2000

	c := connectTCP(t, server, "")
	h := c.hello()
	permits := make(chan struct{}, 32) // keeps the sender within what a reader may lag behind
	go func() {
		for i := range total {
			permits <- struct{}{}
			_ = hub.Send(anna, note(i))
		}
	}()
	for seen := int64(0); seen < total; {
		f, err := c.read()
		if err != nil || f.Seq != seen+1 {
			t.Fatalf("after %d came %+v %v", seen, f, err)
		}
		seen++
		<-permits
		if seen%37 == 0 {
			c.drop()
			c = connectTCP(t, server, at(h.Epoch, seen))
			if again := c.hello(); !again.Resumed {
				t.Fatalf("hello %+v at %d", again, seen)
			}
		}
	}
}

func TestAStreamThatCannotBeContinuedIsResynced(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		at   func(h helloData) string
		miss int
		away time.Duration
	}{
		{name: "more frames missed than are remembered", miss: 513, at: func(h helloData) string { return at(h.Epoch, 0) }},
		{name: "another epoch", at: func(helloData) string { return at("K7NPAX", 0) }},
		{name: "a number that is yet to come", at: func(h helloData) string { return at(h.Epoch, 7) }},
		{name: "no epoch", at: func(helloData) string { return "?seq=0" }},
		{name: "no number", at: func(h helloData) string { return "?seq=x&epoch=" + h.Epoch }},
		{name: "a negative number", at: func(h helloData) string { return at(h.Epoch, -1) }},
		{name: "away too long", away: 3 * time.Minute, at: func(h helloData) string { return at(h.Epoch, 0) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				hub := startHub(t, live.Config{})
				handler := serving(hub, anna, live.Session{})
				first := connect(t, handler, "")
				h := first.hello()
				first.drop()
				synctest.Wait()
				sendNotes(t, hub, anna, tc.miss)
				time.Sleep(tc.away)

				second := connect(t, handler, tc.at(h))
				if again := second.hello(); again.Resumed {
					t.Fatalf("hello %+v", again)
				}
				if f := second.next(live.TypeResync); f.Seq != 0 {
					t.Errorf("resync has number %d", f.Seq)
				}
			})
		})
	}
}

func TestBytesRememberedAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		handler := serving(hub, anna, live.Session{})
		c := connect(t, handler, "")
		h := c.hello()
		c.drop()
		synctest.Wait()
		big := live.Frame{Type: "note", Data: json.RawMessage(`"` + strings.Repeat("á", 30<<9) + `"`)}
		for range 12 { // 12 × 30 KiB > 256 KiB
			send(t, hub, anna, big)
		}
		if connect(t, handler, at(h.Epoch, 0)).hello().Resumed {
			t.Error("360 KiB were remembered")
		}
		if !connect(t, handler, at(h.Epoch, 6)).hello().Resumed {
			t.Error("180 KiB were forgotten")
		}
	})
}

func TestARestartIsAnotherEpoch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		before := live.NewHub(live.Config{}, nil)
		c := connect(t, serving(before, anna, live.Session{}), "")
		h := c.hello()
		done := make(chan struct{})
		go func() {
			defer close(done)
			if code, reason, _ := c.closed(); code != live.CloseGoingAway || !strings.Contains(reason, "retry_ms=") {
				t.Errorf("stop closed with %d %q", code, reason)
			}
		}()
		stopHub(t, before)
		<-done

		after := startHub(t, live.Config{})
		c = connect(t, serving(after, anna, live.Session{}), at(h.Epoch, h.Seq))
		if again := c.hello(); again.Resumed || again.Epoch == h.Epoch {
			t.Errorf("hello %+v after %+v", again, h)
		}
		c.next(live.TypeResync)
	})
}

func TestASlowReaderIsToldAndNeverSkipped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		handler := serving(hub, anna, live.Session{})
		slow, quick := connect(t, handler, ""), connect(t, handler, "")
		h := slow.hello()
		quick.hello()
		// The first frame is with the writer; when the second has waited for eight seconds the next ends it.
		for i := range 10 {
			send(t, hub, anna, note(i))
			quick.numbers(1)
			time.Sleep(time.Second)
		}
		code, reason, got := slow.closed()
		if code != live.CloseTryAgain || reason != "live.slow" {
			t.Errorf("closed with %d %q", code, reason)
		}
		for i, f := range got[:len(got)-1] {
			if f.Seq != int64(i+1) {
				t.Errorf("frame %d has number %d", i+1, f.Seq)
			}
		}
		if last := got[len(got)-1]; last.Type != live.TypeResync {
			t.Errorf("last frame %+v", last)
		}
		if s := hub.Stats(); s.Slow != 1 {
			t.Errorf("stats %+v", s)
		}
		sendNotes(t, hub, anna, 1)
		if f := quick.next("note"); f.Seq != 11 {
			t.Errorf("the quick tab got %d", f.Seq)
		}
		back := connect(t, handler, at(h.Epoch, int64(len(got)-1)))
		if again := back.hello(); !again.Resumed {
			t.Errorf("hello %+v", again)
		}
		if n := back.numbers(11 - len(got) + 1); n[len(n)-1] != 11 {
			t.Errorf("replayed up to %d", n[len(n)-1])
		}
	})
}

func TestAReaderWhoNeverReadsIsCut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan live.CloseCode, 1)
		hub := startHub(t, live.Config{})
		connect(t, serving(hub, anna, live.Session{OnClose: func(c live.CloseCode) { ended <- c }}), "").hello()
		big := live.Frame{Type: "note", Data: json.RawMessage(`"` + strings.Repeat("x", 60<<10) + `"`)}
		for range 11 { // one is with the writer, nine are more than 512 KiB, the next is too much
			send(t, hub, anna, big)
		}
		if code := <-ended; code != live.CloseTryAgain {
			t.Errorf("closed with %d", code)
		}
		if n := hub.Stats().Conns; n != 0 {
			t.Errorf("%d connections left", n)
		}
	})
}

func TestASilentPeerIsNoticedByTheHeartbeat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan live.CloseCode, 1)
		hub := startHub(t, live.Config{})
		session := live.Session{OnClose: func(c live.CloseCode) { ended <- c }}
		quiet := connect(t, serving(hub, anna, session), "")
		quiet.idle()
		began := time.Now()
		time.Sleep(10 * time.Minute)
		if hub.Stats().Conns != 1 {
			t.Fatal("an idle client was cut")
		}
		connect(t, serving(hub, anna, session), "").hello() // does not answer
		if code := <-ended; code != live.CloseAbnormal {
			t.Errorf("closed with %d", code)
		}
		if took := time.Since(began) - 10*time.Minute; took > 40*time.Second {
			t.Errorf("noticed after %v", took)
		}
	})
}

func TestTabsOfAUserGetTheSameFramesAndNobodyElseDoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		stranger := live.Key{Tenant: 2, User: anna.User}
		bela := live.Key{Tenant: anna.Tenant, User: 12}
		open := func(k live.Key) *client {
			c := connect(t, serving(hub, k, live.Session{}), "")
			c.hello()
			return c
		}
		one, two, colleague, foreign := open(anna), open(anna), open(bela), open(stranger)
		sendNotes(t, hub, anna, 1)
		if a, b := one.next("note"), two.next("note"); a.Seq != 1 || b.Seq != 1 {
			t.Errorf("tabs got %d and %d", a.Seq, b.Seq)
		}
		all, err := live.Frame{Type: "all"}.Packed()
		must(t, err)
		must(t, hub.Send(bela, live.Frame{Type: "one"}))
		for _, key := range []live.Key{anna, bela} {
			must(t, hub.Send(key, all))
		}
		for _, key := range []live.Key{stranger, {Tenant: 9, User: 9}} {
			must(t, hub.Send(key, live.Frame{Type: "foreign"}))
		}
		one.next("all")
		two.next("all")
		colleague.next("one")
		colleague.next("all")
		foreign.next("foreign")
		hub.Resync(2)
		if f := foreign.next(live.TypeResync); f.Seq != 2 {
			t.Errorf("resync has number %d", f.Seq)
		}
		if !hub.Connected(bela) || hub.Connected(live.Key{Tenant: 2, User: 12}) {
			t.Error("wrong about who is connected")
		}
	})
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func TestUpdatesOfOneThingAreCoalesced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		c := connect(t, serving(hub, anna, live.Session{}), "")
		c.hello()
		began := time.Now()
		about := func(thing string, n int) live.Frame {
			f := note(n)
			f.Coalesce = thing
			return f
		}
		send(t, hub, anna, about("queue 1", 1), about("queue 1", 2), about("queue 2", 3), note(4), about("queue 1", 5))
		type seen struct {
			data  string
			after time.Duration
		}
		read := func() seen { f := c.next("note"); return seen{string(f.Data), time.Since(began)} }
		got := []seen{read(), read(), read(), read()}
		send(t, hub, anna, about("queue 1", 6), about("queue 1", 7)) // the window of 5 is open
		got = append(got, read())
		time.Sleep(60 * time.Millisecond)
		send(t, hub, anna, about("queue 1", 8))
		got = append(got, read())
		want := []seen{
			{"1", 0},
			{"3", 0},
			{"4", 0},
			{"5", 50 * time.Millisecond},
			{"7", 100 * time.Millisecond},
			{"8", 160 * time.Millisecond},
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestEphemeralFramesAreNeitherNumberedNorReplayed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		handler := serving(hub, anna, live.Session{})
		typing := live.Frame{Type: "typing", Ephemeral: true}
		c := connect(t, handler, "")
		h := c.hello()
		send(t, hub, anna, typing, note(1))
		if f := c.next("typing"); f.Seq != 0 {
			t.Errorf("typing has number %d", f.Seq)
		}
		if f := c.next("note"); f.Seq != 1 {
			t.Errorf("note has number %d", f.Seq)
		}
		for range 10_000 { // nobody reads: most are dropped, and the connection stays
			send(t, hub, anna, typing)
		}
		sendNotes(t, hub, anna, 1)
		waited := 0
		for f := c.next("typing"); f.Type == "typing"; waited++ {
			var err error
			if f, err = c.read(); err != nil {
				t.Fatal(err)
			}
		}
		if waited > 5000 {
			t.Errorf("%d ephemeral frames waited", waited)
		}
		c.drop()
		synctest.Wait()
		send(t, hub, anna, typing, note(3))
		c = connect(t, handler, at(h.Epoch, 2))
		if again := c.hello(); !again.Resumed || again.Seq != 3 {
			t.Errorf("hello %+v", again)
		}
		c.next("note")
	})
}

func TestFramesThatCannotTravelAreRefused(t *testing.T) {
	t.Parallel()
	hub := startHub(t, live.Config{})
	for name, f := range map[string]live.Frame{
		"no type":        {},
		"type of quotes": {Type: `a"b`},
		"not JSON":       {Type: "note", Data: json.RawMessage(`{`)},
		"too big":        {Type: "note", Data: json.RawMessage(`"` + strings.Repeat("x", live.MaxFrame) + `"`)},
	} {
		if err := hub.Send(anna, f); !errors.Is(err, live.ErrFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
