package intake_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// square is a channel whose events are JSON of Inbound, one a line. It has one entry point.
type square struct{ off bool }

const squareKey = "the-square"

func (square) Channel() channel.Name { return channel.X }

func (square) Capabilities() channel.Capabilities { return channel.Capabilities{TextLimit: 100} }

func (square) Send(context.Context, channel.Outgoing) (channel.Sent, error) {
	return channel.Sent{}, nil
}

func (square) Verify(_ context.Context, _ channel.EntryPoint, h http.Header, _ []byte) error {
	if h.Get("X-Signed") == "" {
		return errs.New(errs.Unauthenticated, "square.Verify", "hook.signature")
	}
	return nil
}

func (s square) Split(p channel.EntryPoint, body []byte) (all []channel.Arrival, err error) {
	if len(body) == 0 {
		return nil, errs.New(errs.Invalid, "square.Split", "event.malformed")
	}
	for line := range strings.SplitSeq(string(body), "\n") {
		a := channel.Arrival{ID: channel.NameOf([]byte(line)), Raw: []byte(line)}
		var in channel.Inbound
		if a.Err = json.Unmarshal(a.Raw, &in); a.Err == nil {
			a.Kind, a.Lane = in.Kind, in.Thread
		} else {
			a.Err = errs.New(errs.Invalid, "square.Split", "event.malformed")
		}
		all = append(all, a)
	}
	return all, nil
}

func (square) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	if strings.Contains(string(raw), "boom") {
		panic("boom")
	}
	var in channel.Inbound
	if err := json.Unmarshal(raw, &in); err != nil {
		return in, errs.New(errs.Invalid, "square.Read", "event.malformed")
	}
	in.EntryPoint, in.OccurredAt = p.ID, time.Now()
	return in, nil
}

func (s square) point() channel.EntryPoint {
	return channel.EntryPoint{Tenant: 1, ID: 20, Brand: 10, Channel: channel.X, Address: squareKey, Queue: 7, Active: !s.off, Health: channel.Healthy}
}

func (s square) Get(context.Context, id.EntryPoint) (channel.EntryPoint, error) {
	return s.point(), nil
}

func (s square) ByAddress(_ context.Context, _ channel.Name, address string) (channel.EntryPoint, error) {
	if address != squareKey {
		return channel.EntryPoint{}, errs.New(errs.NotFound, "square", "not_found")
	}
	return s.point(), nil
}

func (s square) Lookup(context.Context, db.Queryer, id.Tenant, id.EntryPoint) (channel.EntryPoint, error) {
	return s.point(), nil
}

func (s square) Adapter(n channel.Name) (channel.Adapter, bool) { return s, n == channel.X }

// shelf has one file.
type shelf struct{}

func (shelf) Fetch(_ context.Context, url string) (io.ReadCloser, error) {
	if strings.HasSuffix(url, "/umowa.pdf") {
		return io.NopCloser(strings.NewReader("%PDF-1.7 ...")), nil
	}
	return nil, errs.New(errs.Invalid, "shelf", "attachment.remote")
}

// market is a desk that takes events.
type market struct {
	*intake.Events

	desk *desk
}

func openMarket(t *testing.T, d *db.DB, s square) *market {
	t.Helper()
	k := newDesk(t, d)
	return &market{intake.NewEvents(intake.EventsConfig{
		DB: d, Points: s, Adapters: s, Intake: k.Service, Threads: k.conversations, People: customer.New(d, k.conversations), Files: k.files,
		Remote: shelf{}, Log: slog.New(slog.DiscardHandler),
	}), k}
}

// tell posts events of the square.
func (m *market) tell(t *testing.T, happened ...channel.Inbound) ([]intake.Taken, error) {
	t.Helper()
	lines := make([]string, len(happened))
	for i, in := range happened {
		raw, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		lines[i] = string(raw)
	}
	return m.post(t, strings.Join(lines, "\n"))
}

func (m *market) post(t *testing.T, body string) ([]intake.Taken, error) {
	t.Helper()
	return m.Receive(t.Context(), intake.Came{Channel: channel.X, Address: squareKey, Header: http.Header{"X-Signed": {"yes"}}, Body: strings.NewReader(body)})
}

// open applies events until the test ends.
func (m *market) open(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// becomes waits until so many events have become a state.
func (m *market) becomes(t *testing.T, state intake.EventState, n int) []intake.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(dbtest.As(t, 1), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		found, err := m.List(ctx, intake.EventFilter{Point: 20, State: state, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == n {
			return found
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			all, err := m.List(dbtest.As(t, 1), intake.EventFilter{Point: 20, Limit: 100})
			t.Fatalf("%d are %s, want %d: %+v %v", len(found), state, n, all, err)
		}
	}
}

func wrote(name, text string) channel.Inbound {
	return channel.Inbound{
		Kind: channel.KindMessage, ExternalID: name, Thread: "thread of " + name[:1], Text: text,
		Sender: channel.Party{Provider: "x", ExternalID: "c" + name[:1], DisplayName: "Zofia Wilk"},
	}
}

func TestWhatWasAcknowledgedIsAppliedAfterARestart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := openMarket(t, d, square{})
		taken, err := m.tell(t, wrote("a1", "Dzień dobry"), wrote("a2", "Halo?"), wrote("b1", "Szia"))
		if err != nil || len(taken) != 3 || taken[0].Duplicate {
			t.Fatalf("%+v %v", taken, err)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM entry`); n != 0 {
			t.Errorf("%d entries before anybody has looked", n)
		}
		stop := openMarket(t, d, square{}).open(t) // another process
		m.becomes(t, intake.Done, 3)
		stop()
		if n := count(t, d, `SELECT COUNT(*) FROM entry WHERE kind = 'message'`); n != 3 {
			t.Errorf("%d entries", n)
		}
		again, err := m.tell(t, wrote("a1", "Dzień dobry"))
		if err != nil || !again[0].Duplicate {
			t.Errorf("%+v %v", again, err)
		}
		// Cut off between applying and keeping that: it is applied again and changes nothing.
		err = d.Update(dbtest.As(t, 1), func(tx *db.Tx) error {
			_, err := db.Exec(dbtest.As(t, 1), tx, `UPDATE channel_event SET state = 'waiting'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		openMarket(t, d, square{}).open(t)
		m.becomes(t, intake.Done, 3)
		if n := count(t, d, `SELECT COUNT(*) FROM entry WHERE kind = 'message'`); n != 3 {
			t.Errorf("%d entries after a second time", n)
		}
	})
}

func TestAnEventThatBreaksUsStopsNothingButItself(t *testing.T) {
	t.Parallel()
	m := openMarket(t, dbtest.SQLite(t), square{})
	m.open(t)
	if _, err := m.tell(t, wrote("a1", "boom"), wrote("a2", "Halo?")); err != nil {
		t.Fatal(err)
	}
	m.becomes(t, intake.Done, 1)
	broken := m.becomes(t, intake.Refused, 1)[0]
	if broken.Reason != "event.broken" || !strings.Contains(string(broken.Raw), "boom") {
		t.Errorf("%+v", broken)
	}
	ctx := dbtest.As(t, 1)
	if e, err := m.Discard(ctx, broken.ID); err != nil || e.State != intake.Discarded {
		t.Errorf("%+v %v", e, err)
	}
	if _, err := m.Discard(ctx, broken.ID); errs.CodeOf(err) != "event.settled" {
		t.Error(err)
	}
	if _, err := m.Replay(ctx, broken.ID); err != nil {
		t.Error(err)
	}
	m.becomes(t, intake.Refused, 1)
}

// secondLook runs something when it is looked, for the time that it counts, whether what an event is about is here.
type secondLook struct {
	intake.Threads

	looks atomic.Int32
	at    int32
	then  func()
}

func (l *secondLook) FindSent(ctx context.Context, q db.Queryer, point id.EntryPoint, externalID string) (conversation.Entry, error) {
	if l.looks.Add(1) == l.at {
		l.then()
	}
	return l.Threads.FindSent(ctx, q, point, externalID)
}

func TestWhatComesWhileAnEventIsParkedIsNotMissed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		look := &secondLook{Threads: k.conversations, at: 3} // the message and the receipt have been looked for
		s := square{}
		m := &market{intake.NewEvents(intake.EventsConfig{
			DB: d, Points: s, Adapters: s, Intake: k.Service, Threads: look, People: customer.New(d, k.conversations), Files: k.files,
			Remote: shelf{}, Log: slog.New(slog.DiscardHandler),
		}), k}
		look.then = func() {
			ctx := dbtest.As(t, 1)
			seen, err := m.List(ctx, intake.EventFilter{Point: 20, State: intake.Parked, Limit: 100})
			if err == nil && len(seen) != 1 { // who brings it now wakes nobody
				t.Error("it is looked before others can see that it is parked")
			}
			if err == nil {
				err = d.Update(ctx, func(tx *db.Tx) error {
					_, err := db.Exec(ctx, tx, `UPDATE entry SET external_id = 'late' WHERE external_id = 'a1'`)
					return err
				})
			}
			if err != nil {
				t.Error(err)
			}
		}
		m.open(t)
		if _, err := m.tell(t, wrote("a1", "Dzień dobry")); err != nil {
			t.Fatal(err)
		}
		m.becomes(t, intake.Done, 1)
		if _, err := m.tell(t, channel.Inbound{Kind: channel.KindReceipt, ExternalID: "r1", Target: "late", State: channel.Arrived}); err != nil {
			t.Fatal(err)
		}
		if e := m.becomes(t, intake.Refused, 1)[0]; e.Reason != "event.not_ours" || e.Attempts != 2 { // it is applied again, to what is no answer of ours
			t.Errorf("%+v", e)
		}
	})
}

func TestWhatWaitsInVainIsGivenUpAndWhatIsOldIsForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := openMarket(t, d, square{})
		m.open(t)
		early := channel.Inbound{Kind: channel.KindReceipt, ExternalID: "r1", Target: "never", State: channel.Arrived}
		if _, err := m.tell(t, early, wrote("a1", "Dzień dobry")); err != nil {
			t.Fatal(err)
		}
		m.becomes(t, intake.Parked, 1)
		m.becomes(t, intake.Done, 1)
		age := func(by time.Duration) {
			err := d.Update(dbtest.As(t, 1), func(tx *db.Tx) error {
				_, err := db.Exec(dbtest.As(t, 1), tx, `UPDATE channel_event SET received_at = received_at - $1`, by.Microseconds())
				return err
			})
			if err == nil {
				err = m.Prune(t.Context())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		age(time.Hour)
		m.becomes(t, intake.Parked, 1)
		age(3 * 24 * time.Hour)
		if e := m.becomes(t, intake.Refused, 1)[0]; e.Reason != "event.target_unknown" || e.Detail != "entry never" {
			t.Errorf("%+v", e)
		}
		age(30 * 24 * time.Hour)
		m.becomes(t, intake.Done, 0)
		m.becomes(t, intake.Refused, 1)
		age(90 * 24 * time.Hour)
		m.becomes(t, intake.Refused, 0)
	})
}

func TestFilesOfEventsAreCopiedAndThoseThatNeverComeAreNamed(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	m := openMarket(t, d, square{})
	m.open(t)
	with := wrote("a1", "")
	with.Remote = []channel.RemoteFile{{Name: "umowa.pdf", URL: "https://x.example/umowa.pdf"}, {Name: "zguba.png", URL: "https://x.example/zguba.png"}}
	if _, err := m.tell(t, with); err != nil {
		t.Fatal(err)
	}
	done := m.becomes(t, intake.Done, 1)[0]
	e, err := m.desk.conversations.FindEntry(dbtest.As(t, 1), d, done.EntryID)
	if err != nil || len(e.Attachments) != 1 || e.Attachments[0].Name != "umowa.pdf" || e.Attachments[0].Type != "application/pdf" {
		t.Errorf("%+v %v", e, err)
	}
	if !strings.Contains(string(e.Data), `"zguba.png"`) || !strings.Contains(string(e.Data), "attachment.remote") {
		t.Errorf("%s", e.Data)
	}
}

func TestHooksThatCannotBeTakenAreRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	m, off := openMarket(t, d, square{}), openMarket(t, d, square{off: true})
	signed := http.Header{"X-Signed": {"yes"}}
	cases := []struct {
		name string
		at   *market
		came intake.Came
		code string
	}{
		{"not signed", m, intake.Came{Channel: channel.X, Address: squareKey, Body: strings.NewReader(`{}`)}, "hook.signature"},
		{"an address that is none", m, intake.Came{Channel: channel.X, Address: "elsewhere", Header: signed, Body: strings.NewReader(`{}`)}, "hook.unknown"},
		{"a channel that is none", m, intake.Came{Channel: channel.SMS, Address: squareKey, Header: signed, Body: strings.NewReader(`{}`)}, "hook.unknown"},
		{"no address", m, intake.Came{Channel: channel.X, Header: signed, Body: strings.NewReader(`{}`)}, "hook.unknown"},
		{"switched off", off, intake.Came{Channel: channel.X, Address: squareKey, Header: signed, Body: strings.NewReader(`{}`)}, "hook.off"},
		{"too many", m, intake.Came{Channel: channel.X, Address: squareKey, Header: signed, Body: strings.NewReader(strings.Repeat("{}\n", intake.MaxEvents))}, "hook.too_many"},
		{"nothing", m, intake.Came{Channel: channel.X, Address: squareKey, Header: signed, Body: strings.NewReader("")}, "event.malformed"},
	}
	for _, c := range cases {
		taken, err := c.at.Receive(t.Context(), c.came)
		if errs.CodeOf(err) != c.code {
			t.Errorf("%s: %+v %v", c.name, taken, err)
		}
	}
	if n := count(t, d, `SELECT COUNT(*) FROM channel_event`); n != 1 { // what was signed and empty
		t.Errorf("%d events kept", n)
	}
}

func TestWhoReadsNoNamesSeesNoEventAsItCame(t *testing.T) {
	t.Parallel()
	m := openMarket(t, dbtest.SQLite(t), square{})
	if _, err := m.post(t, "?"); err != nil {
		t.Fatal(err)
	}
	rights := actor.Rights{actor.EntryPointEdit: actor.InTenant}
	ctx := actor.With(t.Context(), actor.Actor{Kind: actor.User, User: 5, Tenant: 1, Rights: rights, Brands: actor.Brands{All: true}})
	found, err := m.List(ctx, intake.EventFilter{Point: 20, Limit: 5})
	if err != nil || len(found) != 1 || len(found[0].Raw) != 0 || found[0].Reason != "event.malformed" {
		t.Errorf("%+v %v", found, err)
	}
	if e, err := m.Get(ctx, found[0].ID); err != nil || len(e.Raw) != 0 {
		t.Errorf("%+v %v", e, err)
	}
	if _, err := m.List(visitor(t), intake.EventFilter{Point: 20, Limit: 5}); !errs.Is(errs.Forbidden, err) {
		t.Error(err)
	}
	elsewhere := actor.With(t.Context(), actor.Actor{Kind: actor.User, User: 5, Tenant: 1, Rights: rights, Brands: actor.Brands{Some: []id.Brand{11}}})
	if _, err := m.Get(elsewhere, found[0].ID); !errs.Is(errs.NotFound, err) || errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
