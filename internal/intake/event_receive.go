package intake

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of what comes at once.
const (
	MaxEvents   = 1000    // in one body
	MaxHookBody = 8 << 20 // bytes of one body
	maxEventRaw = 1 << 20 // bytes kept of one event
	maxDetail   = 300     // bytes
	maxWaiting  = 100_000 // events of one entry point: who sends on is asked to come later
	retryWithin = 60      // seconds

	maxEventRows = 8 // of one statement, and so as many texts of statements
)

const eventTopic = "channel_event" // wakes who applies events

// Came is a body that a provider has posted.
type Came struct {
	Channel channel.Name
	Address string
	Header  http.Header
	Body    io.Reader // read once it is known whose it is
}

// Taken is what became of one event of a body.
type Taken struct {
	EventID   string
	Duplicate bool
	Err       error // it lies in quarantine
}

// Receive verifies what was posted to an entry point and stores its events, each as
// it came. When it returns, they are durable. A body of which nothing can be
// understood is kept too, and its error returned.
func (s *Events) Receive(ctx context.Context, c Came) ([]Taken, error) {
	const op = "intake.ReceiveEvents"
	p, adapter, err := s.entrance(ctx, op, c)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(c.Body)
	if err != nil {
		return nil, errs.E(errs.Invalid, op, err)
	}
	ctx = actor.With(ctx, actor.ForSystem(p.Tenant))
	if err := adapter.Verify(ctx, p, c.Header, body); err != nil {
		return nil, errs.Op(op, err)
	}
	if !p.Active {
		return nil, errs.New(errs.Conflict, op, "hook.off")
	}
	defer s.comesIn()()
	taken, err := s.take(ctx, p, adapter, body)
	return taken, errs.Op(op, err)
}

// comesIn counts a body that is being stored, until what it returns is called.
func (s *Events) comesIn() (stored func()) {
	s.receiving.Add(1)
	return func() { s.receiving.Add(-1) }
}

// take stores the events of a body.
func (s *Events) take(ctx context.Context, p channel.EntryPoint, adapter channel.WebhookReceiver, body []byte) ([]Taken, error) {
	const op = "intake.takeEvents"
	arrived, refusal := adapter.Split(p, body)
	switch {
	case refusal != nil:
		arrived = []channel.Arrival{{ID: channel.NameOf(body), Raw: body, Err: refusal}}
	case len(arrived) == 0:
		return nil, nil
	case len(arrived) > MaxEvents:
		return nil, errs.New(errs.Invalid, op, "hook.too_many").With(errs.Values{"max": MaxEvents})
	}
	if s.lanes.Waiting(laneKey{p.Tenant, p.ID}) >= maxWaiting {
		return nil, errs.New(errs.Exhausted, op, "hook.behind").With(errs.Values{"retry": retryWithin})
	}
	taken, err := s.store(ctx, p, s.passing(ctx, p, adapter, arrived))
	if err == nil && refusal != nil {
		err = refusal
	}
	return taken, err
}

// entrance returns the entry point to which something was posted.
func (s *Events) entrance(ctx context.Context, op string, c Came) (channel.EntryPoint, channel.WebhookReceiver, error) {
	unknown := errs.New(errs.NotFound, op, "hook.unknown")
	known, there := s.Adapters.Adapter(c.Channel)
	adapter, able := known.(channel.WebhookReceiver)
	if !there || !able || c.Address == "" {
		return channel.EntryPoint{}, nil, unknown
	}
	p, err := s.Points.ByAddress(ctx, c.Channel, c.Address)
	if errs.Is(errs.NotFound, err) || err == nil && p.Archived {
		return p, nil, unknown
	}
	return p, adapter, errs.Op(op, err)
}

// passing shows what is worth nothing a moment later and returns the rest.
func (s *Events) passing(ctx context.Context, p channel.EntryPoint, adapter channel.WebhookReceiver, arrived []channel.Arrival) []channel.Arrival {
	kept := make([]channel.Arrival, 0, len(arrived))
	for _, a := range arrived {
		if a.Kind != channel.KindTyping || a.Err != nil {
			kept = append(kept, a)
			continue
		}
		in, err := adapter.Read(p, a.Raw)
		if err != nil || s.Typing == nil {
			continue
		}
		if c, found, err := s.Threads.FindThread(ctx, s.DB, p.ID, in.Thread); err == nil && found {
			s.Typing.CustomerTyping(ctx, c, in.Sender.DisplayName, !in.Off)
		}
	}
	return kept
}

// store writes events with why they cannot be understood, if that is so.
func (s *Events) store(ctx context.Context, p channel.EntryPoint, arrived []channel.Arrival) ([]Taken, error) {
	var taken []Taken
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		fresh, err := storeEvents(ctx, tx, p, arrived)
		if err != nil {
			return err
		}
		taken = make([]Taken, len(arrived))
		for i, a := range arrived {
			taken[i] = Taken{EventID: a.ID, Duplicate: !fresh[i] && a.Err == nil, Err: a.Err}
		}
		tx.Wake(eventTopic)
		return nil
	})
	return taken, err
}

// storeEvents writes events in their order, several with one statement, and reports which of
// them are news. One that was refused and comes again, put right, takes the place of what it was.
func storeEvents(ctx context.Context, tx *db.Tx, p channel.EntryPoint, arrived []channel.Arrival) (fresh []bool, err error) {
	fresh = make([]bool, len(arrived))
	for from := 0; from < len(arrived); {
		to := from + differing(arrived[from:])
		if err := storeSome(ctx, tx, p, arrived[from:to], fresh[from:to]); err != nil {
			return nil, err
		}
		from = to
	}
	return fresh, nil
}

// differing returns how many events can be written with one statement: until one is told of twice, which is the same row.
func differing(arrived []channel.Arrival) int {
	n := min(len(arrived), maxEventRows)
	for i, a := range arrived[:n] {
		if a.ID != "" && slices.ContainsFunc(arrived[:i], func(b channel.Arrival) bool { return b.ID == a.ID }) {
			return i
		}
	}
	return n
}

func storeSome(ctx context.Context, tx *db.Tx, p channel.EntryPoint, arrived []channel.Arrival, fresh []bool) error {
	var (
		w    db.Where
		rows []string
	)
	at := strings.Join([]string{w.Arg(p.Tenant), w.Arg(p.ID), w.Arg(p.Brand), w.Arg(tx.Now())}, ", ")
	for _, a := range arrived {
		state, reason, detail, settled := Waiting, "", "", time.Time{}
		if a.Err != nil {
			state, reason, detail, settled = Refused, errs.CodeOf(a.Err), detailOf(a.Err), tx.Now()
		}
		raw := append([]byte{}, a.Raw[:min(len(a.Raw), maxEventRaw)]...)
		rows = append(rows, "("+at+", "+w.Row(id.New[id.ChannelEvent](), a.ID, string(a.Kind), a.Lane, raw, string(state), reason, detail, settled)[1:])
	}
	known, err := db.Many[string](ctx, tx, `INSERT INTO channel_event (tenant_id, entry_point_id, brand_id, received_at, id, event_id, kind, lane, raw, state, reason, detail, settled_at)
		VALUES `+strings.Join(rows, ", ")+`
		ON CONFLICT (tenant_id, entry_point_id, event_id) WHERE event_id <> '' DO UPDATE SET kind = excluded.kind, lane = excluded.lane, raw = excluded.raw,
			state = excluded.state, reason = excluded.reason, detail = excluded.detail, attempts = 0, settled_at = excluded.settled_at
		WHERE channel_event.state = 'refused' RETURNING event_id`, w.Args()...)
	for i, a := range arrived {
		fresh[i] = slices.Contains(known, a.ID)
	}
	return err
}

// detailOf names the fields that are wrong in what was refused, for its developer.
func detailOf(err error) string {
	told := errs.Told(err)
	if told == nil {
		return ""
	}
	var parts []string
	for _, f := range told.Fields {
		parts = append(parts, f.Path+": "+f.Code)
	}
	text := strings.Join(parts, ", ")
	return strings.ToValidUTF8(text[:min(len(text), maxDetail)], "")
}
