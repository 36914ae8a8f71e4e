// Package blueskytest is the network of the AT Protocol to test against, as far as one account
// of ours sees it: who signs it in, the server where its records are, what all see, and who
// keeps messages. It holds calls to what the lexicons and servers hold them to: sessions that
// end, app passwords that are good for messages or not, texts by their length, references
// to the right version and the right top of a thread, facets by whole characters of UTF-8,
// keys that are TIDs, pictures by size and kind. What is laid down twice under one key is one.
// Of whom we have blocked it shows us nothing. It has a menu of what goes wrong (Fault).
//
// What must never break: what it takes, it has; that something was seen it says of everything.
package blueskytest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is what the network does with what we write instead of taking it.
type Fault string

// The fault menu.
const (
	Busy    Fault = "busy"    // 429 with the time when to come again, once
	Refused Fault = "refused" // 400 with Reason, once
	Away    Fault = "away"    // 503 of whoever stands before it, once
	Locked  Fault = "locked"  // the app password was revoked, until Unlock
	Silent  Fault = "silent"  // it does what it is asked, and the line breaks before it says so
	Stale   Fault = "stale"   // the session has ended, once
)

// Object is something in the network's words.
type Object map[string]any

// Post is what somebody has published.
type Post struct {
	URI     string
	CID     string
	By      string // handle
	Text    string
	Parent  string // URI
	Root    string
	Record  json.RawMessage
	Indexed time.Time
	Gone    bool
}

// Message is one that is written to somebody alone.
type Message struct {
	ID   string
	With string // handle of who is there beside us
	Ours bool
	Text string
	Sent time.Time
}

// Call is something that we have asked for, and that was done.
type Call struct {
	Act     string // "post", "delete", "like", "unlike", "message", "block", "unblock"
	Post    Post
	Message Message
	Who     string // lasting name of who was blocked, or let in again
}

type notification struct {
	reason string
	post   string
	at     time.Time
}

// Server is the network.
type Server struct {
	Us       string // our handle
	Password string
	Chat     bool // the password is good for messages
	Reason   string

	server *httptest.Server

	mu       sync.Mutex
	posts    map[string]*Post
	records  map[string]json.RawMessage // of ours, by collection and key
	told     []notification
	log      []Message
	blobs    map[string]int
	calls    []Call
	faults   []Fault
	locked   bool
	access   string
	refresh  string
	sessions int
	asked    map[string]int
	closed   map[string]bool // who takes no messages
	listed   map[string]bool // whom a list of ours blocks, by lasting name
	before   func(Call)
}

// New starts it.
func New(handle string) *Server {
	s := &Server{
		Us: handle, Password: "abcd-efgh-ijkl-mnop", Chat: true, posts: map[string]*Post{}, records: map[string]json.RawMessage{}, blobs: map[string]int{},
		asked: map[string]int{}, closed: map[string]bool{}, listed: map[string]bool{},
	}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// URL is where it is.
func (s *Server) URL() string { return s.server.URL }

// Close ends it.
func (s *Server) Close() {
	s.server.CloseClientConnections()
	s.server.Close()
}

// Next says what becomes of what we write next, one fault for each.
func (s *Server) Next(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Unlock takes the app password again.
func (s *Server) Unlock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked = false
}

// End ends the session, as time does; with all of it, it cannot be prolonged either.
func (s *Server) End(all bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.access = ""
	if all {
		s.refresh = ""
	}
}

// Shut has somebody take no messages.
func (s *Server) Shut(handle string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed[handle] = true
}

// Blocks has us block somebody in another app, under a key.
func (s *Server) Blocks(handle, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records[blocks+"/"+key], _ = json.Marshal(Object{"$type": blocks, "subject": DIDOf(handle), "createdAt": time.Now().UTC().Format(time.RFC3339)}) // it is made of maps
}

// Lists has a list of ours block somebody, or no more.
func (s *Server) Lists(handle string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listed[DIDOf(handle)] = on
}

// Blocked reports whether we have blocked somebody, and in how many records.
func (s *Server) Blocked(handle string) (records int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.blockings(DIDOf(handle)))
}

// BeforeAnswer has do called with the next message that we write, once it was taken and before we know.
func (s *Server) BeforeAnswer(do func(Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = do
}

// Calls returns what we have asked for and was done, the oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Asked returns how often a method was called.
func (s *Server) Asked(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[method]
}

// Find returns a post.
func (s *Server) Find(uri string) (Post, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, there := s.posts[uri]
	if !there {
		return Post{}, false
	}
	return *p, true
}

// DIDOf is the lasting name of somebody.
func DIDOf(handle string) string {
	sum := sha256.Sum256([]byte(handle))
	return "did:plc:" + hex.EncodeToString(sum[:12])
}

// URIOf is the address of a post of somebody.
func URIOf(handle, key string) string { return "at://" + DIDOf(handle) + "/app.bsky.feed.post/" + key }

func cidOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return "bafyrei" + hex.EncodeToString(sum[:16])
}

// Says has somebody publish something under a key. Whom it names, answers or quotes is told.
func (s *Server) Says(p Post, key string) Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	record := Object{"$type": "app.bsky.feed.post", "text": p.Text, "createdAt": time.Now().UTC().Format(time.RFC3339)}
	name := "@" + s.Us
	at := strings.Index(p.Text, name)
	if at >= 0 {
		record["facets"] = []Object{{"index": Object{"byteStart": at, "byteEnd": at + len(name)}, "features": []Object{{"$type": "app.bsky.richtext.facet#mention", "did": DIDOf(s.Us)}}}}
	}
	parent := s.posts[p.Parent]
	if parent != nil {
		p.Root = parent.Root
		if p.Root == "" {
			p.Root = parent.URI
		}
		record["reply"] = Object{"root": ref(s.posts[p.Root]), "parent": ref(parent)}
	}
	p.Record, _ = json.Marshal(record) // it is made of maps
	p.URI = URIOf(p.By, key)
	p.CID = cidOf(p.Record)
	if p.Indexed.IsZero() {
		p.Indexed = time.Now()
	}
	p.Indexed = p.Indexed.UTC().Truncate(time.Millisecond)
	s.posts[p.URI] = &p
	switch { // one who names us in an answer to us is told of once, as naming us
	case p.By == s.Us:
	case at >= 0:
		s.told = append(s.told, notification{"mention", p.URI, p.Indexed})
	case parent != nil && parent.By == s.Us:
		s.told = append(s.told, notification{"reply", p.URI, p.Indexed})
	}
	return p
}

// TakesBack has somebody remove a post, of which nobody is told.
func (s *Server) TakesBack(uri string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.posts[uri]; p != nil {
		p.Gone = true
		s.told = slices.DeleteFunc(s.told, func(n notification) bool { return n.post == uri })
	}
}

// Likes has somebody like a post of ours, of which we are told, too.
func (s *Server) Likes(uri string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, notification{"like", uri, at.UTC()})
}

// Again has the network tell of a post once more.
func (s *Server) Again(uri string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.told {
		if n.post == uri {
			s.told = append(s.told, n)
			return
		}
	}
}

// Writes has somebody write to us alone, or us to them by other means.
func (s *Server) Writes(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.Sent.IsZero() {
		m.Sent = time.Now()
	}
	m.Sent = m.Sent.UTC().Truncate(time.Millisecond)
	s.log = append(s.log, m)
}

func ref(p *Post) Object { return Object{"uri": p.URI, "cid": p.CID} }

func person(handle string) Object {
	return Object{"did": DIDOf(handle), "handle": handle, "displayName": "Zofia " + handle, "avatar": "https://cdn.example/" + handle + "@jpeg"}
}

// show returns a post as all see it.
func (s *Server) show(p *Post) Object {
	o := Object{"uri": p.URI, "cid": p.CID, "author": person(p.By), "record": p.Record, "indexedAt": p.Indexed.Format("2006-01-02T15:04:05.000Z")}
	var kept struct {
		Embed *struct {
			Images []struct {
				Image struct {
					Ref struct {
						Link string `json:"$link"`
					} `json:"ref"`
				} `json:"image"`
			} `json:"images"`
		} `json:"embed"`
	}
	if json.Unmarshal(p.Record, &kept) == nil && kept.Embed != nil {
		var images []Object
		for _, i := range kept.Embed.Images {
			images = append(images, Object{"fullsize": "https://cdn.example/img/" + i.Image.Ref.Link + "@jpeg", "alt": ""})
		}
		o["embed"] = Object{"$type": "app.bsky.embed.images#view", "images": images}
	}
	return o
}

// notice is a notification as it is told. That it was seen is said of all.
func (s *Server) notice(n notification) Object {
	o := s.show(s.posts[n.post])
	delete(o, "embed")
	o["reason"], o["isRead"], o["indexedAt"] = n.reason, true, n.at.Format("2006-01-02T15:04:05.000Z")
	return o
}

// convoOf is the thread with somebody.
func convoOf(handle string) string { return "convo-" + handle }

func (s *Server) convo(handle string) Object {
	return Object{"id": convoOf(handle), "rev": "1", "members": []Object{person(s.Us), person(handle)}, "muted": false}
}

func (s *Server) message(m Message) Object {
	by := m.With
	if m.Ours {
		by = s.Us
	}
	return Object{
		"$type": "chat.bsky.convo.defs#messageView", "id": m.ID, "rev": "1", "text": m.Text, "sender": Object{"did": DIDOf(by)}, "sentAt": m.Sent.Format("2006-01-02T15:04:05.000Z"),
	}
}

func (s *Server) session() Object {
	s.sessions++
	s.access, s.refresh = fmt.Sprintf("access-%d", s.sessions), fmt.Sprintf("refresh-%d", s.sessions)
	return Object{"did": DIDOf(s.Us), "handle": s.Us, "accessJwt": s.access, "refreshJwt": s.refresh, "didDoc": s.document()}
}

// document is what our account says of itself.
func (s *Server) document() Object {
	return Object{"id": DIDOf(s.Us), "alsoKnownAs": []string{"at://" + s.Us}, "service": []Object{
		{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": s.server.URL},
	}}
}
