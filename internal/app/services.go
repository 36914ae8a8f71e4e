package app

import (
	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/api/desk"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/canned"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/catalogue"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/bluesky"
	"github.com/zongler/zongler/internal/channel/email"
	"github.com/zongler/zongler/internal/channel/facebook"
	"github.com/zongler/zongler/internal/channel/instagram"
	"github.com/zongler/zongler/internal/channel/mastodon"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/channel/sms"
	"github.com/zongler/zongler/internal/channel/telegram"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/channel/whatsapp"
	"github.com/zongler/zongler/internal/chorus"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/importer"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/idempotency"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/platform/live"
	"github.com/zongler/zongler/internal/platform/search"
	"github.com/zongler/zongler/internal/privacy"
	"github.com/zongler/zongler/internal/report"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/sla"
	"github.com/zongler/zongler/internal/survey"
	"github.com/zongler/zongler/internal/tenant"
	"github.com/zongler/zongler/internal/worklist"
)

// services are the use-cases, floor by floor. Building them touches nothing, so
// the OpenAPI document can be made without a database.
type services struct {
	audit       *audit.Service
	calendars   *calendar.Service
	tenants     *tenant.Service
	directory   *account.Directory
	hasher      *account.Hasher
	users       *account.Users
	roles       *account.Roles
	teams       *account.Teams
	sessions    *account.Sessions
	keys        *account.Keys
	invitations *account.Invitations
	registry    *channel.Registry
	points      *channel.EntryPoints

	customerFields *customer.Fields

	customers     *customer.Service
	organisations *customer.Organisations
	conversations *conversation.Service
	files         *media.Service
	canned        *canned.Service
	knowledge     *knowledge.Service
	caseSetup     *casework.Setup
	cases         *casework.Service
	caseFollower  *casework.Follower

	routing      *routing.Service
	router       *routing.Router
	desks        *routing.Desks
	queues       *routing.Queues
	skills       *routing.Skills
	reasons      *routing.AwayReasons
	dispositions *routing.Dispositions
	staffing     *routing.Staffing
	views        *routing.Views
	surveys      *survey.Service
	policies     *sla.Policies
	sla          *sla.Service

	intake    *intake.Service
	delivery  *delivery.Service
	webhooks  *automation.Webhooks
	rules     *automation.Rules
	macros    *automation.Macros
	answering *casework.Answering
	chorus    *chorus.Service
	worklist  *worklist.Service
	catalogue *catalogue.Service
	indexer   *catalogue.Indexer
	privacy   *privacy.Service
	importer  *importer.Service
	reports   *report.Service
	archive   *report.Archive
	rollup    *report.Rollup

	hub           *live.Hub
	marks         *marks
	signs         *delivery.Signs
	feed          *desk.Feed
	chat          *webchat.Server
	chatAdapter   *webchat.Adapter
	mail          *email.Service
	mailAdapter   *email.Adapter
	own           *own.Service
	ownAdapter    *own.Adapter
	accounts      *channel.Accounts
	pageAdapter   *facebook.Adapter
	instagram     *instagram.Adapter
	numbers       *whatsapp.Adapter
	texts         *sms.Service
	textAdapter   *sms.Adapter
	bots          *telegram.Service
	botAdapter    *telegram.Adapter
	statuses      *mastodon.Service
	statusAdapter *mastodon.Adapter
	skies         *bluesky.Service
	skyAdapter    *bluesky.Adapter
	pagePublic    *facebook.Public
	x             xChannels
	metaHook      *meta.Hook
	events        *intake.Events
	idempotency   *idempotency.Store
}

// newServices builds everything over a's stores.
func (a *App) newServices() *services {
	s := a.coreServices()
	s.edges(a)
	return s
}

// coreServices builds what has no live connections: enough to let things happen, at whatever time a's database has.
func (a *App) coreServices() *services {
	s := &services{}
	s.ground(a)
	s.records(a)
	s.engines(a)
	s.operations(a)
	s.indexer = catalogue.NewIndexer(a.db, search.New(a.db), a.log)
	s.webhooks = automation.NewWebhooks(a.db, s.tenants, a.box, a.outside().poster, a.log)
	s.newAutomation(a)
	s.ownService(a)
	s.accountService(a)
	s.smsService(a)
	s.telegramService(a)
	s.mastodonService(a)
	s.blueskyService(a)
	return s
}

func (s *services) ground(a *App) {
	s.audit = audit.New(a.db)
	s.calendars = calendar.New(a.db)
	s.caseSetup = casework.NewSetup(a.db)
	s.tenants = tenant.New(a.db, s.calendars, s.caseSetup)
	s.directory = account.NewDirectory(a.db, a.log)
	s.hasher = account.NewHasher(account.DefaultParams())
	s.users = account.NewUsers(a.db, s.directory, s.hasher, s.tenants)
	s.roles = account.NewRoles(a.db, s.directory)
	s.teams = account.NewTeams(a.db)
	s.sessions = account.NewSessions(a.db, s.directory, s.hasher)
	s.keys = account.NewKeys(a.db, s.directory, s.users)
	s.invitations = account.NewInvitations(a.db, s.users)
	s.mailAdapter = email.NewAdapter(a.options.Demo)
	s.ownAdapter = own.NewAdapter()
	s.chatAdapter = &webchat.Adapter{}
	s.textAdapter, s.botAdapter, s.statusAdapter = sms.NewAdapter(), telegram.NewAdapter(), mastodon.NewAdapter()
	s.skyAdapter = bluesky.NewAdapter()
	s.metaChannels(a)
	s.xChannels(a)
	s.registry = s.newRegistry(a)
	s.points = channel.NewEntryPoints(a.db, s.registry, s.tenants, routing.Known{}, a.box)
}

func (s *services) records(a *App) {
	s.conversations = conversation.New(a.db, s.users)
	s.customers = customer.New(a.db, s.conversations)
	s.organisations = customer.NewOrganisations(s.customers)
	s.customerFields = customer.NewFields(a.db)
	s.files = media.New(a.db, a.blobs, a.scanner, a.log)
	s.canned = canned.New(a.db)
	s.knowledge = knowledge.New(a.db, s.users, s.conversations, articleFiles{s.files})
	s.cases = casework.New(a.db, s.caseSetup, s.users, caseThreads{s.conversations, s.customers})
	s.caseFollower = casework.NewFollower(s.cases)
}

func (s *services) engines(a *App) {
	s.routing = routing.NewService(a.db, routedConversations{s.conversations}, s.users)
	s.router = routing.NewRouter(s.routing, lease.NewKeeper(a.db, a.node, a.log), a.peers(), a.log)
	s.desks = routing.NewDesks(s.routing, routing.DesksConfig{Node: a.sharing(), Grace: a.config.Grace()}, a.log)
	s.queues = routing.NewQueues(a.db, s.calendars)
	s.skills = routing.NewSkills(a.db)
	s.reasons = routing.NewAwayReasons(a.db)
	s.dispositions = routing.NewDispositions(a.db)
	s.staffing = routing.NewStaffing(a.db, s.users)
	s.views = routing.NewViews(a.db, s.router, readers{s.conversations})
	s.surveys = survey.NewService(a.db, s.users, s.conversations)
	s.policies = sla.NewPolicies(a.db, slaDirectory{s.users, s.calendars})
	s.sla = sla.New(a.db, s.cases, s.calendars, casePeople{s.users, s.conversations})
}

func (s *services) operations(a *App) {
	d := a.db
	s.intake = intake.New(intake.Config{
		DB: d, Customers: s.customers, Conversations: s.conversations, Files: s.files, Routing: routedIntake{s.routing, s.conversations},
		Choirs: choirs{s}, Next: s.afterMessage,
	})
	s.mailService(a)
	out := sendingChannels{s.registry, s.points, s.files, s.customers, s.conversations, d}
	s.signs = delivery.NewSigns(delivery.SignsConfig{DB: d, Conversations: s.conversations, Channels: out, Log: a.log})
	s.delivery = delivery.New(delivery.Config{
		DB: d, Conversations: s.conversations, Files: s.files, Routing: s.routing, People: s.users, Customers: s.customers, Matters: s.cases,
		Channels: out, Beginning: routedIntake{s.routing, s.conversations},
		Shelf: shelves{s.registry}, Words: letterWords{a.texts, d},
		Letters: passedLetters{s.mail}, Copies: s.files, Signs: s.signs, Outcomes: choirs{s},
	})
	s.answering = casework.NewAnswering(s.cases, caseAnswers{s.conversations, s.delivery, s.routing, s.directory})
	s.worklist = worklist.New(d)
	s.chorus = chorus.New(chorus.Config{
		DB: d, Conversations: s.conversations, Routing: s.routing, Speech: s.delivery, Reach: choirReach{s.worklist}, Subjects: s.worklist, People: s.directory, Links: publicLinks{d, s.points, s.registry},
		Undo: undoCommon,
	})
	s.catalogue = catalogue.New(d, search.New(d), s.worklist)
	s.reports = report.NewService(d, s.users, s.router)
	s.archive = report.NewArchive(d, s.worklist)
}

// edges are what people hold on to: the desks' live connections and the visitors' chat.
func (s *services) edges(a *App) {
	s.rollup = report.NewRollup(a.db, a.log)
	s.idempotency = idempotency.New(a.db, a.box)
	s.hub = a.newHub(s)
	s.marks = newMarks(a.bus, a.node, s, a.log)
	s.feed = desk.NewFeed(desk.FeedConfig{
		DB: a.db, Hub: s.hub, Rows: s.worklist, Conversations: s.conversations, Routing: s.routing, Views: s.views, Live: s.router,
		Reports: s.reports, People: s.users, Speakers: s.customers, Directory: s.directory, Visitors: chatCustomers{s}, Signs: s.signs, Others: s.marks, Classes: classesHere(), Log: a.log,
	})
	s.chat = webchat.New(webchat.Deps{
		DB: a.db, EntryPoints: s.points, Sealer: a.box, Conversations: s.conversations, Customers: s.customers, Files: s.files, Staff: s.directory,
		Texts: a.texts, Routing: s.routing, Line: s.router, Intake: chatIntake{s.intake},
		Queues:  chatQueues{a.db, s.queues, s.tenants, s.calendars, s.router},
		Surveys: chatSurveys{s.surveys}, Desk: chatDesk{s.feed, s.marks}, Others: s.marks,
		Mails: chatMails{s.delivery}, Cases: s.cases, BaseURL: a.config.BaseURL, Return: a.config.Grace(),
	}, a.log)
	s.chatAdapter.Connect(s.chat)
	s.privacyService(a) // it knows all that keep something
}

// chatCustomers reaches the visitors; it is made before the chat, which needs the feed.
type chatCustomers struct{ services *services }

// AgentTyping shows the visitor of a conversation that an agent types, or has stopped.
func (c chatCustomers) AgentTyping(tenant id.Tenant, conversation id.Conversation, on bool) {
	c.services.chat.AgentTyping(tenant, conversation, on)
}
