package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// What is published somewhere waits in a queue, is read and resolved, and cannot be answered here.
func TestNewsWaitInAQueue(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		var items atomic.Value
		items.Store("")
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprint(w, `<rss version="2.0"><channel><title>Głos Miasta</title>`+items.Load().(string)+`</channel></rss>`) // who went away needs no answer
		}))
		t.Cleanup(site.Close)
		account := fields{"channel": "feed", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"url": site.URL + "/rss", "words": "fala"}}
		made := c.chief.call("POST", accountsPath, account)
		if made.status != http.StatusCreated || field(t, made.body, "name") != "Głos Miasta" {
			t.Fatalf("%d %s", made.status, made.body)
		}
		key := pointOf(t, made)
		if twice := c.chief.call("POST", accountsPath, account); twice.status != http.StatusConflict {
			t.Errorf("twice: %d %s", twice.status, twice.body)
		}
		bad := c.chief.call("POST", accountsPath, fields{"channel": "feed", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"url": "ftp://news.example"}})
		if bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, `"feed.address"`) {
			t.Errorf("%d %s", bad.status, bad.body)
		}
		at := time.Now().Add(time.Second).Format(time.RFC1123Z)
		items.Store(`<item><guid>1</guid><title>Fala otwiera sklep</title><link>https://news.example/1</link><pubDate>` + at + `</pubDate></item>
			<item><guid>2</guid><title>Pogoda</title><pubDate>` + at + `</pubDate></item>`)
		// It may have been read by itself meanwhile: how much is new for us is not asked.
		if got := c.chief.call("POST", accountsPath+"/"+key.String()+"/catch-up", nil); got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
		}
		var row string
		until(t, "agents see it", func() bool {
			row = c.chief.call("GET", "/api/v1/conversations?view=all&limit=10", nil).body
			return strings.Contains(row, "Fala otwiera sklep")
		})
		if strings.Contains(row, "Pogoda") || !strings.Contains(row, `"channel":"feed"`) {
			t.Errorf("%s", row)
		}
	})
}
