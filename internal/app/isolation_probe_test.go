package app

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// probe says how to try an operation on the things of an estate.
type probe struct {
	body   func(e *estate) any    // what an honest caller sends; nil: nothing
	query  func(e *estate) string // filters that name things of the estate
	agent  bool                   // it is the agent's own thing, not the administrator's
	owner  []int                  // what its owner gets, where that is not a success or a conflict
	absent bool                   // it takes no thing of anybody: there is nothing to isolate
}

func body(f fields) func(*estate) any { return func(*estate) any { return f } }

// fresh is a thing with a name that nothing else has.
func fresh(*estate) any { return fields{"name": "New " + id.New[id.Skill]().String()} }

func of(f func(e *estate) fields) func(*estate) any { return func(e *estate) any { return f(e) } }

// filter returns a query of names and values; @queue is the estate's queue.
func filter(pairs ...string) func(*estate) string {
	return func(e *estate) string {
		var parts []string
		for i := 0; i < len(pairs); i += 2 {
			value := pairs[i+1]
			if kind, ok := strings.CutPrefix(value, "@"); ok {
				value = e.ids[kind]
			}
			parts = append(parts, pairs[i]+"="+value)
		}
		return "?" + strings.Join(parts, "&")
	}
}

func markFilter(e *estate) string { return "?q=" + e.mark }

// probes has one line for every operation there is. An operation that is not
// here fails the walk: nobody has thought yet about who may see what through it.
func probes() map[string]probe {
	all := map[string]probe{}
	for _, group := range []map[string]probe{
		ownProbes(), adminProbes(), routingProbes(), deskProbes(), workProbes(), webhookProbes(), knowledgeProbes(), caseProbes(), ownChannelProbes(), accountProbes(), ruleProbes(), storyProbes(), privacyProbes(), chorusProbes(),
	} {
		maps.Copy(all, group)
	}
	return all
}

func privacyProbes() map[string]probe {
	view := of(func(e *estate) fields {
		return fields{"name": "Another", "shared": "own", "query": fields{"view": "all", "brand_id": e.ids["brand"], "queue_id": e.ids["queue"]}}
	})
	return map[string]probe{
		"startPersonExport": {}, "listPersonExports": {}, "getPersonExport": {}, "fetchPersonExport": {},
		"previewErasure": {}, "startErasure": {body: body(fields{}), owner: []int{409}}, // it is held
		"listErasures": {query: filter("customer", "@customer")}, "getErasure": {}, "getCertificate": {}, "checkCertificates": {},
		"placeHold": {body: of(func(e *estate) fields { return fields{"case_id": e.ids["case"], "reason": "court"} })},
		"listHolds": {query: filter("customer", "@customer")}, "releaseHold": {body: body(fields{"reason": "over"})},
		"listRetentionRules": {}, "putRetentionRule": {body: of(func(e *estate) fields { return fields{"brand_id": e.ids["brand"], "class": "files", "most_days": 30} })},
		"deleteRetentionRule": {}, "previewRetention": {}, "listRetentionRuns": {},
		"uploadImport": {query: filter("brand", "@brand"), body: func(*estate) any { return raw("name;email\nAnna;anna@posta.example\n") }},
		"listImports":  {}, "getImport": {}, "updateImport": {body: body(fields{"key_field": ""})}, "listImportFaults": {}, "checkImport": {}, "applyImport": {}, "cancelImport": {},
		"exportCustomers": {query: filter("brand", "@brand")}, "exportConversations": {query: filter("view", "all", "brand", "@brand", "queue", "@queue", "agent", "@user")},
		"exportCases":      {query: filter("view", "all", "brand", "@brand", "status", "@caseStatus", "owner", "@user", "customer", "@customer")},
		"checkCertificate": {body: body(fields{"certificate": `{"number": 1, "erasure_id": "1"}`})}, "listSavedViews": {}, "createSavedView": {body: view}, "updateSavedView": {body: view}, "deleteSavedView": {},
	}
}

func webhookProbes() map[string]probe {
	return map[string]probe{
		"listWebhooks": {}, "getWebhook": {}, "updateWebhook": {body: body(fields{"name": "Changed"})}, "rotateWebhookSecret": {}, "archiveWebhook": {},
		"listWebhookKinds": {absent: true}, "listWebhookDeliveries": {}, "testWebhook": {}, "replayWebhookDelivery": {},
		"replayFailedDeliveries": {body: body(fields{"since": "2026-01-01T00:00:00Z"})},
		"createWebhook": {body: of(func(e *estate) fields {
			return fields{"name": "Another", "url": "https://crm.example", "paused": true, "brand_ids": []string{e.ids["brand"]}}
		})},
	}
}

func chorusProbes() map[string]probe {
	return map[string]probe{
		"getChorus": {}, "listChoruses": {query: filter("brand", "@brand")}, "listVoices": {}, "listAnswerPlaces": {}, "setVoiceApart": {body: body(fields{"apart": true})},
		"startCommonAnswer": {agent: true, owner: []int{http.StatusOK, http.StatusConflict}, body: of(func(e *estate) fields {
			return fields{"chorus_id": e.ids["chorus"], "text": "An answer to all", "link": "none", "stands_hours": 1}
		})},
		"getCommonAnswer": {}, "listCommonAnswerItems": {}, "cancelCommonAnswer": {}, "stopCommonAnswer": {owner: []int{http.StatusOK, http.StatusConflict}},
	}
}

func ownChannelProbes() map[string]probe {
	settings := fields{"url": "http://127.0.0.1:9/", "can": fields{"text_limit": 100}}
	return map[string]probe{
		"listOwnChannels": {query: filter("brand", "@brand")}, "getOwnChannel": {}, "createOwnChannel": {body: of(func(e *estate) fields {
			return fields{"brand_id": e.ids["brand"], "queue_id": e.ids["queue"], "name": "Another", "settings": settings}
		})},
		"updateOwnChannel":    {body: of(func(e *estate) fields { return fields{"name": "Renamed", "queue_id": e.ids["queue"]} })},
		"rotateOwnChannelKey": {body: body(fields{"way": "events"})}, "testOwnChannel": {}, "archiveOwnChannel": {},
		"listChannelEvents": {query: filter("state", "refused")}, "getChannelEvent": {}, "replayChannelEvent": {}, "discardChannelEvent": {},
	}
}

func accountProbes() map[string]probe {
	return map[string]probe{
		"listChannelForms": {}, "listChannelAccounts": {query: filter("brand", "@brand", "channel", "messenger")}, "getChannelAccount": {},
		"connectChannelAccount": {body: of(func(e *estate) fields { return e.account("Another") })},
		"updateChannelAccount": {body: of(func(e *estate) fields {
			return fields{"name": "Renamed", "queue_id": e.ids["queue"], "settings": fields{"human_agent": true}}
		})},
		"testChannelAccount": {}, "catchUpChannelAccount": {owner: []int{http.StatusOK, http.StatusConflict}}, // it may be closed by then
		"archiveChannelAccount": {},
	}
}

func ruleProbes() map[string]probe {
	program := func(e *estate) fields { return fields{"brand_id": e.ids["brand"], "program": e.program()} }
	return map[string]probe{
		"listRules": {}, "getRule": {}, "listRuleFirings": {}, "getRuleWords": {absent: true},
		"createRule": {body: of(func(e *estate) fields { f := program(e); f["name"] = "Another"; return f })},
		"updateRule": {body: body(fields{"name": "Renamed"})}, "archiveRule": {}, "orderRules": {owner: []int{http.StatusNoContent, http.StatusUnprocessableEntity}, body: of(func(e *estate) fields {
			return fields{"ids": []string{e.ids["rule"]}}
		})},
		"tryRule":    {body: of(program)},
		"listMacros": {query: filter("brand", "@brand")}, "getMacro": {}, "archiveMacro": {}, "restoreMacro": {},
		"createMacro": {body: of(func(e *estate) fields {
			return fields{"brand_id": e.ids["brand"], "name": "Another", "do": []fields{{"do": "move_to_queue", "queue_id": e.ids["queue"]}}}
		})},
		"updateMacro":  {body: body(fields{"name": "Renamed"})},
		"previewMacro": {query: filter("conversation", "@conversation")},
		"applyMacro": {agent: true, body: of(func(e *estate) fields {
			return fields{"conversation_id": e.ids["conversation"], "client_id": "walk-macro"}
		})},
	}
}

func ownProbes() map[string]probe {
	return map[string]probe{
		"getSession": {}, "signIn": {absent: true}, "signOut": {absent: true}, "listDemoRoles": {absent: true}, "signInToDemo": {absent: true}, "getDemoTraffic": {absent: true}, "switchDemoTraffic": {absent: true},
		"getMe": {}, "updateMe": {body: body(fields{"theme": "dark"})}, "changePassword": {absent: true}, "listMySessions": {},
		"endMySession": {agent: true}, "getInvitation": {absent: true}, "acceptInvitation": {absent: true}, "getSetup": {absent: true}, "setUp": {absent: true},
		"getPresence": {}, "switchChannels": {body: body(fields{"channels": fields{"chat": true}})},
		"setPresence":   {body: of(func(e *estate) fields { return fields{"state": "away", "reason_id": e.ids["awayReason"]} })},
		"listOwnQueues": {}, "listOwnOffers": {}, "listNotifications": {},
		"readNotifications": {body: of(func(e *estate) fields { return fields{"up_to": e.ids["conversation"]} })},
		"listPermissions":   {},
	}
}

func adminProbes() map[string]probe {
	named := body(fields{"name": "Renamed"})
	return map[string]probe{
		"listUsers": {query: filter("brand", "@brand", "team", "@team", "role", "@role")}, "getUser": {}, "updateUser": {body: named},
		"createUser": {body: of(func(e *estate) fields {
			return fields{"name": "New", "email": "new@operator.example", "language": "en", "roles": []string{e.ids["role"]}, "brand_ids": []string{e.ids["brand"]}, "team_ids": []string{e.ids["team"]}}
		})},
		"inviteUser": {body: of(func(e *estate) fields {
			return fields{"email": "guest@operator.example", "language": "en", "roles": []string{e.ids["role"]}, "brand_ids": []string{e.ids["brand"]}, "team_ids": []string{e.ids["team"]}}
		})},
		"archiveUser": {}, "restoreUser": {}, "endUserSessions": {}, "listInvitations": {}, "revokeInvitation": {},
		"listRoles": {}, "getRole": {}, "createRole": {body: body(fields{"name": "Another", "permissions": fields{"queue.read": "brand"}})},
		"updateRole": {body: named}, "archiveRole": {}, "restoreRole": {},
		"listTeams": {}, "getTeam": {}, "createTeam": {body: fresh}, "updateTeam": {body: fresh}, "archiveTeam": {}, "restoreTeam": {},
		"listAPIKeys": {}, "getAPIKey": {}, "revokeAPIKey": {},
		"createAPIKey": {body: of(func(e *estate) fields {
			return fields{"name": "Another", "permissions": fields{"queue.read": "brand"}, "brand_ids": []string{e.ids["brand"]}}
		})},
		"listBrands": {query: markFilter}, "getBrand": {}, "createBrand": {body: of(func(e *estate) fields {
			return fields{"name": "Another", "color": "#0b7285", "languages": []string{"en"}, "time_zone": "Europe/Budapest", "calendar_id": e.ids["calendar"]}
		})},
		"updateBrand":  {body: of(func(e *estate) fields { return fields{"name": "Renamed", "calendar_id": e.ids["calendar"]} })},
		"archiveBrand": {}, "restoreBrand": {}, "putBrandLogo": {body: func(*estate) any { return raw(picture()) }}, "getBrandLogo": {}, "deleteBrandLogo": {},
		"listEntryPoints": {query: filter("brand", "@brand")}, "getEntryPoint": {}, "createEntryPoint": {body: of(func(e *estate) fields {
			return fields{"brand_id": e.ids["brand"], "channel": "webchat", "name": "Another", "queue_id": e.ids["queue"], "config": fields{}}
		})},
		"updateEntryPoint": {body: of(func(e *estate) fields { return fields{"name": "Renamed", "queue_id": e.ids["queue"]} })},
		"listMailboxes":    {query: filter("brand", "@brand")}, "getMailbox": {}, "createMailbox": {body: of(func(e *estate) fields {
			return fields{"brand_id": e.ids["brand"], "queue_id": e.ids["queue"], "name": "Another", "address": "another@fala.example", "settings": e.servers()}
		})},
		"updateMailbox": {body: of(func(e *estate) fields { return fields{"name": "Renamed", "queue_id": e.ids["queue"]} })}, "testMailbox": {}, "deleteMailbox": {},
		"tryMailbox": {body: of(func(e *estate) fields {
			return fields{"mailbox_id": e.ids["mailbox"], "address": "another@fala.example", "settings": e.servers()}
		})},
		"archiveEntryPoint": {}, "restoreEntryPoint": {}, "rotateEntryPointSecret": {},
		"listCalendars": {}, "getCalendar": {}, "createCalendar": {body: body(fields{"name": "Another", "time_zone": "Europe/Budapest", "week": []any{[]any{}, []any{}, []any{}, []any{}, []any{}, []any{}, []any{}}})},
		"updateCalendar": {body: named}, "archiveCalendar": {}, "restoreCalendar": {}, "previewCalendar": {query: filter("year", "2026")},
		"listAudit": {query: filter("brand", "@brand", "subject_kind", "queue", "subject_id", "@queue")}, "listDeadJobs": {}, "retryJob": {owner: []int{204, 404}}, "discardJob": {owner: []int{204, 404}},
	}
}

func routingProbes() map[string]probe {
	named := body(fields{"name": "Renamed"})
	return map[string]probe{
		"getWorkMix": {}, "updateWorkMix": {body: body(fields{"limits": fields{"chat": 9}})},
		"listQueues": {query: filter("brand", "@brand")}, "getQueue": {}, "listQueueMembers": {}, "createQueue": {body: of(func(e *estate) fields {
			return fields{"brand_id": e.ids["brand"], "name": "Another", "calendar_id": e.ids["calendar"], "overflow_queue_id": e.ids["queue"], "required": []fields{{"skill_id": e.ids["skill"], "level": 1}}}
		})},
		"updateQueue":  {body: of(func(e *estate) fields { return fields{"name": "Renamed", "calendar_id": e.ids["calendar"]} })},
		"archiveQueue": {}, "restoreQueue": {},
		"listSkills": {query: markFilter}, "getSkill": {}, "createSkill": {body: fresh}, "updateSkill": {body: named}, "archiveSkill": {}, "restoreSkill": {},
		"listAwayReasons": {}, "getAwayReason": {}, "createAwayReason": {body: fresh}, "updateAwayReason": {body: named}, "archiveAwayReason": {}, "restoreAwayReason": {},
		"listDispositions": {query: filter("queue", "@queue")}, "getDisposition": {}, "updateDisposition": {body: named}, "archiveDisposition": {}, "restoreDisposition": {},
		"createDisposition": {body: of(func(e *estate) fields { return fields{"name": "Another", "queue_id": e.ids["queue"]} })},
		"listAgents":        {}, "getAgent": {}, "updateAgent": {body: of(func(e *estate) fields {
			return fields{"capacity": 100, "skills": []fields{{"skill_id": e.ids["skill"], "level": 1}}}
		})},
		"setMembership":       {body: body(fields{"member": true, "enabled": true})},
		"moveAgent":           {body: of(func(e *estate) fields { return fields{"from_queue_id": e.ids["queue"], "to_queue_id": e.ids["queue"]} }), owner: []int{204, 409, 422}},
		"forcePresence":       {body: of(func(e *estate) fields { return fields{"state": "away", "reason_id": e.ids["awayReason"], "next": true} })},
		"switchAgentChannels": {body: body(fields{"channels": fields{"chat": true}})},
	}
}

func deskProbes() map[string]probe {
	return map[string]probe{
		"listConversations": {query: filter("view", "all", "brand", "@brand", "queue", "@queue", "agent", "@user")}, "countConversations": {},
		"getConversation": {}, "listEntries": {}, "getEntry": {}, "updateConversation": {body: body(fields{"subject": "Renamed"})}, "setTags": {body: body(fields{"tags": []string{"vip"}})},
		"markRead":           {body: body(fields{"seq": 1})},
		"markUnread":         {body: body(fields{"seq": 1})},
		"actOnConversations": {body: of(func(e *estate) fields { return fields{"ids": []string{e.ids["conversation"]}, "act": "read"} })},
		"reopenConversation": {agent: true}, "listColleagues": {},
		"reply": {agent: true, body: of(func(e *estate) fields {
			return fields{"text": "An answer", "client_id": "walk-reply-1", "based_on_seq": 1, "force": true}
		})},
		"cancelReply": {agent: true}, "scheduleReply": {agent: true, body: body(fields{"send_at": "2026-01-01T00:00:00Z"})},
		"editReply": {agent: true, body: body(fields{"text": "Put right"})}, "deleteReply": {agent: true},
		"reactToEntry": {agent: true, body: body(fields{"reaction": "👍"})},
		"likeEntry":    {agent: true, body: body(fields{})}, "hideEntry": {agent: true, body: body(fields{"off": true})}, "removeEntry": {agent: true},
		"blockAuthor":    {agent: true, body: body(fields{"off": true})},
		"replyPrivately": {agent: true, body: body(fields{"text": "Only you read this", "client_id": "walk-private-1"})},
		"decideReply":    {agent: true, body: body(fields{"decision": "again"})}, "getMailPage": {}, "listSenders": {query: filter("brand", "@brand")},
		"getOwnSignature": {agent: true}, "setOwnSignature": {agent: true, body: body(fields{"html": "<p>Pozdrawiam</p>"})},
		"beginMail": {agent: true, body: of(func(e *estate) fields {
			return fields{"from_id": e.ids["sender"], "to": "Kiss Anna <anna@posta.example>", "subject": "An offer"}
		})},
		"listChatWidgets": {query: filter("brand", "@brand")}, "listChatInvitations": {}, "withdrawChatInvitation": {agent: true},
		"inviteToChat": {agent: true, owner: []int{http.StatusConflict}, body: of(func(e *estate) fields { return fields{"case_id": e.ids["case"]} })}, // a chat is one already: a conflict
		"listOpeners":  {query: filter("brand", "@brand")}, "listOpenerTemplates": {owner: []int{http.StatusConflict}},                                 // nothing here has templates
		"openWithTemplate": {agent: true, owner: []int{http.StatusConflict}, body: of(func(e *estate) fields {
			return fields{"from_id": e.ids["sender"], "customer_id": e.ids["customer"], "number": "+48600100200", "template": fields{"name": "paczka", "language": "pl"}}
		})},
		"listWaitingReplies": {}, "listTemplates": {owner: []int{http.StatusConflict}}, "getOriginalMail": {owner: []int{http.StatusNotFound}}, // nothing here came by mail
		"addNote":     {body: body(fields{"text": "A note", "client_id": "walk-note-1"})},
		"saveDraft":   {body: body(fields{"mode": "note", "text": "A draft", "rev": 1})},
		"getDrafts":   {},
		"dropDraft":   {query: filter("mode", "note")},
		"acceptOffer": {agent: true}, "declineOffer": {agent: true, body: body(fields{"reason": "busy"})},
		"getAttachment": {}, "getAttachmentPreview": {}, "uploadAttachment": {body: func(*estate) any { return raw(picture()) }},
		"listCustomers": {query: filter("brand", "@brand")}, "getCustomer": {}, "listCustomerConversations": {}, "updateCustomer": {body: of(func(e *estate) fields {
			return fields{"company": "Fala Net", "organisation_id": e.ids["organisation"]}
		})},
		"makeClaim":               {body: of(func(e *estate) fields { return fields{"contact_point_id": e.ids["contactPoint"]} })},
		"revokeClaim":             {},
		"listCustomerSuggestions": {}, "listCustomerJoins": {}, "previewCustomerJoin": {query: filter("into", "@twin")},
		"joinCustomer": {body: of(func(e *estate) fields { return fields{"into_id": e.ids["twin"]} })}, "splitCustomer": {},
		"listCanned": {query: filter("brand", "@brand")}, "getCanned": {}, "renderCanned": {query: filter("conversation", "@conversation")},
		"createCanned": {body: of(func(e *estate) fields {
			return fields{"brand_id": e.ids["brand"], "shortcut": "another", "title": "Another", "texts": fields{"en": "Text"}}
		})},
		"updateCanned": {body: body(fields{"title": "Renamed"})}, "archiveCanned": {}, "restoreCanned": {},
		"useCanned": {body: of(func(e *estate) fields { return fields{"conversation_id": e.ids["conversation"]} })},
	}
}

func storyProbes() map[string]probe {
	named := body(fields{"names": fields{"en": "Renamed"}})
	return map[string]probe{
		"getTimeline": {}, "getCustomerArchive": {}, "listPromises": {}, "listConsents": {},
		"noteConsent":        {body: body(fields{"state": "withdrawn", "purpose": "surveys", "what": "Questions"})},
		"listOrganisations":  {query: filter("brand", "@brand")},
		"getOrganisation":    {},
		"createOrganisation": {body: of(func(e *estate) fields { return fields{"brand_id": e.ids["brand"], "name": "Another"} })},
		"updateOrganisation": {body: body(fields{"phone": "+48 22 100 20 30"})}, "archiveOrganisation": {}, "restoreOrganisation": {},
		"getOrganisationTimeline": {}, "getOrganisationArchive": {}, "listOrganisationPeople": {}, "listOrganisationCases": {},
		"listOrganisationJoins": {}, "previewOrganisationJoin": {query: filter("into", "@otherOrganisation")}, "splitOrganisation": {},
		"joinOrganisation":           {body: of(func(e *estate) fields { return fields{"into_id": e.ids["otherOrganisation"]} })},
		"previewOrganisationErasure": {}, "eraseOrganisation": {body: body(fields{"reason": "the firm has asked"}), owner: []int{409}}, // one of its people is held
		"suggestOrganisationPeople": {}, "suggestOrganisations": {},
		"listCustomerFields": {query: filter("brand", "@brand")}, "updateCustomerField": {body: named}, "archiveCustomerField": {}, "restoreCustomerField": {},
		"createCustomerField": {body: of(func(e *estate) fields {
			return fields{"subject": "organisation", "brand_id": e.ids["brand"], "key": "another", "type": "number", "names": fields{"en": "Another"}}
		})},
	}
}

func workProbes() map[string]probe {
	figures := filter("by", "queue", "queue", "@queue", "brand", "@brand", "agent", "@user", "from", "2026-01-01", "to", "2027-01-01")
	drill := filter("figure", "offered", "queue", "@queue", "brand", "@brand", "agent", "@user")
	return map[string]probe{
		"getInteraction": {}, "pullInteraction": {}, "takeOverInteraction": {}, "parkInteraction": {body: body(fields{})}, "resumeInteraction": {},
		"transferInteraction": {body: of(func(e *estate) fields { return fields{"queue_id": e.ids["queue"]} })},
		"endContact":          {}, "finishInteraction": {body: of(func(e *estate) fields { return fields{"disposition_id": e.ids["disposition"]} })},
		"listTransferTargets": {query: filter("interaction", "@interaction")},
		"getBoard":            {}, "drillBoard": {query: drill}, "getFigures": {query: figures}, "exportFigures": {query: figures},
		"listFigureInteractions": {query: drill}, "listSurveys": {query: filter("brand", "@brand", "queue", "@queue", "agent", "@user")},
	}
}

func knowledgeProbes() map[string]probe {
	in := body(fields{"language": "en"})
	text := []fields{{"kind": "text", "text": "A text"}}
	return map[string]probe{
		"search": {query: func(e *estate) string { return "?brand=" + e.ids["brand"] + "&q=" + e.mark }}, "reindexSearch": {}, "suggestArticles": {},
		"searchArticles": {query: func(e *estate) string { return "?finished=true&brand=" + e.ids["brand"] + "&q=" + e.mark }},
		"listArticles":   {query: filter("brand", "@brand", "category", "@category")}, "getArticle": {}, "sayArticle": {query: filter("channel", "webchat")},
		"createArticle": {body: of(func(e *estate) fields {
			return fields{"brand_ids": []string{e.ids["brand"]}, "category_id": e.ids["category"], "language": "en", "title": "Another", "blocks": text}
		})},
		"updateArticle": {body: of(func(e *estate) fields {
			return fields{"brand_ids": []string{e.ids["brand"]}, "owner_id": e.chief.user.String()}
		})},
		"useArticle":      {body: of(func(e *estate) fields { return fields{"conversation_id": e.ids["conversation"], "language": "en"} })},
		"judgeArticleUse": {body: body(fields{"verdict": "helped"}), agent: true},
		"writeArticle":    {body: body(fields{"language": "en", "title": "Another", "blocks": text})},
		"submitArticle":   {body: in}, "returnArticle": {body: body(fields{"language": "en", "comment": "Say more"})}, "publishArticle": {body: in}, "withdrawArticle": {body: in},
		"archiveArticle": {}, "unarchiveArticle": {}, "getArticleHistory": {}, "getArticleVersion": {}, "restoreArticleVersion": {},
		"compareArticleVersions": {query: filter("with", "@articleVersion")},
		"uploadArticlePicture":   {body: func(*estate) any { return raw(picture()) }}, "getArticlePicture": {},
		"uploadArticleFile": {body: func(*estate) any { return raw("%PDF-1.7 a sheet") }}, "getArticleFile": {}, "copyArticleFile": {},
		"listArticleCategories": {}, "createArticleCategory": {body: fresh}, "updateArticleCategory": {body: fresh}, "deleteArticleCategory": {},
		"listMissingAnswers": {}, "answerMissing": {body: of(func(e *estate) fields { return fields{"article_id": e.ids["article"]} })},
	}
}

func caseProbes() map[string]probe {
	named := body(fields{"names": fields{"en": "Renamed"}})
	promise := of(func(e *estate) fields {
		return fields{
			"name": "Another", "targets": fields{"first_response": 600}, "hours": "business", "calendar_id": e.ids["calendar"], "warn_percent": 50, "pauses": []string{"waiting_customer"},
			"escalations": []fields{{"on": "breached", "act": "move_owner", "team_id": e.ids["team"]}},
		}
	})
	return map[string]probe{
		"listCases":  {query: filter("view", "all", "brand", "@brand", "status", "@caseStatus", "owner", "@user", "customer", "@customer")},
		"countCases": {query: filter("brand", "@brand")}, "getCaseBoard": {query: filter("brand", "@brand")}, "getCase": {}, "listConversationCases": {},
		"openCase": {body: of(func(e *estate) fields {
			return fields{"brand_id": e.ids["brand"], "customer_id": e.ids["customer"], "subject": "Another", "team_id": e.ids["team"]}
		})},
		"updateCase": {body: body(fields{"topic": "billing"})},
		"updateCases": {body: of(func(e *estate) fields {
			return fields{"ids": []string{e.ids["case"]}, "priority": "high", "status_id": e.ids["caseStatus"]}
		})},
		"listCaseNotes": {}, "addCaseNote": {body: body(fields{"text": "A note"})},
		"addCaseCheck": {body: body(fields{"text": "A point"})}, "updateCaseCheck": {body: body(fields{"done": true})}, "removeCaseCheck": {},
		"watchCase": {}, "unwatchCase": {},
		"linkCase":   {body: of(func(e *estate) fields { return fields{"kind": "related", "case_id": e.ids["part"]} })},
		"unlinkCase": {},
		"mergeCase":  {body: of(func(e *estate) fields { return fields{"into_id": e.ids["part"]} })}, "unmergeCase": {body: body(fields{})},
		"answerAll":    {body: body(fields{"mode": "note", "text": "To all"})},
		"getAnswerAll": {}, "cancelAnswerAll": {},
		"listCaseStatuses": {}, "createCaseStatus": {body: body(fields{"category": "working", "names": fields{"en": "Another"}})},
		"updateCaseStatus": {body: named}, "archiveCaseStatus": {}, "restoreCaseStatus": {},
		"listCaseFields": {query: filter("brand", "@brand")}, "updateCaseField": {body: named}, "archiveCaseField": {}, "restoreCaseField": {},
		"createCaseField": {body: of(func(e *estate) fields {
			return fields{"brand_id": e.ids["brand"], "key": "another", "type": "number", "names": fields{"en": "Another"}}
		})},
		"listSLAPolicies": {}, "getSLAPolicy": {}, "archiveSLAPolicy": {}, "restoreSLAPolicy": {},
		"createSLAPolicy": {body: promise}, "updateSLAPolicy": {body: promise},
		"getCaseSettings": {}, "updateCaseSettings": {body: body(fields{"reopen_days": 30, "topics": []string{"Fault"}})},
	}
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// request is one operation as it is sent.
type request struct {
	op     httpx.Info
	method string
	path   string
	body   any
}

// aim returns the operation with the things of e.
func (p probe) aim(op httpx.Info, e *estate) request {
	path := placeholder.ReplaceAllStringFunc(op.Path, func(hole string) string {
		name := hole[1 : len(hole)-1]
		if name == "token" {
			return e.invite
		}
		return e.ids[op.Keys[name]]
	})
	if p.query != nil {
		path += p.query(e)
	}
	r := request{op: op, method: op.Method, path: path}
	if p.body != nil {
		r.body = p.body(e)
	}
	return r
}

func (r request) from(c *caller) answer { return c.call(r.method, r.path, r.body) }

// fromOwner sends the request as somebody who may send it.
func (p probe) fromOwner(r request, e *estate) answer {
	if p.agent {
		return r.from(e.agent)
	}
	return r.from(e.chief)
}

// found reports whether a status says that the thing exists and was looked at.
func (p probe) found(status int) bool {
	if p.owner != nil {
		return slices.Contains(p.owner, status)
	}
	return status/100 == 2 || status == http.StatusConflict
}
