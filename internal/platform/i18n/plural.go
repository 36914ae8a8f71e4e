package i18n

import (
	"math"
	"reflect"
)

// Form is a plural form, as its keys end.
type Form string

// Plural forms (CLDR).
const (
	One   Form = "one"
	Few   Form = "few"
	Many  Form = "many"
	Other Form = "other"
)

// Forms returns the plural forms that a language needs.
func Forms(lang string) []Form {
	if lang == "pl" {
		return []Form{One, Few, Many, Other}
	}
	return []Form{One, Other}
}

// PluralOf returns the form in which lang counts count things: a number of any
// Go type. Anything else, and a number that is not whole, is Other.
func PluralOf(lang string, count any) Form {
	n, ok := whole(count)
	switch {
	case !ok:
		return Other
	case n == 1:
		return One
	case lang != "pl":
		return Other
	}
	tens, units := n%100/10, n%10
	if units >= 2 && units <= 4 && tens != 1 {
		return Few
	}
	return Many
}

// whole returns the absolute value of a whole number.
func whole(count any) (uint64, bool) {
	v := reflect.ValueOf(count)
	switch {
	case !v.IsValid():
		return 0, false
	case v.CanInt():
		n := v.Int()
		if n < 0 {
			return uint64(-(n + 1)) + 1, true //nolint:gosec // the smallest int64 has no positive twin, so step by one
		}
		return uint64(n), true
	case v.CanUint():
		return v.Uint(), true
	case v.CanFloat():
		f := math.Abs(v.Float())
		return uint64(f), f == math.Trunc(f) && f < math.MaxInt64
	}
	return 0, false
}
