package privacy

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// nightEvery is how often what is too old is looked for.
const nightEvery = 24 * time.Hour

// Window is which old things are looked for: those before a time, behind a place in the walk.
type Window struct {
	Brand  id.Brand // where the walk goes by brands
	Before time.Time
	At     time.Time
	After  int64
}

// Old is something that has grown old.
type Old struct {
	ID           int64
	At           time.Time
	Brand        id.Brand
	Customer     id.Customer
	Conversation id.Conversation
	Topic        string
	Case         bool
	Blobs        []string // that go with it; empty keys are none
}

// Aging is a kind of things that grow old. Next returns them the oldest first, a page at a
// time; none: there are no more.
type Aging struct {
	Class  personal.Class
	Brands bool // it is walked brand by brand
	Next   func(ctx context.Context, q db.Queryer, w Window) ([]Old, error)
	// Forget removes one, and reports whether it was there.
	Forget func(ctx context.Context, tx *db.Tx, o Old) (gone bool, err error)
}

// aging returns all kinds: what the deps bring, and conversations and cases as a whole.
func (s *Service) aging() []Aging {
	return append([]Aging{
		{Class: personal.Messages, Brands: true, Next: s.nextConversations, Forget: s.forgetConversation},
		{Class: personal.Cases, Brands: true, Next: s.nextCases, Forget: s.forgetCase},
	}, s.Aging...)
}

func (s *Service) nextConversations(ctx context.Context, q db.Queryer, w Window) ([]Old, error) {
	found, err := s.Conversations.Aged(ctx, q, conversation.Old{Brand: w.Brand, Before: w.Before, LastAt: w.At, ID: id.Conversation(w.After)})
	out := make([]Old, len(found))
	for i, k := range found {
		out[i] = Old{ID: int64(k.ID), At: k.LastAt, Brand: k.BrandID, Customer: k.CustomerID, Conversation: k.ID}
	}
	return out, err
}

func (s *Service) forgetConversation(ctx context.Context, tx *db.Tx, o Old) (bool, error) {
	now, err := s.Conversations.LockKept(ctx, tx, o.Conversation)
	if err != nil || now.Open || !now.ErasedAt.IsZero() || now.LastAt.After(o.At) {
		return false, err // somebody has written since
	}
	return true, s.eraseConversation(ctx, tx, 0, o.Conversation, o.Brand, Counts{})
}

func (s *Service) nextCases(ctx context.Context, q db.Queryer, w Window) ([]Old, error) {
	found, err := s.Cases.Aged(ctx, q, w.Brand, w.Before, w.At, id.Case(w.After))
	out := make([]Old, len(found))
	for i, k := range found {
		out[i] = Old{ID: int64(k.ID), At: k.DoneAt, Brand: k.BrandID, Customer: k.CustomerID, Topic: k.Topic, Case: true}
	}
	return out, err
}

func (s *Service) forgetCase(ctx context.Context, tx *db.Tx, o Old) (bool, error) {
	now, err := s.Cases.LockKept(ctx, tx, id.Case(o.ID))
	if err != nil || now.Open || !now.ErasedAt.IsZero() {
		return false, err
	}
	return true, s.eraseCase(ctx, tx, 0, now.ID, now.BrandID, Counts{})
}

// spared reports whether something old stays all the same.
func (j *judge) spared(ctx context.Context, class personal.Class, o Old) (bool, error) {
	rule, found := j.rules.of(o.Brand, class, o.Topic)
	if !found || rule.MostDays == 0 || younger(o.At, j.now, rule.MostDays) {
		return true, nil
	}
	return j.protected(ctx, o)
}

// protected reports whether a hold, an open matter or the law keeps something.
func (j *judge) protected(ctx context.Context, o Old) (bool, error) {
	if o.Case {
		k, err := j.s.Cases.KeptByID(ctx, j.q, id.Case(o.ID))
		if err != nil {
			return false, err
		}
		_, stays, err := j.matter(ctx, k)
		return stays, err
	}
	if o.Customer != 0 {
		if err := j.know(ctx, []id.Customer{o.Customer}); err != nil || j.who[o.Customer] {
			return j.who[o.Customer], err
		}
	}
	if o.Conversation == 0 {
		return false, nil
	}
	kept, err := j.s.Conversations.KeptOf(ctx, j.q, []id.Conversation{o.Conversation})
	if err != nil {
		return false, err
	}
	k, there := kept[o.Conversation]
	if !there {
		return false, nil
	}
	if err := j.know(ctx, []id.Customer{k.CustomerID}); err != nil {
		return false, err
	}
	_, stays, err := j.conversation(ctx, k)
	return stays, err
}

// lane is one walk: a kind of things, of one brand where it goes by brands.
type lane struct {
	Aging

	brand id.Brand
	days  int
}

func (s *Service) lanes(ctx context.Context, q db.Queryer, rules Rules) ([]lane, error) {
	brands, err := s.Brands(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []lane
	for _, a := range s.aging() {
		days := rules.soonest(a.Class)
		switch {
		case days == 0:
		case !a.Brands:
			out = append(out, lane{Aging: a, days: days})
		default:
			for _, b := range brands {
				out = append(out, lane{Aging: a, brand: b, days: days})
			}
		}
	}
	return out, nil
}

// NightJob asks for the retention of every tenant that has rules. It is periodic, for the whole installation.
type NightJob struct{}

// Kind returns "privacy.night".
func (NightJob) Kind() string { return "privacy.night" }

// RetainJob asks for the next steps of a tenant's retention.
type RetainJob struct {
	Run int64 `json:"run"`
}

// Kind returns "privacy.retain".
func (RetainJob) Kind() string { return "privacy.retain" }

// StartRetention begins the retention of every tenant that has rules.
func (s *Service) StartRetention(ctx context.Context, _ NightJob) error {
	const op = "privacy.StartRetention"
	tenants, err := db.Many[id.Tenant](ctx, s.DB, `SELECT DISTINCT tenant_id FROM retention_rule WHERE most_days > 0`)
	if err != nil {
		return errs.Op(op, err)
	}
	for _, t := range tenants {
		ctx := actor.With(ctx, actor.ForSystem(t))
		err := s.DB.Update(ctx, func(tx *db.Tx) error {
			run := id.New[int64]()
			n, err := db.Exec(ctx, tx, `INSERT INTO retention_run (tenant_id, id, state, made_at) VALUES ($1, $2, 'running', $3) ON CONFLICT (tenant_id) WHERE state = 'running' DO NOTHING`,
				t, run, tx.Now())
			if err != nil || n == 0 { // the last night's goes on
				return err
			}
			return job.Enqueue(ctx, tx, RetainJob{Run: run}, job.Attempts(eraseAttempts))
		})
		if err != nil {
			return errs.Op(op, err)
		}
	}
	return nil
}

// night is how far a tenant's retention is.
type night struct {
	ID     int64
	State  State
	Cursor struct {
		Lane  int   `json:"lane"`
		At    int64 `json:"at"`
		After int64 `json:"after"`
	} `db:"cursor,json"`
	Counts Counts `db:"counts,json"`
	MadeAt time.Time
}

// Retain is the worker of RetainJob.
func (s *Service) Retain(ctx context.Context, j RetainJob) error {
	const op = "privacy.Retain"
	begun := s.now()
	n, found, err := db.Find[night](ctx, s.DB, `SELECT id, state, cursor, counts, made_at FROM retention_run WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, j.Run)
	if err != nil || !found {
		return errs.Op(op, err)
	}
	if n.Counts == nil {
		n.Counts = Counts{}
	}
	for n.State == Running {
		if err := s.retain(ctx, &n); err != nil {
			return errs.Op(op, err)
		}
		if n.State == Running && s.now().Sub(begun) > s.Patience {
			return job.Snooze(0)
		}
	}
	return errs.Op(op, s.deleteAllDoomed(ctx, 0))
}

// retain does one page of one lane, and writes how far the night is with it.
func (s *Service) retain(ctx context.Context, n *night) error {
	rules, err := rulesOf(ctx, s.DB)
	if err != nil {
		return err
	}
	lanes, err := s.lanes(ctx, s.DB, rules)
	if err != nil {
		return err
	}
	if n.Cursor.Lane >= len(lanes) {
		return s.endNight(ctx, n)
	}
	l := lanes[n.Cursor.Lane]
	// The time is that of the night's beginning: rules that change meanwhile, and new days, are for the next one.
	olds, err := l.Next(ctx, s.DB, Window{Brand: l.brand, Before: n.MadeAt.AddDate(0, 0, -l.days), At: db.Time(n.Cursor.At), After: n.Cursor.After})
	if err != nil {
		return err
	}
	if len(olds) == 0 {
		n.Cursor.Lane, n.Cursor.At, n.Cursor.After = n.Cursor.Lane+1, 0, 0
		return s.DB.Update(ctx, func(tx *db.Tx) error { return n.save(ctx, tx) })
	}
	for len(olds) > 0 {
		some := olds[:min(len(olds), nightBatch)]
		if err := s.forgetSome(ctx, n, l, some); err != nil {
			return err
		}
		olds = olds[len(some):]
	}
	return nil
}

// nightBatch is how many things one transaction removes.
const nightBatch = 20

func (s *Service) forgetSome(ctx context.Context, n *night, l lane, olds []Old) error {
	counts := Counts{}
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		clear(counts)
		j, err := s.judging(ctx, tx, nil)
		if err != nil {
			return err
		}
		for _, o := range olds {
			spared, err := j.spared(ctx, l.Class, o)
			if err != nil {
				return err
			}
			if spared {
				continue
			}
			if err := s.forgetOne(ctx, tx, l, o, counts); err != nil {
				return err
			}
		}
		after := *n
		after.Counts = n.Counts.plus(counts)
		last := olds[len(olds)-1]
		after.Cursor.At, after.Cursor.After = db.Micros(last.At), last.ID
		return after.save(ctx, tx)
	})
	if err != nil {
		return err
	}
	last := olds[len(olds)-1]
	n.Counts = n.Counts.plus(counts)
	n.Cursor.At, n.Cursor.After = db.Micros(last.At), last.ID
	return nil
}

// forgetOne removes something old and dooms the bytes that go with it.
func (s *Service) forgetOne(ctx context.Context, tx *db.Tx, l lane, o Old, counts Counts) error {
	gone, err := l.Forget(ctx, tx, o)
	if err != nil || !gone {
		return err
	}
	counts[string(l.Class)]++
	for _, key := range o.Blobs {
		if key == "" {
			continue
		}
		if err := doom(ctx, tx, 0, key); err != nil {
			return err
		}
	}
	return nil
}

// plus returns the sum of two counts.
func (c Counts) plus(more Counts) Counts {
	sum := Counts{}
	for class, n := range c {
		sum[class] += n
	}
	for class, n := range more {
		sum[class] += n
	}
	return sum
}

func (n *night) save(ctx context.Context, tx *db.Tx) error {
	_, err := db.Exec(ctx, tx, `UPDATE retention_run SET cursor = $3, counts = $4 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, n.ID, db.JSON(n.Cursor), db.JSON(n.Counts))
	return err
}

// endNight says what was removed.
func (s *Service) endNight(ctx context.Context, n *night) error {
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `UPDATE retention_run SET state = 'done', done_at = $3 WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, n.ID, tx.Now()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "retention.run", Subject: audit.Subject{Kind: "retention_run", ID: n.ID}, After: n.Counts})
	})
	if err == nil {
		n.State = Done
	}
	return err
}

// Night is what one night's retention has removed.
type Night struct {
	ID     int64
	State  State
	Counts Counts `db:"counts,json"`
	MadeAt time.Time
	DoneAt time.Time
}

// Nights returns the newest nights.
func (s *Service) Nights(ctx context.Context) ([]Night, error) {
	const op = "privacy.Nights"
	a, err := require(ctx, op, actor.RetentionEdit)
	if err != nil {
		return nil, err
	}
	found, err := db.Many[Night](ctx, s.DB, `SELECT id, state, counts, made_at, done_at FROM retention_run WHERE tenant_id = $1 ORDER BY id DESC LIMIT 30`, a.Tenant)
	return found, errs.Op(op, err)
}
