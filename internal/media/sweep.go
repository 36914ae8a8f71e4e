package media

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// sweepBatch bounds the files looked at in one step of a sweep.
const sweepBatch = 200

// SweepJob asks for the removal of files that no message has named. It is
// periodic, for the whole installation.
type SweepJob struct{}

// Kind returns "media.sweep".
func (SweepJob) Kind() string { return "media.sweep" }

// Sweep removes files that were uploaded more than KeepOrphans ago and that no
// message has named. The row goes first: bytes without a row are only waste,
// a row without bytes would be a broken promise.
func (s *Service) Sweep(ctx context.Context, _ SweepJob) error {
	const op = "media.Sweep"
	for {
		waiting, err := s.orphans(ctx, time.Now().Add(-KeepOrphans).UnixMicro())
		if err != nil || len(waiting) == 0 {
			return errs.Op(op, err)
		}
		for _, o := range waiting {
			if err := s.drop(ctx, o); err != nil {
				return errs.Op(op, err)
			}
		}
	}
}

func (s *Service) drop(ctx context.Context, o orphan) error {
	removed := false
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		removed, err = s.remove(ctx, tx, o)
		return err
	})
	if err != nil || !removed { // a message has taken it meanwhile
		return err
	}
	err = s.blobs.Delete(ctx, o.BlobKey)
	if o.PreviewKey != "" {
		err = errors.Join(err, s.blobs.Delete(ctx, o.PreviewKey))
	}
	return err
}
