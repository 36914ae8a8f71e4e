package own

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Bounds of one call.
const (
	callWithin = 15 * time.Second
	answerRead = 16 << 10 // bytes of an answer that are looked at

	// Attempts is how often a command is given to a system that is away: with the pauses of jobs, for a day.
	Attempts = 25
)

// command is what we ask of their system, as docs/guides/own-channel.md says.
type command struct {
	ID           string          `json:"id"` // ours, the same for every try
	Type         string          `json:"type"`
	Channel      string          `json:"channel"`
	Conversation id.Conversation `json:"conversation,omitzero"`
	Thread       string          `json:"thread,omitempty"`
	To           *recipient      `json:"to,omitempty"`
	Message      string          `json:"message,omitempty"`  // their name of the message that it is about
	ReplyTo      string          `json:"reply_to,omitempty"` // their name of the message that is answered
	Author       string          `json:"author,omitempty"`
	Text         string          `json:"text,omitempty"`
	HTML         string          `json:"html,omitempty"`
	Files        []link          `json:"files,omitempty"`
	Reaction     string          `json:"reaction,omitempty"`
	On           *bool           `json:"on,omitempty"`
	At           time.Time       `json:"at"`

	entry id.Entry // the answer or change that is asked for; 0: none
}

type recipient struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// link is where a file of an answer lies for a while.
type link struct {
	ID   id.Attachment `json:"id"`
	Name string        `json:"name"`
	Type string        `json:"type"`
	Size int64         `json:"size"`
	URL  string        `json:"url"`
}

// said is what their system answers.
type said struct {
	ID        string `json:"id"`
	Message   string `json:"message"` // their name of what was sent
	Delivered bool   `json:"delivered"`
	Reason    string `json:"reason"`
}

func recipientOf(to channel.Party) *recipient {
	if to.ExternalID == "" {
		return nil
	}
	return &recipient{to.ExternalID, to.DisplayName}
}

// command begins a command about an answer.
func (s *Service) command(out channel.Outgoing, kind string) command {
	c := command{
		ID: out.Entry.String(), Type: kind, Conversation: out.Conversation, Thread: out.Thread, To: recipientOf(out.To), Author: out.Author,
		Text: out.Text, HTML: out.HTML, entry: out.Entry,
	}
	return c
}

// say asks for an answer to be sent.
func (s *Service) say(ctx context.Context, out channel.Outgoing, kind, replyTo string) (channel.Sent, error) {
	c := s.command(out, kind)
	c.ReplyTo = replyTo
	var err error
	if c.Files, err = s.links(ctx, out); err != nil {
		return channel.Sent{}, channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	answer, err := s.call(ctx, out.EntryPoint, c)
	if err != nil {
		return channel.Sent{}, err
	}
	name := answer.Message
	if len(name) > channel.MaxExternalID {
		name = "" // it is not kept: receipts name the answer by our name
	}
	return channel.Sent{ExternalID: name, Delivered: answer.Delivered}, nil
}

// about asks for something to be done to a message. It has our name of the change, the same for every try.
func (s *Service) about(ctx context.Context, out channel.Outgoing, c command) error {
	c.entry = out.Entry
	c.ID, c.Conversation, c.Thread, c.To, c.Author = out.Entry.String(), out.Conversation, out.Thread, recipientOf(out.To), out.Author
	_, err := s.call(ctx, out.EntryPoint, c)
	return err
}

// do asks for something that is no answer.
func (s *Service) do(ctx context.Context, p channel.EntryPoint, c command) error {
	c.ID = id.New[id.Entry]().String()
	_, err := s.call(ctx, p, c)
	return err
}

// call posts a command once and judges what comes back.
func (s *Service) call(ctx context.Context, p channel.EntryPoint, c command) (said, error) {
	settings, err := ParseSettings(p.Config)
	switch {
	case err != nil:
		return said{}, channel.Fail(channel.Permanent, "delivery.malformed", err)
	case p.Archived:
		return said{}, channel.Fail(channel.Permanent, "own.archived", nil)
	case settings.URL == "" && !settings.Pull:
		return said{}, channel.Fail(channel.Permanent, "own.listens_only", nil)
	}
	c.Channel, c.At = p.ID.String(), time.Now().UTC().Truncate(time.Millisecond)
	if settings.Pull {
		return said{}, s.lay(ctx, p, c)
	}
	secrets, err := s.secrets(ctx, p, spoken)
	if err != nil {
		return said{}, channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	body, err := json.Marshal(c)
	if err != nil {
		return said{}, channel.Fail(channel.Permanent, "delivery.malformed", err)
	}
	r := s.post(ctx, settings, "msg_"+c.ID, body, secrets)
	s.learn(ctx, p, r)
	return r.judge(settings)
}

// outcome is what came of a call.
type outcome struct {
	outhttp.Answer

	err  error
	took time.Duration
}

// post posts body once.
func (s *Service) post(ctx context.Context, settings Settings, name string, body []byte, secrets []stdhook.Secret) outcome {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	h := headers{"Content-Type": "application/json", "User-Agent": "Zongler-Channel"}
	if settings.Idempotent {
		h["Idempotency-Key"] = name
	}
	stdhook.Sign(h, name, time.Now(), body, secrets...)
	start := time.Now()
	answer, err := s.Poster.Post(ctx, settings.URL, h, body, answerRead)
	return outcome{Answer: answer, err: err, took: time.Since(start)}
}

// headers of a command.
type headers map[string]string

// Get returns a header.
func (h headers) Get(name string) string { return h[name] }

// Set sets a header.
func (h headers) Set(name, value string) { h[name] = value }

// heard reports whether their system may have heard us.
func (r outcome) heard() bool {
	lost, is := errors.AsType[*outhttp.Lost](r.err)
	return !is || lost.Began
}

// judge says what an outcome means, as docs/guides/own-channel.md promises it.
func (r outcome) judge(settings Settings) (said, error) {
	var answer said
	_ = json.Unmarshal(r.Body, &answer) // an answer that is not JSON says nothing more than its status
	fail := func(v channel.Verdict, code string) (said, error) {
		f := channel.Fail(v, code, r.err)
		f.Words, f.After = words(answer.Reason), r.RetryAfter
		return said{}, f
	}
	switch s := r.Status; {
	case r.OK():
		return answer, nil
	case s == 0 && !r.heard():
		return fail(channel.Retry, "own.unreachable")
	case s == 0, s == http.StatusBadGateway, s == http.StatusGatewayTimeout:
		if settings.Idempotent {
			return fail(channel.Retry, "delivery.no_answer")
		}
		return fail(channel.Ambiguous, "delivery.no_answer")
	case s == http.StatusUnauthorized, s == http.StatusForbidden, s == http.StatusNotFound, s/100 == 3:
		return fail(channel.Reconnect, "own.reconnect")
	case s == http.StatusConflict:
		return fail(channel.WindowClosed, "reply.window_closed")
	case s == http.StatusGone:
		return fail(channel.Permanent, "own.gone")
	case s == http.StatusTooManyRequests || s == http.StatusServiceUnavailable:
		r.RetryAfter = max(r.RetryAfter, time.Second)
		return fail(channel.Retry, "own.busy")
	case s == http.StatusRequestTimeout, s >= http.StatusInternalServerError:
		return fail(channel.Retry, "own.failing")
	}
	return fail(channel.Permanent, "own.refused")
}

// words bounds what their system said for people.
func words(text string) string {
	return clip.Bytes(strings.TrimSpace(text), maxReason)
}
