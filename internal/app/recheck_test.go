package app

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/mastodon/mastodontest"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
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

// What was edited or removed in public at Meta while it could not reach us is noticed: on a page, and at Instagram, which tells
// nobody of it, in both ways of signing in. What the token may not see, or whose limit is reached, is not taken for removed.
func TestWhatMetaHasNotToldIsNoticed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		page := c.graph.Page("40098", "Fala")
		token := page.Token(metatest.Scopes()...)
		crowd := c.connectFolk(t, page, c.app.services.pageAdapter, c.pageAccount(token)).crowd(t)
		(&unheard{pageFolk: crowd.pageFolk, token: token, scopes: metatest.Scopes(), less: "pages_read_user_content", stored: crowd.stored, point: crowd.point, says: crowd.comments}).check(t)
		shop := c.graph.Page("1009001", "Fala Foto")
		account := shop.Instagram("17841400000019001", "fala.foto")
		token = shop.Token(metatest.InstagramScopes()...)
		g := c.connectFolk(t, account, c.app.services.instagram, c.instagramAccount("facebook", token)).gallery(t)
		(&unheard{pageFolk: g.pageFolk, token: token, scopes: metatest.InstagramScopes(), less: "pages_read_engagement", stored: g.stored, point: g.point, says: g.comments}).check(t)
		own := c.graph.OwnAccount("17841400000019002", "fala.sklep")
		token = own.OwnToken(48*time.Hour, metatest.OwnScopes()...)
		g = c.connectFolk(t, own, c.app.services.instagram, c.instagramAccount("instagram", token)).gallery(t)
		(&unheard{pageFolk: g.pageFolk, token: token, scopes: metatest.OwnScopes(), stored: g.stored, point: g.point, says: g.comments}).check(t)
	})
}

// unheard are those who comment while Meta tells us nothing.
type unheard struct {
	*pageFolk

	token  string
	scopes []string
	less   string // a permission without which Meta shows what is there, and says of what it may not show that it is not there
	point  channel.EntryPoint
	stored func(t *testing.T, name string) int
	says   func(t *testing.T, person, name, parent, text string)
}

// happened returns what has happened to comments, in order: what they are called, and how they read then.
func (u *unheard) happened(t *testing.T) string {
	t.Helper()
	all, err := db.Many[string](t.Context(), u.centre.app.db, `SELECT e.kind || ' ' || m.external_id || ' ' || e.body FROM entry e JOIN entry m ON m.tenant_id = e.tenant_id AND m.id = e.target_id
		WHERE e.entry_point_id = $1 AND e.kind IN ('edit', 'deletion') ORDER BY e.kind, m.external_id`, u.point.ID)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(strings.Join(all, "; "), u.page.ID, "")
}

func (u *unheard) check(t *testing.T) {
	t.Helper()
	name := func(n string) string { return u.page.ID + n }
	for _, n := range []string{"a", "b", "c", "d", "e"} {
		u.says(t, "51"+n, name(n), "", "Pierwotne "+n)
	}
	u.says(t, "51f", name("f"), "", "Za wcześnie")
	u.age(t, seasoned, name("a"), name("b"), name("c"), name("d"))
	u.age(t, 30*24*time.Hour, name("e"))
	u.age(t, -time.Hour, name("f")) // however long the test takes
	u.page.TakesBack(name("a"))
	u.page.Rewords(name("b"), "Poprawione b")
	u.page.Locks(name("c"))
	u.page.TakesBack(name("e"))
	u.page.TakesBack(name("f"))
	catchUp := func(want int) {
		t.Helper()
		if got := u.centre.chief.call("POST", u.path()+"/catch-up", nil); got.status != want {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	if u.less != "" { // Meta says of what a token may not see that it does not exist
		u.centre.graph.WithinBatches(metatest.CustomLimit)
		catchUp(http.StatusServiceUnavailable)
		u.centre.graph.WithinBatches("")
		u.centre.graph.Rescope(u.token, slices.DeleteFunc(slices.Clone(u.scopes), func(s string) bool { return s == u.less })...)
		asked := len(u.centre.graph.Batches())
		_ = u.centre.chief.call("POST", u.path()+"/catch-up", nil) // what was missed cannot be fetched either
		u.centre.must(u.recheck(t))
		if got := u.happened(t); strings.Contains(got, "deletion") || len(u.centre.graph.Batches()) == asked {
			t.Errorf("what a token may not see is taken for removed: %q", got)
		}
		u.centre.graph.Rescope(u.token, u.scopes...)
	}
	catchUp(http.StatusOK)
	const want = "deletion a ; edit b Poprawione b"
	until(t, "both are noticed", func() bool { return u.happened(t) == want })
	catchUp(http.StatusOK)
	u.page.Rewords(name("b"), "Pierwotne b")
	catchUp(http.StatusOK)
	until(t, "it reads as before", func() bool {
		return strings.HasSuffix(u.happened(t), "edit b Poprawione b; edit b Pierwotne b") || strings.HasSuffix(u.happened(t), "edit b Pierwotne b; edit b Poprawione b")
	})
	if n := strings.Count(u.happened(t), "deletion"); n != 1 {
		t.Errorf("%d are taken for removed: %s", n, u.happened(t))
	}
}

// recheck asks the public side of the account alone what has become of comments.
func (u *unheard) recheck(t *testing.T) error {
	t.Helper()
	adapter, _ := u.centre.app.services.registry.Adapter(u.point.Channel)
	account, err := u.centre.app.services.accounts.Open(t.Context(), u.point)
	if err != nil {
		return err
	}
	var said []channel.Still
	for _, n := range []string{"a", "d"} {
		post, err := db.One[string](t.Context(), u.centre.app.db, `SELECT p.external_id FROM entry e JOIN conversation c ON c.tenant_id = e.tenant_id AND c.id = e.conversation_id
			JOIN post p ON p.tenant_id = c.tenant_id AND p.id = c.post_id WHERE e.external_id = $1`, u.page.ID+n)
		if err != nil {
			return err
		}
		said = append(said, channel.Still{Name: u.page.ID + n, Text: "Pierwotne " + n, Post: post})
	}
	happened, err := adapter.(channel.Rechecking).Recheck(t.Context(), account, said)
	if len(happened) > 0 {
		t.Errorf("%d are taken for removed", len(happened))
	}
	return err
}
