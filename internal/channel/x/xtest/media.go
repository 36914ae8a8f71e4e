package xtest

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// file is a file that is being brought.
type file struct {
	size    int
	kind    string
	bytes   []byte
	next    string
	checked int
	done    bool
}

// PutFile lays the file of a message at dm/…, three names with slashes between.
func (s *Server) PutFile(at string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[at] = &file{bytes: content, done: true}
}

func (s *Server) download(path []string) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[strings.Join(path, "/")]
	if f == nil {
		return problem(http.StatusNotFound, "resource-not-found", "Not Found")
	}
	return answer{status: http.StatusOK, body: rawBody(f.bytes)}
}

// rawBody is a body that is no JSON.
type rawBody []byte

func (s *Server) haveFiles(ids []any) bool {
	for _, id := range ids {
		name, _ := id.(string)
		if f := s.files[name]; f == nil || !f.done {
			return false
		}
	}
	return true
}

// media takes a file piece by piece.
func (s *Server) media(r *http.Request, path []string, in map[string]any, body []byte) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Method == http.MethodGet:
		return s.fileStatus(r.URL.Query().Get("media_id"))
	case path[2] == "initialize":
		size, _ := in["total_bytes"].(float64)
		kind, _ := in["media_type"].(string)
		id := s.id()
		s.files[id] = &file{size: int(size), kind: kind, next: "0"}
		return said(http.StatusOK, map[string]any{"data": map[string]any{"id": id, "media_key": "3_" + id, "expires_after_secs": 86400}})
	}
	f := s.files[path[2]]
	if f == nil {
		return problem(http.StatusNotFound, "resource-not-found", "media id")
	}
	if path[3] == "append" {
		return f.take(r, body)
	}
	if len(f.bytes) != f.size {
		return problem(http.StatusBadRequest, "invalid-request", "Segments do not add up to provided total file size.")
	}
	if strings.HasPrefix(f.kind, "video/") {
		return working(path[2], "pending")
	}
	f.done = true
	return said(http.StatusOK, map[string]any{"data": map[string]any{"id": path[2], "media_key": "3_" + path[2], "size": f.size}})
}

func working(id, state string) answer {
	return said(http.StatusOK, map[string]any{"data": map[string]any{"id": id, "media_key": "7_" + id, "processing_info": map[string]any{"state": state, "check_after_secs": 1}}})
}

func (s *Server) fileStatus(id string) answer {
	f := s.files[id]
	if f == nil {
		return problem(http.StatusNotFound, "resource-not-found", "media id")
	}
	if f.checked++; f.checked < 2 {
		return working(id, "in_progress")
	}
	f.done = true
	return working(id, "succeeded")
}

// take takes the next piece; others are refused.
func (f *file) take(r *http.Request, body []byte) answer {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return problem(http.StatusBadRequest, "invalid-request", "not a form")
	}
	form := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	var piece []byte
	index := ""
	for {
		part, err := form.NextPart()
		if err != nil {
			break
		}
		raw, _ := io.ReadAll(part) // a piece that is cut is refused below
		if part.FormName() == "media" {
			piece = raw
		} else {
			index = string(raw)
		}
	}
	if index != f.next || len(piece) == 0 {
		return problem(http.StatusBadRequest, "invalid-request", "segment_index")
	}
	f.bytes = append(f.bytes, piece...)
	f.next = nextIndex(f.next)
	return said(http.StatusOK, map[string]any{"data": map[string]any{"expires_at": 1}})
}
