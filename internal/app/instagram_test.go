package app

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/instagram"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// instagramAccount is what connects the account of a token.
func (c *callCentre) instagramAccount(login, token string) fields {
	return fields{"channel": "instagram", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"login": login, "token": token}}
}

// connectInstagram connects an account by its page.
func (c *callCentre) connectInstagram(t *testing.T, accountID string) *pageFolk {
	t.Helper()
	page := c.graph.Page("1"+accountID[len(accountID)-6:], "Fala Foto")
	account := page.Instagram(accountID, "fala.foto")
	return c.connectFolk(t, account, c.app.services.instagram, c.instagramAccount("facebook", page.Token(metatest.InstagramScopes()...)))
}

// connectOwnInstagram connects an account by its own token, which is two days old.
func (c *callCentre) connectOwnInstagram(t *testing.T, accountID string) *pageFolk {
	t.Helper()
	account := c.graph.OwnAccount(accountID, "fala.sklep")
	return c.connectFolk(t, account, c.app.services.instagram, c.instagramAccount("instagram", account.OwnToken(48*time.Hour, metatest.OwnScopes()...)))
}

// lendFiles has Meta fetch the files of our answers from us, as who is out there, and returns how. Our address has to be https.
func (c *callCentre) lendFiles() func(address string) (int, []byte) {
	get := func(address string) (int, []byte) {
		at, err := url.Parse(address)
		c.must(err)
		got := c.nobody().call("GET", at.RequestURI(), nil)
		return got.status, []byte(got.body)
	}
	c.graph.Fetches(get)
	return get
}

// An account is connected only with a token that is good for it, in the way that was chosen.
func TestAnInstagramAccountIsConnectedByWhoHoldsItsToken(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		alone := c.graph.Page("2001", "Bez konta")
		page := c.graph.Page("2002", "Z kontem")
		page.Instagram("17841400000002002", "z.kontem")
		own := c.graph.OwnAccount("17841400000002003", "samo")
		for _, bad := range []struct{ login, token, code string }{
			{"facebook", "EAAGnonsense", "meta.token_invalid"},
			{"facebook", page.UserToken(), "facebook.token_user"},
			{"facebook", page.StrangeToken(), "meta.token_app"},
			{"facebook", page.Token(metatest.Scopes()...), "meta.token_scopes"},
			{"facebook", alone.Token(metatest.InstagramScopes()...), "instagram.no_account"},
			{"facebook", own.OwnToken(0, metatest.OwnScopes()...), "facebook.token_user"},
			{"instagram", page.Token(metatest.InstagramScopes()...), "meta.token_invalid"},
			{"instagram", own.OwnToken(0, "instagram_business_basic"), "meta.token_scopes"},
			{"instagram", own.OwnToken(61*24*time.Hour, metatest.OwnScopes()...), "meta.token_invalid"},
		} {
			got := c.chief.call("POST", accountsPath, c.instagramAccount(bad.login, bad.token))
			if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `"code":"`+bad.code+`"`) || !strings.Contains(got.body, `"settings.token"`) {
				t.Errorf("%s by %s: %d %s", bad.code, bad.login, got.status, got.body)
			}
		}
		made := c.chief.call("POST", accountsPath, c.instagramAccount("facebook", page.Token(metatest.InstagramScopes()...)))
		if made.status != http.StatusCreated || field(t, made.body, "address") != "17841400000002002" || field(t, made.body, "settings.username") != "z.kontem" || field(t, made.body, "name") != "@z.kontem" {
			t.Errorf("%d %s", made.status, made.body)
		}
		if has := page.Subscribed(); !slices.Contains(has, "messages") {
			t.Errorf("the page tells of %v", has)
		}
		young := c.chief.call("POST", accountsPath, c.instagramAccount("instagram", own.OwnToken(0, metatest.OwnScopes()...)))
		ends, err := time.Parse(time.RFC3339, field(t, young.body, "expires_at"))
		if young.status != http.StatusCreated || err != nil || time.Until(ends).Round(time.Hour) != 59*24*time.Hour {
			t.Errorf("%d %s", young.status, young.body)
		}
		if has := own.Subscribed(); len(has) != len(instagram.Fields()) {
			t.Errorf("the account tells of %v", has)
		}
	})
}

// The token of an account is renewed before it ends, without anybody asking; what ended cannot be.
func TestATokenOfAnAccountIsRenewedBeforeItEnds(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	f := c.connectOwnInstagram(t, "17841400000003001")
	left := func() time.Duration {
		ends, err := time.Parse(time.RFC3339, field(t, c.chief.call("GET", f.path(), nil).body, "expires_at"))
		c.must(err)
		return time.Until(ends)
	}
	set := func(at time.Time) {
		c.must(c.app.db.Update(t.Context(), func(tx *db.Tx) error {
			_, err := db.Exec(t.Context(), tx, `UPDATE channel_account SET expires_at = $1`, at)
			return err
		}))
	}
	c.graph.Age(f.page.ID, 50*24*time.Hour)
	soon := func() { set(time.Now().Add(10 * 24 * time.Hour)) }
	c.tended(t, "it is good for another 60 days", soon, func() bool { return left() > 59*24*time.Hour })
	desk := c.desk(f.key, f.find)
	f.writes(t, desk, "renewed", "czy ktoś tu jest")
	desk.Take(t, "renewed")
	desk.Reply(t, "renewed", "jestem")
	until(t, "an answer goes out with the new token", func() bool { return len(f.Got(t)) == 1 })
	c.graph.Age(f.page.ID, 61*24*time.Hour)
	over := func() { set(time.Now().Add(-time.Hour)) }
	c.tended(t, "the administrator is told to connect again", over, func() bool {
		return field(t, c.chief.call("GET", f.path(), nil).body, "health_code") == "meta.reconnect"
	})
}

// What somebody takes back at Instagram does not stay with us: neither words nor files nor the event as it came.
func TestWhatIsTakenBackAtInstagramIsGone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		f := c.connectInstagram(t, "17841400000004001")
		desk := c.desk(f.key, f.find)
		address := c.graph.File("umowa.txt", []byte("poufna umowa"))
		f.page.Post(f.page.Writes(psidOf("regret"), "ig_regret", "mój numer to 600100200", metatest.File("file", address)))
		until(t, "it is here", func() bool { return has(desk.Entries(t, "regret"), "600100200") })
		edit := metatest.Between(psidOf("regret"), f.page.ID, time.Now())
		edit["message_edit"] = metatest.Event{"mid": "ig_regret", "text": "mój numer to 600100201", "num_edit": 1}
		back := metatest.Between(psidOf("regret"), f.page.ID, time.Now())
		back["message"] = metatest.Event{"mid": "ig_regret", "is_deleted": true}
		f.page.Post(edit)
		until(t, "it is changed", func() bool { return has(desk.Entries(t, "regret"), "600100201") })
		f.page.Post(back)
		until(t, "it is taken back", func() bool {
			return slices.ContainsFunc(desk.Entries(t, "regret"), func(e channeltest.Seen) bool { return e.Kind == "deletion" })
		})
		if all := desk.Entries(t, "regret"); has(all, "6001002") {
			t.Errorf("%+v", all)
		}
		for what, query := range map[string]string{
			"entries": `SELECT COUNT(*) FROM entry WHERE body LIKE '%6001002%' OR attachments LIKE '%umowa%'`,
			"files":   `SELECT COUNT(*) FROM attachment WHERE stored AND name = 'umowa.txt'`,
			"rows":    `SELECT COUNT(*) FROM conversation WHERE last_preview LIKE '%6001002%'`,
		} {
			if n, err := db.One[int](t.Context(), d, query); err != nil || n != 0 {
				t.Errorf("%d %s are left: %v", n, what, err)
			}
		}
		raws, err := db.Many[[]byte](t.Context(), d, `SELECT raw FROM channel_event`)
		if err != nil || slices.ContainsFunc(raws, func(raw []byte) bool { return strings.Contains(string(raw), "6001002") }) {
			t.Errorf("an event still says it: %v", err)
		}
	})
}

// Instagram fetches the files of an answer from us, by links that we have signed; texts are counted in bytes.
func TestInstagramFetchesFilesFromUs(t *testing.T) {
	t.Parallel()
	c := openCentreWith(t, dbtest.SQLite(t), func(c *config.Config) { c.BaseURL = "https://desk.example" })
	f := c.connectInstagram(t, "17841400000005001")
	desk := c.desk(f.key, f.find)
	get := c.lendFiles()
	f.writes(t, desk, "files", "proszę o zdjęcie")
	desk.Take(t, "files")
	agent := desk.work["files"]
	conversation := "/api/v1/conversations/" + f.find(t, "files").String()
	long := agent.call("POST", conversation+"/replies", fields{"text": strings.Repeat("ő", 501), "client_id": "long", "based_on_seq": 1, "force": true})
	if long.status != http.StatusUnprocessableEntity || !strings.Contains(long.body, "length.bytes") {
		t.Errorf("1002 bytes: %d %s", long.status, long.body)
	}
	up := agent.call("POST", "/api/v1/attachments", raw(picture()))
	sent := agent.call("POST", conversation+"/replies", fields{"text": strings.Repeat("ő", 500), "client_id": "file", "based_on_seq": 1, "force": true, "attachment_ids": []string{field(t, up.body, "id")}})
	if sent.status/100 != 2 {
		t.Fatalf("%d %s", sent.status, sent.body)
	}
	until(t, "both parts are there", func() bool { return len(messagesTo(c.graph)) == 2 })
	file := messagesTo(c.graph)[1].Message
	if file.Kind != "image" || string(c.graph.Fetched(file.File)) != string(picture()) {
		t.Errorf("%+v", file)
	}
	for what, address := range map[string]string{
		"another signature": file.File + "x", "another file": strings.Replace(file.File, field(t, up.body, "id"), "1", 1), "another account": strings.Replace(file.File, f.page.ID, "1", 1),
	} {
		if status, _ := get(address); status != http.StatusNotFound {
			t.Errorf("%s: %d", what, status)
		}
	}
	f.page.Post(messagesTo(c.graph)[0].Message.Echo(), file.Echo())
	f.writes(t, desk, "files", "dziękuję")
	f.fetched(t) // Meta lists both parts, too
	f.writes(t, desk, "files", "i jeszcze")
	if n := len(desk.Entries(t, "files")); n != 5 { // theirs, who has joined, ours, theirs twice
		t.Errorf("%d entries: %+v", n, desk.Entries(t, "files"))
	}
	// Of one that Meta took the half of, that half is no other message either.
	c.graph.Next("", metatest.Refused)
	up = agent.call("POST", "/api/v1/attachments", raw(picture()))
	desk.done(t, "files", "/replies", fields{"text": "połowa", "client_id": "half", "based_on_seq": 0, "force": true, "attachment_ids": []string{field(t, up.body, "id")}})
	if why := stands(t, desk, "files", "połowa", "failed"); why != "meta.partly_sent" {
		t.Errorf("it has failed: %q", why)
	}
	before := len(desk.Entries(t, "files"))
	f.page.Post(messagesTo(c.graph)[2].Message.Echo())
	f.writes(t, desk, "files", "nie widzę zdjęcia")
	if after := len(desk.Entries(t, "files")); after != before+1 {
		t.Errorf("half an answer is shown beside: %+v", desk.Entries(t, "files")[before:])
	}
	stands(t, desk, "files", "połowa", "failed")
}

// What was not posted to us is fetched, each message once, and people are called as they call themselves.
func TestWhatWasMissedAtInstagramIsFetched(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	for name, f := range map[string]*pageFolk{"by its page": c.connectInstagram(t, "17841400000006001"), "by itself": c.connectOwnInstagram(t, "17841400000006002")} {
		desk := c.desk(f.key, f.find)
		f.page.Writes(psidOf("missed"), "ig_missed", "nikt nie odpisuje")
		f.page.Native(psidOf("missed"), "ig_native", "z telefonu")
		f.page.Unsubscribe()
		if n := f.fetched(t); n != "2" {
			t.Errorf("%s: %s are new", name, n)
		}
		if name == "by itself" && len(f.page.Subscribed()) == 0 {
			t.Error("the account goes on telling us nothing")
		}
		until(t, "all of it is here", func() bool {
			all := desk.Entries(t, "missed")
			return has(all, "nikt nie odpisuje") && has(all, "z telefonu")
		})
		if n := f.fetched(t); n != "0" {
			t.Errorf("%s: the second time %s are new", name, n)
		}
		path := "/api/v1/conversations/" + f.find(t, "missed").String()
		until(t, "the name is there", func() bool {
			return strings.HasPrefix(field(t, c.chief.call("GET", path, nil).body, "customer.name"), "Zofia")
		})
	}
}
