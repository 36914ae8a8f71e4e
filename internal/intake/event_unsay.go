package intake

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/platform/db"
)

// unsay takes away what a customer has taken back on a channel that demands that nobody
// keeps it: the words, the files, and the events as they came.
func (s *Events) unsay(ctx context.Context, p channel.EntryPoint, in channel.Inbound, e conversation.Entry) error {
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		if err := s.Threads.Unsay(ctx, tx, e); err != nil {
			return err
		}
		for _, file := range e.Attachments {
			if err := s.Files.Erase(ctx, tx, file.ID); err != nil {
				return err
			}
		}
		for _, name := range in.Unsaid {
			_, err := db.Exec(ctx, tx, `UPDATE channel_event SET raw = $4, detail = '' WHERE tenant_id = $1 AND entry_point_id = $2 AND event_id = $3 AND event_id <> ''`,
				actor.From(ctx).Tenant, p.ID, name, []byte{})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
