package desk_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/desk"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/routing/acd"
	"github.com/zongler/zongler/internal/tenant"
)

// centre is an API over one brand with one queue, two agents and a supervisor.
type centre struct {
	t       *testing.T
	d       *db.DB
	svc     *routing.Service
	handler http.Handler
	system  context.Context
	brand   id.Brand
	queue   id.Queue
	users   map[string]id.User
	last    id.Fact
}

// Fakes of what routing and the desk need of others.
type (
	quiet struct{}
	texts struct{}
)

func (quiet) ShowWork(context.Context, *db.Tx, id.Conversation, routing.Work) error { return nil }
func (quiet) Tell(context.Context, *db.Tx, id.Conversation, routing.Line) error     { return nil }
func (quiet) Readable(context.Context, db.Queryer, id.Conversation) error           { return nil }
func (quiet) Has(context.Context, db.Queryer, id.Tenant, id.Calendar) (bool, error) {
	return false, nil
}

func (quiet) Agents(context.Context, []id.User) ([]acd.AgentView, error) { return nil, nil }

func (quiet) Position(context.Context, id.Interaction) (int, time.Duration, bool) { return 0, 0, false }

func (quiet) Board(context.Context) ([]acd.QueueView, error) {
	return nil, errs.New(errs.Unavailable, "quiet", "routing.unavailable")
}

func (texts) Language(string) string                         { return "en" }
func (texts) Text(_, _, key string, _ map[string]any) string { return key }

// crew is everybody by name.
type crew map[string]id.User

func (c crew) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return slices.DeleteFunc(slices.Clone(users), func(u id.User) bool { return !c.has(u) }), nil
}

func (c crew) AskBrands(_ context.Context, _ db.Queryer, user id.User) func(context.Context) (actor.Brands, error) {
	return func(context.Context) (actor.Brands, error) { return actor.Brands{All: c.has(user)}, nil }
}

func (c crew) Reach(_ context.Context, _ db.Queryer, _ actor.Permission, users []id.User) ([]id.User, error) {
	var seen []id.User
	for _, u := range users {
		if c.has(u) {
			seen = append(seen, u)
		}
	}
	return seen, nil
}

func (c crew) Names(_ context.Context, _ []id.User) (map[id.User]string, error) {
	names := map[id.User]string{}
	for name, u := range c {
		names[u] = name
	}
	return names, nil
}

func (c crew) has(user id.User) bool {
	for _, u := range c {
		if u == user {
			return true
		}
	}
	return false
}

func newCentre(t *testing.T, d *db.DB) *centre {
	t.Helper()
	c := &centre{t: t, d: d, users: map[string]id.User{"Ola": id.New[id.User](), "Kamil": id.New[id.User](), "Marta": id.New[id.User]()}}
	brands := tenant.New(d, quiet{})
	queues := routing.NewQueues(d, quiet{})
	c.must(d.Update(t.Context(), func(tx *db.Tx) error {
		_, ctx, err := brands.Found(t.Context(), tx, "Demo operator", "")
		if err != nil {
			return err
		}
		c.system = ctx
		b, err := brands.CreateIn(ctx, tx, tenant.NewBrand{Name: "Fala Net", Color: "#0b7285", Languages: []string{"pl"}, TimeZone: "Europe/Warsaw"})
		c.brand = b.ID
		return err
	}))
	name := "Support"
	q, err := queues.Create(c.system, c.brand, routing.QueuePatch{Name: &name})
	c.must(err)
	c.queue = q.ID
	people := crew(c.users)
	c.svc = routing.NewService(d, quiet{}, people)
	c.handler = c.serve(people)
	c.facts()
	return c
}

func (c *centre) serve(people crew) http.Handler {
	problems := httpx.NewProblems(texts{}, slog.New(slog.DiscardHandler))
	mux := http.NewServeMux()
	api := httpx.NewAPI(mux, httpx.Config{Title: "Zongler", Version: "1", Problems: problems})
	views := routing.NewViews(c.d, quiet{}, quiet{})
	desk.RegisterInteractions(api, c.svc)
	desk.RegisterInteractionViews(api, views, people)
	desk.RegisterPresence(api, c.svc, views, []string{"chat"})
	desk.RegisterStaff(api, c.svc)
	return httpx.Chain(mux, httpx.RequestID, problems.Recover, c.signIn)
}

// signIn believes the header As: the name of a person.
func (c *centre) signIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Header.Get("As")
		role := actor.Agent
		if name == "Marta" {
			role = actor.Supervisor
		}
		if user := c.users[name]; user != 0 {
			r = r.WithContext(actor.With(r.Context(), actor.Actor{
				Kind: actor.User, Tenant: actor.From(c.system).Tenant, User: user, Session: 1, Rights: role.Rights(), Brands: actor.Brands{Some: []id.Brand{c.brand}},
			}))
		}
		next.ServeHTTP(w, r)
	})
}

func (c *centre) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// queued is an interaction that waits.
func (c *centre) queued() routing.Interaction {
	c.t.Helper()
	var it routing.Interaction
	c.must(c.d.Update(c.t.Context(), func(tx *db.Tx) (err error) {
		it, err = c.svc.Enqueue(c.system, tx, routing.New{Conversation: id.New[id.Conversation](), Brand: c.brand, Channel: "webchat", Queue: c.queue})
		return err
	}))
	return it
}

// call sends a request as somebody and returns the status and the body, read as JSON.
func (c *centre) call(as, method, target, body string) (int, map[string]any) {
	c.t.Helper()
	r := httptest.NewRequest(method, "/api/v1"+target, strings.NewReader(body))
	if body == "" {
		r = httptest.NewRequest(method, "/api/v1"+target, http.NoBody)
	}
	r.Header.Set("As", as)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	answer := map[string]any{}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			c.t.Fatalf("%s %s: %d %s", method, target, w.Code, w.Body)
		}
	}
	return w.Code, answer
}

// facts returns the kinds of the facts that were recorded since it was asked last.
func (c *centre) facts() string {
	c.t.Helper()
	type row struct {
		ID   id.Fact
		Kind string
	}
	rows, err := db.Many[row](c.t.Context(), c.d, `SELECT id, kind FROM fact WHERE tenant_id = $1 AND id > $2 ORDER BY id`, actor.From(c.system).Tenant, c.last)
	c.must(err)
	kinds := make([]string, len(rows))
	for i, r := range rows {
		kinds[i], c.last = r.Kind, r.ID
	}
	return strings.Join(kinds, " ")
}
