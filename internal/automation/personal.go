package automation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here: what receivers answered to messages about them, and the messages.
func Personal() []personal.Table {
	var all []personal.Table
	for _, of := range []personal.Thing{personal.Conversation, personal.Case, personal.Customer} {
		all = append(all, personal.Table{Name: "webhook_delivery", Class: personal.Logs, Of: of, Forget: forgetDeliveries})
	}
	return all
}

const factPage = 500

// forgetDeliveries empties the messages about a thing that were delivered or have failed. One that waits
// holds keys alone and is emptied of what was answered to an earlier attempt.
func forgetDeliveries(ctx context.Context, tx *db.Tx, thing int64) (changed int64, err error) {
	tenant, after := actor.From(ctx).Tenant, id.Fact(0)
	for {
		facts, err := db.FactsOf(ctx, tx, tenant, thing, after, factPage)
		if err != nil || len(facts) == 0 {
			return changed, err
		}
		keys := make([]id.Fact, len(facts))
		for i, f := range facts {
			keys[i] = f.ID
		}
		after = keys[len(keys)-1]
		w := &db.Where{}
		w.And("tenant_id = ?", tenant)
		db.In(w, "fact_id", keys)
		w.And("fact_id > 0")
		w.And("(answer <> '' OR body <> '{}' AND state <> 'waiting')")
		n, err := db.Exec(ctx, tx, `UPDATE webhook_delivery SET answer = '', body = CASE WHEN state = 'waiting' THEN body ELSE '{}' END`+w.SQL(), w.Args()...)
		if err != nil {
			return changed, err
		}
		changed += n
	}
}

// AgedDelivery is a message of the log that has grown old.
type AgedDelivery struct {
	ID     id.WebhookDelivery
	MadeAt time.Time
}

// Aged returns the next messages of the log that were made before a time, behind a time and a key, the oldest first. It asks for no permission.
func (s *Webhooks) Aged(ctx context.Context, q db.Queryer, before, at time.Time, after int64) ([]AgedDelivery, error) {
	return db.Many[AgedDelivery](ctx, q, `SELECT id, made_at FROM webhook_delivery WHERE tenant_id = $1 AND state <> 'waiting' AND made_at < $2 AND (made_at, id) > ($3, $4)
		ORDER BY made_at, id LIMIT 200`, actor.From(ctx).Tenant, before, at, after)
}

// Forget removes a message from the log.
func (s *Webhooks) Forget(ctx context.Context, tx *db.Tx, key int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `DELETE FROM webhook_delivery WHERE tenant_id = $1 AND id = $2 AND state <> 'waiting'`, actor.From(ctx).Tenant, key)
	return n == 1, err
}
