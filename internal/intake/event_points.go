package intake

import (
	"context"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of what is remembered of entry points.
const (
	rememberFor = time.Second // another node may have changed one
	mostKnown   = 1000
)

// place is an address to which a provider posts.
type place struct {
	channel channel.Name
	address string
}

// known remembers the entry points for which something was posted: a provider tells of thousands of things a
// second for the same few. It forgets all when one of them is changed on this node, before who changed it knows that.
type known struct {
	begin sync.Once
	woken <-chan struct{}

	mu      sync.Mutex
	changed int // how often all was forgotten
	at      map[place]remembered
}

type remembered struct {
	point channel.EntryPoint
	until time.Time
}

// find returns the entry point of an address.
func (k *known) find(ctx context.Context, d *db.DB, points Points, at place) (channel.EntryPoint, error) {
	k.begin.Do(func() { k.woken, _ = d.Woken(channel.Topic) }) // it lives as long as d
	now := time.Now()
	k.mu.Lock()
	k.forget()
	seen, there := k.at[at]
	before := k.changed
	k.mu.Unlock()
	if there && now.Before(seen.until) {
		return seen.point, nil
	}
	p, err := points.ByAddress(ctx, at.channel, at.address)
	if err != nil {
		return p, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.forget(); k.changed == before && len(k.at) < mostKnown {
		k.at[at] = remembered{p, now.Add(rememberFor)}
	}
	return p, nil
}

// forget forgets all if an entry point was changed, or it is too much. k.mu is held.
func (k *known) forget() {
	select {
	case <-k.woken:
		k.changed++
		k.at = nil
	default:
	}
	if k.at == nil || len(k.at) >= mostKnown {
		k.at = map[place]remembered{}
	}
}
