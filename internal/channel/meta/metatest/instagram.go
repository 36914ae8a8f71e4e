package metatest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// What Instagram refuses, from Meta's documents of its messages.
const (
	ownHost   = "/ig" // stands for graph.instagram.com
	maxBytes  = 1000  // of a text
	renewFrom = 24 * time.Hour
	renewFor  = 60 * 24 * time.Hour
)

// Instagram makes the account at Instagram that belongs to the page.
func (p *Page) Instagram(id, username string) *Page {
	account := p.graph.Page(id, "")
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	account.username, p.account = username, account
	return account
}

// OwnAccount makes an account at Instagram that signs in itself.
func (g *Graph) OwnAccount(id, username string) *Page {
	account := g.Page(id, "")
	g.mu.Lock()
	defer g.mu.Unlock()
	account.username, account.own = username, true
	return account
}

// Age makes the tokens of an account so old.
func (g *Graph) Age(account string, age time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range g.tokens {
		if t.page == account && t.kind == "INSTAGRAM" {
			t.since = time.Now().Add(-age)
			t.expires = t.since.Add(renewFor)
		}
	}
}

// InstagramScopes are those of a page whose account at Instagram is answered for.
func InstagramScopes() []string {
	return []string{"instagram_basic", "instagram_manage_messages", "pages_manage_metadata", "pages_show_list", "instagram_manage_comments", "pages_read_engagement"}
}

// OwnToken makes a token of an account that is so old, and lasts for 60 days from then.
func (p *Page) OwnToken(age time.Duration, scopes ...string) string {
	made := time.Now().Add(-age)
	return p.graph.token(token{page: p.ID, kind: "INSTAGRAM", app: AppID, scopes: scopes, valid: true, since: made, expires: made.Add(renewFor)})
}

// OwnScopes are those that an account needs to be answered for.
func OwnScopes() []string {
	return []string{"instagram_business_basic", "instagram_business_manage_messages", "instagram_business_manage_comments"}
}

// serveOwn answers as graph.instagram.com does: it knows tokens of accounts alone, and demands no proof.
func (g *Graph) serveOwn(w http.ResponseWriter, r *http.Request, path string) {
	name := r.URL.Query().Get("access_token")
	g.mu.Lock()
	t, expired := g.tokens[name], g.expired
	g.mu.Unlock()
	switch {
	case t == nil || t.kind != "INSTAGRAM":
		failure{status: 400, code: 190, message: "Invalid OAuth access token - Cannot parse access token"}.write(w)
		return
	case !t.valid || expired || t.expires.Before(time.Now()):
		failures()[Expired].write(w)
		return
	}
	if path == "refresh_access_token" {
		g.renew(w, r, name, *t)
		return
	}
	versioned, ok := strings.CutPrefix(path, g.version+"/")
	if !ok {
		failure{status: 400, code: 2635, message: "(#2635) You are calling a deprecated version of the Ads API."}.write(w)
		return
	}
	if versioned == "me" {
		p := g.pageOf(t.page)
		answer(w, map[string]string{"user_id": p.ID, "username": p.username, "name": p.Name, "id": "9" + p.ID})
		return
	}
	g.route(w, r, *t, strings.Split(versioned, "/"))
}

// renew gives a token of an account that is a day old another one.
func (g *Graph) renew(w http.ResponseWriter, r *http.Request, name string, t token) {
	if r.URL.Query().Get("grant_type") != "ig_refresh_token" || time.Since(t.since) < renewFrom {
		failure{status: 400, code: 10, message: "Unable to refresh access token: it must be at least 24 hours old"}.write(w)
		return
	}
	g.mu.Lock()
	delete(g.tokens, name)
	g.mu.Unlock()
	made := time.Now()
	fresh := g.token(token{page: t.page, kind: t.kind, app: t.app, scopes: t.scopes, valid: true, since: made, expires: made.Add(renewFor)})
	answer(w, map[string]any{"access_token": fresh, "token_type": "bearer", "expires_in": int(renewFor / time.Second)})
}

// malformedThere says what is wrong with a message for Instagram.
func (in request) malformedThere() *failure {
	m := in.Message
	switch {
	case m == nil || m.Text == "" && m.Attachment == nil:
		return &failure{status: 400, code: 100, message: "(#100) param message must be non-empty."}
	case len(m.Text) > maxBytes:
		return &failure{status: 400, code: 100, message: "(#100) Length of param message[text] must be less than or equal to 1000"}
	case m.Metadata != "" || in.Type == "RESPONSE":
		return &failure{status: 400, code: 100, message: "(#100) Param message[metadata] is not known for Instagram"}
	case m.Attachment != nil && (m.Attachment.Payload.URL == "" || m.Attachment.Payload.ID != ""):
		return &failure{status: 400, code: 100, message: "(#100) Param message[attachment][payload][url] must be a valid URL"}
	}
	return nil
}

// Fetches names who answers when Instagram fetches a file of ours: it gives a status and the bytes.
func (g *Graph) Fetches(fn func(url string) (int, []byte)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fetch = fn
}

// brought fetches a file of ours, as Instagram does before it answers.
func (g *Graph) brought(address, kind string) *failure {
	g.mu.Lock()
	fetch := g.fetch
	g.mu.Unlock()
	gone := failure{status: 400, code: 100, sub: 2018007, message: "(#100) Media upload error: the media could not be fetched from this URI"}
	if fetch == nil || !strings.HasPrefix(address, "https://") {
		return &gone
	}
	status, bytes := fetch(address)
	if status != http.StatusOK {
		return &gone
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.uploads[address] = upload{kind: kind, name: address, bytes: bytes}
	return nil
}

// Fetched returns the bytes of a file that Instagram has fetched from us.
func (g *Graph) Fetched(address string) []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.uploads[address].bytes
}

// reacts puts a reaction of ours to a message of somebody, or says why not.
func (g *Graph) reacts(p *Page, in request) *failure {
	g.mu.Lock()
	defer g.mu.Unlock()
	if in.Payload.Message == "" || in.Action == "react" && in.Payload.Reaction != "love" {
		return &failure{status: 400, code: 100, message: fmt.Sprintf("(#100) Param payload: %q is no reaction", in.Payload.Reaction)}
	}
	g.calls = append(g.calls, Call{Page: p.ID, PSID: in.Recipient.ID, Action: in.Action, Target: in.Payload.Message, Reaction: in.Payload.Reaction})
	return nil
}
