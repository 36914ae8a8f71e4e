package metatest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/meta"
)

// What every test may use.
const (
	AppID  = "1517776481860111"
	secret = "5f0c9a8d7e6b4c3d2e1f0a9b8c7d6e5f" //nolint:gosec // of the app of the tests
	// InstagramSecret is that of the same app at Instagram.
	InstagramSecret = "0a9b8c7d6e5f5f0c9a8d7e6b4c3d2e1f" //nolint:gosec // of the app of the tests
	// InboxApp is Meta's own page inbox, through which colleagues answer by other means.
	InboxApp = "263902037430900"
)

// Graph is Meta for one app.
type Graph struct {
	tb     testing.TB
	server *httptest.Server

	mu      sync.Mutex
	pages   map[string]*Page
	tokens  map[string]*token
	uploads map[string]upload
	calls   []Call
	faults  []Fault
	expired bool
	granted bool // the app may use HUMAN_AGENT
	before  func(Message)
	hook    func(body []byte, signature string) int
	fetch   func(url string) (int, []byte)
	version string
	batches []int // calls of each request that was made of several
	within  Fault // what becomes of those

	businesses map[string]*Business // at WhatsApp
	numbers    map[string]*Number

	lastTime int64
	counter  int
}

// Page is a page at Meta.
type Page struct {
	graph *Graph

	ID         string
	Name       string
	people     map[string]*Person
	messages   []Message
	said       map[string]*Said // what everybody reads
	order      []string         // … as it came
	anonymous  bool             // changes do not tell who did it
	subscribed []string         // of what it tells the app
	owner      string           // app that answers in its threads; empty: ours
	username   string           // of an account at Instagram; empty: it is a page
	account    *Page            // the account at Instagram that belongs to the page
	own        bool             // the account is spoken for by its own token (Instagram Login)
}

// Person is somebody as one page knows them.
type Person struct {
	PSID    string
	First   string
	Last    string
	Heard   time.Time // when they did something last
	Blocked bool      // they do not want to be written to
	Private bool      // Meta does not tell who they are
	Banned  bool      // the page has blocked them
}

// Message is a message that Meta has.
type Message struct {
	ID       string
	Page     string
	PSID     string
	Ours     bool
	App      string
	Text     string
	Kind     string // of its file; empty: it has none
	File     string // address
	Metadata string
	Tag      string
	Quotes   string // id of the message that it answers in particular
	Unsent   bool   // who wrote it has taken it back
	There    bool   // at Instagram
	At       time.Time
}

// Call is something that we have asked for and that was done.
type Call struct {
	Page    string
	PSID    string
	Action  string // a sender action, or what was done in public; empty: a message
	Target  string // of what was done in public, or of a reaction: to what
	On      bool   // … and whether it was put or taken back
	Message Message

	Reaction string
}

type token struct {
	since   time.Time // of an account: younger than a day it cannot be renewed
	page    string
	kind    string
	app     string
	scopes  []string
	valid   bool
	expires time.Time
}

type upload struct {
	page, kind, name string
	bytes            []byte
}

// New starts a Graph API. Its hook hears what happens once Hook has named it.
func New(tb testing.TB) *Graph {
	tb.Helper()
	g := &Graph{tb: tb, pages: map[string]*Page{}, tokens: map[string]*token{}, uploads: map[string]upload{}, version: meta.DefaultVersion}
	g.server = httptest.NewServer(http.HandlerFunc(g.serve))
	tb.Cleanup(g.server.Close)
	return g
}

// App returns the app, as it is configured here.
func (g *Graph) App() meta.App {
	return meta.App{ID: AppID, Secret: secret, GraphURL: g.server.URL, InstagramSecret: InstagramSecret}
}

// InstagramURL is the address of the host at which accounts sign in themselves.
func (g *Graph) InstagramURL() string { return g.server.URL + ownHost }

// Hook names who hears what happens: it answers a status.
func (g *Graph) Hook(fn func(body []byte, signature string) int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hook = fn
}

// Page makes a page.
func (g *Graph) Page(id, name string) *Page {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := &Page{graph: g, ID: id, Name: name, people: map[string]*Person{}, said: map[string]*Said{}}
	g.pages[id] = p
	return p
}

// Scopes are those that a page needs to be answered for.
func Scopes() []string {
	return []string{
		"pages_messaging", "pages_manage_metadata", "pages_show_list", "pages_read_engagement", "pages_read_user_content", "pages_manage_engagement",
	}
}

// Token makes a token of the page with scopes.
func (p *Page) Token(scopes ...string) string {
	return p.graph.token(token{page: p.ID, kind: "PAGE", app: AppID, scopes: scopes, valid: true})
}

// UserToken makes a token of a person who administers the page: it is none of the page.
func (p *Page) UserToken() string {
	return p.graph.token(token{page: p.ID, kind: "USER", app: AppID, scopes: Scopes(), valid: true})
}

// StrangeToken makes a token of the page for another app.
func (p *Page) StrangeToken() string {
	return p.graph.token(token{page: p.ID, kind: "PAGE", app: "999", scopes: Scopes(), valid: true})
}

func (g *Graph) token(t token) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.counter++
	name := fmt.Sprintf("EAAG%06dtoken", g.counter)
	g.tokens[name] = &t
	return name
}

// Revoke ends a token.
func (g *Graph) Revoke(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tokens[name].valid = false
}

// Renew ends what Expired has begun.
func (g *Graph) Renew() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.expired = false
}

// Grant gives the app leave to answer as a person for seven days.
func (g *Graph) Grant() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.granted = true
}

// Person makes somebody whom the page knows.
func (p *Page) Person(psid, first, last string) *Person {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	if known := p.people[psid]; known != nil {
		return known
	}
	who := &Person{PSID: psid, First: first, Last: last}
	p.people[psid] = who
	return who
}

// Heard says when somebody did something last.
func (p *Page) Heard(psid string, at time.Time) {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	p.people[psid].Heard = at
}

// Change does something to somebody.
func (p *Page) Change(psid string, do func(*Person)) {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	do(p.people[psid])
}

// Owner makes another app the one that answers in the threads of the page.
func (p *Page) Owner(app string) {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	p.owner = app
}

// Subscribed returns of what the page tells our app.
func (p *Page) Subscribed() []string {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	return slices.Clone(p.subscribed)
}

// Unsubscribe has the page tell our app of nothing but fields.
func (p *Page) Unsubscribe(fields ...string) {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	p.subscribed = fields
}

// Calls returns what we have asked for and was done, the oldest first.
func (g *Graph) Calls() []Call {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.calls)
}

// Uploaded returns the bytes of a file that we have brought.
func (g *Graph) Uploaded(address string) []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, u := range g.uploads {
		if g.fileURL(id) == address {
			return u.bytes
		}
	}
	return nil
}

// BeforeAnswer has do called with the next message, once it was taken and before we know.
func (g *Graph) BeforeAnswer(do func(Message)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.before = do
}

// File lays a file at Meta and returns its address.
func (g *Graph) File(name string, bytes []byte) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.counter++
	id := strconv.Itoa(9_000_000 + g.counter)
	g.uploads[id] = upload{name: name, bytes: bytes}
	return g.fileURL(id)
}

func (g *Graph) fileURL(id string) string {
	return g.server.URL + "/cdn/" + id + "/" + g.uploads[id].name
}

// nowLocked returns a time later than every one before, in the milliseconds of Meta. g.mu is held.
func (g *Graph) nowLocked() time.Time {
	g.lastTime = max(g.lastTime+1, time.Now().UnixMilli())
	return time.UnixMilli(g.lastTime)
}
