package meta_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
)

// client calls a Graph API that answers every call with handler.
func client(t *testing.T, handler http.HandlerFunc) *meta.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return meta.NewClient(meta.App{ID: "123456", Secret: "hush-hush", GraphURL: server.URL}, server.Client())
}

// sends has the fake take a message of a page, with what goes wrong before.
func sends(t *testing.T, fault metatest.Fault) error {
	t.Helper()
	g := metatest.New(t)
	g.Next(fault)
	p := g.Page("1", "Fala")
	p.Person("55", "Zofia", "Wilk").Heard = time.Now()
	c := meta.NewClient(g.App(), http.DefaultClient)
	body := map[string]any{"recipient": map[string]string{"id": "55"}, "messaging_type": "RESPONSE", "message": map[string]string{"text": "hello"}}
	var answer struct {
		Message string `json:"message_id"`
	}
	return c.Do(t.Context(), meta.Call{Account: p.ID, Token: p.Token(metatest.Scopes()...), Method: http.MethodPost, Path: "1/messages", Body: body}, &answer)
}

// What Meta refuses means what its documents say, and what may have been taken is never tried again by itself.
func TestFaultsMeanWhatMetaSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault   metatest.Fault
		verdict channel.Verdict
		code    string
	}{
		{metatest.AppLimit, channel.Retry, "meta.busy"},
		{metatest.CustomLimit, channel.Retry, "meta.busy"},
		{metatest.CaseLimit, channel.Retry, "meta.busy"},
		{metatest.Expired, channel.Reconnect, "meta.reconnect"},
		{metatest.NoLeave, channel.Reconnect, "meta.permission"},
		{metatest.Closed, channel.WindowClosed, "reply.window_closed"},
		{metatest.ClosedToo, channel.WindowClosed, "reply.window_closed"},
		{metatest.Refused, channel.Permanent, "meta.refused"},
		{metatest.Blocked, channel.Permanent, "meta.restricted"},
		{metatest.Restricted, channel.Permanent, "meta.restricted"},
		{metatest.Gone, channel.Permanent, "meta.person_gone"},
		{metatest.OtherApp, channel.Permanent, "meta.other_app"},
		{metatest.Down, channel.Retry, "meta.failing"},
		{metatest.Gateway, channel.Ambiguous, "delivery.no_answer"},
		{metatest.Silent, channel.Ambiguous, "delivery.unknown"},
		{metatest.Garbage, channel.Ambiguous, "delivery.unknown"},
	} {
		err := sends(t, c.fault)
		if f := meta.Failure(err); err == nil || f.Verdict != c.verdict || f.Code != c.code {
			t.Errorf("%s: %v is %s %s, want %s %s", c.fault, err, f.Verdict, f.Code, c.verdict, c.code)
		}
		if c.fault == metatest.Refused && meta.Failure(err).Words != metatest.Reason {
			t.Errorf("the words are %q", meta.Failure(err).Words)
		}
		if c.fault == metatest.Gone && !strings.Contains(err.Error(), "551/1545041") {
			t.Errorf("the log does not say which: %v", err)
		}
	}
	if err := sends(t, ""); err != nil {
		t.Error(err)
	}
}

func TestNobodyThereIsAskedAgain(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	c := meta.NewClient(meta.App{ID: "123456", Secret: "hush-hush", GraphURL: server.URL}, http.DefaultClient)
	err := c.Do(t.Context(), meta.Call{Account: "1", Token: "EAAGsecret", Path: "me"}, nil)
	if f := meta.Failure(err); f.Verdict != channel.Retry || f.Code != "meta.unreachable" {
		t.Errorf("%v", f)
	}
	if text := err.Error(); strings.Contains(text, "EAAGsecret") || strings.Contains(text, "proof") {
		t.Errorf("the token is in the error: %s", text)
	}
}

// An account that is over its limit is left alone for as long as Meta says, and nobody is called meanwhile.
func TestAnAccountOverItsLimitIsLeftAlone(t *testing.T) {
	t.Parallel()
	calls := 0
	c := client(t, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("X-Business-Use-Case-Usage", `{"1":[{"type":"messenger","call_count":100,"estimated_time_to_regain_access":7}]}`)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":{"code":80006,"message":"too many"}}`))
	})
	for range 3 {
		err := c.Do(t.Context(), meta.Call{Account: "1", Token: "t", Path: "1"}, nil)
		if f := meta.Failure(err); f.Verdict != channel.Retry || f.After < 6*time.Minute || f.After > 7*time.Minute {
			t.Errorf("%v after %s", f, f.After)
		}
	}
	if calls != 1 {
		t.Errorf("Meta was called %d times", calls)
	}
	if err := c.Do(t.Context(), meta.Call{Account: "2", Token: "t", Path: "2"}, nil); err == nil || calls != 2 {
		t.Errorf("another account is held back: %v, %d", err, calls)
	}
}

// A call carries the proof of the app's secret, and its token never leads elsewhere: a next page is asked for by its cursor.
func TestCallsProveTheAppAndPagesAreReadByCursor(t *testing.T) {
	t.Parallel()
	var asked []url.Values
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Query())
		if r.URL.Query().Get("after") == "" {
			_, _ = w.Write([]byte(`{"data":[1,2],"paging":{"cursors":{"after":"c2"},"next":"http://elsewhere.example/steal"}}`))
			return
		}
		_, _ = w.Write([]byte(`{"data":[3]}`))
	})
	var got []string
	err := c.Each(t.Context(), meta.Call{Account: "1", Token: "token", Path: "1/conversations", Query: url.Values{"limit": {"2"}}}, 10, func(item json.RawMessage) (bool, error) {
		got = append(got, string(item))
		return true, nil
	})
	if err != nil || strings.Join(got, "") != "123" || len(asked) != 2 {
		t.Fatalf("%v %v %v", got, asked, err)
	}
	// hex(HMAC-SHA256(key "hush-hush", "token")), made with openssl
	const proof = "6742975e239ff9f6e119f06d5cdaa60390ea724a4cd1d94e3eb87bee0e875338"
	for _, q := range asked {
		if q.Get("appsecret_proof") != proof || q.Get("access_token") != "token" || q.Get("limit") != "2" {
			t.Errorf("%v", q)
		}
	}
}

func TestTokensAreInspected(t *testing.T) {
	t.Parallel()
	g := metatest.New(t)
	p := g.Page("1", "Fala")
	c := meta.NewClient(g.App(), http.DefaultClient)
	good := p.Token("pages_messaging")
	said, err := c.Inspect(t.Context(), good)
	if err != nil || !said.Valid || said.Profile != "1" || said.Type != "PAGE" || said.ExpiresAt().IsZero() {
		t.Errorf("%+v %v", said, err)
	}
	if missing := said.Lacks("pages_messaging", "pages_manage_metadata"); len(missing) != 1 || missing[0] != "pages_manage_metadata" {
		t.Errorf("%v", missing)
	}
	g.Revoke(good)
	if said, err = c.Inspect(t.Context(), good); err != nil || said.Valid || said.Words() == "" {
		t.Errorf("%+v %v", said, err)
	}
	var f *meta.Fault
	if err := c.Do(t.Context(), meta.Call{Token: good, Path: "me"}, nil); !errors.As(err, &f) || f.Code != 190 {
		t.Errorf("%v", err)
	}
}

// A comment is answered in private once, within seven days: the Graph API of the tests holds to it for whoever builds on it.
func TestAPrivateAnswerToACommentIsTakenOnce(t *testing.T) {
	t.Parallel()
	g := metatest.New(t)
	p := g.Page("1", "Fala")
	p.Publishes("1_1", "Promocja")
	p.Comments("55", "new", "1_1", "", "Ile to kosztuje?")
	p.Comments("55", "old", "1_1", "", "Halo?")
	p.Happens("old", "add", func(s *metatest.Said) { s.At = time.Now().Add(-8 * 24 * time.Hour) })
	c, token := meta.NewClient(g.App(), http.DefaultClient), p.Token(metatest.Scopes()...)
	send := func(comment string) int {
		body := map[string]any{"recipient": map[string]string{"comment_id": comment}, "messaging_type": "RESPONSE", "message": map[string]string{"text": "hello"}}
		err := c.Do(t.Context(), meta.Call{Account: "1", Token: token, Method: http.MethodPost, Path: "1/messages", Body: body}, nil)
		if f, refused := errors.AsType[*meta.Fault](err); refused {
			return f.Code
		}
		return 0
	}
	for i, step := range []struct {
		comment string
		code    int
	}{{"new", 0}, {"new", 10900}, {"old", 10903}, {"none", 100}} {
		if got := send(step.comment); got != step.code {
			t.Errorf("%d %s: %d, want %d", i, step.comment, got, step.code)
		}
	}
}

// Of several things that are asked for in one request each has an answer of its own, or none.
func TestSeveralThingsAreReadInOneRequest(t *testing.T) {
	t.Parallel()
	var batches []int
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Batch []struct {
				Method string `json:"method"`
				URL    string `json:"relative_url"`
			} `json:"batch"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Method != http.MethodPost || r.URL.Path != "/v26.0/" || in.Batch[0].Method != http.MethodGet || r.URL.Query().Get("appsecret_proof") == "" {
			t.Errorf("%v: %s %s", err, r.Method, r.URL)
		}
		batches = append(batches, len(in.Batch))
		answers := make([]any, len(in.Batch))
		for i, one := range in.Batch {
			id, _, _ := strings.Cut(one.URL, "?")
			switch id {
			case "gone":
				answers[i] = map[string]any{"code": 400, "body": `{"error":{"message":"Unsupported get request","code":100,"error_subcode":33}}`}
			case "locked":
				answers[i] = map[string]any{"code": 403, "body": `{"error":{"message":"(#10) no","code":10}}`}
			case "late": // null: there was no time for it
			case "babble":
				answers[i] = map[string]any{"code": 200, "body": "{"}
			default:
				answers[i] = map[string]any{"code": 200, "body": `{"id":"` + id + `"}`}
			}
		}
		_ = json.NewEncoder(w).Encode(answers[:max(len(answers)-1, 1)]) // the last is not answered at all, but where it is alone
	})
	ids := []string{"gone", "locked", "late", "babble"}
	for i := range 60 {
		ids = append(ids, fmt.Sprint(1000+i))
	}
	things, err := c.Things(t.Context(), meta.Call{Account: "1", Token: "t"}, "id", ids)
	if err != nil || !slices.Equal(batches, []int{50, 14}) {
		t.Fatalf("%v %v", batches, err)
	}
	for id, want := range map[string]string{"gone": "gone", "locked": "refused", "late": "", "babble": "", "1000": `{"id":"1000"}`, "1045": "", "1059": ""} {
		one := things[id]
		got := string(one.Raw)
		switch {
		case one.Gone():
			got = "gone"
		case one.Fault != nil:
			got = "refused"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

// That a limit is reached, or the token not taken, is said of no single thing.
func TestALimitEndsWhatIsReadInOneRequest(t *testing.T) {
	t.Parallel()
	for code, want := range map[int]channel.Verdict{613: channel.Retry, 80001: channel.Retry, 190: channel.Reconnect} {
		c := client(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `[{"code":200,"body":"{\"id\":\"1\"}"},{"code":400,"body":"{\"error\":{\"code\":%d}}"}]`, code) // who went away needs no answer
		})
		things, err := c.Things(t.Context(), meta.Call{Account: "1", Token: "t"}, "id", []string{"1", "2"})
		if f := meta.Failure(err); err == nil || f.Verdict != want || things != nil {
			t.Errorf("%d: %v %v", code, things, err)
		}
	}
}

// An account that is near its limit has other calls to make.
func TestNearTheLimitOfAnAccountNoMoreIsReadOfIt(t *testing.T) {
	t.Parallel()
	calls := 0
	c := client(t, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("X-Page-Usage", `{"call_count":85,"total_time":12,"total_cputime":9}`)
		_, _ = fmt.Fprint(w, `[]`) // who went away needs no answer
	})
	_, err := c.Things(t.Context(), meta.Call{Account: "1", Token: "t"}, "id", make([]string, meta.MaxThings+1))
	if f := meta.Failure(err); err == nil || f.Verdict != channel.Retry || f.Code != "meta.busy" || f.After <= 0 || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}
