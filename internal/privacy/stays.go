package privacy

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Reason says why something stays.
type Reason string

// Reasons.
const (
	Held             Reason = "hold"
	OpenConversation Reason = "open_conversation"
	OpenCase         Reason = "open_case"
	LegalDuty        Reason = "legal_duty"
	LinkedCase       Reason = "linked_case" // what it is part of stays
	Needed           Reason = "needed"      // by which it is known whose the rest is
)

// Left is what an erasure leaves, and why.
type Left struct {
	Kind    personal.Thing `json:"kind"`
	ThingID int64          `json:"id,string"`
	Reason  Reason         `json:"reason"`
	Detail  string         `json:"detail,omitempty"` // the law, or the number of a case
}

// judge decides what stays, at one time.
type judge struct {
	s     *Service
	q     db.Queryer
	now   time.Time
	rules Rules
	who   map[id.Customer]bool // customers of whom nothing goes
	holds map[id.Hold]Hold     // that were met
}

// judging returns a judge of what belongs to customers.
func (s *Service) judging(ctx context.Context, q db.Queryer, customers []id.Customer) (*judge, error) {
	j := &judge{s: s, q: q, now: s.now(), who: map[id.Customer]bool{}, holds: map[id.Hold]Hold{}}
	var err error
	if j.rules, err = rulesOf(ctx, q); err != nil {
		return nil, err
	}
	return j, j.know(ctx, customers)
}

// know looks which of customers are held: a hold on anybody is one on all who are held to be the same.
func (j *judge) know(ctx context.Context, customers []id.Customer) error {
	for _, c := range customers {
		if _, known := j.who[c]; known || c == 0 {
			continue
		}
		group, err := j.s.Customers.Group(ctx, j.q, c)
		if errs.Is(errs.NotFound, err) {
			continue
		}
		if err != nil {
			return err
		}
		for _, member := range group {
			held, err := j.held(ctx, personal.Customer, int64(member))
			if err != nil {
				return err
			}
			j.who[c] = j.who[c] || held
		}
	}
	return nil
}

// held reports whether a hold stands on a thing, and remembers which.
func (j *judge) held(ctx context.Context, kind personal.Thing, thing int64) (bool, error) {
	h, held, err := standing(ctx, j.q, kind, thing)
	if held {
		j.holds[h.ID] = h
	}
	return held, err
}

// conversation returns why a conversation stays, and whether it does.
func (j *judge) conversation(ctx context.Context, k conversation.Kept) (Left, bool, error) {
	left := Left{Kind: personal.Conversation, ThingID: int64(k.ID)}
	switch {
	case j.who[k.CustomerID]:
		left.Reason = Held
	case k.Open:
		left.Reason = OpenConversation
	}
	if left.Reason == "" {
		if rule, found := j.rules.of(k.BrandID, personal.Messages, ""); found && younger(k.LastAt, j.now, rule.LeastDays) {
			left.Reason, left.Detail = LegalDuty, rule.Basis
		}
	}
	if left.Reason != "" {
		return left, true, nil
	}
	cases, err := j.s.Cases.LinkedTo(ctx, j.q, k.ID)
	if err != nil {
		return left, false, err
	}
	for _, c := range cases {
		of, stays, err := j.matter(ctx, c)
		if err != nil {
			return left, false, err
		}
		if stays && of.Reason != OpenCase || stays && c.CustomerID == k.CustomerID {
			left.Reason, left.Detail = LinkedCase, of.Detail
			return left, true, nil
		}
	}
	return left, false, nil
}

// maxMerges bounds how far a case is followed that was merged again and again.
const maxMerges = 20

// matter returns why a case stays, and whether it does.
func (j *judge) matter(ctx context.Context, k casework.Kept) (Left, bool, error) {
	left := Left{Kind: personal.Case, ThingID: int64(k.ID), Detail: "#" + id.Case(k.Number).String()}
	for range maxMerges {
		why, detail, err := j.reason(ctx, k)
		if err != nil {
			return left, false, err
		}
		if why != "" {
			left.Reason = why
			if detail != "" {
				left.Detail += " " + detail
			}
			return left, true, nil
		}
		if k.MergedInto == 0 {
			break
		}
		if k, err = j.s.Cases.KeptByID(ctx, j.q, k.MergedInto); err != nil {
			return left, false, err
		}
	}
	return left, false, nil
}

// reason returns why a case stays for its own sake.
func (j *judge) reason(ctx context.Context, k casework.Kept) (why Reason, detail string, err error) {
	if err := j.know(ctx, []id.Customer{k.CustomerID}); err != nil {
		return "", "", err
	}
	held, err := j.held(ctx, personal.Case, int64(k.ID))
	if err != nil {
		return "", "", err
	}
	switch rule, found := j.rules.of(k.BrandID, personal.Cases, k.Topic); {
	case held || j.who[k.CustomerID]:
		return Held, "", nil
	case k.Open:
		return OpenCase, "", nil
	case found && younger(k.DoneAt, j.now, rule.LeastDays):
		return LegalDuty, rule.Basis, nil
	}
	return "", "", nil
}

// younger reports whether at is less than so many days ago.
func younger(at, now time.Time, days int) bool {
	return days > 0 && at.After(now.AddDate(0, 0, -days))
}

// leave keeps in the rows of an erasure that something stays.
func leave(ctx context.Context, tx *db.Tx, erasure id.Erasure, l Left) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO erasure_left (tenant_id, erasure_id, kind, thing_id, reason, detail) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, erasure_id, kind, thing_id) DO UPDATE SET reason = excluded.reason, detail = excluded.detail`,
		actor.From(ctx).Tenant, erasure, string(l.Kind), l.ThingID, string(l.Reason), l.Detail)
	return err
}

// leftOf returns what an erasure has left.
func leftOf(ctx context.Context, q db.Queryer, erasure id.Erasure) ([]Left, error) {
	return db.Many[Left](ctx, q, `SELECT kind, thing_id, reason, detail FROM erasure_left WHERE tenant_id = $1 AND erasure_id = $2
		ORDER BY kind, thing_id LIMIT 1000`, actor.From(ctx).Tenant, erasure)
}

// leftCount returns how much an erasure has left.
func leftCount(ctx context.Context, q db.Queryer, erasure id.Erasure) (int64, error) {
	return db.One[int64](ctx, q, `SELECT COUNT(*) FROM erasure_left WHERE tenant_id = $1 AND erasure_id = $2`, actor.From(ctx).Tenant, erasure)
}
