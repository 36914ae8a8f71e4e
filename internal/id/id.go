package id

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"
)

// Of is a key of one kind of thing. The zero value means "none".
type Of[K any] int64

// Layout of a key, high to low: milliseconds since Epoch, the process, a counter.
const (
	processBits = 10
	counterBits = 11
	counterMax  = 1<<counterBits - 1
)

// Epoch is the instant from which keys count their milliseconds.
var Epoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant that Go cannot express

// ErrMalformed reports a text that is not a key.
var ErrMalformed = errors.New("id: not a decimal key")

// maker hands out increasing keys to the whole process.
type maker struct {
	mu      sync.Mutex
	process int64
	last    int64 // milliseconds of the newest key, which never goes back
	counter int64
}

var keys = &maker{process: rand.Int64N(1 << processBits)} //nolint:gochecknoglobals // uniqueness is a property of the process

// New returns a key that is greater than all this process has made before.
// Call it with the key's type: id.New[id.Queue]().
func New[T ~int64]() T { return T(keys.next(time.Now())) }

// At returns the smallest key that could have been made at t, for ranges by time.
func At[T ~int64](t time.Time) T {
	return T(t.Sub(Epoch).Milliseconds() << (processBits + counterBits))
}

func (m *maker) next(now time.Time) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ms := now.Sub(Epoch).Milliseconds(); ms > m.last {
		m.last, m.counter = ms, 0
	} else if m.counter++; m.counter > counterMax {
		m.last, m.counter = m.last+1, 0
	}
	return m.last<<(processBits+counterBits) | m.process<<counterBits | m.counter
}

// Time returns the instant at which the key was made, to the millisecond.
func (k Of[K]) Time() time.Time {
	return Epoch.Add(time.Duration(int64(k)>>(processBits+counterBits)) * time.Millisecond)
}

// IsZero reports whether the key names nothing.
func (k Of[K]) IsZero() bool { return k == 0 }

// String returns the decimal form.
func (k Of[K]) String() string { return strconv.FormatInt(int64(k), 10) }

// MarshalText writes the decimal form; zero is the empty text.
func (k Of[K]) MarshalText() ([]byte, error) {
	if k == 0 {
		return []byte{}, nil
	}
	return strconv.AppendInt(nil, int64(k), 10), nil
}

// UnmarshalText reads the decimal form; the empty text is zero. It returns ErrMalformed.
func (k *Of[K]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*k = 0
		return nil
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || n <= 0 {
		return ErrMalformed
	}
	*k = Of[K](n)
	return nil
}

// Parse reads a key from its decimal form. It returns ErrMalformed for anything else, the empty text included.
func Parse[T ~int64](text string) (T, error) {
	var k Of[struct{}]
	if text == "" {
		return 0, ErrMalformed
	}
	err := k.UnmarshalText([]byte(text))
	return T(k), err
}
