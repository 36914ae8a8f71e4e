package app

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/telegram/telegramtest"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

// A bot to which Telegram posts lives the same life as one for which we ask.
func TestABotThatIsPostedTo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCentre(t, d)
		people := c.connectBot(t, 654321, "posted")
		if hook := people.server.Hook(); hook.URL != worldURL+"/hooks/telegram/654321" || len(hook.Secret) != 64 || strings.Contains(people.server.Token, hook.Secret) {
			t.Errorf("%+v", hook)
		}
		channeltest.Run(t, people, c.desk(people.key, people.find))
	})
}

// What cannot be understood is kept with the reason and confirmed, and what follows is taken.
func TestWhatABotCannotUnderstandIsKept(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	x := c.connectBot(t, 123456, "ask")
	desk := c.desk(x.key, x.find)
	x.server.Tell(map[string]any{"poll": map[string]any{"id": "1"}}, map[string]any{"message": "not an object"})
	x.server.Tell(map[string]any{"message": map[string]any{"message_id": 1, "date": 1, "text": "to a group", "chat": map[string]any{"id": -5, "type": "group"}}})
	x.Says(t, channel.Inbound{Kind: channel.KindMessage, Thread: "after", ExternalID: "after-1", Text: "Halo?"})
	until(t, "what follows is taken", func() bool { return has(desk.Entries(t, "after"), "Halo?") })
	kept := desk.refused(t)
	for _, code := range []string{"event.type", "event.malformed"} {
		if !slices.ContainsFunc(kept, func(e keptEvent) bool { return e.Reason == code }) {
			t.Errorf("%s is not kept: %+v", code, kept)
		}
	}
	if len(kept) != 2 {
		t.Errorf("%+v", kept)
	}
}

// Files come and go; who has blocked the bot is told; one answers a message in particular.
func TestABotCarriesFilesAndAnswers(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	x := c.connectBot(t, 123456, "ask")
	desk := c.desk(x.key, x.find)
	x.server.Put("photo-large", picture())
	chat := chatOf("files")
	x.server.Tell(map[string]any{"message": map[string]any{
		"message_id": 5, "date": 1_790_000_000, "caption": "Zepsute", "chat": map[string]any{"id": chat, "type": "private"},
		"from":  map[string]any{"id": chat, "first_name": "Zofia"},
		"photo": []map[string]any{{"file_id": "photo-small"}, {"file_id": "photo-large"}},
	}})
	until(t, "agents see the picture", func() bool { return has(desk.Entries(t, "files"), "Zepsute") })
	row := c.chief.call("GET", "/api/v1/conversations/"+x.find(t, "files").String()+"/entries", nil)
	if !strings.Contains(row.body, "image/png") {
		t.Errorf("%s", row.body)
	}
	desk.Take(t, "files")
	x.server.Next(telegramtest.Blocked)
	desk.Reply(t, "files", "Szkoda")
	if why := stands(t, desk, "files", "Szkoda", "failed"); why != "telegram.blocked" {
		t.Errorf("%q", why)
	}
	if n := len(x.server.Calls()); n != 0 {
		t.Errorf("%d calls", n)
	}
	// An answer with a file is two messages there: both are taken back with it, and one that somebody has deleted in the app is gone already.
	agent := desk.work["files"]
	for _, gone := range []bool{false, true} {
		text := fmt.Sprint("Nowa część ", gone)
		up := agent.call("POST", "/api/v1/attachments", raw(picture()))
		before := len(x.server.Calls())
		desk.done(t, "files", "/replies", fields{"text": text, "client_id": text, "based_on_seq": 0, "force": true, "attachment_ids": []string{field(t, up.body, "id")}})
		stands(t, desk, "files", text, "sent")
		sent := x.server.Calls()[before:]
		if len(sent) != 2 {
			t.Fatalf("%+v", sent)
		}
		if gone {
			x.server.Reason = "message to delete not found"
			x.server.Next(telegramtest.Refused)
		}
		back := desk.TakeBack(t, "files", answerTo(t, desk, "files", text))
		until(t, "it is taken back", func() bool {
			return slices.ContainsFunc(desk.Entries(t, "files"), func(e channeltest.Seen) bool { return e.ID == back.Entry && e.Delivery == "sent" })
		})
		deleted := x.server.Calls()[before+2:]
		want := []int64{sent[1].Message, sent[0].Message}
		if gone {
			want = want[1:] // the first request was refused
		}
		got := []int64{}
		for _, call := range deleted {
			if call.Method == "deleteMessage" {
				got = append(got, call.Message)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("deleted are %v of %v", got, want)
		}
	}
	// Another tenant's event cannot bring this bot's file.
	if _, err := c.app.services.bots.Fetch(t.Context(), strconv.Itoa(123456)+"/photo-large"); err == nil {
		t.Error("a stranger gets a file of the bot")
	}
}

// A bot is connected by who has its token, which is shown nowhere.
func TestABotIsProven(t *testing.T) {
	t.Parallel()
	c := openCentre(t, dbtest.SQLite(t))
	server, err := telegramtest.New(990)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	c.app.services.bots.Client.URL = server.URL()
	for name, x := range map[string]struct{ token, way, want string }{
		"not a token":          {"abc", "ask", "telegram.token"},
		"another's token":      {"990:" + strings.Repeat("x", 35), "ask", "telegram.token_refused"},
		"nobody can reach us":  {server.Token, "posted", "telegram.no_address"},
		"a way that is no way": {server.Token, "pigeon", "one_of"},
	} {
		got := c.chief.call("POST", accountsPath, fields{"channel": "telegram", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"token": x.token, "way": x.way}})
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, x.want) || strings.Contains(got.body, server.Token) {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}
