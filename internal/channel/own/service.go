package own

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Poster calls addresses that users gave, and none inside our own network (outhttp.Poster).
type Poster interface {
	Post(ctx context.Context, to string, header map[string]string, body []byte, limit int64) (outhttp.Answer, error)
}

// Files keeps files.
type Files interface {
	UploadAt(ctx context.Context, point id.EntryPoint, name string, r io.Reader) (media.Attachment, error)
	Find(ctx context.Context, file id.Attachment) (media.Attachment, error)
	Open(ctx context.Context, f media.Attachment, small bool) (io.ReadSeekCloser, error)
}

// Messages know what has become of what was said.
type Messages interface {
	// Gone reports whether a message was taken back.
	Gone(ctx context.Context, q db.Queryer, message id.Entry) (bool, error)
	// MoveDelivery says how far an answer has come.
	MoveDelivery(ctx context.Context, tx *db.Tx, entry id.Entry, to conversation.Delivery, reason string) (bool, error)
}

// Deps is what a Service works with.
type Deps struct {
	DB       *db.DB
	Points   *channel.EntryPoints
	Sealer   channel.Sealer
	Files    Files
	Messages Messages
	Poster   Poster
	BaseURL  string // how the world reaches us; empty: links begin with a slash
	Log      *slog.Logger
}

// Service is all that can be done with the channels of tenants' own systems.
type Service struct{ Deps }

// New returns a Service.
func New(d Deps) *Service { return &Service{d} }

// Channel is an entry point of this channel.
type Channel struct {
	channel.EntryPoint

	Settings   Settings
	HeardUntil time.Time // until then the key before is taken too
	SaidUntil  time.Time // until then we sign with the key before too
}

// Keys are shown once.
type Keys struct {
	Events   stdhook.Secret // their system signs with it
	Commands stdhook.Secret // we sign with it
}

// NewChannel is what a channel is made of.
type NewChannel struct {
	Brand    id.Brand
	Queue    id.Queue
	Name     string
	Settings Settings
}

// Create makes a channel, and returns its keys, which are shown this once.
func (s *Service) Create(ctx context.Context, in NewChannel) (Channel, Keys, error) {
	const op = "own.Create"
	keys := Keys{stdhook.NewSecret(), stdhook.NewSecret()}
	config, err := json.Marshal(in.Settings.usual())
	if err != nil {
		return Channel{}, keys, errs.E(errs.Internal, op, err)
	}
	if in.Queue.IsZero() {
		return Channel{}, keys, errs.Fields(op, errs.Field{Path: "queue_id", Code: "required"})
	}
	var c Channel
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		p, err := s.Points.CreateIn(ctx, tx, channel.NewEntryPoint{Brand: in.Brand, Channel: channel.Own, Name: in.Name, Config: config, Queue: in.Queue})
		if err == nil {
			err = s.checkTwin(ctx, tx, p)
		}
		if err != nil {
			return err
		}
		k := keyRow{
			Heard: s.Sealer.Seal(keys.Events, keyContext(p.Tenant, p.ID, heard)), Said: s.Sealer.Seal(keys.Commands, keyContext(p.Tenant, p.ID, spoken)),
		}
		if err := saveKeys(ctx, tx, p, k); err != nil {
			return err
		}
		c, err = shown(p, k)
		return err
	})
	return c, keys, errs.Op(op, err)
}

func shown(p channel.EntryPoint, k keyRow) (Channel, error) {
	settings, err := ParseSettings(p.Config)
	c := Channel{EntryPoint: p, Settings: settings}
	now := time.Now()
	if now.Before(k.HeardUntil) {
		c.HeardUntil = k.HeardUntil
	}
	if now.Before(k.SaidUntil) {
		c.SaidUntil = k.SaidUntil
	}
	return c, err
}

// ofOurs returns NotFound unless p is an entry point of this channel.
func ofOurs(op string, p channel.EntryPoint, err error) error {
	if err == nil && p.Channel != channel.Own {
		err = errs.New(errs.NotFound, op, "not_found")
	}
	return err
}

// Get returns a channel of the actor's brands.
func (s *Service) Get(ctx context.Context, point id.EntryPoint) (Channel, error) {
	const op = "own.Get"
	p, err := s.Points.Get(ctx, point)
	if err := ofOurs(op, p, err); err != nil {
		return Channel{}, errs.Op(op, err)
	}
	k, err := findKeys(ctx, s.DB, p.Tenant, p.ID)
	if err != nil {
		return Channel{}, errs.Op(op, err)
	}
	c, err := shown(p, k)
	return c, errs.Op(op, err)
}

// List returns the channels of the actor's brands, by name.
func (s *Service) List(ctx context.Context, f channel.EntryPointFilter) ([]Channel, error) {
	const op = "own.List"
	f.Channel = channel.Own
	points, err := s.Points.List(ctx, f)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	keys, err := keysOf(ctx, s.DB, points)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	all := make([]Channel, len(points))
	for i, p := range points {
		if all[i], err = shown(p, keys[p.ID]); err != nil {
			return nil, errs.Op(op, err)
		}
	}
	return all, nil
}

// Patch changes what it sets.
type Patch struct {
	Name     *string
	Queue    *id.Queue
	Active   *bool
	Settings *Settings
}

// Update changes a channel.
func (s *Service) Update(ctx context.Context, point id.EntryPoint, e Patch) (Channel, error) {
	const op = "own.Update"
	patch := channel.EntryPointPatch{Name: e.Name, Queue: e.Queue, Active: e.Active}
	if e.Queue != nil && e.Queue.IsZero() {
		return Channel{}, errs.Fields(op, errs.Field{Path: "queue_id", Code: "required"})
	}
	if e.Settings != nil {
		config, err := json.Marshal(e.Settings.usual())
		if err != nil {
			return Channel{}, errs.E(errs.Internal, op, err)
		}
		patch.Config = new(json.RawMessage(config))
	}
	return s.change(ctx, op, func(tx *db.Tx) (channel.EntryPoint, error) {
		p, err := s.Points.UpdateIn(ctx, tx, point, patch)
		if err == nil && e.Settings != nil && p.Channel == channel.Own {
			err = s.checkTwin(ctx, tx, p)
		}
		return p, err
	})
}

// checkTwin refuses a channel for answers in private that is public itself. That it is open and of the brand was asked before (Adapter.Named).
func (s *Service) checkTwin(ctx context.Context, tx *db.Tx, p channel.EntryPoint) error {
	settings, err := ParseSettings(p.Config)
	if err != nil || settings.Private == 0 {
		return err
	}
	twin, err := s.Points.Lookup(ctx, tx, p.Tenant, settings.Private)
	if err != nil {
		return err
	}
	of, err := ParseSettings(twin.Config)
	if err == nil && of.Can.Public {
		err = errs.Fields("own.checkTwin", errs.Field{Path: "settings.private_channel_id", Code: codeTwin})
	}
	return err
}

// Archive closes a channel; its past stays.
func (s *Service) Archive(ctx context.Context, point id.EntryPoint) (Channel, error) {
	return s.change(ctx, "own.Archive", func(tx *db.Tx) (channel.EntryPoint, error) { return s.Points.ArchiveIn(ctx, tx, point) })
}

// change does to a channel what fn does to its entry point.
func (s *Service) change(ctx context.Context, op string, fn func(tx *db.Tx) (channel.EntryPoint, error)) (Channel, error) {
	var c Channel
	err := s.DB.Update(ctx, func(tx *db.Tx) error {
		p, err := fn(tx)
		if err := ofOurs(op, p, err); err != nil {
			return err
		}
		k, err := findKeys(ctx, tx, p.Tenant, p.ID)
		if err != nil {
			return err
		}
		c, err = shown(p, k)
		return err
	})
	return c, errs.Op(op, err)
}

// Rotate gives a channel a new key for one way and returns it, this once. For a day the one before is good too.
func (s *Service) Rotate(ctx context.Context, point id.EntryPoint, w Way) (Channel, stdhook.Secret, error) {
	const op = "own.Rotate"
	if _, err := actor.Require(ctx, op, actor.EntryPointEdit); err != nil {
		return Channel{}, nil, err
	}
	secret := stdhook.NewSecret()
	c, err := s.change(ctx, op, func(tx *db.Tx) (channel.EntryPoint, error) {
		p, err := s.Points.UpdateIn(ctx, tx, point, channel.EntryPointPatch{})
		if err := ofOurs(op, p, err); err != nil {
			return p, err
		}
		k, err := lockKeys(ctx, tx, p.Tenant, p.ID)
		if err != nil {
			return p, err
		}
		k.rotate(w, s.Sealer.Seal(secret, keyContext(p.Tenant, p.ID, w)), tx.Now())
		if err := saveKeys(ctx, tx, p, k); err != nil {
			return p, err
		}
		return p, audit.Changed(ctx, tx, audit.Entry{ // that it was done; never what
			Action: "own_channel.rotate", Subject: audit.Subject{Kind: "entry_point", ID: int64(p.ID), Name: p.Name}, Brand: p.Brand,
			After: map[string]any{"way": w},
		})
	})
	return c, secret, errs.Op(op, err)
}

// Trial is what came of a test.
type Trial struct {
	OK     bool
	Code   string // what is wrong, a key of the catalogues
	Status int    // of the answer; 0: there was none
	Answer string // how it began, or why there was none
	Took   time.Duration
}

// Test calls the callback of a channel with a command of the type "test", and says what came of it. Of one whose
// system fetches its commands it says whether it has done so a moment ago.
func (s *Service) Test(ctx context.Context, point id.EntryPoint) (Trial, error) {
	const op = "own.Test"
	c, err := s.Get(ctx, point)
	if err != nil {
		return Trial{}, errs.Op(op, err)
	}
	switch {
	case c.Settings.Pull:
		here, err := s.isThere(ctx, c.EntryPoint)
		if err != nil || here {
			return Trial{OK: here}, errs.Op(op, err)
		}
		return Trial{Code: "own.not_fetched"}, nil
	case c.Settings.URL == "":
		return Trial{Code: "own.listens_only"}, nil
	}
	secrets, err := s.secrets(ctx, c.EntryPoint, spoken)
	if err != nil {
		return Trial{}, errs.Op(op, err)
	}
	name := id.New[id.Entry]().String()
	body, err := json.Marshal(command{ID: name, Type: "test", Channel: c.ID.String(), At: time.Now().UTC()})
	if err != nil {
		return Trial{}, errs.E(errs.Internal, op, err)
	}
	r := s.post(ctx, c.Settings, "msg_"+name, body, secrets)
	s.learn(ctx, c.EntryPoint, r)
	t := Trial{OK: r.OK(), Status: r.Status, Answer: words(string(r.Body)), Took: r.took}
	if t.Answer == "" && r.err != nil {
		t.Answer = words(r.err.Error())
	}
	if _, err := r.judge(c.Settings); err != nil {
		t.Code = channel.Judge(err).Code
	}
	return t, nil
}

// learn keeps whether their system can be reached. That it cannot be kept costs nothing but the news.
func (s *Service) learn(ctx context.Context, p channel.EntryPoint, r outcome) {
	_, err := r.judge(Settings{})
	code := ""
	if err != nil {
		f := channel.Judge(err)
		switch {
		case f.Verdict == channel.Reconnect, f.Code == "own.unreachable", f.Code == "own.failing":
			code = f.Code
		default:
			return // it was heard: about the command, not about the way
		}
	}
	if (code == "") == (p.Health == channel.Healthy) && code == p.HealthCode {
		return
	}
	health := channel.Healthy
	if code != "" {
		health = channel.Failing
	}
	ctx = actor.With(context.WithoutCancel(ctx), actor.ForSystem(p.Tenant))
	if _, err := s.Points.SetHealth(ctx, p.ID, health, code); err != nil {
		s.Log.WarnContext(ctx, "own channel: its health cannot be kept", "entry_point", p.ID, "err", err)
	}
}
