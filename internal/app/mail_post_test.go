package app

import (
	"context"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/email/mailtest"
)

const (
	boxAddress  = mailtest.Address
	boxPassword = mailtest.Password
)

// until waits until look says that it is so.
func until(t *testing.T, what string, look func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for !look() {
		again, stop := context.WithTimeout(ctx, 20*time.Millisecond)
		<-again.Done()
		stop()
		if ctx.Err() != nil {
			t.Fatalf("it did not happen that %s", what)
		}
	}
}
