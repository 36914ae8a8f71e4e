package app

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/email/mailtest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/platform/db"
)

// correspondents are the customers of a mailbox, and its servers.
type correspondents struct {
	centre *callCentre
	office *mailtest.Office
	point  id.EntryPoint

	mu     sync.Mutex
	faults []channeltest.Fault
}

func (c *callCentre) correspondents(t *testing.T) *correspondents {
	t.Helper()
	x := &correspondents{centre: c, office: mailtest.Open(t)}
	made := c.chief.make("POST", "/api/v1/mailboxes", fields{
		"brand_id": c.brand, "queue_id": c.queue, "name": "Pomoc", "address": boxAddress, "secrets": fields{"password": boxPassword},
		"settings": fields{
			"imap": fields{"host": "127.0.0.1", "port": x.office.IMAP, "tls": "none"}, "smtp": fields{"host": "127.0.0.1", "port": x.office.SMTP, "tls": "none"},
			"plus_addressing": true, "import_all": true,
		},
	}, "id")
	var err error
	if x.point, err = id.Parse[id.EntryPoint](made); err != nil {
		t.Fatal(err)
	}
	x.office.Answer(x.answer)
	return x
}

// find returns the conversation whose subject is the thread's name.
func (x *correspondents) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	key, _, err := db.Find[id.Conversation](t.Context(), x.centre.app.db, `SELECT id FROM conversation WHERE tenant_id = $1 AND entry_point_id = $2 AND subject = $3`,
		x.centre.tenants[0].TenantID, x.point, thread)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (x *correspondents) Point() (channel.Adapter, channel.EntryPoint) {
	c := x.centre
	p, err := c.app.services.points.Lookup(actor.With(c.t.Context(), actor.ForSystem(c.tenants[0].TenantID)), c.app.db, c.tenants[0].TenantID, x.point)
	c.must(err)
	return c.app.services.mailAdapter, p
}

// Says has mails arrive: the thread is their subject, and each answers the first.
func (x *correspondents) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	for _, in := range happened {
		lines := []string{
			fmt.Sprintf("From: Zofia Wilk <%s@posta.example>", in.Sender.ExternalID), "To: " + boxAddress, "Subject: " + in.Thread,
			fmt.Sprintf("Message-ID: <%s@posta.example>", in.ExternalID), "Date: " + in.OccurredAt.Format(time.RFC1123Z),
			"MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
		}
		if first := in.Thread + "-first"; in.ExternalID != first {
			lines = append(lines, "In-Reply-To: <"+first+"@posta.example>", "References: <"+first+"@posta.example>")
		}
		x.office.Arrive(t, append(lines, "", in.Text)...)
	}
}

func (x *correspondents) Next(_ *testing.T, faults ...channeltest.Fault) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, f := range faults {
		if f == channeltest.Silent {
			x.office.Cut()
			continue
		}
		x.faults = append(x.faults, f)
	}
}

// answer is what the server says to a recipient.
func (x *correspondents) answer(string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.faults) == 0 {
		return nil
	}
	first := x.faults[0]
	x.faults = x.faults[1:]
	if first == channeltest.RateLimited {
		return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 7, 0}, Message: "too many messages, slow down"}
	}
	if first == channeltest.Down {
		return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "the system is going down"}
	}
	return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: channeltest.Reason}
}

func (x *correspondents) Got(*testing.T) []channeltest.Got {
	taken := x.office.Got()
	got := make([]channeltest.Got, len(taken))
	for i, p := range taken {
		m := mailmsg.ParseBytes([]byte(p.Raw), mailmsg.Limits{})
		got[i] = channeltest.Got{Act: channel.ActSend, Name: m.MessageID, Text: m.Text, Thread: strings.TrimPrefix(m.Subject, "Re: ")}
	}
	return got
}

func (x *correspondents) Unable(s channeltest.Step) string {
	const mails = "whatever arrives in a mailbox is a mail: there is nothing else that it could tell of"
	return map[channeltest.Step]string{
		channeltest.StepExpired:    "a mailbox whose password has changed is shown in TestMailGoesInAndOut",
		channeltest.StepUndeclared: mails, channeltest.StepQuarantine: mails,
		channeltest.StepForged: "mail is not signed by a provider",
	}[s]
}
