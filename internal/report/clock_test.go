package report

import (
	"math"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/routing"
)

// minutes returns the span from one minute after noon to another.
func minutes(from, to int) span {
	return span{noon.Add(time.Duration(from) * time.Minute), noon.Add(time.Duration(to) * time.Minute)}
}

func chat(s span) segment {
	return segment{ConversationID: 5, AgentID: 30, Channel: "webchat", StartedAt: s.From, TalkedAt: s.To, EndedAt: s.To}
}

func present(state routing.Presence, s span) presence {
	return presence{UserID: 30, State: state, Since: s.From, Until: s.To}
}

// all sums up the rows of agent 30.
func (r clockRows) all() Clock {
	var c Clock
	for _, row := range r.clock {
		c.Add(*row)
	}
	return c
}

func TestConcurrencyOfTheKnownExamples(t *testing.T) {
	t.Parallel()
	seconds := func(from, to int) span {
		return span{noon.Add(time.Duration(from) * time.Second), noon.Add(time.Duration(to) * time.Second)}
	}
	for _, c := range []struct {
		chats []span
		want  float64
	}{
		{[]span{seconds(0, 2000), seconds(1000, 3000), seconds(2600, 3600)}, 5000. / 3600},
		{[]span{seconds(0, 20000), seconds(18000, 23400), seconds(20000, 22100)}, 27500. / 23400},
	} {
		var s clockStamps
		for _, one := range c.chats {
			s.segments = append(s.segments, chat(one))
		}
		got, _ := s.rows(span{noon, noon.Add(10 * time.Hour)}).all().Concurrency()
		if math.Abs(got-c.want) > 1e-9 {
			t.Errorf("concurrency %.4f, want %.4f", got, c.want)
		}
	}
}

func TestOccupancyIgnoresHowManyAtOnce(t *testing.T) {
	t.Parallel()
	s := clockStamps{
		presences: []presence{present(routing.Available, minutes(0, 60)), present(routing.Away, minutes(60, 90))},
		segments:  []segment{chat(minutes(0, 20)), chat(minutes(10, 30)), chat(minutes(58, 66))},
	}
	c := s.rows(minutes(0, 120)).all()
	want := Clock{AvailableUS: 60 * 60e6, AwayUS: 30 * 60e6, ContactUS: 38 * 60e6, IdleUS: 28 * 60e6, ChatUS: 48 * 60e6, ChatWallUS: 38 * 60e6}
	if c != want {
		t.Errorf("%+v, want %+v", c, want)
	}
	wantPercent(t, "occupancy", c.Occupancy(), 100*38./66)
}

func TestTimeIsCutWhereIntervalsEnd(t *testing.T) {
	t.Parallel()
	s := clockStamps{presences: []presence{present(routing.Available, minutes(8, 37))}, segments: []segment{chat(minutes(14, 31))}}
	rows := s.rows(minutes(0, 45)).clock
	for i, want := range []int64{7, 15, 7} {
		if got := rows[clockKey{minutes(15*i, 0).From, 30}].AvailableUS; got != want*60e6 {
			t.Errorf("interval %d: %d min available, want %d", i, got/60e6, want)
		}
	}
	for i, want := range []int64{1, 15, 1} {
		if got := rows[clockKey{minutes(15*i, 0).From, 30}].ContactUS; got != want*60e6 {
			t.Errorf("interval %d: %d min on contact, want %d", i, got/60e6, want)
		}
	}
}

func TestParkedTimeIsNotOnContact(t *testing.T) {
	t.Parallel()
	parked, resumed := fact.InteractionParked{}.Kind(), fact.InteractionResumed{}.Kind()
	pauses := []pause{{5, parked, minutes(5, 0).From}, {5, resumed, minutes(25, 0).From}, {5, parked, minutes(30, 0).From}}
	for _, c := range []struct {
		what string
		seg  segment
		want int64
	}{
		{"ended while parked, then wrap-up", segment{TalkedAt: minutes(50, 0).From, EndedAt: minutes(52, 0).From, ParkedUS: 40 * 60e6}, 12},
		{"parked still", segment{ParkedUS: 20 * 60e6, ParkedAt: minutes(30, 0).From}, 10},
		{"another share of the conversation was parked", segment{TalkedAt: minutes(4, 0).From, EndedAt: minutes(4, 0).From}, 4},
	} {
		c.seg.ConversationID, c.seg.AgentID, c.seg.Channel, c.seg.StartedAt = 5, 30, "email", noon
		s := clockStamps{segments: []segment{c.seg}, pauses: pauses}
		got := s.rows(minutes(0, 60)).all()
		if got.ContactUS != c.want*60e6 || got.ChatUS != 0 {
			t.Errorf("%s: %d min, chat %d", c.what, got.ContactUS/60e6, got.ChatUS)
		}
	}
}

func TestDaysHave23And25Hours(t *testing.T) {
	t.Parallel()
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		day   time.Time
		hours float64
	}{
		{time.Date(2025, 3, 30, 0, 0, 0, 0, warsaw), 23},
		{time.Date(2025, 10, 26, 0, 0, 0, 0, warsaw), 25},
		{time.Date(2025, 10, 27, 0, 0, 0, 0, warsaw), 24},
	} {
		q := Query{By: ByDay, From: c.day.UTC(), To: c.day.AddDate(0, 0, 1).UTC(), Step: Interval}
		days := q.slots(warsaw)
		if len(days) != 1 || days[0].To.Sub(days[0].From).Hours() != c.hours {
			t.Errorf("%v: %v", c.day, days)
		}
		q.By, q.Step = ByInterval, time.Hour
		if hours := q.slots(warsaw); float64(len(hours)) != c.hours {
			t.Errorf("%v has %d hours", c.day, len(hours))
		}
	}
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	q := Query{By: ByInterval, Step: time.Hour, From: noon, To: noon.Add(2 * time.Hour)}
	if got := q.slots(kolkata); len(got) != 3 || got[0].To != noon.Add(30*time.Minute) {
		t.Errorf("hours of a zone at half past: %v", got)
	}
}
