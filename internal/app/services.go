package app

import (
	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/canned"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/report"
	"github.com/zongler/zongler/internal/routing"
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

	customers     *customer.Service
	conversations *conversation.Service
	files         *media.Service
	canned        *canned.Service

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

	intake   *intake.Service
	delivery *delivery.Service
	worklist *worklist.Service
	reports  *report.Service
	rollup   *report.Rollup
}

// newServices builds everything over a's stores.
func (a *App) newServices() *services {
	s := &services{}
	s.ground(a)
	s.records(a)
	s.engines(a)
	s.operations(a.db)
	return s
}

func (s *services) ground(a *App) {
	s.audit = audit.New(a.db)
	s.calendars = calendar.New(a.db)
	s.tenants = tenant.New(a.db, s.calendars)
	s.directory = account.NewDirectory(a.db, a.log)
	s.hasher = account.NewHasher(account.DefaultParams())
	s.users = account.NewUsers(a.db, s.directory, s.hasher, s.tenants)
	s.roles = account.NewRoles(a.db, s.directory)
	s.teams = account.NewTeams(a.db)
	s.sessions = account.NewSessions(a.db, s.directory, s.hasher)
	s.keys = account.NewKeys(a.db, s.directory, s.users)
	s.invitations = account.NewInvitations(a.db, s.users)
	s.registry = newRegistry()
	s.points = channel.NewEntryPoints(a.db, s.registry, s.tenants, routing.Known{})
}

func (s *services) records(a *App) {
	s.conversations = conversation.New(a.db, account.Staff{})
	s.customers = customer.New(a.db, s.conversations)
	s.files = media.New(a.db, a.blobs, nil, a.log)
	s.canned = canned.New(a.db, auditLog{})
}

func (s *services) engines(a *App) {
	s.routing = routing.NewService(a.db, routedConversations{s.conversations}, account.Staff{})
	s.router = routing.NewRouter(s.routing, lease.NewKeeper(a.db, a.node, a.log), a.log)
	s.desks = routing.NewDesks(s.routing, a.log)
	s.queues = routing.NewQueues(a.db, s.calendars)
	s.skills = routing.NewSkills(a.db)
	s.reasons = routing.NewAwayReasons(a.db)
	s.dispositions = routing.NewDispositions(a.db)
	s.staffing = routing.NewStaffing(a.db, account.Staff{})
	s.views = routing.NewViews(a.db, s.router, readers{s.conversations})
	s.surveys = survey.NewService(a.db, account.Staff{})
}

func (s *services) operations(d *db.DB) {
	s.intake = intake.New(intake.Config{
		DB: d, Customers: s.customers, Conversations: s.conversations, Files: s.files, Routing: routedIntake{s.routing},
	})
	s.delivery = delivery.New(delivery.Config{
		DB: d, Conversations: s.conversations, Files: s.files, Routing: s.routing,
		Channels: sendingChannels{s.registry, s.points, d},
	})
	s.worklist = worklist.New(d)
	s.reports = report.NewService(d, account.Staff{}, s.router)
}
