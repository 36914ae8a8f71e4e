package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/desk"
	"github.com/zongler/zongler/internal/canned"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/worklist"
)

const (
	falaNet id.Brand = 10
	ola     id.User  = 30
	marta   id.User  = 31
)

// outside is everything around the records: staff, names, channels, routing.
type outside struct{}

func (outside) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) { return nil, nil }

func (outside) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return users, nil
}

func (outside) Names(context.Context, []id.User) (map[id.User]string, error) {
	return map[id.User]string{ola: "Ola Nowicka", marta: "Marta Zając"}, nil
}

func (outside) BrandName(context.Context, id.Brand) (string, error) { return "Fala Net", nil }

func (outside) CapabilitiesAt(context.Context, db.Queryer, channel.Name, id.EntryPoint) (channel.Capabilities, channel.Look, error) {
	return channel.Capabilities{TextLimit: 1000, Attachments: 5, AttachmentBytes: media.MaxSize}, channel.Look{}, nil
}

func (outside) Limits(string) (delivery.Limits, bool) {
	return delivery.Limits{Capabilities: channel.Capabilities{TextLimit: 1000, Attachments: 5, AttachmentBytes: media.MaxSize}, Direct: true}, true
}

func (outside) Opening(string) (channel.Opening, bool) { return nil, false }

func (outside) Templates(context.Context, id.EntryPoint) ([]channel.Template, error) {
	return nil, nil
}

func (o outside) LimitsAt(_ context.Context, _ db.Queryer, c conversation.Conversation) (delivery.Limits, bool, error) {
	l, known := o.Limits(c.Channel)
	return l, known, nil
}

func (outside) Sender(context.Context, db.Queryer, id.EntryPoint) (delivery.Sender, error) {
	return delivery.Sender{}, errs.New(errs.NotFound, "test", "not_found")
}

func (outside) Send(context.Context, delivery.Outgoing) (channel.Sent, error) {
	return channel.Sent{}, nil
}

func (outside) MarkReplied(context.Context, *db.Tx, id.Interaction) error { return nil }

func (outside) VisitOf(context.Context, db.Queryer, id.Conversation) (webchat.Visit, bool, error) {
	return webchat.Visit{Known: true, Language: "pl", ConsentVersion: "3", Pages: []webchat.Page{{URL: "https://fala.example/oferta", Title: "Oferta"}}}, true, nil
}

func (outside) Park(context.Context, id.Interaction, time.Time) error {
	return errs.New(errs.Conflict, "outside.Park", "interaction.moved_on")
}

func (outside) Resume(context.Context, id.Interaction) error { return nil }

func (outside) Transfer(_ context.Context, t routing.Transfer) error {
	if t.Queue == 404 {
		return errs.Fields("outside.Transfer", errs.Field{Path: "queue_id", Code: "queue.other_brand"})
	}
	if t.Agent != 0 {
		return errs.New(errs.Conflict, "outside.Transfer", "interaction.moved_on").With(errs.Values{"state": t.Note})
	}
	return nil
}

func (outside) Finish(_ context.Context, f routing.Finish) error {
	if f.Note == "taken away" {
		return errs.New(errs.Forbidden, "outside.Finish", "interaction.not_yours")
	}
	if f.Disposition == 0 {
		return errs.Fields("outside.Finish", errs.Field{Path: "disposition_id", Code: "required"})
	}
	return nil
}

func (outside) Language(string) string { return "en" }

func (outside) Text(_, _, key string, _ map[string]any) string { return key }

// bench is the API over one conversation of Ola's with one message in it.
type bench struct {
	t     *testing.T
	db    *db.DB
	mux   *http.ServeMux
	api   *httpx.API
	conv  id.Conversation
	cust  id.Customer
	facts int
}

func newBench(t *testing.T, d *db.DB) *bench {
	t.Helper()
	blobs, err := blob.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	err = d.Update(t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(t.Context(), tx, `INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
			VALUES (1, $1, 'Fala Net', 'fala net', '#0b7285', '["pl"]', 'Europe/Warsaw', 0, 0)`, falaNet)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, db: d, mux: http.NewServeMux()}
	convs, files, list := conversation.New(d, outside{}), media.New(d, blobs, nil, log), worklist.New(d)
	customers := customer.New(d, convs)
	replies := delivery.New(delivery.Config{DB: d, Conversations: convs, Files: files, Routing: outside{}, People: outside{}, Channels: outside{}})
	b.api = httpx.NewAPI(b.mux, httpx.Config{Title: "Zongler", Version: "test", Problems: httpx.NewProblems(outside{}, log)})
	desk.RegisterWorklist(b.api, list)
	desk.RegisterConversations(b.api, desk.Conversations{Worklist: list, Conversations: convs, Replies: replies, People: outside{}, Channels: outside{}, Visits: outside{}, Work: outside{}, DB: d})
	desk.RegisterCustomers(b.api, desk.Customers{Customers: customers, Worklist: list, People: outside{}})
	desk.RegisterCanned(b.api, desk.Canned{Canned: canned.New(d), Worklist: list, Brands: outside{}})
	desk.RegisterAttachments(b.api, files, convs)

	ctx := dbtest.As(t, 1)
	err = d.Update(ctx, func(tx *db.Tx) error {
		p, err := customers.Resolve(ctx, tx, customer.Seen{Brand: falaNet, Provider: "webchat", ExternalID: "v1", DisplayName: "Zofia Wilk"})
		if err != nil {
			return err
		}
		c, _, err := convs.Open(ctx, tx, conversation.Thread{
			Brand: falaNet, EntryPoint: 20, Channel: "webchat", ExternalKey: "t", ContactPoint: p.ContactPoint, Customer: p.Customer, CustomerName: p.Name,
		})
		if err != nil {
			return err
		}
		b.conv, b.cust = c.ID, p.Customer
		if _, _, err = convs.Append(ctx, tx, &c, conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByCustomer, Text: "Dzień dobry"}); err != nil {
			return err
		}
		return convs.ShowWork(ctx, tx, c.ID, conversation.Work{Interaction: 5, State: "active", Agent: ola})
	})
	if err != nil {
		t.Fatal(err)
	}
	b.newFacts()
	return b
}

// newFacts returns the kinds of the facts recorded since it was asked before.
func (b *bench) newFacts() string {
	b.t.Helper()
	kinds, err := db.Many[string](b.t.Context(), b.db, `SELECT kind FROM fact ORDER BY id`)
	if err != nil {
		b.t.Fatal(err)
	}
	fresh := kinds[b.facts:]
	b.facts = len(kinds)
	return strings.Join(fresh, " ")
}

func (b *bench) call(who actor.Actor, method, path, body string, header ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	path = strings.NewReplacer("CONV", b.conv.String(), "CUST", b.cust.String()).Replace(path)
	r := httptest.NewRequestWithContext(actor.With(b.t.Context(), who), method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.mux.ServeHTTP(w, r)
	return w
}

func person(user id.User, role actor.BuiltIn) actor.Actor {
	return actor.Actor{
		Kind: actor.User, Tenant: 1, User: user, Name: "Ola Nowicka", Language: "pl", Rights: role.Rights(), Brands: actor.Brands{Some: []id.Brand{falaNet}},
	}
}

func TestOperationsAnswerAndRecord(t *testing.T) {
	t.Parallel()
	agent, other, viewer := person(ola, actor.Agent), person(99, actor.Agent), person(50, actor.BrandViewer)
	supervisor := person(marta, actor.Supervisor)
	foreign := person(ola, actor.Administrator)
	foreign.Tenant = 2
	machine := actor.Actor{Kind: actor.Key, Tenant: 1, Key: 7, Rights: actor.Supervisor.Rights(), Brands: actor.Brands{All: true}}
	const conv, cust = "/api/v1/conversations/CONV", "/api/v1/customers/CUST"
	cases := []struct {
		name         string
		who          actor.Actor
		method, path string
		body         string
		status       int
		want         string // part of the answer
		facts        string
	}{
		{"an agent lists own work", agent, "GET", "/api/v1/conversations?view=mine", "", 200, `"preview":"Dzień dobry"`, ""},
		{"who waits for an answer is shown", agent, "GET", "/api/v1/conversations?view=mine", "", 200, `"unanswered_since":"2`, ""},
		{"an unknown view is refused", agent, "GET", "/api/v1/conversations?view=x", "", 422, `"query.view"`, ""},
		{"a foreign cursor is refused", agent, "GET", "/api/v1/conversations?cursor=!!", "", 422, `"query.cursor"`, ""},
		{"somebody without the right lists nothing", viewer, "GET", "/api/v1/conversations", "", 403, `"forbidden"`, ""},
		{"nobody lists nothing", actor.Actor{}, "GET", "/api/v1/conversations", "", 401, `"unauthenticated"`, ""},
		{"another tenant lists nothing", foreign, "GET", "/api/v1/conversations?view=all", "", 200, `{"items":[]}`, ""},
		{"counts", agent, "GET", "/api/v1/conversations/counts", "", 200, `"mine":1`, ""},
		{"one conversation", agent, "GET", conv, "", 200, `"text_limit":1000`, ""},
		{"one conversation with its visit", agent, "GET", conv, "", 200, `"visit":{"identified":true,"language":"pl","consent_version":"3","pages":[{"url":"https://fala.example/oferta","title":"Oferta"}]}`, ""},
		{"another agent's conversation is not there", other, "GET", conv, "", 404, `"not_found"`, ""},
		{"another tenant's conversation is not there", foreign, "GET", conv, "", 404, `"not_found"`, ""},
		{"entries", agent, "GET", conv + "/entries", "", 200, `"more":false`, ""},
		{"another agent's entries are not there", other, "GET", conv + "/entries", "", 404, `"not_found"`, ""},
		{"a reply", agent, "POST", conv + "/replies", `{"text":"Witam","client_id":"c1","based_on_seq":1}`, 201, `"state":"sent"`, "entry.added"},
		{"the same reply again", agent, "POST", conv + "/replies", `{"text":"Witam","client_id":"c1","based_on_seq":1}`, 201, `"seq":2`, ""},
		{"a stale reply", agent, "POST", conv + "/replies", `{"text":"Witam","client_id":"c2","based_on_seq":0}`, 409, `"reply.stale"`, ""},
		{"a reply without a name", agent, "POST", conv + "/replies", `{"text":"x","based_on_seq":1}`, 422, `"client_id"`, ""},
		{"a reply of nothing", agent, "POST", conv + "/replies", `{"client_id":"c3","based_on_seq":1}`, 422, `"text"`, ""},
		{"a reply by another agent", other, "POST", conv + "/replies", `{"text":"x","client_id":"c4","based_on_seq":1}`, 404, `"not_found"`, ""},
		{"a note that mentions", agent, "POST", conv + "/notes", `{"text":"@Marta?","mentions":["31"],"client_id":"n1"}`, 201, `"mentions":["31"]`, "entry.added user.mentioned"},
		{"who is mentioned is told", supervisor, "GET", "/api/v1/me/notifications", "", 200, `"by":{"id":"30","name":"Ola Nowicka"}`, ""},
		{"a read mark", agent, "PUT", conv + "/read", `{"seq":3}`, 204, "", "read.moved"},
		{"a read mark that moves nothing", agent, "PUT", conv + "/read", `{"seq":2}`, 204, "", ""},
		{"unread from an entry on", agent, "POST", conv + "/unread", `{"seq":2}`, 204, "", "read.moved"},
		{"unread from the customer's message on", agent, "POST", conv + "/unread", `{}`, 204, "", "read.moved"},
		{"unread from nothing on", agent, "POST", conv + "/unread", `{"seq":0}`, 422, `"path":"seq"`, ""},
		{"another agent's stays read", other, "POST", conv + "/unread", `{}`, 404, `"not_found"`, ""},
		{"a key reads nothing", machine, "PUT", conv + "/read", `{"seq":1}`, 403, `"actor.person_needed"`, ""},
		{"a key types nothing", machine, "PUT", conv + "/draft", `{"mode":"reply","text":"x","rev":1}`, 403, `"actor.person_needed"`, ""},
		{"a colleague answers", supervisor, "POST", conv + "/replies", `{"text":"Już","client_id":"s1","based_on_seq":3}`, 201, `"seq":4`, "entry.added"},
		{"an answer by who has not seen that", agent, "POST", conv + "/replies", `{"text":"x","client_id":"c9","based_on_seq":3}`, 409, `"reply.answered"`, ""},
		{"a draft", agent, "PUT", conv + "/draft", `{"mode":"reply","text":"Może","rev":2}`, 200, `"rev":2`, ""},
		{"an older draft", agent, "PUT", conv + "/draft", `{"mode":"reply","text":"Mo","rev":1}`, 409, `"draft.newer"`, ""},
		{"drafts", agent, "GET", conv + "/draft", "", 200, `"text":"Może"`, ""},
		{"a dropped draft", agent, "DELETE", conv + "/draft?mode=reply", "", 204, "", ""},
		{"tags", agent, "PUT", conv + "/tags", `{"tags":["Pilne","pilne"]}`, 200, `{"tags":["pilne"]}`, "conversation.changed"},
		{"a subject", agent, "PATCH", conv, `{"subject":"Awaria"}`, 204, "", "conversation.changed"},
		{"customers by name", agent, "GET", "/api/v1/customers?q=wil", "", 200, `"name":"Zofia Wilk"`, ""},
		{"one customer with conversations", agent, "GET", cust, "", 200, `"subject":"Awaria"`, ""},
		{"another tenant's customer is not there", foreign, "GET", cust, "", 404, `"not_found"`, ""},
		{"all conversations of a customer", agent, "GET", cust + "/conversations", "", 200, `"subject":"Awaria"`, ""},
		{"another agent's list shows nothing", other, "GET", cust + "/conversations", "", 200, `{"items":[]}`, ""},
		{"a customer renamed", agent, "PATCH", cust, `{"name":"Zofia Nowak","rev":1}`, 200, `"rev":2`, "customer.changed"},
		{"a customer who was renamed meanwhile", agent, "PATCH", cust, `{"name":"X","rev":1}`, 409, `"customer.changed"`, ""},
		{"the list follows the name", agent, "GET", "/api/v1/conversations", "", 200, `"name":"Zofia Nowak"`, ""},
		{"a canned reply", supervisor, "POST", "/api/v1/canned", `{"brand_id":"10","shortcut":"hej","title":"Hej","texts":{"pl":"Dzień dobry, {{customer.name}}"}}`, 201, `"shortcut":"hej"`, "configuration.changed"},
		{"a canned reply by an agent", agent, "POST", "/api/v1/canned", `{"brand_id":"10","shortcut":"ho","title":"Ho","texts":{"pl":"x"}}`, 403, `"forbidden"`, ""},
		{"canned replies", agent, "GET", "/api/v1/canned?q=hej&language=pl", "", 200, `"text":"Dzień dobry`, ""},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		for _, c := range cases {
			w := b.call(c.who, c.method, c.path, c.body)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("%s: %d %s, want %d with %s", c.name, w.Code, w.Body, c.status, c.want)
			}
			if got := b.newFacts(); got != c.facts {
				t.Errorf("%s: facts %q, want %q", c.name, got, c.facts)
			}
		}
	})
}

func TestOneActOnManyConversations(t *testing.T) {
	t.Parallel()
	agent, other := person(ola, actor.Agent), person(99, actor.Agent)
	reader := person(marta, actor.Manager)
	const done, gone = `{"id":"CONV","done":true}`, `{"id":"999","done":false,"code":"not_found"}`
	cases := []struct {
		name   string
		who    actor.Actor
		body   string
		status int
		want   string // part of the answer
		facts  string
	}{
		{"read", agent, `{"ids":["CONV","999"],"act":"read"}`, 200, `{"items":[` + done + `,` + gone + `]}`, "read.moved"},
		{"read again, and named twice", agent, `{"ids":["CONV","CONV"],"act":"read"}`, 200, `{"items":[` + done + `]}`, ""},
		{"unread", agent, `{"ids":["CONV"],"act":"unread"}`, 200, done, "read.moved"},
		{"tags", agent, `{"ids":["CONV"],"act":"tag","tags":["Pilne"]}`, 200, done, "conversation.changed"},
		{"more tags", agent, `{"ids":["CONV"],"act":"tag","tags":["awaria","pilne"]}`, 200, done, "conversation.changed"},
		{"tags that are there", agent, `{"ids":["CONV"],"act":"tag","tags":["awaria"]}`, 200, done, ""},
		{"tags by who may only read", reader, `{"ids":["CONV"],"act":"tag","tags":["x"]}`, 200, `"code":"forbidden"`, ""},
		{"what was moved on", agent, `{"ids":["CONV"],"act":"snooze"}`, 200, `"code":"interaction.moved_on"`, ""},
		{"taken up again", agent, `{"ids":["CONV","999"],"act":"resume"}`, 200, `{"items":[` + done + `,` + gone + `]}`, ""},
		{"handed on", agent, `{"ids":["CONV"],"act":"transfer","queue_id":"7","note":"x"}`, 200, done, ""},
		{"handed to a queue of another brand", agent, `{"ids":["CONV"],"act":"transfer","queue_id":"404"}`, 200, `"code":"queue.other_brand","field":"queue_id"`, ""},
		{"handed to an agent, with why it was not", agent, `{"ids":["CONV"],"act":"transfer","agent_id":"9","note":"parked"}`, 200, `"code":"interaction.moved_on","values":{"state":"parked"}`, ""},
		{"handed on by who may only read", reader, `{"ids":["CONV"],"act":"transfer","queue_id":"7"}`, 403, `"forbidden"`, ""},
		{"resolved without what the queue asks for", agent, `{"ids":["CONV"],"act":"resolve"}`, 200, `"code":"required","field":"disposition_id"`, ""},
		{"resolved with a note", agent, `{"ids":["CONV"],"act":"resolve","disposition_id":"5","note":"taken away"}`, 200, `"code":"interaction.not_yours"`, ""},
		{"a note too long", agent, `{"ids":["CONV"],"act":"resolve","note":"` + strings.Repeat("x", 2001) + `"}`, 422, `"note"`, ""},
		{"resolved", agent, `{"ids":["CONV"],"act":"resolve","disposition_id":"5"}`, 200, done, ""},
		{"resolved by who may only read", reader, `{"ids":["CONV"],"act":"resolve","disposition_id":"5"}`, 403, `"forbidden"`, ""},
		{"another agent's", other, `{"ids":["CONV"],"act":"read"}`, 404, `"not_found"`, ""},
		{"an unknown act", agent, `{"ids":["CONV"],"act":"delete"}`, 422, `"act"`, ""},
		{"none", agent, `{"ids":[],"act":"read"}`, 422, `"ids"`, ""},
		{"too many", agent, `{"ids":[` + strings.Repeat(`"1",`, 100) + `"1"],"act":"read"}`, 422, `"ids"`, ""},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		fill := strings.NewReplacer("CONV", b.conv.String())
		for _, c := range cases {
			w := b.call(c.who, "POST", "/api/v1/conversations/bulk", fill.Replace(c.body))
			if w.Code != c.status || !strings.Contains(w.Body.String(), fill.Replace(c.want)) {
				t.Errorf("%s: %d %s, want %d with %s", c.name, w.Code, w.Body, c.status, c.want)
			}
			if got := b.newFacts(); got != c.facts {
				t.Errorf("%s: facts %q, want %q", c.name, got, c.facts)
			}
		}
		if w := b.call(agent, "GET", "/api/v1/conversations/CONV", ""); !strings.Contains(w.Body.String(), `"tags":["awaria","pilne"]`) {
			t.Errorf("%s", w.Body)
		}
	})
}

func TestACannedReplyIsFilledForAConversation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		var made struct{ ID string }
		w := b.call(person(marta, actor.Supervisor), "POST", "/api/v1/canned", `{"brand_id":"10","shortcut":"a","title":"A","texts":{"pl":"{{customer.name}}, {{agent.name}}, {{brand.name}}, {{conversation.subject}}"}}`)
		if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
			t.Fatal(err)
		}
		w = b.call(person(ola, actor.Agent), "GET", "/api/v1/canned/"+made.ID+"/render?conversation=CONV", "")
		if want := `{"text":"Zofia Wilk, Ola Nowicka, Fala Net, {{conversation.subject}}","language":"pl","unknown":["conversation.subject"]}`; strings.TrimSpace(w.Body.String()) != want {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w = b.call(person(99, actor.Agent), "GET", "/api/v1/canned/"+made.ID+"/render?conversation=CONV", ""); w.Code != 404 {
			t.Errorf("for another's conversation: %d %s", w.Code, w.Body)
		}
	})
}

func TestFilesAreHandedOutToThoseWhoMayReadTheirConversation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
			t.Fatal(err)
		}
		agent, other := person(ola, actor.Agent), person(99, actor.Agent)
		w := b.call(agent, "POST", "/api/v1/attachments", picture.String(), "Content-Type", "application/octet-stream", "X-Filename", "k%C3%A9p.png")
		var file struct {
			ID         string
			Name       string
			URL        string
			PreviewURL string `json:"preview_url"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &file); err != nil || w.Code != 201 || file.Name != "kép.png" || file.PreviewURL == "" {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		statuses := func(want ...int) {
			t.Helper()
			got := []int{b.call(agent, "GET", file.URL, "").Code, b.call(agent, "GET", file.PreviewURL, "").Code, b.call(other, "GET", file.URL, "").Code}
			if !slices.Equal(got, want) {
				t.Errorf("owner, preview, another get %v, want %v", got, want)
			}
		}
		statuses(200, 200, 404)
		w = b.call(agent, "POST", "/api/v1/conversations/CONV/replies", fmt.Sprintf(`{"attachment_ids":[%q],"client_id":"c1","based_on_seq":1}`, file.ID))
		if w.Code != 201 || !strings.Contains(w.Body.String(), file.PreviewURL) {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		statuses(200, 200, 404)
		w = b.call(agent, "GET", file.URL, "")
		if h := w.Header(); h.Get("Content-Type") != "image/png" || h.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || !bytes.Equal(w.Body.Bytes(), picture.Bytes()) {
			t.Errorf("headers %v", h)
		}
		for name, data := range map[string]string{"a.txt": strings.Repeat("a", media.MaxSize+2), "b.html": "<html>", "c.txt": ""} {
			w := b.call(agent, "POST", "/api/v1/attachments", data, "Content-Type", "application/octet-stream", "X-Filename", name)
			if w.Code < 400 || w.Code >= 500 {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
	})
}

func TestTheDocumentDescribesEmbeddedParts(t *testing.T) {
	t.Parallel()
	b := newBench(t, dbtest.SQLite(t))
	spec, err := b.api.Spec()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"contact_points"`, `"entry_point"`, `"waiting_since"`, `"about"`, `"preview_url"`} {
		if !bytes.Contains(spec, []byte(part)) {
			t.Errorf("the document does not know %s", part)
		}
	}
}

// Colleagues knows nobody.
func (outside) Colleagues(context.Context, id.Brand, string) ([]account.Colleague, error) {
	return nil, nil
}
