package httpx_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/httpx/httpxtest"
)

// most is the bound of the upload under test.
const most = 64 << 10

type uploadInput struct {
	httpx.Upload

	Name string `header:"X-Name"`
}

type uploadOutput struct {
	Body struct {
		Size int64  `json:"size"`
		Name string `json:"name"`
	}
}

// uploadSite takes uploads, which take reads.
func uploadSite(take func(io.Reader) (int64, error)) http.Handler {
	problems := httpx.NewProblems(texts{}, slog.New(slog.DiscardHandler))
	mux := http.NewServeMux()
	api := httpx.NewAPI(mux, httpx.Config{Title: "Zongler", Version: "1", Problems: problems, Idempotency: httpxtest.NewStore()})
	httpx.Register(api, httpx.Operation{
		ID: "upload", Method: http.MethodPost, Path: "/api/v1/files", Tag: "files", Access: httpx.SignedIn, MaxBody: most,
	}, func(_ context.Context, in *uploadInput) (*uploadOutput, error) {
		out := &uploadOutput{}
		out.Body.Name = in.Name
		var err error
		if out.Body.Size, err = take(in.Bytes()); err != nil {
			return nil, errs.E(errs.Invalid, "take", err)
		}
		return out, nil
	})
	return httpx.Chain(mux, httpx.RequestID, problems.Recover, signIn)
}

func takeAll(r io.Reader) (int64, error) { return io.Copy(io.Discard, r) }

// endless gives bytes for ever and counts them.
type endless struct{ given int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.given += int64(len(p))
	return len(p), nil
}

func TestAnUploadIsReadAsItComes(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "first"} {
		first := make(chan struct{})
		site := uploadSite(func(r io.Reader) (int64, error) {
			n, err := io.ReadFull(r, make([]byte, 4))
			if key == "" {
				close(first)
			}
			rest, last := io.Copy(io.Discard, r)
			return int64(n) + rest, errors.Join(err, last)
		})
		server := httptest.NewServer(site)
		t.Cleanup(server.Close)
		body, out := io.Pipe()
		go func() {
			_, _ = out.Write([]byte("half"))
			if key == "" {
				<-first // the other half is sent when the first was read
			}
			_, _ = out.Write([]byte("other"))
			_ = out.Close()
		}()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/api/v1/files", body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("As", "administrator")
		r.Header.Set("X-Name", "a")
		r.Header.Set("Idempotency-Key", key)
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK || string(said) != `{"size":9,"name":"a"}`+"\n" {
			t.Errorf("key %q: %d %s %v", key, answer.StatusCode, said, err)
		}
	}
}

func TestAnUploadBeyondItsBoundEndsThere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what   string
		length int64
		key    string
		most   int64 // bytes that are read at most
	}{
		{"announced", most + 1, "", 0},
		{"in pieces, without an end", -1, "", most + 1},
		{"in pieces, with a key", -1, "again", most + 1},
	} {
		flood := &endless{}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/files", flood)
		r.ContentLength = c.length
		r.Header.Set("As", "administrator")
		r.Header.Set("Idempotency-Key", c.key)
		w := httptest.NewRecorder()
		uploadSite(takeAll).ServeHTTP(w, r)
		p := problemOf(t, w)
		if w.Code != http.StatusRequestEntityTooLarge || p.Code != "body.too_large" || p.Detail != "en/errors/body.too_large map[limit:64 kB]" {
			t.Errorf("%s: %d %+v", c.what, w.Code, p)
		}
		if flood.given > c.most {
			t.Errorf("%s: %d bytes were read", c.what, flood.given)
		}
	}
}

func TestABodyBeyondItsBoundNamesTheBound(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/queues", &endless{})
	r.ContentLength = -1
	r.Header.Set("As", "administrator")
	w := httptest.NewRecorder()
	newSite(t).handler.ServeHTTP(w, r)
	if p := problemOf(t, w); w.Code != http.StatusRequestEntityTooLarge || p.Detail != "en/errors/body.too_large map[limit:1000 B]" {
		t.Errorf("%d %+v", w.Code, p)
	}
}

func TestTheDocumentDescribesAnUpload(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	uploadSite(takeAll).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, httpx.SpecPath, nil))
	if want := `"requestBody":{"content":{"application/octet-stream":{"schema":{"contentMediaType":"application/octet-stream","format":"binary","type":"string"}}},"required":true}`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("the document lacks %s:\n%s", want, w.Body)
	}
}

// lines is a listener whose connections are pipes, so that time can be told.
type lines struct {
	calls chan net.Conn
	ended chan struct{}
}

func (l *lines) Accept() (net.Conn, error) {
	select {
	case c := <-l.calls:
		return c, nil
	case <-l.ended:
		return nil, net.ErrClosed
	}
}

func (l *lines) Close() error {
	close(l.ended)
	return nil
}

func (l *lines) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// slowly uploads with a client that sends what write writes, and returns the status of the answer and how long it took.
func slowly(t *testing.T, write func(io.Writer)) (status int, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		listener := &lines{calls: make(chan net.Conn), ended: make(chan struct{})}
		server := &http.Server{Handler: uploadSite(takeAll), ReadTimeout: time.Minute}
		ended := make(chan error, 1)
		go func() { ended <- server.Serve(listener) }()
		ours, theirs := net.Pipe()
		listener.calls <- theirs
		begun, written := time.Now(), make(chan struct{})
		go func() {
			defer close(written)
			_, _ = io.WriteString(ours, "POST /api/v1/files HTTP/1.1\r\nHost: a\r\nAs: administrator\r\nContent-Length: 1000\r\n\r\n")
			write(ours)
		}()
		answer, err := http.ReadResponse(bufio.NewReader(ours), nil)
		if err != nil {
			t.Fatal(err)
		}
		status, took = answer.StatusCode, time.Since(begun)
		_ = answer.Body.Close()
		_ = ours.Close()
		<-written
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-ended
	})
	return status, took
}

func TestASlowUploadIsCutOff(t *testing.T) {
	t.Parallel()
	if status, took := slowly(t, func(w io.Writer) { _, _ = io.WriteString(w, "half") }); status != http.StatusRequestTimeout || took != 10*time.Second {
		t.Errorf("one that stalls: %d after %s", status, took)
	}
	status, took := slowly(t, func(w io.Writer) {
		for {
			if _, err := io.WriteString(w, "x"); err != nil {
				return
			}
			time.Sleep(9 * time.Second)
		}
	})
	if status != http.StatusRequestTimeout || took != time.Minute {
		t.Errorf("one that trickles: %d after %s", status, took)
	}
	status, took = slowly(t, func(w io.Writer) {
		for range 4 {
			_, _ = io.WriteString(w, strings.Repeat("x", 250))
			time.Sleep(9 * time.Second)
		}
	})
	if status != http.StatusOK || took != 27*time.Second {
		t.Errorf("one that is slow and whole: %d after %s", status, took)
	}
}
