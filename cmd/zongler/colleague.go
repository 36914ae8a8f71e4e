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

// worker is a simulated colleague at work. It answers simulated customers only:
// what somebody writes who tries the demo is left to the people at the desk.
type worker struct {
	*colleague.Colleague

	site  app.DemoSite
	pace  pace
	log   *slog.Logger
	doing sync.WaitGroup

	mu   sync.Mutex
	work map[id.Conversation]*task
}

// task is a conversation that a colleague works on.
type task struct {
	interaction id.Interaction
	answered    string // the customer's word to which an answer was given or is being thought of
}

// staff lets a colleague of each brand work until ctx ends.
func (t *traffic) staff(ctx context.Context, base string, sites []app.DemoSite) {
	var all sync.WaitGroup
	defer all.Wait()
	for _, site := range sites {
		all.Go(func() {
			for ctx.Err() == nil {
				if err := t.shift(ctx, base, site); err != nil && ctx.Err() == nil {
					t.log.Debug("a simulated colleague comes back", "err", err)
					wait(ctx, t.pace.comesBack)
				}
			}
		})
	}
}

// shift is a colleague's work from coming to leaving.
func (t *traffic) shift(ctx context.Context, base string, site app.DemoSite) (err error) {
	c, err := colleague.SignIn(ctx, base, site.Colleague)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	w := &worker{Colleague: c, site: site, pace: t.pace, log: t.log, work: map[id.Conversation]*task{}}
	defer func() {
		cancel()
		w.doing.Wait()
		err = errors.Join(err, c.Leave(ctx))
	}()
	if err := w.catchUp(ctx); err != nil {
		return err
	}
	for {
		heard, err := c.Hear(ctx)
		if err != nil {
			return err
		}
		switch {
		case heard.Back:
			if err := w.catchUp(ctx); err != nil {
				return err
			}
		case heard.Offer != nil:
			w.begin(func() error { return w.consider(ctx, *heard.Offer) })
		case heard.Entry.Author == "customer" && heard.Entry.Kind == "message":
			w.begin(func() error { return w.answer(ctx, heard.Entry.ConversationID, heard.Entry.Text) })
		case heard.Entry.Kind == "system":
			w.begin(func() error { return w.wrapUp(ctx, heard.Entry.ConversationID) })
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

// catchUp is available, and does what came while nobody listened.
func (w *worker) catchUp(ctx context.Context) error {
	if err := w.Available(ctx); err != nil {
		return err
	}
	mine, err := w.Mine(ctx)
	if err != nil {
		return err
	}
	for _, row := range mine {
		w.begin(func() error { return w.carryOn(ctx, row) })
	}
	offers, err := w.Offers(ctx)
	for _, o := range offers {
		w.begin(func() error { return w.consider(ctx, o) })
	}
	return err
}

// carryOn goes on with what was begun before a loss of the connection.
func (w *worker) carryOn(ctx context.Context, row colleague.Row) error {
	said, answered, err := w.lastWord(ctx, row.ID)
	_, known := w.site.Answers[said]
	if err != nil || !known {
		return err
	}
	w.take(row.ID, row.InteractionID)
	switch {
	case row.State == "wrap_up" || answered && w.site.Answers[said] == w.site.Farewell:
		return w.finish(ctx, row.ID)
	case !answered:
		return w.answer(ctx, row.ID, said)
	}
	return nil
}

// take makes a conversation the colleague's work.
func (w *worker) take(conversation id.Conversation, interaction id.Interaction) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.work[conversation] == nil {
		w.work[conversation] = &task{interaction: interaction}
	}
}

// consider accepts the offer of a simulated customer after some thought and answers what is said already.
func (w *worker) consider(ctx context.Context, o colleague.Offer) error {
	said, _, err := w.lastWord(ctx, o.ConversationID)
	if err != nil {
		return err
	}
	if _, known := w.site.Answers[said]; !known {
		return w.Decline(ctx, o)
	}
	wait(ctx, mean(w.pace.thinksFor))
	if err := w.Accept(ctx, o); err != nil {
		return err
	}
	w.take(o.ConversationID, o.InteractionID)
	said, answered, err := w.lastWord(ctx, o.ConversationID) // it may have come from a colleague who had answered
	if err != nil || answered {
		return err
	}
	return w.answer(ctx, o.ConversationID, said)
}

// lastWord returns what the customer of a conversation said last, and whether somebody has answered it.
func (w *worker) lastWord(ctx context.Context, conversation id.Conversation) (said string, answered bool, err error) {
	entries, err := w.Entries(ctx, conversation)
	for _, e := range entries {
		switch {
		case e.Kind != "message":
		case e.Author == "customer":
			said, answered = e.Text, false
		case e.Author == "agent":
			answered = true
		}
	}
	return said, answered, err
}

// answer says, once, what belongs to a customer's word; after the farewell the work is finished.
func (w *worker) answer(ctx context.Context, conversation id.Conversation, said string) error {
	text, known := w.site.Answers[said]
	if !known || !w.begun(conversation, said) {
		return nil
	}
	wait(ctx, mean(w.pace.answersAfter))
	if err := w.Reply(ctx, conversation, text); err != nil || text != w.site.Farewell {
		return err
	}
	return w.finish(ctx, conversation)
}

// wrapUp finishes the work on a customer of one's own who has ended the conversation.
func (w *worker) wrapUp(ctx context.Context, conversation id.Conversation) error {
	w.mu.Lock()
	mine := w.work[conversation] != nil
	w.mu.Unlock()
	if !mine {
		return nil
	}
	row, err := w.Row(ctx, conversation)
	if err != nil || row.State != "wrap_up" {
		return err
	}
	return w.finish(ctx, conversation)
}

// begun notes that a word of one's own customer is being answered; false if it is not for the colleague to answer.
func (w *worker) begun(conversation id.Conversation, said string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.work[conversation]
	if t == nil || t.answered == said {
		return false
	}
	t.answered = said
	return true
}

// finish closes the work after some thought.
func (w *worker) finish(ctx context.Context, conversation id.Conversation) error {
	w.mu.Lock()
	t := w.work[conversation]
	delete(w.work, conversation)
	w.mu.Unlock()
	if t == nil {
		return nil
	}
	wait(ctx, w.pace.wrapsUpFor)
	return w.Finish(ctx, t.interaction)
}

// mean returns a time that is d on average and never longer than three of it.
func mean(d time.Duration) time.Duration {
	return min(time.Duration(rand.ExpFloat64()*float64(d)), 3*d)
}
