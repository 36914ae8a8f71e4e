package mastodon

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Accounts knows with what an entry point is spoken for.
type Accounts interface {
	// Open returns an account with its secrets. Its errors are Failures.
	Open(ctx context.Context, p channel.EntryPoint) (channel.Account, error)
	// Heard keeps what a call for an account tells of it, and returns its error as it is.
	Heard(ctx context.Context, p channel.EntryPoint, err error) error
	// Relearn keeps whether an account works, for who has held p for long; code says why not.
	Relearn(ctx context.Context, p channel.EntryPoint, code string)
	// Catch brings what an account and what stands beside it has missed, and returns how much of it is new.
	Catch(ctx context.Context, p channel.EntryPoint) (int, error)
}

// Points knows the entry points.
type Points interface {
	// KeepUp keeps something running for each open one.
	KeepUp(ctx context.Context, u channel.Upkeep) error
	ByAddress(ctx context.Context, n channel.Name, address string) (channel.EntryPoint, error)
}

// Events keeps what a server tells of.
type Events interface {
	// Take stores events, each once, and returns how many are new.
	Take(ctx context.Context, p channel.EntryPoint, arrived []channel.Arrival) (int, error)
}

// Threads knows what was said.
type Threads interface {
	FindSent(ctx context.Context, q db.Queryer, point id.EntryPoint, externalID string) (conversation.Entry, error)
}

// Deps is what a Service works with.
type Deps struct {
	DB       *db.DB
	Accounts Accounts
	Points   Points
	Events   Events
	Threads  Threads
	Client   Client
	Plain    func(host string) bool // whether a server may be called without encryption: one of the operator's own
	Log      *slog.Logger
}

// Service is all that can be done with accounts.
type Service struct {
	Deps

	mu    sync.Mutex
	known map[named]place
}

// New returns a Service.
func New(d Deps) *Service { return &Service{Deps: d, known: map[named]place{}} }

// named is a status of a server.
type named struct{ server, id string }

// place is where a status stands: what is asked once need not be asked again.
type place struct {
	root    string // the top of its thread, which may be itself
	private bool
	ours    bool
}

// maxKnown bounds the places that are remembered; then all are forgotten, and asked for again.
const maxKnown = 20_000

func (s *Service) remember(l line, st status, root string) {
	if root == "" {
		root = st.ID
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= maxKnown {
		clear(s.known)
	}
	s.known[named{l.Server, st.ID}] = place{root, st.Visibility == direct, st.Account.ID == l.Account}
}

func (s *Service) recall(l line, id string) (place, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, there := s.known[named{l.Server, id}]
	return p, there
}

// line is an account that can be spoken for, at one of its entry points.
type line struct {
	Settings

	point channel.EntryPoint
	token string
}

// open returns the line of an entry point. Its errors are Failures.
func (s *Service) open(ctx context.Context, p channel.EntryPoint) (line, error) {
	a, err := s.Accounts.Open(ctx, p)
	if err != nil {
		return line{}, err
	}
	return lineOf(a)
}

// lineOf returns the line of an account. What stands beside it speaks with its settings.
func lineOf(a channel.Account) (line, error) {
	settings, err := parseSettings(a.Main.Config)
	if err != nil || settings.Server == "" {
		return line{}, channel.Fail(channel.Reconnect, "mastodon.reconnect", err)
	}
	return line{settings.filled(), a.EntryPoint, a.Secrets[secretToken]}, nil
}

// get reads something of the account's server.
func (s *Service) get(ctx context.Context, l line, a call, into any) (reply, error) {
	a.server, a.token = l.Server, l.token
	return s.Client.do(ctx, a, into)
}

// status returns a status; an empty one where it is not shown to us.
func (s *Service) status(ctx context.Context, l line, id string) (raw []byte, st status, err error) {
	if !isID(id) {
		return nil, st, nil
	}
	var whole rawStatus
	_, err = s.get(ctx, l, call{path: "/api/v1/statuses/" + id}, &whole)
	if f, is := errors.AsType[*Fault](err); is && (f.Status == http.StatusNotFound || f.Status == http.StatusGone) {
		return nil, st, nil
	}
	return whole.raw, whole.status, err
}

// rawStatus is a status with its bytes.
type rawStatus struct {
	status

	raw []byte
}

// UnmarshalJSON reads a status. One that cannot be understood is kept as it is.
func (r *rawStatus) UnmarshalJSON(raw []byte) error {
	r.raw = append([]byte(nil), raw...)
	_ = unmarshalStatus(raw, &r.status) // its event says that it cannot be understood
	return nil
}

// root returns the top of the thread in which a status stands; empty: it is the top itself.
// Its errors are those of calls.
func (s *Service) root(ctx context.Context, l line, st status) (string, error) {
	if st.Parent == "" || st.Visibility == direct {
		return "", nil
	}
	if at, known := s.recall(l, st.Parent); known {
		return at.root, nil
	}
	var said struct {
		Above []struct {
			ID string `json:"id"`
		} `json:"ancestors"`
	}
	_, err := s.get(ctx, l, call{path: "/api/v1/statuses/" + st.ID + "/context"}, &said)
	if f, is := errors.AsType[*Fault](err); is && (f.Status == http.StatusNotFound || f.Status == http.StatusGone) {
		err = nil
	}
	if err == nil && len(said.Above) > 0 && isID(said.Above[0].ID) {
		return said.Above[0].ID, nil
	}
	return st.Parent, err // what stands above that is not shown
}

// knows reports whether a status is said here, and whether by us.
func (s *Service) knows(ctx context.Context, p channel.EntryPoint, name string) (here, ours bool, err error) {
	e, err := s.Threads.FindSent(ctx, s.DB, p.ID, name)
	if errs.Is(errs.NotFound, err) {
		return false, false, nil
	}
	return err == nil, e.Author != conversation.ByCustomer, err
}
