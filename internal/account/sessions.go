package account

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of sessions.
const (
	maxDevice       = 300 // bytes of a browser's name
	maxUserSessions = 20  // of one user; the longest unused end
	pruneAtOnce     = 1000
)

// Sessions signs people in and out.
type Sessions struct {
	db     *db.DB
	dir    *Directory
	hasher *Hasher
}

// NewSessions returns Sessions over d.
func NewSessions(d *db.DB, dir *Directory, hasher *Hasher) *Sessions {
	return &Sessions{db: d, dir: dir, hasher: hasher}
}

// Browser is where a sign-in comes from.
type Browser struct {
	Device  string // as the browser calls itself
	Address string // network address
}

// SignedIn is a new session.
type SignedIn struct {
	Token string // for the cookie; stored nowhere
	Actor actor.Actor
	Ends  time.Time // at the latest
}

// Session is a signed-in browser, as its owner sees it.
type Session struct {
	ID        id.Session
	Device    string
	Address   string
	CreatedAt time.Time
	SeenAt    time.Time
}

// Login signs in with a password. A wrong password, an unknown and an inactive
// user all give the same error after the same work.
func (s *Sessions) Login(ctx context.Context, tenant id.Tenant, email, password string, from Browser) (SignedIn, error) {
	const op = "account.Login"
	limits := limitsOf(tenant, emailKey(email), from.Address)
	if err := s.db.Update(ctx, func(tx *db.Tx) error { return reserve(ctx, tx, limits) }); err != nil {
		return SignedIn{}, errs.Op(op, err)
	}
	user, _, err := db.Find[secretRow](ctx, s.db, `SELECT id, email, password, active FROM app_user WHERE tenant_id = $1 AND email_key = $2`,
		tenant, emailKey(email))
	if err != nil {
		return SignedIn{}, errs.Op(op, err)
	}
	fits, outdated, err := s.hasher.Verify(ctx, user.Password, password)
	if err != nil {
		return SignedIn{}, errs.Op(op, err)
	}
	if !fits || !user.Active {
		return SignedIn{}, errs.New(errs.Unauthenticated, op, "login.failed")
	}
	rehash := ""
	if outdated {
		if rehash, err = s.hasher.Hash(ctx, password); err != nil {
			return SignedIn{}, errs.Op(op, err)
		}
	}
	return s.open(ctx, op, tenant, user.ID, from, func(tx *db.Tx) error {
		if err := release(ctx, tx, limits); err != nil || rehash == "" {
			return err
		}
		_, err := db.Exec(ctx, tx, `UPDATE app_user SET password = $3 WHERE tenant_id = $1 AND id = $2 AND password = $4`,
			tenant, user.ID, rehash, user.Password)
		return err
	})
}

// Open signs a user in without a password, for callers that know who it is:
// set-up, an accepted invitation, a demo.
func (s *Sessions) Open(ctx context.Context, tenant id.Tenant, user id.User, from Browser) (SignedIn, error) {
	return s.open(ctx, "account.Open", tenant, user, from, func(*db.Tx) error { return nil })
}

func (s *Sessions) open(ctx context.Context, op string, tenant id.Tenant, user id.User, from Browser, also func(tx *db.Tx) error) (SignedIn, error) {
	token, hash := newToken("")
	session := id.New[id.Session]()
	var in SignedIn
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		active, err := db.One[bool](ctx, tx, `SELECT active FROM app_user WHERE tenant_id = $1 AND id = $2`+tx.ForUpdate(), tenant, user)
		if err != nil || !active {
			return errs.New(errs.Unauthenticated, op, "login.failed")
		}
		if err := also(tx); err != nil {
			return err
		}
		if err := s.makeRoom(ctx, tx, tenant, user); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO session (tenant_id, id, user_id, token_hash, device, address, created_at, seen_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`, tenant, session, user, hash, short(from.Device, maxDevice), short(from.Address, maxDevice), tx.Now())
		in.Ends = tx.Now().Add(lastsFor)
		return err
	})
	if err != nil {
		return SignedIn{}, errs.Op(op, err)
	}
	in.Token = token
	in.Actor, err = s.dir.Actor(ctx, tenant, user)
	in.Actor.Session = session
	return in, errs.Op(op, err)
}

// makeRoom ends the longest unused sessions of a user who has many.
func (s *Sessions) makeRoom(ctx context.Context, tx *db.Tx, tenant id.Tenant, user id.User) error {
	old, err := db.Many[id.Session](ctx, tx, `SELECT id FROM session WHERE tenant_id = $1 AND user_id = $2 ORDER BY seen_at DESC, id DESC LIMIT $3 OFFSET $4`,
		tenant, user, maxUserSessions, maxUserSessions-1)
	if err != nil {
		return err
	}
	ctx = actor.With(ctx, actor.ForSystem(tenant))
	for _, session := range old {
		if _, err := endSession(ctx, tx, s.dir, tenant, user, session); err != nil {
			return err
		}
	}
	return nil
}

func short(text string, limit int) string {
	if len(text) > limit {
		text = text[:limit]
	}
	clean := make([]rune, 0, len(text))
	for _, r := range text {
		if r >= ' ' && r != '\u007f' && r != '\ufffd' {
			clean = append(clean, r)
		}
	}
	return string(clean)
}

// Renew gives the session of token a new token where the rights of its user have
// changed since it was made, and reports whether it did. Call it once for each
// request that can carry a cookie back.
func (s *Sessions) Renew(ctx context.Context, token string) (string, bool, error) {
	const op = "account.Renew"
	e, err := s.dir.session(ctx, token)
	if err != nil || !e.Renew || e.old {
		return "", false, errs.Op(op, err)
	}
	young, hash := newToken("")
	var n int64
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		n, err = db.Exec(ctx, tx, `UPDATE session SET token_hash = $3, old_hash = token_hash, old_until = $4, renew = $5
			WHERE tenant_id = $1 AND id = $2 AND token_hash = $6 AND renew = $7`,
			e.TenantID, e.ID, hash, tx.Now().Add(oldTokenFor), false, hashOf(token), true)
		s.dir.forgetAfter(tx, e.TenantID, whatSession, int64(e.ID))
		return err
	})
	if err != nil || n == 0 { // 0: another request of the same browser was quicker
		return "", false, errs.Op(op, err)
	}
	return young, true, nil
}

// Mine returns the living sessions of the actor, the latest used first.
func (s *Sessions) Mine(ctx context.Context) ([]Session, error) {
	const op = "account.MySessions"
	who, err := self(ctx, op)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	sessions, err := db.Many[Session](ctx, s.db, `SELECT id, device, address, created_at, seen_at FROM session
		WHERE tenant_id = $1 AND user_id = $2 AND seen_at > $3 AND created_at > $4 ORDER BY seen_at DESC, id DESC LIMIT $5`,
		who.Tenant, who.User, now.Add(-idleFor), now.Add(-lastsFor), maxUserSessions)
	return sessions, errs.Op(op, err)
}

// End ends one of the actor's own sessions.
func (s *Sessions) End(ctx context.Context, session id.Session) error {
	const op = "account.EndSession"
	who, err := self(ctx, op)
	if err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		ended, err := endSession(ctx, tx, s.dir, who.Tenant, who.User, session)
		if err == nil && !ended {
			err = errs.E(errs.NotFound, op, nil)
		}
		return err
	}))
}

// endSession removes a session and says so to the other nodes and to open sockets.
func endSession(ctx context.Context, tx *db.Tx, dir *Directory, tenant id.Tenant, user id.User, session id.Session) (bool, error) {
	n, err := db.Exec(ctx, tx, `DELETE FROM session WHERE tenant_id = $1 AND user_id = $2 AND id = $3`, tenant, user, session)
	if err != nil || n == 0 {
		return false, err
	}
	dir.forgetAfter(tx, tenant, whatSession, int64(session))
	return true, tx.Record(ctx, fact.ConfigurationChanged{What: whatSession, Thing: int64(session)})
}

// endSessions removes all sessions of a user but one (0: all). The caller makes
// the Directory forget the user.
func endSessions(ctx context.Context, tx *db.Tx, tenant id.Tenant, user id.User, but id.Session) error {
	ended, err := db.Many[id.Session](ctx, tx, `DELETE FROM session WHERE tenant_id = $1 AND user_id = $2 AND id <> $3 RETURNING id`, tenant, user, but)
	if err != nil {
		return err
	}
	for _, session := range ended {
		if err := tx.Record(ctx, fact.ConfigurationChanged{What: whatSession, Thing: int64(session)}); err != nil {
			return err
		}
	}
	return nil
}

// renewSessions makes every session of a user get a new token: what it may do has changed.
func renewSessions(ctx context.Context, tx *db.Tx, tenant id.Tenant, user id.User) error {
	_, err := db.Exec(ctx, tx, `UPDATE session SET renew = $3 WHERE tenant_id = $1 AND user_id = $2`, tenant, user, true)
	return err
}

func renewSessionsOfRole(ctx context.Context, tx *db.Tx, tenant id.Tenant, role RoleKey) error {
	_, err := db.Exec(ctx, tx, `UPDATE session SET renew = $3 WHERE tenant_id = $1 AND user_id IN
		(SELECT user_id FROM user_role WHERE tenant_id = $1 AND role = $2)`, tenant, string(role), true)
	return err
}

// Prune removes all sessions that can no longer be used and forgotten attempts
// to sign in, in transactions of a bounded number each. Call it now and then.
func (s *Sessions) Prune(ctx context.Context) error {
	const op = "account.Prune"
	now := time.Now()
	err := s.prune(ctx, `DELETE FROM session WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM session
		WHERE seen_at < $1 OR created_at < $2 ORDER BY seen_at LIMIT $3)`, now.Add(-idleFor), now.Add(-lastsFor), pruneAtOnce)
	if err != nil {
		return errs.Op(op, err)
	}
	return errs.Op(op, s.prune(ctx, `DELETE FROM login_attempt WHERE name IN
		(SELECT name FROM login_attempt WHERE last_at < $1 ORDER BY last_at LIMIT $2)`, now.Add(-forgetAfter), pruneAtOnce))
}

// prune repeats a statement, which removes up to pruneAtOnce rows, until there are no more.
func (s *Sessions) prune(ctx context.Context, text string, args ...any) error {
	for {
		var n int64
		err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
			n, err = db.Exec(ctx, tx, text, args...)
			return err
		})
		if err != nil || n < pruneAtOnce {
			return err
		}
	}
}
