package cluster

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startWithin bounds how long a start may take on a busy machine.
const startWithin = 60 * time.Second

// site is what the nodes share.
type site struct {
	t        *testing.T
	program  string
	database string
	nats     string
	secret   string // file of the key
	folder   string
}

func newSite(t *testing.T, database, nats string) *site {
	t.Helper()
	folder := t.TempDir()
	s := &site{t: t, program: filepath.Join(folder, "zongler"), database: database, nats: nats, secret: filepath.Join(folder, "secret.key"), folder: folder}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", s.program, "github.com/zongler/zongler/cmd/zongler")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return s
}

// command is the program with a data folder of its own.
func (s *site) command(data string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.WithoutCancel(s.t.Context()), s.program, append(args,
		"--data", filepath.Join(s.folder, data), "--secret-file", s.secret, "--database-url", s.database, "--nats-url", s.nats,
		"--desk-grace", grace.String(), "--log-level", "warn")...)
	cmd.Env = append(os.Environ(), "ZONGLER_S3_URL=", "ZONGLER_OTLP_URL=", "ZONGLER_INSIDE_ALLOW=127.0.0.0/8")
	return cmd
}

// tool runs a command of the program to its end, beside the nodes.
func (s *site) tool(stdin string, args ...string) {
	s.t.Helper()
	cmd := s.command("tool", args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("zongler %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// node is one node, again and again on the same port.
type node struct {
	site *site
	name string
	addr string

	cmd  *exec.Cmd
	over chan struct{} // closed when the process has ended

	mu   sync.Mutex
	said []string
}

func (s *site) node(name string) *node {
	s.t.Helper()
	free, err := (&net.ListenConfig{}).Listen(s.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	n := &node{site: s, name: name, addr: free.Addr().String()}
	if err := free.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(n.kill)
	return n
}

func (n *node) base() string { return "http://" + n.addr }

// start starts the process and waits until it serves.
func (n *node) start() {
	t := n.site.t
	t.Helper()
	n.cmd = n.site.command(n.name, "serve", "--http-addr", n.addr)
	out, err := n.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	n.cmd.Stdout = n.cmd.Stderr
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n.over = make(chan struct{})
	go func(cmd *exec.Cmd, over chan struct{}) {
		defer close(over)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			n.note(lines.Text())
		}
		_ = cmd.Wait() // it was killed: that is no success
	}(n.cmd, n.over)
	n.ready()
}

func (n *node) note(line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.said = append(n.said, line)
}

// lines returns what the node has said.
func (n *node) lines() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.name + ":\n" + strings.Join(n.said[max(0, len(n.said)-40):], "\n")
}

func (n *node) ready() {
	t := n.site.t
	t.Helper()
	late, tick := time.After(startWithin), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.base()+"/readyz", nil)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := http.DefaultTransport.RoundTrip(r); err == nil {
			_ = answer.Body.Close() // the status was all
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-tick.C:
		case <-n.over:
			t.Fatalf("it ended by itself: %s", n.lines())
		case <-late:
			t.Fatalf("it was not ready within %s: %s", startWithin, n.lines())
		}
	}
}

// kill ends the process as a power cut would: it hears nothing of it.
func (n *node) kill() {
	if n.cmd == nil {
		return
	}
	_ = n.cmd.Process.Kill() // one that has ended is as dead
	<-n.over
	n.cmd = nil
}

// stop lets the process end in order.
func (n *node) stop() {
	t := n.site.t
	t.Helper()
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-n.over:
		n.cmd = nil
	case <-time.After(startWithin):
		t.Errorf("it did not stop: %s", n.lines())
	}
}
