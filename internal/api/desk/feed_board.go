package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/report"
	"github.com/zongler/zongler/internal/routing/acd"
)

// boardTries is how often a board is told what could not be read before: its desks ask by themselves now and then.
const boardTries = 20

// dirty is what boards of a tenant have not been told yet.
type dirty struct {
	queues map[id.Queue]bool
	agents map[id.User]bool
	tries  int // that failed
}

func newDirty() *dirty { return &dirty{queues: map[id.Queue]bool{}, agents: map[id.User]bool{}} }

// add adds what other has not been told yet.
func (d *dirty) add(other *dirty) {
	maps.Copy(d.queues, other.queues)
	maps.Copy(d.agents, other.agents)
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
		d = newDirty()
		f.boards[tenant] = d
	}
	d.add(&dirty{queues: c.queues, agents: c.agents})
}

// tellBoards tells boards what has changed, a few times a second at most.
func (f *Feed) tellBoards(ctx context.Context) {
	tick := time.NewTicker(boardEvery)
	defer tick.Stop()
	told := map[id.Tenant]*dirty{} // in the round before
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
		told = f.tellRound(ctx, boards, told)
	}
}

// tellRound tells each tenant's boards what was marked since the round before, and once more what that round told,
// because routing may read a fact later than we do. It returns what the next round is to tell once more. What could
// not be told is tried again.
func (f *Feed) tellRound(ctx context.Context, marked, before map[id.Tenant]*dirty) map[id.Tenant]*dirty {
	again := map[id.Tenant]*dirty{}
	tenants := map[id.Tenant]bool{}
	for _, round := range []map[id.Tenant]*dirty{marked, before} {
		for tenant := range round {
			tenants[tenant] = true
		}
	}
	for tenant := range tenants {
		d := newDirty()
		if m := marked[tenant]; m != nil {
			d.add(m)
			again[tenant] = m
		}
		if b := before[tenant]; b != nil {
			d.add(b)
			d.tries = b.tries
		}
		err := f.tellBoard(actor.With(ctx, actor.ForSystem(tenant)), d)
		if err == nil || ctx.Err() != nil {
			continue
		}
		if d.tries++; d.tries == 1 {
			f.Log.Warn("tell boards", "tenant", tenant, "err", err)
		}
		if d.tries < boardTries {
			again[tenant] = d
		}
	}
	return again
}

// tellBoard tells a tenant's people about d: members their queues, watchers the whole lines. Boards can be told
// while routing does not answer.
func (f *Feed) tellBoard(ctx context.Context, d *dirty) error {
	people := f.people(actor.From(ctx).Tenant)
	return errors.Join(f.tellOwnQueues(ctx, people, d), f.tellWatchers(ctx, people, d))
}

func (f *Feed) tellWatchers(ctx context.Context, people []*person, d *dirty) error {
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
		f.sendTo(p, frame)
	}
	for _, a := range board.Agents {
		if !d.agents[a.UserID] {
			continue
		}
		frame, err := frameOf("agent", "agent "+a.UserID.String(), BoardAgentOf(a))
		if err != nil {
			return err
		}
		f.sendTo(p, frame)
	}
	frame, err := frameOf("board", "board", showBoard(report.Board{Total: board.Total}).Body.Totals)
	if err != nil {
		return err
	}
	f.sendTo(p, frame)
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
		return err
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
