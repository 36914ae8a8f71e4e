package importer

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Apply is the worker of ApplyJob.
func (s *Service) Apply(ctx context.Context, j ApplyJob) error {
	const op = "importer.Apply"
	begun := s.now()
	for {
		f, more, err := s.applyBatch(ctx, j.Import)
		if err != nil {
			return errs.Op(op, err)
		}
		if !more {
			if f.State == Done && f.BlobKey != "" {
				err = s.forgetBytes(ctx, f.ID, f.BlobKey)
			}
			return errs.Op(op, err)
		}
		if s.now().Sub(begun) > s.patience {
			return job.Snooze(0)
		}
	}
}

type stagedRow struct {
	Line int64
	Data string
}

// applyBatch makes customers of the next rows: they are gone in the transaction in which those are there.
func (s *Service) applyBatch(ctx context.Context, key id.Import) (f File, more bool, err error) {
	tenant := actor.From(ctx).Tenant
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if f, err = s.find(ctx, tx, "importer.applyBatch", key, tx.ForUpdate()); err != nil || f.State != Applying {
			more = false
			return err
		}
		next, err := db.Many[stagedRow](ctx, tx, `SELECT line, data FROM import_row WHERE tenant_id = $1 AND import_id = $2 ORDER BY line LIMIT `+strconv.Itoa(batch), tenant, key)
		if err != nil {
			return err
		}
		if more = len(next) > 0; !more {
			f.State = Done
			return s.save(ctx, tx, &f)
		}
		rows := make([]customer.Row, len(next))
		for i, n := range next {
			if err := json.Unmarshal([]byte(n.Data), &rows[i]); err != nil {
				return err
			}
		}
		came, err := s.customers.Import(ctx, tx, f.BrandID, f.KeyField, rows)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM import_row WHERE tenant_id = $1 AND import_id = $2 AND line <= $3`, tenant, key, next[len(next)-1].Line); err != nil {
			return err
		}
		return s.count(ctx, tx, &f, came)
	})
	return f, more, err
}

func (s *Service) count(ctx context.Context, tx *db.Tx, f *File, came customer.Came) error {
	var faults []Fault
	for _, line := range came.Ambiguous {
		faults = append(faults, Fault{Line: line, Field: f.KeyField, Code: "import.ambiguous"})
	}
	if err := insertFaults(ctx, tx, f.ID, faults); err != nil {
		return err
	}
	f.Created, f.Updated, f.Bad = f.Created+int64(len(came.Created)), f.Updated+int64(len(came.Updated)), f.Bad+int64(len(faults))
	if err := s.save(ctx, tx, f); err != nil {
		return err
	}
	if len(came.Created)+len(came.Updated) == 0 {
		return nil
	}
	return tx.Record(ctx, fact.CustomersImported{Import: f.ID, Brand: f.BrandID, Created: came.Created, Updated: came.Updated})
}

// waste is a file that nobody goes on with.
type waste struct {
	TenantID id.Tenant
	ID       id.Import
	BlobKey  string
}

// Prune forgets the bytes and staged rows of files with which nobody went on, of all tenants: it is work of the installation.
func (s *Service) Prune(ctx context.Context) error {
	const op = "importer.Prune"
	old, err := db.Many[waste](ctx, s.db, `SELECT tenant_id, id, blob_key FROM import_file WHERE blob_key <> '' AND changed_at < $1 AND state <> 'applying' AND state <> 'checking' LIMIT 500`,
		s.now().Add(-keepFor))
	if err != nil {
		return errs.Op(op, err)
	}
	for _, o := range old {
		ctx := actor.With(ctx, actor.ForSystem(o.TenantID))
		err := s.change(ctx, op, o.ID, func(f *File) error {
			if f.State != Done {
				f.State = Cancelled
			}
			return nil
		})
		if err == nil {
			err = s.db.Update(ctx, func(tx *db.Tx) error {
				_, err := db.Exec(ctx, tx, `DELETE FROM import_row WHERE tenant_id = $1 AND import_id = $2`, o.TenantID, o.ID)
				return err
			})
		}
		if err == nil {
			err = s.forgetBytes(ctx, o.ID, o.BlobKey)
		}
		if err != nil {
			return errs.Op(op, err)
		}
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }
