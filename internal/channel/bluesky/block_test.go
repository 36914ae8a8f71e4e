package bluesky

import (
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/bluesky/blueskytest"
)

func known(handle string) channel.Party {
	return channel.Party{Provider: provider, ExternalID: blueskytest.DIDOf(handle)}
}

const zofia = "zofia.bsky.social"

func TestWhoWritesIsBlockedByOneRecord(t *testing.T) {
	t.Parallel()
	b := connect(t, func(*blueskytest.Server) {})
	at := b.account.EntryPoint
	asked := b.net.Says(blueskytest.Post{By: zofia, Text: "@fala.bsky.social?"}, "3kaaaaaaaaaa2")
	does := func(what string, blocked bool, records int) {
		t.Helper()
		if err := b.adapter.Block(t.Context(), at, known(zofia), blocked); err != nil || b.net.Blocked(zofia) != records {
			t.Errorf("%s: %v, %d records", what, err, b.net.Blocked(zofia))
		}
	}
	does("blocked", true, 1)
	does("blocked again", true, 1)
	_, err := b.adapter.Send(t.Context(), b.outgoing(asked.URI, "Halo"))
	if f := channel.Judge(err); f.Code != "bluesky.gone" {
		t.Errorf("who is blocked is answered: %v", err)
	}
	does("let in", false, 0)
	does("let in again", false, 0)
	b.net.Blocks(zofia, "3kaaaaaaaaab2")
	does("blocked elsewhere before", true, 1)
	does("let in whom a colleague has blocked", false, 0)
	does("blocked", true, 1)
	b.net.Blocks(zofia, "3kaaaaaaaaac2")
	does("let in whom two have blocked", false, 0)
	var acts []string
	for _, c := range b.net.Calls() {
		acts = append(acts, c.Act)
	}
	if want := []string{"block", "unblock", "unblock", "block", "unblock", "unblock"}; !slices.Equal(acts, want) {
		t.Errorf("%q", acts)
	}
	if err := b.private.Block(t.Context(), b.beside(), known(zofia), true); err != nil || b.net.Blocked(zofia) != 1 {
		t.Errorf("alone: %v", err)
	}
	b.net.Lists(zofia, true)
	if f := channel.Judge(b.adapter.Block(t.Context(), at, known(zofia), false)); f.Code != "bluesky.blocked_by_list" || f.Words != "Spam" || b.net.Blocked(zofia) != 0 {
		t.Errorf("whom a list blocks: %v", f)
	}
	if err := b.adapter.Block(t.Context(), at, known("gone.bsky.social"), true); err != nil || b.net.Blocked("gone.bsky.social") != 1 {
		t.Errorf("who is shown to nobody: %v", err)
	}
	for _, who := range []string{"", "zofia", "did:plc:../x", b.account.Address} {
		if f := channel.Judge(b.adapter.Block(t.Context(), at, channel.Party{ExternalID: who}, true)); f.Verdict != channel.Permanent || f.Code != "entry.author_unknown" {
			t.Errorf("%q: %v", who, f)
		}
	}
}

func TestABlockingThatGotNoAnswerIsTheSame(t *testing.T) {
	t.Parallel()
	for fault, want := range map[blueskytest.Fault]channel.Verdict{
		blueskytest.Silent: channel.Retry, blueskytest.Away: channel.Retry, blueskytest.Busy: channel.Retry, blueskytest.Refused: channel.Permanent, blueskytest.Locked: channel.Reconnect,
	} {
		for _, blocked := range []bool{true, false} {
			b := connect(t, func(*blueskytest.Server) {})
			b.net.Says(blueskytest.Post{By: zofia, Text: "@fala.bsky.social?"}, "3kaaaaaaaaaa2")
			if !blocked {
				if err := b.adapter.Block(t.Context(), b.account.EntryPoint, known(zofia), true); err != nil {
					t.Fatal(err)
				}
			}
			b.net.Next(fault)
			if f := channel.Judge(b.adapter.Block(t.Context(), b.account.EntryPoint, known(zofia), blocked)); f.Verdict != want {
				t.Errorf("%s, blocked %v: %v", fault, blocked, f)
			}
			b.net.Unlock()
			err := b.adapter.Block(t.Context(), b.account.EntryPoint, known(zofia), blocked)
			if n := b.net.Blocked(zofia); err != nil || (n == 1) != blocked || n > 1 {
				t.Errorf("%s, blocked %v: %v, %d records", fault, blocked, err, n)
			}
		}
	}
}
