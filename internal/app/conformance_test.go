package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/platform/config"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// Every channel goes through the same life of a thread, as far as it says that it can.
func TestChannelsLiveUpToTheirContract(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		server, ofX := withX(t)
		server.Limit("POST /2/dm_conversations/with", 500)
		c := openCentreWith(t, d, func(c *config.Config) {
			ofX(c)
			c.BaseURL = "https://desk.example" // Instagram fetches the files of our answers
		})
		c.lendFiles()
		t.Run("own, that can do everything", func(t *testing.T) {
			t.Parallel()
			theirs := c.theirSystem(t, everythingOwn())
			channeltest.Run(t, theirs, c.desk(theirs.key, theirs.find))
		})
		t.Run("own, in public", func(t *testing.T) {
			t.Parallel()
			square := c.square(t, publicOwn())
			channeltest.Run(t, square, c.desk(square.key, square.find))
		})
		t.Run("own, that can do nothing but text", func(t *testing.T) {
			t.Parallel()
			theirs := c.theirSystem(t, own.Settings{Can: own.Can{TextLimit: 500}})
			channeltest.Run(t, theirs, c.desk(theirs.key, theirs.find))
		})
		t.Run("of one app at Meta", func(t *testing.T) { // what its next answers are is set for all of it
			t.Parallel()
			t.Run("messages of a page", func(t *testing.T) {
				folk := c.connectPage(t, "1906385232743451")
				channeltest.Run(t, folk, c.desk(folk.key, folk.find))
			})
			t.Run("messages of an account at Instagram, by its page", func(t *testing.T) {
				folk := c.connectInstagram(t, "17841405822304914")
				channeltest.Run(t, folk, c.desk(folk.key, folk.find))
			})
			t.Run("messages of an account at Instagram, by itself", func(t *testing.T) {
				folk := c.connectOwnInstagram(t, "17841400008460056")
				channeltest.Run(t, folk, c.desk(folk.key, folk.find))
			})
			t.Run("comments at Instagram, by its page", func(t *testing.T) {
				gallery := c.connectInstagram(t, "17841405822304915").gallery(t)
				channeltest.Run(t, gallery, c.desk(gallery.point.ID, gallery.find))
			})
			t.Run("comments at Instagram, by itself", func(t *testing.T) {
				gallery := c.connectOwnInstagram(t, "17841400008460057").gallery(t)
				channeltest.Run(t, gallery, c.desk(gallery.point.ID, gallery.find))
			})
			t.Run("comments on a page", func(t *testing.T) {
				crowd := c.connectPage(t, "1906385232743452").crowd(t)
				channeltest.Run(t, crowd, c.desk(crowd.point.ID, crowd.find))
			})
			t.Run("messages of a number at WhatsApp", func(t *testing.T) {
				folk := c.connectWhatsApp(t, "106540352242922")
				channeltest.Run(t, folk, c.desk(folk.key, folk.find))
			})
		})
		t.Run("text messages over a centre", func(t *testing.T) {
			t.Parallel()
			people := c.connectCentre(t, nil)
			channeltest.Run(t, people, c.desk(people.key, people.find))
		})
		t.Run("text messages over a gateway", func(t *testing.T) {
			t.Parallel()
			people := c.connectGateway(t)
			channeltest.Run(t, people, c.desk(people.key, people.find))
		})
		t.Run("a bot that we ask for", func(t *testing.T) {
			t.Parallel()
			people := c.connectBot(t, 123456, "ask")
			channeltest.Run(t, people, c.desk(people.key, people.find))
		})
		t.Run("statuses to an account", func(t *testing.T) {
			t.Parallel()
			people := c.connectStatuses(t, "fala", channel.Mastodon)
			channeltest.Run(t, people, c.desk(people.point.ID, people.find))
		})
		t.Run("statuses to an account alone", func(t *testing.T) {
			t.Parallel()
			people := c.connectStatuses(t, "fala2", channel.MastodonPrivate)
			channeltest.Run(t, people, c.desk(people.point.ID, people.find))
		})
		t.Run("posts to an account at Bluesky", func(t *testing.T) {
			t.Parallel()
			people := c.connectSky(t, "fala.bsky.social", channel.Bluesky)
			channeltest.Run(t, people, c.desk(people.point.ID, people.find))
		})
		t.Run("messages to an account at Bluesky", func(t *testing.T) {
			t.Parallel()
			people := c.connectSky(t, "fala2.bsky.social", channel.BlueskyPrivate)
			channeltest.Run(t, people, c.desk(people.point.ID, people.find))
		})
		t.Run("of one server at X", func(t *testing.T) { // as above
			t.Parallel()
			t.Run("what everybody reads at X, by the stream", func(t *testing.T) {
				crowd := c.connectX(t, server, "1111111111111111001", "stream").crowd(t)
				channeltest.Run(t, crowd, c.desk(crowd.key, crowd.find))
			})
			t.Run("messages at X, as they are posted", func(t *testing.T) {
				people := &xWriters{c.connectX(t, server, "1111111111111111002", "posted")}
				channeltest.Run(t, people, c.desk(people.point(t, channel.XMessages).ID, people.find))
			})
		})
		t.Run("a forum that is followed by its feed", func(t *testing.T) {
			t.Parallel()
			forum := c.connectForum(t)
			channeltest.Run(t, forum, c.desk(forum.key, forum.find))
		})
		t.Run("email", func(t *testing.T) {
			t.Parallel()
			people := c.correspondents(t)
			channeltest.Run(t, people, c.desk(people.point, people.find).atOnce())
		})
		t.Run("webchat", func(t *testing.T) {
			t.Parallel()
			people := c.visitors(t)
			channeltest.Run(t, people, c.desk(people.point, people.find))
		})
	})
}

// everythingOwn are the settings of a private channel that can do all there is.
func everythingOwn() own.Settings {
	return own.Settings{WindowHours: 24, Can: own.Can{
		TextLimit: 2000, Files: 5, Rich: true, Replies: true, Reactions: true, Edits: true, Deletions: true, Echoes: true, Typing: true, Receipts: true,
		ReadMarks: true, OwnEdits: true, OwnDeletions: true, OwnReactions: true, OwnTyping: true, OwnReadMarks: true, Likes: true,
	}}
}

// publicOwn are the settings of a public channel that can do all there is.
func publicOwn() own.Settings {
	return own.Settings{WindowHours: 24, Can: own.Can{
		TextLimit: 2000, Files: 5, Rich: true, Public: true, Reactions: true, Edits: true, Deletions: true, Echoes: true, Receipts: true,
		OwnEdits: true, OwnDeletions: true, OwnReactions: true, Hides: true, Likes: true, Removes: true, Blocks: true, PrivateReply: true,
	}}
}

// callCentre is a house with a brand and a queue.
type callCentre struct {
	*house
	chief        *caller
	brand, queue string
}

// openCentre opens one, with further tenants that have nothing yet.
func openCentre(t *testing.T, d *db.DB, others ...string) *callCentre {
	t.Helper()
	return openCentreWith(t, d, func(*config.Config) {}, others...)
}

// openCentreWith is openCentre with a change of its configuration.
func openCentreWith(t *testing.T, d *db.DB, change func(*config.Config), others ...string) *callCentre {
	t.Helper()
	c := &callCentre{house: openHouseWith(t, d, change, append([]string{""}, others...)...)}
	c.chief = c.hire(c.tenants[0], "Grace", account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Administrator)}, AllBrands: true})
	c.brand = c.chief.make("POST", "/api/v1/brands", fields{"name": "Fala", "color": "#0b7285", "languages": []string{"pl"}, "time_zone": "Europe/Warsaw"}, "id")
	c.queue = c.chief.make("POST", "/api/v1/queues", fields{"brand_id": c.brand, "name": "Kanały", "pull_allowed": true}, "id")
	return c
}

// desk is our side of the channel of an entry point whose threads find knows.
func (c *callCentre) desk(point id.EntryPoint, find func(t *testing.T, thread string) id.Conversation) *testDesk {
	return &testDesk{callCentre: c, point: point, find: find, work: map[string]*caller{}}
}

// atOnce is the desk of somebody who does not wait for the time of undoing.
func (d *testDesk) atOnce() *testDesk {
	past := time.Now().Add(-time.Second)
	d.at = &past
	return d
}

// testDesk is the desk as channeltest asks for it.
type testDesk struct {
	*callCentre

	point id.EntryPoint
	find  func(t *testing.T, thread string) id.Conversation
	work  map[string]*caller // who works on a thread: each somebody else, for nobody has room for all
	at    *time.Time         // when answers go; nil: as the channel does
}

func (d *testDesk) Entries(t *testing.T, thread string) []channeltest.Seen {
	t.Helper()
	key := d.find(t, thread)
	if key == 0 {
		return nil
	}
	ctx := actor.With(t.Context(), actor.ForSystem(d.tenants[0].TenantID))
	found, _, err := d.app.services.conversations.Page(ctx, d.app.db, key, conversation.Window{Limit: conversation.MaxPage})
	if err != nil {
		t.Fatal(err)
	}
	seen := make([]channeltest.Seen, len(found))
	for i, e := range found {
		seen[i] = channeltest.Seen{
			ID: e.ID, External: e.ExternalID, Kind: string(e.Kind), Author: string(e.Author), Text: e.Body, Target: e.TargetID,
			Delivery: string(e.DeliveryState), Reason: e.DeliveryReason, Data: string(e.Data), FromSystem: e.Author == conversation.BySystem,
		}
	}
	return seen
}

func (d *testDesk) Take(t *testing.T, thread string) {
	t.Helper()
	agent := d.hire(d.tenants[0], "Ola "+thread, account.NewUser{Roles: []account.RoleKey{account.RoleKey(actor.Agent)}, AllBrands: true})
	d.chief.make("PUT", "/api/v1/agents/"+agent.user.String()+"/queues/"+d.queue, fields{"member": true, "enabled": true}, "")
	row := d.chief.call("GET", "/api/v1/conversations/"+d.find(t, thread).String(), nil)
	agent.make("POST", "/api/v1/interactions/"+field(t, row.body, "interaction_id")+"/pull", nil, "")
	d.work[thread] = agent
}

func (d *testDesk) Reply(t *testing.T, thread, text string) id.Entry {
	t.Helper()
	c := d.TryReply(t, thread, text)
	if c.Refused != "" {
		t.Fatalf("it is refused: %s", c.Refused)
	}
	return c.Entry
}

func (d *testDesk) ReplyWithFile(t *testing.T, thread, text string) id.Entry {
	t.Helper()
	up := d.work[thread].call("POST", "/api/v1/attachments", raw(picture()))
	body := fields{"text": text, "client_id": text, "based_on_seq": 0, "force": true, "attachment_ids": []string{field(t, up.body, "id")}}
	if d.at != nil {
		body["send_at"] = d.at
	}
	return d.done(t, thread, "/replies", body).Entry
}

func (d *testDesk) TryReply(t *testing.T, thread, text string) channeltest.Change {
	t.Helper()
	body := fields{"text": text, "client_id": id.New[id.Entry]().String(), "based_on_seq": 0, "force": true}
	if d.at != nil {
		body["send_at"] = d.at
	}
	return d.done(t, thread, "/replies", body)
}

func (d *testDesk) Edit(t *testing.T, thread string, answer id.Entry, text string) channeltest.Change {
	t.Helper()
	return d.change(t, thread, answer, "edit", fields{"text": text})
}

func (d *testDesk) TakeBack(t *testing.T, thread string, answer id.Entry) channeltest.Change {
	t.Helper()
	return d.change(t, thread, answer, "delete", nil)
}

func (d *testDesk) React(t *testing.T, thread string, message id.Entry, reaction string, off bool) channeltest.Change {
	t.Helper()
	return d.change(t, thread, message, "reaction", fields{"reaction": reaction, "off": off})
}

func (d *testDesk) Like(t *testing.T, thread string, message id.Entry, off bool) channeltest.Change {
	t.Helper()
	return d.change(t, thread, message, "like", fields{"off": off})
}

func (d *testDesk) Hide(t *testing.T, thread string, message id.Entry, off bool) channeltest.Change {
	t.Helper()
	return d.change(t, thread, message, "hide", fields{"off": off})
}

func (d *testDesk) Block(t *testing.T, thread string, message id.Entry, off bool) channeltest.Change {
	t.Helper()
	return d.change(t, thread, message, "block", fields{"off": off})
}

func (d *testDesk) Remove(t *testing.T, thread string, message id.Entry) channeltest.Change {
	t.Helper()
	return d.change(t, thread, message, "remove", nil)
}

func (d *testDesk) ReplyPrivately(t *testing.T, thread string, message id.Entry, text string) channeltest.Change {
	t.Helper()
	return d.change(t, thread, message, "private-reply", fields{"text": text, "client_id": id.New[id.Entry]().String()})
}

// change asks for a change of an entry as the desk does.
func (d *testDesk) change(t *testing.T, thread string, entry id.Entry, act string, body any) channeltest.Change {
	t.Helper()
	return d.done(t, thread, "/entries/"+entry.String()+"/"+act, body)
}

// done asks for something in a thread as the desk does, and returns what came of it.
func (d *testDesk) done(t *testing.T, thread, path string, body any) channeltest.Change {
	t.Helper()
	got := d.work[thread].call("POST", "/api/v1/conversations/"+d.find(t, thread).String()+path, body)
	if got.status == http.StatusConflict {
		return channeltest.Change{Refused: field(t, got.body, "code")}
	}
	key, err := id.Parse[id.Entry](field(t, got.body, "id"))
	if err != nil || got.status/100 != 2 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	return channeltest.Change{Entry: key}
}

// event is one of those that lie in quarantine.
type keptEvent struct {
	ID      string `json:"id"`
	EventID string `json:"event_id"`
	Reason  string `json:"reason"`
	Detail  string `json:"detail"`
	State   string `json:"state"`
}

func (d *testDesk) refused(t *testing.T) []keptEvent {
	t.Helper()
	var page struct{ Items []keptEvent }
	got := d.chief.call("GET", "/api/v1/entry-points/"+d.point.String()+"/events?state=refused&limit=100", nil)
	if err := json.Unmarshal([]byte(got.body), &page); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	return page.Items
}

func (d *testDesk) Refused(t *testing.T) map[string]string {
	t.Helper()
	kept := map[string]string{}
	for _, e := range d.refused(t) {
		kept[e.EventID] = e.Reason + " " + e.Detail
	}
	return kept
}

func (d *testDesk) Replay(t *testing.T, event string) int {
	t.Helper()
	for _, e := range d.refused(t) {
		if e.EventID == event {
			return d.chief.call("POST", "/api/v1/channel-events/"+e.ID+"/replay", nil).status
		}
	}
	t.Fatalf("%s is not in quarantine", event)
	return 0
}

// hook posts a body to a hook, signed with key; nil: with one that nobody knows.
func (h *house) hook(t *testing.T, path, body string, key stdhook.Secret) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	r.RemoteAddr = "10.200.1.1:4000"
	if key == nil {
		key = stdhook.NewSecret()
	}
	stdhook.Sign(r.Header, "msg_"+id.New[id.Entry]().String(), time.Now(), []byte(body), key)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Body.String()}
}
