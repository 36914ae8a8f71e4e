package facebook

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/messaging"
)

// sending is a message as the Send API takes it.
type sending struct {
	Recipient recipient `json:"recipient"`
	Type      string    `json:"messaging_type,omitempty"`
	Tag       string    `json:"tag,omitempty"`
	Message   *said     `json:"message,omitempty"`
	Action    string    `json:"sender_action,omitempty"`
}

type recipient struct {
	ID string `json:"id"`
}

type said struct {
	Text       string `json:"text,omitempty"`
	Attachment *sent  `json:"attachment,omitempty"`
	Metadata   string `json:"metadata,omitempty"`
}

type sent struct {
	Type    string      `json:"type"`
	Payload sentPayload `json:"payload"`
}

type sentPayload struct {
	ID       string `json:"attachment_id,omitempty"`
	Reusable bool   `json:"is_reusable,omitempty"`
}

// send hands an answer to Meta. A message there is a text or one file, so an answer may
// be several: its files lie at Meta before the first is sent, which may be done again.
func (s *Service) send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	page, err := s.open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	parts, err := s.parts(ctx, page, out)
	if err != nil {
		return channel.Sent{}, s.judged(ctx, out.EntryPoint, err)
	}
	var name string
	for i, part := range parts {
		part.Metadata = messaging.Mark(out.Entry, i)
		body := sending{Recipient: recipient{out.To.ExternalID}, Message: &part}
		body.Type, body.Tag = kindOf(page.settings, out, time.Now())
		var answer struct {
			Message string `json:"message_id"`
		}
		if err := s.Client.Do(ctx, page.post("messages", body), &answer); err != nil {
			return channel.Sent{}, s.broken(ctx, out.EntryPoint, i, err)
		}
		if i == 0 {
			name = answer.Message
		}
	}
	s.learn(ctx, out.EntryPoint, "")
	if len(name) > channel.MaxExternalID {
		name = "" // it is not kept: the echo names the answer by our name
	}
	return channel.Sent{ExternalID: name}, nil
}

// kindOf says why we may write: as an answer, or as a person who answers late.
func kindOf(s Settings, out channel.Outgoing, now time.Time) (kind, tag string) {
	late := !out.Heard.IsZero() && now.Sub(out.Heard) > window
	if late && s.HumanAgent && !out.Automatic {
		return "MESSAGE_TAG", "HUMAN_AGENT"
	}
	return "RESPONSE", ""
}

// broken judges what went wrong with a part of an answer. Once a part has gone out, the answer is not tried again by itself.
func (s *Service) broken(ctx context.Context, p channel.EntryPoint, part int, err error) error {
	f := s.judged(ctx, p, err)
	if part > 0 && f.Verdict != channel.Ambiguous {
		words := f.Words
		f = channel.Fail(channel.Permanent, "facebook.partly_sent", err)
		f.Words = words
	}
	return f
}

// parts returns the messages that an answer becomes.
func (s *Service) parts(ctx context.Context, page page, out channel.Outgoing) ([]said, error) {
	var parts []said
	if out.Text != "" {
		parts = append(parts, said{Text: out.Text})
	}
	for _, f := range out.Attachments {
		name, err := s.upload(ctx, page, out, f)
		if err != nil {
			return nil, err
		}
		parts = append(parts, said{Attachment: &sent{Type: kindOfFile(f.Type), Payload: sentPayload{ID: name}}})
	}
	return parts, nil
}

// kindOfFile returns what Messenger calls a file of a media type.
func kindOfFile(mediaType string) string {
	switch kind, _, _ := strings.Cut(mediaType, "/"); kind {
	case "image", "audio", "video":
		return kind
	}
	return "file"
}

// upload brings a file to Meta and returns its name there.
func (s *Service) upload(ctx context.Context, page page, out channel.Outgoing, f channel.File) (string, error) {
	body, err := out.Open(ctx, f)
	if err != nil {
		return "", channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	defer body.Close() // it was read
	call := page.post("message_attachments", map[string]any{
		"message": map[string]any{"attachment": sent{Type: kindOfFile(f.Type), Payload: sentPayload{Reusable: true}}},
	})
	call.File = &meta.File{Name: f.Name, Type: f.Type, Body: body}
	var answer struct {
		ID string `json:"attachment_id"`
	}
	err = s.Client.Do(ctx, call, &answer)
	if failure := meta.Failure(err); err != nil && failure.Verdict == channel.Ambiguous {
		return "", channel.Fail(channel.Retry, "meta.failing", err) // a file that lies there twice harms nobody
	}
	return answer.ID, err
}

// act shows something to somebody that is no message.
func (s *Service) act(ctx context.Context, p channel.EntryPoint, to channel.Party, action string) error {
	page, err := s.open(ctx, p)
	if err != nil {
		return err
	}
	body := sending{Recipient: recipient{to.ExternalID}, Action: action}
	if err := s.Client.Do(ctx, page.post("messages", body), nil); err != nil {
		return s.judged(ctx, p, err)
	}
	return nil
}

// post is a call of something of a page.
func (p page) post(what string, body any) meta.Call {
	return meta.Call{Account: p.id, Token: p.token, Method: http.MethodPost, Path: p.id + "/" + what, Body: body}
}

// judged returns what an error means, and keeps what it tells of the page.
func (s *Service) judged(ctx context.Context, p channel.EntryPoint, err error) *channel.Failure {
	f := meta.Failure(err)
	if f.Verdict == channel.Reconnect {
		s.learn(ctx, p, f.Code)
	}
	return f
}
