package quote

import (
	"regexp"
	"slices"
	"strings"
)

// Bounds of what is looked at.
const (
	maxText  = 1 << 20 // bytes; what is longer counts as new, whole
	maxReply = 4       // lines over which a mail program folds "On … wrote:"
	maxIntro = 600     // bytes of it
	maxHead  = 12      // lines of a block From/Sent/To/Subject
)

// openedForms begin with their own words, so that their first line is known.
var openedForms = []*regexp.Regexp{ //nolint:gochecknoglobals // compiled once
	regexp.MustCompile(`(?i)^on\s.+\swrote:$`),
	regexp.MustCompile(`(?i)^(w dniu|dnia|w dn\.|dn\.)\s.+\s(napisał\(a\)|napisała?|napisał/a|napisali|pisze|wrote):$`),
	regexp.MustCompile(`(?i)^(am|le|el)\s.+\s(schrieb.*|a écrit ?|escribió):$`),
	regexp.MustCompile(`^\d{4}-\d\d-\d\d.*<[^<>]+@[^<>]+>:?$`),
}

// closedForms are known by their end; a name or a date comes first.
var closedForms = []*regexp.Regexp{ //nolint:gochecknoglobals // compiled once
	regexp.MustCompile(`(?i)^.+\s(napisał\(a\)|napisała?|napisał/a|wrote):$`),
	regexp.MustCompile(`(?i)^.+\s(ezt )?írta( \(.*\))?:$`),
}

// introWords stand in every introduction: they are looked for before the forms,
// which take longer.
var introWords = []string{"wrote", "napisa", "pisze", "írta", "schrieb", "écrit", "escribi"} //nolint:gochecknoglobals // a constant that Go cannot express

// dated is what the introduction of a quote has and a sentence seldom: a mail
// address, a year, a time.
var dated = regexp.MustCompile(`@|(^|\D)(19|20)\d\d(\D|$)|(^|\D)\d{1,2}:\d\d(\D|$)`)

// forwardLine is the rule that a mail program draws above the mail it answers or
// passes on.
var forwardLine = regexp.MustCompile(
	`(?i)^[-_*]{2,}\s*(original message|forwarded message|original appointment|reply message|wiadomość oryginalna|oryginalna wiadomość|` +
		`treść oryginalnej wiadomości|wiadomość przekazana dalej|przekazana wiadomość|treść przekazanej wiadomości|forwarded by .{0,100}|` +
		`eredeti üzenet|továbbított üzenet|eredeti levél|továbbított levél|válaszolt üzenet|ursprüngliche nachricht)\s*:?\s*[-_*]{2,}$`)

// headField is a line of Outlook's block, in bold where HTML became text.
var headField = regexp.MustCompile(
	`(?i)^\*?(from|sent|date|to|cc|subject|reply-to|importance|` +
		`od|wysłano|wysłane|data|do|dw|temat|nadawca|adresat|ważność|` +
		`feladó|elküldve|dátum|küldve|címzett|címzettek|másolatot kap|másolat|tárgy|fontosság|` +
		`von|gesendet|an|betreff|datum)\s*:\*?(\s|$)`)

// fromField begins such a block.
var fromField = regexp.MustCompile(`(?i)^\*?(from|od|nadawca|feladó|von)\s*:\*?\s*\S`)

// mobileLine is the signature of a telephone.
var mobileLine = regexp.MustCompile(
	`(?i)^(sent from (my |yahoo|outlook|mail for|samsung|proton)|get outlook for|sent via |` +
		`wysłan[eoy] z (mojego|mojej|telefonu|iphone|ipada?|smartfon|urządzenia|samsung|androida|programu|aplikacji|poczty|telefonu)|pobierz (aplikację )?outlook|` +
		`(az )?iphone-omról küldve|(az )?ipademről küldve|elküldve az? |küldve az? |samsung mobilról|az outlook letöltése|androidról küldve)`)

// isReplyLine reports how many lines from at on are the introduction of a quote,
// "On … wrote:", which mail programs fold; 0 if they are none.
func isReplyLine(lines []string, at int) int {
	joined := ""
	for n := 1; n <= maxReply && at+n <= len(lines); n++ {
		line := strings.TrimSpace(unquoted(lines[at+n-1]))
		if line == "" || len(joined)+len(line) > maxIntro {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + line)
		if !mayIntroduce(joined) {
			continue
		}
		if matches(openedForms, joined) {
			return n
		}
		// Of a form known by its end the shortest is taken, else it would take
		// the sentence before it along.
		if matches(closedForms, joined) && (n == 1 || dated.MatchString(lines[at]) && isReplyLine(lines, at+1) == 0) {
			return n
		}
	}
	return 0
}

func mayIntroduce(line string) bool {
	switch {
	case strings.HasSuffix(line, ">"), strings.HasSuffix(line, ">:"):
		return line[0] >= '0' && line[0] <= '9'
	case strings.HasSuffix(line, ":"):
		line = strings.ToLower(line)
		return slices.ContainsFunc(introWords, func(word string) bool { return strings.Contains(line, word) })
	}
	return false
}

func matches(forms []*regexp.Regexp, line string) bool {
	return slices.ContainsFunc(forms, func(form *regexp.Regexp) bool { return form.MatchString(line) })
}

// isHead reports whether Outlook's block begins at a line: From, and at least
// two more of its fields below.
func isHead(lines []string, at int) bool {
	if !fromField.MatchString(strings.TrimSpace(lines[at])) {
		return false
	}
	fields := 0
	for _, line := range lines[at:min(len(lines), at+maxHead)] {
		if headField.MatchString(strings.TrimSpace(line)) {
			fields++
		}
	}
	return fields >= 3
}

func isForward(line string) bool { return forwardLine.MatchString(strings.TrimSpace(line)) }

// isRule is the line that Outlook draws above its block.
func isRule(line string) bool {
	line = strings.TrimSpace(line)
	return len(line) >= 20 && strings.Trim(line, "_-") == ""
}

func isQuoted(line string) bool {
	line = strings.TrimLeft(line, " \t")
	return strings.HasPrefix(line, ">") || strings.HasPrefix(line, "&gt;")
}

// unquoted takes the quote signs off a line.
func unquoted(line string) string { return strings.TrimLeft(line, "> \t") }

// isSignature is the separator of signatures, with or without its space.
func isSignature(line string) bool { return line == "-- " || line == "--" }
