package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// How attempts to sign in are slowed down. An attempt counts before its password
// is looked at, so that many at once gain nothing; a success takes it back.
const (
	freeByEmail   = 5   // attempts for one e-mail address before it has to wait
	freeByAddress = 100 // from one network address: a whole centre may sit behind one
	firstDelay    = 2 * time.Second
	longestDelay  = 5 * time.Minute
	forgetAfter   = 24 * time.Hour
)

// limit is one count of attempts.
type limit struct {
	name string
	free int64
}

// limitsOf returns the counts of an attempt. They are stored as hashes: a list of
// who tried to sign in from where is nobody's business.
func limitsOf(tenant id.Tenant, emailKey, address string) []limit {
	name := func(kind, what string) string {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s", kind, tenant, what))
		return hex.EncodeToString(sum[:])
	}
	limits := []limit{{name("email", emailKey), freeByEmail}}
	if address != "" {
		limits = append(limits, limit{name("address", address), freeByAddress})
	}
	return limits
}

// delayAfter returns how long to wait after so many attempts.
func (l limit) delayAfter(attempts int64) time.Duration {
	if attempts < l.free {
		return 0
	}
	doublings := min(attempts-l.free, 20)
	return min(firstDelay*time.Duration(math.Pow(2, float64(doublings))), longestDelay)
}

// reserve counts an attempt, or refuses it with an Exhausted error that says how long to wait.
func reserve(ctx context.Context, tx *db.Tx, limits []limit) error {
	for _, l := range limits {
		// The row is made first and locked, so that attempts at once stand in line.
		_, err := db.Exec(ctx, tx, `INSERT INTO login_attempt (name, attempts, until, last_at) VALUES ($1, 0, 0, $2)
			ON CONFLICT (name) DO UPDATE SET attempts = CASE WHEN login_attempt.last_at < $3 THEN 0 ELSE login_attempt.attempts END`,
			l.name, tx.Now(), tx.Now().Add(-forgetAfter))
		if err != nil {
			return err
		}
		row, err := db.One[struct {
			Attempts int64
			Until    time.Time
		}](ctx, tx, `SELECT attempts, until FROM login_attempt WHERE name = $1`+tx.ForUpdate(), l.name)
		if err != nil {
			return err
		}
		if wait := row.Until.Sub(tx.Now()); wait > 0 {
			seconds := int(math.Ceil(wait.Seconds()))
			return errs.New(errs.Exhausted, "account.reserve", "login.throttled").With(errs.Values{"count": seconds})
		}
		until := tx.Now().Add(l.delayAfter(row.Attempts + 1))
		_, err = db.Exec(ctx, tx, `UPDATE login_attempt SET attempts = $2, until = $3, last_at = $4 WHERE name = $1`,
			l.name, row.Attempts+1, until, tx.Now())
		if err != nil {
			return err
		}
	}
	return nil
}

// release takes back what reserve counted: the attempt succeeded. The e-mail
// address starts afresh; the network address only gets this one attempt back.
func release(ctx context.Context, tx *db.Tx, limits []limit) error {
	if _, err := db.Exec(ctx, tx, `DELETE FROM login_attempt WHERE name = $1`, limits[0].name); err != nil {
		return err
	}
	for _, l := range limits[1:] {
		_, err := db.Exec(ctx, tx, `UPDATE login_attempt SET attempts = attempts - 1, until = 0 WHERE name = $1 AND attempts > 0`, l.name)
		if err != nil {
			return err
		}
	}
	return nil
}
