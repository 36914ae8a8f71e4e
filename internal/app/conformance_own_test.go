package app

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/stdhook"
)

// theirs is a tenant's own system at the other end of a channel.
type theirs struct {
	centre           *callCentre
	key              id.EntryPoint
	hook, url        string
	events, commands stdhook.Secret

	mu      sync.Mutex
	got     []channeltest.Got
	asked   []theirCommand
	goes    string // the thread in which an answer in private goes on, as they say it
	next    []channeltest.Fault
	expired bool
	file    string // address of the last that a command has named
	before  func(channeltest.Got)
}

// theirCommand is what they read of our commands.
type theirCommand struct {
	ID       string
	Type     string
	Thread   string
	Message  string
	ReplyTo  string `json:"reply_to"`
	Post     string
	ParentID string `json:"parent_id"`
	Text     string
	Reaction string
	On       bool
	To       struct{ ID, Name string }
	Files    []struct{ URL, Name string }
}

// theirSystem starts a system and makes its channel.
func (c *callCentre) theirSystem(t *testing.T, s own.Settings) *theirs {
	t.Helper()
	x := &theirs{centre: c}
	server := httptest.NewServer(http.HandlerFunc(x.serve))
	t.Cleanup(server.Close)
	s.URL, x.url = server.URL, server.URL
	made := c.chief.call("POST", "/api/v1/own-channels", fields{"brand_id": c.brand, "queue_id": c.queue, "name": t.Name(), "settings": s})
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	var err error
	if x.key, err = id.Parse[id.EntryPoint](field(t, made.body, "id")); err != nil {
		t.Fatal(err)
	}
	x.hook = field(t, made.body, "events_url")
	x.events, err = stdhook.ParseSecret(field(t, made.body, "events_key"))
	if err == nil {
		x.commands, err = stdhook.ParseSecret(field(t, made.body, "commands_key"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// find returns the conversation of a thread; 0 if there is none.
func (x *theirs) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	ctx := actor.With(t.Context(), actor.ForSystem(x.centre.tenants[0].TenantID))
	c, _, err := x.centre.app.services.conversations.FindThread(ctx, x.centre.app.db, x.key, thread)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func (x *theirs) Point() (channel.Adapter, channel.EntryPoint) {
	c := x.centre
	p, err := c.app.services.points.Lookup(c.t.Context(), c.app.db, c.tenants[0].TenantID, x.key)
	c.must(err)
	return c.app.services.ownAdapter, p
}

// theirTypes are what our kinds are called in events.
func theirTypes() map[channel.Kind]string {
	return map[channel.Kind]string{
		channel.KindMessage: "message", channel.KindEdit: "edit", channel.KindDeletion: "delete", channel.KindReaction: "reaction",
		channel.KindReceipt: "receipt", channel.KindEcho: "echo", channel.KindTyping: "typing", channel.KindIdentity: "profile",
	}
}

// eventOf says in their words what happened.
func eventOf(in channel.Inbound) fields {
	e := fields{"id": in.ExternalID, "type": theirTypes()[in.Kind], "at": in.OccurredAt.UTC(), "thread": in.Thread, "message": in.Target, "text": in.Text}
	if in.Sender.ExternalID != "" {
		e["from"] = fields{"id": in.Sender.ExternalID, "name": in.Sender.DisplayName}
	}
	switch in.Kind {
	case channel.KindMessage, channel.KindEcho:
		e["id"], e["message"], e["reply_to"] = string(in.Kind)+" "+in.ExternalID, in.ExternalID, in.Target
	case channel.KindReaction:
		e["reaction"], e["removed"] = in.Text, in.Off
	case channel.KindReceipt:
		e["state"], e["reason"] = in.State, in.Text
	case channel.KindEdit, channel.KindDeletion, channel.KindTyping, channel.KindIdentity, channel.KindNotice, channel.KindHiding, channel.KindPost:
	}
	return e
}

func (x *theirs) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	all := make([]fields, len(happened))
	for i, in := range happened {
		all[i] = eventOf(in)
	}
	x.tell(t, all...)
}

// tell posts events.
func (x *theirs) tell(t *testing.T, all ...fields) {
	t.Helper()
	body, err := json.Marshal(fields{"events": all})
	if err != nil {
		t.Fatal(err)
	}
	if got := x.centre.hook(t, x.hook, string(body), x.events); got.status != http.StatusAccepted && got.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d %s", got.status, got.body)
	}
}

func (x *theirs) Posts(t *testing.T, body string, signed bool) int {
	t.Helper()
	if !signed {
		return x.centre.hook(t, x.hook, body, nil).status
	}
	return x.centre.hook(t, x.hook, body, x.events).status
}

func (x *theirs) Next(_ *testing.T, faults ...channeltest.Fault) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.next = append(x.next, faults...)
}

func (x *theirs) Renew(t *testing.T) {
	t.Helper()
	until(t, "the administrator sees that the access has ended", func() bool {
		got := x.centre.chief.call("GET", "/api/v1/own-channels/"+x.key.String(), nil)
		return field(t, got.body, "health") == "failing" && field(t, got.body, "health_code") == "own.reconnect"
	})
	x.mu.Lock()
	x.expired = false
	x.mu.Unlock()
}

func (x *theirs) BeforeAnswer(_ *testing.T, do func(channeltest.Got)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.before = do
}

func (x *theirs) Got(*testing.T) []channeltest.Got {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.got)
}

// fileURL returns where the file of a command lies.
func (x *theirs) fileURL() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.file
}

func (x *theirs) Unable(channeltest.Step) string { return "" }

// serve is their callback.
func (x *theirs) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		_, err = stdhook.Verify(r.Header, time.Now(), body, x.commands)
	}
	var c theirCommand
	if err == nil {
		err = json.Unmarshal(body, &c)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	fault := x.fault()
	switch fault {
	case channeltest.RateLimited:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	case channeltest.Expired:
		w.WriteHeader(http.StatusUnauthorized)
		return
	case channeltest.WindowClosed:
		w.WriteHeader(http.StatusConflict)
		return
	case channeltest.NotAllowed:
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = fmt.Fprintf(w, `{"reason":%q}`, channeltest.Reason)
		return
	case channeltest.Down:
		w.WriteHeader(http.StatusInternalServerError)
		return
	case channeltest.Silent: // it is taken, and the line is cut behind it
	}
	g := x.take(c)
	if fault == channeltest.Silent {
		panic(http.ErrAbortHandler) // the line is cut
	}
	_, _ = fmt.Fprintf(w, `{"message":%q,"thread":%q}`, g.Name, x.thread(c))
}

// thread returns where they say that a command goes on.
func (x *theirs) thread(c theirCommand) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	if c.Type != "message.send_private" {
		return ""
	}
	return x.goes
}

// lastAsked returns the newest command of a kind that they were given, and how many there were.
func (x *theirs) lastAsked(kind string) (last theirCommand, n int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, c := range x.asked {
		if c.Type == kind {
			last = c
			n++
		}
	}
	return last, n
}

// fault returns what becomes of a call.
func (x *theirs) fault() channeltest.Fault {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.expired {
		return channeltest.Expired
	}
	if len(x.next) == 0 {
		return ""
	}
	first := x.next[0]
	x.next = x.next[1:]
	x.expired = first == channeltest.Expired
	return first
}

// take keeps what was asked of them.
func (x *theirs) take(c theirCommand) channeltest.Got {
	acts := map[string]channel.Act{
		"message.send": channel.ActSend, "message.edit": channel.ActEdit, "message.delete": channel.ActDelete, "message.react": channel.ActReact,
		"message.like": channel.ActLike, "message.hide": channel.ActHide, "message.send_private": channel.ActReplyInPrivate,
		"message.read": channel.ActMarkRead, "typing": channel.ActShowTyping, "person.block": channel.ActBlock,
	}
	g := channeltest.Got{Act: acts[c.Type], Thread: c.Thread, Text: c.Text, Target: c.Message, Reaction: c.Reaction, On: c.On}
	if g.Act == channel.ActReplyInPrivate {
		g.Target = c.ParentID
	}
	if g.Act == channel.ActDelete && !strings.HasPrefix(c.Message, "theirs-") { // not one that we have said
		g.Act = channel.ActRemove
	}
	g.Ours, _ = id.Parse[id.Entry](c.ID)
	x.mu.Lock()
	g.Name = fmt.Sprintf("theirs-%d", len(x.got)+1)
	x.got = append(x.got, g)
	x.asked = append(x.asked, c)
	for _, f := range c.Files {
		x.file = f.URL
	}
	do := x.before
	if strings.HasPrefix(c.Type, "message.send") {
		x.before = nil
	}
	x.mu.Unlock()
	if do != nil {
		do(g)
	}
	return g
}
