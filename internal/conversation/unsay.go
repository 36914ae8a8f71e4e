package conversation

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// Unsay takes the words of an entry, and of its changes, out of the conversation for good: its
// author has taken them back and its channel demands that nobody keeps them. That something
// was said stays. It asks for no permission.
func (s *Service) Unsay(ctx context.Context, tx *db.Tx, e Entry) error {
	_, err := db.Exec(ctx, tx, `UPDATE entry SET body = '', html = '', data = '', attachments = ''
		WHERE tenant_id = $1 AND conversation_id = $2 AND (id = $3 OR target_id = $3 AND kind = 'edit')`, actor.From(ctx).Tenant, e.ConversationID, e.ID)
	return errs.Op("conversation.Unsay", err)
}
