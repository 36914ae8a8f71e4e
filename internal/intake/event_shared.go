package intake

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of what comes for accounts that nobody here has.
const (
	keepStray = 7 * 24 * time.Hour
	maxStray  = 20_000 // events of the installation
)

// SharedCame is a body that a provider has posted to one address for many entry points.
type SharedCame struct {
	Hook   channel.SharedReceiver
	Header http.Header
	Body   io.Reader
}

// SharedTaken is what became of a body.
type SharedTaken struct {
	Accepted   int
	Duplicates int
	Refused    int // they lie in the quarantine of their entry point
	Stray      int // of an account that nobody here has: whoever connects it within a week gets them
}

// ReceiveShared verifies what was posted and stores its events, each where it belongs and
// as it came. When it returns, they are durable, all or none. The provider hears of no fault
// in single events: it would send the good ones again.
func (s *Events) ReceiveShared(ctx context.Context, c SharedCame) (SharedTaken, error) {
	const op = "intake.ReceiveShared"
	body, err := io.ReadAll(c.Body)
	if err != nil {
		return SharedTaken{}, errs.E(errs.Invalid, op, err)
	}
	if err := c.Hook.Verify(c.Header, body); err != nil {
		return SharedTaken{}, errs.Op(op, err)
	}
	all, refusal := c.Hook.Split(body)
	if refusal != nil { // nothing says whose it is
		all = []channel.Addressed{{Arrival: channel.Arrival{ID: channel.NameOf(body), Raw: body, Err: refusal}}}
	}
	defer s.comesIn()()
	parts, err := s.sort(ctx, all)
	if err != nil {
		return SharedTaken{}, errs.Op(op, err)
	}
	taken, err := s.storeShared(ctx, parts)
	if err == nil {
		s.alert(ctx, parts)
		err = refusal
	}
	return taken, errs.Op(op, err)
}

// alert tells the operator of accounts that nobody here has: somebody has disconnected them on one side alone.
func (s *Events) alert(ctx context.Context, parts []*part) {
	for _, p := range parts {
		if first := p.arrived[0]; p.point.ID == 0 {
			s.Log.WarnContext(ctx, "channel events: nobody has the account", "channel", first.Channel, "address", first.Address, "events", len(p.arrived))
		}
	}
}

// part is what a body says of one account.
type part struct {
	point   channel.EntryPoint // zero: nobody's here
	arrived []channel.Addressed
}

// sort finds whose the events of a body are, in their order.
func (s *Events) sort(ctx context.Context, all []channel.Addressed) ([]*part, error) {
	var parts []*part
	known := map[place]*part{}
	for _, a := range all {
		at := place{a.Channel, a.Address}
		p := known[at]
		if p == nil {
			p = &part{}
			found, err := s.pointAt(ctx, a.Channel, a.Address)
			switch {
			case err == nil && !found.Archived:
				p.point = found
			case err != nil && !errs.Is(errs.NotFound, err):
				return nil, err
			}
			if p.point.ID != 0 && s.lanes.Waiting(laneKey{p.point.Tenant, p.point.ID}) >= maxWaiting {
				return nil, errs.New(errs.Exhausted, "intake.ReceiveShared", "hook.behind").With(errs.Values{"retry": retryWithin})
			}
			known[at] = p
			parts = append(parts, p)
		}
		if p.point.ID != 0 && !p.point.Active && a.Err == nil {
			a.Err = errs.New(errs.Conflict, "intake.ReceiveShared", "event.point_off")
		}
		p.arrived = append(p.arrived, a)
	}
	return parts, nil
}

// pointAt returns the entry point of an address, or one of those that have the address in common.
func (s *Events) pointAt(ctx context.Context, n channel.Name, address string) (channel.EntryPoint, error) {
	found, err := s.known.find(ctx, s.DB, s.Points, place{n, address})
	adapter, _ := s.Adapters.Adapter(n)
	if group, is := adapter.(channel.Grouping); is && errs.Is(errs.NotFound, err) {
		return group.InGroup(ctx, address)
	}
	return found, err
}

// storeShared writes everything that a body says in one transaction.
func (s *Events) storeShared(ctx context.Context, parts []*part) (SharedTaken, error) {
	var taken SharedTaken
	if len(parts) == 0 {
		return taken, nil
	}
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		taken = SharedTaken{}
		for _, p := range parts {
			store := storePart
			if p.point.ID == 0 {
				store = storeStrays
			}
			if err := store(actor.With(ctx, actor.ForSystem(p.point.Tenant)), tx, p, &taken); err != nil {
				return err
			}
		}
		tx.Wake(eventTopic)
		return nil
	})
	return taken, err
}

// storePart writes what there is for one entry point.
func storePart(ctx context.Context, tx *db.Tx, p *part, taken *SharedTaken) error {
	arrived := make([]channel.Arrival, len(p.arrived))
	for i, a := range p.arrived {
		arrived[i] = a.Arrival
	}
	fresh, err := storeEvents(ctx, tx, p.point, arrived)
	if err != nil {
		return err
	}
	for i, a := range arrived {
		switch {
		case a.Err != nil:
			taken.Refused++
		case fresh[i]:
			taken.Accepted++
		default:
			taken.Duplicates++
		}
	}
	return nil
}

// Take stores events of an entry point that were fetched, each once, whether it was posted before or not.
func (s *Events) Take(ctx context.Context, p channel.EntryPoint, arrived []channel.Arrival) (fresh int, err error) {
	taken, err := s.store(ctx, p, arrived)
	for _, t := range taken {
		if !t.Duplicate && t.Err == nil {
			fresh++
		}
	}
	return fresh, errs.Op("intake.TakeEvents", err)
}

// storeStrays keeps events of an account that nobody here has. When there are too many, the newest are not kept.
func storeStrays(ctx context.Context, tx *db.Tx, p *part, taken *SharedTaken) error {
	kept, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM stray_event`)
	if err != nil {
		return err
	}
	for _, a := range p.arrived[:max(0, min(len(p.arrived), maxStray-kept))] {
		reason := ""
		if a.Err != nil {
			reason = errs.CodeOf(a.Err)
		}
		raw := append([]byte{}, a.Raw[:min(len(a.Raw), maxEventRaw)]...)
		_, err := db.Exec(ctx, tx, `INSERT INTO stray_event (channel, address, event_id, kind, lane, raw, reason, received_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (channel, address, event_id) DO NOTHING`,
			string(a.Channel), a.Address, a.ID, string(a.Kind), a.Lane, raw, reason, tx.Now())
		if err != nil {
			return err
		}
	}
	taken.Stray += len(p.arrived)
	return nil
}

// stray is such an event.
type stray struct {
	EventID string
	Kind    string
	Lane    string
	Raw     []byte
	Reason  string
}

// Adopt gives the entry point of an account that was connected what came for it before. It
// is part of making the entry point.
func (s *Events) Adopt(ctx context.Context, tx *db.Tx, p channel.EntryPoint) error {
	const op = "intake.AdoptEvents"
	found, err := db.Many[stray](ctx, tx, `SELECT event_id, kind, lane, raw, reason FROM stray_event WHERE channel = $1 AND address = $2
		ORDER BY received_at, event_id LIMIT 20000`, string(p.Channel), p.Address)
	if err != nil || len(found) == 0 {
		return errs.Op(op, err)
	}
	arrived := make([]channel.Arrival, len(found))
	for i, e := range found {
		arrived[i] = channel.Arrival{ID: e.EventID, Kind: channel.Kind(e.Kind), Lane: e.Lane, Raw: e.Raw}
		if e.Reason != "" {
			arrived[i].Err = errs.New(errs.Invalid, op, e.Reason)
		}
	}
	if _, err := storeEvents(ctx, tx, p, arrived); err != nil {
		return errs.Op(op, err)
	}
	tx.Wake(eventTopic)
	_, err = db.Exec(ctx, tx, `DELETE FROM stray_event WHERE channel = $1 AND address = $2`, string(p.Channel), p.Address)
	return errs.Op(op, err)
}

// pruneStray forgets what nobody has asked for.
func (s *Events) pruneStray(ctx context.Context, now time.Time) error {
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `DELETE FROM stray_event WHERE received_at < $1`, now.Add(-keepStray))
		return err
	})
}
