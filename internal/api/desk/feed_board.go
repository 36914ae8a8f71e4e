package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/report"
	"github.com/zongler/zongler/internal/routing/acd"
)

// dirty is what boards of a tenant have not been told yet.
type dirty struct {
	queues map[id.Queue]bool
	agents map[id.User]bool
}

// markBoards notes what changed for the boards, and for the queues in the top bars.
func (f *Feed) markBoards(tenant id.Tenant, c *changes) {
	if len(c.queues)+len(c.agents) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.boards[tenant]
	if d == nil {
		d = &dirty{queues: map[id.Queue]bool{}, agents: map[id.User]bool{}}
		f.boards[tenant] = d
	}
	for q := range c.queues {
		d.queues[q] = true
	}
	for a := range c.agents {
		d.agents[a] = true
	}
}

// tellBoards tells boards what has changed, a few times a second at most.
func (f *Feed) tellBoards(ctx context.Context) {
	tick := time.NewTicker(boardEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		f.mu.Lock()
		boards := f.boards
		f.boards = map[id.Tenant]*dirty{}
		f.mu.Unlock()
		for tenant, d := range boards {
			if err := f.tellBoard(actor.With(ctx, actor.ForSystem(tenant)), d); err != nil && ctx.Err() == nil {
				f.Log.Error("tell boards", "tenant", tenant, "err", err)
			}
		}
	}
}

// tellBoard tells a tenant's people about d: members their queues, watchers the whole lines.
func (f *Feed) tellBoard(ctx context.Context, d *dirty) error {
	people := f.people(actor.From(ctx).Tenant)
	if err := f.tellOwnQueues(ctx, people, d); err != nil {
		return err
	}
	shown := map[string]report.Board{} // one board for all who may see the same
	for _, p := range people {
		if len(p.boards) == 0 || p.actor.Scope(actor.BoardRead) == actor.None {
			continue
		}
		rights := fmt.Sprint(p.actor.Scope(actor.BoardRead), p.actor.Scope(actor.NamesRead), p.actor.Brands, p.mates)
		board, known := shown[rights]
		if !known {
			var err error
			if board, err = f.Reports.Board(actor.With(ctx, p.actor)); err != nil {
				return err
			}
			shown[rights] = board
		}
		if err := f.sendBoard(p, board, d); err != nil {
			return err
		}
	}
	return nil
}

// sendBoard sends the lines of board that d names.
func (f *Feed) sendBoard(p *person, board report.Board, d *dirty) error {
	for _, q := range board.Queues {
		if !d.queues[q.ID] {
			continue
		}
		frame, err := frameOf("queue", "queue "+q.ID.String(), BoardQueueOf(q))
		if err != nil {
			return err
		}
		f.sendTo(p.key, frame)
	}
	for _, a := range board.Agents {
		if !d.agents[a.UserID] {
			continue
		}
		frame, err := frameOf("agent", "agent "+a.UserID.String(), BoardAgentOf(a))
		if err != nil {
			return err
		}
		f.sendTo(p.key, frame)
	}
	frame, err := frameOf("board", "board", showBoard(report.Board{Total: board.Total}).Body.Totals)
	if err != nil {
		return err
	}
	f.sendTo(p.key, frame)
	return nil
}

type ownQueueFrameBody struct {
	ID           id.Queue  `json:"id"`
	Waiting      int       `json:"waiting"`
	LongestSince time.Time `json:"longest_since,omitzero"`
}

// tellOwnQueues shows members who waits in their queues, from routing's memory.
func (f *Feed) tellOwnQueues(ctx context.Context, people []*person, d *dirty) error {
	if len(d.queues) == 0 {
		return nil
	}
	views, err := f.Live.Board(ctx)
	if err != nil {
		return nil //nolint:nilerr // nobody knows at the moment: the next change tells
	}
	byID := map[id.Queue]acd.QueueView{}
	for _, v := range views {
		byID[v.Queue] = v
	}
	for q := range d.queues {
		v, known := byID[q]
		if !known {
			continue
		}
		frame, err := frameOf("own_queue", "own_queue "+q.String(), ownQueueFrameBody{q, v.Waiting, v.Longest})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool { return p.queues[q] })
	}
	return nil
}
