package sms

import (
	"context"
	"log/slog"
	"net"
	"net/http"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Accounts knows with what an entry point is spoken for.
type Accounts interface {
	// Open returns an account with its secrets. Its errors are Failures.
	Open(ctx context.Context, p channel.EntryPoint) (channel.Account, error)
	// Learn keeps whether an account works; code says why not.
	Learn(ctx context.Context, p channel.EntryPoint, code string)
	// Relearn is Learn for who has held p for long.
	Relearn(ctx context.Context, p channel.EntryPoint, code string)
}

// Points knows the entry points.
type Points interface {
	// KeepUp keeps something running for each open one.
	KeepUp(ctx context.Context, u channel.Upkeep) error
	Open(ctx context.Context, n channel.Name) ([]channel.EntryPoint, error)
	ByAddress(ctx context.Context, n channel.Name, address string) (channel.EntryPoint, error)
	Lookup(ctx context.Context, q db.Queryer, tenant id.Tenant, point id.EntryPoint) (channel.EntryPoint, error)
}

// Events keeps what centres tell of.
type Events interface {
	// Take stores events, each once, and returns how many are new.
	Take(ctx context.Context, p channel.EntryPoint, arrived []channel.Arrival) (int, error)
}

// Consents keeps what customers have agreed to.
type Consents interface {
	NoteConsentIn(ctx context.Context, tx *db.Tx, of id.Customer, c customer.Consent) (customer.Consent, error)
	LanguageOf(ctx context.Context, q db.Queryer, customer id.Customer) (string, error)
}

// Conversations keeps what was said.
type Conversations interface {
	Lock(ctx context.Context, tx *db.Tx, key id.Conversation) (conversation.Conversation, error)
	Append(ctx context.Context, tx *db.Tx, c *conversation.Conversation, n conversation.NewEntry) (conversation.Entry, bool, error)
}

// Dialer opens connections to hosts that users have named. *outhttp.Dialer is one.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
	// Exempt reports whether the operator trusts the way to host.
	Exempt(host string, remote net.Addr) bool
}

// Deps is what a Service works with.
type Deps struct {
	DB       *db.DB
	Accounts Accounts
	Points   Points
	Events   Events
	Consents Consents

	Conversations Conversations

	Dialer  Dialer
	HTTP    *http.Client // guarded: gateways are named by users
	BaseURL string       // how the world reaches us
	Log     *slog.Logger
}

// Service is all that can be done with accounts of this channel.
type Service struct {
	Deps

	pool *pool
}

// New returns a Service.
func New(d Deps) *Service {
	s := &Service{Deps: d}
	s.pool = newPool(s)
	return s
}
