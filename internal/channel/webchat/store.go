package webchat

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

const (
	visitorColumns = `tenant_id, id, entry_point_id, brand_id, contact_point_id, subject, name, email, phone, language,
		consent_version, consent_at, pages, created_at, seen_at, invitation_id`
	chatColumns = `conversation_id, visitor_id, entry_point_id, brand_id, cid, language, offline, kept, ended, times,
		mailed_seq, mail_round, seen_at, created_at`
)

// tokenRow is what is kept of a token.
type tokenRow struct {
	TenantID  id.Tenant
	VisitorID int64
	Signed    string // mark of the secret by which the brand said who it is; empty: anonymous
	ExpiresAt time.Time
}

// findToken is the one place that asks across tenants: the token says whose it is.
func findToken(ctx context.Context, q db.Queryer, hash string) (tokenRow, bool, error) {
	return db.Find[tokenRow](ctx, q, `SELECT tenant_id, visitor_id, signed, expires_at FROM webchat_token WHERE token_hash = $1`, hash)
}

func insertToken(ctx context.Context, tx *db.Tx, v *visitor, hash, signed string) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO webchat_token (token_hash, tenant_id, visitor_id, signed, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		hash, v.TenantID, v.ID, signed, tx.Now(), tx.Now().Add(v.tokenLife()))
	return err
}

func deleteToken(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM webchat_token WHERE token_hash = $1`, hash)
	return err
}

// deleteOtherTokens ends all tokens of a visitor but one, and returns what was kept of them.
func deleteOtherTokens(ctx context.Context, tx *db.Tx, v *visitor, but string) ([]string, error) {
	return db.Many[string](ctx, tx, `DELETE FROM webchat_token WHERE tenant_id = $1 AND visitor_id = $2 AND token_hash <> $3 RETURNING token_hash`,
		v.TenantID, v.ID, but)
}

func renewToken(ctx context.Context, tx *db.Tx, v *visitor, hash, signed string) error {
	_, err := db.Exec(ctx, tx, `UPDATE webchat_token SET expires_at = $2, signed = $3 WHERE token_hash = $1`, hash, tx.Now().Add(v.tokenLife()), signed)
	return err
}

func findVisitor(ctx context.Context, q db.Queryer, tenant id.Tenant, key int64, lock string) (visitor, error) {
	return db.One[visitor](ctx, q, `SELECT `+visitorColumns+` FROM webchat_visitor WHERE tenant_id = $1 AND id = $2`+lock, tenant, key)
}

func findSubject(ctx context.Context, tx *db.Tx, tenant id.Tenant, point id.EntryPoint, subject string) (visitor, bool, error) {
	return db.Find[visitor](ctx, tx, `SELECT `+visitorColumns+` FROM webchat_visitor
		WHERE tenant_id = $1 AND entry_point_id = $2 AND subject = $3 AND subject <> ''`+tx.ForUpdate(), tenant, point, subject)
}

func insertVisitor(ctx context.Context, tx *db.Tx, v *visitor) (bool, error) {
	n, err := db.Exec(ctx, tx, `INSERT INTO webchat_visitor (`+visitorColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (tenant_id, entry_point_id, subject) WHERE subject <> '' DO NOTHING`,
		v.TenantID, v.ID, v.EntryPointID, v.BrandID, v.ContactPointID, v.Subject, v.Name, v.Email, v.Phone, v.Language,
		v.ConsentVersion, v.ConsentAt, db.JSON(v.Pages), v.CreatedAt, v.SeenAt, v.InvitationID)
	return n == 1, err
}

// saveVisitor writes what can change of v, which is locked.
func saveVisitor(ctx context.Context, tx *db.Tx, v *visitor) error {
	v.SeenAt = tx.Now()
	err := db.Write(ctx, tx, `UPDATE webchat_visitor SET contact_point_id = $3, subject = $4, name = $5, email = $6, phone = $7, language = $8,
		consent_version = $9, consent_at = $10, pages = $11, seen_at = $12, invitation_id = $13 WHERE tenant_id = $1 AND id = $2`,
		v.TenantID, v.ID, v.ContactPointID, v.Subject, v.Name, v.Email, v.Phone, v.Language,
		v.ConsentVersion, v.ConsentAt, db.JSON(v.Pages), v.SeenAt, v.InvitationID)
	return err
}

func insertChat(ctx context.Context, tx *db.Tx, c chat) error {
	err := db.Write(ctx, tx, `INSERT INTO webchat_chat (tenant_id, `+chatColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		actor.From(ctx).Tenant, c.ConversationID, c.VisitorID, c.EntryPointID, c.BrandID, c.CID, c.Language, c.Offline, c.Kept,
		string(c.Ended), c.Times, c.MailedSeq, c.MailRound, c.SeenAt, c.CreatedAt)
	return err
}

// findChat returns the chat of a conversation of the actor's tenant.
func findChat(ctx context.Context, q db.Queryer, conversation id.Conversation, lock string) (chat, bool, error) {
	return db.Find[chat](ctx, q, `SELECT `+chatColumns+` FROM webchat_chat WHERE tenant_id = $1 AND conversation_id = $2`+lock,
		actor.From(ctx).Tenant, conversation)
}

// ownChat returns a chat of a visitor. Another's does not exist.
func ownChat(ctx context.Context, q db.Queryer, v *visitor, conversation id.Conversation, lock string) (chat, error) {
	c, found, err := findChat(ctx, q, conversation, lock)
	if err == nil && (!found || c.VisitorID != v.ID) {
		err = errs.New(errs.NotFound, "webchat.ownChat", CodeNoConversation)
	}
	return c, err
}

func chatByCID(ctx context.Context, q db.Queryer, v *visitor, cid string) (chat, bool, error) {
	return db.Find[chat](ctx, q, `SELECT `+chatColumns+` FROM webchat_chat WHERE tenant_id = $1 AND visitor_id = $2 AND cid = $3`,
		v.TenantID, v.ID, cid)
}

// offlineChat returns the chat that a message for later opened.
func offlineChat(ctx context.Context, q db.Queryer, point id.EntryPoint, cid string) (chat, bool, error) {
	return db.Find[chat](ctx, q, `SELECT `+chatColumns+` FROM webchat_chat WHERE tenant_id = $1 AND entry_point_id = $2 AND cid = $3 AND offline`,
		actor.From(ctx).Tenant, point, cid)
}

// chatsOf returns the newest chats of a visitor, the newest first.
func chatsOf(ctx context.Context, q db.Queryer, v *visitor, limit int) ([]chat, error) {
	return db.Many[chat](ctx, q, `SELECT `+chatColumns+` FROM webchat_chat WHERE tenant_id = $1 AND visitor_id = $2
		ORDER BY conversation_id DESC LIMIT $3`, v.TenantID, v.ID, limit)
}

func endChat(ctx context.Context, tx *db.Tx, conversation id.Conversation, how ended) error {
	err := db.Write(ctx, tx, `UPDATE webchat_chat SET ended = $3 WHERE tenant_id = $1 AND conversation_id = $2`,
		actor.From(ctx).Tenant, conversation, string(how))
	return err
}

// keepChat notes that a chat waits while nobody works: it is answered, whoever is there by then.
func keepChat(ctx context.Context, tx *db.Tx, conversation id.Conversation) error {
	err := db.Write(ctx, tx, `UPDATE webchat_chat SET kept = TRUE WHERE tenant_id = $1 AND conversation_id = $2`,
		actor.From(ctx).Tenant, conversation)
	return err
}

// reopenChat lets a visitor who was gone go on; it returns how often the chat was begun, and false if others were quicker.
func reopenChat(ctx context.Context, tx *db.Tx, conversation id.Conversation) (int64, bool, error) {
	return db.Find[int64](ctx, tx, `UPDATE webchat_chat SET ended = '', times = times + 1, seen_at = $3
		WHERE tenant_id = $1 AND conversation_id = $2 AND ended = 'gone' RETURNING times`,
		actor.From(ctx).Tenant, conversation, tx.Now())
}

// settleMail notes that our answers until now are settled, those up to mailed by having gone by e-mail.
func settleMail(ctx context.Context, tx *db.Tx, conversation id.Conversation, mailed int64) error {
	return db.Write(ctx, tx, `UPDATE webchat_chat SET mailed_seq = $3, mail_round = mail_round + 1 WHERE tenant_id = $1 AND conversation_id = $2`,
		actor.From(ctx).Tenant, conversation, mailed)
}

// touchChats notes that the visitors of conversations are there.
func touchChats(ctx context.Context, tx *db.Tx, tenant id.Tenant, conversations []id.Conversation) error {
	w := &db.Where{}
	set := `UPDATE webchat_chat SET seen_at = ` + w.Arg(tx.Now())
	w.And("tenant_id = ?", tenant)
	db.In(w, "conversation_id", conversations)
	_, err := db.Exec(ctx, tx, set+w.SQL(), w.Args()...)
	return err
}

// sealedKey returns the sealed key of a tenant for addresses of files, and whether there is one.
func sealedKey(ctx context.Context, q db.Queryer, tenant id.Tenant) (string, bool, error) {
	return db.Find[string](ctx, q, `SELECT secret FROM webchat_key WHERE tenant_id = $1`, tenant)
}

// keepKey stores the sealed key of a tenant, unless another was faster, and returns the one that is kept.
func keepKey(ctx context.Context, d *db.DB, tenant id.Tenant, sealed string) (kept string, err error) {
	err = d.Update(ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `INSERT INTO webchat_key (tenant_id, secret) VALUES ($1, $2) ON CONFLICT (tenant_id) DO NOTHING`, tenant, sealed); err != nil {
			return err
		}
		kept, _, err = sealedKey(ctx, tx, tenant)
		return err
	})
	return kept, err
}

// sweep forgets tokens that have ended and visitors who said nothing for long. It is work of the installation.
func sweep(ctx context.Context, tx *db.Tx, limit int) (int64, error) {
	tokens, err := db.Exec(ctx, tx, `DELETE FROM webchat_token WHERE token_hash IN
		(SELECT token_hash FROM webchat_token WHERE expires_at <= $1 LIMIT $2)`, tx.Now(), limit)
	if err != nil {
		return 0, err
	}
	before := tx.Now().Add(-silentFor)
	silent, err := db.Many[struct {
		TenantID id.Tenant
		ID       int64
	}](ctx, tx, `DELETE FROM webchat_visitor WHERE contact_point_id = 0 AND seen_at <= $1 AND (tenant_id, id) IN
		(SELECT tenant_id, id FROM webchat_visitor WHERE contact_point_id = 0 AND seen_at <= $2 LIMIT $3) RETURNING tenant_id, id`,
		before, before, limit)
	if err != nil {
		return 0, err
	}
	for _, v := range silent {
		if _, err := db.Exec(ctx, tx, `DELETE FROM webchat_token WHERE tenant_id = $1 AND visitor_id = $2`, v.TenantID, v.ID); err != nil {
			return 0, err
		}
	}
	old, err := sweepInvitations(ctx, tx, limit)
	return tokens + int64(len(silent)) + old, err
}
