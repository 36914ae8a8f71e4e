package httpxtest

import (
	"context"
	"sync"

	"github.com/zongler/zongler/internal/platform/httpx"
)

// Store remembers answers in memory. It knows no transactions: what has an answer was committed.
type Store struct {
	mu   sync.Mutex
	seen map[httpx.StoreKey]*attempt
}

// attempt is one with a key.
type attempt struct {
	store  *Store
	key    httpx.StoreKey
	print  httpx.Fingerprint
	answer httpx.Answer
}

var _ httpx.Store = (*Store)(nil)

// NewStore returns an empty Store.
func NewStore() *Store { return &Store{seen: map[httpx.StoreKey]*attempt{}} }

// Seen returns what k came to.
func (s *Store) Seen(_ context.Context, k httpx.StoreKey, f httpx.Fingerprint) (*httpx.Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.seen[k]
	switch {
	case !ok:
		return nil, nil //nolint:nilnil // the contract: nothing seen, go on
	case a.print != f:
		return nil, httpx.ErrKeyReused()
	}
	return &a.answer, nil
}

// Attempt begins one.
func (s *Store) Attempt(ctx context.Context, k httpx.StoreKey, f httpx.Fingerprint) (context.Context, httpx.Attempt) {
	return ctx, &attempt{store: s, key: k, print: f}
}

// Committed is never known.
func (a *attempt) Committed() bool { return false }

// Finish keeps the answer.
func (a *attempt) Finish(_ context.Context, answer httpx.Answer) error {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	a.answer = answer
	a.store.seen[a.key] = a
	return nil
}

// Lose leaves the key free.
func (a *attempt) Lose(context.Context) error { return nil }
