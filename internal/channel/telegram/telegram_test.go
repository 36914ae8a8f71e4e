package telegram

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/outhttp"
)

func TestErrorsAreJudged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		err     error
		verdict channel.Verdict
		code    string
		after   time.Duration
	}{
		{"too fast", &Fault{Code: 429, After: 7 * time.Second}, channel.Retry, "telegram.busy", 7 * time.Second},
		{"blocked", &Fault{Code: 403, Words: "Forbidden: bot was blocked by the user"}, channel.Permanent, "telegram.blocked", 0},
		{"a token that is no more", &Fault{Code: 401}, channel.Reconnect, "telegram.reconnect", 0},
		{"refused", &Fault{Code: 400, Words: "Bad Request: message is too long"}, channel.Permanent, "telegram.refused", 0},
		{"another reader", &Fault{Code: 409}, channel.Reconnect, "telegram.other_reader", 0},
		{"failed", &Fault{Code: 500}, channel.Ambiguous, "delivery.no_answer", 0},
		{"nobody there", &Fault{Code: 503, Bare: true}, channel.Retry, "telegram.unreachable", 0},
		{"not heard", &outhttp.Lost{Err: errors.New("x")}, channel.Retry, "telegram.unreachable", 0},
		{"perhaps taken", &outhttp.Lost{Began: true, Err: errors.New("x")}, channel.Ambiguous, "delivery.no_answer", 0},
	} {
		if f := failureOf(c.err); f.Verdict != c.verdict || f.Code != c.code || f.After != c.after {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

// The shapes are those of the Bot API's own description of its types.
func TestUpdatesAreUnderstood(t *testing.T) {
	t.Parallel()
	p := channel.EntryPoint{ID: 7, Tenant: 1, Channel: channel.Telegram, Address: "123"}
	const at = `"chat":{"id":5,"type":"private"},"from":{"id":5,"first_name":"Ola","language_code":"pl"},"date":1790000000`
	for name, c := range map[string]struct {
		raw  string
		want func(in channel.Inbound) bool
	}{
		"a text": {`{"update_id":1,"message":{"message_id":9,` + at + `,"text":"Zażółć","reply_to_message":{"message_id":8}}}`, func(in channel.Inbound) bool {
			return in.Kind == channel.KindMessage && in.ExternalID == "5/9" && in.Target == "5/8" && in.Thread == "5" && in.Sender.DisplayName == "Ola" && in.Text == "Zażółć"
		}},
		"a start with a word": {`{"update_id":1,"message":{"message_id":9,` + at + `,"text":"/start order-7"}}`, func(in channel.Inbound) bool {
			return in.Quiet && in.Data["start"] == "order-7"
		}},
		"a word that only begins so": {`{"update_id":1,"message":{"message_id":9,` + at + `,"text":"/started"}}`, func(in channel.Inbound) bool { return !in.Quiet }},
		"an animation, named twice": {
			`{"update_id":1,"message":{"message_id":9,` + at + `,"animation":{"file_id":"a"},"document":{"file_id":"a","file_name":"x.gif"}}}`,
			func(in channel.Inbound) bool { return len(in.Remote) == 1 && in.Remote[0].URL == "telegram:123/a" },
		},
		"a place": {`{"update_id":1,"message":{"message_id":9,` + at + `,"location":{"latitude":47.5,"longitude":19.04}}}`, func(in channel.Inbound) bool {
			return in.Text == "47.500000, 19.040000"
		}},
		"an edit": {`{"update_id":2,"edited_message":{"message_id":9,` + at + `,"edit_date":1790000009,"text":"x"}}`, func(in channel.Inbound) bool {
			return in.Kind == channel.KindEdit && in.Target == "5/9" && in.ExternalID == "u2" && in.OccurredAt.Unix() == 1790000009
		}},
		"a reaction of another kind": {
			`{"update_id":3,"message_reaction":{"message_id":9,"chat":{"id":5,"type":"private"},"user":{"id":5,"first_name":"Ola"},"date":1,"old_reaction":[],"new_reaction":[{"type":"custom_emoji","custom_emoji_id":"1"}]}}`,
			func(in channel.Inbound) bool { return in.Kind == channel.KindReaction && in.Text == "⭐" && !in.Off },
		},
		"who blocks the bot": {
			`{"update_id":4,"my_chat_member":{"chat":{"id":5,"type":"private"},"from":{"id":5},"date":1,"new_chat_member":{"status":"kicked"}}}`,
			func(in channel.Inbound) bool { return in.Kind == channel.KindNotice },
		},
		"a group": {`{"update_id":5,"message":{"message_id":9,"chat":{"id":-5,"type":"supergroup"},"date":1,"text":"x"}}`, func(in channel.Inbound) bool {
			return in.Kind == channel.KindNotice
		}},
	} {
		in, err := understand(p, []byte(c.raw))
		if err != nil || !c.want(in) {
			t.Errorf("%s: %+v %v", name, in, err)
		}
	}
}

// The word that is told to Telegram does not give the token away, and no error shows it.
func TestTheTokenStaysHere(t *testing.T) {
	t.Parallel()
	const token = "123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
	err := Client{URL: "http://127.0.0.1:1"}.post(t.Context(), "http://127.0.0.1:1/bot"+token+"\x7f/getMe", "", nil, nil)
	if err == nil || strings.Contains(err.Error(), token) || strings.Contains(word(token), "AAEh") || word(token) == word(token+"x") {
		t.Errorf("%v", err)
	}
}

// Whatever comes is read without harm.
func FuzzUnderstand(f *testing.F) {
	f.Add([]byte(`{"update_id":1,"message":{"message_id":9,"chat":{"id":5,"type":"private"},"from":{"id":5},"date":1,"text":"x","photo":[{"file_id":"a"}]}}`))
	f.Add([]byte(`{"update_id":3,"message_reaction":{"message_id":9,"chat":{"id":5,"type":"private"},"date":1,"old_reaction":[{"type":"emoji","emoji":"👍"}],"new_reaction":[]}}`))
	f.Add([]byte(`{"update_id":"x"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if a := arrival(raw); a.ID == "" {
			t.Fatal("it has no name")
		}
		in, err := understand(channel.EntryPoint{ID: 7, Address: "123"}, raw)
		if err != nil && !errs.Is(errs.Invalid, err) {
			t.Fatalf("%+v %v", in, err)
		}
	})
}
