package httpxtest

import (
	"context"
	"sync"

	"github.com/zongler/zongler/internal/platform/httpx"
)

// Store remembers answers in memory.
type Store struct {
	mu     sync.Mutex
	claims map[httpx.StoreKey]*claim
}

type claim struct {
	print  httpx.Fingerprint
	answer *httpx.Answer
}

var _ httpx.Store = (*Store)(nil)

// NewStore returns an empty Store.
func NewStore() *Store { return &Store{claims: map[httpx.StoreKey]*claim{}} }

// Begin claims k.
func (s *Store) Begin(_ context.Context, k httpx.StoreKey, f httpx.Fingerprint) (*httpx.Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.claims[k]
	switch {
	case !ok:
		s.claims[k] = &claim{print: f}
		return nil, nil //nolint:nilnil // the contract: nothing stored, go on
	case c.print != f:
		return nil, httpx.ErrKeyReused()
	case c.answer == nil:
		return nil, httpx.ErrKeyInUse()
	}
	return c.answer, nil
}

// Finish stores the answer of k.
func (s *Store) Finish(_ context.Context, k httpx.StoreKey, a httpx.Answer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.claims[k].answer = &a
	return nil
}

// Abandon frees k.
func (s *Store) Abandon(_ context.Context, k httpx.StoreKey) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.claims, k)
	return nil
}
