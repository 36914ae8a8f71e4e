package app

import (
	"context"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// TestOneAnswerReachesTheCustomersOfAllParts proves "one outage, many customers" over the
// interface of the desk, with live frames.
func TestOneAnswerReachesTheCustomersOfAllParts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		whole, part := e.ids["case"], e.ids["part"]
		answer := e.agent.make("POST", "/api/v1/cases/"+whole+"/notes", fields{"text": "Ważne"}, "text")
		if answer != "Ważne" {
			t.Error(answer)
		}
		e.tab.find("the case", func(f frame) bool {
			return f.Type == "case" && strings.Contains(field(t, string(f.Data), "subject"), "matter")
		})
		sent := e.chief.make("POST", "/api/v1/cases/"+whole+"/answers", fields{"mode": "reply", "text": "Awaria usunięta"}, "id")
		e.tab.find("the answer", func(f frame) bool { return f.Type == "entry" && strings.Contains(string(f.Data), "Awaria usunięta") })
		h.happened("answer_all.ended", 2) // the estate has given one before
		done := e.chief.call("GET", "/api/v1/cases/"+whole+"/answers/"+sent, nil).body
		if field(t, done, "state") != "done" || field(t, done, "items.state") != "done" || strings.Count(done, `"conversation_id"`) != 1 {
			t.Errorf("%s", done)
		}
		if got := e.chief.call("POST", "/api/v1/cases/"+whole+"/answers/"+sent+"/cancel", nil); got.status != 409 {
			t.Errorf("an ended answer is stopped: %d", got.status)
		}
		if got := e.chief.call("POST", "/api/v1/cases/"+part+"/answers", fields{"mode": "reply", "text": "x"}); got.status != 409 {
			t.Errorf("a case without parts is answered: %d %s", got.status, got.body)
		}
	})
}

// happened waits until a kind of fact has happened so often, since the beginning.
func (h *house) happened(kind string, often int) {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.t.Context(), within)
	defer stop()
	err := h.app.db.Follow(ctx, "test", 0, func(_ context.Context, batch []fact.Record) error {
		for _, r := range batch {
			if r.Fact.Kind() == kind {
				often--
			}
		}
		if often <= 0 {
			stop()
		}
		return nil
	})
	if often > 0 {
		h.t.Fatalf("%s did not happen: %v", kind, err)
	}
}
