package report

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// By is what figures are listed by.
type By string

// Ways to list figures.
const (
	ByQueue    By = "queue"
	ByAgent    By = "agent"
	ByDay      By = "day"
	ByInterval By = "interval"
)

// Bounds of a question.
const (
	maxDays      = 400
	maxIntervals = 7 * 24 * 4 // rows by interval
)

// Query asks for figures.
type Query struct {
	By       By
	From, To time.Time     // From included, To not; both are moved out to full intervals
	TZ       string        // whose days; empty: the brand's
	Step     time.Duration // of ByInterval: 15, 30 or 60 minutes; 0: 15
	Queue    id.Queue      // 0: all, as below
	Brand    id.Brand
	Agent    id.User
}

// normal returns q on full intervals, or what is wrong with it.
func (q Query) normal(op string) (Query, error) {
	var wrong []errs.Field
	if q.Step == 0 {
		q.Step = Interval
	}
	q.From, q.To = slot(q.From), slot(q.To.Add(Interval-1))
	switch {
	case !q.From.Before(q.To):
		wrong = append(wrong, errs.Field{Path: "query.to", Code: "figures.order"})
	case q.To.Sub(q.From) > (maxDays+1)*24*time.Hour:
		wrong = append(wrong, errs.Field{Path: "query.to", Code: "figures.too_long", Values: errs.Values{"days": maxDays}})
	case q.By == ByInterval && q.To.Sub(q.From)/q.Step > maxIntervals:
		wrong = append(wrong, errs.Field{Path: "query.to", Code: "figures.too_long", Values: errs.Values{"days": int(maxIntervals * q.Step / (24 * time.Hour))}})
	}
	if q.Step != Interval && q.Step != 2*Interval && q.Step != 4*Interval {
		wrong = append(wrong, errs.Field{Path: "query.step", Code: "one_of", Values: errs.Values{"allowed": "15, 30, 60"}})
	}
	if q.By != ByQueue && q.By != ByAgent && q.By != ByDay && q.By != ByInterval {
		wrong = append(wrong, errs.Field{Path: "query.by", Code: "one_of", Values: errs.Values{"allowed": "queue, agent, day, interval"}})
	}
	return q, errs.Fields(op, wrong...)
}

// zone returns the location of q's days: the one it names, else its brand's or
// its queue's, else that of the first brand the actor sees, else UTC.
func (s *Service) zone(ctx context.Context, r reach, q Query) (*time.Location, error) {
	const op = "report.zone"
	name := q.TZ
	if name == "" {
		w := &db.Where{}
		w.And("tenant_id = ?", r.tenant)
		if !r.brands.All {
			db.In(w, "id", r.brands.Some)
		}
		if !q.Brand.IsZero() {
			w.And("id = ?", q.Brand)
		}
		if !q.Queue.IsZero() {
			w.And("id IN (SELECT brand_id FROM queue WHERE tenant_id = ? AND id = ?)", r.tenant, q.Queue)
		}
		found, _, err := db.Find[string](ctx, s.db, `SELECT time_zone FROM brand`+w.SQL()+` ORDER BY id LIMIT 1`, w.Args()...)
		if err != nil {
			return nil, errs.Op(op, err)
		}
		name = found
	}
	loc, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, errs.Fields(op, errs.Field{Path: "query.tz", Code: "format.time_zone"})
	}
	return loc, nil
}

// Between returns q from one time to another, each a date of its zone or an
// instant of RFC 3339. A date as the end is included; without any it is today.
func (s *Service) Between(ctx context.Context, q Query, from, to string) (Query, error) {
	const op = "report.Between"
	who := actor.From(ctx)
	loc, err := s.zone(ctx, reach{tenant: who.Tenant, brands: who.Brands}, q)
	if err != nil {
		return q, err
	}
	now := time.Now()
	q.From, q.To = midnight(now, loc), nextMidnight(now, loc)
	var wrong []errs.Field
	if from != "" {
		t, _, ok := readTime(from, loc)
		q.From = t
		if !ok {
			wrong = append(wrong, errs.Field{Path: "query.from", Code: "figures.time"})
		}
	}
	if to != "" {
		t, day, ok := readTime(to, loc)
		if q.To = t; day {
			q.To = nextMidnight(t, loc)
		}
		if !ok {
			wrong = append(wrong, errs.Field{Path: "query.to", Code: "figures.time"})
		}
	}
	return q, errs.Fields(op, wrong...)
}

// readTime reads a date of loc or an instant, and tells which it was.
func readTime(text string, loc *time.Location) (t time.Time, day, ok bool) {
	if d, err := time.ParseInLocation(time.DateOnly, text, loc); err == nil {
		return midnight(d, loc), true, true
	}
	t, err := time.Parse(time.RFC3339, text)
	return t.UTC(), false, err == nil
}

// midnight returns the beginning of t's day in loc, on the interval in which it lies.
func midnight(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return slot(time.Date(y, m, d, 0, 0, 0, 0, loc))
}

// nextMidnight returns the beginning of the day after t's in loc.
func nextMidnight(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return slot(time.Date(y, m, d+1, 0, 0, 0, 0, loc))
}

// slots cuts q into its rows by time. Full hours are those of the clock on the wall.
func (q Query) slots(loc *time.Location) []span {
	var out []span
	for from := q.From; from.Before(q.To); {
		to := from.Add(q.Step - wall(from, loc)%q.Step)
		if q.By == ByDay {
			to = nextMidnight(from, loc)
		}
		to = earlier(to, q.To)
		out = append(out, span{from, to})
		from = to
	}
	return out
}

// wall returns how long the present hour has gone on in loc.
func wall(t time.Time, loc *time.Location) time.Duration {
	return time.Duration(t.In(loc).Minute()) * time.Minute
}
