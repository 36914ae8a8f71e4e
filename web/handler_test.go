package web

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func builtDesk() fs.FS {
	return fstest.MapFS{
		"index.html":             {Data: []byte(`<script nonce="__CSP_NONCE__"></script><style nonce="__CSP_NONCE__"></style>`)},
		"index.html.br":          {Data: []byte("never sent: the page changes per answer")},
		"assets/main-1a2b.js":    {Data: []byte("plain")},
		"assets/main-1a2b.js.br": {Data: []byte("packed")},
		"assets/dot-3c4d.woff2":  {Data: []byte("font")},
		"favicon.svg":            {Data: []byte("<svg/>")},
	}
}

func get(h http.Handler, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestDesk(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		root    fs.FS
		target  string
		accept  string
		status  int
		body    string
		headers map[string]string
	}{
		{"an asset is kept for a year", builtDesk(), "/assets/main-1a2b.js", "", 200, "plain", map[string]string{"Cache-Control": cacheForever, "Content-Type": "text/javascript; charset=utf-8", "Content-Encoding": ""}},
		{"an asset is sent compressed when the client takes brotli", builtDesk(), "/assets/main-1a2b.js", "gzip, br;q=0.9", 200, "packed", map[string]string{"Content-Encoding": "br", "Vary": "Accept-Encoding"}},
		{"brotli refused by weight is not sent", builtDesk(), "/assets/main-1a2b.js", "br;q=0, gzip", 200, "plain", map[string]string{"Content-Encoding": ""}},
		{"a file without a compressed twin is sent as it is", builtDesk(), "/assets/dot-3c4d.woff2", "br", 200, "font", map[string]string{"Content-Type": "font/woff2", "Vary": ""}},
		{"a compressed twin has no address of its own", builtDesk(), "/assets/main-1a2b.js.br", "br", 404, "", nil},
		{"a missing asset is not the page", builtDesk(), "/assets/gone.js", "", 404, "", map[string]string{"Cache-Control": cacheNever}},
		{"a missing file at the root is not the page", builtDesk(), "/robots.txt", "", 404, "", nil},
		{"climbing out of the folder finds nothing", builtDesk(), "/assets/../../handler.go", "", 404, "", nil},
		{"a file at the root is kept briefly", builtDesk(), "/favicon.svg", "", 200, "<svg/>", map[string]string{"Cache-Control": cacheBriefly}},
		{"any screen's address gives the page", builtDesk(), "/conversations/42", "br", 200, "<script", map[string]string{"Cache-Control": cacheNever, "Content-Encoding": ""}},
		{"without a build a screen says so", fstest.MapFS{}, "/", "", 503, "not part of this build", map[string]string{"Cache-Control": "no-store"}},
		{"without a build an asset is missing", fstest.MapFS{}, "/assets/main.js", "", 404, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := get(newDesk(tt.root), tt.target, "Accept-Encoding", tt.accept)
			if w.Code != tt.status {
				t.Fatalf("status %d, want %d", w.Code, tt.status)
			}
			if !strings.Contains(w.Body.String(), tt.body) {
				t.Errorf("body %q has no %q", w.Body, tt.body)
			}
			for k, want := range tt.headers {
				if got := w.Header().Get(k); got != want {
					t.Errorf("%s: %q, want %q", k, got, want)
				}
			}
		})
	}
}

func TestDeskNonce(t *testing.T) {
	t.Parallel()
	h := newDesk(builtDesk())
	one, two := get(h, "/"), get(h, "/")
	nonce := regexp.MustCompile(`nonce="([^"]+)"`).FindStringSubmatch(one.Body.String())
	if nonce == nil || strings.Contains(one.Body.String(), noncePlaceholder) {
		t.Fatalf("page has no nonce: %s", one.Body)
	}
	policy := one.Header().Get("Content-Security-Policy")
	for _, part := range []string{"script-src 'self' 'nonce-" + nonce[1] + "'", "style-src 'self' 'nonce-" + nonce[1] + "'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("policy %q has no %q", policy, part)
		}
	}
	if one.Body.String() == two.Body.String() {
		t.Error("two answers share a nonce")
	}
}

func TestDeskRevalidation(t *testing.T) {
	t.Parallel()
	h := newDesk(builtDesk())
	first := get(h, "/assets/main-1a2b.js", "Accept-Encoding", "br")
	again := get(h, "/assets/main-1a2b.js", "Accept-Encoding", "br", "If-None-Match", "W/"+first.Header().Get("ETag"))
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("unchanged asset: status %d, %d bytes", again.Code, again.Body.Len())
	}
	plain := get(h, "/assets/main-1a2b.js", "If-None-Match", first.Header().Get("ETag"))
	if plain.Code != http.StatusOK {
		t.Errorf("the tag of the compressed form matched the plain one: %d", plain.Code)
	}
}

func TestDeskMethods(t *testing.T) {
	t.Parallel()
	h := newDesk(builtDesk())
	for method, want := range map[string]int{http.MethodHead: 200, http.MethodPost: 405, http.MethodDelete: 405} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/", nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", method, w.Code, want)
		}
		if method == http.MethodHead && w.Body.Len() != 0 {
			t.Errorf("HEAD answered %d bytes", w.Body.Len())
		}
	}
}

func TestWidget(t *testing.T) {
	t.Parallel()
	built := fstest.MapFS{"widget.js": {Data: []byte("loader")}, "panel.js": {Data: []byte("panel")}, "panel.js.br": {Data: []byte("packed")}}
	tests := []struct {
		name   string
		root   fs.FS
		target string
		status int
		body   string
	}{
		{"the loader has its own address", built, "/widget.js", 200, "loader"},
		{"the panel lies under /w", built, "/w/panel.js", 200, "packed"},
		{"an unknown part is missing", built, "/w/none.js", 404, ""},
		{"climbing out of the folder finds nothing", built, "/w/assets/..%2f..%2fetc%2fpasswd", 404, ""},
		{"without a build, climbing out still finds nothing", fstest.MapFS{}, "/w/assets/..%2f..%2fetc%2fpasswd", 404, ""},
		{"a backslash does not climb either", fstest.MapFS{}, "/w/..%5c..%5cetc%5cpasswd", 404, ""},
		{"without a build it says so", fstest.MapFS{}, "/widget.js", 503, "not part of this build"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := get(newWidget(tt.root), tt.target, "Accept-Encoding", "br")
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.body) {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, tt.status, tt.body)
			}
			if w.Header().Get("Access-Control-Allow-Origin") != "*" {
				t.Error("a foreign site may not read it")
			}
		})
	}
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "pl", "hu"} {
		if _, err := fs.Stat(Catalogues(), language+"/app.json"); err != nil {
			t.Errorf("catalogue: %v", err)
		}
	}
	want := http.StatusOK
	if Build() == "none" {
		want = http.StatusServiceUnavailable
	}
	if got := get(Handler(), "/").Code; got != want {
		t.Errorf("embedded desk (%s): %d, want %d", Build(), got, want)
	}
}

func TestAPageKnowsItsBuild(t *testing.T) {
	t.Parallel()
	root := fstest.MapFS{"index.html": {Data: []byte(`<meta name="build" content="__BUILD__" />`)}}
	if got, want := get(newDesk(root), "/").Body.String(), `<meta name="build" content="`+buildOf(root)+`" />`; got != want {
		t.Errorf("page %s, want %s", got, want)
	}
}

func TestBuildNamesThePage(t *testing.T) {
	t.Parallel()
	one := buildOf(fstest.MapFS{"index.html": {Data: []byte("one")}})
	two := buildOf(fstest.MapFS{"index.html": {Data: []byte("two")}})
	if one == two || len(one) != 12 {
		t.Errorf("builds %q and %q", one, two)
	}
	if got := buildOf(fstest.MapFS{}); got != "none" {
		t.Errorf("no build: %q", got)
	}
}
