package routing

import (
	"context"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Known answers what others ask about the queues. The zero value works.
type Known struct{}

// HasQueue reports whether tenant has the queue, open for contacts of brand.
func (Known) HasQueue(ctx context.Context, q db.Queryer, tenant id.Tenant, brand id.Brand, queue id.Queue) (bool, error) {
	_, found, err := db.Find[id.Queue](ctx, q, `SELECT id FROM queue WHERE tenant_id = $1 AND id = $2 AND brand_id = $3 AND archived_at = 0`,
		tenant, queue, brand)
	return found, err
}
