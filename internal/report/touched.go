package report

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// touched is what facts say has changed in one tenant.
type touched struct {
	interactions  map[id.Interaction]bool
	conversations map[id.Conversation]bool // an agent wrote: maybe the first reply
	since         time.Time                // of the oldest of these facts
}

// agentAuthor is who wrote an entry that may be a first reply.
const agentAuthor = string(conversation.ByAgent)

// learn notes what r changed, and reports whether that matters here.
func (t *touched) learn(r fact.Record) bool {
	var it id.Interaction
	switch f := r.Fact.(type) {
	case fact.InteractionQueued:
		it = f.Interaction
	case fact.OfferMade:
		it = f.Interaction
	case fact.OfferEnded:
		it = f.Interaction
	case fact.InteractionStarted:
		it = f.Interaction
	case fact.InteractionLeftAgent:
		it = f.Interaction
	case fact.InteractionClosed:
		it = f.Interaction
	case fact.SurveyAnswered:
		it = f.Interaction
	case fact.EntryAdded:
		if f.Author != agentAuthor || f.Internal {
			return false
		}
		t.note(r.At)
		t.conversations[f.Conversation] = true
		return true
	default:
		return false
	}
	t.note(r.At)
	t.interactions[it] = true
	return true
}

func (t *touched) note(at time.Time) {
	if t.interactions == nil {
		t.interactions, t.conversations = map[id.Interaction]bool{}, map[id.Conversation]bool{}
	}
	if t.since.IsZero() || at.Before(t.since) {
		t.since = at
	}
}

// marks are the rows that have to be computed anew, by the beginning of their interval.
type marks struct {
	queues map[time.Time]map[id.Queue]bool
	agents map[time.Time]map[id.User]bool
}

func mark[K comparable](rows map[time.Time]map[K]bool, t time.Time, key K) {
	if t.IsZero() {
		return
	}
	start := slot(t)
	if rows[start] == nil {
		rows[start] = map[K]bool{}
	}
	rows[start][key] = true
}

type queueMark struct {
	QueueID   id.Queue
	EnteredAt time.Time
}

type agentMark struct {
	AgentID id.User
	At      time.Time
}

// marksOf finds the rows to which the stamps of what was touched belong.
func marksOf(ctx context.Context, q db.Queryer, tenant id.Tenant, t *touched) (marks, error) {
	m := marks{queues: map[time.Time]map[id.Queue]bool{}, agents: map[time.Time]map[id.User]bool{}}
	for part := range chunks(keysOf(t.interactions)) {
		if err := m.find(ctx, q, tenant, part); err != nil {
			return m, err
		}
	}
	for part := range chunks(keysOf(t.conversations)) {
		w := &db.Where{}
		w.And("i.tenant_id = ?", tenant)
		db.In(w, "i.conversation_id", part)
		w.And("i.replied_at >= ?", t.since)
		err := m.agentsAt(ctx, q, `SELECT s.agent_id, i.replied_at AS at FROM interaction i
			JOIN segment s ON s.tenant_id = i.tenant_id AND s.interaction_id = i.id`, w)
		if err != nil {
			return m, err
		}
	}
	return m, nil
}

// find marks the rows of some interactions.
func (m marks) find(ctx context.Context, q db.Queryer, tenant id.Tenant, part []id.Interaction) error {
	of := func() *db.Where {
		w := &db.Where{}
		w.And("tenant_id = ?", tenant)
		db.In(w, "interaction_id", part)
		return w
	}
	w := of()
	visits, err := db.Many[queueMark](ctx, q, `SELECT queue_id, entered_at FROM queue_visit`+w.SQL(), w.Args()...)
	if err != nil {
		return err
	}
	for _, v := range visits {
		mark(m.queues, v.EnteredAt, v.QueueID)
	}
	for _, text := range []string{
		`SELECT agent_id, ended_at AS at FROM segment`,
		`SELECT agent_id, made_at AS at FROM offer`,
		`SELECT agent_id, answered_at AS at FROM survey_answer`,
	} {
		if err := m.agentsAt(ctx, q, text, of()); err != nil {
			return err
		}
	}
	w = &db.Where{}
	w.And("i.tenant_id = ?", tenant)
	db.In(w, "i.id", part)
	w.And("i.replied_at > 0")
	return m.agentsAt(ctx, q, `SELECT s.agent_id, i.replied_at AS at FROM interaction i
		JOIN segment s ON s.tenant_id = i.tenant_id AND s.interaction_id = i.id`, w)
}

func (m marks) agentsAt(ctx context.Context, q db.Queryer, text string, w *db.Where) error {
	rows, err := db.Many[agentMark](ctx, q, text+w.SQL(), w.Args()...)
	for _, r := range rows {
		mark(m.agents, r.At, r.AgentID)
	}
	return err
}

func keysOf[K comparable, V any](rows map[K]V) []K {
	keys := make([]K, 0, len(rows))
	for k := range rows {
		keys = append(keys, k)
	}
	return keys
}
