package mailmsg_test

import (
	"testing"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

func TestAutomatic(t *testing.T) {
	t.Parallel()
	ours := mailmsg.Ours{Addresses: []string{"support@example.pl", "Sales@Example.pl"}, Loops: []string{"support@example.pl"}}
	const person = "From: Anna <anna@x.pl>\nTo: support@example.pl\n"
	cases := []struct {
		name    string
		header  string
		want    mailmsg.Reason
		machine bool
	}{
		{"a person", person, "", false},
		{"a person whose server says no", person + "Auto-Submitted: no\n", "", false},
		{"a person who writes to the plus-address", "From: anna@x.pl\nTo: SUPPORT+c.1.abc@example.pl\n", "", false},
		{"a person who has us in Cc", "From: anna@x.pl\nTo: b@x.pl\nCc: sales@example.pl\n", "", false},
		{"a person whose envelope is known", person + "Return-Path: <anna@x.pl>\n", "", false},
		{"a person whose envelope is damaged", person + "Return-Path: anna\n", "", false},
		{"a person who writes of automatic replies", person + "Subject: Automatic reply does not work\n", "", false},
		{"a reply of Sieve, with a comment", person + "Auto-Submitted: auto-replied (vacation)\n", mailmsg.AutoSubmitted, true},
		{"a generated mail", person + "Auto-Submitted: Auto-Generated; owner=x\n", mailmsg.AutoSubmitted, true},
		{"an empty Auto-Submitted", person + "Auto-Submitted:\n", mailmsg.AutoSubmitted, true},
		{"an empty envelope", person + "Return-Path: <>\n", mailmsg.NullSender, true},
		{"a mail system", "From: MAILER-DAEMON@x.pl\nTo: support@example.pl\n", mailmsg.SystemSender, true},
		{"a postmaster", "From: Postmaster <postmaster@x.pl>\nTo: support@example.pl\n", mailmsg.SystemSender, true},
		{"nobody who reads", "From: Sklep <no-reply@x.pl>\nTo: support@example.pl\n", mailmsg.SystemSender, true},
		{"nobody who reads, at length", "From: do_not_reply+77@x.pl\nTo: support@example.pl\n", mailmsg.SystemSender, true},
		{"the owner of a list", "From: owner-users@x.pl\nTo: support@example.pl\n", mailmsg.SystemSender, true},
		{"a list's robot", "From: users-request@x.pl\nTo: support@example.pl\n", mailmsg.SystemSender, true},
		{"bulk", person + "Precedence: bulk\n", mailmsg.Bulk, true},
		{"junk", person + "Precedence: Junk\n", mailmsg.Bulk, true},
		{"an automatic reply by precedence", person + "Precedence: auto_reply\n", mailmsg.Bulk, true},
		{"a newsletter", person + "Feedback-ID: 1:x\nList-Unsubscribe: <mailto:u@x.pl>\n", mailmsg.Bulk, true},
		{"a list", person + "List-Id: <users.x.pl>\n", mailmsg.List, false},
		{"a list by precedence", person + "Precedence: list\n", mailmsg.List, false},
		{"a person on a list that says bulk", person + "Precedence: bulk\nList-Post: <mailto:l@x.pl>\n", mailmsg.List, false},
		{"a person on a list that has only a name", person + "Precedence: bulk\nList-Id: <l.x.pl>\n", mailmsg.List, false},
		{"a newsletter that calls itself a list", person + "Precedence: bulk\nList-Id: <l.x.pl>\nFeedback-ID: 1:x\n", mailmsg.Bulk, true},
		{"a sender who wants none", person + "X-Auto-Response-Suppress: OOF, AutoReply\n", mailmsg.Suppressed, false},
		{"an old autoresponder", person + "X-Autoreply: yes\n", mailmsg.Autoresponder, true},
		{"another one", person + "X-AutoReply-From: anna@x.pl\n", mailmsg.Autoresponder, true},
		{"one that is none", person + "X-Autorespond: no\n", "", false},
		{"a vacation in Polish", person + "Subject: =?utf-8?Q?Automatyczna_odpowied=C5=BA:_Faktura?=\n", mailmsg.Autoresponder, true},
		{"a vacation in Hungarian", person + "Subject: =?utf-8?Q?H=C3=A1zon_k=C3=ADv=C3=BCl:_x?=\n", mailmsg.Autoresponder, true},
		{"a report", person + "Content-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b--\n", mailmsg.Notice, true},
		{"our own mail", person + "X-Loop: Support@example.pl\n", mailmsg.OwnLoop, true},
		{"somebody else's loop", person + "X-Loop: other@x.pl\n", "", false},
		{"our own address", "From: sales@example.pl\nTo: support@example.pl\n", mailmsg.OwnAddress, false},
		{"a blind copy", "From: anna@x.pl\nTo: b@x.pl\n", mailmsg.NotAddressed, false},
		{"nobody addressed", "From: anna@x.pl\n", mailmsg.NotAddressed, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := mailmsg.Automatic(parse(c.header+"\nx"), ours)
			if got != c.want || got.Machine() != c.machine {
				t.Errorf("got %q (machine %v), want %q", got, got.Machine(), c.want)
			}
		})
	}
}
