package app

import (
	"fmt"
	"maps"
	"testing"
)

// smuggled is a request on one's own thing that names a thing of somebody else.
type smuggled struct {
	method, path string
	body         any
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
		{"PATCH", mine("entry-points", "entryPoint"), fields{"config": fields{"mail": fields{"from_id": foreign.ids["mailbox"]}}}, false},
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
		{"POST", mine("customers", "customer") + "/joins", fields{"into_id": foreign.ids["customer"]}, false},
		{"GET", mine("customers", "customer") + "/joins/preview?into=" + foreign.ids["customer"], nil, false},
		{"POST", mine("organisations", "organisation") + "/joins", fields{"into_id": foreign.ids["organisation"]}, false},
		{"GET", mine("organisations", "organisation") + "/joins/preview?into=" + foreign.ids["organisation"], nil, false},
		{"PATCH", mine("mailboxes", "mailbox"), fields{"queue_id": foreign.ids["queue"]}, false},
		{"POST", "/api/v1/mailboxes", fields{"brand_id": own.ids["brand"], "name": "Smuggled", "address": "smuggled@fala.example", "queue_id": foreign.ids["queue"], "settings": own.servers()}, false},
		{"POST", "/api/v1/mailboxes/try", fields{"mailbox_id": foreign.ids["mailbox"], "address": "smuggled@fala.example", "settings": foreign.servers()}, false},
		{"PATCH", mine("own-channels", "ownChannel"), fields{"queue_id": foreign.ids["queue"]}, false},
		{"PATCH", mine("own-channels", "ownChannel"), fields{"settings": fields{"private_channel_id": foreign.ids["ownChannel"], "can": fields{"text_limit": 9, "public": true, "private_reply": true}}}, false},
		{"PATCH", mine("channel-accounts", "channelAccount"), fields{"queue_id": foreign.ids["queue"]}, false},
		{"POST", "/api/v1/channel-accounts", own.accountOf(own, foreign), false},
		{"POST", "/api/v1/channel-accounts", own.accountOf(foreign, own), false},
		{"POST", "/api/v1/own-channels", fields{"brand_id": own.ids["brand"], "name": "Smuggled", "queue_id": foreign.ids["queue"], "settings": fields{"can": fields{"text_limit": 9}}}, false},
		{"POST", "/api/v1/own-channels", fields{"brand_id": foreign.ids["brand"], "name": "Smuggled", "queue_id": own.ids["queue"], "settings": fields{"can": fields{"text_limit": 9}}}, false},
		{"POST", mine("conversations", "conversation") + "/entries/" + foreign.ids["entry"] + "/cancel", nil, false},
		{"POST", mine("conversations", "conversation") + "/entries/" + foreign.ids["entry"] + "/schedule", fields{"send_at": "2026-01-01T00:00:00Z"}, false},
		{"GET", mine("conversations", "conversation") + "/entries/" + foreign.ids["entry"] + "/original", nil, false},
		{"GET", mine("conversations", "conversation") + "/entries/" + foreign.ids["entry"] + "/page", nil, false},
		{"GET", mine("conversations", "conversation") + "/entries/" + foreign.ids["entry"], nil, false},
		{"POST", mine("conversations", "conversation") + "/entries/" + foreign.ids["entry"] + "/decide", fields{"decision": "again"}, false},
		{"POST", "/api/v1/mails", fields{"from_id": foreign.ids["sender"], "to": "anna@posta.example"}, false},
		{"POST", "/api/v1/mails", fields{"from_id": own.ids["sender"], "to": "anna@posta.example", "case_id": foreign.ids["case"]}, false},
		{"POST", "/api/v1/mails", fields{"from_id": own.ids["sender"], "customer_id": foreign.ids["customer"], "to": "anna@posta.example"}, false},
		{"POST", mine("customers", "customer") + "/claims", fields{"contact_point_id": foreign.ids["contactPoint"]}, false},
		{"POST", mine("conversations", "conversation") + "/notes", fields{"text": "Look", "client_id": "smuggled-note", "mentions": list("user")}, false},
		{"POST", mine("conversations", "conversation") + "/replies", fields{"text": "Look", "client_id": "smuggled-reply", "based_on_seq": 1, "force": true, "attachment_ids": list("attachment")}, false},
		{"POST", mine("interactions", "interaction") + "/transfer", fields{"queue_id": foreign.ids["queue"]}, false},
		{"POST", mine("interactions", "interaction") + "/transfer", fields{"agent_id": foreign.ids["user"]}, false},
		{"POST", mine("canned", "canned") + "/uses", fields{"conversation_id": foreign.ids["conversation"]}, false},
		{"GET", mine("macros", "macro") + "/preview?conversation=" + foreign.ids["conversation"], nil, false},
		{"POST", mine("macros", "macro") + "/uses", fields{"conversation_id": foreign.ids["conversation"], "client_id": "smuggled-macro"}, false},
		{"PATCH", mine("macros", "macro"), fields{"do": []fields{{"do": "move_to_queue", "queue_id": foreign.ids["queue"]}}}, false},
		{"PATCH", mine("macros", "macro"), fields{"do": []fields{{"do": "send_reply", "canned_id": foreign.ids["canned"]}}}, false},
		{"PATCH", mine("macros", "macro"), fields{"do": []fields{{"do": "call_webhook", "webhook_id": foreign.ids["webhook"]}}}, false},
		{"POST", "/api/v1/macros", fields{"brand_id": foreign.ids["brand"], "name": "Smuggled", "do": own.commands()}, false},
		{"POST", "/api/v1/macros", fields{"brand_id": own.ids["brand"], "team_id": foreign.ids["team"], "name": "Smuggled", "do": own.commands()}, true},
		{"PATCH", mine("canned", "canned"), fields{"team_id": foreign.ids["team"]}, true},
		{"POST", "/api/v1/rules", fields{"brand_id": foreign.ids["brand"], "name": "Smuggled", "program": own.program()}, false},
		{"PATCH", mine("rules", "rule"), fields{"program": foreign.program()}, false},
		{"PATCH", mine("rules", "rule"), fields{"program": doing(fields{"do": "set_owner", "user_id": foreign.ids["user"]})}, false},
		{"PATCH", mine("rules", "rule"), fields{"program": doing(fields{"do": "notify", "team_id": foreign.ids["team"]})}, true},
		{"PATCH", mine("rules", "rule"), fields{"program": doing(fields{"do": "set_status", "status_id": foreign.ids["caseStatus"]})}, true},
		{"PATCH", mine("rules", "rule"), fields{"program": doing(fields{"do": "call_webhook", "webhook_id": foreign.ids["webhook"]})}, false},
		{"POST", "/api/v1/rule-trials", fields{"brand_id": foreign.ids["brand"], "program": own.program()}, false},
		{"PUT", "/api/v1/rule-order", fields{"ids": list("rule")}, false},
		{"POST", "/api/v1/cases", fields{"conversation_id": foreign.ids["conversation"], "subject": "Smuggled"}, false},
		{"POST", "/api/v1/cases", fields{"brand_id": own.ids["brand"], "customer_id": foreign.ids["customer"], "subject": "Smuggled"}, false},
		{"PATCH", mine("cases", "case"), fields{"owner_id": foreign.ids["user"]}, false},
		{"PATCH", mine("cases", "case"), fields{"team_id": foreign.ids["team"]}, true},
		{"PATCH", mine("cases", "case"), fields{"status_id": foreign.ids["caseStatus"]}, true},
		{"PATCH", mine("cases", "case"), fields{"customer_id": foreign.ids["customer"]}, false},
		{"POST", mine("cases", "case") + "/links", fields{"kind": "conversation", "conversation_id": foreign.ids["conversation"]}, false},
		{"POST", mine("cases", "case") + "/links", fields{"kind": "interaction", "interaction_id": foreign.ids["interaction"]}, false},
		{"POST", mine("cases", "case") + "/links", fields{"kind": "related", "case_id": foreign.ids["case"]}, false},
		{"POST", mine("cases", "case") + "/merge", fields{"into_id": foreign.ids["case"]}, false},
		{"PUT", mine("cases", "case") + "/watchers/" + foreign.ids["user"], nil, false},
		{"PUT", mine("sla-policies", "slaPolicy"), promised(fields{"calendar_id": foreign.ids["calendar"]}), true},
		{"PUT", mine("sla-policies", "slaPolicy"), promised(fields{"escalations": []fields{{"on": "warned", "act": "move_owner", "user_id": foreign.ids["user"]}}}), false},
		{"PUT", mine("sla-policies", "slaPolicy"), promised(fields{"escalations": []fields{{"on": "warned", "act": "notify_team", "team_id": foreign.ids["team"]}}}), true},
		{"POST", "/api/v1/sla-policies", promised(fields{"brand_id": foreign.ids["brand"]}), false},
		{"POST", "/api/v1/holds", fields{"customer_id": foreign.ids["customer"], "reason": "x"}, false},
		{"POST", "/api/v1/holds", fields{"case_id": foreign.ids["case"], "reason": "x"}, false},
		{"PUT", "/api/v1/retention-rules", fields{"brand_id": foreign.ids["brand"], "class": "mails", "most_days": 9}, false},
		{"POST", "/api/v1/imports?brand=" + foreign.ids["brand"], raw("name\nAnna\n"), false},
		{"POST", "/api/v1/saved-views", fields{"name": "x", "shared": "own", "query": fields{"view": "all", "brand_id": foreign.ids["brand"]}}, false},
		{"POST", "/api/v1/saved-views", fields{"name": "x", "shared": "own", "query": fields{"view": "all", "queue_id": foreign.ids["queue"]}}, false},
		{"POST", "/api/v1/saved-views", fields{"name": "x", "shared": "own", "query": fields{"view": "all", "agent_id": foreign.ids["user"]}}, false},
		{"POST", "/api/v1/saved-views", fields{"name": "x", "shared": "team", "team_id": foreign.ids["team"], "query": fields{"view": "all"}}, true},
		{"POST", "/api/v1/case-fields", fields{"brand_id": foreign.ids["brand"], "key": "smuggled", "type": "text", "names": fields{"en": "x"}}, false},
		{"GET", mine("canned", "canned") + "/render?conversation=" + foreign.ids["conversation"], nil, false},
		{"POST", "/api/v1/articles", fields{"brand_ids": list("brand"), "language": "en", "title": "Smuggled", "blocks": []fields{{"kind": "text", "text": "x"}}}, false},
		{"POST", "/api/v1/articles", fields{"brand_ids": []string{own.ids["brand"]}, "language": "en", "title": "Smuggled", "blocks": []fields{{"kind": "image", "text": "x", "file_id": foreign.ids["picture"]}}}, false},
		{"POST", "/api/v1/articles", fields{"brand_ids": []string{own.ids["brand"]}, "language": "en", "title": "Smuggled", "blocks": []fields{{"kind": "file", "text": "x", "file_id": foreign.ids["picture"]}}}, false},
		{"PATCH", mine("articles", "article"), fields{"brand_ids": list("brand")}, false},
		{"PATCH", mine("articles", "article"), fields{"category_id": foreign.ids["category"]}, true},
		{"PATCH", mine("articles", "article"), fields{"owner_id": foreign.ids["user"]}, false},
		{"POST", mine("articles", "article") + "/uses", fields{"conversation_id": foreign.ids["conversation"], "language": "en"}, false},
		{"PUT", mine("missing-answers", "missingAnswer"), fields{"article_id": foreign.ids["article"]}, false},
		{"GET", mine("article-versions", "articleVersion") + "/comparison?with=" + foreign.ids["articleVersion"], nil, false},
		{"GET", "/api/v1/transfer-targets?interaction=" + foreign.ids["interaction"], nil, false},
	}
}

// doing is a rule of one command.
func doing(command fields) fields {
	return fields{"when": fields{"on": "message.in"}, "do": []fields{command}}
}

// promised is a policy with something in it.
func promised(with fields) fields {
	f := fields{"name": "Smuggled", "targets": fields{"resolution": 60}, "hours": "business", "warn_percent": 0, "pauses": []string{}, "escalations": []fields{}}
	maps.Copy(f, with)
	return f
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
