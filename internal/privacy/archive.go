package privacy

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
)

const typeZip = "application/zip"

// Bounds of one part of an archive.
const (
	partBytes = 32 << 20
	partTime  = 10 * time.Second
)

// Stages of the walk.
const (
	stageRows  = 0
	stageFiles = 1
)

// cursor is how far the walk over what is kept about a person is.
type cursor struct {
	Stage int   `json:"stage"`
	Table int   `json:"table"`
	Thing int64 `json:"thing"` // the last of the table that is complete
	After int64 `json:"after"` // in the thing behind it
	Seen  int   `json:"seen"`
	Of    int   `json:"of"`
	End   bool  `json:"end"`

	Keys []string `json:"keys"` // of the parts
}

// walk writes one part.
type walk struct {
	s      *Service
	ctx    context.Context //nolint:containedctx // lives for one call
	who    person
	at     cursor
	counts Counts
	part   int

	did   int // things of this part
	zip   *zip.Writer
	out   *counter
	begun time.Time
}

// write writes rows and files from the cursor on, until the part is full.
func (w *walk) write(to io.Writer) error {
	w.out, w.begun = &counter{to: to}, time.Now()
	w.zip = zip.NewWriter(w.out)
	if w.at.Of == 0 {
		for _, t := range w.s.Tables {
			w.at.Of += 2 * len(w.who.things(t.Of))
		}
	}
	for ; w.at.Stage <= stageFiles; w.at.Stage++ {
		for ; w.at.Table < len(w.s.Tables); w.at.Table++ {
			full, err := w.table()
			if err != nil {
				return err
			}
			if full {
				return w.zip.Close()
			}
			w.at.Thing, w.at.After = 0, 0
		}
		w.at.Table = 0
	}
	w.at.End = true
	return w.zip.Close()
}

// full reports whether the part has enough. It has something, so that every part is a way forward.
func (w *walk) full() bool {
	return w.did > 0 && (w.out.n > partBytes || time.Since(w.begun) > min(partTime, w.s.Patience))
}

// table writes what is left of a table, and reports whether the part is full.
func (w *walk) table() (bool, error) {
	t := w.s.Tables[w.at.Table]
	var lines io.Writer
	for _, thing := range w.who.things(t.Of) {
		if thing <= w.at.Thing {
			continue
		}
		if w.full() {
			return true, nil
		}
		var err error
		if w.at.Stage == stageFiles {
			err = w.files(t.Blobs, thing)
		} else {
			err = w.rows(&lines, thing)
		}
		if err != nil {
			return false, err
		}
		w.at.Thing, w.at.After = thing, 0
		w.at.Seen++
		w.did++
	}
	return false, nil
}

// rows writes the rows of a thing, one a line.
func (w *walk) rows(lines *io.Writer, thing int64) error {
	t := w.s.Tables[w.at.Table]
	for {
		rows, next, err := t.Rows(w.ctx, w.s.DB, thing, w.at.After)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if *lines == nil {
				name := fmt.Sprintf("%s/%s-%05d.jsonl", t.Class, t.Name, w.part)
				if *lines, err = w.create(name, zip.Deflate); err != nil {
					return err
				}
			}
			line, err := json.Marshal(r)
			if err != nil {
				return err
			}
			if _, err := (*lines).Write(append(line, '\n')); err != nil {
				return err
			}
			w.counts[string(t.Class)]++
		}
		if next == 0 {
			return nil
		}
		w.at.After = next
	}
}

func (w *walk) create(name string, method uint16) (io.Writer, error) {
	return w.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: time.Now().UTC()})
}

// files copies the blobs of a thing.
func (w *walk) files(blobs func(context.Context, db.Queryer, int64, bool) ([]personal.Blob, error), thing int64) error {
	found, err := blobs(w.ctx, w.s.DB, thing, true)
	if err != nil {
		return err
	}
	for _, b := range found {
		r, _, err := w.s.Blobs.Get(w.ctx, b.Key)
		if errs.Is(errs.NotFound, err) {
			w.counts["missing"]++ // the row says that there was one
			continue
		}
		if err != nil {
			return err
		}
		to, err := w.create(safeName(b.Name), zip.Deflate)
		if err == nil {
			_, err = io.Copy(to, r)
		}
		if err = errors.Join(err, r.Close()); err != nil {
			return err
		}
		w.counts[blobCount]++
	}
	return nil
}

// safeName is a name that leads nowhere but into the archive.
func safeName(name string) string {
	folder, rest, _ := strings.Cut(name, "/")
	rest = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, rest)
	return folder + "/" + strings.TrimLeft(rest, ".")
}

// merge writes the archive: its description, and what stands in the parts.
func (s *Service) merge(ctx context.Context, e Export, to io.Writer) error {
	w := zip.NewWriter(to)
	if err := describe(w, e); err != nil {
		return err
	}
	for _, key := range e.Cursor.Keys {
		if err := s.copyPart(ctx, w, key); err != nil {
			return err
		}
	}
	return w.Close()
}

// copyPart copies the members of a part as they are.
func (s *Service) copyPart(ctx context.Context, w *zip.Writer, key string) (err error) {
	r, info, err := s.Blobs.Get(ctx, key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	part, err := zip.NewReader(&seekingAt{r: r}, info.Size)
	if err != nil {
		return err
	}
	for _, f := range part.File {
		if err := w.Copy(f); err != nil {
			return err
		}
	}
	return nil
}

// about says how to read the archive.
const about = `What is kept about one person.

Each *.jsonl file holds rows of one kind, one JSON object a line: times are
RFC 3339 in UTC, keys are text, what is empty is left out. The folders are the
classes of data. files/ are attachments as they were sent (the number before the
name is the key of the row in files/attachment-*.jsonl), mails/ are e-mails as
they came (RFC 5322). manifest.json counts what is here.
`

func describe(w *zip.Writer, e Export) error {
	readme, err := w.Create("README.txt")
	if err != nil {
		return err
	}
	if _, err := io.WriteString(readme, about); err != nil {
		return err
	}
	manifest, err := w.Create("manifest.json")
	if err != nil {
		return err
	}
	out := json.NewEncoder(manifest)
	out.SetIndent("", "  ")
	return out.Encode(map[string]any{"export_id": e.ID, "customer_id": e.CustomerID, "requested_at": e.MadeAt, "counts": e.Counts})
}

// roomy is a store with a folder for what is not a blob yet.
type roomy interface{ TempDir() string }

// spooled is a file on disk that has no name where the system allows it, so that not even a kill leaves it.
type spooled struct{ file *os.File }

// spool writes to a file beside the store.
func (s *Service) spool(write func(to io.Writer) error) (*spooled, int64, error) {
	dir := ""
	if store, ok := s.Blobs.(roomy); ok {
		dir = store.TempDir()
	}
	file, err := os.CreateTemp(dir, "export-*")
	if err != nil {
		return nil, 0, errs.E(errs.Unavailable, "privacy.spool", err)
	}
	_ = os.Remove(file.Name()) // where a file in use keeps its name, end removes it
	held := &spooled{file}
	if err := write(file); err != nil {
		held.end()
		return nil, 0, err
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		held.end()
		return nil, 0, errs.E(errs.Unavailable, "privacy.spool", err)
	}
	return held, size, nil
}

// all returns the file, from where it is.
func (h *spooled) all() io.Reader { return h.file }

// end gives the disk its room back.
func (h *spooled) end() {
	_ = h.file.Close()           // it was read
	_ = os.Remove(h.file.Name()) // gone already on most systems
}

// counter counts what is written.
type counter struct {
	to io.Writer
	n  int64
}

// Write writes and counts.
func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

// seekingAt reads anywhere in what can only be sought: one reader at a time.
type seekingAt struct{ r io.ReadSeeker }

// ReadAt reads at a place.
func (s *seekingAt) ReadAt(p []byte, at int64) (int, error) {
	if _, err := s.r.Seek(at, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s.r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
