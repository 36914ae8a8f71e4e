package visitor

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
)

// Name returns a fresh name for an act.
func Name() string { return rand.Text() }

// Open opens a conversation with the answers of the form, agreeing to what is asked.
func (v *Visitor) Open(ctx context.Context, fields map[string]string, consentVersion string) (id.Conversation, error) {
	m := &webchat.Prechat{CID: Name(), Fields: fields, Consent: true, ConsentVersion: consentVersion, Language: v.cfg.Language}
	var opened webchat.Opened
	if err := v.act(ctx, m.CID, m, &opened); err != nil {
		return 0, err
	}
	return opened.State.Conversation, nil
}

// Say says something in the conversation and returns once it is stored.
func (v *Visitor) Say(ctx context.Context, text string) (webchat.Said, error) {
	return v.SayAs(ctx, Name(), text)
}

// SayAs is Say under a name of the caller's. Said again under the same name it is the same message.
func (v *Visitor) SayAs(ctx context.Context, name, text string) (webchat.Said, error) {
	var said webchat.Said
	err := v.act(ctx, name, &webchat.Say{CID: name, Conversation: v.Conversation(), Text: text}, &said)
	return said, err
}

// End ends the conversation.
func (v *Visitor) End(ctx context.Context) error {
	m := &webchat.End{CID: Name(), Conversation: v.Conversation()}
	return v.act(ctx, m.CID, m, &webchat.Done{})
}

// Rate judges the conversation.
func (v *Visitor) Rate(ctx context.Context, stars int, comment string) error {
	m := &webchat.Survey{CID: Name(), Conversation: v.Conversation(), Stars: stars, Comment: comment}
	return v.act(ctx, m.CID, m, &webchat.Done{})
}

// Read says that all entries so far were read. It may get lost.
func (v *Visitor) Read(ctx context.Context) error {
	entries := v.Entries()
	if len(entries) == 0 {
		return nil
	}
	return v.mention(ctx, &webchat.VisitorRead{Conversation: v.Conversation(), Seq: entries[len(entries)-1].Seq})
}

// Type says that the visitor types, or has stopped. It may get lost.
func (v *Visitor) Type(ctx context.Context, on bool) error {
	return v.mention(ctx, &webchat.VisitorTyping{Conversation: v.Conversation(), On: on})
}

// Look says that the visitor looks at a page. It may get lost.
func (v *Visitor) Look(ctx context.Context, address, title string) error {
	return v.mention(ctx, &webchat.Page{URL: address, Title: title, At: time.Now().UTC()})
}

// mention sends what has no answer.
func (v *Visitor) mention(ctx context.Context, m webchat.Message) error {
	v.mu.Lock()
	ws := v.ws
	v.mu.Unlock()
	if ws == nil {
		return nil
	}
	return write(ctx, ws, m)
}

// act sends m until it is answered, over as many connections as that takes.
func (v *Visitor) act(ctx context.Context, name string, m webchat.Message, answer webchat.Message) error {
	v.acting.Lock()
	defer v.acting.Unlock()
	for {
		if err := v.connect(ctx); err != nil {
			return err
		}
		got, ok, err := v.try(ctx, name, m)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if got.Type == answer.FrameType() {
			return json.Unmarshal(got.Data, answer)
		}
		var f webchat.Fault
		if err := json.Unmarshal(got.Data, &f); err != nil {
			return fmt.Errorf("visitor: %w", err)
		}
		if f.Retry == 0 {
			return &RefusedError{f}
		}
		if err := pause(ctx, time.Duration(f.Retry)*time.Second); err != nil {
			return err
		}
	}
}

// try sends m once and waits for its answer; false: none came on this connection.
func (v *Visitor) try(ctx context.Context, name string, m webchat.Message) (incoming, bool, error) {
	v.mu.Lock()
	ws := v.ws
	v.mu.Unlock()
	if ws == nil || write(ctx, ws, m) != nil {
		v.Leave()
		return incoming{}, false, ctx.Err()
	}
	timeout := time.NewTimer(answerWithin)
	defer timeout.Stop()
	for {
		v.mu.Lock()
		got, ok := v.answers[name]
		delete(v.answers, name)
		changed, same := v.changed, v.ws == ws
		v.mu.Unlock()
		if ok || !same {
			return got, ok, nil
		}
		select {
		case <-changed:
		case <-timeout.C:
			return incoming{}, false, nil
		case <-ctx.Done():
			return incoming{}, false, fmt.Errorf("visitor: no answer: %w", ctx.Err())
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("visitor: waiting: %w", ctx.Err())
	}
}

// take brings the visitor's picture up to date with a frame. What cannot be read is left out.
func (v *Visitor) take(f incoming) {
	v.mu.Lock()
	defer v.mu.Unlock()
	defer v.changeLocked()
	switch f.Type {
	case "welcome":
		var m webchat.Welcome
		if json.Unmarshal(f.Data, &m) == nil && m.State != nil {
			v.moveLocked(*m.State)
		}
	case "state":
		var m webchat.State
		if json.Unmarshal(f.Data, &m) == nil {
			v.moveLocked(m)
		}
	case "entry":
		var m webchat.EntryFrame
		if json.Unmarshal(f.Data, &m) == nil {
			v.addLocked(m.Entry)
		}
	case "typing":
		var m webchat.AgentTyping
		if json.Unmarshal(f.Data, &m) == nil && m.Conversation == v.state.Conversation {
			v.typed = m.On
		}
	case "read", "delivered":
		v.markLocked(f)
	case "opened", "said", "done", "error":
		v.answeredLocked(f)
	}
}

// moveLocked takes a state over; another conversation begins with nothing.
func (v *Visitor) moveLocked(s webchat.State) {
	if s.Conversation != v.state.Conversation {
		v.entries = nil
	}
	v.state = s
}

func (v *Visitor) addLocked(e webchat.Entry) {
	at, there := slices.BinarySearchFunc(v.entries, e.Seq, func(a webchat.Entry, seq int64) int { return int(a.Seq - seq) })
	if e.Conversation == v.state.Conversation && !there {
		v.entries = slices.Insert(v.entries, at, e)
	}
}

func (v *Visitor) markLocked(f incoming) {
	var m webchat.AgentRead
	if json.Unmarshal(f.Data, &m) != nil || m.Conversation != v.state.Conversation {
		return
	}
	if f.Type == "read" {
		v.state.Read = max(v.state.Read, m.Seq)
	}
	v.state.Delivered = max(v.state.Delivered, m.Seq)
}

// answeredLocked keeps an answer for who waits for it.
func (v *Visitor) answeredLocked(f incoming) {
	var m struct {
		CID   string         `json:"cid"`
		State *webchat.State `json:"state"`
	}
	if json.Unmarshal(f.Data, &m) != nil || m.CID == "" {
		return
	}
	if m.State != nil {
		v.moveLocked(*m.State)
	}
	v.answers[m.CID] = f
}

// FaultOf returns what the server refused, and whether err is a refusal.
func FaultOf(err error) (webchat.Fault, bool) {
	r, ok := errors.AsType[*RefusedError](err)
	if !ok {
		return webchat.Fault{}, false
	}
	return r.Fault, true
}
