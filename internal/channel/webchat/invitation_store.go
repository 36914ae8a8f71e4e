package webchat

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

const invitationColumns = `tenant_id, id, token_hash, brand_id, entry_point_id, conversation_id, customer_id, case_id, user_id, visitor_id, chat_id,
	created_at, expires_at, withdrawn_at`

func insertInvitation(ctx context.Context, tx *db.Tx, i *invitation) error {
	return db.Write(ctx, tx, `INSERT INTO webchat_invitation (`+invitationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		i.TenantID, i.ID, i.TokenHash, i.BrandID, i.EntryPointID, i.ConversationID, i.CustomerID, i.CaseID, i.UserID, i.VisitorID, i.ChatID,
		i.CreatedAt, i.ExpiresAt, i.WithdrawnAt)
}

// saveInvitation writes what can change of i, which is locked.
func saveInvitation(ctx context.Context, tx *db.Tx, i *invitation) error {
	return db.Write(ctx, tx, `UPDATE webchat_invitation SET visitor_id = $3, chat_id = $4, withdrawn_at = $5 WHERE tenant_id = $1 AND id = $2`,
		i.TenantID, i.ID, i.VisitorID, i.ChatID, i.WithdrawnAt)
}

// invitationByToken asks across tenants, as findToken: the token says whose it is.
func invitationByToken(ctx context.Context, tx *db.Tx, hash string) (invitation, bool, error) {
	return db.Find[invitation](ctx, tx, `SELECT `+invitationColumns+` FROM webchat_invitation WHERE token_hash = $1`+tx.ForUpdate(), hash)
}

// findInvitation returns an invitation of the actor's tenant.
func findInvitation(ctx context.Context, q db.Queryer, key id.ChatInvitation, lock string) (invitation, bool, error) {
	return db.Find[invitation](ctx, q, `SELECT `+invitationColumns+` FROM webchat_invitation WHERE tenant_id = $1 AND id = $2`+lock,
		actor.From(ctx).Tenant, key)
}

// invitationsOf returns the newest invitations of a conversation, the newest first.
func invitationsOf(ctx context.Context, q db.Queryer, key id.Conversation) ([]invitation, error) {
	return db.Many[invitation](ctx, q, `SELECT `+invitationColumns+` FROM webchat_invitation WHERE tenant_id = $1 AND conversation_id = $2
		ORDER BY id DESC LIMIT $3`, actor.From(ctx).Tenant, key, invitationsShown)
}

// holdingInvitations counts those of a conversation by which a chat can be begun.
func holdingInvitations(ctx context.Context, q db.Queryer, key id.Conversation, now time.Time) (int, error) {
	return db.One[int](ctx, q, `SELECT COUNT(*) FROM webchat_invitation WHERE tenant_id = $1 AND conversation_id = $2
		AND chat_id = 0 AND withdrawn_at = 0 AND expires_at > $3`, actor.From(ctx).Tenant, key, now)
}

// hostOfChat returns who has invited to a chat; 0 for nobody.
func hostOfChat(ctx context.Context, q db.Queryer, chat id.Conversation) (id.User, error) {
	user, _, err := db.Find[id.User](ctx, q, `SELECT user_id FROM webchat_invitation WHERE tenant_id = $1 AND chat_id = $2 AND chat_id <> 0`,
		actor.From(ctx).Tenant, chat)
	return user, err
}

// sweepInvitations forgets invitations of which nobody needs to be told any more. It is work of the installation.
func sweepInvitations(ctx context.Context, tx *db.Tx, limit int) (int64, error) {
	return db.Exec(ctx, tx, `DELETE FROM webchat_invitation WHERE (tenant_id, id) IN
		(SELECT tenant_id, id FROM webchat_invitation WHERE expires_at <= $1 LIMIT $2)`, tx.Now().Add(-invitationKept), limit)
}
