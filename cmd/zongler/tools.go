package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/zongler/zongler/internal/app"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/schema"
)

func migrate(ctx context.Context, e *env) error {
	d, err := db.Open(ctx, e.config.DatabaseURL, e.log)
	if err != nil {
		return err
	}
	steps, err := d.Migrate(ctx, schema.Files)
	if err == nil {
		_, err = fmt.Fprintf(e.out, "%d migrations applied\n", steps)
	}
	return errors.Join(err, d.Close())
}

func userFlags(set *flag.FlagSet, e *env) {
	set.StringVar(&e.email, "email", "", "e-mail address of the user")
	set.StringVar(&e.name, "name", "", "name, for a new user")
	set.StringVar(&e.role, "role", "administrator", "role of a new user")
	set.StringVar(&e.password, "password", "", "password; empty: one is made and printed")
}

// user repairs access from the machine itself, when nobody can sign in any more.
func user(ctx context.Context, e *env) error {
	if len(e.args) != 1 || e.args[0] != "add" && e.args[0] != "password" || e.email == "" {
		return errors.New("usage: zongler user add|password --email ADDRESS [--name NAME] [--role ROLE] [--password TEXT]")
	}
	a, err := app.New(ctx, e.config, app.Options{Version: versionName()}, e.log)
	if err != nil {
		return err
	}
	person := app.Person{Email: e.email, Name: e.name, Role: e.role, Password: e.password}
	var password string
	if e.args[0] == "add" {
		password, err = a.AddUser(ctx, person)
	} else {
		password, err = a.SetPassword(ctx, person)
	}
	if err == nil {
		_, err = fmt.Fprintf(e.out, "%s can sign in with the password %s\n", e.email, password)
	}
	return errors.Join(err, a.Close())
}

func doctor(ctx context.Context, e *env) error {
	ok := true
	for _, finding := range app.Examine(ctx, e.config, e.log) {
		mark := "ok  "
		if finding.Err != nil {
			mark, ok = "FAIL", false
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

func openAPI(_ context.Context, e *env) error {
	spec, err := app.Spec(versionName())
	if err == nil {
		_, err = e.out.Write(append(spec, '\n'))
	}
	return err
}
