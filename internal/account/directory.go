package account

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// SessionLasts is how long a session lives at the most.
const SessionLasts = 7 * 24 * time.Hour

// How long sessions live, and how much of who acts is kept in memory.
const (
	idleFor     = 12 * time.Hour // without a request a session ends
	lastsFor    = SessionLasts   // and after this in any case
	oldTokenFor = time.Minute    // a renewed token's elder still works: requests under way carry it
	touchEvery  = time.Minute    // last-seen and last-used are written no more often
	maxActors   = 20_000
	maxSessions = 50_000
	maxKeys     = 5_000
	whatUser    = "user"
	whatRole    = "role"
	whatSession = "session"
	whatKey     = "api_key"
	whatTeam    = "team"
	whatInvite  = "invitation"
)

// Directory knows who acts. Its answers are shared: nobody changes the lists and
// maps of an Actor.
type Directory struct {
	db       *db.DB
	log      *slog.Logger
	actors   *cache[userRef, actor.Actor]
	sessions *cache[string, *sessionEntry]
	keys     *cache[string, *keyEntry]
	rights   sharedRights
}

type userRef struct {
	tenant id.Tenant
	user   id.User
}

// sessionEntry is a session under one of its tokens.
type sessionEntry struct {
	TenantID  id.Tenant
	ID        id.Session
	UserID    id.User
	CreatedAt time.Time
	SeenAt    time.Time
	OldHash   string
	OldUntil  time.Time
	Renew     bool

	old  bool         // this is the token before the present one
	seen atomic.Int64 // microseconds; when a request was last noted
}

// keyEntry is an API key.
type keyEntry struct {
	actor   actor.Actor
	expires time.Time
	used    atomic.Int64
}

// NewDirectory returns a Directory over d.
func NewDirectory(d *db.DB, log *slog.Logger) *Directory {
	return &Directory{
		db: d, log: log,
		actors:   newCache[userRef, actor.Actor](maxActors),
		sessions: newCache[string, *sessionEntry](maxSessions),
		keys:     newCache[string, *keyEntry](maxKeys),
	}
}

// Authenticate returns who acts with a session's token, or an Unauthenticated error.
func (x *Directory) Authenticate(ctx context.Context, token string) (actor.Actor, error) {
	const op = "account.Authenticate"
	e, err := x.session(ctx, token)
	if err != nil {
		return actor.Actor{}, errs.Op(op, err)
	}
	a, err := x.Actor(ctx, e.TenantID, e.UserID)
	if err != nil {
		return actor.Actor{}, errs.Op(op, err)
	}
	a.Session = e.ID
	x.noteSeen(actor.With(ctx, a), e)
	return a, nil
}

// session returns the living session with that token.
func (x *Directory) session(ctx context.Context, token string) (*sessionEntry, error) {
	ended := errs.New(errs.Unauthenticated, "account.session", "session.ended")
	if token == "" || len(token) > maxToken {
		return nil, ended
	}
	hash := hashOf(token)
	e, err := x.sessions.load(hash, func() (*sessionEntry, error) { return x.readSession(ctx, hash) })
	if errs.Is(errs.NotFound, err) {
		return nil, ended
	}
	if err != nil {
		return nil, err
	}
	now := time.Now()
	idle := now.Sub(time.UnixMicro(e.seen.Load())) > idleFor
	if idle || now.Sub(e.CreatedAt) > lastsFor || e.old && now.After(e.OldUntil) {
		return nil, ended
	}
	return e, nil
}

func (x *Directory) readSession(ctx context.Context, hash string) (*sessionEntry, error) {
	type row struct {
		TenantID  id.Tenant
		ID        id.Session
		UserID    id.User
		CreatedAt time.Time
		SeenAt    time.Time
		OldHash   string
		OldUntil  time.Time
		Renew     bool
	}
	r, err := db.One[row](ctx, x.db, `SELECT tenant_id, id, user_id, created_at, seen_at, old_hash, old_until, renew FROM session
		WHERE token_hash = $1 OR old_hash = $1 AND old_hash <> ''`, hash)
	if err != nil {
		return nil, err
	}
	e := &sessionEntry{
		TenantID: r.TenantID, ID: r.ID, UserID: r.UserID, CreatedAt: r.CreatedAt, SeenAt: r.SeenAt,
		OldHash: r.OldHash, OldUntil: r.OldUntil, Renew: r.Renew, old: r.OldHash == hash,
	}
	e.seen.Store(r.SeenAt.UnixMicro())
	return e, nil
}

// noteSeen writes down, now and then, that a session is in use. A failure harms nobody.
func (x *Directory) noteSeen(ctx context.Context, e *sessionEntry) {
	if !due(&e.seen) {
		return
	}
	x.note(ctx, `UPDATE session SET seen_at = $3 WHERE tenant_id = $1 AND id = $2 AND seen_at < $3`, e.TenantID, int64(e.ID))
}

// due reports, to one caller only, that a note is due, and takes it as made.
func due(last *atomic.Int64) bool {
	now, before := time.Now().UnixMicro(), last.Load()
	return now-before >= touchEvery.Microseconds() && last.CompareAndSwap(before, now)
}

func (x *Directory) note(ctx context.Context, text string, tenant id.Tenant, thing int64) {
	err := x.db.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, text, tenant, thing, tx.Now())
		return err
	})
	if err != nil {
		x.log.Warn("last use not noted", "tenant", tenant, "err", err)
	}
}

// AuthenticateKey returns who acts with an API key, or an Unauthenticated error.
func (x *Directory) AuthenticateKey(ctx context.Context, token string) (actor.Actor, error) {
	const op = "account.AuthenticateKey"
	refused := errs.New(errs.Unauthenticated, op, "key.refused")
	if len(token) > maxToken {
		return actor.Actor{}, refused
	}
	hash := hashOf(token)
	e, err := x.keys.load(hash, func() (*keyEntry, error) { return readKey(ctx, x.db, hash) })
	if errs.Is(errs.NotFound, err) || err == nil && !e.expires.IsZero() && time.Now().After(e.expires) {
		return actor.Actor{}, refused
	}
	if err != nil {
		return actor.Actor{}, errs.Op(op, err)
	}
	if due(&e.used) {
		x.note(ctx, `UPDATE api_key SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2`, e.actor.Tenant, int64(e.actor.Key))
	}
	return e.actor, nil
}

// Actor returns an active user as an actor, or an Unauthenticated error.
func (x *Directory) Actor(ctx context.Context, tenant id.Tenant, user id.User) (actor.Actor, error) {
	a, err := x.actors.load(userRef{tenant, user}, func() (actor.Actor, error) { return x.readActor(ctx, tenant, user) })
	if errs.Is(errs.NotFound, err) {
		return a, errs.New(errs.Unauthenticated, "account.Actor", "session.ended")
	}
	return a, errs.Op("account.Actor", err)
}

// Current is Actor from the database and not from memory, for whoever must not act by rights that have just been changed.
func (x *Directory) Current(ctx context.Context, tenant id.Tenant, user id.User) (actor.Actor, error) {
	a, err := x.readActor(ctx, tenant, user)
	if errs.Is(errs.NotFound, err) {
		return actor.Actor{}, errs.New(errs.Unauthenticated, "account.Current", "session.ended")
	}
	return a, errs.Op("account.Current", err)
}

func (x *Directory) readActor(ctx context.Context, tenant id.Tenant, user id.User) (actor.Actor, error) {
	a, err := readActor(ctx, x.db, tenant, user)
	a.Rights = x.rights.shared(a.Rights)
	return a, err
}

// SessionLives reports, from the database, whether a session has not been ended.
func (x *Directory) SessionLives(ctx context.Context, tenant id.Tenant, session id.Session) (bool, error) {
	_, found, err := db.Find[id.Session](ctx, x.db, `SELECT id FROM session WHERE tenant_id = $1 AND id = $2`, tenant, session)
	return found, errs.Op("account.SessionLives", err)
}

// Follow drops from memory what other nodes change, until ctx ends. Changes made
// through this process are dropped as soon as they are committed.
func (x *Directory) Follow(ctx context.Context) error {
	pos, err := db.LastFact(ctx, x.db)
	if err != nil {
		return errs.Op("account.Follow", err)
	}
	x.forgetAll() // what was read before pos was known
	return x.db.Follow(ctx, "account.directory", pos, func(_ context.Context, batch []fact.Record) error {
		for _, r := range batch {
			if c, ok := r.Fact.(fact.ConfigurationChanged); ok {
				x.forget(r.Tenant, c.What, c.Thing)
			}
		}
		return nil
	})
}

// forgetAfter drops a changed thing from memory once tx is committed.
func (x *Directory) forgetAfter(tx *db.Tx, tenant id.Tenant, what string, thing int64) {
	tx.AfterCommit(func() { x.forget(tenant, what, thing) })
}

func (x *Directory) forget(tenant id.Tenant, what string, thing int64) {
	switch what {
	case whatUser:
		x.actors.forget(func(k userRef, _ actor.Actor) bool { return k == userRef{tenant, id.User(thing)} })
		x.sessions.forget(func(_ string, e *sessionEntry) bool { return e.TenantID == tenant && int64(e.UserID) == thing })
	case whatRole:
		x.actors.forget(func(k userRef, _ actor.Actor) bool { return k.tenant == tenant })
		x.sessions.forget(func(_ string, e *sessionEntry) bool { return e.TenantID == tenant })
	case whatSession:
		x.sessions.forget(func(_ string, e *sessionEntry) bool { return e.TenantID == tenant && int64(e.ID) == thing })
	case whatKey:
		x.keys.forget(func(_ string, e *keyEntry) bool { return e.actor.Tenant == tenant && int64(e.actor.Key) == thing })
	}
}

func (x *Directory) forgetAll() {
	x.actors.forget(func(userRef, actor.Actor) bool { return true })
	x.sessions.forget(func(string, *sessionEntry) bool { return true })
	x.keys.forget(func(string, *keyEntry) bool { return true })
}
