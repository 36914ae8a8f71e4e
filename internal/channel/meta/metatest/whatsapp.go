package metatest

import (
	"fmt"
	"maps"
	"strconv"
	"sync"
	"time"
)

// WhatsAppScopes are those with which a number is answered for.
func WhatsAppScopes() []string {
	return []string{"whatsapp_business_messaging", "whatsapp_business_management"}
}

// Business is a business account at WhatsApp.
type Business struct {
	graph *Graph

	ID         string
	numbers    []*Number
	templates  []Event // as Meta tells of them
	subscribed bool
	looked     int // how often its templates were asked for
}

// Number is a number at WhatsApp.
type Number struct {
	graph    *Graph
	business *Business

	ID      string
	Display string
	Name    string
	Quality string

	mu      sync.Mutex
	people  map[string]*Writer // by number and by id
	theirs  map[string]bool    // messages that people have written, by name
	taken   []Taken
	files   map[string]*stored // by id
	paced   bool
	last    map[string]time.Time // when somebody was written to
	expired bool                 // addresses of files are good no more
}

// Writer is somebody at WhatsApp.
type Writer struct {
	User  string // the id that Meta has made for the business; empty: one from before there were such
	Phone string // empty: it is not told
	Name  string
	Heard time.Time
}

// Taken is something that we have asked for and that was taken.
type Taken struct {
	ID       string
	Type     string // text, image, …; read, typing
	To       string // number or id
	Text     string
	Caption  string
	File     string // name of it there
	Context  string
	Target   string // of a reaction or a mark
	Emoji    string
	Mark     string
	Template string
	Values   []string
	Lost     bool // it was taken, and goes to nobody
	Body     []byte
}

type stored struct {
	name, kind string
	bytes      []byte
	ours       bool
}

// Business makes a business account.
func (g *Graph) Business(id string) *Business {
	g.mu.Lock()
	defer g.mu.Unlock()
	b := &Business{graph: g, ID: id}
	if g.businesses == nil {
		g.businesses, g.numbers = map[string]*Business{}, map[string]*Number{}
	}
	g.businesses[id] = b
	return b
}

// Token makes a token of a system user who may do scopes with the account.
func (b *Business) Token(scopes ...string) string {
	return b.graph.token(token{page: b.ID, kind: "SYSTEM_USER", app: AppID, scopes: scopes, valid: true})
}

// Number makes a number of the account.
func (b *Business) Number(id, display, name string) *Number {
	b.graph.mu.Lock()
	defer b.graph.mu.Unlock()
	n := &Number{
		graph: b.graph, business: b, ID: id, Display: display, Name: name, Quality: "GREEN",
		people: map[string]*Writer{}, theirs: map[string]bool{}, files: map[string]*stored{}, last: map[string]time.Time{},
	}
	b.numbers = append(b.numbers, n)
	b.graph.numbers[id] = n
	return n
}

// Template adds a template as Meta tells of it.
func (b *Business) Template(t Event) {
	b.graph.mu.Lock()
	defer b.graph.mu.Unlock()
	b.templates = append(b.templates, t)
}

// SetStatus gives a template another status, and returns what Meta tells of it.
func (b *Business) SetStatus(name, status string) Event {
	b.graph.mu.Lock()
	defer b.graph.mu.Unlock()
	for _, t := range b.templates {
		if t["name"] == name {
			t["status"] = status
		}
	}
	return Event{"field": "message_template_status_update", "value": Event{
		"event": status, "message_template_id": 1689556908129832, "message_template_name": name, "message_template_language": "pl", "reason": "NONE", "message_template_category": "UTILITY",
	}}
}

// Looked returns how often the templates were asked for.
func (b *Business) Looked() int {
	b.graph.mu.Lock()
	defer b.graph.mu.Unlock()
	return b.looked
}

// Subscribed reports whether the account tells our app of what happens.
func (b *Business) Subscribed() bool {
	b.graph.mu.Lock()
	defer b.graph.mu.Unlock()
	return b.subscribed
}

// Unsubscribe has it tell nothing more.
func (b *Business) Unsubscribe() {
	b.graph.mu.Lock()
	defer b.graph.mu.Unlock()
	b.subscribed = false
}

// Pace has the number refuse more than a message every six seconds to the same person.
func (n *Number) Pace() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.paced = true
}

// Expire ends the addresses of files, until the next is asked for.
func (n *Number) Expire() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.expired = true
}

// Person makes somebody whom the number can write to.
func (n *Number) Person(w Writer) *Writer {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, key := range []string{w.User, w.Phone} {
		if known := n.people[key]; known != nil && key != "" {
			return known
		}
	}
	who := &w
	for _, key := range []string{w.User, w.Phone} {
		if key != "" {
			n.people[key] = who
		}
	}
	return who
}

// Heard says when somebody has written last.
func (n *Number) Heard(w *Writer, at time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	w.Heard = at
}

// File lays a file of a customer there and returns its name.
func (n *Number) File(name, kind string, bytes []byte) string {
	return n.store(&stored{name: name, kind: kind, bytes: bytes})
}

func (n *Number) store(f *stored) string {
	n.graph.mu.Lock()
	n.graph.counter++
	id := strconv.Itoa(1_000_000_000 + n.graph.counter)
	n.graph.mu.Unlock()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.files[id] = f
	return id
}

// Bytes returns a file that lies there.
func (n *Number) Bytes(id string) []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	if f := n.files[id]; f != nil {
		return f.bytes
	}
	return nil
}

// Taken returns what we have asked for and was taken, the oldest first.
func (n *Number) Taken() []Taken {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]Taken(nil), n.taken...)
}

// Writes keeps that somebody has written, and returns what Meta tells of it. More says what, beside who and when.
func (n *Number) Writes(w *Writer, id string, more Event) Event {
	n.graph.mu.Lock()
	at := n.graph.nowLocked()
	n.graph.mu.Unlock()
	n.mu.Lock()
	defer n.mu.Unlock()
	w.Heard, n.theirs[id] = at, true
	m := Event{"id": id, "timestamp": strconv.FormatInt(at.Unix(), 10)}
	who := Event{"profile": Event{"name": w.Name}}
	if w.User != "" {
		m["from_user_id"], who["user_id"] = w.User, w.User
	}
	if w.Phone != "" {
		m["from"], who["wa_id"] = w.Phone, w.Phone
	}
	maps.Copy(m, more)
	return n.value(Event{"contacts": []Event{who}, "messages": []Event{m}})
}

// value is what Meta tells of the number.
func (n *Number) value(more Event) Event {
	v := Event{"messaging_product": "whatsapp", "metadata": Event{"display_phone_number": n.Display, "phone_number_id": n.ID}}
	maps.Copy(v, more)
	return Event{"field": "messages", "value": v}
}

// Status is what became of a message of ours. Flaw, if it is one, says why it failed.
func (n *Number) Status(id, state string, flaw Event) Event {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := Event{"id": id, "status": state, "timestamp": strconv.FormatInt(time.Now().Unix(), 10)}
	for _, t := range n.taken {
		if t.ID == id {
			s["recipient_id"] = t.To
			if t.Mark != "" {
				s["biz_opaque_callback_data"] = t.Mark
			}
		}
	}
	if flaw != nil {
		s["errors"] = []Event{flaw}
	}
	if state == "delivered" {
		s["pricing"] = Event{"billable": true, "pricing_model": "PMP", "category": "service", "type": "regular"}
	}
	return n.value(Event{"statuses": []Event{s}})
}

// Flaw is an error as webhooks say it.
func Flaw(code int, title, details string) Event {
	return Event{"code": code, "title": title, "message": title, "error_data": Event{"details": details}}
}

// Business returns the account of the number.
func (n *Number) Business() *Business { return n.business }

// Hook names who hears what happens: it answers a status.
func (n *Number) Hook(fn func(body []byte, signature string) int) { n.graph.Hook(fn) }

// Post posts changes of the account of the number, and returns the status.
func (n *Number) Post(changes ...Event) int { return n.graph.Post(n.Body(changes...)) }

// Body is what Meta posts of changes of the account.
func (n *Number) Body(changes ...Event) []byte {
	return body("whatsapp_business_account", Event{"id": n.business.ID, "changes": changes})
}

// next names a message of ours.
func (n *Number) next() string {
	n.graph.mu.Lock()
	defer n.graph.mu.Unlock()
	n.graph.counter++
	return fmt.Sprintf("wamid.ours%d", n.graph.counter)
}
