package public_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
)

// patience bounds the wait for what must come.
const patience = 20 * time.Second

// answer is an HTTP answer with its body read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// code is the stable name of a problem.
func (a answer) code() string {
	var p struct {
		Code string `json:"code"`
	}
	_ = json.Unmarshal(a.body, &p)
	return p.Code
}

// ask sends a request as a page of origin would.
func (c *centre) ask(method, path string, body any, header ...string) answer {
	c.tb.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		in = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		c.must(err)
		in = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(c.tb.Context(), method, c.url+path, in)
	c.must(err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	c.must(err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	c.must(err)
	return answer{res.StatusCode, res.Header, raw}
}

// visit makes a visitor, or shows a token or an identity.
func (c *centre) visit(r webchat.VisitorRequest) webchat.VisitorAnswer {
	c.tb.Helper()
	r.Key = c.point.Address
	a := c.ask(http.MethodPost, "/w/visitors", r)
	if a.status != http.StatusCreated {
		c.tb.Fatalf("POST /w/visitors: %d %s", a.status, a.body)
	}
	var out webchat.VisitorAnswer
	c.must(json.Unmarshal(a.body, &out))
	return out
}

// tab is one socket of a visitor. What has come and nobody has asked for yet is kept.
type tab struct {
	c      *centre
	ws     *websocket.Conn
	frames chan frame
	closed chan websocket.StatusCode
	seen   []frame
}

type frame struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// dial opens a socket without a word.
func (c *centre) dial(origin string) *tab {
	c.tb.Helper()
	header := http.Header{}
	if origin != "" {
		header.Set("Origin", origin)
	}
	ws, res, err := websocket.Dial(c.tb.Context(), c.url+"/w/ws", &websocket.DialOptions{HTTPHeader: header})
	c.must(err)
	if res.Body != nil {
		c.must(res.Body.Close())
	}
	ws.SetReadLimit(1 << 20)
	t := &tab{c: c, ws: ws, frames: make(chan frame, 500), closed: make(chan websocket.StatusCode, 1)}
	go t.read()
	c.tb.Cleanup(func() { _ = ws.CloseNow() })
	return t
}

func (t *tab) read() {
	for {
		_, raw, err := t.ws.Read(context.Background())
		if err != nil {
			t.closed <- websocket.CloseStatus(err)
			close(t.frames)
			return
		}
		var f frame
		if json.Unmarshal(raw, &f) == nil {
			t.frames <- f
		}
	}
}

// enter opens a socket and says hello.
func (c *centre) enter(h webchat.Hello) (*tab, webchat.Welcome) {
	c.tb.Helper()
	t := c.dial("https://fala.example")
	t.send(&h)
	var w webchat.Welcome
	t.next("welcome", &w)
	return t, w
}

func (t *tab) send(m webchat.Message) {
	t.c.tb.Helper()
	raw, err := webchat.Encode(m)
	t.c.must(err)
	t.raw(raw)
}

func (t *tab) raw(raw []byte) {
	t.c.tb.Helper()
	t.c.must(t.ws.Write(t.c.tb.Context(), websocket.MessageText, raw))
}

// next waits for the next frame of a type that fits, and keeps those before it.
func (t *tab) next(kind string, into any, fits ...func() bool) {
	t.c.tb.Helper()
	timeout := time.After(patience)
	for i := 0; ; i++ {
		for i >= len(t.seen) {
			select {
			case f, ok := <-t.frames:
				if !ok {
					t.c.tb.Fatalf("closed while waiting for %s; came: %s", kind, t.came())
				}
				t.seen = append(t.seen, f)
			case <-timeout:
				t.c.tb.Fatalf("no %s; came: %s", kind, t.came())
			}
		}
		if t.seen[i].Type != kind {
			continue
		}
		empty(into)
		t.c.must(json.Unmarshal(t.seen[i].Data, into))
		if len(fits) == 0 || fits[0]() {
			t.seen = append(t.seen[:i], t.seen[i+1:]...)
			return
		}
	}
}

func empty(into any) {
	switch v := into.(type) {
	case *webchat.State:
		*v = webchat.State{}
	case *webchat.EntryFrame:
		*v = webchat.EntryFrame{}
	case *webchat.Fault:
		*v = webchat.Fault{}
	}
}

func (t *tab) came() string {
	var all []string
	for _, f := range t.seen {
		all = append(all, f.Type+" "+string(f.Data))
	}
	return strings.Join(all, "\n")
}

// ends waits for the close code.
func (t *tab) ends() int {
	t.c.tb.Helper()
	select {
	case code := <-t.closed:
		return int(code)
	case <-time.After(patience):
		t.c.tb.Fatal("the socket stays open")
		return 0
	}
}

// settle returns all that has come until a ping was answered.
func (t *tab) settle() []frame {
	t.c.tb.Helper()
	t.send(&webchat.Ping{})
	t.next("beat", &struct{}{})
	for {
		select {
		case f := <-t.frames:
			t.seen = append(t.seen, f)
		default:
			return t.seen
		}
	}
}

// begin opens a conversation.
func (t *tab) begin(cid string) webchat.State {
	t.c.tb.Helper()
	t.send(&webchat.Prechat{CID: cid, Fields: map[string]string{"name": "Łukasz Żak"}, Consent: true, ConsentVersion: "3", Language: "pl"})
	var o webchat.Opened
	t.next("opened", &o)
	return o.State
}

// say says something and waits until it is stored.
func (t *tab) say(key id.Conversation, cid, text string) webchat.Said {
	t.c.tb.Helper()
	t.send(&webchat.Say{CID: cid, Conversation: key, Text: text})
	var s webchat.Said
	t.next("said", &s, func() bool { return s.CID == cid })
	return s
}

// refused waits for a fault.
func (t *tab) refused() webchat.Fault {
	t.c.tb.Helper()
	var f webchat.Fault
	t.next("error", &f)
	return f
}

// phase waits for a state in a phase.
func (t *tab) phase(want webchat.Phase) webchat.State {
	t.c.tb.Helper()
	var s webchat.State
	t.next("state", &s, func() bool { return s.Phase == want })
	return s
}

// hears waits for an entry with a text or an event.
func (t *tab) hears(text string) webchat.Entry {
	t.c.tb.Helper()
	var e webchat.EntryFrame
	t.next("entry", &e, func() bool { return e.Text == text || e.Event == text })
	return e.Entry
}

func newcomer(c *centre) (string, *tab) {
	c.tb.Helper()
	v := c.visit(webchat.VisitorRequest{Language: "pl"})
	t, _ := c.enter(webchat.Hello{Token: v.Token})
	return v.Token, t
}

func bearer(token string) []string { return []string{"Authorization", "Bearer " + token} }
