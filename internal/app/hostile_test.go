package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/platform/live"
)

// nasty is a request as no honest client sends it, with the statuses that are a clear answer.
type nasty struct {
	name   string
	method string
	path   string
	kind   string // content type; empty: JSON
	body   string
	header http.Header
	want   []int
}

func nasties(e *estate) []nasty {
	invalid := []int{http.StatusBadRequest, http.StatusUnprocessableEntity}
	queue := "/api/v1/queues/"
	deep := strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)
	missing := []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusBadRequest}
	return []nasty{
		{"a body beyond the bound", "POST", "/api/v1/skills", "", `{"name":"` + strings.Repeat("x", httpx.DefaultMaxBody) + `"}`, nil, []int{413}},
		{"a visitor's body beyond the bound", "POST", "/w/visitors", "", `{"key":"` + strings.Repeat("x", webchat.BodyMax) + `"}`, nil, []int{413, 422}},
		{"half a JSON value", "POST", "/api/v1/skills", "", `{"name":"a`, nil, invalid},
		{"two JSON values", "POST", "/api/v1/skills", "", `{"name":"a"} {"name":"b"}`, nil, invalid},
		{"no body", "POST", "/api/v1/skills", "", ``, nil, invalid},
		{"not JSON", "POST", "/api/v1/skills", "", `name=a`, nil, invalid},
		{"a list for an object", "POST", "/api/v1/skills", "", `[]`, nil, invalid},
		{"null for an object", "POST", "/api/v1/skills", "", `null`, nil, invalid},
		{"a number for a text", "POST", "/api/v1/skills", "", `{"name":1}`, nil, invalid},
		{"an unknown member", "POST", "/api/v1/skills", "", `{"name":"a","admin":true}`, nil, invalid},
		{"a nest too deep", "POST", "/api/v1/skills", "", deep, nil, append(invalid, 413)},
		{"a visitor's nest too deep", "POST", "/w/visitors", "", deep[:60_000], nil, append(invalid, 413)},
		{"NUL in a text", "POST", "/api/v1/skills", "", `{"name":"a\u0000b"}`, nil, invalid},
		{"half a character in a text", "POST", "/api/v1/skills", "", "{\"name\":\"a\xff\xfeb\"}", nil, append(invalid, 201)},
		{"half a surrogate in a text", "POST", "/api/v1/skills", "", `{"name":"lone \ud800 half"}`, nil, append(invalid, 201)},
		{"NUL in a query", "GET", "/api/v1/customers?q=%00", "", "", nil, invalid},
		{"half a character in a query", "GET", "/api/v1/customers?q=%ff%fe", "", "", nil, invalid},
		{"a wildcard in a query", "GET", "/api/v1/customers?q=%25_%5C", "", "", nil, []int{200}},
		{"a quote in a query", "GET", "/api/v1/customers?q='%20OR%201%3D1%20--", "", "", nil, []int{200}},
		{"a huge query", "GET", "/api/v1/customers?q=" + strings.Repeat("a", 60_000), "", "", nil, append(invalid, 200, 414)},
		{"a query that is none", "GET", "/api/v1/customers?%zz&=&;", "", "", nil, append(invalid, 200)},
		{"an unknown parameter", "GET", "/api/v1/customers?admin=1", "", "", nil, invalid},
		{"a negative limit", "GET", "/api/v1/customers?limit=-1", "", "", nil, invalid},
		{"a limit beyond numbers", "GET", "/api/v1/customers?limit=99999999999999999999", "", "", nil, invalid},
		{"a false cursor", "GET", "/api/v1/customers?cursor=AAAA", "", "", nil, invalid},
		{"a cursor of another list", "GET", "/api/v1/users?cursor=eyJiIjoiMSJ9", "", "", nil, append(invalid, 200)},
		{"a negative id", "GET", queue + "-1", "", "", nil, missing},
		{"zero for an id", "GET", queue + "0", "", "", nil, missing},
		{"an id beyond numbers", "GET", queue + "99999999999999999999", "", "", nil, missing},
		{"the greatest id", "GET", queue + "9223372036854775807", "", "", nil, []int{404}},
		{"a word for an id", "GET", queue + "first", "", "", nil, missing},
		{"a hexadecimal id", "GET", queue + "0x10", "", "", nil, missing},
		{"an id in a body that is none", "POST", "/api/v1/queues", "", `{"brand_id":"-5","name":"a"}`, nil, invalid},
		{"a year beyond time", "GET", "/api/v1/calendars/" + e.ids["calendar"] + "/preview?year=99999999", "", "", nil, invalid},
		{"a time beyond time", "GET", "/api/v1/audit?from=9999999-01-01T00:00:00Z", "", "", nil, invalid},
		{"a way out of the folder", "GET", "/api/v1/../../../etc/passwd", "", "", nil, []int{301, 307, 404}},
		{"an encoded way out of the folder", "GET", "/w/assets/..%2f..%2f..%2fetc%2fpasswd", "", "", nil, []int{400, 404}},
		{"a way out by a backslash", "GET", "/w/..%5c..%5cetc%5cpasswd", "", "", nil, []int{400, 404}},
		{"a file name that leaves", "POST", "/api/v1/attachments", "application/octet-stream", string(picture()), http.Header{"X-Filename": {"../../../etc/passwd"}}, append(invalid, 201)},
		{"a file name with a line break", "POST", "/api/v1/attachments", "application/octet-stream", string(picture()), http.Header{"X-Filename": {"a%0d%0aSet-Cookie: b"}}, append(invalid, 201)},
		{"a file name with NUL", "POST", "/api/v1/attachments", "application/octet-stream", string(picture()), http.Header{"X-Filename": {"a%00b%ff"}}, append(invalid, 201)},
		{"an idempotency key that is no text", "POST", "/api/v1/skills", "", `{"name":"b"}`, http.Header{"Idempotency-Key": {"\xff\xfe"}}, invalid},
		{"a token that is no text", "GET", "/api/v1/invitations/%ff%00", "", "", nil, missing},
		{"a form for JSON", "POST", "/api/v1/skills", "application/x-www-form-urlencoded", "name=a", nil, append(invalid, 415)},
		{"XML for JSON", "POST", "/api/v1/skills", "application/xml", "<name>a</name>", nil, append(invalid, 415)},
		{"a picture that is none", "PUT", "/api/v1/brands/" + e.ids["brand"] + "/logo", "application/octet-stream", "GIF89a", nil, append(invalid, 415)},
		{"a script for a logo", "PUT", "/api/v1/brands/" + e.ids["brand"] + "/logo", "application/octet-stream", `<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>`, nil, append(invalid, 415, 200)},
		{"a method that is none", "BREW", "/api/v1/skills", "", "", nil, []int{400, 405, 501}},
		{"a method that the address lacks", "DELETE", "/api/v1/skills", "", "", nil, []int{405}},
		{"an address that is none", "GET", "/api/v1/nothing", "", "", nil, []int{404}},
		{"a long idempotency key", "POST", "/api/v1/skills", "", `{"name":"a"}`, http.Header{"Idempotency-Key": {strings.Repeat("k", 5000)}}, invalid},
		{"another site's request", "POST", "/api/v1/skills", "", `{"name":"a"}`, http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}, []int{403}},
		{"a page of another origin", "GET", "/w/config?key=" + e.key, "", "", http.Header{"Origin": {"https://evil.example"}}, []int{403}},
		{"a language that is none", "GET", "/api/v1/queues/1", "", "", http.Header{"Accept-Language": {strings.Repeat("x-,;q=", 2000)}}, []int{404}},
		{"a visitor without a token", "GET", "/w/entries", "", "", nil, []int{401}},
		{"a visitor's false token", "POST", "/w/messages", "", `{"type":"ping"}`, http.Header{"Authorization": {"Bearer v1.AAAA"}}, []int{401}},
		{"a signed address with a false signature", "GET", "/w/attachments/" + e.ids["attachment"] + "?exp=9999999999&sig=AAAA&t=1", "", "", nil, []int{401, 403, 404, 410}},
	}
}

// send sends a nasty request as c and returns the recorded answer.
func (h *house) send(c *caller, n nasty) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, "/", strings.NewReader(n.body))
	at, err := url.ParseRequestURI(n.path) // as the server reads it: nothing is tidied up
	h.must(err)
	r.Method, r.URL, r.RequestURI = n.method, at, n.path
	r.Header.Set("Content-Type", "application/json")
	if n.kind != "" {
		r.Header.Set("Content-Type", n.kind)
	}
	c.sign(r.Header)
	maps.Copy(r.Header, n.header)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

func TestHostileRequestsGetAClearAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, hostileRequests)
}

func hostileRequests(t *testing.T, d *db.DB) {
	t.Helper()
	h := openHouse(t, d, "")
	e := h.build(h.tenants[0], "Alfa")
	for _, n := range nasties(e) {
		w := h.send(e.chief, n)
		if !slices.Contains(n.want, w.Code) {
			t.Errorf("%s: %d, want one of %v: %.300s", n.name, w.Code, n.want, w.Body)
		}
		if w.Code >= http.StatusBadRequest && strings.HasPrefix(n.path, "/api/") && field(t, w.Body.String(), "code") == "" {
			t.Errorf("%s: %d without a code: %.300s", n.name, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), "root:") || w.Header().Get("Set-Cookie") == "b" {
			t.Errorf("%s: got what it was after: %.300s", n.name, w.Body)
		}
	}
	e.chief.make("GET", "/api/v1/session", nil, "")
}

// TestNoTextBreaksAnOperation puts texts that a database may not keep into every text there is.
func TestNoTextBreaksAnOperation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		texts := textParameters(t, h)
		all := probes()
		for _, op := range h.app.site.api.Operations() {
			r := all[op.ID].aim(op, e)
			for _, name := range texts[op.ID] {
				path, _, _ := strings.Cut(r.path, "?")
				for _, poison := range []string{"%00", "a%00b", "%ff%fe", "%ed%a0%80", strings.Repeat("%25", 2000)} {
					h.survives(t, e, r, path+"?"+name+"="+poison, nil)
				}
			}
			if f, ok := r.body.(fields); ok && !all[op.ID].absent {
				for _, poison := range []string{"a\x00b", "a\xff\xfeb", "\u202e\ufffe\U0010ffff", strings.Repeat("é", 300_000)} {
					for _, bad := range poisoned(f, poison) {
						h.survives(t, e, r, r.path, bad)
					}
				}
			}
		}
	})
}

func (h *house) survives(t *testing.T, e *estate, r request, path string, body any) {
	t.Helper()
	if got := e.chief.call(r.method, path, body); got.status >= http.StatusInternalServerError {
		t.Errorf("%s: %d for %.120s %.120q: %s", r.op.ID, got.status, path, fmt.Sprint(body), got.body)
	}
}

// poisoned returns copies of f with one text each replaced.
func poisoned(f fields, poison string) (all []fields) {
	for name, value := range f {
		if _, ok := value.(string); ok {
			bad := maps.Clone(f)
			bad[name] = poison
			all = append(all, bad)
		}
	}
	return all
}

// textParameters returns the names of query parameters that are texts, by operation.
func textParameters(t *testing.T, h *house) map[string][]string {
	t.Helper()
	raw, err := h.app.site.api.Spec()
	h.must(err)
	var spec struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Parameters  []struct {
				Name   string `json:"name"`
				In     string `json:"in"`
				Schema struct {
					Type string `json:"type"`
				} `json:"schema"`
			} `json:"parameters"`
		} `json:"paths"`
	}
	h.must(json.Unmarshal(raw, &spec))
	found := map[string][]string{}
	for _, methods := range spec.Paths {
		for _, op := range methods {
			for _, p := range op.Parameters {
				if p.In == "query" && p.Schema.Type == "string" {
					found[op.OperationID] = append(found[op.OperationID], p.Name)
				}
			}
		}
	}
	return found
}

func TestHostileFramesEndWithACode(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	e := h.build(h.tenants[0], "Alfa")
	big := []byte(`{"type":"view","data":"` + strings.Repeat("x", 80<<10) + `"}`)
	odd := []string{`{`, `null`, `[]`, `"text"`, `{"type":5}`, `{"type":""}`, "{\"type\":\"\xff\"}", `{"type":"view","data":` + strings.Repeat("[", 10_000), strings.Repeat("{", 1000)}

	desk := h.dial(e.chief)
	desk.write(websocket.MessageText, big)
	if code := desk.closed(); code != websocket.StatusCode(live.CloseTooBig) {
		t.Errorf("a huge frame of a desk: %d", code)
	}
	desk = h.dial(e.chief)
	for _, text := range odd {
		desk.write(websocket.MessageText, []byte(text))
	}
	if code := desk.closed(); code != websocket.StatusCode(live.ClosePolicy) {
		t.Errorf("odd frames of a desk: %d", code)
	}
	desk = h.dial(e.chief)
	desk.write(websocket.MessageBinary, []byte{0, 1, 2})
	desk.until("error")
	desk.send("view", fields{"conversation_id": "-1"})
	desk.send("typing", fields{"on": "yes"})
	desk.send("board", "on")
	desk.send("steal", nil)
	desk.send("ping", nil)
	desk.until("pong")
	desk = h.dial(e.chief)
	for range 5000 {
		desk.write(websocket.MessageText, []byte(`{"type":"ping"}`))
	}
	if code := desk.closed(); code != websocket.StatusCode(live.ClosePolicy) && code != websocket.StatusCode(live.CloseTryAgain) {
		t.Errorf("a flood of a desk: %d", code)
	}

	guest := e.visit()
	guest.write(websocket.MessageText, big)
	if code := guest.closed(); code != websocket.StatusCode(live.CloseTooBig) && code != webchat.CloseMalformed {
		t.Errorf("a huge frame of a visitor: %d", code)
	}
	for _, text := range odd {
		guest = e.visit()
		guest.write(websocket.MessageText, []byte(text))
		if code := guest.closed(); code != webchat.CloseMalformed {
			t.Errorf("%.40s of a visitor: %d", text, code)
		}
	}
	guest = e.visit()
	for range 5000 {
		guest.write(websocket.MessageText, []byte(`{"type":"ping"}`))
	}
	if code := guest.closed(); code != webchat.CloseLimited && code != websocket.StatusCode(live.ClosePolicy) {
		t.Errorf("a flood of a visitor: %d", code)
	}
	e.chief.make("GET", "/api/v1/session", nil, "")
	e.visit().open()
}

func TestOriginsThatAreNotOursAreRefused(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	e := h.build(h.tenants[0], "Alfa")
	header := http.Header{"Origin": {"https://evil.example"}}
	e.chief.sign(header)
	_, answer, err := websocket.Dial(t.Context(), "ws://"+h.addr+"/ws", &websocket.DialOptions{HTTPHeader: header})
	if err == nil || answer == nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("a desk's socket opened by another site: %v %v", answer, err)
	}
	_, answer, err = websocket.Dial(t.Context(), "ws://"+h.addr+"/ws", nil)
	if err == nil || answer == nil || answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("a desk's socket of nobody: %v %v", answer, err)
	}
	strange := h.connect("/w/ws", http.Header{"Origin": {"https://evil.example"}})
	strange.send("hello", fields{"token": e.visit().token, "seq": 0})
	if code := strange.closed(); code != webchat.CloseForbidden {
		t.Errorf("a visitor's token on another site: %d", code)
	}
	forged := h.connect("/w/ws", http.Header{"Origin": {"https://" + e.domain()}})
	forged.send("hello", fields{"token": "v1.AAAA", "seq": 0})
	if code := forged.closed(); code != webchat.CloseUnauthenticated {
		t.Errorf("a false token: %d", code)
	}
}

// rawly sends bytes over a connection of their own and returns the status line, empty if the server
// just hung up, and how long that took.
func (h *house) rawly(bytes string) (line string, took time.Duration) {
	h.t.Helper()
	begun := time.Now()
	conn, err := (&net.Dialer{}).DialContext(h.t.Context(), "tcp", h.addr)
	if err != nil {
		return err.Error(), 0
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(within)) // a connection that was just made takes one
	_, _ = io.WriteString(conn, bytes)           // a server that hangs up early refuses the rest
	line, _ = bufio.NewReader(conn).ReadString('\n')
	return strings.TrimSpace(line), time.Since(begun)
}

func TestBrokenHTTPIsRefused(t *testing.T) {
	t.Parallel()
	h := openHouse(t, dbtest.SQLite(t), "")
	cases := map[string]struct{ bytes, want string }{
		"no HTTP at all":           {"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", "HTTP/1.1 400"},
		"headers without end":      {"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + strings.Repeat("x", 200<<10) + "\r\n\r\n", "HTTP/1.1 431"},
		"two lengths":              {"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 400"},
		"a length and chunks":      {"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n", "HTTP/1.1 501"},
		"a negative length":        {"POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400"},
		"a line break in a name":   {"GET / HTTP/1.1\r\nHost: a\r\nX\n-Y: 1\r\n\r\n", "HTTP/1.1 400"},
		"headers that do not come": {"GET / HTTP/1.1\r\nHost: a\r\nX-Slow", ""},
		"no host":                  {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		"a body beyond its bound":  {fmt.Sprintf("POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{", 1<<40), "HTTP/1.1 413"},
	}
	var asking sync.WaitGroup
	for name, c := range cases {
		asking.Go(func() {
			if got, took := h.rawly(c.bytes); !strings.HasPrefix(got, c.want) || took >= within {
				t.Errorf("%s: %q after %s, want %s", name, got, took, c.want)
			}
		})
	}
	asking.Wait()
	if got, _ := h.rawly("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 200") {
		t.Errorf("afterwards the server says %q", got)
	}
}
