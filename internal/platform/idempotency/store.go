package idempotency

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// How long rows count.
const (
	keepFor     = 24 * time.Hour   // an answer can be given again
	answerFor   = 30 * time.Second // from the commit to the answer; whoever says nothing for so long is dead
	pruneAtOnce = 1000             // rows removed in one transaction
)

// Values of the column status that are no status.
const (
	answering = 0  // committed, and the answer is to come
	lost      = -1 // committed, and no answer will come
)

// Sealer keeps answers unreadable in the database.
type Sealer interface {
	// Seal returns value sealed for context, as a text.
	Seal(value []byte, context string) string
	// Open returns the value that was sealed for context.
	Open(sealed, context string) ([]byte, error)
}

// Store keeps keys and answers in the table idempotency.
type Store struct {
	db     *db.DB
	sealer Sealer
}

var _ httpx.Store = (*Store)(nil)

// New returns a Store in d that seals answers with sealer.
func New(d *db.DB, sealer Sealer) *Store { return &Store{db: d, sealer: sealer} }

type row struct {
	Fingerprint string
	Status      int
	ContentType string
	Body        string
	CreatedAt   time.Time
}

// Seen returns what an earlier attempt with k came to.
func (s *Store) Seen(ctx context.Context, k httpx.StoreKey, f httpx.Fingerprint) (*httpx.Answer, error) {
	const op = "idempotency.Seen"
	now := time.Now()
	first, found, err := db.Find[row](ctx, s.db, `SELECT fingerprint, status, content_type, body, created_at FROM idempotency
		WHERE tenant_id = $1 AND actor = $2 AND key = $3 AND created_at >= $4`, k.Tenant, k.Actor, k.Key, now.Add(-keepFor))
	switch {
	case err != nil:
		return nil, errs.Op(op, err)
	case !found:
		return nil, nil //nolint:nilnil // the contract: nothing seen, go on
	case first.Fingerprint != hex.EncodeToString(f[:]):
		return nil, httpx.ErrKeyReused()
	case first.Status == answering && now.Sub(first.CreatedAt) < answerFor:
		return nil, httpx.ErrKeyInUse()
	case first.Status <= 0:
		return nil, httpx.ErrAnswerLost()
	}
	body, err := s.sealer.Open(first.Body, contextOf(k))
	if err != nil { // the key file is another
		return nil, httpx.ErrAnswerLost()
	}
	return &httpx.Answer{Status: first.Status, ContentType: first.ContentType, Body: body}, nil
}

// contextOf names whose answer is sealed.
func contextOf(k httpx.StoreKey) string {
	return "idempotency " + k.Tenant.String() + " " + k.Actor + " " + k.Key
}

// attempt is one under way.
type attempt struct {
	store     *Store
	key       httpx.StoreKey
	print     string
	name      string // among all attempts: two of one key must not write each other's answers
	committed func() bool
}

var _ httpx.Attempt = (*attempt)(nil)

// Attempt returns the context in which to work, and the attempt to settle afterwards.
func (s *Store) Attempt(ctx context.Context, k httpx.StoreKey, f httpx.Fingerprint) (context.Context, httpx.Attempt) {
	a := &attempt{store: s, key: k, print: hex.EncodeToString(f[:]), name: rand.Text()}
	ctx, a.committed = db.Joining(ctx, func(ctx context.Context, tx *db.Tx) error {
		return a.write(ctx, tx, answering, "", "")
	})
	return ctx, a
}

// write notes that tx, or what was before it, is the doing of this attempt.
func (a *attempt) write(ctx context.Context, tx *db.Tx, status int, contentType, body string) error {
	return db.Guard(ctx, tx, httpx.ErrKeyInUse(), `INSERT INTO idempotency
		(tenant_id, actor, key, fingerprint, attempt, status, content_type, body, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (tenant_id, actor, key) DO UPDATE SET fingerprint = excluded.fingerprint, attempt = excluded.attempt,
			status = excluded.status, content_type = excluded.content_type, body = excluded.body, created_at = excluded.created_at
		WHERE idempotency.attempt = excluded.attempt OR idempotency.created_at < $10`,
		a.key.Tenant, a.key.Actor, a.key.Key, a.print, a.name, status, contentType, body, tx.Now(), tx.Now().Add(-keepFor))
}

// Committed reports whether the attempt is known to have committed something.
func (a *attempt) Committed() bool { return a.committed() }

// Finish keeps the answer. Where the operation wrote nothing itself, the key is written now.
func (a *attempt) Finish(ctx context.Context, answer httpx.Answer) error {
	sealed := a.store.sealer.Seal(answer.Body, contextOf(a.key))
	return errs.Op("idempotency.Finish", a.store.db.Update(ctx, func(tx *db.Tx) error {
		return a.write(ctx, tx, answer.Status, answer.ContentType, sealed)
	}))
}

// Lose notes that no answer will come.
func (a *attempt) Lose(ctx context.Context) error {
	return errs.Op("idempotency.Lose", a.store.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE idempotency SET status = $5 WHERE tenant_id = $1 AND actor = $2 AND key = $3 AND attempt = $4`,
			a.key.Tenant, a.key.Actor, a.key.Key, a.name, lost)
		return err
	}))
}

// Prune removes answers that are no longer given again, in transactions of a bounded number each.
func (s *Store) Prune(ctx context.Context) error {
	for {
		var n int64
		err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = db.Exec(ctx, tx, `DELETE FROM idempotency WHERE (tenant_id, actor, key) IN
				(SELECT tenant_id, actor, key FROM idempotency WHERE created_at < $1 ORDER BY created_at LIMIT $2)`,
				tx.Now().Add(-keepFor), pruneAtOnce)
			return err
		})
		if err != nil || n < pruneAtOnce {
			return errs.Op("idempotency.Prune", err)
		}
	}
}
