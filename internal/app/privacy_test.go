package app

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/privacy"
	"github.com/zongler/zongler/internal/survey"
	"github.com/zongler/zongler/internal/tenant"
)

// planted stands in everything that belongs to one person, and nowhere else.
const planted = "qxvwjk"

// somebodyKnown is a person of whom there is something in every table that can hold anything of one.
type somebodyKnown struct {
	e            *estate
	root, joined id.Customer
	conversation id.Conversation
	interaction  string
	matter       string
	blobs        []string
}

// plant makes a person with something everywhere, whose contact and case are closed.
func (e *estate) plant() *somebodyKnown {
	h := e.house
	p := &somebodyKnown{e: e}
	e.agent.make("PUT", "/api/v1/me/presence", fields{"state": "away", "reason_id": e.ids["awayReason"]}, "")
	first := e.writeAs(planted+" Zdzisława", planted+"-thread", planted+" gdzie jest paczka")
	p.root, p.conversation, p.interaction = first.Customer, first.Conversation, first.Interaction.String()
	thread := "/api/v1/conversations/" + p.conversation.String()
	e.agent.make("POST", "/api/v1/interactions/"+p.interaction+"/pull", nil, "")
	file := e.agent.make("POST", "/api/v1/attachments", raw(picture()), "id")
	e.agent.make("POST", thread+"/replies", fields{"text": "Dear " + planted, "client_id": "p-reply", "based_on_seq": first.Seq, "force": true, "attachment_ids": []string{file}}, "")
	e.agent.make("POST", thread+"/notes", fields{"text": planted + " is angry", "client_id": "p-note"}, "")
	e.agent.make("PATCH", thread, fields{"subject": planted + " paczka"}, "")
	e.agent.make("PUT", thread+"/tags", fields{"tags": []string{planted}}, "")
	p.matter = e.agent.make("POST", "/api/v1/cases", fields{
		"conversation_id": p.conversation.String(), "subject": planted + " matter", "tags": []string{planted},
		"fields": fields{"f" + strings.ToLower(e.mark): planted},
	}, "id")
	e.agent.make("POST", "/api/v1/cases/"+p.matter+"/notes", fields{"text": planted}, "")
	e.agent.make("POST", "/api/v1/cases/"+p.matter+"/checks", fields{"text": planted}, "")
	e.agent.make("PATCH", "/api/v1/customers/"+p.root.String(), fields{"company": planted + " sp. z o.o.", "phone": "+48 600 700 800", "about": planted}, "")
	p.joined = e.knownAs(planted + " Twin")
	e.chief.make("POST", "/api/v1/customers/"+p.joined.String()+"/joins", fields{"into_id": p.root.String()}, "")
	hold := e.chief.make("POST", "/api/v1/holds", fields{"customer_id": p.root.String(), "reason": planted + " sues us"}, "id")
	e.chief.make("POST", "/api/v1/holds/"+hold+"/release", fields{"reason": planted + " does not"}, "")
	held := e.chief.make("POST", "/api/v1/holds", fields{"case_id": p.matter, "reason": planted + " sues us"}, "id")
	e.chief.make("POST", "/api/v1/holds/"+held+"/release", fields{"reason": planted + " does not"}, "")
	e.agent.make("POST", "/api/v1/interactions/"+p.interaction+"/end", nil, "")
	e.agent.make("POST", "/api/v1/interactions/"+p.interaction+"/finish", fields{"disposition_id": e.ids["disposition"]}, "")
	e.closeCase(p.matter)
	p.plantRows(file)
	e.agent.make("PUT", thread+"/draft", fields{"mode": "note", "text": planted, "rev": 1}, "")
	h.must(h.app.services.indexer.CatchUp(h.t.Context()))
	return p
}

// writeAs lets a customer write whose every detail is planted.
func (e *estate) writeAs(name, thread, text string) intake.Receipt {
	h := e.house
	point, err := id.Parse[id.EntryPoint](e.ids["entryPoint"])
	h.must(err)
	brand, err := id.Parse[id.Brand](e.ids["brand"])
	h.must(err)
	queue, err := id.Parse[id.Queue](e.ids["queue"])
	h.must(err)
	got, err := h.app.services.intake.Receive(e.system(), intake.Inbound{
		Point:  intake.Point{ID: point, Brand: brand, Channel: "webchat", Queue: queue},
		From:   intake.Sender{Provider: "webchat", Scope: point.String(), ExternalID: thread + "-visitor", Name: name, Email: thread + "@posta.example"},
		Thread: thread, ExternalID: "cid-1", Text: text,
	})
	h.must(err)
	return got
}

func (e *estate) knownAs(name string) (key id.Customer) {
	brand, err := id.Parse[id.Brand](e.ids["brand"])
	e.house.must(err)
	e.house.must(e.house.app.db.Update(e.system(), func(tx *db.Tx) error {
		party, err := e.house.app.services.customers.Resolve(e.system(), tx, customer.Seen{Brand: brand, Provider: "email", ExternalID: planted + "@posta.example", DisplayName: name})
		key = party.Customer
		return err
	}))
	return key
}

func (e *estate) closeCase(key string) {
	t := e.house.t
	var statuses struct {
		Items []struct{ ID, Category string }
	}
	e.house.must(json.Unmarshal([]byte(e.chief.call("GET", "/api/v1/case-statuses", nil).body), &statuses))
	for _, s := range statuses.Items {
		if s.Category == "done" {
			e.chief.make("PATCH", "/api/v1/cases/"+key, fields{"status_id": s.ID}, "")
			return
		}
	}
	t.Fatal("there is no status for what is done")
}

// plantRows puts into tables what no chat brings: mails, opinions, logs.
func (p *somebodyKnown) plantRows(file string) {
	e, h := p.e, p.e.house
	s, tenantKey := h.app.services, e.tenant.TenantID
	interaction, err := id.Parse[id.Interaction](p.interaction)
	h.must(err)
	matter, err := id.Parse[id.Case](p.matter)
	h.must(err)
	for _, key := range []string{"mail/" + tenantKey.String() + "/1/" + id.New[id.Entry]().String()} {
		h.must(h.app.blobs.Put(h.t.Context(), key, strings.NewReader("From: "+planted), int64(len("From: "+planted)), "message/rfc822"))
		p.blobs = append(p.blobs, key)
	}
	point, err := db.One[int64](e.system(), h.app.db, `SELECT contact_point_id FROM conversation WHERE tenant_id = $1 AND id = $2`, tenantKey, p.conversation)
	h.must(err)
	fact, err := db.One[int64](e.system(), h.app.db, `SELECT MAX(id) FROM fact WHERE tenant_id = $1 AND subject = $2`, tenantKey, p.conversation)
	h.must(err)
	h.must(h.app.db.Update(e.system(), func(tx *db.Tx) error {
		now, key := tx.Now(), id.New[int64]()
		if _, err := s.surveys.Answer(e.system(), tx, survey.Given{Conversation: p.conversation, Interaction: interaction, Stars: 2, Comment: planted, Agent: e.agent.user}); err != nil {
			return err
		}
		for _, row := range []struct {
			text string
			args []any
		}{
			{`INSERT INTO mail (tenant_id, id, entry_point_id, dedup, blob_key, size, state, sender, conversation_id, received_at) VALUES ($1, $2, 1, 'hash', $3, 9, 'read', $4, $5, $6)`, []any{tenantKey, key, p.blobs[0], planted + "@posta.example", p.conversation, now}},
			{`INSERT INTO mail_name (tenant_id, brand_id, name, message_id, conversation_id, entry_id, at) VALUES ($1, 1, 'hash', $2, $3, 0, $4)`, []any{tenantKey, planted + "@laptop", p.conversation, now}},
			{`INSERT INTO mail_party (tenant_id, conversation_id, address) VALUES ($1, $2, $3)`, []any{tenantKey, p.conversation, planted + "@posta.example"}},
			{`INSERT INTO mail_party (tenant_id, conversation_id, address) VALUES ($1, 77, $2)`, []any{tenantKey, planted + "@posta.example"}},
			{`INSERT INTO mail_sink (tenant_id, id, entry_point_id, recipients, message_id, raw, at) VALUES ($1, $2, 1, $3, 'x', $4, $5)`, []any{tenantKey, key, planted + "@posta.example", []byte("To: " + planted), now}},
			{`INSERT INTO sms_stop (tenant_id, entry_point_id, number, stopped, at) VALUES ($1, 1, $2, TRUE, $3)`, []any{tenantKey, planted + "@posta.example", now}},
			{`INSERT INTO sms_received (tenant_id, entry_point_id, name, digest, sender, recipient, ref, total, part, wide, data, state, received_at)
				VALUES ($1, 1, 'x', 'x', $2, 'x', 1, 2, 1, FALSE, $3, 'waiting', $4)`, []any{tenantKey, planted + "@posta.example", []byte(planted), now}},
			{`INSERT INTO quarantine (tenant_id, id, channel, reason, raw, at) VALUES ($1, $2, 'webchat', 'odd', $3, $4)`, []any{tenantKey, key, []byte(`{"from":"` + planted + `@posta.example"}`), now}},
			{`INSERT INTO consent (tenant_id, id, brand_id, customer_id, state, purpose, what, evidence, at, made_at) VALUES ($1, $2, 1, $3, 'given', 'marketing', $4, $4, $5, $5)`, []any{tenantKey, key, p.root, planted + " agrees", now}},
			{`INSERT INTO channel_event (tenant_id, id, entry_point_id, brand_id, raw, state, detail, conversation_id, received_at) VALUES ($1, $2, 1, 1, $3, 'done', $4, $5, $6)`, []any{tenantKey, key, []byte(`{"text":"` + planted + `"}`), planted, p.conversation, now}},
			{`INSERT INTO channel_event (tenant_id, id, entry_point_id, brand_id, raw, state, received_at) VALUES ($1, $2, 1, 1, $3, 'refused', $4)`, []any{tenantKey, id.New[id.Entry](), []byte(`{"from":"` + planted + `@posta.example"}`), now}},
			{`INSERT INTO own_command (tenant_id, entry_point_id, number, name, conversation_id, body, made_at) VALUES ($1, 1, 1, 'n', $2, $3, $4)`, []any{tenantKey, p.conversation, `{"text":"` + planted + `"}`, now}},
			{`INSERT INTO missing_answer (tenant_id, id, question, example, times, first_at, last_at, state) VALUES ($1, $2, $3, $4, 1, $5, $5, 'open')`, []any{tenantKey, key, planted + " zdzislawa", planted + " Zdzisława?", now}},
			{`INSERT INTO job (tenant_id, id, kind, state, args, run_at, attempt, max_attempts, last_error, created_at) VALUES ($1, $2, 'test.dead', 'dead', '{}', $3, 5, 5, $4, $3)`, []any{tenantKey, key, now, "550 no such user " + planted + "@posta.example"}},
			{`INSERT INTO webhook_delivery (tenant_id, id, webhook_id, fact_id, kind, body, state, answer, made_at) VALUES ($1, $2, 99, $3, 'entry.added', '{}', 'delivered', $4, $5)`, []any{tenantKey, key, fact, planted, now}},
			{`INSERT INTO webchat_visitor (tenant_id, id, entry_point_id, brand_id, contact_point_id, name, email, pages, created_at, seen_at) VALUES ($1, $2, 1, 1, $3, $4, $4, $5, $6, $6)`, []any{tenantKey, key, point, planted, `[{"url":"https://shop.example/` + planted + `"}]`, now}},
			{`INSERT INTO webchat_token (token_hash, tenant_id, visitor_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $4)`, []any{"hash " + planted, tenantKey, key, now}},
			{`INSERT INTO webchat_chat (tenant_id, conversation_id, visitor_id, entry_point_id, brand_id, cid, seen_at, created_at) VALUES ($1, $2, $3, 1, 1, $4, $5, $5)`, []any{tenantKey, p.conversation, key, planted, now}},
			{`INSERT INTO webchat_invitation (tenant_id, id, token_hash, brand_id, entry_point_id, conversation_id, customer_id, case_id, created_at, expires_at)
				VALUES ($1, $2, $3, 1, 1, $4, $5, 1, $6, $6)`, []any{tenantKey, key, "invitation " + planted, p.conversation, p.root, now}},
			{`INSERT INTO customer_hint (tenant_id, customer_id, other_id, reason, made_at) VALUES ($1, 78, $2, $3, $4)`, []any{tenantKey, p.root, planted, now}},
			{`INSERT INTO import_file (tenant_id, id, brand_id, name, blob_key, size, format, state, made_at, changed_at) VALUES ($1, $2, 1, 'f.csv', '', 1, 'csv', 'checked', $3, $3)`, []any{tenantKey, key, now}},
			{`INSERT INTO import_row (tenant_id, import_id, line, row_key, data) VALUES ($1, $2, 2, 'k', $3)`, []any{tenantKey, key, `{"Email":"` + planted + `@posta.example"}`}},
			{`UPDATE attachment SET name = $3 WHERE tenant_id = $1 AND id = $2`, []any{tenantKey, parse(h, file), planted + ".png"}},
			{`INSERT INTO answer_all (tenant_id, id, case_id, mode, body, state, made_at) VALUES ($1, $2, $3, 'note', $4, 'done', $5)`, []any{tenantKey, key, matter, planted, now}},
			{`UPDATE entry SET delivery_reason = $3, data = $4, html = $3 WHERE tenant_id = $1 AND conversation_id = $2 AND kind = 'message'`, []any{tenantKey, p.conversation, planted, `{"from":"` + planted + `"}`}},
			{`INSERT INTO post (tenant_id, id, brand_id, entry_point_id, external_id, conversation_id, author, body) VALUES ($1, $2, 1, 1, 'theirs', $3, $4, $4)`, []any{tenantKey, key, p.conversation, planted}},
			{`UPDATE contact_point SET bounce_reason = $3 WHERE tenant_id = $1 AND customer_id = $2`, []any{tenantKey, p.root, planted}},
		} {
			if _, err := db.Exec(e.system(), tx, row.text, row.args...); err != nil {
				return err
			}
		}
		return nil
	}))
}

// speakElsewhere plants what they said in public within the conversation of somebody else, whose row shows it.
func (p *somebodyKnown) speakElsewhere() {
	h, ctx := p.e.house, p.e.system()
	h.must(h.app.db.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO entry (tenant_id, id, conversation_id, seq, entry_point_id, kind, author, body, contact_point_id, occurred_at, received_at)
			SELECT tenant_id, $3, 77, 1, entry_point_id, 'message', 'customer', $4, contact_point_id, $5, $5 FROM conversation WHERE tenant_id = $1 AND id = $2`,
			p.e.tenant.TenantID, p.conversation, id.New[int64](), planted, tx.Now())
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO conversation (tenant_id, id, brand_id, entry_point_id, channel, customer_name, created_at, last_seq, shown_seq, last_at, last_author, last_preview)
			SELECT tenant_id, 77, brand_id, entry_point_id, channel, 'Somebody else', created_at, 1, 1, last_at, 'customer', $3 FROM conversation WHERE tenant_id = $1 AND id = $2`,
			p.e.tenant.TenantID, p.conversation, planted)
		return err
	}))
}

func parse(h *house, key string) int64 {
	n, err := id.Parse[int64](key)
	h.must(err)
	return n
}

// tables returns the names of all tables there are. Those in which SQLite keeps its index are not tables of ours.
func tables(t *testing.T, d *db.DB) []string {
	t.Helper()
	text := `SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
	if d.Engine() == "sqlite" {
		text = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	}
	names, err := db.Many[string](t.Context(), d, text)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// traces returns which tables and blobs hold what was planted.
func (h *house) traces() []string {
	h.t.Helper()
	var found []string
	for _, name := range tables(h.t, h.app.db) {
		if name == "search_text" {
			continue // it has no contents but in the tables beside it
		}
		rows, err := db.Records(h.t.Context(), h.app.db, "SELECT * FROM "+name)
		h.must(err)
		for _, r := range rows {
			if strings.Contains(strings.ToLower(r.Raw()), planted) {
				found = append(found, name)
				break
			}
		}
	}
	for info, err := range h.app.blobs.List(h.t.Context(), "") {
		h.must(err)
		r, _, err := h.app.blobs.Get(h.t.Context(), info.Key)
		h.must(err)
		all, err := io.ReadAll(r)
		h.must(errors.Join(err, r.Close()))
		said := []byte(strings.ToLower(string(all)))
		if bytes.HasPrefix(all, []byte("PK")) {
			for _, m := range unzip(h.t, string(all)) {
				said = append(said, strings.ToLower(m.text)...)
			}
		}
		if bytes.Contains(said, []byte(planted)) {
			found = append(found, "blob "+info.Key)
		}
	}
	return found
}

func TestEveryTableIsKnownToPrivacy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		impersonal := privacy.Impersonal()
		declared := map[string]bool{"legal_hold": true, "job": true}
		for _, table := range personalTables() {
			declared[table.Name] = true
			if impersonal[table.Name] != "" {
				t.Errorf("%s is declared by its owner and stands in privacy.Impersonal", table.Name)
			}
		}
		all := tables(t, d)
		for _, name := range all {
			if strings.HasPrefix(name, "search_text_") {
				continue // where SQLite keeps search_text
			}
			if !declared[name] && impersonal[name] == "" {
				t.Errorf("table %s is new: either its owner declares what of it is a person's (personal.Table, listed in personalTables of internal/app), "+
					"or it stands in privacy.Impersonal with the reason why it holds nothing of anybody", name)
			}
		}
		for name := range impersonal {
			if !slices.Contains(all, name) && name != "fact_head" && name != "search_text" && name != "goose_db_version" && name != "goose_lock" {
				t.Errorf("privacy.Impersonal names %s, which is no table", name)
			}
		}
	})
}

func TestNothingOfAnErasedPersonIsLeft(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		p := h.build(h.tenants[0], "Alfa").plant()
		p.speakElsewhere()
		h.stop()
		p.export(t)
		before := h.figures(p.e)
		found := h.traces()
		for _, table := range personalTables() { // what is not planted is not shown to go
			if !slices.Contains(found, table.Name) && table.Name != "claim" && table.Name != "customer_join" && table.Name != "organisation_moved" {
				t.Errorf("nothing was planted in %s", table.Name)
			}
		}
		steps := p.eraseInSteps(t)
		for _, step := range privacy.Steps() {
			if !steps[string(step)] {
				t.Errorf("the erasure was never stopped in the step %s", step)
			}
		}
		if left := h.traces(); len(left) > 0 {
			t.Errorf("traces are left in %v", left)
		}
		if after := h.figures(p.e); after != before {
			t.Errorf("figures before: %s\nafter: %s", before, after)
		}
		p.certificateIsGood(t)
	})
}

// eraseInSteps erases the person with a worker that is new for each transaction, as
// after a kill, and returns the steps in which it was.
func (p *somebodyKnown) eraseInSteps(t *testing.T) map[string]bool {
	t.Helper()
	h := p.e.house
	erasure := p.e.chief.make("POST", "/api/v1/customers/"+p.joined.String()+"/erasures", fields{"reference": "RODO 7/2026"}, "id")
	key, err := id.Parse[id.Erasure](erasure)
	h.must(err)
	steps := map[string]bool{}
	for range 1000 {
		got := p.e.chief.call("GET", "/api/v1/erasures/"+erasure, nil)
		if field(t, got.body, "state") == "done" {
			return steps
		}
		steps[field(t, got.body, "step")] = true
		if err := h.eraser(time.Nanosecond).Erase(p.e.system(), privacy.EraseJob{Erasure: key}); err != nil && !strings.HasPrefix(err.Error(), "job: again") {
			t.Fatal(err)
		}
	}
	t.Fatal("the erasure does not end")
	return nil
}

// eraser is a service as a process has it that was just started.
func (h *house) eraser(patience time.Duration) *privacy.Service {
	s := h.app.services
	return privacy.New(privacy.Deps{
		DB: h.app.db, Blobs: h.app.blobs, Sealer: h.app.box, Index: s.indexer, Customers: s.customers, Organisations: s.organisations, Conversations: s.conversations, Cases: s.cases,
		Brands: tenant.BrandKeys, Tables: personalTables(), Aging: s.aging(), Patience: patience, Log: h.app.log,
	})
}

// figures are the numbers of everything that was done.
func (h *house) figures(e *estate) string {
	h.must(h.app.services.rollup.CatchUp(h.t.Context()))
	year := fmt.Sprintf("from=%d-01-01&to=%d-01-01", time.Now().Year(), time.Now().Year()+1)
	out := ""
	for _, by := range []string{"queue", "agent"} {
		got := e.chief.call("GET", "/api/v1/figures.csv?by="+by+"&"+year, nil)
		if got.status != 200 {
			h.t.Fatalf("figures: %d %s", got.status, got.body)
		}
		out += settled(h.t, got.body)
	}
	return out
}

// settled leaves out the figures that go on with the clock while nothing happens.
func settled(t *testing.T, file string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	moving := []string{"longest_wait_s", "available_s", "away_s", "contact_s", "occupancy_percent", "concurrency"}
	out := ""
	for _, r := range rows {
		for i, cell := range r {
			if !slices.Contains(moving, rows[0][i]) {
				out += cell + ","
			}
		}
		out += "\n"
	}
	return out
}

func (p *somebodyKnown) certificateIsGood(t *testing.T) {
	t.Helper()
	h := p.e.house
	var list struct{ Items []struct{ ID string } }
	h.must(json.Unmarshal([]byte(p.e.chief.call("GET", "/api/v1/erasures?customer="+p.root.String(), nil).body), &list))
	if len(list.Items) != 1 {
		t.Fatalf("%d erasures", len(list.Items))
	}
	got := p.e.chief.call("GET", "/api/v1/erasures/"+list.Items[0].ID+"/certificate", nil)
	if field(t, got.body, "statement.reference") != "RODO 7/2026" || strings.Contains(strings.ToLower(got.body), planted) {
		t.Errorf("certificate: %s", got.body)
	}
	for _, class := range []personal.Class{personal.Identity, personal.Messages, personal.Files, personal.Mails, personal.Visits, personal.Cases, personal.Opinions, personal.Logs} {
		if field(t, got.body, "statement.removed."+string(class)) == "<nil>" {
			t.Errorf("the certificate counts nothing of %s: %s", class, got.body)
		}
	}
	p.certificateIsChecked(t, got.body)
	check := func() string {
		return field(t, p.e.chief.call("GET", "/api/v1/certificates/check", nil).body, "broken")
	}
	if check() != "0" {
		t.Error("the chain of certificates is broken as it was made")
	}
	h.must(h.app.db.Update(p.e.system(), func(tx *db.Tx) error {
		_, err := db.Exec(p.e.system(), tx, `UPDATE certificate SET body = REPLACE(body, 'RODO 7', 'RODO 8') WHERE tenant_id = $1`, p.e.tenant.TenantID)
		return err
	}))
	if check() != "2" { // the first is of somebody else
		t.Error("a changed certificate is not noticed")
	}
	if v := p.e.verdict(got.body); field(t, v, "verdict") != "kept_altered" || field(t, v, "sound") != "false" {
		t.Errorf("a certificate whose kept one was changed: %s", v)
	}
}

// verdict is what is said of something that somebody shows as a certificate.
func (e *estate) verdict(text string) string {
	return e.chief.call("POST", "/api/v1/certificates/check", fields{"certificate": text}).body
}

func (p *somebodyKnown) certificateIsChecked(t *testing.T, text string) {
	t.Helper()
	statement := func() string {
		var whole struct{ Statement json.RawMessage }
		p.e.house.must(json.Unmarshal([]byte(text), &whole))
		return string(whole.Statement)
	}()
	var laid bytes.Buffer
	p.e.house.must(json.Indent(&laid, []byte(text), "", "    "))
	for name, c := range map[string]struct{ text, verdict, differs string }{
		"as it was handed out":   {text, "genuine", "[]"},
		"laid out anew":          {laid.String(), "genuine", "[]"},
		"the statement alone":    {statement, "genuine", "[]"},
		"with another reference": {strings.Replace(text, "RODO 7", "RODO 9", 1), "altered", "[reference]"},
		"with a part taken away": {strings.Replace(statement, `"left":`, `"remains":`, 1), "altered", "[left remains]"},
		"with another hash":      {strings.Replace(text, `"sha256":"`, `"sha256":"00`, 1), "altered", "[sha256]"},
		"of another number":      {strings.Replace(text, `"number":2,"tenant_id"`, `"number":77,"tenant_id"`, 1), "unknown", "[]"},
	} {
		got := p.e.verdict(c.text)
		if field(t, got, "verdict") != c.verdict || field(t, got, "differs") != c.differs {
			t.Errorf("a certificate %s: %s", name, got)
		}
	}
	if got := p.e.chief.call("POST", "/api/v1/certificates/check", fields{"certificate": `{"hello": 1}`}); got.status != 422 || !strings.Contains(got.body, "certificate.unreadable") {
		t.Errorf("no certificate: %d %s", got.status, got.body)
	}
	brand := p.e.chief.make("POST", "/api/v1/brands", fields{"name": "Another brand", "color": "#0b7285", "languages": []string{"en"}, "time_zone": "Europe/Warsaw"}, "id")
	key, err := id.Parse[id.Brand](brand)
	p.e.house.must(err)
	other := p.e.house.hire(p.e.tenant, "of another brand", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Administrator)}, Brands: []id.Brand{key}})
	if got := other.call("POST", "/api/v1/certificates/check", fields{"certificate": text}); field(t, got.body, "verdict") != "unknown" {
		t.Errorf("who is of another brand learns that it is genuine: %s", got.body)
	}
}

func TestWhatMustStayStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		p := e.plant()
		h.stop()
		erasures := "/api/v1/customers/" + p.root.String() + "/erasures"
		hold := e.chief.make("POST", "/api/v1/holds", fields{"customer_id": p.joined.String(), "reason": "court"}, "id")
		if got := e.chief.call("POST", erasures, fields{}); got.status != 409 || !strings.Contains(got.body, "erasure.held") {
			t.Errorf("a held person: %d %s", got.status, got.body)
		}
		if got := e.chief.call("GET", erasures+"/preview", nil); field(t, got.body, "held") != "true" || field(t, got.body, "holds.reason") != "court" {
			t.Errorf("the preview does not say that a hold is there: %s", got.body)
		}
		onCase := e.chief.make("POST", "/api/v1/holds", fields{"case_id": p.matter, "reason": "claim 12"}, "id")
		if got := e.chief.call("GET", erasures+"/preview", nil); !strings.Contains(got.body, "claim 12") {
			t.Errorf("the preview does not name the hold on a case: %s", got.body)
		}
		if got := e.chief.call("GET", "/api/v1/holds?standing=true", nil); !strings.Contains(got.body, `"title":"#`) {
			t.Errorf("the list does not say of which case a hold is: %s", got.body)
		}
		e.chief.make("POST", "/api/v1/holds/"+onCase+"/release", fields{"reason": "settled"}, "")
		e.chief.make("POST", "/api/v1/holds/"+hold+"/release", fields{"reason": "over"}, "")
		e.chief.make("PUT", "/api/v1/retention-rules", fields{"brand_id": e.ids["brand"], "class": "cases", "least_days": 1095, "basis": "Fgytv. 17/A"}, "")
		if got := e.chief.call("GET", erasures+"/preview", nil); !strings.Contains(got.body, "legal_duty") || !strings.Contains(got.body, "linked_case") {
			t.Errorf("the preview does not say what the law keeps: %s", got.body)
		}
		p.eraseInSteps(t)
		for _, name := range []string{"case_file", "case_note", "entry", "customer", "contact_point", "mail"} {
			if !slices.Contains(h.traces(), name) {
				t.Errorf("what the law keeps is gone from %s", name)
			}
		}
		last := field(t, e.chief.call("GET", "/api/v1/erasures?customer="+p.root.String(), nil).body, "items.id")
		if got := e.chief.call("GET", "/api/v1/erasures/"+last, nil); !strings.Contains(got.body, "Fgytv. 17/A") || !strings.Contains(got.body, `"needed"`) {
			t.Errorf("the certificate does not say what has stayed: %s", got.body)
		}
	})
}

func TestAPersonGetsACopyOfEverything(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		p := e.plant()
		h.stop()
		export := p.export(t)
		got := e.chief.call("GET", "/api/v1/person-exports/"+export+"/archive", nil)
		if got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		members := unzip(t, got.body)
		for _, want := range []string{
			"messages/entry", "messages/conversation", "identity/customer-", "identity/contact_point", "identity/claim", "identity/customer_join", "files/attachment",
			"mails/mail-", "visits/webchat_visitor", "opinions/survey_answer", "cases/case_file", "cases/case_note", "files/", "mails/", "README.txt", "manifest.json",
		} {
			if !slices.ContainsFunc(members, func(m member) bool { return strings.HasPrefix(m.name, want) && m.text != "" }) {
				t.Errorf("the archive has no %s", want)
			}
		}
		if !slices.ContainsFunc(members, func(m member) bool { return strings.HasSuffix(m.name, ".eml") && strings.Contains(m.text, planted) }) {
			t.Error("the archive has no mail as it came")
		}
		for _, m := range members {
			if strings.Contains(m.text, e.mark+" secret note") {
				t.Errorf("%s has what belongs to somebody else", m.name)
			}
		}
		if logged := e.chief.call("GET", "/api/v1/audit?action=customer.export_fetch", nil); !strings.Contains(logged.body, export) {
			t.Errorf("the log does not say that the archive was fetched: %s", logged.body)
		}
		h.must(h.app.db.Update(e.system(), func(tx *db.Tx) error {
			_, err := db.Exec(e.system(), tx, `UPDATE person_export SET expires_at = 1 WHERE tenant_id = $1`, e.tenant.TenantID)
			return err
		}))
		h.must(h.eraser(0).Prune(t.Context()))
		if got := e.chief.call("GET", "/api/v1/person-exports/"+export+"/archive", nil); got.status != 409 {
			t.Errorf("an archive whose time is over: %d", got.status)
		}
		for info := range h.app.blobs.List(t.Context(), "export/") {
			t.Errorf("%s is left", info.Key)
		}
	})
}

// export has a copy made, by a worker that is new for each part, and returns its key.
func (p *somebodyKnown) export(t *testing.T) string {
	t.Helper()
	h := p.e.house
	export := p.e.chief.make("POST", "/api/v1/customers/"+p.joined.String()+"/exports", nil, "id")
	key, err := id.Parse[id.PersonExport](export)
	h.must(err)
	for range 200 {
		err := h.eraser(time.Nanosecond).Export(p.e.system(), privacy.ExportJob{Export: key})
		if err == nil {
			return export
		}
		if !strings.HasPrefix(err.Error(), "job: again") {
			t.Fatal(err)
		}
	}
	t.Fatal("the export does not end")
	return ""
}

type member struct{ name, text string }

func unzip(t *testing.T, body string) (out []member) {
	t.Helper()
	r, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, member{f.Name, string(text)})
	}
	return out
}

func TestRetentionRemovesWhatIsOldAndNotHeld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d, "")
		e := h.build(h.tenants[0], "Alfa")
		p := e.plant()
		h.stop()
		age := func() {
			h.must(h.app.db.Update(e.system(), func(tx *db.Tx) error {
				old := tx.Now().AddDate(0, 0, -40)
				for _, text := range []string{
					`UPDATE conversation SET last_at = $2 WHERE tenant_id = $1 AND NOT open`, `UPDATE case_file SET done_at = $2 WHERE tenant_id = $1 AND NOT open`,
					`UPDATE attachment SET created_at = $2 WHERE tenant_id = $1`, `UPDATE mail SET received_at = $2 WHERE tenant_id = $1`,
					`UPDATE webchat_visitor SET seen_at = $2 WHERE tenant_id = $1`, `UPDATE quarantine SET at = $2 WHERE tenant_id = $1`,
					`UPDATE webhook_delivery SET made_at = $2 WHERE tenant_id = $1`,
				} {
					if _, err := db.Exec(e.system(), tx, text, e.tenant.TenantID, old); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		age()
		for _, class := range privacy.Retained() {
			e.chief.make("PUT", "/api/v1/retention-rules", fields{"class": class, "most_days": 30}, "")
			e.chief.make("PUT", "/api/v1/retention-rules", fields{"brand_id": e.ids["brand"], "class": class, "most_days": 30}, "")
		}
		hold := e.chief.make("POST", "/api/v1/holds", fields{"case_id": p.matter, "reason": "court"}, "id")
		night := func() {
			s := h.eraser(time.Nanosecond)
			h.must(s.StartRetention(t.Context(), privacy.NightJob{}))
			run, err := db.One[int64](e.system(), h.app.db, `SELECT id FROM retention_run WHERE tenant_id = $1 AND state = 'running'`, e.tenant.TenantID)
			h.must(err)
			for range 1000 {
				if err = h.eraser(time.Nanosecond).Retain(e.system(), privacy.RetainJob{Run: run}); err == nil {
					return
				}
				if !strings.HasPrefix(err.Error(), "job: again") {
					t.Fatal(err)
				}
			}
		}
		dry := e.chief.call("GET", "/api/v1/retention/preview", nil)
		night()
		for _, name := range []string{"case_file", "entry", "mail", "attachment"} {
			if !slices.Contains(h.traces(), name) {
				t.Errorf("what is held is gone from %s", name)
			}
		}
		e.chief.make("POST", "/api/v1/holds/"+hold+"/release", fields{"reason": "over"}, "")
		again := e.chief.call("GET", "/api/v1/retention/preview", nil)
		if dry.body == again.body || !strings.Contains(again.body, p.conversation.String()) {
			t.Errorf("the dry run does not tell what a hold changes: %s then %s", dry.body, again.body)
		}
		night()
		for _, name := range h.traces() {
			if slices.Contains([]string{"case_file", "case_note", "entry", "conversation", "mail", "attachment", "quarantine"}, name) || strings.HasPrefix(name, "blob") {
				t.Errorf("%s is still there", name)
			}
		}
		if rows := e.chief.call("GET", "/api/v1/retention/runs", nil); !strings.Contains(rows.body, `"messages":1`) {
			t.Errorf("the night does not say what it has removed: %s", rows.body)
		}
	})
}

func TestNobodyErasesWithoutTheRight(t *testing.T) {
	t.Parallel()
	s := privacy.New(privacy.Deps{})
	if _, err := s.StartErasure(context.Background(), 1, ""); !errs.Is(errs.Unauthenticated, err) {
		t.Errorf("%v", err)
	}
	own := actor.With(t.Context(), actor.Actor{Kind: actor.User, Tenant: 1, User: 2, Rights: actor.Rights{actor.CustomerErase: actor.Own}})
	if _, err := s.StartErasure(own, 1, ""); !errs.Is(errs.Forbidden, err) {
		t.Errorf("%v", err)
	}
}
