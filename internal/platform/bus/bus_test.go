package bus

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// patience bounds how long a test waits for what must come.
const patience = 20 * time.Second

func start(t *testing.T, url string) *Bus {
	t.Helper()
	b := New(Config{URL: url}, slog.New(slog.DiscardHandler))
	if err := b.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := b.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return b
}

// cluster starts a server that listens on loopback; port 0 takes any.
func cluster(t *testing.T, port int) *server.Server {
	t.Helper()
	if port == 0 {
		port = server.RANDOM_PORT
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("the server does not listen")
	}
	t.Cleanup(func() { end(s) })
	return s
}

func end(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

// alone starts a bus on a cluster of its own.
func alone(t *testing.T) *Bus {
	t.Helper()
	return start(t, cluster(t, 0).ClientURL())
}

func receive[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// listen subscribes; what comes is in the channels.
func listen(t *testing.T, b *Bus, s Subject) (messages chan string, gaps chan struct{}) {
	t.Helper()
	messages, gaps = make(chan string, 100), make(chan struct{}, 100)
	unsubscribe, err := b.Subscribe(s, func(subject Subject, data []byte) {
		messages <- subject.String() + "=" + string(data)
	}, func() { gaps <- struct{}{} })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unsubscribe)
	return messages, gaps
}

func publish(t *testing.T, b *Bus, s Subject, text string) {
	t.Helper()
	if err := b.Publish(s, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func TestASlowSubscriberIsToldAfterTheLoss(t *testing.T) {
	t.Parallel()
	b := alone(t)
	handled, gaps := 0, 0
	begun, resume, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	_, err := b.Subscribe(Node("n"), func(_ Subject, data []byte) {
		switch handled++; string(data) {
		case "first":
			close(begun)
			<-resume
		case "last":
			close(done)
			<-t.Context().Done() // later copies of the last one do not matter
		}
	}, func() {
		<-resume // the loss is over once this is closed
		gaps++
	})
	if err != nil {
		t.Fatal(err)
	}
	quick, quickGaps := listen(t, b, Node("end"))
	publish(t, b, Node("n"), "first")
	receive(t, begun)
	for range 3 * pendingMessages {
		publish(t, b, Node("n"), "more")
	}
	publish(t, b, Node("end"), "x")
	receive(t, quick) // one connection, in order: all before has been delivered or dropped, and nobody was delayed
	close(resume)
	for waiting := true; waiting; { // the handler has to make room for the last one
		publish(t, b, Node("n"), "last")
		select {
		case <-done:
			waiting = false
		case <-time.After(10 * time.Millisecond):
		}
	}
	if handled != 2+pendingMessages || gaps == 0 {
		t.Errorf("handled %d, told of %d gaps", handled, gaps)
	}
	select {
	case <-quickGaps:
		t.Error("the other subscriber was told of a gap")
	default:
	}
}

func TestNodesOfAClusterHearEachOther(t *testing.T) {
	t.Parallel()
	s := cluster(t, 0)
	one, two := start(t, s.ClientURL()), start(t, s.ClientURL())
	messages, _ := listen(t, two, Node("queue", "3"))
	flush(t, two)
	publish(t, one, Node("queue", "3"), "changed")
	if got := receive(t, messages); got != "n.queue.3=changed" {
		t.Errorf("got %q", got)
	}
}

// flush waits until the server knows the subscriptions.
func flush(t *testing.T, b *Bus) {
	t.Helper()
	if err := b.connection().Flush(); err != nil {
		t.Fatal(err)
	}
}

func TestAReconnectedSubscriberIsToldAndHearsAgain(t *testing.T) {
	t.Parallel()
	s := cluster(t, 0)
	address, _ := s.Addr().(*net.TCPAddr)
	one, two := start(t, s.ClientURL()), start(t, s.ClientURL())
	messages, gaps := listen(t, two, Node("x"))
	oneMessages, oneGaps := listen(t, one, Node("x"))
	gone := one.connection().StatusChanged(nats.RECONNECTING)
	end(s)
	receive(t, gone)
	if err := one.Publish(Node("x"), nil); err == nil {
		t.Error("published into nothing")
	}
	cluster(t, address.Port)
	receive(t, gaps)
	receive(t, oneGaps)
	flush(t, two)
	flush(t, one)
	publish(t, one, Node("x"), "again")
	if got := receive(t, messages); got != "n.x=again" {
		t.Errorf("got %q", got)
	}
	receive(t, oneMessages)
}

func TestANodeMayStartBeforeTheCluster(t *testing.T) {
	t.Parallel()
	reserved, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address, _ := reserved.Addr().(*net.TCPAddr)
	_ = reserved.Close()
	b := start(t, "nats://"+address.String())
	if b.Connected() {
		t.Error("connected to nothing")
	}
	_, gaps := listen(t, b, Node("x"))
	cluster(t, address.Port)
	receive(t, gaps)
	if !b.Connected() {
		t.Error("not connected")
	}
}

func TestAnAddressThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	b := New(Config{URL: "nats://bad host:x"}, slog.New(slog.DiscardHandler))
	if err := b.Start(t.Context()); err == nil {
		t.Error("started")
		_ = b.Stop(t.Context())
	}
}

func TestUnsubscribedReadersHearNothing(t *testing.T) {
	t.Parallel()
	b := alone(t)
	heard := make(chan string, 10)
	unsubscribe, err := b.Subscribe(Node("x"), func(_ Subject, data []byte) { heard <- string(data) }, nil)
	if err != nil {
		t.Fatal(err)
	}
	publish(t, b, Node("x"), "1")
	receive(t, heard)
	unsubscribe()
	unsubscribe()
	after, _ := listen(t, b, Node("x"))
	publish(t, b, Node("x"), "2")
	receive(t, after)
	if len(heard) != 0 {
		t.Errorf("heard %q", <-heard)
	}
}

func TestWhatMustNotTravelIsRefused(t *testing.T) {
	t.Parallel()
	b := alone(t)
	nothing := func(Subject, []byte) {}
	for name, tc := range map[string]struct {
		do   func() error
		want error
	}{
		"no subject":   {func() error { return b.Publish(Subject{}, nil) }, ErrSubject},
		"a dot":        {func() error { return b.Publish(Node("a.b"), nil) }, ErrSubject},
		"a wildcard":   {func() error { return b.Publish(Node("*"), nil) }, ErrSubject},
		"too big":      {func() error { return b.Publish(Node("x"), make([]byte, MaxMessage+1)) }, ErrTooBig},
		"no tokens":    {func() error { _, err := b.Subscribe(Node(), nothing, nil); return err }, ErrSubject},
		"too long":     {func() error { _, err := b.Subscribe(Node(strings.Repeat("x", 200)), nothing, nil); return err }, ErrSubject},
		"not running":  {func() error { return New(Config{}, nil).Publish(Node("x"), nil) }, ErrStopped},
		"no listening": {func() error { _, err := New(Config{}, nil).Subscribe(Node("x"), nothing, nil); return err }, ErrStopped},
	} {
		if err := tc.do(); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if err := b.Publish(Node("x"), make([]byte, MaxMessage)); err != nil {
		t.Errorf("the largest message: %v", err)
	}
}

func TestStopWaitsForHandlersAndMayBeRepeated(t *testing.T) {
	t.Parallel()
	b := alone(t)
	begun, finish := make(chan struct{}), make(chan struct{})
	_, err := b.Subscribe(Node("x"), func(Subject, []byte) {
		close(begun)
		<-finish
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	publish(t, b, Node("x"), "")
	receive(t, begun)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Stop(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("stop did not wait: %v", err)
	}
	close(finish)
	b.running.Wait()
	if err := b.Stop(t.Context()); err != nil {
		t.Errorf("second stop: %v", err)
	}
}
