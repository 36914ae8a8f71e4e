package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestWhoWroteIsToldOnlyToWhoMaySeeTheConversation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		if w := b.call(person(ola, actor.Agent), "POST", "/api/v1/conversations/CONV/notes", `{"text":"@Marta?","mentions":["31"],"client_id":"n1"}`); w.Code != http.StatusCreated {
			t.Fatal(w.Code, w.Body)
		}
		moved, stripped := person(marta, actor.Supervisor), person(marta, actor.BrandViewer)
		moved.Brands = actor.Brands{Some: []id.Brand{999}}
		for name, c := range map[string]struct {
			who  actor.Actor
			told bool
		}{
			"the supervisor of the brand":   {person(marta, actor.Supervisor), true},
			"the agent who was mentioned":   {person(marta, actor.Agent), true},
			"who works for another brand":   {moved, false},
			"who may not read what is said": {stripped, false},
		} {
			w := b.call(c.who, "GET", "/api/v1/me/notifications", "")
			if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, `"kind":"mention"`) || strings.Contains(body, "Ola Nowicka") != c.told {
				t.Errorf("%s: %d %s", name, w.Code, body)
			}
		}
	})
}
