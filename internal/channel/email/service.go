package email

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg/safehtml"
	"github.com/zongler/zongler/internal/kit/mailmsg/token"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
)

// Blobs keep the raw bytes of mails.
type Blobs interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, mediaType string) error
	Get(ctx context.Context, key string) (io.ReadSeekCloser, blob.Info, error)
}

// Intake takes in what customers write.
type Intake interface {
	// Receive stores a mail as an entry, once, and sees to it that somebody answers unless it is quiet.
	Receive(ctx context.Context, m Inbound) (Stored, error)
}

// Inbound is a mail as the rest of the house sees it.
type Inbound struct {
	Point      id.EntryPoint   // of the conversation, where the mail belongs to one
	Channel    channel.Name    // of the conversation
	Of         id.Conversation // 0: it begins one
	Queue      id.Queue        // in which its customer waits
	At         channel.EntryPoint
	Customer   id.Customer // whose the sender's address is, if it was never seen; 0: somebody new's
	From       channel.Party
	Thread     string
	ExternalID string
	Subject    string
	Text       string
	HTML       string
	Data       json.RawMessage
	Files      []id.Attachment
	OccurredAt time.Time
	Quiet      bool // wakes nobody

	// Settle is done in the transaction that stores the mail, and so may be done twice.
	Settle func(ctx context.Context, tx *db.Tx, at Stored) error
}

// Stored says where a mail lies.
type Stored struct {
	Conversation id.Conversation
	Entry        id.Entry
}

// Texts give the words of the catalogues.
type Texts interface {
	Text(lang, catalogue, key string, values map[string]any) string
}

// Deps is what a Service works with.
type Deps struct {
	DB            *db.DB
	Points        *channel.EntryPoints
	Sealer        channel.Sealer
	Conversations *conversation.Service
	Customers     *customer.Service
	Files         *media.Service
	Intake        Intake
	Blobs         Blobs
	Texts         Texts
	Network       Network
	HTTP          *http.Client // guarded: token servers are named by users
	Sink          bool         // there may be mailboxes without servers: the demo's
	Log           *slog.Logger
}

// Service is what all parts of the channel share.
type Service struct {
	Deps

	tokens  *tokens
	reading chan struct{}     // a place for each mail that is in memory
	cleaner *safehtml.Cleaner // made once: its rules take longer to read than most mails
}

// readAtOnce bounds the mails in memory: one may need three times its size.
const readAtOnce = 6

// New returns a Service.
func New(d Deps) *Service {
	s := &Service{Deps: d, reading: make(chan struct{}, readAtOnce), cleaner: safehtml.NewCleaner()}
	s.tokens = &tokens{http: d.HTTP, store: s.keepRefreshToken}
	return s
}

// account returns all that is needed to sign in to the mailbox of p.
func (s *Service) account(ctx context.Context, p channel.EntryPoint) (account, error) {
	settings, err := parseSettings(p.Config)
	if err != nil {
		return account{}, errs.Op("email.account", err)
	}
	secrets, err := s.secrets(ctx, s.DB, p)
	if err != nil {
		return account{}, errs.Op("email.account", err)
	}
	return s.accountOf(p, settings, secrets), nil
}

func (s *Service) accountOf(p channel.EntryPoint, settings Settings, secrets Secrets) account {
	return account{point: p, settings: settings, secrets: secrets, token: func(ctx context.Context, renew bool) (string, error) {
		return s.tokens.of(ctx, p, settings.OAuth, secrets, renew)
	}}
}

// secretsContext names whose secrets are sealed.
func secretsContext(tenant id.Tenant, point id.EntryPoint) string {
	return "mailbox " + tenant.String() + " " + point.String()
}

// secrets returns what the mailbox of p hides.
func (s *Service) secrets(ctx context.Context, q db.Queryer, p channel.EntryPoint) (Secrets, error) {
	var secrets Secrets
	sealed, err := findSealed(ctx, q, p.Tenant, p.ID)
	if err != nil || sealed == "" {
		return secrets, err
	}
	text, err := s.Sealer.Open(sealed, secretsContext(p.Tenant, p.ID))
	if err == nil {
		err = json.Unmarshal(text, &secrets)
	}
	return secrets, err
}

// saveSecrets seals and stores what the mailbox of p hides.
func (s *Service) saveSecrets(ctx context.Context, tx *db.Tx, tenant id.Tenant, point id.EntryPoint, secrets Secrets) error {
	text, err := json.Marshal(secrets) //nolint:gosec // it is sealed before it goes anywhere
	if err != nil {
		return err
	}
	return saveSealed(ctx, tx, tenant, point, s.Sealer.Seal(text, secretsContext(tenant, point)))
}

// keepRefreshToken stores a refresh token with which a server has replaced ours.
func (s *Service) keepRefreshToken(ctx context.Context, p channel.EntryPoint, refresh string) error {
	if p.ID == 0 { // a mailbox that is only tried: who saves it must ask for a new one
		return nil
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		secrets, err := s.secrets(ctx, tx, p)
		if err != nil {
			return err
		}
		secrets.RefreshToken = refresh
		return s.saveSecrets(ctx, tx, p.Tenant, p.ID, secrets)
	})
}

// keyBytes is the length of a tenant's key.
const keyBytes = 32

func keyContext(tenant id.Tenant) string { return "mail_key " + tenant.String() }

// key returns the key with which a tenant's marks are signed, made at first use.
func (s *Service) key(ctx context.Context, tenant id.Tenant) (token.Key, error) {
	sealed, found, err := findKey(ctx, s.DB, tenant)
	if err == nil && !found {
		fresh := make([]byte, keyBytes)
		_, _ = rand.Read(fresh) // never fails: it ends the program instead
		sealed, err = keepKey(ctx, s.DB, tenant, s.Sealer.Seal(fresh, keyContext(tenant)))
	}
	if err != nil {
		return nil, err
	}
	return s.Sealer.Open(sealed, keyContext(tenant))
}
