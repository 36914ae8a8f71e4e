package live_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/live"
)

// The clients of a benchmark run in a process of their own: the test binary itself, with the address in clientsEnv.
// It connects, prints "ready", and prints the nanoseconds since the epoch whenever all clients have got a frame.
const (
	clientsEnv   = "LIVE_BENCH_CLIENTS"
	benchClients = 10_000
	dialers      = 16
)

func TestMain(m *testing.M) {
	if address := os.Getenv(clientsEnv); address != "" {
		if err := runClients(address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// runClients holds the idle connections until the server ends them.
func runClients(address string) error {
	host, count, _ := strings.Cut(address, " ")
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	var ready, ended, got sync.WaitGroup
	ready.Add(n)
	ended.Add(n)
	rounds := make(chan struct{}, 1)
	var mu sync.Mutex
	received := 0
	count1 := func() { // one frame came; all have one when n did
		mu.Lock()
		defer mu.Unlock()
		if received++; received == n {
			received = 0
			rounds <- struct{}{}
		}
	}
	for d := range dialers {
		got.Go(func() {
			for i := d; i < n; i += dialers {
				go func() { runClient(host, i, &ready, count1); ended.Done() }()
				if i%(dialers*8) == d {
					<-time.After(5 * time.Millisecond) // the listener's backlog is short
				}
			}
		})
	}
	got.Wait()
	ready.Wait()
	fmt.Println("ready")
	go func() {
		for range rounds {
			fmt.Println(time.Now().UnixNano())
		}
	}()
	ended.Wait()
	return nil
}

func runClient(host string, i int, ready *sync.WaitGroup, frame func()) {
	ws, _, err := websocket.Dial(context.Background(), fmt.Sprintf("ws://%s/ws?user=%d", host, i+1), nil)
	if err != nil {
		panic(err)
	}
	for first := true; ; first = false {
		if _, _, err := ws.Read(context.Background()); err != nil {
			_ = ws.CloseNow()
			return
		}
		if first {
			ready.Done()
		} else {
			frame()
		}
	}
}

// farClients serves a hub on loopback and starts n clients in a process of their own.
func farClients(b *testing.B, n int) (hub *live.Hub, rounds *bufio.Scanner) {
	b.Helper()
	hub = startHub(b, live.Config{})
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			user, _ := id.Parse[id.User](r.URL.Query().Get("user"))
			_ = hub.Serve(w, r, live.Key{Tenant: 1, User: user}, live.Session{})
		})}
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Close() })
	clients := exec.CommandContext(b.Context(), os.Args[0])
	clients.Env = append(os.Environ(), clientsEnv+"="+listener.Addr().String()+" "+strconv.Itoa(n))
	clients.Stderr = os.Stderr
	out, err := clients.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := clients.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = clients.Process.Kill(); _ = clients.Wait() })
	rounds = bufio.NewScanner(out)
	if !rounds.Scan() || rounds.Text() != "ready" {
		b.Fatalf("clients: %q %v", rounds.Text(), rounds.Err())
	}
	return hub, rounds
}

// BenchmarkIdle reports what 10 000 idle connections cost the server's process.
func BenchmarkIdle(b *testing.B) {
	for b.Loop() {
		before := resident(b)
		hub, _ := farClients(b, benchClients)
		runtime.GC()
		grown := resident(b) - before
		b.ReportMetric(float64(grown)/float64(hub.Stats().Conns), "B/conn")
		b.ReportMetric(float64(resident(b))/(1<<20), "MiB-process")
		b.ReportMetric(float64(runtime.NumGoroutine())/float64(hub.Stats().Conns), "goroutines/conn")
	}
}

// resident returns the process's resident memory.
func resident(b *testing.B) int64 {
	b.Helper()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skip("needs /proc")
	}
	fields := strings.Fields(string(data))
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

// BenchmarkBroadcast sends one frame to 10 000 users; an operation ends when the last client has it.
func BenchmarkBroadcast(b *testing.B) {
	hub, rounds := farClients(b, benchClients)
	f := live.Frame{Type: "board", Data: []byte(`{"text":"` + strings.Repeat("x", 200) + `"}`)}
	var queueing time.Duration
	for b.Loop() {
		began := time.Now()
		packed, err := f.Packed()
		if err != nil {
			b.Fatal(err)
		}
		for user := range benchClients {
			if err := hub.Send(live.Key{Tenant: 1, User: id.User(user + 1)}, packed); err != nil {
				b.Fatal(err)
			}
		}
		queueing += time.Since(began)
		if !rounds.Scan() {
			b.Fatal("clients have ended")
		}
	}
	b.ReportMetric(float64(queueing.Milliseconds())/float64(b.N), "ms-queueing/op")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchClients, "ns/delivery")
}

// BenchmarkLatency sends 200 frames a second to changing users of 200 and reports the time until a client has one.
func BenchmarkLatency(b *testing.B) {
	const users, perSecond = 200, 200
	hub := startHub(b, live.Config{})
	got := make(chan time.Time, 1)
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			user, _ := id.Parse[id.User](r.URL.Query().Get("user"))
			_ = hub.Serve(w, r, live.Key{Tenant: 1, User: user}, live.Session{})
		})}
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Close() })
	var ready sync.WaitGroup
	ready.Add(users)
	for i := range users {
		go runClient(listener.Addr().String(), i, &ready, func() { got <- time.Now() })
	}
	ready.Wait()
	var took []time.Duration
	tick := time.NewTicker(time.Second / perSecond)
	defer tick.Stop()
	for i := 0; b.Loop(); i++ {
		<-tick.C
		began := time.Now()
		if err := hub.Send(live.Key{Tenant: 1, User: id.User(i%users + 1)}, note(i)); err != nil {
			b.Fatal(err)
		}
		took = append(took, (<-got).Sub(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
}
