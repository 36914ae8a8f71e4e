package httpx_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const admin = "As: administrator"

func TestErrorsBecomeProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, method, target, body string
		headers                    []string
		status                     int
		code, fields               string
	}{
		{"nobody signed in", "GET", "/api/v1/queues/9", "", nil, 401, "unauthenticated", ""},
		{"no permission, before the input is looked at", "POST", "/api/v1/queues", "{", []string{"As: agent"}, 403, "forbidden", ""},
		{"the use-case's own code", "GET", "/api/v1/queues/1", "", []string{admin}, 404, "queue.unknown", ""},
		{"an internal error", "GET", "/api/v1/queues/2", "", []string{admin}, 500, "internal", ""},
		{"a panic", "GET", "/api/v1/queues/3", "", []string{admin}, 500, "internal", ""},
		{"not now", "GET", "/api/v1/queues/4", "", []string{admin}, 503, "unavailable", ""},
		{"a conflict", "POST", "/api/v1/queues", `{"id":"","name":"taken"}`, []string{admin}, 409, "queue.taken", ""},
		{"a path that is no key", "GET", "/api/v1/queues/x", "", []string{admin}, 422, "fields", "path.id=type.integer"},
		{"a key below one", "GET", "/api/v1/queues/-5", "", []string{admin}, 422, "fields", "path.id=number.min"},
		{"a query key", "GET", "/api/v1/queues/9?team=0", "", []string{admin}, 422, "fields", "query.team=number.min"},
		{"a list of keys", "GET", "/api/v1/queues/9?others=1,x", "", []string{admin}, 422, "fields", "query.others=malformed"},
		{"an unknown parameter", "GET", "/api/v1/queues/9?nope=1", "", []string{admin}, 422, "fields", "query.nope=unknown"},
		{"too large a page", "GET", "/api/v1/queues?limit=101", "", []string{admin}, 422, "fields", "query.limit=number.max"},
		{"a foreign cursor", "GET", "/api/v1/queues?cursor=!!", "", []string{admin}, 422, "fields", "query.cursor=format.cursor"},
		{"no body", "POST", "/api/v1/queues", "", []string{admin}, 400, "body.malformed", ""},
		{"NUL in a text", "POST", "/api/v1/queues", `{"id":"","name":"a\u0000b"}`, []string{admin}, 422, "fields", "name=format.text"},
		{"half a body", "POST", "/api/v1/queues", "{", []string{admin}, 400, "body.malformed", ""},
		{"another media type", "POST", "/api/v1/queues", "<a/>", []string{admin, "Content-Type: text/xml"}, 415, "body.media_type", ""},
		{"too large a body", "POST", "/api/v1/queues", strings.Repeat("x", 1001), []string{admin}, 413, "body.too_large", ""},
		{
			"many fields", "POST", "/api/v1/queues", `{"id":"","name":"a","kind":"fax","hours":[{"from":3},{"from":24},{}],"x":1}`,
			[]string{admin},
			422, "fields",
			"hours[1].from=number.max hours[2].from=required kind=one_of name=length.min x=unknown",
		},
		{"a key in the body", "POST", "/api/v1/queues", `{"id":"0","name":"aaa"}`, []string{admin}, 422, "fields", "id=format.id"},
		{"wrong types", "POST", "/api/v1/queues", `{"id":1,"name":2,"hours":{}}`, []string{admin}, 422, "fields", "hours=type.list id=type.string name=type.string"},
		{"no such address", "GET", "/api/v1/nope", "", nil, 404, "not_found", ""},
		{"no such method", "PUT", "/api/v1/queues", "", nil, 405, "method_not_allowed", ""},
		{"a page of another site", "POST", "/api/v1/queues", "{}", []string{admin, "Sec-Fetch-Site: cross-site"}, 403, "cross_origin", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			w := newSite(t).call(c.method, c.target, c.body, c.headers...)
			p := problemOf(t, w)
			if w.Code != c.status || p.Code != c.code || fieldsOf(p) != c.fields {
				t.Errorf("%d %s [%s], want %d %s [%s]", w.Code, p.Code, fieldsOf(p), c.status, c.code, c.fields)
			}
		})
	}
}

// fieldsOf lists the fields of a problem in the order of their names.
func fieldsOf(p httpx.Problem) string {
	var all []string
	for _, f := range p.Errors {
		all = append(all, f.Path+"="+f.Code)
	}
	sortStrings(all)
	return strings.Join(all, " ")
}

func TestCausesNeverLeakAndAreLoggedOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.call("GET", "/api/v1/queues/2", "", admin)
	if strings.Contains(w.Body.String(), "hunter2") || strings.Contains(w.Body.String(), "dial") {
		t.Errorf("the cause is out: %s", w.Body)
	}
	if n := strings.Count(s.log.String(), "hunter2"); n != 1 {
		t.Errorf("logged %d times: %s", n, s.log.String())
	}
	if !strings.Contains(s.log.String(), problemOf(t, w).RequestID) {
		t.Errorf("the log does not name the request: %s", s.log.String())
	}
	if w := s.call("GET", "/api/v1/queues/3", "", admin); strings.Contains(w.Body.String(), "poisoned") {
		t.Errorf("the panic is out: %s", w.Body)
	}
}

func TestProblemsSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	p := problemOf(t, newSite(t).call("GET", "/api/v1/queues/1", "", admin, "Accept-Language: pl-PL"))
	if p.Detail != "pl/errors/queue.unknown map[id:1]" || p.Title != "pl/errors/title.not_found" {
		t.Errorf("%+v", p)
	}
}

func TestKeysTravelAsTextInPathsAndQueries(t *testing.T) {
	t.Parallel()
	w := newSite(t).call("GET", "/api/v1/queues/9007199254740993?team=12&others=5,6", "", admin)
	want := `{"id":"9007199254740993","name":"2 12"}` + "\n"
	if w.Code != http.StatusOK || w.Body.String() != want {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if h := w.Header(); h.Get("Link") != "" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") == "" {
		t.Errorf("headers %v", h)
	}
}

func TestPagesFollowOneAnother(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var page httpx.Page[queue]
	for want := range 3 {
		w := s.call("GET", "/api/v1/queues?cursor="+page.Next, "", admin)
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || len(page.Items) != 1 || page.Items[0].ID != id.Queue(want+1) || page.Next == "" {
			t.Fatalf("page %d: %s %v", want, w.Body, err)
		}
	}
	last, err := httpx.NewPage([]queue(nil), 5, func(queue) any { return nil })
	if data, _ := json.Marshal(last); err != nil || string(data) != `{"items":[]}` {
		t.Errorf("empty page %s %v", data, err)
	}
}

func TestTheDocumentDescribesWhatIsThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.call("GET", httpx.SpecPath, "")
	var spec map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &spec); err != nil || spec["openapi"] != "3.1.0" {
		t.Fatalf("%v %s", err, w.Body)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, w.Body.Bytes()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"x-permission":"queue.read"`, `"x-codes":["queue.unknown"]`, `"name":"Idempotency-Key"`, `"security":[{"session":[]},{"key":[]}]`,
		`"maxLength":19,"pattern":"^([1-9][0-9]*)?$"`, `"Problem":{`,
	} {
		if !strings.Contains(compact.String(), part) {
			t.Errorf("the document lacks %s", part)
		}
	}
	for _, part := range []string{"$schema", "ErrorModel", `["array","null"]`, `"name":"id","in":"path","required":true,"schema":{"type":"integer"`} {
		if strings.Contains(compact.String(), part) {
			t.Errorf("the document has %s", part)
		}
	}
	if again := s.call("GET", httpx.SpecPath, "", "If-None-Match: "+w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("unchanged document sent again: %d", again.Code)
	}
}

func TestThePageOfTheDocumentStandsAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.call("GET", httpx.DocsPath, "")
	page := w.Body.String()
	for _, part := range []string{`id="getQueue"`, "queue.read", "/api/v1/queues/{id}", `href="#schema-Problem"`, "queue.unknown"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "style=") || strings.Contains(page, "//unpkg") || strings.Contains(page, "ZgotmplZ") {
		t.Error("the page needs what its policy forbids")
	}
	if css := s.call("GET", "/api/docs.css", ""); css.Code != http.StatusOK || !strings.HasPrefix(css.Header().Get("Content-Type"), "text/css") {
		t.Errorf("no style: %d", css.Code)
	}
}

func TestOperationsCanBeWalked(t *testing.T) {
	t.Parallel()
	ops := newSite(t).api.Operations()
	if len(ops) != 3 || ops[0].ID != "getQueue" || ops[0].Keys["id"] != "queue" || len(ops[0].Keys) != 1 || ops[2].Permission != "queue.edit" {
		t.Errorf("%+v", ops)
	}
}

func TestEveryKindHasItsStatus(t *testing.T) {
	t.Parallel()
	seen := map[int]errs.Kind{}
	for kind := errs.Internal; kind <= errs.Unavailable; kind++ {
		status := httpx.StatusOf(errs.E(kind, "x", nil))
		if other, twice := seen[status]; twice {
			t.Errorf("%s and %s are both %d", kind, other, status)
		}
		seen[status] = kind
	}
}
