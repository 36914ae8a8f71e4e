package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/app"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/sim/visitor"
)

// customersAtOnce is how many simulated customers are here at a time.
const customersAtOnce = 6

// pace is how fast simulated people are.
type pace struct {
	nextAfter time.Duration // mean, between two customers
	patience  time.Duration // how long one waits for an answer
	typesFor  time.Duration

	thinksFor    time.Duration // mean, before a colleague accepts an offer
	answersAfter time.Duration // mean, from a customer's word to the answer
	wrapsUpFor   time.Duration // from the farewell to the end
	comesBack    time.Duration // after work that could not go on
}

// leisurely is slow enough that whoever tries the demo gets a fair share of the work.
func leisurely() pace {
	return pace{
		nextAfter: 12 * time.Second, patience: 8 * time.Minute, typesFor: 3 * time.Second,
		thinksFor: 6 * time.Second, answersAfter: 5 * time.Second, wrapsUpFor: 8 * time.Second, comesBack: 5 * time.Second,
	}
}

// traffic lets simulated customers write through the real widget protocol. Its
// switch may be turned at any time, also before there is a server.
type traffic struct {
	log  *slog.Logger
	pace pace

	mu      sync.Mutex
	on      bool
	begin   func(ctx context.Context) // nil until the server is ready
	end     context.CancelFunc
	over    chan struct{} // closed when those who came last have left
	running sync.WaitGroup
}

// On reports whether customers write.
func (t *traffic) On() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.on
}

// Switch lets customers begin or stop. Those who stop leave in the middle of it, as people do.
func (t *traffic) Switch(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.on = on
	t.turn()
}

// ready says that the server at base answers.
func (t *traffic) ready(base string, sites []app.DemoSite) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begin = func(ctx context.Context) {
		var colleagues sync.WaitGroup
		defer colleagues.Wait()
		colleagues.Go(func() { t.staff(ctx, base, sites) })
		t.arrivals(ctx, base, sites)
	}
	t.turn()
}

// turn does what the switch says. Nobody comes before those of the last time have
// left: a colleague who goes off duty would take the next one along. The caller holds t.mu.
func (t *traffic) turn() {
	switch {
	case t.on && t.begin != nil && t.end == nil:
		ctx, cancel := context.WithCancel(context.Background())
		t.end = cancel
		begin, before, over := t.begin, t.over, make(chan struct{})
		t.over = over
		t.running.Go(func() {
			defer close(over)
			if before != nil {
				<-before
			}
			begin(ctx)
		})
	case !t.on && t.end != nil:
		t.end()
		t.end = nil
	}
}

// stop ends everything and waits.
func (t *traffic) stop() {
	t.Switch(false)
	t.running.Wait()
}

// arrivals lets one customer after another come, never more than customersAtOnce.
func (t *traffic) arrivals(ctx context.Context, base string, sites []app.DemoSite) {
	var here sync.WaitGroup
	defer here.Wait()
	room := make(chan struct{}, customersAtOnce)
	for ctx.Err() == nil {
		select {
		case room <- struct{}{}:
		case <-ctx.Done():
			return
		}
		site := sites[rand.IntN(len(sites))]
		here.Go(func() {
			defer func() { <-room }()
			if err := t.customer(ctx, base, site); err != nil && ctx.Err() == nil {
				t.log.Debug("a simulated customer left", "err", err)
			}
		})
		wait(ctx, time.Duration(rand.ExpFloat64()*float64(t.pace.nextAfter)))
	}
}

// customer is one conversation from the first word to the stars.
func (t *traffic) customer(ctx context.Context, base string, site app.DemoSite) error {
	v := visitor.New(visitor.Config{Base: base, Key: site.Key, Language: site.Language})
	defer v.Leave()
	if err := v.Arrive(ctx); err != nil {
		return err
	}
	if _, err := v.Open(ctx, map[string]string{"name": site.Names[rand.IntN(len(site.Names))]}, "1"); err != nil {
		return err
	}
	for _, text := range site.Talks[rand.IntN(len(site.Talks))] {
		if err := v.Type(ctx, true); err != nil {
			return err
		}
		wait(ctx, t.pace.typesFor)
		said, err := v.Say(ctx, text)
		if err != nil {
			return err
		}
		if answered, err := waitForAnswer(ctx, v, said.Seq, t.pace.patience); err != nil || !answered {
			return err
		}
	}
	if err := v.End(ctx); err != nil {
		return err
	}
	return v.Rate(ctx, 3+rand.IntN(3), "")
}

// waitForAnswer waits until an agent has written after what the customer said; false when patience ends.
func waitForAnswer(ctx context.Context, v *visitor.Visitor, said int64, patience time.Duration) (bool, error) {
	life, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := v.Until(life, func(state webchat.State, entries []webchat.Entry) bool {
		if state.Phase == webchat.PhaseClosed {
			return true
		}
		return answered(entries, said)
	})
	if err != nil {
		if life.Err() != nil && ctx.Err() == nil {
			return false, v.End(ctx) // gave up
		}
		return false, err
	}
	return v.State().Phase != webchat.PhaseClosed, v.Read(ctx)
}

// answered reports whether an agent has written after the entry said. The
// customer's own entry may come later than the word that it is stored.
func answered(entries []webchat.Entry, said int64) bool {
	return slices.ContainsFunc(entries, func(e webchat.Entry) bool {
		return e.Seq > said && e.Kind == webchat.EntryMessage && e.Author.Kind == webchat.AuthorAgent
	})
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
