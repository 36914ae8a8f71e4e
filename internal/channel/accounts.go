package channel

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/db"
)

// Events keeps what providers tell of.
type Events interface {
	// Take stores events that were fetched, each once, and returns how many are new.
	Take(ctx context.Context, p EntryPoint, arrived []Arrival) (int, error)
	// Adopt gives an entry point what came for it before anybody had it.
	Adopt(ctx context.Context, tx *db.Tx, p EntryPoint) error
}

// People keeps who writes.
type People interface {
	// Introduce keeps what a channel has said of who somebody is.
	Introduce(ctx context.Context, tx *db.Tx, p EntryPoint, who Party) error
}

// AccountDeps is what Accounts works with.
type AccountDeps struct {
	DB       *db.DB
	Points   *EntryPoints
	Registry *Registry
	Sealer   Sealer
	Events   Events
	People   People
	Said     Said // nil: nothing is asked for again
	Log      *slog.Logger
}

// Accounts connects, keeps and looks after the accounts of all channels that have such (Connecting).
type Accounts struct {
	AccountDeps

	mu    sync.Mutex
	asked map[string]time.Time // when somebody's name was asked for, by channel, account and id
}

// NewAccounts returns Accounts.
func NewAccounts(d AccountDeps) *Accounts {
	return &Accounts{AccountDeps: d, asked: map[string]time.Time{}}
}

// Shown is an account as administrators see it.
type Shown struct {
	EntryPoint

	Held      []string // the secrets that it has, by their keys
	ExpiresAt time.Time
	CheckedAt time.Time
	PostedAt  string // where its provider posts; empty: nowhere of its own
}

// connecting returns the adapter of a channel that has accounts.
func (s *Accounts) connecting(n Name) (Connecting, bool) {
	a, _ := s.Registry.Adapter(n)
	c, is := a.(Connecting)
	return c, is
}

// Kinds returns the adapters that have accounts, in the order in which they are shown.
func (s *Accounts) Kinds(ctx context.Context) ([]Connecting, error) {
	if _, err := actor.Require(ctx, "channel.AccountKinds", actor.EntryPointEdit); err != nil {
		return nil, err
	}
	return s.Registry.Connecting(), nil
}

// shown returns p as administrators see it.
func (s *Accounts) shown(p EntryPoint, r accountRow) Shown {
	out := Shown{EntryPoint: p, Held: strings.Fields(r.Held), ExpiresAt: r.ExpiresAt, CheckedAt: r.CheckedAt}
	if a, is := s.connecting(p.Channel); is {
		if posted, is := a.(Posted); is {
			out.PostedAt = posted.PostedAt(p)
		}
	}
	return out
}

// point returns an account's entry point of the actor's brands, and its adapter.
func (s *Accounts) point(ctx context.Context, op string, point id.EntryPoint) (EntryPoint, Connecting, error) {
	p, err := s.Points.Get(ctx, point)
	if err != nil {
		return p, nil, errs.Op(op, err)
	}
	a, is := s.connecting(p.Channel)
	if !is {
		return p, nil, errs.New(errs.NotFound, op, "not_found")
	}
	return p, a, nil
}

// Get returns an account of the actor's brands.
func (s *Accounts) Get(ctx context.Context, point id.EntryPoint) (Shown, error) {
	const op = "channel.GetAccount"
	p, _, err := s.point(ctx, op, point)
	if err != nil {
		return Shown{}, err
	}
	r, _, err := findAccount(ctx, s.DB, p)
	return s.shown(p, r), errs.Op(op, err)
}

// List returns the accounts of the actor's brands, by name. A filter without a channel is for all that have accounts.
func (s *Accounts) List(ctx context.Context, f EntryPointFilter) ([]Shown, error) {
	const op = "channel.ListAccounts"
	for _, a := range s.Registry.Connecting() {
		if f.Channel == "" || f.Channel == a.Channel() {
			f.Channels = append(f.Channels, a.Channel())
		}
	}
	if len(f.Channels) == 0 { // none has; that somebody may ask is looked at all the same
		_, err := actor.Require(ctx, op, actor.EntryPointEdit)
		return nil, err
	}
	f.Channel = ""
	points, err := s.Points.List(ctx, f)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	rows, err := accountsOf(ctx, s.DB, points)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	all := make([]Shown, len(points))
	for i, p := range points {
		all[i] = s.shown(p, rows[p.ID])
	}
	return all, nil
}

// NewAccount is what an account is connected with.
type NewAccount struct {
	Brand    id.Brand
	Channel  Name
	Queue    id.Queue
	Name     string         // empty: as the account is called at its provider
	Settings map[string]any // by the keys of the Form
}

// Connect makes an account an entry point, once it is shown that it may be spoken for.
// One that was closed here comes back with its past.
func (s *Accounts) Connect(ctx context.Context, in NewAccount) (Shown, error) {
	const op = "channel.ConnectAccount"
	who, err := actor.Require(ctx, op, actor.EntryPointEdit)
	if err != nil {
		return Shown{}, err
	}
	adapter, is := s.connecting(in.Channel)
	switch {
	case !is:
		return Shown{}, errs.Fields(op, errs.Field{Path: "channel", Code: "reference"})
	case in.Queue.IsZero():
		return Shown{}, errs.Fields(op, errs.Field{Path: "queue_id", Code: "required"})
	}
	proof, err := s.prove(ctx, op, adapter, in.Settings, nil)
	if err != nil {
		return Shown{}, err
	}
	if in.Name = strings.TrimSpace(in.Name); in.Name == "" {
		in.Name = clip.Characters(firstFilled(proof.Name, proof.Address), maxName)
	}
	var p EntryPoint
	err = s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		if p, err = s.claim(ctx, tx, who, in, proof); err != nil {
			return err
		}
		if err := s.keep(ctx, tx, p, proof); err != nil {
			return err
		}
		if err := s.openBeside(ctx, tx, p); err != nil {
			return err
		}
		return s.Events.Adopt(ctx, tx, p)
	})
	if err != nil {
		return Shown{}, errs.Op(op, err)
	}
	s.settleAll(ctx, adapter, p)
	return s.Get(ctx, p.ID)
}

// prove checks what was entered and has it proven. Where nothing has to be, the proof is what there was.
func (s *Accounts) prove(ctx context.Context, op string, adapter Connecting, entered map[string]any, before *Account) (Proof, error) {
	form := adapter.Form()
	if before == nil && form.Unable != "" {
		return Proof{}, errs.New(errs.Conflict, op, form.Unable)
	}
	in, proves, err := form.read(op, entered, before)
	if err != nil {
		return Proof{}, err
	}
	proof := Proof{Config: in.Config}
	if before != nil {
		proof.Address, proof.ExpiresAt = before.Address, before.ExpiresAt
	}
	if proves {
		if proof, err = adapter.Prove(ctx, in); err != nil {
			return Proof{}, errs.Op(op, err)
		}
		if len(proof.Config) == 0 {
			proof.Config = in.Config
		}
		if proof.Secrets == nil {
			proof.Secrets = in.Secrets
		}
	}
	if before != nil && proof.Address != before.Address {
		return Proof{}, errs.New(errs.Conflict, op, "account.other").With(errs.Values{"name": firstFilled(proof.Name, proof.Address)})
	}
	return proof, nil
}

// claim makes the entry point of an account, or brings back the one that was closed.
func (s *Accounts) claim(ctx context.Context, tx *db.Tx, who actor.Actor, in NewAccount, proof Proof) (EntryPoint, error) {
	config := json.RawMessage(proof.Config)
	old, err := s.Points.ByAddress(ctx, in.Channel, proof.Address)
	if err == nil && old.Archived && old.Tenant == who.Tenant && old.Brand == in.Brand {
		if _, err := s.Points.RestoreIn(ctx, tx, old.ID); err != nil {
			return EntryPoint{}, err
		}
		return s.Points.UpdateIn(ctx, tx, old.ID, EntryPointPatch{Name: &in.Name, Queue: &in.Queue, Active: new(true), Config: &config})
	}
	if err != nil && !errs.Is(errs.NotFound, err) {
		return EntryPoint{}, err
	}
	return s.Points.CreateIn(ctx, tx, NewEntryPoint{
		Brand: in.Brand, Channel: in.Channel, Name: in.Name, Address: proof.Address, Config: config, Queue: in.Queue, Proven: true,
	})
}

// keep seals and stores what an account is spoken for with.
func (s *Accounts) keep(ctx context.Context, tx *db.Tx, p EntryPoint, proof Proof) error {
	sealed, held, err := s.seal(p, proof.Secrets)
	if err != nil {
		return err
	}
	r := accountRow{Secrets: sealed, Held: held, ExpiresAt: proof.ExpiresAt, CheckedAt: tx.Now(), ConnectedAt: tx.Now()}
	if err := saveAccount(ctx, tx, p, r); err != nil {
		return err
	}
	return audit.Changed(ctx, tx, audit.Entry{ // that there are others; never which
		Action: "entry_point.secrets", Subject: p.subject(), Brand: p.Brand, After: map[string]any{"address": p.Address, "secrets": held, "expires_at": proof.ExpiresAt},
	})
}

// AccountPatch changes what it sets.
type AccountPatch struct {
	Name   *string
	Queue  *id.Queue
	Active *bool

	HidesTyping *bool
	HidesRead   *bool

	Settings map[string]any // those of the Form that are changed
}

// Update changes an account.
func (s *Accounts) Update(ctx context.Context, point id.EntryPoint, e AccountPatch) (Shown, error) {
	const op = "channel.UpdateAccount"
	p, adapter, err := s.point(ctx, op, point)
	if err != nil {
		return Shown{}, err
	}
	if e.Queue != nil && e.Queue.IsZero() {
		return Shown{}, errs.Fields(op, errs.Field{Path: "queue_id", Code: "required"})
	}
	before := p
	patch := EntryPointPatch{Name: e.Name, Queue: e.Queue, Active: e.Active, HidesTyping: e.HidesTyping, HidesRead: e.HidesRead}
	var proof Proof
	if len(e.Settings) > 0 {
		last, err := s.last(ctx, p)
		if err != nil {
			return Shown{}, errs.Op(op, err)
		}
		if proof, err = s.prove(ctx, op, adapter, e.Settings, &last); err != nil {
			return Shown{}, err
		}
		patch.Config = new(json.RawMessage(proof.Config))
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		if p, err = s.Points.UpdateIn(ctx, tx, point, patch); err == nil {
			err = s.followBeside(ctx, tx, before, p)
		}
		if err != nil || proof.Secrets == nil {
			return err
		}
		if p.Archived { // its secrets were forgotten, and stay so
			return errs.New(errs.Conflict, op, "account.disconnected")
		}
		return s.keep(ctx, tx, p, proof)
	})
	if err != nil {
		return Shown{}, errs.Op(op, err)
	}
	if proof.Secrets != nil {
		s.settleAll(ctx, adapter, p)
	}
	return s.Get(ctx, point)
}

// last returns an account as it is stored, whether or not it can be spoken for at present.
func (s *Accounts) last(ctx context.Context, p EntryPoint) (Account, error) {
	r, found, err := findAccount(ctx, s.DB, p)
	if err != nil || !found {
		return Account{EntryPoint: p, Main: p}, err
	}
	a, err := s.opened(p, r)
	if err != nil { // the key of the installation has changed: they are entered anew
		s.Log.WarnContext(ctx, "channel accounts: secrets cannot be opened", "entry_point", p.ID, "err", err)
		return Account{EntryPoint: p, Main: p, ExpiresAt: r.ExpiresAt}, nil
	}
	return a, nil
}

// Archive closes an account and forgets its secrets; its past stays.
func (s *Accounts) Archive(ctx context.Context, point id.EntryPoint) (Shown, error) {
	const op = "channel.ArchiveAccount"
	before, adapter, err := s.point(ctx, op, point)
	if err != nil {
		return Shown{}, err
	}
	account, open := s.Open(ctx, before)
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		p, err := s.Points.ArchiveIn(ctx, tx, point)
		if err != nil {
			return err
		}
		if err := s.closeBeside(ctx, tx, p); err != nil {
			return err
		}
		return forgetSecrets(ctx, tx, p)
	})
	if err != nil {
		return Shown{}, errs.Op(op, err)
	}
	if releasing, able := adapter.(Releasing); able && open == nil { // we hear of it no more
		if err := releasing.Release(ctx, account); err != nil {
			s.Log.WarnContext(ctx, "channel accounts: one that was closed goes on telling", "channel", before.Channel, "entry_point", point, "err", err)
		}
	}
	return s.Get(ctx, point)
}

// Test tries everything that an account needs, and says what lacks.
func (s *Accounts) Test(ctx context.Context, point id.EntryPoint) ([]Trial, error) {
	p, adapter, err := s.point(ctx, "channel.TestAccount", point)
	if err != nil {
		return nil, err
	}
	return s.settleAll(ctx, adapter, p), nil
}

// CatchUp fetches what was not posted to us, as an administrator asks for it, and returns how much of it is new.
func (s *Accounts) CatchUp(ctx context.Context, point id.EntryPoint) (fresh int, err error) {
	const op = "channel.CatchUpAccount"
	p, adapter, err := s.point(ctx, op, point)
	if err != nil {
		return 0, err
	}
	if _, able := adapter.(Fetching); !able {
		return 0, errs.New(errs.Conflict, op, "account.no_fetching")
	}
	// What is stored is the system's doing: the actor's right was asked for.
	ctx = actor.With(ctx, actor.ForSystem(p.Tenant))
	if fresh, err = s.fetchAll(ctx, adapter, p); err == nil {
		var gone int
		gone, err = s.recheckAll(ctx, adapter, p)
		fresh += gone
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		kind := errs.Unavailable
		if f.Verdict == Permanent {
			kind = errs.Conflict
		}
		return fresh, &errs.Error{Kind: kind, Op: op, Code: f.Code, Err: err}
	}
	return fresh, errs.Op(op, err)
}

// firstFilled returns the first of texts that says something.
func firstFilled(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}
