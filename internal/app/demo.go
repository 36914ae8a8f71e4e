package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/public"
	"github.com/zongler/zongler/internal/api/session"
	"github.com/zongler/zongler/internal/calendar"
	"github.com/zongler/zongler/internal/canned"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/tenant"
)

// demoPerson is somebody who works at the demo operator.
type demoPerson struct {
	key, name, email, language string
	role                       actor.BuiltIn
	brands                     []string // slugs; nil: all
	queues                     []string // keys
}

// colleague begins the key of somebody who works by itself while customers are
// simulated, for the brand whose slug follows. Nobody signs in as them.
const colleague = "colleague-"

func (p demoPerson) simulated() bool { return strings.HasPrefix(p.key, colleague) }

func demoPeople() []demoPerson {
	both := []string{"tech", "billing", "orders", "returns"}
	return []demoPerson{
		{"agent", "Ola Nowicka", "ola@demo.example", "pl", actor.Agent, nil, both},
		{"agent-2", "Kamil Wróbel", "kamil@demo.example", "pl", actor.Agent, []string{"fala-net"}, []string{"tech", "billing"}},
		{"agent-3", "Eszter Kovács", "eszter@demo.example", "hu", actor.Agent, []string{"vasarfia"}, []string{"orders", "returns"}},
		{"agent-4", "Bálint Kiss", "balint@demo.example", "hu", actor.Agent, nil, []string{"orders", "tech"}},
		{"expert", "Dóra Balogh", "dora@demo.example", "hu", actor.Expert, []string{"vasarfia"}, nil},
		{"supervisor", "Marta Zając", "marta@demo.example", "pl", actor.Supervisor, nil, []string{"tech", "orders"}},
		{"manager", "Sam Whitaker", "sam@demo.example", "en", actor.Manager, nil, nil},
		{"administrator", "Grace Allen", "grace@demo.example", "en", actor.Administrator, nil, nil},
		{"brand-viewer", "Ewa Król", "ewa@demo.example", "pl", actor.BrandViewer, []string{"fala-net"}, nil},
		{colleague + "fala-net", "Piotr Sowa", "piotr@demo.example", "pl", actor.Agent, []string{"fala-net"}, []string{"tech", "billing"}},
		{colleague + "vasarfia", "Réka Szalai", "reka@demo.example", "hu", actor.Agent, []string{"vasarfia"}, []string{"orders", "returns"}},
	}
}

// demo is the demo operator: what was made of it, and where.
type demo struct {
	app    *App
	tenant id.Tenant
	brands map[string]id.Brand // by slug
	points map[string]channel.EntryPoint
	queues map[string]id.Queue // by key
	users  map[string]id.User  // by key of the person
	solved id.Disposition
}

// ensureDemo makes the demo operator in an empty installation. One that holds something else is left alone.
func (a *App) ensureDemo(ctx context.Context) error {
	none, err := a.services.tenants.None(ctx, a.db)
	if err != nil || !none {
		return err
	}
	d := &demo{app: a, brands: map[string]id.Brand{}, points: map[string]channel.EntryPoint{}, queues: map[string]id.Queue{}, users: map[string]id.User{}}
	if err := d.found(ctx); err != nil {
		return fmt.Errorf("app: make the demo: %w", err)
	}
	a.log.Info("made the demo operator")
	return nil
}

func (d *demo) found(ctx context.Context) error {
	s := d.app.services
	var made tenant.Tenant
	err := d.app.db.Update(ctx, func(tx *db.Tx) (err error) {
		made, _, err = s.tenants.Found(ctx, tx, "Demo operator", "")
		return err
	})
	if err != nil {
		return err
	}
	d.tenant = made.TenantID
	ctx = actor.With(ctx, actor.ForSystem(d.tenant))
	for _, b := range demoBrands() {
		if err := d.addBrand(ctx, b); err != nil {
			return err
		}
	}
	if err := d.addWords(ctx); err != nil {
		return err
	}
	for _, p := range demoPeople() {
		if err := d.addPerson(ctx, p); err != nil {
			return err
		}
	}
	return d.addPast(ctx)
}

func (d *demo) addBrand(ctx context.Context, b demoBrand) error {
	s := d.app.services
	open := []calendar.Span{{From: 0, To: 24 * 60}} // a newcomer may try it at any hour
	hours, err := s.calendars.Create(ctx, calendar.Calendar{
		Name: b.name, TimeZone: b.zone, Country: calendar.Country(b.country),
		Week: calendar.Week{open, open, open, open, open, open, open}, HolidayHours: open,
	})
	if err != nil {
		return err
	}
	brand, err := s.tenants.Create(ctx, tenant.NewBrand{
		Name: b.name, Color: b.color, Languages: []string{b.language, "en"}, TimeZone: b.zone, CalendarID: hours.ID,
	})
	if err != nil {
		return err
	}
	d.brands[b.slug] = brand.ID
	for _, q := range b.queues {
		if err := d.addQueue(ctx, b, q); err != nil {
			return err
		}
	}
	for _, c := range b.canned {
		_, err := s.canned.Create(ctx, canned.Reply{BrandID: brand.ID, Shortcut: c.shortcut, Title: c.title, Texts: map[string]string{b.language: c.text}})
		if err != nil {
			return err
		}
	}
	if err := d.addMailbox(ctx, b); err != nil {
		return err
	}
	return d.addWidget(ctx, b)
}

func (d *demo) addQueue(ctx context.Context, b demoBrand, q demoQueue) error {
	texts := routing.QueueTexts{"greeting": {b.language: b.greeting}, "away": {b.language: b.away}}
	made, err := d.app.services.queues.Create(ctx, d.brands[b.slug], routing.QueuePatch{
		Name: &q.name, TargetPercent: &q.percent, TargetSeconds: &q.seconds, Texts: &texts,
	})
	d.queues[q.key] = made.ID
	return err
}

// addWidget makes the brand's widget, allowed on the demo page of this machine.
func (d *demo) addWidget(ctx context.Context, b demoBrand) error {
	settings := webchat.DefaultSettings()
	settings.Domains = []string{"localhost", "127.0.0.1"}
	settings.Texts = map[string]webchat.Texts{b.language: {Title: b.name, Offline: b.away}}
	settings.Prechat = webchat.PrechatSettings{
		Fields:  []webchat.FieldSettings{{Name: "name", Kind: webchat.FieldText, Required: true, Label: webchat.Words{"en": "Name", "pl": "Imię", "hu": "Név"}}},
		Consent: &webchat.ConsentSettings{Version: "1", Text: webchat.Words{b.language: b.consent}},
	}
	config, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	point, err := d.app.services.points.Create(ctx, channel.NewEntryPoint{
		Brand: d.brands[b.slug], Channel: channel.Webchat, Name: b.name, Config: config, Queue: d.queues[b.queues[0].key],
	})
	d.points[b.slug] = point
	return err
}

// addWords makes the away reasons and dispositions.
func (d *demo) addWords(ctx context.Context) error {
	s := d.app.services
	for name, paid := range map[string]bool{"Break": true, "Lunch": false, "Training": true, "Meeting": true} {
		if _, err := s.reasons.Create(ctx, routing.AwayReasonPatch{Name: &name, Paid: &paid}); err != nil {
			return err
		}
	}
	for name, resolved := range map[string]bool{"Solved": true, "Call back needed": false, "Passed on": false} {
		made, err := s.dispositions.Create(ctx, 0, routing.DispositionPatch{Name: &name, Resolved: &resolved})
		if err != nil {
			return err
		}
		if resolved {
			d.solved = made.ID
		}
	}
	return nil
}

func (d *demo) addPerson(ctx context.Context, p demoPerson) error {
	in := account.NewUser{Name: p.name, Email: p.email, Language: p.language, Roles: []account.RoleKey{account.RoleKey(p.role)}, AllBrands: p.brands == nil}
	for _, slug := range p.brands {
		in.Brands = append(in.Brands, d.brands[slug])
	}
	err := d.app.db.Update(ctx, func(tx *db.Tx) error { // without a password: in a demo one click signs in
		made, err := d.app.services.users.CreateIn(ctx, tx, in, "")
		d.users[p.key] = made.ID
		return err
	})
	if err != nil {
		return err
	}
	for _, q := range p.queues {
		err := d.app.services.routing.SetMembership(ctx, routing.Membership{Agent: d.users[p.key], Queue: d.queues[q], Member: true, Enabled: true})
		if err != nil {
			return err
		}
	}
	if len(p.queues) == 0 {
		return nil
	}
	// Routing knows them from now on: their state does not begin in the past that is invented after this.
	_, err = d.app.services.staffing.Update(ctx, d.users[p.key], routing.AgentPatch{})
	return err
}

// demoDoor lets everybody in as one of the demo's people.
type demoDoor struct{ app *App }

var (
	_ session.Demo = demoDoor{}
	_ public.Demo  = demoDoor{}
)

// Widget returns the public key of a brand's widget, by the slug of its page.
func (d demoDoor) Widget(ctx context.Context, slug string) (string, error) {
	ctx, err := d.app.home(ctx, "")
	if err != nil {
		return "", err
	}
	points, err := d.app.services.points.List(ctx, channel.EntryPointFilter{Channel: channel.Webchat, Limit: 100})
	if err != nil {
		return "", err
	}
	for _, b := range demoBrands() {
		for _, p := range points {
			if b.slug == slug && p.Name == b.name {
				return p.Address, nil
			}
		}
	}
	return "", errs.New(errs.NotFound, "app.Widget", "not_found")
}

// People returns the people of the demo operator.
func (d demoDoor) People(ctx context.Context) ([]session.Person, error) {
	home, err := d.app.services.tenants.ByHost(ctx, "")
	if err != nil {
		return nil, err
	}
	users, err := d.app.services.users.List(actor.With(ctx, actor.ForSystem(home.TenantID)), account.UserFilter{Limit: 100})
	if err != nil {
		return nil, err
	}
	byEmail := map[string]account.User{}
	for _, u := range users {
		byEmail[u.Email] = u
	}
	var people []session.Person
	for _, p := range demoPeople() {
		if u, ok := byEmail[p.email]; ok {
			people = append(people, session.Person{Key: p.key, Role: string(p.role), Name: u.Name, Simulated: p.simulated(), Tenant: home.TenantID, User: u.ID})
		}
	}
	if people == nil {
		return nil, errs.New(errs.NotFound, "app.Demo", "not_found")
	}
	return people, nil
}
