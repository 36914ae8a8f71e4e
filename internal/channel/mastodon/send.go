package mastodon

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/lanes"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// said is a status that we write.
type said struct {
	Text       string   `json:"status"`
	Parent     string   `json:"in_reply_to_id,omitempty"`
	Visibility string   `json:"visibility,omitempty"`
	Warning    string   `json:"spoiler_text,omitempty"`
	Files      []string `json:"media_ids,omitempty"`
}

// isCall reports whether an error is that of a call.
func isCall(err error) bool {
	if _, is := errors.AsType[*Fault](err); is {
		return true
	}
	_, is := errors.AsType[*outhttp.Lost](err)
	return is
}

// heard keeps what a call tells of an account, and returns its error as a Failure; repeats: done twice it is as done once.
func (s *Service) heard(ctx context.Context, l line, err error, repeats bool) error {
	if err == nil {
		return s.Accounts.Heard(ctx, l.point, nil)
	}
	return s.Accounts.Heard(ctx, l.point, failureOf(err, repeats))
}

// answer answers a status, so that nobody reads it who could not read that.
func (s *Service) answer(ctx context.Context, out channel.Outgoing, top string) (channel.Sent, error) {
	l, err := s.open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	asked := out.InReplyTo
	if asked == "" {
		asked = top
	}
	_, above, err := s.status(ctx, l, asked)
	if err != nil {
		return channel.Sent{}, s.heard(ctx, l, err, true)
	}
	if above.ID == "" {
		return channel.Sent{}, channel.Fail(channel.Permanent, "mastodon.gone", nil)
	}
	w := said{Text: addressed(out.Text, l.named(above)), Parent: above.ID, Visibility: narrower(above.Visibility, l.Answers), Warning: above.Warning}
	return s.publish(ctx, l, out, w)
}

// named returns who is to be named in an answer to a status: who wrote it, or whom we named in it ourselves.
func (l line) named(st status) string {
	if st.Account.ID != l.Account {
		return st.Account.Acct
	}
	for _, m := range st.Mentions {
		if m.ID != l.Account {
			return m.Acct
		}
	}
	return ""
}

// addressed returns a text that names somebody, for else they are not told of it.
func addressed(text, acct string) string {
	if acct == "" || !isHandle(acct) || mentions(text, acct) {
		return text
	}
	return strings.TrimSpace("@" + acct + " " + text)
}

// narrower returns who reads an answer: those who read the question, or fewer.
func narrower(asked, answers string) string {
	ours := "public"
	if answers == unlisted {
		ours = unlisted
	}
	all := visibilities()
	at := slices.Index(all, asked)
	if at < 0 { // a server's own: nobody but who is named
		return direct
	}
	return all[max(at, slices.Index(all, ours))]
}

// write writes to somebody alone.
func (s *Service) write(ctx context.Context, out channel.Outgoing) (channel.Sent, error) {
	l, err := s.open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	to := out.To.ExternalID
	if to == "" {
		to = out.Thread
	}
	w := said{Text: addressed(out.Text, to), Visibility: direct}
	if isID(out.InReplyTo) {
		w.Parent = out.InReplyTo
	}
	return s.publish(ctx, l, out, w)
}

// answerPrivately answers a status so that its author alone reads it.
func (s *Service) answerPrivately(ctx context.Context, out channel.Outgoing, id string) (channel.Sent, error) {
	l, err := s.open(ctx, out.EntryPoint)
	if err != nil {
		return channel.Sent{}, err
	}
	_, above, err := s.status(ctx, l, id)
	if err != nil {
		return channel.Sent{}, s.heard(ctx, l, err, true)
	}
	if above.ID == "" || above.Account.ID == l.Account {
		return channel.Sent{}, channel.Fail(channel.Permanent, "mastodon.gone", nil)
	}
	sent, err := s.publish(ctx, l, out, said{Text: addressed(out.Text, above.Account.Acct), Parent: above.ID, Visibility: direct, Warning: above.Warning})
	if err != nil {
		return sent, err
	}
	// It has gone out: where the entry point is not found, the thread begins as it comes back.
	if at, err := s.Points.ByAddress(ctx, channel.MastodonPrivate, out.EntryPoint.Address); err == nil && at.Tenant == out.EntryPoint.Tenant {
		to := partyOf(above.Account, l.Domain)
		sent.Private = channel.Private{Point: at, Thread: to.ExternalID, To: to}
	}
	return sent, nil
}

// publish brings files and text to the server. Its errors are Failures.
func (s *Service) publish(ctx context.Context, l line, out channel.Outgoing, w said) (channel.Sent, error) {
	if length(w.Text, l.Link)+length(w.Warning, l.Link) > l.Characters {
		f := channel.Fail(channel.Permanent, "mastodon.too_long", nil)
		f.Words = strconv.Itoa(l.Characters)
		return channel.Sent{}, f
	}
	for _, f := range out.Attachments {
		media, err := s.bring(ctx, l, out, f)
		if err != nil {
			return channel.Sent{}, err
		}
		w.Files = append(w.Files, media)
	}
	var made status
	c := call{method: http.MethodPost, path: "/api/v1/statuses", body: w}
	if l.Keyed { // with a key a call is also repeated by the HTTP client itself, where a line breaks
		c.key = "zongler-" + out.Entry.String()
	}
	_, err := s.get(ctx, l, c, &made)
	if at, known := s.recall(l, w.Parent); err == nil && (known || w.Visibility == direct) {
		s.remember(l, made, at.root)
	}
	return channel.Sent{ExternalID: clip.Characters(made.ID, channel.MaxExternalID), At: made.Created}, s.heard(ctx, l, err, l.Keyed)
}

// Times of waiting until a server has looked at a file.
const (
	firstLook = 200 * time.Millisecond
	lastLook  = 5 * time.Second
	looks     = 12
)

// bring brings a file to the server and waits until it can be used. A file that nothing names
// the server forgets, so whatever went wrong may be tried again.
func (s *Service) bring(ctx context.Context, l line, out channel.Outgoing, f channel.File) (string, error) {
	content, err := out.Open(ctx, f)
	if err != nil {
		return "", channel.Fail(channel.Retry, "delivery.not_ready", err)
	}
	defer content.Close() // it was read
	var made struct {
		ID string `json:"id"`
	}
	got, err := s.get(ctx, l, call{method: http.MethodPost, path: "/api/v2/media", file: &outhttp.File{Field: "file", Name: f.Name, Type: f.Type, Body: content}}, &made)
	if err == nil && !isID(made.ID) {
		err = &outhttp.Lost{Err: errors.New("a file without a name")}
	}
	ready := got.status == http.StatusOK
	for n, wait := 0, firstLook; err == nil && !ready; n++ {
		if n == looks {
			return "", channel.Fail(channel.Retry, "mastodon.unreachable", errors.New("a file is not ready"))
		}
		lanes.Pause(ctx, nil, wait)
		wait = min(2*wait, lastLook)
		if err = ctx.Err(); err != nil {
			return "", channel.Fail(channel.Retry, "mastodon.unreachable", err)
		}
		got, err = s.get(ctx, l, call{path: "/api/v1/media/" + made.ID}, nil)
		ready = got.status == http.StatusOK // until then: 206, a part of it
	}
	if err != nil {
		return "", s.heard(ctx, l, err, true)
	}
	return made.ID, nil
}

// edit gives a status of ours another text; its files, and whom it names, stay.
func (s *Service) edit(ctx context.Context, out channel.Outgoing, id string) error {
	l, err := s.open(ctx, out.EntryPoint)
	if err != nil {
		return err
	}
	_, now, err := s.status(ctx, l, id)
	switch {
	case err != nil:
		return s.heard(ctx, l, err, true)
	case now.ID == "":
		return channel.Fail(channel.Permanent, "mastodon.gone", nil)
	}
	w := said{Text: addressed(out.Text, l.named(now)), Warning: now.Warning}
	for _, f := range now.Files {
		w.Files = append(w.Files, f.ID)
	}
	if length(w.Text, l.Link)+length(w.Warning, l.Link) > l.Characters {
		return channel.Fail(channel.Permanent, "mastodon.too_long", nil)
	}
	_, err = s.get(ctx, l, call{method: http.MethodPut, path: "/api/v1/statuses/" + now.ID, body: w}, nil)
	return s.heard(ctx, l, err, true)
}

// remove takes a status of ours back. One that is not there any more is as it should be.
func (s *Service) remove(ctx context.Context, p channel.EntryPoint, id string) error {
	return s.ask(ctx, p, call{method: http.MethodDelete, path: "/api/v1/statuses/" + id}, id, http.StatusNotFound)
}

// like makes a status a favourite, or takes that back.
func (s *Service) like(ctx context.Context, p channel.EntryPoint, id string, liked bool) error {
	act := "/unfavourite"
	if liked {
		act = "/favourite"
	}
	return s.ask(ctx, p, call{method: http.MethodPost, path: "/api/v1/statuses/" + id + act}, id, 0)
}

// ask has a server do something to a status; fine is a refusal that is none.
func (s *Service) ask(ctx context.Context, p channel.EntryPoint, c call, id string, fine int) error {
	if !isID(id) {
		return channel.Fail(channel.Permanent, "mastodon.gone", nil)
	}
	l, err := s.open(ctx, p)
	if err != nil {
		return err
	}
	_, err = s.get(ctx, l, c, nil)
	if f, is := errors.AsType[*Fault](err); is && f.Status == fine {
		err = nil
	}
	return s.heard(ctx, l, err, true)
}
