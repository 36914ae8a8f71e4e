package routing

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing/acd"
)

// withdrawStanding takes back the offers of the engine before this one. Their
// time ran on while nobody could answer; the new engine offers anew at once.
func (s *Service) withdrawStanding(ctx context.Context, held lease.Held) error {
	standing, err := db.Many[Offer](ctx, s.db, `SELECT `+offerColumns+` FROM offer WHERE tenant_id = $1 AND state = 'made'`, actor.From(ctx).Tenant)
	if err != nil {
		return err
	}
	for _, o := range standing {
		err := s.db.Update(ctx, func(tx *db.Tx) error {
			return errors.Join(lease.Check(ctx, tx, held), s.returnOffer(ctx, tx, o, Withdrawn, "restart"))
		})
		if err != nil && !errs.Is(errs.Conflict, err) {
			return err
		}
	}
	return nil
}

// load returns the tenant's present state as events, and the position of the facts that come after it.
func (s *Service) load(ctx context.Context) (pos int64, events []acd.Event, err error) {
	err = s.db.View(ctx, func(q db.Queryer) error {
		if pos, err = db.LastFact(ctx, q); err != nil {
			return err
		}
		queues, err := readQueues(ctx, q, 0)
		if err != nil {
			return err
		}
		agents, err := readAgents(ctx, q, 0)
		if err != nil {
			return err
		}
		work, waiting, err := readOpen(ctx, q)
		if err != nil {
			return err
		}
		events = append(events, queues...)
		for _, a := range agents {
			a.Work = append([]acd.Work{}, work[a.ID]...)
			events = append(events, acd.AgentUpserted{Agent: a})
		}
		events = append(events, waiting...)
		events = append(events, acd.Ready{})
		return nil
	})
	return pos, events, err
}

type queueRow struct {
	ID                   id.Queue
	Priority             int
	Required             []Requirement `db:"required,json"`
	TargetPercent        int
	TargetSeconds        int
	OfferSeconds         int
	PreferredWaitSeconds int
	MaxWaiting           int
	MaxWaitSeconds       int
	OverflowQueueID      id.Queue
	PullAllowed          bool
	ArchivedAt           time.Time
}

// readQueues returns one queue, or all that are in use (key 0), as events.
func readQueues(ctx context.Context, q db.Queryer, key id.Queue) ([]acd.Event, error) {
	rows, err := db.Many[queueRow](ctx, q, `SELECT id, priority, required, target_percent, target_seconds, offer_seconds, preferred_wait_seconds,
		max_waiting, max_wait_seconds, overflow_queue_id, pull_allowed, archived_at
		FROM queue WHERE tenant_id = $1 AND (id = $2 OR $2 = 0 AND archived_at = 0) ORDER BY id`, actor.From(ctx).Tenant, key)
	if err != nil {
		return nil, err
	}
	events := make([]acd.Event, 0, len(rows))
	for _, r := range rows {
		if !r.ArchivedAt.IsZero() {
			events = append(events, acd.QueueRemoved{Queue: r.ID})
			continue
		}
		events = append(events, acd.QueueUpserted{Queue: r.core()})
	}
	return events, nil
}

func (r queueRow) core() acd.Queue {
	q := acd.Queue{
		ID: r.ID, Priority: r.Priority, Skills: needs(r.Required), PullAllowed: r.PullAllowed, Overflow: r.OverflowQueueID,
		Target:        acd.Target{Share: float64(r.TargetPercent) / 100, Within: seconds(r.TargetSeconds)},
		PreferredWait: seconds(r.PreferredWaitSeconds),
	}
	for c := range q.OfferTimeouts {
		q.OfferTimeouts[c] = seconds(r.OfferSeconds)
	}
	if r.PreferredWaitSeconds == 0 {
		q.PreferredWait = -1 // nobody is waited for
	}
	if r.OverflowQueueID != 0 { // without somewhere to go, waiting on is better than being sent away
		q.MaxWaiting, q.MaxWait = r.MaxWaiting, seconds(r.MaxWaitSeconds)
	}
	return q
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

func (s *Service) queueEvents(ctx context.Context, key id.Queue) ([]acd.Event, error) {
	return readQueues(ctx, s.db, key)
}

type memberRow struct {
	UserID  id.User
	QueueID id.Queue
}

type skillRow struct {
	UserID  id.User
	SkillID id.Skill
	Level   int
}

// readAgents returns one agent, or all of the tenant (key 0), without their work.
func readAgents(ctx context.Context, q db.Queryer, key id.User) ([]acd.Agent, error) {
	tenant := actor.From(ctx).Tenant
	rows, err := db.Many[Agent](ctx, q, `SELECT `+agentColumns+` FROM agent WHERE tenant_id = $1 AND (user_id = $2 OR $2 = 0) ORDER BY user_id`, tenant, key)
	if err != nil {
		return nil, err
	}
	members, err := db.Many[memberRow](ctx, q, `SELECT user_id, queue_id FROM queue_member
		WHERE tenant_id = $1 AND (user_id = $2 OR $2 = 0) AND enabled ORDER BY user_id, queue_id`, tenant, key)
	if err != nil {
		return nil, err
	}
	skills, err := db.Many[skillRow](ctx, q, `SELECT user_id, skill_id, level FROM agent_skill
		WHERE tenant_id = $1 AND (user_id = $2 OR $2 = 0) ORDER BY user_id, skill_id`, tenant, key)
	if err != nil {
		return nil, err
	}
	agents := make([]acd.Agent, len(rows))
	at := make(map[id.User]*acd.Agent, len(rows))
	for i, r := range rows {
		agents[i] = r.core()
		at[r.UserID] = &agents[i]
	}
	for _, m := range members {
		if a := at[m.UserID]; a != nil {
			a.Queues = append(a.Queues, m.QueueID)
		}
	}
	for _, sk := range skills {
		if a := at[sk.UserID]; a != nil {
			a.Skills = append(a.Skills, acd.Skill{ID: sk.SkillID, Level: level(sk.Level)})
		}
	}
	return agents, nil
}

// core returns a in the core's words. Who is about to leave gets nothing new.
func (a Agent) core() acd.Agent {
	out := acd.Agent{ID: a.UserID, Capacity: a.Capacity, IdleSince: a.IdleSince, Presence: acd.Offline}
	switch {
	case a.State == Available && a.NextState == "":
		out.Presence = acd.Available
	case a.State != Offline:
		out.Presence = acd.Away
	}
	for c, name := range Classes() {
		if load := a.Loads[name]; load > 0 {
			out.Loads[c] = load
		}
	}
	for c, name := range Classes() {
		for _, on := range a.Channels {
			if on == name {
				out.Channels |= acd.ChannelSet(acd.Channel(c)) // five classes
			}
		}
	}
	return out
}

// agentEvents returns what the tables say of one agent now; their work stays as the core knows it.
func (s *Service) agentEvents(ctx context.Context, user id.User) ([]acd.Event, error) {
	agents, err := readAgents(ctx, s.db, user)
	if err != nil || len(agents) == 0 {
		return nil, err
	}
	return one(acd.AgentUpserted{Agent: agents[0]}), nil
}

type refusalRow struct {
	InteractionID id.Interaction
	AgentID       id.User
	EndedAt       time.Time
}

// readOpen returns the work of each agent, and those who wait.
func readOpen(ctx context.Context, q db.Queryer) (work map[id.User][]acd.Work, waiting []acd.Event, err error) {
	tenant := actor.From(ctx).Tenant
	rows, err := db.Many[Interaction](ctx, q, `SELECT `+interactionColumns+` FROM interaction
		WHERE tenant_id = $1 AND state <> 'closed' ORDER BY arrived_at, id`, tenant)
	if err != nil {
		return nil, nil, err
	}
	refused, err := db.Many[refusalRow](ctx, q, `SELECT o.interaction_id, o.agent_id, o.ended_at FROM offer o
		JOIN interaction i ON i.tenant_id = o.tenant_id AND i.id = o.interaction_id AND i.state = 'queued'
		WHERE o.tenant_id = $1 AND o.state IN ('declined', 'missed') AND o.ended_at > $2`, tenant, time.Now().Add(-acd.Backoff))
	if err != nil {
		return nil, nil, err
	}
	excluded := map[id.Interaction][]acd.Exclusion{}
	for _, r := range refused {
		excluded[r.InteractionID] = append(excluded[r.InteractionID], acd.Exclusion{Agent: r.AgentID, Until: r.EndedAt.Add(acd.Backoff)})
	}
	work = map[id.User][]acd.Work{}
	for _, it := range rows {
		one := acd.Interaction{
			ID: it.ID, Queue: it.QueueID, Channel: class(it.Channel), Priority: it.Priority, Arrived: it.ArrivedAt, Skills: needs(it.Required),
			Preferred: it.PreferredID, PreferredUntil: it.PreferredUntil, Excluded: excluded[it.ID],
		}
		if phase, busy := phaseOf(it.State); busy {
			work[it.AgentID] = append(work[it.AgentID], acd.Work{Interaction: one, Phase: phase, Since: it.AnsweredAt})
			continue
		}
		waiting = append(waiting, acd.InteractionQueued{Interaction: one})
	}
	return work, waiting, nil
}

// phaseOf returns the core's word for a state in which an agent has the interaction.
func phaseOf(st State) (acd.Phase, bool) {
	switch st {
	case Active:
		return acd.Active, true
	case Parked:
		return acd.Parked, true
	case WrapUp:
		return acd.WrapUp, true
	case Queued, Offered, Closed:
	}
	return acd.Waiting, false
}
