package metatest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// serve answers as Graph does.
func (g *Graph) serve(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/cdn/"); ok {
		g.serveFile(w, rest)
		return
	}
	if rest, ok := strings.CutPrefix(r.URL.Path, whatsAppFiles); ok {
		g.serveWhatsAppFile(w, r, rest)
		return
	}
	if rest, ok := strings.CutPrefix(r.URL.Path, ownHost+"/"); ok {
		g.serveOwn(w, r, rest)
		return
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/"+g.version+"/")
	if !ok {
		failure{status: 400, code: 2635, message: "(#2635) You are calling a deprecated version of the Ads API."}.write(w)
		return
	}
	if path == "debug_token" {
		g.serveDebug(w, r)
		return
	}
	if bearer(r) != "" {
		g.serveWhatsApp(w, r, path)
		return
	}
	t, bad := g.authorised(r)
	if bad != nil {
		bad.write(w)
		return
	}
	if path == "" {
		if r.Method != http.MethodPost { // version 26 reads no list of ids there any more
			failure{status: 400, code: 100, message: "(#100) The ids parameter is not supported at the root"}.write(w)
			return
		}
		g.serveBatch(w, r, t)
		return
	}
	g.route(w, r, t, strings.Split(path, "/"))
}

// route answers a call of an owner of token t.
func (g *Graph) route(w http.ResponseWriter, r *http.Request, t token, parts []string) {
	what := ""
	if len(parts) > 1 {
		what = parts[1]
	}
	if parts[0] == "me" || parts[0] == t.page {
		parts[0] = t.page
	}
	page := g.pageOf(t.page)
	if g.commentRoute(w, r, page, t, parts) || g.publicRoute(w, r, page, t, parts) {
		return
	}
	switch {
	case what == "" && parts[0] == page.ID:
		answer(w, page.node())
	case what == "":
		g.serveProfile(w, page.to(parts[0]), parts[0])
	case what == "messages" && r.Method == http.MethodPost && parts[0] == page.ID:
		g.serveSend(w, r, page, t)
	case what == "messages" && r.Method == http.MethodGet:
		g.serveMessages(w, page.to(strings.TrimPrefix(parts[0], "t_")), parts[0])
	case what == "message_attachments" && parts[0] == page.ID:
		g.serveUpload(w, r, page)
	case what == "subscribed_apps" && parts[0] == page.ID:
		g.serveSubscriptions(w, r, page, t)
	case what == "conversations" && parts[0] == page.ID:
		g.serveConversations(w, r, page.on(r.URL.Query().Get("platform")), t)
	default:
		failure{status: 400, code: 100, sub: 33, message: "Unsupported request. Object does not exist or cannot be loaded due to missing permissions"}.write(w)
	}
}

// node is what a page says of itself, with the account at Instagram that belongs to it.
func (p *Page) node() map[string]any {
	out := map[string]any{"id": p.ID, "name": p.Name}
	if p.account != nil {
		out["instagram_business_account"] = map[string]string{"id": p.account.ID, "username": p.account.username}
	}
	return out
}

// to returns who knows somebody: the page, or its account at Instagram.
func (p *Page) to(person string) *Page {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	if p.account != nil && p.account.people[person] != nil {
		return p.account
	}
	return p
}

// on returns whose threads a platform has.
func (p *Page) on(platform string) *Page {
	if platform == "instagram" && p.account != nil {
		return p.account
	}
	return p
}

func (g *Graph) pageOf(id string) *Page {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pages[id]
}

// authorised returns the token of a call, or why it is none. The app demands the proof of its secret.
func (g *Graph) authorised(r *http.Request) (token, *failure) {
	name := r.URL.Query().Get("access_token")
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.tokens[name]
	switch {
	case t == nil:
		return token{}, &failure{status: 401, code: 190, message: "Invalid OAuth access token - Cannot parse access token"}
	case g.expired || !t.expires.IsZero() && t.expires.Before(time.Now()):
		told := failures()[Expired]
		return token{}, &told
	case !t.valid:
		return token{}, &failure{status: 401, code: 190, sub: 460, message: "Error validating access token: The session has been invalidated because the user changed their password"}
	}
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(name))
	if !hmac.Equal([]byte(hex.EncodeToString(m.Sum(nil))), []byte(r.URL.Query().Get("appsecret_proof"))) {
		return token{}, &failure{status: 400, code: 100, message: "API calls from the server require an appsecret_proof argument"}
	}
	return *t, nil
}

// serveDebug answers what a token is good for. Only the app itself may ask.
func (g *Graph) serveDebug(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("access_token") != AppID+"|"+secret {
		failure{status: 400, code: 190, message: "Invalid OAuth access token signature."}.write(w)
		return
	}
	g.mu.Lock()
	t, expired := g.tokens[r.URL.Query().Get("input_token")], g.expired
	g.mu.Unlock()
	if t == nil {
		answer(w, map[string]any{"data": map[string]any{"is_valid": false, "scopes": []string{}, "error": map[string]any{"code": 190, "message": "Invalid OAuth access token."}}})
		return
	}
	data := map[string]any{
		"app_id": t.app, "type": t.kind, "application": "Zongler", "is_valid": t.valid && !expired, "expires_at": 0,
		"data_access_expires_at": time.Now().Add(60 * 24 * time.Hour).Unix(), "scopes": t.scopes, "user_id": "102030",
	}
	if t.kind == "PAGE" {
		data["profile_id"] = t.page
	}
	if !t.valid || expired {
		data["error"] = map[string]any{"code": 190, "subcode": 463, "message": "Error validating access token: Session has expired."}
	}
	answer(w, map[string]any{"data": data})
}

// serveProfile answers who somebody is whom the page knows.
func (g *Graph) serveProfile(w http.ResponseWriter, p *Page, psid string) {
	g.mu.Lock()
	who := p.people[psid]
	g.mu.Unlock()
	switch {
	case who == nil:
		failure{status: 400, code: 100, sub: 33, message: "Unsupported get request. Object with ID does not exist"}.write(w)
	case who.Private:
		failure{status: 400, code: 100, sub: 2018218, message: "(#100) No profile available for this user."}.write(w)
	case p.username != "":
		answer(w, map[string]string{"name": who.First + " " + who.Last, "username": "u" + psid, "id": psid})
	default:
		answer(w, map[string]string{"first_name": who.First, "last_name": who.Last, "id": psid})
	}
}

// serveSubscriptions tells of what the page tells apps, or changes it for ours.
func (g *Graph) serveSubscriptions(w http.ResponseWriter, r *http.Request, p *Page, t token) {
	if t.kind != "INSTAGRAM" && !slices.Contains(t.scopes, "pages_manage_metadata") {
		failure{status: 403, code: 200, message: "(#200) Requires pages_manage_metadata permission"}.write(w)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	switch r.Method {
	case http.MethodPost:
		p.subscribed = strings.Split(r.URL.Query().Get("subscribed_fields"), ",")
		answer(w, map[string]bool{"success": true})
	case http.MethodDelete:
		p.subscribed = nil
		answer(w, map[string]bool{"success": true})
	default:
		data := []map[string]any{{"id": InboxApp, "name": "Page Inbox", "subscribed_fields": []string{"messages"}}}
		if len(p.subscribed) > 0 {
			data = append(data, map[string]any{"id": AppID, "name": "Zongler", "subscribed_fields": p.subscribed})
		}
		answer(w, map[string]any{"data": data})
	}
}

// graphTime is a time as Graph writes it: in seconds.
func graphTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05-0700") }

// serveConversations lists the threads of the page, the newest first, two at a time.
func (g *Graph) serveConversations(w http.ResponseWriter, r *http.Request, p *Page, t token) {
	if t.kind == "INSTAGRAM" && !slices.Contains(t.scopes, "instagram_business_manage_messages") {
		failures()[NoLeave].write(w)
		return
	}
	g.mu.Lock()
	newest := map[string]time.Time{}
	for _, m := range p.messages {
		if m.At.After(newest[m.PSID]) {
			newest[m.PSID] = m.At
		}
	}
	g.mu.Unlock()
	people := make([]string, 0, len(newest))
	for psid := range newest {
		people = append(people, psid)
	}
	slices.SortFunc(people, func(a, b string) int { return newest[b].Compare(newest[a]) })
	items := make([]any, len(people))
	for i, psid := range people {
		items[i] = map[string]string{"id": "t_" + psid, "updated_time": graphTime(newest[psid])}
	}
	g.page(w, r, items)
}

// serveMessages lists the messages of a thread, the newest first.
func (g *Graph) serveMessages(w http.ResponseWriter, p *Page, thread string) {
	psid := strings.TrimPrefix(thread, "t_")
	g.mu.Lock()
	defer g.mu.Unlock()
	items := []any{}
	for _, m := range p.messages {
		if m.PSID != psid {
			continue
		}
		from, to := psid, p.ID
		if m.Ours {
			from, to = to, from
		}
		item := map[string]any{
			"id": m.ID, "created_time": graphTime(m.At), "message": m.Text, "from": p.from(from),
			"to": map[string]any{"data": []any{map[string]string{"id": to}}},
		}
		if m.File != "" {
			item["attachments"] = map[string]any{"data": []any{map[string]any{"mime_type": "application/octet-stream", "file_url": m.File}}}
		}
		items = append(items, item)
	}
	slices.Reverse(items)
	answer(w, map[string]any{"data": items})
}

// from is who has written a message; at Instagram the account goes by an id of its own there.
func (p *Page) from(id string) map[string]string {
	switch {
	case p.username == "":
		return map[string]string{"id": id}
	case id == p.ID:
		return map[string]string{"id": "5" + id, "username": p.username}
	}
	return map[string]string{"id": id, "username": "u" + id}
}

// page answers two items of a list, and where it goes on.
func (g *Graph) page(w http.ResponseWriter, r *http.Request, items []any) {
	const size = 2
	from := 0
	_, _ = fmt.Sscanf(r.URL.Query().Get("after"), "c%d", &from) // none: from the beginning
	from = min(max(from, 0), len(items))
	end := min(from+size, len(items))
	paging := map[string]any{"cursors": map[string]string{"after": fmt.Sprintf("c%d", end)}}
	if end < len(items) {
		paging["next"] = g.server.URL + "/elsewhere"
	}
	answer(w, map[string]any{"data": items[from:end], "paging": paging})
}

func (g *Graph) serveFile(w http.ResponseWriter, path string) {
	id, _, _ := strings.Cut(path, "/")
	g.mu.Lock()
	u, there := g.uploads[id]
	g.mu.Unlock()
	if !there {
		http.NotFound(w, nil)
		return
	}
	_, _ = w.Write(u.bytes) // who went away needs no answer
}

func answer(w http.ResponseWriter, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw) // who went away needs no answer
}
