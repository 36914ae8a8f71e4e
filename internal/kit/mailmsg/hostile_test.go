package mailmsg_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/authres"
	"github.com/zongler/zongler/internal/kit/mailmsg/dsn"
	"github.com/zongler/zongler/internal/kit/mailmsg/quote"
	"github.com/zongler/zongler/internal/kit/mailmsg/safehtml"
)

// hostile returns the mails of people who mean harm, by what they try.
func hostile(tb testing.TB) map[string][]byte {
	tb.Helper()
	paths, err := filepath.Glob("testdata/hostile/*.eml")
	if err != nil || len(paths) < 20 {
		tb.Fatalf("%d mails, %v", len(paths), err)
	}
	all := map[string][]byte{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".eml")] = raw
	}
	return all
}

// TestHostileCorpus reads mails that try to act, to deceive or to take all memory. What each tries comes to nothing.
func TestHostileCorpus(t *testing.T) {
	t.Parallel()
	want := map[string]func(m *mailmsg.Message) bool{
		"header_injection": func(m *mailmsg.Message) bool { return len(m.To) == 1 && len(m.Bcc) == 0 },
		"file_names": func(m *mailmsg.Message) bool {
			return len(m.Attachments) == 6 && !strings.ContainsRune(m.Attachments[3].Name, '\u202e')
		},
		"html_acts":    func(m *mailmsg.Message) bool { return strings.Contains(m.Text, "nad wszystkim") },
		"nested":       func(m *mailmsg.Message) bool { return has(m, mailmsg.DefectDepth) },
		"header_bomb":  func(m *mailmsg.Message) bool { return has(m, mailmsg.DefectHeader) && m.Subject == "bomb" },
		"charset_lies": func(m *mailmsg.Message) bool { return strings.Contains(m.Text, "tekst") },
		"two_authors":  func(m *mailmsg.Message) bool { return m.Author().Addr == "oszust@evil.example" },
		"empty_ids":    func(m *mailmsg.Message) bool { return m.MessageID == "" && len(m.InReplyTo) == 0 },
		"forged_report": func(m *mailmsg.Message) bool {
			r := dsn.Bounce(m)
			return r != nil && len(r.Recipients) <= 201 && r.OriginalID == "niczyj@evil.example"
		},
		"forged_checks": func(m *mailmsg.Message) bool {
			return authres.Read(m.Header, "mx.fala.example") == authres.Results{DKIM: "pass"}
		},
		"winmail_lies": func(m *mailmsg.Message) bool { return has(m, mailmsg.DefectTNEF) && len(m.Attachments) == 1 },
		"recipients":   func(m *mailmsg.Message) bool { return has(m, mailmsg.DefectAddresses) },
		"signed_twice": func(m *mailmsg.Message) bool { return m.Signed == mailmsg.PGP && m.Encrypted != "" },
	}
	for name, raw := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mailmsg.ParseBytes(raw, mailmsg.Limits{})
			check(t, m)
			if holds := want[name]; holds != nil && !holds(m) {
				t.Errorf("%q from %+v, files %+v, defects %v, text %q", m.Subject, m.Author(), m.Attachments, m.Defects, m.Text[:min(len(m.Text), 500)])
			}
			mailmsg.Automatic(m, mailmsg.Ours{Addresses: []string{"pomoc@fala.example"}, Loops: []string{"pomoc@fala.example"}})
			dsn.Bounce(m)
			dsn.Complaint(m)
			dsn.Receipt(m)
			visible, folded := quote.OfMessage(m.Text, m.HTML)
			if folded == "" {
				folded = quote.TextHTML(visible)
			}
			harmless(t, safehtml.NewCleaner().Clean(folded, safehtml.Options{}).HTML)
			clean := safehtml.NewCleaner().Clean(m.HTML, safehtml.Options{}).HTML
			harmless(t, clean)
			if name == "html_acts" && !strings.Contains(clean, "nad wszystkim") {
				t.Error("what harms nobody is gone, too")
			}
		})
	}
}

// harmless fails if anything in clean HTML would act, load or lie over what stands around it.
func harmless(t *testing.T, clean string) {
	t.Helper()
	for z := html.NewTokenizer(strings.NewReader(clean)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			harmlessTag(t, z.Token())
		case html.CommentToken, html.DoctypeToken:
			t.Errorf("%s", z.Raw())
		case html.TextToken, html.EndTagToken:
		}
	}
}

func harmlessTag(t *testing.T, tag html.Token) {
	t.Helper()
	switch tag.Data {
	case "script", "style", "iframe", "object", "embed", "form", "input", "button", "base", "meta", "link", "svg", "math", "template", "noscript", "video", "audio", "source":
		t.Errorf("there is a <%s>", tag.Data)
	}
	for _, a := range tag.Attr {
		value := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
		switch {
		case strings.HasPrefix(a.Key, "on"), a.Key == "srcdoc", a.Key == "srcset", a.Key == "background", a.Key == "formaction":
			t.Errorf("<%s %s=%q>", tag.Data, a.Key, a.Val)
		case a.Key == "src" && value != "" && !strings.HasPrefix(value, "/api/"), a.Key == "href" && !strings.HasPrefix(value, "http") && !strings.HasPrefix(value, "mailto:") && !strings.HasPrefix(value, "tel:"):
			t.Errorf("<%s %s=%q>", tag.Data, a.Key, a.Val)
		case a.Key == "style" && (strings.Contains(value, "url(") || strings.Contains(value, "expression") || strings.Contains(value, "fixed") || strings.Contains(value, "absolute")):
			t.Errorf("<%s style=%q>", tag.Data, a.Val)
		}
	}
}
