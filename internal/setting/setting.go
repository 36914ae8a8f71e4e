package setting

import (
	"context"
	"encoding/json"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// Scope is what a setting belongs to.
type Scope string

// Scopes of settings.
const (
	OfTenant Scope = "tenant"
	OfBrand  Scope = "brand"
	OfUser   Scope = "user"
)

// maxValue bounds the JSON of one value.
const maxValue = 16 << 10

// Key declares a setting.
type Key[T any] struct {
	Name    string // "desk.sound"
	Scope   Scope
	Default T
	Check   func(T) error // nil: every T is good
}

// Get returns the setting of owner, the key of what it belongs to (0 for the
// tenant), in the actor's tenant. The caller has checked that the actor may know it.
func Get[T any](ctx context.Context, q db.Queryer, k Key[T], owner int64) (T, error) {
	text, found, err := db.Find[string](ctx, q, readValue, actor.From(ctx).Tenant, string(k.Scope), owner, k.Name)
	return k.value(text, found, err)
}

// Ask asks for what Get returns; call what it returns after everything else was asked for.
func Ask[T any](ctx context.Context, tx *db.Tx, k Key[T], owner int64) (answer func(ctx context.Context) (T, error)) {
	asked := db.Ask[string](ctx, tx, readValue, actor.From(ctx).Tenant, string(k.Scope), owner, k.Name)
	return func(ctx context.Context) (T, error) { return k.value(asked.Find(ctx)) }
}

const readValue = `SELECT value FROM setting WHERE tenant_id = $1 AND scope = $2 AND owner = $3 AND name = $4`

// value returns what is stored, if it is something that the key allows.
func (k Key[T]) value(text string, found bool, err error) (T, error) {
	if err != nil || !found {
		return k.Default, errs.Op("setting.Get", err)
	}
	var v T
	if json.Unmarshal([]byte(text), &v) != nil || k.Check != nil && k.Check(v) != nil {
		return k.Default, nil //nolint:nilerr // an older version's value
	}
	return v, nil
}

// Set stores the setting of owner in the actor's tenant. The caller has checked
// that the actor may change it. Choices of people about their own desk are not audited.
func Set[T any](ctx context.Context, tx *db.Tx, k Key[T], owner int64, v T) error {
	const op = "setting.Set"
	if k.Check != nil {
		if err := k.Check(v); err != nil {
			return errs.Op(op, err)
		}
	}
	data, err := json.Marshal(v)
	if err != nil {
		return errs.E(errs.Internal, op, err)
	}
	if len(data) > maxValue {
		return errs.Fields(op, errs.Field{Path: k.Name, Code: "length.max", Values: errs.Values{"max": maxValue}})
	}
	before, err := Get(ctx, tx, k, owner)
	if err != nil {
		return errs.Op(op, err)
	}
	_, err = db.Exec(ctx, tx, `INSERT INTO setting (tenant_id, scope, owner, name, value, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, scope, owner, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
		actor.From(ctx).Tenant, string(k.Scope), owner, k.Name, string(data), tx.Now())
	if err != nil || k.Scope == OfUser {
		return errs.Op(op, err)
	}
	return errs.Op(op, audit.Changed(ctx, tx, audit.Entry{
		Action: "setting.update", Subject: audit.Subject{Kind: "setting", ID: owner, Name: k.Name},
		Before: map[string]any{k.Name: before}, After: map[string]any{k.Name: v},
	}))
}

// Claim takes, once for the whole installation, the right to do what name says.
// A second caller waits for the first and is told false. It needs no actor.
func Claim(ctx context.Context, tx *db.Tx, name string) (bool, error) {
	n, err := db.Exec(ctx, tx, `INSERT INTO setting (tenant_id, scope, owner, name, value, updated_at) VALUES (0, 'installation', 0, $1, 'true', $2)
		ON CONFLICT (tenant_id, scope, owner, name) DO NOTHING`, name, tx.Now())
	return n == 1, errs.Op("setting.Claim", err)
}
