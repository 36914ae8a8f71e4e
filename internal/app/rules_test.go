package app

import (
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// TestARuleAndAMacroActThroughTheWholeHouse proves that commands reach routing, delivery,
// cases and the desks, by nothing but the interface.
func TestARuleAndAMacroActThroughTheWholeHouse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		queue := e.chief.make("POST", "/api/v1/queues", fields{"brand_id": e.ids["brand"], "name": "Invoices"}, "id")
		rule := e.chief.make("POST", "/api/v1/rules", fields{"name": "Invoices", "brand_id": e.ids["brand"], "active": true, "program": fields{
			"when": fields{"on": "message.in"},
			"if":   fields{"all": []fields{{"field": "message.text", "op": "contains", "values": []string{"faktura"}}, {"field": "conversation.channel", "op": "is", "values": []string{"webchat"}}}},
			"do": []fields{
				{"do": "move_to_queue", "queue_id": queue},
				{"do": "send_reply", "text": "Thank you, {{customer.first_name}}"},
				{"do": "open_case", "topic": "invoices"},
				{"do": "set_owner", "user_id": e.ids["user"]},
				{"do": "notify", "user_id": e.ids["user"]},
				{"do": "call_webhook", "webhook_id": e.ids["webhook"]},
			},
		}}, "id")
		got := e.write("Nagy Lili", "third", "3", "gdzie jest moja FAKTURA?")
		talk := "/api/v1/conversations/" + got.Conversation.String()
		e.tab.find("the news", func(f frame) bool {
			return f.Type == "news" && strings.Contains(string(f.Data), got.Conversation.String())
		})
		log := h.firing(e, rule)
		if strings.Count(log, `"result":"did"`) != 5 || !strings.Contains(log, `"code":"webhook.not_active"`) { // the estate's webhook is paused
			t.Errorf("%s", log)
		}
		if now := e.chief.call("GET", talk, nil).body; !strings.Contains(now, queue) {
			t.Errorf("it is not in the queue: %s", now)
		}
		if said := e.chief.call("GET", talk+"/entries", nil).body; !strings.Contains(said, `"author":"bot"`) || !strings.Contains(said, "Thank you, "+e.mark) {
			t.Errorf("nothing was said: %s", said)
		}
		if matters := e.chief.call("GET", talk+"/cases", nil).body; !strings.Contains(matters, "invoices") {
			t.Errorf("there is no case: %s", matters)
		}
		tried := e.chief.call("POST", "/api/v1/rule-trials", fields{"brand_id": e.ids["brand"], "program": fields{
			"when": fields{"on": "message.in"}, "if": fields{"field": "message.text", "op": "contains", "values": []string{"faktura"}}, "do": []fields{{"do": "set_priority", "priority": "high"}},
		}}).body
		if field(t, tried, "fired") != "1" || field(t, tried, "trials.conversation_id") != got.Conversation.String() {
			t.Errorf("tried: %s", tried)
		}
		h.macro(e)
	})
}

// macro lets the agent use a macro in the conversation they work on.
func (h *house) macro(e *estate) {
	macro := e.chief.make("POST", "/api/v1/macros", fields{"name": "Settled", "do": []fields{
		{"do": "add_case_tags", "tags": []string{"settled"}}, {"do": "send_reply", "text": "It is settled"}, {"do": "set_priority", "priority": "low"},
	}}, "id")
	used := e.agent.call("POST", "/api/v1/macros/"+macro+"/uses", fields{"conversation_id": e.ids["conversation"], "client_id": "use-1"}).body
	if field(h.t, used, "done") != "true" || strings.Count(used, `"result":"did"`) != 3 {
		h.t.Errorf("%s", used)
	}
}

// firing returns what a rule did, once it has done it.
func (h *house) firing(e *estate, rule string) string {
	h.t.Helper()
	deadline := time.Now().Add(within)
	for time.Now().Before(deadline) {
		log := e.chief.call("GET", "/api/v1/rules/"+rule+"/firings", nil).body
		if strings.Contains(log, `"running":false`) && !strings.Contains(log, `"running":true`) {
			return log
		}
		<-time.After(10 * time.Millisecond) // as a person would look
	}
	h.t.Fatal("the rule did nothing")
	return ""
}
