package app

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/api/session"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/tenant"
)

// firstQueue makes the queue with which an installation begins.
type firstQueue struct {
	queues  *routing.Queues
	routing *routing.Service
}

// FirstQueue makes the queue and puts its agent into it.
func (f firstQueue) FirstQueue(ctx context.Context, tx *db.Tx, first session.FirstQueue) (id.Queue, error) {
	seconds := int(first.Target / time.Second)
	q, err := f.queues.CreateIn(ctx, tx, first.Brand, routing.QueuePatch{Name: &first.Name, TargetPercent: &first.Percent, TargetSeconds: &seconds})
	if err != nil {
		return 0, err
	}
	return q.ID, f.routing.SetMembershipIn(ctx, tx, routing.Membership{Agent: first.Agent, Queue: q.ID, Member: true, Enabled: true})
}

// brandNames knows what the brands are called.
type brandNames struct{ tenants *tenant.Service }

// BrandName returns the name of a brand of the actor's tenant.
func (b brandNames) BrandName(ctx context.Context, brand id.Brand) (string, error) {
	found, err := b.tenants.Get(ctx, brand)
	return found.Name, err
}
