package intake

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here.
func Personal() []personal.Table {
	return []personal.Table{
		{Name: "quarantine", Class: personal.Logs, Of: personal.Texts, Sweep: forgetQuarantined},
		{Name: "channel_event", Class: personal.Logs, Of: personal.Conversation, Where: `tenant_id = $1 AND conversation_id = $2 AND LENGTH(raw) > 0`, Forget: forgetEvents},
		{Name: "channel_event", Class: personal.Logs, Of: personal.Texts, Sweep: forgetUnread},
	}
}

// forgetEvents empties the events of a conversation. Their names stay: what a channel tells again does not come back.
func forgetEvents(ctx context.Context, tx *db.Tx, conversation int64) (int64, error) {
	return db.Exec(ctx, tx, `UPDATE channel_event SET raw = $3, detail = '' WHERE tenant_id = $1 AND conversation_id = $2 AND LENGTH(raw) > 0`,
		actor.From(ctx).Tenant, conversation, []byte{})
}

// forgetUnread removes events that became no part of a conversation and name a person.
func forgetUnread(ctx context.Context, tx *db.Tx, texts []string, after int64) (changed, next int64, err error) {
	return personal.Words{Table: "channel_event", Text: "raw", Narrow: "conversation_id = 0"}.Sweep(ctx, tx, texts, after, func(key int64) error {
		_, err := db.Exec(ctx, tx, `DELETE FROM channel_event WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
		return err
	})
}

// forgetQuarantined removes what was not understood and names a person.
func forgetQuarantined(ctx context.Context, tx *db.Tx, texts []string, after int64) (changed, next int64, err error) {
	return personal.Words{Table: "quarantine", Text: "raw"}.Sweep(ctx, tx, texts, after, func(key int64) error {
		_, err := db.Exec(ctx, tx, `DELETE FROM quarantine WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
		return err
	})
}

// AgedQuarantine is something that has lain in quarantine for long.
type AgedQuarantine struct {
	ID           int64
	EntryPointID id.EntryPoint
	At           time.Time
}

// Aged returns the next that came before a time, behind a time and a key, the oldest first. It asks for no permission.
func (s *Service) Aged(ctx context.Context, q db.Queryer, before, at time.Time, after int64) ([]AgedQuarantine, error) {
	return db.Many[AgedQuarantine](ctx, q, `SELECT id, entry_point_id, at FROM quarantine WHERE tenant_id = $1 AND at < $2 AND (at, id) > ($3, $4) ORDER BY at, id LIMIT 200`,
		actor.From(ctx).Tenant, before, at, after)
}

// Forget removes something from the quarantine.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, key int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `DELETE FROM quarantine WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
	return n == 1, err
}
