package app

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/worklist"
)

// undoCommon is for how long one answer to many can be taken back.
const undoCommon = 10 * time.Second

// choirs brings what is said in public to those who know what is alike; it is made before them.
type choirs struct{ services *services }

// Hear takes in what a customer says with work that has just begun.
func (c choirs) Hear(ctx context.Context, tx *db.Tx, r intake.Receipt) error {
	return c.services.chorus.Hear(ctx, tx, r)
}

// Came hears what became of what was sent.
func (c choirs) Came(ctx context.Context, tx *db.Tx, e conversation.Entry, to conversation.Delivery) error {
	return c.services.chorus.Came(ctx, tx, e, to)
}

// followChoruses lets choruses follow what conversations are about, on one node at a time.
func (a *App) followChoruses(ctx context.Context) error {
	lease.NewKeeper(a.db, a.node, a.log).Hold(ctx, "choruses", a.services.chorus.Follow)
	return nil
}

// choirReach knows who sees what of a chorus.
type choirReach struct{ *worklist.Service }

// Sees returns NotFound unless the actor sees a conversation.
func (r choirReach) Sees(ctx context.Context, q db.Queryer, c id.Conversation) error {
	return r.Service.Sees(ctx, q, c)
}

// publicLinks knows where people see what was said in public.
type publicLinks struct {
	db       *db.DB
	points   *channel.EntryPoints
	registry *channel.Registry
}

// ChannelAt returns the channel of an entry point.
func (l publicLinks) ChannelAt(ctx context.Context, q db.Queryer, p id.EntryPoint) (string, error) {
	at, err := l.points.Lookup(ctx, q, actor.From(ctx).Tenant, p)
	return string(at.Channel), err
}

// LinkTo returns the address of an entry, as far as its channel knows one, or of its post.
func (l publicLinks) LinkTo(ctx context.Context, e conversation.Entry, p conversation.Post) (string, error) {
	at, err := l.points.Lookup(ctx, l.db, actor.From(ctx).Tenant, p.EntryPointID)
	if err != nil || e.ExternalID == "" {
		return p.Link, err
	}
	adapter, _ := l.registry.Adapter(at.Channel)
	if able, ok := adapter.(channel.Linking); ok {
		return able.LinkTo(p.Link, e.ExternalID), nil
	}
	return p.Link, nil
}
