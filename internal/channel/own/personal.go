package own

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here.
func Personal() []personal.Table {
	return []personal.Table{
		{Name: "own_command", Class: personal.Messages, Of: personal.Conversation, Where: `tenant_id = $1 AND conversation_id = $2`, Forget: forgetCommands},
	}
}

// forgetCommands removes the commands about a conversation that nobody has fetched.
func forgetCommands(ctx context.Context, tx *db.Tx, conversation int64) (int64, error) {
	return db.Exec(ctx, tx, `DELETE FROM own_command WHERE tenant_id = $1 AND conversation_id = $2`, actor.From(ctx).Tenant, conversation)
}
