package bluesky

import (
	"hash/fnv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// sortable are the digits of a key of a record, in their order (AT Protocol, TID).
const sortable = "234567abcdefghijklmnopqrstuvwxyz"

const (
	tidLength = 13
	clockBits = 10 // the low ones tell apart what was made in one microsecond
)

// tidOf is a key of a record: microseconds of the Unix clock and a clock's number.
func tidOf(micros int64, clock uint16) string {
	n := uint64(micros)<<clockBits | uint64(clock)&(1<<clockBits-1) //nolint:gosec // after 1970
	digits := make([]byte, tidLength)
	for i := range digits {
		digits[tidLength-1-i] = sortable[n&31]
		n >>= 5
	}
	return string(digits)
}

// Our own keys are milliseconds, ten bits of the process and eleven of a counter.
const (
	counterBits = 11
	processMask = 1<<10 - 1
)

// keyOf is the key of the record of an entry: the same for every try.
func keyOf(entry id.Entry) string {
	counter := int64(entry) & (1<<counterBits - 1)
	process := int64(entry) >> counterBits & processMask
	return tidOf(timeOf(entry).UnixMicro()+counter, uint16(process))
}

// timeOf is when an entry was written.
func timeOf(entry id.Entry) time.Time { return entry.Time().UTC() }

// keyFor is a key that follows from an address: what is done to it twice is there once.
func keyFor(uri string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(uri)) // it returns no error
	n := h.Sum64()
	return tidOf(int64(n>>clockBits)&(1<<52-1), uint16(n&(1<<clockBits-1)))
}

// address is what a record is called: at://<account>/<collection>/<key>.
type address struct{ repo, collection, key string }

const scheme = "at://"

// parseAddress takes an address apart.
func parseAddress(uri string) (address, bool) {
	rest, is := strings.CutPrefix(uri, scheme)
	parts := strings.Split(rest, "/")
	if !is || len(parts) != 3 || len(uri) > maxURI {
		return address{}, false
	}
	for _, p := range parts {
		if p == "" || strings.ContainsFunc(p, func(c rune) bool {
			return c != '.' && c != '-' && c != '_' && c != ':' && c != '~' && c != '%' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
		}) {
			return address{}, false
		}
	}
	return address{parts[0], parts[1], parts[2]}, true
}

const maxURI = 480 // bytes
