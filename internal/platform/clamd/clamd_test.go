package clamd_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/platform/clamd"
)

// largest is the size of a stream that the daemon takes, as StreamMaxLength says.
const largest = 200 << 10

// daemon answers as clamd(8) says: commands end with NUL, streams come in pieces.
func daemon(t *testing.T, answer func(conn net.Conn)) *clamd.Client {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close() // a test's connection
				answer(conn)
			}()
		}
	}()
	c, err := clamd.New("tcp://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func clam(conn net.Conn) {
	r := bufio.NewReader(conn)
	command, _ := r.ReadString(0)
	switch command {
	case "zPING\x00":
		_, _ = io.WriteString(conn, "PONG\x00")
	case "zINSTREAM\x00":
		_, _ = io.WriteString(conn, judge(r)+"\x00")
	}
}

func judge(r io.Reader) string {
	var file strings.Builder
	for {
		var size uint32
		if err := binary.Read(r, binary.BigEndian, &size); err != nil {
			return "INSTREAM: broken ERROR"
		}
		switch {
		case size == 0 && strings.Contains(file.String(), "EICAR"):
			return "stream: Win.Test.EICAR_HDB-1 FOUND"
		case size == 0:
			return "stream: OK"
		case file.Len()+int(size) > largest:
			return "INSTREAM size limit exceeded. ERROR"
		}
		if _, err := io.CopyN(&file, r, int64(size)); err != nil {
			return "INSTREAM: broken ERROR"
		}
	}
}

func TestTheDaemonIsBelievedWordForWord(t *testing.T) {
	t.Parallel()
	c := daemon(t, clam)
	if err := c.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	for what, tc := range map[string]struct {
		file, found string
		fails       bool
	}{
		"a clean file":       {"zdjęcie", "", false},
		"an empty file":      {"", "", false},
		"a file of pieces":   {strings.Repeat("x", 150<<10) + "EICAR", "Win.Test.EICAR_HDB-1", false},
		"exactly two pieces": {strings.Repeat("x", 128<<10), "", false},
		"too large a file":   {strings.Repeat("x", 300<<10), "", true},
	} {
		found, err := c.Scan(t.Context(), strings.NewReader(tc.file))
		if found != tc.found || (err != nil) != tc.fails {
			t.Errorf("%s: %q, %v", what, found, err)
		}
	}
}

func TestWithoutAVerdictNothingIsClean(t *testing.T) {
	t.Parallel()
	for what, answer := range map[string]func(conn net.Conn){
		"it hangs up":      func(net.Conn) {},
		"half an answer":   func(c net.Conn) { _, _ = io.WriteString(c, "stream: OK") },
		"nothing we know":  func(c net.Conn) { _, _ = io.WriteString(c, "hello\x00") },
		"found but no one": func(c net.Conn) { _, _ = io.WriteString(c, "stream:  FOUND\x00") },
	} {
		c := daemon(t, answer)
		if found, err := c.Scan(t.Context(), strings.NewReader("file")); err == nil {
			t.Errorf("%s: taken for clean (%q)", what, found)
		}
		if err := c.Ping(t.Context()); err == nil {
			t.Errorf("%s: taken for alive", what)
		}
	}
	silent := daemon(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := silent.Scan(ctx, strings.NewReader("file")); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits: %v", err)
	}
	for _, address := range []string{"", "localhost:3310", "http://localhost:3310", "tcp://localhost"} {
		if _, err := clamd.New(address); err == nil {
			t.Errorf("%q is taken for an address", address)
		}
	}
}
