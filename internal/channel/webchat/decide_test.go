package webchat

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
)

func TestUnseenAnswersGoByMailWhenTheirTimeHasCome(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	due := unseen{first: 4, last: 5, since: ago(5 * time.Minute), seen: ago(5 * time.Minute), after: 5 * time.Minute, address: "zofia@posta.example"}
	change := func(f func(u *unseen)) unseen {
		u := due
		f(&u)
		return u
	}
	tests := []struct {
		why  string
		of   unseen
		want fate
		wait time.Duration
	}{
		{"they go", due, fateMail, 0},
		{"all was seen", change(func(u *unseen) { u.first, u.last = 0, 0 }), fateSeen, 0},
		{"the visitor was there a minute ago", change(func(u *unseen) { u.seen = ago(time.Minute) }), fateWait, 4 * time.Minute},
		{"the answer is young", change(func(u *unseen) { u.since = ago(2 * time.Minute) }), fateWait, 3 * time.Minute},
		{"nearly", change(func(u *unseen) { u.since = ago(5*time.Minute - time.Millisecond) }), fateWait, watchLeast},
		{"we were away ourselves: they come back", change(func(u *unseen) { u.started, u.back = ago(15*time.Second), 45*time.Second }), fateWait, 30 * time.Second},
		{"we came back long ago", change(func(u *unseen) { u.started, u.back = ago(time.Minute), 45*time.Second }), fateMail, 0},
		{"nobody knows where to", change(func(u *unseen) { u.address = "" }), fateNowhere, 0},
		{"it came back from there", change(func(u *unseen) { u.bounced = true }), fateNowhere, 0},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			t.Parallel()
			if got, wait := tt.of.judge(now); got != tt.want || wait != tt.wait {
				t.Errorf("%s, again after %v; want %s, %v", got, wait, tt.want, tt.wait)
			}
		})
	}
}

func TestALookAtAChatDecides(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	tests := []struct {
		why  string
		look look
		want verdict
		wait time.Duration
	}{
		{"the visitor is there", look{state: "queued", open: true, seen: now, patience: 10 * time.Minute}, verdictWait, 2 * time.Minute},
		{"the phone was locked nine minutes ago", look{state: "queued", open: true, seen: ago(9 * time.Minute), patience: 10 * time.Minute}, verdictWait, time.Minute},
		{"gone for as long as the widget bears", look{state: "offered", open: true, seen: ago(10 * time.Minute), patience: 10 * time.Minute}, verdictGone, 0},
		{"we were gone ourselves", look{state: "queued", open: true, seen: ago(time.Hour), started: ago(time.Minute), patience: 2 * time.Minute}, verdictWait, time.Minute},
		{"nobody works: nobody can give up", look{state: "queued", open: true, closed: true, seen: ago(time.Hour), patience: time.Minute}, verdictKeep, watchEvery},
		{"nobody worked: it is answered", look{state: "queued", open: true, kept: true, seen: ago(24 * time.Hour), patience: time.Minute}, verdictWait, watchEvery},
		{"kept, answered, and then idle", look{state: "active", open: true, kept: true, wrote: ago(time.Hour), idle: 30 * time.Minute}, verdictIdle, 0},
		{"somebody wrote lately", look{state: "active", open: true, wrote: ago(time.Minute), idle: 30 * time.Minute}, verdictWait, 2 * time.Minute},
		{"nearly idle", look{state: "active", open: true, wrote: ago(30*time.Minute - time.Second), idle: 30 * time.Minute}, verdictWait, watchLeast},
		{"idle", look{state: "active", open: true, wrote: ago(30 * time.Minute), idle: 30 * time.Minute}, verdictIdle, 0},
		{"parked is not idle", look{state: "parked", open: true, wrote: ago(time.Hour), idle: time.Minute}, verdictWait, watchEvery},
		{"nothing said yet", look{open: true, seen: ago(time.Minute), idle: time.Hour}, verdictWait, 2 * time.Minute},
		{"never said anything", look{open: true, seen: ago(time.Hour), idle: time.Hour}, verdictGone, 0},
		{"the agent finishes", look{state: "wrap_up", open: true}, verdictOver, 0},
		{"over", look{state: "closed"}, verdictOver, 0},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			t.Parallel()
			if got, wait := tt.look.judge(now); got != tt.want || wait != tt.wait {
				t.Errorf("%s %v, want %s %v", got, wait, tt.want, tt.wait)
			}
		})
	}
}

func TestOriginsAreMatchedWhole(t *testing.T) {
	t.Parallel()
	s := Settings{Domains: []string{"shop.example", "https://fala.example", "*.park.example", "localhost:5173"}}
	tests := map[string]bool{
		"": true, "https://shop.example": true, "http://shop.example": true, "https://SHOP.example": true, "https://fala.example": true,
		"http://fala.example": false, "https://a.park.example": true, "https://a.b.park.example": true, "https://park.example": false,
		"https://evilpark.example": false, "https://shop.example.evil.example": false, "https://shop.example:8443": false,
		"http://localhost:5173": true, "http://localhost": false, "null": false, "file://": false, "https://chat.example": true,
	}
	for origin, want := range tests {
		if got := s.allows(Peer{Origin: origin, Host: "chat.example"}); got != want {
			t.Errorf("%q: %v", origin, got)
		}
	}
	if anyone := (&Settings{}); !anyone.allows(Peer{Origin: "https://anywhere.example"}) {
		t.Error("without a list all may")
	}
}

func TestOnlyWhatIsListedIsVisible(t *testing.T) {
	t.Parallel()
	for _, kind := range []conversation.Kind{conversation.Note, conversation.Reaction, conversation.Survey, "receipt", ""} {
		if visible(conversation.Entry{Kind: kind, Body: "x"}) {
			t.Errorf("%q went out", kind)
		}
	}
	for code, want := range map[string]bool{"joined": true, "transferred": true, "greeting": true, "prechat": false, "finished": false, "taken_over": false, "": false} {
		if got := visible(conversation.Entry{Kind: conversation.System, Code: code, Body: "x"}); got != want {
			t.Errorf("%q: %v", code, got)
		}
	}
}

func TestSettingsNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct{ config, path string }{
		{`{"color":"blue"}`, "config.color"},
		{`{"domains":["https://*.example.com/path"]}`, "config.domains[0]"},
		{`{"texts":{"de":{"title":"x"}}}`, "config.texts"},
		{`{"idle_minutes":0}`, "config.idle_minutes"},
		{`{"patience_minutes":1}`, "config.patience_minutes"},
		{`{"look":{"side":"top"}}`, "config.look.side"},
		{`{"look":{"theme":"pink"}}`, "config.look.theme"},
		{`{"look":{"launcher":"round"}}`, "config.look.launcher"},
		{`{"prechat":{"fields":[{"name":"Name","kind":"text","label":{"en":"x"}}]}}`, "config.prechat.fields[0].name"},
		{`{"prechat":{"fields":[{"name":"a","kind":"choice","label":{"en":"x"}}]}}`, "config.prechat.fields[0].options"},
		{`{"prechat":{"fields":[{"name":"a","kind":"text","label":{}}]}}`, "config.prechat.fields[0].label"},
		{`{"prechat":{"consent":{"version":"1","text":{"en":"x"},"url":"javascript:x"}}}`, "config.prechat.consent.url"},
		{`{"attachments":{"enabled":true,"types":["everything"]}}`, "config.attachments.types[0]"},
		{`{"colour":"#ffffff"}`, "config"},
		{`[]`, "config"},
	}
	for _, tt := range tests {
		_, err := ParseSettings([]byte(tt.config))
		if got := fieldsOf(err); len(got) != 1 || got[tt.path] == "" {
			t.Errorf("%s: %v", tt.config, got)
		}
	}
	normal, err := Adapter{}.CheckConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Adapter{}.CheckConfig(normal)
	if err != nil || !slices.Equal(again, normal) {
		t.Errorf("%s became %s (%v)", normal, again, err)
	}
}

func TestTheTrailKeepsTheNewest(t *testing.T) {
	t.Parallel()
	var v visitor
	for i := range PageTrailMax + 5 {
		v.walk(Page{URL: "https://shop.example/" + strings.Repeat("x", i)})
	}
	if v.walk(v.Pages[len(v.Pages)-1]) || v.walk() {
		t.Error("the same page twice is one step")
	}
	if len(v.Pages) != PageTrailMax || len(v.Pages[0].URL) != len("https://shop.example/")+5 {
		t.Errorf("%d pages from %s", len(v.Pages), v.Pages[0].URL)
	}
}

func TestTheSameWayToldAgainIsNoStep(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	way := []Page{{URL: "https://shop.example/a", At: at}, {URL: "https://shop.example/b", At: at.Add(time.Minute)}, {URL: "https://shop.example/a", At: at.Add(2 * time.Minute)}}
	var v visitor
	if !v.walk(way...) || v.walk(way...) || v.walk(way[1:]...) || len(v.Pages) != 3 {
		t.Errorf("%+v", v.Pages)
	}
	if !v.walk(append(way[1:], Page{URL: "https://shop.example/b", At: at.Add(3 * time.Minute)})...) || len(v.Pages) != 4 {
		t.Errorf("who comes back to a page makes a step: %+v", v.Pages)
	}
}

func TestNamesAreShortened(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"Marta Zając": {"Marta", "MZ"}, " łucja  maria Żak ": {"łucja", "ŁŻ"}, "Ági": {"Ági", "Á"}, "": {"", ""},
	} {
		if got := [2]string{firstName(name), initials(name)}; got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func TestAStateThatOnlyMovesMarksSendsMarks(t *testing.T) {
	t.Parallel()
	thirty := 30
	from := State{Conversation: 1, Phase: PhaseQueued, Position: 2, Wait: &thirty, Read: 1}
	tests := []struct {
		why  string
		to   State
		want []string
	}{
		{"nothing", State{Conversation: 1, Phase: PhaseQueued, Position: 2, Wait: new(30), Read: 1}, nil},
		{"a mark back", State{Conversation: 1, Phase: PhaseQueued, Position: 2, Wait: new(30)}, nil},
		{"read and delivered", State{Conversation: 1, Phase: PhaseQueued, Position: 2, Wait: new(30), Read: 2, Delivered: 3}, []string{"delivered", "read"}},
		{"another place", State{Conversation: 1, Phase: PhaseQueued, Position: 1, Wait: new(30), Read: 1}, []string{"state"}},
		{"another wait", State{Conversation: 1, Phase: PhaseQueued, Position: 2, Read: 2}, []string{"state"}},
		{"an agent", State{Conversation: 1, Phase: PhaseActive, Agent: &Agent{Name: "Ola"}}, []string{"state"}},
	}
	for _, tt := range tests {
		var got []string
		for _, m := range difference(from, tt.to) {
			got = append(got, m.FrameType())
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v", tt.why, got)
		}
	}
}

func TestIdentitiesAreStrict(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	good := Identity{Subject: "42", Name: "Réka", Email: "reka@example.hu", Language: "hu", Expires: now.Add(time.Hour)}
	token, err := SignIdentity(good, "secret")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ParseIdentity(token, "secret", now); err != nil || got != good {
		t.Fatalf("%+v %v", got, err)
	}
	unsigned := encodePart([]byte(`{"alg":"none"}`)) + "." + encodePart([]byte(`{"sub":"42","exp":1772445600}`)) + "."
	other := encodePart([]byte(`{"alg":"HS512"}`)) + "." + encodePart([]byte(`{"sub":"42","exp":1772445600}`))
	other += "." + encodePart(mac("secret", other))
	for why, bad := range map[string]string{
		"unsigned": unsigned, "another algorithm": other, "one part": "x", "two parts": "a.b", "four parts": token + ".x", "changed": "e" + token,
		"a longer signature": token + "AA", "nothing": "",
	} {
		if _, err := ParseIdentity(bad, "secret", now); errs.CodeOf(err) != CodeIdentity || !errs.Is(errs.Unauthenticated, err) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := ParseIdentity(token, "", now); err == nil {
		t.Error("an entry point without a secret believed it")
	}
	if _, err := ParseIdentity(token, "secret", now.Add(2*time.Hour)); errs.CodeOf(err) != CodeIdentityExpired {
		t.Errorf("too old: %v", err)
	}
}

func FuzzParseIdentity(f *testing.F) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	token, err := SignIdentity(Identity{Subject: "42", Name: "Zofia", Expires: now.Add(time.Hour)}, "secret")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token, `{"sub":"42","exp":1772445600}`)
	f.Add("a.b.c", `{"sub":1,"exp":"x"}`)
	f.Add("", `{"sub":"42","exp":1e300}`)
	f.Fuzz(func(t *testing.T, raw, body string) {
		if got, err := ParseIdentity(raw, "secret", now); err == nil && raw != token {
			t.Fatalf("nobody signed %q, yet it is %+v", raw, got)
		}
		signed := encodePart([]byte(`{"alg":"HS256"}`)) + "." + encodePart([]byte(body)) // a brand may sign anything
		got, err := ParseIdentity(signed+"."+encodePart(mac("secret", signed)), "secret", now)
		if err != nil {
			if e, ok := errors.AsType[*errs.Error](err); !ok || e.Kind != errs.Unauthenticated {
				t.Fatalf("%v", err)
			}
			return
		}
		if strings.TrimSpace(got.Subject) == "" || got.Expires.After(now.Add(IdentityFor+clockSkew)) || strings.ContainsRune(got.Subject, 0) {
			t.Fatalf("%+v from %s", got, body)
		}
	})
}

func FuzzParseSettings(f *testing.F) {
	f.Add([]byte(`{"domains":["*.example.com"],"prechat":{"fields":[{"name":"name","kind":"text","label":{"pl":"Imię"}}]}}`))
	f.Add([]byte(`{"idle_minutes":-1,"texts":{"hu":{"title":"x"}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		normal, err := Adapter{}.CheckConfig(raw)
		if err != nil {
			if !errs.Is(errs.Invalid, err) {
				t.Fatalf("%v", err)
			}
			return
		}
		s, err := ParseSettings(normal)
		if err != nil {
			t.Fatalf("%s was taken, its normal form %s is not: %v", raw, normal, err)
		}
		form := s.form("hu", []string{"pl"})
		for _, field := range form.Fields {
			if field.Label == "" {
				t.Fatalf("a question without words: %s", normal)
			}
		}
	})
}
