package app

import (
	"fmt"
	"testing"
)

// smuggled is a request on one's own thing that names a thing of somebody else.
type smuggled struct {
	method, path string
	body         fields
	brandless    bool // the named thing belongs to no brand: only another tenant's is refused
}

// smuggles are all places where a thing may name another.
func smuggles(own, foreign *estate) []smuggled {
	mine := func(path string, kind string) string { return "/api/v1/" + path + "/" + own.ids[kind] }
	list := func(kind string) []string { return []string{foreign.ids[kind]} }
	return []smuggled{
		{"PATCH", mine("users", "user"), fields{"brand_ids": list("brand")}, false},
		{"PATCH", mine("users", "user"), fields{"team_ids": list("team")}, true},
		{"PATCH", mine("users", "user"), fields{"roles": list("role")}, true},
		{"PATCH", mine("brands", "brand"), fields{"calendar_id": foreign.ids["calendar"]}, true},
		{"PATCH", mine("queues", "queue"), fields{"calendar_id": foreign.ids["calendar"]}, true},
		{"PATCH", mine("queues", "queue"), fields{"overflow_queue_id": foreign.ids["queue"]}, false},
		{"PATCH", mine("queues", "queue"), fields{"required": []fields{{"skill_id": foreign.ids["skill"], "level": 1}}}, true},
		{"PATCH", mine("entry-points", "entryPoint"), fields{"queue_id": foreign.ids["queue"]}, false},
		{"PATCH", mine("agents", "user"), fields{"skills": []fields{{"skill_id": foreign.ids["skill"], "level": 1}}}, true},
		{"PUT", mine("agents", "user") + "/queues/" + foreign.ids["queue"], fields{"member": true, "enabled": true}, false},
		{"PUT", "/api/v1/agents/" + foreign.ids["user"] + "/queues/" + own.ids["queue"], fields{"member": true, "enabled": true}, false},
		{"POST", mine("agents", "user") + "/move", fields{"from_queue_id": own.ids["queue"], "to_queue_id": foreign.ids["queue"]}, false},
		{"POST", mine("agents", "user") + "/move", fields{"from_queue_id": foreign.ids["queue"], "to_queue_id": own.ids["queue"]}, false},
		{"PUT", mine("agents", "user") + "/presence", fields{"state": "away", "reason_id": foreign.ids["awayReason"]}, true},
		{"PUT", "/api/v1/me/presence", fields{"state": "away", "reason_id": foreign.ids["awayReason"]}, true},
		{"POST", "/api/v1/dispositions", fields{"name": "Smuggled", "queue_id": foreign.ids["queue"]}, false},
		{"POST", "/api/v1/canned", fields{"brand_id": foreign.ids["brand"], "shortcut": "smuggled", "title": "Smuggled", "texts": fields{"en": "x"}}, false},
		{"POST", "/api/v1/queues", fields{"brand_id": own.ids["brand"], "name": "Smuggled", "overflow_queue_id": foreign.ids["queue"]}, false},
		{"POST", "/api/v1/entry-points", fields{"brand_id": own.ids["brand"], "channel": "webchat", "name": "Smuggled", "queue_id": foreign.ids["queue"], "config": fields{}}, false},
		{"PATCH", mine("mailboxes", "mailbox"), fields{"queue_id": foreign.ids["queue"]}, false},
		{"POST", "/api/v1/mailboxes", fields{"brand_id": own.ids["brand"], "name": "Smuggled", "address": "smuggled@fala.example", "queue_id": foreign.ids["queue"], "settings": own.servers()}, false},
		{"POST", "/api/v1/mailboxes/try", fields{"mailbox_id": foreign.ids["mailbox"], "address": "smuggled@fala.example", "settings": foreign.servers()}, false},
		{"POST", mine("conversations", "conversation") + "/entries/" + foreign.ids["entry"] + "/cancel", nil, false},
		{"POST", mine("conversations", "conversation") + "/entries/" + foreign.ids["entry"] + "/schedule", fields{"send_at": "2026-01-01T00:00:00Z"}, false},
		{"GET", mine("conversations", "conversation") + "/entries/" + foreign.ids["entry"] + "/original", nil, false},
		{"POST", mine("customers", "customer") + "/claims", fields{"contact_point_id": foreign.ids["contactPoint"]}, false},
		{"POST", mine("conversations", "conversation") + "/notes", fields{"text": "Look", "client_id": "smuggled-note", "mentions": list("user")}, false},
		{"POST", mine("conversations", "conversation") + "/replies", fields{"text": "Look", "client_id": "smuggled-reply", "based_on_seq": 1, "force": true, "attachment_ids": list("attachment")}, false},
		{"POST", mine("interactions", "interaction") + "/transfer", fields{"queue_id": foreign.ids["queue"]}, false},
		{"POST", mine("interactions", "interaction") + "/transfer", fields{"agent_id": foreign.ids["user"]}, false},
		{"GET", mine("canned", "canned") + "/render?conversation=" + foreign.ids["conversation"], nil, false},
		{"GET", "/api/v1/transfer-targets?interaction=" + foreign.ids["interaction"], nil, false},
	}
}

// nothingSmuggled proves that what is one's own cannot be tied to what is not.
func (w *town) nothingSmuggled(t *testing.T) {
	lead := w.lead()
	for _, s := range smuggles(w.alfa, w.gamma) {
		w.refuseSmuggled(t, w.alfa.chief, s, w.gamma, allOf(w.gamma))
		w.refuseSmuggled(t, w.alfa.agent, s, w.gamma, allOf(w.gamma))
	}
	for _, s := range smuggles(w.beta, w.alfa) {
		if s.brandless {
			continue
		}
		w.refuseSmuggled(t, lead, s, w.alfa, ofBrand(w.alfa))
		w.refuseSmuggled(t, w.beta.agent, s, w.alfa, ofBrand(w.alfa))
	}
}

func (w *town) refuseSmuggled(t *testing.T, c *caller, s smuggled, e *estate, kinds []string) {
	t.Helper()
	var sent any
	if s.body != nil {
		sent = s.body
	}
	got := c.call(s.method, s.path, sent)
	if got.status/100 != 4 {
		t.Errorf("%s %s %v: %s gets %d, want a refusal: %s", s.method, s.path, s.body, c.name, got.status, got.body)
	}
	if leaks := e.leaks(got.body, s.path+fmt.Sprint(s.body), kinds, e.mark); len(leaks) > 0 {
		t.Errorf("%s %s: %s is shown %v: %s", s.method, s.path, c.name, leaks, got.body)
	}
}
