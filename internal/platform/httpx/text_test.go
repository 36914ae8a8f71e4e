package httpx

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/zongler/zongler/internal/errs"
)

func TestTextsThatNoDatabaseKeepsAreRefused(t *testing.T) {
	t.Parallel()
	for body, path := range map[string]string{
		`{"name":"Fala Net"}`:                        "",
		`{"name":"a\\u0000b"}`:                       "", // the six characters themselves
		`{"name":"a\u0000b"}`:                        "name",
		`{"texts":{"pl":"x"},"tags":["a","\u0000"]}`: "tags[1]",
		`{"texts":{"pl":"x\u0000"}}`:                 "texts.pl",
		`{"texts":{"\u0000":"x"}}`:                   "texts",
	} {
		var parsed any
		err := readJSON([]byte(body), &parsed)
		if path == "" && err != nil || path != "" && (err == nil || err.Error() != badText+path) {
			t.Errorf("%s: %v, want a fault at %q", body, err, path)
		}
	}
	for query, bad := range map[string]bool{
		"q=Kov%C3%A1cs&limit=5": false, "q=a+b": false, "": false, "q=%00": true, "q=%ff": true, "q=%ed%a0%80": true, "%00=1": true, "q=a\xff": true,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.RawQuery = query
		if err := checkQuery("listCustomers", r); (err != nil) != bad || bad && errs.CodeOf(err) != codeFields {
			t.Errorf("%q: %v", query, err)
		}
	}
}
