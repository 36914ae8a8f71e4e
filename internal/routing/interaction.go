package routing

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Interaction is the routable unit of work: one matter of one conversation that an agent is to handle.
type Interaction struct {
	ID             id.Interaction
	ConversationID id.Conversation
	BrandID        id.Brand
	Channel        string
	Direction      string
	State          State
	QueueID        id.Queue
	VisitID        id.QueueVisit
	OfferID        id.Offer
	AgentID        id.User
	SegmentID      id.Segment
	Priority       int
	Required       []Requirement `db:"required,json"`
	PreferredID    id.User
	PreferredUntil time.Time
	ArrivedAt      time.Time
	DueAt          time.Time
	AnsweredAt     time.Time
	RepliedAt      time.Time
	EndedAt        time.Time
	ParkedUntil    time.Time
	ClosedAt       time.Time
	Outcome        Outcome
	DispositionID  id.Disposition

	offeredTo id.User // while an offer is being made: who sees it on their worklist
	shared    bool    // while it is closed: its agent has answered many at once, and had no work of it
}

// New is an interaction that is about to enter a queue.
type New struct {
	Conversation id.Conversation
	Brand        id.Brand
	Channel      string
	Queue        id.Queue
	Priority     int
	Required     []Requirement // instead of those of the queue; nil: the queue's
	Preferred    id.User       // waited for first; 0 for nobody
	ArrivedAt    time.Time     // zero: now
}

// Work is what the worklist shows of an interaction beside its conversation.
type Work struct {
	Interaction  id.Interaction
	State        State
	Queue        id.Queue
	Agent        id.User // who has it, is offered it, or closed it
	Priority     int
	WaitingSince time.Time
	DueAt        time.Time
}

// Line is what the timeline of a conversation says about its work.
type Line struct {
	Code string         // catalogue key: "transferred"
	Data map[string]any // names for the text
	Note string         // what the agent wrote to the next one; may be empty
}

// Conversations is what routing needs of the conversations.
type Conversations interface {
	// ShowWork keeps w beside the conversation for the worklist.
	ShowWork(ctx context.Context, tx *db.Tx, conversation id.Conversation, w Work) error
	// Tell appends a line about the work to the conversation.
	Tell(ctx context.Context, tx *db.Tx, conversation id.Conversation, line Line) error
}

// Staff is what routing needs of the accounts.
type Staff interface {
	// OfBrand returns those of users who are active and granted the brand.
	OfBrand(ctx context.Context, q db.Queryer, brand id.Brand, users []id.User) ([]id.User, error)
	// AskBrands asks for the brands that a user may see; of one who is not active, none.
	AskBrands(ctx context.Context, q db.Queryer, user id.User) (answer func(ctx context.Context) (actor.Brands, error))
	// Reach returns those of users for whom the actor of ctx may do p, by the scope of p and the actor's brands.
	Reach(ctx context.Context, q db.Queryer, p actor.Permission, users []id.User) ([]id.User, error)
}

// Service holds the verbs of routing. Make it with NewService.
type Service struct {
	db            *db.DB
	conversations Conversations
	staff         Staff
}

// NewService returns the verbs over d.
func NewService(d *db.DB, conversations Conversations, staff Staff) *Service {
	return &Service{db: d, conversations: conversations, staff: staff}
}

const interactionColumns = `id, conversation_id, brand_id, channel, direction, state, queue_id, visit_id, offer_id, agent_id, segment_id,
	priority, required, preferred_id, preferred_until, arrived_at, due_at, answered_at, replied_at, ended_at, parked_until, closed_at,
	outcome, disposition_id`

// Enqueue begins an interaction in a queue. The conversation must have no open one.
func (s *Service) Enqueue(ctx context.Context, tx *db.Tx, n New) (Interaction, error) {
	const op = "routing.Enqueue"
	who := actor.From(ctx)
	q, err := openTerms(ctx, tx, n.Queue)
	if err != nil {
		return Interaction{}, errs.Op(op, err)
	}
	arrived := n.ArrivedAt
	if arrived.IsZero() {
		arrived = tx.Now()
	}
	it := Interaction{
		ID: id.New[id.Interaction](), ConversationID: n.Conversation, BrandID: n.Brand, Channel: n.Channel, Direction: "in",
		State: Queued, QueueID: q.ID, Priority: n.Priority, Required: n.Required, ArrivedAt: arrived,
		DueAt: arrived.Add(q.target()), PreferredID: n.Preferred,
	}
	if n.Preferred != 0 {
		it.PreferredUntil = tx.Now().Add(q.preferredWait())
	}
	err = db.Write(ctx, tx, `INSERT INTO interaction (tenant_id, id, conversation_id, brand_id, channel, direction, state, arrived_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		who.Tenant, it.ID, it.ConversationID, it.BrandID, it.Channel, it.Direction, it.State, it.ArrivedAt)
	if err != nil {
		return Interaction{}, errs.Op(op, err)
	}
	return it, errs.Op(op, s.enter(ctx, tx, &it, q, CauseArrival))
}

// enter puts it into the queue q on a new visit, and saves it.
func (s *Service) enter(ctx context.Context, tx *db.Tx, it *Interaction, q terms, cause string) error {
	it.State, it.QueueID, it.AgentID, it.SegmentID, it.OfferID = Queued, q.ID, 0, 0, 0
	it.VisitID = id.New[id.QueueVisit]()
	err := db.Write(ctx, tx, `INSERT INTO queue_visit (tenant_id, id, interaction_id, conversation_id, brand_id, queue_id, channel, cause,
		entered_at, waiting_since, target_seconds, short_seconds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		actor.From(ctx).Tenant, it.VisitID, it.ID, it.ConversationID, it.BrandID, it.QueueID, it.Channel, cause,
		tx.Now(), tx.Now(), q.TargetSeconds, q.ShortAbandonSeconds)
	if err != nil {
		return err
	}
	if err := s.save(ctx, tx, it); err != nil {
		return err
	}
	return tx.Record(ctx, fact.InteractionQueued{
		Interaction: it.ID, Conversation: it.ConversationID, Brand: it.BrandID, Queue: it.QueueID, Visit: it.VisitID,
		Channel: it.Channel, Direction: it.Direction, Priority: it.Priority, ArrivedAt: it.ArrivedAt, Cause: cause,
		Preferred: it.PreferredID, PreferredUntil: it.PreferredUntil, Required: it.Required,
	})
}

// Open returns the open interaction of a conversation, if there is one, locked in tx.
func (s *Service) Open(ctx context.Context, tx *db.Tx, conversation id.Conversation) (Interaction, bool, error) {
	return db.Find[Interaction](ctx, tx, `SELECT `+interactionColumns+` FROM interaction
		WHERE tenant_id = $1 AND conversation_id = $2 AND state <> 'closed'`+tx.ForUpdate(), actor.From(ctx).Tenant, conversation)
}

// lock returns an interaction that the actor's brands allow, locked in tx.
func lock(ctx context.Context, tx *db.Tx, op string, key id.Interaction) (Interaction, error) {
	return askLock(ctx, tx, op, key)(ctx)
}

// askLock asks for what lock returns.
func askLock(ctx context.Context, tx *db.Tx, op string, key id.Interaction) (answer func(ctx context.Context) (Interaction, error)) {
	who := actor.From(ctx)
	return locked(op, who, db.Ask[Interaction](ctx, tx, `SELECT `+interactionColumns+` FROM interaction
		WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), who.Tenant, key))
}

// askLockOffered is askLock for the interaction of an offer.
func askLockOffered(ctx context.Context, tx *db.Tx, op string, key id.Offer) (answer func(ctx context.Context) (Interaction, error)) {
	who := actor.From(ctx)
	return locked(op, who, db.Ask[Interaction](ctx, tx, `SELECT `+interactionColumns+` FROM interaction
		WHERE tenant_id = $1 AND id = (SELECT interaction_id FROM offer WHERE tenant_id = $1 AND id = $2)`+tx.ForUpdate(), who.Tenant, key))
}

func locked(op string, who actor.Actor, asked *db.Reading[Interaction]) (answer func(ctx context.Context) (Interaction, error)) {
	return func(ctx context.Context) (Interaction, error) {
		it, found, err := asked.Find(ctx)
		if err != nil {
			return it, errs.Op(op, err)
		}
		if !found || !who.Brands.Has(it.BrandID) {
			return it, errs.New(errs.NotFound, op, "interaction.not_found")
		}
		return it, nil
	}
}

// save writes what can change of it, and shows it beside its conversation.
func (s *Service) save(ctx context.Context, tx *db.Tx, it *Interaction) error {
	if it.State == Offered && it.offeredTo == 0 {
		o, err := offerByID(ctx, tx, it.OfferID)
		if err != nil {
			return err
		}
		it.offeredTo = o.AgentID
	}
	err := db.Write(ctx, tx, `UPDATE interaction SET state = $3, queue_id = $4, visit_id = $5, offer_id = $6, agent_id = $7, segment_id = $8,
		priority = $9, required = $10, preferred_id = $11, preferred_until = $12, due_at = $13, answered_at = $14, replied_at = $15,
		ended_at = $16, parked_until = $17, closed_at = $18, outcome = $19, disposition_id = $20 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, it.ID, it.State, it.QueueID, it.VisitID, it.OfferID, it.AgentID, it.SegmentID,
		it.Priority, db.JSON(it.Required), it.PreferredID, it.PreferredUntil, it.DueAt, it.AnsweredAt, it.RepliedAt,
		it.EndedAt, it.ParkedUntil, it.ClosedAt, it.Outcome, it.DispositionID)
	if err != nil {
		return err
	}
	return s.conversations.ShowWork(ctx, tx, it.ConversationID, it.work())
}

// work returns what the worklist shows of it.
func (it *Interaction) work() Work {
	w := Work{Interaction: it.ID, State: it.State, Queue: it.QueueID, Agent: it.AgentID, Priority: it.Priority, DueAt: it.DueAt}
	if it.State == Queued || it.State == Offered {
		w.WaitingSince = it.ArrivedAt
	}
	if it.State == Offered {
		w.Agent = it.offeredTo
	}
	if !it.RepliedAt.IsZero() {
		w.DueAt = time.Time{} // the promise of a first answer is kept or broken by now
	}
	return w
}

// MarkReplied stamps the first answer of an agent.
func (s *Service) MarkReplied(ctx context.Context, tx *db.Tx, key id.Interaction) error {
	const op = "routing.MarkReplied"
	it, err := lock(ctx, tx, op, key)
	if err != nil || !it.RepliedAt.IsZero() {
		return err
	}
	it.RepliedAt = tx.Now()
	return errs.Op(op, s.save(ctx, tx, &it))
}

// terms is what a queue promises and asks.
type terms struct {
	ID                   id.Queue
	BrandID              id.Brand
	Name                 string
	TargetSeconds        int
	ShortAbandonSeconds  int
	PreferredWaitSeconds int
	WrapUpSeconds        int
	DispositionRequired  bool
	PullAllowed          bool
	ArchivedAt           time.Time
}

func (q terms) target() time.Duration { return time.Duration(q.TargetSeconds) * time.Second }
func (q terms) preferredWait() time.Duration {
	return time.Duration(q.PreferredWaitSeconds) * time.Second
}
func (q terms) wrapUp() time.Duration { return time.Duration(q.WrapUpSeconds) * time.Second }

const termColumns = `id, brand_id, name, target_seconds, short_abandon_seconds, preferred_wait_seconds,
	wrap_up_seconds, disposition_required, pull_allowed, archived_at`

func queueTerms(ctx context.Context, q db.Queryer, key id.Queue) (terms, error) {
	t, found, err := db.Find[terms](ctx, q, `SELECT `+termColumns+` FROM queue WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
	if err == nil && (!found || !actor.From(ctx).Brands.Has(t.BrandID)) {
		err = errs.New(errs.NotFound, "routing.queue", "queue.not_found")
	}
	return t, err
}

// openTerms is queueTerms for whoever is to wait there. Where the queue was
// archived, the brand's oldest open one takes its contacts: somebody wrote, and
// must be answered. The queue cannot be archived before the commit.
func openTerms(ctx context.Context, tx *db.Tx, key id.Queue) (terms, error) {
	t, found, err := db.Find[terms](ctx, tx, `SELECT `+termColumns+` FROM queue WHERE tenant_id = $1 AND archived_at = 0
		AND brand_id = (SELECT brand_id FROM queue WHERE tenant_id = $1 AND id = $2)
		ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END, id LIMIT 1`+tx.ForShare(), actor.From(ctx).Tenant, key)
	if err != nil || found && actor.From(ctx).Brands.Has(t.BrandID) {
		return t, err
	}
	return queueTerms(ctx, tx, key)
}
