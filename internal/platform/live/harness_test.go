package live_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/platform/live"
)

// patience is longer than every timer of the package; in a synctest bubble it costs nothing.
const patience = 5 * time.Minute

var anna = live.Key{Tenant: 1, User: 11}

// wire is a frame as a client sees it.
type wire struct {
	Seq  int64           `json:"seq"`
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

type helloData struct {
	Epoch   string `json:"epoch"`
	Seq     int64  `json:"seq"`
	Resumed bool   `json:"resumed"`
}

// startHub starts a hub that is stopped at the end of the test. In a synctest bubble the test fails if the stop leaves
// a goroutine behind.
func startHub(tb testing.TB, cfg live.Config) *live.Hub {
	tb.Helper()
	hub := live.NewHub(cfg, slog.New(slog.DiscardHandler))
	if err := hub.Start(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { stopHub(tb, hub) })
	return hub
}

func stopHub(tb testing.TB, hub *live.Hub) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := hub.Stop(ctx); err != nil {
		tb.Errorf("stop: %v", err)
	}
}

// serving returns a handler that serves one user.
func serving(hub *live.Hub, key live.Key, session live.Session) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _ = hub.Serve(w, r, key, session) })
}

// client is a browser's side of a connection.
type client struct {
	t  testing.TB
	ws *websocket.Conn
}

// connect dials through an unbuffered pipe, so that a client that does not read stops the server's writer at once.
func connect(tb testing.TB, h http.Handler, query string) *client {
	tb.Helper()
	return dial(tb, &http.Client{Transport: pipe{h}}, "ws://desk.example.com/ws"+query)
}

// connectTCP dials a real server.
func connectTCP(tb testing.TB, server *httptest.Server, query string) *client {
	tb.Helper()
	return dial(tb, server.Client(), server.URL+"/ws"+query)
}

func dial(tb testing.TB, c *http.Client, url string) *client {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	ws, response, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPClient: c})
	if err != nil {
		tb.Fatalf("dial: %v (%v)", err, response)
	}
	ws.SetReadLimit(-1)
	tb.Cleanup(func() { _ = ws.CloseNow() })
	return &client{t: tb, ws: ws}
}

func (c *client) read() (wire, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, data, err := c.ws.Read(ctx)
	if err != nil {
		return wire{}, err
	}
	var f wire
	return f, json.Unmarshal(data, &f)
}

// next reads a frame of the type wanted.
func (c *client) next(want string) wire {
	c.t.Helper()
	f, err := c.read()
	if err != nil || f.Type != want {
		c.t.Fatalf("got %+v %v, want a frame %q", f, err, want)
	}
	return f
}

// hello reads the first frame.
func (c *client) hello() helloData {
	c.t.Helper()
	var h helloData
	if err := json.Unmarshal(c.next(live.TypeHello).Data, &h); err != nil {
		c.t.Fatal(err)
	}
	return h
}

// idle reads the first frame and then only answers pings.
func (c *client) idle() {
	c.hello()
	c.ws.CloseRead(c.t.Context())
}

// numbers reads n frames and returns their numbers.
func (c *client) numbers(n int) []int64 {
	c.t.Helper()
	seqs := make([]int64, 0, n)
	for range n {
		f, err := c.read()
		if err != nil {
			c.t.Fatalf("after %d frames: %v", len(seqs), err)
		}
		seqs = append(seqs, f.Seq)
	}
	return seqs
}

// closed reads until the connection ends and returns why, and the frames before.
func (c *client) closed() (live.CloseCode, string, []wire) {
	var before []wire
	for {
		f, err := c.read()
		if err == nil {
			before = append(before, f)
			continue
		}
		var ce websocket.CloseError
		if code := websocket.CloseStatus(err); code == -1 || !asClose(err, &ce) {
			return live.CloseAbnormal, err.Error(), before
		}
		return live.CloseCode(ce.Code), ce.Reason, before
	}
}

// drop ends the connection as a lost network does.
func (c *client) drop() { _ = c.ws.CloseNow() }

func (c *client) write(message string) {
	c.t.Helper()
	if err := c.ws.Write(c.t.Context(), websocket.MessageText, []byte(message)); err != nil {
		c.t.Fatalf("write: %v", err)
	}
}

func at(epoch string, seq int64) string {
	return "?epoch=" + epoch + "&seq=" + strconv.FormatInt(seq, 10)
}

func note(n int) live.Frame {
	return live.Frame{Type: "note", Data: json.RawMessage(strconv.Itoa(n))}
}

func send(tb testing.TB, hub *live.Hub, key live.Key, frames ...live.Frame) {
	tb.Helper()
	for _, f := range frames {
		if err := hub.Send(key, f); err != nil {
			tb.Fatal(err)
		}
	}
}

func sendNotes(tb testing.TB, hub *live.Hub, key live.Key, n int) {
	tb.Helper()
	for i := range n {
		send(tb, hub, key, note(i))
	}
}

// pipe is a transport whose connections are in memory and unbuffered.
type pipe struct{ handler http.Handler }

func (p pipe) RoundTrip(r *http.Request) (*http.Response, error) {
	near, far := net.Pipe()
	w := &pipeWriter{header: http.Header{}, conn: far}
	p.handler.ServeHTTP(w, r)
	response := &http.Response{StatusCode: w.code, Header: w.header, Request: r, Body: near}
	if !w.hijacked {
		response.Body = io.NopCloser(&w.body)
	}
	return response, nil
}

type pipeWriter struct {
	header   http.Header
	code     int
	body     bytes.Buffer
	conn     net.Conn
	hijacked bool
}

func (w *pipeWriter) Header() http.Header         { return w.header }
func (w *pipeWriter) Write(p []byte) (int, error) { return w.body.Write(p) }
func (w *pipeWriter) WriteHeader(code int)        { w.code = code }

func (w *pipeWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.hijacked = true
	return w.conn, bufio.NewReadWriter(bufio.NewReader(w.conn), bufio.NewWriter(w.conn)), nil
}
