package visitor

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
)

const thread = id.Conversation(9007199254740993)

// server is a chat that loses connections as its script says.
type server struct {
	tb    testing.TB
	reply func(sock int, m webchat.ClientMessage) (answers []webchat.Message, cut bool)

	mu    sync.Mutex
	socks int
	heard []webchat.ClientMessage
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/w/visitors" {
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(webchat.VisitorAnswer{Token: "v1.x", Visitor: webchat.Visitor{ID: "1"}})
		return
	}
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		s.tb.Error(err)
		return
	}
	defer ws.CloseNow()
	s.mu.Lock()
	s.socks++
	sock := s.socks
	s.mu.Unlock()
	for {
		_, raw, err := ws.Read(r.Context())
		if err != nil {
			return
		}
		m, err := webchat.DecodeClient(raw)
		if err != nil {
			s.tb.Errorf("%s: %v", raw, err)
			return
		}
		s.mu.Lock()
		s.heard = append(s.heard, m)
		s.mu.Unlock()
		answers, cut := s.reply(sock, m)
		for _, a := range answers {
			if write(r.Context(), ws, a) != nil {
				return
			}
		}
		if cut {
			return
		}
	}
}

func (s *server) all() []webchat.ClientMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]webchat.ClientMessage(nil), s.heard...)
}

func meet(t *testing.T, s *server) (*Visitor, context.Context) {
	t.Helper()
	s.tb = t
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	v := New(Config{Base: web.URL + "/", Key: "k", Language: "hu"})
	t.Cleanup(v.Leave)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return v, ctx
}

func welcome() webchat.Message {
	return webchat.Welcome{Visitor: webchat.Visitor{ID: "1"}, State: &webchat.State{Conversation: thread, Phase: webchat.PhaseQueued}}
}

func TestAnActIsSentUnderOneNameUntilItIsAnswered(t *testing.T) {
	t.Parallel()
	s := &server{reply: func(sock int, m webchat.ClientMessage) ([]webchat.Message, bool) {
		switch m := m.(type) {
		case *webchat.Hello:
			return []webchat.Message{welcome()}, false
		case *webchat.Say:
			if sock < 3 { // the connection breaks before the answer, twice
				return nil, true
			}
			return []webchat.Message{&webchat.Said{CID: m.CID, Conversation: thread, Seq: 7}}, false
		}
		return nil, false
	}}
	v, ctx := meet(t, s)
	if err := v.Arrive(ctx); err != nil {
		t.Fatal(err)
	}
	said, err := v.Say(ctx, "Jó napot!")
	if err != nil || said.Seq != 7 {
		t.Fatalf("%+v %v", said, err)
	}
	names := map[string]int{}
	for _, m := range s.all() {
		if m, ok := m.(*webchat.Say); ok {
			names[m.CID]++
		}
	}
	if len(names) != 1 || names[said.CID] != 3 {
		t.Errorf("said under %v", names)
	}
}

func TestComingBackAsksBehindTheNewest(t *testing.T) {
	t.Parallel()
	entry := func(seq int64, text string) webchat.Message {
		return webchat.EntryFrame{Entry: webchat.Entry{Conversation: thread, Seq: seq, Kind: webchat.EntryMessage, Text: text}}
	}
	s := &server{reply: func(sock int, m webchat.ClientMessage) ([]webchat.Message, bool) {
		hello, ok := m.(*webchat.Hello)
		switch {
		case !ok:
			return nil, false
		case sock == 1:
			return []webchat.Message{welcome(), entry(3, "c"), entry(1, "a"), entry(3, "c")}, true
		default:
			return []webchat.Message{welcome(), entry(hello.Seq+1, "d"), webchat.AgentRead{Conversation: thread, Seq: 3}}, false
		}
	}}
	v, ctx := meet(t, s)
	err := v.Until(ctx, func(st webchat.State, e []webchat.Entry) bool {
		return st.Read == 3 && st.Delivered == 3 && len(e) == 3
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int64{1, 3, 4} {
		if got := v.Entries()[i].Seq; got != want {
			t.Errorf("entry %d has seq %d, want %d", i, got, want)
		}
	}
}

func TestARefusalIsFinalAndAHoldIsNot(t *testing.T) {
	t.Parallel()
	held := false
	s := &server{reply: func(_ int, m webchat.ClientMessage) ([]webchat.Message, bool) {
		switch m := m.(type) {
		case *webchat.Hello:
			return []webchat.Message{welcome()}, false
		case *webchat.End:
			if !held {
				held = true
				return []webchat.Message{webchat.Fault{Code: webchat.CodeLimited, CID: m.CID, Retry: 1}}, false
			}
			return []webchat.Message{webchat.Done{CID: m.CID}}, false
		case *webchat.Survey:
			return []webchat.Message{webchat.Fault{Code: webchat.CodeSurveyOff, CID: m.CID}}, false
		}
		return nil, false
	}}
	v, ctx := meet(t, s)
	if err := v.Arrive(ctx); err != nil {
		t.Fatal(err)
	}
	if err := v.End(ctx); err != nil || !held {
		t.Errorf("end: %v", err)
	}
	err := v.Rate(ctx, 5, "")
	if f, refused := FaultOf(err); !refused || f.Code != webchat.CodeSurveyOff {
		t.Errorf("rate: %v", err)
	}
}
