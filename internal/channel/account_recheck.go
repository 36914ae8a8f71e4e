package channel

import (
	"context"
	"strings"
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
	// Recheck returns an event for each of what its provider shows no more, and for none of which
	// it does not say so; and where it says how things read now, for each that reads otherwise.
	// Its errors are Failures.
	Recheck(ctx context.Context, a Account, said []Still) ([]Arrival, error)
}

// Rechecks bounds what rechecking costs.
type Rechecks struct {
	Every  time.Duration
	Most   int           // of what was said
	Within time.Duration // what was said longer ago is not asked for; 0: it is, however old
}

// Still is something that a customer said, as it stands here.
type Still struct {
	Name string // the provider's
	Text string // as it reads now
	Post string // the provider's name of what it stands under; empty: it is private
}

// Reworded reports whether what the provider shows now says something else. Nothing at all is not told apart from what
// is not shown.
func (s Still) Reworded(now string) bool {
	now = strings.TrimSpace(now)
	return now != "" && now != strings.TrimSpace(s.Text)
}

// Span is what was said between two times.
type Span struct {
	From  time.Time // zero: from the beginning
	Until time.Time
	Most  int // the newest ones
}

// Said knows what customers said.
type Said interface {
	// Standing returns what customers said within a span in open conversations of an entry point,
	// as far as nobody has taken it back and nobody here has blocked them: of who is blocked,
	// providers show nothing, whether it is there or not.
	Standing(ctx context.Context, p EntryPoint, span Span) ([]Still, error)
}

// span is what is asked for again at a time.
func (r Rechecks) span(now time.Time) Span {
	out := Span{Until: now.Add(-newlySaid), Most: r.Most}
	if r.Within > 0 {
		out.From = now.Add(-r.Within)
	}
	return out
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
	said, err := s.Said.Standing(ctx, p, able.Rechecks().span(time.Now()))
	if err != nil {
		return 0, err
	}
	if len(said) > 0 {
		account, err := s.Open(ctx, p)
		if err != nil {
			return 0, err
		}
		happened, err := able.Recheck(ctx, account, said)
		if err != nil {
			return 0, err
		}
		if len(happened) > 0 {
			if fresh, err = s.Events.Take(ctx, p, happened); err != nil {
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
