package app

import (
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/mastodon/mastodontest"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// What was taken back while nobody listened is noticed at the next look at the account, or when somebody asks.
func TestWhatIsTakenBackUnheardIsNoticed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		for us, on := range map[string]channel.Name{"fala": channel.Mastodon, "fala2": channel.MastodonPrivate} {
			people := c.connectStatuses(t, us, on)
			desk := c.desk(people.point.ID, people.find)
			say := func(name string) {
				t.Helper()
				st := mastodontest.Status{ID: "taken-" + name, By: acctOf("taken"), Text: "@" + us + " " + name, Created: time.Now().Add(-seasoned)}
				if name != "first" {
					st.Parent = "taken-first"
				}
				if people.private() {
					st.Visibility = "direct"
				}
				people.server.Says(st)
				until(t, name+" is here", func() bool {
					return slices.ContainsFunc(desk.Entries(t, "taken"), func(e channeltest.Seen) bool { return e.Text == name })
				})
			}
			gone := func() (names []string) {
				t.Helper()
				all := desk.Entries(t, "taken")
				for _, e := range all {
					if i := slices.IndexFunc(all, func(o channeltest.Seen) bool { return o.ID == e.Target }); e.Kind == "deletion" && i >= 0 {
						names = append(names, all[i].Text)
					}
				}
				return names
			}
			for _, name := range []string{"first", "second", "third"} {
				say(name)
			}
			ctx := actor.With(t.Context(), actor.ForSystem(c.tenants[0].TenantID))
			fetch := func() {
				t.Helper()
				if got := c.chief.call("POST", accountsPath+"/"+people.key.String()+"/catch-up", nil); got.status != 200 {
					t.Fatalf("%d %s", got.status, got.body)
				}
			}
			people.server.Forgets("taken-second")
			fetch() // by itself it may have been asked just before
			until(t, "it is taken back", func() bool { return slices.Equal(gone(), []string{"second"}) })
			people.server.Forgets("taken-third")
			c.must(c.app.services.accounts.LookAfter(ctx, channel.LookAfter{Point: people.key}))
			say("fourth")
			if now := gone(); !slices.Equal(now, []string{"second"}) {
				t.Errorf("it is asked again before its time: %v", now)
			}
			fetch()
			until(t, "the other is taken back", func() bool { return slices.Equal(gone(), []string{"second", "third"}) })
		}
	})
}
