package calendar

import (
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/pl"
)

// Holiday is a day on which a country rests.
type Holiday struct {
	Date  Date
	Name  string // in the country's language
	Moved bool   // a rest day by decree, worked off on a Saturday
}

// Holidays returns the public holidays of a country in a year, in order.
func Holidays(c Country, year int) []Holiday {
	var all []Holiday
	switch c {
	case Poland:
		all = polish(year)
	case Hungary:
		all = hungarian(year)
	case NoCountry:
	}
	slices.SortFunc(all, func(a, b Holiday) int { return strings.Compare(a.Date.String(), b.Date.String()) })
	return all
}

// polish returns what the library knows and what it does not: the two feasts
// that always fall on a Sunday, and Christmas Eve, a holiday since 2025.
func polish(year int) []Holiday {
	all := make([]Holiday, 0, len(pl.Holidays)+3)
	for _, h := range pl.Holidays {
		all = append(all, on(h, year, h.Name))
	}
	all = append(all, on(aa.Easter, year, "Wielkanoc"), on(aa.Pentecost, year, "Zielone Świątki"))
	if year >= 2025 {
		all = append(all, Holiday{Date: Date{year, time.December, 24}, Name: "Wigilia Bożego Narodzenia"})
	}
	return all
}

// hungarian returns the holidays of the Labour Code (2012. évi I. törvény 102. §),
// the two feasts on Sundays, and the rest days of the year's decree.
func hungarian(year int) []Holiday {
	fixed := []Holiday{
		{Date: Date{year, time.January, 1}, Name: "Újév"},
		{Date: Date{year, time.March, 15}, Name: "Nemzeti ünnep"},
		{Date: Date{year, time.May, 1}, Name: "A munka ünnepe"},
		{Date: Date{year, time.August, 20}, Name: "Az államalapítás ünnepe"},
		{Date: Date{year, time.October, 23}, Name: "Nemzeti ünnep"},
		{Date: Date{year, time.November, 1}, Name: "Mindenszentek"},
		{Date: Date{year, time.December, 25}, Name: "Karácsony"},
		{Date: Date{year, time.December, 26}, Name: "Karácsony másnapja"},
	}
	all := append(fixed,
		on(aa.Easter, year, "Húsvétvasárnap"), on(aa.EasterMonday, year, "Húsvéthétfő"),
		on(aa.Pentecost, year, "Pünkösdvasárnap"), on(aa.PentecostMonday, year, "Pünkösdhétfő"))
	if year >= 2017 {
		all = append(all, on(aa.GoodFriday, year, "Nagypéntek"))
	}
	for _, m := range movedDays() {
		if m.Rest.Year == year {
			all = append(all, Holiday{Date: m.Rest, Name: "Áthelyezett pihenőnap", Moved: true})
		}
	}
	return all
}

func on(h *cal.Holiday, year int, name string) Holiday {
	actual, _ := h.Calc(year)
	return Holiday{Date: DateOf(actual), Name: name}
}

// Moved is a Hungarian working day that was moved: on Work, a Saturday, people do what Rest would have had.
type Moved struct{ Work, Rest Date }

// movedDays is the table of moved working days, from the decrees that
// docs/guides/calendars.md names. A year that is not here is not known (MovesKnown):
// add its decree's days when it is published.
func movedDays() []Moved {
	day := func(y int, m time.Month, d int) Date { return Date{y, m, d} }
	return []Moved{
		{day(2024, time.August, 3), day(2024, time.August, 19)},
		{day(2024, time.December, 7), day(2024, time.December, 24)},
		{day(2024, time.December, 14), day(2024, time.December, 27)},
		{day(2025, time.May, 17), day(2025, time.May, 2)},
		{day(2025, time.October, 18), day(2025, time.October, 24)},
		{day(2025, time.December, 13), day(2025, time.December, 24)},
		{day(2026, time.January, 10), day(2026, time.January, 2)},
		{day(2026, time.August, 8), day(2026, time.August, 21)},
		{day(2026, time.December, 12), day(2026, time.December, 24)},
	}
}

// MovesKnown reports whether the moved working days of a country in a year are
// known: those of Hungary from its decrees, which come out year by year. Elsewhere
// no days are moved.
func MovesKnown(c Country, year int) bool {
	return c != Hungary || slices.ContainsFunc(movedDays(), func(m Moved) bool { return m.Rest.Year == year })
}

// movesDue is the month from which on the moves of the next year must be known: the
// decree comes out in the spring or summer before it, and calendars reach into January.
const movesDue = time.October

// MissingMoves returns those of this year and the next whose moved working days are
// not known, and whether they should be by now.
func MissingMoves(now time.Time) (years []int, due bool) {
	for _, year := range []int{now.Year(), now.Year() + 1} {
		if slices.ContainsFunc(Countries(), func(c Country) bool { return !MovesKnown(c, year) }) {
			years = append(years, year)
			due = due || year == now.Year() || now.Month() >= movesDue
		}
	}
	return years, due
}

// WorkingSaturdays returns the moved working days of a country in a year.
func WorkingSaturdays(c Country, year int) []Moved {
	if c != Hungary {
		return nil
	}
	return slices.DeleteFunc(movedDays(), func(m Moved) bool { return m.Work.Year != year })
}
