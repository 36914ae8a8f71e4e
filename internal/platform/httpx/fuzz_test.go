package httpx_test

import (
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
