package app

import (
	"context"
	"encoding/json"
	"net/http"
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
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`

	raw string
}

// dial opens the desk's live connection of c.
func (h *house) dial(c *caller) *tab {
	h.t.Helper()
	header := http.Header{}
	c.sign(header)
	return h.connect("/ws", header)
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
			tb.t.Fatalf("%s did not come; came: %v", what, tb.kinds())
		}
	}
}

func (tb *tab) kinds() []string {
	var kinds []string
	for _, f := range tb.all() {
		kinds = append(kinds, f.Type)
	}
	return kinds
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
