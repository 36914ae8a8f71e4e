package bluesky

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"strings"
	"sync"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/weburl"
)

// Accounts knows with what an entry point is spoken for.
type Accounts interface {
	// Open returns an account with its secrets. Its errors are Failures.
	Open(ctx context.Context, p channel.EntryPoint) (channel.Account, error)
	// Heard keeps what a call for an account tells of it, and returns its error as it is.
	Heard(ctx context.Context, p channel.EntryPoint, err error) error
	// Learn keeps whether an account works; code says why not.
	Learn(ctx context.Context, p channel.EntryPoint, code string)
	// Relearn is Learn for who has held p for long.
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

// DefaultDirectory is where the documents of accounts are that have no name of their own.
const DefaultDirectory = "https://plc.directory"

// defaultService is where most accounts are.
const defaultService = "https://bsky.social"

// Deps is what a Service works with.
type Deps struct {
	Accounts  Accounts
	Points    Points
	Client    Client
	Directory string                 // empty: DefaultDirectory
	Plain     func(host string) bool // whether a server may be called without encryption: one of the operator's own
	Log       *slog.Logger
}

// Service is all that can be done with accounts.
type Service struct {
	Deps

	mu       sync.Mutex
	sessions map[string]session // by account and password
	convos   map[string]person  // with whom a thread is, by account and thread
}

// New returns a Service.
func New(d Deps) *Service {
	return &Service{Deps: d, sessions: map[string]session{}, convos: map[string]person{}}
}

// Settings is what an entry point of the channel keeps as its config. What stands below
// Handle was found out when the account was proven.
type Settings struct {
	Server string `json:"server,omitempty"` // where one signs in; empty: at defaultService
	Handle string `json:"handle"`

	DID  string `json:"did,omitempty"`
	Home string `json:"home,omitempty"` // the server that the account's document names
	Chat bool   `json:"chat,omitempty"` // the app password is good for messages
}

func parseSettings(config []byte) (Settings, error) {
	var s Settings
	if err := json.Unmarshal(config, &s); err != nil {
		return s, errs.Fields("bluesky.parseSettings", errs.Field{Path: "settings", Code: "type.object"})
	}
	return s, nil
}

// config returns s as it is kept.
func (s Settings) config() []byte {
	raw, _ := json.Marshal(s) // it is made of texts
	return raw
}

// serverOf returns where somebody signs in who has entered that.
func serverOf(entered string) (*url.URL, bool) {
	if strings.TrimSpace(entered) == "" {
		entered = defaultService
	}
	return weburl.Server(entered)
}

// line is an account that can be spoken for, at one of its entry points.
type line struct {
	Settings

	point    channel.EntryPoint
	password string
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
	if err != nil || settings.Home == "" {
		return line{}, channel.Fail(channel.Reconnect, "bluesky.reconnect", err)
	}
	return line{settings, a.EntryPoint, a.Secrets[secretPassword]}, nil
}

// heard keeps what a call tells of an account, and returns its error as a Failure; repeats: done twice it is as done once.
func (s *Service) heard(ctx context.Context, l line, err error, repeats bool) error {
	if err == nil {
		return s.Accounts.Heard(ctx, l.point, nil)
	}
	return s.Accounts.Heard(ctx, l.point, failureOf(err, repeats))
}

// arrival is an event as it is stored.
func (l line) arrival(e event) channel.Arrival {
	e.Us = l.DID
	raw, err := json.Marshal(e)
	if err != nil { // what was said was read as JSON
		raw = e.Said
	}
	return arrivalOf(l.point, raw)
}
