package privacy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// keepExport is how long a copy can be fetched.
const keepExport = 7 * 24 * time.Hour

// Export is the copy of what is kept about a person: an archive.
type Export struct {
	ID         id.PersonExport
	BrandID    id.Brand
	CustomerID id.Customer
	State      State
	Cursor     cursor `db:"cursor,json"`
	Parts      int
	Counts     Counts `db:"counts,json"`
	BlobKey    string
	Size       int64
	MadeBy     id.User
	MadeAt     time.Time
	DoneAt     time.Time
	ExpiresAt  time.Time
}

const exportColumns = `id, brand_id, customer_id, state, cursor, parts, counts, blob_key, size, made_by, made_at, done_at, expires_at`

// Progress returns how far the export is, in percent.
func (e Export) Progress() int {
	if e.State != Running || e.Cursor.Of == 0 {
		if e.State == Running {
			return 0
		}
		return 100
	}
	return min(99, 100*e.Cursor.Seen/e.Cursor.Of)
}

// ExportJob asks for the next parts of an export.
type ExportJob struct {
	Export id.PersonExport `json:"export"`
}

// Kind returns "privacy.export".
func (ExportJob) Kind() string { return "privacy.export" }

// requireExport returns the actor of ctx, who may hand out what is kept about people, with their names.
func requireExport(ctx context.Context, op string) (actor.Actor, error) {
	a, err := require(ctx, op, actor.CustomerExport)
	if err == nil {
		_, err = actor.Require(ctx, op, actor.NamesRead)
	}
	return a, err
}

// StartExport begins to write a copy of everything that is kept about a customer and all who are held to be the same.
func (s *Service) StartExport(ctx context.Context, customer id.Customer) (Export, error) {
	const op = "privacy.StartExport"
	a, err := requireExport(ctx, op)
	if err != nil {
		return Export{}, err
	}
	var e Export
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		c, err := s.Customers.Reach(ctx, tx, actor.CustomerExport, customer)
		if err != nil {
			return err
		}
		group, err := s.Customers.Group(ctx, tx, customer)
		if err != nil {
			return err
		}
		if _, goes, err := running(ctx, tx, group[0]); err != nil || goes {
			if goes {
				err = errs.New(errs.Conflict, op, "erasure.running")
			}
			return err
		}
		e = Export{ID: id.New[id.PersonExport](), BrandID: c.BrandID, CustomerID: group[0], State: Running, Counts: Counts{}, MadeBy: a.User, MadeAt: tx.Now()}
		_, err = db.Exec(ctx, tx, `INSERT INTO person_export (tenant_id, id, brand_id, customer_id, state, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			a.Tenant, e.ID, e.BrandID, e.CustomerID, string(e.State), e.MadeBy, e.MadeAt)
		if err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: "customer.export", Subject: e.subject(), Brand: e.BrandID, After: map[string]any{"customer_id": e.CustomerID}}); err != nil {
			return err
		}
		return job.Enqueue(ctx, tx, ExportJob{Export: e.ID})
	})
	return e, errs.Op(op, err)
}

func (e Export) subject() audit.Subject { return audit.Subject{Kind: "person_export", ID: int64(e.ID)} }

// GetExport returns an export.
func (s *Service) GetExport(ctx context.Context, key id.PersonExport) (Export, error) {
	const op = "privacy.GetExport"
	a, err := requireExport(ctx, op)
	if err != nil {
		return Export{}, err
	}
	w := ofBrands(a)
	w.And("id = ?", key)
	e, err := db.One[Export](ctx, s.DB, `SELECT `+exportColumns+` FROM person_export`+w.SQL(), w.Args()...)
	return e, errs.Op(op, err)
}

// Exports returns the exports of a customer, the newest first.
func (s *Service) Exports(ctx context.Context, customer id.Customer) ([]Export, error) {
	const op = "privacy.Exports"
	a, err := requireExport(ctx, op)
	if err != nil {
		return nil, err
	}
	if _, err := s.Customers.Reach(ctx, s.DB, actor.CustomerExport, customer); err != nil {
		return nil, errs.Op(op, err)
	}
	group, err := s.Customers.Group(ctx, s.DB, customer)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	w := ofBrands(a)
	w.And("customer_id = ?", group[0])
	found, err := db.Many[Export](ctx, s.DB, `SELECT `+exportColumns+` FROM person_export`+w.SQL()+` ORDER BY id DESC LIMIT 50`, w.Args()...)
	return found, errs.Op(op, err)
}

// OpenExport returns the archive of an export that is done. That it was fetched stands in the log.
func (s *Service) OpenExport(ctx context.Context, key id.PersonExport) (io.ReadSeekCloser, Export, error) {
	const op = "privacy.OpenExport"
	e, err := s.GetExport(ctx, key)
	if err != nil {
		return nil, e, err
	}
	if e.State != Done || !s.now().Before(e.ExpiresAt) {
		code := "export.expired"
		if e.State == Running {
			code = "export.running"
		}
		return nil, e, errs.New(errs.Conflict, op, code)
	}
	r, _, err := s.Blobs.Get(ctx, e.BlobKey)
	if err != nil {
		return nil, e, errs.Op(op, err)
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Entry{Action: "customer.export_fetch", Subject: e.subject(), Brand: e.BrandID, After: map[string]any{"customer_id": e.CustomerID}})
	})
	if err != nil {
		_ = r.Close() // it was not read
		return nil, e, errs.Op(op, err)
	}
	return r, e, nil
}

// partKey names one part of an export: each writing has a key of its own, so that two workers do not write over each other.
func partKey(tenant id.Tenant, e id.PersonExport) string {
	return fmt.Sprintf("export/%s/%s/part-%d.zip", tenant, e, id.New[int64]())
}

// finalKey names the archive of an export.
func finalKey(tenant id.Tenant, e id.PersonExport) string {
	return fmt.Sprintf("export/%s/%s/all.zip", tenant, e)
}

// Export is the worker of ExportJob.
func (s *Service) Export(ctx context.Context, j ExportJob) error {
	const op = "privacy.Export"
	begun := s.now()
	e, found, err := db.Find[Export](ctx, s.DB, `SELECT `+exportColumns+` FROM person_export WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, j.Export)
	if err != nil || !found {
		return errs.Op(op, err)
	}
	if e.State != Running { // it was taken back: what was being written goes too
		return errs.Op(op, s.deleteAllDoomed(ctx, id.Erasure(e.ID)))
	}
	customers, err := s.Customers.Group(ctx, s.DB, e.CustomerID)
	if err != nil {
		return errs.Op(op, err)
	}
	who, err := s.person(ctx, s.DB, customers)
	if err != nil {
		return errs.Op(op, err)
	}
	for !e.Cursor.End {
		if err := s.writePart(ctx, &e, who); err != nil {
			return errs.Op(op, err)
		}
		if s.now().Sub(begun) > s.Patience {
			return job.Snooze(0)
		}
	}
	return errs.Op(op, s.assemble(ctx, e))
}

// writePart writes the next part of an export and how far it is with it.
func (s *Service) writePart(ctx context.Context, e *Export, who person) error {
	tenant := actor.From(ctx).Tenant
	w := &walk{s: s, ctx: ctx, who: who, at: e.Cursor, counts: e.Counts.plus(nil), part: e.Parts + 1}
	file, size, err := s.spool(func(to io.Writer) error { return w.write(to) })
	if err != nil {
		return err
	}
	defer file.end()
	key, owner := partKey(tenant, e.ID), id.Erasure(e.ID)
	if err := s.DB.Update(ctx, func(tx *db.Tx) error { return doom(ctx, tx, owner, key) }); err != nil { // until it is noted
		return err
	}
	if err := s.Blobs.Put(ctx, key, file.all(), size, typeZip); err != nil {
		return err
	}
	w.at.Keys = append(slices.Clone(e.Cursor.Keys), key)
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		err := db.Guard(ctx, tx, errs.New(errs.Conflict, "privacy.writePart", "export.expired"),
			`UPDATE person_export SET cursor = $3, parts = $4, counts = $5 WHERE tenant_id = $1 AND id = $2 AND parts = $6 AND state = 'running'`,
			tenant, e.ID, db.JSON(w.at), w.part, db.JSON(w.counts), e.Parts)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM doomed_blob WHERE tenant_id = $1 AND erasure_id = $2 AND blob_key = $3`, tenant, owner, key); err != nil {
			return err
		}
		e.Cursor, e.Parts, e.Counts = w.at, w.part, w.counts
		return nil
	})
	if errs.CodeOf(err) == "export.expired" { // another was quicker, and may have deleted what was doomed before this part lay there
		err = errors.Join(err, s.Blobs.Delete(context.WithoutCancel(ctx), key))
	}
	return err
}

// assemble puts the parts of an export together.
func (s *Service) assemble(ctx context.Context, e Export) error {
	tenant := actor.From(ctx).Tenant
	file, size, err := s.spool(func(to io.Writer) error { return s.merge(ctx, e, to) })
	if err != nil {
		return err
	}
	defer file.end()
	e.BlobKey, e.Size = finalKey(tenant, e.ID), size
	if err := s.Blobs.Put(ctx, e.BlobKey, file.all(), size, typeZip); err != nil {
		return err
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		for _, key := range e.Cursor.Keys {
			if err := doom(ctx, tx, id.Erasure(e.ID), key); err != nil {
				return err
			}
		}
		return db.Guard(ctx, tx, errs.New(errs.Conflict, "privacy.assemble", "export.expired"),
			`UPDATE person_export SET state = 'done', blob_key = $3, size = $4, done_at = $5, expires_at = $6 WHERE tenant_id = $1 AND id = $2 AND state = 'running'`,
			tenant, e.ID, e.BlobKey, e.Size, tx.Now(), tx.Now().Add(keepExport))
	})
	if errs.CodeOf(err) == "export.expired" {
		return s.unassemble(ctx, e, err)
	}
	if err != nil {
		return err
	}
	return s.deleteAllDoomed(ctx, id.Erasure(e.ID))
}

// unassemble deletes an archive that was taken back while it was put together. One that another worker was quicker with stays.
func (s *Service) unassemble(ctx context.Context, e Export, refused error) error {
	state, _, err := db.Find[State](ctx, s.DB, `SELECT state FROM person_export WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, e.ID)
	if err != nil || state == Done {
		return err
	}
	return errors.Join(refused, s.Blobs.Delete(ctx, e.BlobKey))
}

// forgetExports takes back all copies of what is kept about customers: an erasure takes them too.
func forgetExports(ctx context.Context, tx *db.Tx, erasure id.Erasure, customers []id.Customer) error {
	tenant := actor.From(ctx).Tenant
	for _, c := range customers {
		copies, err := db.Many[Export](ctx, tx, `SELECT `+exportColumns+` FROM person_export WHERE tenant_id = $1 AND customer_id = $2 AND (state = 'running' OR state = 'done') ORDER BY id`+tx.ForUpdate(), tenant, c)
		if err != nil {
			return err
		}
		for _, e := range copies {
			for _, key := range append(e.Cursor.Keys, finalKey(tenant, e.ID)) {
				if err := doom(ctx, tx, erasure, key); err != nil {
					return err
				}
			}
			if _, err := db.Exec(ctx, tx, `UPDATE doomed_blob SET erasure_id = $3 WHERE tenant_id = $1 AND erasure_id = $2`, tenant, e.ID, erasure); err != nil {
				return err
			}
			if _, err := db.Exec(ctx, tx, `UPDATE person_export SET state = 'expired', blob_key = '', size = 0 WHERE tenant_id = $1 AND id = $2`, tenant, e.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// deleteAllDoomed deletes all blobs that were doomed under a key.
func (s *Service) deleteAllDoomed(ctx context.Context, key id.Erasure) error {
	for {
		n, err := s.deleteDoomed(ctx, key, func(*db.Tx, int64) error { return nil })
		if err != nil || n == 0 {
			return err
		}
	}
}

// expired is an export whose time is over.
type expired struct {
	TenantID id.Tenant
	ID       id.PersonExport
	BlobKey  string
}

// Prune takes away the archives whose time is over, of all tenants: it is work of the installation.
func (s *Service) Prune(ctx context.Context) error {
	const op = "privacy.Prune"
	for {
		over, err := db.Many[expired](ctx, s.DB, `SELECT tenant_id, id, blob_key FROM person_export WHERE state = 'done' AND expires_at <= $1 ORDER BY expires_at LIMIT 100`, s.now())
		if err != nil || len(over) == 0 {
			return errs.Op(op, err)
		}
		for _, o := range over {
			if err := s.expire(actor.With(ctx, actor.ForSystem(o.TenantID)), o); err != nil {
				return errs.Op(op, err)
			}
		}
	}
}

func (s *Service) expire(ctx context.Context, o expired) error {
	if err := errors.Join(s.Blobs.Delete(ctx, o.BlobKey), s.deleteAllDoomed(ctx, id.Erasure(o.ID))); err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE person_export SET state = 'expired', blob_key = '', size = 0 WHERE tenant_id = $1 AND id = $2`, o.TenantID, o.ID)
		return err
	})
}

// ListExported keeps in the log that a list is handed out as a file, if the actor may do that.
func (s *Service) ListExported(ctx context.Context, list string) error {
	const op = "privacy.ListExported"
	if _, err := require(ctx, op, actor.CustomerExport); err != nil {
		return err
	}
	return errs.Op(op, s.DB.Update(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Entry{Action: "list.export", Subject: audit.Subject{Kind: "list", Name: list}})
	}))
}
