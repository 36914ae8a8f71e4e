package sms

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/sms/smpptest"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// The password goes to nobody who does not prove to be the host that was entered.
func TestACentreProvesWhoItIs(t *testing.T) {
	t.Parallel()
	ours, other := must[*smpptest.Authority](t)(smpptest.NewAuthority()), must[*smpptest.Authority](t)(smpptest.NewAuthority())
	here, later := net.IPv4(127, 0, 0, 1), time.Now().Add(time.Hour)
	good := must[tls.Certificate](t)(ours.Issue(here, later))
	cases := []struct {
		name  string
		shows *tls.Certificate // nil: it speaks without TLS
		ca    string
		code  string
	}{
		{"one of the authority that was entered is let in to", &good, ours.PEM, ""},
		{"the authority may have lost its line breaks, and have company", &good, strings.ReplaceAll(other.PEM+ours.PEM, "\n", " "), ""},
		{"one of another authority is not", &good, other.PEM, "sms.certificate"},
		{"one of an authority that the system does not know is not", &good, "", "sms.certificate"},
		{"one for another host is not", new(must[tls.Certificate](t)(ours.Issue(net.IPv4(127, 0, 0, 2), later))), ours.PEM, "sms.certificate"},
		{"one that has run out is not", new(must[tls.Certificate](t)(ours.Issue(here, time.Now().Add(-time.Minute)))), ours.PEM, "sms.certificate"},
		{"one without TLS is not", nil, ours.PEM, "sms.unreachable"},
	}
	s := New(Deps{Dialer: must[*outhttp.Dialer](t)(outhttp.NewDialer([]string{"127.0.0.0/8"}))})
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var centre *smpptest.Centre
			if c.shows != nil {
				centre = must[*smpptest.Centre](t)(smpptest.NewTLS(*c.shows))
			} else {
				centre = must[*smpptest.Centre](t)(smpptest.New())
			}
			defer centre.Close()
			p := point(t, Settings{Transport: SMPP, Number: "+48221234567", Host: centre.Addr(), SystemID: centre.SystemID, CA: c.ca})
			err := s.signIn(t.Context(), channel.Account{EntryPoint: p, Secrets: channel.Secrets{secretPassword: centre.Password}})
			switch {
			case c.code == "" && err != nil:
				t.Error(err)
			case c.code != "" && (err == nil || unbound(err).Code != c.code):
				t.Errorf("%v", err)
			}
			if in := centre.Binds() > 0; in != (c.code == "") {
				t.Errorf("let in: %v", in)
			}
		})
	}
}

func TestAnAuthorityIsACertificate(t *testing.T) {
	t.Parallel()
	a := must[*smpptest.Authority](t)(smpptest.NewAuthority())
	for text, good := range map[string]bool{
		"": true, a.PEM: true, a.PEM + a.PEM: true, strings.ReplaceAll(a.PEM, "\n", ""): true,
		"certificate": false, a.PEM + "and more": false, strings.Replace(a.PEM, "M", "!", 1): false,
		"-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----": false,
	} {
		_, err := Settings{Transport: SMPP, Number: "+48221234567", Host: "smpp.example.com:2776", CA: text}.check("test")
		if (err == nil) != good || !good && errs.Told(err).Fields[0].Path != "settings.ca" {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}
