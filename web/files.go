package web

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// brotliSuffix ends the name of a file's compressed twin, made by the build.
const brotliSuffix = ".br"

// asset is one embedded file. Its bytes stay where they are embedded: they are read
// when they are asked for, for their ETag too.
type asset struct {
	root   fs.FS
	name   string
	size   int64
	brotli int64  // size of the compressed twin; 0 if the build found no gain in compressing
	kind   string // media type
	etag   func() string
}

// loadAssets looks at all files under root. A missing root has no assets.
func loadAssets(root fs.FS) map[string]asset {
	assets := map[string]asset{}
	_ = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, brotliSuffix) {
			return nil //nolint:nilerr // what cannot be read is missing, and missing is answered as such
		}
		info, err := entry.Info()
		if err != nil {
			return nil //nolint:nilerr // as above
		}
		a := asset{root: root, name: name, kind: mediaType(name), size: info.Size()}
		a.etag = sync.OnceValue(func() string { return identify(root, name) })
		if twin, err := fs.Stat(root, name+brotliSuffix); err == nil {
			a.brotli = twin.Size()
		}
		assets[name] = a
		return nil
	})
	return assets
}

// identify returns an ETag made of a file's content; empty if it cannot be read.
func identify(root fs.FS, name string) string {
	file, err := root.Open(name)
	if err != nil {
		return ""
	}
	defer file.Close() // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return ""
	}
	return `"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12]) + `"`
}

// serve answers with a, compressed if the client takes brotli.
func (a asset) serve(w http.ResponseWriter, r *http.Request, cache string) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", cache)
	h.Set("X-Content-Type-Options", "nosniff")
	etag := a.etag()
	h.Set("ETag", etag)
	name, size := a.name, a.size
	if a.brotli != 0 {
		h.Add("Vary", "Accept-Encoding")
		if acceptsBrotli(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "br")
			h.Set("ETag", strings.TrimSuffix(etag, `"`)+`-br"`)
			name, size = a.name+brotliSuffix, a.brotli
		}
	}
	if matches(r.Header.Get("If-None-Match"), h.Get("ETag")) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	file, err := a.root.Open(name)
	if err != nil { // it was there at the start
		h.Del("Content-Encoding")
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	defer file.Close() // only read
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = io.Copy(w, file) // the client has gone; there is nobody to tell
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
