package public

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"github.com/zongler/zongler/examples/demo"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Demo knows the widgets of the demo's brands.
type Demo interface {
	// Widget returns the public key of a brand's widget; NotFound for a brand that is none of the demo's.
	Widget(ctx context.Context, slug string) (key string, err error)
}

// demo answers GET /demo/{slug}: the page of a fictional brand with its widget.
func (x *site) demo(w http.ResponseWriter, r *http.Request) {
	slug := r.PathValue("slug")
	key, err := x.Demo.Widget(r.Context(), slug)
	if err != nil {
		x.problems.Write(w, r, err)
		return
	}
	var page bytes.Buffer
	if err := demo.Page(&page, slug, key); err != nil {
		x.problems.Write(w, r, errs.E(errs.NotFound, "public.demo", err))
		return
	}
	h := w.Header()
	httpx.Policy{}.Set(h)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Length", strconv.Itoa(page.Len()))
	_, _ = page.WriteTo(w) // the client has gone; there is nobody to tell
}

// demoFile answers GET /demo/{slug}/{file}: what a page needs beside itself.
func (x *site) demoFile(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, demo.Files(), r.PathValue("file")) //nolint:gosec // embedded files, and of those only style sheets
}
