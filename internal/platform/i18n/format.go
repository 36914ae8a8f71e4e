package i18n

import (
	"strconv"
	"strings"
	"time"
)

const (
	thousand = 3 // digits of a group
	// noBreak parts groups of digits in Polish and Hungarian, and never ends a line.
	noBreak = "\u00a0"
)

// Number writes n with so many decimals: 1,234.5 in English, 1 234,5 in Polish and Hungarian.
func Number(lang string, n float64, decimals int) string {
	text := strconv.FormatFloat(n, 'f', max(0, decimals), 64)
	sign := ""
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = "-", rest
	}
	whole, fraction, _ := strings.Cut(text, ".")
	group, point := noBreak, ","
	if lang == English {
		group, point = ",", "."
	}
	text = sign + grouped(whole, group)
	if fraction != "" {
		text += point + fraction
	}
	return text
}

func grouped(digits, by string) string {
	if len(digits) <= thousand || digits[0] < '0' || digits[0] > '9' { // also Inf and NaN
		return digits
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%thousand == 0 {
			b.WriteString(by)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Date writes the day of t: 14 Mar 2026, 14.03.2026, 2026. 03. 14.
func Date(lang string, t time.Time) string {
	switch lang {
	case "pl":
		return t.Format("02.01.2006")
	case "hu":
		return t.Format("2006. 01. 02.")
	}
	return t.Format("2 Jan 2006")
}

// Clock writes the time of day of t, in 24 hours.
func Clock(t time.Time) string { return t.Format("15:04") }

// DateTime writes day and time of t.
func DateTime(lang string, t time.Time) string { return Date(lang, t) + " " + Clock(t) }
