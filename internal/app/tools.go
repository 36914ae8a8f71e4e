package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/tenant"
	"github.com/zongler/zongler/schema"
)

// Person is a user as the command line names them.
type Person struct {
	Host     string // of their tenant; empty: the one without a host of its own
	Email    string
	Name     string
	Role     string
	Password string // empty: one is made
}

// passwordLetters is how much of a made password is used: 130 bits.
const passwordLetters = 26

func (p *Person) complete() {
	if p.Password == "" {
		p.Password = rand.Text()[:passwordLetters]
	}
	if p.Name == "" {
		p.Name = p.Email
	}
}

// AddUser adds a user to the installation's tenant and returns the password.
func (a *App) AddUser(ctx context.Context, p Person) (string, error) {
	p.complete()
	ctx, err := a.home(ctx, p.Host)
	if err != nil {
		return "", err
	}
	_, err = a.services.users.Create(ctx, account.NewUser{
		Name: p.Name, Email: p.Email, Language: "en", Roles: []account.RoleKey{account.RoleKey(p.Role)}, AllBrands: true,
	}, p.Password)
	return p.Password, err
}

// SetPassword gives a user another password and returns it. Their sessions end.
func (a *App) SetPassword(ctx context.Context, p Person) (string, error) {
	p.complete()
	ctx, err := a.home(ctx, p.Host)
	if err != nil {
		return "", err
	}
	return p.Password, a.services.users.ResetPassword(ctx, p.Email, p.Password)
}

// home returns a context in which the system acts for the tenant that signs in under host.
func (a *App) home(ctx context.Context, host string) (context.Context, error) {
	t, err := a.services.tenants.ByHost(ctx, host)
	if err != nil {
		return ctx, fmt.Errorf("app: there is no such tenant; zongler tenant add makes one, or set one up in the browser: %w", err)
	}
	return actor.With(ctx, actor.ForSystem(t.TenantID)), nil
}

// AddTenant makes a further tenant, whose users sign in under host. Give it its first user with AddUser.
func (a *App) AddTenant(ctx context.Context, name, host string) (made tenant.Tenant, err error) {
	err = a.db.Update(ctx, func(tx *db.Tx) error {
		made, _, err = a.services.tenants.Found(ctx, tx, name, host)
		return err
	})
	return made, err
}

// RenameTenant gives the tenant of host another name.
func (a *App) RenameTenant(ctx context.Context, host, name string) (tenant.Tenant, error) {
	ctx, err := a.home(ctx, host)
	if err != nil {
		return tenant.Tenant{}, err
	}
	return a.services.tenants.Rename(ctx, name)
}

// Tenants returns all tenants.
func (a *App) Tenants(ctx context.Context) ([]tenant.Tenant, error) {
	return a.services.tenants.All(ctx)
}

// Migrate brings the database up to date, and returns how many steps that took.
// It takes the data folder for itself, as a server does.
func Migrate(ctx context.Context, c config.Config, log *slog.Logger) (steps int, err error) {
	lock, err := lockFolder(c.Data)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	d, err := db.Open(ctx, c.DatabaseURL, log)
	if err != nil {
		return 0, err
	}
	steps, err = d.Migrate(ctx, schema.Files)
	return steps, errors.Join(err, d.Close())
}
