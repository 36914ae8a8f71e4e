package blob

import (
	"context"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/errs"
)

// Bounds of a key.
const (
	maxKey     = 200 // bytes: the folder makes one file name of it
	maxSegment = 100
)

// Info describes a blob.
type Info struct {
	Key     string
	Size    int64
	Type    string // media type, as it was put
	Changed time.Time
}

// Store keeps blobs under keys such as "attachment/118911/scan.pdf": segments
// of a-z, 0-9, dot, dash and underscore, parted by slashes. A blob that is not
// there is a NotFound error; a key that is none, an Invalid one.
type Store interface {
	// Put stores size bytes of r under key, in place of what was there.
	Put(ctx context.Context, key string, r io.Reader, size int64, mediaType string) error
	// Get opens a blob. The caller closes it.
	Get(ctx context.Context, key string) (io.ReadSeekCloser, Info, error)
	// Stat describes a blob.
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes a blob; one that is not there is removed already.
	Delete(ctx context.Context, key string) error
	// List walks all blobs whose key begins with prefix, in no order; the Type of some stores is empty here.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]
}

// Open returns the S3 store at url, or the folder dir if url is empty.
func Open(ctx context.Context, url, dir string) (Store, error) {
	if url != "" {
		return OpenS3(ctx, url)
	}
	return OpenFolder(dir)
}

// check returns an Invalid error for a key that is none.
func check(op, key string) error {
	if key == "" || len(key) > maxKey {
		return errs.E(errs.Invalid, op, nil)
	}
	for segment := range strings.SplitSeq(key, "/") {
		if !goodSegment(segment) {
			return errs.E(errs.Invalid, op, nil)
		}
	}
	return nil
}

// goodSegment refuses what is empty, hidden, or a way upward.
func goodSegment(s string) bool {
	if s == "" || len(s) > maxSegment || s[0] == '.' || s[len(s)-1] == '.' {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_' {
			return false
		}
	}
	return true
}

// errSize reports that a reader did not give as many bytes as were announced.
func errSize(cause error) error { return errs.E(errs.Invalid, "blob.Put", cause) }
