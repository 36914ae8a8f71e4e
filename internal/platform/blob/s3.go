package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/zongler/zongler/internal/errs"
)

// defaultRegion is what S3-compatible stores take when they know no regions.
const defaultRegion = "us-east-1"

// S3 keeps blobs as objects of one bucket.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string // of all keys, "" or ending with /
}

var _ Store = (*S3)(nil)

// OpenS3 returns the store at an address such as
// s3://key:secret@host:port/bucket/prefix?region=eu-central-1&tls=0. The bucket must exist.
func OpenS3(ctx context.Context, address string) (*S3, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User == nil {
		return nil, errors.New("the S3 address must look like s3://key:secret@host:port/bucket?region=…&tls=0") // without repeating a secret
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if bucket == "" {
		return nil, errors.New("the S3 address names no bucket: s3://key:secret@host:port/bucket")
	}
	if prefix != "" {
		prefix += "/"
	}
	region := u.Query().Get("region")
	if region == "" {
		region = defaultRegion
	}
	password, _ := u.User.Password()
	client, err := minio.New(u.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(u.User.Username(), password, ""),
		Secure: u.Query().Get("tls") != "0",
		Region: region,
	})
	if err != nil {
		return nil, fmt.Errorf("S3 at %s: %w", u.Host, err)
	}
	there, err := client.BucketExists(ctx, bucket)
	if err != nil {
		return nil, fmt.Errorf("S3 at %s: %w", u.Host, err)
	}
	if !there {
		return nil, fmt.Errorf("S3 at %s has no bucket %q: make it first", u.Host, bucket)
	}
	return &S3{client: client, bucket: bucket, prefix: prefix}, nil
}

// Put stores a blob.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, size int64, mediaType string) error {
	const op = "blob.Put"
	if err := check(op, key); err != nil {
		return err
	}
	if size < 0 {
		return errs.E(errs.Invalid, op, nil)
	}
	exact := &exactReader{r: r, left: size}
	if size == 0 {
		if err := exact.end(nil); err != nil {
			return errSize(err)
		}
	}
	// A signed checksum for the body as a whole: signing it in pieces, the client's
	// way without TLS, is not understood by every compatible store.
	options := minio.PutObjectOptions{ContentType: mediaType, SendContentMd5: true, DisableContentSha256: true}
	_, err := s.client.PutObject(ctx, s.bucket, s.prefix+key, exact, size, options)
	switch {
	case exact.wrong != nil:
		return errSize(exact.wrong)
	case err != nil:
		return s.told(op, err)
	}
	return nil
}

// Get opens a blob.
func (s *S3) Get(ctx context.Context, key string) (io.ReadSeekCloser, Info, error) {
	const op = "blob.Get"
	if err := check(op, key); err != nil {
		return nil, Info{}, err
	}
	object, err := s.client.GetObject(ctx, s.bucket, s.prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, Info{}, s.told(op, err)
	}
	stat, err := object.Stat()
	if err != nil {
		_ = object.Close() // what matters is why it did not open
		return nil, Info{}, s.told(op, err)
	}
	return object, s.info(stat), nil
}

// Stat describes a blob.
func (s *S3) Stat(ctx context.Context, key string) (Info, error) {
	const op = "blob.Stat"
	if err := check(op, key); err != nil {
		return Info{}, err
	}
	stat, err := s.client.StatObject(ctx, s.bucket, s.prefix+key, minio.StatObjectOptions{})
	if err != nil {
		return Info{}, s.told(op, err)
	}
	return s.info(stat), nil
}

// Delete removes a blob.
func (s *S3) Delete(ctx context.Context, key string) error {
	const op = "blob.Delete"
	if err := check(op, key); err != nil {
		return err
	}
	err := s.client.RemoveObject(ctx, s.bucket, s.prefix+key, minio.RemoveObjectOptions{})
	if err = s.told(op, err); err != nil && !errs.Is(errs.NotFound, err) {
		return err
	}
	return nil
}

// List walks the blobs whose key begins with prefix.
func (s *S3) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel() // ends the client's listing if the caller stops early
		for object := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix + prefix, Recursive: true}) {
			if object.Err != nil {
				yield(Info{}, s.told("blob.List", object.Err))
				return
			}
			if !yield(s.info(object), nil) {
				return
			}
		}
	}
}

func (s *S3) info(o minio.ObjectInfo) Info {
	return Info{Key: strings.TrimPrefix(o.Key, s.prefix), Size: o.Size, Type: o.ContentType, Changed: o.LastModified}
}

// told gives an error of the store its kind; nil stays nil.
func (s *S3) told(op string, err error) error {
	if err == nil {
		return nil
	}
	if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return errs.E(errs.NotFound, op, err)
	}
	return errs.E(errs.Unavailable, op, err)
}

// exactReader notes whether a reader gives more or fewer bytes than announced,
// and ends with an error then, so that nothing is stored.
type exactReader struct {
	r     io.Reader
	left  int64
	wrong error
}

// Read reads up to the announced size, then makes sure that nothing follows.
func (e *exactReader) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > e.left {
		p = p[:e.left]
	}
	n, err := e.r.Read(p)
	e.left -= int64(n)
	switch {
	case e.left == 0:
		if err := e.end(err); err != nil {
			return 0, err
		}
		return n, io.EOF
	case errors.Is(err, io.EOF):
		e.wrong = io.ErrUnexpectedEOF
		return n, e.wrong
	}
	return n, err
}

// end makes sure that the reader has nothing more to give.
func (e *exactReader) end(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	var more [1]byte
	if n, _ := io.ReadFull(e.r, more[:]); n > 0 {
		e.wrong = errors.New("more bytes than announced")
	}
	return e.wrong
}
