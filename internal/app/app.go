package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"

	"github.com/zongler/zongler/internal/api/session"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/bus"
	"github.com/zongler/zongler/internal/platform/clamd"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/i18n"
	"github.com/zongler/zongler/internal/platform/telemetry"
	"github.com/zongler/zongler/schema"
)

// Options are what the command decides beside the configuration.
type Options struct {
	Version   string
	Traffic   session.Traffic // with Demo: the switch of simulated customers; may be nil
	Demo      bool            // one-click sign-in, demo pages, simulated customers; on loopback only
	Listening func(net.Addr)  // called once requests can come in; may be nil
}

// App is a constructed Zongler.
type App struct {
	config  config.Config
	options Options
	log     *slog.Logger
	node    string // name of this process among all

	lock    io.Closer
	db      *db.DB
	blobs   blob.Store
	box     *secret.Box   // seals what must not lie readable in the database
	scanner media.Scanner // nil: files are not looked into
	bus     *bus.Bus      // nil: there are no other nodes
	texts   *i18n.Bundle
	metrics *telemetry.Metrics
	tracing *telemetry.Tracing

	services *services
	site     *site
}

// New opens the database, migrates it, and builds everything. Close it, also without Run.
func New(ctx context.Context, c config.Config, o Options, log *slog.Logger) (*App, error) {
	if o.Demo && !loopback(c.HTTPAddr) { // before anything is made
		return nil, fmt.Errorf("app: the demo lets everybody sign in, so it listens on this machine only; %s is open to others", c.HTTPAddr)
	}
	a := &App{config: c, options: o, log: log, node: rand.Text(), metrics: telemetry.NewMetrics(o.Version)}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	a.build()
	if err := a.prepare(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// prepare readies what an empty installation begins with.
func (a *App) prepare(ctx context.Context) error {
	if a.options.Demo {
		if err := a.ensureDemo(ctx); err != nil {
			return err
		}
	}
	return a.prepareSetup(ctx)
}

// open opens what stores.
func (a *App) open(ctx context.Context) error {
	lock, err := lockFolder(a.config.Data)
	if err != nil {
		return err
	}
	a.lock = lock
	if a.box, err = secret.LoadFile(a.config.SecretFile); err != nil {
		return fmt.Errorf("app: %w", err)
	}
	if a.db, err = db.Open(ctx, a.config.DatabaseURL, a.log); err != nil {
		return err
	}
	steps, err := a.db.Migrate(ctx, schema.Files)
	if err != nil {
		return err
	}
	if steps > 0 {
		a.log.Info("migrated the database", "steps", steps)
	}
	if a.blobs, err = blob.Open(ctx, a.config.S3URL, a.config.BlobDir()); err != nil {
		return err
	}
	if a.config.ScannerURL != "" {
		daemon, err := clamd.New(a.config.ScannerURL)
		if err != nil {
			return err
		}
		a.scanner = scanner{daemon, a.log}
	}
	if err = a.openTexts(); err != nil {
		return err
	}
	if a.tracing, err = telemetry.NewTracing(ctx, a.config.OTLPURL, a.options.Version); err != nil {
		return err
	}
	if a.config.NATSURL != "" && !a.db.SingleNode() {
		a.bus = bus.New(bus.Config{URL: a.config.NATSURL, Name: a.node}, a.log)
	}
	return nil
}

// Close frees what New opened.
func (a *App) Close() error {
	var all []error
	if a.db != nil {
		all = append(all, a.db.Close())
	}
	if a.tracing != nil {
		all = append(all, a.tracing.Stop(context.Background()))
	}
	if a.lock != nil {
		all = append(all, a.lock.Close())
	}
	return errors.Join(all...)
}

// Run serves until ctx ends, then ends everything in order.
func (a *App) Run(ctx context.Context) error {
	if err := a.services.feed.Begin(ctx); err != nil {
		return err
	}
	if err := a.reach(ctx); err != nil {
		return err
	}
	return runAll(ctx, a.log, a.processes())
}

// loopback reports whether addr can be reached from this machine alone.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
