package metatest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of the Send API.
const (
	maxText     = 2000
	window      = 24 * time.Hour
	humanWindow = 7 * 24 * time.Hour
	maxFile     = 25 << 20
)

// request is a message as we ask for it.
type request struct {
	Recipient struct {
		ID      string `json:"id"`
		Comment string `json:"comment_id"`
		Post    string `json:"post_id"`
	} `json:"recipient"`
	Type    string `json:"messaging_type"`
	Tag     string `json:"tag"`
	Action  string `json:"sender_action"`
	Payload struct {
		Message  string `json:"message_id"`
		Reaction string `json:"reaction"`
	} `json:"payload"`
	Quoted *struct {
		Message string `json:"mid"`
	} `json:"reply_to"`
	Message *struct {
		Text       string `json:"text"`
		Metadata   string `json:"metadata"`
		Attachment *struct {
			Type    string `json:"type"`
			Payload struct {
				ID  string `json:"attachment_id"`
				URL string `json:"url"`
			} `json:"payload"`
		} `json:"attachment"`
	} `json:"message"`
}

// serveSend takes a message, or says why not.
func (g *Graph) serveSend(w http.ResponseWriter, r *http.Request, p *Page, t token) {
	var in request
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		failure{status: 400, code: 100, message: "(#100) param message must be non-empty."}.write(w)
		return
	}
	var fault Fault
	if in.Action == "" {
		fault = g.takeFault()
	}
	if g.serveFault(w, fault) {
		return
	}
	p = p.answering(in)
	if bad := g.refused(p, t, in); bad != nil {
		bad.write(w)
		return
	}
	if in.Action != "" {
		g.serveAction(w, p, in)
		return
	}
	if a := in.attachment(); p.username != "" && a != "" {
		if bad := g.brought(a, in.Message.Attachment.Type); bad != nil {
			bad.write(w)
			return
		}
	}
	in.Recipient.ID = p.reached(in)
	m := g.take(p, in)
	g.tell(m)
	if fault == Silent {
		panic(http.ErrAbortHandler) // the line is cut
	}
	if fault == Garbage {
		_, _ = io.WriteString(w, "{}}") // who went away needs no answer
		return
	}
	answer(w, map[string]string{"recipient_id": m.PSID, "message_id": m.ID})
}

// serveAction shows somebody something that is no message.
func (g *Graph) serveAction(w http.ResponseWriter, p *Page, in request) {
	if in.Action == "react" || in.Action == "unreact" {
		if bad := g.reacts(p, in); bad != nil {
			bad.write(w)
			return
		}
	} else {
		g.mu.Lock()
		g.calls = append(g.calls, Call{Page: p.ID, PSID: in.Recipient.ID, Action: in.Action})
		g.mu.Unlock()
	}
	answer(w, map[string]string{"recipient_id": in.Recipient.ID})
}

// tell has the test do what it wants before we know that a message was taken.
func (g *Graph) tell(m Message) {
	g.mu.Lock()
	do := g.before
	g.before = nil
	g.mu.Unlock()
	if do != nil {
		do(m)
	}
}

// refused says why a message may not be sent; nil: it may.
func (g *Graph) refused(p *Page, t token, in request) *failure {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !slices.Contains(t.scopes, p.needs()) {
		told := failures()[NoLeave]
		return &told
	}
	if in.Quoted != nil && (in.private() || in.Action != "") {
		return &failure{status: 400, code: 100, message: "(#100) Param reply_to is for messages in a conversation"}
	}
	if in.private() {
		bad := in.malformed(g)
		if p.username != "" {
			bad = in.malformedThere()
		}
		if bad != nil {
			return bad
		}
		return p.refusedPrivate(in)
	}
	who := p.people[in.Recipient.ID]
	switch {
	case who == nil:
		return &failure{status: 400, code: 100, sub: 2018001, message: "(#100) No matching user found"}
	case in.Action != "":
		return nil
	case who.Blocked:
		told := failures()[Gone]
		return &told
	case p.owner != "" && p.owner != AppID:
		told := failures()[OtherApp]
		return &told
	}
	bad := in.malformed(g)
	if p.username != "" {
		bad = in.malformedThere()
	}
	if bad == nil {
		bad = p.misquoted(in)
	}
	if bad != nil {
		return bad
	}
	return g.late(p, who, in)
}

// misquoted says that a message quotes what was not said in its thread, or is there no more; nil: it may. g.mu is held.
func (p *Page) misquoted(in request) *failure {
	if in.Quoted == nil {
		return nil
	}
	i := slices.IndexFunc(p.messages, func(m Message) bool { return m.ID == in.Quoted.Message && m.PSID == in.Recipient.ID && !m.Unsent })
	if i < 0 {
		return &failure{status: 400, code: 100, message: "(#100) Param reply_to[mid] must be the ID of a message in this conversation"}
	}
	return nil
}

// needs is the permission with which the page or account is answered for.
func (p *Page) needs() string {
	switch {
	case p.own:
		return "instagram_business_manage_messages"
	case p.username != "":
		return "instagram_manage_messages"
	}
	return "pages_messaging"
}

// attachment returns the address of a file that a message names.
func (in request) attachment() string {
	if in.Message == nil || in.Message.Attachment == nil {
		return ""
	}
	return in.Message.Attachment.Payload.URL
}

// late says that somebody was heard of too long ago. g.mu is held.
func (g *Graph) late(p *Page, who *Person, in request) *failure {
	told := failures()[Closed]
	kind := in.Type
	if p.username != "" { // there an answer says no reason
		told = failures()[ClosedToo]
		if kind == "" {
			kind = "RESPONSE"
		}
	}
	since := time.Since(who.Heard)
	switch kind {
	case "RESPONSE", "UPDATE":
		if since > window {
			return &told
		}
	case "MESSAGE_TAG":
		switch {
		case in.Tag != "HUMAN_AGENT": // the others have ended on 27 April 2026
			return &failure{status: 400, code: 100, message: "(#100) Invalid tag"}
		case !g.granted:
			return &failure{status: 400, code: 100, sub: 2018276, message: "(#100) This tag is not available to the app: Human Agent"}
		case since > humanWindow:
			return &told
		}
	default:
		return &failure{status: 400, code: 100, message: "(#100) Param messaging_type must be one of RESPONSE, UPDATE, MESSAGE_TAG"}
	}
	return nil
}

// malformed says what is wrong with a message itself.
func (in request) malformed(g *Graph) *failure {
	m := in.Message
	switch {
	case m == nil || m.Text == "" && m.Attachment == nil:
		return &failure{status: 400, code: 100, message: "(#100) param message must be non-empty."}
	case m.Text != "" && m.Attachment != nil:
		return &failure{status: 400, code: 100, message: "(#100) Only one of the text and attachment fields should be specified"}
	case utf8.RuneCountInString(m.Text) > maxText:
		return &failure{status: 400, code: 100, message: "(#100) Length of param message[text] must be less than or equal to 2000"}
	case utf8.RuneCountInString(m.Metadata) > 1000:
		return &failure{status: 400, code: 100, message: "(#100) Length of param message[metadata] must be less than or equal to 1000"}
	case m.Attachment != nil && m.Attachment.Payload.URL == "":
		if u, there := g.uploads[m.Attachment.Payload.ID]; !there || u.kind != m.Attachment.Type {
			return &failure{status: 400, code: 100, sub: 2018074, message: "(#100) Upload attachment failure: invalid attachment_id"}
		}
	}
	return nil
}

// private reports whether a message answers something public.
func (in request) private() bool { return in.Recipient.Comment+in.Recipient.Post != "" }

// reached returns whom a message reaches. Something public is answered once.
func (p *Page) reached(in request) string {
	p.graph.mu.Lock()
	defer p.graph.mu.Unlock()
	if !in.private() {
		return in.Recipient.ID
	}
	p.said[in.Recipient.Comment+in.Recipient.Post].Answered = true
	return p.authorOf(in)
}

// take keeps a message of ours.
func (g *Graph) take(p *Page, in request) Message {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.counter++
	m := Message{
		ID: fmt.Sprintf("m_ours-%d", g.counter), Page: p.ID, PSID: in.Recipient.ID, Ours: true, App: AppID, Text: in.Message.Text,
		Metadata: in.Message.Metadata, Tag: in.Tag, At: g.nowLocked(), There: p.username != "",
	}
	if in.Quoted != nil {
		m.Quotes = in.Quoted.Message
	}
	if a := in.Message.Attachment; a != nil {
		m.Kind, m.File = a.Type, a.Payload.URL
		if a.Payload.ID != "" {
			m.File = g.fileURL(a.Payload.ID)
		}
	}
	p.messages = append(p.messages, m)
	g.calls = append(g.calls, Call{Page: p.ID, PSID: m.PSID, Target: in.Recipient.Comment + in.Recipient.Post, Message: m})
	return m
}

// serveUpload keeps a file that can be sent as often as one likes.
func (g *Graph) serveUpload(w http.ResponseWriter, r *http.Request, p *Page) {
	r.Body = http.MaxBytesReader(w, r.Body, maxFile)
	if err := r.ParseMultipartForm(maxFile); err != nil { //nolint:gosec // it is bounded
		failure{status: 400, code: 100, sub: 2018047, message: "(#100) Upload attachment failure."}.write(w)
		return
	}
	var in struct {
		Attachment struct {
			Type    string `json:"type"`
			Payload struct {
				Reusable bool `json:"is_reusable"`
			} `json:"payload"`
		} `json:"attachment"`
	}
	file, head, err := r.FormFile("filedata")
	if err == nil {
		err = json.NewDecoder(strings.NewReader(r.FormValue("message"))).Decode(&in)
	}
	if err != nil || !slices.Contains([]string{"image", "audio", "video", "file"}, in.Attachment.Type) {
		failure{status: 400, code: 100, sub: 2018047, message: "(#100) Upload attachment failure."}.write(w)
		return
	}
	bytes, _ := io.ReadAll(file) // it lies in memory
	g.mu.Lock()
	defer g.mu.Unlock()
	g.counter++
	id := strconv.Itoa(1_000_000 + g.counter)
	g.uploads[id] = upload{page: p.ID, kind: in.Attachment.Type, name: head.Filename, bytes: bytes}
	answer(w, map[string]string{"attachment_id": id})
}
