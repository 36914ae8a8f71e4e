package automation

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
)

// Limits of following.
const (
	maxWaiting = 50_000 // deliveries that wait for one webhook; more are failed at once
	rowsAtOnce = 32     // of one statement
	placeEvery = 2000   // facts of no interest after which the place is stored all the same
)

// noTime is a time that is not.
var noTime time.Time //nolint:gochecknoglobals // a constant that Go cannot express

// Run turns facts into deliveries and sends them, while this node holds the lease.
func (s *Webhooks) Run(ctx context.Context, held lease.Held) error {
	ctx, stop := context.WithCancel(ctx)
	f := &follower{svc: s, held: held, hooks: map[id.Tenant][]Webhook{}, sender: newSender(s)}
	if err := f.begin(ctx); err != nil {
		stop()
		return err
	}
	sent := make(chan error, 1)
	go func() { sent <- f.sender.run(ctx) }()
	err := s.db.FollowCalmly(ctx, "webhooks", f.pos, f.take)
	stop()
	return errors.Join(err, <-sent)
}

// follower turns facts into deliveries.
type follower struct {
	svc    *Webhooks
	held   lease.Held
	hooks  map[id.Tenant][]Webhook // the active ones
	sender *sender
	pos    int64 // up to which all facts were looked at
	stored int64 // of it in the table
}

// begin reads the webhooks, and where the one before has stopped.
func (f *follower) begin(ctx context.Context) error {
	all, err := db.Many[Webhook](ctx, f.svc.db, `SELECT `+columns+` FROM webhook WHERE state = 'active'`)
	if err != nil {
		return err
	}
	for _, w := range all {
		f.hooks[w.TenantID] = append(f.hooks[w.TenantID], w)
	}
	f.stored, err = db.One[int64](ctx, f.svc.db, `SELECT pos FROM webhook_place WHERE one = 1`)
	f.pos = f.stored
	return err
}

// row is a delivery to be stored.
type row struct {
	hook *Webhook
	fact fact.Record
	body string
	late bool // there are too many waiting
}

// take stores the deliveries of a batch of facts, with the place behind it.
func (f *follower) take(ctx context.Context, batch []fact.Record) error {
	var rows []row
	for _, r := range batch {
		if c, ok := r.Fact.(fact.ConfigurationChanged); ok && c.What == what {
			if err := f.reload(ctx, r.Tenant); err != nil {
				return err
			}
		}
		wanted, err := f.wanted(r)
		if err != nil {
			return err
		}
		rows = append(rows, wanted...)
	}
	last := batch[len(batch)-1].Pos
	if len(rows) == 0 && last-f.stored < placeEvery {
		f.pos = last
		return nil
	}
	err := f.svc.db.Update(ctx, func(tx *db.Tx) error {
		if err := lease.Check(ctx, tx, f.held); err != nil {
			return err
		}
		if err := store(ctx, tx, rows); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `UPDATE webhook_place SET pos = $1 WHERE one = 1`, last)
		return err
	})
	if err != nil {
		return err
	}
	f.pos, f.stored = last, last
	for _, r := range rows {
		f.sender.more(hookKey{r.hook.TenantID, r.hook.ID}, r.late)
	}
	return nil
}

// wanted returns the deliveries of a fact.
func (f *follower) wanted(r fact.Record) ([]row, error) {
	hooks := f.hooks[r.Tenant]
	if len(hooks) == 0 {
		return nil, nil
	}
	body, brand, err := bodyOf(r)
	if err != nil {
		return nil, err
	}
	var rows []row
	for i := range hooks {
		if w := &hooks[i]; w.wants(r, brand) {
			rows = append(rows, row{w, r, body, f.sender.full(hookKey{w.TenantID, w.ID})})
		}
	}
	return rows, nil
}

// reload reads a tenant's webhooks again. Rows that were gathered keep the ones they have.
func (f *follower) reload(ctx context.Context, tenant id.Tenant) (err error) {
	f.hooks[tenant], err = db.Many[Webhook](ctx, f.svc.db, `SELECT `+columns+` FROM webhook WHERE tenant_id = $1 AND state = 'active'`, tenant)
	return err
}

// store writes deliveries; what is there already was written before a restart.
func store(ctx context.Context, tx *db.Tx, rows []row) error {
	for from := 0; from < len(rows); from += rowsAtOnce {
		var (
			w      db.Where
			values []string
		)
		for _, r := range rows[from:min(from+rowsAtOnce, len(rows))] {
			state, answer := Waiting, ""
			if r.late {
				state, answer = Failed, "not sent: too many messages wait for this webhook"
			}
			values = append(values, w.Row(r.hook.TenantID, id.New[id.WebhookDelivery](), r.hook.ID, r.fact.ID, r.fact.Fact.Kind(), r.body, state, answer, tx.Now(), tx.Now()))
		}
		_, err := db.Exec(ctx, tx, `INSERT INTO webhook_delivery (tenant_id, id, webhook_id, fact_id, kind, body, state, answer, made_at, next_at) VALUES `+
			strings.Join(values, ", ")+` ON CONFLICT (tenant_id, webhook_id, fact_id) WHERE fact_id > 0 DO NOTHING`, w.Args()...)
		if err != nil {
			return err
		}
	}
	return nil
}

// acting is the system in the tenant of a webhook.
func acting(ctx context.Context, key hookKey) context.Context {
	return actor.With(ctx, actor.ForSystem(key.tenant))
}
