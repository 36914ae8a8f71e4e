package mastodon

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/mastodon/mastodontest"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// house is the rest of the house, as far as the channel asks for it.
type house struct {
	account channel.Account
	codes   []string // of what was learnt of the account
}

func (h *house) Open(_ context.Context, p channel.EntryPoint) (channel.Account, error) {
	a := h.account
	if p.Channel == channel.MastodonPrivate {
		a.EntryPoint = p
	}
	return a, nil
}

func (h *house) Heard(_ context.Context, _ channel.EntryPoint, err error) error {
	if f := channel.Judge(err); err != nil && f.Verdict == channel.Reconnect {
		h.codes = append(h.codes, f.Code)
	}
	return err
}
func (h *house) Relearn(context.Context, channel.EntryPoint, string)    {}
func (h *house) Catch(context.Context, channel.EntryPoint) (int, error) { return 0, nil }
func (h *house) KeepUp(context.Context, channel.Upkeep) error           { return nil }
func (h *house) ByAddress(_ context.Context, n channel.Name, address string) (channel.EntryPoint, error) {
	return channel.EntryPoint{ID: 8, Channel: n, Address: address, Config: json.RawMessage(`{}`)}, nil
}

// bench is an account at a server, with what speaks for it.
type bench struct {
	*house

	adapter *Adapter
	private *Private
	server  *mastodontest.Server
}

// connect starts a server and connects its account.
func connect(t *testing.T, change func(*mastodontest.Server)) *bench {
	t.Helper()
	b := &bench{house: &house{}, adapter: NewAdapter(), server: mastodontest.New()}
	t.Cleanup(b.server.Close)
	change(b.server)
	b.private = NewPrivate(b.adapter)
	b.adapter.Connect(New(Deps{
		Accounts: b.house, Points: b.house, Client: Client{HTTP: &http.Client{}}, Plain: func(string) bool { return true }, Log: slog.New(slog.DiscardHandler),
	}))
	config := Settings{Server: b.server.URL()}.config()
	proof, err := b.adapter.Prove(t.Context(), channel.Entered{Config: config, Secrets: channel.Secrets{secretToken: b.server.Token}})
	if err != nil {
		t.Fatal(err)
	}
	b.account = channel.Account{
		EntryPoint:  channel.EntryPoint{ID: 7, Channel: channel.Mastodon, Address: proof.Address, Config: proof.Config},
		Secrets:     channel.Secrets{secretToken: b.server.Token},
		ConnectedAt: time.Now(),
	}
	b.account.Main = b.account.EntryPoint
	return b
}

func (b *bench) point(n channel.Name) channel.EntryPoint {
	if n == channel.Mastodon {
		return b.account.EntryPoint
	}
	p, _ := b.ByAddress(context.Background(), n, b.account.Address)
	return p
}

// outgoing is an answer to a status.
func (b *bench) outgoing(asked, text string) channel.Outgoing {
	return channel.Outgoing{EntryPoint: b.account.EntryPoint, Entry: id.New[id.Entry](), Thread: asked, InReplyTo: asked, Text: text}
}

func TestAnAnswerReachesWhoAskedAndNobodyMore(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*mastodontest.Server) {})
	for _, c := range []struct{ asked, want string }{{"public", "public"}, {"unlisted", "unlisted"}, {"private", "private"}} {
		asked := b.server.Says(mastodontest.Status{By: "zofia@far.example", Text: "@fala co z paczką?", Visibility: c.asked, Warning: "reklamacja"})
		sent, err := b.adapter.Send(t.Context(), b.outgoing(asked.ID, "Już sprawdzam https://example.com/"+strings.Repeat("x", 400)))
		if err != nil {
			t.Fatal(err)
		}
		st, _ := b.server.Find(sent.ExternalID)
		if st.Visibility != c.want || st.Parent != asked.ID || st.Warning != "reklamacja" || !strings.HasPrefix(st.Text, "@zofia@far.example Już") {
			t.Errorf("%s is answered with %+v", c.asked, st)
		}
		if !slices.Contains(b.server.Notified("zofia@far.example"), st.ID) {
			t.Error("who asked is not told of the answer")
		}
	}
	alone, err := b.private.Send(t.Context(), channel.Outgoing{
		EntryPoint: b.point(channel.MastodonPrivate), Entry: id.New[id.Entry](), Thread: "zofia@far.example", To: channel.Party{ExternalID: "zofia@far.example"}, Text: "Tylko dla Pani",
	})
	if st, _ := b.server.Find(alone.ExternalID); err != nil || st.Visibility != "direct" || st.Text != "@zofia@far.example Tylko dla Pani" {
		t.Errorf("%v %+v", err, st)
	}
	_, err = b.adapter.Send(t.Context(), b.outgoing("404", "Halo"))
	if f := channel.Judge(err); f.Verdict != channel.Permanent || f.Code != "mastodon.gone" {
		t.Errorf("what is gone: %v", err)
	}
	asked := b.server.Says(mastodontest.Status{By: "zofia", Text: "@fala?"})
	_, err = b.adapter.Send(t.Context(), b.outgoing(asked.ID, strings.Repeat("ż", 495)))
	if f := channel.Judge(err); f.Code != "mastodon.too_long" {
		t.Errorf("too long: %v", err)
	}
}

func TestAnAnswerThatGotNoAnswerIsThereOnce(t *testing.T) {
	t.Parallel()
	for fault, before := range map[mastodontest.Fault]int{mastodontest.Silent: 1, mastodontest.Lazy: 1, mastodontest.Away: 0, mastodontest.Busy: 0} {
		b := connect(t, func(*mastodontest.Server) {})
		asked := b.server.Says(mastodontest.Status{By: "zofia", Text: "@fala?"})
		out := b.outgoing(asked.ID, "Jestem")
		b.server.Next(fault)
		_, err := b.adapter.Send(t.Context(), out)
		f := channel.Judge(err)
		if fault == mastodontest.Silent && err == nil { // the HTTP client has asked again, under the same key
			f = channel.Fail(channel.Retry, "", nil)
		}
		if f.Verdict != channel.Retry || len(b.server.Calls()) != before || fault == mastodontest.Busy && f.After == 0 {
			t.Errorf("%s: %v", fault, err)
		}
		sent, err := b.adapter.Send(t.Context(), out)
		if calls := b.server.Calls(); err != nil || len(calls) != 1 || calls[0].Status.ID != sent.ExternalID {
			t.Errorf("%s: %v, and it is there as %+v", fault, err, calls)
		}
	}
}

func TestAServerThatKnowsNoKeysIsNotAskedTwice(t *testing.T) {
	t.Parallel()
	b := connect(t, func(s *mastodontest.Server) {
		s.Source = "https://codeberg.org/superseriousbusiness/gotosocial"
		s.Most = 5000
		s.Old = true
	})
	asked := b.server.Says(mastodontest.Status{By: "zofia", Text: "@fala?"})
	for fault, want := range map[mastodontest.Fault]channel.Verdict{
		mastodontest.Silent: channel.Ambiguous, mastodontest.Lazy: channel.Ambiguous, mastodontest.Away: channel.Retry, mastodontest.Refused: channel.Permanent, mastodontest.Locked: channel.Reconnect,
	} {
		b.server.Next(fault)
		_, err := b.adapter.Send(t.Context(), b.outgoing(asked.ID, "Jestem"))
		if f := channel.Judge(err); f.Verdict != want {
			t.Errorf("%s: %v", fault, err)
		}
		b.server.Unlock()
	}
	if can := b.adapter.CapabilitiesOf(b.account.EntryPoint); can.TextLimit != 5000-mentionRoom {
		t.Errorf("%+v", can)
	}
	if !slices.Contains(b.codes, "mastodon.reconnect") {
		t.Errorf("that the token is not taken is not learnt: %v", b.codes)
	}
}

// closer is a file of ours.
type closer struct{ *bytes.Reader }

func (closer) Close() error { return nil }

func TestFilesAreReadyBeforeTheyAreNamedAndStayWithAnEdit(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*mastodontest.Server) {})
	asked := b.server.Says(mastodontest.Status{By: "zofia", Text: "@fala?"})
	out := b.outgoing(asked.ID, "Tak wygląda")
	out.Attachments = []channel.File{{Name: "zdję\"cie.png", Type: "image/png", Size: 3}}
	out.Open = func(context.Context, channel.File) (io.ReadSeekCloser, error) {
		return closer{bytes.NewReader([]byte("png"))}, nil
	}
	sent, err := b.adapter.Send(t.Context(), out)
	st, _ := b.server.Find(sent.ExternalID)
	if err != nil || len(st.Files) != 1 {
		t.Fatalf("%v %+v", err, st)
	}
	if err := b.adapter.Edit(t.Context(), b.outgoing("", "Tak wygląda teraz"), st.ID); err != nil {
		t.Fatal(err)
	}
	now, _ := b.server.Find(st.ID)
	if now.Text != "@zofia Tak wygląda teraz" || !slices.Equal(now.Files, st.Files) {
		t.Errorf("%+v", now)
	}
	out.Attachments[0].Type = "application/pdf"
	if _, err := b.adapter.Send(t.Context(), out); channel.Judge(err).Verdict != channel.Permanent || !strings.Contains(channel.Judge(err).Words, "content type") {
		t.Errorf("a file that servers do not take: %v", err)
	}
	for range 2 {
		if err := b.adapter.Delete(t.Context(), b.outgoing("", ""), st.ID); err != nil {
			t.Errorf("what is gone is as it should be: %v", err)
		}
	}
}

func TestTheListIsReadFromWhereItWasStored(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*mastodontest.Server) {})
	old := b.server.Says(mastodontest.Status{By: "zofia", Text: "@fala dawno temu", Created: time.Now().Add(-time.Hour)})
	post := b.server.Says(mastodontest.Status{By: "fala", Text: "Nowa oferta"})
	var want []string
	say := func(n int) {
		for i := range n {
			st := mastodontest.Status{By: "zofia", Text: "@fala halo", Parent: post.ID}
			if i%10 == 3 {
				st.Visibility = "direct"
			}
			if said := b.server.Says(st); st.Visibility == "" {
				want = append(want, said.ID)
			}
		}
	}
	var got []string
	take := func(_ context.Context, arrived []channel.Arrival) error {
		for _, a := range arrived {
			in, err := b.adapter.Read(b.account.EntryPoint, a.Raw)
			if err != nil || in.Post != post.ID {
				t.Errorf("%v %+v", err, in)
			}
			got = append(got, in.ExternalID)
		}
		return nil
	}
	a := b.account
	fetch := func() {
		t.Helper()
		var err error
		if a.Cursor, err = b.adapter.Fetch(t.Context(), a, take); err != nil {
			t.Fatal(err)
		}
	}
	fetch()
	if a.Cursor == "" || len(got) != 0 || slices.Contains(got, old.ID) {
		t.Errorf("what was before the account was connected is not ours: %v, %q", got, a.Cursor)
	}
	say(95)
	fetch()
	if !slices.Equal(got, want) {
		t.Errorf("%d of %d, in another order: %v", len(got), len(want), got)
	}
	stood := a.Cursor
	fetch()
	if a.Cursor != stood || len(got) != len(want) {
		t.Errorf("nothing was new, and there are %d of %d", len(got), len(want))
	}
	// Something does not get further than our own table: the list is read from there again.
	say(45)
	first := take
	calls := 0
	_, err := b.adapter.Fetch(t.Context(), a, func(ctx context.Context, arrived []channel.Arrival) error {
		if calls++; calls == 2 {
			return errs.New(errs.Unavailable, "test", "down")
		}
		return first(ctx, arrived)
	})
	if err != nil || calls != 2 {
		t.Errorf("how far it came is good: %v after %d", err, calls)
	}
}

func TestWhatStandsAboveIsFetched(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*mastodontest.Server) {})
	post := b.server.Says(mastodontest.Status{By: "pismo@press.example", Text: "Fala znów zawodzi"})
	said := b.server.Says(mastodontest.Status{By: "jan", Text: "To prawda", Parent: post.ID})
	asked := b.server.Says(mastodontest.Status{By: "zofia", Text: "@fala co Wy na to?", Parent: said.ID})
	a, err := b.adapter.service.arrive(t.Context(), mustLine(t, b), evMention, rawOf(t, b, asked.ID))
	if err != nil {
		t.Fatal(err)
	}
	in, err := b.adapter.Read(b.account.EntryPoint, a.Raw)
	if err != nil || in.Post != post.ID || in.Target != said.ID || in.Thread != said.ID {
		t.Errorf("%v %+v", err, in)
	}
	for what, c := range map[string]struct {
		post, comment string
		want          channel.Kind
		text          string
	}{
		"the post": {post.ID, "", channel.KindPost, "Fala znów zawodzi"}, "what was answered": {post.ID, said.ID, channel.KindMessage, "To prawda"},
		"what is gone": {"404", "", "", ""}, "no name": {"../x", "", "", ""},
	} {
		got, err := b.adapter.Above(t.Context(), b.account, c.post, c.comment)
		if err != nil || len(got) > 1 || (len(got) == 1) != (c.want != "") {
			t.Errorf("%s: %v %v", what, got, err)
			continue
		}
		if c.want == "" {
			continue
		}
		in, err := b.adapter.Read(b.account.EntryPoint, got[0].Raw)
		if err != nil || in.Kind != c.want || in.Text != c.text || in.Kind == channel.KindMessage && (!in.Quiet || in.Post != post.ID) {
			t.Errorf("%s: %v %+v", what, err, in)
		}
	}
	before := b.server.Asked("GET /api/v1/statuses/" + asked.ID + "/context")
	again := b.server.Says(mastodontest.Status{By: "zofia", Text: "@fala halo", Parent: asked.ID})
	if _, err := b.adapter.service.arrive(t.Context(), mustLine(t, b), evMention, rawOf(t, b, again.ID)); err != nil || before != 1 {
		t.Errorf("%v after %d", err, before)
	}
	if n := b.server.Asked("GET /api/v1/statuses/" + again.ID + "/context"); n != 0 {
		t.Errorf("where a thread stands is asked for %d times more", n)
	}
}

func mustLine(t *testing.T, b *bench) line {
	t.Helper()
	l, err := lineOf(b.account)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func rawOf(t *testing.T, b *bench, id string) rawStatus {
	t.Helper()
	raw, st, err := b.adapter.service.status(t.Context(), mustLine(t, b), id)
	if err != nil {
		t.Fatal(err)
	}
	return rawStatus{st, raw}
}

func TestATestOfAnAccountSaysWhatLacks(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*mastodontest.Server) {})
	steps := func() (all []string) {
		for _, trial := range b.adapter.Try(t.Context(), b.account).Trials {
			all = append(all, strings.TrimSpace(trial.Step+" "+trial.Code+" "+strings.Join(trial.Values, " ")))
		}
		return all
	}
	check := func(what string, want ...string) {
		t.Helper()
		if got := steps(); !slices.Equal(got, want) {
			t.Errorf("%s: %q", what, got)
		}
	}
	check("all is well", "server", "token", "scopes", "reading", "stream", "blocks")
	b.server.Deafen(true)
	check("no stream begins", "server", "token", "scopes", "reading", "stream mastodon.no_stream", "blocks")
	b.server.Deafen(false)
	b.server.Scope("read", "write:statuses")
	check("it may not do all", "server", "token", "scopes mastodon.forbidden write:favourites write:media")
	b.server.Scope("read", "write")
	b.server.Us = "other"
	check("the token is of another account", "server", "token account.other_now")
	b.server.Close()
	check("nobody is there", "server mastodon.unreachable")
}
