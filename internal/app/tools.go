package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/schema"
	"github.com/zongler/zongler/web"
)

// Person is a user as the command line names them.
type Person struct {
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
	ctx, err := a.home(ctx)
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
	ctx, err := a.home(ctx)
	if err != nil {
		return "", err
	}
	return p.Password, a.services.users.ResetPassword(ctx, p.Email, p.Password)
}

// home returns a context in which the system acts for the tenant of no particular host.
func (a *App) home(ctx context.Context) (context.Context, error) {
	t, err := a.services.tenants.ByHost(ctx, "")
	if err != nil {
		return ctx, fmt.Errorf("app: nothing is set up yet; open the address of zongler serve first: %w", err)
	}
	return actor.With(ctx, actor.ForSystem(t.TenantID)), nil
}

// Finding is what an examination says of one thing.
type Finding struct {
	What string
	Good string
	Err  error
}

// Text returns the finding in words.
func (f Finding) Text() string {
	if f.Err != nil {
		return f.Err.Error()
	}
	return f.Good
}

// Examine looks at everything that an installation needs, and changes nothing.
func Examine(ctx context.Context, c config.Config, log *slog.Logger) []Finding {
	findings := []Finding{{What: "desk", Good: "built, " + web.Build()}}
	if web.Build() == "none" {
		findings[0].Err = errors.New("the desk is not in this binary; build it with make run or make web")
	}
	findings = append(findings, examineData(c), examineDatabase(ctx, c, log))
	_, err := blob.Open(ctx, c.S3URL, c.BlobDir())
	findings = append(findings, Finding{What: "files", Good: "the store opens", Err: err})
	if _, err := os.Stat(c.SecretFile); err == nil {
		_, err := secret.LoadFile(c.SecretFile)
		findings = append(findings, Finding{What: "secrets", Good: "the key file can be read", Err: err})
	}
	return findings
}

func examineData(c config.Config) Finding {
	f := Finding{What: "data folder", Good: c.Data}
	probe := filepath.Join(c.Data, ".doctor")
	if f.Err = os.MkdirAll(c.Data, 0o700); f.Err == nil {
		if f.Err = os.WriteFile(probe, nil, 0o600); f.Err == nil {
			f.Err = os.Remove(probe)
		}
	}
	return f
}

func examineDatabase(ctx context.Context, c config.Config, log *slog.Logger) Finding {
	f := Finding{What: "database"}
	d, err := db.Open(ctx, c.DatabaseURL, log)
	if err != nil {
		f.Err = err
		return f
	}
	defer d.Close() // only looked at
	pending, err := d.Pending(ctx, schema.Files)
	f.Good, f.Err = d.Engine()+", up to date", err
	if err == nil && pending > 0 {
		f.Good = fmt.Sprintf("%s, %d migrations to come at the next start", d.Engine(), pending)
	}
	return f
}
