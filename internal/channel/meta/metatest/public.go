package metatest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// maxComment bounds a comment, in characters.
const maxComment = 8000

// Said is something that everybody reads on a page: a post or a comment.
type Said struct {
	ID       string
	Post     string // under which it stands; of a post: empty
	Parent   string // which it answers; of a post: empty
	From     string // a person, or the page
	Name     string
	Text     string
	Picture  string // address
	At       time.Time
	Edited   time.Time
	Hidden   bool
	Liked    bool // by the page
	Gone     bool
	Locked   bool   // the token may not see it
	Answered bool   // in private
	Review   string // how it rates us, at a page: positive, negative; empty: it is none
	Named    bool   // it mentions the page
	Foreign  bool   // at Instagram: it is somebody else's post, or stands under one
}

// Publishes keeps a post of the page, and returns the change that tells of it.
func (p *Page) Publishes(id, text string) Event {
	return p.says(Said{ID: id, From: p.ID, Name: p.Name, Text: text}, "status", "add")
}

// Visited keeps a post of somebody on the page.
func (p *Page) Visited(psid, id, text string) Event {
	return p.says(Said{ID: id, From: psid, Text: text}, "status", "add")
}

// Comments keeps a comment of somebody, and returns the change that tells of it. An empty
// parent is the post.
func (p *Page) Comments(psid, id, post, parent, text string) Event {
	if parent == "" {
		parent = post
	}
	return p.says(Said{ID: id, Post: post, Parent: parent, From: psid, Text: text}, "comment", "add")
}

// CommentsNative keeps a comment that a colleague has written as the page by other means.
func (p *Page) CommentsNative(id, post, parent, text string) Event {
	return p.Comments(p.ID, id, post, parent, text)
}

func (p *Page) says(s Said, item, verb string) Event {
	if s.From != p.ID {
		p.Person(s.From, "Zofia", "Wilk "+s.From)
	} else {
		s.Name = p.Name
	}
	g := p.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.Name == "" {
		s.Name = p.people[s.From].First + " " + p.people[s.From].Last
	}
	s.At = g.nowLocked()
	p.said[s.ID] = &s
	p.order = append(p.order, s.ID)
	return p.changeLocked(s, item, verb, s.At)
}

// changeLocked is a change as Meta posts it. p.graph.mu is held.
func (p *Page) changeLocked(s Said, item, verb string, at time.Time) Event {
	v := Event{"item": item, "verb": verb, "created_time": at.Unix(), "published": 1}
	if !p.anonymous {
		v["from"] = map[string]string{"id": s.From, "name": s.Name}
	}
	if verb != "remove" && s.Text != "" {
		v["message"] = s.Text
	}
	if verb == "edited" {
		v["created_time"], v["edited_time"] = s.At.Unix(), at.Unix()
	}
	if s.Picture != "" {
		v["photo"] = s.Picture
	}
	if s.Post == "" {
		v["post_id"] = s.ID
	} else {
		v["post_id"], v["comment_id"], v["parent_id"] = s.Post, s.ID, s.Parent
		v["post"] = map[string]any{"id": s.Post, "permalink_url": "https://www.facebook.com/" + s.Post, "is_published": true}
	}
	return Event{"field": "feed", "value": v}
}

// Anonymous has changes tell no more who did it: the app may not read that.
func (p *Page) Anonymous() {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	p.anonymous = true
}

// Happens does something to what was said, and returns the change that tells of it.
func (p *Page) Happens(id, verb string, do func(*Said)) Event {
	g := p.graph
	g.mu.Lock()
	defer g.mu.Unlock()
	s := p.said[id]
	do(s)
	item := "comment"
	if s.Post == "" {
		item = "status"
	}
	at := g.nowLocked()
	if verb == "edited" {
		s.Edited = at
	}
	return p.changeLocked(*s, item, verb, at)
}

// SaidAs returns something that everybody reads, as it stands.
func (p *Page) SaidAs(id string) Said {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	if s := p.said[id]; s != nil {
		return *s
	}
	return Said{}
}

// MentionsPage keeps a post of somebody elsewhere that names the page, and returns the change that tells of it.
func (p *Page) MentionsPage(psid, id, text string) Event {
	p.Person(psid, "Zofia", "Wilk "+psid)
	s := p.keep(Said{ID: id, From: psid, Name: "Zofia Wilk " + psid, Text: text, Named: true})
	return Event{"field": "mention", "value": Event{
		"item": "post", "verb": "add", "post_id": id, "sender_id": psid, "sender_name": s.Name, "message": text, "created_time": s.At.Unix(),
	}}
}

// Rates keeps a review of the page, and returns the change that tells of it.
func (p *Page) Rates(psid, story, how, text string) Event {
	p.Person(psid, "Zofia", "Wilk "+psid)
	return p.Rated(p.keep(Said{ID: story, From: psid, Name: "Zofia Wilk " + psid, Text: text, Review: how}), "add")
}

// Rated is a change of a review as Meta posts it.
func (p *Page) Rated(s Said, verb string) Event {
	v := Event{
		"item": "rating", "verb": verb, "open_graph_story_id": s.ID, "reviewer_id": s.From, "reviewer_name": s.Name,
		"recommendation_type": s.Review, "created_time": s.At.Unix(),
	}
	if s.Text != "" {
		v["review_text"] = s.Text
	}
	return Event{"field": "ratings", "value": v}
}

// Told returns the change that tells of something that was said.
func (p *Page) Told(id string) Event {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	s := p.said[id]
	item := "comment"
	if s.Post == "" {
		item = "status"
	}
	return p.changeLocked(*s, item, "add", s.At)
}

// Tell posts changes of the page, and returns the status.
func (p *Page) Tell(changes ...Event) int {
	return p.graph.Post(Body(p.Entry("changes", changes...)))
}

// authorOf returns who is answered in private by what was said. g.mu is held.
func (p *Page) authorOf(in request) string {
	if s := p.said[in.Recipient.Comment+in.Recipient.Post]; s != nil {
		return s.From
	}
	return ""
}

// refusedPrivate says why something cannot be answered in private: once, within seven days. g.mu is held.
func (p *Page) refusedPrivate(in request) *failure {
	s := p.said[in.Recipient.Comment+in.Recipient.Post]
	switch {
	case s == nil || s.Gone || s.Foreign || (in.Recipient.Post != "") != (s.Post == ""):
		return &failure{status: 400, code: 100, sub: 33, message: "(#100) The comment does not exist"}
	case s.Answered:
		return &failure{status: 400, code: 10900, message: "(#10900) Activity already replied to"}
	case s.From == p.ID || time.Since(s.At) > humanWindow:
		return &failure{status: 400, code: 10903, message: "(#10903) This user cannot reply to this activity"}
	}
	return nil
}

// publicRoute answers calls about what everybody reads, and reports whether it was one.
func (g *Graph) publicRoute(w http.ResponseWriter, r *http.Request, p *Page, t token, parts []string) bool {
	what := ""
	if len(parts) > 1 {
		what = parts[1]
	}
	g.mu.Lock()
	s := p.said[parts[0]]
	g.mu.Unlock()
	switch {
	case what == "feed" && parts[0] == p.ID && r.Method == http.MethodGet:
		g.serveFeed(w, r, p, t)
	case (what == "tagged" || what == "ratings") && parts[0] == p.ID && t.readsPeople() != nil:
		t.readsPeople().write(w)
	case what == "tagged" && parts[0] == p.ID && r.Method == http.MethodGet:
		g.list(w, r, p, t, func(s *Said) bool { return s.Named })
	case what == "ratings" && parts[0] == p.ID && r.Method == http.MethodGet:
		g.list(w, r, p, t, func(s *Said) bool { return s.Review != "" })
	case what == "blocked" && parts[0] == p.ID:
		g.serveBlocked(w, r, p, t)
	case s == nil:
		return false
	case s.Gone:
		failure{status: 400, code: 100, sub: 33, message: "Unsupported request. Object with ID does not exist"}.write(w)
	case s.Locked:
		locked().write(w)
	case r.Method == http.MethodGet && what == "comments":
		g.serveComments(w, r, p, t, s.ID)
	case r.Method == http.MethodGet && what == "":
		g.serveSaid(w, p, t, s)
	default:
		g.serveAct(w, r, act{p, s, t, what})
	}
	return true
}

// serveBlocked blocks somebody whom the page knows, or lets them again.
func (g *Graph) serveBlocked(w http.ResponseWriter, r *http.Request, p *Page, t token) {
	if !slices.Contains(t.scopes, "pages_manage_engagement") {
		failure{status: 403, code: 200, message: "(#200) Requires pages_manage_engagement permission to manage the object"}.write(w)
		return
	}
	var in struct {
		PSID []string `json:"psid"`
	}
	on := r.Method == http.MethodPost
	if on {
		_ = json.NewDecoder(r.Body).Decode(&in) // what names nobody is refused below
	} else {
		in.PSID = r.URL.Query()["psid"]
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(in.PSID) != 1 || p.people[in.PSID[0]] == nil || !on && r.Method != http.MethodDelete {
		failure{status: 400, code: 100, message: "(#100) Param psid must be a list of people whom the page knows"}.write(w)
		return
	}
	who := in.PSID[0]
	p.people[who].Banned = on
	g.calls = append(g.calls, Call{Page: p.ID, PSID: who, Action: "block", On: on})
	answer(w, map[string]bool{who: true})
}

// act is something that the page is asked to do.
type act struct {
	page *Page
	on   *Said
	by   token
	edge string
}

// serveAct does something as the page, or says why not.
func (g *Graph) serveAct(w http.ResponseWriter, r *http.Request, a act) {
	if !slices.Contains(a.by.scopes, "pages_manage_engagement") {
		failure{status: 403, code: 200, message: "(#200) Requires pages_manage_engagement permission to manage the object"}.write(w)
		return
	}
	fault := g.takeFault()
	if g.serveFault(w, fault) {
		return
	}
	var in struct {
		Message *string `json:"message"`
		Hidden  *bool   `json:"is_hidden"`
	}
	if r.ContentLength > 0 {
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			failure{status: 400, code: 100, message: "(#100) Invalid parameter"}.write(w)
			return
		}
	}
	said, bad := any(map[string]bool{"success": true}), (*failure)(nil)
	switch {
	case a.edge == "comments" && r.Method == http.MethodPost && in.Message != nil:
		said, bad = g.comment(a, *in.Message)
	case a.edge == "likes" && (r.Method == http.MethodPost || r.Method == http.MethodDelete):
		g.done(a, "like", "", r.Method == http.MethodPost, func(s *Said) { s.Liked = r.Method == http.MethodPost })
	case a.edge == "" && r.Method == http.MethodDelete:
		g.done(a, "delete", "", true, func(s *Said) { s.Gone = true })
	case a.edge == "" && r.Method == http.MethodPost && in.Hidden != nil && a.on.From != a.page.ID:
		g.done(a, "hide", "", *in.Hidden, func(s *Said) { s.Hidden = *in.Hidden })
	case a.edge == "" && r.Method == http.MethodPost && in.Message != nil && a.on.From == a.page.ID:
		g.done(a, "edit", *in.Message, true, func(s *Said) { s.Text = *in.Message })
	default:
		bad = &failure{status: 400, code: 100, message: "(#100) Invalid parameter"}
	}
	switch {
	case bad != nil:
		bad.write(w)
	case fault == Silent:
		panic(http.ErrAbortHandler) // the line is cut
	case fault == Garbage:
		_, _ = fmt.Fprint(w, "{}}") // who went away needs no answer
	default:
		answer(w, said)
	}
}

// done keeps that something was done.
func (g *Graph) done(a act, action, text string, on bool, do func(*Said)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	do(a.on)
	g.calls = append(g.calls, Call{Page: a.page.ID, Action: action, Target: a.on.ID, On: on, Message: Message{Text: text}})
}

// comment keeps an answer of the page that everybody reads.
func (g *Graph) comment(a act, text string) (any, *failure) {
	if text == "" || utf8.RuneCountInString(text) > maxComment {
		return nil, &failure{status: 400, code: 100, message: "(#100) Param message must be a text of up to 8000 characters"}
	}
	g.mu.Lock()
	g.counter++
	post := a.on.Post
	if post == "" {
		post = a.on.ID
	}
	s := &Said{
		ID: fmt.Sprintf("%s_%d", post[strings.LastIndexByte(post, '_')+1:], 700_000+g.counter), Post: post, Parent: a.on.ID, From: a.page.ID, Name: a.page.Name, Text: text, At: g.nowLocked(),
	}
	a.page.said[s.ID] = s
	a.page.order = append(a.page.order, s.ID)
	m := Message{ID: s.ID, Page: a.page.ID, Ours: true, App: AppID, Text: text, At: s.At}
	g.calls = append(g.calls, Call{Page: a.page.ID, Action: "comment", Target: a.on.ID, On: true, Message: m})
	g.mu.Unlock()
	g.tell(m)
	return map[string]string{"id": s.ID}, nil
}

// readsPeople says why a token may not read what people say about the page; nil: it may.
func (t token) readsPeople() *failure {
	if slices.Contains(t.scopes, "pages_read_user_content") {
		return nil
	}
	return &failure{status: 403, code: 10, message: "(#10) This endpoint requires the 'pages_read_user_content' permission"}
}

// reads says why a token may not read what everybody reads; nil: it may.
func (t token) reads() *failure {
	if slices.Contains(t.scopes, "pages_read_engagement") {
		return nil
	}
	return &failure{status: 403, code: 10, message: "(#10) This endpoint requires the 'pages_read_engagement' permission"}
}

// shownLocked is what Graph answers of something that was said. g.mu is held.
func (p *Page) shownLocked(s *Said) map[string]any {
	if s.Review != "" { // a review has no id of its own
		out := map[string]any{
			"created_time": graphTime(s.At), "recommendation_type": s.Review, "reviewer": map[string]string{"id": s.From, "name": s.Name},
			"open_graph_story": map[string]string{"id": s.ID},
		}
		if s.Text != "" {
			out["review_text"] = s.Text
		}
		return out
	}
	out := map[string]any{
		"id": s.ID, "created_time": graphTime(s.At), "message": s.Text, "permalink_url": "https://www.facebook.com/" + s.ID,
		"from": map[string]string{"id": s.From, "name": s.Name}, "is_hidden": s.Hidden,
	}
	if s.Picture != "" {
		out["full_picture"] = s.Picture
	}
	if s.Parent != "" && s.Parent != s.Post {
		out["parent"] = map[string]string{"id": s.Parent}
	}
	if s.Post == "" {
		updated := s.At
		for _, o := range p.said {
			if o.Post == s.ID && o.At.After(updated) {
				updated = o.At
			}
		}
		out["updated_time"] = graphTime(updated)
	}
	return out
}

func (g *Graph) serveSaid(w http.ResponseWriter, p *Page, t token, s *Said) {
	if bad := t.reads(); bad != nil {
		bad.write(w)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	answer(w, p.shownLocked(s))
}

// serveFeed lists the posts on the page, the newest first.
func (g *Graph) serveFeed(w http.ResponseWriter, r *http.Request, p *Page, t token) {
	g.list(w, r, p, t, func(s *Said) bool { return s.Post == "" && !s.Named && s.Review == "" })
}

// serveComments lists all comments under a post, the newest first: the stream.
func (g *Graph) serveComments(w http.ResponseWriter, r *http.Request, p *Page, t token, post string) {
	q := r.URL.Query()
	if q.Get("filter") != "stream" || q.Get("order") != "reverse_chronological" {
		failure{status: 400, code: 100, message: "(#100) metatest answers the stream, the newest first"}.write(w)
		return
	}
	g.list(w, r, p, t, func(s *Said) bool { return s.Post == post })
}

func (g *Graph) list(w http.ResponseWriter, r *http.Request, p *Page, t token, is func(*Said) bool) {
	if bad := t.reads(); bad != nil {
		bad.write(w)
		return
	}
	g.mu.Lock()
	items := []any{}
	for _, id := range slices.Backward(p.order) {
		if s := p.said[id]; is(s) && !s.Gone {
			items = append(items, p.shownLocked(s))
		}
	}
	g.mu.Unlock()
	g.page(w, r, items)
}
