package sms

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

// Personal declares what is kept about customers here.
func Personal() []personal.Table {
	return []personal.Table{
		{Name: "sms_stop", Class: personal.Logs, Of: personal.Texts, Sweep: forgetNumber},
		{Name: "sms_received", Class: personal.Logs, Of: personal.Texts, Sweep: forgetParts},
	}
}

// forgetNumber forgets what somebody wanted. Who is not known any more is not written to.
func forgetNumber(ctx context.Context, tx *db.Tx, texts []string, _ int64) (changed, next int64, err error) {
	return forget(ctx, tx, `DELETE FROM sms_stop WHERE tenant_id = $1 AND number = $2`, texts)
}

// forgetParts forgets parts of messages that are not whole yet.
func forgetParts(ctx context.Context, tx *db.Tx, texts []string, _ int64) (changed, next int64, err error) {
	return forget(ctx, tx, `DELETE FROM sms_received WHERE tenant_id = $1 AND sender = $2`, texts)
}

func forget(ctx context.Context, tx *db.Tx, sql string, texts []string) (changed, next int64, err error) {
	for _, text := range texts {
		n, err := db.Exec(ctx, tx, sql, actor.From(ctx).Tenant, text)
		if err != nil {
			return changed, 0, err
		}
		changed += n
	}
	return changed, 0, nil
}
