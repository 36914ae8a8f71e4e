package httpx_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/httpx"
)

func TestTheClientsAddressComesFromTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	proxies, err := httpx.ParseProxies([]string{"10.0.0.0/8", "127.0.0.1", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, peer, forwarded, proto, want, wantTLS string }{
		{"no proxy", "203.0.113.9:1", "", "", "203.0.113.9", "false"},
		{"a liar", "203.0.113.9:1", "198.51.100.1", "https", "203.0.113.9", "false"},
		{"one proxy", "10.1.1.1:1", "198.51.100.1", "https", "198.51.100.1", "true"},
		{"two proxies", "127.0.0.1:1", "198.51.100.1, 10.2.2.2", "http", "198.51.100.1", "false"},
		{"a forged first hop", "10.1.1.1:1", "1.1.1.1, 198.51.100.1", "", "198.51.100.1", "false"},
		{"rubbish", "10.1.1.1:1", "what", "", "10.1.1.1", "false"},
		{"IPv6", "[fd00::1]:1", "2001:db8::7", "", "2001:db8::7", "false"},
		{"mapped IPv4", "[::ffff:10.1.1.1]:1", "198.51.100.1", "", "198.51.100.1", "false"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.forwarded)
		r.Header.Set("X-Forwarded-Proto", c.proto)
		proxies.Client(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if got := httpx.ClientIP(r).String(); got != c.want {
				t.Errorf("%s: %s, want %s", c.what, got, c.want)
			}
			if httpx.IsTLS(r) != (c.wantTLS == "true") || r.Header.Get("X-Forwarded-For") != "" {
				t.Errorf("%s: TLS %v, headers %v", c.what, httpx.IsTLS(r), r.Header)
			}
		})).ServeHTTP(httptest.NewRecorder(), r)
	}
	if _, err := httpx.ParseProxies([]string{"proxy.example.com"}); err == nil {
		t.Error("a name is taken for an address")
	}
}

func TestACentreThatComesBackFromBehindOneAddressPaysNothing(t *testing.T) {
	t.Parallel()
	limiter := httpx.NewLimiter(httpx.Rates{Unknown: httpx.Rate{PerSecond: 0.001, Burst: 2}, MaxKnown: 2})
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	unknown := func() error { return limiter.Unknown(httptest.NewRecorder(), r) }
	for range 10 {
		if err := unknown(); err != nil {
			t.Fatalf("somebody of the centre is refused: %v", err)
		}
		limiter.Known(r)
	}
	for range 2 {
		if err := unknown(); err != nil {
			t.Fatalf("a stranger is refused too early: %v", err)
		}
	}
	if err := unknown(); !errs.Is(errs.Exhausted, err) {
		t.Errorf("a third made-up credential: %v", err)
	}
}

func TestCallersAreHeldToTheirRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		problems := httpx.NewProblems(texts{}, slog.New(slog.DiscardHandler))
		limiter := httpx.NewLimiter(httpx.Rates{Address: httpx.Rate{PerSecond: 1, Burst: 2}, MaxKnown: 2})
		h := httpx.Chain(http.NotFoundHandler(), httpx.RequestID, limiter.Middleware(problems, nil))
		call := func(from string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = from
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w
		}
		for want := range 2 {
			if w := call("192.0.2.1:1"); w.Code != 404 || w.Header().Get("RateLimit-Remaining") != []string{"1", "0"}[want] {
				t.Fatalf("request %d: %d %v", want, w.Code, w.Header())
			}
		}
		w := call("192.0.2.1:2")
		if p := problemOf(t, w); p.Status != 429 || p.Code != "rate.limited" || w.Header().Get("Retry-After") != "1" || w.Header().Get("RateLimit-Reset") != "2" {
			t.Errorf("%+v %v", p, w.Header())
		}
		if w := call("192.0.2.2:1"); w.Code != 404 {
			t.Errorf("another caller pays: %d", w.Code)
		}
		if w := call("[2001:db8::1]:1"); w.Header().Get("RateLimit-Remaining") != "1" {
			t.Errorf("IPv6 caller: %v", w.Header())
		}
		if w := call("[2001:db8::2]:1"); w.Header().Get("RateLimit-Remaining") != "0" {
			t.Errorf("one household counts as two callers: %v", w.Header())
		}
		time.Sleep(time.Second) // in the bubble: the clock jumps
		if w := call("192.0.2.2:1"); w.Code != 404 {
			t.Errorf("after a second: %d", w.Code)
		}
	})
}

func TestTheAccessLogHoldsNoAddresses(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	mux := http.NewServeMux()
	mux.HandleFunc("GET /s/{token}", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "thanks") })
	h := httpx.Chain(mux, httpx.RequestID, httpx.AccessLog(slog.New(slog.NewTextHandler(&log, nil)), httpx.Route(mux)))
	r := httptest.NewRequest(http.MethodGet, "/s/secret-token?mail=anna@example.com", nil)
	h.ServeHTTP(httptest.NewRecorder(), r)
	for _, part := range []string{"secret-token", "anna@example.com", "192.0.2"} {
		if strings.Contains(log.String(), part) {
			t.Errorf("%s is in the log: %s", part, log.String())
		}
	}
	if !strings.Contains(log.String(), `route="GET /s/{token}" status=200 bytes=6`) {
		t.Error(log.String())
	}
}

func TestOnlyOurOwnPagesMayChangeThings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, method, target string
		headers              []string
		refused              bool
	}{
		{"our own page", "POST", "/api/v1/x", []string{"Sec-Fetch-Site: same-origin"}, false},
		{"another site", "POST", "/api/v1/x", []string{"Sec-Fetch-Site: cross-site"}, true},
		{"an old browser on another site", "POST", "/api/v1/x", []string{"Origin: https://evil.example"}, true},
		{"another site that reads", "GET", "/api/v1/x", []string{"Sec-Fetch-Site: cross-site"}, false},
		{"no browser", "POST", "/api/v1/x", nil, false},
		{"a key", "POST", "/api/v1/x", []string{"Sec-Fetch-Site: cross-site", "Authorization: Bearer x"}, false},
		{"the widget", "POST", "/w/x", []string{"Sec-Fetch-Site: cross-site"}, false},
	} {
		if w := newSite(t).call(c.method, c.target, "", c.headers...); (w.Code == http.StatusForbidden) != c.refused {
			t.Errorf("%s: %d", c.what, w.Code)
		}
	}
}

func TestAPolicyNamesWhatAPageMayDo(t *testing.T) {
	t.Parallel()
	got := httpx.Policy{Frames: []string{"https://shop.example"}}.String()
	for _, part := range []string{"script-src 'self';", "frame-ancestors https://shop.example", "default-src 'none';", "base-uri 'none'"} {
		if !strings.Contains(got, part) {
			t.Errorf("%s lacks %s", got, part)
		}
	}
}
