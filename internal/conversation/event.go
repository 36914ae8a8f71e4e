package conversation

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// FindThread returns the conversation that a channel knows as key, and whether there is one. It asks for no permission.
func (s *Service) FindThread(ctx context.Context, q db.Queryer, point id.EntryPoint, key string) (Conversation, bool, error) {
	c, found, err := db.Find[Conversation](ctx, q, `SELECT `+Columns+` FROM conversation
		WHERE tenant_id = $1 AND entry_point_id = $2 AND external_key = $3 AND external_key <> ''`, actor.From(ctx).Tenant, point, key)
	return c, found, errs.Op("conversation.FindThread", err)
}

// Superseded reports whether an entry was edited by somebody at a later time than at: channels tell in any order.
func (s *Service) Superseded(ctx context.Context, q db.Queryer, e Entry, at time.Time) (bool, error) {
	n, err := db.One[int](ctx, q, `SELECT COUNT(*) FROM entry WHERE tenant_id = $1 AND conversation_id = $2 AND seq > $3
		AND target_id = $4 AND kind = $5 AND occurred_at > $6`, actor.From(ctx).Tenant, e.ConversationID, e.Seq, e.ID, string(Edit), at)
	return n > 0, errs.Op("conversation.Superseded", err)
}

// LastHeard returns the newest message of the customer in a conversation, and whether there is one.
func (s *Service) LastHeard(ctx context.Context, q db.Queryer, conversation id.Conversation) (Entry, bool, error) {
	e, found, err := db.Find[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry
		WHERE tenant_id = $1 AND conversation_id = $2 AND author = $3 AND kind = $4 ORDER BY seq DESC LIMIT 1`,
		actor.From(ctx).Tenant, conversation, string(ByCustomer), string(Message))
	return e, found, errs.Op("conversation.LastHeard", err)
}

// InFlight reports whether an answer to a conversation is being sent: its name at the channel is not known yet.
func (s *Service) InFlight(ctx context.Context, q db.Queryer, conversation id.Conversation) (bool, error) {
	n, err := db.One[int](ctx, q, `SELECT COUNT(*) FROM entry WHERE tenant_id = $1 AND conversation_id = $2 AND delivery_state = $3 AND kind = 'message'`,
		actor.From(ctx).Tenant, conversation, string(Sending))
	return n > 0, errs.Op("conversation.InFlight", err)
}

// Unconfirmed returns the answer to a conversation with that text of which nobody
// knows whether it was sent, and whether there is one.
func (s *Service) Unconfirmed(ctx context.Context, q db.Queryer, conversation id.Conversation, text string) (Entry, bool, error) {
	e, found, err := db.Find[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry
		WHERE tenant_id = $1 AND conversation_id = $2 AND delivery_state = $3 AND body = $4 AND external_id = '' AND kind = 'message' ORDER BY seq LIMIT 1`,
		actor.From(ctx).Tenant, conversation, string(Ambiguous), text)
	return e, found, errs.Op("conversation.Unconfirmed", err)
}

// Announced returns the conversation that begins with what we said under a post itself, while it
// is being sent or, with that text, nobody knows whether it was; and whether there is one.
func (s *Service) Announced(ctx context.Context, q db.Queryer, post id.Post, text string) (Conversation, bool, error) {
	c, found, err := db.Find[Conversation](ctx, q, `SELECT `+Columns+` FROM conversation
		WHERE tenant_id = $1 AND post_id = $2 AND post_id <> 0 AND contact_point_id = 0 AND EXISTS (SELECT 1 FROM entry e
			WHERE e.tenant_id = conversation.tenant_id AND e.conversation_id = conversation.id AND e.kind = 'message' AND e.external_id = ''
			AND (e.delivery_state = $3 OR e.delivery_state = $4 AND e.body = $5))
		ORDER BY id LIMIT 1`, actor.From(ctx).Tenant, post, string(Sending), string(Ambiguous), text)
	return c, found, errs.Op("conversation.Announced", err)
}
