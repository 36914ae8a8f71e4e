package httpx

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed document.html
var pageSource string

//go:embed document.css
var pageStyle []byte

// document serves the description of the API. It is made at the first request,
// when all operations are registered.
type document struct {
	api huma.API

	once sync.Once
	data []byte
	page []byte
	etag string
	err  error
}

func (d *document) build() {
	if d.data, d.err = json.Marshal(d.api.OpenAPI()); d.err != nil {
		return
	}
	sum := sha256.Sum256(d.data)
	d.etag = `"` + hex.EncodeToString(sum[:8]) + `"`
	var page *template.Template
	if page, d.err = template.New("page").Parse(pageSource); d.err != nil {
		return
	}
	var b bytes.Buffer
	if d.err = page.Execute(&b, pageOf(d.api.OpenAPI())); d.err == nil {
		d.page = b.Bytes()
	}
}

func (d *document) json() ([]byte, error) {
	d.once.Do(d.build)
	return d.data, d.err
}

func (d *document) serveJSON(w http.ResponseWriter, r *http.Request) {
	d.once.Do(d.build)
	d.serve(w, r, "application/openapi+json", d.data)
}

func (d *document) servePage(w http.ResponseWriter, r *http.Request) {
	d.once.Do(d.build)
	Policy{}.Set(w.Header())
	d.serve(w, r, "text/html; charset=utf-8", d.page)
}

func (d *document) serveStyle(w http.ResponseWriter, r *http.Request) {
	d.once.Do(d.build)
	d.serve(w, r, "text/css; charset=utf-8", pageStyle)
}

func (d *document) serve(w http.ResponseWriter, r *http.Request, contentType string, body []byte) {
	if d.err != nil {
		http.Error(w, "the document cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("ETag", d.etag)
	w.Header().Set("Cache-Control", "no-cache")
	if r.Header.Get("If-None-Match") == d.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write(body) // a client that has left is nobody's fault
}
