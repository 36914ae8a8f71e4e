package mail

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// inboxOf returns the mails of a customer at Dovecot.
func (s *servers) inboxOf(tb testing.TB, who string) []string {
	tb.Helper()
	c, err := imapclient.DialInsecure(fmt.Sprintf("127.0.0.1:%d", s.IMAP), nil)
	must(tb, err)
	defer func() { _ = c.Close() }()
	must(tb, c.Login(who, "tajne").Wait())
	box, err := c.Select("INBOX", nil).Wait()
	must(tb, err)
	if box.NumMessages == 0 {
		return nil
	}
	section := &imap.FetchItemBodySection{Peek: true}
	all, err := c.Fetch(imap.SeqSet{{Start: 1, Stop: 0}}, &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	must(tb, err)
	var mails []string
	for _, m := range all {
		mails = append(mails, string(m.FindBodySection(section)))
	}
	return mails
}

func headerOf(mail, name string) string {
	for line := range strings.SplitSeq(mail, "\n") {
		if value, ok := strings.CutPrefix(strings.ToLower(line), strings.ToLower(name)+":"); ok {
			return strings.TrimSpace(line[len(line)-len(value):])
		}
	}
	return ""
}

func TestMailThroughPostfixAndDovecot(t *testing.T) {
	s := start(t)
	m := openCentre(t, s, "")
	m.connect(m.settings(fields{"plus_addressing": true}), fields{"password": "tajne"})
	t.Run("a mailbox is tried in both directions", func(t *testing.T) { m.t = t; m.tried() })
	t.Run("in, out, and back into the same conversation", func(t *testing.T) { m.t = t; m.threaded() })
	t.Run("a vacation notice of Sieve is kept and does not reopen", func(t *testing.T) { m.t = t; m.vacation() })
	t.Run("a bounce of Postfix is told below its mail", func(t *testing.T) { m.t = t; m.bounce() })
}

func (m *centre) tried() {
	status, text := m.try(m.chief, "POST", "/mailboxes/"+m.box+"/test", nil)
	if status != 200 || strings.Count(text, `"ok":true`) != 2 {
		m.t.Fatalf("%d %s", status, text)
	}
	_, text = m.try(m.chief, "POST", "/mailboxes/try", fields{"address": ours, "settings": m.settings(nil), "secrets": fields{"password": "inne"}})
	if strings.Count(text, `"code":"mailbox.login"`) != 2 {
		m.t.Errorf("a wrong password gives %s", text)
	}
}

func (m *centre) threaded() {
	m.write(letter("first", "Rachunek", "", "Dzień dobry.")...)
	c := m.thread("Rachunek")
	m.take(c)
	e := m.reply(c.ID, "Odpowiadam.", nil)
	m.entry("it was sent", c.ID, func(x entry) bool { return x.ID == e.ID && x.Delivery.State == "sent" })
	var got string
	until(m.t, "the customer has the answer", func() bool {
		mails := m.servers.inboxOf(m.t, "zofia@posta.example")
		if len(mails) > 0 {
			got = mails[0]
		}
		return got != ""
	})
	if headerOf(got, "In-Reply-To") != "<first@posta.example>" || headerOf(got, "Subject") != "Re: Rachunek" || !strings.Contains(got, "Odpowiadam.") {
		m.t.Errorf("%s", got)
	}
	m.write(letter("second", "Re: Rachunek", "In-Reply-To: "+headerOf(got, "Message-ID"), "", "A jednak.", "", "> Odpowiadam.")...)
	m.entry("the answer is there", c.ID, func(x entry) bool { return x.Text == "A jednak." })
	m.write("From: inny@posta.example", "To: "+headerOf(got, "Reply-To"), "Subject: something", "Message-ID: <third@posta.example>", "", "Przez adres.")
	other := m.entry("the plus-address leads there", c.ID, func(x entry) bool { return x.Text == "Przez adres." })
	if !strings.Contains(string(other.Data), `"other_party":true`) {
		m.t.Errorf("%s", other.Data)
	}
}

func (m *centre) vacation() {
	home := filepath.Join(m.servers.Dir, "mail", "zofia@posta.example")
	must(m.t, os.WriteFile(filepath.Join(home, "active.sieve"), []byte("require [\"vacation\"];\nvacation :days 1 \"Jestem na urlopie.\";\n"), 0o600))
	chown(m.t, home, "nobody")
	m.write(letter("leave", "Urlop", "", "Pytanie.")...)
	c := m.thread("Urlop")
	m.take(c)
	m.reply(c.ID, "Odpowiedź na urlop.", nil)
	m.call(m.agent, "POST", "/interactions/"+c.InteractionID+"/end", nil, nil)
	m.call(m.agent, "POST", "/interactions/"+c.InteractionID+"/finish", fields{}, nil)
	m.entry("the notice is kept", c.ID, func(x entry) bool { return strings.Contains(x.Text, "Jestem na urlopie.") })
	var now row
	if m.call(m.chief, "GET", "/conversations/"+c.ID, nil, &now); now.State != "closed" {
		m.t.Errorf("the notice makes it %s", now.State)
	}
	must(m.t, os.Remove(filepath.Join(home, "active.sieve")))
}

func (m *centre) bounce() {
	m.write(letter("bad", "Przesyłka", "", "Proszę odpisać do żony.")...)
	c := m.thread("Przesyłka")
	m.take(c)
	e := m.reply(c.ID, "Już.", fields{"to": []string{"gone@posta.example"}})
	told := m.entry("the bounce is told", c.ID, func(x entry) bool { return x.Code == "mail_bounced" })
	if !strings.Contains(string(told.Data), "gone@posta.example") || !strings.Contains(string(told.Data), "5.1.2") {
		m.t.Errorf("%s", told.Data)
	}
	m.entry("its delivery has failed", c.ID, func(x entry) bool {
		return x.ID == e.ID && x.Delivery.State == "failed" && x.Delivery.Reason == "delivery.bounced"
	})
	e = m.reply(c.ID, "Drugi raz.", fields{"to": []string{"nikt@posta.example"}})
	refused := m.entry("a refused recipient is told", c.ID, func(x entry) bool { return x.Code == "delivery_refused" })
	if !strings.Contains(string(refused.Data), "550") {
		m.t.Errorf("%s", refused.Data)
	}
	m.entry("it has failed", c.ID, func(x entry) bool { return x.ID == e.ID && x.Delivery.State == "failed" })
}

func TestTokensAreRenewed(t *testing.T) {
	s := start(t)
	m := openCentre(t, s, "")
	way := newProxy(t, s.IMAP)
	m.connect(m.settings(fields{
		"imap": fields{"host": "127.0.0.1", "port": way.port, "tls": "none"}, "auth": "oauth2",
		"oauth": fields{"token_url": s.tokens.url + "/token", "client_id": "zongler"},
	}), fields{"client_secret": "klient", "refresh_token": "refresh-0"})
	m.write(letter("one", "Pierwszy", "", "Z tokenem.")...)
	c := m.thread("Pierwszy")
	m.take(c)
	e := m.reply(c.ID, "Też z tokenem.", nil)
	m.entry("it was sent with a token", c.ID, func(x entry) bool { return x.ID == e.ID && x.Delivery.State == "sent" })
	if n := s.tokens.times(); n != 1 {
		t.Errorf("two connections have asked for %d tokens", n)
	}
	s.tokens.revoke()
	way.cutAll()
	m.write(letter("two", "Drugi", "", "Z nowym tokenem.")...)
	m.thread("Drugi")
	if n := s.tokens.times(); n != 2 {
		t.Errorf("%d tokens", n)
	}
	status, text := m.try(m.chief, "POST", "/mailboxes/try", fields{"address": ours, "settings": m.settings(fields{
		"auth": "oauth2", "oauth": fields{"token_url": s.tokens.url + "/token", "client_id": "zongler"},
	}), "secrets": fields{"client_secret": "inny", "refresh_token": "refresh-0"}})
	if status != 200 || strings.Count(text, `"code":"mailbox.token"`) != 2 || !strings.Contains(text, "invalid_grant") {
		t.Errorf("a refused renewal gives %d %s", status, text)
	}
}

func TestNothingIsLostOrDoubledWhenConnectionsAreCut(t *testing.T) {
	s := start(t)
	m := openCentre(t, s, "")
	way := newProxy(t, s.IMAP)
	way.cutAt("", "* OK") // the first greeting
	m.connect(m.settings(fields{"imap": fields{"host": "127.0.0.1", "port": way.port, "tls": "none"}}), fields{"password": "tajne"})
	m.write(letter("greeting", "cut at the greeting", "", "x")...)
	m.thread("cut at the greeting")
	states := []struct{ name, client, server string }{
		{"signing in", "AUTHENTICATE", ""},
		{"opening the folder", "SELECT", ""},
		{"the folder's answer", "", "UIDVALIDITY"},
		{"looking for news", "UID SEARCH", ""},
		{"listing", "RFC822.SIZE", ""},
		{"a mail on its way", "", "half of this mail"},
		{"marking", "UID STORE", ""},
		{"waiting", "IDLE", ""},
		{"waiting, without a word", "", "+ idling"},
	}
	for i, state := range states {
		way.cutAt(state.client, state.server)
		before := way.cut()
		if i < 3 {
			way.cutAll()
		}
		m.write(letter(fmt.Sprint("cut", i), state.name, "", "half of this mail")...)
		m.thread(state.name)
		until(t, "it was cut while "+state.name, func() bool { return way.cut() > before })
	}
	m.write(letter("last", "the last", "", "x")...)
	m.thread("the last")
	seen := map[string]int{}
	for _, c := range m.threads() {
		seen[c.Subject]++
		if n := len(m.entries(c.ID)); n != 1 {
			t.Errorf("%s has %d entries", c.Subject, n)
		}
	}
	if len(seen) != len(states)+2 || slices.Max(values(seen)) != 1 {
		t.Errorf("%v", seen)
	}
}

func values(m map[string]int) (all []int) {
	for _, n := range m {
		all = append(all, n)
	}
	return all
}

func TestNewKeysOfAFolderDoubleNothing(t *testing.T) {
	s := start(t)
	m := openCentre(t, s, "")
	way := newProxy(t, s.IMAP)
	m.connect(m.settings(fields{"imap": fields{"host": "127.0.0.1", "port": way.port, "tls": "none"}}), fields{"password": "tajne"})
	for i := range 5 {
		m.write(letter(fmt.Sprint("before", i), fmt.Sprint("before ", i), "", "x")...)
		m.thread(fmt.Sprint("before ", i))
	}
	box := filepath.Join(s.Dir, "mail", ours, "Maildir")
	found, err := filepath.Glob(filepath.Join(box, "dovecot*"))
	must(t, err)
	for _, name := range found { // Dovecot gives new keys to a folder whose list is gone
		must(t, os.Remove(name))
	}
	way.cutAll()
	m.write(letter("after", "after", "", "x")...)
	m.thread("after")
	if n := len(m.threads()); n != 6 {
		t.Errorf("%d conversations of 6 mails", n)
	}
}

func TestLargeMailsAndManyAreOrdinary(t *testing.T) {
	s := start(t)
	m := openCentre(t, s, "")
	const waiting = 2000
	box := filepath.Join(s.Dir, "mail", ours, "Maildir")
	for _, name := range []string{"cur", "new", "tmp"} {
		must(t, os.MkdirAll(filepath.Join(box, name), 0o755))
	}
	for i := range waiting {
		lines := letter(fmt.Sprint("waiting", i), fmt.Sprint("waiting ", i), "", "Czekam.")
		lines[0] = fmt.Sprintf("From: Zofia <zofia%d@posta.example>", i) // so many of one sender are a loop
		raw := strings.Join(lines, "\n") + "\n"
		must(t, os.WriteFile(filepath.Join(box, "new", fmt.Sprintf("%d.M%d.mx", time.Now().Unix(), i)), []byte(raw), 0o644))
	}
	chown(t, filepath.Join(s.Dir, "mail"), "nobody")
	began := time.Now()
	m.connect(m.settings(nil), fields{"password": "tajne"})
	var n int
	patiently(t, 8*time.Minute, "all mails that waited are there", func() bool { n = len(m.threads()); return n >= waiting })
	took := time.Since(began)
	t.Logf("%d mails in %s: %.0f a second", n, took.Round(time.Millisecond), float64(n)/took.Seconds())

	big := make([]byte, 25<<20)
	_, _ = rand.Read(big)
	var raw bytes.Buffer
	raw.WriteString(strings.Join(letter("large", "large", "MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary="b"`, "",
		"--b", "Content-Type: text/plain", "", "In the file.", "--b", "Content-Type: application/pdf; name=big.pdf",
		"Content-Disposition: attachment; filename=big.pdf", "Content-Transfer-Encoding: base64", "", ""), "\r\n"))
	copy(big, "%PDF-1.7\n")
	text := base64.StdEncoding.EncodeToString(big)
	for len(text) > 0 {
		line := text[:min(76, len(text))]
		raw.WriteString(line + "\r\n")
		text = text[len(line):]
	}
	raw.WriteString("--b--\r\n")
	m.post(&raw)
	c := m.thread("large")
	e := m.entries(c.ID)[0]
	if len(e.Attachments) != 1 || e.Attachments[0].Size != int64(len(big)) || e.Text != "In the file." {
		t.Errorf("%+v", e)
	}
	until(t, "the original can be read", func() bool {
		status, original := m.try(m.chief, "GET", "/conversations/"+c.ID+"/entries/"+e.ID+"/original", nil)
		return status == 200 && len(original) >= 34<<20
	})
}
