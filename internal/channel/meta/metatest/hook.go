package metatest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/zongler/zongler/internal/channel/meta"
)

// Event is one thing of a thread, as it stands in a body.
type Event map[string]any

// Between begins an event from one to another.
func Between(from, to string, at time.Time) Event {
	return Event{"sender": map[string]string{"id": from}, "recipient": map[string]string{"id": to}, "timestamp": at.UnixMilli()}
}

// Writes keeps that somebody has written, and returns the event.
func (p *Page) Writes(psid, mid, text string, files ...Event) Event {
	g := p.graph
	p.Person(psid, "Zofia", "Wilk "+psid)
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.nowLocked()
	p.people[psid].Heard = at
	p.messages = append(p.messages, Message{ID: mid, Page: p.ID, PSID: psid, Text: text, At: at})
	said := Event{"mid": mid}
	if text != "" {
		said["text"] = text
	}
	if len(files) > 0 {
		said["attachments"] = files
	}
	e := Between(psid, p.ID, at)
	e["message"] = said
	return e
}

// Unsends has somebody take a message back, and returns the event.
func (p *Page) Unsends(mid string) Event {
	g := p.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	for i := range p.messages {
		if m := &p.messages[i]; m.ID == mid {
			m.Unsent = true
			e := Between(m.PSID, p.ID, g.nowLocked())
			e["message"] = Event{"mid": mid, "is_deleted": true}
			return e
		}
	}
	return nil
}

// Native keeps that a colleague has written to somebody in Meta's own inbox, and returns the echo.
func (p *Page) Native(psid, mid, text string) Event {
	g := p.graph
	p.Person(psid, "Zofia", "Wilk "+psid)
	g.mu.Lock()
	defer g.mu.Unlock()
	m := Message{ID: mid, Page: p.ID, PSID: psid, Ours: true, App: InboxApp, Text: text, At: g.nowLocked(), There: p.username != ""}
	p.messages = append(p.messages, m)
	return m.echo()
}

// Echo is a message of ours as it comes back.
func (m Message) Echo() Event { return m.echo() }

func (m Message) echo() Event {
	said := Event{"is_echo": true, "app_id": json.Number(m.App), "mid": m.ID}
	if m.There { // Instagram does not say whose app it was
		delete(said, "app_id")
	}
	if m.Metadata != "" {
		said["metadata"] = m.Metadata
	}
	if m.Text != "" {
		said["text"] = m.Text
	}
	if m.Quotes != "" {
		said["reply_to"] = Event{"mid": m.Quotes}
	}
	if m.File != "" {
		said["attachments"] = []Event{{"type": m.Kind, "payload": map[string]string{"url": m.File}}}
	}
	e := Between(m.Page, m.PSID, m.At)
	e["message"] = said
	return e
}

// Seen is that a message, and all before it, was read.
func (p *Page) Seen(m Message) Event {
	if p.username != "" {
		return Event{"mid": m.ID}
	}
	return Event{"watermark": m.At.UnixMilli()}
}

// Find returns a message that Meta has.
func (p *Page) Find(mid string) (Message, bool) {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	for _, m := range p.messages {
		if m.ID == mid {
			return m, true
		}
	}
	return Message{}, false
}

// File is a file in a message.
func File(kind, address string) Event {
	return Event{"type": kind, "payload": map[string]string{"url": address}}
}

// Body is what Meta posts of one page, or of one account at Instagram.
func (p *Page) Body(events ...Event) []byte { return body(p.object(), p.Entry("messaging", events...)) }

func (p *Page) object() string {
	if p.username != "" {
		return "instagram"
	}
	return "page"
}

// Entry is what a body says of the page.
func (p *Page) Entry(field string, events ...Event) Event {
	return Event{"id": p.ID, "time": time.Now().UnixMilli(), field: events}
}

// Body is what Meta posts of pages: every letter outside ASCII and every slash is escaped.
func Body(entries ...Event) []byte { return body("page", entries...) }

func body(object string, entries ...Event) []byte {
	raw, err := json.Marshal(map[string]any{"object": object, "entry": entries})
	if err != nil {
		panic(fmt.Sprintf("metatest: %v", err)) // the test is wrong
	}
	return Escaped(raw)
}

// Escaped writes JSON as Meta does.
func Escaped(raw []byte) []byte {
	var b strings.Builder
	for _, r := range string(raw) {
		switch {
		case r == '/':
			b.WriteString(`\/`)
		case r < 0x80:
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return []byte(b.String())
}

// Post posts events of the page, and returns the status.
func (p *Page) Post(events ...Event) int {
	said := p.Body(events...)
	if p.own { // what comes through Instagram Login is signed with the secret of that
		return p.graph.PostSigned(said, meta.App{Secret: InstagramSecret}.Sign(said))
	}
	return p.graph.Post(said)
}

// Post posts a body, signed, and returns the status.
func (g *Graph) Post(body []byte) int { return g.PostSigned(body, g.App().Sign(body)) }

// PostSigned posts a body with a signature.
func (g *Graph) PostSigned(body []byte, signature string) int {
	g.mu.Lock()
	hook := g.hook
	g.mu.Unlock()
	if hook == nil {
		g.tb.Fatal("nobody hears what happens")
	}
	return hook(body, signature)
}
