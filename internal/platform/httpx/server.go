package httpx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Bounds of a connection.
const (
	readHeaderWithin = 5 * time.Second
	readWithin       = 60 * time.Second
	writeWithin      = 120 * time.Second
	idleWithin       = 120 * time.Second
	stopWithin       = 10 * time.Second
	maxHeader        = 64 << 10
)

// ServerConfig says where and how to serve. Zero durations take the defaults.
type ServerConfig struct {
	Addr       string // host:port
	StopWithin time.Duration
	Log        *slog.Logger
	Listening  func(net.Addr) // called once requests can come in; may be nil
}

// Serve answers requests with handler until ctx ends, then lets running ones
// finish, for at most StopWithin. A slow or silent client is cut off: it has
// readHeaderWithin for its headers, readWithin for its body and idleWithin
// between requests. A handler that streams for longer than writeWithin moves
// its own deadline with http.ResponseController.
func Serve(ctx context.Context, c ServerConfig, handler http.Handler) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Addr, err)
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderWithin,
		ReadTimeout:       readWithin,
		WriteTimeout:      writeWithin,
		IdleTimeout:       idleWithin,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(c.Log.Handler(), slog.LevelDebug),
	}
	if c.StopWithin <= 0 {
		c.StopWithin = stopWithin
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	if c.Listening != nil {
		c.Listening(listener.Addr())
	}
	select {
	case err := <-ended:
		return fmt.Errorf("serve %s: %w", c.Addr, err)
	case <-ctx.Done():
	}
	return stop(ctx, server, c.StopWithin, ended)
}

func stop(ctx context.Context, server *http.Server, within time.Duration, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close() // whoever is still there has had its time
	}
	if last := <-ended; !errors.Is(last, http.ErrServerClosed) {
		err = errors.Join(err, last)
	}
	return err
}
