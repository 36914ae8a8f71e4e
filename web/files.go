package web

import (
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// brotliSuffix ends the name of a file's compressed twin, made by the build.
const brotliSuffix = ".br"

// asset is one embedded file, ready to be answered.
type asset struct {
	body   []byte
	brotli []byte // nil if the build found no gain in compressing
	kind   string // media type
	etag   string
}

// loadAssets reads all files under root into memory views; embedded files are
// already there, so this costs only the hashes. A missing root has no assets.
func loadAssets(root fs.FS) map[string]asset {
	assets := map[string]asset{}
	_ = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, brotliSuffix) {
			return nil //nolint:nilerr // what cannot be read is missing, and missing is answered as such
		}
		body, err := fs.ReadFile(root, name)
		if err != nil {
			return nil //nolint:nilerr // as above
		}
		twin, _ := fs.ReadFile(root, name+brotliSuffix)
		assets[name] = asset{body: body, brotli: twin, kind: mediaType(name), etag: etagOf(body)}
		return nil
	})
	return assets
}

// serve answers with a, compressed if the client takes brotli.
func (a asset) serve(w http.ResponseWriter, r *http.Request, cache string) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", cache)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", a.etag)
	body := a.body
	if a.brotli != nil {
		h.Add("Vary", "Accept-Encoding")
		if acceptsBrotli(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "br")
			h.Set("ETag", strings.TrimSuffix(a.etag, `"`)+`-br"`)
			body = a.brotli
		}
	}
	if matches(r.Header.Get("If-None-Match"), h.Get("ETag")) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client has gone; there is nobody to tell
	}
}

// acceptsBrotli reports whether an Accept-Encoding header allows br.
func acceptsBrotli(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "br") {
			continue
		}
		weight, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if !found {
			return true
		}
		q, err := strconv.ParseFloat(weight, 64)
		return err == nil && q > 0
	}
	return false
}

// matches reports whether an If-None-Match header names etag.
func matches(header, etag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if tag := strings.TrimPrefix(strings.TrimSpace(part), "W/"); tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

func etagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// mediaType names the type of a built file. The table of the operating system
// is not asked first: it calls scripts text/plain on some machines.
func mediaType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".json", ".webmanifest":
		return "application/json"
	default:
		if kind := mime.TypeByExtension(ext); kind != "" {
			return kind
		}
		return "application/octet-stream"
	}
}
