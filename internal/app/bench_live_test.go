package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/routing/acd"
)

// Load of the live paths.
const (
	talkingAgents    = 50
	talkingVisitors  = 250 // one message in more than a second each: within their rate
	messagesASecond  = 200
	messagesMeasured = 2000
	repliesASecond   = 25 // one agent's own rate is 30
	repliesMeasured  = 300
	freeAgents       = 40
	arrivalsASecond  = 50
	arrivalsMeasured = 2000
	settleWithin     = 30 * time.Second
	secondsForgotten = 3 // of messages and arrivals, before those measured
)

// BenchmarkHouse measures the whole program over a real listener, with its past
// stored and everything durable, the load coming from the same process.
func BenchmarkHouse(b *testing.B) {
	eachEngine(b, func(b *testing.B, d *db.DB) { //nolint:thelper // it is the benchmark itself
		h := openBenchHouse(b, d)
		t := h.talk()
		b.Run("message-to-desk", t.messages)
		b.Run("reply-to-visitor", t.replies)
		b.Run("arrival-to-offer", h.offers)
		b.Run("intake", h.receive)
		b.Run("key", h.key)
	})
}

// talks are conversations in progress, with all their sockets.
type talks struct {
	house    *benchHouse
	agents   []*benchAgent
	visitors []*benchVisitor

	toDesk, toVisitor awaited // by text
}

// talk lets visitors in and has agents take them.
func (h *benchHouse) talk() *talks {
	h.b.Helper()
	t := &talks{house: h, agents: h.hire(talkingAgents), visitors: make([]*benchVisitor, talkingVisitors)}
	h.join(t.agents, h.quiet)
	room := talkingVisitors / talkingAgents * acd.Chat.DefaultLoad()
	h.atOnce(talkingAgents, func(i int) error {
		_, err := h.app.services.staffing.Update(h.ctx, t.agents[i].user, routing.AgentPatch{Capacity: &room})
		return err
	})
	h.atOnce(talkingVisitors, func(i int) (err error) {
		t.visitors[i], err = h.visit(i, t.widget)
		return err
	})
	h.atOnce(talkingVisitors, func(i int) error {
		c := t.visitors[i].conversation
		var row conversation.Conversation
		for until := time.Now().Add(settleWithin); row.InteractionID == 0; { // the first message is under way
			var err error
			if row, err = h.app.services.conversations.Find(h.ctx, h.app.db, c); err != nil || time.Now().After(until) {
				return fmt.Errorf("conversation %d does not wait: %w", c, err)
			}
		}
		_, err := h.app.services.routing.Pull(t.agents[i%talkingAgents].ctx, row.InteractionID)
		return err
	})
	for _, a := range t.agents {
		h.must(a.connect(t.desk))
	}
	return t
}

// desk hears a frame at an agent's socket.
func (t *talks) desk(f benchFrame) {
	if f.Type != "entry" {
		return
	}
	var m struct {
		Entry struct {
			Text string `json:"text"`
		} `json:"entry"`
	}
	if json.Unmarshal(f.Data, &m) == nil {
		t.toDesk.arrived(m.Entry.Text)
	}
}

// widget hears a frame at a visitor's socket.
func (t *talks) widget(f benchFrame) {
	if f.Type != "entry" {
		return
	}
	var m struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(f.Data, &m) == nil {
		t.toVisitor.arrived(m.Text)
	}
}

// messages: visitors write, from the frame on their socket to the frame on their agent's.
func (t *talks) messages(b *testing.B) {
	for b.Loop() {
		var (
			times = took{forget: secondsForgotten * messagesASecond}
			run   = id.New[int64]()
		)
		paced(times.forget+messagesMeasured, messagesASecond, func(i int) {
			text := fmt.Sprintf("Wiadomość %d numer %d", run, i)
			t.toDesk.expect(text, &times)
			if err := t.visitors[i%talkingVisitors].say(fmt.Sprintf("say-%d-%d", run, i), text); err != nil {
				b.Error(err)
			}
		})
		t.toDesk.settle(b)
		times.report(b)
	}
}

// replies: an agent answers over HTTP, until the visitor's socket has it.
func (t *talks) replies(b *testing.B) {
	for b.Loop() {
		var (
			times took
			run   = id.New[int64]()
			path  = "/conversations/" + t.visitors[0].conversation.String() + "/replies"
		)
		paced(repliesMeasured, repliesASecond, func(i int) {
			text := fmt.Sprintf("Odpowiedź %d numer %d", run, i)
			t.toVisitor.expect(text, &times)
			_, err := t.agents[0].request(http.MethodPost, path, map[string]any{"text": text, "client_id": strconv.FormatInt(run, 36) + strconv.Itoa(i), "based_on_seq": 0, "force": true})
			if err != nil {
				b.Error(err)
			}
		})
		t.toVisitor.settle(b)
		times.report(b)
	}
}

// offers: contacts arrive by intake, until an agent's socket has the offer. The
// agent takes it and is done with it at once.
func (h *benchHouse) offers(b *testing.B) {
	var offered awaited
	for _, a := range h.free(b, &offered) {
		h.must(h.app.services.routing.SetPresence(a.ctx, routing.Wish{State: routing.Available}))
	}
	for b.Loop() {
		var (
			times   = took{forget: secondsForgotten * arrivalsASecond}
			arrived sync.WaitGroup
			run     = id.New[int64]()
		)
		paced(times.forget+arrivalsMeasured, arrivalsASecond, func(i int) {
			name := fmt.Sprintf("Gość %d-%d", run, i)
			offered.expect(name, &times)
			arrived.Go(func() {
				if _, err := h.app.services.intake.Receive(h.ctx, h.message(h.staffed, name, "1")); err != nil {
					b.Error(err)
				}
			})
		})
		arrived.Wait()
		offered.settle(b)
		times.report(b)
		b.ReportMetric(float64(offered.missed.Load()), "missed")
	}
}

// free hires agents who take every offer and are done with it at once. One who
// missed an offer is available again.
func (h *benchHouse) free(b *testing.B, offered *awaited) []*benchAgent {
	b.Helper()
	agents := h.hire(freeAgents)
	h.join(agents, h.staffed)
	for _, a := range agents {
		var known sync.Map // offers may be heard of twice: live, and after a resync
		h.must(a.connect(func(f benchFrame) {
			switch f.Type {
			case "offer":
				a.offered(f, &known, offered)
			case "presence":
				a.back(f, offered)
			}
		}))
	}
	return agents
}

// offered takes an offer and is done with it.
func (a *benchAgent) offered(f benchFrame, known *sync.Map, offered *awaited) {
	var m struct {
		Offer struct {
			ID            id.Offer       `json:"id"`
			InteractionID id.Interaction `json:"interaction_id"`
			Customer      struct {
				Name string `json:"name"`
			} `json:"customer"`
		} `json:"offer"`
	}
	if err := json.Unmarshal(f.Data, &m); err != nil {
		a.house.b.Error(err)
		return
	}
	if _, twice := known.LoadOrStore(m.Offer.ID, true); twice {
		return
	}
	offered.arrived(m.Offer.Customer.Name)
	go func() {
		if _, err := a.house.app.services.routing.Accept(a.ctx, m.Offer.ID); err != nil {
			a.house.b.Error(err)
		} else if err := a.house.app.services.routing.Finish(a.ctx, routing.Finish{Interaction: m.Offer.InteractionID}); err != nil {
			a.house.b.Error(err)
		}
	}()
}

// back makes an agent available whom a missed offer has set to away.
func (a *benchAgent) back(f benchFrame, offered *awaited) {
	var m struct {
		State  string `json:"state"`
		System string `json:"system"`
	}
	if err := json.Unmarshal(f.Data, &m); err != nil {
		a.house.b.Error(err)
		return
	}
	if m.State != string(routing.Away) || m.System != routing.SystemMissedOffer {
		return
	}
	offered.missed.Add(1)
	go func() {
		if err := a.house.app.services.routing.SetPresence(a.ctx, routing.Wish{State: routing.Available}); err != nil {
			a.house.b.Error(err)
		}
	}()
}

// awaited measures how long things take that are begun in one place and seen in another.
type awaited struct {
	missed  atomic.Int64 // offers that nobody answered
	mu      sync.Mutex
	waiting map[string]func()
	left    sync.WaitGroup
}

// expect measures from now until what arrives.
func (w *awaited) expect(what string, into *took) {
	w.left.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting == nil {
		w.waiting = map[string]func(){}
	}
	began := time.Now()
	w.waiting[what] = func() { into.add(time.Since(began)); w.left.Done() }
}

// arrived ends the measuring of what, if it is awaited.
func (w *awaited) arrived(what string) {
	w.mu.Lock()
	then := w.waiting[what]
	delete(w.waiting, what)
	w.mu.Unlock()
	if then != nil {
		then()
	}
}

// settle waits until everything has arrived. What has not by then is counted with
// the time until now, and reported: nothing fails because it took long.
func (w *awaited) settle(b *testing.B) {
	b.Helper()
	all := make(chan struct{})
	go func() { w.left.Wait(); close(all) }()
	select {
	case <-all:
	case <-time.After(settleWithin):
	}
	w.mu.Lock()
	late := w.waiting
	w.waiting = nil
	w.mu.Unlock()
	for _, then := range late {
		then()
	}
	<-all
	b.ReportMetric(float64(len(late)), "never")
}

// paced calls do n times, so many a second; a late call does not put off the next.
func paced(n, perSecond int, do func(i int)) {
	began := time.Now()
	for i := range n {
		<-time.After(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(perSecond))))
		do(i)
	}
}
