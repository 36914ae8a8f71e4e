package desk

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/live"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/routing/acd"
)

// router answers what is waiting, or does not.
type router struct {
	routing.Live

	failing int // how many times more
	asked   int
}

func (r *router) Board(context.Context) ([]acd.QueueView, error) {
	r.asked++
	if r.failing--; r.failing >= 0 {
		return nil, errors.New("no answer")
	}
	return []acd.QueueView{{Queue: 7}}, nil
}

func boardFeed(r *router) *Feed {
	log := slog.New(slog.DiscardHandler)
	return NewFeed(FeedConfig{Hub: live.NewHub(live.Config{}, log), Live: r, Log: log})
}

func marks() map[id.Tenant]*dirty {
	d := newDirty()
	d.queues[7] = true
	return map[id.Tenant]*dirty{1: d}
}

func TestWhatAQueueWasToldIsToldOnceMore(t *testing.T) {
	t.Parallel()
	r := &router{}
	f := boardFeed(r)
	again := f.tellRound(t.Context(), marks(), nil)
	if again[1] == nil || !again[1].queues[7] {
		t.Fatal("routing may not have read what changed, and nobody tells later")
	}
	if again = f.tellRound(t.Context(), nil, again); len(again) > 0 || r.asked != 2 {
		t.Errorf("%d left, asked %d times", len(again), r.asked)
	}
}

func TestWhatCouldNotBeToldIsTriedAgain(t *testing.T) {
	t.Parallel()
	r := &router{failing: 3}
	f := boardFeed(r)
	again := f.tellRound(t.Context(), marks(), nil)
	for range 2 {
		if again = f.tellRound(t.Context(), nil, again); again[1] == nil || !again[1].queues[7] {
			t.Fatal("what failed was forgotten")
		}
	}
	if again = f.tellRound(t.Context(), nil, again); len(again) > 0 {
		t.Errorf("%d left after it was told", len(again))
	}
	r.failing = 1000
	for again = f.tellRound(t.Context(), marks(), nil); len(again) > 0; {
		again = f.tellRound(t.Context(), nil, again)
	}
	if r.asked > 4+boardTries {
		t.Errorf("asked %d times", r.asked)
	}
}
