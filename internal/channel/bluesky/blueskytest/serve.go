package blueskytest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

func say(w http.ResponseWriter, o any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(o) // who went away needs no answer
}

func refuse(w http.ResponseWriter, status int, name, words string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Object{"error": name, "message": words}) // who went away needs no answer
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	method := strings.TrimPrefix(r.URL.Path, "/xrpc/")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[method]++
	chat := strings.HasPrefix(method, "chat.bsky.")
	switch token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "); {
	case r.URL.Path == "/"+DIDOf(s.Us):
		say(w, s.document())
	case method == "com.atproto.server.createSession":
		s.createSession(w, r)
	case method == "com.atproto.server.refreshSession":
		if s.locked || s.refresh == "" || token != s.refresh {
			refuse(w, http.StatusBadRequest, "ExpiredToken", "Token has been revoked")
			return
		}
		say(w, s.session())
	case s.locked:
		refuse(w, http.StatusUnauthorized, "AuthMissing", "Authentication Required")
	case s.access == "" || token != s.access:
		refuse(w, http.StatusBadRequest, "ExpiredToken", "Token has expired")
	case chat && r.Header.Get("Atproto-Proxy") != "did:web:api.bsky.chat#bsky_chat":
		refuse(w, http.StatusNotImplemented, "MethodNotImplemented", "Method Not Implemented")
	case chat && !s.Chat:
		refuse(w, http.StatusBadRequest, "InvalidToken", "Bad token method")
	default:
		s.known(w, r, method)
	}
}

func (s *Server) createSession(w http.ResponseWriter, r *http.Request) {
	var in struct{ Identifier, Password string }
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "Input must be an object")
		return
	}
	if s.locked || in.Password != s.Password || in.Identifier != s.Us && in.Identifier != DIDOf(s.Us) {
		refuse(w, http.StatusUnauthorized, "AuthenticationRequired", "Invalid identifier or password")
		return
	}
	say(w, s.session())
}

func (s *Server) known(w http.ResponseWriter, r *http.Request, method string) {
	do, there := map[string]func(http.ResponseWriter, *http.Request){
		"com.atproto.server.getSession":           func(w http.ResponseWriter, _ *http.Request) { say(w, Object{"did": DIDOf(s.Us), "handle": s.Us}) },
		"com.atproto.identity.resolveHandle":      s.resolve,
		"com.atproto.repo.putRecord":              s.putRecord,
		"com.atproto.repo.deleteRecord":           s.deleteRecord,
		"com.atproto.repo.uploadBlob":             s.uploadBlob,
		"app.bsky.notification.listNotifications": s.list,
		"app.bsky.feed.getPostThread":             s.thread,
		"app.bsky.feed.getPosts":                  s.getPosts,
		"app.bsky.actor.getProfile":               s.getProfile,
		"chat.bsky.convo.getLog":                  s.getLog,
		"chat.bsky.convo.getConvo":                s.getConvo,
		"chat.bsky.convo.getConvoForMembers":      s.getConvoForMembers,
		"chat.bsky.convo.sendMessage":             s.sendMessage,
	}[method]
	if !there {
		refuse(w, http.StatusNotImplemented, "MethodNotImplemented", "Method Not Implemented")
		return
	}
	do(w, r)
}

func (s *Server) resolve(w http.ResponseWriter, r *http.Request) {
	handle := r.URL.Query().Get("handle")
	if !strings.HasSuffix(handle, ".bsky.social") {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "Unable to resolve handle")
		return
	}
	say(w, Object{"did": DIDOf(handle)})
}

// meet does what the menu says, and reports whether that is all.
func (s *Server) meet(w http.ResponseWriter) (after Fault, done bool) {
	if len(s.faults) == 0 {
		return "", false
	}
	after, s.faults = s.faults[0], s.faults[1:]
	switch after {
	case Busy:
		w.Header().Set("RateLimit-Limit", "5000")
		w.Header().Set("RateLimit-Reset", strconv.FormatInt(time.Now().Unix()+1, 10))
		refuse(w, http.StatusTooManyRequests, "RateLimitExceeded", "Rate Limit Exceeded")
	case Refused:
		refuse(w, http.StatusBadRequest, "InvalidRequest", s.Reason)
	case Away:
		w.WriteHeader(http.StatusServiceUnavailable)
	case Locked:
		s.locked = true
		refuse(w, http.StatusUnauthorized, "AuthMissing", "Authentication Required")
	case Stale:
		s.access = ""
		refuse(w, http.StatusBadRequest, "ExpiredToken", "Token has expired")
	default:
		return after, false
	}
	return after, true
}

// finish answers as the menu says: what was done is done.
func finish(w http.ResponseWriter, after Fault, o any) {
	if after == Silent {
		panic(http.ErrAbortHandler) // the line is cut
	}
	say(w, o)
}

// list is the list of notifications, the newest first.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	all := slices.Clone(s.told)
	slices.SortStableFunc(all, func(a, b notification) int { return b.at.Compare(a.at) })
	from, _ := strconv.Atoi(q.Get("cursor")) // without one: the first page
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit > 100 {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "limit")
		return
	}
	all = all[min(from, len(all)):]
	page := []Object{}
	for _, n := range all[:min(limit, len(all))] {
		if p := s.posts[n.post]; s.shown(p) {
			page = append(page, s.notice(n))
		}
	}
	o := Object{"notifications": page, "seenAt": time.Now().UTC().Format(time.RFC3339)}
	if len(all) > limit {
		o["cursor"] = strconv.Itoa(from + limit)
	}
	say(w, o)
}

func (s *Server) thread(w http.ResponseWriter, r *http.Request) {
	p := s.posts[r.URL.Query().Get("uri")]
	if p == nil || p.Gone {
		refuse(w, http.StatusBadRequest, "NotFound", "Post not found: "+r.URL.Query().Get("uri"))
		return
	}
	if !s.shown(p) {
		say(w, Object{"thread": Object{"$type": "app.bsky.feed.defs#blockedPost", "uri": p.URI, "blocked": true, "author": Object{"did": DIDOf(p.By)}}})
		return
	}
	say(w, Object{"thread": Object{"$type": "app.bsky.feed.defs#threadViewPost", "post": s.show(p)}})
}

func (s *Server) getPosts(w http.ResponseWriter, r *http.Request) {
	all := []Object{}
	for _, uri := range r.URL.Query()["uris"] {
		if p := s.posts[uri]; s.shown(p) {
			all = append(all, s.show(p))
		}
	}
	say(w, Object{"posts": all})
}

func (s *Server) getLog(w http.ResponseWriter, r *http.Request) {
	logs := []Object{}
	if cursor := r.URL.Query().Get("cursor"); cursor != "" {
		from, err := strconv.Atoi(cursor)
		if err != nil || from > len(s.log) {
			refuse(w, http.StatusBadRequest, "InvalidRequest", "Bad cursor")
			return
		}
		for _, m := range s.log[from:] {
			logs = append(logs, Object{"$type": "chat.bsky.convo.defs#logCreateMessage", "rev": "1", "convoId": convoOf(m.With), "message": s.message(m)})
			logs = append(logs, Object{"$type": "chat.bsky.convo.defs#logReadMessage", "rev": "1", "convoId": convoOf(m.With)})
		}
	}
	say(w, Object{"logs": logs, "cursor": strconv.Itoa(len(s.log))})
}

func (s *Server) getConvo(w http.ResponseWriter, r *http.Request) {
	handle, is := strings.CutPrefix(r.URL.Query().Get("convoId"), "convo-")
	if !is {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "Convo not found")
		return
	}
	say(w, Object{"convo": s.convo(handle)})
}

func (s *Server) getConvoForMembers(w http.ResponseWriter, r *http.Request) {
	did := r.URL.Query().Get("members")
	for _, p := range s.posts {
		if DIDOf(p.By) == did && !s.closed[p.By] {
			say(w, Object{"convo": s.convo(p.By)})
			return
		}
	}
	refuse(w, http.StatusBadRequest, "InvalidRequest", "recipient has disabled incoming messages")
}

func (s *Server) sendMessage(w http.ResponseWriter, r *http.Request) {
	var in struct {
		ConvoID string
		Message struct{ Text string }
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil || utf8.RuneCountInString(in.Message.Text) > 1000 || in.Message.Text == "" {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "Invalid message")
		return
	}
	after, done := s.meet(w)
	if done {
		return
	}
	handle, is := strings.CutPrefix(in.ConvoID, "convo-")
	if !is || s.closed[handle] {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "recipient has disabled incoming messages")
		return
	}
	m := Message{ID: "3k" + strconv.Itoa(100000+len(s.log)), With: handle, Ours: true, Text: in.Message.Text, Sent: time.Now().UTC()}
	s.log = append(s.log, m)
	c := Call{Act: "message", Message: m}
	s.calls = append(s.calls, c)
	if do := s.before; do != nil {
		s.before = nil
		s.mu.Unlock()
		do(c)
		s.mu.Lock()
	}
	finish(w, after, s.message(m))
}
