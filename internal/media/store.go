package media

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

const columns = `id, conversation_id, entry_id, name, size, type, sha256, blob_key, preview_key, width, height,
	verdict, owner_kind, owner_id, created_at`

func (s *Service) insert(ctx context.Context, tx *db.Tx, f Attachment) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO attachment (tenant_id, `+columns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		actor.From(ctx).Tenant, f.ID, f.ConversationID, f.EntryID, f.Name, f.Size, f.Type, f.SHA256, f.BlobKey, f.PreviewKey,
		f.Width, f.Height, string(f.Verdict), f.OwnerKind, f.OwnerID, f.CreatedAt)
	return err
}

// take gives free files to a message: those of the actor, or any for our own work.
func (s *Service) take(ctx context.Context, tx *db.Tx, u Use) ([]Attachment, error) {
	a := actor.From(ctx)
	w := &db.Where{}
	set := `UPDATE attachment SET conversation_id = ` + w.Arg(u.Conversation) + `, entry_id = ` + w.Arg(u.Entry)
	w.And("tenant_id = ?", a.Tenant)
	w.And("conversation_id = 0")
	if by := fact.ByActor(a); by.Kind != actor.System {
		w.And("owner_kind = ?", string(by.Kind))
		w.And("owner_id = ?", by.ID)
	}
	db.In(w, "id", u.Files)
	return db.Many[Attachment](ctx, tx, set+w.SQL()+` RETURNING `+columns, w.Args()...)
}

func (s *Service) find(ctx context.Context, a actor.Actor, file id.Attachment) (Attachment, error) {
	return db.One[Attachment](ctx, s.db, `SELECT `+columns+` FROM attachment WHERE tenant_id = $1 AND id = $2`, a.Tenant, file)
}

// orphan is a file that no message has named.
type orphan struct {
	TenantID   id.Tenant
	ID         id.Attachment
	BlobKey    string
	PreviewKey string
}

// orphans returns files of all tenants that have waited too long: it is work of the installation.
func (s *Service) orphans(ctx context.Context, before int64) ([]orphan, error) {
	return db.Many[orphan](ctx, s.db, `SELECT tenant_id, id, blob_key, preview_key FROM attachment
		WHERE conversation_id = 0 AND created_at < $1 ORDER BY created_at LIMIT $2`, before, sweepBatch)
}

func (s *Service) remove(ctx context.Context, tx *db.Tx, o orphan) (bool, error) {
	n, err := db.Exec(ctx, tx, `DELETE FROM attachment WHERE tenant_id = $1 AND id = $2 AND conversation_id = 0`, o.TenantID, o.ID)
	return n == 1, err
}
