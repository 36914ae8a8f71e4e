package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
)

// Blobs keep bytes under keys.
type Blobs interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, mediaType string) error
	Get(ctx context.Context, key string) (io.ReadSeekCloser, blob.Info, error)
	Delete(ctx context.Context, key string) error
}

// What is done at one time. Others wait.
const (
	uploadsAtOnce  = 64 // each holds up to MaxSize on disk
	previewsAtOnce = 2  // each holds up to MaxSize in memory and unpacks up to MaxUnpacked
)

// Service is all that can be done with files.
type Service struct {
	db      *db.DB
	blobs   Blobs
	scanner Scanner
	log     *slog.Logger
	holding chan struct{} // a place for each upload whose bytes are on disk beside the store
	drawing chan struct{}
}

// New returns a Service that keeps files in blobs. scanner may be nil.
func New(d *db.DB, blobs Blobs, scanner Scanner, log *slog.Logger) *Service {
	return &Service{
		db: d, blobs: blobs, scanner: scanner, log: log,
		holding: make(chan struct{}, uploadsAtOnce), drawing: make(chan struct{}, previewsAtOnce),
	}
}

// Upload stores a file of the actor, to be named by a message later.
func (s *Service) Upload(ctx context.Context, name string, r io.Reader) (Attachment, error) {
	return s.UploadAt(ctx, 0, name, r)
}

// UploadAt is Upload for a file that arrives at an entry point.
func (s *Service) UploadAt(ctx context.Context, point id.EntryPoint, name string, r io.Reader) (Attachment, error) {
	return s.upload(ctx, arrival{point: point, name: name, most: MaxSize}, r)
}

// Arrive is UploadAt for a file that has come with a mail already: it may be larger.
func (s *Service) Arrive(ctx context.Context, point id.EntryPoint, name string, r io.Reader) (Attachment, error) {
	if a := actor.From(ctx); a.Kind != actor.System {
		return Attachment{}, errs.New(errs.Unauthenticated, "media.Arrive", "unauthenticated")
	}
	return s.upload(ctx, arrival{point: point, name: name, most: MaxArriving}, r)
}

// Copy stores the bytes of a file once more, as one of the actor that no message has
// named. Whether the actor may read it is for the caller to ask.
func (s *Service) Copy(ctx context.Context, f Attachment) (Attachment, error) {
	const op = "media.Copy"
	r, err := s.Open(ctx, f, false)
	if err != nil {
		return Attachment{}, errs.Op(op, err)
	}
	made, err := s.upload(ctx, arrival{name: f.Name, most: MaxArriving}, r)
	return made, errs.Op(op, errors.Join(err, r.Close()))
}

// arrival says what comes, and what of it is taken.
type arrival struct {
	point id.EntryPoint
	name  string
	most  int64    // bytes
	only  []string // types; nil: all that are kept
}

func (s *Service) upload(ctx context.Context, in arrival, r io.Reader) (Attachment, error) {
	const op = "media.Upload"
	a := actor.From(ctx)
	if a.Tenant == 0 {
		return Attachment{}, errs.New(errs.Unauthenticated, op, "unauthenticated")
	}
	select {
	case s.holding <- struct{}{}:
		defer func() { <-s.holding }()
	case <-ctx.Done():
		return Attachment{}, errs.E(errs.Unavailable, op, ctx.Err())
	}
	held, err := s.spool(ctx, r, in.most)
	if err != nil {
		return Attachment{}, errs.Op(op, err)
	}
	defer held.end()
	by := fact.ByActor(a)
	file := Attachment{
		ID: id.New[id.Attachment](), Name: cleanName(in.name), Size: held.size, SHA256: held.sum, OwnerKind: string(by.Kind), OwnerID: by.ID, EntryPointID: in.point,
	}
	file.Type = typeOf(file.Name, held.head)
	if !allowed(file.Name, file.Type) || in.only != nil && !slices.Contains(in.only, file.Type) {
		return Attachment{}, errs.New(errs.Invalid, op, "attachment.refused").With(errs.Values{"name": file.Name})
	}
	if file.Verdict, err = s.scan(ctx, file.Name, held.bytes()); err != nil {
		return Attachment{}, errs.Op(op, err)
	}
	return file, errs.Op(op, s.keep(ctx, &file, held))
}

func (s *Service) scan(ctx context.Context, name string, r io.Reader) (Verdict, error) {
	const op = "media.scan"
	if s.scanner == nil {
		return Unscanned, nil
	}
	verdict, err := s.scanner.Scan(ctx, r)
	if err != nil {
		return "", &errs.Error{Kind: errs.Unavailable, Op: op, Code: "attachment.scanner", Err: err}
	}
	if verdict == Infected {
		return "", errs.New(errs.Invalid, op, "attachment.infected").With(errs.Values{"name": name})
	}
	return verdict, nil
}

// keep announces file by its row, writes its bytes and those of its preview, and
// says that they are there. What fails in between is taken back.
func (s *Service) keep(ctx context.Context, file *Attachment, held *spooled) error {
	tenant := actor.From(ctx).Tenant
	file.BlobKey = fmt.Sprintf("media/%s/%s", tenant, file.ID)
	drawn := s.drawn(ctx, file, held)
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		file.CreatedAt = tx.Now()
		if err := s.checkRoom(ctx, tx, *file); err != nil {
			return err
		}
		return s.insert(ctx, tx, *file)
	})
	if err != nil {
		return err
	}
	if err = s.put(ctx, *file, held, drawn); err == nil {
		err = s.db.Update(ctx, func(tx *db.Tx) error { return s.markStored(ctx, tx, file.ID) })
	}
	if err == nil {
		return nil
	}
	o := orphan{TenantID: tenant, ID: file.ID, BlobKey: file.BlobKey, PreviewKey: file.PreviewKey}
	if failed := s.drop(context.WithoutCancel(ctx), o); failed != nil { // the sweep will find it
		s.log.WarnContext(ctx, "media: a failed upload stays for a day", "tenant", tenant, "err", failed)
	}
	return err
}

// checkRoom refuses a file where too much waits for a message, or has arrived within a day.
func (s *Service) checkRoom(ctx context.Context, tx *db.Tx, file Attachment) error {
	const op = "media.checkRoom"
	if file.OwnerKind != string(actor.System) {
		unsent, err := s.sumUnsent(ctx, tx, file)
		if err != nil {
			return err
		}
		if unsent+file.Size > MaxUnsent {
			return errs.New(errs.Exhausted, op, "attachment.unsent").With(errs.Values{"max_mib": MaxUnsent >> 20})
		}
	}
	if file.EntryPointID == 0 {
		return nil
	}
	arrived, err := s.sumArrived(ctx, tx, file)
	if err == nil && arrived+file.Size > MaxArrived {
		err = errs.New(errs.Exhausted, op, "attachment.day_full")
	}
	return err
}

// drawn returns the preview of file and notes its size. A picture without a preview is no error.
func (s *Service) drawn(ctx context.Context, file *Attachment, held *spooled) []byte {
	if !strings.HasPrefix(file.Type, "image/") {
		return nil
	}
	small, err := s.draw(ctx, held)
	if err != nil {
		s.log.InfoContext(ctx, "no preview", "tenant", actor.From(ctx).Tenant, "kind", file.Type, "err", err)
		return nil
	}
	file.Width, file.Height, file.PreviewKey = small.width, small.height, file.BlobKey+".preview"
	return small.data
}

// put writes the bytes of file and of its preview.
func (s *Service) put(ctx context.Context, file Attachment, held *spooled, drawn []byte) error {
	err := s.blobs.Put(ctx, file.BlobKey, held.bytes(), file.Size, file.Type)
	if err != nil || file.PreviewKey == "" {
		return err
	}
	return s.blobs.Put(ctx, file.PreviewKey, bytes.NewReader(drawn), int64(len(drawn)), previewType)
}

func (s *Service) draw(ctx context.Context, held *spooled) (picture, error) {
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
		data, err := io.ReadAll(held.bytes())
		if err != nil {
			return picture{}, err
		}
		return preview(data)
	case <-ctx.Done():
		return picture{}, ctx.Err()
	}
}

// Use is the message that names files.
type Use struct {
	Conversation id.Conversation
	Entry        id.Entry
	Files        []id.Attachment
	Within       int        // of the files are pictures within the text, which are not counted
	Unsent       []id.Entry // of the same conversation: messages that did not go, whose files may go with this one
}

// Attach gives files of the actor, which no message has named yet, to one
// message, and returns them in the order in which it names them. Those of a
// message that did not go are given on.
func (s *Service) Attach(ctx context.Context, tx *db.Tx, u Use) ([]Attachment, error) {
	const op = "media.Attach"
	if len(u.Files) == 0 {
		return nil, nil
	}
	most := MaxPerMessage
	if actor.From(ctx).Kind == actor.System {
		most = MaxPerArrival
	}
	if len(u.Files)-u.Within > most || len(u.Files) > MaxPerArrival {
		return nil, errs.New(errs.Invalid, op, "attachment.count").With(errs.Values{"max": most})
	}
	found, err := s.take(ctx, tx, u)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	byID := make(map[id.Attachment]Attachment, len(found))
	for _, f := range found {
		byID[f.ID] = f
	}
	ordered := make([]Attachment, 0, len(u.Files))
	for _, name := range u.Files {
		f, ok := byID[name]
		if !ok {
			return nil, errs.New(errs.Invalid, op, "attachment.gone")
		}
		ordered = append(ordered, f)
	}
	return ordered, nil
}

// Find returns a file of the actor's tenant. Whether the actor may read the
// conversation that names it is for the caller to ask.
func (s *Service) Find(ctx context.Context, file id.Attachment) (Attachment, error) {
	const op = "media.Find"
	a := actor.From(ctx)
	if a.Tenant == 0 {
		return Attachment{}, errs.New(errs.Unauthenticated, op, "unauthenticated")
	}
	f, err := s.find(ctx, a, file)
	return f, errs.Op(op, err)
}

// Mine reports whether the actor of ctx uploaded f.
func (f Attachment) Mine(ctx context.Context) bool {
	by := fact.ByActor(actor.From(ctx))
	return by.ID != 0 && f.OwnerKind == string(by.Kind) && f.OwnerID == by.ID
}

// Open returns the bytes of f, or of its preview.
func (s *Service) Open(ctx context.Context, f Attachment, small bool) (io.ReadSeekCloser, error) {
	const op = "media.Open"
	key := f.BlobKey
	if small {
		key = f.PreviewKey
	}
	if key == "" {
		return nil, errs.E(errs.NotFound, op, nil)
	}
	r, _, err := s.blobs.Get(ctx, key)
	return r, errs.Op(op, err)
}
