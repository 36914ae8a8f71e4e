package httpx_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/platform/httpx"
)

func TestServeLetsRunningRequestsFinish(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	inside, release := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(inside)
		<-release
		_, _ = io.WriteString(w, "done")
	})
	listening, ended := make(chan net.Addr, 1), make(chan error, 1)
	go func() {
		ended <- httpx.Serve(ctx, httpx.ServerConfig{
			Addr: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler), Listening: func(a net.Addr) { listening <- a },
		}, handler)
	}()
	addr := (<-listening).String()
	answer := make(chan string, 1)
	go func() {
		response, err := http.Get("http://" + addr) // ends with the server
		if err != nil {
			answer <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answer <- string(body)
	}()
	<-inside
	cancel()
	close(release)
	if got := <-answer; got != "done" {
		t.Errorf("the running request got %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestServeCutsOffWhoDoesNotEnd(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	inside := make(chan struct{})
	listening, ended := make(chan net.Addr, 1), make(chan error, 1)
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(inside)
		<-r.Context().Done()
	})
	go func() {
		ended <- httpx.Serve(ctx, httpx.ServerConfig{
			Addr: "127.0.0.1:0", StopWithin: time.Millisecond, Log: slog.New(slog.DiscardHandler),
			Listening: func(a net.Addr) { listening <- a },
		}, handler)
	}()
	conn, err := net.Dial("tcp", (<-listening).String()) // a loopback connection of this test
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-inside
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestServeSaysWhyItCannotListen(t *testing.T) {
	t.Parallel()
	err := httpx.Serve(t.Context(), httpx.ServerConfig{Addr: "256.0.0.1:1", Log: slog.New(slog.DiscardHandler)}, http.NotFoundHandler())
	if err == nil {
		t.Error("listens nowhere")
	}
}
