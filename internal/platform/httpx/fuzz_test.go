package httpx_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

func FuzzCursor(f *testing.F) {
	type position struct {
		At int64
		ID id.Entry
	}
	good, err := httpx.EncodeCursor(position{At: 5, ID: 7})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", good, "bnVsbA", "!!!", "e30"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var at position
		if httpx.DecodeCursor(text, &at) != nil {
			return
		}
		again, err := httpx.EncodeCursor(at)
		if err != nil {
			t.Fatalf("%+v cannot be written: %v", at, err)
		}
		var back position
		if err := httpx.DecodeCursor(again, &back); err != nil || back != at {
			t.Errorf("%+v came back as %+v: %v", at, back, err)
		}
	})
}

func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		"", "{", "null", "[]", `{"id":"","name":"aaa"}`, `{"id":"","name":"\ud800"}`, `{"id":"","name":"a\u0000b","hours":[{"from":3}]}`,
		`{"id":1e999,"name":{}}`, `{"id":"","name":"aaa","hours":` + strings.Repeat("[", 400) + `}`, "\xef\xbb\xbf{}",
	} {
		f.Add("application/json", seed)
	}
	f.Add("text/xml", "<a/>")
	f.Add("application/json; charset=latin1", "{}")
	f.Add("multipart/form-data; boundary=x", "--x--")
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/queues", strings.NewReader(body))
		r.Header.Set("As", "administrator")
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		newSite(t).handler.ServeHTTP(w, r)
		switch {
		case w.Code == http.StatusCreated:
		case w.Code >= http.StatusInternalServerError || w.Code < http.StatusBadRequest:
			t.Errorf("%d %s", w.Code, w.Body)
		case problemOf(t, w).Detail == "":
			t.Errorf("%d without a word: %s", w.Code, w.Body)
		}
	})
}
