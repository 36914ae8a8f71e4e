// Package bustest has what tests of several nodes need: a NATS server that
// listens on this machine.
//
// What must never break: it is for tests alone, and ends with its test.
package bustest

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// startsWithin bounds how long a test waits for its server.
const startsWithin = 20 * time.Second

// Server starts a server and returns its address.
func Server(tb testing.TB) string {
	tb.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true})
	if err != nil {
		tb.Fatal(err)
	}
	s.Start()
	tb.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(startsWithin) {
		tb.Fatal("the server does not listen")
	}
	return s.ClientURL()
}
