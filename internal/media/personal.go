package media

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here.
func Personal() []personal.Table {
	return []personal.Table{{
		Name: "attachment", Class: personal.Files, Of: personal.Conversation, Where: `tenant_id = $1 AND conversation_id = $2`, Key: "id",
		Show:  `id, conversation_id, entry_id, name, size, type, sha256, created_at`,
		Bytes: []personal.Bytes{{Column: "blob_key", Folder: "files", Name: `CAST(id AS TEXT) || '-' || name`}, {Column: "preview_key"}},
	}}
}

// Aged is a file that has grown old.
type Aged struct {
	ID             id.Attachment
	ConversationID id.Conversation
	BlobKey        string
	PreviewKey     string
	CreatedAt      time.Time
}

// AgedFiles returns the next files that messages name and that are older than before, behind a time and a key, the oldest
// first. It asks for no permission.
func (s *Service) AgedFiles(ctx context.Context, q db.Queryer, before, at time.Time, after id.Attachment) ([]Aged, error) {
	found, err := db.Many[Aged](ctx, q, `SELECT id, conversation_id, blob_key, preview_key, created_at FROM attachment
		WHERE tenant_id = $1 AND conversation_id <> 0 AND stored AND created_at < $2 AND (created_at, id) > ($3, $4)
		ORDER BY created_at, id LIMIT 200`, actor.From(ctx).Tenant, before, at, after)
	return found, errs.Op("media.AgedFiles", err)
}

// Forget takes a file away and leaves its name: what was said stays complete. The bytes are the caller's to delete.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, file id.Attachment) (bool, error) {
	n, err := db.Exec(ctx, tx, `UPDATE attachment SET stored = FALSE, blob_key = '', preview_key = '' WHERE tenant_id = $1 AND id = $2 AND stored`,
		actor.From(ctx).Tenant, file)
	return n == 1, errs.Op("media.Forget", err)
}
