package desk

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
)

// presenceEvery is how often a desk is told its agent's presence at most. It takes some
// reading, and what is accepted and finished moves it several times: offers need not wait for that.
const presenceEvery = 50 * time.Millisecond

// markPresences notes whose presence moved, of those who are there.
func (f *Feed) markPresences(people []*person, c *changes) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range people {
		if !c.presences[p.key.User] {
			continue
		}
		if f.presences[p.key.Tenant] == nil {
			f.presences[p.key.Tenant] = map[id.User]bool{}
		}
		f.presences[p.key.Tenant][p.key.User] = true
	}
	if len(f.presences) > 0 {
		select {
		case f.stirred <- struct{}{}:
		default:
		}
	}
}

// tellPresences shows agents their own presence, which others and the system may set, until ctx ends.
func (f *Feed) tellPresences(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.stirred:
		}
		f.mu.Lock()
		stirred := f.presences
		f.presences = map[id.Tenant]map[id.User]bool{}
		f.mu.Unlock()
		for tenant, users := range stirred {
			if err := f.tellPresencesOf(ctx, tenant, users); err != nil && ctx.Err() == nil {
				f.Log.Error("tell presences", "tenant", tenant, "err", err)
				f.Hub.Resync(tenant) // a desk that missed something must know
			}
		}
		rest := time.NewTimer(presenceEvery)
		select {
		case <-ctx.Done():
		case <-rest.C:
		}
		rest.Stop()
	}
}

func (f *Feed) tellPresencesOf(ctx context.Context, tenant id.Tenant, users map[id.User]bool) error {
	for _, p := range f.people(tenant) {
		if !users[p.key.User] || p.actor.Scope(actor.PresenceSelf) == actor.None {
			continue
		}
		presence, err := f.Views.Presence(actor.With(ctx, p.actor))
		if err != nil {
			return err
		}
		frame, err := frameOf("presence", "presence", presenceOf(presence, f.Classes))
		if err != nil {
			return err
		}
		f.sendTo(p, frame)
	}
	return nil
}
