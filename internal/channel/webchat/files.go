package webchat

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"io"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
)

// Signed addresses of files.
const (
	urlStep  = time.Hour // addresses made within a step are the same, so that browsers keep the file
	urlBytes = 16        // of the signature: 128 bits
)

// signingKeys remembers the tenants' keys, which never change.
type signingKeys struct {
	mu   sync.Mutex
	kept map[id.Tenant]string
}

// signingKey returns the key of a tenant for addresses of files, made at first
// use if the tenant may have one; empty if it has none.
func (s *Server) signingKey(ctx context.Context, tenant id.Tenant, create bool) (string, error) {
	s.keys.mu.Lock()
	key, ok := s.keys.kept[tenant]
	s.keys.mu.Unlock()
	if ok {
		return key, nil
	}
	sealed, found, err := sealedKey(ctx, s.DB, tenant)
	if err == nil && !found && create {
		fresh, _ := newToken()
		sealed, err = keepKey(ctx, s.DB, tenant, s.Sealer.Seal([]byte(fresh), keyContext(tenant)))
	}
	if err != nil || sealed == "" {
		return "", err
	}
	opened, err := s.Sealer.Open(sealed, keyContext(tenant))
	if err != nil {
		return "", err
	}
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	s.keys.kept[tenant] = string(opened)
	return string(opened), nil
}

// keyContext names whose key is sealed.
func keyContext(tenant id.Tenant) string { return "webchat_key " + tenant.String() }

// fileURL returns an address under which a file can be read for about AttachmentURLFor.
func (s *Server) fileURL(ctx context.Context, tenant id.Tenant, file id.Attachment) (string, error) {
	key, err := s.signingKey(ctx, tenant, true)
	if err != nil {
		return "", err
	}
	expires := time.Now().Truncate(urlStep).Add(AttachmentURLFor).Unix()
	q := url.Values{"t": {tenant.String()}, "exp": {strconv.FormatInt(expires, 10)}, "sig": {signFile(key, tenant, file, expires)}}
	return "/w/attachments/" + file.String() + "?" + q.Encode(), nil
}

func signFile(key string, tenant id.Tenant, file id.Attachment, expires int64) string {
	sum := mac(key, tenant.String()+"/"+file.String()+"/"+strconv.FormatInt(expires, 10))
	return base64.RawURLEncoding.EncodeToString(sum[:urlBytes])
}

// FileRequest is a signed address of a file, taken apart.
type FileRequest struct {
	Tenant    id.Tenant
	File      id.Attachment
	Expires   int64
	Signature string
}

// File returns a file whose address we have signed. Another is not found, nor one of a message that was taken back.
func (s *Server) File(ctx context.Context, r FileRequest) (media.Attachment, io.ReadSeekCloser, error) {
	const op = "webchat.File"
	gone := errs.New(errs.NotFound, op, CodeFileGone)
	if r.Tenant <= 0 || r.File <= 0 || time.Now().Unix() >= r.Expires {
		return media.Attachment{}, nil, gone
	}
	key, err := s.signingKey(ctx, r.Tenant, false)
	if err != nil {
		return media.Attachment{}, nil, errs.Op(op, err)
	}
	if key == "" || !hmac.Equal([]byte(signFile(key, r.Tenant, r.File, r.Expires)), []byte(r.Signature)) {
		return media.Attachment{}, nil, gone
	}
	ctx = asSystem(ctx, r.Tenant)
	f, err := s.Files.Find(ctx, r.File)
	if errs.Is(errs.NotFound, err) {
		return media.Attachment{}, nil, gone
	}
	if err != nil {
		return media.Attachment{}, nil, errs.Op(op, err)
	}
	withdrawn, err := s.Conversations.Gone(ctx, s.DB, f.EntryID)
	switch {
	case err != nil:
		return media.Attachment{}, nil, errs.Op(op, err)
	case withdrawn:
		return media.Attachment{}, nil, gone
	}
	body, err := s.Files.Open(ctx, f, false)
	return f, body, errs.Op(op, err)
}

// Upload takes a file that the visitor is going to send with a message.
func (s *Server) Upload(ctx context.Context, ses *Session, name string, body io.Reader) (Attachment, error) {
	const op = "webchat.Upload"
	policy := ses.entrance.settings.policy()
	if !policy.Enabled || !accepts(policy.Types, name) {
		return Attachment{}, errs.New(errs.Invalid, op, CodeFileType)
	}
	if err := s.paced(ses); err != nil {
		return Attachment{}, errs.Op(op, err)
	}
	if err := s.becomeContact(ctx, ses); err != nil {
		return Attachment{}, errs.Op(op, err)
	}
	f, err := s.Files.UploadAt(ses.act(ctx), ses.entrance.point.ID, name, body)
	if err != nil {
		return Attachment{}, errs.Op(op, fileFault(err))
	}
	if !acceptsType(policy.Types, name, f.Type) { // by its bytes it is something else; the sweep takes it away
		return Attachment{}, errs.New(errs.Invalid, op, CodeFileType)
	}
	address, err := s.fileURL(ctx, ses.visitor.TenantID, f.ID)
	return Attachment{
		ID: f.ID, Name: f.Name, Size: f.Size, Type: f.Type, URL: address, Width: f.Width, Height: f.Height,
	}, errs.Op(op, err)
}

// becomeContact sees to it that the visitor is an address of a customer: a file belongs to somebody.
func (s *Server) becomeContact(ctx context.Context, ses *Session) error {
	if ses.visitor.ContactPointID != 0 {
		return nil
	}
	ctx = ses.act(ctx)
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		v, err := findVisitor(ctx, tx, ses.visitor.TenantID, ses.visitor.ID, tx.ForUpdate())
		if err != nil {
			return err
		}
		if v.ContactPointID == 0 {
			if _, err := s.contact(ctx, tx, &v); err != nil {
				return err
			}
		}
		ses.visitor = v
		return nil
	})
}

// fileFault says what is wrong with a file in the words of this protocol.
func fileFault(err error) error {
	code := map[string]string{
		"attachment.size": CodeFileSize, "attachment.refused": CodeFileType, "attachment.empty": CodeFileEmpty, "attachment.infected": CodeFileType,
	}[errs.CodeOf(err)]
	if code == "" {
		return err
	}
	return errs.New(errs.Invalid, "webchat.Upload", code).With(errs.Values{"max": AttachmentBytesMax >> 20})
}

// accepts reports whether a file's name alone does not rule it out.
func accepts(types []string, name string) bool {
	byName := func(t string) bool { return strings.HasPrefix(t, ".") }
	if len(types) == 0 || !slices.ContainsFunc(types, func(t string) bool { return !byName(t) }) {
		return acceptsType(types, name, "")
	}
	return true
}

// acceptsType reports whether a file is among types, written as in <input accept>.
func acceptsType(types []string, name, mediaType string) bool {
	if len(types) == 0 {
		return true
	}
	return slices.ContainsFunc(types, func(t string) bool {
		if strings.HasPrefix(t, ".") {
			return strings.EqualFold(path.Ext(name), t)
		}
		if family, all := strings.CutSuffix(t, "/*"); all {
			return strings.HasPrefix(mediaType, family+"/")
		}
		return t == mediaType
	})
}
