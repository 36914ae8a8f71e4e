package app

import (
	"encoding/json"
	"testing"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestWhoAnswersForAnArticleIsToldOnceThatItsTimeIsUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		h.stop()
		owner := h.hire(h.tenants[0], "the owner", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Expert)}, AllBrands: true})
		e.chief.make("PATCH", "/api/v1/articles/"+e.ids["article"], fields{"owner_id": owner.user.String(), "expires_at": "2026-01-01T00:00:00Z"}, "")
		key, err := id.Parse[id.Article](e.ids["article"])
		h.must(err)
		for range 2 {
			h.must(h.app.services.knowledge.Expire(e.system(), knowledge.Expire{Article: key}))
		}
		told := func(c *caller) (times int) {
			var page struct {
				Items []struct {
					Kind      string
					ArticleID string `json:"article_id"`
				}
			}
			h.must(json.Unmarshal([]byte(c.call("GET", "/api/v1/me/notifications", nil).body), &page))
			for _, n := range page.Items {
				if n.Kind == "article.expired" && n.ArticleID == e.ids["article"] {
					times++
				}
			}
			return times
		}
		if told(owner) != 1 || told(e.chief) != 1 || told(e.agent) != 0 {
			t.Errorf("told: the owner %d, who published it %d, an agent %d times", told(owner), told(e.chief), told(e.agent))
		}
	})
}
