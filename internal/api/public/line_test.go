package public_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
)

// poller is a widget that cannot have a websocket and asks again and again.
type poller struct {
	chat    *webchat.Server
	session *webchat.Session
	after   int64
	last    webchat.Entries
}

func (a *absent) poller() *poller {
	a.tb.Helper()
	return &poller{chat: a.chat, session: a.session}
}

// poll waits for news and reports whether there are any.
func (p *poller) poll(ctx context.Context) (bool, error) {
	before := p.last.Version
	page, err := p.chat.Entries(ctx, p.session, webchat.EntriesQuery{After: p.after, Version: before, Wait: webchat.PollWaitMax})
	if err != nil {
		return false, err
	}
	p.last = page
	for _, e := range page.Entries {
		p.after = e.Seq
	}
	return len(page.Entries) > 0 || page.Version != before, nil
}

func TestThoseWhoWaitAreToldAnewHowLongItTakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := leaveAlone(t)
		a.do(&webchat.Say{CID: "say-00001", Conversation: a.key, Text: "halo?"})
		a.forecast.say(4 * time.Minute)
		p := a.poller()
		for n, news := 0, true; news; n++ {
			if n == 10 {
				t.Fatalf("they are told again and again, last %+v", p.last.State)
			}
			var err error
			news, err = p.poll(t.Context())
			a.must(err)
			if p.last.State.Phase == webchat.PhaseQueued && n > 0 && p.last.State.Position != 1 {
				t.Errorf("between two questions they lose their place: %+v", p.last.State)
			}
		}
		if s := p.last.State; s.Position != 1 || s.Wait == nil || *s.Wait != 240 {
			t.Fatalf("they are told %+v", s)
		}

		// Another tab, so that they are there all the time; it asks at other moments.
		other, err := a.chat.Authenticate(t.Context(), a.token, webchat.Peer{})
		a.must(err)
		second := &poller{chat: a.chat, session: other}
		a.run(func(ctx context.Context) {
			for ctx.Err() == nil {
				_, _ = second.poll(ctx) // it ends with the test
			}
		})
		for range 3 {
			time.Sleep(10 * time.Second)
			asked, begun := a.forecast.say(time.Duration(1+asWait(p.last.State))*time.Second), time.Now()
			want := asWait(p.last.State) + 1
			for n := 0; asWait(p.last.State) != want; n++ {
				if n == 3 {
					t.Fatalf("after %s they are told %+v", time.Since(begun), p.last.State)
				}
				_, err := p.poll(t.Context())
				a.must(err)
			}
			if took := time.Since(begun); took > 30*time.Second {
				t.Errorf("after %s they are told that they wait %d s", took, want)
			}
			if looks := a.forecast.say(time.Duration(want)*time.Second) - asked; looks > 2 {
				t.Errorf("the line was asked %d times while nobody came or went", looks)
			}
		}
	})
}

func asWait(s webchat.State) int {
	if s.Wait == nil {
		return 0
	}
	return *s.Wait
}
