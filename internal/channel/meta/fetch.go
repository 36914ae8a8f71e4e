package meta

import (
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

// overlap is fetched again: Meta's clock is not ours.
const overlap = 10 * time.Minute

// Since returns from when on an account is fetched: since everything was here, or else since it was connected.
func Since(a channel.Account) time.Time {
	since := a.ConnectedAt
	if micros, err := strconv.ParseInt(a.Cursor, 10, 64); err == nil {
		since = time.UnixMicro(micros)
	}
	return since.Add(-overlap)
}

// Cursor returns the cursor after a fetch that began then: microseconds of the Unix clock.
func Cursor(began time.Time) string { return strconv.FormatInt(began.UnixMicro(), 10) }

// GraphTime is a time as Graph writes it.
type GraphTime struct{ time.Time }

// UnmarshalJSON reads a time. One that cannot be read is zero.
func (t *GraphTime) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	at, err := time.Parse("2006-01-02T15:04:05-0700", text)
	if err != nil {
		at, err = time.Parse(time.RFC3339, text)
	}
	if err == nil {
		t.Time = at
	}
	return nil
}
