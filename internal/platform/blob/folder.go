package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/errs"
)

const (
	dirPerm  = 0o700
	filePerm = 0o600

	slash      = "+" // stands for / in a file name; no key has it
	typeSuffix = "~" // ends the name of the file that holds a blob's media type; no key has it
	tempDir    = "tmp"
	maxType    = 255

	// tempAge is how old an unfinished file must be to be taken for the remains of a crash.
	tempAge = 24 * time.Hour
)

// Folder keeps blobs as files, in 256 subfolders so that none grows too large.
type Folder struct{ root string }

var _ Store = (*Folder)(nil)

// OpenFolder returns the store in dir, which is made if it is missing.
func OpenFolder(dir string) (*Folder, error) {
	temp := filepath.Join(dir, tempDir)
	if err := os.MkdirAll(temp, dirPerm); err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	left, err := os.ReadDir(temp)
	if err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	for _, entry := range left {
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > tempAge {
			_ = os.Remove(filepath.Join(temp, entry.Name())) // tried again at the next start
		}
	}
	return &Folder{root: dir}, nil
}

// Put stores a blob: written beside, synced, then renamed into place.
func (f *Folder) Put(ctx context.Context, key string, r io.Reader, size int64, mediaType string) error {
	const op = "blob.Put"
	if err := check(op, key); err != nil {
		return err
	}
	if size < 0 || len(mediaType) > maxType {
		return errs.E(errs.Invalid, op, nil)
	}
	path := f.path(key)
	if err := f.makeShard(filepath.Dir(path)); err != nil {
		return errs.E(errs.Unavailable, op, err)
	}
	temp, err := f.write(ctx, r, size)
	if err != nil {
		return err
	}
	defer os.Remove(temp) // gone already if all went well
	kind, err := f.write(ctx, strings.NewReader(mediaType), int64(len(mediaType)))
	if err != nil {
		return err
	}
	defer os.Remove(kind)
	err = errors.Join(os.Rename(kind, path+typeSuffix), os.Rename(temp, path), syncDir(filepath.Dir(path)))
	if err != nil {
		return errs.E(errs.Unavailable, op, err)
	}
	return nil
}

// TempDir returns the folder of files that are not blobs yet. What a crash leaves
// there is removed when the store is opened.
func (f *Folder) TempDir() string { return filepath.Join(f.root, tempDir) }

// write puts exactly size bytes of r into a new file and returns its name.
func (f *Folder) write(ctx context.Context, r io.Reader, size int64) (name string, err error) {
	const op = "blob.Put"
	file, err := os.CreateTemp(f.TempDir(), "put-*")
	if err != nil {
		return "", errs.E(errs.Unavailable, op, err)
	}
	defer func() {
		err = errors.Join(err, file.Close())
		if err != nil {
			_ = os.Remove(file.Name()) // else OpenFolder does, some day
		}
	}()
	written, err := io.Copy(file, io.LimitReader(&stoppable{ctx, r}, size+1))
	switch {
	case written > size:
		return "", errSize(errors.New("more bytes than announced"))
	case err != nil:
		return "", errs.E(errs.Unavailable, op, err)
	case written < size:
		return "", errSize(io.ErrUnexpectedEOF)
	}
	if err := errors.Join(file.Chmod(filePerm), file.Sync()); err != nil {
		return "", errs.E(errs.Unavailable, op, err)
	}
	return file.Name(), nil
}

// Get opens a blob.
func (f *Folder) Get(_ context.Context, key string) (io.ReadSeekCloser, Info, error) {
	const op = "blob.Get"
	if err := check(op, key); err != nil {
		return nil, Info{}, err
	}
	file, err := os.Open(f.path(key))
	if err != nil {
		return nil, Info{}, told(op, err)
	}
	stat, err := file.Stat()
	if err != nil {
		return nil, Info{}, told(op, errors.Join(err, file.Close()))
	}
	return file, f.info(key, stat), nil
}

// Stat describes a blob.
func (f *Folder) Stat(_ context.Context, key string) (Info, error) {
	const op = "blob.Stat"
	if err := check(op, key); err != nil {
		return Info{}, err
	}
	stat, err := os.Stat(f.path(key))
	if err != nil {
		return Info{}, told(op, err)
	}
	return f.info(key, stat), nil
}

// Delete removes a blob.
func (f *Folder) Delete(_ context.Context, key string) error {
	const op = "blob.Delete"
	if err := check(op, key); err != nil {
		return err
	}
	for _, name := range []string{f.path(key), f.path(key) + typeSuffix} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return told(op, err)
		}
	}
	if err := syncDir(filepath.Dir(f.path(key))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return told(op, err)
	}
	return nil
}

// List walks the blobs whose key begins with prefix.
func (f *Folder) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	const op = "blob.List"
	return func(yield func(Info, error) bool) {
		shards, err := os.ReadDir(f.root)
		if err != nil {
			yield(Info{}, told(op, err))
			return
		}
		for _, shard := range shards {
			if err := ctx.Err(); err != nil {
				yield(Info{}, errs.E(errs.Unavailable, op, err))
				return
			}
			if shard.Name() == tempDir || !shard.IsDir() {
				continue
			}
			if !f.listShard(shard.Name(), prefix, yield) {
				return
			}
		}
	}
}

func (f *Folder) listShard(shard, prefix string, yield func(Info, error) bool) bool {
	entries, err := os.ReadDir(filepath.Join(f.root, shard))
	if err != nil {
		return yield(Info{}, told("blob.List", err))
	}
	for _, entry := range entries {
		key := strings.ReplaceAll(entry.Name(), slash, "/")
		if strings.HasSuffix(key, typeSuffix) || !strings.HasPrefix(key, prefix) {
			continue
		}
		stat, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted meanwhile
		}
		if err != nil {
			return yield(Info{}, told("blob.List", err))
		}
		if !yield(f.info(key, stat), nil) {
			return false
		}
	}
	return true
}

func (f *Folder) info(key string, stat fs.FileInfo) Info {
	kind, err := os.ReadFile(f.path(key) + typeSuffix)
	if err != nil {
		kind = nil // a blob that was put there by hand has no type
	}
	return Info{Key: key, Size: stat.Size(), Type: string(kind), Changed: stat.ModTime()}
}

// path returns the file of a key that was checked.
func (f *Folder) path(key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(f.root, hex.EncodeToString(sum[:1]), strings.ReplaceAll(key, "/", slash))
}

// makeShard makes a subfolder so that it outlives a loss of power.
func (f *Folder) makeShard(dir string) error {
	err := os.Mkdir(dir, dirPerm)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(f.root)
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // a folder of the store
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// told gives an error of the file system its kind.
func told(op string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errs.E(errs.NotFound, op, err)
	}
	return errs.E(errs.Unavailable, op, err)
}

// stoppable ends a long copy when its context ends.
type stoppable struct {
	ctx context.Context //nolint:containedctx // lives for one call
	r   io.Reader
}

// Read reads unless the context has ended.
func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
