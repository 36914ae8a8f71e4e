package calendar_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func span(from, to string) calendar.Span {
	minute := func(text string) calendar.Minute {
		var h, m int
		for i, part := 0, &h; i < len(text); i++ {
			if text[i] == ':' {
				part = &m
				continue
			}
			*part = *part*10 + int(text[i]-'0')
		}
		return calendar.Minute(h*60 + m)
	}
	return calendar.Span{From: minute(from), To: minute(to)}
}

// office is open on weekdays with a break, and from Friday 22:00 to Saturday 02:00.
func office(zone string, c calendar.Country) calendar.Calendar {
	day := []calendar.Span{span("08:00", "12:00"), span("13:00", "17:00")}
	return calendar.Calendar{
		Name: "Biuro", TimeZone: zone, Country: c,
		Week: calendar.Week{1: day, 2: day, 3: day, 4: day, 5: append(append([]calendar.Span{}, day...), span("22:00", "26:00"))},
	}
}

func allDay() calendar.Week {
	var w calendar.Week
	for i := range w {
		w[i] = []calendar.Span{span("00:00", "24:00")}
	}
	return w
}

func hours(t *testing.T, c calendar.Calendar) *calendar.Hours {
	t.Helper()
	h, err := calendar.NewHours(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func at(t *testing.T, zone, text string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	x, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestHoursOfAnOffice(t *testing.T) {
	t.Parallel()
	c := office("Europe/Warsaw", calendar.Poland)
	exception, err := calendar.ParseDate("2026-03-11") // a Wednesday
	if err != nil {
		t.Fatal(err)
	}
	c.Exceptions = []calendar.Exception{{Date: exception, Spans: []calendar.Span{span("10:00", "11:00")}, Note: "Szkolenie"}}
	h := hours(t, c)
	cases := []struct {
		name   string
		at     string
		open   bool
		opens  string // NextOpen
		change string // NextChange
	}{
		{"in the morning", "2026-03-09 09:00", true, "2026-03-09 09:00", "2026-03-09 12:00"},
		{"the first instant", "2026-03-09 08:00", true, "2026-03-09 08:00", "2026-03-09 12:00"},
		{"the first instant of the break", "2026-03-09 12:00", false, "2026-03-09 13:00", "2026-03-09 13:00"},
		{"in the evening", "2026-03-09 18:00", false, "2026-03-10 08:00", "2026-03-10 08:00"},
		{"past midnight", "2026-03-14 01:59", true, "2026-03-14 01:59", "2026-03-14 02:00"},
		{"after the night", "2026-03-14 02:00", false, "2026-03-16 08:00", "2026-03-16 08:00"},
		{"an exception instead of the day", "2026-03-11 09:00", false, "2026-03-11 10:00", "2026-03-11 10:00"},
		{"within the exception", "2026-03-11 10:30", true, "2026-03-11 10:30", "2026-03-11 11:00"},
		{"a public holiday", "2026-11-11 10:00", false, "2026-11-12 08:00", "2026-11-12 08:00"},
		{"Christmas Eve, a holiday since 2025", "2026-12-24 10:00", false, "2026-12-28 08:00", "2026-12-28 08:00"},
		{"Christmas Eve of 2024, none yet", "2024-12-24 10:00", true, "2024-12-24 10:00", "2024-12-24 12:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			now := at(t, "Europe/Warsaw", c.at)
			if got := h.OpenAt(now); got != c.open {
				t.Errorf("open %v", got)
			}
			if got, ok := h.NextOpen(now); !ok || !got.Equal(at(t, "Europe/Warsaw", c.opens)) {
				t.Errorf("opens %v", got)
			}
			if got, ok := h.NextChange(now); !ok || !got.Equal(at(t, "Europe/Warsaw", c.change)) {
				t.Errorf("changes %v", got)
			}
		})
	}
}

func TestHungarianDaysAreMoved(t *testing.T) {
	t.Parallel()
	h := hours(t, office("Europe/Budapest", calendar.Hungary))
	cases := map[string]bool{
		"2026-01-02 10:00": false, // Friday, a rest day
		"2026-01-10 10:00": true,  // Saturday, worked instead
		"2026-01-10 23:00": true,  // with the hours of the Friday it stands for
		"2026-01-17 10:00": false, // an ordinary Saturday
		"2026-04-03 10:00": false, // Good Friday
		"2026-05-25 10:00": false, // Whit Monday
		"2026-12-12 10:00": true,
		"2026-12-24 10:00": false,
		"2025-05-17 10:00": true,
		"2025-05-02 10:00": false,
		"2024-08-03 10:00": true,
		"2024-08-19 10:00": false,
		"2027-12-24 10:00": true, // no decree for that year here yet
	}
	for text, want := range cases {
		if got := h.OpenAt(at(t, "Europe/Budapest", text)); got != want {
			t.Errorf("%s: open %v", text, got)
		}
	}
	for _, year := range []int{2024, 2025, 2026} {
		for _, m := range calendar.WorkingSaturdays(calendar.Hungary, year) {
			if m.Work.Weekday() != time.Saturday || m.Rest.Weekday() == time.Saturday || m.Rest.Weekday() == time.Sunday {
				t.Errorf("%v for %v", m.Work, m.Rest)
			}
		}
	}
}

func TestAYearWithoutADecreeIsNotTakenForOneWithoutMovedDays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := calendar.New(d), dbtest.As(t, 1)
		cases := []struct {
			country calendar.Country
			year    int
			known   bool
		}{
			{calendar.Hungary, 2026, true},
			{calendar.Hungary, 2027, false},
			{calendar.Poland, 2027, true},
			{calendar.NoCountry, 2027, true},
		}
		for _, c := range cases {
			made, err := s.Create(ctx, office("Europe/Budapest", c.country))
			if err != nil {
				t.Fatal(err)
			}
			if _, known, err := s.Preview(ctx, made.ID, c.year); known != c.known || err != nil {
				t.Errorf("%q in %d: known %v, %v", c.country, c.year, known, err)
			}
		}
	})
}

func TestHolidaysOfAYear(t *testing.T) {
	t.Parallel()
	for country, want := range map[calendar.Country]map[string]string{
		calendar.Poland: {
			"2026-01-06": "Święto Trzech Króli", "2026-04-05": "Wielkanoc", "2026-04-06": "drugi dzień Wielkiej Nocy",
			"2026-05-24": "Zielone Świątki", "2026-06-04": "dzień Bożego Ciała", "2026-12-24": "Wigilia Bożego Narodzenia",
		},
		calendar.Hungary: {
			"2026-04-03": "Nagypéntek", "2026-04-06": "Húsvéthétfő", "2026-05-25": "Pünkösdhétfő", "2026-08-21": "Áthelyezett pihenőnap",
		},
	} {
		names := map[string]string{}
		for _, h := range calendar.Holidays(country, 2026) {
			names[h.Date.String()] = h.Name
		}
		for date, name := range want {
			if names[date] != name {
				t.Errorf("%s %s: %q, want %q", country, date, names[date], name)
			}
		}
	}
	if n := len(calendar.Holidays(calendar.Poland, 2026)); n != 14 {
		t.Errorf("%d Polish holidays", n)
	}
	if n := len(calendar.Holidays(calendar.Hungary, 2026)); n != 16 {
		t.Errorf("%d Hungarian holidays", n)
	}
}

func TestDaysHave23Or25Hours(t *testing.T) {
	t.Parallel()
	c := calendar.Calendar{Name: "24/7", TimeZone: "Europe/Warsaw", Week: allDay()}
	night := calendar.Calendar{Name: "night", TimeZone: "Europe/Warsaw"}
	night.Week[time.Sunday] = []calendar.Span{span("01:00", "02:30"), span("02:30", "04:00")}
	cases := []struct {
		name     string
		h        *calendar.Hours
		from, to string
		want     time.Duration
	}{
		{"the day the clock jumps", hours(t, c), "2026-03-29 00:00", "2026-03-30 00:00", 23 * time.Hour},
		{"the day it goes back", hours(t, c), "2026-10-25 00:00", "2026-10-26 00:00", 25 * time.Hour},
		{"an interval over the jump", hours(t, night), "2026-03-29 00:00", "2026-03-30 00:00", 2 * time.Hour},
		{"an interval over the hour that comes twice", hours(t, night), "2026-10-25 00:00", "2026-10-26 00:00", 4 * time.Hour},
		{"no clock change", hours(t, night), "2026-06-07 00:00", "2026-06-08 00:00", 3 * time.Hour},
	}
	for _, x := range cases {
		if got := x.h.BusinessBetween(at(t, "Europe/Warsaw", x.from), at(t, "Europe/Warsaw", x.to)); got != x.want {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	if _, ok := hours(t, c).NextChange(at(t, "Europe/Warsaw", "2026-10-25 00:00")); ok {
		t.Error("24/7 changes")
	}
}

func TestNobodyIsEverThere(t *testing.T) {
	t.Parallel()
	h := hours(t, calendar.Calendar{Name: "never", TimeZone: "Europe/Budapest"})
	now := at(t, "Europe/Budapest", "2026-06-07 00:00")
	_, opens := h.NextOpen(now)
	_, changes := h.NextChange(now)
	_, ends := h.AddBusiness(now, time.Minute)
	if h.OpenAt(now) || opens || changes || ends {
		t.Error("somebody is there")
	}
	always := calendar.Always()
	if x, ok := always.AddBusiness(now, time.Hour); !ok || !x.Equal(now.Add(time.Hour)) || !always.OpenAt(now) {
		t.Error("always closes")
	}
}

// TestAddIsTheInverseOfBetween tries random calendars, zones and instants.
func TestAddIsTheInverseOfBetween(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	zones := []string{"Europe/Warsaw", "Europe/Budapest", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "UTC"}
	for range 300 {
		c := calendar.Calendar{Name: "random", TimeZone: zones[rnd.IntN(len(zones))], Country: calendar.Countries()[rnd.IntN(2)]}
		for day := range c.Week {
			from := calendar.Minute(0)
			for range rnd.IntN(4) {
				from += calendar.Minute(rnd.IntN(400))
				to := from + 1 + calendar.Minute(rnd.IntN(700))
				if from >= 1440 {
					break
				}
				c.Week[day] = append(c.Week[day], calendar.Span{From: from, To: to})
				from = to
			}
		}
		h := hours(t, c)
		for range 10 {
			start := time.Unix(1_700_000_000+rnd.Int64N(100_000_000), 0)
			d := time.Duration(rnd.Int64N(int64(200 * time.Hour))).Truncate(time.Second)
			x, ok := h.AddBusiness(start, d)
			if !ok {
				continue // never open
			}
			if got := h.BusinessBetween(start, x); got != d {
				t.Fatalf("%+v: %v after %v in %s is %v, but between is %v", c.Week, d, start, c.TimeZone, x, got)
			}
			if d > 0 && h.BusinessBetween(start, x.Add(-time.Second)) >= d {
				t.Fatalf("%v is not the earliest", x)
			}
			end := start.Add(time.Duration(rnd.Int64N(int64(400 * time.Hour)))).Truncate(time.Second)
			if y, ok := h.AddBusiness(start, h.BusinessBetween(start, end)); !ok || y.After(end) || h.BusinessBetween(y, end) != 0 {
				t.Fatalf("back from %v: %v", end, y)
			}
			var sum time.Duration
			for i, v := range h.Intervals(start, end) {
				sum += v.To.Sub(v.From)
				if !h.OpenAt(v.From) || h.OpenAt(v.To) && v.To.Before(end) {
					t.Fatalf("interval %d %v", i, v)
				}
			}
			if sum != h.BusinessBetween(start, end) {
				t.Fatalf("intervals sum to %v", sum)
			}
		}
	}
}

func TestACalendarIsStoredAndShown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := calendar.New(d), dbtest.As(t, 1)
		c, err := s.Create(ctx, office("Europe/Budapest", calendar.Hungary))
		if err != nil {
			t.Fatal(err)
		}
		date, _ := calendar.ParseDate("2026-06-01")
		exceptions := []calendar.Exception{{Date: date}}
		if c, err = s.Update(ctx, c.ID, calendar.Patch{Exceptions: &exceptions}); err != nil || len(c.Week[5]) != 3 {
			t.Fatalf("%+v %v", c, err)
		}
		days, _, err := s.Preview(ctx, c.ID, 2026)
		if err != nil || len(days) != 20 { // 16 holidays, 3 working Saturdays, 1 exception
			t.Errorf("%d days, %v", len(days), err)
		}
		h, err := s.HoursOf(ctx, d, 1, c.ID)
		if err != nil || h.OpenAt(at(t, "Europe/Budapest", "2026-06-01 10:00")) || !h.OpenAt(at(t, "Europe/Budapest", "2026-06-02 10:00")) {
			t.Errorf("%v", err)
		}
		if _, err := s.Get(dbtest.As(t, 2), c.ID); !errs.Is(errs.NotFound, err) {
			t.Errorf("another tenant: %v", err)
		}
		if _, err := s.Archive(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		for archived, want := range map[bool]int{true: 1, false: 0} {
			if all, err := s.List(ctx, archived); err != nil || len(all) != want {
				t.Errorf("archived %v: %d, %v", archived, len(all), err)
			}
		}
	})
}

func TestBadCalendarsAreRefused(t *testing.T) {
	t.Parallel()
	s, ctx := calendar.New(dbtest.SQLite(t)), dbtest.As(t, 1)
	date, _ := calendar.ParseDate("2026-06-01")
	cases := []struct {
		path   string
		change func(c *calendar.Calendar)
	}{
		{"name", func(c *calendar.Calendar) { c.Name = "" }},
		{"time_zone", func(c *calendar.Calendar) { c.TimeZone = "Warsaw" }},
		{"country", func(c *calendar.Calendar) { c.Country = "DE" }},
		{"week[1][1].from", func(c *calendar.Calendar) {
			c.Week[1] = []calendar.Span{span("08:00", "12:00"), span("11:00", "13:00")}
		}},
		{"week[0][0].to", func(c *calendar.Calendar) { c.Week[0] = []calendar.Span{span("08:00", "08:00")} }},
		{"holiday_hours[0].from", func(c *calendar.Calendar) { c.HolidayHours = []calendar.Span{span("24:00", "25:00")} }},
		{"exceptions[1].date", func(c *calendar.Calendar) { c.Exceptions = []calendar.Exception{{Date: date}, {Date: date}} }},
	}
	for _, c := range cases {
		in := office("Europe/Warsaw", calendar.Poland)
		c.change(&in)
		_, err := s.Create(ctx, in)
		if told := errs.Told(err); told == nil || len(told.Fields) != 1 || told.Fields[0].Path != c.path {
			t.Errorf("%s: %v", c.path, err)
		}
	}
}

func BenchmarkAddBusiness(b *testing.B) {
	h, err := calendar.NewHours(office("Europe/Warsaw", calendar.Poland))
	if err != nil {
		b.Fatal(err)
	}
	start := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	for b.Loop() {
		h.AddBusiness(start, 40*time.Hour)
	}
}

func TestMovedDaysAreMissedInTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what  string
		when  time.Time
		years []int
		due   bool
	}{
		{"both years are in the table", time.Date(2025, time.December, 31, 0, 0, 0, 0, time.UTC), nil, false},
		{"before any decree", time.Date(2022, time.June, 1, 0, 0, 0, 0, time.UTC), []int{2022, 2023}, true},
		{"the next year is known, this one is not", time.Date(2023, time.March, 1, 0, 0, 0, 0, time.UTC), []int{2023}, true},
	} {
		if years, due := calendar.MissingMoves(c.when); !slices.Equal(years, c.years) || due != c.due {
			t.Errorf("%s: %v %v", c.what, years, due)
		}
	}
}
