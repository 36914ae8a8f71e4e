package report

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxIn bounds how many values one statement names.
const maxIn = 400

// readVisits returns the visits that entered within a span, of some queues or (nil) of all.
func readVisits(ctx context.Context, q db.Queryer, tenant id.Tenant, within span, queues []id.Queue) ([]visit, error) {
	w := &db.Where{}
	w.And("tenant_id = ?", tenant)
	if queues == nil { // named, so that the index by queue and time serves
		w.And("queue_id IN (SELECT id FROM queue WHERE tenant_id = ?)", tenant)
	} else {
		db.In(w, "queue_id", queues)
	}
	w.And("entered_at >= ? AND entered_at < ?", within.From, within.To)
	return db.Many[visit](ctx, q, `SELECT brand_id, queue_id, channel, entered_at, waiting_since, target_seconds, short_seconds, left_at, outcome
		FROM queue_visit`+w.SQL(), w.Args()...)
}

// readWork returns what rows of work within a span are made of, of some agents or (nil) of all.
func readWork(ctx context.Context, q db.Queryer, tenant id.Tenant, within span, agents []id.User) (workStamps, error) {
	var s workStamps
	var err error
	w := &db.Where{}
	w.And("tenant_id = ?", tenant)
	if agents == nil {
		w.And("agent_id IN (SELECT user_id FROM agent WHERE tenant_id = ?)", tenant)
	} else {
		db.In(w, "agent_id", agents)
	}
	w.And("made_at >= ? AND made_at < ?", within.From, within.To)
	s.offers, err = db.Many[offer](ctx, q, `SELECT brand_id, queue_id, agent_id, channel, state, made_at FROM offer`+w.SQL(), w.Args()...)
	if err != nil {
		return s, err
	}
	if s.segments, err = readSegments(ctx, q, tenant, within, agents); err != nil {
		return s, err
	}
	w = &db.Where{}
	w.And("tenant_id = ?", tenant)
	if agents != nil {
		db.In(w, "agent_id", agents)
	}
	w.And("answered_at >= ? AND answered_at < ?", within.From, within.To)
	s.opinions, err = db.Many[opinion](ctx, q, `SELECT brand_id, queue_id, agent_id, channel, stars, answered_at FROM survey_answer`+w.SQL(), w.Args()...)
	return s, err
}

// touching returns the conditions for what a span meets: what goes on, and what
// ended within or after it. They are asked for one by one, so that the index by
// ends serves each; the plus keeps the other index, by which everything began
// before the end of the span, from being taken.
func touching(began, ended string, within span) []func(w *db.Where) {
	return []func(w *db.Where){
		func(w *db.Where) { w.And(ended+" = 0 AND +"+began+" < ?", within.To) },
		func(w *db.Where) { w.And(ended+" >= ? AND +"+began+" < ?", within.From, within.To) },
	}
}

// firstReply returns the condition that the first reply of the interaction i belongs
// to a share: the last one that had begun by then. An outgoing interaction has none.
func firstReply(share string) string {
	return strings.ReplaceAll(`i.direction = 'in' AND i.replied_at >= SHARE.started_at AND NOT EXISTS (SELECT 1 FROM segment n
		WHERE n.tenant_id = SHARE.tenant_id AND n.interaction_id = SHARE.interaction_id AND +n.id > SHARE.id AND +n.started_at <= i.replied_at)`,
		"SHARE", share)
}

// readSegments returns the shares that touch a span, of some agents or (nil) of all.
func readSegments(ctx context.Context, q db.Queryer, tenant id.Tenant, within span, agents []id.User) ([]segment, error) {
	var out []segment
	for _, condition := range touching("s.started_at", "s.ended_at", within) {
		w := &db.Where{}
		w.And("s.tenant_id = ?", tenant)
		if agents != nil {
			db.In(w, "+s.agent_id", agents)
		}
		condition(w)
		rows, err := db.Many[segment](ctx, q, `SELECT s.id, s.conversation_id, s.brand_id, s.queue_id, s.agent_id, s.channel, s.how, s.started_at, s.talked_at,
			s.ended_at, s.parked_us, s.parked_at, s.cause, i.arrived_at, CASE WHEN `+firstReply("s")+` THEN i.replied_at ELSE 0 END AS replied_at
			FROM segment s JOIN interaction i ON i.tenant_id = s.tenant_id AND i.id = s.interaction_id`+w.SQL(), w.Args()...)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// readClock returns what rows of time within a span are made of, of some agents or (nil) of all.
func readClock(ctx context.Context, q db.Queryer, tenant id.Tenant, within span, agents []id.User) (clockStamps, error) {
	var s clockStamps
	var err error
	for _, condition := range touching("since", "until", within) {
		w := &db.Where{}
		w.And("tenant_id = ?", tenant)
		if agents != nil {
			db.In(w, "+user_id", agents)
		}
		condition(w)
		rows, err := db.Many[presence](ctx, q, `SELECT user_id, state, reason_id, system, since, until FROM agent_interval`+w.SQL(), w.Args()...)
		if err != nil {
			return s, err
		}
		s.presences = append(s.presences, rows...)
	}
	if s.segments, err = readSegments(ctx, q, tenant, within, agents); err != nil {
		return s, err
	}
	s.pauses, err = readPauses(ctx, q, tenant, s.segments)
	return s, err
}

// readPauses returns when the conversations of parked shares were parked and taken
// up again. A share keeps only the sum; the facts keep the instants.
func readPauses(ctx context.Context, q db.Queryer, tenant id.Tenant, segments []segment) ([]pause, error) {
	var parked []id.Conversation
	var first time.Time
	for _, s := range segments {
		if s.ParkedUS == 0 && s.ParkedAt.IsZero() {
			continue
		}
		parked = append(parked, s.ConversationID)
		if first.IsZero() || s.StartedAt.Before(first) {
			first = s.StartedAt
		}
	}
	var out []pause
	for part := range chunks(parked) {
		w := &db.Where{}
		w.And("tenant_id = ?", tenant)
		db.In(w, "subject", part)
		db.In(w, "kind", []string{fact.InteractionParked{}.Kind(), fact.InteractionResumed{}.Kind()})
		w.And("at >= ?", first)
		got, err := db.Many[pause](ctx, q, `SELECT subject, kind, at FROM fact`+w.SQL()+` ORDER BY id`, w.Args()...)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// chunks cuts values, each taken once, into parts that a statement can name.
func chunks[T ~int64](values []T) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		seen := make(map[T]bool, len(values))
		part := make([]T, 0, min(len(values), maxIn))
		for _, v := range values {
			if seen[v] {
				continue
			}
			seen[v] = true
			if part = append(part, v); len(part) == maxIn {
				if !yield(part) {
					return
				}
				part = part[:0]
			}
		}
		if len(part) > 0 {
			yield(part)
		}
	}
}
