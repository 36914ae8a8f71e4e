package metatest

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// whatsAppFiles is where files of numbers lie.
const whatsAppFiles = "/whatsapp-files/"

// bearer returns the token in the header of a call; empty: there is none.
func bearer(r *http.Request) string {
	name, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return name
}

// serveWhatsApp answers a call of the Cloud API.
func (g *Graph) serveWhatsApp(w http.ResponseWriter, r *http.Request, path string) {
	q := r.URL.Query()
	q.Set("access_token", bearer(r))
	r.URL.RawQuery = q.Encode()
	t, bad := g.authorised(r)
	if bad != nil {
		bad.write(w)
		return
	}
	id, what, _ := strings.Cut(path, "/")
	g.mu.Lock()
	b, n := g.businesses[id], g.numbers[id]
	g.mu.Unlock()
	gone := failure{status: 400, code: 100, sub: 33, message: "Unsupported request. Object with ID does not exist or cannot be loaded due to missing permissions"}
	switch {
	case b != nil && b.ID == t.page && slices.Contains(t.scopes, "whatsapp_business_management"):
		b.serve(w, r, what)
	case n != nil && n.business.ID == t.page && slices.Contains(t.scopes, "whatsapp_business_messaging"):
		n.serve(w, r, what)
	case n != nil && n.business.ID == t.page:
		failures()[NoLeave].write(w)
	default:
		if n := g.numberOf(r.URL.Query().Get("phone_number_id")); n != nil && n.business.ID == t.page && what == "" {
			n.serveMedia(w, id)
			return
		}
		gone.write(w)
	}
}

func (g *Graph) numberOf(id string) *Number {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.numbers[id]
}

func (b *Business) serve(w http.ResponseWriter, r *http.Request, what string) {
	g := b.graph
	g.mu.Lock()
	var items []any
	switch what {
	case "phone_numbers":
		for _, n := range b.numbers {
			items = append(items, Event{"id": n.ID, "display_phone_number": n.Display, "verified_name": n.Name, "quality_rating": n.Quality})
		}
	case "message_templates":
		b.looked++
		for _, t := range b.templates {
			items = append(items, t)
		}
	case "subscribed_apps":
		if r.Method == http.MethodPost {
			b.subscribed = true
			g.mu.Unlock()
			answer(w, map[string]bool{"success": true})
			return
		}
		if b.subscribed {
			items = append(items, Event{"whatsapp_business_api_data": Event{"id": AppID, "name": "Zongler", "link": "https://zongler.example"}})
		}
	default:
		g.mu.Unlock()
		failure{status: 400, code: 100, message: "(#100) Unknown path components"}.write(w)
		return
	}
	g.mu.Unlock()
	if items == nil {
		items = []any{}
	}
	g.page(w, r, items)
}

func (n *Number) serve(w http.ResponseWriter, r *http.Request, what string) {
	switch {
	case what == "messages" && r.Method == http.MethodPost:
		n.serveSend(w, r)
	case what == "media" && r.Method == http.MethodPost:
		n.serveUpload(w, r)
	default:
		failure{status: 400, code: 100, message: "(#100) Unknown path components"}.write(w)
	}
}

// serveMedia answers where a file lies: for five minutes, and only to who has the token.
func (n *Number) serveMedia(w http.ResponseWriter, id string) {
	n.mu.Lock()
	f := n.files[id]
	n.expired = false
	n.mu.Unlock()
	if f == nil {
		failure{status: 400, code: 100, sub: 33, message: "Unsupported get request. Object with ID does not exist"}.write(w)
		return
	}
	sum := sha256.Sum256(f.bytes)
	answer(w, Event{
		"url": n.graph.server.URL + whatsAppFiles + n.ID + "/" + id, "mime_type": f.kind, "sha256": hex.EncodeToString(sum[:]),
		"file_size": strconv.Itoa(len(f.bytes)), "id": id, "messaging_product": "whatsapp",
	})
}

// serveWhatsAppFile answers a file.
func (g *Graph) serveWhatsAppFile(w http.ResponseWriter, r *http.Request, path string) {
	number, id, _ := strings.Cut(path, "/")
	n := g.numberOf(number)
	g.mu.Lock()
	t := g.tokens[bearer(r)]
	g.mu.Unlock()
	if n == nil || t == nil || !t.valid || t.page != n.business.ID {
		http.Error(w, "", http.StatusUnauthorized)
		return
	}
	n.mu.Lock()
	f, expired := n.files[id], n.expired
	n.mu.Unlock()
	if f == nil || expired {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.kind)
	_, _ = w.Write(f.bytes) // who went away needs no answer
}

// caps are how much a file of a kind may have, by the beginning of its media type.
func caps() map[string]int {
	return map[string]int{"image/jpeg": 5 << 20, "image/png": 5 << 20, "audio/": 16 << 20, "video/": 16 << 20, "application/": 100 << 20, "text/plain": 100 << 20}
}

func (n *Number) serveUpload(w http.ResponseWriter, r *http.Request) {
	bad := failure{status: 400, code: 131053, message: "(#131053) Media upload error"}
	if err := r.ParseMultipartForm(maxFile); err != nil || r.FormValue("messaging_product") != "whatsapp" { //nolint:gosec // of our own tests
		bad.write(w)
		return
	}
	file, head, err := r.FormFile("file")
	if err != nil {
		bad.write(w)
		return
	}
	bytes, _ := io.ReadAll(file) // it lies in memory
	kind := head.Header.Get("Content-Type")
	for prefix, most := range caps() {
		if strings.HasPrefix(kind, prefix) && len(bytes) <= most {
			answer(w, map[string]string{"id": n.store(&stored{name: head.Filename, kind: kind, bytes: bytes, ours: true})})
			return
		}
	}
	bad.write(w)
}
