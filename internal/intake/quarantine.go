package intake

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Limits of the quarantine.
const (
	maxRaw         = 10 << 20 // bytes; a longer message keeps its beginning
	maxReason      = 500      // bytes
	maxQuarantined = 100      // of one page
)

// Quarantined is something that arrived and could not be understood.
type Quarantined struct {
	ID           int64
	EntryPointID id.EntryPoint
	Channel      string
	Reason       string
	Raw          []byte
	At           time.Time
}

// Quarantine keeps what arrived at a channel as it came, and why it was not understood.
func (s *Service) Quarantine(ctx context.Context, q Quarantined) error {
	const op = "intake.Quarantine"
	a := actor.From(ctx)
	if a.Tenant == 0 || a.Kind == actor.User {
		return errs.New(errs.Unauthenticated, op, "unauthenticated")
	}
	raw := append([]byte{}, q.Raw[:min(len(q.Raw), maxRaw)]...)
	return errs.Op(op, s.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO quarantine (tenant_id, id, entry_point_id, channel, reason, raw, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			a.Tenant, id.New[int64](), q.EntryPointID, q.Channel, reason(q.Reason), raw, tx.Now())
		return err
	}))
}

func reason(text string) string {
	text = strings.ToValidUTF8(text, "?")
	for len(text) > maxReason || !utf8.ValidString(text) {
		text = text[:min(len(text), maxReason+1)-1]
	}
	return text
}

// ListQuarantine returns what is in quarantine, newest first and older than before (0: the newest).
func (s *Service) ListQuarantine(ctx context.Context, before int64) ([]Quarantined, error) {
	const op = "intake.ListQuarantine"
	a, err := actor.Require(ctx, op, actor.JobRead)
	if err != nil {
		return nil, err
	}
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	if before != 0 {
		w.And("id < ?", before)
	}
	found, err := db.Many[Quarantined](ctx, s.DB, `SELECT id, entry_point_id, channel, reason, raw, at FROM quarantine`+w.SQL()+
		` ORDER BY id DESC LIMIT `+w.Arg(maxQuarantined), w.Args()...)
	return found, errs.Op(op, err)
}
