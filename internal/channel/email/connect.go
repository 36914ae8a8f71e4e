package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

// Times of a connection.
const (
	dialWithin   = 15 * time.Second
	answerWithin = time.Minute // a command that takes longer has failed
)

// Dialer opens connections to hosts that users have named. *outhttp.Dialer is one.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
	// Exempt reports whether the operator trusts the way to host.
	Exempt(host string, remote net.Addr) bool
}

// Network is how servers are reached.
type Network struct {
	Dialer Dialer
	Roots  *x509.CertPool // nil: those of the system
}

// errPlain refuses to show a password on a line that others can read.
var errPlain = errors.New("email: without TLS only hosts are called that the operator allows")

// dial connects to s; with implicit TLS the connection is private already.
func (n Network) dial(ctx context.Context, s Server) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	conn, err := n.Dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	if err != nil {
		return nil, at(StepConnect, err)
	}
	switch s.TLS {
	case Plain:
		if !n.Dialer.Exempt(s.Host, conn.RemoteAddr()) {
			return nil, errors.Join(at(StepTLS, errPlain), conn.Close())
		}
		return conn, nil
	case Implicit:
		private := tls.Client(conn, n.tls(s))
		if err := private.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(at(StepTLS, err), conn.Close())
		}
		return private, nil
	case StartTLS:
	}
	return conn, nil
}

func (n Network) tls(s Server) *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: n.Roots, MinVersion: tls.VersionTLS12}
}

// account is all that is needed to sign in to a mailbox.
type account struct {
	point    channel.EntryPoint
	settings Settings
	secrets  Secrets
	token    func(ctx context.Context, renew bool) (string, error) // of OAuth2
}

func (a account) login() string { return a.settings.login(a.point.Address) }
