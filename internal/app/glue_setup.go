package app

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/tenant"
)

// firstQueue makes the queue with which an installation begins.
type firstQueue struct{ queues *routing.Queues }

// FirstQueue makes a queue of brand whose target is to answer percent of contacts within target.
func (f firstQueue) FirstQueue(ctx context.Context, tx *db.Tx, brand id.Brand, name string, percent int, target time.Duration) (id.Queue, error) {
	seconds := int(target / time.Second)
	q, err := f.queues.CreateIn(ctx, tx, brand, routing.QueuePatch{Name: &name, TargetPercent: &percent, TargetSeconds: &seconds})
	return q.ID, err
}

// brandNames knows what the brands are called.
type brandNames struct{ tenants *tenant.Service }

// BrandName returns the name of a brand of the actor's tenant.
func (b brandNames) BrandName(ctx context.Context, brand id.Brand) (string, error) {
	found, err := b.tenants.Get(ctx, brand)
	return found.Name, err
}
