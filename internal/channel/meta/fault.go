package meta

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

// Fault is what Graph has answered instead of doing what it was asked.
type Fault struct { //nolint:errname // Meta calls it an error, and so does everybody else
	Status    int
	Code      int
	Subcode   int
	Type      string
	Message   string // for developers
	User      string // for people, where Meta has words for them
	Details   string // what WhatsApp says more of it
	Trace     string // by which Meta finds the call
	Transient bool
	After     time.Duration // for which the account is left alone; 0: it is not said
}

// Error says code, subcode and trace: what Meta's support asks for.
func (f *Fault) Error() string {
	return fmt.Sprintf("meta: %d/%d %s (HTTP %d, fbtrace %s)", f.Code, f.Subcode, clip.Bytes(f.Message, maxWords), f.Status, f.Trace)
}

// maxWords bounds what is kept of Meta's own words, in bytes.
const maxWords = 300

// Codes and subcodes of Graph that mean something particular to us, from Meta's
// documents of Graph errors, of the Messenger Platform and of rate limits.
const (
	codeTimeout      = -2
	codeUnknown      = 1
	codeService      = 2
	codeAppLimit     = 4
	codePermission   = 10
	codeUserLimit    = 17
	codePageLimit    = 32
	codeParameter    = 100
	codeSession      = 102
	codeToken        = 190
	codeScopesFirst  = 200
	codeScopesLast   = 299
	codeBlocked      = 368
	codePerson       = 551
	codeCustomLimit  = 613
	codeTransientAPI = 1200
	codeReplied      = 10900 // activity already replied to
	codeNoReply      = 10903 // this user cannot reply to this activity: it is too old, or they may not be written to

	subWindow       = 2018278 // Messenger: outside of the allowed window
	subWindowOlder  = 2018065
	subWindowShared = 2534022 // Instagram, and Messenger where both are served
	subNoObject     = 33      // it does not exist, or the token may not see it
	subNoPerson     = 2018001 // no matching user found
	subNotReceiving = 2018108 // this person isn't receiving messages from you right now
	subOtherApp     = 2018300 // another app controls the thread
	subRestricted   = 1893063 // the page is restricted from sending for a time
)

// limits are the codes that say: too much, come later. 80000 to 80014 are those of business use cases.
func limit(code int) bool {
	return slices.Contains([]int{codeAppLimit, codeUserLimit, codePageLimit, codeCustomLimit}, code) || code >= 80000 && code <= 80014
}

// Closed reports whether f says that the window for free text is over.
func (f *Fault) Closed() bool {
	return slices.Contains([]int{subWindow, subWindowOlder, subWindowShared}, f.Subcode) && f.Code != codeToken
}

// Parameter reports whether f refuses what was asked for because of something that stands in it. Nothing was done.
func (f *Fault) Parameter() bool {
	verdict, code := f.judge()
	return f.Code == codeParameter && verdict == channel.Permanent && (code == "meta.refused" || code == "meta.gone")
}

// judge returns what to do about f, and the key of the words for people.
func (f *Fault) judge() (channel.Verdict, string) {
	switch {
	case f.Code == codeToken || f.Code == codeSession:
		return channel.Reconnect, "meta.reconnect"
	case limit(f.Code):
		return channel.Retry, "meta.busy"
	case f.Closed():
		return channel.WindowClosed, "reply.window_closed"
	case f.Subcode == subOtherApp:
		return channel.Permanent, "meta.other_app"
	case f.Subcode == subRestricted || f.Code == codeBlocked:
		return channel.Permanent, "meta.restricted"
	case f.Code == codePerson || f.Subcode == subNoPerson || f.Subcode == subNotReceiving:
		return channel.Permanent, "meta.person_gone"
	case f.Code == codeReplied:
		return channel.Permanent, "meta.answered_privately"
	case f.Code == codeNoReply:
		return channel.WindowClosed, "meta.no_private_answer"
	case f.Code == codeParameter && f.Subcode == subNoObject:
		return channel.Permanent, "meta.gone"
	case f.Code == codePermission || f.Code >= codeScopesFirst && f.Code <= codeScopesLast:
		return channel.Reconnect, "meta.permission"
	case f.Code == codeTimeout: // the deadline of their own work is over: it may be done
		return channel.Ambiguous, "delivery.no_answer"
	case f.Code == codeUnknown || f.Code == codeService || f.Code == codeTransientAPI || f.Transient:
		return channel.Retry, "meta.failing"
	case f.Code == 0 && f.Status >= 500: // nobody of Graph has spoken: a proxy that gave up
		return channel.Ambiguous, "delivery.no_answer"
	}
	return channel.Permanent, "meta.refused"
}

// Failure returns what an error of a call means to a message that it should send.
func Failure(err error) *channel.Failure {
	if f, ok := errors.AsType[*Fault](err); ok {
		verdict, code := f.judge()
		out := channel.Fail(verdict, code, f)
		out.After = f.After
		if verdict == channel.Permanent {
			if out.Words = f.User; out.Words == "" {
				out.Words = f.Message
			}
			out.Words = clip.Bytes(out.Words, maxWords)
		}
		return out
	}
	if l, ok := errors.AsType[*outhttp.Lost](err); ok && !l.Began {
		return channel.Fail(channel.Retry, "meta.unreachable", err)
	}
	return channel.Judge(err)
}
