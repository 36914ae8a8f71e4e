package telemetry_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/platform/telemetry"
)

const poison = "p0is0n"

func TestPoisonDoesNotReachTheLog(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		var out strings.Builder
		log, err := telemetry.NewLogger(&out, "debug", format)
		if err != nil {
			t.Fatal(err)
		}
		address, _ := url.Parse("s3://key:" + poison + "@host/bucket")
		log.With("api_key", poison).WithGroup("session_token").Info("hello", "inner", poison)
		//nolint:sloglint // names as strangers write them
		log.Info("hello", "password", poison, "Authorization", "Bearer "+poison, "set-cookie", poison, "accessToken", []string{poison},
			"header", "Bearer "+poison, "header2", "Bearer "+poison+" and more", "url", "postgres://zongler:"+poison+"@db/zongler?x=1",
			"two", "amqp://a:"+poison+"@b, nats://c:"+poison+"@d", "odd", "s3://key:a@"+poison+"@host", "address", address,
			"err", errors.New("dial postgres://zongler:"+poison+"@db: refused"),
			slog.Group("client_secret", "value", poison))
		if strings.Contains(out.String(), poison) {
			t.Errorf("%s: %s", format, out.String())
		}
		for _, part := range []string{"postgres://zongler:[redacted]@db/zongler?x=1", "and more", "refused"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%s lacks %q: %s", format, part, out.String())
			}
		}
	}
}

func TestLevelsAndFormatsAreChecked(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	log, err := telemetry.NewLogger(&out, "warn", "json")
	if err != nil {
		t.Fatal(err)
	}
	log.Info("not this")
	log.Warn("this")
	if strings.Contains(out.String(), "not this") || !strings.Contains(out.String(), `"msg":"this"`) {
		t.Error(out.String())
	}
	for _, bad := range [][2]string{{"loud", "json"}, {"info", "xml"}} {
		if _, err := telemetry.NewLogger(io.Discard, bad[0], bad[1]); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

func TestReadinessNamesWhatFailsAndHidesWhy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		checks := []telemetry.Check{
			{Name: "database", Run: func(context.Context) error { return nil }},
			{Name: "files", Run: func(context.Context) error { return errors.New("disk " + poison) }},
			{Name: "bus", Run: func(context.Context) error { <-release; return nil }}, // looks at no context
		}
		call := func(checks ...telemetry.Check) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			telemetry.Ready(slog.New(slog.DiscardHandler), checks...).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
			return w
		}
		want := `{"checks":{"bus":"failed","database":"ok","files":"failed"},"ready":false}` + "\n"
		if w := call(checks...); w.Code != http.StatusServiceUnavailable || w.Body.String() != want {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		close(release)
		if w := call(checks[0]); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"ready":true`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	w := httptest.NewRecorder()
	telemetry.Live(w, nil)
	if w.Code != http.StatusOK || w.Body.String() != "ok\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestReadinessIsLookedIntoOnceASecondHoweverManyAsk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		looked := 0
		h := telemetry.Ready(slog.New(slog.DiscardHandler), telemetry.Check{Name: "database", Run: func(context.Context) error { looked++; return nil }})
		ask := func() {
			for range 50 {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/readyz", nil))
			}
		}
		ask()
		if looked != 1 {
			t.Errorf("looked %d times for fifty who asked", looked)
		}
		time.Sleep(time.Second) // in the bubble
		ask()
		if looked != 2 {
			t.Errorf("looked %d times in two seconds", looked)
		}
	})
}

func TestFiguresOfOthersAreReadAtEachScrape(t *testing.T) {
	t.Parallel()
	m := telemetry.NewMetrics("1")
	jobs := 0.0
	m.Gauge("jobs", "Jobs", map[string]string{"state": "dead"}, func() float64 { jobs++; return jobs })
	m.Counter("frames_total", "Frames", func() float64 { return 12 })
	for _, want := range []string{`zongler_jobs{state="dead"} 1`, `zongler_jobs{state="dead"} 2`} {
		w := httptest.NewRecorder()
		m.Handler(slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		if !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), "zongler_frames_total 12") {
			t.Errorf("no %s", want)
		}
	}
}

// routed answers with the route that a mux would name.
func routed(*http.Request) string { return "GET /s/{token}" }

func TestFiguresAreByRoute(t *testing.T) {
	t.Parallel()
	m := telemetry.NewMetrics("1.2.3")
	h := m.Middleware(routed)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/s/"+poison, nil))
	w := httptest.NewRecorder()
	m.Handler(slog.New(slog.DiscardHandler)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, part := range []string{
		`zongler_http_request_seconds_count{route="GET /s/{token}",status="4xx"} 1`, `zongler_build_info{version="1.2.3"} 1`,
		"zongler_http_requests_running 0", "go_goroutines",
	} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("no %s", part)
		}
	}
	if strings.Contains(w.Body.String(), poison) {
		t.Error("an address is a label")
	}
}

func TestTracesGoToTheCollectorWithoutAddresses(t *testing.T) {
	t.Parallel()
	received := make(chan string, 1)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		received <- r.URL.Path + " " + string(body)
	}))
	t.Cleanup(collector.Close)
	tracing, err := telemetry.NewTracing(t.Context(), collector.URL, "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/s/"+poison+"?q="+poison, nil)
	r.Header.Set("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01") // sampled by the caller
	tracing.Middleware(routed)(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), r)
	if err := tracing.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := <-received
	if !strings.HasPrefix(sent, "/v1/traces ") || !strings.Contains(sent, "GET /s/{token}") || strings.Contains(sent, poison) {
		t.Errorf("%q", sent)
	}
}

func TestWithoutACollectorThereAreNoTraces(t *testing.T) {
	t.Parallel()
	tracing, err := telemetry.NewTracing(t.Context(), "", "1")
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	tracing.Middleware(routed)(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if err := tracing.Stop(t.Context()); err != nil || w.Code != http.StatusNotFound {
		t.Errorf("%d %v", w.Code, err)
	}
}
