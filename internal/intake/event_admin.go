package intake

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// EventFilter narrows a list of events.
type EventFilter struct {
	Point  id.EntryPoint
	State  EventState // empty: all
	Before id.ChannelEvent
	Limit  int
}

// List returns events of an entry point that the actor may edit, newest first. What
// customers wrote is in them: it is shown to who may read names.
func (s *Events) List(ctx context.Context, f EventFilter) ([]Event, error) {
	const op = "intake.ListEvents"
	a, err := actor.Require(ctx, op, actor.EntryPointEdit)
	if err != nil {
		return nil, err
	}
	if _, err := s.Points.Get(ctx, f.Point); err != nil {
		return nil, errs.Op(op, err)
	}
	var w db.Where
	s.scope(&w, a)
	w.And("entry_point_id = ?", f.Point)
	if f.State != "" {
		w.And("state = ?", string(f.State))
	}
	if f.Before != 0 {
		w.And("id < ?", f.Before)
	}
	found, err := db.Many[Event](ctx, s.DB, `SELECT `+eventColumns+` FROM channel_event`+w.SQL()+` ORDER BY id DESC LIMIT `+w.Arg(f.Limit), w.Args()...)
	for i := range found {
		found[i].veil(a)
	}
	return found, errs.Op(op, err)
}

// scope limits events to those of a's brands.
func (s *Events) scope(w *db.Where, a actor.Actor) {
	w.And("tenant_id = ?", a.Tenant)
	if !a.Brands.All {
		db.In(w, "brand_id", a.Brands.Some)
	}
}

// veil hides what customers wrote from who may not read names.
func (e *Event) veil(a actor.Actor) {
	if a.Scope(actor.NamesRead) == actor.None {
		e.Raw = nil
	}
}

// Get returns an event.
func (s *Events) Get(ctx context.Context, key id.ChannelEvent) (Event, error) {
	const op = "intake.GetEvent"
	a, err := actor.Require(ctx, op, actor.EntryPointEdit)
	if err != nil {
		return Event{}, err
	}
	e, err := s.find(ctx, s.DB, a, key, "")
	e.veil(a)
	return e, errs.Op(op, err)
}

func (s *Events) find(ctx context.Context, q db.Queryer, a actor.Actor, key id.ChannelEvent, lock string) (Event, error) {
	var w db.Where
	s.scope(&w, a)
	w.And("id = ?", key)
	return db.One[Event](ctx, q, `SELECT `+eventColumns+` FROM channel_event`+w.SQL()+lock, w.Args()...)
}

// Replay has an event applied again that was refused, waits for what does not come,
// or was discarded.
func (s *Events) Replay(ctx context.Context, key id.ChannelEvent) (Event, error) {
	return s.decide(ctx, "intake.ReplayEvent", "channel_event.replay", key, func(tx *db.Tx, e *Event) error {
		if e.State == Done || e.State == Waiting {
			return errs.New(errs.Conflict, "intake.ReplayEvent", "event.settled")
		}
		e.State, e.Reason, e.Detail, e.Awaits, e.Attempts, e.DueAt, e.SettledAt = Waiting, "", "", "", 0, time.Time{}, time.Time{}
		if e.Kind == "" { // it was not even taken apart
			return s.again(ctx, tx, e)
		}
		return nil
	})
}

// again takes a body apart that could not be.
func (s *Events) again(ctx context.Context, tx *db.Tx, e *Event) error {
	const op = "intake.ReplayEvent"
	p, err := s.Points.Lookup(ctx, tx, e.TenantID, e.EntryPointID)
	if err != nil {
		return err
	}
	known, _ := s.Adapters.Adapter(p.Channel)
	adapter, able := known.(channel.WebhookReceiver)
	if !able {
		return errs.New(errs.Conflict, op, "channel.unknown")
	}
	arrived, err := adapter.Split(p, e.Raw)
	if err != nil {
		return errs.New(errs.Conflict, op, "event.still_refused")
	}
	e.State, e.SettledAt = Discarded, tx.Now()
	for _, a := range arrived {
		if a.Err != nil {
			return errs.New(errs.Conflict, op, "event.still_refused")
		}
		if a.ID == e.EventID {
			e.State, e.SettledAt, e.Kind = Waiting, time.Time{}, string(a.Kind)
			continue
		}
		if _, err := storeEvents(ctx, tx, p, []channel.Arrival{a}); err != nil {
			return err
		}
	}
	return nil
}

// Discard says that an event that was refused needs nothing more.
func (s *Events) Discard(ctx context.Context, key id.ChannelEvent) (Event, error) {
	return s.decide(ctx, "intake.DiscardEvent", "channel_event.discard", key, func(tx *db.Tx, e *Event) error {
		if e.State != Refused && e.State != Parked {
			return errs.New(errs.Conflict, "intake.DiscardEvent", "event.settled")
		}
		e.State, e.Awaits, e.SettledAt = Discarded, "", tx.Now()
		return nil
	})
}

// decide does to an event what an administrator says.
func (s *Events) decide(ctx context.Context, op, action string, key id.ChannelEvent, fn func(*db.Tx, *Event) error) (Event, error) {
	a, err := actor.Require(ctx, op, actor.EntryPointEdit)
	if err != nil {
		return Event{}, err
	}
	var e Event
	err = s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		if e, err = s.find(ctx, tx, a, key, tx.ForUpdate()); err != nil {
			return err
		}
		before := e.State
		if err := fn(tx, &e); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE channel_event SET state = $3, reason = $4, detail = $5, awaits = $6, attempts = $7, due_at = $8, settled_at = $9, kind = $10
			WHERE tenant_id = $1 AND id = $2`, a.Tenant, e.ID, string(e.State), e.Reason, e.Detail, e.Awaits, e.Attempts, e.DueAt, e.SettledAt, e.Kind)
		if err != nil {
			return err
		}
		tx.Wake(eventTopic)
		return audit.Changed(ctx, tx, audit.Entry{
			Action: action, Subject: audit.Subject{Kind: "channel_event", ID: int64(e.ID)}, Brand: e.BrandID,
			Before: map[string]any{"state": before}, After: map[string]any{"state": e.State},
		})
	})
	e.veil(a)
	return e, errs.Op(op, err)
}
