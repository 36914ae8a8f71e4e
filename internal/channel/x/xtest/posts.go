package xtest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Post is a post.
type Post struct {
	ID, Author, Text string
	Root             string // the post under which it stands, or itself
	Above            string // what it answers
	Quotes           string
	Hidden           bool
	Gone             bool
	At               time.Time
}

// Publish keeps a post. Empty: ID is a new one, Root is what Above stands under.
func (s *Server) Publish(p Post) Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.publish(p)
}

func (s *Server) publish(p Post) Post {
	if known := s.posts[p.ID]; known != nil {
		return *known
	}
	if p.ID == "" {
		p.ID = s.id()
	}
	if p.Root == "" {
		p.Root = p.ID
		if above := s.posts[p.Above]; above != nil {
			p.Root = above.Root
		}
	}
	if p.At.IsZero() {
		p.At = time.Now()
	}
	s.posts[p.ID] = &p
	return p
}

// TakesBack has somebody delete a post of theirs, of which nobody is told.
func (s *Server) TakesBack(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.posts[id]; p != nil {
		p.Gone = true
	}
}

// Find returns a post, and whether there is one.
func (s *Server) Find(id string) (Post, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[id]
	if p == nil {
		return Post{}, false
	}
	return *p, true
}

// naming is what X puts before a reply.
func (s *Server) naming(p Post) string {
	above := s.posts[p.Above]
	if above == nil || above.Author == p.Author {
		return ""
	}
	who := s.people[above.Author].Username
	if who == "" {
		who = "user" + above.Author
	}
	return "@" + who + " "
}

// shown is a post as X tells of it: what is told of itself and what is asked for have each their words.
func (s *Server) shown(p Post, asked bool) map[string]any {
	before := s.naming(p)
	text := before + strings.ReplaceAll(strings.ReplaceAll(p.Text, "&", "&amp;"), "<", "&lt;")
	out := map[string]any{
		"id": p.ID, "author_id": p.Author, "text": text, "conversation_id": p.Root, "created_at": p.At.UTC().Format("2006-01-02T15:04:05.000Z"), "lang": "pl",
		"display_text_range": []int{utf8.RuneCountInString(before), utf8.RuneCountInString(text)}, "edit_history_tweet_ids": []string{p.ID},
	}
	var refers []any
	if p.Above != "" {
		refers = append(refers, map[string]any{"type": "replied_to", "id": p.Above})
		out["in_reply_to_tweet_id"] = p.Above
	}
	if p.Quotes != "" {
		refers = append(refers, map[string]any{"type": "quoted", "id": p.Quotes})
	}
	if refers != nil {
		out[map[bool]string{true: "referenced_posts", false: "referenced_tweets"}[asked]] = refers
	}
	return out
}

// beside is what stands beside posts.
func (s *Server) beside(all ...Post) map[string]any {
	var users []any
	seen := map[string]bool{}
	for _, p := range all {
		if who, known := s.people[p.Author]; known && !seen[p.Author] {
			seen[p.Author] = true
			users = append(users, who.shown())
		}
	}
	return map[string]any{"users": users}
}

// summons reports whether who wrote a post has named, answered or quoted an account.
func (s *Server) summons(p Post, account string) bool {
	if strings.Contains(p.Text, "@"+s.people[account].Username) {
		return true
	}
	for _, id := range []string{p.Above, p.Quotes} {
		if at := s.posts[id]; at != nil && at.Author == account {
			return true
		}
	}
	return false
}

// replies posts.
func (s *Server) replies(account string, in map[string]any) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, _ := in["text"].(string)
	reply, _ := in["reply"].(map[string]any)
	to, _ := reply["in_reply_to_tweet_id"].(string)
	above := s.posts[to]
	switch {
	case to != "" && (above == nil || above.Gone):
		return problem(http.StatusForbidden, "about:blank", "You attempted to reply to a Post that is deleted or not visible to you.")
	case above != nil && above.Author != account && !s.summons(*above, account):
		return problem(http.StatusForbidden, "about:blank", "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.")
	}
	for _, p := range s.posts {
		if p.Author == account && !p.Gone && p.Text == text && p.Above == to && text != "" {
			return problem(http.StatusForbidden, "about:blank", "You are not allowed to create a Tweet with duplicate content.")
		}
	}
	files := 0
	if media, _ := in["media"].(map[string]any); media != nil {
		ids, _ := media["media_ids"].([]any)
		if files = len(ids); !s.haveFiles(ids) {
			return problem(http.StatusBadRequest, "invalid-request", "Your media IDs are invalid.")
		}
	}
	p := s.publish(Post{Author: account, Text: text, Above: to})
	s.calls = append(s.calls, Call{Account: account, Action: "post", Name: p.ID, Target: to, Text: text, On: true, Files: files})
	if s.Echoes {
		s.tell(s.event("post.create", account, s.shown(p, false), s.beside(p)))
	}
	return said(http.StatusCreated, map[string]any{"data": map[string]any{"id": p.ID, "text": text, "edit_history_tweet_ids": []string{p.ID}}})
}

func (s *Server) deletes(account, id string) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[id]
	switch {
	case p == nil || p.Gone:
		return problem(http.StatusNotFound, "resource-not-found", "Could not find tweet.")
	case p.Author != account:
		return problem(http.StatusForbidden, "about:blank", "You are not allowed to delete this Post.")
	}
	p.Gone = true
	s.calls = append(s.calls, Call{Account: account, Action: "delete", Target: id, On: true})
	if s.Echoes {
		s.tell(s.event("post.delete", account, map[string]any{"id": id, "author_id": account}, nil))
	}
	return said(http.StatusOK, map[string]any{"data": map[string]any{"deleted": true}})
}

func (s *Server) hides(account, id string, hidden bool) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.posts[id]
	if p == nil || p.Gone {
		return problem(http.StatusNotFound, "resource-not-found", "Could not find tweet.")
	}
	if root := s.posts[p.Root]; root == nil || root.Author != account || p.Root == id {
		return problem(http.StatusForbidden, "about:blank", "You can only hide replies to Posts of your own.")
	}
	p.Hidden = hidden
	s.calls = append(s.calls, Call{Account: account, Action: "hide", Target: id, On: hidden})
	return said(http.StatusOK, map[string]any{"data": map[string]any{"hidden": hidden}})
}

// lookup shows posts; of those that there are not it says so beside.
func (s *Server) lookup(ids string) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var data, missing []any
	var found []Post
	for id := range strings.SplitSeq(ids, ",") {
		p := s.posts[id]
		if p == nil || p.Gone {
			missing = append(missing, map[string]any{
				"type": "https://api.x.com/2/problems/resource-not-found", "title": "Not Found Error", "detail": "Could not find tweet with ids: [" + id + "].",
				"value": id, "parameter": "ids", "resource_id": id, "resource_type": "tweet",
			})
			continue
		}
		data, found = append(data, s.shown(*p, true)), append(found, *p)
	}
	out := map[string]any{}
	if data != nil {
		out["data"], out["includes"] = data, s.beside(found...)
	}
	if missing != nil {
		out["errors"] = missing
	}
	return said(http.StatusOK, out)
}

// mentions lists who has named an account, the newest first.
func (s *Server) mentions(account string, q url.Values) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Post
	for _, p := range s.posts {
		after := q.Get("since_id") == "" || p.ID > q.Get("since_id")
		if from, err := time.Parse(time.RFC3339, q.Get("start_time")); err == nil && p.At.Before(from) {
			after = false
		}
		if p.Author != account && !p.Gone && after && s.summons(*p, account) && p.Quotes == "" {
			found = append(found, *p)
		}
	}
	slices.SortFunc(found, func(a, b Post) int { return strings.Compare(b.ID, a.ID) })
	most, _ := strconv.Atoi(q.Get("max_results"))
	from, _ := strconv.Atoi(strings.TrimPrefix(q.Get("pagination_token"), "page-token-000000"))
	page := found[min(from, len(found)):min(from+most, len(found))]
	var data []any
	for _, p := range page {
		data = append(data, s.shown(p, true))
	}
	meta := map[string]any{"result_count": len(page)}
	if from+most < len(found) {
		meta["next_token"] = "page-token-000000" + strconv.Itoa(from+most)
	}
	out := map[string]any{"meta": meta}
	if data != nil {
		out["data"], out["includes"] = data, s.beside(page...)
	}
	return said(http.StatusOK, out)
}
