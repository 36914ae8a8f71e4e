package mastodontest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coder/websocket"
)

func say(w http.ResponseWriter, status int, o any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(o) // who went away needs no answer
}

func refuse(w http.ResponseWriter, status int, words string) { say(w, status, Object{"error": words}) }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked[r.Method+" "+r.URL.Path]++
	locked, old := s.locked, s.Old
	s.mu.Unlock()
	path := r.URL.Path
	switch {
	case path != "/api/v1/streaming" && r.Header.Get("User-Agent") == "" || strings.HasPrefix(r.Header.Get("User-Agent"), "Go-http-client"):
		w.WriteHeader(http.StatusTeapot)
	case path == "/api/v2/instance" && !old, path == "/api/v1/instance":
		say(w, http.StatusOK, s.instance(path))
	case path == "/api/v2/instance":
		http.NotFound(w, r)
	case r.Method == http.MethodGet && strings.HasPrefix(path, "/media/"):
		_, _ = io.WriteString(w, "\x89PNG\r\n\x1a\n") // who went away needs no answer
	case token(r) != s.Token || locked:
		refuse(w, http.StatusUnauthorized, "The access token is invalid")
	default:
		s.known(w, r)
	}
}

// token is what a call is signed with; a stream may name it in other places, too, as browsers must.
func token(r *http.Request) string {
	said := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if r.URL.Path == "/api/v1/streaming" {
		said = cmp.Or(said, r.URL.Query().Get("access_token"), r.Header.Get("Sec-WebSocket-Protocol"))
	}
	return said
}

func (s *Server) instance(path string) Object {
	o := Object{"domain": Domain, "title": "Fala", "version": "4.5.2", "source_url": s.Source, "configuration": Object{
		"urls":              Object{"streaming": "ws" + strings.TrimPrefix(s.server.URL, "http")},
		"statuses":          Object{"max_characters": s.Most, "max_media_attachments": 4, "characters_reserved_per_url": 23},
		"media_attachments": Object{"supported_mime_types": []string{"image/jpeg", "image/png", "video/mp4"}, "image_size_limit": 16 << 20, "video_size_limit": 99 << 20},
	}}
	if path == "/api/v1/instance" {
		delete(o, "domain")
		o["uri"], o["urls"] = Domain, Object{"streaming_api": "ws" + strings.TrimPrefix(s.server.URL, "http")}
	}
	return o
}

// allowed reports whether the token is good for a scope.
func (s *Server) allowed(scope string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	whole, part, _ := strings.Cut(scope, ":")
	return part == "blocks" && slices.Contains(s.scopes, "follow") || slices.Contains(s.scopes, whole) || slices.Contains(s.scopes, scope)
}

// known serves who has the token.
func (s *Server) known(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	key := r.Method + " " + strings.Join(parts[:min(len(parts), 3)], "/")
	if len(parts) > 4 {
		key += " " + parts[4]
	}
	routes := map[string]struct {
		scope string
		do    func(http.ResponseWriter, *http.Request, string)
	}{
		"GET api/v1/accounts":              {"read:accounts", s.account},
		"POST api/v1/accounts block":       {"write:blocks", s.block},
		"POST api/v1/accounts unblock":     {"write:blocks", s.block},
		"GET api/v1/apps":                  {"read", s.app},
		"GET api/v1/notifications":         {"read:notifications", s.list},
		"GET api/v1/streaming":             {"read:statuses", s.stream},
		"GET api/v1/statuses":              {"read:statuses", s.get},
		"GET api/v1/statuses context":      {"read:statuses", s.context},
		"POST api/v1/statuses":             {"write:statuses", s.post},
		"PUT api/v1/statuses":              {"write:statuses", s.edit},
		"DELETE api/v1/statuses":           {"write:statuses", s.remove},
		"POST api/v1/statuses favourite":   {"write:favourites", s.favourite},
		"POST api/v1/statuses unfavourite": {"write:favourites", s.favourite},
		"POST api/v2/media":                {"write:media", s.upload},
		"GET api/v1/media":                 {"write:media", s.looked},
	}
	route, there := routes[key]
	switch {
	case !there:
		refuse(w, http.StatusNotFound, "The page you are looking for isn't here.")
		return
	case !s.allowed(route.scope) && !strings.HasSuffix(key, "apps"):
		refuse(w, http.StatusForbidden, "This action is outside the authorized scopes")
		return
	}
	id := ""
	if len(parts) > 3 {
		id = parts[3]
	}
	route.do(w, r, id)
}

// account is ours, or that of a name.
func (s *Server) account(w http.ResponseWriter, r *http.Request, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := strings.TrimSuffix(strings.ToLower(r.URL.Query().Get("acct")), "@"+Domain)
	switch {
	case id == "verify_credentials":
		say(w, http.StatusOK, s.person(s.Us))
	case id == "lookup" && slices.Contains(s.people(), name):
		say(w, http.StatusOK, s.person(name))
	default:
		refuse(w, http.StatusNotFound, "Record not found")
	}
}

func (s *Server) app(w http.ResponseWriter, _ *http.Request, _ string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	say(w, http.StatusOK, Object{"name": "Zongler", "scopes": s.scopes})
}

// list is the list of notifications, the newest first, by pages.
func (s *Server) list(w http.ResponseWriter, r *http.Request, _ string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit > 80 {
		limit = 40
	}
	all := slices.Clone(s.told)
	slices.SortFunc(all, func(a, b notification) int { return int(b.id - a.id) })
	bound := func(name string, out func(id, at int64) bool) {
		if at, err := strconv.ParseInt(q.Get(name), 10, 64); err == nil {
			all = slices.DeleteFunc(all, func(n notification) bool { return out(n.id, at) })
		}
	}
	bound("max_id", func(id, at int64) bool { return id >= at })
	bound("since_id", func(id, at int64) bool { return id <= at })
	bound("min_id", func(id, at int64) bool { return id <= at })
	if q.Has("min_id") { // those next to it, not the newest
		all = all[max(0, len(all)-limit):]
	}
	all = all[:min(len(all), limit)]
	page := make([]Object, len(all))
	for i, n := range all {
		page[i] = s.notice(n)
	}
	if len(all) > 0 {
		at := s.server.URL + "/api/v1/notifications?limit=" + strconv.Itoa(limit)
		w.Header().Set("Link", fmt.Sprintf(`<%s&max_id=%d>; rel="next", <%s&min_id=%d>; rel="prev"`, at, all[len(all)-1].id, at, all[0].id))
	}
	say(w, http.StatusOK, page)
}

// find returns a status that there is. It is called with the lock held.
func (s *Server) find(w http.ResponseWriter, id string) *Status {
	st := s.statuses[id]
	if st == nil || st.Gone || s.hides && s.blocked[st.By] {
		refuse(w, http.StatusNotFound, "Record not found")
		return nil
	}
	return st
}

func (s *Server) get(w http.ResponseWriter, _ *http.Request, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.find(w, id); st != nil {
		say(w, http.StatusOK, s.show(st))
	}
}

func (s *Server) context(w http.ResponseWriter, _ *http.Request, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.find(w, id)
	if st == nil {
		return
	}
	above, below := []Object{}, []Object{}
	for up := s.statuses[st.Parent]; up != nil && !up.Gone; up = s.statuses[up.Parent] {
		above = append([]Object{s.show(up)}, above...)
	}
	say(w, http.StatusOK, Object{"ancestors": above, "descendants": below})
}

// meet does what the menu says, and reports whether that is all.
func (s *Server) meet(w http.ResponseWriter) (after Fault, done bool) {
	s.mu.Lock()
	fault := Fault("")
	if len(s.faults) > 0 {
		fault, s.faults = s.faults[0], s.faults[1:]
	}
	if fault == Locked {
		s.locked = true
	}
	s.mu.Unlock()
	switch fault {
	case Busy:
		w.Header().Set("X-RateLimit-Limit", "300")
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", time.Now().Add(time.Second).UTC().Format("2006-01-02T15:04:05.000000Z"))
		refuse(w, http.StatusTooManyRequests, "Too many requests")
	case Refused:
		refuse(w, http.StatusUnprocessableEntity, "Validation failed: "+s.Reason)
	case Away:
		w.WriteHeader(http.StatusServiceUnavailable)
	case Locked:
		refuse(w, http.StatusUnauthorized, "The access token was revoked")
	default:
		return fault, false
	}
	return fault, true
}

// finish answers as the menu says: what was done is done.
func (s *Server) finish(w http.ResponseWriter, after Fault, o any) {
	switch after {
	case Silent:
		panic(http.ErrAbortHandler) // the line is cut
	case Lazy:
		w.WriteHeader(http.StatusInternalServerError)
	default:
		say(w, http.StatusOK, o)
	}
}

// subscribes waits until who has opened a line says what to tell over it.
func subscribes(ctx context.Context, conn *websocket.Conn) bool {
	_, raw, err := conn.Read(ctx)
	var said struct{ Type, Stream string }
	return err == nil && json.Unmarshal(raw, &said) == nil && said.Type == "subscribe" && said.Stream == "user"
}

// stream tells of what is new until the other end goes.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, _ string) {
	s.mu.Lock()
	deaf := s.deaf
	s.mu.Unlock()
	stream := r.URL.Query().Get("stream")
	if deaf || stream != "user" && stream != "" {
		refuse(w, http.StatusBadRequest, "Unknown stream")
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{s.Token}})
	if err != nil {
		return
	}
	defer conn.CloseNow() //nolint:errcheck // whoever is there needs no farewell
	if stream == "" && !subscribes(r.Context(), conn) {
		return
	}
	mine := make(chan []byte, 1000)
	s.mu.Lock()
	s.streams[mine] = true
	s.mu.Unlock()
	ctx := conn.CloseRead(context.WithoutCancel(r.Context()))
	for {
		select {
		case frame, more := <-mine:
			if !more || conn.Write(ctx, websocket.MessageText, frame) != nil {
				return
			}
		case <-ctx.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.streams, mine)
			return
		}
	}
}
