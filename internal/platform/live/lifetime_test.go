package live_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/platform/live"
)

func TestTheEndOfASessionClosesItsConnectionsOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		open := func(s live.Session) *client {
			c := connect(t, serving(hub, anna, s), "")
			c.hello()
			return c
		}
		laptop, phone := open(live.Session{ID: 1}), open(live.Session{ID: 2})
		hub.EndSession(anna, 1, live.CloseSessionEnded, "live.session_ended")
		if code, reason, _ := laptop.closed(); code != live.CloseSessionEnded || reason != "live.session_ended" {
			t.Errorf("closed with %d %q", code, reason)
		}
		sendNotes(t, hub, anna, 1)
		phone.next("note")
		hub.EndSession(anna, 0, live.ClosePolicy, strings.Repeat("x", 200))
		if code, reason, _ := phone.closed(); code != live.ClosePolicy || len(reason) != 123 {
			t.Errorf("closed with %d %q", code, reason)
		}
	})
}

func TestASessionExpires(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		for _, lasts := range []time.Duration{time.Second, 90 * time.Second, 2 * time.Minute} {
			from := time.Now()
			c := connect(t, serving(hub, anna, live.Session{ID: 3, Expires: from.Add(lasts)}), "")
			c.hello()
			if code, _, _ := c.closed(); code != live.CloseSessionEnded {
				t.Errorf("closed with %d", code)
			}
			if after := time.Since(from); after != lasts {
				t.Errorf("one of %v expired after %v", lasts, after)
			}
		}
	})
}

func TestPresenceIsReportedInOrderAndAfterAGrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var told []string
		began := time.Now()
		say := func(what string) func(live.Key) {
			return func(k live.Key) { // one at a time for a user; synctest.Wait orders it before the reads below
				told = append(told, what+" "+k.User.String()+" "+time.Since(began).String())
			}
		}
		hub := startHub(t, live.Config{OnFirst: say("first"), OnLast: say("last"), Grace: 5 * time.Second})
		handler := serving(hub, anna, live.Session{})
		one, two := connect(t, handler, ""), connect(t, handler, "")
		one.idle()
		two.idle()
		one.drop()
		time.Sleep(20 * time.Second)
		two.drop()
		time.Sleep(4 * time.Second)
		three := connect(t, handler, "") // within the grace
		three.idle()
		time.Sleep(4 * time.Second)
		three.drop()
		time.Sleep(time.Minute)
		connect(t, handler, "").idle()
		synctest.Wait()
		want := []string{"first 11 0s", "last 11 33s", "first 11 1m28s"}
		if !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

func TestStreamsAreForgottenAfterTheLastClientHasLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		c := connect(t, serving(hub, anna, live.Session{}), "")
		c.hello()
		c.drop()
		time.Sleep(90 * time.Second)
		if n := hub.Stats().Streams; n != 1 {
			t.Errorf("%d streams after 90 s", n)
		}
		time.Sleep(time.Minute)
		if n := hub.Stats().Streams; n != 0 {
			t.Errorf("%d streams after 150 s", n)
		}
	})
}
