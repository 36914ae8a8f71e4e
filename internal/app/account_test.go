package app

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/i18n"
	"github.com/zongler/zongler/web"
)

// guide is what has to be copied to the provider of a channel, by name.
func (c *callCentre) guide(t *testing.T, of channel.Name) map[string]string {
	t.Helper()
	var body struct {
		Items []struct {
			Channel channel.Name
			Guide   []struct {
				Copy []struct{ Name, Value string }
			}
		}
	}
	got := c.chief.call("GET", "/api/v1/channel-forms", nil)
	if err := json.Unmarshal([]byte(got.body), &body); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	said := map[string]string{}
	for _, form := range body.Items {
		for _, step := range form.Guide {
			for _, copied := range step.Copy {
				if form.Channel == of {
					said[copied.Name] = copied.Value
				}
			}
		}
	}
	return said
}

// The screen is drawn from what an adapter describes: each thing that it names has a text, in every language.
func TestEveryAccountHasItsWords(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load(web.Catalogues())
	if err != nil {
		t.Fatal(err)
	}
	_, ofX := withX(t)
	c := openCentreWith(t, dbtest.SQLite(t), ofX)
	kinds := c.app.services.registry.Connecting()
	if len(kinds) == 0 {
		t.Error("no channel has accounts")
	}
	for _, a := range kinds {
		f, n := a.Form(), "admin.account."+string(a.Channel())+"."
		wanted := []string{}
		for _, field := range f.Fields {
			wanted = append(wanted, "field."+field.Key)
			for _, choice := range field.Choices {
				wanted = append(wanted, "field."+field.Key+"."+choice)
			}
		}
		for _, step := range f.Guide {
			wanted = append(wanted, "guide."+step.Step)
			for _, copied := range step.Copy {
				wanted = append(wanted, "copy."+copied.Name)
			}
		}
		for _, step := range f.Tries {
			wanted = append(wanted, "try."+step)
		}
		for _, key := range wanted {
			if !texts.Has("admin", n+key) {
				t.Errorf("no text for %s%s in web/i18n/en/admin.json", n, key)
			}
		}
		if f.Unable != "" || len(f.Guide) == 0 || len(f.Tries) == 0 {
			t.Errorf("%s: here it could be connected: %+v", a.Channel(), f)
		}
	}
}
