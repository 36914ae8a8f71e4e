package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// maxInput is the longest text that is looked at, in bytes.
const maxInput = 64

// Normalize returns a number in E.164 (+48221234567). A number without country
// code is taken to be of region (PL, HU, GB …). It reports false for what is
// not a number that could exist.
func Normalize(text, region string) (string, bool) {
	if len(text) > maxInput {
		return "", false
	}
	n, err := phonenumbers.Parse(strings.TrimPrefix(strings.TrimSpace(text), "tel:"), strings.ToUpper(region))
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// Display returns a number as people of region write it: national at home,
// international elsewhere. What is not in E.164 comes back as it is.
func Display(e164, region string) string {
	if len(e164) > maxInput || !strings.HasPrefix(e164, "+") {
		return e164
	}
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return e164
	}
	if phonenumbers.GetRegionCodeForNumber(n) == strings.ToUpper(region) {
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// Region returns the country of a number in E.164 as two letters, or "".
func Region(e164 string) string {
	if len(e164) > maxInput {
		return ""
	}
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(n)
}
