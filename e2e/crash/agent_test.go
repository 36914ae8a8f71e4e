package crash

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zongler/zongler/sim/colleague"
)

// lookEvery is how often an agent looks around without being told of anything.
const lookEvery = 500 * time.Millisecond

// agent is somebody who accepts what is offered, answers every message, and
// ends a contact when its customer says goodbye.
type agent struct {
	*client
	id    string
	log   *ledger
	wake  chan struct{}
	seen  map[string]int64 // by conversation: up to which entry it was answered
	after sync.WaitGroup
	last  func(e entry) bool // whether a message is the last of its contact
	now   bool               // answers go at once, where they could be taken back otherwise

	leaves atomic.Bool // for ever, as soon as there is work in hand
	left   []string    // conversations that were in hand
}

// errLeft says that an agent has closed the desk for ever.
var errLeft = errors.New("left for ever")

// row is a line of the worklist.
type row struct {
	ID            string    `json:"id"`
	State         string    `json:"state"`
	InteractionID string    `json:"interaction_id"`
	LastSeq       int64     `json:"last_seq"`
	WaitingSince  time.Time `json:"waiting_since"`
}

type rows struct {
	Items []row `json:"items"`
}

type entry struct {
	ID     string `json:"id"`
	Seq    int64  `json:"seq"`
	Kind   string `json:"kind"`
	Author string `json:"author"`
	Text   string `json:"text"`
}

// work works until ctx ends, or the agent leaves for ever: without a word, with work in hand.
func (a *agent) work(ctx context.Context) error {
	ctx, closeDesk := context.WithCancel(ctx)
	a.after.Go(func() { a.listen(ctx, a.wake) })
	defer a.after.Wait()
	defer closeDesk()
	for ctx.Err() == nil {
		err := a.round(ctx)
		if errors.Is(err, errLeft) {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		look, cancel := context.WithTimeout(ctx, lookEvery)
		select {
		case <-a.wake:
		case <-look.Done():
		}
		cancel()
	}
	return nil
}

// round does all there is to do now.
func (a *agent) round(ctx context.Context) error {
	if err := a.show(ctx); err != nil {
		return err
	}
	offers, err := a.offers(ctx)
	if err != nil {
		return err
	}
	for _, key := range offers { // one that has gone meanwhile is refused, which is right
		_ = a.call(ctx, http.MethodPost, "/offers/"+key+"/accept", nil, nil)
	}
	var mine rows
	if err := a.call(ctx, http.MethodGet, "/conversations?view=mine&limit=50", nil, &mine); err != nil {
		return err
	}
	if a.goes(mine.Items) {
		return errLeft
	}
	for _, r := range mine.Items {
		if err := a.handle(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// goes reports whether the agent leaves now, and notes what they leave behind.
func (a *agent) goes(mine []row) bool {
	if !a.leaves.Load() {
		return false
	}
	for _, r := range mine {
		if r.State == "active" {
			a.left = append(a.left, r.ID)
		}
	}
	return len(a.left) > 0
}

// offers returns what is offered to the agent now.
func (a *agent) offers(ctx context.Context) ([]string, error) {
	var offers struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	err := a.call(ctx, http.MethodGet, "/me/offers", nil, &offers)
	keys := make([]string, len(offers.Items))
	for i, o := range offers.Items {
		keys[i] = o.ID
	}
	return keys, err
}

// show is what a desk does when it finds that its agent was set away.
func (a *agent) show(ctx context.Context) error {
	var now struct {
		State string `json:"state"`
	}
	if err := a.call(ctx, http.MethodGet, "/me/presence", nil, &now); err != nil || now.State == "available" {
		return err
	}
	return a.call(ctx, http.MethodPut, "/me/presence", fields{"state": "available"}, nil)
}

func (a *agent) handle(ctx context.Context, r row) error {
	switch r.State {
	case "wrap_up":
		return a.finish(ctx, r)
	case "active":
	default:
		return nil
	}
	var page struct {
		Items []entry `json:"items"`
	}
	path := fmt.Sprintf("/conversations/%s/entries?after_seq=%d&limit=100", r.ID, a.seen[r.ID])
	if err := a.call(ctx, http.MethodGet, path, nil, &page); err != nil {
		return a.lost(err)
	}
	over := false
	for _, e := range page.Items {
		if e.Kind == "message" && e.Author == "customer" {
			if err := a.reply(ctx, r, e); err != nil {
				return a.lost(err)
			}
			over = over || a.last(e)
		}
		if !over { // until the contact has ended, its last message is to be seen
			a.seen[r.ID] = e.Seq
		}
	}
	if !over {
		return nil
	}
	if err := a.call(ctx, http.MethodPost, "/interactions/"+r.InteractionID+"/end", nil, nil); err != nil {
		return a.lost(err)
	}
	return a.finish(ctx, r)
}

// reply answers one message under a name that it alone has: whoever answers, it is answered once.
func (a *agent) reply(ctx context.Context, r row, e entry) error {
	text := "re " + e.ID
	body := fields{"text": text, "client_id": "answer-" + e.ID, "based_on_seq": e.Seq, "force": true}
	if a.now {
		body["send_at"] = time.Now().Add(-time.Second)
	}
	err := a.call(ctx, http.MethodPost, "/conversations/"+r.ID+"/replies", body, nil)
	if err == nil {
		a.log.replied(r.ID, text)
	}
	return err
}

func (a *agent) finish(ctx context.Context, r row) error {
	return a.lost(a.call(ctx, http.MethodPost, "/interactions/"+r.InteractionID+"/finish", fields{}, nil))
}

// lost forgives that something is no longer the agent's: it went elsewhere or is over.
func (a *agent) lost(err error) error {
	refused, ok := errors.AsType[*colleague.RefusedError](err)
	if ok && slices.Contains([]int{http.StatusNotFound, http.StatusConflict, http.StatusForbidden}, refused.Status) {
		a.log.forgave(refused.Text)
		return nil
	}
	return err
}
