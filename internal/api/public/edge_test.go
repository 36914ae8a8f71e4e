package public_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/colour"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestConfigIsInTheVisitorsLanguage(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	read := func(lang string) (webchat.Config, answer) {
		a := c.ask("GET", "/w/config?key="+c.point.Address+"&lang="+lang, nil, "Origin", "https://fala.example")
		var out webchat.Config
		c.must(json.Unmarshal(a.body, &out))
		return out, a
	}
	pl, a := read("pl-PL")
	if pl.Language != "pl" || pl.Prechat.Fields[0].Label != "Imię" || pl.Prechat.Fields[1].Label != "E-mail" || !pl.Hours.Open || !pl.Survey || pl.Brand.Name != "Fala Net" {
		t.Errorf("%+v", pl)
	}
	if pl.Brand.Color == "" || pl.Brand.Accent != colour.Readable(pl.Brand.Color) {
		t.Errorf("the launcher is %q of %q", pl.Brand.Accent, pl.Brand.Color)
	}
	if en, _ := read("en"); en.Language != "en" || en.Prechat.Consent.Text != "I agree." {
		t.Errorf("%+v", en)
	}
	if hu, _ := read("hu"); hu.Language != "pl" {
		t.Errorf("a language that the brand does not speak: %q", hu.Language)
	}
	if a.header.Get("Access-Control-Allow-Origin") != "https://fala.example" || !strings.Contains(a.header.Get("Cache-Control"), "max-age=60") {
		t.Errorf("headers %v", a.header)
	}
	same := c.ask("GET", "/w/config?key="+c.point.Address+"&lang=pl-PL", nil, "If-None-Match", a.header.Get("ETag"))
	if same.status != http.StatusNotModified {
		t.Errorf("unchanged: %d", same.status)
	}
	if none := c.ask("GET", "/w/config?key=NONE", nil, "Accept-Language", "hu"); none.status != http.StatusNotFound || none.code() != webchat.CodeKeyUnknown {
		t.Errorf("an unknown key: %d %s", none.status, none.body)
	}
}

func TestOnlyTheBrandsPagesMayUseTheWidget(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	token := c.visit(webchat.VisitorRequest{}).Token
	tests := []struct {
		origin  string
		allowed bool
	}{
		{"https://fala.example", true},
		{"https://www.shop.example", true},
		{"http://fala.example", false},
		{"https://shop.example", false},
		{"https://evil.example", false},
		{"https://fala.example.evil.example", false},
		{"null", false},
	}
	for _, tt := range tests {
		t.Run(tt.origin, func(t *testing.T) {
			t.Parallel()
			a := c.ask("POST", "/w/visitors", webchat.VisitorRequest{Key: c.point.Address}, "Origin", tt.origin)
			if (a.status == http.StatusCreated) != tt.allowed || !tt.allowed && a.code() != webchat.CodeOrigin {
				t.Errorf("visitors: %d %s", a.status, a.body)
			}
			sock := c.dial(tt.origin)
			sock.send(&webchat.Hello{Token: token})
			if tt.allowed {
				sock.next("welcome", &webchat.Welcome{})
				return
			}
			if f := sock.refused(); f.Code != webchat.CodeOrigin {
				t.Errorf("socket: %+v", f)
			}
			if code := sock.ends(); code != webchat.CloseForbidden {
				t.Errorf("closed with %d", code)
			}
		})
	}
	pre := c.ask("OPTIONS", "/w/visitors", nil, "Origin", "https://fala.example", "Access-Control-Request-Method", "POST")
	if pre.status != http.StatusNoContent || pre.header.Get("Access-Control-Max-Age") != "7200" || !strings.Contains(pre.header.Get("Access-Control-Allow-Headers"), "x-file-name") {
		t.Errorf("preflight %d %v", pre.status, pre.header)
	}
}

func TestTokensThatAreNoneOpenNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		token := c.visit(webchat.VisitorRequest{}).Token
		expired := c.visit(webchat.VisitorRequest{}).Token
		c.must(d.Update(c.ctx, func(tx *db.Tx) error {
			_, err := db.Exec(c.ctx, tx, `UPDATE webchat_token SET expires_at = $1 WHERE created_at = (SELECT MAX(created_at) FROM webchat_token)`, time.Now())
			return err
		}))
		for why, bad := range map[string]string{
			"none": "", "forged": token[:len(token)-1] + "_", "expired": expired, "foreign": "v1.abc", "endless": strings.Repeat("x", webchat.TokenMax),
		} {
			a := c.ask("GET", "/w/entries", nil, append(bearer(bad), "Accept-Language", "pl")...)
			if a.status != http.StatusUnauthorized || a.code() != webchat.CodeToken || !strings.Contains(string(a.body), "Twoja wizyta") {
				t.Errorf("%s: %d %s", why, a.status, a.body)
			}
			if bad == "" {
				continue
			}
			sock := c.dial("")
			sock.send(&webchat.Hello{Token: bad})
			if code := sock.ends(); code != webchat.CloseUnauthenticated {
				t.Errorf("%s: closed with %d", why, code)
			}
			if again := c.visit(webchat.VisitorRequest{Token: bad}); again.Token == bad {
				t.Errorf("%s: the token was taken", why)
			}
		}
	})
}

func TestForgedIdentitiesAreRefused(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	secret, err := c.points.RotateSecret(c.ctx, c.point.ID)
	c.must(err)
	good := webchat.Identity{Subject: "42", Expires: time.Now().Add(time.Hour)}
	for name, tt := range map[string]struct {
		identity webchat.Identity
		secret   string
		want     string
	}{
		"another secret": {good, "guessed", webchat.CodeIdentity},
		"expired":        {webchat.Identity{Subject: "42", Expires: time.Now().Add(-time.Hour)}, secret, webchat.CodeIdentityExpired},
		"for ever":       {webchat.Identity{Subject: "42", Expires: time.Now().AddDate(1, 0, 0)}, secret, webchat.CodeIdentity},
		"nobody":         {webchat.Identity{Expires: good.Expires}, secret, webchat.CodeIdentity},
	} {
		token, err := webchat.SignIdentity(tt.identity, tt.secret)
		c.must(err)
		a := c.ask("POST", "/w/visitors", webchat.VisitorRequest{Key: c.point.Address, Identity: token})
		if a.status != http.StatusUnauthorized || a.code() != tt.want {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestHostileFramesEndInClearErrors(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	token := c.visit(webchat.VisitorRequest{}).Token
	tests := []struct {
		name  string
		hello bool
		frame string
		code  string
		close int
	}{
		{"no JSON", true, `{`, webchat.CodeMalformed, webchat.CloseMalformed},
		{"an unknown type", true, `{"type":"shout"}`, webchat.CodeMalformed, webchat.CloseMalformed},
		{"hello twice", true, `{"type":"hello","data":{"token":"x"}}`, webchat.CodeHelloExpected, webchat.CloseMalformed},
		{"no hello", false, `{"type":"ping"}`, webchat.CodeHelloExpected, webchat.CloseMalformed},
		{"too large", true, `{"type":"page","data":{"url":"` + strings.Repeat("x", webchat.FrameMax) + `"}}`, "", int(websocket.StatusMessageTooBig)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sock := c.dial("")
			if tt.hello {
				sock.send(&webchat.Hello{Token: token})
				sock.next("welcome", &webchat.Welcome{})
			}
			sock.raw([]byte(tt.frame))
			if tt.code != "" {
				if f := sock.refused(); f.Code != tt.code || f.Text == "" || f.Text == tt.code {
					t.Errorf("%+v", f)
				}
			}
			if code := sock.ends(); code != tt.close {
				t.Errorf("closed with %d, want %d", code, tt.close)
			}
		})
	}
}

func TestWrongFieldsKeepTheSocket(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	_, sock := newcomer(c)
	sock.raw([]byte(`{"type":"say","data":{"cid":"say-00001","conversation":"1","text":" "}}`))
	if f := sock.refused(); f.Code != "fields" || f.CID != "say-00001" || len(f.Fields) != 1 || f.Fields[0].Text == "" {
		t.Errorf("%+v", f)
	}
	sock.begin("open-0001")
}

func TestAFloodIsLimited(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	_, sock := newcomer(c)
	key := sock.begin("open-0001").Conversation
	for range 40 {
		raw, err := webchat.Encode(&webchat.VisitorRead{Conversation: key, Seq: 1})
		c.must(err)
		if sock.ws.Write(t.Context(), websocket.MessageText, raw) != nil {
			break
		}
	}
	if f := sock.refused(); f.Code != webchat.CodeLimited {
		t.Errorf("%+v", f)
	}
	if code := sock.ends(); code != webchat.CloseLimited {
		t.Errorf("closed with %d", code)
	}
}

func TestMessagesThatComeTooFastAreHeld(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	token, sock := newcomer(c)
	key := sock.begin("open-0001").Conversation
	held := webchat.Fault{}
	for i := range 40 {
		raw, err := webchat.Encode(&webchat.Say{CID: "say-" + id.Conversation(1000+i).String(), Conversation: key, Text: "x"})
		c.must(err)
		a := c.ask("POST", "/w/messages", raw, bearer(token)...)
		var f frame
		c.must(json.Unmarshal(a.body, &f))
		if f.Type == "error" {
			c.must(json.Unmarshal(f.Data, &held))
			break
		}
	}
	if held.Code != webchat.CodeLimited || held.Retry < 1 || held.CID == "" {
		t.Errorf("%+v", held)
	}
}

func TestTheEleventhTabPutsTheFirstToSleep(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	token, first := newcomer(c)
	for range webchat.SocketsPerVisitorMax {
		c.enter(webchat.Hello{Token: token})
	}
	if code := first.ends(); code != webchat.CloseReplaced {
		t.Errorf("closed with %d", code)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	big := []byte(`{"key":"` + strings.Repeat("x", webchat.BodyMax) + `"}`)
	if a := c.ask("POST", "/w/visitors", big); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d %s", a.status, a.body)
	}
	for _, bad := range []string{"", "{", `[]`, `{} {}`} {
		if a := c.ask("POST", "/w/visitors", []byte(bad)); a.code() != webchat.CodeMalformed {
			t.Errorf("%q: %d %s", bad, a.status, a.body)
		}
	}
	a := c.ask("GET", "/w/entries?after=-1&wait=99&conversation=x", nil, bearer(c.visit(webchat.VisitorRequest{}).Token)...)
	if a.status != http.StatusUnprocessableEntity || strings.Count(string(a.body), `"path"`) != 3 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestTheDemoPageIsStrict(t *testing.T) {
	t.Parallel()
	c := open(t, dbtest.SQLite(t))
	a := c.ask("GET", "/demo/fala-net", nil)
	policy := a.header.Get("Content-Security-Policy")
	if a.status != http.StatusOK || !strings.Contains(string(a.body), `data-key="`+c.point.Address+`"`) || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("%d %s", a.status, policy)
	}
	if css := c.ask("GET", "/demo/assets/fala-net.css", nil); css.status != http.StatusOK || !strings.HasPrefix(css.header.Get("Content-Type"), "text/css") {
		t.Errorf("style: %d %v", css.status, css.header)
	}
	for _, path := range []string{"/demo/none", "/demo/assets/fala-net.html", "/demo/assets/none.css"} {
		if a := c.ask("GET", path, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
