package metatest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel/meta"
)

// Shows keeps a post of an account at Instagram. Nobody is told of it.
func (p *Page) Shows(id, caption, picture string) {
	p.keep(Said{ID: id, From: p.ID, Name: p.username, Text: caption, Picture: picture})
}

// CommentsThere keeps a comment of somebody under a post of the account, and returns the change
// that tells of it. An empty parent is the post.
func (p *Page) CommentsThere(igsid, id, media, parent, text string) Event {
	name := "u" + igsid
	if igsid == p.ID {
		name = p.username
	} else {
		p.Person(igsid, "Zofia", "Wilk "+igsid)
	}
	return p.commentEvent(p.keep(Said{ID: id, Post: media, Parent: parent, From: igsid, Name: name, Text: text}))
}

// Mentions keeps that somebody has named the account under, or in, a post of theirs, and returns
// the change that tells of it: by name alone. An empty comment is the caption.
func (p *Page) Mentions(username, media, comment, text string) Event {
	p.keep(Said{ID: media, From: "them", Name: username, Text: text, Foreign: true})
	v := Event{"media_id": media}
	if comment != "" {
		p.keep(Said{ID: comment, Post: media, From: "them", Name: username, Text: text, Foreign: true})
		v["comment_id"] = comment
	}
	return Event{"field": "mentions", "value": v}
}

// CommentTold returns the change that tells of a comment.
func (p *Page) CommentTold(id string) Event { return p.commentEvent(p.SaidAs(id)) }

func (p *Page) keep(s Said) Said {
	g := p.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	s.At = g.nowLocked()
	p.said[s.ID] = &s
	p.order = append(p.order, s.ID)
	return s
}

// commentEvent is a comment as Meta posts it: when it was written is not said.
func (p *Page) commentEvent(s Said) Event {
	from := Event{"id": s.From, "username": s.Name}
	if s.From == p.ID {
		from["self_ig_scoped_id"] = "5" + p.ID
	}
	v := Event{"id": s.ID, "text": s.Text, "from": from, "media": Event{"id": s.Post, "media_product_type": "FEED"}}
	if s.Parent != "" {
		v["parent_id"] = s.Parent
	}
	return Event{"field": "comments", "value": v}
}

// TellThere posts changes of an account at Instagram, and returns the status. With Instagram Login a change stands in the entry itself.
func (p *Page) TellThere(changes ...Event) int {
	if !p.own {
		return p.graph.Post(body("instagram", p.Entry("changes", changes...)))
	}
	entries := make([]Event, len(changes))
	for i, c := range changes {
		entries[i] = Event{"id": p.ID, "time": time.Now().Unix(), "field": c["field"], "value": c["value"]}
	}
	said := body("instagram", entries...)
	return p.graph.PostSigned(said, meta.App{Secret: InstagramSecret}.Sign(said))
}

// answering returns who answers with a message: the page, or its account at Instagram.
func (p *Page) answering(in request) *Page {
	p.graph.mu.Lock()
	there := in.private() && p.account != nil && p.account.said[in.Recipient.Comment] != nil
	p.graph.mu.Unlock()
	if there {
		return p.account
	}
	return p.to(in.Recipient.ID)
}

// moderates says why a token may not do anything about comments at Instagram; nil: it may.
func (t token) moderates(own bool) *failure {
	scope := "instagram_manage_comments"
	if own {
		scope = "instagram_business_manage_comments"
	}
	if slices.Contains(t.scopes, scope) {
		return nil
	}
	return &failure{status: 403, code: 10, message: "(#10) Application does not have permission for this action"}
}

// commentRoute answers calls about what everybody reads at an account, and reports whether it was one.
func (g *Graph) commentRoute(w http.ResponseWriter, r *http.Request, p *Page, t token, parts []string) bool {
	if p.account != nil {
		p = p.account
	}
	if p.username == "" {
		return false
	}
	what := ""
	if len(parts) > 1 {
		what = parts[1]
	}
	g.mu.Lock()
	s := p.said[parts[0]]
	g.mu.Unlock()
	mine := parts[0] == p.ID
	mentioned := mine && what == "" && strings.Contains(r.URL.Query().Get("fields"), "mentioned_")
	if s == nil && (!mine || what != "media" && what != "mentions" && !mentioned) {
		return false
	}
	if bad := t.moderates(p.own); bad != nil {
		bad.write(w)
		return true
	}
	switch {
	case mentioned:
		g.serveMentioned(w, r, p)
	case mine && what == "mentions" && r.Method == http.MethodPost:
		g.serveComment(w, r, act{p, nil, t, what})
	case mine:
		g.page(w, r, g.media(p))
	case s.Gone || s.Foreign: // of what is somebody else's nothing can be asked
		failure{status: 400, code: 100, sub: 33, message: "Unsupported request. Object with ID does not exist"}.write(w)
	case s.Locked:
		locked().write(w)
	case r.Method == http.MethodGet && what == "comments" && s.Post == "":
		g.mu.Lock()
		all := p.commentsLocked(s.ID)
		g.mu.Unlock()
		g.page(w, r, all)
	case r.Method == http.MethodGet && what == "":
		g.mu.Lock()
		answer(w, p.thereLocked(s))
		g.mu.Unlock()
	default:
		g.serveComment(w, r, act{p, s, t, what})
	}
	return true
}

// thereLocked is what Graph answers of a post or a comment at Instagram. g.mu is held.
func (p *Page) thereLocked(s *Said) map[string]any {
	out := map[string]any{"id": s.ID, "timestamp": graphTime(s.At), "username": s.Name}
	if s.Post == "" {
		out["caption"], out["media_type"], out["permalink"] = s.Text, "IMAGE", "https://www.instagram.com/p/"+s.ID+"/"
		if s.Picture != "" {
			out["media_url"] = s.Picture
		}
		return out
	}
	out["text"], out["hidden"], out["from"] = s.Text, s.Hidden, map[string]string{"id": s.From, "username": s.Name}
	if s.Parent != "" {
		out["parent_id"] = s.Parent
	}
	return out
}

// commentsLocked lists the comments under a post, the newest first, each with the answers to it. g.mu is held.
func (p *Page) commentsLocked(media string) []any {
	items := []any{}
	for _, id := range slices.Backward(p.order) {
		s := p.said[id]
		if s.Post != media || s.Parent != "" || s.Gone {
			continue
		}
		out, answers := p.thereLocked(s), []any{}
		for _, below := range p.order {
			if a := p.said[below]; a.Parent == s.ID && !a.Gone {
				answers = append(answers, p.thereLocked(a))
			}
		}
		if len(answers) > 0 {
			out["replies"] = map[string]any{"data": answers}
		}
		items = append(items, out)
	}
	return items
}

// media lists the posts of an account, the newest first, each with the first of its comments.
func (g *Graph) media(p *Page) []any {
	g.mu.Lock()
	defer g.mu.Unlock()
	items := []any{}
	for _, id := range slices.Backward(p.order) {
		s := p.said[id]
		if s.Post != "" || s.Foreign || s.Gone {
			continue
		}
		out, all := p.thereLocked(s), p.commentsLocked(s.ID)
		if n := min(len(all), 2); n > 0 {
			out["comments"] = map[string]any{"data": all[:n], "paging": map[string]any{"cursors": map[string]string{"after": fmt.Sprintf("c%d", n)}}}
		}
		items = append(items, out)
	}
	return items
}

// serveMentioned answers what mentions the account: with Facebook Login alone.
func (g *Graph) serveMentioned(w http.ResponseWriter, r *http.Request, p *Page) {
	fields := r.URL.Query().Get("fields")
	_, rest, _ := strings.Cut(fields, "_id(")
	name, _, _ := strings.Cut(rest, ")")
	g.mu.Lock()
	defer g.mu.Unlock()
	s := p.said[name]
	if p.own || s == nil || !s.Foreign || s.Gone || (s.Post != "") != strings.HasPrefix(fields, "mentioned_comment") {
		failure{status: 400, code: 100, sub: 33, message: "Unsupported get request. Object with ID does not exist"}.write(w)
		return
	}
	if s.Post == "" {
		answer(w, map[string]any{"mentioned_media": p.thereLocked(s), "id": p.ID})
		return
	}
	answer(w, map[string]any{"id": p.ID, "mentioned_comment": map[string]any{
		"id": s.ID, "text": s.Text, "timestamp": graphTime(s.At), "username": s.Name, "media": map[string]any{"id": s.Post, "media_type": "IMAGE"},
	}})
}

// serveComment does something in public as the account, or says why not.
func (g *Graph) serveComment(w http.ResponseWriter, r *http.Request, a act) {
	fault := g.takeFault()
	if g.serveFault(w, fault) {
		return
	}
	var in struct {
		Message string `json:"message"`
		Media   string `json:"media_id"`
		Comment string `json:"comment_id"`
	}
	if r.ContentLength > 0 {
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			failure{status: 400, code: 100, message: "(#100) Invalid parameter"}.write(w)
			return
		}
	}
	hide := r.URL.Query().Get("hide")
	post := r.Method == http.MethodPost
	said, bad := any(map[string]bool{"success": true}), (*failure)(nil)
	switch {
	case a.edge == "mentions":
		said, bad = g.answerMention(a, in.Media, in.Comment, in.Message)
	case post && (a.edge == "replies" && a.on.Post != "" || a.edge == "comments" && a.on.Post == ""):
		said, bad = g.commentThere(a, in.Message)
	case a.edge == "" && r.Method == http.MethodDelete && a.on.Post != "":
		g.done(a, "delete", "", true, func(s *Said) { s.Gone = true })
	case a.edge == "" && post && (hide == "true" || hide == "false") && a.on.Post != "" && a.on.From != a.page.ID:
		g.done(a, "hide", "", hide == "true", func(s *Said) { s.Hidden = hide == "true" })
	default:
		bad = &failure{status: 400, code: 100, message: "(#100) Invalid parameter"}
	}
	switch {
	case bad != nil:
		bad.write(w)
	case fault == Silent:
		panic(http.ErrAbortHandler) // the line is cut
	default:
		answer(w, said)
	}
}

// answerMention answers where somebody has named the account.
func (g *Graph) answerMention(a act, media, comment, text string) (any, *failure) {
	name := comment
	if name == "" {
		name = media
	}
	g.mu.Lock()
	a.on = a.page.said[name]
	g.mu.Unlock()
	if a.on == nil || !a.on.Foreign || comment != "" && a.on.Post != media {
		return nil, &failure{status: 400, code: 100, sub: 33, message: "(#100) The account is not mentioned there"}
	}
	return g.commentThere(a, text)
}

// commentThere keeps an answer of the account. One to an answer stands under the comment above both.
func (g *Graph) commentThere(a act, text string) (any, *failure) {
	if text == "" {
		return nil, &failure{status: 400, code: 100, message: "(#100) Param message must be non-empty"}
	}
	g.mu.Lock()
	g.counter++
	s := &Said{ID: fmt.Sprintf("1790%d", 700_000+g.counter), Post: a.on.Post, Parent: a.on.ID, From: a.page.ID, Name: a.page.username, Text: text, At: g.nowLocked(), Foreign: a.on.Foreign}
	switch {
	case s.Post == "":
		s.Post, s.Parent = a.on.ID, ""
	case a.on.Parent != "":
		s.Parent = a.on.Parent
	}
	a.page.said[s.ID] = s
	a.page.order = append(a.page.order, s.ID)
	m := Message{ID: s.ID, Page: a.page.ID, Ours: true, Text: text, At: s.At, There: true}
	g.calls = append(g.calls, Call{Page: a.page.ID, Action: "comment", Target: a.on.ID, On: true, Message: m})
	g.mu.Unlock()
	g.tell(m)
	return map[string]string{"id": s.ID}, nil
}
