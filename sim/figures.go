package sim

import (
	"context"
	"log/slog"
	"time"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/report"
	"github.com/zongler/zongler/internal/routing"
)

// tally adds up from the facts alone what the figures say from the stamps.
type tally struct {
	queues    map[id.Queue]*report.Visits
	agents    map[id.User]*report.Work
	intervals map[time.Time]*report.Visits
	visits    map[id.Interaction]*visit
	offers    map[id.Offer]id.User
}

// visit is a stay in a queue that has not ended.
type visit struct {
	queue   id.Queue
	entered time.Time
}

func newTally() *tally {
	return &tally{
		queues: map[id.Queue]*report.Visits{}, agents: map[id.User]*report.Work{}, intervals: map[time.Time]*report.Visits{},
		visits: map[id.Interaction]*visit{}, offers: map[id.Offer]id.User{},
	}
}

// see takes in the next fact.
func (t *tally) see(rec fact.Record) {
	switch f := rec.Fact.(type) {
	case fact.InteractionQueued:
		switch f.Cause {
		case routing.CauseOverflow:
			t.end(f.Interaction, report.Visits{Overflowed: 1})
		case routing.CauseTransfer:
			t.end(f.Interaction, report.Visits{Transferred: 1})
		}
		t.visits[f.Interaction] = &visit{f.Queue, rec.At}
		t.add(t.visits[f.Interaction], report.Visits{Offered: 1})
	case fact.OfferMade:
		t.work(f.Agent, report.Work{Offers: 1})
	case fact.OfferEnded:
		t.work(f.Agent, result(routing.Result(f.Result)))
	case fact.InteractionStarted:
		if v := t.visits[f.Interaction]; v != nil {
			wait := rec.At.Sub(v.entered)
			t.end(f.Interaction, report.Visits{Answered: 1, AnsweredInTime: inTime(wait), WaitAnsweredUS: wait.Microseconds()})
		}
	case fact.InteractionLeftAgent:
		t.work(f.Agent, report.Work{Handled: 1})
		if f.Cause == routing.CauseTransferred {
			t.work(f.Agent, report.Work{TransfersOut: 1})
		}
	case fact.InteractionClosed:
		if v := t.visits[f.Interaction]; v != nil {
			wait := rec.At.Sub(v.entered)
			t.end(f.Interaction, report.Visits{Abandoned: 1, AbandonedInTime: inTime(wait), WaitAbandonedUS: wait.Microseconds()})
		}
		if f.Agent != 0 {
			t.work(f.Agent, report.Work{Handled: 1})
		}
	}
}

func result(r routing.Result) report.Work {
	switch r {
	case routing.Accepted:
		return report.Work{Accepted: 1}
	case routing.Declined:
		return report.Work{Declined: 1}
	case routing.Missed:
		return report.Work{Missed: 1}
	case routing.Withdrawn:
		return report.Work{Withdrawn: 1}
	case routing.Made:
	}
	return report.Work{}
}

func inTime(wait time.Duration) int64 {
	if wait <= target*time.Second {
		return 1
	}
	return 0
}

// end counts how the open visit of an interaction ended, if there is one.
func (t *tally) end(key id.Interaction, how report.Visits) {
	if v := t.visits[key]; v != nil {
		t.add(v, how)
		delete(t.visits, key)
	}
}

func (t *tally) add(v *visit, n report.Visits) {
	at(t.queues, v.queue).Add(n)
	at(t.intervals, v.entered.Truncate(report.Interval)).Add(n)
}

func (t *tally) work(agent id.User, n report.Work) { at(t.agents, agent).Add(n) }

func at[K comparable, V any](rows map[K]*V, key K) *V {
	if rows[key] == nil {
		rows[key] = new(V)
	}
	return rows[key]
}

// figuresAreSums: the figures of the day, from the stamps over the rollup, are what
// the facts add up to, by queue, by agent and by interval.
func (c *centre) figuresAreSums(t *tally, began time.Time) {
	c.tb.Helper()
	c.rollUp()
	by := func(by report.By) report.Table {
		table, err := report.NewService(c.db, silent{}, nil).Figures(c.ctx, report.Query{By: by, From: began, To: time.Now(), TZ: "UTC"})
		c.must(err)
		return table
	}
	queues, agents, intervals := 0, 0, 0
	for _, row := range by(report.ByQueue).Rows {
		queues += c.sameVisits("queue", row, t.queues[row.Queue])
	}
	for _, row := range by(report.ByInterval).Rows {
		intervals += c.sameVisits("interval", row, t.intervals[row.From])
	}
	for _, row := range by(report.ByAgent).Rows {
		agents += c.sameWork(row, t.agents[row.Agent])
	}
	if queues != len(t.queues) || agents != len(t.agents) || intervals != len(t.intervals) {
		c.tb.Errorf("figures of %d queues, %d agents, %d intervals; facts of %d, %d, %d",
			queues, agents, intervals, len(t.queues), len(t.agents), len(t.intervals))
	}
}

// rollUp has the rollup read the whole day.
func (c *centre) rollUp() {
	c.tb.Helper()
	rollup := report.NewRollup(c.db, slog.New(slog.DiscardHandler))
	c.must(rollup.ReadFacts(context.WithoutCancel(c.ctx)))
	c.must(rollup.CatchUp(c.ctx))
}

// sameVisits compares a row of visits, and returns how many rows of facts it stands for.
func (c *centre) sameVisits(what string, row report.Row, want *report.Visits) int {
	c.tb.Helper()
	if want == nil {
		if row.Visits != nil && row.Visits.Offered > 0 {
			c.tb.Errorf("%s %d %v: figures %+v without facts", what, row.Queue, row.From, *row.Visits)
		}
		return 0
	}
	got := *row.Visits
	got.LongestUS, got.AbandonedShort = 0, 0 // not in the facts
	if got != *want {
		c.tb.Errorf("%s %d %v: figures %+v, facts %+v", what, row.Queue, row.From, got, *want)
	}
	return 1
}

// sameWork is sameVisits for the work of an agent.
func (c *centre) sameWork(row report.Row, want *report.Work) int {
	c.tb.Helper()
	if want == nil || row.Work == nil {
		return 0
	}
	w := row.Work
	got := report.Work{
		Offers: w.Offers, Accepted: w.Accepted, Declined: w.Declined, Missed: w.Missed, Withdrawn: w.Withdrawn,
		Handled: w.Handled, TransfersOut: w.TransfersOut,
	}
	if got != *want {
		c.tb.Errorf("agent %d: figures %+v, facts %+v", row.Agent, got, *want)
	}
	return 1
}
