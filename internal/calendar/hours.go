package calendar

import (
	"fmt"
	"iter"
	"sync"
	"time"
)

// horizon is how far from an instant a search goes: somebody who is away longer is never there.
const horizon = 800 // days

// Hours answer questions about one calendar. They may be used from many goroutines.
type Hours struct {
	zone       *time.Location
	calendar   Calendar
	exceptions map[Date][]Span
	always     bool

	mu    sync.Mutex
	years map[int]yearDays // of the country; filled when asked for
}

// yearDays are the days of a year on which a country is unlike itself.
type yearDays struct {
	rest map[Date]bool
	work map[Date]time.Weekday // as if it were that weekday
}

// Interval is a stretch of open time, [From, To).
type Interval struct{ From, To time.Time }

// NewHours returns the hours of c, which must have passed its check.
func NewHours(c Calendar) (*Hours, error) {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("calendar: %w", err)
	}
	h := &Hours{zone: zone, calendar: c, exceptions: map[Date][]Span{}, years: map[int]yearDays{}}
	for _, e := range c.Exceptions {
		h.exceptions[e.Date] = e.Spans
	}
	return h, nil
}

// Always returns hours that never close, for what has no calendar.
func Always() *Hours { return &Hours{zone: time.UTC, always: true} }

// OpenAt reports whether t lies in open time.
func (h *Hours) OpenAt(t time.Time) bool {
	if h.always {
		return true
	}
	for i := range h.from(t) {
		return !i.From.After(t)
	}
	return false
}

// NextOpen returns t if it is open, else when it opens; false: not within the horizon.
func (h *Hours) NextOpen(t time.Time) (time.Time, bool) {
	if h.always {
		return t, true
	}
	for i := range h.from(t) {
		return later(i.From, t), true
	}
	return time.Time{}, false
}

// NextChange returns when OpenAt changes after t; false: not within the horizon.
func (h *Hours) NextChange(t time.Time) (time.Time, bool) {
	if h.always {
		return time.Time{}, false
	}
	closes := t
	for i := range h.from(t) {
		if i.From.After(closes) {
			if closes.Equal(t) {
				return i.From, true // it was closed
			}
			return closes, true
		}
		closes = i.To
	}
	open := closes.After(t)
	return closes, open && closes.Before(h.instant(DateOf(t.In(h.zone)).Add(horizon), 0))
}

// BusinessBetween returns how much open time lies in [a, b); 0 if b is not after a.
func (h *Hours) BusinessBetween(a, b time.Time) time.Duration {
	if !b.After(a) {
		return 0
	}
	if h.always {
		return b.Sub(a)
	}
	var sum time.Duration
	for i := range h.between(a, b) {
		sum += i.To.Sub(i.From)
	}
	return sum
}

// AddBusiness returns the earliest instant x for which BusinessBetween(t, x) is d;
// false: not within the horizon. For d ≤ 0 it is t.
func (h *Hours) AddBusiness(t time.Time, d time.Duration) (time.Time, bool) {
	if d <= 0 {
		return t, true
	}
	if h.always {
		return t.Add(d), true
	}
	for i := range h.from(t) {
		begin := later(i.From, t)
		if length := i.To.Sub(begin); length < d {
			d -= length
			continue
		}
		return begin.Add(d), true
	}
	return time.Time{}, false
}

// Intervals returns the open time within [a, b), in order.
func (h *Hours) Intervals(a, b time.Time) []Interval {
	if h.always {
		return []Interval{{a, b}}
	}
	var all []Interval
	for i := range h.between(a, b) {
		if n := len(all); n > 0 && all[n-1].To.Equal(i.From) {
			all[n-1].To = i.To
			continue
		}
		all = append(all, i)
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// between yields the open time within [a, b), cut at both ends.
func (h *Hours) between(a, b time.Time) iter.Seq[Interval] {
	days := int(b.Sub(a)/(23*time.Hour)) + 2
	return func(yield func(Interval) bool) {
		for i := range h.pieces(a, days) {
			if !i.From.Before(b) {
				return
			}
			i.From = later(i.From, a)
			if i.To.After(b) {
				i.To = b
			}
			if !yield(i) {
				return
			}
		}
	}
}

// from yields the open time that ends after t, up to the horizon.
func (h *Hours) from(t time.Time) iter.Seq[Interval] { return h.pieces(t, horizon) }

// pieces yields the intervals that end after t and begin at most days later:
// in order, none over another, though they may touch.
func (h *Hours) pieces(t time.Time, days int) iter.Seq[Interval] {
	return func(yield func(Interval) bool) {
		var last time.Time                    // up to where all is told
		first := DateOf(t.In(h.zone)).Add(-2) // an interval may reach a day further, and a zone may skip one
		for n := range days + 3 {
			date := first.Add(n)
			for _, s := range h.spans(date) {
				i := Interval{later(h.instant(date, s.From), last), h.instant(date, s.To)}
				if !i.To.After(i.From) || !i.To.After(t) {
					continue // swallowed by a change of the clock or by the one before, or over
				}
				if !yield(i) {
					return
				}
				last = i.To
			}
		}
	}
}

// spans returns the intervals of a day.
func (h *Hours) spans(d Date) []Span {
	if spans, ok := h.exceptions[d]; ok {
		return spans
	}
	days := h.year(d.Year)
	if days.rest[d] {
		return h.calendar.HolidayHours
	}
	if weekday, ok := days.work[d]; ok {
		return h.calendar.Week[weekday]
	}
	return h.calendar.Week[d.Weekday()]
}

func (h *Hours) year(year int) yearDays {
	if h.calendar.Country == NoCountry {
		return yearDays{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	days, ok := h.years[year]
	if ok {
		return days
	}
	days = yearDays{rest: map[Date]bool{}, work: map[Date]time.Weekday{}}
	for _, holiday := range Holidays(h.calendar.Country, year) {
		days.rest[holiday.Date] = true
	}
	for _, m := range WorkingSaturdays(h.calendar.Country, year) {
		days.work[m.Work] = m.Rest.Weekday()
	}
	h.years[year] = days
	return days
}

// instant returns when the wall clock of the zone shows minute m of date d: the
// first time if it shows it twice, the moment of the jump if it never does.
func (h *Hours) instant(d Date, m Minute) time.Time {
	t := time.Date(d.Year, d.Month, d.Day, 0, int(m), 0, 0, h.zone)
	start, end := t.ZoneBounds()
	wanted := time.Date(d.Year, d.Month, d.Day, 0, int(m), 0, 0, time.UTC)
	shown := wall(t)
	switch {
	case shown.After(wanted) && !start.IsZero():
		return start
	case shown.Before(wanted) && !end.IsZero():
		return end
	}
	if start.IsZero() {
		return t
	}
	_, offset := t.Zone()
	_, before := start.Add(-time.Second).Zone()
	if earlier := t.Add(time.Duration(offset-before) * time.Second); before > offset && earlier.Before(start) {
		return earlier
	}
	return t
}

// wall returns what the clock shows at t, as if that were UTC.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}
