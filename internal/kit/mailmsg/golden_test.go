package mailmsg_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/dsn"
	"github.com/zongler/zongler/internal/kit/mailmsg/quote"
	"github.com/zongler/zongler/internal/kit/mailmsg/safehtml"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestMails reads mails as the usual programs write them. What is expected lies
// beside each, for a person to read.
func TestMails(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/mail/*.eml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no mails: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".eml"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(mailmsg.ParseBytes(raw, mailmsg.Limits{}))
			golden := strings.TrimSuffix(path, ".eml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// describe says what was understood of a mail.
func describe(m *mailmsg.Message) string {
	var b strings.Builder
	line := func(name string, value any) {
		if text := fmt.Sprint(value); text != "" && text != "[]" {
			fmt.Fprintf(&b, "%s: %s\n", name, text)
		}
	}
	for _, list := range []struct {
		name string
		list []mailmsg.Address
	}{{"From", m.From}, {"Sender", []mailmsg.Address{m.Sender}}, {"Reply-To", m.ReplyTo}, {"To", m.To}, {"Cc", m.Cc}} {
		for _, a := range list.list {
			if !a.IsZero() {
				line(list.name, fmt.Sprintf("%q <%s> %s", a.Name, a.Addr, a.Raw))
			}
		}
	}
	line("Subject", m.Subject)
	line("Message-ID", m.MessageID)
	line("In-Reply-To", m.InReplyTo)
	line("References", m.References)
	line("Date", m.Date.Format("2006-01-02 15:04:05Z"))
	line("Signed", m.Signed)
	line("Automatic", mailmsg.Automatic(m, mailmsg.Ours{}))
	for _, a := range m.Attachments {
		line("Attachment", fmt.Sprintf("%q %s cid=%q inline=%v signature=%v %d bytes", a.Name, a.Type, a.ContentID, a.Inline, a.Signature, a.Size()))
	}
	for _, d := range m.Defects {
		line("Defect", string(d.Code)+" "+d.Detail)
	}
	describeReports(line, m)
	visible, folded := quote.OfMessage(m.Text, m.HTML)
	fmt.Fprintf(&b, "\n== text\n%s\n\n== visible\n%s\n", m.Text, visible)
	if folded != "" {
		fmt.Fprintf(&b, "\n== html\n%s\n", safehtml.NewCleaner().Clean(folded, safehtml.Options{}).HTML)
	}
	return b.String()
}

func describeReports(line func(string, any), m *mailmsg.Message) {
	if r := dsn.Bounce(m); r != nil {
		line("Bounce", fmt.Sprintf("%s envelope=%q original=%q mta=%q", r.Form, r.EnvelopeID, r.OriginalID, r.MTA))
		for _, one := range r.Recipients {
			line("- Recipient", fmt.Sprintf("%s (%s) %s %q %s: %s", one.Address, one.Original, one.Action, one.Status, one.Class, one.Diagnostic))
		}
	}
	if r := dsn.Complaint(m); r != nil {
		line("Complaint", fmt.Sprintf("%+v", *r))
	}
	if r := dsn.Receipt(m); r != nil {
		line("Receipt", fmt.Sprintf("%+v", *r))
	}
}
