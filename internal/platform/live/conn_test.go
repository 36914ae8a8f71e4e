package live_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/live"
)

func TestClientFramesAreHandledAndAnswered(t *testing.T) {
	t.Parallel()
	hub := startHub(t, live.Config{})
	server := httptest.NewServer(serving(hub, anna, live.Session{
		OnFrame: func(ctx context.Context, from *live.Conn, in live.Incoming) error {
			if _, bounded := ctx.Deadline(); !bounded {
				t.Error("handling is not bounded")
			}
			if in.Type == "taken" {
				return errs.New(errs.Conflict, "test", "offer.taken").With(errs.Values{"name": "Kovács Béla"})
			}
			raw, err := live.Encode(live.Frame{Type: "echo", Data: in.Data})
			if err != nil {
				return err
			}
			return from.Send(raw)
		},
	}))
	defer server.Close()
	c := connectTCP(t, server, "")
	c.hello()
	c.write(`{"type":"say","data":{"text":"Zażółć"},"later":true}`)
	if f := c.next("echo"); string(f.Data) != `{"text":"Zażółć"}` {
		t.Errorf("echo %s", f.Data)
	}
	c.write(`{"type":"taken"}`)
	want := `{"code":"offer.taken","type":"taken","values":{"name":"Kovács Béla"}}`
	if f := c.next(live.TypeError); string(f.Data) != want {
		t.Errorf("error %s, want %s", f.Data, want)
	}
}

func TestMalformedFramesAreRefusedAndThenEndTheConnection(t *testing.T) {
	t.Parallel()
	for name, message := range map[string]string{
		"not JSON":    `hello`,
		"no object":   `[]`,
		"no type":     `{"data":1}`,
		"wrong types": `{"type":7}`,
		"odd type":    `{"type":"A B"}`,
		"not UTF-8":   "{\"type\":\"a\",\"data\":\"\xff\"}",
		"empty":       ``,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				hub := startHub(t, live.Config{})
				c := connect(t, serving(hub, anna, live.Session{
					OnFrame: func(context.Context, *live.Conn, live.Incoming) error { return nil },
				}), "")
				c.hello()
				for range 5 {
					c.write(message)
					if f := c.next(live.TypeError); string(f.Data) != `{"code":"live.malformed"}` {
						t.Fatalf("error %s", f.Data)
					}
				}
				c.write(message)
				if code, reason, _ := c.closed(); code != live.ClosePolicy || reason != "live.malformed" {
					t.Errorf("closed with %d %q", code, reason)
				}
			})
		})
	}
}

func TestOversizeMessagesEndTheConnectionWithTheReason(t *testing.T) {
	t.Parallel()
	hub := startHub(t, live.Config{})
	handled := make(chan int, 2)
	server := httptest.NewServer(serving(hub, anna, live.Session{
		OnFrame: func(_ context.Context, _ *live.Conn, in live.Incoming) error {
			handled <- len(in.Data)
			return nil
		},
	}))
	defer server.Close()
	c := connectTCP(t, server, "")
	c.hello()
	head, tail := `{"type":"say","data":"`, `"}`
	fits := strings.Repeat("x", live.MaxMessage-len(head)-len(tail))
	c.write(head + fits + tail)
	if n := <-handled; n != len(fits)+2 {
		t.Errorf("handled %d bytes", n)
	}
	go func() { // far beyond the limit, so that bytes stay unread
		_ = c.ws.Write(context.Background(), websocket.MessageText, bytes.Repeat([]byte("x"), 8<<20))
	}()
	code, reason, _ := c.closed()
	if code != live.CloseTooBig || reason != "live.too_big max=32768" {
		t.Errorf("closed with %d %q", code, reason)
	}
}

func TestClientsThatSendTooFastAreRefusedAndThenCut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		handled := 0
		c := connect(t, serving(hub, anna, live.Session{
			OnFrame: func(context.Context, *live.Conn, live.Incoming) error { handled++; return nil },
		}), "")
		c.hello()
		for range 100 { // 20 a second are allowed for ever
			c.write(`{"type":"typing"}`)
			time.Sleep(50 * time.Millisecond)
		}
		for range 41 {
			c.write(`{"type":"typing"}`)
		}
		if f := c.next(live.TypeError); string(f.Data) != `{"code":"live.too_fast","type":"typing"}` {
			t.Errorf("error %s", f.Data)
		}
		if handled != 140 {
			t.Errorf("handled %d", handled)
		}
		go func() {
			for c.ws.Write(t.Context(), websocket.MessageText, []byte(`{"type":"typing"}`)) == nil {
				continue
			}
		}()
		if code, reason, _ := c.closed(); code != live.ClosePolicy || reason != "live.too_fast" {
			t.Errorf("closed with %d %q", code, reason)
		}
	})
}

func TestAPanicEndsOneConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{})
		c := connect(t, serving(hub, anna, live.Session{
			OnFrame: func(context.Context, *live.Conn, live.Incoming) error { panic("nil map") },
		}), "")
		other := connect(t, serving(hub, anna, live.Session{}), "")
		c.hello()
		other.hello()
		c.write(`{"type":"say"}`)
		code, _, _ := c.closed()
		if code != live.CloseInternal {
			t.Errorf("closed with %d", code)
		}
		sendNotes(t, hub, anna, 1)
		other.next("note")
	})
}

func TestForeignOriginsAreRefused(t *testing.T) {
	t.Parallel()
	hub := startHub(t, live.Config{Origins: []string{"https://desk.example.com"}})
	server := httptest.NewServer(serving(hub, anna, live.Session{}))
	defer server.Close()
	for origin, allowed := range map[string]bool{
		"https://desk.example.com": true,
		server.URL:                 true,
		"http://desk.example.com":  false,
		"https://evil.example.org": false,
		"null":                     false,
	} {
		ws, response, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{
			HTTPClient: server.Client(), HTTPHeader: http.Header{"Origin": {origin}},
		})
		if (err == nil) != allowed {
			t.Errorf("%s: %v", origin, err)
		}
		if !allowed && response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: status %d", origin, response.StatusCode)
		}
		if err == nil {
			_ = ws.CloseNow()
		}
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := startHub(t, live.Config{MaxConns: 33})
		for range 32 {
			connect(t, serving(hub, anna, live.Session{}), "").hello()
		}
		c := connect(t, serving(hub, anna, live.Session{}), "")
		if code, reason, _ := c.closed(); code != live.CloseTryAgain || reason != "live.full" {
			t.Errorf("tab 33 closed with %d %q", code, reason)
		}
		synctest.Wait()
		bela := live.Key{Tenant: 1, User: 12}
		connect(t, serving(hub, bela, live.Session{}), "").hello()
		recorder := httptest.NewRecorder()
		err := hub.Serve(recorder, httptest.NewRequest(http.MethodGet, "/ws", nil), bela, live.Session{})
		if !errors.Is(err, live.ErrFull) || recorder.Code != http.StatusServiceUnavailable {
			t.Errorf("connection 34: %v %d", err, recorder.Code)
		}
	})
}

func TestWhoIsNotLetInIsAnsweredAsTheCallerAnswers(t *testing.T) {
	t.Parallel()
	hub := startHub(t, live.Config{})
	var refused error
	session := live.Session{Refuse: func(w http.ResponseWriter, _ *http.Request, err error) {
		refused = err
		w.WriteHeader(http.StatusTeapot)
	}}
	foreign := httptest.NewRequest(http.MethodGet, "/ws", nil)
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
		"Origin": "https://evil.example.org",
	} {
		foreign.Header.Set(name, value)
	}
	for _, tc := range []struct {
		name string
		r    *http.Request
		kind errs.Kind
	}{
		{"no websocket", httptest.NewRequest(http.MethodGet, "/ws", nil), errs.Invalid},
		{"another site", foreign, errs.Forbidden},
	} {
		w := httptest.NewRecorder()
		if err := hub.Serve(w, tc.r, anna, session); !errs.Is(tc.kind, err) || !errors.Is(refused, err) || w.Code != http.StatusTeapot || w.Body.Len() > 0 {
			t.Errorf("%s: %v %v, answered %d %q", tc.name, err, refused, w.Code, w.Body)
		}
	}
	stopHub(t, hub)
	w := httptest.NewRecorder()
	if err := hub.Serve(w, foreign, anna, session); !errors.Is(err, live.ErrStopped) || !errors.Is(refused, err) || w.Code != http.StatusTeapot {
		t.Errorf("stopped: %v %v %d", err, refused, w.Code)
	}
}

func TestAConnWithItsOwnProtocol(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		group := live.NewGroup(10)
		ended := make(chan live.CloseCode, 1)
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, err := live.Accept(w, r, live.Options{Group: group, AnyOrigin: true})
			if err != nil {
				t.Error(err)
				return
			}
			c.Start(func(message []byte) error {
				defer c.Close(live.CloseNormal, "bye")
				return c.Send(bytes.ToUpper(message))
			}, func(code live.CloseCode) { ended <- code })
		})
		c := connect(t, handler, "")
		c.write("dzień dobry")
		_, got, err := c.ws.Read(t.Context())
		if err != nil || string(got) != "DZIEŃ DOBRY" {
			t.Errorf("got %q %v", got, err)
		}
		if code, reason, _ := c.closed(); code != live.CloseNormal || reason != "bye" {
			t.Errorf("closed with %d %q", code, reason)
		}
		if code := <-ended; code != live.CloseNormal {
			t.Errorf("ended with %d", code)
		}
		if err := group.Stop(t.Context()); err != nil || group.Len() != 0 {
			t.Errorf("stop: %v, %d left", err, group.Len())
		}
		response, err := pipe{handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := live.Accept(w, r, live.Options{Group: group}); !errors.Is(err, live.ErrStopped) {
				t.Errorf("accepted after the stop: %v", err)
			}
		})}.RoundTrip(httptest.NewRequest(http.MethodGet, "/w/ws", nil))
		if err != nil || response.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%v %v", response, err)
		}
	})
}

func TestAConnMayBeClosedBeforeItIsStarted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		group := live.NewGroup(10)
		c := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, err := live.Accept(w, r, live.Options{Group: group})
			if err != nil {
				t.Error(err)
				return
			}
			conn.Close(live.ClosePolicy, "no")
			if err := conn.Send([]byte("{}")); !errors.Is(err, live.ErrClosed) {
				t.Errorf("send: %v", err)
			}
		}), "")
		if code, _, _ := c.closed(); code != live.ClosePolicy {
			t.Errorf("closed with %d", code)
		}
		must(t, group.Stop(t.Context()))
	})
}

func TestStopCutsThoseWhoDoNotAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub(live.Config{}, slog.New(slog.DiscardHandler))
		must(t, hub.Start(t.Context()))
		c := connect(t, serving(hub, anna, live.Session{}), "")
		c.hello()
		sendNotes(t, hub, anna, 3) // stay unread
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if err := hub.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("stop: %v", err)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("stop took %v", took)
		}
		if s := hub.Stats(); s.Conns != 0 || s.Streams != 0 {
			t.Errorf("left %+v", s)
		}
		must(t, hub.Send(anna, note(1))) // to nobody
		if err := hub.Start(t.Context()); !errors.Is(err, live.ErrStopped) {
			t.Errorf("started again: %v", err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"type":"say","data":{"text":"szia"}}`, `{"type":"a","data":null}`, `{}`, `[`, `{"type":"a","type":"b"}`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		in, err := live.Decode(message)
		if err != nil {
			if !errors.Is(err, live.ErrMalformed) {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		raw, err := live.Encode(live.Frame{Type: in.Type, Data: in.Data})
		if err != nil && len(message) < live.MaxFrame {
			t.Fatalf("decoded %q but cannot encode: %v", message, err)
		}
		if err == nil {
			if again, err := live.Decode(raw); err != nil || again.Type != in.Type {
				t.Fatalf("%q became %q: %v", message, raw, err)
			}
		}
	})
}
