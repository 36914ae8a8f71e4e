package heap

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"
)

// ofFile returns how much of files the process has in memory, in kB.
func ofFile(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(status, []byte("RssFile:"))
	n, err := strconv.Atoi(strings.Fields(string(rest))[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBegunLetsGoOfTheFile(t *testing.T) { //nolint:paralleltest // what others touch would count
	before := ofFile(t)
	Begun()
	if after := ofFile(t); after >= before {
		t.Errorf("of files %d kB are in memory, %d before", after, before)
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"00400000-0283c000 r-xp 00000000 fe:00 42 /usr/bin/zongler": true,
		"0283c000-05a1b000 r--p 0243c000 fe:00 42 /usr/bin/zongler": false, // may have been written
		"05a1b000-05b2f000 rw-p 0561b000 fe:00 42 /usr/bin/zongler": false, // is written
		"00400000-0283c000 r-xp 00000000 fe:00 42 /lib/libc.so.6":   false, // is another's
		"c000000000-c004000000 rw-p 00000000 00:00 0":               false,
		"0283c000-00400000 r-xp 00000000 fe:00 42 /usr/bin/zongler": false,
		"nothing": false,
		"":        false,
	} {
		if _, _, is := code(line, "/usr/bin/zongler"); is != want {
			t.Errorf("%q: %v", line, is)
		}
	}
}
