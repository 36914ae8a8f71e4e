package threads

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Windows in which Meta takes free text, from its policy: of everybody, and of people where it has granted the app Human Agent.
const (
	Window      = 24 * time.Hour
	HumanWindow = 7 * 24 * time.Hour
)

// TypingFor is for how long Meta shows that one of us writes, unless a message or an end comes before.
const TypingFor = 20 * time.Second

// Line is with what somebody speaks in the threads of one page or account.
type Line struct {
	Client  *meta.Client
	Account string // whose limits count: its id
	Token   string
	Node    string // what is asked for its threads: its id, or "me"
	Human   bool   // Meta has granted the app the feature Human Agent

	// Instagram knows no name of ours for a message and no reason of an answer, takes a file by its address, and
	// tells of the newest messages of a thread alone.
	Instagram bool
	Username  string // of the account there

	// File gives a file of an answer to Meta and says how a message names it. It may be done again.
	File func(ctx context.Context, out channel.Outgoing, f channel.File) (Payload, error)
}

// Payload is how a message names its file.
type Payload struct {
	ID       string `json:"attachment_id,omitempty"`
	URL      string `json:"url,omitempty"`
	Reusable bool   `json:"is_reusable,omitempty"`
}

// Attachment is a file of a message.
type Attachment struct {
	Type    string  `json:"type"`
	Payload Payload `json:"payload"`
}

// sending is a message as the Send API takes it.
type sending struct {
	Recipient recipient `json:"recipient"`
	Type      string    `json:"messaging_type,omitempty"`
	Tag       string    `json:"tag,omitempty"`
	Message   *said     `json:"message,omitempty"`
	Quoted    *quoted   `json:"reply_to,omitempty"`
	Action    string    `json:"sender_action,omitempty"`
	Payload   *reacting `json:"payload,omitempty"`
}

// quoted is which message of the thread is answered in particular.
type quoted struct {
	Message string `json:"mid"`
}

// reacting is to which message a reaction is put, and which.
type reacting struct {
	Message  string `json:"message_id"`
	Reaction string `json:"reaction,omitempty"`
}

type recipient struct {
	ID      string `json:"id,omitempty"`
	Comment string `json:"comment_id,omitempty"` // whose author it is
	Post    string `json:"post_id,omitempty"`
}

type said struct {
	Text       string      `json:"text,omitempty"`
	Attachment *Attachment `json:"attachment,omitempty"`
	Metadata   string      `json:"metadata,omitempty"`
}

// Send hands an answer to Meta. A message there is a text or one file, so an answer may
// be several: its files are given to Meta before the first is sent, which may be done again.
func (l Line) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	parts, err := l.parts(ctx, out)
	if err != nil {
		return channel.Sent{}, meta.Failure(err)
	}
	var names []string
	for i, part := range parts {
		if !l.Instagram {
			part.Metadata = meta.Mark{Entry: out.Entry, Part: i, Of: len(parts)}.String()
		}
		body := sending{Recipient: recipient{ID: out.To.ExternalID}, Message: &part}
		body.Type, body.Tag = l.reason(out, time.Now())
		if i == 0 { // the first part quotes for all
			body.Quoted = quotedBy(out)
		}
		made, err := l.say(ctx, body)
		if err != nil {
			f := broken(i, err)
			return channel.SentAs(names, f), f
		}
		names = append(names, made)
	}
	return channel.SentAs(names, nil), nil
}

// say sends one message and returns Meta's name of it. One that Meta refuses with what it quotes, as where that was
// taken back, goes without: what was refused is nowhere. Where nobody knows whether it was taken, it is not sent again.
func (l Line) say(ctx context.Context, body sending) (string, error) {
	var answer struct {
		Message string `json:"message_id"`
	}
	err := l.Client.Do(ctx, l.Post("messages", body), &answer)
	if f, is := errors.AsType[*meta.Fault](err); is && body.Quoted != nil && f.Parameter() {
		body.Quoted = nil
		err = l.Client.Do(ctx, l.Post("messages", body), &answer)
	}
	return answer.Message, err
}

// quotedBy returns what an answer quotes: what who writes has chosen, where Meta has a name for it.
func quotedBy(out channel.Outgoing) *quoted {
	if !out.Chosen || out.InReplyTo == "" || channel.Unnamed(out.InReplyTo) {
		return nil
	}
	return &quoted{out.InReplyTo}
}

// ReplyInPrivate answers the author of a comment, or of a post on the page, in its messages,
// and returns by which id they are known there; empty: Meta does not tell.
func (l Line) ReplyInPrivate(ctx context.Context, out channel.Outgoing, thing string) (sent channel.Sent, to string, err error) {
	body := sending{Recipient: recipient{Comment: thing}, Message: &said{Text: out.Text}}
	if !l.Instagram {
		body.Type, body.Message.Metadata = "RESPONSE", meta.Mark{Entry: out.Entry, Of: 1}.String()
	}
	if strings.HasPrefix(thing, l.Account+"_") { // a post on the page is named by it, a comment by its post
		body.Recipient = recipient{Post: thing}
	}
	var answer struct {
		Recipient string `json:"recipient_id"`
		Message   string `json:"message_id"`
	}
	if err := l.Client.Do(ctx, l.Post("messages", body), &answer); err != nil {
		return channel.Sent{}, "", meta.Failure(err)
	}
	return channel.Sent{ExternalID: clip.Bytes(answer.Message, channel.MaxExternalID)}, answer.Recipient, nil
}

// reason says why we may write: as an answer, or as a person who answers late.
func (l Line) reason(out channel.Outgoing, now time.Time) (kind, tag string) {
	late := !out.Heard.IsZero() && now.Sub(out.Heard) > Window
	if late && l.Human && !out.Automatic {
		return "MESSAGE_TAG", "HUMAN_AGENT"
	}
	if l.Instagram {
		return "", ""
	}
	return "RESPONSE", ""
}

// broken judges what went wrong with a part of an answer. Once a part has gone out, the answer is not tried again by itself.
func broken(part int, err error) *channel.Failure {
	f := meta.Failure(err)
	if part > 0 && f.Verdict != channel.Ambiguous {
		words := f.Words
		f = channel.Fail(channel.Permanent, "meta.partly_sent", err)
		f.Words = words
	}
	return f
}

// parts returns the messages that an answer becomes.
func (l Line) parts(ctx context.Context, out channel.Outgoing) ([]said, error) {
	var parts []said
	if out.Text != "" {
		parts = append(parts, said{Text: out.Text})
	}
	for _, f := range out.Attachments {
		payload, err := l.File(ctx, out, f)
		if err != nil {
			return nil, err
		}
		parts = append(parts, said{Attachment: &Attachment{Type: KindOf(f.Type), Payload: payload}})
	}
	return parts, nil
}

// KindOf returns what Meta calls a file of a media type.
func KindOf(mediaType string) string {
	switch kind, _, _ := strings.Cut(mediaType, "/"); kind {
	case "image", "audio", "video":
		return kind
	}
	return "file"
}

// Upload brings a file to Meta, where it lies until a message names it.
func (l Line) Upload(ctx context.Context, out channel.Outgoing, f channel.File) (Payload, error) {
	body, err := out.Open(ctx, f)
	if err != nil {
		return Payload{}, channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	defer body.Close() // it was read
	call := l.Post("message_attachments", map[string]any{
		"message": map[string]any{"attachment": Attachment{Type: KindOf(f.Type), Payload: Payload{Reusable: true}}},
	})
	call.File = &outhttp.File{Field: "filedata", Name: f.Name, Type: f.Type, Body: body}
	var answer struct {
		ID string `json:"attachment_id"`
	}
	err = l.Client.Do(ctx, call, &answer)
	if failure := meta.Failure(err); err != nil && failure.Verdict == channel.Ambiguous {
		return Payload{}, channel.Fail(channel.Retry, "meta.failing", err) // a file that lies there twice harms nobody
	}
	return Payload{ID: answer.ID}, err
}

// Typing shows somebody that one of us writes, or has stopped.
func (l Line) Typing(ctx context.Context, to channel.Party, on bool) error {
	action := "typing_off"
	if on {
		action = "typing_on"
	}
	return l.act(ctx, sending{Recipient: recipient{ID: to.ExternalID}, Action: action})
}

// React puts a reaction, by Meta's word for it, to a message, or takes it back.
func (l Line) React(ctx context.Context, to channel.Party, r channel.Reaction) error {
	s := sending{Recipient: recipient{ID: to.ExternalID}, Action: "unreact", Payload: &reacting{Message: r.Target}}
	if r.On {
		s.Action, s.Payload.Reaction = "react", r.Text
	}
	return l.act(ctx, s)
}

// Seen tells somebody that all they wrote was read: Meta knows no single messages here.
func (l Line) Seen(ctx context.Context, to channel.Party) error {
	return l.act(ctx, sending{Recipient: recipient{ID: to.ExternalID}, Action: "mark_seen"})
}

// act shows something to somebody that is no message.
func (l Line) act(ctx context.Context, s sending) error {
	if err := l.Client.Do(ctx, l.Post("messages", s), nil); err != nil {
		return meta.Failure(err)
	}
	return nil
}

// Post is a call of something of the page or account.
func (l Line) Post(what string, body any) meta.Call {
	return meta.Call{Account: l.Account, Token: l.Token, Method: http.MethodPost, Path: l.Node + "/" + what, Body: body}
}
