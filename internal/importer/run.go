package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/sheet"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// batch is how many rows one transaction takes.
const batch = 500

// CheckJob asks for the rows of a file to be checked and staged.
type CheckJob struct {
	Import id.Import `json:"import"`
}

// Kind returns "importer.check".
func (CheckJob) Kind() string { return "importer.check" }

// ApplyJob asks for the staged rows of a file to become customers.
type ApplyJob struct {
	Import id.Import `json:"import"`
}

// Kind returns "importer.apply".
func (ApplyJob) Kind() string { return "importer.apply" }

// StartCheck begins to check all rows of a file.
func (s *Service) StartCheck(ctx context.Context, key id.Import) error {
	const op = "importer.StartCheck"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		f, err := s.find(ctx, tx, op, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if f.State != Uploaded && f.State != Checked && f.State != Failed || f.BlobKey == "" {
			return errs.New(errs.Conflict, op, "import.state")
		}
		if strings.Join(f.Mapping, "") == "" {
			return errs.Fields(op, errs.Field{Path: "mapping", Code: "required"})
		}
		for _, text := range []string{`DELETE FROM import_row WHERE tenant_id = $1 AND import_id = $2`, `DELETE FROM import_fault WHERE tenant_id = $1 AND import_id = $2`} {
			if _, err := db.Exec(ctx, tx, text, actor.From(ctx).Tenant, key); err != nil {
				return err
			}
		}
		f.State, f.Code, f.AtRow, f.Good, f.Bad = Checking, "", 0, 0, 0
		if err := s.save(ctx, tx, &f); err != nil {
			return err
		}
		return job.Enqueue(ctx, tx, CheckJob{Import: key})
	}))
}

// StartApply begins to make customers of the rows that were good.
func (s *Service) StartApply(ctx context.Context, key id.Import) error {
	const op = "importer.StartApply"
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		f, err := s.find(ctx, tx, op, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if f.State != Checked || f.Good == 0 {
			return errs.New(errs.Conflict, op, "import.state")
		}
		f.State = Applying
		if err := s.save(ctx, tx, &f); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, audit.Entry{
			Action: "import.apply", Subject: audit.Subject{Kind: "import", ID: int64(f.ID), Name: f.Name}, Brand: f.BrandID, After: map[string]any{"rows": f.Good, "key_field": f.KeyField},
		}); err != nil {
			return err
		}
		return job.Enqueue(ctx, tx, ApplyJob{Import: key})
	}))
}

// Cancel ends a file's way. What was applied stays.
func (s *Service) Cancel(ctx context.Context, key id.Import) error {
	const op = "importer.Cancel"
	blobKey := ""
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		f, err := s.find(ctx, tx, op, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		if f.State == Done || f.State == Cancelled {
			return errs.New(errs.Conflict, op, "import.state")
		}
		f.State, blobKey = Cancelled, f.BlobKey
		if err := audit.Write(ctx, tx, audit.Entry{
			Action: "import.cancel", Subject: audit.Subject{Kind: "import", ID: int64(f.ID), Name: f.Name}, Brand: f.BrandID, After: map[string]any{"created": f.Created, "updated": f.Updated},
		}); err != nil {
			return err
		}
		return s.clear(ctx, tx, &f)
	})
	if err != nil || blobKey == "" {
		return errs.Op(op, err)
	}
	return errs.Op(op, s.forgetBytes(ctx, key, blobKey))
}

// clear forgets the staged rows of a file whose way has ended. Its bytes are forgotten after the commit.
func (s *Service) clear(ctx context.Context, tx *db.Tx, f *File) error {
	if _, err := db.Exec(ctx, tx, `DELETE FROM import_row WHERE tenant_id = $1 AND import_id = $2`, actor.From(ctx).Tenant, f.ID); err != nil {
		return err
	}
	return s.save(ctx, tx, f)
}

// forgetBytes deletes the bytes of a file and then says so: stopped between, Prune does it again.
func (s *Service) forgetBytes(ctx context.Context, key id.Import, blobKey string) error {
	if err := s.blobs.Delete(ctx, blobKey); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE import_file SET blob_key = '' WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
		return err
	})
}

// Check is the worker of CheckJob.
func (s *Service) Check(ctx context.Context, j CheckJob) error {
	const op = "importer.Check"
	begun := s.now()
	f, err := s.find(ctx, s.db, op, j.Import, "")
	if err != nil || f.State != Checking {
		return errs.Op(op, err)
	}
	bytes, _, err := s.blobs.Get(ctx, f.BlobKey)
	if err != nil {
		return errs.Op(op, err)
	}
	defer bytes.Close()
	in, err := sheet.Open(bytes, f.options())
	if err != nil {
		return s.fail(ctx, f, "import.format")
	}
	defer in.Close()
	c := &checking{s: s, in: in, file: f}
	for !c.end {
		if err := c.next(ctx); err != nil {
			return errs.Op(op, err)
		}
		if !c.end && s.now().Sub(begun) > s.patience {
			return job.Snooze(0)
		}
	}
	return nil
}

func (s *Service) fail(ctx context.Context, f File, code string) error {
	return s.change(ctx, "importer.fail", f.ID, func(f *File) error {
		f.State, f.Code = Failed, code
		return nil
	})
}

// checking is a file that is being checked.
type checking struct {
	s      *Service
	in     *sheet.Reader
	file   File
	row    int64 // of the reader
	header bool
	end    bool
}

// staged is a row on its way into the table.
type staged struct {
	line int64
	key  string
	row  customer.Row
}

// next reads and stages one batch. Rows before file.AtRow were staged by an earlier call.
func (c *checking) next(ctx context.Context) error {
	var (
		good   []staged
		faults []Fault
		code   string
	)
	for read := 0; read < batch && !c.end && code == ""; {
		cells, line, err := c.in.Next()
		var bad sheet.RowError
		switch {
		case errors.Is(err, io.EOF):
			c.end = true
			continue
		case err != nil && !errors.As(err, &bad):
			code = "import.format"
			continue
		case !c.header:
			c.header = true
			continue
		}
		if c.row++; c.row <= c.file.AtRow {
			continue
		}
		if c.row > MaxRows {
			code = "import.rows"
			continue
		}
		read++
		if err != nil {
			faults = append(faults, Fault{Line: int64(line), Code: "import.malformed"})
			continue
		}
		row, fault, isBad := c.rowOf(cells, int64(line))
		if isBad {
			faults = append(faults, fault)
			continue
		}
		good = append(good, staged{line: int64(line), key: row.Key(c.file.KeyField), row: row})
	}
	return c.stage(ctx, good, faults, code)
}

// rowOf reads the cells of a row by the mapping.
func (c *checking) rowOf(cells []string, line int64) (customer.Row, Fault, bool) {
	row := customer.Row{Line: line}
	for i, field := range c.file.Mapping {
		if field != "" && i < len(cells) {
			row.Set(field, cells[i])
		}
	}
	row.Email = strings.ToLower(row.Email)
	if wrong, is := row.Check(); is {
		return row, Fault{Line: line, Field: wrong.Path, Code: wrong.Code, Detail: wrong.Values}, true
	}
	if by := c.file.KeyField; by != "" && row.Key(by) == "" {
		return row, Fault{Line: line, Field: by, Code: "required"}, true
	}
	return row, Fault{}, false
}

// stage writes a batch with how far the file is.
func (c *checking) stage(ctx context.Context, good []staged, faults []Fault, code string) error {
	at := c.row
	return c.s.db.Update(ctx, func(tx *db.Tx) error {
		f, err := c.s.find(ctx, tx, "importer.stage", c.file.ID, tx.ForUpdate())
		if err != nil {
			return err
		}
		if f.State != Checking || f.AtRow != c.file.AtRow { // cancelled, or another worker was quicker
			c.end = true
			return nil
		}
		twice, err := c.insert(ctx, tx, good)
		if err != nil {
			return err
		}
		faults := append(slices.Clip(faults), twice...)
		f.Good, f.Bad = f.Good+int64(len(good)-len(twice)), f.Bad+int64(len(faults))
		if f.Bad <= maxFaults {
			if err := insertFaults(ctx, tx, f.ID, faults); err != nil {
				return err
			}
		} else if code == "" {
			code = "import.too_bad"
		}
		f.AtRow = at
		switch {
		case code != "":
			f.State, f.Code, c.end = Failed, code, true
		case c.end:
			f.State = Checked
		}
		if err := c.s.save(ctx, tx, &f); err != nil {
			return err
		}
		c.file = f
		return nil
	})
}

// insert stages good rows, and returns those whose key stands in the file before.
func (c *checking) insert(ctx context.Context, tx *db.Tx, good []staged) ([]Fault, error) {
	var rows db.Rows
	again := map[int64]bool{}
	for _, g := range good {
		data, err := json.Marshal(g.row)
		if err != nil {
			return nil, err
		}
		key := "line " + strconv.FormatInt(g.line, 10)
		if g.key != "" {
			sum := sha256.Sum256([]byte(g.key))
			key = hex.EncodeToString(sum[:16])
		}
		rows.Add(g.line, map[string]string{"key": key, "data": string(data)})
		again[g.line] = true
	}
	kept, err := db.Many[int64](ctx, tx, `INSERT INTO import_row (tenant_id, import_id, line, row_key, data)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST(key AS BIGINT), value ->> 'key', value ->> 'data' FROM json_each($3)
		WHERE TRUE ON CONFLICT DO NOTHING RETURNING line`, actor.From(ctx).Tenant, c.file.ID, rows.Arg())
	if err != nil {
		return nil, err
	}
	for _, line := range kept {
		delete(again, line)
	}
	var twice []Fault
	for _, line := range slices.Sorted(maps.Keys(again)) {
		twice = append(twice, Fault{Line: line, Field: c.file.KeyField, Code: "import.twice"})
	}
	return twice, nil
}

func insertFaults(ctx context.Context, tx *db.Tx, key id.Import, faults []Fault) error {
	for _, f := range faults {
		if f.Detail == nil {
			f.Detail = errs.Values{}
		}
		err := db.Write(ctx, tx, `INSERT INTO import_fault (tenant_id, import_id, line, field, code, detail) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
			actor.From(ctx).Tenant, key, f.Line, f.Field, f.Code, db.JSON(f.Detail))
		if err != nil {
			return err
		}
	}
	return nil
}
