package calendar

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxCalendars bounds the calendars of a tenant.
const maxCalendars = 500

const selectCalendar = `SELECT id, name, time_zone, country, week, holiday_hours, exceptions, archived, created_at, updated_at FROM calendar`

// Service keeps the tenants' calendars.
type Service struct{ db *db.DB }

// New returns a Service over d.
func New(d *db.DB) *Service { return &Service{db: d} }

// Patch changes what it sets.
type Patch struct {
	Name         *string
	TimeZone     *string
	Country      *Country
	Week         *Week
	HolidayHours *[]Span
	Exceptions   *[]Exception
}

func (p Patch) apply(c Calendar) Calendar {
	set(&c.Name, p.Name)
	set(&c.TimeZone, p.TimeZone)
	set(&c.Country, p.Country)
	set(&c.Week, p.Week)
	set(&c.HolidayHours, p.HolidayHours)
	set(&c.Exceptions, p.Exceptions)
	return c
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// Create makes a calendar of c's hours.
func (s *Service) Create(ctx context.Context, c Calendar) (Calendar, error) {
	const op = "calendar.Create"
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		c, err = s.CreateIn(ctx, tx, c)
		return err
	})
	return c, errs.Op(op, err)
}

// CreateIn is Create within tx.
func (s *Service) CreateIn(ctx context.Context, tx *db.Tx, c Calendar) (Calendar, error) {
	const op = "calendar.CreateIn"
	who, err := actor.Require(ctx, op, actor.CalendarEdit)
	if err != nil {
		return Calendar{}, err
	}
	c = c.normal()
	c.ID, c.Archived, c.CreatedAt, c.UpdatedAt = id.New[id.Calendar](), false, tx.Now(), tx.Now()
	if err := c.check().Err(op); err != nil {
		return Calendar{}, err
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM calendar WHERE tenant_id = $1`, who.Tenant)
	if err == nil && n >= maxCalendars {
		err = errs.New(errs.Exhausted, op, "calendar.too_many").With(errs.Values{"max": maxCalendars})
	}
	if err != nil {
		return Calendar{}, errs.Op(op, err)
	}
	_, err = db.Exec(ctx, tx, `INSERT INTO calendar (tenant_id, id, name, name_key, time_zone, country, week, holiday_hours, exceptions, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`, who.Tenant, c.ID, c.Name, fold.Text(c.Name), c.TimeZone, string(c.Country),
		db.JSON(c.Week), db.JSON(c.HolidayHours), db.JSON(c.Exceptions), tx.Now())
	if err != nil {
		return Calendar{}, errs.Op(op, err)
	}
	return c, errs.Op(op, audit.Changed(ctx, tx, audit.Entry{Action: "calendar.create", Subject: c.subject(), After: c.audited()}))
}

// Update changes a calendar.
func (s *Service) Update(ctx context.Context, calendar id.Calendar, p Patch) (Calendar, error) {
	return s.change(ctx, "calendar.Update", "calendar.update", calendar, p.apply)
}

// Archive takes a calendar out of the lists to choose from; who has it keeps it.
func (s *Service) Archive(ctx context.Context, calendar id.Calendar) (Calendar, error) {
	return s.change(ctx, "calendar.Archive", "calendar.archive", calendar, func(c Calendar) Calendar { c.Archived = true; return c })
}

// Restore undoes Archive.
func (s *Service) Restore(ctx context.Context, calendar id.Calendar) (Calendar, error) {
	return s.change(ctx, "calendar.Restore", "calendar.restore", calendar, func(c Calendar) Calendar { c.Archived = false; return c })
}

func (s *Service) change(ctx context.Context, op, action string, calendar id.Calendar, apply func(Calendar) Calendar) (Calendar, error) {
	who, err := actor.Require(ctx, op, actor.CalendarEdit)
	if err != nil {
		return Calendar{}, err
	}
	var after Calendar
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := db.One[Calendar](ctx, tx, selectCalendar+` WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), who.Tenant, calendar)
		if err != nil {
			return err
		}
		after = apply(before).normal()
		after.UpdatedAt = tx.Now()
		if err := after.check().Err(op); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE calendar SET name = $3, name_key = $4, time_zone = $5, country = $6, week = $7, holiday_hours = $8,
			exceptions = $9, archived = $10, updated_at = $11 WHERE tenant_id = $1 AND id = $2`, who.Tenant, calendar, after.Name, fold.Text(after.Name),
			after.TimeZone, string(after.Country), db.JSON(after.Week), db.JSON(after.HolidayHours), db.JSON(after.Exceptions), after.Archived, tx.Now())
		if err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: action, Subject: after.subject(), Before: before.audited(), After: after.audited()})
	})
	return after, errs.Op(op, err)
}

// Get returns a calendar. Who may see queues or brands may see their hours.
func (s *Service) Get(ctx context.Context, calendar id.Calendar) (Calendar, error) {
	const op = "calendar.Get"
	who, err := actor.Require(ctx, op, actor.BrandRead)
	if err != nil {
		return Calendar{}, err
	}
	c, err := db.One[Calendar](ctx, s.db, selectCalendar+` WHERE tenant_id = $1 AND id = $2`, who.Tenant, calendar)
	return c, errs.Op(op, err)
}

// List returns the tenant's calendars by name: the living, or the archived.
func (s *Service) List(ctx context.Context, archived bool) ([]Calendar, error) {
	const op = "calendar.List"
	who, err := actor.Require(ctx, op, actor.BrandRead)
	if err != nil {
		return nil, err
	}
	all, err := db.Many[Calendar](ctx, s.db, selectCalendar+` WHERE tenant_id = $1 AND archived = $2 ORDER BY name_key, id`, who.Tenant, archived)
	return all, errs.Op(op, err)
}

// Has reports whether tenant has the calendar, for those who name calendars.
func (s *Service) Has(ctx context.Context, q db.Queryer, tenant id.Tenant, calendar id.Calendar) (bool, error) {
	_, found, err := db.Find[id.Calendar](ctx, q, `SELECT id FROM calendar WHERE tenant_id = $1 AND id = $2`, tenant, calendar)
	return found, errs.Op("calendar.Has", err)
}

// HoursOf returns the hours of a tenant's calendar; those that never close for none (0).
func (s *Service) HoursOf(ctx context.Context, q db.Queryer, tenant id.Tenant, calendar id.Calendar) (*Hours, error) {
	if calendar.IsZero() {
		return Always(), nil
	}
	c, err := db.One[Calendar](ctx, q, selectCalendar+` WHERE tenant_id = $1 AND id = $2`, tenant, calendar)
	if err != nil {
		return nil, errs.Op("calendar.HoursOf", err)
	}
	h, err := NewHours(c)
	return h, errs.Op("calendar.HoursOf", err)
}

// Day is one day of a preview.
type Day struct {
	Date      Date
	Holiday   string // its name; empty: none
	Moved     bool   // a rest day by decree, or a working Saturday
	Exception string // the note of an exception; "-" for one without
	Spans     []Span
}

// Preview returns the days of a year that are unlike their weekday, and whether
// the moved working days among them are known.
func (s *Service) Preview(ctx context.Context, calendar id.Calendar, year int) (days []Day, known bool, err error) {
	const op = "calendar.Preview"
	c, err := s.Get(ctx, calendar)
	if err != nil {
		return nil, false, errs.Op(op, err)
	}
	days, err = c.Preview(year)
	return days, MovesKnown(c.Country, year), errs.Op(op, err)
}

// Preview returns the days of a year that are unlike their weekday.
func (c Calendar) Preview(year int) ([]Day, error) {
	h, err := NewHours(c)
	if err != nil {
		return nil, err
	}
	marked := map[Date]Day{}
	for _, m := range WorkingSaturdays(c.Country, year) {
		marked[m.Work] = Day{Moved: true}
	}
	for _, holiday := range Holidays(c.Country, year) {
		marked[holiday.Date] = Day{Holiday: holiday.Name, Moved: holiday.Moved}
	}
	for _, e := range c.Exceptions {
		day := marked[e.Date]
		if day.Exception = e.Note; e.Note == "" {
			day.Exception = "-"
		}
		marked[e.Date] = day
	}
	var days []Day
	for d := (Date{year, time.January, 1}); d.Year == year; d = d.Add(1) {
		if day, ok := marked[d]; ok {
			day.Date, day.Spans = d, h.spans(d)
			days = append(days, day)
		}
	}
	return days, nil
}
