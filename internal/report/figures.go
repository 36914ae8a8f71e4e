package report

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Row is the figures of one queue, agent, day or interval. A group that does not
// apply is nil: visits have no agent, time has no queue.
type Row struct {
	Name     string   // of the queue or the agent
	Queue    id.Queue // with From and To: what the interactions behind the row are found by
	Agent    id.User
	From, To time.Time
	Visits   *Visits
	Work     *Work
	Clock    *Clock
	Away     []Away // what the away time was for, by agent only
}

// Away is time away for one reason.
type Away struct {
	ReasonID id.AwayReason
	Reason   string // its name; empty: none was given
	System   string // why the system set it; empty: a person did
	US       int64
}

// Table is figures with their total.
type Table struct {
	Query Query
	Zone  *time.Location
	Rows  []Row
	Total Row
}

// Figures returns the figures that the actor may see.
func (s *Service) Figures(ctx context.Context, q Query) (Table, error) {
	return s.figures(ctx, "report.Figures", actor.FiguresRead, q)
}

// Export is Figures for those who may take them out of the house.
func (s *Service) Export(ctx context.Context, q Query) (Table, error) {
	return s.figures(ctx, "report.Export", actor.FiguresExport, q)
}

func (s *Service) figures(ctx context.Context, op string, p actor.Permission, q Query) (Table, error) {
	r, err := s.reachOf(ctx, op, p)
	if err != nil {
		return Table{}, err
	}
	if q, err = q.normal(op); err != nil {
		return Table{}, err
	}
	loc, err := s.zone(ctx, r, q)
	if err != nil {
		return Table{}, err
	}
	t := newTally(r, q, loc, time.Now().UTC())
	if err := s.db.View(ctx, func(v db.Queryer) error { return t.read(ctx, v) }); err != nil {
		return Table{}, errs.Op(op, err)
	}
	return t.table(), nil
}

// tally collects the rows of a table.
type tally struct {
	reach
	q     Query
	loc   *time.Location
	now   time.Time
	slots []span // by time only
	rows  map[int64]*Row
}

func newTally(r reach, q Query, loc *time.Location, now time.Time) *tally {
	t := &tally{reach: r, q: q, loc: loc, now: now, rows: map[int64]*Row{}}
	if q.By == ByDay || q.By == ByInterval {
		t.slots = q.slots(loc)
		for i := range t.slots {
			t.row(int64(i))
		}
	}
	return t
}

// key is the column that a table by q.By is grouped by.
func (t *tally) key() string {
	switch t.q.By {
	case ByQueue:
		return "queue_id"
	case ByAgent:
		return "agent_id"
	case ByDay, ByInterval:
	}
	return "start_at"
}

// of returns the row for a value of key.
func (t *tally) of(value int64) *Row {
	if t.slots == nil {
		return t.row(value)
	}
	start := db.Time(value)
	i := sort.Search(len(t.slots), func(i int) bool { return start.Before(t.slots[i].To) })
	return t.row(int64(min(i, len(t.slots)-1)))
}

func (t *tally) row(key int64) *Row {
	row := t.rows[key]
	if row != nil {
		return row
	}
	row = &Row{Queue: t.q.Queue, Agent: t.q.Agent, From: t.q.From, To: t.q.To}
	switch t.q.By {
	case ByQueue:
		row.Queue = id.Queue(key)
	case ByAgent:
		row.Agent = id.User(key)
	case ByDay, ByInterval:
		row.From, row.To = t.slots[key].From, t.slots[key].To
	}
	if t.hasVisits() {
		row.Visits = &Visits{}
	}
	row.Work = &Work{}
	if t.hasClock() {
		row.Clock = &Clock{}
	}
	t.rows[key] = row
	return row
}

// hasVisits reports whether visits apply: they belong to queues, not to agents.
func (t *tally) hasVisits() bool { return t.agents == nil && t.q.Agent.IsZero() && t.q.By != ByAgent }

// hasClock reports whether agents' time applies: it belongs to no queue and to no brand.
func (t *tally) hasClock() bool {
	if t.agents == nil && !t.staff || t.q.By == ByQueue {
		return false
	}
	return t.q.By == ByAgent || t.q.Queue.IsZero() && t.q.Brand.IsZero()
}

// read fills the rows from one picture of the database.
func (t *tally) read(ctx context.Context, v db.Queryer) error {
	steps := []func(context.Context, db.Queryer) error{t.readWork}
	if t.hasVisits() {
		steps = append(steps, t.readVisits, t.readWaiting)
	}
	if t.hasClock() {
		steps = append(steps, t.readClock)
	}
	for _, step := range append(steps, t.readNames) {
		if err := step(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// table returns the rows in order, with their total.
func (t *tally) table() Table {
	keys := keysOf(t.rows)
	slices.SortFunc(keys, func(a, b int64) int {
		return cmp.Or(cmp.Compare(t.rows[a].Name, t.rows[b].Name), cmp.Compare(a, b))
	})
	out := Table{Query: t.q, Zone: t.loc, Total: Row{Queue: t.q.Queue, Agent: t.q.Agent, From: t.q.From, To: t.q.To, Work: &Work{}}}
	if t.hasVisits() {
		out.Total.Visits = &Visits{}
	}
	if t.hasClock() {
		out.Total.Clock = &Clock{}
	}
	for _, k := range keys {
		row := t.rows[k]
		out.Rows = append(out.Rows, *row)
		out.Total.add(*row)
	}
	return out
}

func (r *Row) add(o Row) {
	r.Work.Add(*o.Work)
	if r.Visits != nil {
		r.Visits.Add(*o.Visits)
	}
	if r.Clock != nil {
		r.Clock.Add(*o.Clock)
	}
}
