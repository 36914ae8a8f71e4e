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
func start(t *testing.T) *servers {
	t.Helper()
	if os.Getenv("ZONGLER_E2E_MAIL") == "" {
		t.Skip("takes two minutes and servers of its own: make e2e-mail")
	}
	if why := missing(); why != "" {
		t.Fatal(why)
	}
	dir, err := os.MkdirTemp("", "zmail") //nolint:usetesting // the name of a test is too long for a socket
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	must(t, os.Chmod(dir, 0o755))
	s := &servers{Dir: dir, User: "nobody", Group: "nogroup", Me: me(t), tokens: newTokenServer(t)}
	s.Introspect = s.tokens.port
	for _, port := range []*int{&s.SMTP, &s.IMAP, &s.IMAPS, &s.LMTP, &s.SASL} {
		*port = freePort(t)
	}
	s.certificate(t)
	s.write(t, "dovecot.conf", dovecotConf)
	s.write(t, "oauth2.conf", oauthConf)
	s.write(t, "users", "pomoc@fala.example:{PLAIN}tajne\nzofia@posta.example:{PLAIN}tajne\n")
	must(t, os.Mkdir(filepath.Join(dir, "mail"), 0o755))
	chown(t, filepath.Join(dir, "mail"), "nobody")
	s.startPostfix(t)
	s.startDovecot(t)
	return s
}

func me(t *testing.T) string {
	t.Helper()
	u, err := user.Current()
	must(t, err)
	return u.Username
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func chown(t *testing.T, path, name string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "chown", "-R", name, path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
}

// write writes a file of the servers' folder, with s filled in.
func (s *servers) write(t *testing.T, name, text string) {
	t.Helper()
	var b bytes.Buffer
	must(t, template.Must(template.New(name).Parse(text)).Execute(&b, s))
	must(t, os.MkdirAll(filepath.Dir(filepath.Join(s.Dir, name)), 0o755))
	must(t, os.WriteFile(filepath.Join(s.Dir, name), b.Bytes(), 0o644))
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
func (s *servers) certificate(t *testing.T) {
	t.Helper()
	p := papersOfAll()
	must(t, p.err)
	s.write(t, "cert.pem", string(p.cert))
	s.write(t, "key.pem", string(p.key))
}

func (s *servers) startDovecot(t *testing.T) {
	t.Helper()
	s.dovecot = s.run(t, "dovecot", "-F", "-c", filepath.Join(s.Dir, "dovecot.conf"))
	s.ready(t, s.IMAP, "dovecot.log")
	s.ready(t, s.LMTP, "dovecot.log")
}

func (s *servers) startPostfix(t *testing.T) {
	t.Helper()
	s.write(t, "postfix/main.cf", mainCf)
	s.write(t, "postfix/master.cf", masterCf)
	s.write(t, "boxes", "pomoc@fala.example ok\nzofia@posta.example ok\nfull@posta.example ok\n")
	s.write(t, "aliases", "gone@posta.example nobody@nowhere.example\n") // taken at first; then it bounces
	for _, name := range []string{"dynamicmaps.cf", "postfix-files"} {
		data, err := os.ReadFile("/etc/postfix/" + name)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(s.Dir, "postfix", name), data, 0o644))
	}
	for _, name := range []string{"queue", "data"} {
		must(t, os.Mkdir(filepath.Join(s.Dir, name), 0o755))
	}
	chown(t, filepath.Join(s.Dir, "data"), "postfix")
	s.postfix = s.run(t, "postfix", "-c", filepath.Join(s.Dir, "postfix"), "start-fg")
	s.ready(t, s.SMTP, "postfix.log")
}

// run starts a server that is told to end with the test, and waits for it.
func (s *servers) run(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	if path := "/usr/sbin/" + name; exists(path) {
		name = path
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if strings.HasSuffix(name, "postfix") {
		cmd.Cancel = func() error { return exec.Command(name, "-c", filepath.Join(s.Dir, "postfix"), "abort").Run() }
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	must(t, cmd.Start())
	done := make(chan struct{})
	go func() { defer close(done); _ = cmd.Wait() }()
	t.Cleanup(func() {
		cancel()
		<-done
		if t.Failed() {
			t.Logf("%s said: %s", name, said.String())
			s.logs(t)
		}
	})
	return cmd
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// ready waits until something listens on a port.
func (s *servers) ready(t *testing.T, port int, log string) {
	t.Helper()
	until(t, fmt.Sprintf("port %d is open (see %s)", port, log), func() bool {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

// logs shows what the servers have written down.
func (s *servers) logs(t *testing.T) {
	t.Helper()
	const most = 8000
	for _, name := range []string{"dovecot.log", "postfix.log"} {
		if data, err := os.ReadFile(filepath.Join(s.Dir, name)); err == nil {
			t.Logf("%s:\n%s", name, data[max(0, len(data)-most):])
		}
	}
}

// until waits until look says that it is so.
func until(t *testing.T, what string, look func() bool) {
	t.Helper()
	patiently(t, within, what, look)
}

// patiently is until for what takes longer; it looks a thousand times at most.
func patiently(t *testing.T, most time.Duration, what string, look func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	for !look() {
		again, stop := context.WithTimeout(ctx, most/1000)
		<-again.Done()
		stop()
		if ctx.Err() != nil {
			t.Fatalf("it did not happen that %s", what)
		}
	}
}
