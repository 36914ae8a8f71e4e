package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestAnOwnChannelIsConnectedAndLivesOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		x := c.theirSystem(t, everythingOwn())
		desk := c.desk(x.key, x.find)
		t.Run("it is tried", func(t *testing.T) { x.tried(t) })
		t.Run("files go both ways", func(t *testing.T) { x.files(t, desk) })
		t.Run("a key is changed without a gap", func(t *testing.T) { x.rotated(t) })
		t.Run("who somebody is becomes known", func(t *testing.T) { x.known(t) })
		t.Run("its window is told to the desk", func(t *testing.T) { x.counted(t, desk) })
		t.Run("switched off it takes nothing, closed it is not there", func(t *testing.T) { x.closed(t) })
	})
}

func (x *theirs) path() string { return "/api/v1/own-channels/" + x.key.String() }

func (x *theirs) tried(t *testing.T) {
	t.Helper()
	got := x.centre.chief.call("POST", x.path()+"/test", nil)
	if field(t, got.body, "ok") != "true" || field(t, got.body, "status") != "200" {
		t.Errorf("%d %s", got.status, got.body)
	}
	dead := x.centre.chief.call("PATCH", x.path(), fields{"settings": own.Settings{URL: "http://127.0.0.1:1/", Can: own.Can{TextLimit: 10}}})
	if dead.status != http.StatusOK {
		t.Fatalf("%d %s", dead.status, dead.body)
	}
	got = x.centre.chief.call("POST", x.path()+"/test", nil)
	if field(t, got.body, "ok") != "false" || field(t, got.body, "code") != "own.unreachable" {
		t.Errorf("%d %s", got.status, got.body)
	}
	shown := x.centre.chief.call("GET", x.path(), nil)
	if field(t, shown.body, "health") != "failing" || strings.Contains(shown.body, "whsec_") {
		t.Errorf("%s", shown.body)
	}
	s := everythingOwn()
	s.URL = x.url
	x.centre.chief.make("PATCH", x.path(), fields{"settings": s}, "")
	x.centre.chief.make("POST", x.path()+"/test", nil, "")
	if shown := x.centre.chief.call("GET", x.path(), nil); field(t, shown.body, "health") != "ok" {
		t.Errorf("%s", shown.body)
	}
}

// begin has a customer write and an agent take it.
func (x *theirs) begin(t *testing.T, desk *testDesk, thread string, more string) {
	t.Helper()
	body := `{"id":"begin ` + thread + `","type":"message","thread":"` + thread + `","message":"m ` + thread + `","from":{"id":"c ` + thread + `","name":"Zofia"},"text":"Dzień dobry"` + more + `}`
	if got := x.centre.hook(t, x.hook, body, x.events); got.status != http.StatusAccepted {
		t.Fatalf("%d %s", got.status, got.body)
	}
	until(t, "the thread is there", func() bool { return x.find(t, thread) != 0 && len(desk.Entries(t, thread)) > 0 })
	desk.Take(t, thread)
}

func (x *theirs) files(t *testing.T, desk *testDesk) {
	t.Helper()
	c := x.centre
	sent := c.hook(t, x.hook+"/files", drawn(), x.events)
	if sent.status != http.StatusCreated || field(t, sent.body, "type") != "image/png" {
		t.Fatalf("%d %s", sent.status, sent.body)
	}
	if got := c.hook(t, x.hook+"/files", drawn(), nil); got.status != http.StatusUnauthorized {
		t.Errorf("a stranger's file gets %d", got.status)
	}
	x.begin(t, desk, "pictures", `,"files":[{"id":"`+field(t, sent.body, "id")+`"}]`)
	conversation := x.find(t, "pictures").String()
	entries := c.chief.call("GET", "/api/v1/conversations/"+conversation+"/entries", nil)
	if !strings.Contains(entries.body, field(t, sent.body, "id")) {
		t.Errorf("%s", entries.body)
	}

	other := c.theirSystem(t, everythingOwn()) // their files are not ours
	foreign := c.hook(t, other.hook+"/files", drawn(), other.events)
	c.hook(t, x.hook, `{"id":"steal","type":"message","thread":"t","message":"steal","from":{"id":"c"},"files":[{"id":"`+field(t, foreign.body, "id")+`"}]}`, x.events)
	until(t, "a foreign file is refused", func() bool { return strings.HasPrefix(desk.Refused(t)["steal"], "attachment.gone") })

	agent := desk.work["pictures"]
	file := agent.make("POST", "/api/v1/attachments", raw(drawn()), "id")
	agent.make("POST", "/api/v1/conversations/"+conversation+"/replies", fields{
		"text": "Proszę", "client_id": "with-file", "based_on_seq": 0, "force": true, "attachment_ids": []string{file},
	}, "")
	var url string
	until(t, "the command names the file", func() bool { url = x.fileURL(); return url != "" })
	fetch := func(url string) answer {
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, nil))
		return answer{w.Code, w.Body.String()}
	}
	if got := fetch(url); got.status != http.StatusOK || got.body != drawn() {
		t.Errorf("%d, %d bytes", got.status, len(got.body))
	}
	for _, wrong := range []string{url + "x", strings.Replace(url, file, field(t, sent.body, "id"), 1), strings.Replace(url, "exp=", "exp=9", 1)} {
		if got := fetch(wrong); got.status != http.StatusNotFound {
			t.Errorf("%s gets %d", wrong, got.status)
		}
	}
}

// drawn is a picture as text.
func drawn() string { return string(picture()) }

func (x *theirs) rotated(t *testing.T) {
	t.Helper()
	c := x.centre
	event := func(n string) string { return `{"id":"rotated ` + n + `","type":"profile","from":{"id":"c"}}` }
	fresh := c.chief.call("POST", x.path()+"/rotate", fields{"way": "events"})
	key, err := stdhook.ParseSecret(field(t, fresh.body, "events_key"))
	if err != nil || strings.Contains(fresh.body, "commands_key\"") {
		t.Fatalf("%d %s", fresh.status, fresh.body)
	}
	for name, signed := range map[string]stdhook.Secret{"old": x.events, "new": key} {
		if got := c.hook(t, x.hook, event(name), signed); got.status != http.StatusAccepted {
			t.Errorf("the %s key gets %d %s", name, got.status, got.body)
		}
	}
	c.chief.make("POST", x.path()+"/rotate", fields{"way": "events"}, "")
	if got := c.hook(t, x.hook, event("older"), x.events); got.status != http.StatusUnauthorized {
		t.Errorf("the key before the last gets %d", got.status)
	}
	x.events = key
	n, err := db.One[int](t.Context(), c.app.db, `SELECT COUNT(*) FROM audit WHERE changes LIKE '%whsec_%'`)
	if err != nil || n != 0 {
		t.Errorf("%d keys in the log, %v", n, err)
	}
}

func (x *theirs) known(t *testing.T) {
	t.Helper()
	c := x.centre
	c.hook(t, x.hook, `{"id":"nameless","type":"message","thread":"nameless","message":"nameless","from":{"id":"nobody"},"text":"Halo"}`, x.events)
	c.hook(t, x.hook, `{"id":"who","type":"profile","from":{"id":"nobody","name":"Zofia Wilk-Nowak","email":"zofia@posta.example"}}`, x.events)
	until(t, "the customer has a name", func() bool {
		names, err := db.Many[string](t.Context(), c.app.db, `SELECT name FROM customer WHERE email = 'zofia@posta.example'`)
		return err == nil && len(names) == 1 && names[0] == "Zofia Wilk-Nowak"
	})
}

func (x *theirs) counted(t *testing.T, desk *testDesk) {
	t.Helper()
	x.begin(t, desk, "window", "")
	path := "/api/v1/conversations/" + x.find(t, "window").String()
	got := desk.work["window"].call("GET", path, nil)
	if field(t, got.body, "writable_until") == "<nil>" || field(t, got.body, "capabilities.text_limit") != "2000" || field(t, got.body, "entry_point.icon") != "plug" {
		t.Errorf("%s", got.body)
	}
	long := desk.work["window"].call("POST", path+"/replies", fields{"text": strings.Repeat("ż", 2001), "client_id": id.New[id.Entry]().String(), "based_on_seq": 0, "force": true})
	if long.status != http.StatusUnprocessableEntity || !strings.Contains(long.body, "length.max") {
		t.Errorf("%d %s", long.status, long.body)
	}
}

func (x *theirs) closed(t *testing.T) {
	t.Helper()
	c := x.centre
	event := `{"id":"late","type":"profile","from":{"id":"c"}}`
	c.chief.make("PATCH", x.path(), fields{"active": false}, "")
	if got := c.hook(t, x.hook, event, x.events); got.status != http.StatusConflict {
		t.Errorf("switched off: %d", got.status)
	}
	c.chief.make("POST", x.path()+"/archive", nil, "")
	if got := c.hook(t, x.hook, event, x.events); got.status != http.StatusNotFound {
		t.Errorf("closed: %d", got.status)
	}
	if got := c.hook(t, "/hooks/own/NOWHERE", event, x.events); got.status != http.StatusNotFound {
		t.Errorf("nowhere: %d", got.status)
	}
	if got := c.hook(t, "/hooks/email/"+boxAddress, event, x.events); got.status != http.StatusNotFound {
		t.Errorf("a channel that takes no posts: %d", got.status)
	}
}
