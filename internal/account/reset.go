package account

import (
	"context"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/platform/db"
)

// ResetPassword gives the user with an e-mail address another password and ends
// their sessions. Only the system may: the operator at the machine itself.
func (s *Users) ResetPassword(ctx context.Context, email, password string) error {
	const op = "account.ResetPassword"
	who := actor.From(ctx)
	if who.Kind != actor.System {
		return errs.New(errs.Forbidden, op, "forbidden")
	}
	var f check.Fields
	checkPassword(&f, password, email)
	if err := f.Err(op); err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return errs.Op(op, err)
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		user, found, err := db.Find[id.User](ctx, tx, `UPDATE app_user SET password = $3, updated_at = $4 WHERE tenant_id = $1 AND email_key = $2 RETURNING id`,
			who.Tenant, emailKey(email), hash, tx.Now())
		if err != nil {
			return err
		}
		if !found {
			return errs.New(errs.NotFound, op, "user.not_found")
		}
		if err := endSessions(ctx, tx, who.Tenant, user, 0); err != nil {
			return err
		}
		s.dir.forgetAfter(tx, who.Tenant, whatUser, int64(user))
		return audit.Changed(ctx, tx, audit.Entry{Action: "user.password", Subject: audit.Subject{Kind: whatUser, ID: int64(user), Name: email}})
	}))
}
