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

// MePatch is what people change about themselves.
type MePatch struct {
	Name     *string
	Language *string
	Theme    *string
	Density  *string
}

// self returns the actor if it is a person.
func self(ctx context.Context, op string) (actor.Actor, error) {
	who := actor.From(ctx)
	if who.Kind != actor.User || who.User.IsZero() {
		return who, errs.New(errs.Forbidden, op, "me.no_person")
	}
	return who, nil
}

// Me returns the user who acts.
func (s *Users) Me(ctx context.Context) (User, error) {
	const op = "account.Me"
	who, err := self(ctx, op)
	if err != nil {
		return User{}, err
	}
	u, err := oneUser(ctx, s.db, actor.ForSystem(who.Tenant), actor.UserRead, who.User, "")
	return u, errs.Op(op, err)
}

// UpdateMe changes what people may change about themselves.
func (s *Users) UpdateMe(ctx context.Context, p MePatch) (User, error) {
	const op = "account.UpdateMe"
	who, err := self(ctx, op)
	if err != nil {
		return User{}, err
	}
	var after User
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := oneUser(ctx, tx, actor.ForSystem(who.Tenant), actor.UserEdit, who.User, tx.ForUpdate())
		if err != nil {
			return err
		}
		after = UserPatch{Name: p.Name, Language: p.Language, Theme: p.Theme, Density: p.Density}.apply(before)
		after.UpdatedAt = tx.Now()
		if err := after.check().Err(op); err != nil {
			return err
		}
		if err := updateUser(ctx, tx, who.Tenant, after); err != nil {
			return err
		}
		s.dir.forgetAfter(tx, who.Tenant, whatUser, int64(who.User))
		if before.Name == after.Name && before.Language == after.Language {
			return nil // how somebody's own desk looks is nobody else's business
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "user.self", Subject: after.subject(), Before: before.audited(), After: after.audited()})
	})
	return after, errs.Op(op, err)
}

// ChangePassword replaces the actor's password. All other sessions of theirs
// end, and the present one gets a new token with the next answer.
func (s *Users) ChangePassword(ctx context.Context, old, young string) error {
	const op = "account.ChangePassword"
	who, err := self(ctx, op)
	if err != nil {
		return err
	}
	stored, err := passwordOf(ctx, s.db, who.Tenant, who.User)
	if err != nil {
		return errs.Op(op, err)
	}
	if err := s.checkOld(ctx, op, who, stored.Password, old); err != nil {
		return errs.Op(op, err)
	}
	var f check.Fields
	checkPassword(&f, young, stored.Email)
	if err := f.Err(op); err != nil {
		return err
	}
	hash, err := s.hasher.Hash(ctx, young)
	if err != nil {
		return errs.Op(op, err)
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		changed := errs.New(errs.Conflict, op, "conflict") // somebody was quicker
		err := db.Guard(ctx, tx, changed, `UPDATE app_user SET password = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2 AND password = $5`,
			who.Tenant, who.User, hash, tx.Now(), stored.Password)
		if err != nil {
			return err
		}
		if err := endSessions(ctx, tx, who.Tenant, who.User, who.Session); err != nil {
			return err
		}
		if err := renewSessions(ctx, tx, who.Tenant, who.User); err != nil {
			return err
		}
		s.dir.forgetAfter(tx, who.Tenant, whatUser, int64(who.User))
		return audit.Changed(ctx, tx, audit.Entry{
			Action: "user.password", Subject: audit.Subject{Kind: whatUser, ID: int64(who.User), Name: who.Name},
		})
	}))
}

// checkOld verifies the present password, as slowly after failures as a sign-in.
func (s *Users) checkOld(ctx context.Context, op string, who actor.Actor, stored, old string) error {
	limits := limitsOf(who.Tenant, "password of "+who.User.String(), "")
	ctx = db.Apart(ctx) // a counted attempt is not yet a password changed
	if err := s.db.Update(ctx, func(tx *db.Tx) error { return reserve(ctx, tx, limits) }); err != nil {
		return err
	}
	fits, _, err := s.hasher.Verify(ctx, stored, old)
	if err != nil {
		return err
	}
	if !fits {
		return errs.Fields(op, errs.Field{Path: "old_password", Code: "password.wrong"})
	}
	return s.db.Update(ctx, func(tx *db.Tx) error { return release(ctx, tx, limits) })
}

// secretRow is what a sign-in needs of a user.
type secretRow struct {
	ID       id.User
	Email    string
	Password string
	Active   bool
}

func passwordOf(ctx context.Context, q db.Queryer, tenant id.Tenant, user id.User) (secretRow, error) {
	return db.One[secretRow](ctx, q, `SELECT id, email, password, active FROM app_user WHERE tenant_id = $1 AND id = $2`, tenant, user)
}
