package app

import (
	"net/http"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/bluesky/blueskytest"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// An account is connected by who has an app password of it, which is shown nowhere; what is said
// to it in somebody else's thread is shown with what stands above.
func TestAnAccountAtBlueskyIsConnectedByWhoHoldsItsPassword(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	net := blueskytest.New("fala3.bsky.social")
	t.Cleanup(net.Close)
	for name, x := range map[string]struct{ handle, password, server, want string }{
		"somebody else's account":            {"other.bsky.social", net.Password, net.URL(), "bluesky.password"},
		"a password of nobody":               {net.Us, "abcd", net.URL(), "bluesky.password"},
		"no server is named":                 {net.Us, net.Password, "ftp://x", "bluesky.server"},
		"a server in the open, not our own":  {net.Us, net.Password, "http://pds.example", "bluesky.server"},
		"something else answers there":       {net.Us, net.Password, c.graph.App().GraphURL, "bluesky."},
		"the password of the house is empty": {net.Us, "", net.URL(), "required"},
	} {
		account := c.skyAccount(net)
		account["settings"] = fields{"handle": x.handle, "password": x.password, "server": x.server}
		got := c.chief.call("POST", accountsPath, account)
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, x.want) || strings.Contains(got.body, net.Password) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	x := c.connectSky(t, "fala.bsky.social", channel.Bluesky)
	top := x.net.Says(blueskytest.Post{By: "pismo.bsky.social", Text: "Fala znów zawodzi"}, "top")
	said := x.net.Says(blueskytest.Post{By: "jan.bsky.social", Text: "To prawda", Parent: top.URI}, "said")
	asked := x.net.Says(blueskytest.Post{By: "zofia.bsky.social", Text: "@fala.bsky.social co Wy na to?", Parent: said.URI}, "asked")
	x.net.Likes(asked.URI, asked.Indexed)
	x.ask(t)
	until(t, "what was answered, and what stands above, is here", func() bool {
		n, err := db.One[int](t.Context(), c.app.db, `SELECT COUNT(*) FROM entry WHERE entry_point_id = $1 AND kind = 'message'`, x.point.ID)
		c.must(err)
		posts, err := db.One[int](t.Context(), c.app.db, `SELECT COUNT(*) FROM post WHERE external_id = $1 AND known = $2 AND body LIKE 'Fala%'`, top.URI, true)
		c.must(err)
		return n == 2 && posts == 1
	})
	n, err := db.One[int](t.Context(), c.app.db, `SELECT COUNT(*) FROM conversation WHERE entry_point_id = $1`, x.point.ID)
	if c.must(err); n != 1 {
		t.Errorf("one thread is %d conversations", n)
	}
}
