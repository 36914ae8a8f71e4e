package report

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/routing/acd"
)

// Board is how everything stands now, with the figures of today.
type Board struct {
	At     time.Time
	Live   bool // false: routing did not answer, so that states come from the tables alone
	Total  BoardTotal
	Queues []QueueState
	Agents []AgentState
}

// BoardTotal sums up the queues of a board. The target is theirs, weighted by what they were offered.
type BoardTotal struct {
	Waiting       int
	Longest       time.Time
	TargetPercent float64
	Visits        Visits
	Work          Work
	Activities    map[Activity]int // agents by what they do
}

// QueueState is a queue on the board.
type QueueState struct {
	ID            id.Queue
	Name          string
	BrandID       id.Brand
	TargetPercent int64
	TargetSeconds int64
	TimeZone      string

	Waiting int       // offered ones not included
	Longest time.Time // since when who waits longest has waited; zero: nobody waits
	Offered int       // at this moment
	Active  int       // with an agent, wrap-up included, parked not
	Staff   acd.Staff
	Visits  Visits // of those who entered today
	Work    Work   // of today
	Agents  []id.User
}

// Activity is what an agent does, derived from presence and work.
type Activity string

// Activities.
const (
	IsOffline   Activity = "offline"
	IsAway      Activity = "away"
	IsAvailable Activity = "available"
	IsOffered   Activity = "offered"
	IsWrapUp    Activity = "wrap_up"
	IsBusy      Activity = "busy"
)

// AgentState is an agent on the board.
type AgentState struct {
	UserID    id.User
	Name      string
	Capacity  int
	Loads     map[string]int `db:"loads,json"`
	Channels  []string       `db:"channels,json"`
	State     routing.Presence
	ReasonID  id.AwayReason
	Reason    string
	System    string
	Since     time.Time
	NextState routing.Presence

	Activity Activity
	Load     int
	Teams    []id.Team
	Queues   []Serves
	Skills   []SkillLevel
	Work     []WorkItem
}

// Serves is an agent's membership of a queue.
type Serves struct {
	QueueID id.Queue
	Enabled bool
}

// SkillLevel is a skill that an agent has.
type SkillLevel struct {
	SkillID id.Skill
	Name    string
	Level   int
}

// WorkItem is an interaction that an agent has or is offered.
type WorkItem struct {
	InteractionID  id.Interaction
	ConversationID id.Conversation
	QueueID        id.Queue
	AgentID        id.User
	Channel        string
	State          routing.State
	Customer       string // masked for those who may not read names
	Since          time.Time
}

// Board returns the queues and agents that the actor may see.
func (s *Service) Board(ctx context.Context) (Board, error) {
	const op = "report.Board"
	b, err := s.look(ctx, op, selection{})
	if err != nil {
		return Board{}, err
	}
	return Board{At: b.now, Live: b.live, Total: b.total(), Queues: b.queues, Agents: b.agents}, nil
}

// BoardQueue returns one queue of the board.
func (s *Service) BoardQueue(ctx context.Context, queue id.Queue) (QueueState, error) {
	const op = "report.BoardQueue"
	b, err := s.look(ctx, op, selection{queue: queue})
	if err != nil {
		return QueueState{}, err
	}
	if len(b.queues) == 0 {
		return QueueState{}, errs.New(errs.NotFound, op, "queue.not_found")
	}
	return b.queues[0], nil
}

// BoardAgent returns one agent of the board.
func (s *Service) BoardAgent(ctx context.Context, agent id.User) (AgentState, error) {
	const op = "report.BoardAgent"
	b, err := s.look(ctx, op, selection{agent: agent})
	if err != nil {
		return AgentState{}, err
	}
	if len(b.agents) == 0 {
		return AgentState{}, errs.New(errs.NotFound, op, "agent.not_found")
	}
	return b.agents[0], nil
}

// selection is the part of the board that is wanted; the zero one is all of it.
type selection struct {
	queue id.Queue
	agent id.User
}

// picture is what a board is made of.
type picture struct {
	reach
	selection
	now  time.Time
	live bool

	queues  []QueueState
	agents  []AgentState
	members []member
	work    []WorkItem
	byQueue map[id.Queue]*QueueState
	byAgent map[id.User]*AgentState
}

func (s *Service) look(ctx context.Context, op string, sel selection) (*picture, error) {
	r, err := s.reachOf(ctx, op, actor.BoardRead)
	if err != nil {
		return nil, err
	}
	b := &picture{reach: r, selection: sel, now: time.Now().UTC().Truncate(time.Microsecond)}
	if err := s.db.View(ctx, func(q db.Queryer) error { return b.read(ctx, q) }); err != nil {
		return nil, errs.Op(op, err)
	}
	b.join()
	if !sel.agent.IsZero() {
		return b, nil
	}
	views, err := s.live.Board(ctx)
	b.live = err == nil
	if err != nil && !errs.Is(errs.Unavailable, err) {
		return nil, errs.Op(op, err)
	}
	for _, v := range views {
		if q := b.byQueue[v.Queue]; q != nil {
			q.Waiting, q.Offered, q.Staff = v.Waiting, v.Offered, v.Staff // the longest wait is in this queue, the engine's since the arrival
		}
	}
	return b, nil
}

// join brings rows together, in memory: a board costs the same number of queries whatever its size.
func (b *picture) join() {
	for _, w := range b.work {
		if a := b.byAgent[w.AgentID]; a != nil {
			a.Work = append(a.Work, w)
		}
		q := b.byQueue[w.QueueID]
		if q == nil {
			continue
		}
		switch w.State {
		case routing.Offered:
			q.Offered++
			q.Waiting-- // its visit is still open
		case routing.Active, routing.WrapUp:
			q.Active++
		case routing.Queued, routing.Parked, routing.Closed:
		}
	}
	for i := range b.agents {
		b.agents[i].derive()
	}
	for _, m := range b.members {
		a, q := b.byAgent[m.UserID], b.byQueue[m.QueueID]
		if a != nil {
			a.Queues = append(a.Queues, Serves{m.QueueID, m.Enabled})
		}
		if a == nil || q == nil {
			continue
		}
		q.Agents = append(q.Agents, m.UserID)
		if m.Enabled {
			q.count(a.Activity)
		}
	}
	b.narrow()
}

// derive says what the agent does and how much they carry.
func (a *AgentState) derive() {
	a.Activity = Activity(a.State)
	rank := map[routing.State]int{routing.Offered: 1, routing.WrapUp: 2, routing.Active: 3}
	shown := map[routing.State]Activity{routing.Offered: IsOffered, routing.WrapUp: IsWrapUp, routing.Active: IsBusy}
	best := 0
	for _, w := range a.Work {
		if r := rank[w.State]; r > best {
			best, a.Activity = r, shown[w.State]
		}
		if w.State != routing.Parked {
			a.Load += a.loadOf(w.Channel)
		}
	}
}

func (a *AgentState) loadOf(channel string) int {
	class := routing.ClassOf(channel)
	if own := a.Loads[class.String()]; own > 0 {
		return own
	}
	return class.DefaultLoad()
}

// count adds an agent who serves the queue.
func (q *QueueState) count(does Activity) {
	switch does {
	case IsBusy, IsOffered:
		q.Staff.Busy++
	case IsWrapUp:
		q.Staff.WrapUp++
	case IsAvailable:
		q.Staff.Free++
	case IsAway:
		q.Staff.Away++
	case IsOffline:
		q.Staff.Offline++
	}
}

// narrow leaves out the agents who have nothing to do with the actor's brands.
func (b *picture) narrow() {
	if b.brands.All || b.reach.agents != nil {
		return
	}
	kept := b.agents[:0]
	for _, a := range b.agents {
		if len(a.Queues) > 0 || len(a.Work) > 0 {
			kept = append(kept, a)
		}
	}
	b.agents = kept
}

func (b *picture) total() BoardTotal {
	t := BoardTotal{Activities: map[Activity]int{}}
	var weight, plain float64
	for _, q := range b.queues {
		t.Waiting += q.Waiting
		if !q.Longest.IsZero() && (t.Longest.IsZero() || q.Longest.Before(t.Longest)) {
			t.Longest = q.Longest
		}
		t.Visits.Add(q.Visits)
		t.Work.Add(q.Work)
		weight += float64(q.TargetPercent) * float64(q.Visits.Offered)
		plain += float64(q.TargetPercent)
	}
	switch {
	case t.Visits.Offered > 0:
		t.TargetPercent = weight / float64(t.Visits.Offered)
	case len(b.queues) > 0:
		t.TargetPercent = plain / float64(len(b.queues))
	}
	for _, a := range b.agents {
		t.Activities[a.Activity]++
	}
	return t
}
