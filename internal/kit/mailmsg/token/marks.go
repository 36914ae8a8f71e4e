package token

import (
	"html"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// Letters say what a mark leads to.
const (
	conversation = 'c'
	entry        = 'e'
)

// Address returns base with a signed plus-part that leads to a conversation:
// support@x.pl becomes support+c.<id>.<mac>@x.pl. It reports false if base is no
// address, has a plus-part already, or would become too long.
func (k Key) Address(base string, id int64) (string, bool) {
	at := strings.LastIndexByte(base, '@')
	if len(k) == 0 || id <= 0 || at <= 0 || at == len(base)-1 || strings.ContainsAny(base[:at], `+"`) {
		return "", false
	}
	local := base[:at] + "+" + k.sign(forAddress, conversation, id)
	if len(local) > maxLocal {
		return "", false
	}
	return local + base[at:], true
}

// ReadAddress reads what Address wrote, in any case.
func (k Key) ReadAddress(address string) (id int64, base string, ok bool) {
	address = strings.TrimSpace(address)
	at := strings.LastIndexByte(address, '@')
	if at <= 0 || len(address) > maxAddress {
		return 0, "", false
	}
	local, mark, found := strings.Cut(address[:at], "+")
	if !found || local == "" {
		return 0, "", false
	}
	if id, ok = k.verify(forAddress, conversation, mark); !ok {
		return 0, "", false
	}
	return id, local + address[at:], true
}

// MessageID returns the Message-ID of an entry, without brackets. The same entry
// always gets the same.
func (k Key) MessageID(domain string, id int64) string {
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	return k.sign(forMessageID, entry, id) + "@" + strings.ToLower(domain)
}

// ReadMessageID reads what MessageID wrote, with brackets or without. The domain
// is not part of the proof: servers rewrite it.
func (k Key) ReadMessageID(messageID string) (id int64, ok bool) {
	messageID = strings.Trim(strings.TrimSpace(messageID), "<>")
	local, _, found := strings.Cut(messageID, "@")
	if !found || len(messageID) > maxAddress {
		return 0, false
	}
	return k.verify(forMessageID, entry, local)
}

// MarkerText returns the line that leads to a conversation from the text of an
// answer, for the end of a mail.
func (k Key) MarkerText(id int64) string {
	return "[ref:" + k.sign(forMarker, conversation, id) + "]"
}

// MarkerHTML returns the same for HTML, where nobody sees it.
func (k Key) MarkerHTML(id int64) string {
	return `<div style="display:none;font-size:1px;line-height:1px;color:#ffffff;max-height:0;overflow:hidden">` +
		html.EscapeString(k.MarkerText(id)) + `</div>`
}

// markerForm is what MarkerText writes, in any case.
var markerForm = regexp.MustCompile(`(?i)\[ref:\s*(c\.[0-9a-z]{1,13}\.[a-z2-7]{16})\]`)

// maxMarkers is how many marks of one mail are tried.
const maxMarkers = 20

// FindMarker returns the first mark in a text or in HTML that is ours.
func (k Key) FindMarker(text string) (id int64, ok bool) {
	text = text[:min(len(text), maxInput)]
	for _, match := range markerForm.FindAllStringSubmatch(text, maxMarkers) {
		if id, ok = k.verify(forMarker, conversation, match[1]); ok {
			return id, true
		}
	}
	return 0, false
}
