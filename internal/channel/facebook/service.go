package facebook

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Events keeps what Meta tells of.
type Events interface {
	// Take stores events that were fetched, each once, and returns how many are new.
	Take(ctx context.Context, p channel.EntryPoint, arrived []channel.Arrival) (int, error)
	// Adopt gives the entry point of a page what came for it before anybody had it.
	Adopt(ctx context.Context, tx *db.Tx, p channel.EntryPoint) error
}

// People keeps who writes.
type People interface {
	Resolve(ctx context.Context, tx *db.Tx, seen customer.Seen) (customer.Party, error)
}

// Deps is what a Service works with.
type Deps struct {
	DB      *db.DB
	Points  *channel.EntryPoints
	Sealer  channel.Sealer
	Client  *meta.Client
	Events  Events
	People  People
	BaseURL string // how the world reaches us
	Log     *slog.Logger
}

// Service is all that can be done with pages.
type Service struct {
	Deps

	mu    sync.Mutex
	asked map[string]time.Time // when the profile of a person was asked for, by page and PSID
}

// New returns a Service.
func New(d Deps) *Service { return &Service{Deps: d, asked: map[string]time.Time{}} }

// Page is an entry point of this channel.
type Page struct {
	channel.EntryPoint

	Settings  Settings
	HasToken  bool
	ExpiresAt time.Time // zero: never, or it is not known
	CheckedAt time.Time
}

func shown(p channel.EntryPoint, r row) (Page, error) {
	s, err := parseSettings(p.Config)
	return Page{EntryPoint: p, Settings: s, HasToken: r.Token != "", ExpiresAt: r.ExpiresAt, CheckedAt: r.CheckedAt}, err
}

// ofOurs returns NotFound unless p is an entry point of this channel.
func ofOurs(op string, p channel.EntryPoint, err error) error {
	if err == nil && p.Channel != channel.Messenger {
		err = errs.New(errs.NotFound, op, "not_found")
	}
	return err
}

// tokenContext names whose token is sealed.
func tokenContext(tenant id.Tenant, point id.EntryPoint) string {
	return "facebook_page " + tenant.String() + " " + point.String()
}

// page is a page with what it takes to speak for it.
type page struct {
	id       string
	token    string
	settings Settings
}

// open returns what it takes to speak for the page of p. Its errors are Failures.
func (s *Service) open(ctx context.Context, p channel.EntryPoint) (page, error) {
	settings, err := parseSettings(p.Config)
	if err != nil {
		return page{}, channel.Fail(channel.Permanent, "delivery.malformed", err)
	}
	if !s.Client.Ready() {
		return page{}, channel.Fail(channel.Reconnect, "meta.no_app", nil)
	}
	r, found, err := findRow(ctx, s.DB, p.Tenant, p.ID)
	if err != nil {
		return page{}, channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	if !found || r.Token == "" || p.Archived {
		return page{}, channel.Fail(channel.Permanent, "facebook.disconnected", nil)
	}
	token, err := s.Sealer.Open(r.Token, tokenContext(p.Tenant, p.ID))
	if err != nil {
		return page{}, channel.Fail(channel.Reconnect, "meta.reconnect", err)
	}
	return page{p.Address, string(token), settings}, nil
}

// Get returns a page of the actor's brands.
func (s *Service) Get(ctx context.Context, point id.EntryPoint) (Page, error) {
	const op = "facebook.Get"
	p, err := s.Points.Get(ctx, point)
	if err := ofOurs(op, p, err); err != nil {
		return Page{}, errs.Op(op, err)
	}
	r, _, err := findRow(ctx, s.DB, p.Tenant, p.ID)
	if err != nil {
		return Page{}, errs.Op(op, err)
	}
	out, err := shown(p, r)
	return out, errs.Op(op, err)
}

// List returns the pages of the actor's brands, by name.
func (s *Service) List(ctx context.Context, f channel.EntryPointFilter) ([]Page, error) {
	const op = "facebook.List"
	f.Channel = channel.Messenger
	points, err := s.Points.List(ctx, f)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	rows, err := rowsOf(ctx, s.DB, points)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	all := make([]Page, len(points))
	for i, p := range points {
		if all[i], err = shown(p, rows[p.ID]); err != nil {
			return nil, errs.Op(op, err)
		}
	}
	return all, nil
}

// NewPage is what a page is connected with.
type NewPage struct {
	Brand      id.Brand
	Queue      id.Queue
	Name       string // empty: as the page is called
	Token      string
	HumanAgent bool
}

// Connect makes the page of a token an entry point: who holds a token of a page speaks for
// it. One that was closed here comes back with its past.
func (s *Service) Connect(ctx context.Context, in NewPage) (Page, error) {
	const op = "facebook.Connect"
	who, err := actor.Require(ctx, op, actor.EntryPointEdit)
	if err != nil {
		return Page{}, err
	}
	if in.Queue.IsZero() {
		return Page{}, errs.Fields(op, errs.Field{Path: "queue_id", Code: "required"})
	}
	proof, err := s.prove(ctx, op, in.Token)
	if err != nil {
		return Page{}, err
	}
	if in.Name = strings.TrimSpace(in.Name); in.Name == "" {
		in.Name = meta.Clip(proof.name, maxPageName)
	}
	var out Page
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		p, err := s.claim(ctx, tx, who, in, proof)
		if err != nil {
			return err
		}
		out, err = s.keepToken(ctx, tx, p, proof)
		if err != nil {
			return err
		}
		return s.Events.Adopt(ctx, tx, p)
	})
	if err != nil {
		return Page{}, errs.Op(op, err)
	}
	s.settle(ctx, out.EntryPoint)
	out, err = s.Get(ctx, out.ID)
	return out, errs.Op(op, err)
}

// maxPageName bounds the name that a page brings along, in bytes.
const maxPageName = 100

// claim makes the entry point of a page, or brings back the one that was closed.
func (s *Service) claim(ctx context.Context, tx *db.Tx, who actor.Actor, in NewPage, proof proof) (channel.EntryPoint, error) {
	config, err := json.Marshal(Settings{HumanAgent: in.HumanAgent})
	if err != nil {
		return channel.EntryPoint{}, err
	}
	old, err := s.Points.ByAddress(ctx, channel.Messenger, proof.page)
	if err == nil && old.Archived && old.Tenant == who.Tenant && old.Brand == in.Brand {
		if _, err := s.Points.RestoreIn(ctx, tx, old.ID); err != nil {
			return channel.EntryPoint{}, err
		}
		return s.Points.UpdateIn(ctx, tx, old.ID, channel.EntryPointPatch{
			Name: &in.Name, Queue: &in.Queue, Active: new(true), Config: new(json.RawMessage(config)),
		})
	}
	if err != nil && !errs.Is(errs.NotFound, err) {
		return channel.EntryPoint{}, err
	}
	return s.Points.CreateIn(ctx, tx, channel.NewEntryPoint{
		Brand: in.Brand, Channel: channel.Messenger, Name: in.Name, Address: proof.page, Config: config, Queue: in.Queue, Proven: true,
	})
}

// keepToken seals and stores the token that has proven itself.
func (s *Service) keepToken(ctx context.Context, tx *db.Tx, p channel.EntryPoint, proof proof) (Page, error) {
	r := row{
		Token: s.Sealer.Seal([]byte(proof.token), tokenContext(p.Tenant, p.ID)), ExpiresAt: proof.expires, CheckedAt: tx.Now(), CaughtUpAt: tx.Now(),
	}
	if err := saveRow(ctx, tx, p.Tenant, p.ID, r); err != nil {
		return Page{}, err
	}
	err := audit.Changed(ctx, tx, audit.Entry{ // that there is another; never which
		Action: "facebook_page.token", Subject: audit.Subject{Kind: "entry_point", ID: int64(p.ID), Name: p.Name}, Brand: p.Brand,
		After: map[string]any{"page": p.Address, "expires_at": r.ExpiresAt},
	})
	if err != nil {
		return Page{}, err
	}
	return shown(p, r)
}

// Patch changes what it sets.
type Patch struct {
	Name       *string
	Queue      *id.Queue
	Active     *bool
	HumanAgent *bool
	Token      *string // of the same page
}

// Update changes a page.
func (s *Service) Update(ctx context.Context, point id.EntryPoint, e Patch) (Page, error) {
	const op = "facebook.Update"
	before, err := s.Get(ctx, point)
	if err != nil {
		return Page{}, errs.Op(op, err)
	}
	patch := channel.EntryPointPatch{Name: e.Name, Queue: e.Queue, Active: e.Active}
	if e.Queue != nil && e.Queue.IsZero() {
		return Page{}, errs.Fields(op, errs.Field{Path: "queue_id", Code: "required"})
	}
	if e.HumanAgent != nil {
		config, err := json.Marshal(Settings{HumanAgent: *e.HumanAgent})
		if err != nil {
			return Page{}, errs.E(errs.Internal, op, err)
		}
		patch.Config = new(json.RawMessage(config))
	}
	var proven proof
	if e.Token != nil {
		if proven, err = s.prove(ctx, op, *e.Token); err != nil {
			return Page{}, err
		}
		if proven.page != before.Address {
			return Page{}, errs.Fields(op, errs.Field{Path: "token", Code: "facebook.other_page", Values: errs.Values{"page": proven.name}})
		}
	}
	var p channel.EntryPoint
	err = s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		if p, err = s.Points.UpdateIn(ctx, tx, point, patch); err != nil || e.Token == nil {
			return err
		}
		_, err = s.keepToken(ctx, tx, p, proven)
		return err
	})
	if err != nil {
		return Page{}, errs.Op(op, err)
	}
	if e.Token != nil {
		s.settle(ctx, p)
	}
	after, err := s.Get(ctx, point)
	return after, errs.Op(op, err)
}

// Archive closes a page and forgets its token; its past stays.
func (s *Service) Archive(ctx context.Context, point id.EntryPoint) (Page, error) {
	const op = "facebook.Archive"
	before, err := s.Get(ctx, point)
	if err != nil {
		return Page{}, errs.Op(op, err)
	}
	at, closed := s.open(ctx, before.EntryPoint)
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		p, err := s.Points.ArchiveIn(ctx, tx, point)
		if err != nil {
			return err
		}
		return forgetToken(ctx, tx, p.Tenant, p.ID)
	})
	if err != nil {
		return Page{}, errs.Op(op, err)
	}
	if closed == nil { // we hear of the page no more
		call := at.post("subscribed_apps", nil)
		call.Method = http.MethodDelete
		if err := s.Client.Do(ctx, call, nil); err != nil {
			s.Log.WarnContext(ctx, "facebook: a page that was closed goes on telling", "entry_point", point, "err", err)
		}
	}
	out, err := s.Get(ctx, point)
	return out, errs.Op(op, err)
}

// learn keeps whether a page works; code says why not. That it cannot be kept costs nothing but the news.
func (s *Service) learn(ctx context.Context, p channel.EntryPoint, code string) {
	health := channel.Healthy
	if code != "" {
		health = channel.Failing
	}
	if health == p.Health && code == p.HealthCode {
		return
	}
	ctx = actor.With(context.WithoutCancel(ctx), actor.ForSystem(p.Tenant))
	if _, err := s.Points.SetHealth(ctx, p.ID, health, code); err != nil {
		s.Log.WarnContext(ctx, "facebook: the health of a page cannot be kept", "entry_point", p.ID, "err", err)
	}
}
