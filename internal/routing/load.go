package routing

import (
	"context"
	"errors"
	"slices"
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
		agents, err := s.readAgents(ctx, q, 0)
		if err != nil {
			return err
		}
		work, waiting, err := readOpen(ctx, q, everything())
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
	ArchivedAt           time.Time
}

// readQueues returns one queue, or all that are in use (key 0), as events.
func readQueues(ctx context.Context, q db.Queryer, key id.Queue) ([]acd.Event, error) {
	rows, err := db.Many[queueRow](ctx, q, `SELECT id, priority, required, target_percent, target_seconds, offer_seconds, preferred_wait_seconds,
		max_waiting, max_wait_seconds, overflow_queue_id, archived_at
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
		ID: r.ID, Priority: r.Priority, Skills: needs(r.Required), Overflow: r.OverflowQueueID,
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

// queueEvents returns what the tables say of a queue, with those who wait in it if that is asked for.
func (s *Service) queueEvents(ctx context.Context, key id.Queue, line bool) ([]acd.Event, error) {
	events, err := readQueues(ctx, s.db, key)
	if err != nil || !line || len(events) == 0 {
		return events, err
	}
	if _, open := events[0].(acd.QueueUpserted); !open {
		return events, nil
	}
	_, waiting, err := readOpen(ctx, s.db, openOf{queue: key})
	return append(events, waiting...), err
}

type memberRow struct {
	UserID  id.User
	QueueID id.Queue
	BrandID id.Brand
}

type skillRow struct {
	UserID  id.User
	SkillID id.Skill
	Level   int
}

// readAgents returns one agent, or all of the tenant (key 0), without their work. A
// membership counts as long as the agent is active and granted the queue's brand.
func (s *Service) readAgents(ctx context.Context, q db.Queryer, key id.User) ([]acd.Agent, error) {
	tenant := actor.From(ctx).Tenant
	rows, err := db.Many[Agent](ctx, q, `SELECT `+agentColumns+` FROM agent WHERE tenant_id = $1 AND (user_id = $2 OR $2 = 0) ORDER BY user_id`, tenant, key)
	if err != nil {
		return nil, err
	}
	members, err := db.Many[memberRow](ctx, q, `SELECT m.user_id, m.queue_id, q.brand_id FROM queue_member m
		JOIN queue q ON q.tenant_id = m.tenant_id AND q.id = m.queue_id
		WHERE m.tenant_id = $1 AND (m.user_id = $2 OR $2 = 0) AND m.enabled ORDER BY m.user_id, m.queue_id`, tenant, key)
	if err != nil {
		return nil, err
	}
	if members, err = s.effective(ctx, q, members); err != nil {
		return nil, err
	}
	skills, err := db.Many[skillRow](ctx, q, `SELECT user_id, skill_id, level FROM agent_skill
		WHERE tenant_id = $1 AND (user_id = $2 OR $2 = 0) ORDER BY user_id, skill_id`, tenant, key)
	if err != nil {
		return nil, err
	}
	mix, err := readMix(ctx, q)
	if err != nil {
		return nil, err
	}
	agents := make([]acd.Agent, len(rows))
	at := make(map[id.User]*acd.Agent, len(rows))
	for i, r := range rows {
		agents[i] = r.core(mix)
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

// effective returns those of members who may have what their queues have.
func (s *Service) effective(ctx context.Context, q db.Queryer, members []memberRow) ([]memberRow, error) {
	type grant struct {
		user  id.User
		brand id.Brand
	}
	users := map[id.Brand][]id.User{}
	for _, m := range members {
		if of := users[m.BrandID]; len(of) == 0 || of[len(of)-1] != m.UserID { // they come sorted by user
			users[m.BrandID] = append(of, m.UserID)
		}
	}
	granted := map[grant]bool{}
	for brand, all := range users {
		for some := range slices.Chunk(all, agentBatch) {
			serving, err := s.staff.OfBrand(ctx, q, brand, some)
			if err != nil {
				return nil, err
			}
			for _, u := range serving {
				granted[grant{u, brand}] = true
			}
		}
	}
	return slices.DeleteFunc(members, func(m memberRow) bool { return !granted[grant{m.UserID, m.BrandID}] }), nil
}

// core returns a in the core's words. Who is about to leave gets nothing new.
func (a Agent) core(mix Mix) acd.Agent {
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
	mix.core(&out)
	return out
}

// everybody returns what the tables say of all agents now; their work stays as the core knows it.
func (s *Service) everybody(ctx context.Context) (events []acd.Event, err error) {
	err = s.db.View(ctx, func(q db.Queryer) error {
		agents, err := s.readAgents(ctx, q, 0)
		for _, a := range agents {
			events = append(events, acd.AgentUpserted{Agent: a})
		}
		return err
	})
	return events, err
}

// agentEvents returns what the tables say of one agent now. Unless it is asked
// for, their work stays as the core knows it.
func (s *Service) agentEvents(ctx context.Context, user id.User, withWork bool) (events []acd.Event, err error) {
	err = s.db.View(ctx, func(q db.Queryer) error {
		agents, err := s.readAgents(ctx, q, user)
		if err != nil || len(agents) == 0 {
			return err
		}
		a := agents[0]
		if withWork {
			work, _, err := readOpen(ctx, q, openOf{agent: user})
			if err != nil {
				return err
			}
			a.Work = append([]acd.Work{}, work[user]...)
		}
		events = one(acd.AgentUpserted{Agent: a})
		return nil
	})
	return events, err
}

type refusalRow struct {
	InteractionID id.Interaction
	AgentID       id.User
	EndedAt       time.Time
}

// openOf says which open interactions are meant: those of one agent, those that
// wait in one queue, or everything.
type openOf struct {
	agent id.User
	queue id.Queue
}

func everything() openOf { return openOf{} }

// readOpen returns the work of each agent, and those who wait. The open states are named, and what is not looked for by
// an index has a plus: else SQLite goes through all the work there has ever been.
func readOpen(ctx context.Context, q db.Queryer, of openOf) (work map[id.User][]acd.Work, waiting []acd.Event, err error) {
	tenant := actor.From(ctx).Tenant
	rows, err := db.Many[openRow](ctx, q, `SELECT i.id, i.channel, i.state, i.queue_id, i.agent_id, i.priority, i.required, i.preferred_id,
		i.preferred_until, i.arrived_at, i.answered_at, COALESCE(v.entered_at, 0) AS entered_at FROM interaction i
		LEFT JOIN queue_visit v ON v.tenant_id = i.tenant_id AND v.id = i.visit_id
		WHERE i.tenant_id = $1 AND i.state <> 'closed' AND i.state IN ('queued', 'offered', 'active', 'parked', 'wrap_up')
		AND (i.agent_id = $2 OR $2 = 0) AND (i.queue_id = $3 AND i.state IN ('queued', 'offered') OR $3 = 0) ORDER BY i.arrived_at, i.id`, tenant, of.agent, of.queue)
	if err != nil {
		return nil, nil, err
	}
	excluded, err := readRefusals(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	work = map[id.User][]acd.Work{}
	for _, r := range rows {
		it := r.core()
		it.Excluded = excluded[it.ID]
		if phase, busy := phaseOf(r.State); busy {
			work[r.AgentID] = append(work[r.AgentID], acd.Work{Interaction: it, Phase: phase, Since: r.AnsweredAt})
			continue
		}
		waiting = append(waiting, acd.InteractionQueued{Interaction: it})
	}
	return work, waiting, nil
}

// openRow is an open interaction as the core is to know it.
type openRow struct {
	ID             id.Interaction
	Channel        string
	State          State
	QueueID        id.Queue
	AgentID        id.User
	Priority       int
	Required       []Requirement `db:"required,json"`
	PreferredID    id.User
	PreferredUntil time.Time
	ArrivedAt      time.Time
	AnsweredAt     time.Time
	EnteredAt      time.Time // its present or last queue
}

func (r openRow) core() acd.Interaction {
	return acd.Interaction{
		ID: r.ID, Queue: r.QueueID, Channel: class(r.Channel), Priority: r.Priority, Arrived: r.ArrivedAt, Entered: r.EnteredAt,
		Skills: needs(r.Required), Preferred: r.PreferredID, PreferredUntil: r.PreferredUntil,
	}
}

// readRefusals returns who turned down what waits, as long as that counts.
func readRefusals(ctx context.Context, q db.Queryer) (map[id.Interaction][]acd.Exclusion, error) {
	refused, err := db.Many[refusalRow](ctx, q, `SELECT o.interaction_id, o.agent_id, o.ended_at FROM interaction i CROSS JOIN offer o
		WHERE i.tenant_id = $1 AND i.state <> 'closed' AND i.state = 'queued' AND o.tenant_id = i.tenant_id AND o.interaction_id = i.id
		AND o.state IN ('declined', 'missed') AND o.ended_at > $2`, actor.From(ctx).Tenant, time.Now().Add(-acd.Backoff))
	if err != nil {
		return nil, err
	}
	excluded := map[id.Interaction][]acd.Exclusion{}
	for _, r := range refused {
		excluded[r.InteractionID] = append(excluded[r.InteractionID], acd.Exclusion{Agent: r.AgentID, Until: r.EndedAt.Add(acd.Backoff)})
	}
	return excluded, nil
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
