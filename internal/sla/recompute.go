package sla

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxHistory bounds the facts of one case, and of one of its conversations, that are read to compute its clocks again.
const maxHistory = 10_000

// Recompute returns what the clocks of a case did up to a time, computed from the
// facts alone under the terms that the case has now. It is for those who check; it
// asks for no permission.
func (s *Service) Recompute(ctx context.Context, key id.Case, of []id.Conversation, now time.Time) (State, []Effect, error) {
	const op = "sla.Recompute"
	tenant := actor.From(ctx).Tenant
	k, err := db.One[kept](ctx, s.db, `SELECT case_id, brand_id, policy_id, calendar_id, terms, state FROM sla_case WHERE tenant_id = $1 AND case_id = $2`, tenant, key)
	if err != nil {
		return State{}, nil, errs.Op(op, err)
	}
	hours, err := s.calendars.HoursOf(ctx, s.db, tenant, k.CalendarID)
	if err != nil {
		return State{}, nil, errs.Op(op, err)
	}
	var history []fact.Record
	for _, subject := range append([]int64{int64(key)}, subjects(of)...) {
		facts, err := db.FactsOf(ctx, s.db, tenant, subject, 0, maxHistory)
		if err != nil {
			return State{}, nil, errs.Op(op, err)
		}
		history = append(history, facts...)
	}
	slices.SortFunc(history, func(a, b fact.Record) int { return cmp.Compare(a.Pos, b.Pos) })
	var state State
	var effects []Effect
	for _, r := range history {
		t, cares, err := s.tell(ctx, r.Fact)
		if err != nil {
			return State{}, nil, errs.Op(op, err)
		}
		opened := state.Category != ""
		if _, opens := t.Event.(Opened); !cares || t.Case != key || opens == opened {
			continue
		}
		var did []Effect
		state, did = Step(state, k.Terms, hours, r.At, t.Event, id.New[id.Clock])
		effects = append(effects, did...)
	}
	state, did := Step(state, k.Terms, hours, now, Woken{}, id.New[id.Clock])
	return state, append(effects, did...), nil
}

func subjects(of []id.Conversation) []int64 {
	out := make([]int64, len(of))
	for i, c := range of {
		out[i] = int64(c)
	}
	return out
}
