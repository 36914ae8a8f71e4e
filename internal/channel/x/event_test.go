package x

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
)

// example is an event as X's documents show it.
type example struct {
	Name, Source string
	Event        json.RawMessage
}

func examples(t testing.TB) []example {
	t.Helper()
	raw, err := os.ReadFile("testdata/events.json")
	var all []example
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil || len(all) < 10 {
		t.Fatal(len(all), err)
	}
	return all
}

const documented = "1111111111111111111" // the account of X's documents

func account() channel.EntryPoint {
	return channel.EntryPoint{ID: 7, Channel: channel.X, Address: documented}
}

// What X's own documents show is understood as it is meant.
func TestWhatXShowsIsUnderstood(t *testing.T) {
	t.Parallel()
	const somebody = "2222222222222222222"
	wants := map[string]func(in channel.Inbound) bool{
		"post.create": func(in channel.Inbound) bool {
			return in.Kind == channel.KindPost && in.Post == "2080761390344937796" && in.Text == "Hello from the Activity API" && in.Sender == (channel.Party{})
		},
		"post.mention.create": func(in channel.Inbound) bool {
			return in.Kind == channel.KindMessage && in.Post == "2080765813578191303" && in.Thread == in.Post && in.ExternalID == in.Post &&
				in.Sender.ExternalID == somebody && in.Sender.DisplayName == "OtherUser @OtherUser" && in.Data["mention"] == "true"
		},
		"post.reply.create": func(in channel.Inbound) bool {
			return in.Kind == channel.KindMessage && in.Post == "2080761390344937796" && in.Target == "" && in.Thread == "2090000000000000001" &&
				in.Text == "Great post — thanks for sharing!" && in.Sender.ExternalID == somebody && in.OccurredAt.Equal(time.Date(2026, 8, 12, 18, 0, 0, 0, time.UTC))
		},
		"post.quote.create": func(in channel.Inbound) bool {
			return in.Kind == channel.KindMessage && in.Post == "2090000000000000002" && in.Data["quotes"] == "https://x.com/i/web/status/2080761390344937796" &&
				in.Text == "Adding some context to this. https://twitter.com/ExampleUser/status/2080761390344937796"
		},
		"post.delete": func(in channel.Inbound) bool {
			return in.Kind == channel.KindDeletion && in.Target == "2080761269309813134" && in.Post != "" && in.Unsaid == nil
		},
		"dm.received": func(in channel.Inbound) bool {
			return in.Kind == channel.KindMessage && in.Thread == documented+"-"+somebody && in.Text == "hello!" && in.Sender.DisplayName == "OtherUser @OtherUser" &&
				in.ExternalID == "2080765901528535096" && in.Post == "" && in.OccurredAt.Equal(time.UnixMilli(1784928224372))
		},
		"dm.sent": func(in channel.Inbound) bool {
			return in.Kind == channel.KindEcho && in.Thread == "2244994945-"+documented && in.To.ExternalID == "2244994945" && in.Text == "Thanks for the update!"
		},
		"chat.received": func(in channel.Inbound) bool {
			return in.Kind == channel.KindMessage && in.Thread == documented+"-"+somebody && in.Text == sealed && in.Data["encrypted"] == "true"
		},
		"chat.sent":    func(in channel.Inbound) bool { return in.Kind == channel.KindNotice },
		"oauth.revoke": func(in channel.Inbound) bool { return in.Kind == channel.KindNotice },
	}
	seen := map[string]bool{}
	for _, e := range examples(t) {
		in, err := understand(account(), e.Event)
		want, meant := wants[e.Name]
		if !meant {
			if err == nil {
				t.Errorf("%s is understood: %+v", e.Name, in)
			}
			continue
		}
		seen[e.Name] = true
		if err != nil || !want(in) {
			t.Errorf("%s: %+v %v", e.Name, in, err)
		}
		pieces, err := split(e.Event)
		if err != nil || len(pieces) != 1 || pieces[0].Address != documented || pieces[0].Err != nil || pieces[0].ID == "" {
			t.Errorf("%s: %+v %v", e.Name, pieces, err)
		}
	}
	if len(seen) != len(wants) {
		t.Errorf("only %v were tried", seen)
	}
}

// told wraps a payload.
func tells(kind, payload string) []byte {
	return []byte(`{"data":{"event_uuid":"-5","filter":{"user_id":"` + documented + `"},"event_type":"` + kind + `","payload":` + payload + `}}`)
}

func TestWhatHappensAtXIsUnderstood(t *testing.T) {
	t.Parallel()
	const by = `"author_id":"22","created_at":"2026-08-12T18:00:00.000Z",`
	for name, c := range map[string]struct {
		raw  []byte
		want func(in channel.Inbound) bool
	}{
		"a reply to a reply belongs where that stands": {
			tells(eventMention, `{"id":"9",`+by+`"conversation_id":"1","text":"@fala i co?","referenced_tweets":[{"type":"replied_to","id":"5"}]}`),
			func(in channel.Inbound) bool { return in.Post == "1" && in.Target == "5" && in.Thread == "5" },
		},
		"what is asked for has other names for the same": {
			tells(eventMention, `{"id":"9",`+by+`"conversation_id":"1","text":"x","referenced_posts":[{"type":"replied_to","id":"5"}]}`),
			func(in channel.Inbound) bool { return in.Target == "5" },
		},
		"our own reply comes back": {
			tells(eventCreate, `{"id":"9","author_id":"`+documented+`","conversation_id":"1","text":"@ola Dzień dobry &amp; żółć","display_text_range":[5,25],"in_reply_to_tweet_id":"1"}`),
			func(in channel.Inbound) bool {
				return in.Kind == channel.KindEcho && in.Text == "Dzień dobry & żółć" && in.Post == "1" && in.Thread == "9" && in.Target == ""
			},
		},
		"what is passed on says nothing": {
			tells(eventCreate, `{"id":"9","author_id":"`+documented+`","text":"RT @ola: x","referenced_tweets":[{"type":"retweeted","id":"5"}]}`),
			func(in channel.Inbound) bool { return in.Kind == channel.KindNotice },
		},
		"what stands above wakes nobody": {
			tells(eventLearned, `{"id":"5",`+by+`"conversation_id":"1","text":"x","in_reply_to_tweet_id":"1"}`),
			func(in channel.Inbound) bool { return in.Kind == channel.KindMessage && in.Quiet },
		},
		"a foreign post that stands above is told with its author": {
			tells(eventLearned, `{"id":"1",`+by+`"conversation_id":"1","text":"x"}`),
			func(in channel.Inbound) bool {
				return in.Kind == channel.KindPost && in.Post == "1" && in.Sender.ExternalID == "22"
			},
		},
		"pictures come along and their addresses do not": {
			[]byte(`{"data":{"event_uuid":"5","filter":{"user_id":"` + documented + `"},"event_type":"post.mention.create","payload":{"id":"9",` + by +
				`"text":"zob. https://t.co/a","attachments":{"media_keys":["3_1"]},"entities":{"urls":[{"url":"https://t.co/a","expanded_url":"https://x.com/a/photo/1","display_url":"pic.x.com/a","media_key":"3_1"}]}},
				"includes":{"media":[{"media_key":"3_1","type":"photo","url":"https://pbs.twimg.com/media/a.jpg"},{"media_key":"3_2","type":"photo","url":"https://pbs.twimg.com/media/b.jpg"}]}}}`),
			func(in channel.Inbound) bool {
				return in.Text == "zob." && len(in.Remote) == 1 && in.Remote[0].Name == "a.jpg"
			},
		},
		"somebody has read up to then": {
			tells(eventRead, `{"direct_message_mark_read_events":[{"created_timestamp":"1784928224372","sender_id":"22","target":{"recipient_id":"`+documented+`"},"last_read_event_id":"9"}]}`),
			func(in channel.Inbound) bool {
				return in.Kind == channel.KindReceipt && in.State == channel.Seen && in.Thread == "22-"+documented && in.Until.Equal(time.UnixMilli(1784928224372))
			},
		},
		"the file of a message lies behind the account": {
			tells(eventReceived, `{"direct_message_events":[{"type":"message_create","id":"9","created_timestamp":"1","message_create":{"target":{"recipient_id":"`+documented+`"},"sender_id":"22","message_data":
				{"text":"zob. https://t.co/a","entities":{"urls":[{"url":"https://t.co/a"}]},"attachment":{"type":"media","media":{"type":"photo","url":"https://t.co/a","media_url_https":"https://ton.x.com/1.1/ton/data/dm/9/8/K4.jpg"}}}}}]}`),
			func(in channel.Inbound) bool {
				return in.Text == "zob." && len(in.Remote) == 1 && in.Remote[0].URL == RemoteScheme+documented+"/9/8/K4.jpg"
			},
		},
		"a file elsewhere is none": {
			tells(eventReceived, `{"direct_message_events":[{"type":"message_create","id":"9","message_create":{"target":{"recipient_id":"`+documented+`"},"sender_id":"22","message_data":
				{"text":"","attachment":{"type":"media","media":{"media_url_https":"https://ton.x.com/dm/9/8/..%2F..%2Fme"}}}}}]}`),
			func(in channel.Inbound) bool { return in.Text == nothingSaid && len(in.Remote) == 0 },
		},
		"a group is kept and wakes nobody": {
			tells(eventReceived, `{"direct_message_events":[{"type":"message_create","id":"9","message_create":{"target":{"recipient_id":"33"},"sender_id":"22","message_data":{"text":"x"}}}]}`),
			func(in channel.Inbound) bool { return in.Kind == channel.KindNotice },
		},
		"what somebody else takes back is not kept": {
			tells(eventDelete, `{"id":"9","author_id":"22"}`),
			func(in channel.Inbound) bool { return len(in.Unsaid) == 1 },
		},
	} {
		in, err := understand(account(), c.raw)
		if err != nil || !c.want(in) {
			t.Errorf("%s: %+v %v", name, in, err)
		}
	}
}

func TestSeveralMessagesOfOneEventAreSeveral(t *testing.T) {
	t.Parallel()
	one := func(id string) string {
		return `{"type":"message_create","id":"` + id + `","created_timestamp":"1784928224372","message_create":{"target":{"recipient_id":"` + documented + `"},"sender_id":"22","message_data":{"text":"` + id + `"}}}`
	}
	all, err := split(tells(eventReceived, `{"direct_message_events":[`+one("8")+`,`+one("9")+`],"users":{"22":{"data":{"id":"22","name":"Ola"}}}}`))
	if err != nil || len(all) != 2 || all[0].ID == all[1].ID {
		t.Fatalf("%+v %v", all, err)
	}
	for i, want := range []string{"8", "9"} {
		in, err := understand(account(), all[i].Raw)
		if err != nil || in.Text != want || in.Sender.DisplayName != "Ola" {
			t.Errorf("%+v %v", in, err)
		}
	}
}

func TestWhatCannotBeUnderstoodSaysWhy(t *testing.T) {
	t.Parallel()
	for raw, code := range map[string]string{
		`{`: "event.malformed", "\xff": "event.malformed", `"x"`: "event.malformed", `{"data":{}}`: "event.malformed",
		string(tells("like.create", `{}`)):                                   "event.type",
		string(tells(eventMention, `{"id":"../me","author_id":"1"}`)):        "event.malformed",
		string(tells(eventMention, `{"id":"1","author_id":""}`)):             "event.malformed",
		string(tells(eventReceived, `{"direct_message_events":[]}`)):         "event.malformed",
		string(tells(eventRead, `{"direct_message_mark_read_events":[{}]}`)): "event.malformed",
		string(tells(eventChat, `{}`)):                                       "event.malformed",
		string(tells(eventDelete, `[]`)):                                     "event.malformed",
	} {
		a := arrivalOf(account(), []byte(raw))
		said := errs.Told(a.Err)
		if said == nil || said.Code != code && (len(said.Fields) == 0 || said.Fields[0].Code != code) || a.ID == "" {
			t.Errorf("%s: %+v", raw, a.Err)
		}
	}
}

// Whatever comes is read without harm, and what is taken is what the house can keep.
func FuzzUnderstand(f *testing.F) {
	for _, e := range examples(f) {
		f.Add([]byte(e.Event))
	}
	f.Add(tells(eventMention, `{"id":"9","author_id":"22","text":"\u0000","display_text_range":[3,-1],"attachments":{"media_keys":[""]}}`))
	f.Add(tells(eventRead, `{"direct_message_mark_read_events":[{"created_timestamp":-1}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		all, err := split(raw)
		if err != nil && !errs.Is(errs.Invalid, err) {
			t.Fatal(err)
		}
		for _, a := range all {
			if a.ID == "" || a.Err != nil && !errs.Is(errs.Invalid, a.Err) {
				t.Fatalf("%+v", a)
			}
		}
		in, err := understand(account(), raw)
		if err == nil {
			err = in.Validate()
		}
		if err != nil && !errs.Is(errs.Invalid, err) {
			t.Fatalf("%+v %v", in, err)
		}
	})
}
