package meta

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Download begins to read a file that lies at an address of Meta's, which an answer has named:
// the token goes to hosts of Meta alone. Its errors are *Fault and *outhttp.Lost.
func (c *Client) Download(ctx context.Context, token, address string) (io.ReadCloser, error) {
	if !c.ours(address) {
		return nil, &Fault{Code: codeParameter, Message: "a file that does not lie at Meta"}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, outhttp.NoAddress()
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("User-Agent", userAgent)
	res, err := outhttp.Send(c.http, r)
	if err != nil {
		return nil, err
	}
	if res.StatusCode == http.StatusOK {
		return res.Body, nil
	}
	_ = res.Body.Close() // nobody reads it
	f := &Fault{Status: res.StatusCode, Code: codeParameter, Subcode: subNoObject, Message: "the file cannot be read"}
	if res.StatusCode == http.StatusUnauthorized {
		f.Code, f.Subcode = codeToken, 0
	}
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= http.StatusInternalServerError {
		f.Code, f.Subcode = codeService, 0
	}
	return nil, f
}

// hosts are those at which Meta keeps files.
func hosts() []string { return []string{".fbsbx.com", ".fbcdn.net", ".facebook.com", ".whatsapp.net"} }

// ours reports whether an address is one of Meta's, or of what stands in its place.
func (c *Client) ours(address string) bool {
	at, err := url.Parse(address)
	if err != nil || at.User != nil {
		return false
	}
	if graph, err := url.Parse(c.host()); err == nil && at.Scheme == graph.Scheme && at.Host == graph.Host {
		return true
	}
	name := "." + strings.ToLower(at.Host)
	return at.Scheme == "https" && slices.ContainsFunc(hosts(), func(h string) bool { return strings.HasSuffix(name, h) })
}
