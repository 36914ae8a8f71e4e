package email

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

func TestSettingsAreFilledInAndChecked(t *testing.T) {
	t.Parallel()
	servers := `"imap":{"host":"imap.example"},"smtp":{"host":"smtp.example","tls":"starttls"}`
	normal, err := checkConfig([]byte(`{`+servers+`}`), false)
	if err != nil {
		t.Fatal(err)
	}
	var s Settings
	if err := json.Unmarshal(normal, &s); err != nil {
		t.Fatal(err)
	}
	if s.IMAP.Port != 993 || s.SMTP.Port != 587 || s.Folder != "INBOX" || s.Auth != Password || s.Transport != Servers || s.PerMinute != perMinute {
		t.Errorf("%+v", s)
	}
	cases := []struct{ name, config, path string }{
		{"no host", `{"smtp":{"host":"smtp.example"}}`, "config.imap.host"},
		{"a host with a path", `{"imap":{"host":"https://imap.example/"},"smtp":{"host":"smtp.example"}}`, "config.imap.host"},
		{"an unknown kind of TLS", `{"imap":{"host":"imap.example","port":993,"tls":"ssl"},"smtp":{"host":"smtp.example"}}`, "config.imap.tls"},
		{"a sink where there is none", `{"transport":"sink"}`, "config.transport"},
		{"OAuth2 without a place for tokens", `{"auth":"oauth2","oauth":{"client_id":"x"},` + servers + `}`, "config.oauth.token_url"},
		{"a password among the settings", `{"password":"x",` + servers + `}`, "config"},
		{"what was read goes where it is read", `{"done_folder":"INBOX",` + servers + `}`, "config.done_folder"},
		{"too many in a minute", `{"per_minute":5000,` + servers + `}`, "config.per_minute"},
		{"a folder that breaks a line", `{"folder":"a\r\nb",` + servers + `}`, "config.folder"},
	}
	for _, c := range cases {
		_, err := checkConfig([]byte(c.config), false)
		if told := errs.Told(err); told == nil || len(told.Fields) != 1 || told.Fields[0].Path != c.path {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := checkConfig([]byte(`{"transport":"sink"}`), true); err != nil {
		t.Errorf("the demo has no sink: %v", err)
	}
}

func TestServersAnswersAreJudged(t *testing.T) {
	t.Parallel()
	refusal := func(code int) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no"}
	}
	cases := []struct {
		name    string
		err     error
		verdict channel.Verdict
		code    string
	}{
		{"a refused recipient is refused for good", at(StepSend, refusal(550)), channel.Permanent, "delivery.refused"},
		{"a deferred one is tried again", at(StepSend, refusal(451)), channel.Retry, "delivery.deferred"},
		{"a lost answer is never tried again", at(StepSend, unsure{errCut}), channel.Ambiguous, "delivery.no_answer"},
		{"a line cut before the end of a mail is tried again", at(StepSend, errCut), channel.Retry, "delivery.unreachable"},
		{"a refused password is for a person", at(StepLogin, refusal(535)), channel.Reconnect, "delivery.mailbox"},
		{"a server that is busy at the login is tried again", at(StepLogin, refusal(454)), channel.Retry, "delivery.deferred"},
		{"a line that is cut at the login is tried again", at(StepLogin, io.EOF), channel.Retry, "delivery.unreachable"},
		{"no token is for a person", at(StepToken, tokenError{"invalid_grant"}), channel.Reconnect, "delivery.mailbox"},
		{"a mail that is too large is refused for good", at(StepSend, errSize), channel.Permanent, "delivery.too_large"},
		{"a server that is not there is tried again", at(StepConnect, errors.New("refused")), channel.Retry, "delivery.unreachable"},
	}
	for _, c := range cases {
		f := channel.Judge(judged(c.err))
		if f.Verdict != c.verdict || f.Code != c.code {
			t.Errorf("%s: %s %s", c.name, f.Verdict, f.Code)
		}
	}
	if f := channel.Judge(judged(at(StepSend, refusal(550)))); f.Words != "550 5.1.1 no" {
		t.Errorf("the server's words are %q", f.Words)
	}
}

func TestATokenIsRenewedOnceForAll(t *testing.T) {
	t.Parallel()
	var (
		mu    sync.Mutex
		asked int
	)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked++
		if r.FormValue("refresh_token") != "old" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, `{"error":"invalid_grant"}`)
			return
		}
		_, _ = fmt.Fprintf(w, `{"access_token":"a%d","expires_in":"3600"}`, asked)
	}))
	t.Cleanup(server.Close)
	ts := &tokens{http: server.Client(), store: func(context.Context, channel.EntryPoint, string) error { return nil }}
	p, o := channel.EntryPoint{ID: 1}, OAuth{TokenURL: server.URL, ClientID: "us"}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got, err := ts.of(t.Context(), p, o, Secrets{RefreshToken: "old"}, false); err != nil || !strings.HasPrefix(got, "a") {
				t.Errorf("%q %v", got, err)
			}
		})
	}
	all.Wait()
	if mu.Lock(); asked > 2 { // one flight, or a second that began as it landed
		t.Errorf("asked %d times", asked)
	}
	before := asked
	mu.Unlock()
	if got, err := ts.of(t.Context(), p, o, Secrets{RefreshToken: "old"}, true); err != nil || got != fmt.Sprint("a", before+1) {
		t.Errorf("a refused token is not renewed: %q %v", got, err)
	}
	if _, err := ts.of(t.Context(), p, o, Secrets{RefreshToken: "wrong"}, false); wordsOf(err) != "400 invalid_grant" {
		t.Errorf("%v", err)
	}
}

func TestPausesGrowAndSpread(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int]time.Duration{1: time.Second, 4: 8 * time.Second, 60: longestPause} {
		if d := backoff(false, failures); d > want || d < want*3/4 {
			t.Errorf("the pause after %d failures is %s, want about %s", failures, d, want)
		}
	}
	if d := backoff(true, 1); d < refusedPause*3/4 {
		t.Errorf("after a refused password it asks again in %s", d)
	}
}

func TestBatchesAreBounded(t *testing.T) {
	t.Parallel()
	var all []listed
	for i := range 250 {
		all = append(all, listed{uid: 1, size: int64(1 + i%3*(10<<20))})
	}
	n := 0
	for _, part := range batches(all) {
		var size int64
		for _, l := range part {
			size += l.size
		}
		if n += len(part); len(part) > batchMails || len(part) > 1 && size > batchBytes {
			t.Errorf("a batch of %d mails and %d bytes", len(part), size)
		}
	}
	if n != len(all) {
		t.Errorf("%d of %d mails are in a batch", n, len(all))
	}
}

func FuzzReadToken(f *testing.F) {
	f.Add(200, `{"access_token":"x","expires_in":3600}`)
	f.Add(200, `{"expires_in":"soon"}`)
	f.Add(400, `<html>`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		a, err := readToken(status, strings.NewReader(body))
		if err == nil && (status != http.StatusOK || a.AccessToken == "") {
			t.Errorf("%d %q gives a token", status, body)
		}
	})
}

func FuzzSettings(f *testing.F) {
	f.Add(`{"imap":{"host":"imap.example"},"smtp":{"host":"smtp.example","tls":"starttls"}}`)
	f.Add(`{"transport":"sink","per_minute":-1}`)
	f.Fuzz(func(t *testing.T, config string) {
		normal, err := checkConfig([]byte(config), true)
		if err != nil {
			return
		}
		again, err := checkConfig(normal, true)
		if err != nil || string(again) != string(normal) {
			t.Errorf("%s becomes %s and then %s (%v)", config, normal, again, err)
		}
	})
}

func FuzzClip(f *testing.F) {
	f.Add("550 5.1.1 \xff ő\r\nX: y")
	f.Fuzz(func(t *testing.T, words string) {
		if got := clip(words); len(got) > maxWords || strings.ContainsAny(got, "\r\n") {
			t.Errorf("%q", got)
		}
	})
}

func TestATokenIsShownAsTheServerTakesIt(t *testing.T) {
	t.Parallel()
	a := account{point: channel.EntryPoint{Address: "a,b=c@fala.example"}, settings: Settings{Auth: OAuth2}, token: func(context.Context, bool) (string, error) { return "T", nil }}
	for _, c := range []struct {
		offered []string
		way     string
		first   string
	}{
		{[]string{"PLAIN", "OAUTHBEARER", "XOAUTH2"}, "XOAUTH2", "user=a,b=c@fala.example\x01auth=Bearer T\x01\x01"},
		{[]string{"PLAIN", "OAUTHBEARER"}, "OAUTHBEARER", "n,a=a=2Cb=3Dc@fala.example,\x01auth=Bearer T\x01\x01"},
	} {
		way, err := a.client(t.Context(), "", func(mechanism string) bool { return slices.Contains(c.offered, mechanism) }, false)
		if err != nil {
			t.Fatal(err)
		}
		name, first, err := way.Start()
		if name != c.way || string(first) != c.first || err != nil {
			t.Errorf("%s %q, %v", name, first, err)
		}
		if _, err := way.Next([]byte(`{"status":"invalid_token"}`)); !tokenRefused(err) || wordsOf(err) != `{"status":"invalid_token"}` {
			t.Errorf("refused: %v", err)
		}
	}
	if _, err := a.client(t.Context(), "", func(mechanism string) bool { return mechanism == "PLAIN" }, false); !errors.Is(err, errNoSASL) {
		t.Errorf("a server that takes no tokens: %v", err)
	}
}

func TestKeysOfDKIMAreLongEnough(t *testing.T) {
	t.Parallel()
	written := func(key any) string {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, small, _ := ed25519.GenerateKey(rand.Reader)
	curve, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	old := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(long)}))
	for name, c := range map[string]struct {
		text string
		good bool
	}{"RSA": {written(long), true}, "as OpenSSL wrote it": {old, true}, "Ed25519": {written(small), true}, "of another kind": {written(curve), false}, "no key": {"-----BEGIN X-----", false}, "nothing": {"", false}} {
		if _, err := dkimKey(c.text); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}
