package report

import (
	"cmp"
	"context"
	"slices"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// where begins the conditions for rows of queues: reach, time and filters.
func (t *tally) where(column string) *db.Where {
	w := t.reach.where("")
	w.And(column+" >= ? AND "+column+" < ?", t.q.From, t.q.To)
	if !t.q.Queue.IsZero() {
		w.And("queue_id = ?", t.q.Queue)
	}
	if !t.q.Brand.IsZero() {
		w.And("brand_id = ?", t.q.Brand)
	}
	return w
}

// whereAgents is where for rows of agents.
func (t *tally) whereAgents(column string) *db.Where {
	w := t.where(column)
	t.narrow(w, "agent_id")
	return w
}

func (t *tally) narrow(w *db.Where, column string) {
	if t.agents != nil {
		db.In(w, column, t.agents)
	}
	if !t.q.Agent.IsZero() {
		w.And(column+" = ?", t.q.Agent)
	}
}

type visitSum struct {
	SlotKey int64
	Visits
}

func (t *tally) readVisits(ctx context.Context, q db.Queryer) error {
	w := t.where("start_at")
	sums, err := db.Many[visitSum](ctx, q, `SELECT `+t.key()+` AS slot_key, `+sums(visitSums)+`, MAX(longest_us) AS longest_us
		FROM report_queue_interval`+w.SQL()+` GROUP BY `+t.key(), w.Args()...)
	for _, s := range sums {
		t.of(s.SlotKey).Visits.Add(s.Visits)
	}
	return err
}

// readWaiting adds what only the present moment knows of those who still wait.
func (t *tally) readWaiting(ctx context.Context, q db.Queryer) error {
	w := t.where("entered_at")
	w.And("left_at = 0")
	waiting, err := db.Many[visit](ctx, q, `SELECT queue_id, entered_at, waiting_since, target_seconds FROM queue_visit`+w.SQL(), w.Args()...)
	for _, s := range waiting {
		key := int64(s.QueueID)
		if t.slots != nil {
			key = db.Micros(slot(s.EnteredAt))
		}
		t.of(key).Visits.countWaiting(s, t.now)
	}
	return err
}

type workSum struct {
	SlotKey int64
	Work
}

func (t *tally) readWork(ctx context.Context, q db.Queryer) error {
	w := t.whereAgents("start_at")
	sums, err := db.Many[workSum](ctx, q, `SELECT `+t.key()+` AS slot_key, `+sums(workSums)+`
		FROM report_work_interval`+w.SQL()+` GROUP BY `+t.key(), w.Args()...)
	for _, s := range sums {
		t.of(s.SlotKey).Work.Add(s.Work)
	}
	return err
}

type clockSum struct {
	SlotKey int64
	Clock
}

type awaySum struct {
	SlotKey  int64
	ReasonID id.AwayReason
	System   string
	US       int64
}

// readClock adds the time of agents: what is rolled up, and the rest from the stamps.
func (t *tally) readClock(ctx context.Context, q db.Queryer) error {
	agents, err := t.clockAgents(ctx, q)
	if err != nil || agents != nil && len(agents) == 0 {
		return err
	}
	until, err := clockUntil(ctx, q, t.tenant)
	if err != nil {
		return err
	}
	where := func() *db.Where {
		w := &db.Where{}
		w.And("tenant_id = ? AND start_at >= ? AND start_at < ?", t.tenant, t.q.From, t.q.To)
		if agents != nil {
			db.In(w, "agent_id", agents)
		}
		return w
	}
	w := where()
	got, err := db.Many[clockSum](ctx, q, `SELECT `+t.key()+` AS slot_key, `+sums(clockSums)+`
		FROM report_agent_interval`+w.SQL()+` GROUP BY `+t.key(), w.Args()...)
	if err != nil {
		return err
	}
	for _, s := range got {
		t.of(s.SlotKey).Clock.Add(s.Clock)
	}
	away := awayOf{}
	if t.q.By == ByAgent {
		w = where()
		got, err := db.Many[awaySum](ctx, q, `SELECT agent_id AS slot_key, reason_id, system, CAST(SUM(us) AS BIGINT) AS us
			FROM report_away_interval`+w.SQL()+` GROUP BY agent_id, reason_id, system`, w.Args()...)
		if err != nil {
			return err
		}
		for _, s := range got {
			away.add(s)
		}
	}
	tail := span{slot(later(t.q.From, until)), earlier(t.q.To, t.now)}
	if err := t.readTail(ctx, q, tail, agents, away); err != nil {
		return err
	}
	return t.nameAway(ctx, q, away)
}

// readTail adds the time that is not rolled up yet.
func (t *tally) readTail(ctx context.Context, q db.Queryer, tail span, agents []id.User, away awayOf) error {
	if !tail.From.Before(tail.To) {
		return nil
	}
	stamps, err := readClock(ctx, q, t.tenant, tail, agents)
	if err != nil {
		return err
	}
	rows := stamps.rows(tail)
	for k, c := range rows.clock {
		t.of(t.clockSlot(k)).Clock.Add(*c)
	}
	if t.q.By == ByAgent {
		for k, us := range rows.away {
			away.add(awaySum{int64(k.AgentID), k.ReasonID, k.System, *us})
		}
	}
	return nil
}

func (t *tally) clockSlot(k clockKey) int64 {
	if t.slots != nil {
		return db.Micros(k.StartAt)
	}
	return int64(k.AgentID)
}

// clockAgents returns whose time is shown; nil: everybody's. An actor of some
// brands sees the time of those who worked for these.
func (t *tally) clockAgents(ctx context.Context, q db.Queryer) ([]id.User, error) {
	agents := t.agents
	if agents == nil && (!t.brands.All || !t.q.Queue.IsZero() || !t.q.Brand.IsZero()) {
		w := t.where("start_at")
		found, err := db.Many[id.User](ctx, q, `SELECT DISTINCT agent_id FROM report_work_interval`+w.SQL(), w.Args()...)
		if err != nil {
			return nil, err
		}
		agents = append([]id.User{}, found...)
	}
	if t.q.Agent.IsZero() {
		return agents, nil
	}
	for _, a := range agents {
		if a == t.q.Agent {
			return []id.User{a}, nil
		}
	}
	if agents == nil {
		return []id.User{t.q.Agent}, nil
	}
	return []id.User{}, nil
}

// awayOf sums up time away by agent and reason.
type awayOf map[int64]map[Away]int64

func (a awayOf) add(s awaySum) {
	if a[s.SlotKey] == nil {
		a[s.SlotKey] = map[Away]int64{}
	}
	a[s.SlotKey][Away{ReasonID: s.ReasonID, System: s.System}] += s.US
}

type named struct {
	ID   int64
	Name string
}

// nameAway puts the time away into the rows, the longest first.
func (t *tally) nameAway(ctx context.Context, q db.Queryer, away awayOf) error {
	if len(away) == 0 {
		return nil
	}
	reasons, err := db.Many[named](ctx, q, `SELECT id, name FROM away_reason WHERE tenant_id = $1`, t.tenant)
	if err != nil {
		return err
	}
	names := map[id.AwayReason]string{}
	for _, r := range reasons {
		names[id.AwayReason(r.ID)] = r.Name
	}
	for agent, parts := range away {
		row := t.of(agent)
		for a, us := range parts {
			a.Reason, a.US = names[a.ReasonID], us
			row.Away = append(row.Away, a)
		}
		slices.SortFunc(row.Away, func(a, b Away) int {
			return cmp.Or(cmp.Compare(b.US, a.US), cmp.Compare(a.ReasonID, b.ReasonID), cmp.Compare(a.System, b.System))
		})
	}
	return nil
}

func (t *tally) readNames(ctx context.Context, q db.Queryer) error {
	table := ""
	switch t.q.By {
	case ByQueue:
		table = "queue"
	case ByAgent:
		table = "app_user"
	case ByDay, ByInterval:
		return nil
	}
	names, err := db.Many[named](ctx, q, `SELECT id, name FROM `+table+` WHERE tenant_id = $1`, t.tenant)
	for _, n := range names {
		if row := t.rows[n.ID]; row != nil {
			row.Name = n.Name
		}
	}
	return err
}
