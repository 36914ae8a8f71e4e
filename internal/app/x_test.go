package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/x/xtest"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// What cannot be understood is kept with the reason where it belongs, whatever way it came.
func TestWhatXCannotSayIsKept(t *testing.T) {
	t.Parallel()
	server, ofX := withX(t)
	c := openCentreWith(t, dbtest.SQLite(t), ofX)
	f := c.connectX(t, server, "1111111111111111003", "posted")
	desk := c.desk(f.key, nil)
	told := func(account, kind, payload string) string {
		return `{"data":{"event_uuid":"` + strconv.Itoa(len(payload)) + kind + `","filter":{"user_id":"` + account + `"},"event_type":"` + kind + `","payload":` + payload + `}}`
	}
	for _, p := range []struct {
		what, body string
		signed     bool
		status     int
	}{
		{"what is of a kind that nobody knows", told(f.account.ID, "like.create", `{}`), true, http.StatusOK},
		{"a post without a name", told(f.account.ID, "post.mention.create", `{"text":1}`), true, http.StatusOK},
		{"an account that nobody here has", told("33", "post.mention.create", `{"id":"5","author_id":"22","text":"x"}`), true, http.StatusOK},
		{"bytes", "\xff", true, http.StatusUnprocessableEntity},
		{"what is not from X", told(f.account.ID, "post.mention.create", `{"id":"5","author_id":"22","text":"x"}`), false, http.StatusUnauthorized},
	} {
		if status := f.Posts(t, p.body, p.signed); status != p.status {
			t.Errorf("%s: %d", p.what, status)
		}
	}
	kept := desk.refused(t)
	for _, code := range []string{"event.type", "event.malformed"} {
		if !slices.ContainsFunc(kept, func(e keptEvent) bool { return strings.Contains(e.Reason+e.Detail, code) }) {
			t.Errorf("%s is not kept: %+v", code, kept)
		}
	}
	if len(kept) != 2 {
		t.Errorf("%+v", kept)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/hooks/x/return?code=a-code-of-x", nil)
	r.Header.Set("Accept-Language", "pl")
	w := httptest.NewRecorder()
	if c.handler.ServeHTTP(w, r); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Skopiuj adres") || strings.Contains(w.Body.String(), "a-code-of-x") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// stands finds the conversation of a key, whatever thread is asked for.
func (f *xFolk) stands(p id.EntryPoint, key string) func(*testing.T, string) id.Conversation {
	return func(t *testing.T, _ string) id.Conversation {
		t.Helper()
		return f.find(t, p, key)
	}
}

// seen returns what agents see of a conversation by its key.
func (f *xFolk) seen(t *testing.T, n channel.Name, key string) []channeltest.Seen {
	t.Helper()
	p := f.point(t, n)
	return f.centre.desk(p.ID, f.stands(p.ID, key)).Entries(t, "")
}

// The line breaks and is taken up again; what happened meanwhile is fetched, with what
// stands above it. Answers come back as ours, and go on in private.
func TestXIsHeardAgain(t *testing.T) {
	t.Parallel()
	server, ofX := withX(t)
	server.Echoes = true
	c := openCentreWith(t, dbtest.SQLite(t), ofX)
	f := c.connectX(t, server, "1111111111111111004", "stream")
	zofia, adam := f.personOf("zofia"), server.Account("17", "adam", "Adam Nowy")
	root := server.Publish(xtest.Post{Author: f.account.ID, Text: "Nowa oferta"})
	above := server.Publish(xtest.Post{Author: adam.ID, Text: "Kto to robi?", Above: root.ID})
	server.Hang()
	missed := server.Publish(xtest.Post{Author: zofia.ID, Text: "@" + f.account.Username + " czy to prawda?", Above: above.ID})
	<-server.Joined()
	var thread []channeltest.Seen
	until(t, "what was missed is here, with what stands above it", func() bool {
		thread = f.seen(t, channel.X, above.ID)
		return has(thread, "czy to prawda?") && has(thread, "Kto to robi?")
	})
	desk := c.desk(f.key, f.stands(f.key, above.ID))
	var shown answer
	until(t, "the post above it was asked for", func() bool {
		shown = c.chief.call("GET", "/api/v1/conversations/"+f.find(t, f.key, above.ID).String(), nil)
		return strings.Contains(shown.body, `"Nowa oferta"`)
	})
	if !strings.Contains(shown.body, `"summoned":true`) || !strings.Contains(shown.body, `"weighted":true`) {
		t.Errorf("%s", shown.body)
	}
	desk.Take(t, "zofia")
	answer := desk.Reply(t, "zofia", "Tak, od poniedziałku")
	until(t, "the answer has gone out", func() bool {
		return slices.ContainsFunc(f.seen(t, channel.X, above.ID), func(e channeltest.Seen) bool { return e.ID == answer && e.Delivery == string(conversation.Sent) })
	})
	at := slices.IndexFunc(thread, func(e channeltest.Seen) bool { return e.External == missed.ID })
	if c := desk.ReplyPrivately(t, "zofia", thread[at].ID, "Numer umowy?"); c.Refused != "" {
		t.Fatalf("%+v", c)
	}
	private := xtest.Thread(zofia.ID, f.account.ID)
	until(t, "it goes on in private", func() bool { return has(f.seen(t, channel.XMessages, private), "Numer umowy?") })
	server.Tell(server.Messaged("dm.received", f.account.ID, server.Write(xtest.Message{From: zofia.ID, To: f.account.ID, Text: "4711"})))
	server.Tell(server.Event("chat.received", f.account.ID, map[string]any{"id": "a-b", "sender_id": zofia.ID, "conversation_id": zofia.ID + ":" + f.account.ID, "created_at_msec": "1784841183370"}))
	until(t, "what they write is there, and that they write what we cannot read", func() bool {
		all := f.seen(t, channel.XMessages, private)
		return has(all, "4711") && has(all, "🔒")
	})
	n := 0
	for _, e := range f.seen(t, channel.X, above.ID) {
		if e.Text == "Tak, od poniedziałku" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("our answer is there %d times", n)
	}
}

// A message carries a file of theirs, which X shows to the account alone.
func TestFilesOfMessagesAtX(t *testing.T) {
	t.Parallel()
	server, ofX := withX(t)
	c := openCentreWith(t, dbtest.SQLite(t), ofX)
	f := c.connectX(t, server, "1111111111111111005", "posted")
	server.PutFile("9/8/K4.png", picture())
	zofia := f.personOf("zofia")
	server.Tell(server.Messaged("dm.received", f.account.ID, server.Write(xtest.Message{From: zofia.ID, To: f.account.ID, Text: "Zepsute", File: "9/8/K4.png"})))
	private := xtest.Thread(zofia.ID, f.account.ID)
	until(t, "agents see it", func() bool { return has(f.seen(t, channel.XMessages, private), "Zepsute") })
	got := c.chief.call("GET", "/api/v1/conversations/"+f.find(t, f.point(t, channel.XMessages).ID, private).String()+"/entries", nil)
	if !json.Valid([]byte(got.body)) || !strings.Contains(got.body, "image/png") || strings.Contains(got.body, "t.co") {
		t.Errorf("%s", got.body)
	}
	if _, err := c.app.services.x.messages.File(t.Context(), f.account.ID+"/9/8/K4.png"); err == nil {
		t.Error("a stranger gets a file of the account")
	}
}
