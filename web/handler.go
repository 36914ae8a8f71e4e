package web

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// How long answers may be kept.
const (
	cacheForever = "public, max-age=31536000, immutable" // names carry a hash of the content
	cacheNever   = "no-cache"                            // ask every time; a page holds a nonce
	cacheBriefly = "public, max-age=300"                 // the widget's fixed addresses on foreign sites
)

// noncePlaceholder stands in the built page wherever a nonce belongs; the
// build's configuration (vite.config.ts) writes it.
const noncePlaceholder = "__CSP_NONCE__"

// buildPlaceholder stands in the page where the name of its build belongs, so that an open page can tell that the
// server has another.
const buildPlaceholder = "__BUILD__"

// nonceBytes is the length of a nonce: as unguessable as a key.
const nonceBytes = 16

// notBuilt is what a binary without web files says instead of a page.
const notBuilt = "The web interface is not part of this build. Run `make web` and build again.\n"

// Handler answers every address of the desk: built assets by their names, and
// the application's page for all others, so that a reload works on any screen.
// Mount it on "/", below the API.
func Handler() http.Handler { return newDesk(sub(dist, appDir)) }

// WidgetHandler answers /widget.js and /w/<file>: the chat widget's loader and
// its parts, readable from any site.
func WidgetHandler() http.Handler { return newWidget(sub(dist, widgetDir)) }

// desk serves the staff application out of a build's folder.
type desk struct {
	assets map[string]asset
	page   []byte // nil if not built
}

func newDesk(root fs.FS) *desk {
	d := &desk{assets: loadAssets(root)}
	if index, err := fs.ReadFile(root, indexPage); err == nil {
		d.page = bytes.ReplaceAll(index, []byte(buildPlaceholder), []byte(buildOf(root)))
		delete(d.assets, indexPage)
	}
	return d
}

// ServeHTTP implements http.Handler.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !readOnly(w, r) {
		return
	}
	name, ok := cleanName(w, r)
	if !ok {
		return
	}
	if file, ok := d.assets[name]; ok {
		cache := cacheBriefly
		if strings.HasPrefix(name, "assets/") {
			cache = cacheForever
		}
		file.serve(w, r, cache)
		return
	}
	switch {
	case strings.HasPrefix(name, "assets/") || path.Ext(name) != "":
		w.Header().Set("Cache-Control", cacheNever)
		http.NotFound(w, r)
	case d.page == nil:
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, notBuilt, http.StatusServiceUnavailable)
	default:
		d.servePage(w, r)
	}
}

// servePage answers with the application's page under a fresh nonce.
func (d *desk) servePage(w http.ResponseWriter, r *http.Request) {
	nonce := newNonce()
	body := bytes.ReplaceAll(d.page, []byte(noncePlaceholder), []byte(nonce))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", cacheNever)
	h.Set("Content-Security-Policy", contentSecurityPolicy(nonce))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=()")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client has gone; there is nobody to tell
	}
}

// contentSecurityPolicy allows our own files, and inline scripts and styles
// only with nonce: the theme's first paint and the styles the kit generates.
func contentSecurityPolicy(nonce string) string {
	own := "'self' 'nonce-" + nonce + "'"
	return strings.Join([]string{
		"default-src 'self'",
		"script-src " + own,
		"style-src " + own,
		"img-src 'self' data: blob:",
		"media-src 'self' blob:",
		"font-src 'self'",
		"connect-src 'self'",
		"frame-src 'self' blob:",
		"worker-src 'self' blob:",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	}, "; ")
}

func newNonce() string {
	raw := make([]byte, nonceBytes)
	_, _ = rand.Read(raw) // never fails since Go 1.24: it crashes the program instead
	return base64.RawStdEncoding.EncodeToString(raw)
}

// widget serves the chat widget's files to foreign sites.
type widget struct {
	assets map[string]asset
}

func newWidget(root fs.FS) *widget { return &widget{assets: loadAssets(root)} }

// ServeHTTP implements http.Handler.
func (h *widget) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !readOnly(w, r) {
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	name, ok := cleanName(w, r)
	if !ok {
		return
	}
	name = strings.TrimPrefix(name, "w/")
	file, ok := h.assets[name]
	switch {
	case ok && strings.HasPrefix(name, "assets/"):
		file.serve(w, r, cacheForever)
	case ok:
		file.serve(w, r, cacheBriefly)
	case len(h.assets) == 0:
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, notBuilt, http.StatusServiceUnavailable)
	default:
		w.Header().Set("Cache-Control", cacheNever)
		http.NotFound(w, r)
	}
}

// cleanName returns the requested name below the root. A path that climbs or
// that another system would read as one that climbs is answered with 404, built
// or not, and reported as false: no page and no file of ours has such a name.
func cleanName(w http.ResponseWriter, r *http.Request) (string, bool) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if strings.Contains(name, `\`) || slices.Contains(strings.Split(name, "/"), "..") {
		w.Header().Set("Cache-Control", cacheNever)
		http.NotFound(w, r)
		return "", false
	}
	return strings.TrimPrefix(path.Clean("/"+name), "/"), true
}

// readOnly answers 405 to anything but GET and HEAD and reports whether r was one.
func readOnly(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
	return false
}
