package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// Bounds of a calendar.
const (
	maxName       = 100
	maxNote       = 200
	maxSpans      = 12 // of one day
	maxExceptions = 1000
	dayMinutes    = 24 * 60
)

// Minute is a time of day: minutes on the wall clock since midnight. Of the end
// of an interval it may be more than 1440: it lies in the next day.
type Minute int

// Span is one interval of a day, [From, To).
type Span struct {
	From Minute `json:"from"`
	To   Minute `json:"to"`
}

// Date is a day of the calendar, without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day of t in t's zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads a date such as 2026-03-14.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	return DateOf(t), err
}

// String returns the date as 2026-03-14.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// MarshalText returns the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}

// Add returns the date so many days later.
func (d Date) Add(days int) Date { return DateOf(d.utc().AddDate(0, 0, days)) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// Exception is one day that is unlike others. No spans: closed.
type Exception struct {
	Date  Date   `json:"date"`
	Spans []Span `json:"spans"`
	Note  string `json:"note,omitempty"`
}

// Country is whose public holidays hold.
type Country string

// Countries whose holidays are known.
const (
	NoCountry Country = ""
	Poland    Country = "PL"
	Hungary   Country = "HU"
)

// Countries returns the countries whose holidays are known.
func Countries() []Country { return []Country{Poland, Hungary} }

// Week is the intervals of each weekday, by time.Weekday: Sunday is 0.
type Week [7][]Span

// Calendar is what a tenant says about its hours.
type Calendar struct {
	ID           id.Calendar
	Name         string
	TimeZone     string // IANA name
	Country      Country
	Week         Week        `db:"week,json"`
	HolidayHours []Span      `db:"holiday_hours,json"` // of public holidays; none: closed
	Exceptions   []Exception `db:"exceptions,json"`
	Archived     bool
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// normal returns c with spans and exceptions in order and nothing nil.
func (c Calendar) normal() Calendar {
	c.Name = strings.TrimSpace(c.Name)
	for i, spans := range c.Week {
		c.Week[i] = inOrder(spans)
	}
	c.HolidayHours = inOrder(c.HolidayHours)
	exceptions := make([]Exception, 0, len(c.Exceptions))
	for _, e := range c.Exceptions {
		e.Spans, e.Note = inOrder(e.Spans), strings.TrimSpace(e.Note)
		exceptions = append(exceptions, e)
	}
	slices.SortStableFunc(exceptions, func(a, b Exception) int { return strings.Compare(a.Date.String(), b.Date.String()) })
	c.Exceptions = exceptions
	return c
}

func inOrder(spans []Span) []Span {
	sorted := append([]Span{}, spans...)
	slices.SortFunc(sorted, func(a, b Span) int { return int(a.From - b.From) })
	return sorted
}

// check names what is wrong with a calendar in normal form.
func (c Calendar) check() *check.Fields {
	var f check.Fields
	f.Text("name", c.Name, maxName)
	f.TimeZone("time_zone", c.TimeZone)
	f.OneOf("country", string(c.Country), string(NoCountry), string(Poland), string(Hungary))
	for day, spans := range c.Week {
		checkSpans(&f, fmt.Sprintf("week[%d]", day), spans)
	}
	checkSpans(&f, "holiday_hours", c.HolidayHours)
	f.Count("exceptions", len(c.Exceptions), 0, maxExceptions)
	for i, e := range c.Exceptions {
		path := fmt.Sprintf("exceptions[%d]", i)
		checkSpans(&f, path+".spans", e.Spans)
		f.Optional(path+".note", e.Note, maxNote)
		if e.Date.Year < 2000 || e.Date.Year > 2200 {
			f.Add(path+".date", "format.date", nil)
		}
		if i > 0 && c.Exceptions[i-1].Date == e.Date {
			f.Add(path+".date", "items.unique", nil)
		}
	}
	return &f
}

// checkSpans names intervals that are no intervals, or overlap.
func checkSpans(f *check.Fields, path string, spans []Span) {
	f.Count(path, len(spans), 0, maxSpans)
	for i, s := range spans {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case s.From < 0 || s.From >= dayMinutes:
			f.Add(at+".from", "number.max", errs.Values{"max": dayMinutes - 1})
		case s.To <= s.From:
			f.Add(at+".to", "number.above", errs.Values{"min": int(s.From)})
		case s.To > s.From+dayMinutes:
			f.Add(at+".to", "number.max", errs.Values{"max": int(s.From) + dayMinutes})
		case i > 0 && s.From < spans[i-1].To:
			f.Add(at+".from", "calendar.overlap", nil)
		}
	}
}

func (c Calendar) audited() map[string]any {
	return map[string]any{
		"name": c.Name, "time_zone": c.TimeZone, "country": c.Country, "week": c.Week,
		"holiday_hours": c.HolidayHours, "exceptions": c.Exceptions, "archived": c.Archived,
	}
}

func (c Calendar) subject() audit.Subject {
	return audit.Subject{Kind: "calendar", ID: int64(c.ID), Name: c.Name}
}
