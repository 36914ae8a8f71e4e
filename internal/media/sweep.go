package media

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// sweepBatch bounds the files looked at in one step of a sweep.
const sweepBatch = 200

// SweepJob asks for the removal of files that no message has named. It is
// periodic, for the whole installation.
type SweepJob struct{}

// Kind returns "media.sweep".
func (SweepJob) Kind() string { return "media.sweep" }

// DiscardJob asks for the deletion of bytes whose row is gone.
type DiscardJob struct {
	Keys []string `json:"keys"`
}

// Kind returns "media.discard".
func (DiscardJob) Kind() string { return "media.discard" }

// Discard deletes bytes. Those that are gone already are no error.
func (s *Service) Discard(ctx context.Context, j DiscardJob) error {
	var failed []error
	for _, key := range j.Keys {
		failed = append(failed, s.blobs.Delete(ctx, key))
	}
	return errs.Op("media.Discard", errors.Join(failed...))
}

// Sweep removes files that were uploaded more than KeepOrphans ago and that no
// message has named. The row goes with the job that deletes the bytes: a row
// without bytes would be a broken promise, bytes without either would stay for ever.
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

// drop removes a file that no message has named.
func (s *Service) drop(ctx context.Context, o orphan) error {
	ctx = actor.With(ctx, actor.ForSystem(o.TenantID))
	keys := []string{o.BlobKey}
	if o.PreviewKey != "" {
		keys = append(keys, o.PreviewKey)
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		removed, err := s.remove(ctx, tx, o)
		if err != nil || !removed { // a message has taken it meanwhile
			return err
		}
		return job.Enqueue(ctx, tx, DiscardJob{Keys: keys})
	})
}
