package email

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
)

// maxSunk is how many mails a mailbox without servers keeps.
const maxSunk = 200

// sunk is a mail that was sent through a mailbox without servers.
type sunk struct {
	ID         int64
	Recipients string
	MessageID  string
	Raw        []byte
	At         time.Time
}

func keepSunk(ctx context.Context, tx *db.Tx, p channel.EntryPoint, m sunk) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO mail_sink (tenant_id, id, entry_point_id, recipients, message_id, raw, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		p.Tenant, id.New[int64](), p.ID, m.Recipients, m.MessageID, m.Raw, tx.Now())
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `DELETE FROM mail_sink WHERE tenant_id = $1 AND entry_point_id = $2 AND id <=
		(SELECT id FROM mail_sink WHERE tenant_id = $1 AND entry_point_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)`, p.Tenant, p.ID, maxSunk)
	return err
}

// Sent is a mail that somebody would have got, had its mailbox servers.
type Sent struct {
	ID         int64
	MessageID  string
	Recipients string
	Subject    string
	Text       string
	At         time.Time
}

// ListSent returns what was sent through a mailbox without servers, the newest first.
func (s *Service) ListSent(ctx context.Context, point id.EntryPoint, limit int) ([]Sent, error) {
	const op = "email.ListSent"
	if a := actor.From(ctx); a.Tenant == 0 || a.Kind == actor.User {
		return nil, errs.New(errs.Unauthenticated, op, "unauthenticated")
	}
	rows, err := db.Many[sunk](ctx, s.DB, `SELECT id, recipients, message_id, raw, at FROM mail_sink
		WHERE tenant_id = $1 AND entry_point_id = $2 ORDER BY id DESC LIMIT $3`, actor.From(ctx).Tenant, point, min(limit, maxSunk))
	all := make([]Sent, len(rows))
	for i, r := range rows {
		m := mailmsg.ParseBytes(r.Raw, mailmsg.Limits{})
		all[i] = Sent{ID: r.ID, MessageID: r.MessageID, Recipients: r.Recipients, Subject: m.Subject, Text: m.Text, At: r.At}
	}
	return all, errs.Op(op, err)
}

// Deliver takes a mail at a mailbox without servers as if a server had brought it.
func (s *Service) Deliver(ctx context.Context, p channel.EntryPoint, raw []byte) error {
	const op = "email.Deliver"
	settings, err := parseSettings(p.Config)
	if err != nil {
		return errs.Op(op, err)
	}
	if settings.Transport != Sink || !p.Open() || len(raw) > maxMail {
		return errs.New(errs.Invalid, op, "mailbox.no_sink")
	}
	f := fetched{key: fmt.Sprintf("mail/%s/%s/%d", p.Tenant, p.ID, id.New[int64]()), size: int64(len(raw)), dedup: hashOf(raw)}
	if name := mailmsg.ParseBytes(raw, mailmsg.Limits{}).MessageID; name != "" {
		f.dedup = nameOf(name)
	}
	if err := s.Blobs.Put(ctx, f.key, bytes.NewReader(raw), f.size, mediaTypeEml); err != nil {
		return errs.Op(op, err)
	}
	return errs.Op(op, s.keepMails(ctx, p, lease.Held{}, []fetched{f}))
}
