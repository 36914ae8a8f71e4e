package report

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing"
)

const contacts = 600

// dump returns every row of the rollup as text, sorted.
func (w *world) dump() []string {
	w.tb.Helper()
	type row struct {
		StartAt  time.Time
		AgentID  id.User
		BrandID  id.Brand
		QueueID  id.Queue
		ReasonID id.AwayReason
		System   string
		US       int64
		Channel  string
		Visits
		Work
		Clock
	}
	var out []string
	for table, columns := range map[string]string{
		"report_queue_interval": "start_at, brand_id, queue_id, channel, longest_us, " + visitSums,
		"report_work_interval":  "start_at, agent_id, brand_id, queue_id, channel, " + workSums,
		"report_agent_interval": "start_at, agent_id, " + clockSums,
		"report_away_interval":  "start_at, agent_id, reason_id, system, us",
	} {
		rows, err := db.Many[row](w.ctx, w.d, `SELECT `+columns+` FROM `+table)
		if err != nil {
			w.tb.Fatal(err)
		}
		for _, r := range rows {
			out = append(out, fmt.Sprintf("%s %+v", table, r))
		}
	}
	slices.Sort(out)
	return out
}

func TestRollupEqualsWhatTheStampsSay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, slot(time.Now().Add(-48*time.Hour)))
		w.live(contacts)
		r := w.rollUp(contacts)
		followed := w.dump()
		if err := r.CatchUp(w.ctx); err != nil {
			t.Fatal(err)
		}
		if again := w.dump(); !reflect.DeepEqual(followed, again) {
			t.Error("reading the facts again changes rows")
		}
		if err := r.Rebuild(w.ctx, w.from.Add(-time.Hour), time.Now()); err != nil {
			t.Fatal(err)
		}
		if rebuilt := w.dump(); !reflect.DeepEqual(followed, rebuilt) {
			t.Errorf("%d rows followed, %d rows rebuilt differ", len(followed), len(rebuilt))
		}
		w.checkAgainstStamps(r)
	})
}

// checkAgainstStamps computes totals in one go, past all intervals.
func (w *world) checkAgainstStamps(r *Rollup) {
	w.tb.Helper()
	within := span{w.from, w.from.Add(hours * time.Hour)}
	visits, err := readVisits(w.ctx, w.d, ours, within, nil)
	if err != nil {
		w.tb.Fatal(err)
	}
	var want Visits
	for _, v := range visits {
		want.count(v)
	}
	stamps, err := readClock(w.ctx, w.d, ours, within, nil)
	if err != nil {
		w.tb.Fatal(err)
	}
	var clock Clock
	for agent, day := range stamps.days(within) {
		contact, wall := union(slices.Clone(day.contact)), union(slices.Clone(day.chat))
		available := within.share(day.available)
		clock.Add(Clock{
			AvailableUS: available, ContactUS: within.share(contact), ChatUS: within.share(day.chat), ChatWallUS: within.share(wall),
			IdleUS: available - overlap(day.available, contact),
		})
		for _, p := range day.away {
			clock.AwayUS += p.Until.Sub(p.Since).Microseconds()
		}
		if agent == 0 {
			w.tb.Error("time of nobody")
		}
	}
	got := w.figures(Query{By: ByDay, From: within.From, To: within.To}).Total
	got.Visits.Late, want.Late = 0, 0
	got.Visits.LongestUS, want.LongestUS = 0, 0 // live: of those who wait still
	if *got.Visits != want {
		w.tb.Errorf("visits %+v, want %+v", *got.Visits, want)
	}
	if *got.Clock != clock {
		w.tb.Errorf("clock %+v, want %+v", *got.Clock, clock)
	}
}

// overlap adds up what two sets of spans have in common.
func overlap(a, b []span) int64 {
	var sum int64
	for _, s := range a {
		sum += s.share(b)
	}
	return sum
}

func (w *world) figures(q Query) Table {
	w.tb.Helper()
	table, err := NewService(w.d, mates{}, quiet{}).Figures(w.ctx, q)
	if err != nil {
		w.tb.Fatal(err)
	}
	return table
}

func TestSumsOfIntervalsAreDaysAndSumsOfAgentsAreTeams(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, slot(time.Now().Add(-48*time.Hour)))
		w.live(contacts)
		w.rollUp(contacts)
		q := Query{From: w.from, To: w.from.Add(hours * time.Hour), TZ: "Europe/Warsaw"}
		by := func(by By, step time.Duration) Table {
			q.By, q.Step = by, step
			return w.figures(q)
		}
		day, agent, queue := by(ByDay, 0), by(ByAgent, 0), by(ByQueue, 0)
		for _, table := range []Table{by(ByInterval, 0), by(ByInterval, 2*Interval), by(ByInterval, 4*Interval), queue} {
			table.Total.Visits.LongestUS = day.Total.Visits.LongestUS // whoever waits waits on
			if *table.Total.Visits != *day.Total.Visits || *table.Total.Work != *day.Total.Work {
				t.Errorf("by %s %v: %+v %+v", table.Query.By, table.Query.Step, table.Total.Visits, table.Total.Work)
			}
		}
		if *agent.Total.Work != *day.Total.Work || *agent.Total.Clock != *day.Total.Clock {
			t.Errorf("agents %+v %+v, team %+v %+v", agent.Total.Work, agent.Total.Clock, day.Total.Work, day.Total.Clock)
		}
		for _, row := range append(queue.Rows, day.Rows...) {
			v := *row.Visits
			if v.Open() < 0 || v.Offered != v.Answered+v.Abandoned+v.Overflowed+v.Transferred+v.Callback+v.Closed+v.Open() || v.Late > v.Open() {
				t.Errorf("offered do not add up: %+v", v)
			}
		}
		for _, row := range agent.Rows {
			var away int64
			for _, a := range row.Away {
				away += a.US
			}
			if away != row.Clock.AwayUS {
				t.Errorf("%s: away %d, reasons %d", row.Name, row.Clock.AwayUS, away)
			}
		}
	})
}

func TestDrillListsExactlyWhatWasCounted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, slot(time.Now().Add(-48*time.Hour)))
		w.live(contacts)
		w.rollUp(contacts)
		s := NewService(d, mates{}, quiet{})
		table := w.figures(Query{By: ByQueue, From: w.from.Add(5 * time.Hour), To: w.from.Add(29 * time.Hour)})
		for _, row := range append(table.Rows, table.Total) {
			for figure, want := range figuresOf(row) {
				if got := w.drillAll(s, figure, row); got != want {
					t.Errorf("%s of %q: %d drilled, %d counted", figure, row.Name, got, want)
				}
			}
		}
		if n := len(figuresOf(table.Total)); n != len(DrillFigures()) {
			t.Errorf("%d figures of %d are tested", n, len(DrillFigures()))
		}
	})
}

func figuresOf(row Row) map[string]int64 {
	v, w := row.Visits, row.Work
	return map[string]int64{
		"offered": v.Offered, "answered": v.Answered, "answered_in_time": v.AnsweredInTime, "answered_late": v.Answered - v.AnsweredInTime,
		"abandoned": v.Abandoned, "abandoned_in_time": v.AbandonedInTime, "abandoned_short": v.AbandonedShort,
		"overflowed": v.Overflowed, "transferred": v.Transferred, "callback": v.Callback, "closed": v.Closed, "open": v.Open(),
		"offers": w.Offers, "accepted": w.Accepted, "declined": w.Declined, "missed": w.Missed, "withdrawn": w.Withdrawn,
		"handled": w.Handled, "transfers_out": w.TransfersOut, "replies": w.Replies, "answers": w.Answers, "top_two": w.TopTwo,
	}
}

// drillAll counts what all pages of a drill hold.
func (w *world) drillAll(s *Service, figure string, row Row) int64 {
	w.tb.Helper()
	q := DrillQuery{Figure: figure, From: row.From, To: row.To, Queue: row.Queue, Agent: row.Agent, Limit: 37}
	var n int64
	for {
		page, err := s.Drill(w.ctx, q)
		if err != nil {
			w.tb.Fatal(err)
		}
		n += int64(len(page))
		if len(page) < q.Limit {
			return n
		}
		q.After = page[len(page)-1].Key
	}
}

func TestTimeThatIsNotRolledUpYetIsReadFromTheStamps(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, slot(time.Now().Add(-48*time.Hour)))
		w.live(200)
		q := Query{By: ByAgent, From: w.from, To: w.from.Add(hours * time.Hour)}
		before := w.figures(q)
		w.rollUp(200)
		after := w.figures(q)
		if *before.Total.Clock != *after.Total.Clock || before.Total.Clock.ContactUS == 0 {
			t.Errorf("before %+v, after %+v", before.Total.Clock, after.Total.Clock)
		}
		for i, row := range after.Rows {
			if i < len(before.Rows) && !reflect.DeepEqual(before.Rows[i].Away, row.Away) {
				t.Errorf("%s away %+v, before %+v", row.Name, row.Away, before.Rows[i].Away)
			}
		}
	})
}

func TestDaysOfATimeZoneAreSumsOfIntervals(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		warsaw, err := time.LoadLocation("Europe/Warsaw")
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, d, time.Date(2025, 10, 25, 0, 0, 0, 0, warsaw))
		w.update(func(tx *db.Tx) {
			for h := range 73 { // 24 + 25 + 24 hours, one visit at the beginning of each
				at := w.from.Add(time.Duration(h) * time.Hour)
				w.visit(tx, id.Interaction(h+1), falaNet, sales, routing.Answered, span{at, at.Add(time.Second)})
			}
		})
		r := NewRollup(d, nil)
		if err := r.Rebuild(w.ctx, w.from, w.from.Add(80*time.Hour)); err != nil {
			t.Fatal(err)
		}
		table := w.figures(Query{By: ByDay, From: w.from, To: w.from.Add(73 * time.Hour)}) // the zone of the brand
		var got []int64
		for _, row := range table.Rows {
			got = append(got, row.Visits.Offered)
		}
		if !slices.Equal(got, []int64{24, 25, 24}) || table.Zone.String() != "Europe/Warsaw" {
			t.Errorf("%v in %v", got, table.Zone)
		}
	})
}

// await asks for figures until they fit, which the test's time limit bounds.
func (w *world) await(q Query, fit func(*Visits) bool) *Visits {
	w.tb.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		v := w.figures(q).Total.Visits
		if fit(v) {
			return v
		}
		select {
		case <-again.C:
		case <-w.tb.Context().Done():
			return v
		}
	}
}

func TestRollupFollowsFactsByItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, slot(time.Now().Add(-48*time.Hour)))
		ctx, stop := context.WithCancel(w.ctx)
		r := NewRollup(d, nil)
		done := make(chan error, 1)
		go func() {
			lease.NewKeeper(d, "test", slog.New(slog.DiscardHandler)).Hold(ctx, "figures", func(ctx context.Context, held lease.Held) error {
				done <- r.Run(ctx, held)
				return nil
			})
		}()
		var visit id.QueueVisit
		at := w.from
		w.update(func(tx *db.Tx) {
			visit = w.visit(tx, 7, falaNet, sales, "", span{From: at})
			w.record(tx, fact.InteractionQueued{Interaction: 7, Conversation: 8, Queue: sales})
		})
		q := Query{By: ByQueue, From: at, To: at.Add(Interval)}
		if v := w.await(q, func(v *Visits) bool { return v.Offered > 0 }); v.Offered != 1 || v.Open() != 1 || v.Late != 1 {
			t.Errorf("while it waits: %+v", v)
		}
		w.update(func(tx *db.Tx) {
			w.exec(tx, `UPDATE queue_visit SET left_at = $1, outcome = 'abandoned' WHERE tenant_id = $2 AND id = $3`, at.Add(time.Minute), ours, visit)
			w.record(tx, fact.InteractionClosed{Interaction: 7, Conversation: 8, Queue: sales})
		})
		if v := w.await(q, func(v *Visits) bool { return v.Abandoned > 0 }); v.Abandoned != 1 || v.Open() != 0 || v.Late != 0 || v.LongestUS != 60e6 {
			t.Errorf("when it has left: %+v", v)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestANodeThatHasLostItsLeaseWritesNoFigures(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, slot(time.Now().Add(-48*time.Hour)))
		lost := lease.Held{Name: "figures", Epoch: 1}
		w.update(func(tx *db.Tx) {
			w.exec(tx, `INSERT INTO lease (name, owner, epoch, expires_at) VALUES ('figures', 'another', 2, 0)`)
			w.visit(tx, 7, falaNet, sales, "", span{From: w.from})
			w.record(tx, fact.InteractionQueued{Interaction: 7, Conversation: 8, Queue: sales})
		})
		w.rollUp(1) // waits until the fact has its position; this one needs no lease
		w.update(func(tx *db.Tx) { w.exec(tx, `DELETE FROM report_cursor`) })
		r := NewRollup(d, nil)
		r.hold(lost)
		if err := r.ReadFacts(w.ctx); err != nil {
			t.Fatal(err)
		}
		if err := r.CatchUp(w.ctx); errs.CodeOf(err) != "lease.lost" {
			t.Errorf("%v", err)
		}
		if pos, err := cursor(w.ctx, d); pos != 0 || err != nil {
			t.Errorf("read up to %d, %v", pos, err)
		}
		lost.Epoch = 2
		r.hold(lost)
		if err := r.CatchUp(w.ctx); err != nil {
			t.Errorf("the newest owner: %v", err)
		}
	})
}

func TestFirstReplyBelongsToTheShareInWhichItWasWritten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := slot(time.Now().Add(-48 * time.Hour))
		w := newWorld(t, d, at)
		w.update(func(tx *db.Tx) {
			w.exec(tx, `INSERT INTO interaction (tenant_id, id, conversation_id, brand_id, channel, direction, state, arrived_at, replied_at)
				VALUES ($1, 7, 8, $2, 'webchat', 'in', 'active', $3, $4)`, ours, falaNet, at, at.Add(5*time.Minute))
			for i, share := range []struct {
				agent id.User
				began time.Duration
			}{{ola, time.Minute}, {kamil, 5 * time.Minute}, {eszter, 6 * time.Minute}} {
				w.exec(tx, `INSERT INTO segment (tenant_id, id, interaction_id, conversation_id, brand_id, queue_id, agent_id, channel, how, started_at)
					VALUES ($1, $2, 7, 8, $3, $4, $5, 'webchat', 'offer', $6)`, ours, 100+i, falaNet, sales, share.agent, at.Add(share.began))
			}
			w.record(tx, fact.EntryAdded{Conversation: 8, Author: agentAuthor, EntryKind: "message"})
		})
		w.update(func(tx *db.Tx) { // the fact is of the moment of the reply
			w.exec(tx, `UPDATE fact SET at = $1 WHERE tenant_id = $2`, at.Add(5*time.Minute), ours)
		})
		w.rollUp(1)
		table := w.figures(Query{By: ByAgent, From: at, To: at.Add(Interval)})
		for _, row := range table.Rows {
			if row.Work.Replies != one(row.Agent == kamil) {
				t.Errorf("%s has %d first replies", row.Name, row.Work.Replies)
			}
		}
		if s, _ := table.Total.Work.FirstReply().Seconds(); s != 300 || w.drillAll(NewService(d, mates{}, quiet{}), "replies", table.Total) != 1 {
			t.Errorf("first reply after %v s", s)
		}
	})
}

func BenchmarkRollup(b *testing.B) {
	const visits = 20_000
	w := newWorld(b, dbtest.SQLite(b), slot(time.Now().Add(-48*time.Hour)))
	w.live(visits * 2 / 3)
	r := NewRollup(w.d, nil)
	n, err := db.One[int64](w.ctx, w.d, `SELECT COUNT(*) FROM queue_visit`)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := r.Rebuild(w.ctx, w.from, w.from.Add(48*time.Hour)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n), "visits")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/visit")
}
