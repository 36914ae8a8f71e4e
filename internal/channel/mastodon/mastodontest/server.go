// Package mastodontest is a Mastodon server to test against, with one account of ours and
// everybody else's. It holds calls to what Mastodon holds them to: a name of the caller, a
// token, its scopes, the length of a text as the server counts it, files that are ready,
// whom an answer may address, whom one may block. A status that comes twice under one key is
// one; lists are paged by the Link header alone; what is told over the stream is JSON within
// JSON. As GoToSocial does, it may hide what those have said who are blocked (Hides). It has
// a menu of what goes wrong (Fault).
//
// What must never break: what it takes, it has; who is not named in a status is not told of
// it, nor who is blocked.
package mastodontest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is what the server does with what we write instead of taking it.
type Fault string

// The fault menu.
const (
	Busy    Fault = "busy"    // 429 with the time when to come again, once
	Refused Fault = "refused" // 422 with Reason, once
	Away    Fault = "away"    // 503 of whoever stands before it, once
	Locked  Fault = "locked"  // 401, until Unlock
	Silent  Fault = "silent"  // it does what it is asked, and the line breaks before it says so
	Lazy    Fault = "lazy"    // 500, after it was done
)

// Domain is what stands behind the @ of the server's people.
const Domain = "fala.example"

// Object is something in the server's words.
type Object map[string]any

// Status is what somebody has said.
type Status struct {
	ID         string
	By         string // acct
	Text       string
	Parent     string
	Visibility string
	Warning    string
	Files      []string
	Created    time.Time
	Edited     time.Time
	Key        string
	Favourite  bool
	Gone       bool
}

// Call is something that we have asked for, and that was done.
type Call struct {
	Act    string // "post", "edit", "delete", "favourite", "unfavourite", "block", "unblock"
	Status Status // as it is after that
	Who    string // acct of who was blocked, or let in again
}

// file is what goes with a status.
type file struct {
	kind  string
	size  int
	looks int // before it is ready
}

// Server is one.
type Server struct {
	Token  string
	Us     string // our acct
	Reason string // of Refused
	Most   int    // characters
	Source string // where its program comes from
	Old    bool   // it knows the first version of its description alone

	server *httptest.Server

	mu       sync.Mutex
	scopes   []string
	statuses map[string]*Status
	order    []string
	told     []notification
	files    map[string]*file
	calls    []Call
	faults   []Fault
	locked   bool
	next     int64
	streams  map[chan []byte]bool
	deaf     bool // no stream begins
	before   func(Status)
	asked    map[string]int
	notified map[string][]string // acct to statuses
	blocked  map[string]bool     // acct
	hides    bool                // what those have said who are blocked
}

type notification struct {
	id      int64
	status  string
	created time.Time
}

// New starts one.
func New() *Server {
	s := &Server{
		Token: "fala-" + strings.Repeat("t0k3n", 8), Us: "fala", Most: 500, Source: "https://github.com/mastodon/mastodon",
		scopes: []string{"read", "write"}, statuses: map[string]*Status{}, files: map[string]*file{}, next: 1000, streams: map[chan []byte]bool{},
		asked: map[string]int{}, notified: map[string][]string{}, blocked: map[string]bool{},
	}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// URL is where it is.
func (s *Server) URL() string { return s.server.URL }

// Close ends it.
func (s *Server) Close() {
	s.Break()
	s.server.CloseClientConnections()
	s.server.Close()
}

// Scope gives the token other scopes.
func (s *Server) Scope(scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scopes = scopes
}

// Next says what becomes of what we write next, one fault for each.
func (s *Server) Next(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// BeforeAnswer has do called with the next status that we write, once it was taken and before we know.
func (s *Server) BeforeAnswer(do func(Status)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = do
}

// Unlock gives the token back.
func (s *Server) Unlock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked = false
}

// Deafen has no stream begin, or has them begin again; those that there are end.
func (s *Server) Deafen(deaf bool) {
	s.mu.Lock()
	s.deaf = deaf
	s.mu.Unlock()
	s.Break()
}

// Break ends all streams.
func (s *Server) Break() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.streams {
		close(c)
		delete(s.streams, c)
	}
}

// Streams returns how many listen.
func (s *Server) Streams() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.streams)
}

// Calls returns what we have asked for and was done, the oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Asked returns how often something was asked for.
func (s *Server) Asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// Notified returns of which statuses somebody was told.
func (s *Server) Notified(acct string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notified[acct])
}

// Hides has it show nothing of what those have said whom we have blocked, as GoToSocial does.
func (s *Server) Hides() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hides = true
}

// Blocked reports whether we have blocked somebody.
func (s *Server) Blocked(acct string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blocked[acct]
}

// Find returns a status.
func (s *Server) Find(id string) (Status, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, there := s.statuses[id]
	if !there {
		return Status{}, false
	}
	return *st, true
}

// number returns a new number. It is called with the lock held.
func (s *Server) number() int64 {
	s.next++
	return s.next
}

// Says has somebody say something: whom it names is told. A status without a name gets one.
func (s *Server) Says(st Status) Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.says(st)
}

func (s *Server) says(st Status) Status {
	if st.ID == "" {
		st.ID = strconv.FormatInt(s.number(), 10)
	}
	if st.Visibility == "" {
		st.Visibility = "public"
	}
	if st.Created.IsZero() {
		st.Created = time.Now()
	}
	st.Created = st.Created.UTC().Truncate(time.Millisecond)
	s.statuses[st.ID] = &st
	s.order = append(s.order, st.ID)
	for _, acct := range s.named(st) {
		if acct == s.Us && s.blocked[st.By] || st.By == s.Us && s.blocked[acct] { // one does not hear of the other
			continue
		}
		s.notified[acct] = append(s.notified[acct], st.ID)
		if acct == s.Us && st.By != s.Us {
			s.told = append(s.told, notification{s.number(), st.ID, st.Created})
			s.tell("notification", s.notice(s.told[len(s.told)-1]))
		}
	}
	if st.By == s.Us {
		s.tell("update", s.show(&st))
	}
	return st
}

// Again tells once more of a status that was said.
func (s *Server) Again(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.told {
		if n.status == id {
			s.tell("notification", s.notice(n))
		}
	}
	if st := s.statuses[id]; st != nil && st.By == s.Us {
		s.tell("update", s.show(st))
	}
}

// Edits has somebody correct what they said, and tells of it; now is when.
func (s *Server) Edits(st Status, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Edited = now.UTC().Truncate(time.Millisecond)
	if known := s.statuses[st.ID]; known != nil {
		known.Text, known.Edited = st.Text, st.Edited
	}
	s.tell("status.update", s.show(&st))
}

// Deletes has somebody take back what they said.
func (s *Server) Deletes(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone(id)
}

// Forgets has somebody take a status back while nobody is told of it.
func (s *Server) Forgets(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.statuses[id]; st != nil {
		st.Gone = true
	}
	s.told = slices.DeleteFunc(s.told, func(n notification) bool { return n.status == id })
}

func (s *Server) gone(id string) {
	if st := s.statuses[id]; st != nil {
		st.Gone = true
	}
	s.told = slices.DeleteFunc(s.told, func(n notification) bool { return n.status == id })
	s.tell("delete", id)
}

// tell tells all who listen of something. What is told of is JSON within JSON, but for names.
func (s *Server) tell(event string, payload any) {
	text, named := payload.(string)
	if !named {
		raw, _ := json.Marshal(payload) // it is made of maps
		text = string(raw)
	}
	frame, _ := json.Marshal(Object{"stream": []string{"user"}, "event": event, "payload": text}) // of texts
	for c := range s.streams {
		select {
		case c <- frame:
		default: // who does not listen is not waited for, and may read the list
			close(c)
			delete(s.streams, c)
		}
	}
}

// Raw tells all who listen something that no server says.
func (s *Server) Raw(frame string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.streams {
		c <- []byte(frame)
	}
}
