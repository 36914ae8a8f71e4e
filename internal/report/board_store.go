package report

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

type member struct {
	UserID  id.User
	QueueID id.Queue
	Enabled bool
}

// read runs the queries of a board. There are as many of them as there are steps.
func (b *picture) read(ctx context.Context, q db.Queryer) error {
	steps := []func(context.Context, db.Queryer) error{b.readAgents, b.readMembers, b.readWork}
	if b.agent.IsZero() {
		steps = append([]func(context.Context, db.Queryer) error{b.readQueues}, append(steps, b.readToday, b.readWaiting)...)
	}
	if b.queue.IsZero() {
		steps = append(steps, b.readSkills, b.readTeams)
	}
	for _, step := range steps {
		if err := step(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (b *picture) readQueues(ctx context.Context, q db.Queryer) (err error) {
	w := b.where("q.")
	w.And("q.archived_at = 0")
	if !b.queue.IsZero() {
		w.And("q.id = ?", b.queue)
	}
	if b.reach.agents != nil {
		w.And("q.id IN (SELECT queue_id FROM queue_member WHERE tenant_id = ? AND user_id IN ("+holes(len(b.reach.agents))+"))",
			append([]any{b.tenant}, anys(b.reach.agents)...)...)
	}
	b.queues, err = db.Many[QueueState](ctx, q, `SELECT q.id, q.name, q.brand_id, q.target_percent, q.target_seconds,
		COALESCE(b.time_zone, '') AS time_zone FROM queue q LEFT JOIN brand b ON b.tenant_id = q.tenant_id AND b.id = q.brand_id`+
		w.SQL()+` ORDER BY q.name, q.id`, w.Args()...)
	b.byQueue = make(map[id.Queue]*QueueState, len(b.queues))
	for i := range b.queues {
		b.byQueue[b.queues[i].ID] = &b.queues[i]
	}
	return err
}

func holes(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func anys[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// today returns the condition that column is in the present day of the row's
// brand, and the earliest beginning of such a day.
func (b *picture) today(w *db.Where, column string) (condition string, first time.Time) {
	var zones []string
	for _, q := range b.queues {
		if !slices.Contains(zones, q.TimeZone) {
			zones = append(zones, q.TimeZone)
		}
	}
	parts := []string{"1 = 0"}
	for _, name := range zones {
		loc, err := time.LoadLocation(name)
		if err != nil {
			loc = time.UTC // a zone that this machine does not know
		}
		start := midnight(b.now, loc)
		if first.IsZero() || start.Before(first) {
			first = start
		}
		parts = append(parts, column+` >= `+w.Arg(start)+` AND queue_id IN (SELECT zq.id FROM queue zq LEFT JOIN brand zb
			ON zb.tenant_id = zq.tenant_id AND zb.id = zq.brand_id WHERE zq.tenant_id = `+w.Arg(b.tenant)+` AND COALESCE(zb.time_zone, '') = `+w.Arg(name)+`)`)
	}
	return "(" + strings.Join(parts, " OR ") + ")", first
}

// whereToday begins the conditions for today's rows of a rollup.
func (b *picture) whereToday() *db.Where {
	w := b.where("")
	today, first := b.today(w, "start_at")
	w.And("start_at >= ?", first)
	w.And(today)
	if !b.queue.IsZero() {
		w.And("queue_id = ?", b.queue)
	}
	return w
}

// readToday adds today's sums to the queues.
func (b *picture) readToday(ctx context.Context, q db.Queryer) error {
	w := b.whereToday()
	visits, err := db.Many[visitSum](ctx, q, `SELECT queue_id AS slot_key, `+sums(visitSums)+`, MAX(longest_us) AS longest_us
		FROM report_queue_interval`+w.SQL()+` GROUP BY queue_id`, w.Args()...)
	if err != nil {
		return err
	}
	for _, s := range visits {
		if row := b.byQueue[id.Queue(s.SlotKey)]; row != nil {
			row.Visits = s.Visits
		}
	}
	w = b.whereToday()
	work, err := db.Many[workSum](ctx, q, `SELECT queue_id AS slot_key, `+sums(workSums)+`
		FROM report_work_interval`+w.SQL()+` GROUP BY queue_id`, w.Args()...)
	for _, s := range work {
		if row := b.byQueue[id.Queue(s.SlotKey)]; row != nil {
			row.Work = s.Work
		}
	}
	return err
}

type waitingRow struct {
	QueueID id.Queue
	Waiting int
	Longest time.Time
	Late    int64
}

// readWaiting adds who waits, and who of those that entered today is late already.
func (b *picture) readWaiting(ctx context.Context, q db.Queryer) error {
	w := b.where("")
	w.And("left_at = 0")
	if !b.queue.IsZero() {
		w.And("queue_id = ?", b.queue)
	}
	today, _ := b.today(w, "entered_at")
	rows, err := db.Many[waitingRow](ctx, q, `SELECT queue_id, COUNT(*) AS waiting, MIN(waiting_since) AS longest,
		CAST(SUM(CASE WHEN `+w.Arg(b.now)+` - waiting_since > target_seconds * 1000000 AND `+today+` THEN 1 ELSE 0 END) AS BIGINT) AS late
		FROM queue_visit`+w.SQL()+` GROUP BY queue_id`, w.Args()...)
	for _, r := range rows {
		if row := b.byQueue[r.QueueID]; row != nil {
			row.Waiting, row.Longest, row.Visits.Late = r.Waiting, r.Longest, r.Late
			row.Visits.LongestUS = max(row.Visits.LongestUS, b.now.Sub(r.Longest).Microseconds())
		}
	}
	return err
}

// narrowAgents limits rows to the agents that are wanted and within reach.
func (b *picture) narrowAgents(w *db.Where, column string) {
	if b.reach.agents != nil {
		db.In(w, column, b.reach.agents)
	}
	if !b.agent.IsZero() {
		w.And(column+" = ?", b.agent)
	}
}

func (b *picture) readAgents(ctx context.Context, q db.Queryer) (err error) {
	w := &db.Where{}
	w.And("a.tenant_id = ? AND u.active", b.tenant)
	b.narrowAgents(w, "a.user_id")
	if !b.queue.IsZero() {
		w.And("a.user_id IN (SELECT user_id FROM queue_member WHERE tenant_id = ? AND queue_id = ?)", b.tenant, b.queue)
	}
	b.agents, err = db.Many[AgentState](ctx, q, `SELECT a.user_id, u.name, a.capacity, a.loads, a.channels, a.state, a.reason_id,
		COALESCE(r.name, '') AS reason, a.system, a.since, a.next_state FROM agent a
		JOIN app_user u ON u.tenant_id = a.tenant_id AND u.id = a.user_id
		LEFT JOIN away_reason r ON r.tenant_id = a.tenant_id AND r.id = a.reason_id`+w.SQL()+` ORDER BY u.name_key, a.user_id`, w.Args()...)
	b.byAgent = make(map[id.User]*AgentState, len(b.agents))
	for i := range b.agents {
		b.byAgent[b.agents[i].UserID] = &b.agents[i]
	}
	return err
}

func (b *picture) readMembers(ctx context.Context, q db.Queryer) (err error) {
	w := b.where("q.")
	w.And("q.archived_at = 0")
	b.narrowAgents(w, "m.user_id")
	if !b.queue.IsZero() {
		w.And("m.queue_id = ?", b.queue)
	}
	b.members, err = db.Many[member](ctx, q, `SELECT m.user_id, m.queue_id, m.enabled FROM queue_member m
		JOIN queue q ON q.tenant_id = m.tenant_id AND q.id = m.queue_id`+w.SQL()+` ORDER BY m.queue_id, m.user_id`, w.Args()...)
	return err
}

// holder is who has an interaction, or to whom it is offered.
const holder = `CASE WHEN i.state = 'offered' THEN COALESCE(o.agent_id, 0) ELSE i.agent_id END`

// readWork reads what agents have. An agent's work for other brands is left out.
// For one queue all work of its agents is read, for it says what they do.
func (b *picture) readWork(ctx context.Context, q db.Queryer) (err error) {
	w := b.where("i.")
	w.And("i.state IN ('offered', 'active', 'parked', 'wrap_up')")
	b.narrowAgents(w, holder)
	if !b.queue.IsZero() {
		w.And("(i.queue_id = ? OR "+holder+" IN (SELECT user_id FROM queue_member WHERE tenant_id = ? AND queue_id = ?))", b.queue, b.tenant, b.queue)
	}
	b.work, err = db.Many[WorkItem](ctx, q, `SELECT i.id AS interaction_id, i.conversation_id, i.queue_id, `+holder+` AS agent_id, i.channel, i.state,
		COALESCE(c.customer_name, '') AS customer, CASE i.state WHEN 'offered' THEN COALESCE(o.made_at, 0) WHEN 'wrap_up' THEN COALESCE(s.talked_at, 0)
		WHEN 'parked' THEN COALESCE(s.parked_at, 0) ELSE COALESCE(s.started_at, 0) END AS since
		FROM interaction i LEFT JOIN conversation c ON c.tenant_id = i.tenant_id AND c.id = i.conversation_id
		LEFT JOIN offer o ON o.tenant_id = i.tenant_id AND o.id = i.offer_id
		LEFT JOIN segment s ON s.tenant_id = i.tenant_id AND s.id = i.segment_id`+w.SQL()+` ORDER BY i.id`, w.Args()...)
	if !b.names {
		for i := range b.work {
			b.work[i].Customer = customer.Mask(b.work[i].Customer)
		}
	}
	return err
}

type skillOf struct {
	UserID id.User
	SkillLevel
}

func (b *picture) readSkills(ctx context.Context, q db.Queryer) error {
	w := &db.Where{}
	w.And("a.tenant_id = ?", b.tenant)
	b.narrowAgents(w, "a.user_id")
	rows, err := db.Many[skillOf](ctx, q, `SELECT a.user_id, a.skill_id, s.name, a.level FROM agent_skill a
		JOIN skill s ON s.tenant_id = a.tenant_id AND s.id = a.skill_id`+w.SQL()+` ORDER BY s.name, a.skill_id`, w.Args()...)
	for _, r := range rows {
		if a := b.byAgent[r.UserID]; a != nil {
			a.Skills = append(a.Skills, r.SkillLevel)
		}
	}
	return err
}

type teamOf struct {
	UserID id.User
	TeamID id.Team
}

func (b *picture) readTeams(ctx context.Context, q db.Queryer) error {
	w := &db.Where{}
	w.And("tenant_id = ?", b.tenant)
	b.narrowAgents(w, "user_id")
	rows, err := db.Many[teamOf](ctx, q, `SELECT user_id, team_id FROM team_member`+w.SQL()+` ORDER BY team_id`, w.Args()...)
	for _, r := range rows {
		if a := b.byAgent[r.UserID]; a != nil {
			a.Teams = append(a.Teams, r.TeamID)
		}
	}
	return err
}
