package webchat

import (
	"net/url"
	"strings"

	"github.com/zongler/zongler/internal/errs"
)

// Peer is where a request or a socket comes from.
type Peer struct {
	Origin   string // of the page, as its browser says; empty: no browser
	Host     string // of ours, by which it reached us
	Language string // that the browser prefers
}

// allows reports whether pages of origin may use the widget. Without any domain
// all may. The pages of our own host always may: the demo and the preview. Who
// sends no origin is no browser, which this rule could not hold anyway.
func (s *Settings) allows(from Peer) bool {
	if from.Origin == "" || len(s.Domains) == 0 {
		return true
	}
	origin, err := url.Parse(strings.ToLower(from.Origin))
	if err != nil || origin.Host == "" {
		return false // "null": a sandboxed frame or a file
	}
	if origin.Host == strings.ToLower(from.Host) {
		return true
	}
	for _, domain := range s.Domains {
		if covers(domain, origin) {
			return true
		}
	}
	return false
}

// covers reports whether a domain of the settings names the origin: exactly, with
// "*." any host below, without a scheme both, without a port the usual one.
func covers(domain string, origin *url.URL) bool {
	scheme, host, named := strings.Cut(domain, "://")
	if !named {
		scheme, host = "", domain
	}
	if scheme != "" && scheme != origin.Scheme {
		return false
	}
	if parent, below := strings.CutPrefix(host, "*."); below {
		return strings.HasSuffix(origin.Host, "."+parent)
	}
	return origin.Host == host
}

func originRefused(op string) error { return errs.New(errs.Forbidden, op, CodeOrigin) }
