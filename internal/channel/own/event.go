package own

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/kit/weburl"
)

// Bounds of an event.
const (
	maxEvent   = 256 << 10 // bytes
	maxEventID = 200       // characters
	maxFiles   = 10
)

// event is what their system tells us, as docs/guides/own-channel.md says.
type event struct {
	ID       string            `json:"id"`
	Type     string            `json:"type"`
	At       time.Time         `json:"at"`
	Thread   string            `json:"thread"`
	Message  string            `json:"message"`  // their name of the message that it is or is about
	OurID    string            `json:"our_id"`   // our name of it, as the command said
	ReplyTo  string            `json:"reply_to"` // their name of the message that is answered
	From     person            `json:"from"`     // who did it
	To       person            `json:"to"`       // of an echo: to whom it was said
	Subject  string            `json:"subject"`  // of a thread that begins
	Text     string            `json:"text"`     //
	HTML     string            `json:"html"`     //
	Files    []file            `json:"files"`    //
	Reaction string            `json:"reaction"` //
	Removed  bool              `json:"removed"`  // of a reaction
	State    string            `json:"state"`    // of a receipt
	Reason   string            `json:"reason"`   // of a receipt that it has failed
	On       *bool             `json:"on"`       // of typing; absent: yes
	Data     map[string]string `json:"data"`     // what else is known

	Post   string `json:"post"`      // of what everybody reads: their name of the post above, or of the one that it is
	Parent string `json:"parent_id"` // of the same: the comment that is answered, or the post
	Link   string `json:"link"`      // of the same: where people see it
	Stars  int    `json:"stars"`     // of a review
}

type person struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Phone    string `json:"phone"`
	Language string `json:"language"`
	Verified bool   `json:"verified"` // their system knows who it is
}

// file lies somewhere, or was uploaded before.
type file struct {
	URL  string `json:"url"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// kinds are the types of events and what they are to us.
func kinds() map[string]channel.Kind {
	return map[string]channel.Kind{
		"message": channel.KindMessage, "edit": channel.KindEdit, "delete": channel.KindDeletion, "reaction": channel.KindReaction,
		"receipt": channel.KindReceipt, "echo": channel.KindEcho, "typing": channel.KindTyping, "profile": channel.KindIdentity,
		typePost: channel.KindPost, typeComment: channel.KindMessage, typeReview: channel.KindMessage, typeHide: channel.KindHiding,
	}
}

// Split takes a body apart: {"events": […]}, or one event alone.
func (a *Adapter) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	const op = "own.Split"
	if !utf8.Valid(body) {
		return nil, errs.New(errs.Invalid, op, "event.malformed")
	}
	var batch struct {
		Events *[]json.RawMessage `json:"events"`
	}
	if err := json.Unmarshal(body, &batch); err != nil {
		return nil, errs.New(errs.Invalid, op, "event.malformed")
	}
	all := []json.RawMessage{body}
	if batch.Events != nil {
		all = *batch.Events
	}
	at := atPoint(p)
	out := make([]channel.Arrival, len(all))
	for i, raw := range all {
		out[i] = arrivalOf(at, bytes.TrimSpace(raw))
	}
	return out, nil
}

// arrivalOf names an event, and says why it cannot be understood.
func arrivalOf(at at, raw []byte) channel.Arrival {
	a := channel.Arrival{Raw: raw}
	e, err := parse(raw)
	a.ID, a.Err = e.ID, err
	if a.Kind = kinds()[e.Type]; a.Kind == "" {
		a.Kind = channel.Kind(clip.Bytes(e.Type, maxName))
	}
	if a.Err == nil {
		_, a.Err = e.inbound(at)
	}
	a.Lane = clip.Bytes(cmp.Or(e.Thread, e.Post, e.Message+e.OurID), channel.MaxExternalID)
	if a.ID == "" || utf8.RuneCountInString(a.ID) > maxEventID || strings.ContainsRune(a.ID, 0) {
		a.ID = channel.NameOf(raw)
	}
	return a
}

// maxName bounds a word that is not one of ours.
const maxName = 40

// Read understands one event.
func (a *Adapter) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	e, err := parse(raw)
	if err != nil {
		return channel.Inbound{}, err
	}
	return e.inbound(atPoint(p))
}

func parse(raw []byte) (event, error) {
	var e event
	err := channel.Understand("own.parse", raw, maxEvent, &e)
	return e, err
}

// at is the channel that an event has come to.
type at struct {
	channel.EntryPoint

	can  channel.Capabilities
	twin id.EntryPoint // the private channel in which people have the same ids; 0: there is none
}

func atPoint(p channel.EntryPoint) at {
	s, err := ParseSettings(p.Config)
	if err != nil { // it was checked when it was stored
		return at{EntryPoint: p}
	}
	return at{p, s.capabilities(), s.Private}
}

// inbound returns what e means; its errors name the members that are wrong.
func (e event) inbound(at at) (channel.Inbound, error) {
	kind := kinds()[e.Type]
	wrong := e.check(kind, at)
	in := channel.Inbound{
		EntryPoint: at.ID, Kind: kind, ExternalID: e.ID, Thread: e.Thread, Target: e.Message, Sender: e.From.party(at.ID), Subject: e.Subject,
		Text: e.Text, HTML: e.HTML, Data: e.Data, Off: e.Removed || e.On != nil && !*e.On, State: channel.State(e.State), OccurredAt: e.At, ReceivedAt: time.Now(),
	}
	if e.At.IsZero() {
		in.OccurredAt = in.ReceivedAt
	}
	switch kind {
	case channel.KindMessage:
		in.ExternalID, in.Target = e.Message, e.ReplyTo
	case channel.KindEcho:
		in.ExternalID, in.Target, in.To = e.Message, e.ReplyTo, e.To.party(at.ID)
	case channel.KindReaction:
		in.Text = e.Reaction
	case channel.KindReceipt:
		in.Text = clip.Bytes(e.Reason, maxReason)
	case channel.KindEdit, channel.KindDeletion, channel.KindTyping, channel.KindIdentity, channel.KindNotice, channel.KindHiding, channel.KindPost:
	}
	wrong = append(wrong, e.names(&in)...)
	if at.can.Public {
		e.inPublic(&in, at)
	}
	if len(wrong) == 0 {
		return in, inTheirWords(e, in.Validate())
	}
	return in, errs.Fields("own.inbound", wrong...)
}

// check names what is wrong with e at first sight.
func (e event) check(kind channel.Kind, at at) (wrong []errs.Field) {
	add := func(path, code string, is bool) {
		if is {
			wrong = append(wrong, errs.Field{Path: path, Code: code})
		}
	}
	misplaced := e.misplaced(at.can.Public)
	switch {
	case kind == "":
		add("type", "event.type", true)
	case misplaced != "":
		add("type", misplaced, true)
	case !e.declared(kind, at.can):
		add("type", "event.undeclared", true)
	}
	add("id", "event.id", e.ID == "" || utf8.RuneCountInString(e.ID) > maxEventID)
	said := kind == channel.KindMessage || kind == channel.KindEcho
	add("message", "required", said && e.Message == "")
	add("from.id", "required", (kind == channel.KindMessage || kind == channel.KindIdentity) && e.From.ID == "")
	add("to.id", "required", kind == channel.KindEcho && e.To != (person{}) && e.To.ID == "")
	if at.can.Public {
		wrong = append(wrong, e.checkPublic(kind)...)
	}
	return wrong
}

// declared reports whether the channel says that it can tell of such things.
func (e event) declared(kind channel.Kind, can channel.Capabilities) bool {
	switch kind {
	case channel.KindEdit:
		return can.Edits
	case channel.KindDeletion:
		return can.Deletions
	case channel.KindReaction:
		return can.Reactions
	case channel.KindEcho:
		return can.Echoes
	case channel.KindTyping:
		return can.Typing
	case channel.KindReceipt:
		return can.Receipts || channel.State(e.State) == channel.Seen && can.ReadMarks
	case channel.KindMessage, channel.KindIdentity, channel.KindNotice, channel.KindHiding, channel.KindPost:
	}
	return true
}

// inTheirWords returns an error about what e means with its members as their system names them.
func inTheirWords(e event, err error) error {
	told := errs.Told(err)
	if told == nil {
		return err
	}
	names := map[string]string{"external_id": "id", "target": "message", "occurred_at": "at"}
	switch kinds()[e.Type] { //nolint:exhaustive // the others are about something that has a name of its own
	case channel.KindMessage, channel.KindEcho:
		names["external_id"], names["target"] = "message", "reply_to"
		if e.Parent != "" {
			names["target"], names["thread"] = "parent_id", "parent_id"
		}
	}
	fields := slices.Clone(told.Fields)
	for i, f := range fields {
		path := cmp.Or(names[f.Path], f.Path)
		for ours, theirs := range map[string]string{"sender.": "from.", "known": "from"} {
			if rest, is := strings.CutPrefix(path, ours); is {
				path = theirs + rest
			}
		}
		fields[i].Path = strings.NewReplacer("external_id", "id", "provider", "id", "display_name", "name").Replace(path)
	}
	return errs.Fields("own.inbound", fields...)
}

// maxReason bounds what their system says about what has failed, in bytes.
const maxReason = 300

// names puts into in what e names of ours: an answer, files.
func (e event) names(in *channel.Inbound) (wrong []errs.Field) {
	if e.OurID != "" {
		entry, err := id.Parse[id.Entry](e.OurID)
		if err != nil {
			wrong = append(wrong, errs.Field{Path: "our_id", Code: "format.id"})
		}
		in.Entry = entry
	}
	if len(e.Files) > maxFiles {
		return append(wrong, errs.Field{Path: "files", Code: "items.max", Values: errs.Values{"max": maxFiles}})
	}
	for _, f := range e.Files {
		to, err := url.Parse(f.URL)
		switch {
		case f.ID != "":
			key, err := id.Parse[id.Attachment](f.ID)
			if err != nil {
				wrong = append(wrong, errs.Field{Path: "files.id", Code: "format.id"})
			}
			in.Files = append(in.Files, channel.File{ID: key})
		case err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" || len(f.URL) > maxURL:
			wrong = append(wrong, errs.Field{Path: "files.url", Code: "webhook.url"})
		default:
			in.Remote = append(in.Remote, channel.RemoteFile{Name: nameOf(f, to), URL: f.URL})
		}
	}
	if e.Link != "" && weburl.Shown(e.Link) == "" {
		wrong = append(wrong, errs.Field{Path: "link", Code: "event.link", Values: errs.Values{"max": weburl.Max}})
	}
	return wrong
}

// nameOf returns what a file is called.
func nameOf(f file, at *url.URL) string {
	if f.Name != "" {
		return clip.Bytes(f.Name, maxReason)
	}
	path := at.Path[strings.LastIndexByte(at.Path, '/')+1:]
	if path == "" {
		return "file"
	}
	return clip.Bytes(path, maxReason)
}

// party returns who somebody is: known within one entry point alone.
func (f person) party(within id.EntryPoint) channel.Party {
	if f == (person{}) {
		return channel.Party{}
	}
	return channel.Party{
		Provider: string(channel.Own), Scope: within.String(), ExternalID: f.ID, DisplayName: f.Name, Email: f.Email, Phone: f.Phone,
		Language: f.Language, Verified: f.Verified,
	}
}
