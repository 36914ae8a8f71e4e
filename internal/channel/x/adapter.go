package x

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// What a post carries, from X's documents.
const (
	postLimit = 280 // as posttext counts
	postFiles = 4
	fileBytes = 5 << 20 // of a picture
)

// fileTypes are what X takes.
func fileTypes() []string {
	return []string{"image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4"}
}

// Accounts knows with what an entry point is spoken for.
type Accounts interface {
	// Open returns an account with its secrets. Its errors are Failures.
	Open(ctx context.Context, p channel.EntryPoint) (channel.Account, error)
	// Learn keeps whether an account works; code says why not.
	Learn(ctx context.Context, p channel.EntryPoint, code string)
}

// Points knows the entry points.
type Points interface {
	ByAddress(ctx context.Context, n channel.Name, address string) (channel.EntryPoint, error)
	Open(ctx context.Context, n channel.Name) ([]channel.EntryPoint, error)
}

// Adapter is the channel of what everybody reads. Its entry points are the accounts.
type Adapter struct {
	client   *Client // nil where nobody is called: while the document of the interface is made
	accounts Accounts
	points   Points
}

var (
	_ channel.Adapter         = (*Adapter)(nil)
	_ channel.Connecting      = (*Adapter)(nil)
	_ channel.Configurable    = (*Adapter)(nil)
	_ channel.PointCapable    = (*Adapter)(nil)
	_ channel.Renewing        = (*Adapter)(nil)
	_ channel.Releasing       = (*Adapter)(nil)
	_ channel.Fetching        = (*Adapter)(nil)
	_ channel.Explaining      = (*Adapter)(nil)
	_ channel.WebhookReceiver = (*Adapter)(nil)
	_ channel.Deleter         = (*Adapter)(nil)
	_ channel.Hider           = (*Adapter)(nil)
	_ channel.PrivateReplier  = (*Adapter)(nil)
)

// NewAdapter returns the adapter for accounts of a client's app. It sends once it was
// connected: a registry is made before what stands on it.
func NewAdapter(client *Client) *Adapter { return &Adapter{client: client} }

// Connect gives the adapter what keeps its accounts.
func (a *Adapter) Connect(accounts Accounts, points Points) { a.accounts, a.points = accounts, points }

// Channel returns x.
func (*Adapter) Channel() channel.Name { return channel.X }

// Capabilities says what can be done in public.
func (*Adapter) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: postLimit, Weighted: true, Attachments: postFiles, AttachmentBytes: fileBytes, AttachmentTypes: fileTypes(), Public: true, Replies: true,
		Deletions: true, Echoes: true, OwnDeletions: true, Hides: true, PrivateReplies: true, Summoned: true,
	}
}

// CapabilitiesOf says what an account can do: an app of an enterprise answers whomever it wants.
func (a *Adapter) CapabilitiesOf(p channel.EntryPoint) channel.Capabilities {
	can := a.Capabilities()
	if s, err := parseSettings(p.Config); err == nil && s.Enterprise {
		can.Summoned = false
	}
	return can
}

// Verify takes nothing at the address of one account: X has one address for all (Hook).
func (*Adapter) Verify(context.Context, channel.EntryPoint, http.Header, []byte) error {
	return errs.New(errs.NotFound, "x.Verify", "hook.unknown")
}

// Split is one event: what was kept of a body is a piece of it.
func (*Adapter) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{arrivalOf(p, body)}, nil
}

// Read understands one event.
func (*Adapter) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	return understand(p, raw)
}

// Send answers a post for everybody to read.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	above := cmp.Or(out.InReplyTo, out.Thread)
	if !isID(above) {
		return channel.Sent{}, channel.Fail(channel.Permanent, "x.gone", nil)
	}
	l, err := a.open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	body := map[string]any{"reply": map[string]any{"in_reply_to_tweet_id": above}}
	if out.Text != "" {
		body["text"] = out.Text
	}
	media, err := l.uploadAll(ctx, out, "tweet")
	if err != nil {
		return channel.Sent{}, a.heard(ctx, out.EntryPoint, harmless(err))
	}
	if len(media) > 0 {
		body["media"] = map[string]any{"media_ids": media}
	}
	var made struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	err = l.do(ctx, call{method: http.MethodPost, path: "2/tweets", body: body}, &made)
	if err == nil && !isID(made.Data.ID) {
		err = &outhttp.Lost{Began: true, Err: errors.New("a post without a name")}
	}
	if err != nil {
		return channel.Sent{}, a.heard(ctx, out.EntryPoint, failureOf(err))
	}
	return channel.Sent{ExternalID: made.Data.ID}, a.heard(ctx, out.EntryPoint, nil)
}

// Delete takes a post of ours back.
func (a *Adapter) Delete(ctx context.Context, out channel.Outgoing, externalID string) error {
	err := a.ask(ctx, out.EntryPoint, externalID, call{method: http.MethodDelete, path: "2/tweets/" + url.PathEscape(externalID), route: "2/tweets/id"}, nil)
	if f, is := errors.AsType[*channel.Failure](err); is && f.Code == "x.gone" {
		return nil // it is as it should be
	}
	return err
}

// Hide hides a reply under a post of ours behind a word of warning, or shows it again.
func (a *Adapter) Hide(ctx context.Context, p channel.EntryPoint, externalID string, hidden bool) error {
	return a.ask(ctx, p, externalID, call{
		method: http.MethodPut, path: "2/tweets/" + url.PathEscape(externalID) + "/hidden", route: "2/tweets/id/hidden", body: map[string]bool{"hidden": hidden},
	}, nil)
}

// ReplyInPrivate answers the author of a post in the messages.
func (a *Adapter) ReplyInPrivate(ctx context.Context, out channel.Outgoing, postID string) (channel.Sent, error) {
	var found posts
	q := postQuery()
	q.Set("ids", postID)
	if err := a.ask(ctx, out.EntryPoint, postID, call{path: "2/tweets", query: q}, &found); err != nil {
		return channel.Sent{}, err
	}
	if len(found.Data) == 0 || !isID(found.Data[0].Author) {
		return channel.Sent{}, channel.Fail(channel.Permanent, "x.gone", nil)
	}
	to := found.Data[0].Author
	l, err := a.open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	name, err := l.write(ctx, to, map[string]any{"text": out.Text})
	if err != nil {
		return channel.Sent{}, a.heard(ctx, out.EntryPoint, failureOf(err))
	}
	sent := channel.Sent{ExternalID: name}
	// It has gone out: where the messages are not found, the thread begins with its echo.
	if at, err := a.points.ByAddress(ctx, channel.XMessages, l.account.Address); err == nil && at.Tenant == out.EntryPoint.Tenant {
		sent.Private = channel.Private{Point: at, Thread: threadOf(to, l.account.Address), To: channel.Party{Provider: provider, ExternalID: to}}
	}
	return sent, nil
}

// line is how an account is spoken for.
type line struct {
	*Client

	account channel.Account
}

// open returns it. Its errors are Failures.
func (a *Adapter) open(ctx context.Context, p channel.EntryPoint) (line, error) {
	account, err := a.accounts.Open(ctx, p)
	if err == nil && !account.ExpiresAt.IsZero() && !time.Now().Before(account.ExpiresAt) { // we were away for long: it is renewed next
		err = channel.Fail(channel.Retry, "x.renewing", nil)
	}
	return line{a.client, account}, err
}

// do calls X for the account.
func (l line) do(ctx context.Context, c call, into any) error {
	c.who, c.token = l.account.Address, l.account.Secrets[secretAccess]
	return l.Client.do(ctx, c, into)
}

// ask has X do something to a post that may be done twice. Its errors are Failures.
func (a *Adapter) ask(ctx context.Context, p channel.EntryPoint, thing string, c call, into any) error {
	if !isID(thing) {
		return channel.Fail(channel.Permanent, "x.gone", nil)
	}
	l, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	if err := l.do(ctx, c, into); err != nil {
		return a.heard(ctx, p, harmless(err))
	}
	return a.heard(ctx, p, nil)
}

// heard keeps what a call tells of an account, and returns its failure as it is.
func (a *Adapter) heard(ctx context.Context, p channel.EntryPoint, f *channel.Failure) error {
	switch {
	case f == nil:
		if p.HealthCode == "x.reconnect" { // there is access again
			a.accounts.Learn(ctx, p, "")
		}
		return nil
	case f.Verdict == channel.Reconnect:
		a.accounts.Learn(ctx, p, f.Code)
	}
	return f
}
