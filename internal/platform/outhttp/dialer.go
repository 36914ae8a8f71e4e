package outhttp

import (
	"context"
	"net"
	"net/netip"
)

// Dialer opens connections for protocols other than HTTP under the same guard:
// mail servers are named by users too.
type Dialer struct{ guard guard }

// NewDialer returns a Dialer. It returns an error for an entry of allow that is none.
func NewDialer(allow []string) (*Dialer, error) {
	allowed, err := parseAllow(allow)
	if err != nil {
		return nil, err
	}
	return &Dialer{guard{allowed}}, nil
}

// DialContext connects to address, host:port, unless it leads inside. Then the error is ErrForbidden.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return d.guard.dial(ctx, network, address)
}

// Exempt reports whether the operator has named host, or the network in which remote lies.
func (d *Dialer) Exempt(host string, remote net.Addr) bool {
	if d.guard.allowed.host(host) {
		return true
	}
	at, err := netip.ParseAddrPort(remote.String())
	return err == nil && d.guard.allowed.addr(at.Addr().Unmap().WithZone(""))
}
