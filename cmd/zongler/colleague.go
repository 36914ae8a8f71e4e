package main

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/app"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/sim/colleague"
)

// Pace of the simulated colleagues: slow enough that whoever tries the demo gets
// a fair share of the work.
const (
	thinksFor    = 6 * time.Second // mean, before an offer is accepted
	answersAfter = 5 * time.Second // mean, from a customer's word to the answer
	wrapsUpFor   = 8 * time.Second // from the farewell to the end
	comesBack    = 5 * time.Second // after a lost connection
)

// worker is a simulated colleague at work. It answers simulated customers only:
// what somebody writes who tries the demo is left to the people at the desk.
type worker struct {
	*colleague.Colleague

	site  app.DemoSite
	log   *slog.Logger
	doing sync.WaitGroup

	mu   sync.Mutex
	work map[id.Conversation]id.Interaction
}

// staff lets a colleague of each brand work until ctx ends.
func staff(ctx context.Context, log *slog.Logger, base string, sites []app.DemoSite) {
	var all sync.WaitGroup
	defer all.Wait()
	for _, site := range sites {
		all.Go(func() {
			for ctx.Err() == nil {
				if err := shift(ctx, log, base, site); err != nil && ctx.Err() == nil {
					log.Debug("a simulated colleague comes back", "err", err)
					wait(ctx, comesBack)
				}
			}
		})
	}
}

// shift is a colleague's work from coming to leaving.
func shift(ctx context.Context, log *slog.Logger, base string, site app.DemoSite) (err error) {
	c, err := colleague.SignIn(ctx, base, site.Colleague)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	w := &worker{Colleague: c, site: site, log: log, work: map[id.Conversation]id.Interaction{}}
	defer func() {
		cancel()
		w.doing.Wait()
		err = errors.Join(err, c.Leave(ctx))
	}()
	if err := c.Available(ctx); err != nil {
		return err
	}
	for {
		heard, err := c.Hear(ctx)
		if err != nil {
			return err
		}
		switch {
		case heard.Offer != nil:
			w.begin(func() error { return w.consider(ctx, *heard.Offer) })
		case heard.Entry.Author == "customer" && heard.Entry.Kind == "message":
			w.begin(func() error { return w.answer(ctx, heard.Entry.ConversationID, heard.Entry.Text) })
		}
	}
}

// begin does something beside listening.
func (w *worker) begin(do func() error) {
	w.doing.Go(func() {
		if err := do(); err != nil {
			w.log.Debug("a simulated colleague gives up", "err", err)
		}
	})
}

// consider accepts the offer of a simulated customer after some thought and answers what is said already.
func (w *worker) consider(ctx context.Context, o colleague.Offer) error {
	said, err := w.lastWord(ctx, o.ConversationID)
	if err != nil {
		return err
	}
	if _, known := w.site.Answers[said]; !known {
		return w.Decline(ctx, o)
	}
	wait(ctx, mean(thinksFor))
	if err := w.Accept(ctx, o); err != nil {
		return err
	}
	w.mu.Lock()
	w.work[o.ConversationID] = o.InteractionID
	w.mu.Unlock()
	return w.answer(ctx, o.ConversationID, said)
}

// lastWord returns what the customer of a conversation said last.
func (w *worker) lastWord(ctx context.Context, conversation id.Conversation) (string, error) {
	entries, err := w.Entries(ctx, conversation)
	said := ""
	for _, e := range entries {
		if e.Author == "customer" && e.Kind == "message" {
			said = e.Text
		}
	}
	return said, err
}

// answer says what belongs to a customer's word; after the farewell the work is finished.
func (w *worker) answer(ctx context.Context, conversation id.Conversation, said string) error {
	w.mu.Lock()
	interaction, mine := w.work[conversation]
	w.mu.Unlock()
	text, known := w.site.Answers[said]
	if !mine || !known {
		return nil
	}
	wait(ctx, mean(answersAfter))
	if err := w.Reply(ctx, conversation, text); err != nil || text != w.site.Farewell {
		return err
	}
	w.mu.Lock()
	delete(w.work, conversation)
	w.mu.Unlock()
	wait(ctx, wrapsUpFor)
	return w.Finish(ctx, interaction)
}

// mean returns a time that is d on average and never longer than three of it.
func mean(d time.Duration) time.Duration {
	return min(time.Duration(rand.ExpFloat64()*float64(d)), 3*d)
}
