package routing

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// ConversationOf returns the conversation that an interaction is of. Whether the actor may read it is for the caller to ask.
func ConversationOf(ctx context.Context, q db.Queryer, key id.Interaction) (id.Conversation, error) {
	of, err := db.One[id.Conversation](ctx, q, `SELECT conversation_id FROM interaction WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
	return of, errs.Op("routing.ConversationOf", err)
}
