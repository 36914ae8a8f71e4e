package email

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here. The row of a mail stays, with the
// hash by which it is known: read again from its mailbox, it does not come back.
func Personal() []personal.Table {
	const ofConversation = `tenant_id = $1 AND conversation_id = $2`
	return []personal.Table{
		{
			Name: "mail", Class: personal.Mails, Of: personal.Conversation, Where: ofConversation + ` AND conversation_id <> 0`, Key: "id",
			Show: `id, conversation_id, entry_id, size, sender, received_at`, Empty: personal.Columns("blob_key", "sender"),
			Bytes: []personal.Bytes{{Column: "blob_key", Folder: "mails", Name: `CAST(id AS TEXT) || '.eml'`}},
		},
		{Name: "mail_name", Class: personal.Mails, Of: personal.Conversation, Where: ofConversation},
		{
			Name: "mail_party", Class: personal.Mails, Of: personal.Conversation, Where: ofConversation, Show: `conversation_id, address`,
		},
		{Name: "mail_party", Class: personal.Mails, Of: personal.Texts, Sweep: forgetParty},
		{Name: "mail_sink", Class: personal.Mails, Of: personal.Texts, Sweep: forgetSunk},
	}
}

// forgetParty takes a person's addresses out of the conversations of others.
func forgetParty(ctx context.Context, tx *db.Tx, texts []string, _ int64) (changed, next int64, err error) {
	for _, text := range texts {
		n, err := db.Exec(ctx, tx, `DELETE FROM mail_party WHERE tenant_id = $1 AND address = $2`, actor.From(ctx).Tenant, text)
		if err != nil {
			return changed, 0, err
		}
		changed += n
	}
	return changed, 0, nil
}

// forgetSunk removes what was sent to a person through a mailbox without servers.
func forgetSunk(ctx context.Context, tx *db.Tx, texts []string, after int64) (changed, next int64, err error) {
	return personal.Words{Table: "mail_sink", Text: "recipients"}.Sweep(ctx, tx, texts, after, func(key int64) error {
		_, err := db.Exec(ctx, tx, `DELETE FROM mail_sink WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
		return err
	})
}

// Aged is a mail as it came that has grown old.
type Aged struct {
	ID             int64
	EntryPointID   id.EntryPoint
	ConversationID id.Conversation
	BlobKey        string
	ReceivedAt     time.Time
}

// AgedMails returns the next mails with their bytes that came before a time, behind a time and a key, the oldest first.
// It asks for no permission.
func (s *Service) AgedMails(ctx context.Context, q db.Queryer, before, at time.Time, after int64) ([]Aged, error) {
	return db.Many[Aged](ctx, q, `SELECT id, entry_point_id, conversation_id, blob_key, received_at FROM mail
		WHERE tenant_id = $1 AND blob_key <> '' AND state <> 'stored' AND received_at < $2 AND (received_at, id) > ($3, $4)
		ORDER BY received_at, id LIMIT 200`, actor.From(ctx).Tenant, before, at, after)
}

// Forget takes the bytes of a mail away; what was read of them stays. The blob is the caller's to delete.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, mail int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `UPDATE mail SET blob_key = '' WHERE tenant_id = $1 AND id = $2 AND blob_key <> ''`, actor.From(ctx).Tenant, mail)
	return n == 1, err
}
