package httpx_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/httpx/httpxtest"
)

// texts answers with the key itself, so that tests see what was asked for.
type texts struct{}

func (texts) Language(accept string) string {
	if strings.HasPrefix(accept, "pl") {
		return "pl"
	}
	return "en"
}

func (texts) Text(lang, catalogue, key string, values map[string]any) string {
	if len(values) == 0 {
		return lang + "/" + catalogue + "/" + key
	}
	return fmt.Sprintf("%s/%s/%s %v", lang, catalogue, key, values)
}

// queue is the thing of the operations under test.
type queue struct {
	ID    id.Queue `json:"id"`
	Name  string   `json:"name" minLength:"2" maxLength:"10"`
	Kind  string   `json:"kind,omitempty" enum:"chat,mail"`
	Hours []hours  `json:"hours,omitempty" maxItems:"3"`
}

type hours struct {
	From int `json:"from" minimum:"0" maximum:"23"`
}

type queueInput struct {
	ID     id.Queue            `path:"id"`
	Team   id.Team             `query:"team"`
	Others httpx.IDs[id.Queue] `query:"others"`
}

type queueOutput struct{ Body queue }

type listInput struct{ httpx.PageQuery }

type listOutput struct{ Body httpx.Page[queue] }

type createInput struct{ Body queue }

// site is an API with a few operations behind a sign-in that believes its headers.
type site struct {
	api     *httpx.API
	handler http.Handler
	log     strings.Builder
	created int
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{}
	problems := httpx.NewProblems(texts{}, slog.New(slog.NewTextHandler(&s.log, nil)))
	mux := http.NewServeMux()
	s.api = httpx.NewAPI(mux, httpx.Config{Title: "Zongler", Version: "1", Problems: problems, Idempotency: httpxtest.NewStore()})
	s.register()
	s.handler = httpx.Chain(mux, httpx.RequestID, problems.Recover, httpx.SecurityHeaders, problems.CrossOrigin("/w/"), signIn)
	return s
}

func (s *site) register() {
	httpx.Register(s.api, httpx.Operation{
		ID: "getQueue", Method: http.MethodGet, Path: "/api/v1/queues/{id}", Tag: "queues", Summary: "One queue",
		Permission: actor.QueueRead, Errors: []httpx.Code{{Kind: errs.NotFound, Code: "queue.unknown"}},
	}, getQueue)
	httpx.Register(s.api, httpx.Operation{
		ID: "listQueues", Method: http.MethodGet, Path: "/api/v1/queues", Tag: "queues", Access: httpx.SignedIn,
	}, func(_ context.Context, in *listInput) (*listOutput, error) {
		var last id.Queue
		if _, err := in.After(&last); err != nil {
			return nil, err
		}
		items := []queue{{ID: last + 1, Name: "aa"}, {ID: last + 2, Name: "bb"}}
		page, err := httpx.NewPage(items, min(in.Size(), 1), func(q queue) any { return q.ID })
		return &listOutput{Body: page}, err
	})
	httpx.Register(s.api, httpx.Operation{
		ID: "createQueue", Method: http.MethodPost, Path: "/api/v1/queues", Tag: "queues", Permission: actor.QueueEdit,
		Creates: true, MaxBody: 1000,
	}, func(_ context.Context, in *createInput) (*queueOutput, error) {
		if in.Body.Name == "taken" {
			return nil, errs.New(errs.Conflict, "queue.Create", "queue.taken")
		}
		s.created++
		in.Body.ID = id.Queue(s.created)
		return &queueOutput{Body: in.Body}, nil
	})
}

// getQueue fails in as many ways as there are small keys.
func getQueue(_ context.Context, in *queueInput) (*queueOutput, error) {
	switch in.ID {
	case 1:
		return nil, errs.New(errs.NotFound, "queue.Get", "queue.unknown").With(errs.Values{"id": in.ID})
	case 2:
		return nil, fmt.Errorf("dial 10.0.0.7: password=hunter2")
	case 3:
		panic("poisoned")
	case 4:
		return nil, errs.E(errs.Unavailable, "queue.Get", io.ErrUnexpectedEOF)
	}
	name := fmt.Sprint(len(in.Others.List), " ", in.Team)
	return &queueOutput{Body: queue{ID: in.ID, Name: name}}, nil
}

// signIn believes the header As: a role and the tenant.
func signIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if role := r.Header.Get("As"); role != "" {
			a := actor.Actor{Kind: actor.User, Tenant: 1, User: 7, Session: 9, Rights: actor.BuiltIn(role).Rights()}
			r = r.WithContext(actor.With(r.Context(), a))
		}
		next.ServeHTTP(w, r)
	})
}

// call sends a request; headers are given as "Name: value".
func (s *site) call(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, reader)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func problemOf(t *testing.T, w *httptest.ResponseRecorder) httpx.Problem {
	t.Helper()
	var p httpx.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %q", ct)
	}
	if p.Status != w.Code || p.RequestID == "" || p.Type != "/problems/"+p.Code {
		t.Errorf("problem %+v in an answer %d", p, w.Code)
	}
	return p
}
