package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/api/desk"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/bus"
)

// Bounds of what nodes tell each other beside the database.
const (
	marksEvery = 50 * time.Millisecond // marks of one thing within it are one
	marksMax   = 2000                  // that wait to be told; further ones are lost
	aliveEvery = 15 * time.Second      // a node says at least so often that it is there
	aliveFor   = 3 * aliveEvery        // what a node said that is silent for so long is forgotten
)

// marksSubject is where nodes tell each other what is never stored.
func marksSubject() bus.Subject { return bus.Node("marks") }

// marks carries between nodes what is never stored: who types, who looks at what. It may
// get lost; many marks of one thing become one. Without a bus there is nobody to tell.
type marks struct {
	bus  *bus.Bus
	node string
	to   *services // whose feed and chat are told what other nodes say; made after this
	log  *slog.Logger

	mu      sync.Mutex
	waiting map[markKey]mark
	order   []markKey // of waiting
	heard   map[string]time.Time
	wake    chan struct{}
}

// mark is one thing that is told; one of its fields is set.
type mark struct {
	Types   *desk.TypingMark    `json:"types,omitempty"`
	Views   *desk.ViewMark      `json:"views,omitempty"`
	Visitor *webchat.Typing     `json:"visitor,omitempty"`
	Ended   *webchat.EndedToken `json:"ended,omitempty"`
}

// markKey names the thing that a mark is of.
type markKey struct {
	kind   string
	tenant id.Tenant
	thing  int64
	who    id.User
}

// letter is what travels.
type letter struct {
	Node  string            `json:"node"`
	Bye   bool              `json:"bye,omitempty"` // the node stops
	Marks []json.RawMessage `json:"marks,omitempty"`
}

func newMarks(b *bus.Bus, node string, to *services, log *slog.Logger) *marks {
	return &marks{bus: b, node: node, to: to, log: log, waiting: map[markKey]mark{}, heard: map[string]time.Time{}, wake: make(chan struct{}, 1)}
}

// Types tells other nodes that an agent types.
func (m *marks) Types(t desk.TypingMark) {
	m.add(markKey{"types", t.Tenant, int64(t.Conversation), t.User}, mark{Types: &t})
}

// Views tells other nodes who looks at a conversation.
func (m *marks) Views(v desk.ViewMark) {
	m.add(markKey{"views", v.Tenant, int64(v.Conversation), 0}, mark{Views: &v})
}

// visitor tells other nodes that a visitor types.
func (m *marks) visitor(t webchat.Typing) {
	m.add(markKey{"visitor", t.Tenant, int64(t.Conversation), 0}, mark{Visitor: &t})
}

// Ended tells other nodes that a visitor's token was ended.
func (m *marks) Ended(t webchat.EndedToken) {
	m.add(markKey{"ended " + t.Hash, t.Tenant, t.Visitor, 0}, mark{Ended: &t})
}

func (m *marks) add(key markKey, what mark) {
	if m.bus == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	before, waits := m.waiting[key]
	switch {
	case waits && before.Views != nil && before.Views.Asks:
		what.Views.Asks = true
	case !waits && len(m.order) >= marksMax:
		return
	case !waits:
		m.order = append(m.order, key)
	}
	m.waiting[key] = what
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// run tells and hears until ctx ends.
func (m *marks) run(ctx context.Context) error {
	if m.bus == nil {
		<-ctx.Done()
		return nil
	}
	unsubscribe, err := m.bus.Subscribe(marksSubject(), m.hear, m.to.feed.AskViews)
	if err != nil {
		return err
	}
	defer unsubscribe()
	defer func() { m.send(letter{Bye: true}) }()
	m.to.feed.AskViews()
	alive, pause := time.NewTicker(aliveEvery), time.NewTicker(marksEvery)
	defer alive.Stop()
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-alive.C:
			m.send(letter{})
			m.forgetSilent()
		case <-m.wake:
			m.flush()
			select { // what comes meanwhile is told at once
			case <-ctx.Done():
				return nil
			case <-pause.C:
			}
		}
	}
}

// flush tells all that waits, in as many letters as it takes.
func (m *marks) flush() {
	m.mu.Lock()
	waiting, order := m.waiting, m.order
	m.waiting, m.order = map[markKey]mark{}, nil
	m.mu.Unlock()
	const room = bus.MaxMessage - 1<<10 // what is around the marks
	out, size := letter{}, 0
	for _, key := range order {
		raw, err := json.Marshal(waiting[key])
		if err != nil || len(raw) > room {
			m.log.Warn("a mark cannot be told to other nodes", "kind", key.kind, "bytes", len(raw), "err", err)
			continue
		}
		if size += len(raw) + 1; size > room {
			m.send(out)
			out, size = letter{}, len(raw)+1
		}
		out.Marks = append(out.Marks, raw)
	}
	if len(out.Marks) > 0 {
		m.send(out)
	}
}

func (m *marks) send(l letter) {
	l.Node = m.node
	raw, err := json.Marshal(l)
	if err == nil {
		err = m.bus.Publish(marksSubject(), raw)
	}
	if err != nil {
		m.log.Debug("other nodes do not hear of marks", "err", err)
	}
}

// hear takes in what another node tells. What cannot be read is left out, for newer nodes.
func (m *marks) hear(_ bus.Subject, raw []byte) {
	var l letter
	if err := json.Unmarshal(raw, &l); err != nil || l.Node == m.node || l.Node == "" {
		return
	}
	m.mu.Lock()
	m.heard[l.Node] = time.Now()
	if l.Bye {
		delete(m.heard, l.Node)
	}
	m.mu.Unlock()
	if l.Bye {
		m.to.feed.ForgetNode(l.Node)
		return
	}
	for _, one := range l.Marks {
		var what mark
		if json.Unmarshal(one, &what) == nil {
			m.show(l.Node, what)
		}
	}
}

func (m *marks) show(node string, what mark) {
	switch {
	case what.Types != nil:
		m.to.feed.HearTyping(*what.Types)
	case what.Views != nil:
		m.to.feed.HearViews(node, *what.Views)
	case what.Visitor != nil:
		t := what.Visitor
		m.to.feed.CustomerTyping(t.Tenant, t.Conversation, t.Name, t.On)
	case what.Ended != nil:
		m.to.chat.TurnOut(*what.Ended)
	}
}

// forgetSilent drops what nodes said that have died.
func (m *marks) forgetSilent() {
	var gone []string
	m.mu.Lock()
	for node, at := range m.heard {
		if time.Since(at) > aliveFor {
			gone = append(gone, node)
			delete(m.heard, node)
		}
	}
	m.mu.Unlock()
	for _, node := range gone {
		m.to.feed.ForgetNode(node)
	}
}
