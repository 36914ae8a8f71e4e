package quote

import "strings"

// Sections parts a text into what is new, what is quoted and the signature.
// Joined by line ends they are the text again.
func Sections(text string) []Section {
	if len(text) > maxText {
		return []Section{{Kind: New, Text: text}}
	}
	lines := strings.Split(text, "\n")
	kinds := make([]Kind, len(lines))
	for at := 0; at < len(lines); {
		at += mark(lines, kinds, at)
	}
	absorbBlank(lines, kinds)
	if !anyNew(lines, kinds) { // a mail that only passes something on
		return []Section{{Kind: New, Text: text}}
	}
	return join(lines, kinds)
}

// mark sets the kinds of the next lines and returns how many.
func mark(lines []string, kinds []Kind, at int) int {
	line := strings.TrimRight(lines[at], "\r")
	switch {
	case isQuoted(line):
		return fill(kinds, at, 1, Quoted)
	case isForward(line), isHead(lines, at), isRule(line) && headBelow(lines, at):
		return fill(kinds, at, len(lines)-at, Quoted) // all below is another mail
	case isSignature(line) && at > 0:
		return fill(kinds, at, signatureLength(lines, at), Signature)
	case mobileLine.MatchString(strings.TrimSpace(line)) && at > 0:
		return fill(kinds, at, 1, Signature)
	}
	if n := isReplyLine(lines, at); n > 0 {
		return markReply(lines, kinds, at, n)
	}
	return fill(kinds, at, 1, New)
}

// markReply decides what follows "On … wrote:": lines with quote signs, else
// the whole rest, since mail programs that quote without signs quote below. A
// sentence that merely ends so stays new.
func markReply(lines []string, kinds []Kind, at, n int) int {
	next := at + n
	for next < len(lines) && strings.TrimSpace(lines[next]) == "" {
		next++
	}
	switch {
	case next < len(lines) && isQuoted(lines[next]):
		return fill(kinds, at, next-at, Quoted)
	case dated.MatchString(strings.Join(lines[at:at+n], " ")):
		return fill(kinds, at, len(lines)-at, Quoted)
	}
	return fill(kinds, at, n, New)
}

func headBelow(lines []string, at int) bool {
	for next := at + 1; next < len(lines) && next <= at+2; next++ {
		if strings.TrimSpace(lines[next]) != "" {
			return isHead(lines, next)
		}
	}
	return false
}

// signatureLength is how far a signature goes: to the next quote or the end.
func signatureLength(lines []string, at int) int {
	n := 1
	for at+n < len(lines) {
		line := lines[at+n]
		if isQuoted(line) || isForward(line) || isHead(lines, at+n) || isReplyLine(lines, at+n) > 0 {
			break
		}
		n++
	}
	return n
}

func fill(kinds []Kind, at, n int, kind Kind) int {
	for i := at; i < at+n; i++ {
		kinds[i] = kind
	}
	return n
}

// absorbBlank gives empty lines between two lines of one kind that kind.
func absorbBlank(lines []string, kinds []Kind) {
	last := -1
	for at, line := range lines {
		if strings.TrimSpace(line) == "" && kinds[at] == New {
			continue
		}
		if last >= 0 && kinds[last] == kinds[at] && kinds[at] != New {
			fill(kinds, last, at-last, kinds[at])
		}
		last = at
	}
	if last >= 0 && kinds[last] != New {
		fill(kinds, last, len(lines)-last, kinds[last])
	}
}

func anyNew(lines []string, kinds []Kind) bool {
	for at, line := range lines {
		if kinds[at] == New && strings.TrimSpace(line) != "" {
			return true
		}
	}
	return false
}

func join(lines []string, kinds []Kind) []Section {
	var sections []Section
	start := 0
	for at := 1; at <= len(lines); at++ {
		if at == len(lines) || kinds[at] != kinds[start] {
			sections = append(sections, Section{Kind: kinds[start], Text: strings.Join(lines[start:at], "\n")})
			start = at
		}
	}
	return sections
}
