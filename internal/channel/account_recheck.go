package channel

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/platform/db"
)

// newlySaid is for how long what was said is not asked for again: a provider may not show it everywhere yet.
const newlySaid = time.Minute

// Rechecking is an adapter that is able to ask whether what was said is still there. It is
// asked about what customers said last in conversations that are open: where a provider does
// not tell that something was taken back, or has told while nobody listened, it is noticed so.
type Rechecking interface {
	// Rechecks says how often it is asked, and about how much at most.
	Rechecks() Rechecks
	// Gone returns an event for each of names that its provider shows no more, and for none of
	// which it does not say so. Its errors are Failures.
	Gone(ctx context.Context, a Account, names []string) ([]Arrival, error)
}

// Rechecks bounds what rechecking costs.
type Rechecks struct {
	Every time.Duration
	Most  int // of what was said
}

// Said knows what customers said.
type Said interface {
	// Standing returns the names of what customers said before a time in open conversations of an
	// entry point, as far as nobody has taken it back: the newest ones, at most most.
	Standing(ctx context.Context, p EntryPoint, before time.Time, most int) ([]string, error)
}

// recheck notices what was taken back at p without anybody telling, when it is time or somebody
// asks for it, and returns how much of that is new.
func (s *Accounts) recheck(ctx context.Context, adapter Adapter, p EntryPoint, asked bool) (fresh int, err error) {
	able, is := adapter.(Rechecking)
	if !is || s.Said == nil {
		return 0, nil
	}
	r, _, err := findAccount(ctx, s.DB, p)
	if err != nil || !asked && time.Since(r.RecheckedAt) < able.Rechecks().Every {
		return 0, err
	}
	names, err := s.Said.Standing(ctx, p, time.Now().Add(-newlySaid), able.Rechecks().Most)
	if err != nil {
		return 0, err
	}
	if len(names) > 0 {
		account, err := s.Open(ctx, p)
		if err != nil {
			return 0, err
		}
		gone, err := able.Gone(ctx, account, names)
		if err != nil {
			return 0, err
		}
		if len(gone) > 0 {
			if fresh, err = s.Events.Take(ctx, p, gone); err != nil {
				return 0, err
			}
		}
	}
	return fresh, s.DB.Update(ctx, func(tx *db.Tx) error { return saveRechecked(ctx, tx, p) })
}

// recheckAll is recheck for an account and what stands beside it, as an administrator asks for it.
func (s *Accounts) recheckAll(ctx context.Context, adapter Connecting, p EntryPoint) (fresh int, err error) {
	if fresh, err = s.recheck(ctx, adapter, p, true); err != nil {
		return fresh, err
	}
	for _, b := range s.Registry.besideOf(p.Channel) {
		at, found, err := s.at(ctx, b, p)
		if err != nil || !found || !at.Open() {
			return fresh, err
		}
		n, err := s.recheck(ctx, b, at, true)
		fresh += n
		if err != nil {
			return fresh, err
		}
	}
	return fresh, nil
}
