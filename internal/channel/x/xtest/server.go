package xtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// App is the operator's app.
type App struct {
	ClientID, ClientSecret, Bearer, ConsumerSecret string
}

// TheApp is the one that the server knows.
func TheApp() App {
	//nolint:gosec // nobody else knows them
	return App{ClientID: "emhvbmdsZXI6MTpjaQ", ClientSecret: "client-secret-of-the-app", Bearer: "AAAAbearer-of-the-app", ConsumerSecret: "consumer-secret"}
}

// Account is somebody at X.
type Account struct {
	ID, Username, Name string
}

// Call is what it was asked and has done to posts and messages.
type Call struct {
	Account string
	Action  string // post, delete, hide, message
	Name    string // of what was made
	Target  string
	Text    string
	On      bool
	Files   int
}

// Server is X.
type Server struct {
	App    App
	Reason string       // of Refused
	World  http.Handler // what it reaches at the addresses that it posts to
	Echoes bool         // it tells of what we have done, as X does

	judge  *judge
	server *httptest.Server

	mu       sync.Mutex
	broken   []string // requests that X would not know
	people   map[string]Account
	tokens   map[string]string // access, by account
	renewals map[string]string // good ones, by account
	spent    map[string]string
	codes    map[string]string
	posts    map[string]*Post
	messages []*Message
	files    map[string]*file
	subs     []*subscription
	hooks    []*hook
	listener chan []byte
	joined   chan struct{} // closed once somebody listens
	calls    []Call
	faults   []Fault
	locked   bool
	lose     bool // the next renewal's answer
	limits   map[string]int
	windows  map[string]*window
	before   func(Call)
	last     int64
}

// New starts it.
func New() (*Server, error) {
	j, err := newJudge()
	if err != nil {
		return nil, err
	}
	s := &Server{
		App: TheApp(), judge: j, people: map[string]Account{}, tokens: map[string]string{}, renewals: map[string]string{}, spent: map[string]string{},
		codes: map[string]string{}, posts: map[string]*Post{}, files: map[string]*file{}, joined: make(chan struct{}), windows: map[string]*window{},
		limits: usualLimits(), last: 2_080_000_000_000_000_000,
	}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s, nil
}

// URL is where it is.
func (s *Server) URL() string { return s.server.URL }

// Close ends it.
func (s *Server) Close() {
	s.server.CloseClientConnections()
	s.server.Close()
}

// Broken returns the requests that X would not know.
func (s *Server) Broken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.broken)
}

// Next says what becomes of the next posts, messages and acts, one fault for each.
func (s *Server) Next(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Unlock takes tokens again.
func (s *Server) Unlock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked = false
}

// Calls returns what it has done, the oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// BeforeAnswer has do called with the next post or message, once it is taken and before that is said.
func (s *Server) BeforeAnswer(do func(Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = do
}

// ID returns a new id.
func (s *Server) ID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id()
}

func (s *Server) id() string {
	s.last += 4_194_304
	return strconv.FormatInt(s.last, 10)
}

// answer is what is said to a request.
type answer struct {
	status int
	body   any
	silent bool // the line breaks instead
}

func said(status int, body any) answer { return answer{status: status, body: body} }

// problem is an error as X says it.
func problem(status int, kind, detail string) answer {
	return said(status, map[string]any{"type": "https://api.x.com/2/problems/" + kind, "title": http.StatusText(status), "detail": detail, "status": status})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 16<<20))
	if err != nil {
		return
	}
	if strings.HasPrefix(r.URL.Path, "/2/oauth2/") {
		s.write(w, r, s.oauth(r, body))
		return
	}
	account, app := s.speaks(r)
	if err := s.judge.refuses(r, body, func(scheme string) bool {
		return scheme == "BearerToken" && app || scheme == "OAuth2UserToken" && account != ""
	}); err != nil && (app || account != "") {
		s.mu.Lock()
		s.broken = append(s.broken, err.Error())
		s.mu.Unlock()
		s.write(w, r, problem(http.StatusBadRequest, "invalid-request", err.Error()))
		return
	}
	if !app && account == "" {
		s.write(w, r, problem(http.StatusUnauthorized, "unauthorized", "Unauthorized"))
		return
	}
	if wait := s.count(w, r, account); wait {
		s.write(w, r, problem(http.StatusTooManyRequests, "rate-limit-exceeded", "Too Many Requests"))
		return
	}
	if r.URL.Path == "/2/activity/stream" {
		s.stream(w, r)
		return
	}
	s.write(w, r, s.do(r, account, body))
}

// speaks says for whom a request speaks: an account, or the app.
func (s *Server) speaks(r *http.Request) (account string, app bool) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	if token == s.App.Bearer {
		return "", true
	}
	if s.locked {
		return "", false
	}
	for id, access := range s.tokens {
		if access == token {
			return id, false
		}
	}
	return "", false
}

func (s *Server) write(w http.ResponseWriter, _ *http.Request, a answer) {
	if a.silent {
		panic(http.ErrAbortHandler)
	}
	kind := "application/json"
	if a.status >= 400 {
		kind = "application/problem+json"
	}
	if raw, is := a.body.(rawBody); is {
		w.WriteHeader(a.status)
		_, _ = w.Write(raw) // who went away needs no answer
		return
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(a.status)
	if a.body != nil {
		_ = json.NewEncoder(w).Encode(a.body) // who went away needs no answer
	}
}

// do does what is asked.
func (s *Server) do(r *http.Request, account string, body []byte) answer {
	var in map[string]any
	_ = json.Unmarshal(body, &in) // of what is none it is empty
	path := strings.Split(strings.TrimPrefix(r.URL.Path, "/2/"), "/")
	switch {
	case path[0] == "users" && path[1] == "me":
		return s.me(account)
	case path[0] == "users" && len(path) == 2:
		return s.me(path[1])
	case path[0] == "users":
		return s.mentions(path[1], r.URL.Query())
	case path[0] == "activity" && path[1] == "subscriptions":
		return s.subscribing(r, account, path, in)
	case path[0] == "webhooks":
		return s.hooking(r, path, in)
	case path[0] == "dm_events":
		return s.kept(account, r.URL.Query())
	case path[0] == "dm_conversations" && path[1] == "media":
		return s.download(path[2:])
	case path[0] == "media":
		return s.media(r, path, in, body)
	case path[0] == "tweets" && r.Method == http.MethodGet:
		return s.lookup(r.URL.Query().Get("ids"))
	}
	return s.act(r, account, path, in)
}

// act does what can go wrong.
func (s *Server) act(r *http.Request, account string, path []string, in map[string]any) answer {
	silent, a := s.fault()
	if a != nil {
		return *a
	}
	var done answer
	switch {
	case path[0] == "dm_conversations":
		done = s.sends(account, path[2], in)
	case r.Method == http.MethodPost:
		done = s.replies(account, in)
	case r.Method == http.MethodDelete:
		done = s.deletes(account, path[1])
	default:
		done = s.hides(account, path[1], in["hidden"] == true)
	}
	s.mu.Lock()
	before := s.before
	var last Call
	if done.status < 300 && before != nil && len(s.calls) > 0 {
		last, s.before = s.calls[len(s.calls)-1], nil
	} else {
		before = nil
	}
	s.mu.Unlock()
	if before != nil {
		before(last)
	}
	done.silent = silent
	return done
}

// fault returns what goes wrong with the next act.
func (s *Server) fault() (silent bool, instead *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == 0 {
		return false, nil
	}
	f := s.faults[0]
	s.faults = s.faults[1:]
	var a answer
	switch f {
	case Silent:
		return true, nil
	case Busy:
		a = problem(http.StatusTooManyRequests, "rate-limit-exceeded", "Too Many Requests")
	case Capped:
		a = problem(http.StatusTooManyRequests, "usage-capped", "Usage cap exceeded: Monthly product cap")
	case Refused:
		a = problem(http.StatusForbidden, "about:blank", s.Reason)
	case Away:
		a = said(http.StatusServiceUnavailable, nil)
	case Failing:
		a = problem(http.StatusInternalServerError, "internal-error", "Internal Server Error")
	case Partial:
		a = said(http.StatusOK, map[string]any{"errors": []any{problem(http.StatusForbidden, "not-authorized-for-resource", s.Reason).body}})
	case Locked:
		s.locked = true
		a = problem(http.StatusUnauthorized, "unauthorized", "Unauthorized")
	}
	return false, &a
}

func (s *Server) me(id string) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, known := s.people[id]
	if !known {
		return said(http.StatusOK, map[string]any{"errors": []any{problem(http.StatusNotFound, "resource-not-found", "Could not find user with id: ["+id+"].").body}})
	}
	return said(http.StatusOK, map[string]any{"data": p.shown()})
}

func (p Account) shown() map[string]any {
	return map[string]any{"id": p.ID, "name": p.Name, "username": p.Username}
}

// window is a limit being counted.
type window struct {
	left   int
	resets time.Time
}

// usualLimits are how often an account may ask in a quarter of an hour, by routes.
func usualLimits() map[string]int {
	return map[string]int{
		"GET /2/dm_events": 15, "POST /2/dm_conversations/with": 15, "POST /2/tweets": 100, "PUT /2/tweets": 50, "DELETE /2/tweets": 50, "GET /2/users": 300,
		"GET /2/tweets": 900, "GET /2/activity/stream": 50,
	}
}

// Limit sets how often something may be asked for in a quarter of an hour: "POST /2/tweets".
func (s *Server) Limit(route string, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits[route] = times
}

// count counts a request, says what is left, and reports whether there is too much of it.
func (s *Server) count(w http.ResponseWriter, r *http.Request, account string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for route, most := range s.limits {
		method, path, _ := strings.Cut(route, " ")
		if r.Method != method || !strings.HasPrefix(r.URL.Path, path) {
			continue
		}
		name := account + " " + route
		at := s.windows[name]
		if at == nil || !at.resets.After(time.Now()) {
			at = &window{most, time.Now().Add(15 * time.Minute)}
			s.windows[name] = at
		}
		over := at.left <= 0
		at.left = max(at.left-1, 0)
		h := w.Header() // X writes them now so, now so
		h["x-rate-limit-limit"] = []string{strconv.Itoa(most)}
		h["X-Rate-Limit-Remaining"] = []string{strconv.Itoa(at.left)}
		h["x-rate-limit-reset"] = []string{strconv.FormatInt(at.resets.Unix(), 10)}
		if len(s.faults) > 0 && s.faults[0] == Busy && r.Method != http.MethodGet {
			h["x-rate-limit-reset"] = []string{strconv.FormatInt(time.Now().Unix()+1, 10)}
		}
		return over
	}
	return false
}

// jsonOf is v as bytes.
func jsonOf(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprint("xtest: ", err)) // it is made here
	}
	return bytes.TrimSpace(raw)
}
