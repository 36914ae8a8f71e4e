package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxTenantKeys bounds the living keys of a tenant.
const maxTenantKeys = 500

// Key is an API key of an integration; its token is not in it.
type Key struct {
	ID         id.APIKey
	Name       string
	Hint       string       // the token's last characters
	Rights     actor.Rights `db:"rights,json"`
	AllBrands  bool
	Brands     []id.Brand `db:"brands,json"`
	CreatedBy  id.User
	CreatedAt  time.Time
	ExpiresAt  time.Time // zero: never
	LastUsedAt time.Time
	RevokedAt  time.Time
}

// NewKey is what a key is made of.
type NewKey struct {
	Name      string
	Rights    actor.Rights
	AllBrands bool
	Brands    []id.Brand
	ExpiresAt time.Time
}

const selectKey = `SELECT id, name, hint, rights, all_brands, brands, created_by, created_at, expires_at, last_used_at, revoked_at FROM api_key`

func (k Key) audited() map[string]any {
	scopes := map[string]string{}
	for p, s := range k.Rights {
		scopes[string(p)] = ScopeName(s)
	}
	return map[string]any{
		"name": k.Name, "rights": scopes, "all_brands": k.AllBrands, "brands": k.Brands,
		"expires_at": k.ExpiresAt, "revoked": !k.RevokedAt.IsZero(),
	}
}

func (k Key) subject() audit.Subject {
	return audit.Subject{Kind: whatKey, ID: int64(k.ID), Name: k.Name}
}

// Keys keeps the keys of integrations.
type Keys struct {
	db    *db.DB
	dir   *Directory
	users *Users
}

// NewKeys returns Keys over d.
func NewKeys(d *db.DB, dir *Directory, users *Users) *Keys {
	return &Keys{db: d, dir: dir, users: users}
}

// Create makes a key of rights and brands that the actor has, and returns its
// token: the only time that anybody sees it.
func (s *Keys) Create(ctx context.Context, in NewKey) (Key, string, error) {
	const op = "account.CreateKey"
	who, err := actor.Require(ctx, op, actor.KeyEdit)
	if err != nil {
		return Key{}, "", err
	}
	k := Key{
		ID: id.New[id.APIKey](), Name: strings.TrimSpace(in.Name), Rights: in.Rights, AllBrands: in.AllBrands,
		CreatedBy: who.User, ExpiresAt: in.ExpiresAt, Brands: []id.Brand{},
	}
	if !in.AllBrands {
		k.Brands = append(k.Brands, slices.Compact(slices.Sorted(slices.Values(in.Brands)))...)
	}
	if err := k.check(time.Now()).Err(op); err != nil {
		return Key{}, "", err
	}
	if err := mayGrant(op, who, grants{Rights: k.Rights, AllBrands: k.AllBrands, Brands: k.Brands}); err != nil {
		return Key{}, "", err
	}
	token, hash := newToken(KeyPrefix)
	k.Hint = token[len(token)-hintLength:]
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		k.CreatedAt = tx.Now()
		return s.insert(ctx, tx, op, who.Tenant, k, hash)
	})
	if err != nil {
		return Key{}, "", errs.Op(op, err)
	}
	return k, token, nil
}

func (k Key) check(now time.Time) *check.Fields {
	var f check.Fields
	f.Text("name", k.Name, maxName)
	checkRights(&f, "permissions", k.Rights)
	f.Count("brands", len(k.Brands), 0, maxBrands)
	if !k.ExpiresAt.IsZero() && k.ExpiresAt.Before(now) {
		f.Add("expires_at", "time.past", nil)
	}
	return &f
}

func (s *Keys) insert(ctx context.Context, tx *db.Tx, op string, tenant id.Tenant, k Key, hash string) error {
	if err := s.users.knownBrands(ctx, tx, tenant, k.Brands); err != nil {
		return err
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM api_key WHERE tenant_id = $1 AND revoked_at = 0`, tenant)
	if err != nil {
		return err
	}
	if n >= maxTenantKeys {
		return errs.New(errs.Exhausted, op, "key.too_many").With(errs.Values{"max": maxTenantKeys})
	}
	_, err = db.Exec(ctx, tx, `INSERT INTO api_key (tenant_id, id, name, token_hash, hint, rights, all_brands, brands, created_by, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		tenant, k.ID, k.Name, hash, k.Hint, db.JSON(k.Rights), k.AllBrands, db.JSON(k.Brands), k.CreatedBy, k.CreatedAt, k.ExpiresAt)
	if err != nil {
		return err
	}
	return audit.Changed(ctx, tx, audit.Entry{Action: "api_key.create", Subject: k.subject(), After: k.audited()})
}

// keyScope limits keys to those that who may see: all, or their own.
func keyScope(w *db.Where, who actor.Actor) {
	w.And("tenant_id = ?", who.Tenant)
	if !who.Can(actor.KeyEdit, actor.InTenant) {
		w.And("created_by = ?", who.User)
	}
}

// Revoke ends a key for ever, at once.
func (s *Keys) Revoke(ctx context.Context, key id.APIKey) (Key, error) {
	const op = "account.RevokeKey"
	who, err := actor.Require(ctx, op, actor.KeyEdit)
	if err != nil {
		return Key{}, err
	}
	var after Key
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := oneKey(ctx, tx, who, key, tx.ForUpdate())
		if err != nil {
			return err
		}
		after = before
		if !before.RevokedAt.IsZero() {
			return nil
		}
		after.RevokedAt = tx.Now()
		if _, err := db.Exec(ctx, tx, `UPDATE api_key SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2`, who.Tenant, key, tx.Now()); err != nil {
			return err
		}
		s.dir.forgetAfter(tx, who.Tenant, whatKey, int64(key))
		return audit.Changed(ctx, tx, audit.Entry{Action: "api_key.revoke", Subject: after.subject(), Before: before.audited(), After: after.audited()})
	})
	return after, errs.Op(op, err)
}

func oneKey(ctx context.Context, q db.Queryer, who actor.Actor, key id.APIKey, lock string) (Key, error) {
	var w db.Where
	keyScope(&w, who)
	w.And("id = ?", key)
	return db.One[Key](ctx, q, selectKey+w.SQL()+lock, w.Args()...)
}

// Get returns a key.
func (s *Keys) Get(ctx context.Context, key id.APIKey) (Key, error) {
	const op = "account.GetKey"
	who, err := actor.Require(ctx, op, actor.KeyEdit)
	if err != nil {
		return Key{}, err
	}
	k, err := oneKey(ctx, s.db, who, key, "")
	return k, errs.Op(op, err)
}

// List returns keys older than before (0: from the newest), newest first: the living, or the revoked.
func (s *Keys) List(ctx context.Context, revoked bool, before id.APIKey, limit int) ([]Key, error) {
	const op = "account.ListKeys"
	who, err := actor.Require(ctx, op, actor.KeyEdit)
	if err != nil {
		return nil, err
	}
	var w db.Where
	keyScope(&w, who)
	if revoked {
		w.And("revoked_at <> 0")
	} else {
		w.And("revoked_at = 0")
	}
	if !before.IsZero() {
		w.And("id < ?", before)
	}
	keys, err := db.Many[Key](ctx, s.db, selectKey+w.SQL()+` ORDER BY id DESC LIMIT `+w.Arg(limit), w.Args()...)
	return keys, errs.Op(op, err)
}

// readKey loads a living key by the hash of its token.
func readKey(ctx context.Context, q db.Queryer, hash string) (*keyEntry, error) {
	type row struct {
		TenantID   id.Tenant
		ID         id.APIKey
		Name       string
		Rights     actor.Rights `db:"rights,json"`
		AllBrands  bool
		Brands     []id.Brand `db:"brands,json"`
		ExpiresAt  time.Time
		LastUsedAt time.Time
	}
	r, err := db.One[row](ctx, q, `SELECT tenant_id, id, name, rights, all_brands, brands, expires_at, last_used_at FROM api_key
		WHERE token_hash = $1 AND revoked_at = 0`, hash)
	if err != nil {
		return nil, err
	}
	e := &keyEntry{expires: r.ExpiresAt, actor: actor.Actor{
		Kind: actor.Key, Tenant: r.TenantID, Key: r.ID, Name: r.Name, Rights: r.Rights,
		Brands: actor.Brands{All: r.AllBrands, Some: r.Brands},
	}}
	e.used.Store(db.Micros(r.LastUsedAt))
	return e, nil
}
