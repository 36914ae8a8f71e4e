package desk

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/live"
)

// maxGlances bounds what is remembered of a user's tabs that are gone.
const maxGlances = 32

// glance is what a tab looked at that is gone, until when it may come back and go on where it was.
type glance struct {
	conversation id.Conversation
	until        time.Time
}

// glanced remembers what a tab looked at that is gone; the oldest is forgotten beyond the bound.
func (p *person) glanced(c id.Conversation, now time.Time) {
	p.left = slices.DeleteFunc(p.left, func(g glance) bool { return g.conversation == c || now.After(g.until) })
	if c != 0 {
		p.left = append(p.left, glance{c, now.Add(live.KeepStream)})
	}
	p.left = p.left[max(0, len(p.left)-maxGlances):]
}

// lookedAt returns the conversations that p has open, and those that a tab had which may come back.
func (p *person) lookedAt() iter.Seq[id.Conversation] {
	return func(yield func(id.Conversation) bool) {
		for _, c := range p.viewing {
			if !yield(c) {
				return
			}
		}
		for _, g := range p.left {
			if time.Now().Before(g.until) && !yield(g.conversation) {
				return
			}
		}
	}
}

// views reports whether p has the conversation open and may see it.
func (p *person) views(conversation id.Conversation) bool {
	for _, c := range p.viewing {
		if c == conversation {
			return !p.hidden[conversation]
		}
	}
	return false
}

// follows reports whether p is told of the conversation because it is open, or was in a tab that may come back.
func (p *person) follows(conversation id.Conversation) bool {
	if p.hidden[conversation] {
		return false
	}
	for c := range p.lookedAt() {
		if c == conversation {
			return true
		}
	}
	return false
}

// hide hides what p looks at and is not visible to them any more; of somebody who is not told yet.
func (p *person) hide(visible []id.Conversation) {
	p.hidden = map[id.Conversation]bool{}
	for c := range p.lookedAt() {
		if !slices.Contains(visible, c) {
			p.hidden[c] = true
		}
	}
}

// setHidden notes of a conversation that p looks at whether it may be seen, and returns who p is then.
func (f *Feed) setHidden(p *person, conversation id.Conversation, hidden bool) *person {
	f.mu.Lock()
	defer f.mu.Unlock()
	change := func(p *person) {
		if hidden {
			p.hidden[conversation] = true
		} else {
			delete(p.hidden, conversation)
		}
	}
	if now := f.online[p.key]; now != nil && now.version == p.version {
		return f.becomes(now, change)
	}
	return p.with(change)
}

// hearView notes what a tab looks at, and answers where its entries stood when they began to be told.
func (f *Feed) hearView(ctx context.Context, t *tab, from *live.Conn, data json.RawMessage) error {
	var in struct {
		ConversationID id.Conversation `json:"conversation_id"`
	}
	if err := read(data, &in); err != nil {
		return err
	}
	left := id.Conversation(0)
	for looked := false; !looked; { // again, if rights changed while they were looked at
		p := f.one(t.key)
		if p == nil {
			return nil
		}
		if err := f.mayView(ctx, p, in.ConversationID); err != nil {
			return err
		}
		left, looked = f.look(t, in.ConversationID, p.version)
	}
	if left != in.ConversationID {
		f.tellViewers(t.key.Tenant, left, false)
		f.tellViewers(t.key.Tenant, in.ConversationID, true)
	}
	return f.answerView(ctx, t.key.Tenant, in.ConversationID, from)
}

type viewingBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	LastSeq        int64           `json:"last_seq"`
}

// answerView tells a tab up to where entries are not told to it. What it asked for while its look was on its way may
// end before that: then it asks again.
func (f *Feed) answerView(ctx context.Context, tenant id.Tenant, conversation id.Conversation, from *live.Conn) error {
	if conversation == 0 {
		return nil
	}
	last, err := db.One[int64](ctx, f.DB, `SELECT last_seq FROM conversation WHERE tenant_id = $1 AND id = $2`, tenant, conversation)
	if err != nil {
		return err
	}
	frame, err := frameOf("viewing", "", viewingBody{conversation, last})
	if err != nil {
		return err
	}
	raw, err := live.Encode(frame)
	if err != nil {
		return err
	}
	return from.Send(raw)
}

// mayView returns an error if p may not see a conversation; everybody may look at none.
func (f *Feed) mayView(ctx context.Context, p *person, conversation id.Conversation) error {
	if conversation == 0 {
		return nil
	}
	rows, err := f.Rows.Rows(actor.With(ctx, p.actor), []id.Conversation{conversation})
	if err == nil && len(rows) == 0 {
		err = errs.E(errs.NotFound, "desk.hearView", nil)
	}
	return err
}

// look notes what a tab looks at, and returns what it looked at before. It reports false if the rights by which it
// may do so are not those of its user any more.
func (f *Feed) look(t *tab, conversation id.Conversation, version int64) (id.Conversation, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := f.online[t.key]
	if p == nil || p.version != version {
		return 0, p == nil
	}
	left := p.viewing[t]
	f.becomes(p, func(p *person) {
		p.viewing[t] = conversation
		delete(p.hidden, conversation)
	})
	f.looksMove(viewKey{t.key.Tenant, left}, -1)
	f.looksMove(viewKey{t.key.Tenant, conversation}, +1)
	return left, true
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
	p := f.one(t.key)
	if p == nil || p.actor.Scope(actor.ConversationReply) == actor.None {
		return nil
	}
	conversation := p.viewing[t]
	if conversation == 0 || p.hidden[conversation] {
		return nil
	}
	if !in.Note {
		f.Visitors.AgentTyping(t.key.Tenant, conversation, in.On)
		if f.Signs != nil { // here and on no other node: it is shown once
			f.Signs.Typing(t.key.Tenant, t.key.User, conversation, in.On)
		}
	}
	f.Others.Types(TypingMark{
		Tenant: t.key.Tenant, Conversation: conversation, User: t.key.User, Name: p.actor.Name, On: in.On, Note: in.Note,
	})
	body := typingBody{ConversationID: conversation, Who: t.key.User.String(), Name: p.actor.Name, On: in.On}
	return f.tellTyping(t.key, body, func(*person) string { return p.actor.Name })
}

type typingBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	Who            string          `json:"who"` // "customer", or the key of a user
	Name           string          `json:"name,omitempty"`
	On             bool            `json:"on"`
}

// CustomerTyping shows that a customer types, to those who look at the conversation, by the name that each may read.
func (f *Feed) CustomerTyping(tenant id.Tenant, conversation id.Conversation, name string, on bool) {
	body := typingBody{ConversationID: conversation, Who: "customer", On: on}
	err := f.tellTyping(live.Key{Tenant: tenant}, body, func(p *person) string { return p.nameOf(name) })
	if err != nil {
		f.Log.Error("tell typing", "err", err)
	}
}

func (f *Feed) tellTyping(by live.Key, body typingBody, nameFor func(p *person) string) error {
	for _, p := range f.people(by.Tenant) {
		if p.key == by || !p.views(body.ConversationID) {
			continue
		}
		body.Name = nameFor(p)
		frame, err := frameOf("typing", "", body)
		if err != nil {
			return err
		}
		frame.Ephemeral = true
		f.sendTo(p, frame)
	}
	return nil
}

type viewersBody struct {
	ConversationID id.Conversation `json:"conversation_id"`
	Viewers        []UserRef       `json:"viewers"`
}

// tellViewers shows to those who look at a conversation who else does, and tells other nodes; asks says that somebody
// has begun to look. What is told last is how it is: one teller does not overtake another.
func (f *Feed) tellViewers(tenant id.Tenant, conversation id.Conversation, asks bool) {
	if conversation == 0 {
		return
	}
	key := viewKey{tenant, conversation}
	f.viewers.Lock()
	defer f.viewers.Unlock()
	if !f.lookedAtHere(key) {
		delete(f.far, key) // who comes back asks
	}
	f.sayViews(key, f.showViewers(key), asks)
}

// showViewers shows to those who look at a conversation who else does, and returns who does so here. The caller
// holds f.viewers.
func (f *Feed) showViewers(key viewKey) []UserRef {
	people := f.people(key.tenant)
	here := viewersAmong(people, key.conversation)
	body := viewersBody{ConversationID: key.conversation, Viewers: slices.Clip(here)}
	for _, far := range f.far[key] {
		for _, u := range far {
			if !slices.ContainsFunc(body.Viewers, func(v UserRef) bool { return v.ID == u.ID }) {
				body.Viewers = append(body.Viewers, u)
			}
		}
	}
	frame, err := frameOf("viewers", "viewers "+key.conversation.String(), body)
	if err != nil {
		f.Log.Error("tell viewers", "err", err)
		return here
	}
	f.send(people, frame, func(p *person) bool { return p.follows(key.conversation) })
	return here
}

func viewersAmong(people []*person, conversation id.Conversation) []UserRef {
	viewers := []UserRef{}
	for _, p := range people {
		if p.views(conversation) {
			viewers = append(viewers, UserRef{ID: p.key.User, Name: p.actor.Name})
		}
	}
	return viewers
}
