package app

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestASystemThatCannotBeCalledFetchesItsCommands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		x := c.theirSystem(t, everythingOwn())
		if got := c.hook(t, x.hook+"/commands", `{}`, x.events); got.status != http.StatusConflict || !strings.Contains(got.body, "own.not_pulled") {
			t.Errorf("one that is called fetches: %d %s", got.status, got.body)
		}
		s := everythingOwn()
		s.Pull, s.URL = true, x.url
		if got := c.chief.call("PATCH", x.path(), fields{"settings": s}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "own.pull_or_url") {
			t.Errorf("both ways at once: %d %s", got.status, got.body)
		}
		s.URL = ""
		c.chief.make("PATCH", x.path(), fields{"settings": s}, "")
		desk := c.desk(x.key, x.find)
		x.begin(t, desk, "pulled", "")
		t.Run("each until it is said to be done, in their order", func(t *testing.T) { x.pulled(t, desk) })
		t.Run("at once, to who waits", func(t *testing.T) { x.awaited(t, desk) })
		t.Run("what nobody fetches has failed", func(t *testing.T) { x.overdue(t, desk) })
	})
}

// said answers in the thread and returns the key of the answer.
func (x *theirs) said(t *testing.T, desk *testDesk, text string) string {
	t.Helper()
	return desk.work["pulled"].make("POST", "/api/v1/conversations/"+x.find(t, "pulled").String()+"/replies", fields{"text": text, "client_id": text, "based_on_seq": 0, "force": true}, "id")
}

// state waits until an answer has come so far.
func (x *theirs) state(t *testing.T, entry, state string) string {
	t.Helper()
	var reason string
	until(t, "an answer is "+state, func() bool {
		var page struct {
			Items []struct {
				ID       string
				Delivery struct{ State, Reason string }
			}
		}
		x.centre.must(json.Unmarshal([]byte(x.centre.chief.call("GET", "/api/v1/conversations/"+x.find(t, "pulled").String()+"/entries?limit=100", nil).body), &page))
		for _, e := range page.Items {
			if e.ID == entry {
				reason = e.Delivery.Reason
				return e.Delivery.State == state
			}
		}
		return false
	})
	return reason
}

func (x *theirs) fetched(t *testing.T, body string) (texts []string, next string) {
	t.Helper()
	got := x.centre.hook(t, x.hook+"/commands", body, x.events)
	var out struct {
		Commands []theirCommand
		Next     string
	}
	if err := json.Unmarshal([]byte(got.body), &out); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	for _, c := range out.Commands {
		texts = append(texts, c.Text)
	}
	return texts, out.Next
}

func (x *theirs) pulled(t *testing.T, desk *testDesk) {
	t.Helper()
	if got := x.centre.chief.call("POST", x.path()+"/test", nil); field(t, got.body, "ok") != "false" || field(t, got.body, "code") != "own.not_fetched" {
		t.Errorf("before anybody came: %s", got.body)
	}
	first := x.said(t, desk, "pierwsza")
	x.state(t, first, "sent")
	x.state(t, x.said(t, desk, "druga"), "sent")
	for range 2 { // an answer of ours that was lost on its way is given again
		if texts, _ := x.fetched(t, `{}`); strings.Join(texts, " ") != "pierwsza druga" {
			t.Errorf("%q", texts)
		}
	}
	texts, next := x.fetched(t, `{"limit":1}`)
	if len(texts) != 1 {
		t.Errorf("%q", texts)
	}
	if texts, next = x.fetched(t, `{"after":"`+next+`"}`); strings.Join(texts, " ") != "druga" {
		t.Errorf("%q", texts)
	}
	if texts, _ := x.fetched(t, `{"after":"`+next+`"}`); len(texts) != 0 {
		t.Errorf("%q", texts)
	}
	if texts, _ := x.fetched(t, `{}`); len(texts) != 0 {
		t.Errorf("what was done is still there: %q", texts)
	}
	if got := x.centre.hook(t, x.hook+"/commands", `{}`, nil); got.status != http.StatusUnauthorized {
		t.Errorf("a stranger fetches: %d", got.status)
	}
	if got := x.centre.hook(t, x.hook+"/commands", `{"after":"x"}`, x.events); got.status != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := x.centre.chief.call("POST", x.path()+"/test", nil); field(t, got.body, "ok") != "true" {
		t.Errorf("somebody was there: %s", got.body)
	}
	x.centre.hook(t, x.hook, `{"id":"arrived","type":"receipt","our_id":"`+first+`","state":"delivered"}`, x.events)
	x.state(t, first, "delivered")
}

func (x *theirs) awaited(t *testing.T, desk *testDesk) {
	t.Helper()
	got := make(chan []string, 1)
	go func() {
		texts, _ := x.fetched(t, `{"wait":25}`)
		got <- texts
	}()
	x.said(t, desk, "trzecia")
	select {
	case texts := <-got:
		if strings.Join(texts, " ") != "trzecia" {
			t.Errorf("%q", texts)
		}
	case <-time.After(20 * time.Second):
		t.Error("who waits is told nothing")
	}
}

func (x *theirs) overdue(t *testing.T, desk *testDesk) {
	t.Helper()
	c := x.centre
	late := x.said(t, desk, "czwarta")
	x.state(t, late, "sent")
	ctx := actor.With(t.Context(), actor.ForSystem(c.tenants[0].TenantID))
	c.must(c.app.db.Update(ctx, func(tx *db.Tx) error { // a day has passed
		_, err := db.Exec(ctx, tx, `UPDATE own_command SET made_at = 1`)
		return err
	}))
	c.must(c.app.services.own.GiveUp(ctx, own.Overdue{Point: x.key}))
	if why := x.state(t, late, "failed"); why != "own.not_fetched" {
		t.Errorf("failed: %s", why)
	}
	if texts, _ := x.fetched(t, `{}`); len(texts) != 0 {
		t.Errorf("%q", texts)
	}
}
