package public_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/public"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/kit/secret"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/i18n"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/survey"
	"github.com/zongler/zongler/internal/tenant"
	"github.com/zongler/zongler/web"
)

// centre is a contact centre with one brand, one widget, one queue and one agent, on the real services.
type centre struct {
	tb            testing.TB
	db            *db.DB
	ctx           context.Context // the system acting
	system        actor.Actor
	agent         actor.Actor
	queue         id.Queue
	point         channel.EntryPoint
	points        *channel.EntryPoints
	conversations *conversation.Service
	customers     *customer.Service
	routing       *routing.Service
	delivery      *delivery.Service
	chat          *webchat.Server
	site          public.Services
	outlook       *outlook
	forecast      *forecast
	typed         chan webchat.Typing
	url           string
}

func settings(change func(*webchat.Settings)) json.RawMessage {
	s := webchat.DefaultSettings()
	s.Domains = []string{"https://fala.example", "*.shop.example"}
	s.Prechat = webchat.PrechatSettings{
		Fields: []webchat.FieldSettings{
			{Name: "name", Kind: webchat.FieldText, Label: webchat.Words{"pl": "Imię", "en": "Name"}},
			{Name: "email", Kind: webchat.FieldEmail, Label: webchat.Words{"en": "E-mail"}},
		},
		Consent: &webchat.ConsentSettings{Version: "3", Text: webchat.Words{"pl": "Zgadzam się.", "en": "I agree."}},
	}
	if change != nil {
		change(&s)
	}
	raw, _ := json.Marshal(s)
	return raw
}

func open(tb testing.TB, d *db.DB) *centre {
	tb.Helper()
	return openWith(tb, d, nil)
}

func openWith(tb testing.TB, d *db.DB, change func(*webchat.Settings)) *centre {
	tb.Helper()
	c := build(tb, d, change)
	c.serve()
	return c
}

// build makes a centre that no network reaches.
func build(tb testing.TB, d *db.DB, change func(*webchat.Settings)) *centre {
	tb.Helper()
	log := slog.New(slog.DiscardHandler)
	c := &centre{tb: tb, db: d, outlook: &outlook{}, typed: make(chan webchat.Typing, 10)}
	calendars := calendar.New(d)
	tenants := tenant.New(d, calendars)
	var home tenant.Tenant
	c.must(d.Update(tb.Context(), func(tx *db.Tx) (err error) {
		home, c.ctx, err = tenants.Found(tb.Context(), tx, "Pannon Kontakt", "")
		return err
	}))
	c.system = actor.ForSystem(home.TenantID)
	c.ctx = actor.With(tb.Context(), c.system)
	brand, err := tenants.Create(c.ctx, tenant.NewBrand{Name: "Fala Net", Color: "#0b7285", Languages: []string{"pl", "en"}, TimeZone: "Europe/Warsaw"})
	c.must(err)
	directory := account.NewDirectory(d, log)
	users := account.NewUsers(d, directory, account.NewHasher(account.Params{MemoryKiB: 64, Time: 1, Threads: 1}), tenants)
	c.conversations = conversation.New(d, users)
	c.customers = customer.New(d, c.conversations)
	blobs, err := blob.OpenFolder(tb.TempDir())
	c.must(err)
	files := media.New(d, blobs, nil, log)
	c.routing = routing.NewService(d, shown{c.conversations}, users)
	router := routing.NewRouter(c.routing, lease.NewKeeper(d, "test", log), nil, log)
	c.forecast = &forecast{Line: router}
	wrapUp := 60
	q, err := routing.NewQueues(d, calendars).Create(c.ctx, brand.ID, routing.QueuePatch{Name: new("Serwis"), WrapUpSeconds: &wrapUp})
	c.must(err)
	c.queue = q.ID
	box, err := secret.LoadFile(filepath.Join(tb.TempDir(), "secret.key"))
	c.must(err)
	c.points = channel.NewEntryPoints(d, channel.NewRegistry(webchat.Adapter{}), tenants, routing.Known{}, box)
	c.point, err = c.points.Create(c.ctx, channel.NewEntryPoint{
		Brand: brand.ID, Channel: channel.Webchat, Name: "Fala Net", Config: settings(change), Queue: c.queue,
	})
	c.must(err)
	c.hire(users, directory)
	receive := intake.New(intake.Config{DB: d, Customers: c.customers, Conversations: c.conversations, Files: files, Routing: work{c.routing}})
	c.delivery = delivery.New(delivery.Config{DB: d, Conversations: c.conversations, Files: files, Routing: c.routing, Channels: direct{}})
	texts, err := i18n.Load(web.Catalogues())
	c.must(err)
	c.chat = webchat.New(webchat.Deps{
		DB: d, EntryPoints: c.points, Sealer: box, Conversations: c.conversations, Customers: c.customers, Files: files, Staff: directory, Texts: texts,
		Routing: c.routing, Line: c.forecast, Intake: received{receive}, Queues: c.outlook, Surveys: opinions{survey.NewService(d, users, c.conversations)}, Desk: c,
	}, log)
	c.run(func(ctx context.Context) { router.Run(ctx, []id.Tenant{home.TenantID}) })
	c.run(func(ctx context.Context) { _ = c.chat.Run(ctx) })
	c.site = public.Services{Chat: c.chat, Blobs: blobs, Demo: c, Log: log}
	return c
}

// serve lets the network in.
func (c *centre) serve() {
	problems := httpx.NewProblems(c.chat.Texts.(*i18n.Bundle), c.site.Log)
	mux := http.NewServeMux()
	public.Register(mux, problems, c.site)
	server := httptest.NewServer(httpx.Chain(mux, httpx.RequestID, problems.Recover, httpx.SecurityHeaders, problems.CrossOrigin("/w/")))
	c.tb.Cleanup(server.Close)
	c.url = server.URL
}

func (c *centre) must(err error) {
	c.tb.Helper()
	if err != nil {
		c.tb.Fatal(err)
	}
}

// run runs a part of the centre until the test ends.
func (c *centre) run(part func(ctx context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		part(ctx)
	}()
	c.tb.Cleanup(func() {
		cancel()
		<-done
	})
}

func (c *centre) hire(users *account.Users, directory *account.Directory) {
	var u account.User
	c.must(c.db.Update(c.ctx, func(tx *db.Tx) (err error) {
		u, err = users.CreateIn(c.ctx, tx, account.NewUser{
			Name: "Ola Nowicka", Email: "ola@fala.example", Language: "pl", Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true,
		}, "")
		return err
	}))
	a, err := directory.Actor(c.ctx, c.system.Tenant, u.ID)
	c.must(err)
	c.agent = a
	c.must(c.routing.SetMembership(c.ctx, routing.Membership{Agent: u.ID, Queue: c.queue, Member: true, Enabled: true}))
}

// asAgent is the agent acting.
func (c *centre) asAgent() context.Context { return actor.With(c.tb.Context(), c.agent) }

// take has the agent pull what waits in a conversation.
func (c *centre) take(key id.Conversation) routing.Interaction {
	c.tb.Helper()
	it, err := c.routing.Pull(c.asAgent(), c.row(key).InteractionID)
	c.must(err)
	return it
}

// reply has the agent answer.
func (c *centre) reply(key id.Conversation, text string) {
	c.tb.Helper()
	_, err := c.delivery.Reply(c.asAgent(), delivery.ReplyInput{
		Conversation: key, Text: text, ClientID: "reply-" + text, BasedOnSeq: c.row(key).LastSeq,
	})
	c.must(err)
}

func (c *centre) row(key id.Conversation) conversation.Conversation {
	c.tb.Helper()
	row, err := c.conversations.Find(c.ctx, c.db, key)
	c.must(err)
	return row
}

func (c *centre) entries(key id.Conversation) []conversation.Entry {
	c.tb.Helper()
	all, _, err := c.conversations.Page(c.ctx, c.db, key, conversation.Window{Limit: 200})
	c.must(err)
	return all
}

// VisitorTyping notes that a visitor types.
func (c *centre) VisitorTyping(_ context.Context, t webchat.Typing) { c.typed <- t }

// Widget is the demo's one page.
func (c *centre) Widget(_ context.Context, slug string) (string, error) {
	if slug != "fala-net" {
		return "", errs.E(errs.NotFound, "test", nil)
	}
	return c.point.Address, nil
}

// outlook is a queue whose hours the test decides.
type outlook struct{ closed, full bool }

func (o *outlook) Outlook(context.Context, id.Brand, id.Queue, string) (webchat.Outlook, error) {
	return webchat.Outlook{Open: !o.closed, Next: time.Now().Add(time.Hour).Truncate(time.Second), Full: o.full, Greeting: "Dzień dobry!"}, nil
}

// forecast is the real line, of which the test may say how long one waits.
type forecast struct {
	webchat.Line

	mu    sync.Mutex
	says  time.Duration // 0: what the line says
	asked int
}

func (f *forecast) Position(ctx context.Context, key id.Interaction) (int, time.Duration, bool) {
	place, wait, waiting := f.Line.Position(ctx, key)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	if f.says > 0 {
		wait = f.says
	}
	return place, wait, waiting
}

// say sets how long one waits, and returns how often it was asked until now.
func (f *forecast) say(wait time.Duration) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.says = wait
	return f.asked
}

// shown shows routing's work in the conversations.
type shown struct{ *conversation.Service }

func (s shown) ShowWork(ctx context.Context, tx *db.Tx, key id.Conversation, w routing.Work) error {
	return s.Service.ShowWork(ctx, tx, key, conversation.Work{
		Interaction: w.Interaction, State: string(w.State), Queue: w.Queue, Agent: w.Agent, WaitingSince: w.WaitingSince, DueAt: w.DueAt,
	})
}

func (s shown) Tell(ctx context.Context, tx *db.Tx, key id.Conversation, line routing.Line) error {
	row, err := s.Lock(ctx, tx, key)
	if err != nil {
		return err
	}
	_, _, err = s.Append(ctx, tx, &row, conversation.NewEntry{Kind: conversation.System, Author: conversation.BySystem, Code: line.Code, Text: line.Note})
	return err
}

// work brings what came in to routing.
type work struct{ *routing.Service }

func (w work) Enqueue(ctx context.Context, tx *db.Tx, in intake.Work) (id.Interaction, error) {
	it, err := w.Service.Enqueue(ctx, tx, routing.New{
		Conversation: in.Conversation, Brand: in.Brand, Channel: in.Channel, Queue: in.Queue, Preferred: in.Preferred, ArrivedAt: in.ArrivedAt,
	})
	return it.ID, err
}

func (w work) Hold(ctx context.Context, tx *db.Tx, key id.Conversation) error {
	_, _, err := w.Open(ctx, tx, key)
	return err
}

func (w work) Resume(ctx context.Context, tx *db.Tx, key id.Conversation) error {
	return w.CustomerReturned(ctx, tx, key)
}

// received hands what visitors write to intake.
type received struct{ *intake.Service }

func (r received) Receive(ctx context.Context, m webchat.Inbound) (webchat.Stored, error) {
	out, err := r.Service.Receive(ctx, intake.Inbound{
		Point: intake.Point{ID: m.EntryPoint.ID, Brand: m.EntryPoint.Brand, Channel: webchat.Channel, Queue: m.EntryPoint.Queue},
		From: intake.Sender{
			Provider: m.From.Provider, Scope: m.From.Scope, ExternalID: m.From.ExternalID, Name: m.From.DisplayName,
			Email: m.From.Email, Language: m.From.Language, Verified: m.From.Verified,
		},
		Thread: m.Thread, ExternalID: m.ExternalID, ClientID: m.ClientID, Text: m.Text, Files: m.Files,
	})
	return webchat.Stored{Conversation: out.Conversation, Seq: out.Seq, At: out.At, Duplicate: out.Duplicate}, err
}

// opinions keeps surveys.
type opinions struct{ *survey.Service }

func (o opinions) Answer(ctx context.Context, tx *db.Tx, in webchat.Opinion) error {
	_, err := o.Service.Answer(ctx, tx, survey.Given{
		Conversation: in.Conversation, Interaction: in.Interaction, Brand: in.Brand, Queue: in.Queue, Agent: in.Agent,
		Channel: webchat.Channel, Stars: in.Stars, Comment: in.Comment, AskedAt: in.AskedAt,
	})
	return err
}

func (o opinions) Answered(ctx context.Context, q db.Queryer, key id.Interaction) (bool, error) {
	_, found, err := survey.Of(ctx, q, key)
	return found, err
}

// direct is a house with this channel alone.
type direct struct{}

func (direct) Sender(context.Context, db.Queryer, id.EntryPoint) (delivery.Sender, error) {
	return delivery.Sender{}, errs.New(errs.NotFound, "test", "not_found")
}

func (direct) Limits(string) (delivery.Limits, bool) {
	return delivery.Limits{Capabilities: webchat.Adapter{}.Capabilities(), Direct: true}, true
}

func (direct) Opening(string) (channel.Opening, bool) { return nil, false }

func (direct) Templates(context.Context, id.EntryPoint) ([]channel.Template, error) {
	return nil, nil
}

func (d direct) LimitsAt(_ context.Context, _ db.Queryer, c conversation.Conversation) (delivery.Limits, bool, error) {
	l, known := d.Limits(c.Channel)
	return l, known, nil
}

func (direct) Send(ctx context.Context, _ delivery.Outgoing) (channel.Sent, error) {
	return webchat.Adapter{}.Send(ctx, channel.Outgoing{})
}
