package intake

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Times of keeping.
const (
	keepEvents  = 30 * 24 * time.Hour
	keepRefused = 90 * 24 * time.Hour
	parkFor     = 3 * 24 * time.Hour // after which what an event is about will not come any more
	pruneBatch  = 1000
)

// What a parked event waits for.
func awaitsEntry(externalID string) string  { return "entry " + externalID }
func awaitsThread(c id.Conversation) string { return "thread " + c.String() }

// settled is what became of an event.
type settled struct {
	state        EventState
	reason       string
	detail       string
	awaits       string
	due          time.Time
	conversation id.Conversation
	entry        id.Entry
	brought      string // external id of the message that it was
	target       string // external id of the entry that a parked one waits for
}

// settle keeps what became of events, and has those applied that waited for what they brought. What
// a parked one waits for may have come while it was parked, and who told of that saw nobody waiting.
func (s *Events) settle(ctx context.Context, key laneKey, events []Event, became []settled) error {
	if err := s.keep(ctx, key, events, became); err != nil {
		return err
	}
	for _, b := range became {
		if b.state != Parked {
			continue
		}
		here, err := s.here(ctx, key.point, b)
		if err != nil {
			return err
		}
		if !here {
			continue
		}
		if err := s.DB.Update(ctx, func(tx *db.Tx) error { return unpark(ctx, tx, key, b.awaits) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Events) keep(ctx context.Context, key laneKey, events []Event, became []settled) error {
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		for i, e := range events {
			b := became[i]
			if b.state == "" { // cut off: it is applied again
				continue
			}
			done := time.Time{}
			if b.state != Waiting && b.state != Parked {
				done = tx.Now()
			}
			_, err := db.Exec(ctx, tx, `UPDATE channel_event SET state = $3, reason = $4, detail = $5, awaits = $6, due_at = $7, attempts = attempts + 1,
				conversation_id = $8, entry_id = $9, settled_at = $10 WHERE tenant_id = $1 AND id = $2`,
				key.tenant, e.ID, string(b.state), b.reason, b.detail, b.awaits, b.due, b.conversation, b.entry, done)
			if err != nil {
				return err
			}
			if b.brought == "" {
				continue
			}
			if err := unpark(ctx, tx, key, awaitsEntry(b.brought)); err != nil {
				return err
			}
		}
		return nil
	})
}

// here reports whether what a parked event waits for is there by now.
func (s *Events) here(ctx context.Context, point id.EntryPoint, b settled) (bool, error) {
	if b.target == "" { // an echo: it waits until nothing is on its way
		sending, err := s.Threads.InFlight(ctx, s.DB, b.conversation)
		return !sending, err
	}
	_, err := s.Threads.FindSent(ctx, s.DB, point, b.target)
	if errs.Is(errs.NotFound, err) {
		return false, nil
	}
	return err == nil, err
}

// unpark has events applied that wait for something.
func unpark(ctx context.Context, tx *db.Tx, key laneKey, awaits string) error {
	n, err := db.Exec(ctx, tx, `UPDATE channel_event SET state = 'waiting', awaits = '', due_at = 0
		WHERE tenant_id = $1 AND entry_point_id = $2 AND state = 'parked' AND awaits = $3`, key.tenant, key.point, awaits)
	if n > 0 {
		tx.Wake(eventTopic)
	}
	return err
}

// unparkFor has events applied that wait for an answer of ours.
func (s *Events) unparkFor(ctx context.Context, f fact.DeliveryMoved) error {
	tenant := actor.From(ctx).Tenant
	parked, err := db.One[int](ctx, s.DB, `SELECT CASE WHEN EXISTS (SELECT 1 FROM channel_event WHERE tenant_id = $1 AND state = 'parked') THEN 1 ELSE 0 END`, tenant)
	if err != nil || parked == 0 {
		return err
	}
	e, err := s.Threads.FindEntry(ctx, s.DB, f.Entry)
	if errs.Is(errs.NotFound, err) {
		return nil
	}
	if err != nil {
		return err
	}
	names, err := s.Threads.PartsOf(ctx, s.DB, e.ID)
	if err != nil {
		return err
	}
	if e.ExternalID != "" {
		names = append(names, e.ExternalID)
	}
	key := laneKey{tenant, e.EntryPointID}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		for _, name := range names {
			if err := unpark(ctx, tx, key, awaitsEntry(name)); err != nil {
				return err
			}
		}
		return unpark(ctx, tx, key, awaitsThread(f.Conversation))
	})
}

// unparkAll has all parked events of the installation looked at once more.
func (s *Events) unparkAll(ctx context.Context) error {
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE channel_event SET state = 'waiting', awaits = '', due_at = 0 WHERE state = 'parked'`)
		return err
	})
}

// Prune gives up on events that wait in vain, and forgets those long ago. It is work of the installation.
func (s *Events) Prune(ctx context.Context) error {
	const op = "intake.PruneEvents"
	now := time.Now()
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE channel_event SET state = 'refused', reason = 'event.target_unknown', detail = awaits, awaits = '', settled_at = $1
			WHERE state = 'parked' AND received_at < $2`, tx.Now(), now.Add(-parkFor))
		return err
	})
	if err == nil {
		err = s.pruneStray(ctx, now)
	}
	for err == nil {
		var n int64
		err = s.DB.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = db.Exec(ctx, tx, `DELETE FROM channel_event WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM channel_event
				WHERE received_at < $1 AND (state IN ('done', 'discarded') OR state = 'refused' AND received_at < $2) ORDER BY received_at LIMIT 1000)`,
				now.Add(-keepEvents), now.Add(-keepRefused))
			return err
		})
		if n < pruneBatch {
			break
		}
	}
	return errs.Op(op, err)
}
