package xtest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"time"
)

func nextIndex(s string) string {
	n, _ := strconv.Atoi(s) // it is made here
	return strconv.Itoa(n + 1)
}

type subscription struct {
	ID      string            `json:"subscription_id"`
	Event   string            `json:"event_type"`
	Filter  map[string]string `json:"filter"`
	Tag     string            `json:"tag,omitempty"`
	Webhook string            `json:"webhook_id,omitempty"`
}

type hook struct {
	ID    string `json:"id"`
	URL   string `json:"url"`
	Valid bool   `json:"valid"`
	Made  string `json:"created_at"`
}

// private are the events that only an account itself lets us hear of.
func private(event string) bool { return event != "post.create" && event != "post.delete" }

// subscribing keeps of what is told.
func (s *Server) subscribing(r *http.Request, account string, path []string, in map[string]any) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.Method {
	case http.MethodGet:
		return said(http.StatusOK, map[string]any{"data": s.subs, "meta": map[string]any{"total_subscriptions": len(s.subs)}})
	case http.MethodDelete:
		s.subs = slices.DeleteFunc(s.subs, func(x *subscription) bool { return x.ID == path[2] })
		return said(http.StatusOK, map[string]any{"data": map[string]any{"deleted": true}})
	}
	filter, _ := in["filter"].(map[string]any)
	user, _ := filter["user_id"].(string)
	event, _ := in["event_type"].(string)
	tag, _ := in["tag"].(string)
	webhook, _ := in["webhook_id"].(string)
	if private(event) && account != user {
		return problem(http.StatusForbidden, "not-authorized-for-resource", "Private events need the user's own authorization.")
	}
	if webhook != "" && !slices.ContainsFunc(s.hooks, func(h *hook) bool { return h.ID == webhook }) {
		return problem(http.StatusBadRequest, "invalid-request", "webhook_id")
	}
	if slices.ContainsFunc(s.subs, func(x *subscription) bool {
		return x.Event == event && x.Filter["user_id"] == user && x.Webhook == webhook
	}) {
		return problem(http.StatusBadRequest, "invalid-request", "DuplicateSubscription")
	}
	made := &subscription{ID: s.id(), Event: event, Filter: map[string]string{"user_id": user}, Tag: tag, Webhook: webhook}
	s.subs = append(s.subs, made)
	return said(http.StatusOK, map[string]any{"data": map[string]any{"subscription": made}})
}

// Subscribed returns the events that an account tells of, and to which hook.
func (s *Server) Subscribed(account string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]string{}
	for _, x := range s.subs {
		if x.Filter["user_id"] == account {
			all[x.Event] = x.Webhook
		}
	}
	return all
}

// Forget ends what an account tells of, as when somebody meddles.
func (s *Server) Forget(account, event string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.subs = slices.DeleteFunc(s.subs, func(x *subscription) bool { return x.Filter["user_id"] == account && x.Event == event })
}

// hooking keeps addresses, each after it has answered the challenge.
func (s *Server) hooking(r *http.Request, path []string, in map[string]any) answer {
	if r.Method == http.MethodGet {
		s.mu.Lock()
		defer s.mu.Unlock()
		return said(http.StatusOK, map[string]any{"data": s.hooks, "meta": map[string]any{"result_count": len(s.hooks)}})
	}
	if r.Method == http.MethodPut {
		s.mu.Lock()
		at := slices.IndexFunc(s.hooks, func(h *hook) bool { return h.ID == path[1] })
		s.mu.Unlock()
		if at < 0 {
			return problem(http.StatusNotFound, "resource-not-found", "webhook")
		}
		s.hooks[at].Valid = s.challenge(s.hooks[at].URL)
		return said(http.StatusOK, map[string]any{"data": map[string]any{"attempted": true}})
	}
	address, _ := in["url"].(string)
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Port() != "" || !s.challenge(address) {
		return problem(http.StatusBadRequest, "invalid-request", "CrcValidationFailed")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	made := &hook{ID: s.id(), URL: address, Valid: true, Made: time.Now().UTC().Format(time.RFC3339)}
	s.hooks = append(s.hooks, made)
	return said(http.StatusOK, map[string]any{"data": made})
}

// Invalidate marks an address as one that has failed for a day.
func (s *Server) Invalidate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.hooks {
		h.Valid = false
	}
}

// Valid reports whether there is an address that is told of events.
func (s *Server) Valid() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.hooks, func(h *hook) bool { return h.Valid })
}

// Sign is how X signs.
func (s *Server) Sign(text []byte) string {
	m := hmac.New(sha256.New, []byte(s.App.ConsumerSecret))
	m.Write(text)
	return "sha256=" + base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// challenge looks whether an address is ours.
func (s *Server) challenge(address string) bool {
	u, err := url.Parse(address)
	if err != nil || s.World == nil {
		return false
	}
	token := "challenge-" + s.ID()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, u.Path+"?crc_token="+token, nil)
	r.RemoteAddr = "10.200.1.1:4000"
	w := httptest.NewRecorder()
	s.World.ServeHTTP(w, r)
	var said struct {
		Token string `json:"response_token"`
	}
	return w.Code == http.StatusOK && json.Unmarshal(w.Body.Bytes(), &said) == nil && said.Token == s.Sign([]byte(token))
}

// Post posts bytes to an address of ours, signed or with a guess, and returns the status.
func (s *Server) Post(path string, body []byte, signed bool) int {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, bytes.NewReader(body))
	r.RemoteAddr = "10.200.1.1:4000"
	r.Header.Set("x-twitter-webhooks-signature", "sha256=Z3Vlc3NlZA==")
	if signed {
		r.Header.Set("x-twitter-webhooks-signature", s.Sign(body))
	}
	w := httptest.NewRecorder()
	s.World.ServeHTTP(w, r)
	return w.Code
}

// Event is something that X tells of.
type Event struct {
	Type, Account string
	Raw           []byte
}

func (s *Server) event(kind, account string, payload, beside any) Event {
	data := map[string]any{"event_uuid": "-" + s.id(), "filter": map[string]any{"user_id": account}, "event_type": kind, "tag": "zongler", "payload": payload}
	if beside != nil {
		data["includes"] = beside
	}
	return Event{kind, account, jsonOf(map[string]any{"data": data})}
}

// Event returns that something has happened to an account. It is told with Tell.
func (s *Server) Event(kind, account string, payload any) Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.event(kind, account, payload, nil)
}

// Posted returns that a post was written.
func (s *Server) Posted(kind, account string, p Post) Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.event(kind, account, s.shown(p, false), s.beside(p))
}

// Messaged returns that a message was written.
func (s *Server) Messaged(kind, account string, m Message) Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.event(kind, account, s.told(m), nil)
}

// Tell tells of what has happened, to whom there is that listens for it, and reports whether there is anybody.
func (s *Server) Tell(all ...Event) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	heard := true
	for _, e := range all {
		heard = s.tell(e) && heard
	}
	return heard
}

// tell holds the lock.
func (s *Server) tell(e Event) bool {
	heard := false
	for _, x := range s.subs {
		if x.Event != e.Type || x.Filter["user_id"] != e.Account {
			continue
		}
		for _, h := range s.hooks {
			if h.ID == x.Webhook && h.Valid {
				heard = true
				path := h.URL[len("https://")+bytes.IndexByte([]byte(h.URL[len("https://"):]), '/'):]
				s.mu.Unlock()
				s.Post(path, e.Raw, true)
				s.mu.Lock()
			}
		}
		if x.Webhook == "" && s.listener != nil {
			heard = true
			s.listener <- e.Raw
		}
		break
	}
	return heard
}

// Joined is closed once somebody listens.
func (s *Server) Joined() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.joined
}

// Hang ends the stream, as when the line breaks.
func (s *Server) Hang() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		close(s.listener)
		s.listener, s.joined = nil, make(chan struct{})
	}
}

// waiting bounds what waits for a listener that is slow: behind it X would hang up.
const waiting = 10_000

// stream tells one listener of everything.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.listener != nil {
		s.mu.Unlock()
		s.write(w, r, problem(http.StatusTooManyRequests, "streaming-connection", "This stream is currently at the maximum allowed connection limit."))
		return
	}
	mine := make(chan []byte, waiting)
	s.listener = mine
	close(s.joined)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		if s.listener == mine {
			s.listener, s.joined = nil, make(chan struct{})
		}
		s.mu.Unlock()
	}()
	w.WriteHeader(http.StatusOK)
	flusher, _ := w.(http.Flusher)
	_, _ = w.Write([]byte("\r\n")) // the first mark of life
	flusher.Flush()
	for {
		select {
		case raw, open := <-mine:
			if !open {
				return
			}
			if _, err := w.Write(append(bytes.Clone(raw), '\r', '\n')); err != nil {
				return
			}
			flusher.Flush()
		case <-r.Context().Done():
			return
		}
	}
}
