package public_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestWhoIsKnownIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openWith(t, d, func(s *webchat.Settings) {
			for i := range s.Prechat.Fields {
				s.Prechat.Fields[i].Required = true
			}
		})
		secret, err := c.points.RotateSecret(c.ctx, c.point.ID)
		c.must(err)
		signed, err := webchat.SignIdentity(webchat.Identity{Subject: "42", Name: "Réka Kovács", Email: "reka@example.hu", Expires: time.Now().Add(time.Hour)}, secret)
		c.must(err)
		who := c.visit(webchat.VisitorRequest{Identity: signed})
		if got := strings.Join(who.Visitor.Signed, " "); got != "name email" || who.Visitor.Consent != "" {
			t.Errorf("signed %q consent %q", got, who.Visitor.Consent)
		}
		tab, _ := c.enter(webchat.Hello{Token: who.Token})
		tab.send(&webchat.Prechat{CID: "open-0001", Fields: map[string]string{"email": "other@example.hu"}, Consent: true, ConsentVersion: "3"})
		var o webchat.Opened
		tab.next("opened", &o)
		if data := string(c.entries(o.State.Conversation)[0].Data); !strings.Contains(data, "reka@example.hu") || !strings.Contains(data, "Réka Kovács") {
			t.Errorf("the agent finds %s", data)
		}
		if again := c.visit(webchat.VisitorRequest{Token: who.Token}); again.Visitor.Consent != "3" {
			t.Errorf("agreed to %q", again.Visitor.Consent)
		}
		later := c.leave(webchat.OfflineRequest{Key: c.point.Address, Token: who.Token, CID: "later-0001", Text: "Még valami.", Consent: true, ConsentVersion: "3"})
		if later.Conversation != o.State.Conversation {
			t.Errorf("left in %v, want the open one", later.Conversation)
		}
	})
}

func TestTokensEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		secret, err := c.points.RotateSecret(c.ctx, c.point.ID)
		c.must(err)
		status := func(token string) int { return c.ask("GET", "/w/entries", nil, bearer(token)...).status }
		token, tab := newcomer(c)
		other, _ := newcomer(c)
		tab.begin("open-0001")
		if status(token) != http.StatusOK {
			t.Fatal("the token opens nothing")
		}
		for range 2 { // the answer may get lost
			if a := c.ask("DELETE", "/w/visitors", nil, bearer(token)...); a.status != http.StatusNoContent {
				t.Fatalf("%d %s", a.status, a.body)
			}
		}
		if code := tab.ends(); code != webchat.CloseUnauthenticated {
			t.Errorf("the socket ends with %d", code)
		}
		if status(token) != http.StatusUnauthorized || status(other) != http.StatusNotFound {
			t.Errorf("the token %d, another's %d", status(token), status(other))
		}
		sign := func(secret string) string {
			signed, err := webchat.SignIdentity(webchat.Identity{Subject: "42", Name: "Réka", Expires: time.Now().Add(time.Hour)}, secret)
			c.must(err)
			return signed
		}
		known := c.visit(webchat.VisitorRequest{Identity: sign(secret)})
		secret, err = c.points.RotateSecret(c.ctx, c.point.ID)
		c.must(err)
		for learned := time.Now().Add(patience); status(known.Token) != http.StatusUnauthorized; { // the chat follows the facts
			if time.Now().After(learned) {
				t.Fatal("the secret was changed and what it opened stays open")
			}
		}
		if status(other) != http.StatusNotFound {
			t.Errorf("an anonymous visitor, whom no secret has opened: %d", status(other))
		}
		if again := c.visit(webchat.VisitorRequest{Token: known.Token, Identity: sign(secret)}); again.Visitor.ID != known.Visitor.ID || status(again.Token) != http.StatusNotFound {
			t.Errorf("signed anew: %+v", again)
		}
	})
}

func TestAnIdentifiedVisitorIsOneOverDevices(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		secret, err := c.points.RotateSecret(c.ctx, c.point.ID)
		c.must(err)
		sign := func(subject string) string {
			token, err := webchat.SignIdentity(webchat.Identity{Subject: subject, Name: "Réka Kovács", Email: "reka@example.hu", Expires: time.Now().Add(time.Hour)}, secret)
			c.must(err)
			return token
		}
		anonymous, tab := newcomer(c)
		key := tab.begin("open-0001").Conversation
		tab.say(key, "say-00001", "jó napot")
		phone := c.visit(webchat.VisitorRequest{Token: anonymous, Identity: sign("42")})
		laptop := c.visit(webchat.VisitorRequest{Identity: sign("42")})
		if !phone.Visitor.Known || phone.Visitor.ID != laptop.Visitor.ID || phone.Visitor.Name != laptop.Visitor.Name || phone.Token == laptop.Token || phone.Token == anonymous {
			t.Errorf("phone %+v laptop %+v", phone, laptop)
		}
		if len(laptop.Conversations) != 1 || laptop.Conversations[0].ID != key {
			t.Errorf("history %+v", laptop.Conversations)
		}
		card, err := c.customers.Get(c.ctx, c.row(key).CustomerID)
		c.must(err)
		if len(card.Points) != 1 || !card.Points[0].Verified || card.Customer.Email != "reka@example.hu" {
			t.Errorf("card %+v", card)
		}
		other := c.visit(webchat.VisitorRequest{Token: phone.Token, Identity: sign("43")})
		if other.Visitor.ID == phone.Visitor.ID || len(other.Conversations) != 0 {
			t.Errorf("another person got %+v", other)
		}
		if a := c.ask("GET", "/w/entries", nil, bearer(phone.Token)...); a.status != http.StatusUnauthorized {
			t.Errorf("the first person's token still works: %d", a.status)
		}
	})
}

func TestSigningInDoesNotEndAConversation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := open(t, d)
		secret, err := c.points.RotateSecret(c.ctx, c.point.ID)
		c.must(err)
		signed, err := webchat.SignIdentity(webchat.Identity{Subject: "42", Name: "Réka", Expires: time.Now().Add(time.Hour)}, secret)
		c.must(err)
		phone := c.visit(webchat.VisitorRequest{Identity: signed}) // known from another device
		token, tab := newcomer(c)
		key := tab.begin("open-0001").Conversation
		tab.say(key, "say-00001", "jó napot")
		during := c.visit(webchat.VisitorRequest{Token: token, Identity: signed})
		if !during.Later || during.Token != token || during.Visitor.Known || len(during.Conversations) != 1 {
			t.Errorf("while talking: %+v", during)
		}
		tab.say(key, "say-00002", "még itt vagyok")
		tab.send(&webchat.End{CID: "end-00001", Conversation: key})
		tab.next("done", &webchat.Done{})
		after := c.visit(webchat.VisitorRequest{Token: token, Identity: signed})
		if after.Later || after.Visitor.ID != phone.Visitor.ID || len(after.Conversations) != 0 {
			t.Errorf("after that: %+v", after)
		}
	})
}
