package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/live"
)

// sessionLasts is how long a socket lives before the desk must show its session again.
const sessionLasts = 12 * time.Hour

// tab is one open window of a desk.
type tab struct{ key live.Key }

// Socket answers /ws: it upgrades the request of a signed-in user to the desk's live connection.
func (f *Feed) Socket(problems *httpx.Problems) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := actor.From(r.Context())
		if who.Kind != actor.User {
			problems.Write(w, r, errs.New(errs.Unauthenticated, "desk.Socket", "unauthenticated"))
			return
		}
		t := &tab{key: live.Key{Tenant: who.Tenant, User: who.User}}
		if err := f.enter(r.Context(), t); err != nil {
			problems.Write(w, r, err)
			return
		}
		err := f.Hub.Serve(w, r, t.key, live.Session{
			ID: who.Session, Expires: time.Now().Add(sessionLasts),
			OnFrame: func(ctx context.Context, from *live.Conn, in live.Incoming) error { return f.hear(ctx, t, from, in) },
			OnClose: func(live.CloseCode) { f.leave(t) },
		})
		if err != nil {
			f.leave(t)
			f.Log.Warn("open live connection", "err", err)
		}
	})
}

// enter makes the tab's user one of those who are told.
func (f *Feed) enter(ctx context.Context, t *tab) error {
	p, err := f.learn(ctx, t.key)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.online[t.key]; now != nil {
		now.actor, now.queues, now.mates = p.actor, p.queues, p.mates
		p = now
	}
	f.online[t.key] = p
	p.tabs++
	return nil
}

// leave forgets a tab, and its user with the last one.
func (f *Feed) leave(t *tab) {
	f.mu.Lock()
	p := f.online[t.key]
	if p == nil {
		f.mu.Unlock()
		return
	}
	left := p.viewing[t]
	delete(p.viewing, t)
	delete(p.boards, t)
	if p.tabs--; p.tabs <= 0 {
		delete(f.online, t.key)
	}
	f.mu.Unlock()
	f.tellViewers(t.key.Tenant, left)
}

// hear does what a desk's frame asks for.
func (f *Feed) hear(ctx context.Context, t *tab, from *live.Conn, in live.Incoming) error {
	switch in.Type {
	case "ping":
		return from.Send([]byte(`{"type":"pong"}`))
	case "view":
		return f.hearView(ctx, t, in.Data)
	case "typing":
		return f.hearTyping(t, in.Data)
	case "board":
		return f.hearBoard(t, in.Data)
	}
	return errs.New(errs.Invalid, "desk.hear", "live.unknown_type")
}

// read reads the data of a frame; what it does not know is left out, for newer desks.
func read(data json.RawMessage, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return errs.New(errs.Invalid, "desk.hear", "live.malformed")
	}
	return nil
}

func (f *Feed) hearView(ctx context.Context, t *tab, data json.RawMessage) error {
	var in struct {
		ConversationID id.Conversation `json:"conversation_id"`
	}
	if err := read(data, &in); err != nil {
		return err
	}
	if in.ConversationID != 0 {
		a, err := f.Directory.Actor(ctx, t.key.Tenant, t.key.User)
		if err != nil {
			return err
		}
		rows, err := f.Rows.Rows(actor.With(ctx, a), []id.Conversation{in.ConversationID})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return errs.E(errs.NotFound, "desk.hearView", nil)
		}
	}
	f.mu.Lock()
	p, left := f.online[t.key], id.Conversation(0)
	if p != nil {
		left = p.viewing[t]
		p.viewing[t] = in.ConversationID
	}
	f.mu.Unlock()
	if left != in.ConversationID {
		f.tellViewers(t.key.Tenant, left)
		f.tellViewers(t.key.Tenant, in.ConversationID)
	}
	return nil
}

// hearTyping passes on that an agent types in the conversation that they look at.
func (f *Feed) hearTyping(t *tab, data json.RawMessage) error {
	var in struct {
		On   bool `json:"on"`
		Note bool `json:"note"` // a note: the customer is not told
	}
	if err := read(data, &in); err != nil {
		return err
	}
	f.mu.Lock()
	var conversation id.Conversation
	var name string
	if p := f.online[t.key]; p != nil && p.actor.Scope(actor.ConversationReply) != actor.None {
		conversation, name = p.viewing[t], p.actor.Name
	}
	f.mu.Unlock()
	if conversation == 0 {
		return nil
	}
	if !in.Note {
		f.Visitors.AgentTyping(t.key.Tenant, conversation, in.On)
	}
	return f.tellTyping(t.key, conversation, typingBody{ConversationID: conversation, Who: t.key.User.String(), Name: name, On: in.On})
}

func (f *Feed) hearBoard(t *tab, data json.RawMessage) error {
	var in struct {
		On bool `json:"on"`
	}
	if err := read(data, &in); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if p := f.online[t.key]; p != nil {
		delete(p.boards, t)
		if in.On && p.actor.Scope(actor.BoardRead) != actor.None {
			p.boards[t] = true
		}
	}
	return nil
}

type typingBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	Who            string          `json:"who"` // "customer", or the key of a user
	Name           string          `json:"name,omitempty"`
	On             bool            `json:"on"`
}

// CustomerTyping shows that a customer types, to those who look at the conversation.
func (f *Feed) CustomerTyping(tenant id.Tenant, conversation id.Conversation, name string, on bool) {
	err := f.tellTyping(live.Key{Tenant: tenant}, conversation, typingBody{ConversationID: conversation, Who: "customer", Name: name, On: on})
	if err != nil {
		f.Log.Error("tell typing", "err", err)
	}
}

func (f *Feed) tellTyping(by live.Key, conversation id.Conversation, body typingBody) error {
	frame, err := frameOf("typing", "", body)
	if err != nil {
		return err
	}
	frame.Ephemeral = true
	f.send(f.people(by.Tenant), frame, func(p *person) bool { return p.key != by && p.views(conversation) })
	return nil
}

// views reports whether p has the conversation open.
func (p *person) views(conversation id.Conversation) bool {
	for _, c := range p.viewing {
		if c == conversation {
			return true
		}
	}
	return false
}

type viewersBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	Viewers        []UserRef       `json:"viewers"`
}

// tellViewers shows to those who look at a conversation who else does.
func (f *Feed) tellViewers(tenant id.Tenant, conversation id.Conversation) {
	if conversation == 0 {
		return
	}
	people := f.people(tenant)
	body := viewersBody{ConversationID: conversation, Viewers: f.viewersAmong(people, conversation)}
	frame, err := frameOf("viewers", "", body)
	if err != nil {
		f.Log.Error("tell viewers", "err", err)
		return
	}
	frame.Ephemeral = true
	f.send(people, frame, func(p *person) bool { return p.views(conversation) })
}

func (f *Feed) viewersAmong(people []*person, conversation id.Conversation) []UserRef {
	viewers := []UserRef{}
	for _, p := range people {
		if p.views(conversation) {
			viewers = append(viewers, UserRef{ID: p.key.User, Name: p.actor.Name})
		}
	}
	return viewers
}

// Viewers returns who has a conversation open now.
func (f *Feed) Viewers(tenant id.Tenant, conversation id.Conversation) []UserRef {
	return f.viewersAmong(f.people(tenant), conversation)
}
