package app

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/schema"
)

// Sockets of idle agents, and how long the process is left alone before its memory is read.
const (
	idleAgents = 10_000
	idleFor    = 5 * time.Second
)

// BenchmarkProcess runs the binary on a database that has a past: how long until
// it answers, what it takes when nobody does anything, and what ten thousand desks
// add that are open and idle. The desks' clients are in this process, not in the binary's.
func BenchmarkProcess(b *testing.B) {
	data, agents := storedPast(b)
	binary := filepath.Join(b.TempDir(), "zongler")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, "../../cmd/zongler").CombinedOutput(); err != nil {
		b.Fatalf("%v %s", err, out)
	}
	for b.Loop() {
		addr := freeAddr(b)
		began := time.Now()
		pid, stop := serve(b, binary, data, addr)
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "ms-start")
		<-time.After(idleFor)
		b.ReportMetric(residentMB(b, pid), "MB-idle")
		h := &benchHouse{b: b, addr: addr}
		h.ctx = h.life() //nolint:fatcontext // a house lives as long as its context
		h.atOnce(len(agents), func(i int) error {
			agents[i].house = h
			return agents[i].connect(func(benchFrame) {})
		})
		<-time.After(idleFor)
		b.ReportMetric(residentMB(b, pid), "MB-10k-desks")
		h.leave()
		stop()
	}
}

// storedPast leaves a data folder with much past and many agents who have sessions.
func storedPast(b *testing.B) (data string, agents []*benchAgent) {
	b.Helper()
	data = b.TempDir()
	d := dbtest.Open(b, config.Default(data).DatabaseURL)
	_, err := d.Migrate(b.Context(), schema.Files)
	if err != nil {
		b.Fatal(err)
	}
	h := buildBenchHouse(b, d, data)
	agents = h.hire(idleAgents)
	h.must(d.Close())
	return data, agents
}

// serve starts the binary and returns once it answers.
func serve(b *testing.B, binary, data, addr string) (pid int, stop func()) {
	b.Helper()
	c := exec.CommandContext(context.Background(), binary, "serve", "--data", data, "--http-addr", addr, "--log-level", "warn")
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	stop = func() { _ = c.Process.Signal(syscall.SIGTERM); _ = c.Wait() }
	b.Cleanup(stop)
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(line, "ready") {
		b.Fatalf("%q %v", line, err)
	}
	return c.Process.Pid, stop
}

func freeAddr(b *testing.B) string {
	b.Helper()
	l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// residentMB returns the resident memory of a process.
func residentMB(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		b.Skip("needs /proc")
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return float64(pages*int64(os.Getpagesize())) / 1e6
}
