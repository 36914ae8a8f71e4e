package telegram

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
)

// telegram-test-api, which others have made to test their bots, tells us what somebody
// writes and takes our answer: what we know of Telegram we do not know from our own fake alone.
func TestAPeerUnderstandsUs(t *testing.T) {
	if os.Getenv("ZONGLER_E2E_SOCIAL") == "" {
		t.Skip("make e2e-social runs it")
	}
	lines, tell, url, token := startPeer(t)
	c := Client{URL: url, HTTP: &http.Client{Timeout: time.Minute}}
	const text = "Zażółć gęślą jaźń 👍"
	tell(text)
	<-lines // that it was written
	var raws []json.RawMessage
	if err := c.call(t.Context(), token, "getUpdates", map[string]any{"timeout": 5, "limit": 10, "allowed_updates": wanted()}, &raws); err != nil || len(raws) != 1 {
		t.Fatalf("%d %v", len(raws), err)
	}
	in, err := understand(channel.EntryPoint{ID: 7, Tenant: 1, Address: "123456"}, raws[0])
	if err != nil || in.Text != text || in.Thread != "5" || in.Sender.ExternalID != "5" || in.Sender.DisplayName != "Ola" {
		t.Fatalf("%+v %v: %s", in, err, raws[0])
	}
	if err := c.call(t.Context(), token, "sendMessage", map[string]any{"chat_id": in.Sender.ExternalID, "text": "Dziękuję, ő"}, nil); err != nil {
		t.Fatal(err)
	}
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	select {
	case line := <-lines:
		if line["answer"] != "Dziękuję, ő" || line["chat"] != "5" {
			t.Errorf("%v", line)
		}
	case <-timer.C:
		t.Fatal("it has got no answer")
	}
}

// freePort returns a port that nobody uses.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // the peer takes its place
	return l.Addr().(*net.TCPAddr).Port
}

// startPeer starts telegram-test-api until the test ends.
func startPeer(t *testing.T) (lines <-chan map[string]any, tell func(text string), url, token string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "telegram.mjs", fmt.Sprint(freePort(t)))
	cmd.Dir, cmd.Stderr = "../../../e2e/social/peers", os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	said := make(chan map[string]any, 20)
	go func() {
		defer close(said)
		for scan := bufio.NewScanner(out); scan.Scan(); {
			var line map[string]any
			if json.Unmarshal(scan.Bytes(), &line) == nil {
				said <- line
			}
		}
	}()
	first, ok := <-said
	if !ok {
		t.Fatal("the peer does not start: npm --prefix e2e/social/peers ci")
	}
	return said, func(text string) {
		raw, err := json.Marshal(map[string]string{"text": text})
		if err == nil {
			_, err = in.Write(append(raw, '\n'))
		}
		if err != nil {
			t.Fatal(err)
		}
	}, fmt.Sprint(first["url"]), fmt.Sprint(first["token"])
}
