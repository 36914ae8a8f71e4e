package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/bluesky/blueskytest"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/mastodon/mastodontest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// acts returns what an agent can do with messages of a thread.
func (d *testDesk) acts(t *testing.T, thread string) string {
	t.Helper()
	got := d.chief.call("GET", at(d.find(t, thread)), nil)
	_, rest, _ := strings.Cut(got.body, `"acts":[`)
	acts, _, _ := strings.Cut(rest, "]")
	return acts
}

// said returns a message of the customer in a thread.
func (d *testDesk) said(t *testing.T, thread string) id.Entry {
	t.Helper()
	all := d.Entries(t, thread)
	i := slices.IndexFunc(all, func(e channeltest.Seen) bool { return e.Kind == "message" && e.Author == "customer" })
	if i < 0 {
		t.Fatalf("nobody has said anything: %+v", all)
	}
	return all[i].ID
}

// settled waits until an act of ours has come to an end, and returns how.
func (d *testDesk) settled(t *testing.T, thread string, c channeltest.Change) (e channeltest.Seen) {
	t.Helper()
	until(t, "it is settled", func() bool {
		all := d.Entries(t, thread)
		i := slices.IndexFunc(all, func(o channeltest.Seen) bool { return o.ID == c.Entry })
		if i < 0 {
			return false
		}
		e = all[i]
		return e.Delivery == "sent" || e.Delivery == "failed"
	})
	return e
}

// audited returns what was done to entries, in order.
func (c *callCentre) audited(t *testing.T) string {
	t.Helper()
	all, err := db.Many[string](t.Context(), c.app.db, `SELECT action FROM audit WHERE action LIKE 'entry.%' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

// Who pesters an account on a Mastodon server is blocked by an agent, in public or alone, and let in again; it is audited.
func TestWhoWritesAtMastodonIsBlockedAndLetInAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		for us, on := range map[string]channel.Name{"fala": channel.Mastodon, "fala2": channel.MastodonPrivate} {
			x := c.connectStatuses(t, us, on)
			desk := c.desk(x.point.ID, x.find)
			x.Says(t, channel.Inbound{Kind: channel.KindMessage, Thread: "pest", ExternalID: "pest-first", Text: "Oszuści!", OccurredAt: time.Now()})
			until(t, "it is here", func() bool { return has(desk.Entries(t, "pest"), "Oszuści!") })
			desk.Take(t, "pest")
			before := c.audited(t)
			message := desk.said(t, "pest")
			blocked := desk.Block(t, "pest", message, false)
			if e := desk.settled(t, "pest", blocked); e.Delivery != "sent" || e.Kind != "blocking" || !x.server.Blocked(acctOf("pest")) {
				t.Errorf("%+v, %+v", blocked, e)
			}
			x.server.Says(mastodontest.Status{ID: "pest-more", By: acctOf("pest"), Text: "@" + us + " I jeszcze raz!", Visibility: map[bool]string{true: "direct"}[x.private()]})
			if back := desk.settled(t, "pest", desk.Block(t, "pest", message, true)); back.Delivery != "sent" || x.server.Blocked(acctOf("pest")) {
				t.Errorf("%+v", back)
			}
			x.Says(t, channel.Inbound{Kind: channel.KindMessage, Thread: "pest", ExternalID: "pest-then", Text: "Przepraszam", OccurredAt: time.Now()})
			until(t, "what they say then is here", func() bool { return has(desk.Entries(t, "pest"), "Przepraszam") })
			if has(desk.Entries(t, "pest"), "I jeszcze raz!") {
				t.Error("who is blocked is heard")
			}
			if got := strings.TrimSpace(strings.TrimPrefix(c.audited(t), before)); got != "entry.block entry.unblock" {
				t.Errorf("%q", got)
			}
		}
	})
}

// An account whose token is older than blocking is offers no blocking, and its test says what to do; with another token it does.
func TestAnAccountWhoseTokenMayNotBlockSaysSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		for us, on := range map[string]channel.Name{"fala": channel.Mastodon, "fala2": channel.MastodonPrivate} {
			x := c.connectStatuses(t, us, on)
			desk := c.desk(x.point.ID, x.find)
			x.Says(t, channel.Inbound{Kind: channel.KindMessage, Thread: "old", ExternalID: "old-first", Text: "Halo?", OccurredAt: time.Now()})
			until(t, "it is here", func() bool { return has(desk.Entries(t, "old"), "Halo?") })
			desk.Take(t, "old")
			message := desk.said(t, "old")
			test := func() string { return c.chief.call("POST", accountsPath+"/"+x.key.String()+"/test", nil).body }
			if !strings.Contains(desk.acts(t, "old"), `"block"`) {
				t.Fatalf("it cannot be blocked: %s", desk.acts(t, "old"))
			}
			x.server.Scope("read", "write:favourites", "write:media", "write:statuses")
			// Nobody has noticed yet: it is refused in words, and the account goes on.
			if e := desk.settled(t, "old", desk.Block(t, "old", message, false)); e.Delivery != "failed" || e.Reason != "mastodon.no_blocks" {
				t.Errorf("%+v", e)
			}
			if said := test(); !strings.Contains(said, "mastodon.no_blocks") {
				t.Errorf("its test says nothing of it: %s", said)
			}
			if p, err := c.app.services.points.ByAddress(t.Context(), on, x.point.Address); err != nil || p.Health != channel.Healthy {
				t.Errorf("%v %+v", err, p)
			}
			if strings.Contains(desk.acts(t, "old"), `"block"`) {
				t.Errorf("what cannot be done is offered: %s", desk.acts(t, "old"))
			}
			if again := desk.Block(t, "old", message, false); again.Refused != "channel.cannot_block" {
				t.Errorf("%+v", again)
			}
			x.server.Scope("read", "write:favourites", "write:media", "write:statuses", "write:blocks")
			if said := test(); strings.Contains(said, "mastodon.no_blocks") || !strings.Contains(desk.acts(t, "old"), `"block"`) {
				t.Errorf("with a token that may, it cannot: %s", said)
			}
		}
	})
}

// Who pesters an account at Bluesky is blocked by a record of ours, once, and let in again, also where a colleague has blocked them in the app.
func TestWhoWritesAtBlueskyIsBlockedAndLetInAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		for us, on := range map[string]channel.Name{"fala.bsky.social": channel.Bluesky, "fala2.bsky.social": channel.BlueskyPrivate} {
			x := c.connectSky(t, us, on)
			desk := c.desk(x.point.ID, x.find)
			x.Says(t, channel.Inbound{Kind: channel.KindMessage, Thread: "pest", ExternalID: "pest-first", Text: "Oszuści!", OccurredAt: time.Now()})
			until(t, "it is here", func() bool { return has(desk.Entries(t, "pest"), "Oszuści!") })
			desk.Take(t, "pest")
			before := c.audited(t)
			message, who := desk.said(t, "pest"), handleOf("pest")
			x.net.Next(blueskytest.Silent) // it is done, and nobody hears so
			if e := desk.settled(t, "pest", desk.Block(t, "pest", message, false)); e.Delivery != "sent" || x.net.Blocked(who) != 1 {
				t.Errorf("%+v, in %d records", e, x.net.Blocked(who))
			}
			x.net.Blocks(who, "3kaaaaaaaaaa2")
			if e := desk.settled(t, "pest", desk.Block(t, "pest", message, true)); e.Delivery != "sent" || x.net.Blocked(who) != 0 {
				t.Errorf("%+v, in %d records", e, x.net.Blocked(who))
			}
			x.net.Lists(who, true)
			desk.settled(t, "pest", desk.Block(t, "pest", message, false))
			if e := desk.settled(t, "pest", desk.Block(t, "pest", message, true)); e.Delivery != "failed" || e.Reason != "bluesky.blocked_by_list" {
				t.Errorf("whom a list blocks: %+v", e)
			}
			if got := strings.TrimSpace(strings.TrimPrefix(c.audited(t), before)); got != "entry.block entry.unblock entry.block entry.unblock" {
				t.Errorf("%q", got)
			}
		}
	})
}

// Of who is blocked a network shows us nothing: that is not taken for having been taken back.
func TestWhatThoseHaveSaidWhoAreBlockedIsNotTakenBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		tooters := c.connectStatuses(t, "fala", channel.Mastodon)
		tooters.server.Hides()
		alone := c.connectStatuses(t, "fala2", channel.MastodonPrivate)
		alone.server.Hides()
		sky := c.connectSky(t, "fala.bsky.social", channel.Bluesky)
		for name, one := range map[string]struct {
			channeltest.Subject

			desk  *testDesk
			point string
			takes func(name string)
		}{
			"in public at GoToSocial": {tooters, c.desk(tooters.point.ID, tooters.find), tooters.key.String(), tooters.server.Forgets},
			"alone at GoToSocial":     {alone, c.desk(alone.point.ID, alone.find), alone.key.String(), alone.server.Forgets},
			"at Bluesky":              {sky, c.desk(sky.point.ID, sky.find), sky.key.String(), func(name string) { sky.net.TakesBack(sky.uri("kept", name)) }},
		} {
			for thread, text := range map[string]string{"pest": "Oszuści!", "kept": "To zostaje"} {
				for _, n := range []string{"-first", "-second"} {
					one.Says(t, channel.Inbound{Kind: channel.KindMessage, Thread: thread, ExternalID: thread + n, Text: text + n, OccurredAt: time.Now().Add(-seasoned)})
					until(t, text+n+" is here", func() bool { return has(one.desk.Entries(t, thread), text+n) })
				}
				one.desk.Take(t, thread)
			}
			message := one.desk.said(t, "pest")
			if e := one.desk.settled(t, "pest", one.desk.Block(t, "pest", message, false)); e.Delivery != "sent" {
				t.Fatalf("%s: %+v", name, e)
			}
			one.takes("kept-second")
			gone := func(thread string) (n int) {
				for _, e := range one.desk.Entries(t, thread) {
					if e.Kind == "deletion" {
						n++
					}
				}
				return n
			}
			if got := c.chief.call("POST", accountsPath+"/"+one.point+"/catch-up", nil); got.status != 200 {
				t.Fatalf("%s: %d %s", name, got.status, got.body)
			}
			until(t, name+": what was taken back is noticed", func() bool { return gone("kept") == 1 })
			if n := gone("pest"); n != 0 {
				t.Errorf("%s: %d of what who is blocked has said count as taken back", name, n)
			}
		}
	})
}
