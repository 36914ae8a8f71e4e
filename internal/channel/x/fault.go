package x

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// Fault is what X has answered instead of doing what it was asked.
type Fault struct { //nolint:errname // they call it a problem, everybody else an error
	Status int
	Type   string // the last word of the address that names the problem
	Title  string
	Detail string
	Token  string        // of the tokens: invalid_grant, …
	After  time.Duration // for which it is left alone; 0: it is not said
}

// Error says what X says.
func (f *Fault) Error() string {
	return fmt.Sprintf("x: %d %s %s", f.Status, cmp.Or(f.Token, f.Type), f.Detail)
}

const (
	maxWords  = 300       // bytes that are kept of X's own words
	cappedFor = time.Hour // for which we are still once what the app may use is used up
)

// judge returns what to do about f, and the key of the words for people.
func (f *Fault) judge() (channel.Verdict, string) {
	says := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(strings.ToLower(f.Detail+" "+f.Title), w) {
				return true
			}
		}
		return false
	}
	switch {
	case f.Type == "usage-capped":
		return channel.Retry, "x.usage_capped"
	case f.Status == http.StatusTooManyRequests:
		return channel.Retry, "x.busy"
	case f.Status == http.StatusUnauthorized || f.Token == "invalid_grant" || f.Token == "invalid_request" && says("was invalid"):
		return channel.Reconnect, "x.reconnect"
	case f.Token == "invalid_client" || f.Token == "unauthorized_client":
		return channel.Reconnect, "x.app_refused"
	case f.Type == "client-forbidden":
		return channel.Reconnect, "x.not_enrolled"
	case f.Status == http.StatusForbidden && says("duplicate content"):
		return channel.Permanent, "x.duplicate"
	case f.Status == http.StatusForbidden && says("have not been mentioned", "otherwise engaged by the author"):
		return channel.Permanent, "x.not_summoned"
	case f.Status == http.StatusForbidden && says("permission to dm", "cannot send messages to this user", "can't message"):
		return channel.Permanent, "x.messages_closed"
	case f.Status == http.StatusNotFound || f.Type == "resource-not-found":
		return channel.Permanent, "x.gone"
	case f.Status == http.StatusServiceUnavailable: // it is overloaded and has not begun
		return channel.Retry, "x.unreachable"
	case f.Status >= http.StatusInternalServerError:
		return channel.Ambiguous, "delivery.no_answer"
	}
	return channel.Permanent, "x.refused"
}

// failureOf returns what an error of a call means to the message that it should send.
func failureOf(err error) *channel.Failure {
	if f, is := errors.AsType[*Fault](err); is {
		verdict, code := f.judge()
		out := channel.Fail(verdict, code, f)
		if out.After = f.After; f.Type == "usage-capped" {
			out.After = cappedFor
		}
		if verdict == channel.Permanent {
			out.Words = f.Detail
		}
		return out
	}
	return channel.Unanswered(err, false, "x.unreachable")
}

// harmless is what an error means where to ask twice harms nobody.
func harmless(err error) *channel.Failure {
	f := failureOf(err)
	if f.Verdict == channel.Ambiguous {
		return channel.Fail(channel.Retry, "x.unreachable", err)
	}
	return f
}

// unavailable is what an error means to who connects an account.
func unavailable(op string, err error) error {
	f := harmless(err)
	kind := errs.Unavailable
	if f.Verdict != channel.Retry {
		kind = errs.Conflict
	}
	return &errs.Error{Kind: kind, Op: op, Code: f.Code, Err: err}
}

func isInvalid(err error) bool { return errs.Is(errs.Invalid, err) }
