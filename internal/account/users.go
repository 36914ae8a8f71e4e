package account

import (
	"context"
	"errors"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxUsers bounds the users of a tenant.
const maxUsers = 20_000

// Brands knows which brands there are.
type Brands interface {
	// HasBrand reports whether tenant has the brand.
	HasBrand(ctx context.Context, q db.Queryer, tenant id.Tenant, brand id.Brand) (bool, error)
}

// Users keeps the people of the tenants.
type Users struct {
	db     *db.DB
	dir    *Directory
	hasher *Hasher
	brands Brands
}

// NewUsers returns Users over d.
func NewUsers(d *db.DB, dir *Directory, hasher *Hasher, brands Brands) *Users {
	return &Users{db: d, dir: dir, hasher: hasher, brands: brands}
}

// Create makes a user. With an empty password they cannot sign in by one.
func (s *Users) Create(ctx context.Context, in NewUser, password string) (User, error) {
	const op = "account.CreateUser"
	if _, err := actor.Require(ctx, op, actor.UserEdit); err != nil {
		return User{}, err
	}
	hash, err := s.HashNew(ctx, in, password)
	if err != nil {
		return User{}, errs.Op(op, err)
	}
	var u User
	err = s.db.Update(ctx, func(tx *db.Tx) (err error) {
		u, err = s.CreateIn(ctx, tx, in, hash)
		return err
	})
	return u, errs.Op(op, err)
}

// HashNew checks all that a new user is made of and returns the hash of the
// password, for CreateIn: hashing takes too long for a transaction.
func (s *Users) HashNew(ctx context.Context, in NewUser, password string) (string, error) {
	const op = "account.HashNew"
	f := in.user().check()
	if password != "" {
		checkPassword(f, password, in.Email)
	}
	if err := f.Err(op); err != nil || password == "" {
		return "", err
	}
	return s.hasher.Hash(ctx, password)
}

// CreateIn is Create within tx; hash comes from HashNew.
func (s *Users) CreateIn(ctx context.Context, tx *db.Tx, in NewUser, hash string) (User, error) {
	const op = "account.CreateUserIn"
	who, err := actor.Require(ctx, op, actor.UserEdit)
	if err != nil {
		return User{}, err
	}
	u := in.user()
	u.ID, u.CreatedAt, u.UpdatedAt = id.New[id.User](), tx.Now(), tx.Now()
	if err := u.check().Err(op); err != nil {
		return User{}, err
	}
	n, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM app_user WHERE tenant_id = $1`, who.Tenant)
	if err == nil && n >= maxUsers {
		err = errs.New(errs.Exhausted, op, "user.too_many").With(errs.Values{"max": maxUsers})
	}
	if err != nil {
		return User{}, errs.Op(op, err)
	}
	if err := s.mayHave(ctx, tx, op, who, User{}, u); err != nil {
		return User{}, errs.Op(op, err)
	}
	if err := insertUser(ctx, tx, who.Tenant, u, hash); err != nil {
		return User{}, errs.Op(op, emailTaken(op, err))
	}
	return u, errs.Op(op, audit.Changed(ctx, tx, audit.Entry{Action: "user.create", Subject: u.subject(), After: u.audited()}))
}

func emailTaken(op string, err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return errs.New(errs.Conflict, op, "user.email_taken")
	}
	return err
}

// mayHave refuses what is new in after: roles, brands and teams that do not
// exist, and what who has not to give.
func (s *Users) mayHave(ctx context.Context, q db.Queryer, op string, who actor.Actor, before, after User) error {
	added := grants{AllBrands: after.AllBrands && !before.AllBrands, Brands: missing(after.Brands, before.Brands)}
	roles := missing(after.Roles, before.Roles)
	if err := knownRoles(ctx, q, who.Tenant, roles); err != nil {
		return err
	}
	if err := s.knownBrands(ctx, q, who.Tenant, added.Brands); err != nil {
		return err
	}
	if err := knownTeams(ctx, q, who.Tenant, missing(after.Teams, before.Teams)); err != nil {
		return err
	}
	rights, err := rightsOf(ctx, q, who.Tenant, roles)
	if err != nil {
		return err
	}
	added.Rights = rights
	return mayGrant(op, who, added)
}

// missing returns the items of list that are not in from.
func missing[T comparable](list, from []T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return slices.Contains(from, x) })
}

func (s *Users) knownBrands(ctx context.Context, q db.Queryer, tenant id.Tenant, brands []id.Brand) error {
	for _, b := range brands {
		has, err := s.brands.HasBrand(ctx, q, tenant, b)
		if err != nil {
			return err
		}
		if !has {
			return unknownReference("brands")
		}
	}
	return nil
}

// Update changes a user. What it takes away is gone at once.
func (s *Users) Update(ctx context.Context, user id.User, p UserPatch) (User, error) {
	return s.change(ctx, "account.UpdateUser", "user.update", user, p)
}

// Deactivate ends a user's sessions and lets them sign in no more; their past stays.
func (s *Users) Deactivate(ctx context.Context, user id.User) (User, error) {
	return s.change(ctx, "account.Deactivate", "user.archive", user, UserPatch{Active: new(false)})
}

// Reactivate undoes Deactivate.
func (s *Users) Reactivate(ctx context.Context, user id.User) (User, error) {
	return s.change(ctx, "account.Reactivate", "user.restore", user, UserPatch{Active: new(true)})
}

func (s *Users) change(ctx context.Context, op, action string, user id.User, p UserPatch) (User, error) {
	who, err := actor.Require(ctx, op, actor.UserEdit)
	if err != nil {
		return User{}, err
	}
	var after User
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		before, err := s.lockFor(ctx, tx, op, who, user)
		if err != nil {
			return err
		}
		after = p.apply(before)
		after.UpdatedAt = tx.Now()
		if err := after.check().Err(op); err != nil {
			return err
		}
		if err := s.mayHave(ctx, tx, op, who, before, after); err != nil {
			return err
		}
		if err := keepsAdministrator(ctx, tx, op, who.Tenant, before, after); err != nil {
			return err
		}
		if err := updateUser(ctx, tx, who.Tenant, after); err != nil {
			return emailTaken(op, err)
		}
		if err := s.grantsChanged(ctx, tx, who.Tenant, p, after); err != nil {
			return err
		}
		s.dir.forgetAfter(tx, who.Tenant, whatUser, int64(user))
		return audit.Changed(ctx, tx, audit.Entry{Action: action, Subject: after.subject(), Before: before.audited(), After: after.audited()})
	})
	return after, errs.Op(op, err)
}

// lockFor returns a user whom who may change, locked until the commit.
func (s *Users) lockFor(ctx context.Context, tx *db.Tx, op string, who actor.Actor, user id.User) (User, error) {
	u, err := oneUser(ctx, tx, who, actor.UserEdit, user, tx.ForUpdate())
	if err != nil {
		return u, err
	}
	rights, err := rightsOf(ctx, tx, who.Tenant, u.Roles)
	if err != nil {
		return u, err
	}
	return u, mayChange(op, who, actor.UserEdit, grants{Rights: rights, AllBrands: u.AllBrands, Brands: u.Brands})
}

// grantsChanged stores new links and makes sessions follow new rights.
func (s *Users) grantsChanged(ctx context.Context, tx *db.Tx, tenant id.Tenant, p UserPatch, after User) error {
	if !p.grantsChange() {
		return nil
	}
	if err := writeLinks(ctx, tx, tenant, after); err != nil {
		return err
	}
	if !after.Active {
		return endSessions(ctx, tx, tenant, after.ID, 0)
	}
	return renewSessions(ctx, tx, tenant, after.ID)
}

// keepsAdministrator refuses a change that leaves the tenant without an active
// administrator. The lock makes two such changes wait for each other.
func keepsAdministrator(ctx context.Context, tx *db.Tx, op string, tenant id.Tenant, before, after User) error {
	isOne := func(u User) bool { return u.Active && slices.Contains(u.Roles, RoleKey(actor.Administrator)) }
	if !isOne(before) || isOne(after) {
		return nil
	}
	_, err := db.Many[id.User](ctx, tx, `SELECT user_id FROM user_role WHERE tenant_id = $1 AND role = $2 ORDER BY user_id`+tx.ForUpdate(),
		tenant, string(actor.Administrator))
	if err != nil {
		return err
	}
	others, err := db.One[int](ctx, tx, `SELECT COUNT(*) FROM user_role r JOIN app_user u ON u.tenant_id = r.tenant_id AND u.id = r.user_id
		WHERE r.tenant_id = $1 AND r.role = $2 AND u.active = $3 AND u.id <> $4`, tenant, string(actor.Administrator), true, after.ID)
	if err == nil && others == 0 {
		err = errs.New(errs.Conflict, op, "user.last_administrator")
	}
	return err
}

// EndSessions signs a user out everywhere.
func (s *Users) EndSessions(ctx context.Context, user id.User) error {
	const op = "account.EndSessions"
	who, err := actor.Require(ctx, op, actor.UserEdit)
	if err != nil {
		return err
	}
	return errs.Op(op, s.db.Update(ctx, func(tx *db.Tx) error {
		u, err := s.lockFor(ctx, tx, op, who, user)
		if err != nil {
			return err
		}
		s.dir.forgetAfter(tx, who.Tenant, whatUser, int64(user))
		if err := endSessions(ctx, tx, who.Tenant, user, 0); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{Action: "user.sessions_end", Subject: u.subject()})
	}))
}

// Get returns a user whom the actor may see.
func (s *Users) Get(ctx context.Context, user id.User) (User, error) {
	const op = "account.GetUser"
	who, err := actor.Require(ctx, op, actor.UserRead)
	if err != nil {
		return User{}, err
	}
	u, err := oneUser(ctx, s.db, who, actor.UserRead, user, "")
	return u, errs.Op(op, err)
}

// List returns the users whom the actor may see, by name.
func (s *Users) List(ctx context.Context, f UserFilter) ([]User, error) {
	const op = "account.ListUsers"
	who, err := actor.Require(ctx, op, actor.UserRead)
	if err != nil {
		return nil, err
	}
	users, err := listUsers(ctx, s.db, who, f)
	return users, errs.Op(op, err)
}
