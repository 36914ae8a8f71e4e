package app

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel/meta/metatest"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/privacy"
	"github.com/zongler/zongler/internal/survey"
	"github.com/zongler/zongler/internal/tenant"
)

// estate is one of everything that belongs to a brand, and of what its tenant has beside.
type estate struct {
	house  *house
	tenant tenant.Tenant
	chief  *caller // administrator with all brands of the tenant
	agent  *caller // agent of this brand alone

	mark   string            // stands in every text of the brand, and nowhere else
	common string            // stands in every text of the tenant that no brand owns
	ids    map[string]string // by kind, as operations name the kinds of their keys
	key    string            // public address of the widget
	token  string            // of the API key
	invite string            // token of the invitation
	tab    *tab              // of the agent
}

// build makes an estate of the tenant over its own operations.
func (h *house) build(t tenant.Tenant, mark string) *estate {
	h.t.Helper()
	e := &estate{house: h, tenant: t, mark: "zz" + mark, common: "yy" + mark, ids: map[string]string{}}
	e.chief = h.hire(t, e.common+" chief", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Administrator)}, AllBrands: true})
	e.furnish()
	e.staff()
	e.contact()
	e.choir()
	e.paper()
	e.shelf()
	e.rights()
	return e
}

// add keeps the id of what the chief makes.
func (e *estate) add(kind, path string, body any) {
	e.house.t.Helper()
	e.ids[kind] = e.chief.make("POST", "/api/v1/"+path, body, "id")
}

type fields map[string]any

// furnish makes what administrators configure.
func (e *estate) furnish() {
	day := []fields{{"from": 0, "to": 1440}}
	week := []any{day, day, day, day, day, day, day}
	e.add("calendar", "calendars", fields{"name": e.common, "time_zone": "Europe/Warsaw", "week": week})
	e.add("brand", "brands", fields{"name": e.mark + " brand", "color": "#0b7285", "languages": []string{"en"}, "time_zone": "Europe/Warsaw"})
	e.add("skill", "skills", fields{"name": e.common})
	e.add("awayReason", "away-reasons", fields{"name": e.common, "paid": true})
	e.add("queue", "queues", fields{
		"brand_id": e.ids["brand"], "name": e.mark + " queue", "pull_allowed": true, "offer_seconds": 300, "description": e.mark,
		"texts": fields{"greeting": fields{"en": e.mark}},
	})
	e.add("disposition", "dispositions", fields{"name": e.mark + " solved", "queue_id": e.ids["queue"], "resolved": true})
	e.add("canned", "canned", fields{
		"brand_id": e.ids["brand"], "shortcut": "s" + strings.ToLower(e.mark), "title": e.mark + " title", "texts": fields{"en": e.mark + " text"},
	})
	e.add("team", "teams", fields{"name": e.common + " team"})
	e.add("role", "roles", fields{"name": e.common + " role", "permissions": fields{"queue.read": "brand"}})
	made := e.chief.call("POST", "/api/v1/entry-points", fields{
		"brand_id": e.ids["brand"], "channel": "webchat", "name": e.mark + " widget", "queue_id": e.ids["queue"],
		"config": fields{"domains": []string{e.domain()}},
	})
	e.ids["entryPoint"] = field(e.house.t, made.body, "id")
	e.key = field(e.house.t, made.body, "address")
	e.add("webhook", "webhooks", fields{
		"name": e.mark + " webhook", "url": "http://127.0.0.1:9/" + e.mark, "brand_ids": []string{e.ids["brand"]}, "paused": true,
	})
	e.ids["webhookDelivery"] = e.chief.make("POST", "/api/v1/webhooks/"+e.ids["webhook"]+"/test", nil, "id")
	e.add("rule", "rules", fields{"brand_id": e.ids["brand"], "name": e.mark + " rule", "program": e.program(), "active": true})
	e.add("macro", "macros", fields{"brand_id": e.ids["brand"], "name": e.mark + " macro", "do": e.commands()})
	e.add("mailbox", "mailboxes", fields{
		"brand_id": e.ids["brand"], "queue_id": e.ids["queue"], "name": e.mark + " mailbox", "address": e.mark + "@fala.example",
		"settings": e.servers(), "secrets": fields{"password": e.mark + " password"},
	})
	e.add("sender", "mailboxes", fields{ // which nobody disconnects
		"brand_id": e.ids["brand"], "queue_id": e.ids["queue"], "name": e.mark + " sender", "address": e.mark + "-sender@fala.example", "settings": e.servers(),
	})
	e.chief.make("PUT", "/api/v1/brands/"+e.ids["brand"]+"/logo", raw(picture()), "")
	e.connectOwn()
	e.add("channelAccount", "channel-accounts", e.account(e.mark+" page"))
}

// account is what connects a page that nobody has connected.
func (e *estate) account(name string) fields {
	body := e.accountOf(e, e)
	body["name"] = name
	return body
}

// accountOf is account for a brand and a queue of others.
func (e *estate) accountOf(brand, queue *estate) fields {
	return fields{"channel": "messenger", "brand_id": brand.ids["brand"], "queue_id": queue.ids["queue"], "settings": fields{"token": e.pageToken()}}
}

// pageToken is a token of a page that nobody has connected.
func (e *estate) pageToken() string {
	pageID := fmt.Sprint(int64(id.New[id.Entry]()))
	return e.house.graph.Page(pageID, "Page "+pageID).Token(metatest.Scopes()...)
}

// connectOwn makes a channel of the tenant's own, and an event of it that lies in quarantine.
func (e *estate) connectOwn() {
	t := e.house.t
	made := e.chief.call("POST", "/api/v1/own-channels", fields{
		"brand_id": e.ids["brand"], "queue_id": e.ids["queue"], "name": e.mark + " channel",
		"settings": fields{"url": "http://127.0.0.1:9/" + e.mark, "can": fields{"text_limit": 100}},
	})
	e.ids["ownChannel"] = field(t, made.body, "id")
	key, err := stdhook.ParseSecret(field(t, made.body, "events_key"))
	e.house.must(err)
	e.house.hook(t, field(t, made.body, "events_url"), `{"id":"`+e.mark+` event","type":"dance","text":"`+e.mark+` dances"}`, key)
	kept := e.chief.call("GET", "/api/v1/entry-points/"+e.ids["ownChannel"]+"/events", nil)
	e.ids["channelEvent"] = field(t, kept.body, "items.id")
}

// program is a rule that every customer's first message in the brand's queue sets off.
func (e *estate) program() fields {
	in := fields{"field": "conversation.queue", "op": "is", "values": []string{e.ids["queue"]}}
	return fields{"when": fields{"on": "interaction.queued"}, "if": in, "do": e.commands()}
}

func (e *estate) commands() []fields {
	return []fields{{"do": "add_tags", "tags": []string{e.mark}}, {"do": "add_note", "text": e.mark + " by a rule"}}
}

// servers are settings of a mailbox that nobody answers: nothing listens there.
func (e *estate) servers() fields {
	nowhere := fields{"host": "127.0.0.1", "port": 1, "tls": "none"}
	return fields{"imap": nowhere, "smtp": nowhere, "signature": e.mark}
}

// domain is where the brand's page is.
func (e *estate) domain() string { return strings.ToLower(e.mark) + ".example" }

// staff makes the people, the key and the invitation of the brand.
func (e *estate) staff() {
	brand, err := id.Parse[id.Brand](e.ids["brand"])
	e.house.must(err)
	e.agent = e.house.hire(e.tenant, e.mark+" agent", account.NewUser{
		Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, Brands: []id.Brand{brand}, Email: e.mark + "@operator.example",
	})
	e.ids["user"] = e.agent.user.String()
	e.chief.make("PUT", "/api/v1/agents/"+e.ids["user"]+"/queues/"+e.ids["queue"], fields{"member": true, "enabled": true}, "")
	key := e.chief.call("POST", "/api/v1/api-keys", e.keyOfBrand())
	e.ids["apiKey"], e.token = field(e.house.t, key.body, "id"), field(e.house.t, key.body, "token")
	invited := e.chief.call("POST", "/api/v1/users/invite", fields{
		"email": e.mark + "-new@operator.example", "name": e.mark + " newcomer", "language": "en", "roles": []string{"agent"}, "brand_ids": []string{e.ids["brand"]},
	})
	e.ids["invitation"], e.invite = field(e.house.t, invited.body, "id"), field(e.house.t, invited.body, "token")
	e.ids["session"] = field(e.house.t, e.agent.call("GET", "/api/v1/me/sessions", nil).body, "items.id")
}

// keyOfBrand is a key that may do everything in the brand.
func (e *estate) keyOfBrand() fields {
	return fields{"name": e.mark + " key", "permissions": everything("brand"), "brand_ids": []string{e.ids["brand"]}}
}

// anotherKey makes a key like the estate's, with a rate of its own.
func (e *estate) anotherKey() string {
	return e.chief.make("POST", "/api/v1/api-keys", e.keyOfBrand(), "token")
}

// everything is each permission with the same reach.
func everything(reach string) fields {
	all := fields{}
	for _, p := range actor.Permissions() {
		all[string(p)] = reach
	}
	return all
}

// write lets a customer of the brand write.
func (e *estate) write(customer, thread, external, text string) intake.Receipt {
	e.house.t.Helper()
	point, err := id.Parse[id.EntryPoint](e.ids["entryPoint"])
	e.house.must(err)
	brand, err := id.Parse[id.Brand](e.ids["brand"])
	e.house.must(err)
	queue, err := id.Parse[id.Queue](e.ids["queue"])
	e.house.must(err)
	got, err := e.house.app.services.intake.Receive(e.system(), intake.Inbound{
		Point:  intake.Point{ID: point, Brand: brand, Channel: webchat.Channel, Queue: queue},
		From:   intake.Sender{Provider: "webchat", Scope: point.String(), ExternalID: e.mark + customer, Name: e.mark + " " + customer, Email: e.mark + customer + "@posta.example"},
		Thread: e.mark + thread, ExternalID: external, Text: e.mark + " " + text,
	})
	e.house.must(err)
	return got
}

func (e *estate) system() context.Context {
	return actor.With(e.house.t.Context(), actor.ForSystem(e.tenant.TenantID))
}

// contact makes a conversation that the agent works on, and one that is offered to them.
func (e *estate) contact() {
	t := e.house.t
	first := e.write("Kovács Réka", "first", "1", "where is my parcel")
	e.ids["conversation"], e.ids["interaction"] = first.Conversation.String(), first.Interaction.String()
	e.ids["customer"], e.ids["contactPoint"] = first.Customer.String(), first.ContactPoint.String()
	e.agent.make("POST", "/api/v1/interactions/"+e.ids["interaction"]+"/pull", nil, "")
	e.ids["attachment"] = e.agent.make("POST", "/api/v1/attachments", raw(picture()), "id")
	e.ids["entry"] = e.agent.make("POST", "/api/v1/conversations/"+e.ids["conversation"]+"/replies", fields{
		"text": e.mark + " it is on its way", "client_id": "reply-" + e.mark, "based_on_seq": first.Seq, "force": true, "attachment_ids": []string{e.ids["attachment"]},
	}, "id")
	e.agent.make("POST", "/api/v1/conversations/"+e.ids["conversation"]+"/notes", fields{
		"text": e.mark + " secret note", "client_id": "note-" + e.mark, "mentions": []string{e.chief.user.String()},
	}, "")
	e.agent.make("PUT", "/api/v1/conversations/"+e.ids["conversation"]+"/draft", fields{"mode": "reply", "text": e.mark + " draft", "rev": 1}, "")
	e.matter()
	e.ids["claim"] = field(t, e.chief.call("GET", "/api/v1/customers/"+e.ids["customer"], nil).body, "claims.id")
	e.tab = e.house.dial(e.agent)
	e.agent.make("PUT", "/api/v1/me/presence", fields{"state": "available"}, "")
	e.ids["twin"] = e.known("twin").String()
	e.ids["join"] = e.chief.make("POST", "/api/v1/customers/"+e.known("third").String()+"/joins", fields{"into_id": e.ids["twin"]}, "id")
	e.story()
	second := e.write("Tóth Gergő", "second", "2", "hello")
	e.tab.send("view", fields{"conversation_id": e.ids["conversation"]})
	offer := e.tab.until("offer")
	if got := field(t, string(offer.Data), "offer.conversation_id"); got != second.Conversation.String() {
		t.Fatalf("offered conversation %s, want %s", got, second.Conversation)
	}
	e.ids["offer"] = field(t, string(offer.Data), "offer.id")
}

// known makes a customer who has not written.
func (e *estate) known(external string) (key id.Customer) {
	e.house.t.Helper()
	brand, err := id.Parse[id.Brand](e.ids["brand"])
	e.house.must(err)
	e.house.must(e.house.app.db.Update(e.system(), func(tx *db.Tx) error {
		party, err := e.house.app.services.customers.Resolve(e.system(), tx, customer.Seen{
			Brand: brand, Provider: "webchat", ExternalID: e.mark + external, DisplayName: e.mark + " Kovács Réka",
		})
		key = party.Customer
		return err
	}))
	return key
}

// story makes what is known of the customer beside: an organisation, a field and a consent.
func (e *estate) story() {
	lower := strings.ToLower(e.mark)
	e.add("customerField", "customer-fields", fields{
		"subject": "customer", "brand_id": e.ids["brand"], "key": "c" + lower, "type": "text", "names": fields{"en": e.mark + " kept"},
	})
	e.add("organisation", "organisations", fields{
		"brand_id": e.ids["brand"], "name": e.mark + " firm", "domains": []string{lower + ".example", "posta.example"}, "about": e.mark + " about",
	})
	e.ids["otherOrganisation"] = e.chief.make("POST", "/api/v1/organisations", fields{"brand_id": e.ids["brand"], "name": e.mark + " branch"}, "id")
	third := e.chief.make("POST", "/api/v1/organisations", fields{"brand_id": e.ids["brand"], "name": e.mark + " shop"}, "id")
	path := "/api/v1/customers/" + e.ids["customer"]
	e.chief.make("PATCH", path, fields{"organisation_id": third}, "")
	e.ids["organisationJoin"] = e.chief.make("POST", "/api/v1/organisations/"+third+"/joins", fields{"into_id": e.ids["otherOrganisation"]}, "id")
	e.chief.make("PATCH", path, fields{"organisation_id": e.ids["organisation"], "fields": fields{"c" + lower: e.mark + " value"}}, "")
	e.ids["consent"] = e.agent.make("POST", path+"/consents", fields{
		"state": "given", "purpose": "marketing", "channel": "email", "what": e.mark + " offers", "evidence": e.mark + " said in the chat",
	}, "id")
}

// invitation is one to a chat, as it is kept: those who wrote here are in a chat already.
func (e *estate) invitation() id.ChatInvitation {
	key := id.New[id.ChatInvitation]()
	e.house.must(e.house.app.db.Update(e.system(), func(tx *db.Tx) error {
		_, err := db.Exec(e.system(), tx, `INSERT INTO webchat_invitation (tenant_id, id, token_hash, brand_id, entry_point_id, conversation_id, customer_id, case_id, created_at, expires_at)
			VALUES ($1, $2, $3, `+strings.Join([]string{e.ids["brand"], e.ids["entryPoint"], e.ids["conversation"], e.ids["customer"], e.ids["case"]}, ", ")+`, $4, $5)`,
			e.tenant.TenantID, key, "hash of "+key.String(), tx.Now(), tx.Now().AddDate(0, 0, 7))
		return err
	}))
	return key
}

// matter makes a case of the agent's conversation, with a part that is answered.
func (e *estate) matter() {
	e.ids["caseStatus"] = e.chief.make("POST", "/api/v1/case-statuses", fields{"category": "working", "names": fields{"en": e.common + " status"}}, "id")
	e.add("caseField", "case-fields", fields{
		"brand_id": e.ids["brand"], "key": "f" + strings.ToLower(e.mark), "type": "text", "names": fields{"en": e.mark + " field"},
	})
	e.ids["case"] = e.agent.make("POST", "/api/v1/cases", fields{
		"conversation_id": e.ids["conversation"], "subject": e.mark + " matter", "owner_id": e.ids["user"], "tags": []string{e.mark},
		"fields": fields{"f" + strings.ToLower(e.mark): e.mark + " value"},
	}, "id")
	e.ids["chatInvitation"] = e.invitation().String()
	path := "cases/" + e.ids["case"]
	e.ids["caseLink"] = e.agent.make("POST", "/api/v1/"+path+"/links", fields{"kind": "interaction", "interaction_id": e.ids["interaction"]}, "id")
	e.add("slaPolicy", "sla-policies", fields{
		"brand_id": e.ids["brand"], "name": e.mark + " promise", "targets": fields{"resolution": 3600}, "hours": "always", "warn_percent": 80,
		"pauses": []string{}, "escalations": []fields{},
	})
	e.ids["part"] = e.chief.make("POST", "/api/v1/cases", fields{"conversation_id": e.ids["conversation"], "subject": e.mark + " part"}, "id")
	e.chief.make("POST", "/api/v1/cases/"+e.ids["part"]+"/links", fields{"kind": "child_of", "case_id": e.ids["case"]}, "")
	e.add("caseCheck", path+"/checks", fields{"text": e.mark + " point"})
	e.agent.make("POST", "/api/v1/"+path+"/notes", fields{"text": e.mark + " case note"}, "")
	e.ids["answerAll"] = e.chief.make("POST", "/api/v1/"+path+"/answers", fields{"mode": "note", "text": e.mark + " to all"}, "id")
}

// choir lets the agent's conversation say what another says under a post, and both be answered.
func (e *estate) choir() {
	chorus, answer, post := id.New[id.Chorus](), id.New[id.CommonAnswer](), id.New[id.Post]()
	e.ids["chorus"], e.ids["commonAnswer"] = chorus.String(), answer.String()
	number := func(kind string) int64 { return parse(e.house, e.ids[kind]) }
	e.house.must(e.house.app.db.Update(e.system(), func(tx *db.Tx) error {
		tenant, now := e.tenant.TenantID, tx.Now()
		for _, row := range []struct {
			text string
			args []any
		}{
			{
				`INSERT INTO post (tenant_id, id, brand_id, entry_point_id, external_id, ours, body, known) VALUES ($1, $2, $3, $4, $5, TRUE, $6, TRUE)`,
				[]any{tenant, post, number("brand"), number("entryPoint"), "post " + e.mark, e.mark + " post"},
			},
			{
				`INSERT INTO chorus (tenant_id, id, brand_id, entry_point_id, channel, post_id, sketch, voices, answer_id, begun_at, last_at)
				VALUES ($1, $2, $3, $4, 'webchat', $5, '', 2, $6, $7, $7)`,
				[]any{tenant, chorus, number("brand"), number("entryPoint"), post, answer, now},
			},
			{
				`INSERT INTO chorus_voice (tenant_id, conversation_id, chorus_id, entry_id, contact_point_id, at) VALUES ($1, $2, $3, 1, 1, $4)`,
				[]any{tenant, number("conversation"), chorus, now},
			},
			{
				`INSERT INTO common_answer (tenant_id, id, brand_id, chorus_id, post_id, body, link, link_body, state, due_at, stands_seconds, stands_until, made_by, made_at)
				VALUES ($1, $2, $3, $4, $5, $6, 'none', '', 'standing', $7, 3600, $8, $9, $7)`,
				[]any{tenant, answer, number("brand"), chorus, post, e.mark + " to all who ask", now, now.Add(time.Hour), e.agent.user},
			},
			{
				`INSERT INTO common_answer_item (tenant_id, answer_id, conversation_id, entry_id, contact_point_id, state, at) VALUES ($1, $2, $3, 1, 1, 'settled', $4)`,
				[]any{tenant, answer, number("conversation"), now},
			},
		} {
			if _, err := db.Exec(e.system(), tx, row.text, row.args...); err != nil {
				return err
			}
		}
		return nil
	}))
}

// paper makes what is left behind: an opinion and a job that was given up.
func (e *estate) paper() {
	number := func(kind string) int64 {
		n, err := id.Parse[id.Job](e.ids[kind])
		e.house.must(err)
		return int64(n)
	}
	job := id.New[id.Job]()
	e.ids["job"] = job.String()
	e.house.must(e.house.app.db.Update(e.system(), func(tx *db.Tx) error {
		_, err := e.house.app.services.surveys.Answer(e.system(), tx, survey.Given{
			Conversation: id.Conversation(number("conversation")), Interaction: id.Interaction(number("interaction")), Brand: id.Brand(number("brand")),
			Queue: id.Queue(number("queue")), Agent: e.agent.user, Channel: webchat.Channel, Stars: 4, Comment: e.mark + " opinion",
		})
		if err != nil {
			return err
		}
		_, err = db.Exec(e.system(), tx, `INSERT INTO job (tenant_id, id, kind, state, args, run_at, attempt, max_attempts, last_error, created_at, finished_at)
			VALUES ($1, $2, 'test.given_up', 'dead', '{}', $3, 5, 5, $4, $3, $3)`, e.tenant.TenantID, job, tx.Now(), e.common)
		return err
	}))
}

// shelf makes what the brand knows and what it does not, and has everything found.
func (e *estate) shelf() {
	t := e.house.t
	e.add("category", "article-categories", fields{"name": e.common + " place"})
	e.ids["picture"] = e.chief.make("POST", "/api/v1/article-pictures", raw(picture()), "id")
	e.add("article", "articles", fields{
		"brand_ids": []string{e.ids["brand"]}, "category_id": e.ids["category"], "language": "en", "title": e.mark + " article",
		"blocks": []fields{{"kind": "text", "text": e.mark + " where is my parcel"}, {"kind": "image", "text": "A parcel", "file_id": e.ids["picture"]}},
	})
	e.chief.make("POST", "/api/v1/articles/"+e.ids["article"]+"/publish", fields{"language": "en"}, "")
	e.ids["articleVersion"] = field(t, e.chief.call("GET", "/api/v1/articles/"+e.ids["article"], nil).body, "texts.id")
	e.ids["articleUse"] = e.agent.make("POST", "/api/v1/articles/"+e.ids["article"]+"/uses", fields{"conversation_id": e.ids["conversation"], "language": "en"}, "id")
	e.chief.call("GET", "/api/v1/articles/search?finished=true&brand="+e.ids["brand"]+"&q="+e.mark+"+nowhere", nil)
	e.ids["missingAnswer"] = field(t, e.chief.call("GET", "/api/v1/missing-answers", nil).body, "items.id")
	e.house.must(e.house.app.services.indexer.CatchUp(t.Context()))
}

// rights makes what there is about people's own data: a hold, a rule, a copy, an erasure that is done, a file that came in, a view.
func (e *estate) rights() {
	h := e.house
	customer := "/api/v1/customers/" + e.ids["customer"]
	e.ids["retentionRule"] = e.chief.make("PUT", "/api/v1/retention-rules", fields{"brand_id": e.ids["brand"], "class": "messages", "most_days": 30000, "basis": e.mark + " law"}, "id")
	e.ids["personExport"] = e.chief.make("POST", customer+"/exports", nil, "id")
	e.ids["erasure"] = e.chief.make("POST", "/api/v1/customers/"+e.known("forgotten").String()+"/erasures", fields{"reference": e.mark + " request"}, "id")
	e.ids["import"] = e.chief.make("POST", "/api/v1/imports?brand="+e.ids["brand"], raw("name;email\n"+e.mark+" Anna;"+e.mark+"anna@posta.example\n"), "id")
	e.add("view", "saved-views", fields{"name": e.mark + " view", "shared": "all", "query": fields{"view": "all", "brand_id": e.ids["brand"]}})
	e.add("hold", "holds", fields{"customer_id": e.ids["customer"], "reason": e.mark + " court"})
	key, err := id.Parse[id.Erasure](e.ids["erasure"])
	h.must(err)
	e.await("/api/v1/erasures/"+e.ids["erasure"], func() error { return h.app.services.privacy.Erase(e.system(), privacy.EraseJob{Erasure: key}) })
	export, err := id.Parse[id.PersonExport](e.ids["personExport"])
	h.must(err)
	e.await("/api/v1/person-exports/"+e.ids["personExport"], func() error { return h.app.services.privacy.Export(e.system(), privacy.ExportJob{Export: export}) })
}

// await does the work of a job until it is done, beside the runner that may be quicker.
func (e *estate) await(path string, work func() error) {
	t := e.house.t
	t.Helper()
	var last error
	for begun := time.Now(); time.Since(begun) < within; {
		got := e.chief.call("GET", path, nil)
		if got.status == 200 && field(t, got.body, "state") == "done" {
			return
		}
		if last = work(); last != nil && time.Since(begun) > within/2 {
			t.Fatalf("%s: %v while it says %s", path, last, got.body)
		}
	}
	t.Fatalf("%s is not done: %v", path, last)
}

// picture is a small PNG.
func picture() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))) // into memory: nothing fails
	return b.Bytes()
}

// leaks returns which ids and texts of e stand in text; ids that were sent with the request may come back.
func (e *estate) leaks(text, sent string, kinds []string, marks ...string) []string {
	var found []string
	for _, mark := range marks {
		if strings.Contains(strings.ToLower(text), strings.ToLower(mark)) {
			found = append(found, "the text "+mark)
		}
	}
	for _, kind := range kinds {
		if key := e.ids[kind]; key != "" && strings.Contains(text, key) && !strings.Contains(sent, key) {
			found = append(found, "the id of its "+kind)
		}
	}
	return found
}

// within bounds how long a test waits for what must happen.
const within = 60 * time.Second
