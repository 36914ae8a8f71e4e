package worklist

import (
	"context"

	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/platform/db"
)

// logView writes to the log what became of a view that others have, or had; nil is a view that
// there was not, or is not. What somebody keeps for themselves is nobody else's business.
func logView(ctx context.Context, tx *db.Tx, action string, before, after *Saved) error {
	e := audit.Entry{Action: action}
	shared := false
	for _, v := range []*Saved{before, after} {
		if v == nil {
			continue
		}
		shared = shared || v.Shared != OwnView
		e.Subject, e.Brand = audit.Subject{Kind: "saved_view", ID: int64(v.ID), Name: v.Name}, v.Query.Brand
	}
	if !shared {
		return nil
	}
	if before != nil {
		e.Before = before.audited()
	}
	if after != nil {
		e.After = after.audited()
	}
	return audit.Write(ctx, tx, e)
}

// audited is what the log says of v: not what is searched for, which may be somebody's name.
func (v *Saved) audited() map[string]any {
	return map[string]any{
		"name": v.Name, "shared": v.Shared, "team_id": v.TeamID, "owner_id": v.OwnerID, "view": v.Query.View, "brand_id": v.Query.Brand, "queue_id": v.Query.Queue,
		"agent_id": v.Query.Agent, "channel": v.Query.Channel, "sort": v.Query.Sort, "searches": v.Query.Text != "",
	}
}
