package outhttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// Defaults of a Config.
const (
	DefaultTimeout = 20 * time.Second
	DefaultMaxBody = 10 << 20
)

// Bounds of every call.
const (
	maxRedirects     = 5
	dialWithin       = 5 * time.Second
	tlsWithin        = 5 * time.Second
	headerWithin     = 15 * time.Second
	idleFor          = 60 * time.Second
	maxIdle          = 100
	maxIdlePerHost   = 4
	maxConnsPerHost  = 32
	maxHeader        = 64 << 10
	maxIdleKeepAlive = 30 * time.Second
)

// Errors of a call, to be found with errors.Is.
var (
	ErrForbidden = errors.New("outhttp: the address is inside our network or not for the public")
	ErrScheme    = errors.New("outhttp: only http and https are called")
	ErrRedirects = errors.New("outhttp: too many redirects, or one from https to http")
	ErrTooLarge  = errors.New("outhttp: the answer is too large")
)

// Config says what a client may do. The zero value is a good one.
type Config struct {
	Allow   []string      // host names, addresses and networks that are exempt from the check
	Timeout time.Duration // of a whole call, reading the answer included; 0: DefaultTimeout
	MaxBody int64         // bytes of an answer; 0: DefaultMaxBody
}

// New returns a guarded client. It returns an error for an entry of Allow that is none.
func New(c Config) (*http.Client, error) {
	allowed, err := parseAllow(c.Allow)
	if err != nil {
		return nil, err
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.MaxBody <= 0 {
		c.MaxBody = DefaultMaxBody
	}
	g := &guard{allowed: allowed}
	base := &http.Transport{
		Proxy:                  nil, // an environment variable must not lead calls elsewhere
		DialContext:            g.dial,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    tlsWithin,
		ResponseHeaderTimeout:  headerWithin,
		IdleConnTimeout:        idleFor,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdlePerHost,
		MaxConnsPerHost:        maxConnsPerHost,
		MaxResponseHeaderBytes: maxHeader,
	}
	return &http.Client{
		Transport:     &transport{base: base, maxBody: c.MaxBody},
		CheckRedirect: checkRedirect,
		Timeout:       c.Timeout,
	}, nil
}

func checkRedirect(next *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects || via[len(via)-1].URL.Scheme == "https" && next.URL.Scheme != "https" {
		return ErrRedirects
	}
	return nil
}

// transport checks the scheme of each request, redirected ones included, and bounds each answer.
type transport struct {
	base    http.RoundTripper
	maxBody int64
}

// RoundTrip sends one request.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "http" && r.URL.Scheme != "https" {
		return nil, ErrScheme
	}
	response, err := t.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusSwitchingProtocols { // no answer, but a line: who speaks over it bounds what is said
		return response, nil
	}
	if response.ContentLength > t.maxBody {
		return nil, errors.Join(ErrTooLarge, response.Body.Close())
	}
	response.Body = &boundedBody{body: response.Body, left: t.maxBody}
	return response, nil
}

// boundedBody ends with ErrTooLarge, not with a silent cut, where an answer goes on too long.
type boundedBody struct {
	body io.ReadCloser
	left int64
}

// Read reads from the answer.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1] // one more than allowed tells a full answer from one that goes on
	}
	n, err := b.body.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}

// Close ends the answer.
func (b *boundedBody) Close() error { return b.body.Close() }

// guard dials only what may be called.
type guard struct{ allowed allowList }

func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: dialWithin, KeepAlive: maxIdleKeepAlive}
	if !g.allowed.host(host) {
		d.ControlContext = g.control
	}
	return d.DialContext(ctx, network, address)
}

// control runs when the name is resolved and before the first packet leaves.
func (g *guard) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForbidden, err)
	}
	if addr := at.Addr().Unmap().WithZone(""); !public(addr) && !g.allowed.addr(addr) {
		return ErrForbidden
	}
	return nil
}
