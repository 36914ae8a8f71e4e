package account

import (
	"context"
	"errors"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// invitedFor is how long an invitation can be accepted.
const invitedFor = 7 * 24 * time.Hour

// Invitation lets a person become a user with the grants in it.
type Invitation struct {
	TenantID   id.Tenant
	ID         id.Invitation
	Email      string
	Name       string
	Language   string
	Roles      []RoleKey `db:"roles,json"`
	AllBrands  bool
	Brands     []id.Brand `db:"brands,json"`
	Teams      []id.Team  `db:"teams,json"`
	InvitedBy  id.User
	CreatedAt  time.Time
	ExpiresAt  time.Time
	AcceptedAt time.Time
	RevokedAt  time.Time
}

const selectInvitation = `SELECT tenant_id, id, email, name, language, roles, all_brands, brands, teams, invited_by, created_at, expires_at, accepted_at, revoked_at FROM invitation`

func (i Invitation) subject() audit.Subject {
	return audit.Subject{Kind: whatInvite, ID: int64(i.ID), Name: i.Email}
}

func (i Invitation) newUser() NewUser {
	return NewUser{Name: i.Name, Email: i.Email, Language: i.Language, Roles: i.Roles, AllBrands: i.AllBrands, Brands: i.Brands, Teams: i.Teams}
}

// Invitations invites people.
type Invitations struct {
	db    *db.DB
	users *Users
}

// NewInvitations returns Invitations over d.
func NewInvitations(d *db.DB, users *Users) *Invitations { return &Invitations{db: d, users: users} }

// Create invites the person with in's e-mail address, in place of an older open
// invitation, and returns the token that accepts it: the only time that anybody sees it.
func (s *Invitations) Create(ctx context.Context, in NewUser) (Invitation, string, error) {
	const op = "account.Invite"
	who, err := actor.Require(ctx, op, actor.UserEdit)
	if err != nil {
		return Invitation{}, "", err
	}
	if in.Name == "" {
		in.Name = in.Email // until they say how they are called
	}
	u := in.user()
	if err := u.check().Err(op); err != nil {
		return Invitation{}, "", err
	}
	token, hash := newToken("")
	i := Invitation{
		TenantID: who.Tenant, ID: id.New[id.Invitation](), Email: u.Email, Name: u.Name, Language: u.Language,
		Roles: list(u.Roles), AllBrands: u.AllBrands, Brands: list(u.Brands), Teams: list(u.Teams), InvitedBy: who.User,
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		i.CreatedAt, i.ExpiresAt = tx.Now(), tx.Now().Add(invitedFor)
		return s.insert(ctx, tx, op, who, u, i, hash)
	})
	if err != nil {
		return Invitation{}, "", errs.Op(op, err)
	}
	return i, token, nil
}

// list returns l, never nil, so that it is stored as [].
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func (s *Invitations) insert(ctx context.Context, tx *db.Tx, op string, who actor.Actor, u User, i Invitation, hash string) error {
	if err := s.users.mayHave(ctx, tx, op, who, User{}, u); err != nil {
		return err
	}
	_, taken, err := db.Find[id.User](ctx, tx, `SELECT id FROM app_user WHERE tenant_id = $1 AND email_key = $2`, who.Tenant, emailKey(u.Email))
	if err != nil {
		return err
	}
	if taken {
		return errs.New(errs.Conflict, op, "user.email_taken")
	}
	_, err = db.Exec(ctx, tx, `UPDATE invitation SET revoked_at = $3 WHERE tenant_id = $1 AND email_key = $2 AND accepted_at = 0 AND revoked_at = 0`,
		who.Tenant, emailKey(u.Email), tx.Now())
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `INSERT INTO invitation (tenant_id, id, token_hash, email, email_key, name, language, roles, all_brands, brands, teams, invited_by, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		who.Tenant, i.ID, hash, i.Email, emailKey(i.Email), i.Name, i.Language, db.JSON(i.Roles), i.AllBrands,
		db.JSON(i.Brands), db.JSON(i.Teams), i.InvitedBy, i.CreatedAt, i.ExpiresAt)
	if errors.Is(err, db.ErrDuplicate) { // two at once
		return errs.New(errs.Conflict, op, "conflict")
	}
	if err != nil {
		return err
	}
	return audit.Changed(ctx, tx, audit.Entry{Action: "invitation.create", Subject: i.subject(), After: u.audited()})
}

// Look returns the open invitation with that token. It needs no actor: the token is the proof.
func (s *Invitations) Look(ctx context.Context, token string) (Invitation, error) {
	const op = "account.LookAtInvitation"
	i, err := openInvitation(ctx, s.db, token, "")
	return i, errs.Op(op, err)
}

func openInvitation(ctx context.Context, q db.Queryer, token, lock string) (Invitation, error) {
	gone := errs.New(errs.NotFound, "account.openInvitation", "invitation.gone")
	if token == "" || len(token) > maxToken {
		return Invitation{}, gone
	}
	i, found, err := db.Find[Invitation](ctx, q, selectInvitation+` WHERE token_hash = $1`+lock, hashOf(token))
	if err != nil {
		return i, err
	}
	if !found || !i.AcceptedAt.IsZero() || !i.RevokedAt.IsZero() || time.Now().After(i.ExpiresAt) {
		return Invitation{}, gone
	}
	return i, nil
}

// Accept makes the invited person a user, once.
func (s *Invitations) Accept(ctx context.Context, token, name, password string) (Invitation, User, error) {
	const op = "account.AcceptInvitation"
	i, err := s.Look(ctx, token)
	if err != nil {
		return i, User{}, errs.Op(op, err)
	}
	in := i.newUser()
	if name != "" {
		in.Name = name
	}
	if password == "" {
		return i, User{}, errs.Fields(op, errs.Field{Path: "password", Code: "required"})
	}
	hash, err := s.users.HashNew(ctx, in, password)
	if err != nil {
		return i, User{}, errs.Op(op, err)
	}
	ctx = actor.With(ctx, actor.ForSystem(i.TenantID))
	var u User
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := openInvitation(ctx, tx, token, tx.ForUpdate()); err != nil {
			return err
		}
		if u, err = s.users.CreateIn(ctx, tx, in, hash); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `UPDATE invitation SET accepted_at = $3 WHERE tenant_id = $1 AND id = $2`, i.TenantID, i.ID, tx.Now())
		return err
	})
	return i, u, errs.Op(op, err)
}

// Revoke ends an open invitation.
func (s *Invitations) Revoke(ctx context.Context, invitation id.Invitation) error {
	const op = "account.RevokeInvitation"
	who, err := actor.Require(ctx, op, actor.UserEdit)
	if err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		var w db.Where
		invitationScope(&w, who)
		w.And("id = ?", invitation)
		i, err := db.One[Invitation](ctx, tx, selectInvitation+w.SQL()+tx.ForUpdate(), w.Args()...)
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE invitation SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2`, who.Tenant, invitation, tx.Now()); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "invitation.revoke", Subject: i.subject()})
	}))
}

// invitationScope limits invitations to the open ones that who may see: all, or their own.
func invitationScope(w *db.Where, who actor.Actor) {
	w.And("tenant_id = ?", who.Tenant)
	w.And("accepted_at = 0")
	w.And("revoked_at = 0")
	if !who.Can(actor.UserEdit, actor.InTenant) {
		w.And("invited_by = ?", who.User)
	}
}

// List returns up to limit open invitations made before the key before (0: the newest), newest first.
func (s *Invitations) List(ctx context.Context, before id.Invitation, limit int) ([]Invitation, error) {
	const op = "account.ListInvitations"
	who, err := actor.Require(ctx, op, actor.UserEdit)
	if err != nil {
		return nil, err
	}
	var w db.Where
	invitationScope(&w, who)
	if !before.IsZero() {
		w.And("id < ?", before)
	}
	all, err := db.Many[Invitation](ctx, s.db, selectInvitation+w.SQL()+` ORDER BY id DESC LIMIT `+w.Arg(limit), w.Args()...)
	return all, errs.Op(op, err)
}
