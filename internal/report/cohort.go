package report

import (
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/survey"
)

// visitKey names a row of visits.
type visitKey struct {
	StartAt time.Time
	BrandID id.Brand
	QueueID id.Queue
	Channel string
}

// rowsOfVisits sums visits up where they entered.
func rowsOfVisits(visits []visit) map[visitKey]*Visits {
	rows := map[visitKey]*Visits{}
	for _, s := range visits {
		at(rows, visitKey{slot(s.EnteredAt), s.BrandID, s.QueueID, s.Channel}).count(s)
	}
	return rows
}

// workKey names a row of work.
type workKey struct {
	StartAt time.Time
	AgentID id.User
	BrandID id.Brand
	QueueID id.Queue
	Channel string
}

// span is a stretch of time, its end not included.
type span struct{ From, To time.Time }

func (s span) has(t time.Time) bool { return !t.Before(s.From) && t.Before(s.To) }

// workStamps is all that rows of work are made of.
type workStamps struct {
	offers   []offer
	segments []segment
	opinions []opinion
}

// rows sums up the work that falls into within: offers when they were made,
// shares when they ended, replies when they were written, opinions when they came.
func (s workStamps) rows(within span) map[workKey]*Work {
	rows := map[workKey]*Work{}
	for _, o := range s.offers {
		if within.has(o.MadeAt) {
			at(rows, workKey{slot(o.MadeAt), o.AgentID, o.BrandID, o.QueueID, o.Channel}).countOffer(o)
		}
	}
	for _, g := range s.segments {
		if within.has(g.EndedAt) && g.How != routing.Together { // it is answered, and took nobody's time
			at(rows, workKey{slot(g.EndedAt), g.AgentID, g.BrandID, g.QueueID, g.Channel}).countSegment(g)
		}
		if within.has(g.RepliedAt) {
			at(rows, workKey{slot(g.RepliedAt), g.AgentID, g.BrandID, g.QueueID, g.Channel}).countReply(g)
		}
	}
	for _, a := range s.opinions {
		if !within.has(a.AnsweredAt) {
			continue
		}
		var score survey.Score
		score.Count(a.Stars)
		w := at(rows, workKey{slot(a.AnsweredAt), a.AgentID, a.BrandID, a.QueueID, a.Channel})
		w.Add(Work{Answers: score.Answers, Stars: score.Stars, TopTwo: score.TopTwo})
	}
	return rows
}

// at returns the row of key, made if need be.
func at[K comparable, V any](rows map[K]*V, key K) *V {
	row := rows[key]
	if row == nil {
		row = new(V)
		rows[key] = row
	}
	return row
}
