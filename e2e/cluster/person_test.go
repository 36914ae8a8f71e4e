package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// fields is a JSON object.
type fields map[string]any

// person works here, at the desk of whatever node.
type person struct {
	t    *testing.T
	id   string
	host string // of the tenant; empty: the first one's
	http *http.Client
}

func newPerson(t *testing.T) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t: t, http: &http.Client{Jar: jar, Timeout: within, Transport: &http.Transport{}}}
}

// try calls the interface of a node; an error is whatever is no success.
func (p *person) try(n *node, method, path string, body, out any) error {
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, n.base()+"/api/v1"+path, in)
	if err != nil {
		return err
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Host = p.host
	answer, err := p.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s of %s: %d %s", method, path, n.name, answer.StatusCode, raw) //nolint:err113 // for the test's log
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}

// call calls the interface of a node, which must do it.
func (p *person) call(n *node, method, path string, body, out any) {
	p.t.Helper()
	if err := p.try(n, method, path, body, out); err != nil {
		p.t.Fatalf("%v\n%s", err, n.lines())
	}
}

// make makes something and returns its key.
func (p *person) make(n *node, path string, body any) string {
	p.t.Helper()
	var made struct {
		ID string `json:"id"`
	}
	p.call(n, http.MethodPost, path, body, &made)
	return made.ID
}

func (p *person) signIn(n *node, email string) {
	p.t.Helper()
	p.call(n, http.MethodPost, "/session", fields{"email": email, "password": password}, nil)
}

// works says that the agent is available and whether chats come.
func (p *person) works(n *node, chats bool) {
	p.t.Helper()
	p.call(n, http.MethodPut, "/me/channels", fields{"channels": fields{"chat": chats}}, nil)
	p.call(n, http.MethodPut, "/me/presence", fields{"state": "available"}, nil)
}

// tab is an open desk; it keeps every frame that came.
type tab struct {
	*person
	node *node
	conn *websocket.Conn

	mu     sync.Mutex
	frames []frame
	more   chan struct{} // closed and replaced at every frame
	ended  chan struct{}
}

type frame struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// sits opens the person's desk at a node.
func (p *person) sits(n *node) *tab {
	p.t.Helper()
	conn, _, err := websocket.Dial(p.t.Context(), "ws://"+n.addr+"/ws", &websocket.DialOptions{
		HTTPClient: &http.Client{Jar: p.http.Jar}, HTTPHeader: http.Header{"Origin": {n.base()}},
	})
	if err != nil {
		p.t.Fatalf("/ws of %s: %v\n%s", n.name, err, n.lines())
	}
	conn.SetReadLimit(1 << 20)
	tb := &tab{person: p, node: n, conn: conn, more: make(chan struct{}), ended: make(chan struct{})}
	go tb.read()
	p.t.Cleanup(tb.leave)
	tb.sees("hello", nil)
	return tb
}

func (tb *tab) leave() {
	_ = tb.conn.CloseNow() // its node may be dead
	<-tb.ended
}

func (tb *tab) read() {
	defer close(tb.ended)
	for {
		_, raw, err := tb.conn.Read(context.Background())
		if err != nil {
			return
		}
		var f frame
		if json.Unmarshal(raw, &f) != nil {
			f.Type = "unreadable"
		}
		tb.mu.Lock()
		tb.frames = append(tb.frames, f)
		close(tb.more)
		tb.more = make(chan struct{})
		tb.mu.Unlock()
	}
}

func (tb *tab) sends(kind string, data any) {
	tb.t.Helper()
	raw, err := json.Marshal(fields{"type": kind, "data": data})
	if err == nil {
		err = tb.conn.Write(tb.t.Context(), websocket.MessageText, raw)
	}
	if err != nil {
		tb.t.Fatal(err)
	}
}

// sees waits for a frame of a kind that fits; nil fits all.
func (tb *tab) sees(kind string, fits func(data fields) bool) fields {
	tb.t.Helper()
	late, next := time.After(within), 0
	for {
		tb.mu.Lock()
		frames, more := tb.frames, tb.more
		tb.mu.Unlock()
		for ; next < len(frames); next++ {
			var data fields
			if frames[next].Type == kind && (json.Unmarshal(frames[next].Data, &data) == nil) && (fits == nil || fits(data)) {
				return data
			}
		}
		select {
		case <-more:
		case <-tb.ended:
			tb.t.Fatalf("the desk at %s ended before %s came\n%s", tb.node.name, kind, tb.node.lines())
		case <-late:
			tb.t.Fatalf("%s did not come to the desk at %s; came: %s\n%s", kind, tb.node.name, tb.all(), tb.node.lines())
		}
	}
}

func (tb *tab) all() string {
	var text bytes.Buffer
	for _, f := range tb.frames {
		fmt.Fprintf(&text, "%s %s\n", f.Type, f.Data)
	}
	return text.String()
}

// looksAt opens a conversation and waits until that has been heard.
func (tb *tab) looksAt(conversation string) {
	tb.t.Helper()
	tb.sends("view", fields{"conversation_id": conversation})
	tb.sees("viewing", func(data fields) bool { return data["conversation_id"] == conversation })
}

// accepts waits for the offer of a conversation and takes it; it returns the interaction.
func (tb *tab) accepts(conversation string) string {
	tb.t.Helper()
	var offer fields
	tb.sees("offer", func(data fields) bool {
		offer, _ = data["offer"].(map[string]any)
		return offer["conversation_id"] == conversation
	})
	tb.call(tb.node, http.MethodPost, "/offers/"+fmt.Sprint(offer["id"])+"/accept", nil, nil)
	return fmt.Sprint(offer["interaction_id"])
}
