package outhttp_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/platform/outhttp"
)

// get calls target and reads the whole answer.
func get(t *testing.T, c outhttp.Config, target string) (string, error) {
	t.Helper()
	client, err := outhttp.New(c)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Get(target) // bounded by the client
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

// server answers /: ok, /big: 2000 bytes without a length, /loop: itself, /away: where it is told to go.
func server(t *testing.T) (base, port string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) {
		for range 20 {
			_, _ = io.WriteString(w, strings.Repeat("x", 100))
			_ = http.NewResponseController(w).Flush()
		}
	})
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	})
	mux.HandleFunc("/silent", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return s.URL, u.Port()
}

func TestOurOwnNetworkIsNotCalled(t *testing.T) {
	t.Parallel()
	base, port := server(t)
	for _, c := range []struct {
		what, target string
		allow        []string
		want         error
	}{
		{"loopback", base, nil, outhttp.ErrForbidden},
		{"a name of loopback", "http://localhost:" + port, nil, outhttp.ErrForbidden},
		{"loopback as IPv4 in IPv6", "http://[::ffff:127.0.0.1]:" + port, nil, outhttp.ErrForbidden},
		{"loopback of IPv6", "http://[::1]:" + port, nil, outhttp.ErrForbidden},
		{"metadata of a cloud", "http://169.254.169.254/latest", nil, outhttp.ErrForbidden},
		{"any address", "http://0.0.0.0:" + port, nil, outhttp.ErrForbidden},
		{"allowed by network", base, []string{"127.0.0.0/8"}, nil},
		{"allowed by address", base, []string{"127.0.0.1"}, nil},
		{"allowed by name", "http://localhost:" + port, []string{"LocalHost"}, nil},
		{"another name allowed", base, []string{"localhost"}, outhttp.ErrForbidden},
		{"a file", "file:///etc/passwd", []string{"127.0.0.1"}, outhttp.ErrScheme},
		{"a redirect inward", "http://localhost:" + port + "/away?to=" + base, []string{"localhost"}, outhttp.ErrForbidden},
		{"a redirect to a file", base + "/away?to=file:///etc/passwd", []string{"127.0.0.1"}, outhttp.ErrScheme},
		{"a redirect without end", base + "/loop", []string{"127.0.0.1"}, outhttp.ErrRedirects},
		{"an allowed redirect", base + "/away?to=/", []string{"127.0.0.1"}, nil},
	} {
		body, err := get(t, outhttp.Config{Allow: c.allow}, c.target)
		if !errors.Is(err, c.want) || c.want == nil && (err != nil || body != "ok") {
			t.Errorf("%s: %q %v, want %v", c.what, body, err, c.want)
		}
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	base, _ := server(t)
	allow := []string{"127.0.0.1"}
	if body, err := get(t, outhttp.Config{Allow: allow, MaxBody: 2000}, base+"/big"); err != nil || len(body) != 2000 {
		t.Errorf("an answer as large as allowed: %d bytes, %v", len(body), err)
	}
	if body, err := get(t, outhttp.Config{Allow: allow, MaxBody: 1999}, base+"/big"); !errors.Is(err, outhttp.ErrTooLarge) || len(body) != 1999 {
		t.Errorf("a larger answer: %d bytes, %v", len(body), err)
	}
	if _, err := get(t, outhttp.Config{Allow: allow, MaxBody: 1}, base); !errors.Is(err, outhttp.ErrTooLarge) {
		t.Errorf("an answer that says it is larger: %v", err)
	}
	if _, err := get(t, outhttp.Config{Allow: allow, Timeout: time.Millisecond}, base+"/silent"); err == nil {
		t.Error("a silent server is waited for")
	}
}

func TestRubbishIsNotAllowed(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{"", "*", "https://example.com", "10.0.0.0/99"} {
		if _, err := outhttp.New(outhttp.Config{Allow: []string{entry}}); err == nil {
			t.Errorf("%q is taken", entry)
		}
	}
}
