package public

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/web"
)

// Pace of requests that make something for somebody who has shown nothing yet, by address.
const (
	newcomersPerSecond = 5
	newcomersAtOnce    = 60
	addressesMax       = 100_000
)

// Pace of invitations that nobody has made, by address: guesses, and links that were cut.
const (
	guessesPerSecond = 0.1
	guessesAtOnce    = 20
)

// preflightFor is how long a browser remembers what a foreign page may ask.
const preflightFor = 7200 // seconds

// Blobs read files.
type Blobs interface {
	Get(ctx context.Context, key string) (io.ReadSeekCloser, blob.Info, error)
}

// Services is what the requests need.
type Services struct {
	Chat  *webchat.Server
	Blobs Blobs // of the brands' logos
	Demo  Demo  // nil: this is no demo
	Post  Post  // of the demo's customers; nil: there is none
	Log   *slog.Logger
}

// site answers the widget's requests.
type site struct {
	Services

	problems *httpx.Problems
	pace     *httpx.Limiter
	guesses  *httpx.Limiter
}

// Register puts the addresses on mux.
func Register(mux *http.ServeMux, problems *httpx.Problems, s Services) {
	rates := httpx.DefaultRates()
	rates.MaxKnown = addressesMax
	guesses := httpx.Rates{Unknown: httpx.Rate{PerSecond: guessesPerSecond, Burst: guessesAtOnce}, MaxKnown: addressesMax}
	x := &site{Services: s, problems: problems, pace: httpx.NewLimiter(rates), guesses: httpx.NewLimiter(guesses)}
	for pattern, h := range map[string]handler{
		"GET /w/config":           x.config,
		"GET /w/logo/{key}":       x.logo,
		"POST /w/visitors":        x.visitors,
		"DELETE /w/visitors":      x.signOut,
		"POST /w/messages":        x.messages,
		"GET /w/entries":          x.entries,
		"POST /w/attachments":     x.upload,
		"GET /w/attachments/{id}": x.file,
		"POST /w/offline":         x.offline,
	} {
		mux.Handle(pattern, x.handle(h))
	}
	mux.HandleFunc("GET /w/ws", x.socket)
	mux.HandleFunc("OPTIONS /w/", preflight)
	mux.Handle("/w/", web.WidgetHandler())
	x.registerInvitations(mux)
	if s.Demo != nil {
		mux.HandleFunc("GET /demo/{slug}", x.demo)
		mux.HandleFunc("GET /demo/{slug}/{file}", x.demoFile)
	}
	if s.Post != nil {
		mux.HandleFunc("GET /demo/{slug}/mail", x.demoMail)
		mux.HandleFunc("POST /demo/{slug}/mail", x.demoWrite)
	}
}

// call is one request of a widget.
type call struct {
	w    http.ResponseWriter
	r    *http.Request
	from webchat.Peer
}

// handler answers a call, or returns why not.
type handler func(c *call) error

// handle says who may read the answer, and says errors in the visitor's language.
// Whether the origin may use the widget is for the use-case to judge: it knows whose widget it is.
func (x *site) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		allowReading(w.Header(), r)
		w.Header().Set("Cache-Control", "no-store")
		c := &call{w: w, r: r, from: peerOf(r)}
		if err := h(c); err != nil {
			retryAfter(w.Header(), err)
			x.problems.Write(w, c.r, err)
		}
	})
}

func peerOf(r *http.Request) webchat.Peer {
	return webchat.Peer{Origin: r.Header.Get("Origin"), Host: r.Host, Language: r.Header.Get("Accept-Language")}
}

// speak makes the problems of this call speak a visitor's language.
func (c *call) speak(lang string) {
	if lang != "" {
		c.r = c.r.WithContext(actor.With(c.r.Context(), actor.Actor{Language: lang}))
	}
}

// allowReading lets the page that asked read the answer. No answer depends on
// cookies, so a page learns nothing that it could not ask by itself.
func allowReading(h http.Header, r *http.Request) {
	h.Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Set("Access-Control-Expose-Headers", "Retry-After")
	}
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// preflight answers a browser that asks on behalf of a foreign page. It cannot
// know for which widget; the request itself is judged.
func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	allowReading(h, r)
	h.Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
	h.Set("Access-Control-Allow-Headers", "authorization, content-type, x-file-name")
	h.Set("Access-Control-Max-Age", strconv.Itoa(preflightFor))
	w.WriteHeader(http.StatusNoContent)
}

// retryAfter says when a visitor who was too fast may try again.
func retryAfter(h http.Header, err error) {
	if !errs.Is(errs.Exhausted, err) || h.Get("Retry-After") != "" {
		return
	}
	wait := 1
	if told := errs.Told(err); told != nil {
		if n, ok := told.Values["retry"].(int); ok {
			wait = n
		}
	}
	h.Set("Retry-After", strconv.Itoa(wait))
}

// newcomer refuses an address from which too many come. Loopback is a proxy that
// nobody told us of, or this machine itself: there it would hit the wrong ones.
func (x *site) newcomer(r *http.Request) error {
	addr := httpx.ClientIP(r)
	if addr.IsLoopback() {
		return nil
	}
	const householdBits = 64
	if addr.Is6() {
		if household, err := addr.Prefix(householdBits); err == nil {
			addr = household.Addr()
		}
	}
	v := x.pace.Take(addr.String(), httpx.Rate{PerSecond: newcomersPerSecond, Burst: newcomersAtOnce}, time.Now())
	if v.OK {
		return nil
	}
	return errs.New(errs.Exhausted, "public.newcomer", webchat.CodeLimited).With(errs.Values{"retry": int(v.Retry/time.Second) + 1})
}
