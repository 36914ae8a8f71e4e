package whatsapp

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// sending is a message as the Cloud API takes it.
type sending struct {
	Product string `json:"messaging_product"`
	Kind    string `json:"recipient_type"`
	To      string `json:"to,omitempty"`        // a phone number
	User    string `json:"recipient,omitempty"` // or an id that Meta has made
	Type    string `json:"type"`
	Mark    string `json:"biz_opaque_callback_data,omitempty"`

	Context  *answered  `json:"context,omitempty"`
	Text     *saidText  `json:"text,omitempty"`
	Image    *sentFile  `json:"image,omitempty"`
	Audio    *sentFile  `json:"audio,omitempty"`
	Video    *sentFile  `json:"video,omitempty"`
	Document *sentFile  `json:"document,omitempty"`
	Reaction *reacting  `json:"reaction,omitempty"`
	Template *templated `json:"template,omitempty"`
}

type answered struct {
	Message string `json:"message_id"`
}

type saidText struct {
	Body    string `json:"body"`
	Preview bool   `json:"preview_url"`
}

type sentFile struct {
	ID      string `json:"id"`
	Caption string `json:"caption,omitempty"`
	Name    string `json:"filename,omitempty"`
}

type reacting struct {
	Message string `json:"message_id"`
	Emoji   string `json:"emoji"`
}

// marked is that something of theirs was read, or is being answered.
type marked struct {
	Product string  `json:"messaging_product"`
	Status  string  `json:"status"`
	Message string  `json:"message_id"`
	Typing  *typing `json:"typing_indicator,omitempty"`
}

type typing struct {
	Type string `json:"type"`
}

// to begins a message to somebody. An id that Meta has made has a field of its own: in the
// one of numbers Meta would take it and bring the message to nobody.
func to(p channel.Party, kind string) sending {
	s := sending{Product: provider, Kind: "individual", Type: kind}
	if phone(p.ExternalID) != "" {
		s.To = p.ExternalID
	} else {
		s.User = p.ExternalID
	}
	return s
}

// AtNumber returns who has a number: Meta knows people by it, too.
func (*Adapter) AtNumber(number string) channel.Party {
	return channel.Party{Provider: provider, ExternalID: strings.TrimPrefix(number, "+"), Phone: number}
}

// ThreadWith returns the key of the thread with somebody: their id.
func (*Adapter) ThreadWith(to channel.Party) string { return to.ExternalID }

// Send hands an answer to Meta. A message there is a text or one file, so an answer may be
// several: its files are given to Meta before the first is sent, which may be done again.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (sent channel.Sent, err error) {
	err = a.do(ctx, out.EntryPoint, func(l line) error {
		parts, err := l.parts(ctx, out)
		if err != nil {
			return err
		}
		sent, err = l.sendAll(ctx, out, parts)
		return err
	})
	return sent, err
}

// sendAll sends the parts of an answer.
func (l line) sendAll(ctx context.Context, out channel.Outgoing, parts []sending) (channel.Sent, error) {
	var names []string
	for i, part := range parts {
		part.Mark = meta.Mark{Entry: out.Entry, Part: i, Of: len(parts)}.String()
		if i == 0 && out.Chosen && out.InReplyTo != "" {
			part.Context = &answered{out.InReplyTo}
		}
		said, err := l.send(ctx, part)
		if err != nil {
			err = broken(i, err)
			return channel.SentAs(names, err), err
		}
		names = append(names, said)
	}
	return channel.SentAs(names, nil), nil
}

// send sends one message and returns Meta's name of it.
func (l line) send(ctx context.Context, s sending) (string, error) {
	var answer struct {
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if err := l.client.Do(ctx, l.call(http.MethodPost, l.PhoneID+"/messages", s), &answer); err != nil {
		return "", err
	}
	if len(answer.Messages) == 0 || len(answer.Messages[0].ID) > channel.MaxExternalID {
		return "", nil // its statuses name it by our name
	}
	return answer.Messages[0].ID, nil
}

// broken judges what went wrong with a part of an answer. Once a part has gone out, the answer is not tried again by itself.
func broken(part int, err error) error {
	f := failure(err)
	if part > 0 && f.Verdict != channel.Ambiguous {
		out := channel.Fail(channel.Permanent, "meta.partly_sent", err)
		out.Words = f.Words
		return out
	}
	return f
}

// parts returns the messages that an answer becomes. A short text stands below a single picture, video or document.
func (l line) parts(ctx context.Context, out channel.Outgoing) ([]sending, error) {
	var parts []sending
	caption := ""
	if len(out.Attachments) == 1 && kindOf(out.Attachments[0].Type) != "audio" && utf8.RuneCountInString(out.Text) <= captionLimit {
		caption = out.Text
	}
	if out.Text != "" && caption == "" {
		s := to(out.To, "text")
		s.Text = &saidText{Body: out.Text, Preview: strings.Contains(out.Text, "https://")}
		parts = append(parts, s)
	}
	for _, f := range out.Attachments {
		name, err := l.upload(ctx, out, f)
		if err != nil {
			return nil, err
		}
		kind := kindOf(f.Type)
		s, file := to(out.To, kind), &sentFile{ID: name, Caption: caption}
		switch kind {
		case "image":
			s.Image = file
		case "audio":
			s.Audio = file
		case "video":
			s.Video = file
		default:
			file.Name, s.Document = f.Name, file
		}
		parts = append(parts, s)
	}
	return parts, nil
}

// kindOf returns what WhatsApp calls a file of a media type.
func kindOf(mediaType string) string {
	switch kind, _, _ := strings.Cut(mediaType, "/"); kind {
	case "image", "audio", "video":
		return kind
	}
	return "document"
}

// upload brings a file to Meta, where it lies for 30 days.
func (l line) upload(ctx context.Context, out channel.Outgoing, f channel.File) (string, error) {
	if kindOf(f.Type) == "image" && f.Size > imageBytes {
		return "", channel.Fail(channel.Permanent, "whatsapp.image_size", nil)
	}
	body, err := out.Open(ctx, f)
	if err != nil {
		return "", channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	defer body.Close() // it was read
	call := l.call(http.MethodPost, l.PhoneID+"/media", map[string]string{"messaging_product": provider, "type": f.Type})
	call.File = &outhttp.File{Field: "file", Name: f.Name, Type: f.Type, Body: body}
	var answer struct {
		ID string `json:"id"`
	}
	if err := l.client.Do(ctx, call, &answer); err != nil {
		return "", harmless(err) // a file that lies there twice harms nobody
	}
	if answer.ID == "" {
		return "", channel.Fail(channel.Retry, "meta.failing", errors.New("a file without a name"))
	}
	return answer.ID, nil
}

// React puts our reaction to a message, in the place of any before, or takes it back.
func (a *Adapter) React(ctx context.Context, out channel.Outgoing, r channel.Reaction) error {
	s := to(out.To, "reaction")
	s.Reaction = &reacting{Message: r.Target}
	if r.On {
		s.Reaction.Emoji = r.Text
	}
	return a.do(ctx, out.EntryPoint, func(l line) error {
		_, err := l.send(ctx, s)
		return harmless(err) // done twice it is the same
	})
}

// MarkRead tells somebody that their message, and all before it, was read.
func (a *Adapter) MarkRead(ctx context.Context, p channel.EntryPoint, _ channel.Party, externalID string) error {
	return a.mark(ctx, p, marked{Product: provider, Status: "read", Message: externalID})
}

// ShowTypingAfter shows somebody below their message that one of us writes; that they were read, too: Meta knows no one without the other.
func (a *Adapter) ShowTypingAfter(ctx context.Context, p channel.EntryPoint, _ channel.Party, externalID string) error {
	return a.mark(ctx, p, marked{Product: provider, Status: "read", Message: externalID, Typing: &typing{"text"}})
}

func (a *Adapter) mark(ctx context.Context, p channel.EntryPoint, m marked) error {
	return a.do(ctx, p, func(l line) error {
		return harmless(l.client.Do(ctx, l.call(http.MethodPost, l.PhoneID+"/messages", m), nil))
	})
}
