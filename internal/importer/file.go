package importer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/kit/sheet"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// Bounds of files.
const (
	MaxSize     = 50 << 20 // bytes
	MaxRows     = 500_000
	maxFaults   = 10_000 // bad rows that are said; a file with more is no file of customers
	previewRows = 20
	maxName     = 200
	keepFor     = 7 * 24 * time.Hour // a file that nobody goes on with
)

// State is how far a file is.
type State string

// States of a file.
const (
	Uploaded  State = "uploaded"
	Checking  State = "checking"
	Checked   State = "checked"
	Applying  State = "applying"
	Done      State = "done"
	Cancelled State = "cancelled"
	Failed    State = "failed"
)

// File is a file of customers on its way in.
type File struct {
	ID        id.Import
	BrandID   id.Brand
	Name      string
	BlobKey   string
	Size      int64
	Format    string
	Encoding  string
	Delimiter string
	Mapping   []string `db:"mapping,json"` // the field of each column; empty: it is left out
	KeyField  string   // email, phone; empty: all are new
	State     State
	Code      string
	AtRow     int64
	Good      int64
	Bad       int64
	Created   int64
	Updated   int64
	MadeBy    id.User
	MadeAt    time.Time
	ChangedAt time.Time
}

const fileColumns = `id, brand_id, name, blob_key, size, format, encoding, delimiter, mapping, key_field, state, code, at_row, good, bad, created, updated, made_by, made_at, changed_at`

// Fault is what is wrong with a row.
type Fault struct {
	Line   int64
	Field  string
	Code   string
	Detail errs.Values `db:"detail,json"`
}

// Blobs keep bytes under keys.
type Blobs interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, mediaType string) error
	Get(ctx context.Context, key string) (io.ReadSeekCloser, blob.Info, error)
	Delete(ctx context.Context, key string) error
}

// Service is all that can be done with files of customers.
type Service struct {
	db        *db.DB
	blobs     Blobs
	customers *customer.Service
	brands    func(ctx context.Context, q db.Queryer) ([]id.Brand, error)
	log       *slog.Logger
	now       func() time.Time
	patience  time.Duration
}

// New returns a Service.
func New(d *db.DB, blobs Blobs, customers *customer.Service, brands func(context.Context, db.Queryer) ([]id.Brand, error), log *slog.Logger) *Service {
	return &Service{db: d, blobs: blobs, customers: customers, brands: brands, log: log, now: time.Now, patience: 25 * time.Second}
}

// RegisterJobs adds the workers of the package.
func (s *Service) RegisterJobs(w *job.Workers) {
	job.Register(w, s.Check)
	job.Register(w, s.Apply)
}

func require(ctx context.Context, op string) (actor.Actor, error) {
	a, err := actor.Require(ctx, op, actor.CustomerImport)
	if err == nil && a.Scope(actor.CustomerImport) < actor.InBrand {
		err = errs.New(errs.Forbidden, op, "forbidden").With(errs.Values{"permission": string(actor.CustomerImport)})
	}
	return a, err
}

// Upload stores a file for a brand and finds out how to read it.
func (s *Service) Upload(ctx context.Context, brand id.Brand, name string, r io.Reader) (File, error) {
	const op = "importer.Upload"
	a, err := require(ctx, op)
	if err != nil {
		return File{}, err
	}
	all, err := s.brands(ctx, s.db)
	if err != nil {
		return File{}, errs.Op(op, err)
	}
	if !a.Brands.Has(brand) || !slices.Contains(all, brand) {
		return File{}, errs.Fields(op, errs.Field{Path: "brand", Code: "reference"})
	}
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return File{}, errs.E(errs.Invalid, op, err)
	}
	if len(data) > MaxSize {
		return File{}, errs.New(errs.Invalid, op, "import.size").With(errs.Values{"max_mib": MaxSize >> 20})
	}
	o, err := sheet.Detect(data)
	if err != nil {
		return File{}, errs.New(errs.Invalid, op, "import.format")
	}
	f := File{
		ID: id.New[id.Import](), BrandID: brand, Name: clip(name), Size: int64(len(data)), Format: o.Format, Encoding: o.Encoding, Delimiter: o.Delimiter,
		State: Uploaded, MadeBy: a.User,
	}
	header, _, err := peek(bytes.NewReader(data), o, 0)
	if err != nil {
		return File{}, errs.New(errs.Invalid, op, "import.format")
	}
	f.Mapping, f.KeyField = guess(header), ""
	if slices.Contains(f.Mapping, "email") {
		f.KeyField = "email"
	}
	f.BlobKey = "import/" + a.Tenant.String() + "/" + f.ID.String()
	return f, errs.Op(op, s.keep(ctx, &f, data))
}

// keep writes the row first and then the bytes: none lie where no row knows of them.
func (s *Service) keep(ctx context.Context, f *File, data []byte) error {
	tenant := actor.From(ctx).Tenant
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		f.MadeAt, f.ChangedAt = tx.Now(), tx.Now()
		_, err := db.Exec(ctx, tx, `INSERT INTO import_file (tenant_id, `+fileColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
			tenant, f.ID, f.BrandID, f.Name, f.BlobKey, f.Size, f.Format, f.Encoding, f.Delimiter, db.JSON(f.Mapping), f.KeyField, string(f.State), f.Code,
			f.AtRow, f.Good, f.Bad, f.Created, f.Updated, f.MadeBy, f.MadeAt, f.ChangedAt)
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "import.upload", Subject: audit.Subject{Kind: "import", ID: int64(f.ID), Name: f.Name}, Brand: f.BrandID})
	})
	if err != nil {
		return err
	}
	return s.blobs.Put(ctx, f.BlobKey, bytes.NewReader(data), f.Size, "application/octet-stream")
}

func clip(name string) string {
	name = strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), "")
	if runes := []rune(name); len(runes) > maxName {
		return string(runes[:maxName])
	}
	return name
}

func (f File) options() sheet.Options {
	return sheet.Options{Format: f.Format, Encoding: f.Encoding, Delimiter: f.Delimiter}
}

// Look is a file with how it begins.
type Look struct {
	File

	Header []string
	Rows   [][]string
	Faults []Fault // the first ones
}

// Get returns a file with its first rows, while they are there, and its first faults.
func (s *Service) Get(ctx context.Context, key id.Import) (Look, error) {
	const op = "importer.Get"
	f, err := s.find(ctx, s.db, op, key, "")
	if err != nil {
		return Look{}, err
	}
	look := Look{File: f}
	if look.Faults, err = s.Faults(ctx, key, 0, 100); err != nil {
		return look, errs.Op(op, err)
	}
	if f.BlobKey == "" {
		return look, nil
	}
	r, _, err := s.blobs.Get(ctx, f.BlobKey)
	if errs.Is(errs.NotFound, err) { // it is done, and its bytes are forgotten at this moment
		return look, nil
	}
	if err != nil {
		return look, errs.Op(op, err)
	}
	defer r.Close()
	look.Header, look.Rows, err = peek(r, f.options(), previewRows)
	if errors.Is(err, sheet.ErrFormat) || errors.Is(err, io.EOF) {
		err = errs.New(errs.Invalid, op, "import.format")
	}
	return look, errs.Op(op, err)
}

func (s *Service) find(ctx context.Context, q db.Queryer, op string, key id.Import, lock string) (File, error) {
	a, err := require(ctx, op)
	if err != nil {
		return File{}, err
	}
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	w.And("id = ?", key)
	if !a.Brands.All {
		db.In(w, "brand_id", a.Brands.Some)
	}
	f, err := db.One[File](ctx, q, `SELECT `+fileColumns+` FROM import_file`+w.SQL()+lock, w.Args()...)
	return f, errs.Op(op, err)
}

// List returns files, the newest first, one more than limit if there are more.
func (s *Service) List(ctx context.Context, before id.Import, limit int) ([]File, error) {
	const op = "importer.List"
	a, err := require(ctx, op)
	if err != nil {
		return nil, err
	}
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	if !a.Brands.All {
		db.In(w, "brand_id", a.Brands.Some)
	}
	if before != 0 {
		w.And("id < ?", before)
	}
	found, err := db.Many[File](ctx, s.db, `SELECT `+fileColumns+` FROM import_file`+w.SQL()+` ORDER BY id DESC LIMIT `+w.Arg(max(1, min(limit, 100))+1), w.Args()...)
	return found, errs.Op(op, err)
}

// Faults returns what is wrong with rows behind a line.
func (s *Service) Faults(ctx context.Context, key id.Import, after int64, limit int) ([]Fault, error) {
	const op = "importer.Faults"
	if _, err := s.find(ctx, s.db, op, key, ""); err != nil {
		return nil, err
	}
	found, err := db.Many[Fault](ctx, s.db, `SELECT line, field, code, detail FROM import_fault WHERE tenant_id = $1 AND import_id = $2 AND line > $3 ORDER BY line LIMIT $4`,
		actor.From(ctx).Tenant, key, after, max(1, min(limit, 1000)))
	return found, errs.Op(op, err)
}

// Plan says how a file is to be read. Empty fields stay as they are.
type Plan struct {
	Encoding  string
	Delimiter string
	Mapping   []string
	KeyField  *string
}

// Configure changes how a file is read, which was not applied yet.
func (s *Service) Configure(ctx context.Context, key id.Import, p Plan) (Look, error) {
	const op = "importer.Configure"
	err := s.change(ctx, op, key, func(f *File) error {
		if f.State != Uploaded && f.State != Checked && f.State != Failed {
			return errs.New(errs.Conflict, op, "import.state")
		}
		if err := p.check(op, f); err != nil {
			return err
		}
		f.State, f.Code = Uploaded, ""
		return nil
	})
	if err != nil {
		return Look{}, err
	}
	return s.Get(ctx, key)
}

func (p Plan) check(op string, f *File) error {
	var wrong check.Fields
	if p.Encoding != "" && f.Format == sheet.CSV {
		wrong.OneOf("encoding", p.Encoding, sheet.Encodings()...)
		f.Encoding = p.Encoding
	}
	if p.Delimiter != "" && f.Format == sheet.CSV {
		wrong.OneOf("delimiter", p.Delimiter, sheet.Delimiters()...)
		f.Delimiter = p.Delimiter
	}
	if p.Mapping != nil {
		seen := map[string]bool{}
		for i, field := range p.Mapping {
			if field == "" {
				continue
			}
			if !slices.Contains(customer.ImportFields(), field) || seen[field] {
				wrong.Add("mapping."+itoa(i), "one_of", errs.Values{"allowed": strings.Join(customer.ImportFields(), ", ")})
			}
			seen[field] = true
		}
		f.Mapping = p.Mapping[:min(len(p.Mapping), sheet.MaxColumns)]
	}
	if p.KeyField != nil {
		if *p.KeyField != "" {
			wrong.OneOf("key_field", *p.KeyField, "email", "phone")
		}
		f.KeyField = *p.KeyField
	}
	if f.KeyField != "" && !slices.Contains(f.Mapping, f.KeyField) {
		wrong.Add("key_field", "import.key_unmapped", nil)
	}
	return wrong.Err(op)
}

// change changes a file that is locked.
func (s *Service) change(ctx context.Context, op string, key id.Import, fn func(f *File) error) error {
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		f, err := s.find(ctx, tx, op, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if err := fn(&f); err != nil {
			return err
		}
		return s.save(ctx, tx, &f)
	}))
}

func (s *Service) save(ctx context.Context, tx *db.Tx, f *File) error {
	f.ChangedAt = tx.Now()
	_, err := db.Exec(ctx, tx, `UPDATE import_file SET encoding = $3, delimiter = $4, mapping = $5, key_field = $6, state = $7, code = $8, at_row = $9, good = $10, bad = $11,
		created = $12, updated = $13, changed_at = $14, blob_key = $15 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, f.ID, f.Encoding, f.Delimiter, db.JSON(f.Mapping), f.KeyField, string(f.State), f.Code, f.AtRow, f.Good, f.Bad,
		f.Created, f.Updated, f.ChangedAt, f.BlobKey)
	return err
}
