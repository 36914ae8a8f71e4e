// Command zongler is the whole contact centre: server, demo, migrations and
// tools in one binary. Run it without arguments for the list of commands.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/telemetry"
	"github.com/zongler/zongler/web"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, streams{os.Stdin, os.Stdout, os.Stderr}); err != nil {
		if errors.Is(err, flag.ErrHelp) && len(os.Args) > 1 {
			return // it was asked for
		}
		if !errors.Is(err, flag.ErrHelp) {
			_, _ = fmt.Fprintln(os.Stderr, "zongler:", err)
		}
		os.Exit(1)
	}
}

// command is one word after "zongler".
type command struct {
	name  string
	about string
	flags func(set *flag.FlagSet, e *env)
	run   func(ctx context.Context, e *env) error
}

// env is what a command works with.
type env struct {
	config  config.Config
	log     *slog.Logger
	in      io.Reader
	out     io.Writer
	getenv  func(string) string
	args    []string
	host    string
	email   string
	name    string
	role    string
	stdin   bool
	traffic bool
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func commands() []command {
	return []command{
		{name: "serve", about: "run the contact centre", run: serve},
		{name: "demo", about: "run it with a demo operator, on this machine only", flags: demoFlags, run: demo},
		{name: "migrate", about: "bring the database up to date and stop", run: migrate},
		{name: "tenant", about: "make, name or list tenants: zongler tenant add|rename|list …", flags: tenantFlags, run: tenants},
		{name: "user", about: "add a user, or set a password: zongler user add|password --email …", flags: userFlags, run: user},
		{name: "doctor", about: "check configuration, database, files and secrets", run: doctor},
		{name: "openapi", about: "print the OpenAPI document", run: openAPI},
		{name: "version", about: "print the version", run: version},
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, to streams) error {
	if len(args) == 0 {
		usage(to.err)
		return flag.ErrHelp
	}
	if slices.Contains([]string{"help", "--help", "-help", "-h"}, args[0]) {
		usage(to.out)
		return nil
	}
	for _, c := range commands() {
		if c.name == args[0] || args[0] == "--"+c.name {
			return c.start(ctx, args[1:], getenv, to)
		}
	}
	usage(to.err)
	return fmt.Errorf("there is no command %q", args[0])
}

func usage(w io.Writer) {
	_, _ = fmt.Fprintln(w, "Zongler, a contact centre in one binary.\n\nusage: zongler <command> [flags]")
	for _, c := range commands() {
		_, _ = fmt.Fprintf(w, "  %-9s %s\n", c.name, c.about)
	}
	_, _ = fmt.Fprintln(w, "\nzongler <command> --help lists its flags.")
}

// start reads flags, environment and file, and runs c.
func (c command) start(ctx context.Context, args []string, getenv func(string) string, to streams) error {
	e := &env{in: to.in, out: to.out, getenv: getenv}
	set := flag.NewFlagSet("zongler "+c.name, flag.ContinueOnError)
	set.SetOutput(to.err)
	loader := config.NewLoader(getenv)
	loader.Flags(set)
	if c.flags != nil {
		c.flags(set, e)
	}
	for len(args) > 0 && args[0] != "" && args[0][0] != '-' { // words before flags: user add
		e.args, args = append(e.args, args[0]), args[1:]
	}
	if err := set.Parse(args); err != nil {
		return err
	}
	e.args = append(e.args, set.Args()...)
	var err error
	if e.config, err = loader.Load(); err != nil {
		return err
	}
	if e.log, err = telemetry.NewLogger(to.err, e.config.LogLevel, e.config.LogFormat); err != nil {
		return err
	}
	return c.run(ctx, e)
}

func version(_ context.Context, e *env) error {
	_, err := fmt.Fprintf(e.out, "zongler %s ui=%s\n", versionName(), web.Build())
	return err
}

// versionName is the version that the build was given, or the commit.
func versionName() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return info.Main.Version
}
