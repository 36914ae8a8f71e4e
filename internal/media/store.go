package media

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

const columns = `id, conversation_id, article_id, post_id, entry_id, name, size, type, sha256, blob_key, preview_key, width, height,
	verdict, owner_kind, owner_id, entry_point_id, created_at`

// unnamed is the condition of files that nothing names.
const unnamed = "conversation_id = 0 AND article_id = 0 AND post_id = 0"

// arrivedWithin is the time in which what arrives at an entry point is counted.
const arrivedWithin = 24 * time.Hour

func (s *Service) insert(ctx context.Context, tx *db.Tx, f Attachment) error {
	err := db.Write(ctx, tx, `INSERT INTO attachment (tenant_id, `+columns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		actor.From(ctx).Tenant, f.ID, f.ConversationID, f.ArticleID, f.PostID, f.EntryID, f.Name, f.Size, f.Type, f.SHA256, f.BlobKey, f.PreviewKey,
		f.Width, f.Height, string(f.Verdict), f.OwnerKind, f.OwnerID, f.EntryPointID, f.CreatedAt)
	return err
}

// markStored says that the bytes of a file are there.
func (s *Service) markStored(ctx context.Context, tx *db.Tx, file id.Attachment) error {
	return db.Guard(ctx, tx, errs.New(errs.Conflict, "media.markStored", "attachment.gone"),
		`UPDATE attachment SET stored = TRUE WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, file)
}

// sumUnsent returns the bytes of f's owner that no message has named.
func (s *Service) sumUnsent(ctx context.Context, tx *db.Tx, f Attachment) (int64, error) {
	return db.One[int64](ctx, tx, `SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM attachment
		WHERE tenant_id = $1 AND owner_kind = $2 AND owner_id = $3 AND `+unnamed, actor.From(ctx).Tenant, f.OwnerKind, f.OwnerID)
}

// sumArrived returns the bytes that have arrived lately at f's entry point.
func (s *Service) sumArrived(ctx context.Context, tx *db.Tx, f Attachment) (int64, error) {
	return db.One[int64](ctx, tx, `SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM attachment
		WHERE tenant_id = $1 AND entry_point_id = $2 AND entry_point_id <> 0 AND created_at > $3`,
		actor.From(ctx).Tenant, f.EntryPointID, tx.Now().Add(-arrivedWithin))
}

// take gives free files to a message: those of the actor, or any for our own work, and
// those of messages of the same conversation that did not go.
func (s *Service) take(ctx context.Context, tx *db.Tx, u Use) ([]Attachment, error) {
	a := actor.From(ctx)
	w := &db.Where{}
	set := `UPDATE attachment SET conversation_id = ` + w.Arg(u.Conversation) + `, entry_id = ` + w.Arg(u.Entry)
	w.And("tenant_id = ?", a.Tenant)
	w.And("stored")
	free := unnamed
	if by := fact.ByActor(a); by.Kind != actor.System {
		free += " AND owner_kind = " + w.Arg(string(by.Kind)) + " AND owner_id = " + w.Arg(by.ID)
	}
	if len(u.Unsent) > 0 {
		free += " OR conversation_id = " + w.Arg(u.Conversation) + " AND " + db.OneOf(w, "entry_id", u.Unsent)
	}
	w.And("(" + free + ")")
	db.In(w, "id", u.Files)
	return db.Many[Attachment](ctx, tx, set+w.SQL()+` RETURNING `+columns, w.Args()...)
}

func (s *Service) find(ctx context.Context, a actor.Actor, file id.Attachment) (Attachment, error) {
	return db.One[Attachment](ctx, s.db, `SELECT `+columns+` FROM attachment WHERE tenant_id = $1 AND id = $2 AND stored`, a.Tenant, file)
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
		WHERE `+unnamed+` AND created_at < $1 ORDER BY created_at LIMIT $2`, before, sweepBatch)
}

func (s *Service) remove(ctx context.Context, tx *db.Tx, o orphan) (bool, error) {
	n, err := db.Exec(ctx, tx, `DELETE FROM attachment WHERE tenant_id = $1 AND id = $2 AND `+unnamed, o.TenantID, o.ID)
	return n == 1, err
}
