package httpx

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/errs"
)

// requestIDHeader carries the name of a request, to us inside the process and to the client.
const requestIDHeader = "X-Request-Id"

// Middleware wraps a handler.
type Middleware func(http.Handler) http.Handler

// Chain wraps h so that the first of all sees a request first.
func Chain(h http.Handler, all ...Middleware) http.Handler {
	for _, wrap := range slices.Backward(all) {
		h = wrap(h)
	}
	return h
}

// RequestID names every request. What a client sends under that name is
// dropped: it would write foreign text into our logs.
func RequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := rand.Text()[:16]
		r.Header.Set(requestIDHeader, name)
		w.Header().Set(requestIDHeader, name)
		next.ServeHTTP(w, r)
	})
}

// IDOf returns the name that RequestID gave to r.
func IDOf(r *http.Request) string { return r.Header.Get(requestIDHeader) }

// Recover answers a panic with a problem and logs it, once.
func (p *Problems) Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		watched := &watcher{ResponseWriter: w}
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // the server's own sentinel, never wrapped
				panic(cause)
			}
			p.log.Error("panic", "request", IDOf(r), "cause", cause, "stack", string(debug.Stack()))
			if watched.status != 0 {
				panic(http.ErrAbortHandler) // half an answer is out: end the connection so that nobody takes it for whole
			}
			p.Write(w, r, &errs.Error{Kind: errs.Internal, Op: "httpx.Recover"})
		}()
		next.ServeHTTP(watched, r)
	})
}

// Route returns a function that names a request by the pattern of mux that it
// matches, for logs and figures: never by its address, which holds keys and names.
func Route(mux *http.ServeMux) func(*http.Request) string {
	return func(r *http.Request) string {
		if _, pattern := mux.Handler(r); pattern != "" {
			return pattern
		}
		return "none"
	}
}

// AccessLog logs each request by its route. Addresses, queries and headers stay out.
func AccessLog(log *slog.Logger, route func(*http.Request) string) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begun := time.Now()
			watched := &watcher{ResponseWriter: w}
			defer func() {
				log.LogAttrs(r.Context(), slog.LevelInfo, "request",
					slog.String("request", IDOf(r)), slog.String("method", methodOf(r)), slog.String("route", route(r)),
					slog.Int("status", watched.Status()), slog.Int64("bytes", watched.bytes),
					slog.Duration("took", time.Since(begun)))
			}()
			next.ServeHTTP(watched, r)
		})
	}
}

// methodOf returns r's method if it is one of the usual; a client may send any text.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// watcher passes an answer on and remembers its status and size.
type watcher struct {
	http.ResponseWriter

	status int
	bytes  int64
}

// WriteHeader passes the status on.
func (w *watcher) WriteHeader(status int) {
	if w.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) { // other 1xx are not the answer yet
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write passes data on.
func (w *watcher) Write(data []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(data)
	w.bytes += int64(n)
	return n, err
}

// Status returns the status of the answer; 200 if nothing was said.
func (w *watcher) Status() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// Unwrap gives http.ResponseController and websockets the writer below.
func (w *watcher) Unwrap() http.ResponseWriter { return w.ResponseWriter }
