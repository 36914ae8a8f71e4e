package httpx

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Download is how bytes are handed out.
type Download struct {
	Type        string // Content-Type
	Disposition string // Content-Disposition
	Policy      string // Content-Security-Policy; empty: none
	Cache       string // Cache-Control; empty: no-store
	Size        int64  // bytes; 0: not known
}

// CacheForGood lets only the client itself keep what will never be other bytes.
const CacheForGood = "private, max-age=86400, immutable"

// Stream hands out r and closes it. Where r or the client fails in the middle the connection
// is broken off: nobody must take half a file for the whole.
func Stream(r io.ReadCloser, d Download) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer r.Close() // it was only read
		d.headers(hc)
		if _, err := io.Copy(hc.BodyWriter(), r); err != nil && !errors.Is(err, context.Canceled) {
			panic(http.ErrAbortHandler)
		}
	}}
}

// StreamParts is Stream for what a client may ask for in parts (RFC 9110 §14): players of films and recordings do.
func StreamParts(r io.ReadSeekCloser, d Download) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer r.Close() // it was only read
		d.headers(hc)
		in, out := humago.Unwrap(hc)
		http.ServeContent(out, in, "", time.Time{}, r)
	}}
}

// Write hands out what fn writes, as Stream does.
func Write(d Download, fn func(w io.Writer) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		d.headers(hc)
		if err := fn(hc.BodyWriter()); err != nil {
			panic(http.ErrAbortHandler)
		}
	}}
}

func (d Download) headers(hc huma.Context) {
	hc.SetHeader("Content-Type", d.Type)
	hc.SetHeader("Content-Disposition", d.Disposition)
	hc.SetHeader("X-Content-Type-Options", "nosniff")
	if d.Policy != "" {
		hc.SetHeader("Content-Security-Policy", d.Policy)
	}
	cache := d.Cache
	if cache == "" {
		cache = "no-store"
	}
	hc.SetHeader("Cache-Control", cache)
	if d.Size > 0 {
		hc.SetHeader("Content-Length", strconv.FormatInt(d.Size, 10))
	}
}
