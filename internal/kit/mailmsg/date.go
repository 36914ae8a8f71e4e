package mailmsg

import (
	"net/mail"
	"strconv"
	"strings"
	"time"
)

// Mail from before or long after is a broken clock.
const (
	firstYear = 1990
	lastYear  = 2200
	maxDate   = 200 // bytes
)

// parseDate reads a date as mails have it, also without week day, seconds or
// zone, with two digits of a year or with a zone's name.
func parseDate(text string) (time.Time, bool) {
	text = stripComments(text[:min(len(text), maxDate)])
	dashed := !strings.Contains(text, " -") // 28-Nov-2026, where no zone begins with a dash
	var d dateParts
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r == ',' || r == '-' && dashed }) {
		d.take(word)
	}
	if d.day == 0 || d.month == 0 || d.year == 0 || !d.timed {
		t, err := mail.ParseDate(text)
		if err != nil {
			return time.Time{}, false
		}
		return plausible(t)
	}
	zone := time.FixedZone("", d.offset)
	t := time.Date(d.year, d.month, d.day, d.clock[0], d.clock[1], d.clock[2], 0, zone)
	if t.Day() != d.day {
		return time.Time{}, false
	}
	return plausible(t)
}

func plausible(t time.Time) (time.Time, bool) {
	t = t.UTC()
	if t.Year() < firstYear || t.Year() > lastYear {
		return time.Time{}, false
	}
	return t, true
}

// dateParts gathers the words of a date in any order.
type dateParts struct {
	day    int
	month  time.Month
	year   int
	timed  bool
	clock  [3]int
	offset int // seconds east of Greenwich
}

func (d *dateParts) take(word string) {
	switch {
	case word[0] == '+' || word[0] == '-':
		d.takeOffset(word)
	case strings.Contains(word, ":"):
		d.takeClock(word)
	case word[0] >= '0' && word[0] <= '9':
		d.takeNumber(word)
	default:
		d.takeName(strings.ToLower(word))
	}
}

func (d *dateParts) takeClock(word string) {
	parts := strings.SplitN(word, ":", 3)
	for i, limit := range []int{23, 59, 60}[:len(parts)] {
		digits, _, _ := strings.Cut(parts[i], ".")
		n, err := strconv.Atoi(digits)
		if err != nil || n < 0 || n > limit {
			return
		}
		d.clock[i] = n
	}
	d.timed = true
}

func (d *dateParts) takeOffset(word string) {
	n, err := strconv.Atoi(strings.ReplaceAll(word[1:], ":", ""))
	if err != nil || n < 0 || n > 1400 || n%100 > 59 {
		return
	}
	d.offset = n/100*3600 + n%100*60
	if word[0] == '-' {
		d.offset = -d.offset
	}
}

func (d *dateParts) takeNumber(word string) {
	n, err := strconv.Atoi(word)
	switch {
	case err != nil:
	case d.day == 0 && n >= 1 && n <= 31:
		d.day = n
	case d.year == 0 && n < 50:
		d.year = 2000 + n
	case d.year == 0 && n < 1000:
		d.year = 1900 + n%100
	case d.year == 0:
		d.year = n
	}
}

func (d *dateParts) takeName(word string) {
	zones := map[string]int{"cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "bst": 1, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "pst": -8, "pdt": -7}
	if hours, ok := zones[word]; ok {
		d.offset = hours * 3600
		return
	}
	if plus := strings.IndexAny(word, "+-"); plus > 0 { // GMT+0200
		d.takeOffset(word[plus:])
		return
	}
	if len(word) < 3 {
		return
	}
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	if at := strings.Index(names, word[:3]); at >= 0 && at%3 == 0 && d.month == 0 {
		d.month = time.Month(at/3 + 1)
	}
}
