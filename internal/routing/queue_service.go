package routing

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/tenant"
)

// Calendars knows which calendars there are.
type Calendars interface {
	// Has reports whether tenant has the calendar.
	Has(ctx context.Context, q db.Queryer, tenant id.Tenant, calendar id.Calendar) (bool, error)
}

// Queues keeps the configuration of queues.
type Queues struct {
	db        *db.DB
	calendars Calendars
}

// NewQueues returns the queues in d.
func NewQueues(d *db.DB, calendars Calendars) *Queues { return &Queues{db: d, calendars: calendars} }

const queueColumns = `id, brand_id, name, description, priority, required, target_percent, target_seconds, short_abandon_seconds,
	offer_seconds, preferred_wait_seconds, wrap_up_seconds, disposition_required, max_waiting, max_wait_seconds, overflow_queue_id,
	pull_allowed, calendar_id, texts, created_at, archived_at`

// Create makes a queue of a brand.
func (s *Queues) Create(ctx context.Context, brand id.Brand, p QueuePatch) (Queue, error) {
	var q Queue
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		q, err = s.CreateIn(ctx, tx, brand, p)
		return err
	})
	return q, errs.Op("routing.CreateQueue", err)
}

// CreateIn is Create within tx.
func (s *Queues) CreateIn(ctx context.Context, tx *db.Tx, brand id.Brand, p QueuePatch) (Queue, error) {
	const op = "routing.CreateQueue"
	who, err := actor.Require(ctx, op, actor.QueueEdit)
	if err != nil {
		return Queue{}, err
	}
	if err := checkBrand(ctx, tx, op, brand); err != nil {
		return Queue{}, err
	}
	if err := room(ctx, tx, op, `SELECT COUNT(*) FROM queue WHERE tenant_id = $1`, maxQueues); err != nil {
		return Queue{}, errs.Op(op, err)
	}
	siblings, err := lockQueues(ctx, tx, brand)
	if err != nil {
		return Queue{}, errs.Op(op, err)
	}
	q := p.apply(newQueue(brand))
	q.ID, q.CreatedAt = id.New[id.Queue](), tx.Now()
	if err := s.check(ctx, tx, op, q, siblings); err != nil {
		return Queue{}, errs.Op(op, err)
	}
	if _, err := db.Exec(ctx, tx, `INSERT INTO queue (tenant_id, id, brand_id, name, created_at) VALUES ($1, $2, $3, $4, $5)`,
		who.Tenant, q.ID, q.BrandID, q.Name, q.CreatedAt); err != nil {
		return Queue{}, errs.Op(op, taken(op, err))
	}
	if err := saveQueue(ctx, tx, q); err != nil {
		return Queue{}, errs.Op(op, err)
	}
	return q, errs.Op(op, audit.Changed(ctx, tx, audit.Entry{Action: "queue.create", Subject: q.subject(), Brand: brand, After: q.audited()}))
}

// Update changes a queue. Routing goes by it at once.
func (s *Queues) Update(ctx context.Context, key id.Queue, p QueuePatch) (Queue, error) {
	return s.change(ctx, "queue.update", key, func(_ *db.Tx, q Queue, _ []Queue) (Queue, error) { return p.apply(q), nil })
}

// Archive takes an empty queue, to which no other overflows, out of use; its past stays.
func (s *Queues) Archive(ctx context.Context, key id.Queue) (Queue, error) {
	return s.change(ctx, "queue.archive", key, func(tx *db.Tx, q Queue, siblings []Queue) (Queue, error) {
		const op = "routing.ArchiveQueue"
		for _, other := range siblings {
			if other.OverflowQueueID == key && !other.archived() {
				return q, errs.New(errs.Conflict, op, "queue.overflow_target").With(errs.Values{"queue": other.Name})
			}
		}
		_, busy, err := db.Find[id.Interaction](ctx, tx, `SELECT id FROM interaction
			WHERE tenant_id = $1 AND +queue_id = $2 AND state <> 'closed' AND state IN ('queued', 'offered', 'active', 'parked', 'wrap_up') LIMIT 1`, actor.From(ctx).Tenant, key)
		if err == nil && busy {
			err = errs.New(errs.Conflict, op, "queue.not_empty")
		}
		q.ArchivedAt = archivedAt(tx.Now(), q.ArchivedAt)
		return q, err
	})
}

// Restore undoes Archive.
func (s *Queues) Restore(ctx context.Context, key id.Queue) (Queue, error) {
	return s.change(ctx, "queue.restore", key, func(_ *db.Tx, q Queue, _ []Queue) (Queue, error) {
		q.ArchivedAt = time.Time{}
		return q, nil
	})
}

// change does what all changes of a queue have in common. apply is given the queue and all queues of its brand.
func (s *Queues) change(ctx context.Context, action string, key id.Queue, apply func(*db.Tx, Queue, []Queue) (Queue, error)) (Queue, error) {
	const op = "routing.changeQueue"
	who, err := actor.Require(ctx, op, actor.QueueEdit)
	if err != nil {
		return Queue{}, err
	}
	var after Queue
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		seen, err := findQueue(ctx, tx, who, key)
		if err != nil {
			return err
		}
		siblings, err := lockQueues(ctx, tx, seen.BrandID)
		if err != nil {
			return err
		}
		before := siblings[slices.IndexFunc(siblings, func(q Queue) bool { return q.ID == key })]
		if after, err = apply(tx, before, siblings); err != nil {
			return err
		}
		if err := s.check(ctx, tx, op, after, siblings); err != nil {
			return err
		}
		if err := saveQueue(ctx, tx, after); err != nil {
			return taken(op, err)
		}
		return audit.Changed(ctx, tx, audit.Entry{
			Action: action, Subject: after.subject(), Brand: after.BrandID, Before: before.audited(), After: after.audited(),
		})
	})
	return after, errs.Op(op, err)
}

// check refuses a queue with faults, naming the fields. An archived one refers to nothing.
func (s *Queues) check(ctx context.Context, tx *db.Tx, op string, q Queue, siblings []Queue) error {
	f := q.check()
	if q.archived() {
		return f.Err(op)
	}
	if err := checkSkills(ctx, tx, f, "required", q.Required); err != nil {
		return err
	}
	checkOverflow(f, q, siblings)
	if q.CalendarID != 0 {
		has, err := s.calendars.Has(ctx, tx, actor.From(ctx).Tenant, q.CalendarID)
		if err != nil {
			return err
		}
		if !has {
			f.Add("calendar_id", "reference", nil)
		}
	}
	return f.Err(op)
}

// checkSkills names skills that there are not, or that are archived.
func checkSkills(ctx context.Context, tx *db.Tx, f *check.Fields, path string, needed []Requirement) error {
	for i, r := range needed {
		_, found, err := db.Find[id.Skill](ctx, tx, `SELECT id FROM skill WHERE tenant_id = $1 AND id = $2 AND archived_at = 0`+tx.ForShare(),
			actor.From(ctx).Tenant, r.Skill)
		if err != nil {
			return err
		}
		if !found {
			f.Add(path+"["+strconv.Itoa(i)+"].skill_id", "reference", nil)
		}
	}
	return nil
}

// checkOverflow wants a living queue of the same brand, from which nobody is sent back in a circle.
func checkOverflow(f *check.Fields, q Queue, siblings []Queue) {
	next := make(map[id.Queue]id.Queue, len(siblings))
	for _, other := range siblings {
		if !other.archived() {
			next[other.ID] = other.OverflowQueueID
		}
	}
	at := q.OverflowQueueID
	if at == 0 && q.MaxWaitSeconds > 0 {
		f.Add("overflow_queue_id", "queue.overflow_needed", nil)
	}
	if _, living := next[at]; at != 0 && !living && at != q.ID {
		f.Add("overflow_queue_id", "reference", nil)
		return
	}
	for range len(siblings) + 1 {
		switch at {
		case 0:
			return
		case q.ID:
			f.Add("overflow_queue_id", "queue.overflow_circle", nil)
			return
		}
		at = next[at]
	}
}

// checkBrand refuses a brand that is archived, or that the actor may not see.
func checkBrand(ctx context.Context, tx *db.Tx, op string, brand id.Brand) error {
	who := actor.From(ctx)
	b, err := tenant.Lookup(ctx, tx, who.Tenant, brand)
	if err != nil && !errs.Is(errs.NotFound, err) {
		return errs.Op(op, err)
	}
	if err != nil || b.Archived || !who.Brands.Has(brand) {
		return errs.Fields(op, errs.Field{Path: "brand_id", Code: "reference"})
	}
	return nil
}

// Get returns a queue that the actor may see.
func (s *Queues) Get(ctx context.Context, key id.Queue) (Queue, error) {
	const op = "routing.GetQueue"
	who, err := actor.Require(ctx, op, actor.QueueRead)
	if err != nil {
		return Queue{}, err
	}
	q, err := findQueue(ctx, s.db, who, key)
	return q, errs.Op(op, err)
}

// List returns queues of the actor's brands, or of the one brand given, by name.
func (s *Queues) List(ctx context.Context, brand id.Brand, l ListQuery) ([]Queue, error) {
	const op = "routing.ListQueues"
	who, err := actor.Require(ctx, op, actor.QueueRead)
	if err != nil {
		return nil, err
	}
	all, err := queuesOf(ctx, s.db, who, brand)
	return narrow(all, l), errs.Op(op, err)
}

// queuesOf returns all queues that who may see, archived ones too.
func queuesOf(ctx context.Context, q db.Queryer, who actor.Actor, brand id.Brand) ([]Queue, error) {
	var w db.Where
	w.And("tenant_id = ?", who.Tenant)
	if !who.Brands.All {
		db.In(&w, "brand_id", who.Brands.Some)
	}
	if brand != 0 {
		w.And("brand_id = ?", brand)
	}
	return db.Many[Queue](ctx, q, `SELECT `+queueColumns+` FROM queue`+w.SQL(), w.Args()...)
}

// Member is an agent of a queue.
type Member struct {
	UserID  id.User
	Enabled bool // gets work from it now
	Since   time.Time
}

// Members returns up to limit agents of a queue behind the given one, by key.
func (s *Queues) Members(ctx context.Context, key id.Queue, after id.User, limit int) ([]Member, error) {
	const op = "routing.QueueMembers"
	who, err := actor.Require(ctx, op, actor.QueueRead)
	if err != nil {
		return nil, err
	}
	if _, err := findQueue(ctx, s.db, who, key); err != nil {
		return nil, errs.Op(op, err)
	}
	members, err := db.Many[Member](ctx, s.db, `SELECT user_id, enabled, since FROM queue_member
		WHERE tenant_id = $1 AND queue_id = $2 AND user_id > $3 ORDER BY user_id LIMIT $4`, who.Tenant, key, after, limit)
	return members, errs.Op(op, err)
}

func findQueue(ctx context.Context, q db.Queryer, who actor.Actor, key id.Queue) (Queue, error) {
	found, ok, err := db.Find[Queue](ctx, q, `SELECT `+queueColumns+` FROM queue WHERE tenant_id = $1 AND id = $2`, who.Tenant, key)
	if err == nil && (!ok || !who.Brands.Has(found.BrandID)) {
		err = errs.New(errs.NotFound, "routing.findQueue", "queue.not_found")
	}
	return found, err
}

// lockQueues returns all queues of a brand, locked in the order of their keys, so
// that two changes cannot make a circle of overflows together.
func lockQueues(ctx context.Context, tx *db.Tx, brand id.Brand) ([]Queue, error) {
	return db.Many[Queue](ctx, tx, `SELECT `+queueColumns+` FROM queue WHERE tenant_id = $1 AND brand_id = $2 ORDER BY id`+tx.ForUpdate(),
		actor.From(ctx).Tenant, brand)
}

func saveQueue(ctx context.Context, tx *db.Tx, q Queue) error {
	if q.Required == nil {
		q.Required = []Requirement{}
	}
	if q.Texts == nil {
		q.Texts = QueueTexts{}
	}
	_, err := db.Exec(ctx, tx, `UPDATE queue SET name = $3, description = $4, priority = $5, required = $6, target_percent = $7, target_seconds = $8,
		short_abandon_seconds = $9, offer_seconds = $10, preferred_wait_seconds = $11, wrap_up_seconds = $12, disposition_required = $13,
		max_waiting = $14, max_wait_seconds = $15, overflow_queue_id = $16, pull_allowed = $17, calendar_id = $18, texts = $19, archived_at = $20
		WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, q.ID, q.Name, q.Description, q.Priority, db.JSON(q.Required), q.TargetPercent, q.TargetSeconds,
		q.ShortAbandonSeconds, q.OfferSeconds, q.PreferredWaitSeconds, q.WrapUpSeconds, q.DispositionRequired,
		q.MaxWaiting, q.MaxWaitSeconds, q.OverflowQueueID, q.PullAllowed, q.CalendarID, db.JSON(q.Texts), q.ArchivedAt)
	return err
}
