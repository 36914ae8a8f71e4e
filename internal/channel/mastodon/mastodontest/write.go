package mastodontest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

type written struct {
	Text       string   `json:"status"`
	Parent     string   `json:"in_reply_to_id"`
	Visibility string   `json:"visibility"`
	Warning    string   `json:"spoiler_text"`
	Files      []string `json:"media_ids"`
}

var counted = regexp.MustCompile(`https?://\S+|@[\w.-]+@[\w.-]+\w`)

// length is how the server counts.
func length(text string) int {
	return utf8.RuneCountInString(counted.ReplaceAllStringFunc(text, func(m string) string {
		if local, _, is := strings.Cut(m[1:], "@"); is && m[0] == '@' {
			return "@" + local
		}
		return strings.Repeat("x", 23)
	}))
}

// wrong says what is wrong with a text and its files. It is called with the lock held.
func (s *Server) wrong(in written) string {
	switch {
	case in.Text == "" && len(in.Files) == 0:
		return "Validation failed: Text can't be blank"
	case length(in.Text)+length(in.Warning) > s.Most:
		return fmt.Sprintf("Validation failed: Text character limit of %d exceeded", s.Most)
	case len(in.Files) > 4:
		return "Cannot attach more than 4 files"
	case !slices.Contains([]string{"", "public", "unlisted", "private", "direct"}, in.Visibility):
		return "Validation failed: Visibility is not included in the list"
	}
	for _, id := range in.Files {
		switch f := s.files[id]; {
		case f == nil:
			return "Cannot find the media"
		case f.looks > 0:
			return "Cannot attach files that have not finished processing. Try again in a moment!"
		}
	}
	return ""
}

func (s *Server) post(w http.ResponseWriter, r *http.Request, _ string) {
	var in written
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	after, done := s.meet(w)
	if done {
		return
	}
	s.mu.Lock()
	key := r.Header.Get("Idempotency-Key")
	for _, st := range s.statuses {
		if key != "" && st.Key == key {
			said := s.show(st)
			s.mu.Unlock()
			s.finish(w, after, said)
			return
		}
	}
	if wrong := s.wrong(in); wrong != "" {
		s.mu.Unlock()
		refuse(w, http.StatusUnprocessableEntity, wrong)
		return
	}
	if above := s.statuses[in.Parent]; in.Parent != "" && (above == nil || above.Gone) {
		s.mu.Unlock()
		refuse(w, http.StatusNotFound, "The post you are trying to reply to does not appear to exist.")
		return
	}
	st := s.says(Status{By: s.Us, Text: in.Text, Parent: in.Parent, Visibility: in.Visibility, Warning: in.Warning, Files: in.Files, Key: key})
	s.calls = append(s.calls, Call{Act: "post", Status: st})
	said, before := s.show(&st), s.before
	s.before = nil
	s.mu.Unlock()
	if before != nil {
		before(st)
	}
	s.finish(w, after, said)
}

func (s *Server) edit(w http.ResponseWriter, r *http.Request, id string) {
	var in written
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	after, done := s.meet(w)
	if done {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.find(w, id)
	if st == nil {
		return
	}
	if wrong := s.wrong(in); wrong != "" || st.By != s.Us {
		refuse(w, http.StatusUnprocessableEntity, wrong)
		return
	}
	st.Text, st.Warning, st.Files, st.Edited = in.Text, in.Warning, in.Files, time.Now().UTC().Truncate(time.Millisecond)
	s.calls = append(s.calls, Call{Act: "edit", Status: *st})
	s.tell("status.update", s.show(st))
	s.finish(w, after, s.show(st))
}

func (s *Server) remove(w http.ResponseWriter, _ *http.Request, id string) {
	after, done := s.meet(w)
	if done {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.find(w, id)
	if st == nil {
		return
	}
	if st.By != s.Us {
		refuse(w, http.StatusNotFound, "Record not found")
		return
	}
	s.calls = append(s.calls, Call{Act: "delete", Status: *st})
	s.gone(id)
	s.finish(w, after, s.show(st))
}

func (s *Server) favourite(w http.ResponseWriter, r *http.Request, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.find(w, id)
	if st == nil {
		return
	}
	act := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	st.Favourite = act == "favourite"
	s.calls = append(s.calls, Call{Act: act, Status: *st})
	say(w, http.StatusOK, s.show(st))
}

func (s *Server) upload(w http.ResponseWriter, r *http.Request, _ string) {
	f, head, err := r.FormFile("file")
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, "Validation failed: File can't be blank")
		return
	}
	raw, err := io.ReadAll(f)
	kind := head.Header.Get("Content-Type")
	if err != nil || !slices.Contains([]string{"image/jpeg", "image/png", "video/mp4"}, kind) {
		refuse(w, http.StatusUnprocessableEntity, "Validation failed: File content type is invalid")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := strconv.FormatInt(s.number(), 10)
	s.files[id] = &file{kind: kind, size: len(raw), looks: 1}
	say(w, http.StatusAccepted, Object{"id": id, "type": "image", "url": nil})
}

func (s *Server) looked(w http.ResponseWriter, _ *http.Request, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch f := s.files[id]; {
	case f == nil:
		refuse(w, http.StatusNotFound, "Record not found")
	case f.looks > 0:
		f.looks--
		say(w, http.StatusPartialContent, Object{"id": id, "type": "image", "url": nil})
	default:
		say(w, http.StatusOK, Object{"id": id, "type": "image", "url": s.server.URL + "/media/" + id})
	}
}

// people are all who have said something, or were named, the server's name of each.
func (s *Server) people() []string {
	all := []string{s.Us}
	for _, st := range s.statuses {
		for _, acct := range append(s.named(*st), st.By) {
			if !slices.Contains(all, acct) {
				all = append(all, acct)
			}
		}
	}
	return all
}

// block keeps somebody apart from us, or ends that; done twice it is as done once. What they have told us of goes from the list.
func (s *Server) block(w http.ResponseWriter, r *http.Request, id string) {
	after, done := s.meet(w)
	if done {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.people()
	i := slices.IndexFunc(all, func(acct string) bool { return idOf(acct) == id })
	switch {
	case i < 0:
		refuse(w, http.StatusNotFound, "Record not found")
		return
	case all[i] == s.Us:
		refuse(w, http.StatusForbidden, "This action is not allowed")
		return
	}
	who, act := all[i], r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	if blocks := act == "block"; s.blocked[who] != blocks {
		s.blocked[who] = blocks
		s.calls = append(s.calls, Call{Act: act, Who: who})
	}
	if s.blocked[who] {
		s.told = slices.DeleteFunc(s.told, func(n notification) bool { return s.statuses[n.status].By == who })
	}
	s.finish(w, after, Object{"id": id, "following": false, "followed_by": false, "blocking": s.blocked[who], "blocked_by": false})
}
