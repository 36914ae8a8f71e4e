package x

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// messageLimit is what a message carries, in characters.
const messageLimit = 10_000

// Messages is the channel of direct messages, beside what everybody reads.
type Messages struct {
	posts *Adapter // through which it speaks
}

var (
	_ channel.Adapter         = (*Messages)(nil)
	_ channel.Beside          = (*Messages)(nil)
	_ channel.Introducing     = (*Messages)(nil)
	_ channel.WebhookReceiver = (*Messages)(nil)
)

// NewMessages returns the adapter of the messages of the accounts of another.
func NewMessages(posts *Adapter) *Messages { return &Messages{posts} }

// Channel returns x_messages.
func (*Messages) Channel() channel.Name { return channel.XMessages }

// Of says that it stands beside what everybody reads.
func (*Messages) Of() channel.Name { return channel.X }

// Capabilities says what a message can carry.
func (*Messages) Capabilities() channel.Capabilities {
	return channel.Capabilities{
		TextLimit: messageLimit, Attachments: 1, AttachmentBytes: fileBytes, AttachmentTypes: fileTypes(), Echoes: true, ReadMarks: true,
	}
}

// Verify takes nothing at the address of one account: X has one address for all (Hook).
func (*Messages) Verify(context.Context, channel.EntryPoint, http.Header, []byte) error {
	return errs.New(errs.NotFound, "x.Verify", "hook.unknown")
}

// Split is one event: what was kept of a body is a piece of it.
func (*Messages) Split(p channel.EntryPoint, body []byte) ([]channel.Arrival, error) {
	return []channel.Arrival{arrivalOf(p, body)}, nil
}

// Read understands one event.
func (*Messages) Read(p channel.EntryPoint, raw []byte) (channel.Inbound, error) {
	return understand(p, raw)
}

// Try finds out whether the account may write messages.
func (m *Messages) Try(ctx context.Context, account channel.Account) channel.Report {
	r := channel.Report{ExpiresAt: account.ExpiresAt, Trials: []channel.Trial{{Step: tryAccess, OK: true}}}
	if _, err := m.posts.client.who(ctx, account.Secrets[secretAccess]); err != nil {
		r.Trials[0] = tried(tryAccess, err)
	}
	return r
}

// Send writes a message. Whether one whose answer was lost has arrived is told by its echo alone.
func (m *Messages) Send(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	to := out.To.ExternalID
	if !isID(to) {
		return channel.Sent{}, channel.Fail(channel.Permanent, "x.gone", nil)
	}
	l, err := m.posts.open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	body := map[string]any{}
	if out.Text != "" {
		body["text"] = out.Text
	}
	media, err := l.uploadAll(ctx, out, "dm")
	if err != nil {
		return channel.Sent{}, m.posts.heard(ctx, out.EntryPoint, harmless(err))
	}
	if len(media) > 0 {
		body["attachments"] = []any{map[string]string{"media_id": media[0]}}
	}
	name, err := l.write(ctx, to, body)
	if err != nil {
		return channel.Sent{}, m.posts.heard(ctx, out.EntryPoint, failureOf(err))
	}
	return channel.Sent{ExternalID: name}, m.posts.heard(ctx, out.EntryPoint, nil)
}

// write writes a message and returns X's name of it.
func (l line) write(ctx context.Context, to string, body map[string]any) (string, error) {
	var made struct {
		Data struct {
			ID string `json:"dm_event_id"`
		} `json:"data"`
	}
	err := l.do(ctx, call{
		method: http.MethodPost, path: "2/dm_conversations/with/" + to + "/messages", route: "2/dm_conversations/with/id/messages", body: body,
	}, &made)
	if err == nil && !isID(made.Data.ID) {
		err = &outhttp.Lost{Began: true, Err: errors.New("a message without a name")}
	}
	return made.Data.ID, err
}

// WhoIs asks X what somebody is called.
func (m *Messages) WhoIs(ctx context.Context, account channel.Account, person string) (channel.Party, error) {
	return m.posts.WhoIs(ctx, account, person)
}

// File begins to read the file of a message, by the rest of its address behind RemoteScheme.
// An Invalid error means that it will not come. An account's files are its tenant's.
func (m *Messages) File(ctx context.Context, rest string) (io.ReadCloser, error) {
	const op = "x.File"
	gone := errs.New(errs.Invalid, op, "attachment.remote")
	address, file, _ := strings.Cut(rest, "/")
	p, err := m.posts.points.ByAddress(ctx, channel.XMessages, address)
	if errs.Is(errs.NotFound, err) || err == nil && p.Tenant != actor.From(ctx).Tenant {
		return nil, gone
	}
	if err != nil {
		return nil, errs.Op(op, err)
	}
	parts := strings.Split(file, "/")
	if len(parts) != 3 || !isID(parts[0]) || !isID(parts[1]) || !isFile(parts[2]) {
		return nil, gone
	}
	l, err := m.posts.open(ctx, p)
	if err != nil {
		return nil, errs.E(errs.Unavailable, op, err)
	}
	r, err := l.request(ctx, call{token: l.account.Secrets[secretAccess], path: "2/dm_conversations/media/" + url.PathEscape(parts[0]) + "/" + url.PathEscape(parts[1]) + "/" + url.PathEscape(parts[2])})
	if err != nil {
		return nil, gone
	}
	res, err := outhttp.Send(l.http, r)
	if err != nil {
		return nil, errs.E(errs.Unavailable, op, err)
	}
	if res.StatusCode == http.StatusOK {
		return res.Body, nil
	}
	_ = res.Body.Close() // nobody reads it
	if res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusForbidden {
		return nil, gone
	}
	return nil, errs.New(errs.Unavailable, op, "attachment.unreachable")
}
