package automation

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// DeliveryState is how far a message to a webhook is.
type DeliveryState string

// States of a delivery.
const (
	Waiting   DeliveryState = "waiting"
	Delivered DeliveryState = "delivered"
	Failed    DeliveryState = "failed"
)

// Delivery is one message to a webhook.
type Delivery struct {
	ID        id.WebhookDelivery
	WebhookID id.Webhook
	Kind      string // of the fact, or TestKind
	Body      string // as it is sent
	State     DeliveryState
	Attempts  int
	Status    int    // of the last answer; 0: there was none
	Answer    string // how it began, or why there was none
	Took      int64  `db:"took_us"` // microseconds of the last attempt
	MadeAt    time.Time
	TriedAt   time.Time
	NextAt    time.Time // of the next attempt, while it waits
}

// TestKind is the kind of a message that a person asked for.
const TestKind = "webhook.test"

// keptFor is how long the log of what is done is kept.
const keptFor = 30 * 24 * time.Hour

const deliveryColumns = `id, webhook_id, kind, body, state, attempts, status, answer, took_us, made_at, tried_at, next_at`

// message is the body of a delivery.
type message struct {
	ID        id.Fact         `json:"id"`
	Type      string          `json:"type"`
	Timestamp time.Time       `json:"timestamp"`
	Position  int64           `json:"position"` // grows from fact to fact: what arrives out of order can be put in order
	Actor     actorBody       `json:"actor"`
	Data      json.RawMessage `json:"data"`
}

type actorBody struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
}

// bodyOf returns the message about a fact, and the brand that it is of.
func bodyOf(r fact.Record) (body string, brand id.Brand, err error) {
	data, err := fact.Encode(r.Fact)
	if err != nil {
		return "", 0, err
	}
	var of struct {
		Brand id.Brand `json:"brand"`
	}
	if err := json.Unmarshal(data, &of); err != nil {
		return "", 0, fmt.Errorf("automation: brand of %s: %w", r.Fact.Kind(), err)
	}
	m := message{ID: r.ID, Type: r.Fact.Kind(), Timestamp: r.At, Position: r.Pos, Actor: actorBody{Kind: string(r.By.Kind)}, Data: data}
	if r.By.ID != 0 {
		m.Actor.ID = id.User(r.By.ID).String()
	}
	text, err := json.Marshal(m)
	return string(text), of.Brand, err
}

// Deliveries returns those of a webhook, newest first, one more than limit if
// there are more; of all states if state is empty.
func (s *Webhooks) Deliveries(ctx context.Context, key id.Webhook, state DeliveryState, before id.WebhookDelivery, limit int) ([]Delivery, error) {
	const op = "automation.Deliveries"
	a, err := actor.Require(ctx, op, actor.WebhookEdit)
	if err != nil {
		return nil, err
	}
	if _, err := find(ctx, s.db, a, key, ""); err != nil {
		return nil, errs.Op(op, err)
	}
	w := &db.Where{}
	w.And("tenant_id = ? AND webhook_id = ?", a.Tenant, key)
	if state != "" {
		w.And("state = ?", state)
	}
	if before != 0 {
		w.And("id < ?", before)
	}
	found, err := db.Many[Delivery](ctx, s.db, `SELECT `+deliveryColumns+` FROM webhook_delivery`+w.SQL()+` ORDER BY id DESC LIMIT `+
		w.Arg(max(1, min(limit, maxPage))+1), w.Args()...)
	return found, errs.Op(op, err)
}

const maxPage = 100

// Replay sends a message again that was delivered or has failed, under the same webhook-id.
func (s *Webhooks) Replay(ctx context.Context, key id.WebhookDelivery) (Delivery, error) {
	const op = "automation.Replay"
	a, err := actor.Require(ctx, op, actor.WebhookEdit)
	if err != nil {
		return Delivery{}, err
	}
	var d Delivery
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		d, err = db.One[Delivery](ctx, tx, `SELECT `+deliveryColumns+` FROM webhook_delivery WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), a.Tenant, key)
		if err != nil {
			return err
		}
		w, err := callable(ctx, tx, op, a, d.WebhookID)
		if err != nil {
			return err
		}
		if d.State == Waiting {
			return nil
		}
		d.State, d.Attempts, d.NextAt = Waiting, 0, tx.Now()
		_, err = db.Exec(ctx, tx, `UPDATE webhook_delivery SET state = $3, attempts = 0, next_at = $4 WHERE tenant_id = $1 AND id = $2`,
			a.Tenant, key, d.State, d.NextAt)
		if err != nil {
			return err
		}
		return replayed(ctx, tx, w, 1)
	})
	return d, errs.Op(op, err)
}

// maxReplay bounds what is replayed at once.
const maxReplay = 10_000

// ReplayFailed sends again what a webhook has not got since a time, oldest first, and returns how many that are: maxReplay at most.
func (s *Webhooks) ReplayFailed(ctx context.Context, key id.Webhook, since time.Time) (int, error) {
	const op = "automation.ReplayFailed"
	a, err := actor.Require(ctx, op, actor.WebhookEdit)
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		w, err := callable(ctx, tx, op, a, key)
		if err != nil {
			return err
		}
		n, err = db.Exec(ctx, tx, `UPDATE webhook_delivery SET state = 'waiting', attempts = 0, next_at = $3 WHERE tenant_id = $1 AND id IN (
			SELECT id FROM webhook_delivery WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'failed' AND fact_id > 0 AND made_at >= $4
			ORDER BY id LIMIT $5)`, a.Tenant, key, tx.Now(), since, maxReplay)
		if err != nil || n == 0 {
			return err
		}
		return replayed(ctx, tx, w, n)
	})
	return int(n), errs.Op(op, err)
}

// callable returns a webhook to which something may be sent, or a Conflict.
func callable(ctx context.Context, tx *db.Tx, op string, a actor.Actor, key id.Webhook) (Webhook, error) {
	w, err := find(ctx, tx, a, key, "")
	if err == nil && w.State != Active {
		err = errs.New(errs.Conflict, op, "webhook.not_active")
	}
	return w, err
}

func replayed(ctx context.Context, tx *db.Tx, w Webhook, n int64) error {
	tx.Wake(topic)
	return audit.Write(ctx, tx, audit.Entry{
		Action: "webhook.replay", Subject: audit.Subject{Kind: what, ID: int64(w.ID), Name: w.Name}, After: map[string]int64{"deliveries": n},
	})
}

// Test calls a webhook now, whatever its state, and returns what came of it.
func (s *Webhooks) Test(ctx context.Context, key id.Webhook) (Delivery, error) {
	const op = "automation.TestWebhook"
	a, err := actor.Require(ctx, op, actor.WebhookEdit)
	if err != nil {
		return Delivery{}, err
	}
	w, err := find(ctx, s.db, a, key, "")
	if err != nil {
		return Delivery{}, errs.Op(op, err)
	}
	now := time.Now()
	body, err := json.Marshal(message{Type: TestKind, Timestamp: now.UTC(), Actor: actorBody{string(a.Kind), a.User.String()}, Data: json.RawMessage(`{}`)})
	if err != nil {
		return Delivery{}, errs.Op(op, err)
	}
	d := Delivery{ID: id.New[id.WebhookDelivery](), WebhookID: w.ID, Kind: TestKind, Body: string(body), State: Failed, Attempts: 1, MadeAt: now, TriedAt: now}
	r := s.call(ctx, w, d)
	d.Status, d.Answer, d.Took = r.Status, r.said, r.took.Microseconds()
	if r.OK() {
		d.State = Delivered
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO webhook_delivery (tenant_id, id, webhook_id, fact_id, kind, body, state, attempts, status, answer,
			took_us, made_at, tried_at) VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			a.Tenant, d.ID, d.WebhookID, d.Kind, d.Body, d.State, d.Attempts, d.Status, d.Answer, d.Took, d.MadeAt, d.TriedAt)
		return err
	})
	return d, errs.Op(op, err)
}

// Prune forgets what was done long ago.
func (s *Webhooks) Prune(ctx context.Context) error {
	const chunk = 5000
	for {
		var n int64
		err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = db.Exec(ctx, tx, `DELETE FROM webhook_delivery WHERE (tenant_id, id) IN (
				SELECT tenant_id, id FROM webhook_delivery WHERE state <> 'waiting' AND made_at < $1 LIMIT $2)`, tx.Now().Add(-keptFor), chunk)
			return err
		})
		if err != nil || n < chunk {
			return err
		}
	}
}

// shown is the beginning of an answer, fit to be stored and read.
func shown(text string) string {
	const most = 1000
	text = strings.ToValidUTF8(text, "�")
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' {
			return ' '
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}
