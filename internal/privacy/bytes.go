package privacy

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// doom writes down that the bytes of a blob have to go.
func doom(ctx context.Context, tx *db.Tx, erasure id.Erasure, key string) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO doomed_blob (tenant_id, id, erasure_id, blob_key) VALUES ($1, $2, $3, $4)`,
		actor.From(ctx).Tenant, id.New[int64](), erasure, key)
	return err
}

// doomedPage is how many blobs are deleted between two transactions.
const doomedPage = "50"

// doomed is a blob that has to go.
type doomed struct {
	ID      int64
	BlobKey string
}

// deleteDoomed deletes the next blobs and returns how many; none: there are no more. A blob is deleted before its row: it is tried again until both are gone.
func (s *Service) deleteDoomed(ctx context.Context, erasure id.Erasure, more func(tx *db.Tx, n int64) error) (int64, error) {
	tenant := actor.From(ctx).Tenant
	rows, err := db.Many[doomed](ctx, s.DB, `SELECT id, blob_key FROM doomed_blob WHERE tenant_id = $1 AND erasure_id = $2 ORDER BY id LIMIT `+doomedPage, tenant, erasure)
	if err != nil {
		return 0, err
	}
	keys := make([]int64, len(rows))
	for i, d := range rows {
		if err := s.Blobs.Delete(ctx, d.BlobKey); err != nil {
			return 0, err
		}
		keys[i] = d.ID
	}
	var n int64
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		w := &db.Where{}
		w.And("tenant_id = ?", tenant)
		db.In(w, "id", keys)
		if n, err = db.Exec(ctx, tx, `DELETE FROM doomed_blob`+w.SQL(), w.Args()...); err != nil {
			return err
		}
		return more(tx, n)
	})
	return n, err
}

// deleteBytes deletes the next blobs of the erasure.
func (r *run) deleteBytes(ctx context.Context) error {
	before := r.Counts[blobCount]
	_, err := r.s.deleteDoomed(ctx, r.ID, func(tx *db.Tx, n int64) error {
		r.Counts[blobCount], r.Step = before+n, stepBytes
		if err := r.hold(ctx, tx); err != nil { // another worker may have ended it
			return err
		}
		if n == 0 {
			r.Step = stepCertificate
		}
		return r.save(ctx, tx)
	})
	if err != nil {
		r.Counts[blobCount], r.Step = before, stepBytes
	}
	return err
}
