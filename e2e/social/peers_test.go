package social

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// wanted skips a test that was not asked for.
func wanted(t *testing.T) {
	t.Helper()
	if os.Getenv("ZONGLER_E2E_SOCIAL") == "" {
		t.Skip("make e2e-social runs it")
	}
}

// within bounds how long what must happen may take.
const within = 60 * time.Second

// peer is a server of node that says what happens, one JSON a line.
type peer struct {
	in    io.WriteCloser
	lines chan map[string]any
}

// start starts a script of peers until the test ends.
func start(t *testing.T, script string) *peer {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join("peers", script))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // it reads no more
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	p := &peer{in, make(chan map[string]any, 100)}
	go func() {
		defer close(p.lines)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var said map[string]any
			if json.Unmarshal(lines.Bytes(), &said) == nil {
				p.lines <- said
			}
		}
	}()
	return p
}

// said waits for a line that has key.
func (p *peer) said(t *testing.T, key string) map[string]any {
	t.Helper()
	timer := time.NewTimer(within)
	defer timer.Stop()
	for {
		select {
		case line, ok := <-p.lines:
			if !ok {
				t.Fatalf("it ended before it said %s", key)
			}
			if _, has := line[key]; has {
				return line
			}
		case <-timer.C:
			t.Fatalf("it did not say %s", key)
		}
	}
}

// tell writes a line to it.
func (p *peer) tell(t *testing.T, what any) {
	t.Helper()
	raw, err := json.Marshal(what)
	if err == nil {
		_, err = p.in.Write(append(raw, '\n'))
	}
	if err != nil {
		t.Fatal(err)
	}
}
