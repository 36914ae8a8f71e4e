package mastodon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// UploadWithin bounds the longest call, which brings a file to a server.
const UploadWithin = 60 * time.Second

// Bounds of a call.
const (
	callWithin = 15 * time.Second
	maxAnswer  = 8 << 20 // bytes: forty statuses, or a long thread
	maxWords   = 300     // bytes of a server's own words
	maxPause   = time.Hour
)

// agent is what we call ourselves: servers turn away who has no name.
const agent = "Zongler/1.0"

// Client calls servers.
type Client struct {
	HTTP *http.Client // which guards and bounds calls, and follows no redirect: the token goes along
}

// Fault is what a server has answered instead of doing what it was asked.
type Fault struct { //nolint:errname // servers call it an error, and so does everybody else
	Status int
	Words  string
	After  time.Duration // for which to be still; 0: it is not said
}

// Error says status and words.
func (f *Fault) Error() string { return fmt.Sprintf("mastodon: %d %s", f.Status, f.Words) }

// call is one call of a server.
type call struct {
	server string
	token  string
	method string // empty: GET
	path   string // with a slash at its beginning
	query  url.Values
	body   any           // sent as JSON
	key    string        // by which the same call is known when it comes twice
	file   *outhttp.File // sent as a form
}

// reply is what a server says beside the answer itself.
type reply struct {
	status int
	link   string // the header by which lists are paged
}

// do calls a server and reads its answer into into, which may be nil. Its errors are *Fault and *outhttp.Lost.
func (c Client) do(ctx context.Context, a call, into any) (reply, error) {
	within := callWithin
	if a.file != nil {
		within = UploadWithin
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	r, err := a.request(ctx)
	if err != nil {
		return reply{}, &outhttp.Lost{Err: err}
	}
	res, err := outhttp.Exchange(c.HTTP, r, maxAnswer)
	if err != nil {
		return reply{}, err
	}
	said := reply{status: res.Status, link: res.Header.Get("Link")}
	if !res.OK() {
		return said, faultOf(res, time.Now())
	}
	if into != nil && json.Unmarshal(res.Body, into) != nil {
		return said, &outhttp.Lost{Began: true, Err: errors.New("an answer that is not Mastodon's")}
	}
	return said, nil
}

// request makes the request of a call.
func (a call) request(ctx context.Context) (*http.Request, error) {
	method := a.method
	if method == "" {
		method = http.MethodGet
	}
	body, kind, err := a.content()
	if err != nil {
		return nil, err
	}
	at := a.server + a.path
	if len(a.query) > 0 {
		at += "?" + a.query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, method, at, body)
	if err != nil {
		return nil, outhttp.NoAddress()
	}
	for name, value := range map[string]string{"Content-Type": kind, "Idempotency-Key": a.key} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	r.Header.Set("User-Agent", agent)
	r.Header.Set("Accept", "application/json")
	return r, nil
}

// content returns what is sent, and its media type.
func (a call) content() (io.Reader, string, error) {
	if a.file != nil {
		return outhttp.Form(nil, *a.file)
	}
	if a.body == nil {
		return nil, "", nil
	}
	raw, err := json.Marshal(a.body)
	return bytes.NewReader(raw), "application/json", err
}

// faultOf reads why a server did not do what it was asked.
func faultOf(res outhttp.Reply, now time.Time) *Fault {
	var said struct {
		Error string `json:"error"`
		More  string `json:"error_description"`
	}
	_ = json.Unmarshal(res.Body, &said) // a proxy says something else
	words := said.Error
	if said.More != "" {
		words = said.More
	}
	f := &Fault{Status: res.Status, Words: strings.ToValidUTF8(words[:min(len(words), maxWords)], "")}
	if reset, err := time.Parse(time.RFC3339, res.Header.Get("X-RateLimit-Reset")); err == nil {
		f.After = min(max(reset.Sub(now), time.Second), maxPause)
	}
	return f
}

// ofAccount reports whether a server forbids this to the account at all, and not in this case alone.
func (f *Fault) ofAccount() bool {
	words := strings.ToLower(f.Words)
	return f.Words == "" || strings.Contains(words, "scope") || strings.Contains(words, "login") || strings.Contains(words, "disabled") || strings.Contains(words, "suspended")
}

// failureOf returns what an error of a call means; keyed: done twice it is as done once.
func failureOf(err error, keyed bool) *channel.Failure {
	f, is := errors.AsType[*Fault](err)
	if !is {
		return channel.Unanswered(err, keyed, "mastodon.unreachable")
	}
	verdict, code := channel.Permanent, "mastodon.refused"
	switch {
	case f.Status == http.StatusUnauthorized:
		verdict, code = channel.Reconnect, "mastodon.reconnect"
	case f.Status == http.StatusForbidden && f.ofAccount():
		verdict, code = channel.Reconnect, "mastodon.forbidden"
	case f.Status == http.StatusNotFound || f.Status == http.StatusGone:
		code = "mastodon.gone"
	case f.Status == http.StatusTooManyRequests:
		verdict, code = channel.Retry, "mastodon.busy"
	case f.Status == http.StatusServiceUnavailable || f.Status >= http.StatusInternalServerError && keyed:
		verdict, code = channel.Retry, "mastodon.unreachable"
	case f.Status >= http.StatusInternalServerError:
		verdict, code = channel.Ambiguous, "delivery.no_answer"
	}
	out := channel.Fail(verdict, code, f)
	if verdict == channel.Retry {
		out.After = f.After
	}
	if verdict == channel.Permanent {
		out.Words = f.Words
	}
	return out
}

// linked returns a parameter of the address that a list names as the one before or behind it. The
// address itself is not called: the token would go wherever an answer says.
func linked(header, rel, name string) string {
	for part := range strings.SplitSeq(header, ",") {
		at, attributes, found := strings.Cut(strings.TrimSpace(part), ";")
		if !found || !strings.Contains(attributes, `rel="`+rel+`"`) {
			continue
		}
		u, err := url.Parse(strings.Trim(at, "<>"))
		if err != nil {
			continue
		}
		if value := u.Query().Get(name); isID(value) {
			return value
		}
	}
	return ""
}
