package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/sniff"
)

// roomy is a store with a folder for what is not a blob yet. Without one the
// system's folder for such things is taken.
type roomy interface{ TempDir() string }

// spooled is a file on disk of which it is not known yet whether it may be kept.
// Where the system allows it, it has no name, so that not even a kill leaves it.
type spooled struct {
	file *os.File
	size int64
	sum  string // SHA-256, hexadecimal
	head []byte // as much as tells the type
}

// spool writes all of r to disk as it comes: at most most bytes and at least one.
func (s *Service) spool(ctx context.Context, r io.Reader, most int64) (_ *spooled, err error) {
	const op = "media.spool"
	dir := ""
	if store, ok := s.blobs.(roomy); ok {
		dir = store.TempDir()
	}
	file, err := os.CreateTemp(dir, "upload-*")
	if err != nil {
		return nil, errs.E(errs.Unavailable, op, err)
	}
	_ = os.Remove(file.Name()) // where a file in use keeps its name, end removes it
	held := &spooled{file: file}
	defer func() {
		if err != nil {
			held.end()
		}
	}()
	if err := held.fill(ctx, r, most); err != nil {
		return nil, errs.Op(op, err)
	}
	return held, nil
}

// fill takes what comes. What goes wrong with r is said as r says it.
func (h *spooled) fill(ctx context.Context, r io.Reader, most int64) error {
	const op = "media.fill"
	sum, from := sha256.New(), &stoppable{ctx: ctx, r: r}
	n, err := io.Copy(io.MultiWriter(h.file, sum), io.LimitReader(from, most+1))
	switch {
	case from.err != nil:
		return errs.E(errs.Invalid, op, from.err)
	case err != nil:
		return errs.E(errs.Unavailable, op, err)
	case n > most:
		return errs.New(errs.Invalid, op, "attachment.size").With(errs.Values{"max_mib": most >> 20})
	case n == 0:
		return errs.New(errs.Invalid, op, "attachment.empty")
	}
	h.size, h.sum = n, hex.EncodeToString(sum.Sum(nil))
	h.head = make([]byte, min(n, sniff.HeadSize))
	if _, err := h.file.ReadAt(h.head, 0); err != nil {
		return errs.E(errs.Unavailable, op, fmt.Errorf("read what was written: %w", err))
	}
	return nil
}

// bytes returns all of the file, from its beginning.
func (h *spooled) bytes() *io.SectionReader { return io.NewSectionReader(h.file, 0, h.size) }

// end gives the disk its room back.
func (h *spooled) end() {
	_ = h.file.Close()           // it was only read
	_ = os.Remove(h.file.Name()) // gone already on most systems
}

// stoppable ends when its context does, and keeps what went wrong with its reader.
type stoppable struct {
	ctx context.Context //nolint:containedctx // lives for one call
	r   io.Reader
	err error
}

// Read reads unless the context has ended.
func (s *stoppable) Read(p []byte) (int, error) {
	if s.err = s.ctx.Err(); s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	if !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}
