package dsn

import (
	"slices"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// Report is what a bounce says.
type Report struct {
	Form       Form
	EnvelopeID string // Original-Envelope-Id: the ENVID that we sent
	MTA        string // the server that reports
	OriginalID string // Message-ID of the mail it is about, normalised; "" if not said
	Recipients []Recipient
}

// Form is the way in which a report is written.
type Form string

// Forms of reports.
const (
	Standard Form = "rfc3464"
	Exim     Form = "exim"
	Qmail    Form = "qmail"
	Exchange Form = "exchange"
	Prose    Form = "prose" // anything else with an address and a code
)

// Recipient is what a report says of one address.
type Recipient struct {
	Address    string // Final-Recipient, lower case; "" if not said
	Original   string // Original-Recipient: what we wrote to, where it differs
	Action     Action
	Status     string // 5.1.1; "" if not said
	Diagnostic string // the words of the server that refused, cut
	RemoteMTA  string
	Class      Class
}

// Action is what became of the mail.
type Action string

// Actions of RFC 3464.
const (
	Failed    Action = "failed"
	Delayed   Action = "delayed"
	Delivered Action = "delivered"
	Relayed   Action = "relayed"
	Expanded  Action = "expanded"
)

// Class is what a report means for the address.
type Class string

// Classes of reports.
const (
	Hard   Class = "hard"   // the address is dead
	Soft   Class = "soft"   // not now: full, busy, too slow
	Policy Class = "policy" // refused for what was sent or who sent it
	Fine   Class = "fine"   // delivered or passed on
)

// Worst returns the recipient that matters most: hard before policy before soft.
func (r *Report) Worst() Recipient {
	rank := map[Class]int{Hard: 4, Policy: 3, Soft: 2, Fine: 1}
	var worst Recipient
	for _, one := range r.Recipients {
		if rank[one.Class] > rank[worst.Class] {
			worst = one
		}
	}
	return worst
}

// Names reports whether a report speaks of one of the addresses, written as mailmsg.AddressKey writes them.
func (r *Report) Names(addresses []string) bool {
	return slices.ContainsFunc(r.Recipients, func(one Recipient) bool {
		return one.Address != "" && slices.Contains(addresses, mailmsg.AddressKey(one.Address)) || one.Original != "" && slices.Contains(addresses, mailmsg.AddressKey(one.Original))
	})
}

// ComplaintReport is a feedback report: somebody pressed "this is spam".
type ComplaintReport struct {
	Type       string // abuse, fraud, not-spam, opt-out …, lower case
	UserAgent  string
	Recipients []string // Original-Rcpt-To, or To of the mail it is about
	OriginalID string
	EnvelopeID string
}

// ReceiptReport is the notice of a reader's program.
type ReceiptReport struct {
	Recipient   string
	OriginalID  string
	Disposition string // displayed, deleted, dispatched, processed, lower case
	Automatic   bool   // the program answered by itself
}
