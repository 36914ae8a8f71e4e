package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"text/template"
	"time"
)

// within bounds how long a test waits for what must happen.
const within = 60 * time.Second

// startsWithin bounds how long a server may take to come up, on a machine that has much else to do.
const startsWithin = 5 * time.Minute

// servers are Postfix and Dovecot for two domains: fala.example has our mailboxes,
// posta.example the customers. Every other domain bounces.
type servers struct {
	Dir                           string
	User, Group                   string // of the mails
	Me                            string
	SMTP, IMAP, IMAPS, LMTP, SASL int
	Introspect                    int
	tokens                        *tokenServer
	dovecot, postfix              *exec.Cmd
}

// missing names what is not installed.
func missing() string {
	for _, program := range []string{"postfix", "dovecot"} {
		if _, err := exec.LookPath(program); err != nil {
			if _, err := os.Stat("/usr/sbin/" + program); err != nil {
				return program + " is not installed"
			}
		}
	}
	if os.Getuid() != 0 {
		return "Postfix starts as root alone"
	}
	return ""
}

// start starts both servers until the test ends.
func start(tb testing.TB) *servers {
	tb.Helper()
	if os.Getenv("ZONGLER_E2E_MAIL") == "" {
		tb.Skip("takes two minutes and servers of its own: make e2e-mail")
	}
	if why := missing(); why != "" {
		tb.Fatal(why)
	}
	s := prepare(tb)
	s.startDovecot(tb) // first: Postfix asks it how people sign in, and rests for a minute where nobody answers
	s.startPostfix(tb)
	return s
}

// prepare makes the folder of the servers, with what both need.
func prepare(tb testing.TB) *servers {
	tb.Helper()
	dir, err := os.MkdirTemp("", "zmail") //nolint:usetesting // the name of a test is too long for a socket
	must(tb, err)
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	must(tb, os.Chmod(dir, 0o755))
	s := &servers{Dir: dir, User: "nobody", Group: "nogroup", Me: me(tb), tokens: newTokenServer(tb)}
	s.Introspect = s.tokens.port
	for _, port := range []*int{&s.SMTP, &s.IMAP, &s.IMAPS, &s.LMTP, &s.SASL} {
		*port = freePort(tb)
	}
	s.certificate(tb)
	s.write(tb, "dovecot.conf", dovecotConf)
	s.write(tb, "oauth2.conf", oauthConf)
	s.write(tb, "users", "pomoc@fala.example:{PLAIN}tajne\nzofia@posta.example:{PLAIN}tajne\n")
	must(tb, os.Mkdir(filepath.Join(dir, "mail"), 0o755))
	chown(tb, filepath.Join(dir, "mail"), "nobody")
	return s
}

func me(tb testing.TB) string {
	tb.Helper()
	u, err := user.Current()
	must(tb, err)
	return u.Username
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func chown(tb testing.TB, path, name string) {
	tb.Helper()
	if out, err := exec.CommandContext(tb.Context(), "chown", "-R", name, path).CombinedOutput(); err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
}

func freePort(tb testing.TB) int {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	must(tb, err)
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
}

// write writes a file of the servers' folder, with s filled in.
func (s *servers) write(tb testing.TB, name, text string) {
	tb.Helper()
	var b bytes.Buffer
	must(tb, template.Must(template.New(name).Parse(text)).Execute(&b, s))
	must(tb, os.MkdirAll(filepath.Dir(filepath.Join(s.Dir, name)), 0o755))
	must(tb, os.WriteFile(filepath.Join(s.Dir, name), b.Bytes(), 0o644))
}

// papers are a certificate and its key. All tests share them: a process reads once whom it trusts.
type papers struct {
	cert, key []byte
	err       error
}

var papersOfAll = sync.OnceValue(func() (p papers) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return papers{err: err}
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "mx.fala.example"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		return papers{err: err}
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	return papers{
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), err,
	}
})

// certificate gives the servers their certificate.
func (s *servers) certificate(tb testing.TB) {
	tb.Helper()
	p := papersOfAll()
	must(tb, p.err)
	s.write(tb, "cert.pem", string(p.cert))
	s.write(tb, "key.pem", string(p.key))
}

func (s *servers) startDovecot(tb testing.TB) {
	tb.Helper()
	s.dovecot = s.run(tb, "dovecot", "-F", "-c", filepath.Join(s.Dir, "dovecot.conf"))
	s.ready(tb, s.IMAP, "* OK", "dovecot.log")
	s.ready(tb, s.LMTP, "220 ", "dovecot.log")
}

func (s *servers) startPostfix(tb testing.TB) {
	tb.Helper()
	s.write(tb, "postfix/main.cf", mainCf)
	s.write(tb, "postfix/master.cf", masterCf)
	s.write(tb, "boxes", "pomoc@fala.example ok\nzofia@posta.example ok\nfull@posta.example ok\n")
	s.write(tb, "aliases", "gone@posta.example nobody@nowhere.example\n") // taken at first; then it bounces
	for _, name := range []string{"dynamicmaps.cf", "postfix-files"} {
		data, err := os.ReadFile("/etc/postfix/" + name)
		must(tb, err)
		must(tb, os.WriteFile(filepath.Join(s.Dir, "postfix", name), data, 0o644))
	}
	for _, name := range []string{"queue", "data"} {
		must(tb, os.Mkdir(filepath.Join(s.Dir, name), 0o755))
	}
	chown(tb, filepath.Join(s.Dir, "data"), "postfix")
	s.postfix = s.run(tb, "postfix", "-c", filepath.Join(s.Dir, "postfix"), "start-fg")
	s.ready(tb, s.SMTP, "220 ", "postfix.log")
}

// run starts a server that is told to end with the test, and waits for it.
func (s *servers) run(tb testing.TB, name string, args ...string) *exec.Cmd {
	tb.Helper()
	if path := "/usr/sbin/" + name; exists(path) {
		name = path
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if strings.HasSuffix(name, "postfix") {
		cmd.Cancel = func() error { return exec.Command(name, "-c", filepath.Join(s.Dir, "postfix"), "abort").Run() }
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	must(tb, cmd.Start())
	done := make(chan struct{})
	go func() { defer close(done); _ = cmd.Wait() }()
	tb.Cleanup(func() {
		cancel()
		<-done
		if tb.Failed() {
			tb.Logf("%s said: %s", name, said.String())
			s.logs(tb)
		}
	})
	return cmd
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// ready waits until the server behind a port greets: that it listens does not mean that it can do its work.
func (s *servers) ready(tb testing.TB, port int, greeting, log string) {
	tb.Helper()
	patiently(tb, startsWithin, fmt.Sprintf("port %d says %q (see %s)", port, greeting, log), func() bool {
		conn, err := new(net.Dialer).DialContext(tb.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return false
		}
		defer func() { _ = conn.Close() }()
		if err := conn.SetDeadline(time.Now().Add(within)); err != nil {
			return false
		}
		said := make([]byte, len(greeting))
		_, err = io.ReadFull(conn, said)
		return err == nil && string(said) == greeting
	})
}

// logs shows what the servers have written down.
func (s *servers) logs(tb testing.TB) {
	tb.Helper()
	const most = 8000
	for _, name := range []string{"dovecot.log", "postfix.log"} {
		if data, err := os.ReadFile(filepath.Join(s.Dir, name)); err == nil {
			tb.Logf("%s:\n%s", name, data[max(0, len(data)-most):])
		}
	}
}

// until waits until look says that it is so.
func until(tb testing.TB, what string, look func() bool) {
	tb.Helper()
	patiently(tb, within, what, look)
}

// patiently is until for what takes longer; it looks a thousand times at most.
func patiently(tb testing.TB, most time.Duration, what string, look func() bool) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), most)
	defer cancel()
	for !look() {
		again, stop := context.WithTimeout(ctx, most/1000)
		<-again.Done()
		stop()
		if ctx.Err() != nil {
			tb.Fatalf("it did not happen that %s", what)
		}
	}
}
