package visitor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
)

// Bounds of a visitor's patience and memory.
const (
	answerWithin = 10 * time.Second // then the same act is sent again
	requestLimit = 20 * time.Second
	firstPause   = 100 * time.Millisecond // after a lost connection, doubling
	longestPause = 2 * time.Second
	frameLimit   = 1 << 20
)

// Config says where a visitor writes.
type Config struct {
	Base     string // "http://127.0.0.1:8080"
	Key      string // of the widget
	Origin   string // of the page; empty: no browser
	Language string
	Identity string // signed by the brand; empty: anonymous
}

// Visitor is one browser. Acts are done one at a time; looking on may be done at any time.
type Visitor struct {
	cfg  Config
	http *http.Client

	acting sync.Mutex // acts are sent in the order they were made

	mu      sync.Mutex
	token   string
	who     webchat.Visitor
	state   webchat.State
	entries []webchat.Entry
	typed   bool                // an agent typed when that was told last
	answers map[string]incoming // by client id, until they are taken
	ws      *websocket.Conn
	changed chan struct{} // closed and replaced at every change
}

// incoming is a frame from the server.
type incoming struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// RefusedError is an act that the server did not do and that need not be tried again.
type RefusedError struct{ Fault webchat.Fault }

// Error returns the stable code and the words for a person.
func (r *RefusedError) Error() string { return "visitor: " + r.Fault.Code + ": " + r.Fault.Text }

// New returns a visitor whom nobody knows yet.
func New(cfg Config) *Visitor {
	cfg.Base = strings.TrimSuffix(cfg.Base, "/")
	return &Visitor{cfg: cfg, http: &http.Client{Timeout: requestLimit}, answers: map[string]incoming{}, changed: make(chan struct{})}
}

// Arrive introduces the visitor and connects. It tries until ctx ends.
func (v *Visitor) Arrive(ctx context.Context) error { return v.connect(ctx) }

// Leave closes the connection, as a closed tab does. The next act connects again.
func (v *Visitor) Leave() {
	v.mu.Lock()
	ws := v.ws
	v.ws = nil
	v.mu.Unlock()
	if ws != nil {
		_ = ws.CloseNow() // nobody waits for the goodbye
	}
}

// State returns what the server told last about the conversation.
func (v *Visitor) State() webchat.State {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.state
}

// Entries returns what the visitor has seen, in order.
func (v *Visitor) Entries() []webchat.Entry {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.entries)
}

// Who returns whom the server takes the visitor for.
func (v *Visitor) Who() webchat.Visitor {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.who
}

// Until waits until done says so, looking again at every change and staying connected meanwhile.
func (v *Visitor) Until(ctx context.Context, done func(webchat.State, []webchat.Entry) bool) error {
	return v.until(ctx, func() bool { return done(v.state, v.entries) })
}

// UntilAgentTypes waits until an agent is seen to type.
func (v *Visitor) UntilAgentTypes(ctx context.Context) error {
	return v.until(ctx, func() bool { return v.typed })
}

// until waits until done, which is called with the lock held, says so.
func (v *Visitor) until(ctx context.Context, done func() bool) error {
	for {
		v.mu.Lock()
		ready, changed, connected := done(), v.changed, v.ws != nil
		v.mu.Unlock()
		if ready {
			return nil
		}
		if !connected {
			if err := v.connect(ctx); err != nil {
				return err
			}
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("visitor: waiting: %w", ctx.Err())
		}
	}
}

// visit gets the token, or shows the one it has.
func (v *Visitor) visit(ctx context.Context) error {
	v.mu.Lock()
	body := webchat.VisitorRequest{Key: v.cfg.Key, Token: v.token, Identity: v.cfg.Identity, Language: v.cfg.Language}
	v.mu.Unlock()
	var out webchat.VisitorAnswer
	if err := v.post(ctx, "/w/visitors", body, &out); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.token, v.who = out.Token, out.Visitor
	return nil
}

func (v *Visitor) post(ctx context.Context, path string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("visitor: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.cfg.Base+path, bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("visitor: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	if v.cfg.Origin != "" {
		r.Header.Set("Origin", v.cfg.Origin)
	}
	res, err := v.http.Do(r)
	if err != nil {
		return fmt.Errorf("visitor: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, frameLimit))
	if err != nil {
		return fmt.Errorf("visitor: %w", err)
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return refusal(path, res.StatusCode, answer)
	}
	return json.Unmarshal(answer, into)
}

// refusal returns why a request failed: for good, or for now.
func refusal(path string, status int, answer []byte) error {
	var problem struct {
		Code   string `json:"code"`
		Detail string `json:"detail"`
	}
	err := json.Unmarshal(answer, &problem)
	if err == nil && status < http.StatusInternalServerError && status != http.StatusTooManyRequests {
		return &RefusedError{webchat.Fault{Code: problem.Code, Text: problem.Detail}}
	}
	return fmt.Errorf("visitor: %s: status %d %s", path, status, problem.Code)
}

// connect makes sure that there is a connection, with pauses between tries. What is refused for good is not tried again.
func (v *Visitor) connect(ctx context.Context) error {
	pause := firstPause
	for {
		v.mu.Lock()
		connected := v.ws != nil
		v.mu.Unlock()
		if connected {
			return nil
		}
		err := v.dial(ctx)
		if err == nil {
			return nil
		}
		if _, final := errors.AsType[*RefusedError](err); final {
			return err
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return fmt.Errorf("visitor: connect: %w", errors.Join(ctx.Err(), err))
		}
		pause = min(2*pause, longestPause)
	}
}

func (v *Visitor) dial(ctx context.Context) error {
	v.mu.Lock()
	token, identity := v.token, v.cfg.Identity
	v.mu.Unlock()
	if token == "" || identity != "" {
		if err := v.visit(ctx); err != nil {
			return err
		}
	}
	header := http.Header{}
	if v.cfg.Origin != "" {
		header.Set("Origin", v.cfg.Origin)
	}
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(v.cfg.Base, "http")+"/w/ws", &websocket.DialOptions{HTTPHeader: header}) //nolint:bodyclose // the library closes it
	if err != nil {
		return fmt.Errorf("visitor: %w", err)
	}
	ws.SetReadLimit(frameLimit)
	if err := v.greet(ctx, ws); err != nil {
		_ = ws.CloseNow() // it is of no use
		return err
	}
	return nil
}

// greet says hello and waits for the welcome; from then on the connection is read in the background.
func (v *Visitor) greet(ctx context.Context, ws *websocket.Conn) error {
	v.mu.Lock()
	hello := &webchat.Hello{Token: v.token, Conversation: v.state.Conversation, Language: v.cfg.Language}
	if n := len(v.entries); n > 0 {
		hello.Seq = v.entries[n-1].Seq
	}
	v.mu.Unlock()
	if err := write(ctx, ws, hello); err != nil {
		return err
	}
	f, err := read(ctx, ws)
	if err != nil {
		if int(websocket.CloseStatus(err)) == webchat.CloseUnauthenticated {
			v.forget()
		}
		return err
	}
	if f.Type != (webchat.Welcome{}).FrameType() {
		v.forget() // the next try asks for another token
		return fmt.Errorf("visitor: not welcome: %s", f.Data)
	}
	v.mu.Lock()
	v.ws = ws
	v.mu.Unlock()
	v.take(f)
	go v.listen(ws) //nolint:gosec,contextcheck // the connection outlives the act that made it
	return nil
}

func (v *Visitor) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.token = ""
}

func (v *Visitor) listen(ws *websocket.Conn) {
	for {
		f, err := read(context.Background(), ws)
		if err != nil {
			break
		}
		v.take(f)
	}
	_ = ws.CloseNow() // it has ended already
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ws == ws {
		v.ws = nil
	}
	v.changeLocked()
}

func (v *Visitor) changeLocked() {
	close(v.changed)
	v.changed = make(chan struct{})
}

func write(ctx context.Context, ws *websocket.Conn, m webchat.Message) error {
	raw, err := webchat.Encode(m)
	if err != nil {
		return err
	}
	if err := ws.Write(ctx, websocket.MessageText, raw); err != nil {
		return fmt.Errorf("visitor: %w", err)
	}
	return nil
}

func read(ctx context.Context, ws *websocket.Conn) (incoming, error) {
	var f incoming
	_, raw, err := ws.Read(ctx)
	if err == nil {
		err = json.Unmarshal(raw, &f)
	}
	if err != nil {
		return f, fmt.Errorf("visitor: %w", err)
	}
	return f, nil
}

// Conversation returns the conversation that is on the visitor's screen.
func (v *Visitor) Conversation() id.Conversation { return v.State().Conversation }
