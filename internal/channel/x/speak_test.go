package x_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/x"
	"github.com/zongler/zongler/internal/channel/x/xtest"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

const (
	ours   = "1111111111111111111"
	theirs = "2222222222222222222"
)

// speaking is an account that speaks to X, without a house around it.
type speaking struct {
	*xtest.Server

	posts    *x.Adapter
	messages *x.Messages
	account  channel.Account
	learnt   string
}

func (s *speaking) Open(context.Context, channel.EntryPoint) (channel.Account, error) {
	return s.account, nil
}
func (s *speaking) Learn(_ context.Context, _ channel.EntryPoint, code string) { s.learnt = code }

// points knows the one entry point of each channel.
type points struct{ *speaking }

func (s points) ByAddress(_ context.Context, n channel.Name, address string) (channel.EntryPoint, error) {
	return channel.EntryPoint{ID: 8, Tenant: 1, Channel: n, Address: address}, nil
}

func (s points) Open(context.Context, channel.Name) ([]channel.EntryPoint, error) { return nil, nil }

// speaks connects an account. Every request of the test is one that X knows.
func speaks(t *testing.T) *speaking {
	t.Helper()
	server, err := xtest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Close()
		if broken := server.Broken(); len(broken) > 0 {
			t.Errorf("X would not know these requests: %q", broken)
		}
	})
	server.Reason = "no"
	server.Account(ours, "fala", "Fala")
	server.Account(theirs, "zofia", "Zofia Wilk")
	plain := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a := server.App
	client := x.NewClient(x.App{
		ClientID: a.ClientID, ClientSecret: a.ClientSecret, Bearer: a.Bearer, ConsumerSecret: a.ConsumerSecret, URL: server.URL(), BaseURL: "https://fala.example",
	}, plain, plain)
	s := &speaking{Server: server, posts: x.NewAdapter(client)}
	s.messages = x.NewMessages(s.posts)
	s.posts.Connect(s, points{s})
	proof := s.prove(t, server.Grant(ours))
	s.account = channel.Account{
		EntryPoint: channel.EntryPoint{ID: 7, Tenant: 1, Channel: channel.X, Address: ours, Config: proof.Config},
		Secrets:    proof.Secrets, ExpiresAt: proof.ExpiresAt, ConnectedAt: time.Now().Add(-time.Hour),
	}
	return s
}

func (s *speaking) prove(t *testing.T, grant string) channel.Proof {
	t.Helper()
	proof, err := s.posts.Prove(t.Context(), channel.Entered{Config: []byte(`{"way":"stream"}`), Secrets: channel.Secrets{"grant": grant}})
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

func (s *speaking) out(above, text string) channel.Outgoing {
	return channel.Outgoing{EntryPoint: s.account.EntryPoint, Entry: id.New[id.Entry](), Thread: above, Text: text, To: channel.Party{ExternalID: theirs}}
}

// code is the key of the words for a failure, with its verdict.
func code(err error) string {
	if err == nil {
		return ""
	}
	f := channel.Judge(err)
	return string(f.Verdict) + " " + f.Code
}

func TestAnAccountIsConnectedByWhoSignsIn(t *testing.T) {
	t.Parallel()
	s := speaks(t)
	var signIn string
	for _, step := range s.posts.Form().Guide {
		for _, c := range step.Copy {
			if c.Name == "sign_in" {
				signIn = c.Value
			}
		}
	}
	back := s.SignIn(ours, signIn)
	if !strings.HasPrefix(back, "https://fala.example/hooks/x/return?") {
		t.Fatalf("%s leads to %s", signIn, back)
	}
	proof := s.prove(t, back)
	if proof.Address != ours || proof.Name != "@fala" || proof.Secrets["grant"] == "" || proof.Secrets["access"] == "" || time.Until(proof.ExpiresAt) < time.Hour {
		t.Errorf("%+v", proof)
	}
	used := s.Grant(ours)
	s.prove(t, used)
	for name, grant := range map[string]string{"the same address again": back, "a token that was used": used, "nonsense": "nonsense", "an address of nothing": "https://fala.example/?code=guessed"} {
		_, err := s.posts.Prove(t.Context(), channel.Entered{Config: []byte(`{}`), Secrets: channel.Secrets{"grant": grant}})
		if told := errs.Told(err); told == nil || len(told.Fields) != 1 || told.Fields[0].Code != "x.grant_refused" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A token that renews access is good once: the next one is in the proof, and a lost one is told apart from one that was taken away.
func TestRenewalsTellWhatBecameOfThem(t *testing.T) {
	t.Parallel()
	s := speaks(t)
	proof, err := s.posts.Renew(t.Context(), s.account)
	if err != nil || proof.Secrets["grant"] == s.account.Secrets["grant"] || proof.Secrets["grant"] != s.Renewal(ours) {
		t.Fatalf("%+v %v", proof, err)
	}
	old := s.account
	s.account.Secrets = proof.Secrets
	if _, err := s.posts.Renew(t.Context(), old); code(err) != "reconnect x.reconnect" {
		t.Errorf("the old token: %v", err)
	}
	s.LoseRenewal()
	if _, err := s.posts.Renew(t.Context(), s.account); code(err) != "ambiguous delivery.no_answer" {
		t.Errorf("an answer that was lost: %v", err)
	}
	s.account.Renewing = time.Now().Add(-time.Minute)
	if _, err := s.posts.Renew(t.Context(), s.account); code(err) != "reconnect x.renewal_lost" {
		t.Errorf("after an answer that was lost: %v", err)
	}
}

func TestWhatXTellsOfIsPutRight(t *testing.T) {
	t.Parallel()
	s := speaks(t)
	s.World = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"response_token":"`+s.Sign([]byte(r.URL.Query().Get("crc_token")))+`"}`) // as it should be
	})
	try := func(want int) {
		t.Helper()
		for _, trial := range s.posts.Try(t.Context(), s.account).Trials {
			if !trial.OK {
				t.Errorf("%+v", trial)
			}
		}
		if got := s.Subscribed(ours); len(got) != want {
			t.Errorf("%v", got)
		}
	}
	try(9)
	s.Forget(ours, "dm.received")
	try(9)
	s.account.Config = []byte(`{"way":"posted"}`)
	try(9)
	for event, hook := range s.Subscribed(ours) {
		if hook == "" {
			t.Errorf("%s goes on by the stream", event)
		}
	}
	s.Invalidate()
	if try(9); !s.Valid() {
		t.Error("the address stays invalid")
	}
	if err := s.posts.Release(t.Context(), s.account); err != nil || len(s.Subscribed(ours)) != 0 || s.Renewal(ours) != "" {
		t.Errorf("%v %v %s", err, s.Subscribed(ours), s.Renewal(ours))
	}
}

// Whom X does not let us answer is told in words; so is everything else that it refuses.
func TestWhatXRefusesIsTold(t *testing.T) {
	t.Parallel()
	s := speaks(t)
	named := s.Publish(xtest.Post{Author: theirs, Text: "@fala gdzie paczka?"})
	silent := s.Publish(xtest.Post{Author: theirs, Text: "O kimś innym"})
	send := func(above, text string) string {
		_, err := s.posts.Send(t.Context(), s.out(above, text))
		return code(err)
	}
	for _, c := range []struct {
		name, above, text, want string
		faults                  []xtest.Fault
	}{
		{"who has named us is answered", named.ID, "Już jedzie", "", nil},
		{"the same words again", named.ID, "Już jedzie", "permanent x.duplicate", nil},
		{"who has not is not", silent.ID, "Dzień dobry", "permanent x.not_summoned", nil},
		{"what is not there", "999", "Halo", "permanent x.refused", nil},
		{"no name of X's", "thread", "Halo", "permanent x.gone", nil},
		{"errors in an answer that says 200", named.ID, "A", "permanent x.refused", []xtest.Fault{xtest.Partial}},
		{"nobody knows what was done", named.ID, "B", "ambiguous delivery.no_answer", []xtest.Fault{xtest.Failing}},
		{"the line breaks", named.ID, "C", "ambiguous delivery.no_answer", []xtest.Fault{xtest.Silent}},
		{"it is overloaded", named.ID, "D", "retry x.unreachable", []xtest.Fault{xtest.Away}},
	} {
		s.Next(c.faults...)
		if got := send(c.above, c.text); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if _, err := s.messages.Send(t.Context(), channel.Outgoing{EntryPoint: s.account.EntryPoint, Text: "x", To: channel.Party{ExternalID: "33"}}); code(err) != "permanent x.messages_closed" {
		t.Errorf("%v", err)
	}
	s.Next(xtest.Locked)
	if got := send(named.ID, "F"); got != "reconnect x.reconnect" || s.learnt != "x.reconnect" {
		t.Errorf("%s, learnt %q", got, s.learnt)
	}
	s.Unlock()
	ends := s.account.ExpiresAt
	s.account.ExpiresAt = time.Now().Add(-time.Minute)
	if got := send(named.ID, "access that has ended is renewed next"); got != "retry x.renewing" {
		t.Error(got)
	}
	s.account.ExpiresAt = ends
	s.Next(xtest.Capped)
	if got := send(named.ID, "G"); got != "retry x.usage_capped" {
		t.Errorf("the app has used up everything: %s", got)
	}
}

// Limits that X has named are kept: behind them nobody is called.
func TestLimitsAreKept(t *testing.T) {
	t.Parallel()
	s := speaks(t)
	to := channel.Outgoing{EntryPoint: s.account.EntryPoint, To: channel.Party{ExternalID: theirs}}
	for i := range 17 {
		to.Text = strings.Repeat("x", i+1)
		_, err := s.messages.Send(t.Context(), to)
		f, _ := errors.AsType[*channel.Failure](err)
		if late := i >= 15; late != (f != nil) || late && (f.Code != "x.busy" || f.Verdict != channel.Retry || f.After < 10*time.Minute || f.After > 15*time.Minute) {
			t.Errorf("message %d: %v", i+1, err)
		}
	}
	if n := len(s.Calls()); n != 15 {
		t.Errorf("%d messages", n)
	}
	named := s.Publish(xtest.Post{Author: theirs, Text: "@fala?"})
	if _, err := s.posts.Send(t.Context(), s.out(named.ID, "Posty mają limit własny")); err != nil {
		t.Error(err)
	}
}

// What a channel can do is done, and what it cannot is refused with the reason.
func TestWhatCanBeDoneAtX(t *testing.T) {
	t.Parallel()
	s := speaks(t)
	root := s.Publish(xtest.Post{Author: ours, Text: "Nowa oferta"})
	said := s.Publish(xtest.Post{Author: theirs, Text: "Drogo", Above: root.ID})
	for _, a := range []channel.Adapter{s.posts, s.messages} {
		for _, act := range channel.Acts() {
			before := len(s.Calls())
			if act == channel.ActSend || act == channel.ActDelete {
				continue
			}
			sent, err := channel.Do(t.Context(), a, channel.Command{Act: act, Target: said.ID, Reaction: "❤️", Out: s.out(said.ID, "Tylko do Pani")})
			did := s.Calls()[before:]
			switch {
			case !a.Capabilities().Can(act):
				if code(err) != "permanent channel.cannot_"+string(act) || len(did) != 0 {
					t.Errorf("%s: %v %+v", act, err, did)
				}
			case err != nil || len(did) != 1:
				t.Errorf("%s: %v %+v", act, err, did)
			case act == channel.ActHide && did[0].Target != said.ID:
				t.Errorf("%+v", did)
			case act == channel.ActReplyInPrivate && (did[0].Target != theirs || sent.Private.Thread != xtest.Thread(ours, theirs) || sent.Private.Point.Channel != channel.XMessages):
				t.Errorf("%+v %+v", did, sent)
			}
		}
	}
	if err := s.posts.Hide(t.Context(), s.account.EntryPoint, s.Publish(xtest.Post{Author: theirs, Text: "@fala"}).ID, true); code(err) != "permanent x.refused" {
		t.Errorf("what stands under nobody's post of ours is hidden: %v", err)
	}
	sent, err := s.posts.Send(t.Context(), s.out(said.ID, "Mamy rabat"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // what is gone is gone
		if err := s.posts.Delete(t.Context(), s.out(said.ID, ""), sent.ExternalID); err != nil {
			t.Error(err)
		}
	}
}

// bytesOf is a file of an answer.
type bytesOf struct{ *bytes.Reader }

func (bytesOf) Close() error { return nil }

func TestFilesAreBroughtPieceByPiece(t *testing.T) {
	t.Parallel()
	s := speaks(t)
	named := s.Publish(xtest.Post{Author: theirs, Text: "@fala pokażcie"})
	content := bytes.Repeat([]byte("zdjęcie"), 400_000) // in three pieces
	out := s.out(named.ID, "Proszę")
	out.Attachments = []channel.File{{Name: "a.png", Type: "image/png", Size: int64(len(content))}, {Name: "b.mp4", Type: "video/mp4", Size: int64(len(content))}}
	out.Open = func(context.Context, channel.File) (io.ReadSeekCloser, error) {
		return bytesOf{bytes.NewReader(content)}, nil
	}
	if _, err := s.posts.Send(t.Context(), out); err != nil || s.Calls()[0].Files != 2 {
		t.Errorf("%v %+v", err, s.Calls())
	}
}

// What was missed is fetched, once, from where everything was here.
func TestWhatWasMissedIsFetched(t *testing.T) {
	t.Parallel()
	s := speaks(t)
	s.Publish(xtest.Post{Author: theirs, Text: "@fala dawno", At: time.Now().Add(-2 * time.Hour)})
	for i := range 250 {
		s.Publish(xtest.Post{Author: theirs, Text: "@fala " + strings.Repeat("x", i%9)})
	}
	s.Write(xtest.Message{From: theirs, To: ours, Text: "Halo", At: time.Now().Add(-time.Minute)})
	s.Write(xtest.Message{From: ours, To: theirs, Text: "Tak?"})
	fetch := func(f channel.Fetching, account *channel.Account) (all []channel.Arrival) {
		t.Helper()
		cursor, err := f.Fetch(t.Context(), *account, func(_ context.Context, arrived []channel.Arrival) error {
			for _, a := range arrived {
				if a.Err != nil {
					t.Error(a.Err)
				}
			}
			all = append(all, arrived...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		account.Cursor = cursor
		return all
	}
	public, private := s.account, s.account
	if n := len(fetch(s.posts, &public)); n != 250 {
		t.Errorf("%d posts", n)
	}
	got := fetch(s.messages, &private)
	if len(got) != 2 || got[0].Kind != channel.KindMessage || got[1].Kind != channel.KindEcho {
		t.Errorf("%+v", got)
	}
	if again := append(fetch(s.posts, &public), fetch(s.messages, &private)...); len(again) != 0 {
		t.Errorf("again: %+v", again)
	}
	root := s.Publish(xtest.Post{Author: theirs, Text: "O Was"})
	above, err := s.posts.Above(t.Context(), s.account, root.ID, "")
	if err != nil || len(above) != 1 || above[0].Kind != channel.KindPost {
		t.Errorf("%+v %v", above, err)
	}
	if gone, err := s.posts.Above(t.Context(), s.account, "999", ""); len(gone) != 0 || err == nil && gone != nil {
		t.Errorf("%+v %v", gone, err)
	}
}

// The address of the app answers the challenge, and believes what is signed over the bytes as they came alone.
func TestXIsKnownByItsSignature(t *testing.T) {
	t.Parallel()
	s := speaks(t)
	app := x.App{ConsumerSecret: s.App.ConsumerSecret}
	if said, err := app.Challenge(url.Values{"crc_token": {"abc"}}); err != nil || said != s.Sign([]byte("abc")) {
		t.Errorf("%s %v", said, err)
	}
	body := []byte(`{"data":{ }}`)
	signed := func(by string) http.Header { return http.Header{"X-Twitter-Webhooks-Signature": {by}} }
	if err := x.NewHook(app).Verify(signed(s.Sign(body)), body); err != nil {
		t.Error(err)
	}
	for name, h := range map[string]http.Header{"of other bytes": signed(s.Sign([]byte(`{"data":{}}`))), "none": {}, "half of it": signed("sha256=")} {
		if err := x.NewHook(app).Verify(h, body); !errs.Is(errs.Unauthenticated, err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := x.NewHook(x.App{}).Verify(signed(s.Sign(body)), body); !errs.Is(errs.NotFound, err) {
		t.Errorf("without a secret: %v", err)
	}
}

// No error shows a token, a secret or an address with one.
func TestSecretsStayHere(t *testing.T) {
	t.Parallel()
	s := speaks(t)
	s.Close()
	_, err := s.posts.Send(t.Context(), s.out("5", "x"))
	_, renewal := s.posts.Renew(t.Context(), s.account)
	for _, err := range []error{err, renewal} {
		if code(err) != "retry x.unreachable" {
			t.Errorf("%v", err)
		}
		for _, secret := range []string{s.account.Secrets["grant"], s.account.Secrets["access"], s.App.ClientSecret, s.App.Bearer} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%v", err)
			}
		}
	}
}
