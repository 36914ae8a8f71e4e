package app

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/channeltest"
	"github.com/zongler/zongler/internal/id"
)

// visitors are the people on a page with a widget: one for each thread.
type visitors struct {
	centre  *callCentre
	point   id.EntryPoint
	key     string
	threads []string // in the order in which they began
	guests  map[string]*guest
	talks   map[string]string // conversations
}

func (c *callCentre) visitors(t *testing.T) *visitors {
	t.Helper()
	made := c.chief.call("POST", "/api/v1/entry-points", fields{
		"brand_id": c.brand, "channel": "webchat", "name": "Okienko", "queue_id": c.queue, "config": fields{"domains": []string{"fala.example"}},
	})
	point, err := id.Parse[id.EntryPoint](field(t, made.body, "id"))
	if err != nil {
		t.Fatal(err)
	}
	return &visitors{c, point, field(t, made.body, "address"), nil, map[string]*guest{}, map[string]string{}}
}

func (x *visitors) find(t *testing.T, thread string) id.Conversation {
	t.Helper()
	if x.talks[thread] == "" {
		return 0
	}
	key, err := id.Parse[id.Conversation](x.talks[thread])
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (x *visitors) Point() (channel.Adapter, channel.EntryPoint) {
	c := x.centre
	p, err := c.app.services.points.Lookup(actor.With(c.t.Context(), actor.ForSystem(c.tenants[0].TenantID)), c.app.db, c.tenants[0].TenantID, x.point)
	c.must(err)
	a, _ := c.app.services.registry.Adapter(channel.Webchat)
	return a, p
}

// guest returns the visitor of a thread.
func (x *visitors) guest(t *testing.T, thread string) *guest {
	t.Helper()
	if g := x.guests[thread]; g != nil {
		return g
	}
	got := x.centre.nobody().call("POST", "/w/visitors", fields{"key": x.key})
	if got.status != http.StatusCreated {
		t.Fatalf("no visitor: %d %s", got.status, got.body)
	}
	token := field(t, got.body, "token")
	g := &guest{x.centre.connect("/w/ws", http.Header{"Origin": {"https://fala.example"}}), x.centre.house, token}
	g.send("hello", fields{"token": token, "seq": 0})
	g.until("welcome")
	x.threads = append(x.threads, thread)
	x.guests[thread], x.talks[thread] = g, g.open()
	return g
}

func (x *visitors) Says(t *testing.T, happened ...channel.Inbound) {
	t.Helper()
	for _, in := range happened {
		g := x.guest(t, in.Thread)
		switch in.Kind {
		case channel.KindMessage:
			g.send("say", fields{"cid": "cid-" + in.ExternalID, "conversation": x.talks[in.Thread], "text": in.Text})
		case channel.KindReceipt:
			if in.State == channel.Seen {
				for _, got := range x.of(t, in.Thread) {
					if got.Name == in.Target {
						g.send("read", fields{"conversation": x.talks[in.Thread], "seq": json.Number(got.Target)})
					}
				}
			}
		default:
			t.Fatalf("a visitor cannot do %s", in.Kind)
		}
	}
}

func (x *visitors) Next(*testing.T, ...channeltest.Fault) {}

func (x *visitors) Got(t *testing.T) (all []channeltest.Got) {
	t.Helper()
	for _, thread := range x.threads {
		all = append(all, x.of(t, thread)...)
	}
	return all
}

// of returns what the visitor of a thread sees of agents.
func (x *visitors) of(t *testing.T, thread string) (all []channeltest.Got) {
	t.Helper()
	got := x.guests[thread].bearer("GET", "/w/entries?after=0")
	var page struct {
		Entries []struct {
			Kind, Text  string
			Seq, Target json.Number
			Author      struct{ Kind string }
		}
	}
	if err := json.Unmarshal([]byte(got.body), &page); err != nil || got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	for _, e := range page.Entries {
		if e.Author.Kind != "agent" {
			continue
		}
		switch e.Kind {
		case "message":
			all = append(all, channeltest.Got{Act: channel.ActSend, Name: thread + "#" + e.Seq.String(), Thread: thread, Text: e.Text, Target: e.Seq.String()})
		case "edit":
			all = append(all, channeltest.Got{Act: channel.ActEdit, Thread: thread, Text: e.Text, Target: thread + "#" + e.Target.String()})
		case "deletion":
			all = append(all, channeltest.Got{Act: channel.ActDelete, Thread: thread, Target: thread + "#" + e.Target.String()})
		}
	}
	return all
}

func (x *visitors) Unable(s channeltest.Step) string {
	const ours, nobody = "the widget speaks its own protocol, whose refusals are in TestHostileFramesEndWithACode and the tests of the protocol",
		"visitors read the conversation itself: nobody is called who could refuse"
	return map[channeltest.Step]string{
		channeltest.StepOutage:    "a widget's outbox is paced and kept in order by its own protocol, which its own tests show",
		channeltest.StepRateLimit: nobody, channeltest.StepDown: nobody, channeltest.StepExpired: nobody, channeltest.StepRefusal: nobody, channeltest.StepAmbiguous: nobody,
		channeltest.StepOwnRefused: nobody,
		channeltest.StepEarly:      "a visitor can read nothing before it is there",
		channeltest.StepUndeclared: ours, channeltest.StepQuarantine: ours, channeltest.StepForged: ours,
	}[s]
}
