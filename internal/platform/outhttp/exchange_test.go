package outhttp

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestALostAnswerSaysWhetherWeMayHaveBeenHeard(t *testing.T) {
	t.Parallel()
	whole := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "0123456789") }))
	t.Cleanup(whole.Close)
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "0123")
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(broken.Close)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	go func() { // takes the call and goes away
		if c, err := silent.Accept(); err == nil {
			_ = c.Close()
		}
	}()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for name, c := range map[string]struct {
		url    string
		body   string
		lost   bool
		maybe  bool
		status int
	}{
		"an answer, as far as it is wanted": {whole.URL, "01234", false, false, http.StatusOK},
		"an answer that broke off":          {broken.URL, "", true, true, 0},
		"a line that went away":             {"http://" + silent.Addr().String(), "", true, true, 0},
		"nobody there":                      {gone.URL, "", true, false, 0},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url+"/?token=secret", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Exchange(&http.Client{}, r, 5)
		lost, is := errors.AsType[*Lost](err)
		if is != c.lost || is && lost.Began != c.maybe || string(got.Body) != c.body || got.Status != c.status {
			t.Errorf("%s: %d %q, %v", name, got.Status, got.Body, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the address is in the error: %v", name, err)
		}
	}
}

func TestAFormHasItsFieldsAndItsFile(t *testing.T) {
	t.Parallel()
	body, kind, err := Form(map[string]string{"to": "48600"}, File{Field: "file", Name: "zdję\"cie\r\n.png", Type: "image/png", Body: strings.NewReader("bytes")})
	if err != nil {
		t.Fatal(err)
	}
	_, parameters, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatal(err)
	}
	form, err := multipart.NewReader(body, parameters["boundary"]).ReadForm(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	file := form.File["file"]
	if form.Value["to"][0] != "48600" || len(file) != 1 || file[0].Header.Get("Content-Type") != "image/png" || file[0].Size != 5 || strings.ContainsAny(file[0].Filename, "\r\n") {
		t.Errorf("%v %+v", form.Value, file)
	}
}
