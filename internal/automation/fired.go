package automation

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// FiredKind is the kind of a message that a rule or a macro wanted sent.
const FiredKind = "rule.fired"

// firedData is what such a message says.
type firedData struct {
	Rule         string          `json:"rule"` // or the macro's agent
	Name         string          `json:"name"` // of the command, the same when it is sent again
	Brand        id.Brand        `json:"brand,omitzero"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Customer     id.Customer     `json:"customer,omitzero"`
	Case         id.Case         `json:"case,omitzero"`
}

// fired has a webhook told of what a rule or a macro is about.
func (s *Webhooks) fired(ctx context.Context, there seen, key id.Webhook, name string) error {
	const op = "automation.fired"
	who := actor.From(ctx)
	return s.db.Update(ctx, func(tx *db.Tx) error {
		w, err := db.One[Webhook](ctx, tx, `SELECT `+columns+` FROM webhook WHERE tenant_id = $1 AND id = $2`, who.Tenant, key)
		switch {
		case err != nil:
			return errs.Op(op, err)
		case w.State != Active:
			return errs.New(errs.Conflict, op, "webhook.not_active")
		case len(w.Brands) > 0 && !slices.Contains(w.Brands, there.brand()):
			return errs.New(errs.Conflict, op, "rule.webhook_brand")
		}
		data, err := json.Marshal(firedData{who.Name, name, there.brand(), there.conversation.ID, there.conversation.CustomerID, there.matter.ID})
		if err != nil {
			return errs.Op(op, err)
		}
		by := actorBody{Kind: string(who.Kind)}
		if who.User != 0 {
			by.ID = who.User.String()
		}
		body, err := json.Marshal(message{Type: FiredKind, Timestamp: tx.Now(), Actor: by, Data: data})
		if err != nil {
			return errs.Op(op, err)
		}
		tx.Wake(topic)
		_, err = db.Exec(ctx, tx, `INSERT INTO webhook_delivery (tenant_id, id, webhook_id, fact_id, kind, body, state, made_at, next_at)
			VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $7)`, who.Tenant, id.New[id.WebhookDelivery](), w.ID, FiredKind, string(body), Waiting, tx.Now())
		return errs.Op(op, err)
	})
}
