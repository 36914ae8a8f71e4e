package conversation

import (
	"encoding/json"
	"testing"
	"time"
)

// Who was let in again may not be shown everywhere yet: until then nothing of them is asked for again.
func TestWhoWasLetInAgainCountsAsBlockedForAWhile(t *testing.T) {
	t.Parallel()
	now := time.Now()
	off := json.RawMessage(`{"off":true}`)
	for name, c := range map[string]struct {
		row  blockRow
		want bool
	}{
		"blocked long ago":              {blockRow{DeliveryState: Sent, DeliveryAt: now.Add(-time.Hour)}, true},
		"about to be blocked":           {blockRow{DeliveryState: Queued, DeliveryAt: now}, true},
		"about to be let in again":      {blockRow{Data: off, DeliveryState: Queued, DeliveryAt: now.Add(-time.Hour)}, true},
		"let in again just now":         {blockRow{Data: off, DeliveryState: Sent, DeliveryAt: now.Add(-time.Minute)}, true},
		"let in again a quarter before": {blockRow{Data: off, DeliveryState: Sent, DeliveryAt: now.Add(-15 * time.Minute)}, false},
	} {
		if got := c.row.shuts(now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
