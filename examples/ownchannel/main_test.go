package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/kit/stdhook"
)

// What the example signs is what Zongler verifies, and the other way round.
func TestTheExampleAndZonglerUnderstandEachOther(t *testing.T) {
	t.Parallel()
	events, commands := stdhook.NewSecret(), stdhook.NewSecret()
	got := make(chan string, 2)
	zongler := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if _, err := stdhook.Verify(r.Header, time.Now(), body, events); err != nil {
			t.Error(err)
		}
		got <- string(body)
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(zongler.Close)
	key, err := parseKey(events.String())
	if err != nil {
		t.Fatal(err)
	}
	var screen bytes.Buffer
	c := customer{thread: "t", events: zongler.URL, key: key, out: &screen}
	if err := c.write(t.Context(), "Dzień dobry"); err != nil || !strings.Contains(<-got, `"text":"Dzień dobry"`) {
		t.Errorf("not told: %v", err)
	}

	body := []byte(`{"id":"42","type":"message.send","author":"Ola","text":"Witam"}`)
	ask := func(sign stdhook.Secret) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
		stdhook.Sign(r.Header, "msg_42", time.Now(), body, stdhook.NewSecret(), sign)
		w := httptest.NewRecorder()
		c.commands(commands).ServeHTTP(w, r)
		return w.Code
	}
	if status := ask(stdhook.NewSecret()); status != http.StatusUnauthorized || screen.Len() > 0 {
		t.Errorf("a stranger gets %d, the screen shows %q", status, screen.String())
	}
	if status := ask(commands); status != http.StatusOK || screen.String() != "Ola: Witam\n" {
		t.Errorf("%d, the screen shows %q", status, screen.String())
	}
	if receipt := <-got; !strings.Contains(receipt, `"our_id":"42"`) {
		t.Errorf("the receipt says %s", receipt)
	}
}
