package twilio

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // it is what they sign with; HMAC does not rest on what SHA-1 lacks
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// SignatureHeader carries the signature of what is posted.
const SignatureHeader = "X-Twilio-Signature"

// Sign returns the signature of a form that is posted to an address: over the address as
// they know it, and the names and values of the form, by name.
func Sign(token, address string, form url.Values) string {
	var said strings.Builder
	said.WriteString(address)
	for _, name := range slices.Sorted(maps.Keys(form)) {
		values := slices.Sorted(slices.Values(form[name]))
		for _, value := range slices.Compact(values) {
			said.WriteString(name + value)
		}
	}
	m := hmac.New(sha1.New, []byte(token))
	m.Write([]byte(said.String()))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// Signed reports whether signature is that of a form posted to an address.
func Signed(token, address string, form url.Values, signature string) bool {
	return hmac.Equal([]byte(signature), []byte(Sign(token, address, form)))
}
