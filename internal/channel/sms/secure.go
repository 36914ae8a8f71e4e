package sms

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net"
	"regexp"
	"strings"
)

// maxCA bounds the certificates of one account, in characters.
const maxCA = 16_000

// errCA says that what was entered are no certificates.
var errCA = errors.New("sms: no certificates in PEM")

// certificate is one in PEM, whatever has become of its line breaks on the way through a form.
var certificate = regexp.MustCompile(`(?s)-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----`)

// roots returns the certificates by which a centre is known; nil: those that the system trusts.
func (s Settings) roots() (*x509.CertPool, error) {
	if strings.TrimSpace(s.CA) == "" {
		return nil, nil //nolint:nilnil // that is what crypto/tls takes for the system's
	}
	pool := x509.NewCertPool()
	found := certificate.FindAllStringSubmatch(s.CA, -1)
	if len(found) == 0 || strings.TrimSpace(certificate.ReplaceAllString(s.CA, "")) != "" {
		return nil, errCA
	}
	for _, one := range found {
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(one[1]), ""))
		if err != nil {
			return nil, errors.Join(errCA, err)
		}
		c, err := x509.ParseCertificate(raw)
		if err != nil {
			return nil, errors.Join(errCA, err)
		}
		pool.AddCert(c)
	}
	return pool, nil
}

// secure makes a connection private, with a centre that proves to be host.
func secure(ctx context.Context, conn net.Conn, host string, settings Settings) (net.Conn, error) {
	roots, err := settings.roots()
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	private := tls.Client(conn, &tls.Config{ServerName: host, RootCAs: roots, MinVersion: tls.VersionTLS12})
	if err := private.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return private, nil
}
