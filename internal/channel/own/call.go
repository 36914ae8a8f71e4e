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
	"github.com/zongler/zongler/internal/kit/check"
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
	Message      string          `json:"message,omitempty"`   // their name of the message that it is about
	ReplyTo      string          `json:"reply_to,omitempty"`  // their name of the message that is answered
	Post         string          `json:"post,omitempty"`      // of what everybody reads: their name of the post above
	Parent       string          `json:"parent_id,omitempty"` // of the same: of what is answered, a comment, a review or the post
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
	Thread    string `json:"thread"`  // of an answer in private: where it goes on
	Delivered bool   `json:"delivered"`
	Reason    string `json:"reason"`
}

func recipientOf(to channel.Party) *recipient {
	if to.ExternalID == "" {
		return nil
	}
	return &recipient{to.ExternalID, to.DisplayName}
}

// commandOf begins a command about an answer. What everybody reads has a post above it, and no thread that they know.
func commandOf(out channel.Outgoing, kind string) command {
	c := command{
		ID: out.Entry.String(), Type: kind, Conversation: out.Conversation, Thread: out.Thread, Post: out.Post, To: recipientOf(out.To), Author: out.Author,
		entry: out.Entry,
	}
	if out.Post != "" {
		c.Thread = ""
	}
	return c
}

// with returns c with what is said.
func (c command) with(out channel.Outgoing) command {
	c.Text, c.HTML = out.Text, out.HTML
	return c
}

// answer asks for an answer to be sent.
func (s *Service) answer(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	c := commandOf(out, "message.send").with(out)
	if c.ReplyTo = out.InReplyTo; out.Post != "" {
		c.ReplyTo, c.Parent = "", out.InReplyTo
	}
	sent, _, err := s.say(ctx, out, c)
	return sent, err
}

// answerPrivately asks for something in public to be answered in private. Where that goes on their system says, if it knows.
func (s *Service) answerPrivately(ctx context.Context, out channel.Outgoing, comment string) (channel.Sent, error) {
	c := commandOf(out, "message.send_private").with(out)
	c.Parent = comment
	sent, answer, err := s.say(ctx, out, c)
	if err == nil {
		sent.Private = s.goesOn(ctx, out, answer.Thread)
	}
	return sent, err
}

// goesOn returns where an answer in private goes on. It has gone out: where that is not known, the thread begins with what comes next.
func (s *Service) goesOn(ctx context.Context, out channel.Outgoing, thread string) channel.Private {
	settings, err := ParseSettings(out.EntryPoint.Config)
	if err != nil || settings.Private == 0 || !goodName(thread) || out.To.ExternalID == "" {
		return channel.Private{}
	}
	p, err := s.Points.Lookup(ctx, s.DB, out.EntryPoint.Tenant, settings.Private)
	if err != nil || !isTwin(p, out.EntryPoint) {
		s.Log.WarnContext(ctx, "own channel: an answer in private goes on nowhere", "entry_point", out.EntryPoint.ID, "private", settings.Private, "err", err)
		return channel.Private{}
	}
	to := person{ID: out.To.ExternalID, Name: out.To.DisplayName}
	return channel.Private{Point: p, Thread: thread, To: to.party(p.ID)}
}

// isTwin reports whether answers in private of public may go on in p.
func isTwin(p, public channel.EntryPoint) bool {
	s, err := ParseSettings(p.Config)
	return err == nil && !s.Can.Public && p.Channel == channel.Own && p.Brand == public.Brand && !p.Archived
}

// goodName reports whether a name of theirs can be kept.
func goodName(name string) bool {
	var f check.Fields
	f.Text("name", name, channel.MaxExternalID)
	return f.Err("own.goodName") == nil
}

// say asks for something to be said.
func (s *Service) say(ctx context.Context, out channel.Outgoing, c command) (channel.Sent, said, error) {
	var err error
	if c.Files, err = s.links(ctx, out); err != nil {
		return channel.Sent{}, said{}, channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	answer, err := s.call(ctx, out.EntryPoint, c)
	if err != nil {
		return channel.Sent{}, said{}, err
	}
	name := answer.Message
	if !goodName(name) {
		name = "" // it is not kept: receipts name the answer by our name
	}
	return channel.Sent{ExternalID: name, Delivered: answer.Delivered}, answer, nil
}

// about asks for something to be done to a message. It has our name of the change, the same for every try.
func (s *Service) about(ctx context.Context, p channel.EntryPoint, c command, message string) error {
	c.Message = message
	_, err := s.call(ctx, p, c)
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
