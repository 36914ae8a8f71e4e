package mastodontest

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"
)

// masto.js, with which many clients speak to Mastodon, understands what we call a server: what
// the channel is tested against is not only what we think of Mastodon.
func TestAPeerUnderstandsTheServer(t *testing.T) {
	if os.Getenv("ZONGLER_E2E_SOCIAL") == "" {
		t.Skip("make e2e-social runs it")
	}
	s := New()
	t.Cleanup(s.Close)
	cmd := exec.CommandContext(t.Context(), "node", "masto.mjs", s.URL(), s.Token)
	cmd.Dir, cmd.Stderr = "../../../../e2e/social/peers", os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	lines := make(chan map[string]any)
	go func() {
		defer close(lines)
		for all := bufio.NewScanner(out); all.Scan(); {
			var said map[string]any
			if json.Unmarshal(all.Bytes(), &said) == nil {
				lines <- said
			}
		}
	}()
	says := func(want map[string]any) {
		t.Helper()
		timer := time.NewTimer(2 * time.Minute)
		defer timer.Stop()
		select {
		case got := <-lines:
			for name, value := range want {
				raw, _ := json.Marshal(got[name])
				if wanted, _ := json.Marshal(value); string(raw) != string(wanted) {
					t.Errorf("%s is %s, want %s", name, raw, wanted)
				}
			}
		case <-timer.C:
			t.Fatal("it says nothing")
		}
	}
	says(map[string]any{"acct": "fala", "characters": 500})
	for look := time.NewTicker(20 * time.Millisecond); s.Streams() == 0; { // the client does not say when it listens
		select {
		case <-look.C:
		case <-t.Context().Done():
			t.Fatal("it never listens")
		}
	}
	for _, id := range []string{"100", "101", "102"} {
		s.Says(Status{ID: id, By: "zofia", Text: "@fala halo", Visibility: "unlisted"})
	}
	says(map[string]any{"type": "mention", "id": "100", "visibility": "unlisted"})
	says(map[string]any{"listed": 3})
	says(map[string]any{
		"parent": "100", "files": 1, "mentioned": []string{"zofia"}, "above": []string{"100"}, "edited": true, "liked": true, "blocked": true, "free": true,
		"refused": "Validation failed: Text character limit of 500 exceeded",
	})
}
