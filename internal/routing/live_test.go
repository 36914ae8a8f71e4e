package routing

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing/acd"
)

// silent is a tenant without an engine.
type silent struct{}

func (silent) Board(context.Context) ([]acd.QueueView, error) {
	return nil, errs.New(errs.Unavailable, "silent", "routing.unavailable")
}

func (silent) Agents(context.Context, []id.User) ([]acd.AgentView, error) {
	return nil, errs.New(errs.Unavailable, "silent", "routing.unavailable")
}

func (silent) Position(context.Context, id.Interaction) (int, time.Duration, bool) {
	return 0, 0, false
}

// allReadable lets everybody read every conversation.
type allReadable struct{}

func (allReadable) Readable(context.Context, db.Queryer, id.Conversation) error { return nil }
