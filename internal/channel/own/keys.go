package own

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/platform/db"
)

// rotation is for how long the key before is good too.
const rotation = 24 * time.Hour

// Way is one direction of a channel.
type Way string

// Ways.
const (
	heard  Way = "events"   // their system signs with it
	spoken Way = "commands" // we sign with it
)

// Ways returns both.
func Ways() []Way { return []Way{heard, spoken} }

// keyRow are the keys of a channel as they are kept.
type keyRow struct {
	Heard       string
	HeardBefore string
	HeardUntil  time.Time
	Said        string
	SaidBefore  string
	SaidUntil   time.Time
}

// of returns the sealed keys of a way that are good at now, the newest first.
func (k keyRow) of(w Way, now time.Time) []string {
	newest, before, until := k.Heard, k.HeardBefore, k.HeardUntil
	if w == spoken {
		newest, before, until = k.Said, k.SaidBefore, k.SaidUntil
	}
	switch {
	case newest == "":
		return nil
	case before != "" && now.Before(until):
		return []string{newest, before}
	}
	return []string{newest}
}

// rotate puts a new sealed key of a way in place of the one there is.
func (k *keyRow) rotate(w Way, sealed string, now time.Time) {
	if w == spoken {
		k.Said, k.SaidBefore, k.SaidUntil = sealed, k.Said, now.Add(rotation)
		return
	}
	k.Heard, k.HeardBefore, k.HeardUntil = sealed, k.Heard, now.Add(rotation)
}

// keyContext binds a sealed key to its channel and way.
func keyContext(tenant id.Tenant, point id.EntryPoint, w Way) string {
	return "own_channel " + tenant.String() + " " + point.String() + " " + string(w)
}

const selectKeys = `SELECT heard, heard_before, heard_until, said, said_before, said_until FROM own_channel WHERE tenant_id = $1 AND entry_point_id = $2`

// findKeys returns the keys of a channel; one that was made without them has none.
func findKeys(ctx context.Context, q db.Queryer, tenant id.Tenant, point id.EntryPoint) (keyRow, error) {
	k, _, err := db.Find[keyRow](ctx, q, selectKeys, tenant, point)
	return k, err
}

// keysOf returns the keys of channels of a tenant.
func keysOf(ctx context.Context, q db.Queryer, channels []channel.EntryPoint) (map[id.EntryPoint]keyRow, error) {
	if len(channels) == 0 {
		return nil, nil
	}
	w := &db.Where{}
	w.And("tenant_id = ?", channels[0].Tenant)
	db.In(w, "entry_point_id", channel.KeysOf(channels))
	type kept struct {
		keyRow

		EntryPointID id.EntryPoint
	}
	found, err := db.Many[kept](ctx, q, `SELECT entry_point_id, heard, heard_before, heard_until, said, said_before, said_until FROM own_channel`+w.SQL(), w.Args()...)
	all := make(map[id.EntryPoint]keyRow, len(found))
	for _, k := range found {
		all[k.EntryPointID] = k.keyRow
	}
	return all, err
}

func lockKeys(ctx context.Context, tx *db.Tx, tenant id.Tenant, point id.EntryPoint) (keyRow, error) {
	k, _, err := db.Find[keyRow](ctx, tx, selectKeys+tx.ForUpdate(), tenant, point)
	return k, err
}

func saveKeys(ctx context.Context, tx *db.Tx, p channel.EntryPoint, k keyRow) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO own_channel (tenant_id, entry_point_id, heard, heard_before, heard_until, said, said_before, said_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (tenant_id, entry_point_id) DO UPDATE SET heard = excluded.heard, heard_before = excluded.heard_before, heard_until = excluded.heard_until,
			said = excluded.said, said_before = excluded.said_before, said_until = excluded.said_until`,
		p.Tenant, p.ID, k.Heard, k.HeardBefore, k.HeardUntil, k.Said, k.SaidBefore, k.SaidUntil)
	return err
}

// secrets returns the keys of a way that are good now.
func (s *Service) secrets(ctx context.Context, p channel.EntryPoint, w Way) ([]stdhook.Secret, error) {
	k, err := findKeys(ctx, s.DB, p.Tenant, p.ID)
	if err != nil {
		return nil, err
	}
	sealed := k.of(w, time.Now())
	out := make([]stdhook.Secret, len(sealed))
	for i, text := range sealed {
		secret, err := s.Sealer.Open(text, keyContext(p.Tenant, p.ID, w))
		if err != nil {
			return nil, err
		}
		out[i] = secret
	}
	return out, nil
}

// verify reports whether their system has signed body.
func (s *Service) verify(ctx context.Context, p channel.EntryPoint, h http.Header, body []byte) error {
	const op = "own.Verify"
	secrets, err := s.secrets(ctx, p, heard)
	if err != nil {
		return errs.Op(op, err)
	}
	if _, err := stdhook.Verify(h, time.Now(), body, secrets...); err != nil {
		return &errs.Error{Kind: errs.Unauthenticated, Op: op, Code: verifyCode(err), Err: err}
	}
	return nil
}

// verifyCode says what is wrong with a signature.
func verifyCode(err error) string {
	switch {
	case errors.Is(err, stdhook.ErrHeaders):
		return "hook.headers"
	case errors.Is(err, stdhook.ErrTime):
		return "hook.time"
	}
	return "hook.signature"
}
