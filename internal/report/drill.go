package report

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// DrillQuery asks for the interactions behind a figure. Its fields are those of a Row.
type DrillQuery struct {
	Figure   string    // one of DrillFigures
	From, To time.Time // both zero: today
	TZ       string
	Queue    id.Queue
	Brand    id.Brand
	Agent    id.User
	After    int64 // Key of the last one of the page before
	Limit    int
}

// Drilled is one thing that was counted: a visit, an offer, a segment or an opinion.
type Drilled struct {
	Key            int64
	InteractionID  id.Interaction
	ConversationID id.Conversation
	BrandID        id.Brand
	QueueID        id.Queue
	QueueName      string
	AgentID        id.User
	AgentName      string
	Channel        string
	Customer       string    // masked for those who may not read names
	At             time.Time // by which it was counted
	EndedAt        time.Time // zero: it goes on
	TookUS         int64     // wait, handle time, or time to the first reply; 0: does not apply
	Result         string    // outcome, state or cause
	Stars          int
}

// source is the rows that a figure counts. Its columns are those of Drilled.
type source struct {
	table   string // with the alias "x"
	columns string
	at      string // the stamp by which a row falls into an interval
	agents  bool   // it belongs to agents, so it can be narrowed to one
}

// counted is a figure with the rows that it counts.
type counted struct {
	source
	condition string
}

const waited = `(x.left_at - x.waiting_since)`

// sources returns what figures count. Conditions say in SQL what stamp.go says in Go.
func drillSources() map[string]counted {
	visits := source{
		table:   `queue_visit x`,
		columns: `x.agent_id, x.entered_at AS at, x.left_at AS ended_at, CASE WHEN x.left_at = 0 THEN 0 ELSE ` + waited + ` END AS took_us, x.outcome AS result, 0 AS stars`,
		at:      `x.entered_at`,
	}
	offers := source{
		table:   `offer x`,
		columns: `x.agent_id, x.made_at AS at, x.ended_at, 0 AS took_us, x.state AS result, 0 AS stars`,
		at:      `x.made_at`, agents: true,
	}
	segments := source{
		table:   `segment x`,
		columns: `x.agent_id, x.ended_at AS at, x.ended_at, x.ended_at - x.started_at - x.parked_us AS took_us, x.cause AS result, 0 AS stars`,
		at:      `x.ended_at`, agents: true,
	}
	replies := source{
		table:   `segment x JOIN interaction i ON i.tenant_id = x.tenant_id AND i.id = x.interaction_id`,
		columns: `x.agent_id, i.replied_at AS at, x.ended_at, i.replied_at - i.arrived_at AS took_us, x.cause AS result, 0 AS stars`,
		at:      `i.replied_at`, agents: true,
	}
	opinions := source{
		table:   `survey_answer x`,
		columns: `x.agent_id, x.answered_at AS at, x.answered_at AS ended_at, 0 AS took_us, '' AS result, x.stars`,
		at:      `x.answered_at`, agents: true,
	}
	const inTime = waited + ` <= x.target_seconds * 1000000`
	const known = `('', 'answered', 'abandoned', 'overflowed', 'transferred', 'callback')`
	return map[string]counted{
		"offered":           {visits, ``},
		"answered":          {visits, `x.outcome = 'answered'`},
		"answered_in_time":  {visits, `x.outcome = 'answered' AND ` + inTime},
		"answered_late":     {visits, `x.outcome = 'answered' AND NOT ` + inTime},
		"abandoned":         {visits, `x.outcome = 'abandoned'`},
		"abandoned_in_time": {visits, `x.outcome = 'abandoned' AND ` + inTime},
		"abandoned_short":   {visits, `x.outcome = 'abandoned' AND x.short_seconds > 0 AND ` + waited + ` <= x.short_seconds * 1000000`},
		"overflowed":        {visits, `x.outcome = 'overflowed'`},
		"transferred":       {visits, `x.outcome = 'transferred'`},
		"callback":          {visits, `x.outcome = 'callback'`},
		"closed":            {visits, `x.outcome NOT IN ` + known},
		"open":              {visits, `x.left_at = 0`},
		"offers":            {offers, ``},
		"accepted":          {offers, `x.state = 'accepted'`},
		"declined":          {offers, `x.state = 'declined'`},
		"missed":            {offers, `x.state = 'missed'`},
		"withdrawn":         {offers, `x.state = 'withdrawn'`},
		"handled":           {segments, `x.ended_at > 0 AND x.how <> 'together'`},
		"transfers_out":     {segments, `x.ended_at > 0 AND x.cause = 'transferred'`},
		"replies":           {replies, firstReply("x")},
		"answers":           {opinions, ``},
		"top_two":           {opinions, `x.stars >= 4`},
	}
}

// DrillFigures returns the figures whose interactions can be listed, sorted.
func DrillFigures() []string {
	names := keysOf(drillSources())
	slices.Sort(names)
	return names
}

// Drill returns the interactions behind a figure, oldest first.
func (s *Service) Drill(ctx context.Context, q DrillQuery) ([]Drilled, error) {
	return s.drill(ctx, "report.Drill", actor.FiguresRead, q)
}

// BoardDrill is Drill for those who read the board.
func (s *Service) BoardDrill(ctx context.Context, q DrillQuery) ([]Drilled, error) {
	return s.drill(ctx, "report.BoardDrill", actor.BoardRead, q)
}

func (s *Service) drill(ctx context.Context, op string, p actor.Permission, q DrillQuery) ([]Drilled, error) {
	r, err := s.reachOf(ctx, op, p)
	if err != nil {
		return nil, err
	}
	c, ok := drillSources()[q.Figure]
	if !ok {
		return nil, errs.Fields(op, errs.Field{Path: "query.figure", Code: "one_of", Values: errs.Values{"allowed": strings.Join(DrillFigures(), ", ")}})
	}
	within, err := s.drillSpan(ctx, r, q)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	if !c.agents && (r.agents != nil || !q.Agent.IsZero()) {
		return nil, nil // visits belong to no agent
	}
	w := c.where(r, q, within)
	rows, err := db.Many[Drilled](ctx, s.db, `SELECT x.id AS key, x.interaction_id, x.conversation_id, x.brand_id, x.queue_id, x.channel, `+c.columns+`,
		COALESCE(c.customer_name, '') AS customer, COALESCE(q.name, '') AS queue_name, COALESCE(u.name, '') AS agent_name FROM `+c.table+`
		LEFT JOIN conversation c ON c.tenant_id = x.tenant_id AND c.id = x.conversation_id
		LEFT JOIN queue q ON q.tenant_id = x.tenant_id AND q.id = x.queue_id
		LEFT JOIN app_user u ON u.tenant_id = x.tenant_id AND u.id = x.agent_id`+
		w.SQL()+` ORDER BY x.id LIMIT `+w.Arg(q.Limit), w.Args()...)
	if !r.names {
		for i := range rows {
			rows[i].Customer = customer.Mask(rows[i].Customer)
		}
	}
	return rows, errs.Op(op, err)
}

func (c counted) where(r reach, q DrillQuery, within span) *db.Where {
	w := r.where("x.")
	w.And(c.at+" >= ? AND "+c.at+" < ?", within.From, within.To)
	if c.condition != "" {
		w.And(c.condition)
	}
	if r.agents != nil {
		db.In(w, "x.agent_id", r.agents)
	}
	if !q.Agent.IsZero() {
		w.And("x.agent_id = ?", q.Agent)
	}
	if !q.Queue.IsZero() {
		w.And("x.queue_id = ?", q.Queue)
	} else if !c.agents { // named, so that the index by queue and time serves
		w.And("x.queue_id IN (SELECT id FROM queue WHERE tenant_id = ?)", r.tenant)
	}
	if !q.Brand.IsZero() {
		w.And("x.brand_id = ?", q.Brand)
	}
	if q.After != 0 {
		w.And("x.id > ?", q.After)
	}
	return w
}

// drillSpan returns the intervals that q covers; without any, today's.
func (s *Service) drillSpan(ctx context.Context, r reach, q DrillQuery) (span, error) {
	if !q.From.IsZero() || !q.To.IsZero() {
		n, err := Query{By: ByQueue, From: q.From, To: q.To}.normal("report.Drill")
		return span{n.From, n.To}, err
	}
	loc, err := s.zone(ctx, r, Query{TZ: q.TZ, Brand: q.Brand, Queue: q.Queue})
	now := time.Now()
	if err != nil {
		return span{}, err
	}
	return span{midnight(now, loc), nextMidnight(now, loc)}, nil
}
