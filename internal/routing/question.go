package routing

import (
	"context"
	"encoding/json"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/bus"
	"github.com/zongler/zongler/internal/routing/acd"
)

// Peers carries questions to the node that holds a tenant. *bus.Bus is one.
type Peers interface {
	// Ask sends a question to whoever answers on subject, and returns the answer.
	Ask(ctx context.Context, subject bus.Subject, question []byte) ([]byte, error)
	// Answer has handle answer the questions on subject, one after the other, until end is called; an answer of nothing is a refusal.
	Answer(subject bus.Subject, handle func(question []byte) []byte) (end func(), err error)
}

// What can be asked of an engine.
const (
	askBoard    = "board"
	askAgents   = "agents"
	askPosition = "position"
	askOutlook  = "outlook"
	askLine     = "line"
)

// question is what is asked of the engine of a tenant. It travels between nodes.
type question struct {
	What        string         `json:"what"`
	Agents      []id.User      `json:"agents,omitempty"`
	Interaction id.Interaction `json:"interaction,omitzero"`
	Queue       id.Queue       `json:"queue,omitzero"`
	Channel     string         `json:"channel,omitempty"`
}

// answer is what an engine says to a question; what was not asked for is zero.
type answer struct {
	Board   []acd.QueueView  `json:"board,omitempty"`
	Agents  []acd.AgentView  `json:"agents,omitempty"`
	Place   int              `json:"place,omitzero"`
	Wait    time.Duration    `json:"wait,omitzero"`
	Waiting bool             `json:"waiting,omitzero"`
	Line    []id.Interaction `json:"line,omitempty"`
}

// put answers q from the core.
func (q question) put(now time.Time, core *acd.State) (a answer) {
	switch q.What {
	case askBoard:
		a.Board = core.Board(now)
	case askAgents:
		for _, key := range q.Agents {
			if v, known := core.Agent(key); known {
				a.Agents = append(a.Agents, v)
			}
		}
	case askPosition:
		if a.Place, a.Waiting = core.Position(q.Interaction); a.Waiting {
			a.Wait, _ = core.ExpectedWait(now, q.Interaction)
		}
	case askOutlook:
		a.Wait, _ = core.Outlook(now, q.Queue, class(q.Channel))
	case askLine:
		a.Line = core.Line(q.Queue)
	}
	return a
}

// ownerOf is where the node answers that holds a tenant.
func ownerOf(tenant id.Tenant) bus.Subject { return bus.Node("routing", tenant.String()) }

// askOwner asks the node that holds a tenant.
func (r *Router) askOwner(ctx context.Context, tenant id.Tenant, q question) (a answer, err error) {
	const op = "routing.askOwner"
	raw, err := json.Marshal(q)
	if err != nil {
		return a, errs.Op(op, err)
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	if raw, err = r.peers.Ask(ctx, ownerOf(tenant), raw); err != nil {
		return a, errs.Op(op, err)
	}
	if len(raw) == 0 {
		return a, unavailable()
	}
	return a, errs.Op(op, json.Unmarshal(raw, &a))
}

// answerPeers answers other nodes from the engine of a tenant, until the function returned is called.
func (r *Router) answerPeers(tenant id.Tenant, place *seat) (end func()) {
	if r.peers == nil {
		return func() {}
	}
	end, err := r.peers.Answer(ownerOf(tenant), func(raw []byte) []byte {
		var q question
		if err := json.Unmarshal(raw, &q); err != nil {
			return nil
		}
		a, err := place.ask(r.life, q, askTime)
		if err != nil {
			return nil
		}
		out, err := json.Marshal(a)
		if err != nil {
			r.log.Error("routing: answer another node", "what", q.What, "err", err)
		}
		return out
	})
	if err != nil {
		r.log.Warn("routing: other nodes cannot ask this one", "tenant", tenant, "err", err)
		return func() {}
	}
	return end
}
