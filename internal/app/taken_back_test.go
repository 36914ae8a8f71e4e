package app

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestWordsThatWereTakenBackAreForTheirAuthorAndThoseWhoLead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		people := c.visitors(t)
		desk := c.desk(people.point, people.find)
		people.Says(t, channel.Inbound{Kind: channel.KindMessage, Thread: "words", ExternalID: "words-1", Text: "Dzień dobry"})
		until(t, "the message is here", func() bool {
			return slices.ContainsFunc(desk.Entries(t, "words"), func(e channeltest.Seen) bool { return e.Kind == "message" })
		})
		desk.Take(t, "words")
		author := desk.work["words"]
		wrong, right := desk.Reply(t, "words", "numer karty innej osoby"), desk.Reply(t, "words", "już sprawdzam")
		edit := desk.Edit(t, "words", wrong, "numer karty: 4111")
		if got := desk.TakeBack(t, "words", wrong); edit.Refused != "" || got.Refused != "" {
			t.Fatalf("%+v, %+v", edit, got)
		}
		path := "/api/v1/conversations/" + people.find(t, "words").String()
		colleague := c.hire(c.tenants[0], "Bálint", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
		author.make("POST", path+"/notes", fields{"text": "@Bálint", "mentions": []string{colleague.user.String()}}, "")
		reads := func(who *caller) map[string]string {
			t.Helper()
			var page struct{ Items []struct{ ID, Text string } }
			got := who.call("GET", path+"/entries?limit=50", nil)
			if err := json.Unmarshal([]byte(got.body), &page); err != nil || len(page.Items) == 0 {
				t.Fatalf("%d %s", got.status, got.body)
			}
			texts := map[string]string{}
			for _, e := range page.Items {
				texts[e.ID] = e.Text
			}
			return texts
		}
		for who, one := range map[string]struct {
			caller     *caller
			want, then string
		}{"the author": {author, "numer karty innej osoby", "numer karty: 4111"}, "who leads": {c.chief, "numer karty innej osoby", "numer karty: 4111"}, "a colleague": {colleague, "", ""}} {
			got := reads(one.caller)
			if got[wrong.String()] != one.want || got[edit.Entry.String()] != one.then || got[right.String()] != "już sprawdzam" {
				t.Errorf("%s reads %q, %q and %q", who, got[wrong.String()], got[edit.Entry.String()], got[right.String()])
			}
		}
	})
}

func TestFilesOfAMessageThatWasTakenBackAreForItsAuthorAndThoseWhoLead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		people := c.visitors(t)
		desk := c.desk(people.point, people.find)
		people.Says(t, channel.Inbound{Kind: channel.KindMessage, Thread: "files", ExternalID: "files-1", Text: "Dzień dobry"})
		until(t, "the message is here", func() bool {
			return slices.ContainsFunc(desk.Entries(t, "files"), func(e channeltest.Seen) bool { return e.Kind == "message" })
		})
		desk.Take(t, "files")
		author := desk.work["files"]
		path := "/api/v1/conversations/" + people.find(t, "files").String()
		colleague := c.hire(c.tenants[0], "Bálint", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
		author.make("POST", path+"/notes", fields{"text": "@Bálint", "mentions": []string{colleague.user.String()}}, "")

		wrong, right := author.sendFile(path, "someone else's"), author.sendFile(path, "the customer's")
		guest := people.guests["files"]
		before := guest.handed(t)
		if len(before) != 2 {
			t.Fatalf("the visitor is handed %v", before)
		}
		everybody := map[string]*caller{"the author": author, "who leads": c.chief, "a colleague": colleague}
		for who, one := range everybody {
			if got := one.call("GET", "/api/v1/attachments/"+wrong.file+"/preview", nil); got.status != http.StatusOK {
				t.Errorf("before, %s gets %d", who, got.status)
			}
		}
		if got := desk.TakeBack(t, "files", wrong.entry); got.Refused != "" {
			t.Fatalf("%+v", got)
		}

		for who, one := range everybody {
			want := http.StatusOK
			if who == "a colleague" {
				want = http.StatusNotFound
			}
			for _, address := range []string{"/api/v1/attachments/" + wrong.file, "/api/v1/attachments/" + wrong.file + "/preview"} {
				if got := one.call("GET", address, nil); got.status != want {
					t.Errorf("%s gets %d for %s", who, got.status, address)
				}
			}
			if got := one.call("GET", "/api/v1/attachments/"+right.file, nil); got.status != http.StatusOK {
				t.Errorf("%s gets %d for the other file", who, got.status)
			}
		}
		after := guest.handed(t)
		if len(after) != 1 || after[right.file] == "" {
			t.Errorf("the visitor is handed %v", after)
		}
		for file, want := range map[string]int{wrong.file: http.StatusNotFound, right.file: http.StatusOK} {
			if got := c.nobody().call("GET", before[file], nil); got.status != want {
				t.Errorf("the address from before gets %d, not %d", got.status, want)
			}
		}
		if shown := guest.bearer("GET", "/w/entries?after=0"); strings.Contains(shown.body, "someone else's") || !strings.Contains(shown.body, "the customer's") {
			t.Errorf("the visitor reads %s", shown.body)
		}
		if shown := guest.bearer("GET", "/w/conversations"); strings.Contains(shown.body, "someone else's") {
			t.Errorf("the visitor's history is %s", shown.body)
		}
	})
}

func TestAnOwnSystemFetchesNoFileOfAnAnswerThatWasTakenBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		x := c.theirSystem(t, everythingOwn())
		desk := c.desk(x.key, x.find)
		x.begin(t, desk, "files", "")
		sent := desk.work["files"].sendFile("/api/v1/conversations/"+x.find(t, "files").String(), "Proszę")
		until(t, "the answer is theirs", func() bool {
			return slices.ContainsFunc(desk.Entries(t, "files"), func(e channeltest.Seen) bool { return e.ID == sent.entry && e.Delivery == "sent" && e.External != "" })
		})
		if got := c.nobody().call("GET", x.fileURL(), nil); got.status != http.StatusOK || got.body != drawn() {
			t.Fatalf("%d, %d bytes", got.status, len(got.body))
		}
		if got := desk.TakeBack(t, "files", sent.entry); got.Refused != "" {
			t.Fatalf("%+v", got)
		}
		if got := c.nobody().call("GET", x.fileURL(), nil); got.status != http.StatusNotFound {
			t.Errorf("the file is handed out: %d", got.status)
		}
	})
}

// sentFile is an answer with a file.
type sentFile struct {
	entry id.Entry
	file  string
}

// sendFile answers in the conversation at path with a picture.
func (c *caller) sendFile(path, text string) sentFile {
	c.house.t.Helper()
	file := c.make("POST", "/api/v1/attachments", raw(drawn()), "id")
	entry, err := id.Parse[id.Entry](c.make("POST", path+"/replies", fields{
		"text": text, "client_id": id.New[id.Entry]().String(), "based_on_seq": 0, "force": true, "attachment_ids": []string{file},
	}, "id"))
	c.house.must(err)
	return sentFile{entry, file}
}

// handed returns the addresses of the files that a visitor is shown.
func (g *guest) handed(t *testing.T) map[string]string {
	t.Helper()
	var page struct {
		Entries []struct{ Attachments []struct{ ID, URL string } }
	}
	got := g.bearer("GET", "/w/entries?after=0")
	if err := json.Unmarshal([]byte(got.body), &page); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	all := map[string]string{}
	for _, e := range page.Entries {
		for _, a := range e.Attachments {
			all[a.ID] = a.URL
		}
	}
	return all
}
