package bluesky

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/bluesky/blueskytest"
	"github.com/zongler/zongler/internal/id"
)

// house is the rest of the house, as far as the channel asks for it.
type house struct {
	account channel.Account
	codes   []string // of what was learnt of the account
}

func (h *house) Open(_ context.Context, p channel.EntryPoint) (channel.Account, error) {
	a := h.account
	a.EntryPoint = p
	return a, nil
}

func (h *house) Heard(_ context.Context, _ channel.EntryPoint, err error) error {
	if f := channel.Judge(err); err != nil && f.Verdict == channel.Reconnect {
		h.codes = append(h.codes, f.Code)
	}
	return err
}

func (h *house) Learn(_ context.Context, _ channel.EntryPoint, code string) {
	h.codes = append(h.codes, code)
}
func (h *house) Relearn(context.Context, channel.EntryPoint, string)    {}
func (h *house) Catch(context.Context, channel.EntryPoint) (int, error) { return 0, nil }
func (h *house) KeepUp(context.Context, channel.Upkeep) error           { return nil }
func (h *house) ByAddress(_ context.Context, n channel.Name, address string) (channel.EntryPoint, error) {
	return channel.EntryPoint{ID: 8, Channel: n, Address: address, Config: json.RawMessage(`{}`)}, nil
}

// bench is an account in the network, with what speaks for it.
type bench struct {
	*house

	adapter *Adapter
	private *Private
	net     *blueskytest.Server
}

const ours = "fala.bsky.social"

// connect starts the network and connects our account.
func connect(t *testing.T, change func(*blueskytest.Server)) *bench {
	t.Helper()
	b := &bench{house: &house{}, adapter: NewAdapter(), net: blueskytest.New(ours)}
	t.Cleanup(b.net.Close)
	change(b.net)
	b.net.Reason = "no such thing"
	b.private = NewPrivate(b.adapter)
	b.adapter.Connect(New(Deps{
		Accounts: b.house, Points: b.house, Client: Client{HTTP: &http.Client{}}, Directory: b.net.URL(), Plain: func(string) bool { return true }, Log: slog.New(slog.DiscardHandler),
	}))
	config := Settings{Server: b.net.URL(), Handle: "@" + ours}.config()
	proof, err := b.adapter.Prove(t.Context(), channel.Entered{Config: config, Secrets: channel.Secrets{secretPassword: b.net.Password}})
	if err != nil {
		t.Fatal(err)
	}
	b.account = channel.Account{
		EntryPoint:  channel.EntryPoint{ID: 7, Channel: channel.Bluesky, Address: proof.Address, Config: proof.Config},
		Secrets:     channel.Secrets{secretPassword: b.net.Password},
		ConnectedAt: time.Now(),
	}
	b.account.Main = b.account.EntryPoint
	return b
}

// beside is the entry point of what is written to us alone.
func (b *bench) beside() channel.EntryPoint {
	p, _ := b.ByAddress(context.Background(), channel.BlueskyPrivate, b.account.Address)
	return p
}

func (b *bench) outgoing(asked, text string) channel.Outgoing {
	return channel.Outgoing{EntryPoint: b.account.EntryPoint, Entry: id.New[id.Entry](), Thread: asked, InReplyTo: asked, Text: text}
}

func TestAnAnswerStandsUnderWhatItAnswers(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*blueskytest.Server) {})
	top := b.net.Says(blueskytest.Post{By: "pismo.bsky.social", Text: "Fala znów zawodzi"}, "3kaaaaaaaaaa2")
	asked := b.net.Says(blueskytest.Post{By: "zofia.bsky.social", Text: "@fala.bsky.social co Wy na to?", Parent: top.URI}, "3kaaaaaaaaab2")
	text := "Żółć: (https://example.com/ą?b=1), @zofia.bsky.social i @nikt.example."
	sent, err := b.adapter.Send(t.Context(), b.outgoing(asked.URI, text))
	if err != nil {
		t.Fatal(err)
	}
	p, _ := b.net.Find(sent.ExternalID)
	if p.Root != top.URI || p.Parent != asked.URI || p.Text != text {
		t.Errorf("%+v", p)
	}
	var kept written
	if err := json.Unmarshal(p.Record, &kept); err != nil || len(kept.Facets) != 2 {
		t.Fatalf("%v %s", err, p.Record)
	}
	for i, want := range []string{"https://example.com/ą?b=1", "@zofia.bsky.social"} {
		if f := kept.Facets[i]; text[f.Index.Start:f.Index.End] != want {
			t.Errorf("%q is not %q", text[f.Index.Start:f.Index.End], want)
		}
	}
	_, err = b.adapter.Send(t.Context(), b.outgoing(blueskytest.URIOf("x", "3kaaaaaaaaac2"), "Halo"))
	if f := channel.Judge(err); f.Verdict != channel.Permanent || f.Code != "bluesky.gone" {
		t.Errorf("what is gone: %v", err)
	}
	for range 2 {
		if err := b.adapter.Delete(t.Context(), b.outgoing("", ""), sent.ExternalID); err != nil {
			t.Errorf("what is gone is as it should be: %v", err)
		}
	}
	if err := b.adapter.Delete(t.Context(), b.outgoing("", ""), asked.URI); channel.Judge(err).Verdict != channel.Permanent {
		t.Errorf("what somebody else wrote: %v", err)
	}
}

func TestAPostThatGotNoAnswerIsTheSamePost(t *testing.T) {
	t.Parallel()
	for fault, want := range map[blueskytest.Fault]channel.Verdict{
		blueskytest.Silent: channel.Retry, blueskytest.Away: channel.Retry, blueskytest.Busy: channel.Retry, blueskytest.Refused: channel.Permanent, blueskytest.Locked: channel.Reconnect,
	} {
		b := connect(t, func(*blueskytest.Server) {})
		asked := b.net.Says(blueskytest.Post{By: "zofia.bsky.social", Text: "@fala.bsky.social?"}, "3kaaaaaaaaaa2")
		out := b.outgoing(asked.URI, "Jestem")
		b.net.Next(fault)
		_, err := b.adapter.Send(t.Context(), out)
		if f := channel.Judge(err); f.Verdict != want || fault == blueskytest.Busy && f.After == 0 || want == channel.Permanent && f.Words != b.net.Reason {
			t.Errorf("%s: %v", fault, err)
		}
		b.net.Unlock()
		sent, err := b.adapter.Send(t.Context(), out)
		if calls := b.net.Calls(); err != nil || len(calls) != 1 || calls[0].Post.URI != sent.ExternalID {
			t.Errorf("%s: %v, and it is there as %+v", fault, err, calls)
		}
	}
}

func TestASessionIsProlongedAndBegunAnew(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*blueskytest.Server) {})
	asked := b.net.Says(blueskytest.Post{By: "zofia.bsky.social", Text: "@fala.bsky.social?"}, "3kaaaaaaaaaa2")
	begun := b.net.Asked("com.atproto.server.createSession")
	for i, all := range []bool{false, true} {
		b.net.End(all)
		if err := b.adapter.Like(t.Context(), b.account.EntryPoint, asked.URI, true); err != nil {
			t.Fatal(err)
		}
		if n := b.net.Asked("com.atproto.server.createSession") - begun; n != i {
			t.Errorf("signed in %d times more", n)
		}
	}
	b.net.Next(blueskytest.Stale)
	if _, err := b.adapter.Send(t.Context(), b.outgoing(asked.URI, "Jestem")); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := b.adapter.Like(t.Context(), b.account.EntryPoint, asked.URI, false); err != nil {
			t.Error(err)
		}
	}
	var acts []string
	for _, c := range b.net.Calls() {
		acts = append(acts, c.Act)
	}
	if !slices.Equal(acts, []string{"like", "post", "unlike"}) {
		t.Errorf("%v", acts)
	}
}

// closer is a file of ours.
type closer struct{ *bytes.Reader }

func (closer) Close() error { return nil }

func TestPicturesGoAlong(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*blueskytest.Server) {})
	asked := b.net.Says(blueskytest.Post{By: "zofia.bsky.social", Text: "@fala.bsky.social?"}, "3kaaaaaaaaaa2")
	out := b.outgoing(asked.URI, "Tak wygląda")
	out.Attachments = []channel.File{{Name: "a.png", Type: "image/png", Size: 3}, {Name: "b.png", Type: "image/png", Size: 3}}
	out.Open = func(_ context.Context, f channel.File) (io.ReadSeekCloser, error) {
		return closer{bytes.NewReader([]byte(f.Name))}, nil
	}
	sent, err := b.adapter.Send(t.Context(), out)
	p, _ := b.net.Find(sent.ExternalID)
	if err != nil || strings.Count(string(p.Record), `"$type":"blob"`) != 2 {
		t.Fatalf("%v %s", err, p.Record)
	}
}

func TestTheListIsReadFromWhereItWasStored(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*blueskytest.Server) {})
	a := b.account
	a.ConnectedAt = time.Now().Add(-time.Hour)
	post := b.net.Says(blueskytest.Post{By: ours, Text: "Nowa oferta"}, "3kaaaaaaaaaa2")
	b.net.Says(blueskytest.Post{By: "zofia.bsky.social", Text: "dawno temu", Parent: post.URI, Indexed: time.Now().Add(-2 * time.Hour)}, "3kaaaaaaaaax2")
	b.net.Likes(post.URI, time.Now().Add(-50*time.Minute))
	said := 0
	say := func(n int) {
		for range n {
			said++
			b.net.Says(blueskytest.Post{By: "zofia.bsky.social", Text: "halo", Parent: post.URI, Indexed: time.Now().Add(time.Duration(said-2000) * time.Second / 2)}, "3kaaaaaaaab"+strconv.Itoa(said))
		}
	}
	got := map[string]int{}
	fetch := func() {
		t.Helper()
		cursor, err := b.adapter.Fetch(t.Context(), a, func(_ context.Context, arrived []channel.Arrival) error {
			for _, one := range arrived {
				in, err := b.adapter.Read(a.EntryPoint, one.Raw)
				if err != nil || in.Post != post.URI || in.Kind != channel.KindMessage {
					t.Errorf("%v %+v", err, in)
				}
				got[in.ExternalID]++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		a.Cursor = cursor
	}
	fetch()
	if len(got) != 0 || a.Cursor == "" {
		t.Errorf("what was before the account was connected is not ours: %v, %q", got, a.Cursor)
	}
	say(1100) // more than one fetch reads
	fetch()
	if !strings.Contains(a.Cursor, " ") || len(got) != maxPages*perPage {
		t.Errorf("%d after the first fetch, %q", len(got), a.Cursor)
	}
	fetch()
	if strings.Contains(a.Cursor, " ") || len(got) != said {
		t.Errorf("%d of %d, %q", len(got), said, a.Cursor)
	}
	before := b.net.Asked("app.bsky.notification.listNotifications")
	fetch()
	if n := b.net.Asked("app.bsky.notification.listNotifications") - before; n > 15 || len(got) != said {
		t.Errorf("nothing is new, and %d pages are read", n)
	}
}

func TestWhatStandsAboveIsFetched(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*blueskytest.Server) {})
	top := b.net.Says(blueskytest.Post{By: "pismo.bsky.social", Text: "Fala znów zawodzi"}, "3kaaaaaaaaaa2")
	said := b.net.Says(blueskytest.Post{By: "jan.bsky.social", Text: "To prawda", Parent: top.URI}, "3kaaaaaaaaab2")
	for what, c := range map[string]struct {
		post, comment string
		want          channel.Kind
		text          string
	}{
		"the post": {top.URI, "", channel.KindPost, "Fala znów zawodzi"}, "what was answered": {top.URI, said.URI, channel.KindMessage, "To prawda"},
		"what is gone": {blueskytest.URIOf("x", "3k"), "", "", ""}, "no name": {"x", "", "", ""},
	} {
		got, err := b.adapter.Above(t.Context(), b.account, c.post, c.comment)
		if err != nil || (len(got) == 1) != (c.want != "") {
			t.Errorf("%s: %v %v", what, got, err)
			continue
		}
		if c.want == "" {
			continue
		}
		in, err := b.adapter.Read(b.account.EntryPoint, got[0].Raw)
		if err != nil || in.Kind != c.want || in.Text != c.text || in.Post != top.URI || in.Quiet != (c.comment != "") {
			t.Errorf("%s: %v %+v", what, err, in)
		}
	}
}

func TestMessagesComeAndGo(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*blueskytest.Server) {})
	b.net.Writes(blueskytest.Message{ID: "old", With: "zofia.bsky.social", Text: "dawno temu"})
	a := b.account
	a.EntryPoint = b.beside()
	var got []channel.Inbound
	fetch := func() {
		t.Helper()
		cursor, err := b.private.Fetch(t.Context(), a, func(_ context.Context, arrived []channel.Arrival) error {
			for _, one := range arrived {
				in, err := b.private.Read(a.EntryPoint, one.Raw)
				if err != nil {
					t.Error(err)
				}
				got = append(got, in)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		a.Cursor = cursor
	}
	fetch()
	b.net.Writes(blueskytest.Message{ID: "m1", With: "zofia.bsky.social", Text: "Dzień dobry"})
	b.net.Writes(blueskytest.Message{ID: "m2", With: "zofia.bsky.social", Text: "Słuchamy", Ours: true})
	fetch()
	fetch()
	if len(got) != 2 || got[0].Kind != channel.KindMessage || got[0].Sender.DisplayName != "Zofia zofia.bsky.social" || got[1].Kind != channel.KindEcho || got[1].To.ExternalID != blueskytest.DIDOf("zofia.bsky.social") {
		t.Fatalf("%+v", got)
	}
	out := channel.Outgoing{EntryPoint: a.EntryPoint, Entry: id.New[id.Entry](), Thread: got[0].Thread, Text: "Już sprawdzam"}
	b.net.Next(blueskytest.Silent)
	if _, err := b.private.Send(t.Context(), out); channel.Judge(err).Verdict != channel.Ambiguous {
		t.Errorf("a message has no key: %v", err)
	}
	asked := b.net.Says(blueskytest.Post{By: "jan.bsky.social", Text: "@fala.bsky.social?"}, "3kaaaaaaaaaa2")
	sent, err := b.adapter.ReplyInPrivate(t.Context(), b.outgoing(asked.URI, "Tylko dla Pana"), asked.URI)
	if err != nil || sent.Private.To.ExternalID != blueskytest.DIDOf("jan.bsky.social") || sent.Private.Point.Channel != channel.BlueskyPrivate || sent.Private.Thread == "" {
		t.Errorf("%v %+v", err, sent)
	}
	b.net.Shut("jan.bsky.social")
	if _, err := b.adapter.ReplyInPrivate(t.Context(), b.outgoing(asked.URI, "Halo?"), asked.URI); channel.Judge(err).Code != "bluesky.person" {
		t.Errorf("who takes no messages: %v", err)
	}
}

func TestATestOfAnAccountSaysWhatLacks(t *testing.T) {
	t.Parallel()
	steps := func(b *bench) (all []string) {
		for _, trial := range b.adapter.Try(t.Context(), b.account).Trials {
			all = append(all, strings.TrimSpace(trial.Step+" "+trial.Code))
		}
		return all
	}
	well := connect(t, func(*blueskytest.Server) {})
	if got := steps(well); !slices.Equal(got, []string{"session", "reading", "chat"}) {
		t.Errorf("%q", got)
	}
	plain := connect(t, func(s *blueskytest.Server) { s.Chat = false })
	if got := steps(plain); !slices.Equal(got, []string{"session", "reading", "chat bluesky.no_chat"}) {
		t.Errorf("%q", got)
	}
	if can := plain.adapter.CapabilitiesOf(plain.account.EntryPoint); can.PrivateReplies {
		t.Error("with a password that is not good for messages nobody is answered in private")
	}
	if trials := plain.private.Try(t.Context(), plain.account).Trials; len(trials) != 1 || trials[0].Code != "bluesky.no_chat" {
		t.Errorf("%+v", trials)
	}
	well.net.Next(blueskytest.Locked)
	_, _ = well.private.Send(t.Context(), channel.Outgoing{EntryPoint: well.beside(), Thread: "convo-x", Text: "x"}) // meets the fault
	if got := steps(well); !slices.Equal(got, []string{"session bluesky.reconnect"}) || !slices.Contains(well.codes, "bluesky.reconnect") {
		t.Errorf("%q", got)
	}
}
