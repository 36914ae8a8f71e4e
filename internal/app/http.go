package app

import (
	"context"
	"net/http"
	"strings"

	"github.com/zongler/zongler/internal/api/admin"
	"github.com/zongler/zongler/internal/api/customer"
	"github.com/zongler/zongler/internal/api/desk"
	"github.com/zongler/zongler/internal/api/knowledge"
	"github.com/zongler/zongler/internal/api/privacy"
	"github.com/zongler/zongler/internal/api/public"
	"github.com/zongler/zongler/internal/api/session"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/telemetry"
	"github.com/zongler/zongler/web"
)

const metricsPath = "/metrics"

// site is everything that answers HTTP.
type site struct {
	mux      *http.ServeMux
	api      *httpx.API
	problems *httpx.Problems
}

// newSite registers all operations, pages and sockets.
func (a *App) newSite() *site {
	s := a.services
	x := &site{mux: http.NewServeMux(), problems: httpx.NewProblems(a.texts, a.log)}
	x.api = httpx.NewAPI(x.mux, httpx.Config{
		Title: "Zongler", Version: a.options.Version, Problems: x.problems, Idempotency: s.idempotency,
		Description: "The contact centre's own interface: the desk uses nothing else.",
	})
	session.Register(x.api, a.sessionServices())
	x.registerAdmin(a)
	x.registerDesk(a)
	public.Register(x.mux, x.problems, a.publicServices())
	public.RegisterHooks(x.mux, x.problems, public.Hooks{Events: s.events, Own: s.own, Meta: s.metaHook, Instagram: s.instagram, X: s.x.hook})
	x.mux.Handle("/ws", s.feed.Socket(x.problems))
	x.mux.Handle("/widget.js", web.WidgetHandler())
	x.mux.HandleFunc("/healthz", telemetry.Live)
	x.mux.Handle("/readyz", telemetry.Ready(a.log, telemetry.Check{Name: "database", Run: a.ready}, telemetry.Check{Name: "files", Run: a.filesReady}))
	x.mux.Handle(metricsPath, a.metrics.Handler(a.log))
	x.mux.Handle("/", web.Handler())
	return x
}

// ready reports whether requests can be served.
func (a *App) ready(ctx context.Context) error { return a.db.Ping(ctx) }

func (a *App) sessionServices() session.Services {
	s := a.services
	out := session.Services{
		Tenants: s.tenants, Users: s.users, Sessions: s.sessions, Invitations: s.invitations,
		Founder: session.NewFounder(a.db, s.tenants, s.users, s.points, firstQueue{s.queues, s.routing}), Version: a.options.Version,
		Proof: a.setupCode(), Streams: s.feed,
	}
	if a.options.Demo {
		out.Demo, out.Traffic = demoDoor{a}, a.options.Traffic
	}
	return out
}

func (a *App) publicServices() public.Services {
	out := public.Services{Chat: a.services.chat, Blobs: a.blobs, Log: a.log}
	if a.options.Demo {
		out.Demo, out.Post = demoDoor{a}, demoDoor{a}
	}
	return out
}

func (x *site) registerAdmin(a *App) {
	s := a.services
	admin.RegisterUsers(x.api, s.users)
	admin.RegisterRoles(x.api, s.roles)
	admin.RegisterTeams(x.api, s.teams)
	admin.RegisterInvitations(x.api, s.invitations)
	admin.RegisterAPIKeys(x.api, s.keys)
	admin.RegisterWebhooks(x.api, s.webhooks)
	admin.RegisterRules(x.api, s.rules)
	admin.RegisterBrands(x.api, s.tenants, admin.NewLogos(s.tenants, a.blobs, a.log))
	admin.RegisterEntryPoints(x.api, s.points)
	admin.RegisterMailboxes(x.api, s.mail)
	admin.RegisterOwnChannels(x.api, s.own, a.config.BaseURL)
	admin.RegisterChannelAccounts(x.api, s.accounts, a.config.BaseURL)
	admin.RegisterChannelEvents(x.api, s.events)
	admin.RegisterCalendars(x.api, s.calendars)
	admin.RegisterAudit(x.api, s.audit)
	admin.RegisterJobs(x.api, a.db)
	admin.RegisterQueues(x.api, s.queues)
	admin.RegisterSkills(x.api, s.skills)
	admin.RegisterAwayReasons(x.api, s.reasons)
	admin.RegisterDispositions(x.api, s.dispositions)
	admin.RegisterAgents(x.api, s.staffing)
	admin.RegisterWorkMix(x.api, s.staffing)
	admin.RegisterCaseSetup(x.api, s.caseSetup)
	admin.RegisterSLAPolicies(x.api, s.policies)
	admin.RegisterCustomerFields(x.api, s.customerFields)
	privacy.Register(x.api, s.privacy)
	privacy.RegisterImports(x.api, s.importer)
	privacy.RegisterLists(x.api, privacy.Lists{Customers: s.customers, Worklist: s.worklist, Privacy: s.privacy})
	privacy.RegisterViews(x.api, s.worklist)
}

func (x *site) registerDesk(a *App) {
	s := a.services
	desk.RegisterWorklist(x.api, s.worklist)
	desk.RegisterConversations(x.api, desk.Conversations{
		Worklist: s.worklist, Conversations: s.conversations, Replies: s.delivery, People: s.users, Channels: s.points, Speakers: s.customers,
		Visits: s.chat, Originals: s.mail, Letters: s.mail, Openers: s.points, Invitations: s.chat, Work: s.routing, DB: a.db,
	})
	desk.RegisterInteractions(x.api, s.routing)
	desk.RegisterInteractionViews(x.api, s.views, s.users)
	desk.RegisterPresence(x.api, s.routing, s.views, classesHere())
	desk.RegisterStaff(x.api, s.routing)
	s.feed.RegisterOffers(x.api)
	desk.RegisterAttachments(x.api, s.files, s.conversations)
	desk.RegisterCustomers(x.api, desk.Customers{Customers: s.customers, Worklist: s.worklist, People: s.users})
	customer.Register(x.api, customer.Story{Customers: s.customers, Organisations: s.organisations, Worklist: s.worklist, Archive: s.archive, People: s.users})
	desk.RegisterCanned(x.api, desk.Canned{Canned: s.canned, Worklist: s.worklist, Brands: brandNames{s.tenants}})
	desk.RegisterMacros(x.api, s.macros)
	desk.RegisterCases(x.api, desk.Cases{Cases: s.cases, Setup: s.caseSetup, Answering: s.answering, Worklist: s.worklist, People: s.users})
	desk.RegisterChoruses(x.api, desk.Choruses{Chorus: s.chorus, Worklist: s.worklist, People: s.users})
	desk.RegisterBoard(x.api, s.reports)
	desk.RegisterFigures(x.api, s.reports)
	desk.RegisterSurveys(x.api, s.surveys, s.users)
	knowledge.RegisterSearch(x.api, knowledge.Search{Catalogue: s.catalogue, Indexer: s.indexer})
	knowledge.RegisterArticles(x.api, knowledge.Articles{Knowledge: s.knowledge, Catalogue: s.catalogue, Worklist: s.worklist, People: s.users, Files: s.files})
}

// Rates of strangers beside that of the interface. Many customers, or a whole
// centre, may sit behind one address.
func rateOfVisitors() httpx.Rate { return httpx.Rate{PerSecond: 100, Burst: 1000} }
func rateOfPages() httpx.Rate    { return httpx.Rate{PerSecond: 200, Burst: 4000} }
func rateOfHooks() httpx.Rate    { return httpx.Rate{PerSecond: 5000, Burst: 20_000} } // a provider has few addresses

// paceOf says to which rate strangers are held by what they ask for.
func paceOf(route func(*http.Request) string) func(*http.Request) httpx.Class {
	return func(r *http.Request) httpx.Class {
		switch pattern := route(r); {
		case pattern == "/healthz", pattern == "/readyz", pattern == metricsPath:
			return httpx.Class{Free: true}
		case pattern == "/", pattern == "/w/", pattern == "/widget.js": // files in memory
			return httpx.Class{Name: "pages", Rate: rateOfPages()}
		case strings.HasPrefix(r.URL.Path, "/w/"), strings.HasPrefix(r.URL.Path, "/c/"):
			return httpx.Class{Name: "visitors", Rate: rateOfVisitors()}
		case strings.HasPrefix(r.URL.Path, "/hooks/"):
			return httpx.Class{Name: "hooks", Rate: rateOfHooks()}
		}
		return httpx.Class{}
	}
}

// handler is the site behind everything that each request passes.
func (a *App) handler(x *site) (http.Handler, error) {
	proxies, err := httpx.ParseProxies(a.config.TrustedProxies)
	if err != nil {
		return nil, err
	}
	scrapers, err := httpx.ParseProxies(a.config.MetricsFrom)
	if err != nil {
		return nil, err
	}
	route := httpx.Route(x.mux)
	limits := httpx.NewLimiter(httpx.DefaultRates())
	return httpx.Chain(x.mux,
		httpx.RequestID, scrapers.Nearby(x.problems, metricsPath), proxies.Client, a.tracing.Middleware(route), a.metrics.Middleware(route),
		httpx.AccessLog(a.log, route), x.problems.Recover, httpx.SecurityHeaders, x.problems.CrossOrigin("/w/"), public.Reading,
		session.Guard(a.services.directory, a.services.sessions, limits, x.problems), limits.Middleware(x.problems, paceOf(route)),
	), nil
}

// serveHTTP answers requests until ctx ends.
func (a *App) serveHTTP(ctx context.Context) error {
	handler, err := a.handler(a.site)
	if err != nil {
		return err
	}
	return httpx.Serve(ctx, httpx.ServerConfig{Addr: a.config.HTTPAddr, Log: a.log, Listening: a.options.Listening}, handler)
}

// Spec returns the OpenAPI document of a version. It needs no database.
func Spec(version string) ([]byte, error) {
	a := &App{options: Options{Version: version}}
	if err := a.openTexts(); err != nil {
		return nil, err
	}
	a.log = quiet()
	a.metrics = telemetry.NewMetrics(version)
	a.services = a.newServices()
	return a.newSite().api.Spec()
}
