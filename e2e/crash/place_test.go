package crash

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/sim/visitor"
)

// place is the contact centre that is set up through its own interface.
type place struct {
	admin      *client
	queue      string
	quietQueue string
	widget     visitor.Config
	quiet      visitor.Config
}

const password = "a long enough password"

// open sets the installation up and hires the agents.
func (r *run) open() {
	ctx := r.t.Context()
	admin, err := newClient(r.server.base())
	r.must(err)
	r.place.admin = admin
	code, err := os.ReadFile(filepath.Join(r.server.data, "setup-code"))
	r.must(err)
	r.must(admin.call(ctx, http.MethodPost, "/setup", fields{
		"code":          strings.TrimSpace(string(code)),
		"operator":      fields{"name": "Pannon Kontakt"},
		"administrator": fields{"name": "Grace Allen", "email": "grace@operator.example", "password": password, "language": "en"},
		"brand":         fields{"name": "Fala Net", "color": "#0b7285", "languages": []string{"en"}, "time_zone": "Europe/Warsaw"},
		"widget":        fields{"name": "Fala Net", "domains": []string{}},
		"queue":         fields{"name": "Serwis", "target_percent": 80, "target_seconds": 20},
	}, nil))
	var queues, points struct {
		Items []struct {
			ID      string `json:"id"`
			BrandID string `json:"brand_id"`
			Address string `json:"address"`
		} `json:"items"`
	}
	r.must(admin.call(ctx, http.MethodGet, "/queues", nil, &queues))
	r.must(admin.call(ctx, http.MethodGet, "/entry-points", nil, &points))
	brand := queues.Items[0].BrandID
	r.place.queue = queues.Items[0].ID
	r.place.widget = visitor.Config{Base: r.server.base(), Key: points.Items[0].Address, Language: "en"}
	r.must(admin.call(ctx, http.MethodPatch, "/queues/"+r.place.queue, fields{"wrap_up_seconds": 60}, nil))
	r.openQuiet(ctx, brand)
	for n := range agents {
		r.agents = append(r.agents, r.hire(ctx, n, brand))
	}
	for n := range leavers {
		r.leaver = append(r.leaver, r.hire(ctx, agents+n, brand))
	}
}

// openQuiet makes the queue that nobody serves, with a widget of its own.
func (r *run) openQuiet(ctx context.Context, brand string) {
	var queue struct {
		ID string `json:"id"`
	}
	r.must(r.place.admin.call(ctx, http.MethodPost, "/queues", fields{"brand_id": brand, "name": "Cisza", "wrap_up_seconds": 60}, &queue))
	var point struct {
		Address string `json:"address"`
	}
	r.must(r.place.admin.call(ctx, http.MethodPost, "/entry-points", fields{
		"brand_id": brand, "channel": "webchat", "name": "Cisza", "queue_id": queue.ID, "config": fields{},
	}, &point))
	r.place.quietQueue = queue.ID
	r.place.quiet = visitor.Config{Base: r.server.base(), Key: point.Address, Language: "en"}
}

func (r *run) hire(ctx context.Context, n int, brand string) *agent {
	c, err := newClient(r.server.base())
	r.must(err)
	email := fmt.Sprintf("agent%d@operator.example", n)
	var user struct {
		ID string `json:"id"`
	}
	r.must(r.place.admin.call(ctx, http.MethodPost, "/users", fields{
		"name": fmt.Sprintf("Agent %d", n), "email": email, "language": "en", "password": password, "roles": []string{"agent"}, "brand_ids": []string{brand},
	}, &user))
	r.enrol(ctx, user.ID, r.place.queue)
	r.must(c.call(ctx, http.MethodPost, "/session", fields{"email": email, "password": password}, nil))
	return &agent{
		client: c, id: user.ID, log: r.log, wake: make(chan struct{}, 1), seen: map[string]int64{}, last: func(e entry) bool { return e.Text == goodbye },
	}
}

func (r *run) enrol(ctx context.Context, user, queue string) {
	r.must(r.place.admin.call(ctx, http.MethodPut, "/agents/"+user+"/queues/"+queue, fields{"member": true, "enabled": true}, nil))
}

// waiter is a visitor in the queue that nobody serves.
type waiter struct {
	*visitor.Visitor

	thread string
}

// queueUp lets some visitors wait, one behind the other.
func (r *run) queueUp() {
	ctx, cancel := context.WithTimeout(r.t.Context(), drainWithin)
	defer cancel()
	for range waiters {
		v := visitor.New(r.place.quiet)
		r.t.Cleanup(v.Leave)
		r.must(v.Arrive(ctx))
		thread, err := v.Open(ctx, nil, "")
		r.must(err)
		r.must(say(ctx, v, r.log, thread, goodbye))
		r.quiet = append(r.quiet, &waiter{v, thread.String()})
	}
	r.inPlace(ctx)
}

// inPlace waits until each waiter is told the place in which they came.
func (r *run) inPlace(ctx context.Context) {
	r.t.Helper()
	for n, w := range r.quiet {
		err := w.Until(ctx, func(s webchat.State, _ []webchat.Entry) bool {
			return s.Phase == webchat.PhaseQueued && s.Position == n+1
		})
		if err != nil {
			r.t.Fatalf("who came as number %d is told %+v: %v\nthe server said:\n%s", n+1, w.State(), err, r.server.said)
		}
	}
}

// noteWaiting writes down since when everybody waits.
func (r *run) noteWaiting() {
	var all rows
	r.must(r.place.admin.call(r.t.Context(), http.MethodGet, "/conversations?view=unassigned&limit=100", nil, &all))
	for _, c := range all.Items {
		r.log.waits(c.ID, c.WaitingSince)
	}
}

// placesKept proves that the waiters have their places after the last start, and serves them in that order.
func (r *run) placesKept() {
	ctx, cancel := context.WithTimeout(r.t.Context(), drainWithin)
	defer cancel()
	r.noteWaiting()
	r.inPlace(ctx)
	r.enrol(ctx, r.agents[0].id, r.place.quietQueue)
	for _, w := range r.quiet {
		r.must(w.Until(ctx, func(s webchat.State, _ []webchat.Entry) bool {
			return s.Phase == webchat.PhaseClosed || s.Phase == webchat.PhaseWrapUp
		}))
		r.must(watch(ctx, w.Visitor, r.log, w.Conversation()))
	}
}

// openWork returns the conversations that are not closed.
func (r *run) openWork() []row {
	ctx, cancel := context.WithTimeout(r.t.Context(), requestWithin)
	defer cancel()
	var open []row
	for _, view := range []string{"all", "unassigned"} {
		var page rows
		if err := r.place.admin.call(ctx, http.MethodGet, "/conversations?limit=100&view="+view, nil, &page); err != nil {
			r.t.Error(err)
		}
		for _, c := range page.Items {
			if c.State != "closed" {
				open = append(open, c)
			}
		}
	}
	return open
}

// atRest waits until nothing is open, proves that no agent seems to be stuck, and has them look away.
func (r *run) atRest() {
	late := time.Now().Add(drainWithin)
	for open := r.openWork(); len(open) > 0; open = r.openWork() {
		if time.Now().After(late) {
			r.t.Fatalf("never closed: %+v\nforgiven: %v", open, r.log.forgiven)
		}
		r.must(pause(r.t.Context(), againAfter))
	}
	for n, a := range r.agents {
		var now struct {
			State    string `json:"state"`
			Activity string `json:"activity"`
		}
		r.must(a.call(r.t.Context(), http.MethodGet, "/me/presence", nil, &now))
		if now.State != "available" || now.Activity != "available" {
			r.t.Errorf("agent %d has nothing to do and is %+v", n, now)
		}
	}
	r.toRest()
	select {
	case err := <-r.faults:
		r.t.Error(err)
	default:
	}
}

// lostAreOffline waits until those who have left for ever are taken out of routing, and proves that they left work behind.
func (r *run) lostAreOffline() {
	r.t.Helper()
	late := time.Now().Add(drainWithin)
	for _, a := range r.leaver {
		for r.presence(a) != "offline" {
			if time.Now().After(late) {
				r.t.Fatalf("agent %s has closed the desk and is %s\nthe server said:\n%s", a.id, r.presence(a), r.server.said)
			}
			r.must(pause(r.t.Context(), againAfter))
		}
	}
}

// presence returns what the board says of an agent.
func (r *run) presence(a *agent) string {
	r.t.Helper()
	var board struct {
		Agents []struct {
			ID       string `json:"id"`
			Presence string `json:"presence"`
		} `json:"agents"`
	}
	r.must(r.place.admin.call(r.t.Context(), http.MethodGet, "/board", nil, &board))
	for _, other := range board.Agents {
		if other.ID == a.id {
			return other.Presence
		}
	}
	return "unknown"
}

// everybodyCounts proves what routing believes of the agents, whatever the tables
// say: with as many chats as there is room for, each is offered as many as they take.
func (r *run) everybodyCounts() {
	ctx, cancel := context.WithTimeout(r.t.Context(), drainWithin)
	defer cancel()
	var last sync.WaitGroup
	for range agents * room {
		last.Go(func() { r.report(farewell(ctx, r.place.widget, r.log)) })
	}
	asked := make([]int, len(r.agents))
	for late := time.Now().Add(offersWithin); slices.ContainsFunc(asked, func(n int) bool { return n != room }); {
		if time.Now().After(late) {
			r.t.Fatalf("of %d chats the agents were offered %v\nthe server said:\n%s", agents*room, asked, r.server.said)
		}
		r.must(pause(ctx, againAfter))
		for n, a := range r.agents {
			offers, err := a.offers(ctx)
			r.must(err)
			asked[n] = len(offers)
		}
	}
	r.toWork()
	last.Wait()
	r.atRest()
}

// offersWithin bounds how long chats may wait while there is room: less than an offer stands.
const offersWithin = 20 * time.Second
