package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const (
	boxAddress  = "pomoc@fala.example"
	boxPassword = "correct horse"
)

// postOffice is a mail server in memory: an inbox by IMAP, a way out by SMTP.
type postOffice struct {
	imap, smtp int // ports
	user       *imapmemserver.User

	mu     sync.Mutex
	got    []post
	answer func(to string) error // to a recipient; nil: taken
	cut    bool                  // the connection ends behind the next mail, without an answer
	told   chan struct{}
}

// post is a mail that was sent.
type post struct {
	from     string
	to       []string
	envelope string
	notify   []smtp.DSNNotify
	raw      string
}

func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	p := &postOffice{user: imapmemserver.NewUser(boxAddress, boxPassword), told: make(chan struct{}, 100)}
	if err := p.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	mem := imapmemserver.New()
	mem.AddUser(p.user)
	in := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return restless{mem.NewSession().(imapserver.SessionIMAP4rev2)}, nil, nil //nolint:forcetypeassert // it is one
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}}, InsecureAuth: true,
	})
	out := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &smtpSession{office: p, conn: c}, nil }))
	out.Domain, out.AllowInsecureAuth, out.EnableDSN, out.EnableSMTPUTF8, out.MaxMessageBytes = "mx.example", true, true, true, 60<<20
	p.imap, p.smtp = listenFor(t, in.Serve, in.Close), listenFor(t, out.Serve, out.Close)
	return p
}

// restless is a session that looks for news while it idles: the one below tells
// only of what happens after IDLE has begun, and a mail may come just before.
type restless struct{ imapserver.SessionIMAP4rev2 }

// Idle tells of news until stop.
func (r restless) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	for {
		turn := make(chan struct{})
		look := time.AfterFunc(20*time.Millisecond, func() { close(turn) })
		if err := errors.Join(r.Poll(w, true), r.SessionIMAP4rev2.Idle(w, turn)); err != nil {
			return err
		}
		look.Stop()
		select {
		case <-stop:
			return nil
		default:
		}
	}
}

// listenFor runs a server on a free port until the test ends.
func listenFor(t *testing.T, run func(net.Listener) error, end func() error) int {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- run(l) }()
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Log(err)
		}
		<-ended
	})
	return l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
}

// arrive puts a mail into the inbox.
func (p *postOffice) arrive(t *testing.T, lines ...string) {
	t.Helper()
	raw := strings.Join(lines, "\r\n") + "\r\n"
	if _, err := p.user.Append("INBOX", literal{bytes.NewReader([]byte(raw))}, &imap.AppendOptions{}); err != nil {
		t.Fatal(err)
	}
}

type literal struct{ *bytes.Reader }

// next returns the next mail that was sent.
func (p *postOffice) next(t *testing.T) post {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	select {
	case <-p.told:
	case <-ctx.Done():
		t.Fatal("no mail was sent")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	first := p.got[0]
	p.got = p.got[1:]
	return first
}

// refuse makes the server answer recipients with err from now on.
func (p *postOffice) refuse(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = func(string) error { return err }
}

// smtpSession is one connection of a client.
type smtpSession struct {
	office *postOffice
	conn   *smtp.Conn
	now    post
	in     bool
}

func (s *smtpSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *smtpSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != boxAddress || password != boxPassword {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "bad credentials"}
		}
		s.in = true
		return nil
	}), nil
}

func (s *smtpSession) Mail(from string, o *smtp.MailOptions) error {
	if !s.in {
		return smtp.ErrAuthRequired
	}
	s.now = post{from: from, envelope: o.EnvelopeID}
	return nil
}

func (s *smtpSession) Rcpt(to string, o *smtp.RcptOptions) error {
	s.office.mu.Lock()
	answer := s.office.answer
	s.office.mu.Unlock()
	if answer != nil {
		if err := answer(to); err != nil {
			return err
		}
	}
	s.now.to, s.now.notify = append(s.now.to, to), o.Notify
	return nil
}

func (s *smtpSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.now.raw = string(raw)
	s.office.mu.Lock()
	s.office.got = append(s.office.got, s.now)
	cut := s.office.cut
	s.office.cut = false
	s.office.mu.Unlock()
	s.office.told <- struct{}{}
	if cut {
		return errors.Join(errCutHere, s.conn.Close())
	}
	return nil
}

var errCutHere = errors.New("the line was cut")

func (s *smtpSession) Reset()        {}
func (s *smtpSession) Logout() error { return nil }

// until waits until look says that it is so.
func until(t *testing.T, what string, look func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for !look() {
		again, stop := context.WithTimeout(ctx, 20*time.Millisecond)
		<-again.Done()
		stop()
		if ctx.Err() != nil {
			t.Fatalf("it did not happen that %s", what)
		}
	}
}
