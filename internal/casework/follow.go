package casework

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/setting"
)

// reader names the follower.
const reader = "cases"

// Follower lets cases follow what customers write: who was waited for is not waited
// for any more, what was done is taken up again or followed by a new case. One node
// at a time runs it; each fact takes effect once.
type Follower struct{ cases *Service }

// NewFollower returns a follower that does nothing until Run.
func NewFollower(cases *Service) *Follower { return &Follower{cases} }

// Run follows the facts until ctx ends.
func (f *Follower) Run(ctx context.Context, held lease.Held) error {
	pos, err := f.position(ctx)
	if err != nil {
		return err
	}
	return f.cases.db.FollowCalmly(ctx, reader, pos, func(ctx context.Context, batch []fact.Record) error {
		concerned, err := f.cases.Concerned(ctx, batch)
		if err != nil {
			return err
		}
		for _, r := range batch {
			if !concerned(r) {
				continue
			}
			if err := f.hear(ctx, held, r); err != nil {
				return err
			}
		}
		if last := batch[len(batch)-1].Pos; last-pos >= PlaceEvery {
			pos = last
			err = f.cases.db.Update(ctx, func(tx *db.Tx) error { return advance(ctx, tx, last) })
		}
		return err
	})
}

// advance notes that all facts up to pos were looked at.
func advance(ctx context.Context, tx *db.Tx, pos int64) error {
	_, err := db.Exec(ctx, tx, `UPDATE case_reader SET pos = $2 WHERE name = $1 AND pos < $2`, reader, pos)
	return err
}

// PlaceEvery is after how many facts a follower notes its place though none of them
// concerned it, so that a restart does not read them all again.
const PlaceEvery = 2000

// message is the kind of entry that cases and their clocks listen to.
const message = "message"

// Concerned reads once for a whole batch which of its messages are said in conversations
// that belong to a case. The answer is for these facts alone.
func (s *Service) Concerned(ctx context.Context, batch []fact.Record) (func(r fact.Record) bool, error) {
	said := map[id.Tenant][]id.Conversation{}
	for _, r := range batch {
		if e, ok := r.Fact.(fact.EntryAdded); ok && e.EntryKind == message {
			said[r.Tenant] = append(said[r.Tenant], e.Conversation)
		}
	}
	type place struct {
		tenant       id.Tenant
		conversation id.Conversation
	}
	with := map[place]bool{}
	for tenant, conversations := range said {
		w := &db.Where{}
		w.And("tenant_id = ?", tenant)
		db.In(w, "conversation_id", conversations)
		rows, err := db.Many[id.Conversation](ctx, s.db, `SELECT conversation_id FROM case_link`+w.SQL()+` AND conversation_id <> 0 AND kind = 'conversation'`, w.Args()...)
		if err != nil {
			return nil, errs.Op("casework.Concerned", err)
		}
		for _, c := range rows {
			with[place{tenant, c}] = true
		}
	}
	return func(r fact.Record) bool {
		e, ok := r.Fact.(fact.EntryAdded)
		return ok && e.EntryKind == message && with[place{r.Tenant, e.Conversation}]
	}, nil
}

// position returns from where to go on. An installation that is older than this table began where it was then.
func (f *Follower) position(ctx context.Context) (int64, error) {
	pos, err := db.One[int64](ctx, f.cases.db, `SELECT pos FROM case_reader WHERE name = $1`, reader)
	return pos, errs.Op("casework.position", err)
}

// hear lets one fact take effect. What no case cares about costs one look.
func (f *Follower) hear(ctx context.Context, held lease.Held, r fact.Record) error {
	added, ok := r.Fact.(fact.EntryAdded)
	if !ok || added.Author != "customer" || added.EntryKind != message {
		return nil
	}
	ctx = actor.With(ctx, actor.ForSystem(r.Tenant))
	c, found, err := f.cases.Surviving(ctx, f.cases.db, added.Conversation)
	if err != nil || !found || !listens(c) {
		return err
	}
	return f.cases.db.Update(ctx, func(tx *db.Tx) error {
		if held.Name != "" {
			if err := lease.Check(ctx, tx, held); err != nil {
				return err
			}
		}
		fresh, err := db.Exec(ctx, tx, `UPDATE case_reader SET pos = $2 WHERE name = $1 AND pos < $2`, reader, r.Pos)
		if err != nil || fresh == 0 { // it has taken effect
			return err
		}
		return f.cases.written(ctx, tx, c.ID, added.Conversation, r.At)
	})
}

// listens reports whether a message of its customer changes a case.
func listens(c Case) bool { return c.Category == WaitingCustomer || c.Category == Done }

// written lets a case know that its customer wrote at some time.
func (s *Service) written(ctx context.Context, tx *db.Tx, key id.Case, in id.Conversation, at time.Time) error {
	const op = "casework.written"
	before, err := s.find(ctx, tx, actor.From(ctx), key, tx.ForUpdate())
	if err != nil || before.MergedInto != 0 || !listens(before) || at.Before(before.DoneAt) {
		return err
	}
	if before.Category == Done {
		days, err := setting.Get(ctx, tx, reopenDays, 0)
		if err != nil {
			return err
		}
		if at.After(before.DoneAt.AddDate(0, 0, days)) {
			return s.followUp(ctx, tx, before, in)
		}
	}
	after := before
	status, err := s.setup.pick(ctx, tx, op, 0, Working)
	if err != nil {
		return err
	}
	if err := s.restate(ctx, tx, op, &after, status.ID); err != nil {
		return err
	}
	return s.save(ctx, tx, "case.written", before, &after)
}

// followUp opens a case that follows one which was done too long ago.
func (s *Service) followUp(ctx context.Context, tx *db.Tx, old Case, in id.Conversation) error {
	const op = "casework.followUp"
	next, err := s.open(ctx, tx, op, Opening{
		Brand: old.BrandID, Conversation: in, Customer: old.CustomerID, Subject: old.Subject, Priority: old.Priority, Topic: old.Topic,
		Tags: old.Tags, Team: old.TeamID,
	}, old.ID)
	if err != nil {
		return err
	}
	_, err = s.tie(ctx, tx, next, Link{Kind: FollowUpOf, OtherID: old.ID})
	return err
}
