package public

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/httpx"
)

//go:embed page
var pageFiles embed.FS // embedded files can only be a package variable

// pageTexts is the catalogue of the page to which invitations lead.
const pageTexts = "invite"

// doorway is what the page is made of.
type doorway struct {
	webchat.Doorway

	Ways  []contactLink
	Words func(key string) string
}

// contactLink is an address that the page leads to.
type contactLink struct {
	Label string // key of the word before it
	Text  string
	Href  template.URL
}

// registerInvitations adds the page to which invitations lead. Which invitation it
// is stands behind the # of its address and never reaches us here: the widget shows
// it, as the protocol has it.
func (x *site) registerInvitations(mux *http.ServeMux) {
	page := template.Must(template.ParseFS(pageFiles, "page/invitation.html")) // embedded: a test reads it
	mux.HandleFunc("GET "+webchat.InvitationPath+"{key}", func(w http.ResponseWriter, r *http.Request) { x.invitation(w, r, page) })
	mux.HandleFunc("GET "+webchat.InvitationPath+"files/{file}", func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		if !strings.HasSuffix(name, ".css") && !strings.HasSuffix(name, ".js") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, pageFiles, "page/"+name) //nolint:gosec // embedded files, and of those only style sheets and scripts
	})
}

// invitation answers GET /c/{key}. Where there is no such widget it is a page too, that says so.
func (x *site) invitation(w http.ResponseWriter, r *http.Request, page *template.Template) {
	door, err := x.Chat.Doorway(r.Context(), r.PathValue("key"), r.URL.Query().Get("lang"), peerOf(r))
	status := http.StatusOK
	if errs.Is(errs.NotFound, err) {
		status, err = http.StatusNotFound, nil
		door = webchat.Doorway{Language: x.Chat.Texts.Language(r.Header.Get("Accept-Language"))}
	}
	if err != nil {
		x.problems.Write(w, r, err)
		return
	}
	var body bytes.Buffer
	if err := page.Execute(&body, x.doorwayOf(door)); err != nil {
		x.problems.Write(w, r, errs.E(errs.Internal, "public.invitation", err))
		return
	}
	h := w.Header()
	httpx.Policy{}.Set(h)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Add("Vary", "Accept-Language")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // the client has gone; there is nobody to tell
}

func (x *site) doorwayOf(door webchat.Doorway) doorway {
	d := doorway{Doorway: door, Words: func(key string) string {
		return x.Chat.Texts.Text(door.Language, pageTexts, pageTexts+"."+key, map[string]any{"brand": door.Brand.Name})
	}}
	for _, c := range door.Contacts {
		label, scheme := "mail", "mailto:"
		if c.Channel == channel.SMS {
			label, scheme = "sms", "sms:"
		}
		d.Ways = append(d.Ways, contactLink{label, c.Address, template.URL(scheme + url.PathEscape(c.Address))}) //nolint:gosec // the scheme is ours, and the address is escaped
	}
	return d
}
