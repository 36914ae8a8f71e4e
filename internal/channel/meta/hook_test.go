package meta_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/errs"
)

func app() meta.App { return meta.App{ID: "123456", Secret: "hush-hush"} }

func signed(signature string) http.Header {
	h := http.Header{}
	if signature != "" {
		h.Set("X-Hub-Signature-256", signature)
	}
	return h
}

// A body is taken as it came: written again in other letters it is another.
func TestABodyIsVerifiedOverItsBytes(t *testing.T) {
	t.Parallel()
	// hex(HMAC-SHA256(key "hush-hush", body)) of the escaped body, made with openssl
	body := []byte(`{"object":"page","text":"\u0151 a\/b"}`)
	const signature = "sha256=98b29b6610338a33d34af88684c6480f035fac2647f22335c2426470b1fd04ed"
	if err := app().Verify(signed(signature), body); err != nil {
		t.Error(err)
	}
	for what, c := range map[string]struct {
		app       meta.App
		signature string
		body      []byte
		kind      errs.Kind
	}{
		"none":             {app(), "", body, errs.Unauthenticated},
		"of other letters": {app(), signature, []byte(`{"object":"page","text":"ő a/b"}`), errs.Unauthenticated},
		"without a scheme": {app(), strings.TrimPrefix(signature, "sha256="), body, errs.Unauthenticated},
		"SHA-1":            {app(), "sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", body, errs.Unauthenticated},
		"of another app":   {meta.App{ID: "1", Secret: "other"}, signature, body, errs.Unauthenticated},
		"no app at all":    {meta.App{}, signature, body, errs.NotFound},
	} {
		if err := c.app.Verify(signed(c.signature), c.body); !errs.Is(c.kind, err) {
			t.Errorf("a signature %s: %v", what, err)
		}
	}
}

func TestTheChallengeIsAnsweredToWhoKnowsTheToken(t *testing.T) {
	t.Parallel()
	q := func(mode, token, challenge string) url.Values {
		return url.Values{"hub.mode": {mode}, "hub.verify_token": {token}, "hub.challenge": {challenge}}
	}
	a := app()
	if len(a.Token()) != 32 || a.Token() == (meta.App{ID: "1", Secret: "other"}).Token() {
		t.Errorf("the token is %q", a.Token())
	}
	if text, err := a.Challenge(q("subscribe", a.Token(), "1158201444")); text != "1158201444" || err != nil {
		t.Errorf("%q %v", text, err)
	}
	a.VerifyToken = "our own word"
	if _, err := a.Challenge(q("subscribe", "our own word", "1")); err != nil {
		t.Error(err)
	}
	for what, kind := range map[string]struct {
		q    url.Values
		kind errs.Kind
	}{
		"another token": {q("subscribe", "guess", "1"), errs.Forbidden},
		"no token":      {q("subscribe", "", "1"), errs.Forbidden},
		"another mode":  {q("unsubscribe", "our own word", "1"), errs.Invalid},
		"no challenge":  {q("subscribe", "our own word", ""), errs.Invalid},
		"a script":      {q("subscribe", "our own word", "<script>"), errs.Invalid},
		"a long one":    {q("subscribe", "our own word", strings.Repeat("x", 201)), errs.Invalid},
	} {
		if _, err := a.Challenge(kind.q); !errs.Is(kind.kind, err) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := (meta.App{}).Challenge(q("subscribe", "", "1")); !errs.Is(errs.NotFound, err) {
		t.Errorf("without an app: %v", err)
	}
}

// One body brings things of several pages, private and public ones; each keeps its bytes.
func TestABodyIsTakenApartByAccount(t *testing.T) {
	t.Parallel()
	first := `{"sender": {"id":"1"}, "message":{"mid":"a","text":"\u0151"}}`
	body := `{"object":"page","entry":[{"id":"10","time":1,"messaging":[` + first + `,5]},{"id":20,"standby":[1]},` +
		`{"id":"30","standby":[{"b":2}],"changes":[ {"field":"feed","value":{"item":"comment"}},{"value":1}]},{"id":"40","field":"comments","value":{"id":"9"}}]}`
	all, err := meta.Split([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range all {
		got = append(got, fmt.Sprintf("%s %s %s", p.Account, p.Field, p.Raw))
	}
	want := []string{
		"10 messaging " + first, "10 messaging 5", `20 standby {"field":"standby","event":1}`, `30 standby {"field":"standby","event":{"b":2}}`,
		`30 feed {"field":"feed","value":{"item":"comment"}}`, `30  {"value":1}`, `40 comments {"field":"comments","value":{"id":"9"}}`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheHookKnowsWhoseAnEventIs(t *testing.T) {
	t.Parallel()
	h := meta.NewHook(app(), map[string]meta.Reader{"page": meta.Single(func(p meta.Piece) (channel.Name, channel.Arrival) {
		return channel.Messenger, channel.Arrival{ID: "x", Kind: "message", Raw: p.Raw}
	})})
	all, err := h.Split([]byte(`{"object":"page","entry":[{"id":"10","messaging":[{}]}]}`))
	if err != nil || len(all) != 1 || all[0].Channel != channel.Messenger || all[0].Address != "10" || all[0].Err != nil {
		t.Errorf("%+v %v", all, err)
	}
	all, err = h.Split([]byte(`{"object":"whatsapp_business_account","entry":[{"id":"11","changes":[{"field":"messages"}]}]}`))
	if err != nil || len(all) != 1 || all[0].Channel != "whatsapp_business_account" || errs.CodeOf(all[0].Err) != "event.type" {
		t.Errorf("%+v %v", all, err)
	}
	for _, body := range []string{"", "{", "[]", `{"entry":[]}`, "\xff", `{"object":"page","entry":{}}`} {
		if _, err := h.Split([]byte(body)); !errs.Is(errs.Invalid, err) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

// FuzzSplit proves that no bytes break the taking apart, and that each piece is JSON of its own.
func FuzzSplit(f *testing.F) {
	f.Add(metatest.Body(metatest.Event{"id": "1", "messaging": []metatest.Event{{"a": "ő/"}}, "changes": []metatest.Event{{"field": "feed"}}}))
	f.Add([]byte(`{"object":"page","entry":[{"id":"1","field":"x"},{"standby":[null]}]}`))
	f.Add(bytes.Repeat([]byte(`{"object":`), 50))
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := meta.Split(body)
		if err != nil && !errs.Is(errs.Invalid, err) {
			t.Fatal(err)
		}
		for _, p := range all {
			if len(p.Raw) == 0 || p.Object == "" {
				t.Fatalf("%+v", p)
			}
		}
	})
}
