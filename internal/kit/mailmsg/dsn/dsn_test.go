package dsn_test

import (
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/dsn"
)

func report(status string) *dsn.Report {
	return dsn.Bounce(mailmsg.ParseBytes([]byte("From: mailer-daemon@x.pl\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"+
		"--b\n\nsorry\n--b\nContent-Type: message/delivery-status\n\n"+status+"\n--b--\n"), mailmsg.Limits{}))
}

func prose(text string) *dsn.Report {
	return dsn.Bounce(mailmsg.ParseBytes([]byte("Return-Path: <>\nFrom: MAILER-DAEMON@x.pl\nSubject: Undelivered Mail\n\n"+text), mailmsg.Limits{}))
}

func TestClasses(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name                       string
		action, status, diagnostic string
		want                       dsn.Class
	}{
		{"an unknown user", "failed", "5.1.1", "smtp; 550 5.1.1 User unknown", dsn.Hard},
		{"an unknown domain", "failed", "5.1.2", "", dsn.Hard},
		{"a mailbox that was shut", "failed", "5.2.1", "", dsn.Hard},
		{"a host that nobody knows", "failed", "5.4.4", "X-Postfix; Host or domain name not found", dsn.Hard},
		{"words where the status is vague", "failed", "5.0.0", "smtp; 550 No such user here", dsn.Hard},
		{"a better status in the words", "failed", "5.0.0", "smtp; 550 #5.1.1 bad address", dsn.Hard},
		{"Polish words", "failed", "", "smtp; 550 Użytkownik nie istnieje", dsn.Hard},
		{"a full mailbox", "failed", "5.2.2", "smtp; 552 5.2.2 mailbox full", dsn.Soft},
		{"a full mailbox by words", "failed", "5.0.0", "smtp; 552 Mailbox is full", dsn.Soft},
		{"an end of patience", "failed", "4.4.7", "smtp; delivery time expired", dsn.Soft},
		{"a temporary code", "failed", "", "smtp; 451 try again", dsn.Soft},
		{"a delay", "delayed", "5.1.1", "", dsn.Soft},
		{"a policy", "failed", "5.7.1", "smtp; 550 5.7.1 rejected", dsn.Policy},
		{"spam that is called an unknown user", "failed", "5.1.1", "smtp; 550 5.1.1 listed in blocklist example", dsn.Policy},
		{"a mail too large", "failed", "5.3.4", "", dsn.Policy},
		{"access denied", "failed", "5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied", dsn.Policy},
		{"a relay that refuses", "failed", "5.0.0", "smtp; 550 relaying denied", dsn.Policy},
		{"a failure without reason", "failed", "5.0.0", "", dsn.Soft},
		{"a delivery", "delivered", "2.0.0", "", dsn.Fine},
		{"a server's own word for a failure", "failure", "5.1.1", "", dsn.Hard},
		{"a relay", "Relayed", "2.0.0", "", dsn.Fine},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := report("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; A@x.pl\nAction: " + c.action + "\nStatus: " + c.status + "\nDiagnostic-Code: " + c.diagnostic + "\n")
			if r == nil || len(r.Recipients) != 1 || r.Recipients[0].Class != c.want || r.Recipients[0].Address != "a@x.pl" {
				t.Fatalf("got %+v, want %q", r, c.want)
			}
		})
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		form       dsn.Form
		address    string
		class      dsn.Class
	}{
		{
			"Exim", "This message was created automatically by mail delivery software.\n\nfailed:\n\n  a@x.pl\n    550 5.1.1 unknown user\n",
			dsn.Exim, "a@x.pl", dsn.Hard,
		},
		{
			"a delay of Exim", "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more\nrecipients:\n\n  a@x.pl\n    Delay reason: greylisted\n",
			dsn.Exim, "a@x.pl", dsn.Soft,
		},
		{
			"Exchange", "Delivery has failed to these recipients or groups:\n\nAnna\n\nDiagnostic information for administrators:\n\nGenerating server: mx\n\na@x.pl\n#550 5.1.10 RESOLVER.ADR.RecipientNotFound ##\n",
			dsn.Exchange, "a@x.pl", dsn.Hard,
		},
		{"any server", "I could not deliver to:\n\n<a@x.pl>: 550 5.7.1 refused\n", dsn.Prose, "a@x.pl", dsn.Policy},
		{"any server in Polish", "Nie udało się:\n\na@x.pl: użytkownik nie istnieje\n", dsn.Prose, "a@x.pl", dsn.Hard},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := prose(c.text)
			if r == nil || r.Form != c.form || len(r.Recipients) != 1 || r.Recipients[0].Address != c.address || r.Recipients[0].Class != c.class {
				t.Fatalf("got %+v", r)
			}
		})
	}
}

func TestWhatIsNoBounce(t *testing.T) {
	t.Parallel()
	for name, mail := range map[string]string{
		"a customer who quotes a bounce": "From: anna@x.pl\nSubject: Undelivered\n\n<b@x.pl>: 550 5.1.1 unknown user",
		"an answer to a bounce":          "From: postmaster@x.pl\nSubject: Re: your bounce\n\n<b@x.pl>: 550 5.1.1 unknown user",
		"a mail system without address":  "From: mailer-daemon@x.pl\nSubject: Hello\n\nNothing failed.",
		"a vacation with empty envelope": "Return-Path: <>\nFrom: anna@x.pl\nSubject: Away\n\nmail b@x.pl: 550 of us",
		"an empty report":                "From: a@x.pl\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\n--b--",
		"nothing":                        "",
	} {
		if r := dsn.Bounce(mailmsg.ParseBytes([]byte(mail), mailmsg.Limits{})); r != nil {
			t.Errorf("%s: got %+v", name, r)
		}
		m := mailmsg.ParseBytes([]byte(mail), mailmsg.Limits{})
		if dsn.Complaint(m) != nil || dsn.Receipt(m) != nil {
			t.Errorf("%s: a complaint or receipt", name)
		}
	}
}

func TestReportsAreBounded(t *testing.T) {
	t.Parallel()
	r := report(strings.Repeat("Final-Recipient: rfc822; a@x.pl\nAction: failed\nDiagnostic-Code: smtp; 550 "+strings.Repeat("x", 2000)+"\n\n", 1000))
	if r == nil || len(r.Recipients) > 200 || len([]rune(r.Recipients[0].Diagnostic)) > 500 {
		t.Error("a report of a thousand recipients was not bounded")
	}
	if r := prose(strings.Repeat("a@x.pl: 550 5.1.1 gone\n", 100_000)); r == nil || len(r.Recipients) != 1 {
		t.Errorf("the same recipient again and again: %+v", r)
	}
}

func TestOriginalID(t *testing.T) {
	t.Parallel()
	const failed = "\n\nFinal-Recipient: rfc822; a@x.pl\nAction: failed\nStatus: 5.1.1\n"
	if r := report("X-Original-Message-ID: <E.1@X.pl>" + failed); r == nil || r.OriginalID != "E.1@x.pl" {
		t.Errorf("got %+v", r)
	}
	r := report("Original-Envelope-Id: e.7" + failed + "\n--b\nContent-Type: message/rfc822\n\n\nMessage-ID: <e.2@x.pl>\n\nx")
	if r == nil || r.OriginalID != "e.2@x.pl" || r.EnvelopeID != "e.7" {
		t.Errorf("got %+v", r)
	}
}

func TestWorst(t *testing.T) {
	t.Parallel()
	r := &dsn.Report{Recipients: []dsn.Recipient{{Address: "a", Class: dsn.Soft}, {Address: "b", Class: dsn.Hard}, {Address: "c", Class: dsn.Policy}}}
	if got := r.Worst(); got.Address != "b" {
		t.Errorf("got %+v", got)
	}
	if got := (&dsn.Report{}).Worst(); got.Class != "" {
		t.Errorf("got %+v", got)
	}
}

func FuzzBounce(f *testing.F) {
	f.Add("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.pl\nAction: failed\nStatus: 5.1.1\n", "Hi. This is the qmail-send program\n<a@x.pl>:\nno (#5.1.1)\n--- Below this line is a copy of the message.\n\nMessage-ID: <a@b>\n")
	f.Add("no field\n\n\nAction: x", "This message was created automatically by mail delivery software.\n\n a@x.pl\n  550 b")
	f.Fuzz(func(t *testing.T, status, text string) {
		for _, r := range []*dsn.Report{report(status), prose(text)} {
			if r == nil {
				continue
			}
			if len(r.Recipients) == 0 || len(r.Recipients) > 201 {
				t.Errorf("%d recipients", len(r.Recipients))
			}
			for _, one := range r.Recipients {
				if one.Class == "" || strings.ContainsAny(one.Address+one.Diagnostic, "\r\n") {
					t.Errorf("got %+v", one)
				}
			}
		}
	})
}
