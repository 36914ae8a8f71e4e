package idempotency

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// How long rows count.
const (
	keepFor     = 24 * time.Hour  // an answer can be given again
	claimFor    = 5 * time.Minute // a claim whose process says nothing is dead
	pruneAtOnce = 1000            // rows removed in one transaction
)

// Store keeps answers in the table idempotency.
type Store struct{ db *db.DB }

var _ httpx.Store = (*Store)(nil)

// New returns a Store in d.
func New(d *db.DB) *Store { return &Store{db: d} }

type row struct {
	Fingerprint string
	Status      int
	ContentType string
	Body        []byte
	CreatedAt   time.Time
}

// Begin claims k, or returns what its first attempt came to.
func (s *Store) Begin(ctx context.Context, k httpx.StoreKey, f httpx.Fingerprint) (*httpx.Answer, error) {
	const op = "idempotency.Begin"
	var answer *httpx.Answer
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		answer = nil
		claimed, err := claim(ctx, tx, k, hex.EncodeToString(f[:]))
		if err != nil || claimed {
			return err
		}
		first, err := db.One[row](ctx, tx, `SELECT fingerprint, status, content_type, body, created_at FROM idempotency
			WHERE tenant_id = $1 AND actor = $2 AND key = $3`, k.Tenant, k.Actor, k.Key)
		switch {
		case err != nil:
			return err
		case first.Fingerprint != hex.EncodeToString(f[:]):
			return httpx.ErrKeyReused()
		case first.Status == 0:
			return httpx.ErrKeyInUse()
		}
		answer = &httpx.Answer{Status: first.Status, ContentType: first.ContentType, Body: first.Body}
		return nil
	})
	return answer, errs.Op(op, err)
}

// claim writes the row of k unless a living one is there.
func claim(ctx context.Context, tx *db.Tx, k httpx.StoreKey, fingerprint string) (bool, error) {
	n, err := db.Exec(ctx, tx, `INSERT INTO idempotency (tenant_id, actor, key, fingerprint, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (tenant_id, actor, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = 0, content_type = '', body = NULL, created_at = excluded.created_at
		WHERE idempotency.created_at < $6 OR idempotency.status = 0 AND idempotency.created_at < $7`,
		k.Tenant, k.Actor, k.Key, fingerprint, tx.Now(), tx.Now().Add(-keepFor), tx.Now().Add(-claimFor))
	return n == 1, err
}

// Finish stores the answer of a claimed key.
func (s *Store) Finish(ctx context.Context, k httpx.StoreKey, a httpx.Answer) error {
	return s.settle(ctx, "idempotency.Finish", `UPDATE idempotency SET status = $4, content_type = $5, body = $6
		WHERE tenant_id = $1 AND actor = $2 AND key = $3 AND status = 0`, k.Tenant, k.Actor, k.Key, a.Status, a.ContentType, a.Body)
}

// Abandon frees a claimed key: nothing was created.
func (s *Store) Abandon(ctx context.Context, k httpx.StoreKey) error {
	return s.settle(ctx, "idempotency.Abandon", `DELETE FROM idempotency WHERE tenant_id = $1 AND actor = $2 AND key = $3 AND status = 0`,
		k.Tenant, k.Actor, k.Key)
}

func (s *Store) settle(ctx context.Context, op, text string, args ...any) error {
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, text, args...)
		return err
	}))
}

// Prune removes answers that are no longer given again, and returns how many.
// Call it now and then; it takes a bounded number a time.
func (s *Store) Prune(ctx context.Context) (int64, error) {
	var n int64
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		var err error
		n, err = db.Exec(ctx, tx, `DELETE FROM idempotency WHERE (tenant_id, actor, key) IN
			(SELECT tenant_id, actor, key FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2)`,
			tx.Now().Add(-keepFor), pruneAtOnce)
		return err
	})
	return n, errs.Op("idempotency.Prune", err)
}
