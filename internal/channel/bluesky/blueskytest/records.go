package blueskytest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// blocks is the collection of whom we have blocked.
const blocks = "app.bsky.graph.block"

var tids = regexp.MustCompile(`^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$`)

type put struct {
	Repo       string          `json:"repo"`
	Collection string          `json:"collection"`
	Key        string          `json:"rkey"`
	Record     json.RawMessage `json:"record"`
}

func (s *Server) putRecord(w http.ResponseWriter, r *http.Request) {
	var in put
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "Input must be an object")
		return
	}
	like := in.Collection == "app.bsky.feed.like"
	after, done := Fault(""), false
	if !like {
		after, done = s.meet(w)
	}
	if done {
		return
	}
	wrong := s.wrong(in)
	if wrong != "" {
		refuse(w, http.StatusBadRequest, "InvalidRequest", wrong)
		return
	}
	name := in.Collection + "/" + in.Key
	made := Object{"uri": "at://" + in.Repo + "/" + name, "cid": cidOf(in.Record)}
	if in.Collection == blocks {
		s.layBlock(in, name)
		finish(w, after, made)
		return
	}
	if bytes.Equal(s.records[name], in.Record) { // laid down twice it is the same
		finish(w, after, made)
		return
	}
	s.calls = append(s.calls, s.lay(in, name, like))
	finish(w, after, made)
}

// lay keeps a record that is right, and says what was done by it.
func (s *Server) lay(in put, name string, like bool) Call {
	s.records[name] = in.Record
	call := Call{Act: "post"}
	if like {
		var l struct {
			Subject struct{ URI string }
		}
		_ = json.Unmarshal(in.Record, &l) // it was found right
		call.Act, call.Post = "like", *s.posts[l.Subject.URI]
	} else {
		var p record
		_ = json.Unmarshal(in.Record, &p) // it was found right
		at := &Post{URI: "at://" + in.Repo + "/" + name, CID: cidOf(in.Record), By: s.Us, Text: p.Text, Record: in.Record, Indexed: time.Now().UTC()}
		if p.Reply != nil {
			at.Root, at.Parent = p.Reply.Root.URI, p.Reply.Parent.URI
		}
		s.posts[at.URI] = at
		call.Post = *at
	}
	return call
}

type strong struct {
	URI   string `json:"uri"`
	CID   string `json:"cid"`
	Other any    `json:"validationStatus"`
}

type record struct {
	Type    string `json:"$type"`
	Text    string `json:"text"`
	Created string `json:"createdAt"`
	Reply   *struct {
		Root   strong `json:"root"`
		Parent strong `json:"parent"`
	} `json:"reply"`
	Facets []struct {
		Index struct {
			Start int `json:"byteStart"`
			End   int `json:"byteEnd"`
		} `json:"index"`
		Features []struct {
			Type string `json:"$type"`
			URI  string `json:"uri"`
			DID  string `json:"did"`
		} `json:"features"`
	} `json:"facets"`
	Embed *struct {
		Images []struct {
			Image struct {
				Ref struct {
					Link string `json:"$link"`
				} `json:"ref"`
			} `json:"image"`
		} `json:"images"`
	} `json:"embed"`
	Subject *strong `json:"subject"`
}

// wrong says what is wrong with a record.
func (s *Server) wrong(in put) string {
	if in.Collection == blocks {
		return s.wrongBlock(in)
	}
	var p record
	if in.Repo != DIDOf(s.Us) || !tids.MatchString(in.Key) || json.Unmarshal(in.Record, &p) != nil || p.Type != in.Collection {
		return "Invalid record"
	}
	if _, err := time.Parse(time.RFC3339, p.Created); err != nil {
		return "Invalid app.bsky.feed.post record: createdAt must be an valid atproto datetime"
	}
	if in.Collection == "app.bsky.feed.like" {
		return s.wrongRef(p.Subject)
	}
	if in.Collection != "app.bsky.feed.post" {
		return "Unknown collection"
	}
	if utf8.RuneCountInString(p.Text) > 300 || len(p.Text) > 3000 {
		return "Invalid app.bsky.feed.post record: text must not be longer than 300 graphemes"
	}
	if wrong := s.wrongReply(p); wrong != "" {
		return wrong
	}
	for _, f := range p.Facets {
		from, to := f.Index.Start, f.Index.End
		if from < 0 || to <= from || to > len(p.Text) || !utf8.ValidString(p.Text[from:to]) || len(f.Features) == 0 {
			return "Invalid facet"
		}
	}
	if p.Embed != nil {
		for _, i := range p.Embed.Images {
			if s.blobs[i.Image.Ref.Link] == 0 || len(p.Embed.Images) > 4 {
				return "Could not find blob"
			}
		}
	}
	return ""
}

// wrongReply says what is wrong with what a post says that it answers.
func (s *Server) wrongReply(p record) string {
	if p.Reply != nil {
		for _, one := range []strong{p.Reply.Root, p.Reply.Parent} {
			if wrong := s.wrongRef(&one); wrong != "" {
				return wrong
			}
		}
		root := s.posts[p.Reply.Parent.URI].Root
		if root == "" {
			root = p.Reply.Parent.URI
		}
		if root != p.Reply.Root.URI {
			return "the root is not that of the parent"
		}
	}
	return ""
}

// wrongRef says what is wrong with a reference.
func (s *Server) wrongRef(r *strong) string {
	if r == nil || r.Other != nil {
		return "not a strong reference"
	}
	if p := s.posts[r.URI]; p == nil || p.Gone || p.CID != r.CID {
		return "a reference to what there is not"
	}
	return ""
}

func (s *Server) deleteRecord(w http.ResponseWriter, r *http.Request) {
	var in put
	if json.NewDecoder(r.Body).Decode(&in) != nil || in.Repo != DIDOf(s.Us) {
		refuse(w, http.StatusBadRequest, "InvalidRequest", "Invalid repo")
		return
	}
	name := in.Collection + "/" + in.Key
	raw, there := s.records[name]
	after, done := Fault(""), false
	if in.Collection != "app.bsky.feed.like" {
		after, done = s.meet(w)
	}
	if done {
		return
	}
	delete(s.records, name)
	if in.Collection == blocks {
		if there {
			s.calls = append(s.calls, Call{Act: "unblock", Who: subjectOf(raw)})
		}
		finish(w, after, Object{})
		return
	}
	if there {
		c := Call{Act: "delete"}
		if p := s.posts["at://"+in.Repo+"/"+name]; p != nil {
			p.Gone = true
			c.Post = *p
		} else {
			var l record
			_ = json.Unmarshal(raw, &l) // it was found right
			c.Act, c.Post = "unlike", *s.posts[l.Subject.URI]
		}
		s.calls = append(s.calls, c)
	}
	finish(w, after, Object{})
}

func (s *Server) uploadBlob(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil || len(raw) > 1_000_000 {
		refuse(w, http.StatusBadRequest, "BlobTooLarge", "This file is too large")
		return
	}
	cid := cidOf(raw)
	s.blobs[cid] = len(raw)
	say(w, Object{"blob": Object{"$type": "blob", "ref": Object{"$link": cid}, "mimeType": r.Header.Get("Content-Type"), "size": len(raw)}})
}

// subjectOf is who is blocked by a record.
func subjectOf(raw []byte) string {
	var b struct{ Subject string }
	_ = json.Unmarshal(raw, &b) // it was found right
	return b.Subject
}

// wrongBlock says what is wrong with a record that somebody is blocked.
func (s *Server) wrongBlock(in put) string {
	var b struct {
		Type    string `json:"$type"`
		Subject string `json:"subject"`
		Created string `json:"createdAt"`
	}
	if in.Repo != DIDOf(s.Us) || !tids.MatchString(in.Key) || json.Unmarshal(in.Record, &b) != nil || b.Type != blocks {
		return "Invalid record"
	}
	if _, err := time.Parse(time.RFC3339, b.Created); err != nil || !strings.HasPrefix(b.Subject, "did:") || b.Subject == DIDOf(s.Us) {
		return "Invalid app.bsky.graph.block record: subject must be a valid did"
	}
	return ""
}

// layBlock keeps that somebody is blocked. Laid down again in place of the same it is no other.
func (s *Server) layBlock(in put, name string) {
	if subjectOf(s.records[name]) != subjectOf(in.Record) {
		s.calls = append(s.calls, Call{Act: "block", Who: subjectOf(in.Record)})
	}
	s.records[name] = in.Record
}

// blockings are the addresses of our records that somebody is blocked.
func (s *Server) blockings(did string) (all []string) {
	for name, raw := range s.records {
		if strings.HasPrefix(name, blocks+"/") && subjectOf(raw) == did {
			all = append(all, "at://"+DIDOf(s.Us)+"/"+name)
		}
	}
	slices.Sort(all)
	return all
}

// shown reports whether we see a post: it is there, and nothing stands between its author and us.
func (s *Server) shown(p *Post) bool {
	return p != nil && !p.Gone && len(s.blockings(DIDOf(p.By))) == 0 && !s.listed[DIDOf(p.By)]
}

// getProfile shows somebody, and how we stand to them.
func (s *Server) getProfile(w http.ResponseWriter, r *http.Request) {
	did := r.URL.Query().Get("actor")
	viewer := Object{"muted": false, "blockedBy": false}
	if all := s.blockings(did); len(all) > 0 {
		viewer["blocking"] = all[0]
	}
	if s.listed[did] {
		viewer["blockingByList"] = Object{"uri": "at://" + DIDOf(s.Us) + "/app.bsky.graph.list/3kaaaaaaaaaa2", "cid": cidOf([]byte(did)), "name": "Spam", "purpose": "app.bsky.graph.defs#modlist"}
	}
	for _, p := range s.posts {
		if DIDOf(p.By) == did {
			o := person(p.By)
			o["viewer"] = viewer
			say(w, o)
			return
		}
	}
	for _, m := range s.log {
		if DIDOf(m.With) == did {
			o := person(m.With)
			o["viewer"] = viewer
			say(w, o)
			return
		}
	}
	refuse(w, http.StatusBadRequest, "InvalidRequest", "Profile not found")
}
