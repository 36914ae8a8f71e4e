package sla_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/sla"
)

// office is open from 8 to 16 on weekdays of a country.
func office(t *testing.T, zone string, country calendar.Country) *calendar.Hours {
	t.Helper()
	day := []calendar.Span{{From: 8 * 60, To: 16 * 60}}
	h, err := calendar.NewHours(calendar.Calendar{Name: "Biuro", TimeZone: zone, Country: country, Week: calendar.Week{1: day, 2: day, 3: day, 4: day, 5: day}})
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

// counter names clocks.
func counter() func() id.Clock {
	var n id.Clock
	return func() id.Clock { n++; return n }
}

func terms(first, next, whole time.Duration) sla.Terms {
	return sla.Terms{
		Targets:     map[sla.Kind]time.Duration{sla.FirstResponse: first, sla.NextResponse: next, sla.Resolution: whole},
		WarnPercent: 80, Pauses: []string{"waiting_customer", "waiting_third"},
	}
}

// story is what clocks did, in words.
func story(t *testing.T, effects []sla.Effect, zone string) []string {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, e := range effects {
		out = append(out, e.At.In(loc).Format("02.01. 15:04")+" "+string(e.Clock.Kind)+" "+e.Did)
	}
	return out
}

type happening struct {
	at    string
	event sla.Event
}

func run(t *testing.T, zone string, terms sla.Terms, h sla.Hours, all ...happening) (sla.State, []sla.Effect) {
	t.Helper()
	var s sla.State
	var effects []sla.Effect
	ids := counter()
	for _, x := range all {
		var did []sla.Effect
		s, did = sla.Step(s, terms, h, at(t, zone, x.at), x.event, ids)
		effects = append(effects, did...)
	}
	return s, effects
}

func TestClocksTellWhatTheyDo(t *testing.T) {
	t.Parallel()
	const warsaw, budapest = "Europe/Warsaw", "Europe/Budapest"
	poland, hungary := office(t, warsaw, calendar.Poland), office(t, budapest, calendar.Hungary)
	always := calendar.Always()
	cases := []struct {
		name  string
		zone  string
		terms sla.Terms
		hours sla.Hours
		all   []happening
		want  []string
		wake  string
	}{
		{
			"answered in time, resolved in time", warsaw, terms(2*time.Hour, time.Hour, 16*time.Hour), poland,
			[]happening{
				{"2026-03-09 09:00", sla.Opened{Category: "new"}},
				{"2026-03-09 10:00", sla.AgentAnswered{}},
				{"2026-03-09 10:00", sla.Moved{Category: "waiting_customer"}},
				{"2026-03-11 12:00", sla.CustomerWrote{}},
				{"2026-03-11 12:00", sla.Moved{Category: "working"}},
				{"2026-03-11 12:30", sla.AgentAnswered{}},
				{"2026-03-11 13:00", sla.Moved{Category: "done"}},
			},
			[]string{
				"09.03. 09:00 first_response started", "09.03. 09:00 resolution started", "09.03. 10:00 first_response met", "09.03. 10:00 resolution paused",
				"11.03. 12:00 next_response started", "11.03. 12:00 next_response paused", "11.03. 12:00 resolution resumed", "11.03. 12:00 next_response resumed",
				"11.03. 12:30 next_response met", "11.03. 13:00 resolution met",
			},
			"",
		},
		{
			"woken late, a warning and a breach bear their own instants", warsaw, terms(5*time.Hour, 0, 0), poland,
			[]happening{{"2026-03-13 14:00", sla.Opened{Category: "new"}}, {"2026-03-17 09:00", sla.Woken{}}}, // Friday: two hours, the rest on Monday
			[]string{"13.03. 14:00 first_response started", "16.03. 10:00 first_response warned", "16.03. 11:00 first_response breached"},
			"",
		},
		{
			"over a Polish holiday", warsaw, terms(4*time.Hour, 0, 0), poland,
			[]happening{{"2026-11-10 14:00", sla.Opened{Category: "new"}}, {"2026-11-12 12:00", sla.Woken{}}}, // the 11th is Independence Day
			[]string{"10.11. 14:00 first_response started", "12.11. 09:12 first_response warned", "12.11. 10:00 first_response breached"},
			"",
		},
		{
			"on a Hungarian working Saturday", budapest, terms(2*time.Hour, 0, 0), hungary,
			[]happening{{"2026-01-09 15:00", sla.Opened{Category: "new"}}, {"2026-01-12 12:00", sla.Woken{}}}, // Saturday the 10th is worked
			[]string{"09.01. 15:00 first_response started", "10.01. 08:36 first_response warned", "10.01. 09:00 first_response breached"},
			"",
		},
		{
			"not on a Hungarian rest day", budapest, terms(2*time.Hour, 0, 0), hungary,
			[]happening{{"2025-12-31 15:00", sla.Opened{Category: "new"}}}, // 1st a holiday, 2nd a rest day, the 3rd and 4th a weekend
			[]string{"31.12. 15:00 first_response started"},
			"2026-01-05 08:36",
		},
		{
			"through the night when an hour is missing", warsaw, terms(5*time.Hour, 0, 0), always,
			[]happening{{"2026-03-29 00:00", sla.Opened{Category: "new"}}, {"2026-03-29 12:00", sla.Woken{}}},
			[]string{"29.03. 00:00 first_response started", "29.03. 05:00 first_response warned", "29.03. 06:00 first_response breached"},
			"",
		},
		{
			"through the night when an hour comes twice", warsaw, terms(5*time.Hour, 0, 0), always,
			[]happening{{"2026-10-25 00:00", sla.Opened{Category: "new"}}, {"2026-10-25 12:00", sla.Woken{}}},
			[]string{"25.10. 00:00 first_response started", "25.10. 03:00 first_response warned", "25.10. 04:00 first_response breached"},
			"",
		},
		{
			"opened in a category that pauses", warsaw, terms(time.Hour, 0, 0), always,
			[]happening{{"2026-03-09 09:00", sla.Opened{Category: "waiting_third"}}, {"2026-03-10 09:00", sla.Woken{}}, {"2026-03-10 10:00", sla.Moved{Category: "working"}}},
			[]string{"09.03. 09:00 first_response started", "09.03. 09:00 first_response paused", "10.03. 10:00 first_response resumed"},
			"2026-03-10 10:48",
		},
		{
			"merged, and one of its own again", warsaw, terms(0, 0, 3*time.Hour), always,
			[]happening{{"2026-03-09 09:00", sla.Opened{Category: "new"}}, {"2026-03-09 10:00", sla.Merged{On: true}}, {"2026-03-12 10:00", sla.Merged{On: false}}},
			[]string{"09.03. 09:00 resolution started", "09.03. 10:00 resolution paused", "12.03. 10:00 resolution resumed"},
			"2026-03-12 11:24",
		},
		{
			"done without an answer, and taken up again", warsaw, terms(time.Hour, time.Hour, 2*time.Hour), always,
			[]happening{{"2026-03-09 09:00", sla.Opened{Category: "new"}}, {"2026-03-09 09:10", sla.Moved{Category: "done"}}, {"2026-03-09 09:20", sla.CustomerWrote{}}, {"2026-03-09 09:20", sla.Moved{Category: "working"}}},
			[]string{"09.03. 09:00 first_response started", "09.03. 09:00 resolution started", "09.03. 09:10 resolution met", "09.03. 09:10 first_response stopped", "09.03. 09:20 resolution started", "09.03. 09:20 next_response started"},
			"2026-03-09 10:08",
		},
		{
			"nothing is promised", warsaw, sla.Terms{}, always, []happening{{"2026-03-09 09:00", sla.Opened{Category: "new"}}, {"2026-03-09 09:10", sla.CustomerWrote{}}}, []string{}, "",
		},
	}
	for _, c := range cases {
		s, effects := run(t, c.zone, c.terms, c.hours, c.all...)
		if got := story(t, effects, c.zone); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
		want := time.Time{}
		if c.wake != "" {
			want = at(t, c.zone, c.wake)
		}
		if got := s.WakeAt(); !got.Equal(want) {
			t.Errorf("%s: wakes at %v, want %v", c.name, got, want)
		}
	}
}

func TestOtherTermsKeepWhatWasUsed(t *testing.T) {
	t.Parallel()
	ids, h, start := counter(), calendar.Always(), at(t, "UTC", "2026-03-09 09:00")
	s, _ := sla.Step(sla.State{}, terms(10*time.Hour, 0, 20*time.Hour), h, start, sla.Opened{Category: "new"}, ids)
	s, did := sla.Step(s, terms(4*time.Hour, 0, 0), h, start.Add(5*time.Hour), sla.Retermed{}, ids)
	var what []string
	for _, e := range did {
		what = append(what, string(e.Clock.Kind)+" "+e.Did)
	}
	if want := []string{"resolution stopped", "first_response breached"}; !slices.Equal(what, want) {
		t.Errorf("%q, want %q", what, want)
	}
	if len(s.Clocks) != 1 || s.Clocks[0].Used != 5*time.Hour {
		t.Errorf("%+v", s.Clocks)
	}
}

// TestTimeUsedIsTimeThatRan tries random stories against a model that knows only when a clock ran.
func TestTimeUsedIsTimeThatRan(t *testing.T) {
	t.Parallel()
	hours := []sla.Hours{calendar.Always(), office(t, "Europe/Warsaw", calendar.Poland), office(t, "Europe/Budapest", calendar.Hungary)}
	categories := []string{"new", "working", "waiting_customer", "waiting_third", "done"}
	for seed := range uint64(400) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		h := hours[rnd.IntN(len(hours))]
		terms := terms(time.Duration(rnd.IntN(20))*time.Hour, time.Duration(rnd.IntN(20))*time.Hour, time.Duration(rnd.IntN(60))*time.Hour)
		now := at(t, "Europe/Warsaw", "2026-03-26 09:00").Add(time.Duration(rnd.IntN(5000)) * time.Hour)
		var s sla.State
		ran := map[id.Clock]time.Duration{}
		since := map[id.Clock]time.Time{}
		targets := map[id.Clock]sla.Effect{}
		ids := counter()
		step := func(e sla.Event) {
			before := s
			var did []sla.Effect
			s, did = sla.Step(s, terms, h, now, e, ids)
			same, again := sla.Step(before, terms, h, now, e, func() func() id.Clock { n := maxID(before, did); return func() id.Clock { n++; return n } }())
			if len(again) != len(did) || same.Category != s.Category || len(same.Clocks) != len(s.Clocks) {
				t.Fatalf("seed %d: the same step gives something else", seed)
			}
			for _, d := range did {
				c := d.Clock
				switch d.Did {
				case sla.DidStart, sla.DidResume:
					since[c.ID], targets[c.ID] = d.At, d
				case sla.DidPause, sla.DidMeet, sla.DidStop:
					if from, runs := since[c.ID]; runs {
						ran[c.ID] += h.BusinessBetween(from, d.At)
						delete(since, c.ID)
					}
					if c.Used != ran[c.ID] || c.Used < 0 {
						t.Fatalf("seed %d: a clock used %v and ran %v", seed, c.Used, ran[c.ID])
					}
				case sla.DidBreach:
					if got := ran[c.ID] + h.BusinessBetween(since[c.ID], d.At); got != c.Target {
						t.Fatalf("seed %d: broken after %v, promised %v", seed, got, c.Target)
					}
				}
			}
			if wake := s.WakeAt(); !wake.IsZero() && !wake.After(now) {
				t.Fatalf("seed %d: to be woken at %v, and it is %v", seed, wake, now)
			}
			again2, quiet := sla.Step(s, terms, h, now, sla.Woken{}, ids)
			if len(quiet) != 0 || !reflect.DeepEqual(again2, s) {
				t.Fatalf("seed %d: woken again, it does %+v", seed, quiet)
			}
		}
		step(sla.Opened{Category: "new"})
		for range 40 {
			now = now.Add(time.Duration(rnd.IntN(30*60)) * time.Minute)
			if rnd.IntN(10) == 0 {
				now = now.Add(-time.Hour) // what comes late
			}
			events := []sla.Event{
				sla.CustomerWrote{},
				sla.AgentAnswered{},
				sla.Moved{Category: categories[rnd.IntN(len(categories))]},
				sla.Woken{},
				sla.Merged{On: rnd.IntN(2) == 0},
				sla.Moved{Category: "working"},
			}
			if now.Before(s.At) {
				now = s.At
			}
			step(events[rnd.IntN(len(events))])
		}
	}
}

// maxID returns the last name that was given to a clock before the first that did starts.
func maxID(before sla.State, did []sla.Effect) id.Clock {
	for _, d := range did {
		if d.Did == sla.DidStart {
			return d.Clock.ID - 1
		}
	}
	return 0
}
