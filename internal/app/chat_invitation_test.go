package app

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestAMailGoesOnByChat(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := openGoingOn(t, d)
		t.Run("the customer of the mail chats in the same case with who invited them", func(t *testing.T) { g.t = t; g.invited() })
		t.Run("what has ended opens nothing", func(t *testing.T) { g.t = t; g.ended() })
		t.Run("it opens at its own widget alone", func(t *testing.T) { g.t = t; g.foreign() })
		t.Run("another browser comes back to the same chat, until it is over", func(t *testing.T) { g.t = t; g.handedOn() })
		t.Run("an old cookie is nobody", func(t *testing.T) { g.t = t; g.cookies() })
		t.Run("who is signed in as another stays apart, and is suggested", func(t *testing.T) { g.t = t; g.signedIn() })
		t.Run("who could not send it cannot make it", func(t *testing.T) { g.t = t; g.uninvited() })
		t.Run("the erasure of the customer ends it", func(t *testing.T) { g.t = t; g.forgotten() })
		t.Run("its page says whose it is and nothing else", func(t *testing.T) { g.t = t; g.doorway() })
		t.Run("nobody guesses for long", func(t *testing.T) { g.t = t; g.guessed() })
	})
}

// opening is a mail whose customer is invited to a chat.
type opening struct {
	mail     mailThread
	customer string
	matter   string
	id, link string
	token    string
}

// told is what these tests ask of a conversation.
type told struct {
	Channel       string `json:"channel"`
	InteractionID string `json:"interaction_id"`
	Customer      struct {
		ID string `json:"id"`
	} `json:"customer"`
}

func (g *goingOn) told(conversation string) (c told) {
	g.t.Helper()
	g.get("/conversations/"+conversation, &c)
	return c
}

// rests ends all that the agent works on, for they can take only so much.
func (g *goingOn) rests() {
	g.t.Helper()
	all, err := db.Many[id.Interaction](g.t.Context(), g.app.db, `SELECT id FROM interaction WHERE state = 'active'`)
	g.must(err)
	for _, key := range all {
		g.agent.make("POST", "/api/v1/interactions/"+key.String()+"/end", nil, "")
		g.agent.make("POST", "/api/v1/interactions/"+key.String()+"/finish", fields{}, "")
	}
}

// invites lets a customer write a mail, which the agent takes, and invites them to a chat.
func (g *goingOn) invites(n int) opening {
	g.t.Helper()
	g.rests()
	o := opening{mail: g.begin(n)}
	o.customer = g.told(o.mail.ID).Customer.ID
	o.matter = g.agent.make("POST", "/api/v1/cases", fields{"conversation_id": o.mail.ID, "subject": "Rachunek", "priority": "normal"}, "id")
	g.again(&o)
	return o
}

// again makes another invitation from the same mail.
func (g *goingOn) again(o *opening) {
	g.t.Helper()
	got := g.agent.call("POST", "/api/v1/conversations/"+o.mail.ID+"/chat-invitations", fields{"case_id": o.matter, "widget_id": g.point})
	if got.status/100 != 2 {
		g.t.Fatalf("no invitation: %d %s", got.status, got.body)
	}
	o.id, o.link = field(g.t, got.body, "id"), field(g.t, got.body, "link")
	address, token, _ := strings.Cut(o.link, "#")
	if o.token = token; !strings.HasPrefix(address, "/c/"+g.key) || len(token) < 40 || strings.Contains(address, token) {
		g.t.Fatalf("the link is %q", o.link)
	}
}

// shows lets a browser show an invitation, and what else it has.
func (g *goingOn) shows(o opening, more fields) answer {
	g.t.Helper()
	body := fields{"key": g.key, "invitation": o.token, "language": "pl"}
	maps.Copy(body, more)
	return g.nobody().call("POST", "/w/visitors", body)
}

// comesBy lets a browser come by an invitation.
func (g *goingOn) comesBy(o opening, more fields) (*guest, string) {
	g.t.Helper()
	got := g.shows(o, more)
	if got.status != http.StatusCreated {
		g.t.Fatalf("no visitor: %d %s", got.status, got.body)
	}
	return g.sits(field(g.t, got.body, "token")), field(g.t, got.body, "visitor.id")
}

// sits opens the line of a visitor.
func (g *goingOn) sits(token string) *guest {
	g.t.Helper()
	v := &guest{g.connect("/w/ws", http.Header{"Origin": {"https://fala.example"}}), g.house, token}
	v.send("hello", fields{"token": token, "seq": 0})
	v.until("welcome")
	return v
}

// talks lets a visitor begin the chat and say something.
func (g *goingOn) talks(v *guest, text string) string {
	g.t.Helper()
	v.send("prechat", fields{"cid": "open-the-talk", "consent": true, "language": "pl"})
	conversation := field(g.t, string(v.until("opened").Data), "state.conversation")
	v.send("say", fields{"cid": "first-words", "conversation": conversation, "text": text})
	v.until("said")
	return conversation
}

// refuses expects that an invitation opens nothing, and why.
func (g *goingOn) refuses(o opening, status int, code string) {
	g.t.Helper()
	if got := g.shows(o, nil); got.status != status || field(g.t, got.body, "code") != code {
		g.t.Errorf("want %d %s: %d %s", status, code, got.status, got.body)
	}
}

// state is what the desk says of an invitation.
func (g *goingOn) state(o opening) string {
	g.t.Helper()
	var all struct {
		Items []struct{ ID, State string }
	}
	g.get("/conversations/"+o.mail.ID+"/chat-invitations", &all)
	for _, i := range all.Items {
		if i.ID == o.id {
			return i.State
		}
	}
	return ""
}

func (g *goingOn) cases(conversation string) (keys []string) {
	g.t.Helper()
	var all struct{ Items []struct{ ID string } }
	g.get("/conversations/"+conversation+"/cases", &all)
	for _, c := range all.Items {
		keys = append(keys, c.ID)
	}
	return keys
}

// points returns to where a conversation says that it goes on, or comes from.
func (g *goingOn) points(conversation, code string) (all []string) {
	g.t.Helper()
	for _, e := range g.entries(conversation) {
		if e.Code == code {
			all = append(all, field(g.t, string(e.Data), "conversation_id"))
		}
	}
	return all
}

// turn sets a column of an invitation.
func (g *goingOn) turn(o opening, what string) {
	g.t.Helper()
	g.must(g.app.db.Update(g.t.Context(), func(tx *db.Tx) error {
		_, err := db.Exec(g.t.Context(), tx, `UPDATE webchat_invitation SET `+what+` WHERE id = `+o.id)
		return err
	}))
}

func (g *goingOn) invited() {
	o := g.invites(1)
	if got := g.state(o); got != "open" {
		g.t.Errorf("it is %q", got)
	}
	v, _ := g.comesBy(o, nil)
	chat := g.talks(v, "Dzień dobry, to znowu ja.")
	c := g.told(chat)
	if c.Customer.ID != o.customer || c.Channel != "webchat" {
		g.t.Errorf("the chat is of %s by %s, the mail of %s", c.Customer.ID, c.Channel, o.customer)
	}
	if got := g.cases(chat); !slices.Equal(got, []string{o.matter}) {
		g.t.Errorf("the chat belongs to %v", got)
	}
	if to, from := g.points(o.mail.ID, "goes_on_chat"), g.points(chat, "came_from"); !slices.Equal(to, []string{chat}) || !slices.Equal(from, []string{o.mail.ID}) {
		g.t.Errorf("the mail goes on in %v, the chat comes from %v", to, from)
	}
	preferred, err := db.One[string](g.t.Context(), g.app.db, `SELECT CAST(preferred_id AS TEXT) FROM interaction WHERE id = `+c.InteractionID)
	if err != nil || preferred != g.agent.user.String() {
		g.t.Errorf("preferred is %s, %v", preferred, err)
	}
	evidence, err := db.Many[string](g.t.Context(), g.app.db, `SELECT c.evidence FROM claim c JOIN contact_point p ON p.id = c.contact_point_id WHERE p.provider = 'webchat' AND c.customer_id = `+o.customer)
	if err != nil || !slices.Equal(evidence, []string{"invitation"}) {
		g.t.Errorf("the evidence is %v, %v", evidence, err)
	}
	g.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/pull", nil, "")
	g.agent.make("POST", "/api/v1/conversations/"+chat+"/replies", fields{"text": "Już sprawdzam.", "client_id": "answer", "based_on_seq": 0, "force": true}, "")
	until(g.t, "the visitor hears the agent", func() bool {
		return strings.Contains(v.bearer("GET", "/w/entries?after=0&conversation="+chat).body, "Już sprawdzam.")
	})
	if page := v.bearer("GET", "/w/entries?after=0&conversation="+chat).body; strings.Contains(page, "came_from") || strings.Contains(page, o.mail.ID) {
		g.t.Errorf("the visitor is told of the mail: %s", page)
	}
	if got := g.state(o); got != "begun" {
		g.t.Errorf("it is %q", got)
	}
}

func (g *goingOn) ended() {
	o := g.invites(2)
	g.turn(o, "expires_at = 1")
	g.refuses(o, http.StatusConflict, webchat.CodeInvitationExpired)
	g.again(&o)
	path := "/api/v1/conversations/" + o.mail.ID + "/chat-invitations/" + o.id
	for range 2 { // done again, it is done
		g.agent.make("DELETE", path, nil, "")
	}
	g.refuses(o, http.StatusConflict, webchat.CodeInvitationWithdrawn)
	if got := g.state(o); got != "withdrawn" {
		g.t.Errorf("it is %q", got)
	}
	codes := 0
	for _, e := range g.entries(o.mail.ID) {
		if e.Code == "chat_invitation_withdrawn" {
			codes++
		}
	}
	if codes != 1 {
		g.t.Errorf("it is told %d times", codes)
	}
	g.again(&o)
	v, _ := g.comesBy(o, nil)
	g.turn(o, "withdrawn_at = 1") // between opening the page and writing
	if chat := g.talks(v, "Halo?"); g.told(chat).Customer.ID == o.customer || len(g.cases(chat)) != 0 {
		g.t.Error("a withdrawn invitation makes somebody the customer")
	}
}

func (g *goingOn) foreign() {
	o := g.invites(3)
	brand := g.chief.make("POST", "/api/v1/brands", fields{"name": "Inna", "color": "#0b7285", "languages": []string{"pl"}, "time_zone": "Europe/Warsaw"}, "id")
	queue := g.chief.make("POST", "/api/v1/queues", fields{"brand_id": brand, "name": "Inna"}, "id")
	other := g.chief.call("POST", "/api/v1/entry-points", fields{"brand_id": brand, "channel": "webchat", "name": "Inna", "queue_id": queue, "config": fields{}})
	if got := g.shows(o, fields{"key": field(g.t, other.body, "address")}); got.status != http.StatusNotFound || field(g.t, got.body, "code") != webchat.CodeInvitationUnknown {
		g.t.Errorf("at another brand: %d %s", got.status, got.body)
	}
	wrong := g.agent.call("POST", "/api/v1/conversations/"+o.mail.ID+"/chat-invitations", fields{"case_id": o.matter, "widget_id": field(g.t, other.body, "id")})
	if wrong.status != http.StatusUnprocessableEntity {
		g.t.Errorf("to another brand: %d %s", wrong.status, wrong.body)
	}
	g.turn(o, "tenant_id = tenant_id + 1")
	g.refuses(o, http.StatusNotFound, webchat.CodeInvitationUnknown)
}

func (g *goingOn) handedOn() {
	o := g.invites(4)
	first, visitor := g.comesBy(o, nil)
	chat := g.talks(first, "Z komputera")
	second, same := g.comesBy(o, nil)
	if page := second.bearer("GET", "/w/entries?after=0&conversation="+chat); same != visitor || !strings.Contains(page.body, "Z komputera") {
		g.t.Errorf("%s and %s: %d %s", visitor, same, page.status, page.body)
	}
	c := g.told(chat)
	g.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/pull", nil, "")
	g.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/end", nil, "")
	g.agent.make("POST", "/api/v1/interactions/"+c.InteractionID+"/finish", fields{}, "")
	g.refuses(o, http.StatusConflict, webchat.CodeInvitationUsed)
	if got := g.state(o); got != "used" {
		g.t.Errorf("it is %q", got)
	}
	second.send("prechat", fields{"cid": "open-again", "consent": true, "language": "pl"})
	next := field(g.t, string(second.until("opened").Data), "state.conversation")
	if next == chat || len(g.points(next, "came_from")) != 0 {
		g.t.Errorf("the next chat is %s after %s", next, chat)
	}
	if got := first.bearer("GET", "/w/entries?after=0"); got.status != http.StatusUnauthorized {
		g.t.Errorf("whoever had the link reads what is said next: %d %s", got.status, got.body)
	}
}

func (g *goingOn) cookies() {
	old := g.chats("ktos@posta.example")
	o := g.invites(5)
	v, _ := g.comesBy(o, fields{"token": old.guest.token})
	chat := g.talks(v, "Z tej samej przeglądarki")
	if c := g.told(chat); c.Customer.ID != o.customer || c.Customer.ID == g.told(old.ID).Customer.ID {
		g.t.Errorf("the chat is of %s", c.Customer.ID)
	}
	if n := g.suggested(o.customer); len(n) != 0 {
		g.t.Errorf("a cookie suggests %v", n)
	}
}

// suggested returns who may be the same as a customer, with the reasons.
func (g *goingOn) suggested(customer string) map[string][]string {
	g.t.Helper()
	var all struct {
		Items []struct {
			Customer struct{ ID string }
			Reasons  []string
		}
	}
	g.get("/customers/"+customer+"/suggestions", &all)
	out := map[string][]string{}
	for _, s := range all.Items {
		out[s.Customer.ID] = s.Reasons
	}
	return out
}

func (g *goingOn) signedIn() {
	secret := g.chief.make("POST", "/api/v1/entry-points/"+g.point+"/secret", nil, "secret")
	signed, err := webchat.SignIdentity(webchat.Identity{Subject: "42", Name: "Réka Kovács", Expires: time.Now().Add(time.Hour)}, secret)
	g.must(err)
	o := g.invites(6)
	v, visitor := g.comesBy(o, fields{"identity": signed})
	chat := g.talks(v, "Ktoś mi to przesłał")
	c := g.told(chat)
	if c.Customer.ID == o.customer {
		g.t.Error("who is signed in as somebody becomes the customer who was invited")
	}
	if got := g.cases(chat); !slices.Equal(got, []string{o.matter}) {
		g.t.Errorf("the chat belongs to %v", got)
	}
	for one, other := range map[string]string{o.customer: c.Customer.ID, c.Customer.ID: o.customer} {
		if got := g.suggested(one); !slices.Contains(got[other], "opened_invitation") {
			g.t.Errorf("%s may be %v", one, got)
		}
	}
	g.refuses(o, http.StatusConflict, webchat.CodeInvitationUsed) // the chat is theirs who is signed in, whoever has the link
	if _, same := g.comesBy(o, fields{"token": v.token}); same != visitor {
		g.t.Errorf("they come back as %s", same)
	}
}

func (g *goingOn) uninvited() {
	o := g.invites(7)
	path := "/api/v1/conversations/" + o.mail.ID + "/chat-invitations"
	if got := g.agent.call("POST", path, fields{"case_id": "999", "widget_id": g.point}); got.status != http.StatusUnprocessableEntity {
		g.t.Errorf("without a case: %d %s", got.status, got.body)
	}
	for range 19 {
		g.again(&o)
	}
	if got := g.agent.call("POST", path, fields{"case_id": o.matter}); field(g.t, got.body, "code") != "chat_invitation.too_many" {
		g.t.Errorf("a twenty-first: %d %s", got.status, got.body)
	}
	c := g.chats("jan@posta.example")
	matter := g.agent.make("POST", "/api/v1/cases", fields{"conversation_id": c.ID, "subject": "Czat", "priority": "normal"}, "id")
	if got := g.agent.call("POST", "/api/v1/conversations/"+c.ID+"/chat-invitations", fields{"case_id": matter}); field(g.t, got.body, "code") != "chat_invitation.chat" {
		g.t.Errorf("from a chat: %d %s", got.status, got.body)
	}
	g.agent.make("POST", "/api/v1/interactions/"+o.mail.InteractionID+"/end", nil, "")
	g.agent.make("POST", "/api/v1/interactions/"+o.mail.InteractionID+"/finish", fields{}, "")
	if got := g.agent.call("POST", path, fields{"case_id": o.matter}); field(g.t, got.body, "code") != "reply.closed" {
		g.t.Errorf("once it is closed: %d %s", got.status, got.body)
	}
}

func (g *goingOn) forgotten() {
	o := g.invites(8)
	g.closeMatter(o.matter)
	g.rests()
	erasure := g.chief.make("POST", "/api/v1/customers/"+o.customer+"/erasures", fields{"reference": "RODO 1"}, "id")
	until(g.t, "the customer is erased", func() bool {
		return field(g.t, g.chief.call("GET", "/api/v1/erasures/"+erasure, nil).body, "state") == "done"
	})
	g.refuses(o, http.StatusNotFound, webchat.CodeInvitationUnknown)
}

// closeMatter settles a case: what is open is not erased.
func (g *goingOn) closeMatter(key string) {
	g.t.Helper()
	var statuses struct {
		Items []struct{ ID, Category string }
	}
	g.get("/case-statuses", &statuses)
	for _, s := range statuses.Items {
		if s.Category == "done" {
			g.chief.make("PATCH", "/api/v1/cases/"+key, fields{"status_id": s.ID}, "")
			return
		}
	}
	g.t.Fatal("there is no status for what is done")
}

func (g *goingOn) doorway() {
	o := g.invites(9)
	at, err := url.Parse(o.link)
	g.must(err)
	got := g.page(at.RequestURI())
	body := got.Body.String()
	for _, part := range []string{"Fala", `data-key="` + g.key + `"`, `<html lang="pl"`, "mailto:" + boxAddress, `name="robots" content="noindex`} {
		if !strings.Contains(body, part) {
			g.t.Errorf("no %q in\n%s", part, body)
		}
	}
	h := got.Header()
	if strings.Contains(body, o.token) || strings.Contains(body, "zofia9") || got.Code != http.StatusOK {
		g.t.Errorf("%d %s", got.Code, body)
	}
	if h.Get("Referrer-Policy") != "no-referrer" || !strings.HasPrefix(h.Get("X-Robots-Tag"), "noindex") || !strings.Contains(h.Get("Content-Security-Policy"), "script-src 'self'") {
		g.t.Errorf("%v", h)
	}
	if none := g.page("/c/NOBODYS"); none.Code != http.StatusNotFound || !strings.Contains(none.Body.String(), "<h1>") || strings.Contains(none.Body.String(), "<script") {
		g.t.Errorf("where there is no chat: %d %s", none.Code, none.Body)
	}
	for name, kind := range map[string]string{"invitation.js": "text/javascript", "invitation.css": "text/css"} {
		if file := g.page("/c/files/" + name); file.Code != http.StatusOK || !strings.HasPrefix(file.Header().Get("Content-Type"), kind) {
			g.t.Errorf("%s: %d %v", name, file.Code, file.Header())
		}
	}
	if source := g.page("/c/files/invitation.html"); source.Code != http.StatusNotFound {
		g.t.Errorf("the template is handed out: %d", source.Code)
	}
}

// page fetches a page as a browser does.
func (g *goingOn) page(at string) *httptest.ResponseRecorder {
	g.t.Helper()
	w := httptest.NewRecorder()
	g.handler.ServeHTTP(w, httptest.NewRequestWithContext(g.t.Context(), http.MethodGet, at, nil))
	return w
}

func (g *goingOn) guessed() {
	o := g.invites(10)
	show := func(invitation, from string) *httptest.ResponseRecorder {
		body, err := json.Marshal(fields{"key": g.key, "invitation": invitation})
		g.must(err)
		r := httptest.NewRequestWithContext(g.t.Context(), http.MethodPost, "/w/visitors", bytes.NewReader(body))
		r.RemoteAddr = from + ":4000"
		w := httptest.NewRecorder()
		g.handler.ServeHTTP(w, r)
		return w
	}
	for range 30 { // who is right pays nothing
		if got := show(o.token, "192.0.2.1"); got.Code != http.StatusCreated {
			g.t.Fatalf("%d %s", got.Code, got.Body)
		}
	}
	limited := 0
	for range 25 {
		if got := show("i1.guess", "192.0.2.1"); got.Code == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited == 0 {
		g.t.Error("one may guess for ever")
	}
	if got := show(o.token, "192.0.2.1"); got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") == "" {
		g.t.Errorf("who guesses learns when they are right: %d %s", got.Code, got.Body)
	}
	if got := show(o.token, "192.0.2.2"); got.Code != http.StatusCreated {
		g.t.Errorf("somebody else is refused: %d %s", got.Code, got.Body)
	}
}
