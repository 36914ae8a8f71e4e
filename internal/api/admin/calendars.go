package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagCalendars  = "calendars"
	calendarsPath = "/api/v1/calendars"
	calendarPath  = calendarsPath + "/{id}"
)

// CalendarKey is the address of a calendar.
type CalendarKey struct {
	ID id.Calendar `path:"id"`
}

type spanBody struct {
	From int `json:"from" minimum:"0" maximum:"1439" doc:"Minutes since midnight"`
	To   int `json:"to" minimum:"1" maximum:"2880" doc:"Minutes since midnight; more than 1440 lies in the next day"`
}

type exceptionBody struct {
	Date  string     `json:"date" format:"date"`
	Spans []spanBody `json:"spans" maxItems:"12" doc:"None: closed"`
	Note  string     `json:"note,omitempty" maxLength:"200"`
}

// HoursBody is what a calendar says.
type HoursBody struct {
	Name         string          `json:"name" minLength:"1" maxLength:"100"`
	TimeZone     string          `json:"time_zone" maxLength:"64" doc:"IANA name"`
	Country      string          `json:"country,omitempty" enum:"PL,HU" doc:"Whose public holidays hold; absent: none"`
	Week         [7][]spanBody   `json:"week" doc:"Intervals of Sunday, Monday, … Saturday"`
	HolidayHours []spanBody      `json:"holiday_hours,omitempty" maxItems:"12" doc:"Of public holidays; none: closed"`
	Exceptions   []exceptionBody `json:"exceptions,omitempty" maxItems:"1000"`
}

type calendarBody struct {
	HoursBody

	ID        id.Calendar `json:"id"`
	Archived  bool        `json:"archived"`
	CreatedAt time.Time   `json:"created_at"`
	UpdatedAt time.Time   `json:"updated_at"`
}

type calendarOutput struct{ Body calendarBody }

type calendarListOutput struct {
	Body struct {
		Items []calendarBody `json:"items"`
	}
}

type calendarUpdateInput struct {
	CalendarKey

	Body struct {
		Name         *string          `json:"name,omitempty" minLength:"1" maxLength:"100"`
		TimeZone     *string          `json:"time_zone,omitempty" maxLength:"64"`
		Country      *string          `json:"country,omitempty" enum:"PL,HU," doc:"Empty: none"`
		Week         *[7][]spanBody   `json:"week,omitempty"`
		HolidayHours *[]spanBody      `json:"holiday_hours,omitempty" maxItems:"12"`
		Exceptions   *[]exceptionBody `json:"exceptions,omitempty" maxItems:"1000"`
	}
}

func spansOf(spans []calendar.Span) []spanBody {
	return showAll(spans, func(s calendar.Span) spanBody { return spanBody{int(s.From), int(s.To)} })
}

func readSpans(spans []spanBody) []calendar.Span {
	return showAll(spans, func(s spanBody) calendar.Span {
		return calendar.Span{From: calendar.Minute(s.From), To: calendar.Minute(s.To)}
	})
}

func readWeek(week [7][]spanBody) calendar.Week {
	var w calendar.Week
	for day, spans := range week {
		w[day] = readSpans(spans)
	}
	return w
}

func readExceptions(all []exceptionBody) ([]calendar.Exception, error) {
	read := make([]calendar.Exception, len(all))
	for i, e := range all {
		date, err := calendar.ParseDate(e.Date)
		if err != nil {
			return nil, errs.Fields("admin.readExceptions", errs.Field{Path: "exceptions", Code: "format.date"})
		}
		read[i] = calendar.Exception{Date: date, Spans: readSpans(e.Spans), Note: e.Note}
	}
	return read, nil
}

func calendarOf(c calendar.Calendar) calendarBody {
	body := calendarBody{ID: c.ID, Archived: c.Archived, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt}
	body.Name, body.TimeZone, body.Country = c.Name, c.TimeZone, string(c.Country)
	for day, spans := range c.Week {
		body.Week[day] = spansOf(spans)
	}
	body.HolidayHours = spansOf(c.HolidayHours)
	body.Exceptions = showAll(c.Exceptions, func(e calendar.Exception) exceptionBody {
		return exceptionBody{e.Date.String(), spansOf(e.Spans), e.Note}
	})
	return body
}

func (b HoursBody) calendar() (calendar.Calendar, error) {
	exceptions, err := readExceptions(b.Exceptions)
	return calendar.Calendar{
		Name: b.Name, TimeZone: b.TimeZone, Country: calendar.Country(b.Country), Week: readWeek(b.Week),
		HolidayHours: readSpans(b.HolidayHours), Exceptions: exceptions,
	}, err
}

func (in *calendarUpdateInput) patch() (calendar.Patch, error) {
	b := in.Body
	p := calendar.Patch{Name: b.Name, TimeZone: b.TimeZone}
	if b.Country != nil {
		country := calendar.Country(*b.Country)
		p.Country = &country
	}
	if b.Week != nil {
		week := readWeek(*b.Week)
		p.Week = &week
	}
	if b.HolidayHours != nil {
		spans := readSpans(*b.HolidayHours)
		p.HolidayHours = &spans
	}
	if b.Exceptions != nil {
		exceptions, err := readExceptions(*b.Exceptions)
		if err != nil {
			return p, err
		}
		p.Exceptions = &exceptions
	}
	return p, nil
}

func shownCalendar(c calendar.Calendar, err error) (*calendarOutput, error) {
	if err != nil {
		return nil, err
	}
	return &calendarOutput{Body: calendarOf(c)}, nil
}

// RegisterCalendars adds the operations on calendars.
func RegisterCalendars(api *httpx.API, calendars *calendar.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "listCalendars", Method: http.MethodGet, Path: calendarsPath, Tag: tagCalendars, Summary: "Calendars by name", Permission: actor.BrandRead,
	}, func(ctx context.Context, in *shortQuery) (*calendarListOutput, error) {
		all, err := calendars.List(ctx, in.Archived)
		out := &calendarListOutput{}
		out.Body.Items = showAll(named(in.Q, all, func(c calendar.Calendar) string { return c.Name }), calendarOf)
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getCalendar", Method: http.MethodGet, Path: calendarPath, Tag: tagCalendars, Summary: "One calendar", Permission: actor.BrandRead,
	}, func(ctx context.Context, in *CalendarKey) (*calendarOutput, error) {
		return shownCalendar(calendars.Get(ctx, in.ID))
	})
	registerCalendarWrites(api, calendars)
	registerPreview(api, calendars)
}

func registerCalendarWrites(api *httpx.API, calendars *calendar.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "createCalendar", Method: http.MethodPost, Path: calendarsPath, Tag: tagCalendars, Summary: "Make a calendar",
		Permission: actor.CalendarEdit, Creates: true, Errors: codesOf(errs.Exhausted, "calendar.too_many"),
	}, func(ctx context.Context, in *struct{ Body HoursBody }) (*calendarOutput, error) {
		c, err := in.Body.calendar()
		if err != nil {
			return nil, err
		}
		return shownCalendar(calendars.Create(ctx, c))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateCalendar", Method: http.MethodPatch, Path: calendarPath, Tag: tagCalendars, Summary: "Change a calendar", Permission: actor.CalendarEdit,
	}, func(ctx context.Context, in *calendarUpdateInput) (*calendarOutput, error) {
		patch, err := in.patch()
		if err != nil {
			return nil, err
		}
		return shownCalendar(calendars.Update(ctx, in.ID, patch))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveCalendar", Method: http.MethodPost, Path: calendarPath + "/archive", Tag: tagCalendars, Permission: actor.CalendarEdit,
		Summary: "Take a calendar out of use; who has it keeps it",
	}, func(ctx context.Context, in *CalendarKey) (*calendarOutput, error) {
		return shownCalendar(calendars.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreCalendar", Method: http.MethodPost, Path: calendarPath + "/restore", Tag: tagCalendars, Permission: actor.CalendarEdit,
		Summary: "Use an archived calendar again",
	}, func(ctx context.Context, in *CalendarKey) (*calendarOutput, error) {
		return shownCalendar(calendars.Restore(ctx, in.ID))
	})
}

type previewInput struct {
	CalendarKey

	Year int `query:"year" required:"true" minimum:"2000" maximum:"2200"`
}

type dayBody struct {
	Date      string     `json:"date" format:"date"`
	Holiday   string     `json:"holiday,omitempty" doc:"Its name in the country's language"`
	Moved     bool       `json:"moved,omitempty" doc:"A rest day by decree, or the Saturday on which it is worked off"`
	Exception string     `json:"exception,omitempty" doc:"The exception's note, or a dash"`
	Spans     []spanBody `json:"spans" doc:"What holds on that day; none: closed"`
}

type previewOutput struct {
	Body struct {
		Items        []dayBody `json:"items"`
		MovedUnknown bool      `json:"moved_unknown,omitempty" doc:"The country moves working days, and those of this year are not known: enter them as exceptions"`
	}
}

func registerPreview(api *httpx.API, calendars *calendar.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "previewCalendar", Method: http.MethodGet, Path: calendarPath + "/preview", Tag: tagCalendars, Permission: actor.BrandRead,
		Summary: "The days of a year that are unlike their weekday",
	}, func(ctx context.Context, in *previewInput) (*previewOutput, error) {
		days, known, err := calendars.Preview(ctx, in.ID, in.Year)
		out := &previewOutput{}
		out.Body.MovedUnknown = !known && err == nil
		out.Body.Items = showAll(days, func(d calendar.Day) dayBody {
			return dayBody{d.Date.String(), d.Holiday, d.Moved, d.Exception, spansOf(d.Spans)}
		})
		return out, err
	})
}
