package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/mastodon/mastodontest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// stored returns how often something that somebody said is here, at an entry point of the account.
func (x *tooters) stored(t *testing.T, p id.EntryPoint, like string) int {
	t.Helper()
	n, err := db.One[int](t.Context(), x.centre.app.db, `SELECT COUNT(*) FROM entry WHERE body LIKE $1 AND kind = 'message' AND entry_point_id = $2`, like, p)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// An account is connected by who has a token of it that is good for what is needed; the token is shown nowhere.
func TestAnAccountAtAServerIsConnectedByWhoHoldsItsToken(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	server := mastodontest.New()
	t.Cleanup(server.Close)
	for name, x := range map[string]struct{ server, token, want string }{
		"no server is named":                     {"ftp://x", server.Token, "mastodon.server"},
		"a server in the open, not our own":      {"http://mastodon.example", server.Token, "mastodon.server"},
		"somebody else answers there":            {server.URL(), "", "required"},
		"the token is of nobody":                 {server.URL(), strings.Repeat("x", 40), "mastodon.token"},
		"the token is not good for all we need ": {server.URL(), server.Token, "mastodon.scopes"},
	} {
		server.Scope("read")
		account := c.statusAccount(server)
		account["settings"] = fields{"server": x.server, "token": x.token}
		got := c.chief.call("POST", accountsPath, account)
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `"`+x.want+`"`) || strings.Contains(got.body, server.Token) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

// What was said while nobody listened is read from the list, once, in public and alone; what
// stands above it is fetched; and what nobody understands is kept, and stops nothing.
func TestWhatWasMissedIsReadFromTheList(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		x := c.connectStatuses(t, "fala", channel.Mastodon)
		s := x.server
		alone, err := c.app.services.points.ByAddress(t.Context(), channel.MastodonPrivate, x.point.Address)
		c.must(err)
		s.Deafen(true)
		post := s.Says(mastodontest.Status{By: "pismo@press.example", Text: "Fala znów zawodzi"})
		said := s.Says(mastodontest.Status{By: "jan", Text: "To prawda", Parent: post.ID})
		for i := range 45 {
			s.Says(mastodontest.Status{By: "zofia@far.example", Text: fmt.Sprintf("@fala publicznie-%d.", i), Parent: said.ID})
			s.Says(mastodontest.Status{By: "zofia@far.example", Text: fmt.Sprintf("@fala prywatnie-%d.", i), Visibility: "direct"})
		}
		s.Deafen(false)
		until(t, "all is here", func() bool {
			return x.stored(t, x.point.ID, "publicznie-%") == 45 && x.stored(t, alone.ID, "prywatnie-%") == 45
		})
		if n := x.stored(t, x.point.ID, "%prywatnie%") + x.stored(t, alone.ID, "%publicznie%"); n != 0 {
			t.Errorf("%d are where they do not belong", n)
		}
		until(t, "what was answered, and what stands above, is here", func() bool {
			n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM post WHERE external_id = $1 AND known = $2 AND body LIKE 'Fala%'`, post.ID, true)
			c.must(err)
			return n == 1 && x.stored(t, x.point.ID, "To prawda") == 1
		})
		n, err := db.One[int](t.Context(), d, `SELECT COUNT(*) FROM conversation WHERE entry_point_id = $1`, x.point.ID)
		if c.must(err); n != 1 {
			t.Errorf("one thread is %d conversations", n)
		}
		until(t, "it listens again", func() bool { return s.Streams() > 0 })
		s.Raw(`no JSON`)
		s.Raw(`{"event":"notification","payload":"{"}`)
		s.Raw(`{"event":"notification","payload":"{\"id\":\"1\",\"type\":\"mention\",\"status\":{\"id\":\"strange\"}}"}`)
		s.Says(mastodontest.Status{ID: "after-first", By: acctOf("after"), Text: "@fala Halo?"})
		desk := c.desk(x.point.ID, x.find)
		until(t, "what follows is taken", func() bool { return has(desk.Entries(t, "after"), "Halo?") })
		until(t, "what makes no sense is kept", func() bool { return len(desk.refused(t)) > 0 })
		if kept := desk.refused(t); len(kept) != 1 || kept[0].Reason != "event.malformed" {
			t.Errorf("%+v", kept)
		}
		if x.stored(t, x.point.ID, "%") != 47 {
			t.Errorf("%d are here", x.stored(t, x.point.ID, "%"))
		}
	})
}
