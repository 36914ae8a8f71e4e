package mastodontest

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var names = regexp.MustCompile(`(?:^|[^\w/])@([\w.-]*\w(?:@[\w.-]*\w)?)`)

// named returns the accts that a status names.
func (s *Server) named(st Status) []string {
	var all []string
	for _, m := range names.FindAllStringSubmatch(st.Text, -1) {
		acct := strings.TrimSuffix(strings.ToLower(m[1]), "@"+Domain)
		if !slices.Contains(all, acct) {
			all = append(all, acct)
		}
	}
	return all
}

// idOf is the server's id of somebody.
func idOf(acct string) string { return "9" + strconv.FormatUint(uint64(hash(acct)), 10) }

func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

func (s *Server) person(acct string) Object {
	local, _, _ := strings.Cut(acct, "@")
	return Object{
		"id": idOf(acct), "username": local, "acct": acct, "display_name": "Zofia " + local, "avatar": s.server.URL + "/avatars/" + local + ".png",
		"url": "https://" + Domain + "/@" + acct,
	}
}

// show returns a status as the server tells of it.
func (s *Server) show(st *Status) Object {
	var people, files []Object
	for _, acct := range s.named(*st) {
		people = append(people, s.person(acct))
	}
	for _, id := range st.Files {
		files = append(files, Object{"id": id, "type": "image", "url": s.server.URL + "/media/" + id + "/zdjecie.png"})
	}
	o := Object{
		"id": st.ID, "uri": "https://" + Domain + "/statuses/" + st.ID, "url": "https://" + Domain + "/@" + st.By + "/" + st.ID, "created_at": st.Created.UTC().Format("2006-01-02T15:04:05.000Z"),
		"edited_at": nil, "in_reply_to_id": nil, "account": s.person(st.By), "visibility": st.Visibility, "spoiler_text": st.Warning, "sensitive": st.Warning != "",
		"language": "pl", "content": s.content(st.Text), "media_attachments": files, "mentions": people, "reblog": nil, "favourited": st.Favourite,
	}
	if !st.Edited.IsZero() {
		o["edited_at"] = st.Edited.Format("2006-01-02T15:04:05.000Z")
	}
	if st.Parent != "" {
		o["in_reply_to_id"] = st.Parent
	}
	return o
}

var addresses = regexp.MustCompile(`https?://[^\s<]+`)

// content is a text as the server writes it.
func (s *Server) content(text string) string {
	text = html.EscapeString(text)
	text = names.ReplaceAllStringFunc(text, func(m string) string {
		before, acct, _ := strings.Cut(m, "@")
		local, _, _ := strings.Cut(acct, "@")
		return fmt.Sprintf(`%s<span class="h-card" translate="no"><a href="https://%s/@%s" class="u-url mention">@<span>%s</span></a></span>`, before, Domain, acct, local)
	})
	text = addresses.ReplaceAllStringFunc(text, func(at string) string {
		if strings.Contains(at, Domain+"/@") {
			return at // made above
		}
		scheme, rest, _ := strings.Cut(at, "://")
		return fmt.Sprintf(`<a href="%s" target="_blank" rel="nofollow noopener" translate="no"><span class="invisible">%s://</span><span class="ellipsis">%s</span><span class="invisible"></span></a>`, at, scheme, rest[:min(len(rest), 10)])
	})
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = "<p>" + strings.ReplaceAll(p, "\n", "<br />") + "</p>"
	}
	return strings.Join(paragraphs, "")
}

func (s *Server) notice(n notification) Object {
	st := s.statuses[n.status]
	return Object{
		"id": strconv.FormatInt(n.id, 10), "type": "mention", "created_at": n.created.Format("2006-01-02T15:04:05.000Z"), "account": s.person(st.By), "status": s.show(st),
	}
}
