package facebook

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
)

// What a comment carries, from Meta's documents of comments and of private replies.
const (
	commentLimit  = 8000
	privateWithin = 7 * 24 * time.Hour
)

// Public is the channel of what everybody reads on a page: posts, comments, mentions and
// reviews, and our answers.
type Public struct {
	pages *Adapter // through which it speaks
}

var (
	_ channel.Adapter         = (*Public)(nil)
	_ channel.Beside          = (*Public)(nil)
	_ channel.Explaining      = (*Public)(nil)
	_ channel.WebhookReceiver = (*Public)(nil)
	_ channel.Editor          = (*Public)(nil)
	_ channel.Deleter         = (*Public)(nil)
	_ channel.Hider           = (*Public)(nil)
	_ channel.Liker           = (*Public)(nil)
	_ channel.Blocker         = (*Public)(nil)
	_ channel.PrivateReplier  = (*Public)(nil)
	_ channel.Linking         = (*Public)(nil)
)

// NewPublic returns the adapter of what is public on the pages of another.
func NewPublic(pages *Adapter) *Public { return &Public{pages: pages} }

// Channel returns facebook.
func (*Public) Channel() channel.Name { return channel.Facebook }

// Of says that it stands beside the messages of a page.
func (*Public) Of() channel.Name { return channel.Messenger }

// Capabilities says what can be done in public on a page.
func (*Public) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: commentLimit, Public: true, Replies: true, Reactions: true, Edits: true, Deletions: true, Echoes: true,
		OwnEdits: true, OwnDeletions: true, Hides: true, Likes: true, Removes: true, Blocks: true, PrivateReplies: true, PrivateWithin: privateWithin,
	}
}

// Verify takes nothing at the address of one page: Meta has one address for all (meta.Hook).
func (*Public) Verify(context.Context, channel.EntryPoint, http.Header, []byte) error {
	return errs.New(errs.NotFound, "facebook.Verify", "hook.unknown")
}

// Split is one change: what was kept of a body is a piece of it.
func (*Public) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{arrivalOf(p, body)}, nil
}

// Read understands one change.
func (*Public) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	c, err := parseChange(raw)
	if err != nil {
		return channel.Inbound{}, err
	}
	return c.inbound(at{p})
}

// Send answers a comment, or a post, for everybody to read.
func (a *Public) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	above := out.InReplyTo
	if above == "" {
		above = out.Thread
	}
	var made struct {
		ID string `json:"id"`
	}
	err := a.ask(ctx, out.EntryPoint, wish{thing: above, edge: "comments", body: map[string]string{"message": out.Text}}, &made)
	if len(made.ID) > channel.MaxExternalID {
		made.ID = ""
	}
	return channel.Sent{ExternalID: made.ID}, err
}

// Edit changes a comment of ours.
func (a *Public) Edit(ctx context.Context, out channel.Outgoing, externalID string) error {
	return a.ask(ctx, out.EntryPoint, wish{thing: externalID, body: map[string]string{"message": out.Text}, repeats: true}, nil)
}

// Delete takes a comment of ours back, or removes one of somebody else.
func (a *Public) Delete(ctx context.Context, out channel.Outgoing, externalID string) error {
	return a.ask(ctx, out.EntryPoint, wish{method: http.MethodDelete, thing: externalID, repeats: true}, nil)
}

// Hide hides a comment from all but its author and their friends, or shows it again.
func (a *Public) Hide(ctx context.Context, p channel.EntryPoint, externalID string, hidden bool) error {
	return a.ask(ctx, p, wish{thing: externalID, body: map[string]bool{"is_hidden": hidden}, repeats: true}, nil)
}

// Like likes a comment as the page, or takes that back.
func (a *Public) Like(ctx context.Context, p channel.EntryPoint, externalID string, liked bool) error {
	w := wish{method: http.MethodDelete, thing: externalID, edge: "likes", repeats: true}
	if liked {
		w.method = http.MethodPost
	}
	return a.ask(ctx, p, w, nil)
}

// Block keeps somebody from commenting on the page, or lets them again. Of whom Meta does not tell cannot be blocked.
func (a *Public) Block(ctx context.Context, p channel.EntryPoint, who channel.Party, blocked bool) error {
	if !isObject(who.ExternalID) {
		return channel.Fail(channel.Permanent, "entry.author_unknown", nil)
	}
	line, err := a.pages.Open(ctx, p)
	if err != nil {
		return err
	}
	call := line.Post("blocked", map[string][]string{"psid": {who.ExternalID}})
	if !blocked {
		call.Method, call.Query, call.Body = http.MethodDelete, url.Values{"psid": {who.ExternalID}}, nil
	}
	if err = line.Client.Do(ctx, call, nil); err == nil {
		return a.pages.accounts.Heard(ctx, p, nil)
	}
	f := meta.Failure(err)
	if f.Verdict == channel.Ambiguous { // done twice it is as done once
		return channel.Fail(channel.Retry, "meta.failing", err)
	}
	return a.pages.accounts.Heard(ctx, p, f)
}

// ReplyInPrivate answers the author of a comment, or of a post, in the messages of the
// page: once, and not for long. The author is known there by the id that Meta tells.
func (a *Public) ReplyInPrivate(ctx context.Context, out channel.Outgoing, commentID string) (channel.Sent, error) {
	line, err := a.pages.Open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	sent, to, err := line.ReplyInPrivate(ctx, out, commentID)
	if err = a.pages.accounts.Heard(ctx, out.EntryPoint, err); err != nil || to == "" {
		return sent, err
	}
	// It has gone out: where the messages are not found, the thread begins with its echo.
	if messages, err := a.pages.accounts.AccountOf(ctx, out.EntryPoint); err == nil {
		sent.Private = channel.Private{
			Point: messages, Thread: to, To: channel.Party{Provider: provider, Scope: line.Account, ExternalID: to},
		}
	}
	return sent, nil
}

// LinkTo returns where people see a comment: Facebook leads from its name to it.
func (*Public) LinkTo(_, externalID string) string {
	return "https://www.facebook.com/" + url.PathEscape(externalID)
}

// wish is something to be done to a thing that Meta has.
type wish struct {
	method  string // empty: POST
	thing   string
	edge    string
	body    any
	repeats bool // done twice it is as done once
}

// ask has Meta do something as the page. Its errors are Failures.
func (a *Public) ask(ctx context.Context, p channel.EntryPoint, w wish, into any) error {
	line, err := a.pages.Open(ctx, p)
	if err != nil {
		return err
	}
	if !isObject(w.thing) {
		return channel.Fail(channel.Permanent, "meta.gone", nil)
	}
	call := meta.Call{Account: line.Account, Token: line.Token, Method: http.MethodPost, Path: url.PathEscape(w.thing), Body: w.body}
	if w.method != "" {
		call.Method = w.method
	}
	if w.edge != "" {
		call.Path += "/" + w.edge
	}
	if err = line.Client.Do(ctx, call, into); err == nil {
		return a.pages.accounts.Heard(ctx, p, nil)
	}
	f := meta.Failure(err)
	if w.repeats && f.Verdict == channel.Ambiguous {
		return channel.Fail(channel.Retry, "meta.failing", err)
	}
	return a.pages.accounts.Heard(ctx, p, f)
}

// isObject reports whether a name can be that of a post or a comment: it becomes a part of an address.
func isObject(name string) bool {
	return name != "" && name != "me" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// person is somebody as Graph names them.
type person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// posted is a post or a comment as Graph keeps it.
type posted struct {
	ID        string         `json:"id"`
	Created   meta.GraphTime `json:"created_time"`
	Updated   meta.GraphTime `json:"updated_time"`
	Message   string         `json:"message"`
	Story     string         `json:"story"`
	Picture   string         `json:"full_picture"`
	Permalink string         `json:"permalink_url"`
	From      *person        `json:"from"`
	Parent    *struct {
		ID string `json:"id"`
	} `json:"parent"`

	Recommends string      `json:"recommendation_type"` // of a review
	Rating     meta.Number `json:"rating"`
	Review     string      `json:"review_text"`
	Reviewer   *person     `json:"reviewer"`
	Reviewed   *struct {
		ID string `json:"id"`
	} `json:"open_graph_story"`

	Attachment *struct {
		Media struct {
			Image struct {
				Source string `json:"src"`
			} `json:"image"`
		} `json:"media"`
	} `json:"attachment"`
}

// change is what Meta would have posted of it.
func (o posted) change(field, item, post string) ([]byte, error) {
	v := map[string]any{"item": item, "verb": "add", "post_id": post, "created_time": o.Created.Unix(), "message": o.Message}
	set := func(name, text string) {
		if text != "" {
			v[name] = text
		}
	}
	set("permalink_url", o.Permalink)
	set("photo", o.Picture)
	if o.Message == "" && item != "comment" {
		set("message", o.Story)
	}
	if o.From != nil {
		v["from"] = map[string]string{"id": o.From.ID, "name": o.From.Name}
	}
	if field == fieldRatings {
		o.rated(v, set)
	}
	if item == "comment" {
		v["comment_id"], v["parent_id"] = o.ID, post
		if o.Parent != nil && o.Parent.ID != "" {
			v["parent_id"] = o.Parent.ID
		}
		if o.Attachment != nil {
			set("photo", o.Attachment.Media.Image.Source)
		}
	}
	return json.Marshal(map[string]any{"field": field, "value": v})
}

// rated says in v what a review says.
func (o posted) rated(v map[string]any, set func(name, text string)) {
	set("recommendation_type", o.Recommends)
	set("review_text", o.Review)
	v["open_graph_story_id"] = o.ID
	if o.Rating > 0 {
		v["rating"] = o.Rating
	}
	if o.Reviewer != nil {
		set("reviewer_id", o.Reviewer.ID)
		set("reviewer_name", o.Reviewer.Name)
	}
}
