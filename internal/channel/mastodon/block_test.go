package mastodon

import (
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/mastodon/mastodontest"
)

func personOf(handle string) channel.Party {
	return channel.Party{Provider: provider, ExternalID: handle}
}

func TestWhoWritesIsBlockedByTheirHandle(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*mastodontest.Server) {})
	b.server.Says(mastodontest.Status{By: "zofia@far.example", Text: "@fala?"})
	b.server.Says(mastodontest.Status{By: "jan", Text: "@fala?"})
	at := b.account.EntryPoint
	for _, c := range []struct {
		who     string
		blocked bool
		acct    string
	}{
		{"zofia@far.example", true, "zofia@far.example"},
		{"zofia@far.example", true, "zofia@far.example"},
		{"jan@" + mastodontest.Domain, true, "jan"},
		{"zofia@far.example", false, "zofia@far.example"},
		{"zofia@far.example", false, "zofia@far.example"},
	} {
		if err := b.adapter.Block(t.Context(), at, personOf(c.who), c.blocked); err != nil || b.server.Blocked(c.acct) != c.blocked {
			t.Errorf("%s %v: %v", c.who, c.blocked, err)
		}
	}
	var acts []string
	for _, call := range b.server.Calls() {
		acts = append(acts, call.Act+" "+call.Who)
	}
	if !slices.Equal(acts, []string{"block zofia@far.example", "block jan", "unblock zofia@far.example"}) {
		t.Errorf("%q", acts)
	}
	if err := b.private.Block(t.Context(), b.point(channel.MastodonPrivate), personOf("jan@"+mastodontest.Domain), false); err != nil || b.server.Blocked("jan") {
		t.Errorf("who is blocked in public cannot be let in again alone: %v", err)
	}
	for who, code := range map[string]string{
		"nobody@far.example": "mastodon.no_person", "": "entry.author_unknown", "unknown:17": "mastodon.no_person", "a/b": "entry.author_unknown", "fala@" + mastodontest.Domain: "mastodon.no_person",
	} {
		if f := channel.Judge(b.adapter.Block(t.Context(), at, personOf(who), true)); f.Verdict != channel.Permanent || f.Code != code {
			t.Errorf("%q: %v", who, f)
		}
	}
}

func TestABlockingThatGotNoAnswerIsDoneAgain(t *testing.T) {
	t.Parallel()
	for fault, want := range map[mastodontest.Fault]channel.Verdict{
		mastodontest.Silent: channel.Retry, mastodontest.Lazy: channel.Retry, mastodontest.Away: channel.Retry, mastodontest.Busy: channel.Retry, mastodontest.Locked: channel.Reconnect,
	} {
		b := connect(t, func(*mastodontest.Server) {})
		b.server.Says(mastodontest.Status{By: "jan", Text: "@fala?"})
		b.server.Next(fault)
		f := channel.Judge(b.adapter.Block(t.Context(), b.account.EntryPoint, personOf("jan"), true))
		if f.Verdict != want || fault == mastodontest.Busy && f.After == 0 {
			t.Errorf("%s: %v", fault, f)
		}
		b.server.Unlock()
		if err := b.adapter.Block(t.Context(), b.account.EntryPoint, personOf("jan"), true); err != nil || len(b.server.Calls()) != 1 {
			t.Errorf("%s: %v, %+v", fault, err, b.server.Calls())
		}
	}
}

// A token that is good for all but blocking works; what lacks is said, and nothing else is held against the account.
func TestATokenThatMayNotBlockIsGoodForTheRest(t *testing.T) {
	t.Parallel()
	narrow := []string{"read", "write:favourites", "write:media", "write:statuses"}
	for _, c := range []struct {
		scopes []string
		may    bool
	}{{narrow, false}, {append(narrow, "write:blocks"), true}, {append(narrow, "follow"), true}, {[]string{"read", "write"}, true}} {
		b := connect(t, func(s *mastodontest.Server) { s.Scope(c.scopes...) })
		if can := b.adapter.CapabilitiesOf(b.account.EntryPoint); can.Blocks != c.may {
			t.Errorf("%q: %v", c.scopes, can.Blocks)
		}
		r := b.adapter.Try(t.Context(), b.account)
		last := r.Trials[len(r.Trials)-1]
		if last.Step != "blocks" || last.OK != c.may || !last.Aside || len(r.Config) > 0 {
			t.Errorf("%q: %+v %s", c.scopes, last, r.Config)
		}
		b.server.Says(mastodontest.Status{By: "jan", Text: "@fala?"})
		err := b.adapter.Block(t.Context(), b.account.EntryPoint, personOf("jan"), true)
		if f := channel.Judge(err); (err == nil) != c.may || err != nil && (f.Verdict != channel.Permanent || f.Code != "mastodon.no_blocks") || len(b.codes) > 0 {
			t.Errorf("%q: %v %v", c.scopes, err, b.codes)
		}
		// An account of before this was asked for learns it with its next test, and what stands beside it, too.
		b.account.Config = []byte(strings.ReplaceAll(string(b.account.Config), `,"blocks":true`, ""))
		if r := b.adapter.Try(t.Context(), b.account); strings.Contains(string(r.Config), `"blocks":true`) != c.may {
			t.Errorf("%q: %s", c.scopes, r.Config)
		}
		beside := b.account
		beside.EntryPoint = b.point(channel.MastodonPrivate)
		if r := b.private.Try(t.Context(), beside); strings.Contains(string(r.Config), `"blocks":true`) != c.may {
			t.Errorf("%q: %s", c.scopes, r.Config)
		}
	}
}
