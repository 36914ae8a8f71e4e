package channel

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// accountRow is what is kept of an account beside its entry point.
type accountRow struct {
	Secrets     string // sealed: an object
	Held        string // names of the secrets, with spaces between
	Fetched     string // up to where everything is here, in the words of the channel
	ExpiresAt   time.Time
	CheckedAt   time.Time
	ConnectedAt time.Time
	RenewingAt  time.Time // when a renewal began that has not ended
	RecheckedAt time.Time // when it was asked last whether what was said is still there
}

const accountColumns = `secrets, held, fetched, expires_at, checked_at, connected_at, renewing_at, rechecked_at`

func findAccount(ctx context.Context, q db.Queryer, p EntryPoint) (accountRow, bool, error) {
	return db.Find[accountRow](ctx, q, `SELECT `+accountColumns+` FROM channel_account WHERE tenant_id = $1 AND entry_point_id = $2`, p.Tenant, p.ID)
}

// accountsOf returns what is kept of accounts of a tenant.
func accountsOf(ctx context.Context, q db.Queryer, points []EntryPoint) (map[id.EntryPoint]accountRow, error) {
	if len(points) == 0 {
		return nil, nil
	}
	w := &db.Where{}
	w.And("tenant_id = ?", points[0].Tenant)
	db.In(w, "entry_point_id", KeysOf(points))
	type kept struct {
		accountRow

		EntryPointID id.EntryPoint
	}
	found, err := db.Many[kept](ctx, q, `SELECT entry_point_id, `+accountColumns+` FROM channel_account`+w.SQL(), w.Args()...)
	all := make(map[id.EntryPoint]accountRow, len(found))
	for _, k := range found {
		all[k.EntryPointID] = k.accountRow
	}
	return all, err
}

// saveAccount keeps secrets. How far an account was fetched stays where it is known.
func saveAccount(ctx context.Context, tx *db.Tx, p EntryPoint, r accountRow) error {
	return db.Write(ctx, tx, `INSERT INTO channel_account (tenant_id, entry_point_id, secrets, held, expires_at, checked_at, connected_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (tenant_id, entry_point_id) DO UPDATE SET secrets = excluded.secrets, held = excluded.held,
			expires_at = excluded.expires_at, checked_at = excluded.checked_at, connected_at = excluded.connected_at, renewing_at = 0`,
		p.Tenant, p.ID, r.Secrets, r.Held, r.ExpiresAt, r.CheckedAt, r.ConnectedAt)
}

// saveChecked keeps when an account was looked at, and until when its access is good.
func saveChecked(ctx context.Context, tx *db.Tx, p EntryPoint, expires time.Time) error {
	_, err := db.Exec(ctx, tx, `UPDATE channel_account SET checked_at = $3, expires_at = $4 WHERE tenant_id = $1 AND entry_point_id = $2`,
		p.Tenant, p.ID, tx.Now(), expires)
	return err
}

// saveRechecked keeps when it was asked last whether what was said is still there.
func saveRechecked(ctx context.Context, tx *db.Tx, p EntryPoint) error {
	_, err := db.Exec(ctx, tx, `UPDATE channel_account SET rechecked_at = $3 WHERE tenant_id = $1 AND entry_point_id = $2`, p.Tenant, p.ID, tx.Now())
	return err
}

// saveFetched keeps up to where everything is here, unless somebody else has come further meanwhile.
func saveFetched(ctx context.Context, tx *db.Tx, p EntryPoint, before, now string) error {
	_, err := db.Exec(ctx, tx, `UPDATE channel_account SET fetched = $4 WHERE tenant_id = $1 AND entry_point_id = $2 AND fetched = $3`,
		p.Tenant, p.ID, before, now)
	return err
}

// replaceSecrets puts renewed secrets in place of those that were renewed; who has entered others meanwhile keeps them.
func replaceSecrets(ctx context.Context, tx *db.Tx, p EntryPoint, before string, r accountRow) error {
	_, err := db.Exec(ctx, tx, `UPDATE channel_account SET secrets = $4, held = $5, expires_at = $6, renewing_at = 0 WHERE tenant_id = $1 AND entry_point_id = $2 AND secrets = $3`,
		p.Tenant, p.ID, before, r.Secrets, r.Held, r.ExpiresAt)
	return err
}

// beginRenewal keeps that secrets are being renewed, before anybody is asked for it. It
// reports false where somebody else is at it, or has entered others.
func beginRenewal(ctx context.Context, tx *db.Tx, p EntryPoint, r accountRow) (bool, error) {
	n, err := db.Exec(ctx, tx, `UPDATE channel_account SET renewing_at = $4 WHERE tenant_id = $1 AND entry_point_id = $2 AND secrets = $3 AND renewing_at < $5`,
		p.Tenant, p.ID, r.Secrets, tx.Now(), tx.Now().Add(-renewWithin))
	return n == 1, err
}

// endRenewal keeps that nothing was renewed.
func endRenewal(ctx context.Context, tx *db.Tx, p EntryPoint, before time.Time) error {
	_, err := db.Exec(ctx, tx, `UPDATE channel_account SET renewing_at = $3 WHERE tenant_id = $1 AND entry_point_id = $2`, p.Tenant, p.ID, before)
	return err
}

// forgetSecrets removes the secrets of an account that was closed.
func forgetSecrets(ctx context.Context, tx *db.Tx, p EntryPoint) error {
	_, err := db.Exec(ctx, tx, `UPDATE channel_account SET secrets = '', held = '', expires_at = 0 WHERE tenant_id = $1 AND entry_point_id = $2`, p.Tenant, p.ID)
	return err
}

// accountContext names whose secrets are sealed.
func accountContext(p EntryPoint) string {
	return "channel_account " + p.Tenant.String() + " " + p.ID.String()
}

// oldPage begins what was sealed for a table of Facebook pages, before there was one for
// all channels: the token alone. It is sealed anew when it is entered or renewed.
const oldPage = "facebook_page:"

// seal returns secrets sealed, and their names.
func (s *Accounts) seal(p EntryPoint, secrets Secrets) (sealed, held string, err error) {
	if len(secrets) == 0 {
		return "", "", nil
	}
	raw, err := json.Marshal(secrets)
	if err != nil {
		return "", "", err
	}
	return s.Sealer.Seal(raw, accountContext(p)), strings.Join(slices.Sorted(maps.Keys(secrets)), " "), nil
}

// opened returns an account with its secrets.
func (s *Accounts) opened(p EntryPoint, r accountRow) (Account, error) {
	a := Account{EntryPoint: p, Main: p, Cursor: r.Fetched, ExpiresAt: r.ExpiresAt, CheckedAt: r.CheckedAt, ConnectedAt: r.ConnectedAt, Renewing: r.RenewingAt}
	if old, is := strings.CutPrefix(r.Secrets, oldPage); is {
		token, err := s.Sealer.Open(old, "facebook_page "+p.Tenant.String()+" "+p.ID.String())
		a.Secrets = Secrets{"token": string(token)}
		return a, err
	}
	if r.Secrets == "" {
		return a, nil
	}
	raw, err := s.Sealer.Open(r.Secrets, accountContext(p))
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(raw, &a.Secrets)
}
