package instagram

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
)

// What a comment carries. Meta's documents know no number for its text; Instagram itself takes as much.
const (
	commentLimit  = 2200
	privateWithin = 7 * 24 * time.Hour
)

// Public is the channel of what everybody reads at an account: comments under its posts, what
// mentions it elsewhere, and our answers.
type Public struct {
	accounts *Adapter // through which it speaks
}

var (
	_ channel.Adapter         = (*Public)(nil)
	_ channel.Beside          = (*Public)(nil)
	_ channel.Explaining      = (*Public)(nil)
	_ channel.Asking          = (*Public)(nil)
	_ channel.WebhookReceiver = (*Public)(nil)
	_ channel.Deleter         = (*Public)(nil)
	_ channel.Hider           = (*Public)(nil)
	_ channel.PrivateReplier  = (*Public)(nil)
)

// NewPublic returns the adapter of what is public at the accounts of another.
func NewPublic(accounts *Adapter) *Public { return &Public{accounts: accounts} }

// Channel returns instagram_comments.
func (*Public) Channel() channel.Name { return channel.InstagramComments }

// Of says that it stands beside the messages of an account.
func (*Public) Of() channel.Name { return channel.Instagram }

// Capabilities says what can be done in public. Instagram tells neither of edits nor of removals, so they are asked for; its API changes and likes nothing.
func (*Public) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: commentLimit, Public: true, Replies: true, Edits: true, Deletions: true, Echoes: true, OwnDeletions: true, Hides: true, Removes: true,
		PrivateReplies: true, PrivateWithin: privateWithin,
	}
}

// Verify takes nothing at the address of one account: Meta has one address for all (meta.Hook).
func (*Public) Verify(context.Context, channel.EntryPoint, http.Header, []byte) error {
	return errs.New(errs.NotFound, "instagram.Verify", "hook.unknown")
}

// Split is one change: what was kept of a body is a piece of it.
func (*Public) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{commentOf(p, body)}, nil
}

// Read understands one change.
func (*Public) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	c, err := parseChange(raw)
	if err != nil {
		return channel.Inbound{}, err
	}
	return c.inbound(p)
}

// Send answers for everybody to read: under a comment, or under a post. What mentions us elsewhere is answered there.
func (a *Public) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	above, is := thingOf(cmp.Or(out.InReplyTo, out.Thread))
	if !is {
		return channel.Sent{}, channel.Fail(channel.Permanent, "meta.gone", nil)
	}
	call := meta.Call{Method: http.MethodPost, Path: above.comment + "/replies"}
	said := map[string]string{"message": out.Text}
	switch {
	case above.others:
		call.Path, said["media_id"] = out.EntryPoint.Address+"/mentions", above.media
		if above.comment != "" {
			said["comment_id"] = above.comment
		}
	case above.comment == "":
		call.Path = above.media + "/comments"
	}
	call.Body = said
	var made struct {
		ID string `json:"id"`
	}
	err := a.ask(ctx, out.EntryPoint, call, false, &made)
	if !isObject(made.ID) {
		return channel.Sent{}, err
	}
	mine := thing{media: above.media, comment: made.ID, others: above.others}
	return channel.Sent{ExternalID: mine.name()}, err
}

// Delete takes a comment of ours back, or removes one of somebody else: under our posts alone.
func (a *Public) Delete(ctx context.Context, out channel.Outgoing, externalID string) error {
	return a.moderate(ctx, out.EntryPoint, externalID, meta.Call{Method: http.MethodDelete})
}

// Hide hides a comment under a post of ours, or shows it again.
func (a *Public) Hide(ctx context.Context, p channel.EntryPoint, externalID string, hidden bool) error {
	word := map[bool]string{true: "true", false: "false"}[hidden]
	return a.moderate(ctx, p, externalID, meta.Call{Method: http.MethodPost, Query: url.Values{"hide": {word}}})
}

// ReplyInPrivate answers the author of a comment under a post of ours in the messages of the account: once, and not for long.
func (a *Public) ReplyInPrivate(ctx context.Context, out channel.Outgoing, commentID string) (channel.Sent, error) {
	t, is := thingOf(commentID)
	if !is || t.others || t.comment == "" {
		return channel.Sent{}, channel.Fail(channel.Permanent, "instagram.not_our_post", nil)
	}
	line, err := a.accounts.Open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	sent, to, err := line.ReplyInPrivate(ctx, out, commentID)
	if err = a.accounts.Accounts.Heard(ctx, out.EntryPoint, err); err != nil || to == "" {
		return sent, err
	}
	// It has gone out: where the messages are not found, the thread begins with its echo.
	if messages, err := a.accounts.accounts.AccountOf(ctx, out.EntryPoint); err == nil {
		sent.Private = channel.Private{
			Point: messages, Thread: to, To: channel.Party{Provider: provider, Scope: line.Account, ExternalID: to},
		}
	}
	return sent, nil
}

// moderate does something to a comment that Instagram lets the owner of a post do: done twice it is as done once.
func (a *Public) moderate(ctx context.Context, p channel.EntryPoint, name string, call meta.Call) error {
	t, is := thingOf(name)
	if !is || t.others || t.comment == "" {
		return channel.Fail(channel.Permanent, "instagram.not_our_post", nil)
	}
	call.Path = t.comment
	return a.ask(ctx, p, call, true, nil)
}

// ask has Meta do something as the account. Its errors are Failures.
func (a *Public) ask(ctx context.Context, p channel.EntryPoint, call meta.Call, repeats bool, into any) error {
	line, err := a.accounts.Open(ctx, p)
	if err != nil {
		return err
	}
	call.Account, call.Token = line.Account, line.Token
	if err = line.Client.Do(ctx, call, into); err == nil {
		return a.accounts.Accounts.Heard(ctx, p, nil)
	}
	f := meta.Failure(err)
	if repeats && f.Verdict == channel.Ambiguous {
		return channel.Fail(channel.Retry, "meta.failing", err)
	}
	return a.accounts.Accounts.Heard(ctx, p, f)
}
