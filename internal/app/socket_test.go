package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// tab is an open live connection; it keeps every frame that came.
type tab struct {
	t    *testing.T
	conn *websocket.Conn

	mu     sync.Mutex
	frames []frame
	more   chan struct{}
	code   websocket.StatusCode
	ended  chan struct{}
}

// frame is one frame of a live connection.
type frame struct {
	Seq  int64           `json:"seq"`
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`

	raw string
}

// dial opens the desk's live connection of c. The stream begins with hello: what happened before is for the desk to fetch.
func (h *house) dial(c *caller) *tab { return h.redial(c, "") }

// redial opens it at a place in the stream, as a desk does that lost its connection.
func (h *house) redial(c *caller, place string) *tab {
	h.t.Helper()
	header := http.Header{}
	c.sign(header)
	tb := h.connect("/ws"+place, header)
	tb.until("hello")
	return tb
}

// place returns the query that names where the desk is in its stream.
func (tb *tab) place() string {
	tb.t.Helper()
	seq := int64(0)
	for _, f := range tb.all() {
		seq = max(seq, f.Seq)
	}
	return fmt.Sprintf("?epoch=%s&seq=%d", field(tb.t, string(tb.until("hello").Data), "epoch"), seq)
}

// settled returns every frame that was sent before now: the pong comes behind them.
func (tb *tab) settled() []frame {
	tb.t.Helper()
	pongs := func() (n int) {
		for _, f := range tb.all() {
			if f.Type == "pong" {
				n++
			}
		}
		return n
	}
	before := pongs()
	tb.send("ping", nil)
	tb.find("a pong", func(frame) bool { return pongs() > before })
	return tb.all()
}

// connect opens a websocket that must be let in.
func (h *house) connect(path string, header http.Header) *tab {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), within)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws://"+h.addr+path, &websocket.DialOptions{HTTPHeader: header})
	h.must(err)
	conn.SetReadLimit(1 << 20)
	tb := &tab{t: h.t, conn: conn, more: make(chan struct{}, 1), ended: make(chan struct{})}
	go tb.read()
	h.t.Cleanup(func() {
		_ = conn.CloseNow() // many are closed already
		<-tb.ended
	})
	return tb
}

func (tb *tab) read() {
	defer close(tb.ended)
	for {
		_, raw, err := tb.conn.Read(context.Background())
		if err != nil {
			tb.code = websocket.CloseStatus(err)
			return
		}
		f := frame{raw: string(raw)}
		if json.Unmarshal(raw, &f) != nil {
			f.Type = "unreadable"
		}
		tb.mu.Lock()
		tb.frames = append(tb.frames, f)
		tb.mu.Unlock()
		select {
		case tb.more <- struct{}{}:
		default:
		}
	}
}

// send sends a frame.
func (tb *tab) send(kind string, data any) {
	tb.t.Helper()
	raw, err := json.Marshal(map[string]any{"type": kind, "data": data})
	if err != nil {
		tb.t.Fatal(err)
	}
	tb.write(websocket.MessageText, raw)
}

// write sends bytes; a connection that is closing refuses them, which is for the test to see by its code.
func (tb *tab) write(kind websocket.MessageType, raw []byte) {
	ctx, cancel := context.WithTimeout(tb.t.Context(), within)
	defer cancel()
	_ = tb.conn.Write(ctx, kind, raw)
}

// all returns every frame so far.
func (tb *tab) all() []frame {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	return append([]frame(nil), tb.frames...)
}

// until waits for a frame of a kind.
func (tb *tab) until(kind string) frame {
	tb.t.Helper()
	return tb.find("a frame of type "+kind, func(f frame) bool { return f.Type == kind })
}

// find waits for a frame that fits.
func (tb *tab) find(what string, fits func(f frame) bool) frame {
	tb.t.Helper()
	late := time.After(within)
	for {
		for _, f := range tb.all() {
			if fits(f) {
				return f
			}
		}
		select {
		case <-tb.more:
		case <-tb.ended:
			tb.t.Fatalf("the connection ended with %d before %s came", tb.code, what)
		case <-late:
			tb.t.Fatalf("%s did not come; came: %v", what, tb.raws())
		}
	}
}

func (tb *tab) raws() []string {
	var raws []string
	for _, f := range tb.all() {
		raws = append(raws, f.raw)
	}
	return raws
}

// closed waits for the end and returns its code.
func (tb *tab) closed() websocket.StatusCode {
	tb.t.Helper()
	select {
	case <-tb.ended:
	case <-time.After(within):
		tb.t.Fatal("the connection was not closed")
	}
	return tb.code
}

// guest is a visitor with an open chat.
type guest struct {
	*tab
	house *house
	token string
}

// visit lets a visitor of the estate's page in.
func (e *estate) visit() *guest {
	e.house.t.Helper()
	got := e.house.nobody().call("POST", "/w/visitors", fields{"key": e.key})
	if got.status != http.StatusCreated {
		e.house.t.Fatalf("no visitor: %d %s", got.status, got.body)
	}
	g := e.connectVisitor(field(e.house.t, got.body, "token"))
	g.send("hello", fields{"token": g.token, "seq": 0})
	g.until("welcome")
	return g
}

func (e *estate) connectVisitor(token string) *guest {
	return &guest{e.house.connect("/w/ws", http.Header{"Origin": {"https://" + e.domain()}}), e.house, token}
}

// open opens the guest's conversation.
func (g *guest) open() string {
	g.t.Helper()
	g.send("prechat", fields{"cid": "open-the-talk", "consent": true})
	return field(g.t, string(g.until("opened").Data), "state.conversation")
}

// bearer sends a request with the guest's token.
func (g *guest) bearer(method, path string) answer {
	r := httptest.NewRequestWithContext(g.t.Context(), method, path, nil)
	r.Header.Set("Authorization", "Bearer "+g.token)
	w := httptest.NewRecorder()
	g.house.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Body.String()}
}
