package live

import (
	"bytes"
	"net"
	"slices"
	"testing"
)

// lines is a connection that notes each write.
type lines struct {
	net.Conn

	got [][]byte
}

func (l *lines) Write(part []byte) (int, error) {
	l.got = append(l.got, bytes.Clone(part))
	return len(part), nil
}

func TestWhatIsWrittenInARowTravelsTogether(t *testing.T) {
	t.Parallel()
	under := &lines{}
	c := &corked{Conn: under}
	say := func(parts ...string) {
		t.Helper()
		for _, part := range parts {
			if n, err := c.Write([]byte(part)); n != len(part) || err != nil {
				t.Fatalf("wrote %d of %q, %v", n, part, err)
			}
		}
	}
	say("alone")
	c.cork(nil)
	say("one ", "two ", "three")
	if err := c.flush(); err != nil {
		t.Fatal(err)
	}
	buf := c.uncork()
	say("after")
	c.cork(buf)
	large := string(bytes.Repeat([]byte("x"), corkBytes))
	say("small", large, "rest")
	if err := c.flush(); err != nil {
		t.Fatal(err)
	}
	c.uncork()
	var got []string
	for _, part := range under.got {
		got = append(got, string(part))
	}
	if want := []string{"alone", "one two three", "after", "small" + large, "rest"}; !slices.Equal(got, want) {
		t.Errorf("travelled as %d parts, want %d", len(got), len(want))
	}
}
