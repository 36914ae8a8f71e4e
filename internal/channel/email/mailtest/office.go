package mailtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"slices"
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

// How to sign in.
const (
	Address  = "pomoc@fala.example"
	Password = "correct horse"
)

const (
	within  = 30 * time.Second      // that a mail may be on its way to Next
	newsIn  = 20 * time.Millisecond // until an idle session looks for news
	maxSize = 60 << 20
)

// Office is a mail server in memory.
type Office struct {
	IMAP, SMTP int // ports

	user *imapmemserver.User

	mu     sync.Mutex
	got    []Post
	answer func(to string) error
	cut    bool
	taken  func(Post)
	told   chan struct{}
}

// Post is a mail that was sent.
type Post struct {
	From     string
	To       []string
	Envelope string
	Notify   []smtp.DSNNotify
	Raw      string
}

// Open opens an office until the test ends.
func Open(t testing.TB) *Office {
	t.Helper()
	p := &Office{user: imapmemserver.NewUser(Address, Password), told: make(chan struct{}, 1)}
	if err := p.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	mem := imapmemserver.New()
	mem.AddUser(p.user)
	in := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return restless{mem.NewSession().(imapserver.SessionIMAP4rev2)}, nil, nil //nolint:forcetypeassert // it is one
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}}, InsecureAuth: true, Logger: silence{},
	})
	out := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{office: p, conn: c}, nil }))
	out.Domain, out.AllowInsecureAuth, out.EnableDSN, out.EnableSMTPUTF8, out.MaxMessageBytes = "mx.example", true, true, true, maxSize
	out.ErrorLog = silence{}
	p.IMAP, p.SMTP = listen(t, in.Serve, in.Close), listen(t, out.Serve, out.Close)
	return p
}

// silence is where the servers say that a client has gone: tests cut them off.
type silence struct{}

// Printf says nothing.
func (silence) Printf(string, ...any) {}

// Println says nothing.
func (silence) Println(...any) {}

// Servers are the settings by which a mailbox is connected to the office.
func (p *Office) Servers() map[string]any {
	at := func(port int) map[string]any { return map[string]any{"host": "127.0.0.1", "port": port, "tls": "none"} }
	return map[string]any{"imap": at(p.IMAP), "smtp": at(p.SMTP)}
}

// restless is a session that looks for news while it idles: the one below tells
// only of what happens after IDLE has begun, and a mail may come just before.
type restless struct{ imapserver.SessionIMAP4rev2 }

// Idle tells of news until stop.
func (r restless) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	for {
		turn := make(chan struct{})
		look := time.AfterFunc(newsIn, func() { close(turn) })
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

// listen runs a server on a free port until the test ends.
func listen(t testing.TB, run func(net.Listener) error, end func() error) int {
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
		if err := <-ended; err != nil {
			t.Log(err)
		}
	})
	return l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
}

// Arrive puts a mail into the inbox.
func (p *Office) Arrive(t testing.TB, lines ...string) {
	t.Helper()
	if err := p.Put(lines...); err != nil {
		t.Fatal(err)
	}
}

// Put is Arrive for those who may not end the test.
func (p *Office) Put(lines ...string) error {
	raw := strings.Join(lines, "\r\n") + "\r\n"
	_, err := p.user.Append("INBOX", literal{bytes.NewReader([]byte(raw))}, &imap.AppendOptions{})
	return err
}

type literal struct{ *bytes.Reader }

// Next returns the next mail that was sent.
func (p *Office) Next(t testing.TB) Post {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for {
		p.mu.Lock()
		if len(p.got) > 0 {
			first := p.got[0]
			p.got = p.got[1:]
			p.mu.Unlock()
			return first
		}
		p.mu.Unlock()
		select {
		case <-p.told:
		case <-ctx.Done():
			t.Fatal("no mail was sent")
		}
	}
}

// Got returns all that was sent and not taken by Next.
func (p *Office) Got() []Post {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

// Refuse makes the server answer recipients with err from now on; nil: they are taken.
func (p *Office) Refuse(err error) { p.Answer(func(string) error { return err }) }

// Answer makes the server ask what it says to a recipient.
func (p *Office) Answer(answer func(to string) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

// Cut ends the connection behind the next mail, which is taken, without an answer.
func (p *Office) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = true
}

// Taken has f called for each mail that is taken, before its sender is told.
func (p *Office) Taken(f func(Post)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = f
}

// session is one connection of a client.
type session struct {
	office *Office
	conn   *smtp.Conn
	now    Post
	in     bool
}

// AuthMechanisms names the ways to sign in.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth signs in.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != Address || password != Password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "bad credentials"}
		}
		s.in = true
		return nil
	}), nil
}

// Mail begins a mail.
func (s *session) Mail(from string, o *smtp.MailOptions) error {
	if !s.in {
		return smtp.ErrAuthRequired
	}
	s.now = Post{From: from, Envelope: o.EnvelopeID}
	return nil
}

// Rcpt names a recipient.
func (s *session) Rcpt(to string, o *smtp.RcptOptions) error {
	s.office.mu.Lock()
	answer := s.office.answer
	s.office.mu.Unlock()
	if answer != nil {
		if err := answer(to); err != nil {
			return err
		}
	}
	s.now.To, s.now.Notify = append(s.now.To, to), o.Notify
	return nil
}

// Data takes a mail.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.now.Raw = string(raw)
	cut, taken := s.office.take(s.now)
	if taken != nil {
		taken(s.now)
	}
	if cut {
		return errors.Join(errCutHere, s.conn.Close())
	}
	return nil
}

// take keeps a mail, and returns what is to be done before its sender is told.
func (p *Office) take(m Post) (cut bool, taken func(Post)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, m)
	cut, p.cut = p.cut, false
	select {
	case p.told <- struct{}{}:
	default:
	}
	return cut, p.taken
}

var errCutHere = errors.New("the line was cut")

// Reset forgets the mail that was begun.
func (s *session) Reset() {}

// Logout ends the connection.
func (s *session) Logout() error { return nil }
