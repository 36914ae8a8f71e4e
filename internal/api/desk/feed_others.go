package desk

import (
	"maps"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/live"
)

// MaxViewers bounds how many viewers of a conversation nodes tell each other.
const MaxViewers = 50

// Others are the feeds of other nodes. What they are told is never stored and may get lost.
type Others interface {
	// Types says that an agent types on this node, or has stopped.
	Types(m TypingMark)
	// Views says who looks at a conversation on this node.
	Views(m ViewMark)
}

// nobodyElse stands for the others where there are none.
type nobodyElse struct{}

// Types tells nobody.
func (nobodyElse) Types(TypingMark) {}

// Views tells nobody.
func (nobodyElse) Views(ViewMark) {}

// TypingMark says that an agent types in a conversation, or has stopped.
type TypingMark struct {
	Tenant       id.Tenant       `json:"tenant"`
	Conversation id.Conversation `json:"conversation"`
	User         id.User         `json:"user"`
	Name         string          `json:"name"`
	On           bool            `json:"on,omitempty"`
	Note         bool            `json:"note,omitempty"` // the customer is not told
}

// ViewMark says who looks at a conversation on one node: all of them, so that the newest is how it is.
type ViewMark struct {
	Tenant       id.Tenant       `json:"tenant"`
	Conversation id.Conversation `json:"conversation"`
	Viewers      []UserRef       `json:"viewers"`
	Asks         bool            `json:"asks,omitempty"` // one of them has begun: who else looks, where the mark arrives?
}

// viewKey names what is looked at.
type viewKey struct {
	tenant       id.Tenant
	conversation id.Conversation
}

// looksMove notes that a tab here looks at a conversation or does not any more. The caller holds f.mu.
func (f *Feed) looksMove(key viewKey, by int) {
	if key.conversation == 0 {
		return
	}
	if f.looks[key] += by; f.looks[key] == 0 {
		delete(f.looks, key)
	}
}

// lookedAtHere reports whether somebody looks at a conversation on this node.
func (f *Feed) lookedAtHere(key viewKey) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.looks[key] > 0
}

// HearTyping shows that an agent types on another node.
func (f *Feed) HearTyping(m TypingMark) {
	if !m.Note {
		f.Visitors.AgentTyping(m.Tenant, m.Conversation, m.On)
	}
	if !f.lookedAtHere(viewKey{m.Tenant, m.Conversation}) {
		return
	}
	body := typingBody{ConversationID: m.Conversation, Who: m.User.String(), On: m.On}
	err := f.tellTyping(live.Key{Tenant: m.Tenant, User: m.User}, body, func(*person) string { return m.Name })
	if err != nil {
		f.Log.Error("tell typing", "err", err)
	}
}

// HearViews takes in who looks at a conversation on another node, as far as somebody here looks at it too.
func (f *Feed) HearViews(node string, m ViewMark) {
	key := viewKey{m.Tenant, m.Conversation}
	if !f.lookedAtHere(key) {
		return
	}
	f.viewers.Lock()
	defer f.viewers.Unlock()
	before := f.far[key][node]
	f.setFar(key, node, m.Viewers[:min(len(m.Viewers), MaxViewers)])
	if !sameUsers(before, f.far[key][node]) {
		f.showViewers(key)
	}
	if m.Asks {
		f.sayViews(key, viewersAmong(f.people(key.tenant), key.conversation), false)
	}
}

// setFar keeps who looks at a conversation on another node. The caller holds f.viewers.
func (f *Feed) setFar(key viewKey, node string, viewers []UserRef) {
	if len(viewers) > 0 {
		if f.far[key] == nil {
			f.far[key] = map[string][]UserRef{}
		}
		f.far[key][node] = viewers
		return
	}
	delete(f.far[key], node)
	if len(f.far[key]) == 0 {
		delete(f.far, key)
	}
}

func sameUsers(a, b []UserRef) bool {
	ids := func(of []UserRef) map[id.User]bool {
		set := map[id.User]bool{}
		for _, u := range of {
			set[u.ID] = true
		}
		return set
	}
	return maps.Equal(ids(a), ids(b))
}

// ForgetNode drops what is known of a node that is gone.
func (f *Feed) ForgetNode(node string) {
	f.viewers.Lock()
	defer f.viewers.Unlock()
	for key, nodes := range f.far {
		if _, known := nodes[node]; known {
			f.setFar(key, node, nil)
			f.showViewers(key)
		}
	}
}

// AskViews drops what is known of other nodes and asks them anew: something that they said may have been lost.
func (f *Feed) AskViews() {
	f.viewers.Lock()
	defer f.viewers.Unlock()
	known := f.far
	f.far = map[viewKey]map[string][]UserRef{}
	for key := range known {
		f.showViewers(key)
	}
	for key, viewers := range f.viewersHere() {
		f.sayViews(key, viewers, true)
	}
}

// viewersHere returns everybody who looks at something on this node.
func (f *Feed) viewersHere() map[viewKey][]UserRef {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[viewKey][]UserRef{}
	for _, p := range f.online {
		told := map[id.Conversation]bool{0: true}
		for _, c := range p.viewing {
			if !told[c] && !p.hidden[c] {
				key := viewKey{p.key.Tenant, c}
				all[key] = append(all[key], UserRef{ID: p.key.User, Name: p.actor.Name})
			}
			told[c] = true
		}
	}
	return all
}

// sayViews tells other nodes who looks at a conversation here. The caller holds f.viewers.
func (f *Feed) sayViews(key viewKey, viewers []UserRef, asks bool) {
	f.Others.Views(ViewMark{Tenant: key.tenant, Conversation: key.conversation, Viewers: viewers[:min(len(viewers), MaxViewers)], Asks: asks})
}
