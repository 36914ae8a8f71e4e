package dsn

import (
	"regexp"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/kit/mailmsg"
)

// maxProse is how much of a text is looked at, in bytes.
const maxProse = 64 << 10

// prose reads the bounces of servers that write sentences. Only mail of a mail
// system is looked at: a customer who quotes a bounce has not bounced.
func prose(m *mailmsg.Message) *Report {
	if !fromMailSystem(m) {
		return nil
	}
	text := m.Text[:min(len(m.Text), maxProse)]
	own, returned := partReturned(text)
	for _, read := range []func(*mailmsg.Message, string) *Report{exim, qmail, exchange, other} {
		r := read(m, own)
		if r == nil || len(r.Recipients) == 0 {
			continue
		}
		r.OriginalID = originalID(m)
		if id := returnedID(returned); id != "" && r.OriginalID == "" {
			r.OriginalID = id
		}
		for i := range r.Recipients {
			one := &r.Recipients[i]
			if one.Action == "" {
				one.Action = Failed
			}
			if one.Status == "" {
				one.Status = statusOf(one.Diagnostic)
			}
			one.Class = classify(*one)
		}
		return r
	}
	return nil
}

// fromMailSystem knows the senders of bounces, and the empty envelope with a
// subject of a bounce.
func fromMailSystem(m *mailmsg.Message) bool {
	local, _, _ := strings.Cut(strings.ToLower(m.Author().Addr), "@")
	switch local {
	case "mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon", "mailsystem":
		return !strings.HasPrefix(strings.ToLower(m.Subject), "re:")
	}
	if m.Header.Has("X-Failed-Recipients") {
		return true
	}
	return m.HasReturnPath && m.ReturnPath == "" && bounceSubject.MatchString(m.Subject)
}

var bounceSubject = regexp.MustCompile(`(?i)^(undeliver|undelivered|delivery (status|failure|has failed)|mail delivery (failed|failure|system)|failure notice|returned mail|` +
	`delivery status notification|message not delivered|warning: message .{0,60} delayed|niedostarczon|zwrot|niemożność dostarczenia|nie można dostarczyć|` +
	`kézbesíthetetlen|kézbesítési hiba|sikertelen kézbesítés|nem kézbesíthető)`)

// partReturned parts the words of the server from the mail that it sends back.
func partReturned(text string) (own, returned string) {
	for _, line := range []string{
		"--- Below this line is a copy of the message.", "------ This is a copy of", "----- Original message", "--- The header of the original message",
		"----- Message header follows", "--- Forwarded message", "--- Original message", "Original message headers:", "--- Enclosed are the original headers",
	} {
		if own, returned, found := strings.Cut(text, line); found {
			return own, returned
		}
	}
	return text, ""
}

var returnedForm = regexp.MustCompile(`(?im)^message-id:\s*(<[^<>\s]{3,500}>)`)

func returnedID(text string) string {
	if match := returnedForm.FindStringSubmatch(text); match != nil {
		return mailmsg.NormalizeID(match[1])
	}
	return ""
}

// addressForm is an address at the beginning of a line, as servers list them.
var addressForm = regexp.MustCompile(`(?m)^\s*(?:to:\s*)?<?([^\s<>():;,"'\[\]]{1,64}@[A-Za-z0-9.-]{3,255})>?\s*:?\s*(.*)$`)

// blocks reads "address:" lines with what is said below each, to the next empty
// line that no indented line follows.
func blocks(text string) []Recipient {
	var all []Recipient
	places := addressForm.FindAllStringSubmatchIndex(text, maxRecipients)
	for i, at := range places {
		end := len(text)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		words := text[at[3]:end]
		if stop := strings.Index(words, "\n\n"); stop >= 0 && statusOf(words[:stop]) == "" && !replyForm.MatchString(words[:stop]) {
			words = words[:min(len(words), 600)]
		} else if stop >= 0 {
			words = words[:stop]
		}
		address := strings.ToLower(strings.TrimRight(text[at[2]:at[3]], "."))
		if slices.ContainsFunc(all, func(r Recipient) bool { return r.Address == address }) {
			continue
		}
		all = append(all, Recipient{Address: address, Diagnostic: diagnostic(words)})
	}
	return all
}

func diagnostic(words string) string {
	return cut(strings.Trim(strings.Join(strings.Fields(words), " "), ">: "))
}

// exim reads Exim's text, and its header that names the recipients.
func exim(m *mailmsg.Message, text string) *Report {
	failed := m.Header.Get("X-Failed-Recipients")
	delayed := strings.Contains(text, "has not been delivered to one or more") || strings.Contains(text, "has not yet been delivered")
	if failed == "" && !delayed && !strings.Contains(text, "mail delivery software (Exim)") && !strings.Contains(text, "created automatically by mail delivery software") {
		return nil
	}
	r := &Report{Form: Exim, Recipients: blocks(text)}
	for _, a := range mailmsg.ParseAddresses(failed) {
		known := func(one Recipient) bool { return one.Address == strings.ToLower(a.Addr) }
		if a.Addr != "" && !slices.ContainsFunc(r.Recipients, known) && len(r.Recipients) < maxRecipients {
			r.Recipients = append(r.Recipients, Recipient{Address: strings.ToLower(a.Addr), Diagnostic: diagnostic(text)})
		}
	}
	if delayed && failed == "" {
		for i := range r.Recipients {
			r.Recipients[i].Action = Delayed
		}
	}
	return r
}

// qmail reads the format in which qmail has written since 1995 (QSBMF).
func qmail(_ *mailmsg.Message, text string) *Report {
	if !strings.HasPrefix(strings.TrimSpace(text), "Hi. This is") && !strings.Contains(text, "qmail-send program") {
		return nil
	}
	return &Report{Form: Qmail, Recipients: blocks(text)}
}

var exchangeWords = []string{ //nolint:gochecknoglobals // a constant that Go cannot express
	"did not reach the following recipient", "Delivery has failed to these recipients", "Diagnostic information for administrators",
	"Generating server:", "Nie można dostarczyć wiadomości do następujących adresatów", "A kézbesítés sikertelen volt a következő címzett",
	"Kézbesítés nem sikerült a következő címzett", "Dostarczanie do następujących adresatów",
}

// exchange reads the text of Exchange where its report was lost on the way.
func exchange(_ *mailmsg.Message, text string) *Report {
	if !slices.ContainsFunc(exchangeWords, func(w string) bool { return strings.Contains(text, w) }) {
		return nil
	}
	if _, technical, found := strings.Cut(text, "Diagnostic information for administrators"); found {
		if list := blocks(technical); len(list) > 0 {
			return &Report{Form: Exchange, Recipients: list}
		}
	}
	return &Report{Form: Exchange, Recipients: blocks(text)}
}

// other reads any text with an address and a code close to it.
func other(_ *mailmsg.Message, text string) *Report {
	var kept []Recipient
	for _, r := range blocks(text) {
		if statusOf(r.Diagnostic) != "" || replyForm.MatchString(r.Diagnostic) || containsAny(strings.ToLower(r.Diagnostic), goneWords()) {
			kept = append(kept, r)
		}
	}
	return &Report{Form: Prose, Recipients: kept}
}
