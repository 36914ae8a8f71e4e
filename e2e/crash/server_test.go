package crash

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startWithin bounds how long a start may take on a busy machine.
const startWithin = 30 * time.Second

// TestMain removes what build has made.
func TestMain(m *testing.M) {
	code := m.Run()
	if built.folder != "" {
		_ = os.RemoveAll(built.folder) // of the system's own folder for such things
	}
	os.Exit(code)
}

// built is the program, made once for all tests.
var built struct {
	sync.Once

	folder string
	err    error
}

// build makes the program that is killed, and returns its path.
func build(t *testing.T) string {
	t.Helper()
	built.Do(func() {
		if built.folder, built.err = os.MkdirTemp("", "zongler-crash-"); built.err != nil {
			return
		}
		cmd := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(built.folder, "zongler"), "github.com/zongler/zongler/cmd/zongler")
		if out, err := cmd.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatalf("build: %v", built.err)
	}
	return filepath.Join(built.folder, "zongler")
}

// server is the program as a process, again and again on the same port, data and database.
type server struct {
	t       *testing.T
	program string
	data    string
	url     string // of the database
	addr    string
	env     []string
	shared  bool // other nodes could work on the same database

	cmd  *exec.Cmd
	said *tail
	over chan struct{} // closed when the process has ended
}

func newServer(t *testing.T, program, databaseURL string) *server {
	t.Helper()
	s := &server{t: t, program: program, data: filepath.Join(t.TempDir(), "data"), url: databaseURL, shared: databaseURL != "", said: &tail{}}
	if s.url == "" {
		s.url = "sqlite:" + filepath.Join(s.data, "zongler.db")
	}
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	return s
}

func (s *server) base() string { return "http://" + s.addr }

// start starts the process. It returns before requests can come in.
func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.CommandContext(context.WithoutCancel(s.t.Context()), s.program, "serve", "--data", s.data, "--http-addr", s.addr, "--database-url", s.url, "--log-level", "warn")
	s.cmd.Env = append(os.Environ(), "ZONGLER_NATS_URL=", "ZONGLER_S3_URL=", "ZONGLER_OTLP_URL=", "ZONGLER_DESK_GRACE="+grace.String(), "ZONGLER_INSIDE_ALLOW=127.0.0.0/8")
	s.cmd.Env = append(s.cmd.Env, s.env...)
	out, err := s.cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	s.cmd.Stdout = s.cmd.Stderr
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.over = make(chan struct{})
	go func(cmd *exec.Cmd, over chan struct{}) {
		defer close(over)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			s.said.add(lines.Text())
		}
		_ = cmd.Wait() // it was killed: that is no success
	}(s.cmd, s.over)
}

// ready waits until the server answers.
func (s *server) ready() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), startWithin)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base()+"/readyz", nil)
		if err != nil {
			s.t.Fatal(err)
		}
		if answer, err := http.DefaultTransport.RoundTrip(r); err == nil {
			_ = answer.Body.Close() // the status was all
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-tick.C:
		case <-s.over:
			s.t.Fatalf("the server ended by itself:\n%s", s.said)
		case <-ctx.Done():
			s.t.Fatalf("the server was not ready within %s:\n%s", startWithin, s.said)
		}
	}
}

// kill ends the process as a power cut would: it hears nothing of it.
func (s *server) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill() // one that has ended is as dead
	<-s.over
	s.cmd = nil
}

// stop lets the process end in order.
func (s *server) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.over:
		s.cmd = nil
	case <-time.After(startWithin):
		s.t.Errorf("the server did not stop:\n%s", s.said)
	}
}

// tail is the last that the server said, and all its errors.
type tail struct {
	mu    sync.Mutex
	lines []string
	wrong []string
}

// tailLines is how much is kept.
const tailLines = 40

func (l *tail) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.Contains(line, "level=ERROR") {
		l.wrong = append(l.wrong, line)
	}
	if l.lines = append(l.lines, line); len(l.lines) > tailLines {
		l.lines = l.lines[1:]
	}
}

// String returns the lines.
func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

// errors returns the lines that speak of errors.
func (l *tail) errors() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.wrong)
}
