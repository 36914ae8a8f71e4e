package webchat

import (
	"context"
	"fmt"
	"time"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Patience with those who are not there.
const (
	watchFirst = 2 * time.Minute // after the beginning
	watchEvery = 2 * time.Minute // at most between two looks at a chat
	watchLeast = 5 * time.Second
)

// WatchJob looks after one open chat: whether its visitor still waits, and whether anybody still writes.
type WatchJob struct {
	Conversation id.Conversation `json:"conversation"`
	Times        int64           `json:"times"` // which beginning of the chat it belongs to
}

// Kind returns "webchat.watch".
func (WatchJob) Kind() string { return "webchat.watch" }

// SweepJob asks to forget ended tokens and visitors who never said anything. It
// is periodic, for the whole installation.
type SweepJob struct{}

// Kind returns "webchat.sweep".
func (SweepJob) Kind() string { return "webchat.sweep" }

// RegisterJobs adds the workers of this channel.
func (s *Server) RegisterJobs(w *job.Workers) {
	job.Register(w, s.watch)
	job.Register(w, s.mail)
	job.Register(w, s.sweep)
}

// PeriodicJobs returns what is to be done again and again.
func (s *Server) PeriodicJobs() []job.Periodic {
	return []job.Periodic{{Args: SweepJob{}, Every: time.Hour}}
}

// watch begins to look after c.
func watch(ctx context.Context, tx *db.Tx, c chat) error {
	key := fmt.Sprintf("%d/%d", c.ConversationID, c.Times)
	return job.Enqueue(ctx, tx, WatchJob{Conversation: c.ConversationID, Times: c.Times}, job.Unique(key), job.At(tx.Now().Add(watchFirst)))
}

// verdict is what a look at a chat finds.
type verdict string

const (
	verdictWait verdict = "wait" // look again
	verdictOver verdict = "over" // nothing to look after any more
	verdictGone verdict = "gone" // the visitor gave up waiting
	verdictIdle verdict = "idle" // nobody writes any more
	verdictKeep verdict = "keep" // waits while nobody works: nobody can give up on that
)

// look is all that the decision about a chat depends on.
type look struct {
	state    string // of the interaction; empty: nothing was said yet
	open     bool
	closed   bool      // nobody works in its queue now
	kept     bool      // nobody did once while it waited
	seen     time.Time // the visitor was there
	wrote    time.Time // somebody wrote, or the chat began
	started  time.Time // this node did: visitors need time to come back
	idle     time.Duration
	patience time.Duration
}

// judge decides about a chat at now, and when to look again.
func (l look) judge(now time.Time) (verdict, time.Duration) {
	var due time.Time
	var found verdict
	switch {
	case !l.open || l.state == workClosed || l.state == workWrapUp:
		return verdictOver, 0
	case l.state == workActive:
		due, found = l.wrote.Add(l.idle), verdictIdle
	case l.state == workParked: // the agent has put it aside and comes back to it
		return verdictWait, watchEvery
	case l.state != "" && l.kept:
		return verdictWait, watchEvery
	case l.state != "" && l.closed:
		return verdictKeep, watchEvery
	case l.state == "":
		due, found = later(l.seen, l.wrote).Add(l.idle), verdictGone
	default:
		due, found = later(l.seen, l.started).Add(l.patience), verdictGone
	}
	if !now.Before(due) {
		return found, 0
	}
	return verdictWait, max(watchLeast, min(watchEvery, due.Sub(now)))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// watch does WatchJob: the decision and what follows from it are one transaction.
func (s *Server) watch(ctx context.Context, j WatchJob) error {
	const op = "webchat.watch"
	if s.rooms.attended(ctx, j.Conversation) {
		s.touch(ctx, tenantOf(ctx), []id.Conversation{j.Conversation})
	}
	closed, err := s.restsNow(ctx, j.Conversation)
	if err != nil {
		return errs.Op(op, err)
	}
	again := time.Duration(0)
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		c, found, err := findChat(ctx, tx, j.Conversation, "")
		if err != nil || !found || c.Times != j.Times {
			return err
		}
		row, err := s.Conversations.Lock(ctx, tx, c.ConversationID) // so that nobody accepts between the look and the end
		if err != nil {
			return err
		}
		l, err := s.lookAt(ctx, c, row)
		if err != nil {
			return err
		}
		l.closed = closed
		what, wait := l.judge(tx.Now())
		again = wait
		switch what {
		case verdictKeep:
			return keepChat(ctx, tx, c.ConversationID)
		case verdictGone:
			return s.finishIn(ctx, tx, c, ending{how: endedGone})
		case verdictIdle:
			return s.finishIn(ctx, tx, c, ending{how: endedIdle, event: EventEndedIdle})
		case verdictWait, verdictOver:
		}
		return nil
	})
	if err == nil && again > 0 {
		return job.Snooze(again)
	}
	return errs.Op(op, err)
}

// restsNow reports whether nobody works in the queue in which a conversation waits.
func (s *Server) restsNow(ctx context.Context, key id.Conversation) (bool, error) {
	c, found, err := findChat(ctx, s.DB, key, "")
	if err != nil || !found {
		return false, err
	}
	e, err := s.entranceByID(ctx, tenantOf(ctx), c.EntryPointID)
	if errs.Is(errs.NotFound, err) { // the widget was closed: its queue may work all the same
		return false, nil
	}
	if err != nil {
		return false, err
	}
	row, err := s.Conversations.Find(ctx, s.DB, key)
	if err != nil || !row.Waiting {
		return false, err
	}
	o, err := s.outlook(ctx, e, row.QueueID, c.Language)
	return !o.Open, err
}

func (s *Server) lookAt(ctx context.Context, c chat, row conversation.Conversation) (look, error) {
	e, err := s.entranceByID(ctx, tenantOf(ctx), c.EntryPointID)
	settings := DefaultSettings()
	switch {
	case err == nil:
		settings = e.settings
	case !errs.Is(errs.NotFound, err): // a closed widget's chats are looked after as well
		return look{}, err
	}
	return look{
		state: row.InteractionState, open: c.open(row), seen: c.SeenAt, wrote: later(row.LastAt, c.CreatedAt), started: s.started,
		kept: c.Kept, idle: settings.idle(), patience: settings.patience(),
	}, nil
}

// sweepBatch bounds one step of a sweep.
const sweepBatch = 500

// sweep does SweepJob.
func (s *Server) sweep(ctx context.Context, _ SweepJob) error {
	for {
		var n int64
		err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = sweep(ctx, tx, sweepBatch)
			return err
		})
		if err != nil || n == 0 {
			return errs.Op("webchat.sweep", err)
		}
	}
}
