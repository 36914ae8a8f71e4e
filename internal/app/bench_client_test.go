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

// connect opens the desk's socket and gives every frame to hear. A socket that is
// cut, because its reader was slow, is opened again where it ended.
func (a *benchAgent) connect(hear func(f benchFrame)) error {
	var at struct {
		Epoch string `json:"epoch"`
		Seq   int64  `json:"seq"`
	}
	ws, err := a.dial("")
	if err != nil {
		return err
	}
	go func() {
		for err == nil {
			listen(ws, func(f benchFrame) {
				if f.Type == "hello" {
					_ = json.Unmarshal(f.Data, &at) // the end is seen as a socket that does not come back
				}
				at.Seq = max(at.Seq, f.Seq)
				hear(f)
			})
			ws, err = a.dial(fmt.Sprintf("?epoch=%s&seq=%d", at.Epoch, at.Seq))
		}
	}()
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

// post sends a request of the desk's interface.
func (a *benchAgent) post(path string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+a.house.addr+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", httpx.SessionCookie+"="+a.token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s: %s %s", path, res.Status, answer)
	}
	return err
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
