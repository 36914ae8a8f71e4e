package dsn

import (
	"regexp"
	"strings"
)

// statusForm is an enhanced status code (RFC 3463), alone or in a sentence.
var statusForm = regexp.MustCompile(`(?:^|[^0-9.])([245]\.\d{1,3}\.\d{1,3})(?:[^0-9.]|\.?$|\.\s)`)

// replyForm is a reply code of SMTP, at the beginning or after the usual words.
var replyForm = regexp.MustCompile(`(?i)(?:^|smtp[;:]\s*|said:\s*|error:?\s*|code:?\s*|[>:]\s+)([45]\d\d)[ -]`)

func statusOf(text string) string {
	if match := statusForm.FindStringSubmatch(text); match != nil {
		return match[1]
	}
	return ""
}

// classify says what a report means for an address. What the status leaves open
// the words of the server decide, and they never make an address dead against it.
func classify(r Recipient) Class {
	switch r.Action {
	case Delivered, Relayed, Expanded:
		return Fine
	case Delayed:
		return Soft
	case Failed:
	}
	status := r.Status
	if said := statusOf(r.Diagnostic); said != "" && vague(status) {
		status = said
	}
	if status == "" {
		if code := replyForm.FindStringSubmatch(r.Diagnostic); code != nil {
			status = code[1][:1] + ".0.0"
		}
	}
	switch {
	case strings.HasPrefix(status, "4"):
		return Soft
	case strings.HasPrefix(status, "2"):
		return Fine
	}
	return permanent(status, strings.ToLower(r.Diagnostic))
}

// vague reports a status that says no more than that it failed.
func vague(status string) bool {
	return status == "" || strings.HasSuffix(status, ".0.0")
}

// permanent sorts what will not work as it was sent.
func permanent(status, words string) Class {
	switch {
	case strings.HasPrefix(status, "5.7.") || strings.HasPrefix(status, "5.6."):
		return Policy
	case containsAny(words, spamWords()):
		return Policy
	}
	switch status {
	case "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4":
		return Hard
	case "5.2.2", "5.2.4", "5.3.1", "5.3.2", "5.4.5", "5.4.6", "5.4.7":
		return Soft
	case "5.2.3", "5.3.4", "5.5.2", "5.5.4":
		return Policy
	}
	switch {
	case containsAny(words, policyWords()):
		return Policy
	case containsAny(words, fullWords()):
		return Soft
	case containsAny(words, goneWords()):
		return Hard
	}
	return Soft
}

func containsAny(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// spamWords outweigh any status: some servers call every mail that they do not
// like sent to an unknown user.
func spamWords() []string {
	return []string{"spam", "blacklist", "blocklist", "block list", "blocked using", "dmarc", "reputation"}
}

func policyWords() []string {
	return []string{
		"blocked", "policy", "spf ", "dkim", "rate limit", "too many", "message too large", "exceeds size", "size limit", "message size",
		"access denied", "not authorized", "relaying", "relay access", "relay not permitted", "client host rejected", "sender address rejected",
	}
}

func fullWords() []string {
	return []string{
		"mailbox full", "mailbox is full", "over quota", "quota exceeded", "exceeded storage", "out of storage", "insufficient storage",
		"skrzynka pełna", "skrzynka jest pełna", "przepełniona", "megtelt", "betelt", "timed out", "timeout", "connection refused", "retry", "temporar",
	}
}

func goneWords() []string {
	return []string{
		"user unknown", "unknown user", "unknown recipient", "no such user", "no such recipient", "no such mailbox", "no mailbox here", "does not exist",
		"doesn't exist", "user not found", "recipient not found", "address not found", "recipientnotfound", "mailbox unavailable", "mailbox not found",
		"unknown address", "invalid recipient", "invalid mailbox", "unrouteable address", "unroutable address", "not a valid mailbox", "unknown local part",
		"recipient address rejected", "account disabled", "mailbox disabled", "account has been disabled", "account is inactive", "no longer available",
		"host or domain name not found", "host not found", "domain not found", "name or service not known",
		"nie istnieje", "nieznany użytkownik", "nieznany odbiorca", "brak takiego użytkownika", "konto nieaktywne",
		"nem létezik", "ismeretlen felhasználó", "ismeretlen címzett", "nincs ilyen felhasználó",
	}
}
