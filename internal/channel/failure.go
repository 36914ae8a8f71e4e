package channel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Verdict says what to do about a message that a provider did not take.
type Verdict string

// Verdicts.
const (
	Retry        Verdict = "retry"         // not taken, may be taken later: try again by itself
	Reconnect    Verdict = "reconnect"     // our access is broken: somebody has to renew it, then try again
	WindowClosed Verdict = "window_closed" // the provider takes no free text any more: use a template or another channel
	Permanent    Verdict = "permanent"     // never: show it as failed
	Ambiguous    Verdict = "ambiguous"     // the answer was lost: it may have been sent; never send again by itself
)

// Failure is why a message was not sent.
type Failure struct { //nolint:errname // the field's word: a delivery fails
	Verdict Verdict
	Code    string        // key of the catalogues, for people: "delivery.blocked"
	After   time.Duration // for Retry: what the provider asked for; 0: our own back-off
	Words   string        // the provider's own, for people
	Err     error         // for the log
}

// Fail returns a Failure of that verdict and code, caused by err.
func Fail(v Verdict, code string, err error) *Failure {
	return &Failure{Verdict: v, Code: code, Err: err}
}

// Error returns verdict, code and cause on one line, for logs.
func (f *Failure) Error() string {
	if f.Err == nil {
		return fmt.Sprintf("channel: %s (%s)", f.Code, f.Verdict)
	}
	return fmt.Sprintf("channel: %s (%s): %v", f.Code, f.Verdict, f.Err)
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Judge returns what to do about an error of Send. What no adapter has judged is
// ambiguous, since the message may be on its way; so is a request that was cut off.
func Judge(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return Fail(Ambiguous, "delivery.no_answer", err)
	}
	return Fail(Ambiguous, "delivery.unknown", err)
}

// Unanswered returns what it means that no answer came (outhttp.Lost): what was never heard is tried
// again, under the code unreachable, and so is what is the same when it is done twice; else nobody knows.
func Unanswered(err error, repeats bool, unreachable string) *Failure {
	lost, is := errors.AsType[*outhttp.Lost](err)
	switch {
	case !is:
		return Judge(err)
	case repeats || !lost.Began:
		return Fail(Retry, unreachable, err)
	}
	return Fail(Ambiguous, "delivery.no_answer", err)
}
