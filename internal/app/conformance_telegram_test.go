package app

import (
	"encoding/json"
	"hash/fnv"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/channel/telegram/telegramtest"
	"github.com/zongler/zongler/internal/id"
)

// botFolk write to a bot, and Telegram between them and us.
type botFolk struct {
	centre *callCentre
	server *telegramtest.Server
	key    id.EntryPoint
	posted bool

	numbers map[string]int64          // of messages, by our name
	told    map[string]map[string]any // by our name, so that the same comes again as it was
}

// connectBot starts Telegram and connects a bot.
func (c *callCentre) connectBot(t *testing.T, number int64, way string) *botFolk {
	t.Helper()
	server, err := telegramtest.New(number)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.Reason = channeltest.Reason
	c.app.services.bots.Client.URL, c.app.services.bots.BaseURL = server.URL(), worldURL
	made := c.chief.call("POST", accountsPath, fields{
		"channel": "telegram", "brand_id": c.brand, "queue_id": c.queue, "settings": fields{"token": server.Token, "way": way},
	})
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	return &botFolk{
		centre: c, server: server, key: pointOf(t, made), posted: way == "posted", numbers: map[string]int64{}, told: map[string]map[string]any{},
	}
}

// chatOf is the chat of a thread.
func chatOf(thread string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(thread)) // it returns no error
	return int64(h.Sum32()) + 1
}

func (x *botFolk) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	ctx := actor.With(t.Context(), actor.ForSystem(x.centre.tenants[0].TenantID))
	c, _, err := x.centre.app.services.conversations.FindThread(ctx, x.centre.app.db, x.key, strconv.FormatInt(chatOf(thread), 10))
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

func (x *botFolk) Point() (channel.Adapter, channel.EntryPoint) {
	c := x.centre
	p, err := c.app.services.points.Lookup(c.t.Context(), c.app.db, c.tenants[0].TenantID, x.key)
	c.must(err)
	return c.app.services.botAdapter, p
}

// numberOf is Telegram's number of a message, by our name or, of what we have sent, by its own.
func (x *botFolk) numberOf(name string) int64 {
	if _, number, ours := strings.Cut(name, "/"); ours {
		n, _ := strconv.ParseInt(number, 10, 64)
		return n
	}
	if x.numbers[name] == 0 {
		x.numbers[name] = x.server.Number()
	}
	return x.numbers[name]
}

func (x *botFolk) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	for _, in := range happened {
		u, again := x.told[string(in.Kind)+in.ExternalID]
		if !again {
			u = x.update(t, in)
			x.told[string(in.Kind)+in.ExternalID] = u
		}
		if !x.posted {
			x.server.Tell(u)
			continue
		}
		if _, has := u["update_id"]; !has {
			u["update_id"] = 5000 + int64(len(x.told))
		}
		raw, err := json.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		if status := x.Posts(t, string(raw), true); status != http.StatusAccepted {
			t.Fatalf("%d", status)
		}
	}
}

// update says in Telegram's words what happened.
func (x *botFolk) update(t *testing.T, in channel.Inbound) map[string]any {
	t.Helper()
	chat := chatOf(in.Thread)
	about := map[string]any{"id": chat, "type": "private"}
	from := map[string]any{"id": chat, "is_bot": false, "first_name": "Zofia", "last_name": "Wilk", "language_code": "pl"}
	m := map[string]any{"chat": about, "from": from, "date": in.OccurredAt.Unix(), "text": in.Text}
	switch in.Kind {
	case channel.KindMessage:
		m["message_id"] = x.numberOf(in.ExternalID)
		return map[string]any{"message": m}
	case channel.KindEdit:
		m["message_id"], m["edit_date"] = x.numberOf(in.Target), in.OccurredAt.Unix()
		return map[string]any{"edited_message": m}
	case channel.KindReaction:
		put, none := []map[string]any{{"type": "emoji", "emoji": in.Text}}, []map[string]any{}
		r := map[string]any{"chat": about, "user": from, "date": in.OccurredAt.Unix(), "message_id": x.numberOf(in.Target), "old_reaction": none, "new_reaction": put}
		if in.Off {
			r["old_reaction"], r["new_reaction"] = put, none
		}
		return map[string]any{"message_reaction": r}
	default:
		t.Fatalf("Telegram tells of no %s", in.Kind)
	}
	return nil
}

// path is where Telegram posts.
func (x *botFolk) path() string {
	_, p := x.Point()
	return "/hooks/telegram/" + p.Address
}

func (x *botFolk) Posts(t *testing.T, body string, signed bool) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, x.path(), strings.NewReader(body))
	r.RemoteAddr = "10.200.1.1:4000"
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", "guessed")
	if signed {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", x.server.Hook().Secret)
	}
	w := httptest.NewRecorder()
	x.centre.handler.ServeHTTP(w, r)
	return w.Code
}

func (x *botFolk) Next(_ *testing.T, faults ...channeltest.Fault) {
	menu := map[channeltest.Fault]telegramtest.Fault{
		channeltest.RateLimited: telegramtest.Busy, channeltest.Expired: telegramtest.Locked, channeltest.NotAllowed: telegramtest.Refused,
		channeltest.Silent: telegramtest.Silent, channeltest.Down: telegramtest.Away,
	}
	for _, f := range faults {
		x.server.Next(menu[f])
	}
}

func (x *botFolk) Renew(t *testing.T) {
	t.Helper()
	number{x.centre, x.key}.fails(t, "telegram.reconnect")
	x.server.Unlock()
}

func (x *botFolk) Got(*testing.T) []channeltest.Got {
	var all []channeltest.Got
	acts := map[string]channel.Act{
		"editMessageText": channel.ActEdit, "deleteMessage": channel.ActDelete, "setMessageReaction": channel.ActReact, "sendChatAction": channel.ActShowTyping,
	}
	last := map[string]string{} // reactions: what is taken back is whatever there is
	for _, c := range x.server.Calls() {
		name := c.Chat + "/" + strconv.FormatInt(c.Message, 10)
		g := channeltest.Got{Act: channel.ActSend, Name: name, Text: c.Text("text"), On: true}
		if act, changes := acts[c.Method]; changes {
			g.Act, g.Target, g.Name = act, name, ""
		}
		if put, is := c.Fields["reaction"].([]any); is {
			if g.On = len(put) > 0; g.On {
				last[name], _ = put[0].(map[string]any)["emoji"].(string)
			}
			g.Reaction = last[name]
		}
		for ours, number := range x.numbers { // what is theirs is asked for by our name of it
			if number == c.Message && g.Act == channel.ActReact {
				g.Target = ours
			}
		}
		all = append(all, g)
	}
	return all
}

func (x *botFolk) Unable(s channeltest.Step) string {
	const untold = "Telegram tells of messages, edits, reactions and who blocks a bot, and of nothing else"
	why := map[channeltest.Step]string{
		channeltest.StepUndeclared: untold, channeltest.StepQuarantine: "TestWhatABotCannotUnderstandIsKept shows it",
	}
	if !x.posted {
		why[channeltest.StepForged] = "nothing is posted: we ask"
	}
	return why[s]
}
