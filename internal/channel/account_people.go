package channel

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Bounds of asking who somebody is.
const (
	askAgain = time.Hour // who has no name then, or does not let us know it, is asked for again
	maxAsked = 10_000
)

// Introduce is the job that asks a provider for the name of somebody who has none here.
type Introduce struct {
	Point  id.EntryPoint `json:"point"`
	Person string        `json:"person"` // by their id at the provider
}

// Kind returns "channel.introduce".
func (Introduce) Kind() string { return "channel.introduce" }

// Introduces reports whether a channel can say who somebody is.
func (r *Registry) Introduces(n Name) bool {
	_, able := r.byName[n].(Introducing)
	return able
}

// Introduce asks for a name and keeps it. A person whose name is not to be had stays without.
func (s *Accounts) Introduce(ctx context.Context, j Introduce) error {
	p, err := s.Points.Lookup(ctx, s.DB, actor.From(ctx).Tenant, j.Point)
	if errs.Is(errs.NotFound, err) || err == nil && !p.Open() {
		return nil
	}
	if err != nil {
		return err
	}
	adapter, _ := s.Registry.Adapter(p.Channel)
	introducing, able := adapter.(Introducing)
	asking := string(p.Channel) + " " + p.Address + " " + j.Person
	if !able || !s.mayAsk(asking, time.Now()) {
		return nil
	}
	account, err := s.Open(ctx, p)
	if err != nil {
		return s.unnamed(ctx, p, asking, err)
	}
	who, err := introducing.WhoIs(ctx, account, j.Person)
	if err != nil || who.DisplayName == "" {
		return s.unnamed(ctx, p, asking, err)
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error { return s.People.Introduce(ctx, tx, p, who) })
}

// unnamed says whether to ask again: where the provider was busy or away, not where it does not tell.
func (s *Accounts) unnamed(ctx context.Context, p EntryPoint, asking string, err error) error {
	if err == nil {
		return nil
	}
	f := Judge(err)
	if f.Verdict != Retry && f.Verdict != Ambiguous {
		s.Log.DebugContext(ctx, "channel accounts: no name", "channel", p.Channel, "entry_point", p.ID, "err", err)
		return nil
	}
	s.mu.Lock()
	delete(s.asked, asking)
	s.mu.Unlock()
	if f.After > 0 {
		return job.Snooze(f.After)
	}
	return err
}

// mayAsk reports whether nobody has asked lately.
func (s *Accounts) mayAsk(who string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.asked[who]) < askAgain {
		return false
	}
	if len(s.asked) >= maxAsked {
		clear(s.asked)
	}
	s.asked[who] = now
	return true
}
