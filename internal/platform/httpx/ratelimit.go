package httpx

import (
	"container/list"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
)

// Widths of the networks that count as one client: a household has many IPv6 addresses.
const clientBitsIPv6 = 64

// Rate is how much one caller may do.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Rates are the rates by sort of caller.
type Rates struct {
	Key      Rate // an API key
	Session  Rate // a signed-in browser or visitor
	Address  Rate // everybody else, by address
	Unknown  Rate // credentials that are not in memory, by address: each is looked up
	MaxKnown int  // how many callers are remembered; the longest silent is forgotten
}

// DefaultRates returns rates that no honest client meets. A whole centre may sit
// behind one address, and all of it signs in anew after a restart.
func DefaultRates() Rates {
	return Rates{
		Key:      Rate{PerSecond: 50, Burst: 200},
		Session:  Rate{PerSecond: 30, Burst: 200},
		Address:  Rate{PerSecond: 10, Burst: 100},
		Unknown:  Rate{PerSecond: 50, Burst: 1000},
		MaxKnown: 100_000,
	}
}

// Class is a sort of requests that strangers have a rate of their own for.
type Class struct {
	Name string // tells its buckets from those of others; empty: Rates.Address
	Rate Rate
	Free bool // not counted at all
}

// Limiter holds a token bucket for each caller.
type Limiter struct {
	rates Rates

	mu      sync.Mutex
	buckets map[string]*list.Element
	recent  *list.List // of *bucket, the latest in front
}

type bucket struct {
	caller string
	tokens float64
	at     time.Time
}

// Verdict is the answer to one request for a token.
type Verdict struct {
	OK        bool
	Limit     int
	Remaining int
	Reset     time.Duration // until the bucket is full
	Retry     time.Duration // until the next token, if not OK
}

// NewLimiter returns a Limiter with empty memory.
func NewLimiter(rates Rates) *Limiter {
	return &Limiter{rates: rates, buckets: map[string]*list.Element{}, recent: list.New()}
}

// Take asks for one token of caller, whose bucket refills by rate.
func (l *Limiter) Take(caller string, rate Rate, now time.Time) Verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucketLocked(caller, rate, now)
	full := float64(rate.Burst)
	b.tokens = min(full, b.tokens+rate.PerSecond*max(0, now.Sub(b.at).Seconds()))
	b.at = now
	v := Verdict{OK: b.tokens >= 1, Limit: rate.Burst}
	if v.OK {
		b.tokens--
	} else {
		v.Retry = seconds((1 - b.tokens) / rate.PerSecond)
	}
	v.Remaining = int(b.tokens)
	v.Reset = seconds((full - b.tokens) / rate.PerSecond)
	return v
}

func (l *Limiter) bucketLocked(caller string, rate Rate, now time.Time) *bucket {
	if e, ok := l.buckets[caller]; ok {
		l.recent.MoveToFront(e)
		return e.Value.(*bucket) //nolint:forcetypeassert // the list holds nothing else
	}
	if l.recent.Len() >= l.rates.MaxKnown {
		oldest := l.recent.Back()
		l.recent.Remove(oldest)
		delete(l.buckets, oldest.Value.(*bucket).caller) //nolint:forcetypeassert // as above
	}
	b := &bucket{caller: caller, tokens: float64(rate.Burst), at: now}
	l.buckets[caller] = l.recent.PushFront(b)
	return b
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// Middleware refuses requests of callers that ask too much. It stands behind
// sign-in. classify, if not nil, says which rate of strangers a request is held to.
func (l *Limiter) Middleware(p *Problems, classify func(*http.Request) Class) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var class Class
			if classify != nil {
				class = classify(r)
			}
			if !class.Free {
				caller, rate := l.callerOf(r, class)
				if err := l.admit(w.Header(), caller, rate); err != nil {
					p.Write(w, r, err)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Unknown takes a token before a credential is looked up that is not in memory.
// Known gives it back for one that was good.
func (l *Limiter) Unknown(w http.ResponseWriter, r *http.Request) error {
	return l.admit(w.Header(), "u"+addressOf(r), l.rates.Unknown)
}

// Known gives back the token that Unknown took: a whole centre that comes back
// from behind one address, after a restart, pays nothing for being right.
func (l *Limiter) Known(r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucketLocked("u"+addressOf(r), l.rates.Unknown, time.Now())
	b.tokens = min(float64(l.rates.Unknown.Burst), b.tokens+1)
}

// Refused takes a token of a stranger for a credential that was no good.
func (l *Limiter) Refused(w http.ResponseWriter, r *http.Request) error {
	return l.admit(w.Header(), "a"+addressOf(r), l.rates.Address)
}

// admit takes a token of caller, says in h how many are left, and fails if there was none.
func (l *Limiter) admit(h http.Header, caller string, rate Rate) error {
	v := l.Take(caller, rate, time.Now())
	h.Set("RateLimit-Limit", strconv.Itoa(v.Limit))
	h.Set("RateLimit-Remaining", strconv.Itoa(v.Remaining))
	h.Set("RateLimit-Reset", wholeSeconds(v.Reset))
	if v.OK {
		return nil
	}
	h.Set("Retry-After", wholeSeconds(v.Retry))
	wait := int(math.Ceil(v.Retry.Seconds()))
	return errs.New(errs.Exhausted, "httpx.Limiter", codeRateLimit).With(errs.Values{"count": wait})
}

// callerOf names who asks, by what proves it best.
func (l *Limiter) callerOf(r *http.Request, class Class) (string, Rate) {
	switch a := actor.From(r.Context()); {
	case !a.Key.IsZero():
		return "k" + a.Key.String(), l.rates.Key
	case !a.Session.IsZero():
		return "s" + a.Session.String(), l.rates.Session
	case !a.Contact.IsZero():
		return "c" + a.Contact.String(), l.rates.Session
	case class.Name != "":
		return class.Name + " " + addressOf(r), class.Rate
	}
	return "a" + addressOf(r), l.rates.Address
}

// addressOf names the network that a request comes from.
func addressOf(r *http.Request) string {
	addr := ClientIP(r)
	if addr.Is6() {
		addr = netip.PrefixFrom(addr, clientBitsIPv6).Masked().Addr()
	}
	return addr.String()
}

func wholeSeconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }
