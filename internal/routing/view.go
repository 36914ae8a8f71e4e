package routing

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing/acd"
)

// maxTargets bounds the agents to whom an interaction may be handed, and the history that is shown of one.
const (
	maxTargets = 500
	maxHistory = 500
)

// Readers knows who may read which conversation.
type Readers interface {
	// Readable returns NotFound unless the actor of ctx may read the conversation.
	Readable(ctx context.Context, q db.Queryer, conversation id.Conversation) error
}

// Views shows what is going on. It changes nothing.
type Views struct {
	db      *db.DB
	live    Live
	readers Readers
}

// NewViews returns the views of d and of what is live.
func NewViews(d *db.DB, live Live, readers Readers) *Views {
	return &Views{db: d, live: live, readers: readers}
}

// Visit is one stay of an interaction in a queue.
type Visit struct {
	ID            id.QueueVisit
	QueueID       id.Queue
	Cause         string
	EnteredAt     time.Time
	WaitingSince  time.Time
	TargetSeconds int
	AnsweredAt    time.Time
	LeftAt        time.Time
	Outcome       Outcome
	AgentID       id.User
	Offers        int
}

// Segment is one agent's share of an interaction.
type Segment struct {
	ID            id.Segment
	QueueID       id.Queue
	AgentID       id.User
	How           How
	StartedAt     time.Time
	TalkedAt      time.Time // the talking ended, wrap-up began
	EndedAt       time.Time
	ParkedUS      int64 // microseconds put aside; the present stretch is not in it
	ParkedAt      time.Time
	Cause         string
	DispositionID id.Disposition
}

// Detail is an interaction with its whole history, oldest first.
type Detail struct {
	Interaction
	Visits   []Visit
	Offers   []Offer
	Segments []Segment
	Queues   map[id.Queue]string // names of the queues of the brand
}

// Interaction returns an interaction that is offered to the actor, or whose
// conversation the actor may read, with its history.
func (s *Views) Interaction(ctx context.Context, key id.Interaction) (Detail, error) {
	const op = "routing.Interaction"
	var d Detail
	err := s.db.View(ctx, func(q db.Queryer) (err error) {
		if d.Interaction, err = s.readable(ctx, q, op, key); err != nil {
			return err
		}
		tenant := actor.From(ctx).Tenant
		d.Visits, err = db.Many[Visit](ctx, q, `SELECT id, queue_id, cause, entered_at, waiting_since, target_seconds, answered_at, left_at,
			outcome, agent_id, offers FROM queue_visit WHERE tenant_id = $1 AND interaction_id = $2 ORDER BY id LIMIT $3`, tenant, key, maxHistory)
		if err != nil {
			return err
		}
		d.Offers, err = db.Many[Offer](ctx, q, `SELECT `+offerColumns+` FROM offer WHERE tenant_id = $1 AND interaction_id = $2 ORDER BY id LIMIT $3`,
			tenant, key, maxHistory)
		if err != nil {
			return err
		}
		d.Segments, err = db.Many[Segment](ctx, q, `SELECT id, queue_id, agent_id, how, started_at, talked_at, ended_at, parked_us, parked_at,
			cause, disposition_id FROM segment WHERE tenant_id = $1 AND interaction_id = $2 ORDER BY id LIMIT $3`, tenant, key, maxHistory)
		if err != nil {
			return err
		}
		d.Queues, err = queueNames(ctx, q, d.BrandID)
		return err
	})
	return d, errs.Op(op, err)
}

func queueNames(ctx context.Context, q db.Queryer, brand id.Brand) (map[id.Queue]string, error) {
	queues, err := queuesOf(ctx, q, actor.From(ctx), brand)
	names := make(map[id.Queue]string, len(queues))
	for _, q := range queues {
		names[q.ID] = q.Name
	}
	return names, err
}

func (s *Views) readable(ctx context.Context, q db.Queryer, op string, key id.Interaction) (Interaction, error) {
	who, err := actor.Require(ctx, op, actor.ConversationRead)
	if err != nil {
		return Interaction{}, err
	}
	it, found, err := db.Find[Interaction](ctx, q, `SELECT `+interactionColumns+` FROM interaction WHERE tenant_id = $1 AND id = $2`, who.Tenant, key)
	if err != nil {
		return it, errs.Op(op, err)
	}
	if !found || !who.Brands.Has(it.BrandID) {
		return it, errs.New(errs.NotFound, op, "interaction.not_found")
	}
	if it.State == Offered && who.User != 0 {
		if o, err := offerByID(ctx, q, it.OfferID); err == nil && o.AgentID == who.User {
			return it, nil
		}
	}
	if err := s.readers.Readable(ctx, q, it.ConversationID); err != nil {
		if errs.Is(errs.NotFound, err) {
			err = errs.New(errs.NotFound, op, "interaction.not_found")
		}
		return it, errs.Op(op, err)
	}
	return it, nil
}

// Activity is what an agent does, as it is shown to others.
type Activity string

// Activities.
const (
	IsOffline   Activity = "offline"
	IsAvailable Activity = "available"
	IsAway      Activity = "away"
	IsOffered   Activity = "offered"
	IsBusy      Activity = "busy"
	IsWrapping  Activity = "wrap_up"
)

// AgentPresence is the full presence of an agent.
type AgentPresence struct {
	Agent
	Reason     string // name of the away reason
	NextReason string
	Activity   Activity

	ActivitySince time.Time // of work the oldest piece, else the state
}

// Presence returns the actor's own presence.
func (s *Views) Presence(ctx context.Context) (AgentPresence, error) {
	who, err := person(ctx, "routing.Presence", actor.PresenceSelf)
	if err != nil {
		return AgentPresence{}, err
	}
	return s.PresenceOf(ctx, who.User)
}

// PresenceOf returns the presence of an agent of the actor's tenant, for those whose right to see it was checked.
func (s *Views) PresenceOf(ctx context.Context, user id.User) (p AgentPresence, err error) {
	err = s.db.View(ctx, func(q db.Queryer) error {
		tenant := actor.From(ctx).Tenant
		asked := db.Ask[Agent](ctx, q, `SELECT `+agentColumns+` FROM agent WHERE tenant_id = $1 AND user_id = $2`, tenant, user)
		working := askActivity(ctx, q, user)
		a, found, err := asked.Find(ctx)
		if err != nil {
			return err
		}
		if !found {
			a = newAgent(user)
		}
		p.Agent = a
		if err := p.nameReasons(ctx, q, tenant); err != nil {
			return err
		}
		p.Activity, p.ActivitySince, err = activity(ctx, a, working)
		return err
	})
	return p, errs.Op("routing.PresenceOf", err)
}

// nameReasons adds the names of the reasons that p has.
func (p *AgentPresence) nameReasons(ctx context.Context, q db.Queryer, tenant id.Tenant) error {
	if p.ReasonID == 0 && p.NextReasonID == 0 {
		return nil
	}
	reasons, err := db.Many[AwayReason](ctx, q, selectReason+` AND id IN ($2, $3)`, tenant, p.ReasonID, p.NextReasonID)
	for _, r := range reasons {
		if r.ID == p.ReasonID {
			p.Reason = r.Name
		}
		if r.ID == p.NextReasonID {
			p.NextReason = r.Name
		}
	}
	return err
}

// doing is since when an agent has been busy in one way.
type doing struct {
	State string
	Began time.Time
}

// askActivity asks for what an agent has.
func askActivity(ctx context.Context, q db.Queryer, user id.User) *db.Reading[doing] {
	return db.Ask[doing](ctx, q, `SELECT state, MIN(CASE WHEN state = 'wrap_up' THEN ended_at ELSE answered_at END) AS began FROM interaction
		WHERE tenant_id = $1 AND agent_id = $2 AND state IN ('active', 'wrap_up') GROUP BY state
		UNION ALL SELECT state, MIN(made_at) AS began FROM offer WHERE tenant_id = $3 AND agent_id = $4 AND state = 'made' GROUP BY state`,
		actor.From(ctx).Tenant, user, actor.From(ctx).Tenant, user)
}

// activity derives what an agent does, and since when, from what they have.
func activity(ctx context.Context, a Agent, asked *db.Reading[doing]) (Activity, time.Time, error) {
	rows, err := asked.Many(ctx)
	if err != nil {
		return "", time.Time{}, err
	}
	began := map[string]time.Time{}
	for _, r := range rows {
		began[r.State] = r.Began
	}
	for _, does := range []struct {
		state string
		is    Activity
	}{{string(Active), IsBusy}, {string(Made), IsOffered}, {string(WrapUp), IsWrapping}} {
		if at, found := began[does.state]; found {
			return does.is, at, nil
		}
	}
	return Activity(a.State), a.Since, nil
}

// OwnQueue is a queue of which the actor is a member. Board is nil when nobody can tell at the moment.
type OwnQueue struct {
	ID      id.Queue
	Name    string
	BrandID id.Brand
	Enabled bool
	Board   *acd.QueueView `db:"-"`
}

// OwnQueues returns the queues of the actor by name.
func (s *Views) OwnQueues(ctx context.Context) ([]OwnQueue, error) {
	const op = "routing.OwnQueues"
	who, err := person(ctx, op, actor.PresenceSelf)
	if err != nil {
		return nil, err
	}
	own, err := db.Many[OwnQueue](ctx, s.db, `SELECT q.id, q.name, q.brand_id, m.enabled FROM queue_member m
		JOIN queue q ON q.tenant_id = m.tenant_id AND q.id = m.queue_id
		WHERE m.tenant_id = $1 AND m.user_id = $2 AND q.archived_at = 0`, who.Tenant, who.User)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	own = slices.DeleteFunc(own, func(q OwnQueue) bool { return !who.Brands.Has(q.BrandID) })
	slices.SortFunc(own, func(a, b OwnQueue) int { return comparePlaces(placeOf(a.Name, a.ID), placeOf(b.Name, b.ID)) })
	board := s.board(ctx)
	for i := range own {
		own[i].Board = board[own[i].ID]
	}
	return own, nil
}

// board returns the live queues of the tenant; none while no engine answers.
func (s *Views) board(ctx context.Context) map[id.Queue]*acd.QueueView {
	views, err := s.live.Board(ctx)
	if err != nil {
		return nil
	}
	board := make(map[id.Queue]*acd.QueueView, len(views))
	for i := range views {
		board[views[i].Queue] = &views[i]
	}
	return board
}

// TargetQueue is a queue to which an interaction can be handed. Board is nil when nobody can tell at the moment.
type TargetQueue struct {
	Queue
	Board *acd.QueueView
}

// TargetAgent is an agent to whom an interaction can be handed. Live is nil when nobody can tell at the moment.
type TargetAgent struct {
	UserID id.User
	State  Presence
	Live   *acd.AgentView `db:"-"`
}

// Targets is where an interaction can be handed to.
type Targets struct {
	Queues []TargetQueue
	Agents []TargetAgent
}

// TransferTargets returns where an interaction that the actor may read can go: to the
// queues of its brand, and to the other agents who get work from its queue.
func (s *Views) TransferTargets(ctx context.Context, key id.Interaction) (Targets, error) {
	const op = "routing.TransferTargets"
	it, err := s.readable(ctx, s.db, op, key)
	if err != nil {
		return Targets{}, err
	}
	who := actor.From(ctx)
	queues, err := queuesOf(ctx, s.db, who, it.BrandID)
	if err != nil {
		return Targets{}, errs.Op(op, err)
	}
	board := s.board(ctx)
	var t Targets
	for _, q := range narrow(queues, ListQuery{Limit: maxQueues}) {
		t.Queues = append(t.Queues, TargetQueue{Queue: q, Board: board[q.ID]})
	}
	t.Agents, err = db.Many[TargetAgent](ctx, s.db, `SELECT m.user_id, COALESCE(a.state, 'offline') AS state FROM queue_member m
		LEFT JOIN agent a ON a.tenant_id = m.tenant_id AND a.user_id = m.user_id
		WHERE m.tenant_id = $1 AND m.queue_id = $2 AND m.enabled AND m.user_id NOT IN ($3, $4) ORDER BY m.user_id LIMIT $5`,
		who.Tenant, it.QueueID, who.User, it.AgentID, maxTargets)
	if err != nil {
		return Targets{}, errs.Op(op, err)
	}
	s.liven(ctx, t.Agents)
	return t, nil
}

// liven adds what agents do now.
func (s *Views) liven(ctx context.Context, agents []TargetAgent) {
	users := make([]id.User, len(agents))
	for i, a := range agents {
		users[i] = a.UserID
	}
	views, err := s.live.Agents(ctx, users)
	if err != nil {
		return
	}
	for i := range views {
		at := slices.IndexFunc(agents, func(a TargetAgent) bool { return a.UserID == views[i].ID })
		agents[at].Live = &views[i]
	}
}
