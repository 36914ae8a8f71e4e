package media

import (
	"context"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Erase takes a file away for good: its row keeps the name, and a job deletes the bytes. It asks for no permission.
func (s *Service) Erase(ctx context.Context, tx *db.Tx, file id.Attachment) error {
	const op = "media.Erase"
	a, err := s.Find(ctx, file)
	if errs.Is(errs.NotFound, err) {
		return nil
	}
	if err != nil {
		return errs.Op(op, err)
	}
	there, err := s.Forget(ctx, tx, file)
	if err != nil || !there {
		return errs.Op(op, err)
	}
	keys := []string{a.BlobKey}
	if a.Previewed() {
		keys = append(keys, a.PreviewKey)
	}
	return errs.Op(op, job.Enqueue(ctx, tx, DiscardJob{Keys: keys}))
}
