package mail

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/zongler/zongler/internal/app"
	"github.com/zongler/zongler/internal/platform/config"
)

const ours = "pomoc@fala.example"

type fields map[string]any

// centre is a whole Zongler with the demo's people, beside mail servers of its own.
type centre struct {
	t            testing.TB
	servers      *servers
	url          string
	chief, agent *http.Client
	brand, queue string
	box          string
}

func openCentre(tb testing.TB, s *servers, database string) *centre {
	tb.Helper()
	// Certificates of this test are to be trusted by the whole process, before anything looks at one.
	must(tb, os.Setenv("SSL_CERT_FILE", filepath.Join(s.Dir, "cert.pem"))) //nolint:usetesting // it is read once
	c := config.Default(filepath.Join(s.Dir, "centre"))
	if database != "" {
		c.DatabaseURL = database
	}
	must(tb, os.MkdirAll(c.Data, 0o700))
	c.HTTPAddr, c.InsideAllow = "127.0.0.1:0", []string{"127.0.0.0/8"}
	listening := make(chan net.Addr, 1)
	log := slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
	a, err := app.New(tb.Context(), c, app.Options{Version: "test", Demo: true, Listening: func(addr net.Addr) { listening <- addr }}, log)
	must(tb, err)
	ctx, stop := context.WithCancel(context.WithoutCancel(tb.Context()))
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	tb.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			tb.Errorf("it did not end well: %v", err)
		}
		if err := a.Close(); err != nil {
			tb.Error(err)
		}
	})
	m := &centre{t: tb, servers: s, url: "http://" + (<-listening).String()}
	m.chief, m.agent = m.signIn("administrator"), m.signIn("agent")
	m.furnish()
	return m
}

func (m *centre) signIn(role string) *http.Client {
	m.t.Helper()
	jar, err := cookiejar.New(nil)
	must(m.t, err)
	client := &http.Client{Jar: jar, Timeout: within}
	m.call(client, "POST", "/session/demo", fields{"role": role}, nil)
	return client
}

// furnish makes a queue that the agent takes work from.
func (m *centre) furnish() {
	m.t.Helper()
	var brands struct{ Items []struct{ ID string } }
	m.call(m.chief, "GET", "/brands", nil, &brands)
	m.brand = brands.Items[0].ID
	var made, me struct {
		ID   string `json:"id"`
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	}
	m.call(m.chief, "POST", "/queues", fields{"brand_id": m.brand, "name": "Poczta", "pull_allowed": true}, &made)
	m.queue = made.ID
	m.call(m.agent, "GET", "/me", nil, &me)
	key := me.ID
	if key == "" {
		key = me.User.ID
	}
	m.call(m.chief, "PUT", "/agents/"+key+"/queues/"+m.queue, fields{"member": true, "enabled": true}, nil)
}

// try sends a request and returns its status and body.
func (m *centre) try(client *http.Client, method, path string, body any) (int, string) {
	m.t.Helper()
	var in io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		must(m.t, err)
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(m.t.Context(), method, m.url+"/api/v1"+path, in)
	must(m.t, err)
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	must(m.t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	must(m.t, err)
	return answer.StatusCode, string(text)
}

// call sends a request that must succeed.
func (m *centre) call(client *http.Client, method, path string, body, to any) {
	m.t.Helper()
	status, text := m.try(client, method, path, body)
	if status/100 != 2 {
		m.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if to != nil {
		must(m.t, json.Unmarshal([]byte(text), to))
	}
}

// settings are those of our mailbox: with TLS, unless ports of a proxy are given.
func (m *centre) settings(more fields) fields {
	all := fields{
		"imap":        fields{"host": "127.0.0.1", "port": m.servers.IMAPS, "tls": "tls"},
		"smtp":        fields{"host": "127.0.0.1", "port": m.servers.SMTP, "tls": "starttls"},
		"import_all":  true,
		"per_minute":  1000,
		"signature":   "{agent}, Fala Net",
		"oauth":       fields{},
		"done_folder": "",
	}
	maps.Copy(all, more)
	return all
}

// connect makes our mailbox.
func (m *centre) connect(settings, secrets fields) {
	m.t.Helper()
	var made struct{ ID string }
	m.call(m.chief, "POST", "/mailboxes", fields{
		"brand_id": m.brand, "queue_id": m.queue, "name": "Pomoc", "address": ours, "settings": settings, "secrets": secrets,
	}, &made)
	m.box = made.ID
}

// row is a conversation in a list.
type row struct {
	ID            string `json:"id"`
	Subject       string `json:"subject"`
	Channel       string `json:"channel"`
	State         string `json:"state"`
	InteractionID string `json:"interaction_id"`
}

// threads returns all conversations by mail that wait or are worked on.
func (m *centre) threads() []row {
	m.t.Helper()
	var all []row
	for next := ""; ; {
		var page struct {
			Items []row  `json:"items"`
			Next  string `json:"next"`
		}
		path := "/conversations?view=all&limit=100&channel=email&queue=" + m.queue
		if next != "" {
			path += "&cursor=" + next
		}
		m.call(m.chief, "GET", path, nil, &page)
		all = append(all, page.Items...)
		if next = page.Next; next == "" {
			return all
		}
	}
}

// thread waits for the conversation with a subject.
func (m *centre) thread(subject string) row {
	m.t.Helper()
	var found row
	until(m.t, "there is a conversation "+subject, func() bool {
		var newest struct{ Items []row }
		m.call(m.chief, "GET", "/conversations?view=all&limit=100&sort=newest&channel=email&queue="+m.queue, nil, &newest)
		for _, c := range newest.Items {
			if c.Subject == subject {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

type entry struct {
	ID       string          `json:"id"`
	Kind     string          `json:"kind"`
	Text     string          `json:"text"`
	Code     string          `json:"code"`
	Data     json.RawMessage `json:"data"`
	Delivery struct {
		State  string `json:"state"`
		Reason string `json:"reason"`
	} `json:"delivery"`
	Attachments []struct {
		Name string `json:"name"`
		Size int64  `json:"size"`
	} `json:"attachments"`
}

func (m *centre) entries(thread string) []entry {
	m.t.Helper()
	var page struct{ Items []entry }
	m.call(m.chief, "GET", "/conversations/"+thread+"/entries?limit=200", nil, &page)
	return page.Items
}

// entry waits for an entry of a conversation.
func (m *centre) entry(what, thread string, is func(entry) bool) entry {
	m.t.Helper()
	var found entry
	until(m.t, what, func() bool {
		for _, e := range m.entries(thread) {
			if is(e) {
				found = e
				return true
			}
		}
		return false
	})
	return found
}

// reply answers as the agent, at once.
func (m *centre) reply(thread, text string, more fields) entry {
	m.t.Helper()
	body := fields{"text": text, "client_id": text, "based_on_seq": 0, "force": true, "send_at": time.Now().Add(-time.Second)}
	maps.Copy(body, more)
	var e entry
	m.call(m.agent, "POST", "/conversations/"+thread+"/replies", body, &e)
	return e
}

// upload stores a file of the agent and returns its key.
func (m *centre) upload(file []byte) string {
	m.t.Helper()
	r, err := http.NewRequestWithContext(m.t.Context(), http.MethodPost, m.url+"/api/v1/attachments", bytes.NewReader(file))
	must(m.t, err)
	r.Header.Set("Content-Type", "application/octet-stream")
	r.Header.Set("X-Filename", "umowa.txt")
	answer, err := m.agent.Do(r)
	must(m.t, err)
	defer func() { _ = answer.Body.Close() }()
	var stored struct {
		ID string `json:"id"`
	}
	must(m.t, json.NewDecoder(answer.Body).Decode(&stored))
	return stored.ID
}

func (m *centre) take(c row) {
	m.t.Helper()
	m.call(m.agent, "POST", "/interactions/"+c.InteractionID+"/pull", nil, nil)
}

// write lets a customer write to us through Postfix.
func (m *centre) write(lines ...string) {
	m.t.Helper()
	m.post(strings.NewReader(strings.Join(lines, "\r\n") + "\r\n"))
}

func (m *centre) post(raw io.Reader) {
	m.t.Helper()
	client, err := smtp.Dial(fmt.Sprintf("127.0.0.1:%d", m.servers.SMTP))
	must(m.t, err)
	defer func() { _ = client.Close() }()
	must(m.t, client.SendMail("zofia@posta.example", []string{ours}, raw))
	must(m.t, client.Quit())
}

// letter is a mail of a customer.
func letter(name, subject string, more ...string) []string {
	return append([]string{
		"From: Zofia <zofia@posta.example>", "To: " + ours, "Subject: " + subject, "Message-ID: <" + name + "@posta.example>",
		"Date: " + time.Now().Format(time.RFC1123Z),
	}, more...)
}
