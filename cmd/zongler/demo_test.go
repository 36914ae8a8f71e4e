package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/sim/colleague"
)

// demoWithin bounds the test of the demo on a busy machine.
const demoWithin = 2 * time.Minute

// hurried is a pace at which a conversation takes no longer than the program needs.
func hurried() pace {
	return pace{
		nextAfter: 200 * time.Millisecond, patience: demoWithin, typesFor: time.Millisecond,
		thinksFor: time.Millisecond, answersAfter: time.Millisecond, wrapsUpFor: time.Millisecond, comesBack: 50 * time.Millisecond,
	}
}

// announcement passes on what a person is told at the start.
type announcement chan string

var address = regexp.MustCompile(`http://\S+`)

func (a announcement) Write(text []byte) (int, error) {
	a <- string(text)
	return len(text), nil
}

// show is a running demo with somebody who looks on.
type show struct {
	t         *testing.T
	ctx       context.Context // lives for one test
	customers *traffic
	chief     *colleague.Client
}

// talking is what the test reads of a conversation.
type talking struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Agent struct {
		Name string `json:"name"`
	} `json:"agent"`
	Interactions []struct {
		Outcome string `json:"outcome"`
	} `json:"interactions"`
}

func newShow(t *testing.T) *show {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), demoWithin)
	s := &show{t: t, ctx: ctx, customers: &traffic{log: slog.New(slog.DiscardHandler), pace: hurried()}}
	said := make(announcement, 1)
	e := &env{config: config.Default(t.TempDir()), log: slog.New(slog.DiscardHandler), out: said}
	e.config.HTTPAddr = "127.0.0.1:0"
	ended := make(chan error, 1)
	go func() { ended <- demonstrate(ctx, e, s.customers) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the demo did not end well: %v", err)
		}
	})
	select {
	case text := <-said:
		base := address.FindString(text)
		if !strings.HasPrefix(base, "http://localhost:") || !strings.Contains(text, "this machine only") {
			t.Fatalf("the demo is announced by %q", text)
		}
		var err error
		s.chief, err = colleague.NewClient(base, demoWithin)
		s.must(err)
	case err := <-ended:
		ended <- err
		t.Fatalf("the demo ended: %v", err)
	}
	s.must(s.chief.Call(ctx, http.MethodPost, "/session/demo", map[string]string{"role": "administrator"}, nil))
	return s
}

func (s *show) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// turn turns the switch as the sign-in page does.
func (s *show) turn(on bool) {
	s.t.Helper()
	var now struct {
		On bool `json:"on"`
	}
	s.must(s.chief.Call(s.ctx, http.MethodPut, "/session/demo/traffic", map[string]bool{"on": on}, &now))
	if now.On != on {
		s.t.Fatalf("the switch says %v", now.On)
	}
	s.must(s.chief.Call(s.ctx, http.MethodGet, "/session/demo/traffic", nil, &now))
	if now.On != on {
		s.t.Fatalf("asked, the switch says %v", now.On)
	}
}

// open returns the conversations that are not closed.
func (s *show) open() []talking {
	s.t.Helper()
	var page struct {
		Items []talking `json:"items"`
	}
	s.must(s.chief.Call(s.ctx, http.MethodGet, "/conversations?view=all&limit=100", nil, &page))
	return page.Items
}

// until asks again and again until what is hoped for is so.
func (s *show) until(what string, so func() bool) {
	s.t.Helper()
	for !so() {
		wait(s.ctx, 200*time.Millisecond) // within the rate of one user
		if s.ctx.Err() != nil {
			s.t.Fatalf("never: %s", what)
		}
	}
}

// served waits until a conversation that is none of the old ones was served to its end, and returns it with what was said.
func (s *show) served(old map[string]bool) (talking, []colleague.Entry) {
	s.t.Helper()
	var one talking
	s.until("a simulated customer comes and is answered", func() bool {
		for _, c := range s.open() {
			if !old[c.ID] && (c.State == "active" || c.State == "wrap_up") {
				one = c
				return true
			}
		}
		return false
	})
	path := "/conversations/" + one.ID
	s.until("the conversation is closed", func() bool {
		s.must(s.chief.Call(s.ctx, http.MethodGet, path, nil, &one))
		return one.State == "closed"
	})
	var page struct {
		Items []colleague.Entry `json:"items"`
	}
	s.must(s.chief.Call(s.ctx, http.MethodGet, path+"/entries?limit=100", nil, &page))
	return one, page.Items
}

func TestTheSwitchLetsCustomersWriteAndColleaguesAnswer(t *testing.T) {
	t.Parallel()
	s := newShow(t)
	if begun := s.open(); len(begun) != 0 {
		t.Fatalf("before anybody was let in: %+v", begun)
	}
	s.turn(true)
	one, said := s.served(nil)
	if !slices.Contains([]string{"Piotr Sowa", "Réka Szalai"}, one.Agent.Name) || one.Interactions[0].Outcome != "answered" {
		t.Errorf("served by %+v", one)
	}
	said = slices.DeleteFunc(said, func(e colleague.Entry) bool { return e.Kind != "message" })
	for n, e := range said {
		if want := []string{"customer", "agent"}[n%2]; e.Author != want {
			t.Errorf("line %d is of the %s, want %s: %+v", n, e.Author, want, said)
		}
	}
	if len(said) < 2 || len(said)%2 != 0 {
		t.Errorf("they said %+v", said)
	}

	s.turn(false)
	s.customers.running.Wait()
	atDesk := s.atDesk()
	if len(atDesk) != 0 {
		t.Errorf("after the end %v are at their desks", atDesk)
	}
	old := map[string]bool{}
	for _, c := range s.open() {
		old[c.ID] = true
	}
	s.turn(true) // so fast that the next come before the last have left
	s.turn(false)
	s.turn(true)
	s.served(old)
	if got := s.atDesk(); len(got) != 2 {
		t.Errorf("at their desks are %v", got)
	}
}

// atDesk returns the names of the simulated colleagues who are not offline.
func (s *show) atDesk() []string {
	s.t.Helper()
	var board struct {
		Agents []struct {
			Name     string `json:"name"`
			Presence string `json:"presence"`
		} `json:"agents"`
	}
	s.must(s.chief.Call(s.ctx, http.MethodGet, "/board", nil, &board))
	var names []string
	for _, a := range board.Agents {
		if a.Presence != "offline" {
			names = append(names, a.Name)
		}
	}
	return names
}

func TestTheDemoIsForThisMachineOnly(t *testing.T) {
	t.Parallel()
	for _, open := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:8080"} {
		dir := t.TempDir()
		var out, complaints strings.Builder
		err := run(t.Context(), []string{"demo", "--data", dir, "--http-addr", open}, func(string) string { return "" }, streams{strings.NewReader(""), &out, &complaints})
		if err == nil || !strings.Contains(err.Error(), "this machine only") || !strings.Contains(err.Error(), open) {
			t.Errorf("%s: %v", open, err)
		}
		if out.Len() > 0 {
			t.Errorf("%s: announced %q", open, out.String())
		}
		if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
			t.Errorf("%s: it has made %v, %v", open, left, err)
		}
	}
}
