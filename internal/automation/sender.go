package automation

import (
	"context"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lanes"
)

// Limits of sending.
const (
	topic     = "webhook"       // wakes the sender after commits: something is to be sent again, a webhook changed
	atOnce    = 4               // calls of one webhook
	readAgain = 5 * time.Second // after a database error
	failsFor  = 5 * 24 * time.Hour
	wornOut   = 26 * time.Hour // after which a message that was not even tried is given up
)

// rest is how long a webhook is left alone after so many rounds in which nothing arrived.
func rest(rounds int) time.Duration {
	const longest = 5 * time.Minute
	return min(time.Second<<min(rounds, 10), longest)
}

type hookKey struct {
	tenant id.Tenant
	hook   id.Webhook
}

// sender has a lane for each webhook for which something waits.
type sender struct {
	svc   *Webhooks
	lanes *lanes.Lanes[hookKey]
}

func newSender(s *Webhooks) *sender {
	out := &sender{svc: s}
	out.lanes = lanes.New(out.send)
	return out
}

// run sends until ctx ends.
func (s *sender) run(ctx context.Context) error {
	woken, end := s.svc.db.Woken(topic)
	defer end()
	s.lanes.Run(ctx, woken, readAgain, s.wakeAll)
	return nil
}

// wakeAll wakes the lanes of all webhooks for which something waits.
func (s *sender) wakeAll(ctx context.Context) error {
	type count struct {
		TenantID  id.Tenant
		WebhookID id.Webhook
		N         int
	}
	all, err := db.Many[count](ctx, s.svc.db, `SELECT tenant_id, webhook_id, COUNT(*) AS n FROM webhook_delivery WHERE state = 'waiting'
		GROUP BY tenant_id, webhook_id`)
	for _, c := range all {
		s.lanes.Set(hookKey{c.TenantID, c.WebhookID}, func(int) int { return c.N })
	}
	if err != nil && ctx.Err() == nil {
		s.svc.log.Error("webhooks: look what waits", "err", err)
	}
	return err
}

// more says that one more delivery of a webhook was stored; a late one does not wait.
func (s *sender) more(key hookKey, late bool) {
	if !late {
		s.lanes.Set(key, func(was int) int { return was + 1 })
	}
}

// full reports whether too many wait for a webhook.
func (s *sender) full(key hookKey) bool { return s.lanes.Waiting(key) >= maxWaiting }

// send is a lane: it sends what is due, waits for what will be, and ends when nothing waits.
func (s *sender) send(ctx context.Context, l *lanes.Lane[hookKey]) {
	var rounds int // in which nothing arrived
	ctx = acting(ctx, l.Key)
	for ctx.Err() == nil {
		w, due, next, err := s.svc.due(ctx, l.Key)
		switch {
		case err != nil:
			s.svc.log.Error("webhooks: read what is due", "webhook", l.Key.hook, "err", err)
			lanes.Pause(ctx, nil, readAgain)
			continue
		case len(due) == 0 && next.IsZero():
			if l.Over() {
				return
			}
			continue
		case len(due) == 0:
			lanes.Pause(ctx, l.Woken(), time.Until(next))
			continue
		}
		arrived, done := s.svc.sendAll(ctx, w, due)
		l.Done(done)
		if rounds++; arrived > 0 {
			rounds = 0
		} else {
			lanes.Pause(ctx, nil, rest(rounds))
		}
	}
}

// due returns what a webhook is to be sent now, else when the next is due (zero: nothing waits).
func (s *Webhooks) due(ctx context.Context, key hookKey) (w Webhook, due []Delivery, next time.Time, err error) {
	w, err = db.One[Webhook](ctx, s.db, `SELECT `+columns+` FROM webhook WHERE tenant_id = $1 AND id = $2`, key.tenant, key.hook)
	if err != nil {
		return w, nil, next, err
	}
	if w.State != Active {
		return w, nil, next, s.giveUp(ctx, key, time.Now().Add(2*maxPause), "not sent: the webhook is not active")
	}
	waiting, err := db.Many[Delivery](ctx, s.db, `SELECT `+deliveryColumns+` FROM webhook_delivery
		WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'waiting' ORDER BY next_at, id LIMIT 32`, key.tenant, key.hook)
	if err != nil {
		return w, nil, next, err
	}
	if old := time.Now().Add(-wornOut); len(waiting) > 0 && waiting[0].NextAt.Before(old) {
		if err := s.giveUp(ctx, key, old, "not sent for a day: the webhook did not answer"); err != nil {
			return w, nil, next, err
		}
		return s.due(ctx, key)
	}
	for _, d := range waiting {
		if d.NextAt.After(time.Now()) {
			return w, due, d.NextAt, nil
		}
		due = append(due, d)
	}
	return w, due, next, nil
}

// giveUp fails what waits for a webhook and was due before a time.
func (s *Webhooks) giveUp(ctx context.Context, key hookKey, before time.Time, why string) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE webhook_delivery SET state = 'failed', answer = $4
			WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'waiting' AND next_at <= $3`, key.tenant, key.hook, before, why)
		return err
	})
}

// sendAll sends some deliveries, a few at once, and returns how many arrived and how many wait no more.
func (s *Webhooks) sendAll(ctx context.Context, w Webhook, due []Delivery) (arrived, done int) {
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		places = make(chan struct{}, atOnce)
	)
	for _, d := range due {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			r := s.call(ctx, w, d)
			if ctx.Err() != nil && !r.OK() {
				return // we end, and cut the call: who comes after sends it again
			}
			after := judge(d, r, time.Now())
			if err := s.keep(context.WithoutCancel(ctx), w, after, r); err != nil {
				s.log.Error("webhooks: keep what came of a delivery", "delivery", d.ID, "err", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if r.OK() {
				arrived++
			}
			if after.State != Waiting {
				done++
			}
		})
	}
	wg.Wait()
	return arrived, done
}

// judge says what becomes of a delivery after a call.
func judge(d Delivery, r result, now time.Time) Delivery {
	d.Attempts++
	d.Status, d.Answer, d.Took, d.TriedAt, d.NextAt = r.Status, r.said, r.took.Microseconds(), now, noTime
	switch {
	case r.OK():
		d.State = Delivered
	case r.Status == statusGone || d.Attempts > len(pauses):
		d.State = Failed
	default:
		d.State, d.NextAt = Waiting, now.Add(max(pauses[d.Attempts-1], min(r.RetryAfter, maxPause)))
	}
	return d
}

// keep writes what became of a delivery and what that says of its webhook.
func (s *Webhooks) keep(ctx context.Context, w Webhook, d Delivery, r result) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE webhook_delivery SET state = $3, attempts = $4, status = $5, answer = $6, took_us = $7, tried_at = $8, next_at = $9
			WHERE tenant_id = $1 AND id = $2`, w.TenantID, d.ID, d.State, d.Attempts, d.Status, d.Answer, d.Took, d.TriedAt, d.NextAt)
		if err != nil || r.OK() && w.FailingSince.IsZero() {
			return err
		}
		now, err := db.One[Webhook](ctx, tx, `SELECT `+columns+` FROM webhook WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), w.TenantID, w.ID)
		if err != nil {
			return err
		}
		before := now
		now.learn(r, tx.Now())
		if now.State == before.State {
			if now.FailingSince.Equal(before.FailingSince) {
				return nil
			}
			return save(ctx, tx, now)
		}
		if err := save(ctx, tx, now); err != nil {
			return err
		}
		return tell(ctx, tx, "webhook."+string(now.State), before, now)
	})
}

// learn says what the outcome of a call says of a webhook.
func (w *Webhook) learn(r result, now time.Time) {
	switch {
	case r.OK():
		w.FailingSince = noTime
	case w.State != Active:
	case r.Status == statusGone:
		w.State = Gone
	case w.FailingSince.IsZero():
		w.FailingSince = now
	case now.Sub(w.FailingSince) > failsFor:
		w.State = Failing
	}
}
