package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/zongler/zongler/internal/app"
)

func migrate(ctx context.Context, e *env) error {
	steps, err := app.Migrate(ctx, e.config, e.log)
	if err == nil {
		_, err = fmt.Fprintf(e.out, "%d migrations applied\n", steps)
	}
	return err
}

func userFlags(set *flag.FlagSet, e *env) {
	set.StringVar(&e.host, "host", "", "host under which the tenant signs in; empty: the first one's")
	set.StringVar(&e.email, "email", "", "e-mail address of the user")
	set.StringVar(&e.name, "name", "", "name, for a new user")
	set.StringVar(&e.role, "role", "administrator", "role of a new user")
	set.BoolVar(&e.stdin, "password-stdin", false, "read the password from standard input; without it, "+passwordEnv+" is taken, or one is made and printed")
}

// passwordEnv holds a password for those who do not want one made. On a command line every user of the machine could read it.
const passwordEnv = "ZONGLER_PASSWORD"

// maxPassword bounds what is read from standard input.
const maxPassword = 1000

// password returns the password that was given; empty if one is to be made.
func (e *env) password() (string, error) {
	if !e.stdin {
		return e.getenv(passwordEnv), nil
	}
	text, err := io.ReadAll(io.LimitReader(e.in, maxPassword))
	if err != nil {
		return "", err
	}
	line := strings.TrimRight(string(text), "\r\n")
	if line == "" {
		return "", errors.New("standard input holds no password")
	}
	return line, nil
}

// user repairs access from the machine itself, when nobody can sign in any more.
func user(ctx context.Context, e *env) error {
	if len(e.args) != 1 || e.args[0] != "add" && e.args[0] != "password" || e.email == "" {
		return errors.New("usage: zongler user add|password --email ADDRESS [--host HOST] [--name NAME] [--role ROLE] [--password-stdin]")
	}
	given, err := e.password()
	if err != nil {
		return err
	}
	return e.with(ctx, func(a *app.App) error {
		act := a.SetPassword
		if e.args[0] == "add" {
			act = a.AddUser
		}
		password, err := act(ctx, app.Person{Host: e.host, Email: e.email, Name: e.name, Role: e.role, Password: given})
		switch {
		case err != nil:
			return err
		case given != "":
			_, err = fmt.Fprintf(e.out, "%s can sign in with that password\n", e.email)
		default:
			_, err = fmt.Fprintf(e.out, "%s can sign in with the password %s\n", e.email, password)
		}
		return err
	})
}

// with opens the installation for act.
func (e *env) with(ctx context.Context, act func(a *app.App) error) error {
	a, err := app.New(ctx, e.config, app.Options{Version: versionName()}, e.log)
	if err != nil {
		return err
	}
	return finish(a, act(a))
}

func tenantFlags(set *flag.FlagSet, e *env) {
	set.StringVar(&e.host, "host", "", "host under which the tenant's users sign in; empty: every other host")
	set.StringVar(&e.name, "name", "", "name of the tenant")
}

// tenants makes and names tenants from the machine itself: nobody inside one may.
func tenants(ctx context.Context, e *env) error {
	act := ""
	if len(e.args) == 1 {
		act = e.args[0]
	}
	if act != "list" && (act != "add" && act != "rename" || e.name == "") {
		return errors.New("usage: zongler tenant add|rename|list [--host HOST] [--name NAME]")
	}
	return e.with(ctx, func(a *app.App) (err error) {
		switch act {
		case "add":
			_, err = a.AddTenant(ctx, e.name, e.host)
		case "rename":
			_, err = a.RenameTenant(ctx, e.host, e.name)
		}
		if err != nil {
			return err
		}
		all, err := a.Tenants(ctx)
		for _, t := range all {
			if _, err := fmt.Fprintf(e.out, "%-20s %-30s %s\n", t.TenantID, cmp.Or(t.Host, "(every other host)"), t.Name); err != nil {
				return err
			}
		}
		return err
	})
}

func doctor(ctx context.Context, e *env) error {
	ok := true
	for _, finding := range app.Examine(ctx, e.config, e.log) {
		mark := "ok  "
		switch {
		case finding.Err != nil:
			mark, ok = "FAIL", false
		case finding.Warning != "":
			mark = "warn"
		}
		if _, err := fmt.Fprintf(e.out, "%s  %-14s %s\n", mark, finding.What, finding.Text()); err != nil {
			return err
		}
	}
	if !ok {
		return errors.New("something needs attention")
	}
	return nil
}

// openAPI prints the document indented, so that a change of it can be read.
func openAPI(_ context.Context, e *env) error {
	spec, err := app.Spec(versionName())
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := json.Indent(&text, spec, "", "  "); err != nil {
		return err
	}
	text.WriteByte('\n')
	_, err = e.out.Write(text.Bytes())
	return err
}
