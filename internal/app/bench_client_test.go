package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// benchFrame is what comes over either socket.
type benchFrame struct {
	Seq  int64           `json:"seq"`
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// benchAgent is somebody at the desk with a session.
type benchAgent struct {
	house *benchHouse
	user  id.User
	token string
	ctx   context.Context // the agent acting
}

// benchRetry is how long a desk waits before it opens a socket again.
const benchRetry = 200 * time.Millisecond

// benchPlace is where a desk is in its stream.
type benchPlace struct {
	Epoch   string `json:"epoch"`
	Seq     int64  `json:"seq"`
	Resumed bool   `json:"resumed"`
}

// connect opens the desk's socket and gives every frame to hear, once and in
// order. Like the desk, it opens a socket that is cut again where it was, and asks
// for the offers that stand where it cannot know what it has missed.
func (a *benchAgent) connect(hear func(f benchFrame)) error {
	ws, err := a.dial("")
	if err != nil {
		return err
	}
	go func() {
		var at benchPlace
		for ws != nil {
			listen(ws, func(f benchFrame) { a.take(&at, f, hear) })
			ws = a.redial(at)
		}
	}()
	return nil
}

// take moves at with a frame, and hands on what is news.
func (a *benchAgent) take(at *benchPlace, f benchFrame, hear func(f benchFrame)) {
	switch {
	case f.Type == "hello":
		var told benchPlace
		if err := json.Unmarshal(f.Data, &told); err != nil {
			a.house.b.Error(err)
		}
		first := at.Epoch == ""
		at.Epoch = told.Epoch
		if !told.Resumed {
			at.Seq = told.Seq
		}
		if first {
			a.ask(hear)
		}
	case f.Seq > 0 && f.Seq <= at.Seq: // known
	case f.Type == "resync":
		at.Seq = max(at.Seq, f.Seq)
		a.ask(hear)
	default:
		at.Seq = max(at.Seq, f.Seq)
		hear(f)
	}
}

// ask gives the offers that stand to hear.
func (a *benchAgent) ask(hear func(f benchFrame)) {
	answer, err := a.request(http.MethodGet, "/me/offers", nil)
	var m struct {
		Items []json.RawMessage `json:"items"`
	}
	if err == nil {
		err = json.Unmarshal(answer, &m)
	}
	if err != nil && a.house.ctx.Err() == nil {
		a.house.b.Errorf("ask for offers: %v", err)
	}
	for _, offer := range m.Items {
		hear(benchFrame{Type: "offer", Data: json.RawMessage(`{"offer":` + string(offer) + `}`)})
	}
}

// redial opens the socket again, as often as it takes; nil once the benchmark has ended.
func (a *benchAgent) redial(at benchPlace) *websocket.Conn {
	for a.house.ctx.Err() == nil {
		ws, err := a.dial(fmt.Sprintf("?epoch=%s&seq=%d", at.Epoch, at.Seq))
		if err == nil {
			return ws
		}
		if a.house.ctx.Err() == nil {
			a.house.b.Errorf("come back to the desk: %v", err)
		}
		select {
		case <-time.After(benchRetry):
		case <-a.house.ctx.Done():
		}
	}
	return nil
}

// dial opens a socket that ends with the benchmark.
func (a *benchAgent) dial(query string) (*websocket.Conn, error) {
	ws, _, err := websocket.Dial(a.house.ctx, "ws://"+a.house.addr+"/ws"+query, &websocket.DialOptions{
		HTTPHeader: http.Header{"Cookie": {httpx.SessionCookie + "=" + a.token}, "Origin": {"http://" + a.house.addr}},
	})
	if err == nil {
		context.AfterFunc(a.house.ctx, func() { _ = ws.CloseNow() })
	}
	return ws, err
}

// listen reads frames until the socket ends.
func listen(ws *websocket.Conn, hear func(f benchFrame)) {
	ws.SetReadLimit(1 << 20)
	for {
		_, raw, err := ws.Read(context.Background())
		if err != nil {
			return
		}
		var f benchFrame
		if json.Unmarshal(raw, &f) == nil {
			hear(f)
		}
	}
}

// request sends a request of the desk's interface and returns the answer.
func (a *benchAgent) request(method, path string, body any) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(context.Background(), method, "http://"+a.house.addr+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", httpx.SessionCookie+"="+a.token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s: %s %s", path, res.Status, answer)
	}
	return answer, err
}

// benchVisitor is a browser with the widget.
type benchVisitor struct {
	ws           *websocket.Conn
	conversation id.Conversation
	opened       chan id.Conversation
}

// visit brings in visitor i, from an address of their own, who opens a conversation
// and says the first thing. Every frame is given to hear.
func (h *benchHouse) visit(i int, hear func(f benchFrame)) (*benchVisitor, error) {
	answer, err := h.app.services.chat.Visit(context.Background(), webchat.VisitorRequest{Key: h.point.Address}, webchat.Peer{})
	if err != nil {
		return nil, err
	}
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, byte(1+i/250), byte(1+i%250))}}
	client := &http.Client{Transport: &http.Transport{DialContext: from.DialContext}}
	v := &benchVisitor{opened: make(chan id.Conversation, 1)}
	v.ws, _, err = websocket.Dial(context.Background(), "ws://"+h.addr+"/w/ws", &websocket.DialOptions{HTTPClient: client})
	if err != nil {
		return nil, err
	}
	h.b.Cleanup(func() { _ = v.ws.CloseNow() })
	go listen(v.ws, func(f benchFrame) {
		if f.Type == "opened" {
			var m webchat.Opened
			if json.Unmarshal(f.Data, &m) == nil {
				v.opened <- m.State.Conversation
			}
		}
		hear(f)
	})
	if err := v.send("hello", webchat.Hello{Token: answer.Token}); err != nil {
		return nil, err
	}
	if err := v.send("prechat", webchat.Prechat{CID: fmt.Sprintf("open-%05d", i), Consent: true}); err != nil {
		return nil, err
	}
	select {
	case v.conversation = <-v.opened:
	case <-time.After(30 * time.Second):
		return nil, fmt.Errorf("visitor %d: no conversation was opened", i)
	}
	return v, v.say(fmt.Sprintf("first-%05d", i), "Dzień dobry")
}

func (v *benchVisitor) say(cid, text string) error {
	return v.send("say", webchat.Say{CID: cid, Conversation: v.conversation, Text: text})
}

func (v *benchVisitor) send(kind string, data any) error {
	text, err := json.Marshal(map[string]any{"type": kind, "data": data})
	if err != nil {
		return err
	}
	return v.ws.Write(context.Background(), websocket.MessageText, text)
}
