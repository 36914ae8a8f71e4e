package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/channel/bluesky"
	"github.com/zongler/zongler/internal/channel/email"
	"github.com/zongler/zongler/internal/channel/mastodon"
	"github.com/zongler/zongler/internal/channel/sms"
	"github.com/zongler/zongler/internal/channel/telegram"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/i18n"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/platform/live"
	"github.com/zongler/zongler/web"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// openTexts reads the catalogues.
func (a *App) openTexts() (err error) {
	a.texts, err = i18n.Load(web.Catalogues())
	return err
}

// build makes the services and the site over what open opened.
func (a *App) build() {
	a.services = a.newServices()
	a.registerFigures()
	a.site = a.newSite()
}

// processes are what runs, in the order of starting. Requests come in last and are refused first.
func (a *App) processes() []process {
	s := a.services
	all := []process{
		{"news", a.spread},
		service("live", s.hub.Start, s.hub.Stop),
		{"accounts", s.directory.Follow},
		{"jobs", a.runJobs},
		{"figures", a.rollUp},
		{"webhooks", a.callWebhooks},
		{"channel events", a.applyEvents},
		{"rules", a.askRules},
		{"search", a.indexSearch},
		{"cases", a.followCases},
		{"sla", a.keepPromises},
		{"choruses", a.followChoruses},
		{"routing", a.route},
		{"desks", s.feed.Run},
		{"marks", s.marks.run},
		{"signs", s.signs.Run},
		{"webchat", s.chat.Run},
		{"mail", s.mailAdapter.Run},
		{"mailboxes", email.NewReceiver(s.mail, lease.NewKeeper(a.db, a.node, a.log)).Run},
		{"sms", sms.NewReceiver(s.texts, lease.NewKeeper(a.db, a.node, a.log)).Run},
		{"telegram", telegram.NewReceiver(s.bots, lease.NewKeeper(a.db, a.node, a.log)).Run},
		{"x", a.hearX},
		{"mastodon", mastodon.NewReceiver(s.statuses, lease.NewKeeper(a.db, a.node, a.log)).Run},
		{"bluesky", bluesky.NewReceiver(s.skies, lease.NewKeeper(a.db, a.node, a.log)).Run},
		{"http", a.serveHTTP},
	}
	return all
}

// sharing is what this node calls itself where it may share the database with others; empty where it is alone.
func (a *App) sharing() string {
	if a.db == nil || a.db.SingleNode() {
		return ""
	}
	return a.node
}

// route runs the engine of every tenant, and takes agents out who are gone.
func (a *App) route(ctx context.Context) error {
	pos, err := db.LastFact(ctx, a.db) // a tenant that is not among all is behind it
	if err != nil {
		return err
	}
	tenants, err := a.services.tenants.All(ctx)
	if err != nil {
		return err
	}
	keys := make([]id.Tenant, len(tenants))
	for i, t := range tenants {
		keys[i] = t.TenantID
	}
	if err := a.services.desks.Start(ctx); err != nil {
		return err
	}
	defer a.services.desks.Stop()
	var following sync.WaitGroup
	following.Go(func() { a.welcome(ctx, pos) })
	defer following.Wait()
	a.services.router.Run(ctx, keys)
	return nil
}

// welcome has the tenants routed that are made behind pos, by whatever process, until ctx ends.
func (a *App) welcome(ctx context.Context, pos int64) {
	_ = a.db.Follow(ctx, "tenants", pos, func(_ context.Context, batch []fact.Record) error { // it returns nil
		for _, r := range batch {
			if f, ok := r.Fact.(fact.ConfigurationChanged); ok && f.What == "tenant" {
				a.services.router.Add(r.Tenant)
			}
		}
		return nil
	})
}

// rollUp keeps the figures of all tenants up to date, on one node at a time.
func (a *App) rollUp(ctx context.Context) error {
	lease.NewKeeper(a.db, a.node, a.log).Hold(ctx, "figures", a.services.rollup.Run)
	return nil
}

// callWebhooks tells other systems what happens, on one node at a time.
func (a *App) callWebhooks(ctx context.Context) error {
	lease.NewKeeper(a.db, a.node, a.log).Hold(ctx, "webhooks", a.services.webhooks.Run)
	return nil
}

// indexSearch keeps what can be found up to date, on one node at a time.
func (a *App) indexSearch(ctx context.Context) error {
	lease.NewKeeper(a.db, a.node, a.log).Hold(ctx, "search", a.services.indexer.Run)
	return nil
}

// runJobs does what was left for later.
func (a *App) runJobs(ctx context.Context) error {
	workers, periodic := a.jobs()
	job.NewRunner(a.db, workers, periodic, a.log).Run(ctx)
	return nil
}

// Times of the periodic jobs.
const (
	pruneEvery = time.Hour
	sweepEvery = 6 * time.Hour
)

// prune is the job that forgets what is too old to matter.
type prune struct{}

// Kind names the job.
func (prune) Kind() string { return "app.prune" }

// jobs lists every worker and every periodic job of the installation.
func (a *App) jobs() (*job.Workers, []job.Periodic) {
	s, w := a.services, &job.Workers{}
	job.Register(w, s.routing.EndPark)
	job.Register(w, s.routing.EndWrapUp)
	job.Register(w, s.delivery.Send)
	job.Register(w, s.mail.Read)
	job.Register(w, s.files.Sweep)
	job.Register(w, s.files.Discard)
	job.Register(w, s.knowledge.Expire)
	job.Register(w, s.indexer.Reindex)
	job.Register(w, s.rules.Count)
	job.Register(w, a.prune)
	s.answering.RegisterJobs(w)
	s.chorus.RegisterJobs(w)
	s.sla.RegisterJobs(w)
	s.chat.RegisterJobs(w)
	s.privacy.RegisterJobs(w)
	s.importer.RegisterJobs(w)
	s.accounts.RegisterJobs(w)
	s.texts.RegisterJobs(w)
	s.own.RegisterJobs(w)
	periodic := []job.Periodic{{Args: prune{}, Every: pruneEvery}, {Args: media.SweepJob{}, Every: sweepEvery}}
	periodic = append(periodic, s.privacy.PeriodicJobs()...)
	periodic = append(periodic, s.accounts.PeriodicJobs()...)
	periodic = append(periodic, s.texts.PeriodicJobs()...)
	return w, append(periodic, s.chat.PeriodicJobs()...)
}

func (a *App) prune(ctx context.Context, _ prune) error {
	if err := a.services.sessions.Prune(ctx); err != nil {
		return err
	}
	if err := a.services.webhooks.Prune(ctx); err != nil {
		return err
	}
	if err := a.services.events.Prune(ctx); err != nil {
		return err
	}
	if err := a.services.rules.Prune(ctx); err != nil {
		return err
	}
	if err := a.services.privacy.Prune(ctx); err != nil {
		return err
	}
	if err := a.services.importer.Prune(ctx); err != nil {
		return err
	}
	if err := a.services.chorus.Prune(ctx); err != nil {
		return err
	}
	return a.services.idempotency.Prune(ctx)
}

// newHub makes the hub of the desks, which tells routing who is there.
func (a *App) newHub(s *services) *live.Hub {
	return live.NewHub(live.Config{
		Build:   web.Build(),
		OnFirst: func(k live.Key) { s.desks.Connected(k.Tenant, k.User) },
		OnLast:  func(k live.Key) { s.desks.Gone(k.Tenant, k.User) },
	}, a.log)
}
