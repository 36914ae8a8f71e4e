package colleague

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// within bounds a test on a busy machine.
const within = 30 * time.Second

// desk is a server whose live connections do as their script says.
type desk struct {
	tb    testing.TB
	serve func(sock int, ws *websocket.Conn)
	admit func(sock int) int // status of an answer without a connection; 0: let in

	mu    sync.Mutex
	socks int
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/api/v1/session/demo":
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "ours", Path: "/"})
		_, _ = w.Write([]byte(`{"user":{"name":"Piotr Sowa"}}`))
	case "/ws":
		d.mu.Lock()
		d.socks++
		sock := d.socks
		d.mu.Unlock()
		if c, err := r.Cookie("session"); err != nil || c.Value != "ours" {
			d.tb.Errorf("connection %d shows no session: %v", sock, err)
		}
		if status := d.admit(sock); status != 0 {
			w.WriteHeader(status)
			return
		}
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			d.tb.Error(err)
			return
		}
		d.serve(sock, ws)
		_ = ws.CloseNow()
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func signIn(t *testing.T, d *desk) (*Colleague, context.Context) {
	t.Helper()
	d.tb = t
	web := httptest.NewServer(d)
	t.Cleanup(web.Close)
	ctx, cancel := context.WithTimeout(t.Context(), within)
	t.Cleanup(cancel)
	c, err := SignIn(ctx, web.URL, "agent")
	if err != nil {
		t.Fatal(err)
	}
	return c, ctx
}

func TestALostConnectionIsMadeAnew(t *testing.T) {
	t.Parallel()
	d := &desk{
		admit: func(sock int) int {
			if sock == 2 || sock == 3 { // it starts again, and has no time yet
				return http.StatusServiceUnavailable
			}
			return 0
		},
		serve: func(sock int, ws *websocket.Conn) {
			offer := map[int]string{1: "7", 4: "9"}[sock]
			_ = ws.Write(context.Background(), websocket.MessageText, []byte(`{"type":"hello"}`))
			_ = ws.Write(context.Background(), websocket.MessageText, []byte(`{"type":"offer","data":{"offer":{"id":"`+offer+`"}}}`))
			if sock == 4 {
				_, _, _ = ws.Read(context.Background()) // until the colleague leaves
			}
		},
	}
	c, ctx := signIn(t, d)
	var heard []string
	for range 3 {
		h, err := c.Hear(ctx)
		switch {
		case err != nil:
			t.Fatal(err)
		case h.Back:
			heard = append(heard, "back")
		case h.Offer != nil:
			heard = append(heard, h.Offer.ID.String())
		}
	}
	if len(heard) != 3 || heard[0] != "7" || heard[1] != "back" || heard[2] != "9" {
		t.Errorf("heard %v", heard)
	}
	_ = c.ws.CloseNow()
}

func TestWhoseSessionHasEndedDoesNotComeBack(t *testing.T) {
	t.Parallel()
	d := &desk{
		admit: func(sock int) int {
			if sock > 1 {
				return http.StatusUnauthorized
			}
			return 0
		},
		serve: func(int, *websocket.Conn) {},
	}
	c, ctx := signIn(t, d)
	_, err := c.Hear(ctx)
	if refused, ok := errors.AsType[*RefusedError](err); !ok || refused.Status != http.StatusUnauthorized {
		t.Errorf("%v", err)
	}
}

func TestComingBackEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(t.Context())
	d := &desk{
		admit: func(sock int) int {
			if sock == 3 {
				leave()
			}
			if sock > 1 {
				return http.StatusServiceUnavailable
			}
			return 0
		},
		serve: func(int, *websocket.Conn) {},
	}
	c, _ := signIn(t, d)
	if _, err := c.Hear(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
