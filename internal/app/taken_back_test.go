package app

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
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
