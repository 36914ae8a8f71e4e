package admin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/admin"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/httpx/httpxtest"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/tenant"
)

// routingSite is the configuration of routing over one brand, in which everybody reaches the user ola.
type routingSite struct {
	t       *testing.T
	d       *db.DB
	handler http.Handler
	system  context.Context
	brand   id.Brand
	ola     id.User
	last    id.Fact
}

type plainTexts struct{}

func (plainTexts) Language(string) string                         { return "en" }
func (plainTexts) Text(_, _, key string, _ map[string]any) string { return key }

type noCalendars struct{}

func (noCalendars) Has(context.Context, db.Queryer, id.Tenant, id.Calendar) (bool, error) {
	return false, nil
}

func (s *routingSite) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return slices.DeleteFunc(slices.Clone(users), func(u id.User) bool { return u != s.ola }), nil
}

func (s *routingSite) AskBrands(_ context.Context, _ db.Queryer, user id.User) func(context.Context) (actor.Brands, error) {
	return func(context.Context) (actor.Brands, error) { return actor.Brands{All: user == s.ola}, nil }
}

func (s *routingSite) Reach(_ context.Context, _ db.Queryer, _ actor.Permission, users []id.User) ([]id.User, error) {
	for _, u := range users {
		if u == s.ola {
			return []id.User{u}, nil
		}
	}
	return nil, nil
}

func newRoutingSite(t *testing.T, d *db.DB) *routingSite {
	t.Helper()
	s := &routingSite{t: t, d: d, ola: id.New[id.User]()}
	brands := tenant.New(d, noCalendars{})
	err := d.Update(t.Context(), func(tx *db.Tx) error {
		_, ctx, err := brands.Found(t.Context(), tx, "Demo operator", "")
		if err != nil {
			return err
		}
		s.system = ctx
		b, err := brands.CreateIn(ctx, tx, tenant.NewBrand{Name: "Vásárfia", Color: "#9c36b5", Languages: []string{"hu"}, TimeZone: "Europe/Budapest"})
		s.brand = b.ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	problems := httpx.NewProblems(plainTexts{}, slog.New(slog.DiscardHandler))
	mux := http.NewServeMux()
	api := httpx.NewAPI(mux, httpx.Config{Title: "Zongler", Version: "1", Problems: problems, Idempotency: httpxtest.NewStore()})
	admin.RegisterQueues(api, routing.NewQueues(d, noCalendars{}))
	admin.RegisterSkills(api, routing.NewSkills(d))
	admin.RegisterAwayReasons(api, routing.NewAwayReasons(d))
	admin.RegisterDispositions(api, routing.NewDispositions(d))
	admin.RegisterAgents(api, routing.NewStaffing(d, s))
	admin.RegisterWorkMix(api, routing.NewStaffing(d, s))
	s.handler = httpx.Chain(mux, httpx.RequestID, problems.Recover, s.signIn)
	s.facts()
	return s
}

// signIn believes the header As: a role, for the one brand or, with a star, for all.
func (s *routingSite) signIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if role, everywhere := strings.CutSuffix(r.Header.Get("As"), "*"); role != "" {
			r = r.WithContext(actor.With(r.Context(), actor.Actor{
				Kind: actor.User, Tenant: actor.From(s.system).Tenant, User: s.ola, Session: 1,
				Rights: actor.BuiltIn(role).Rights(), Brands: actor.Brands{All: everywhere, Some: []id.Brand{s.brand}},
			}))
		}
		next.ServeHTTP(w, r)
	})
}

// call sends a request and returns the status and the body, read as JSON.
func (s *routingSite) call(as, method, target, body, attempt string) (int, map[string]any) {
	s.t.Helper()
	r := httptest.NewRequest(method, "/api/v1"+target, strings.NewReader(body))
	r.Header.Set("As", as)
	r.Header.Set("Idempotency-Key", attempt)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	answer := map[string]any{}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			s.t.Fatalf("%s %s: %d %s", method, target, w.Code, w.Body)
		}
	}
	return w.Code, answer
}

func (s *routingSite) facts() string {
	s.t.Helper()
	type row struct {
		ID   id.Fact
		Kind string
	}
	rows, err := db.Many[row](s.t.Context(), s.d, `SELECT id, kind FROM fact WHERE tenant_id = $1 AND id > $2 ORDER BY id`, actor.From(s.system).Tenant, s.last)
	if err != nil {
		s.t.Fatal(err)
	}
	kinds := make([]string, len(rows))
	for i, r := range rows {
		kinds[i], s.last = r.Kind, r.ID
	}
	return strings.Join(kinds, " ")
}

// said puts an answer into one line: name, code of a problem, its fields.
func said(answer map[string]any) string {
	line := fmt.Sprintf("name:%v code:%v", answer["name"], answer["code"])
	fields, _ := answer["errors"].([]any)
	for _, f := range fields {
		one, _ := f.(map[string]any)
		line += fmt.Sprintf(" %v=%v", one["path"], one["code"])
	}
	return line
}

func TestThingsOfRoutingAreConfiguredOverHTTP(t *testing.T) {
	t.Parallel()
	const changed = "configuration.changed"
	for _, thing := range []struct{ path, create, patch, missing string }{
		{"/queues", `{"name":"Support","brand_id":"BRAND","target_seconds":20}`, `{"name":"Care"}`, "queue.not_found"},
		{"/skills", `{"name":"Support"}`, `{"name":"Care"}`, "skill.not_found"},
		{"/away-reasons", `{"name":"Support","paid":false}`, `{"name":"Care"}`, "away_reason.not_found"},
		{"/dispositions", `{"name":"Support"}`, `{"name":"Care"}`, "disposition.not_found"},
	} {
		t.Run(thing.path, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				s := newRoutingSite(t, d)
				create := strings.ReplaceAll(thing.create, "BRAND", s.brand.String())
				status, made := s.call("administrator", "POST", thing.path, create, "first")
				if status != 201 || made["name"] != "Support" || s.facts() != changed {
					t.Fatalf("making: %d %v", status, made)
				}
				one := thing.path + "/" + fmt.Sprint(made["id"])
				for _, step := range []struct {
					what, as, method, target, body, attempt string
					status                                  int
					want, facts                             string
				}{
					{"the same attempt again", "administrator", "POST", thing.path, create, "first", 201, "name:Support", ""},
					{"another attempt", "administrator", "POST", thing.path, create, "second", 422, "name=name.taken", ""},
					{"an agent makes one", "agent", "POST", thing.path, create, "third", 403, "code:forbidden", ""},
					{"nobody is signed in", "", "GET", thing.path, "", "", 401, "code:unauthenticated", ""},
					{"reading it", "agent", "GET", one, "", "", 200, "name:Support", ""},
					{"one that is none", "agent", "GET", thing.path + "/5", "", "", 404, thing.missing, ""},
					{"changing it", "administrator", "PATCH", one, thing.patch, "", 200, "name:Care", changed},
					{"changing one that is none", "administrator", "PATCH", thing.path + "/5", thing.patch, "", 404, thing.missing, ""},
					{"an agent changes it", "agent", "PATCH", one, thing.patch, "", 403, "code:forbidden", ""},
					{"a field that is none", "administrator", "PATCH", one, `{"name":"x","colour":"red"}`, "", 422, "colour=unknown", ""},
					{"an empty name", "administrator", "PATCH", one, `{"name":""}`, "", 422, "name=", ""},
					{"archiving", "administrator", "POST", one + "/archive", "", "", 200, "name:Care", changed},
					{"restoring", "administrator", "POST", one + "/restore", "", "", 200, "name:Care", changed},
				} {
					status, answer := s.call(step.as, step.method, step.target, step.body, step.attempt)
					if got := s.facts(); status != step.status || !strings.Contains(said(answer), step.want) || got != step.facts {
						t.Errorf("%s: %d %v, facts %q", step.what, status, answer, got)
					}
				}
			})
		})
	}
}

func TestQueuesArePaged(t *testing.T) {
	t.Parallel()
	s := newRoutingSite(t, dbtest.SQLite(t))
	for _, name := range []string{"Zwroty", "Áruk", "Płatności"} {
		s.call("administrator", "POST", "/queues", fmt.Sprintf(`{"name":%q,"brand_id":"%d"}`, name, s.brand), "")
	}
	var names []any
	for cursor := ""; ; {
		status, page := s.call("agent", "GET", "/queues?limit=1&cursor="+cursor, "", "")
		items, _ := page["items"].([]any)
		if status != 200 || len(items) != 1 {
			t.Fatalf("%d %v", status, page)
		}
		one, _ := items[0].(map[string]any)
		names = append(names, one["name"])
		next, more := page["next"].(string)
		if !more {
			break
		}
		cursor = next
	}
	if fmt.Sprint(names) != "[Áruk Płatności Zwroty]" {
		t.Errorf("%v", names)
	}
	if status, answer := s.call("agent", "GET", "/queues?cursor=!!", "", ""); status != 422 || !strings.Contains(said(answer), "query.cursor=format.cursor") {
		t.Errorf("%d %v", status, answer)
	}
}

func TestAgentsAreConfiguredOverHTTP(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRoutingSite(t, d)
		_, skill := s.call("administrator", "POST", "/skills", `{"name":"Magyar"}`, "")
		s.facts()
		one := fmt.Sprintf("/agents/%d", s.ola)
		body := fmt.Sprintf(`{"capacity":120,"loads":{"chat":40},"skills":[{"skill_id":"%v","level":9}]}`, skill["id"])
		status, answer := s.call("administrator", "PATCH", one, body, "")
		if status != 200 || fmt.Sprint(answer["capacity"], answer["loads"]) != "120 map[chat:40]" || s.facts() != "agent.changed" {
			t.Errorf("%d %v", status, answer)
		}
		status, answer = s.call("administrator", "PATCH", one, `{"capacity":5,"skills":[{"skill_id":"5","level":1}]}`, "")
		if status != 422 || !strings.Contains(said(answer), "capacity=number.min skills[0].skill_id=reference") || s.facts() != "" {
			t.Errorf("%d %v", status, answer)
		}
		status, answer = s.call("agent", "PATCH", one, `{}`, "")
		if status != 403 {
			t.Errorf("%d %v", status, answer)
		}
		if status, answer = s.call("administrator", "GET", "/agents/5", "", ""); status != 404 || answer["code"] != "agent.not_found" {
			t.Errorf("%d %v", status, answer)
		}
		status, answer = s.call("administrator", "GET", "/agents", "", "")
		if items, _ := answer["items"].([]any); status != 200 || len(items) != 1 {
			t.Errorf("%d %v", status, answer)
		}
	})
}
