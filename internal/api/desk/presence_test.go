package desk_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/routing"
)

func tenantOf(c *centre) id.Tenant { return actor.From(c.system).Tenant }

// offerWithin bounds how long a test waits for an offer.
const offerWithin = 30 * time.Second

// awaitOffer waits for the fact that an interaction was offered, and returns the offer to Ola.
func (c *centre) awaitOffer(interaction id.Interaction) routing.Offer {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), offerWithin)
	defer cancel()
	c.must(c.d.Follow(ctx, "test", 0, func(_ context.Context, batch []fact.Record) error {
		for _, r := range batch {
			if made, ok := r.Fact.(fact.OfferMade); ok && made.Interaction == interaction {
				cancel()
			}
		}
		return nil
	}))
	offers, err := c.svc.OffersTo(c.system, c.users["Ola"])
	c.must(err)
	if len(offers) != 1 {
		c.t.Fatalf("%d offers", len(offers))
	}
	return offers[0]
}

func TestPresenceOverHTTP(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		name := "Lunch"
		lunch, err := routing.NewAwayReasons(d).Create(c.system, routing.AwayReasonPatch{Name: &name})
		c.must(err)
		c.facts()
		ola := fmt.Sprintf("/agents/%d", c.users["Ola"])
		for _, step := range []struct {
			what, as, method, target, body string
			status                         int
			want, facts                    string
		}{
			{"before she ever worked", "Ola", "GET", "/me/presence", "", 200, "state:offline activity:offline channels:map[chat:true]", ""},
			{"available", "Ola", "PUT", "/me/presence", `{"state":"available"}`, 200, "state:available activity:available", "presence.moved"},
			{"away for a reason", "Ola", "PUT", "/me/presence", `{"state":"away","reason_id":"` + lunch.ID.String() + `"}`, 200, "reason:Lunch", "presence.moved"},
			{"a state that is none", "Ola", "PUT", "/me/presence", `{"state":"busy"}`, 422, "state=one_of", ""},
			{"a reason that is none", "Ola", "PUT", "/me/presence", `{"state":"away","reason_id":"5"}`, 422, "reason_id=away_reason.not_found", ""},
			{"a channel off", "Ola", "PUT", "/me/channels", `{"channels":{"chat":false}}`, 200, "channels:map[chat:false]", "channels.switched"},
			{"an unknown channel", "Ola", "PUT", "/me/channels", `{"channels":{"fax":true}}`, 422, "channels.fax=unknown", ""},
			{"a supervisor sets it", "Marta", "PUT", ola + "/presence", `{"state":"available"}`, 204, "", "presence.moved"},
			{"an agent sets another's", "Kamil", "PUT", ola + "/presence", `{"state":"away"}`, 403, "forbidden", ""},
			{"of nobody", "Marta", "PUT", "/agents/5/presence", `{"state":"away"}`, 404, "agent.not_found", ""},
			{"a supervisor switches", "Marta", "PUT", ola + "/channels", `{"channels":{"chat":true}}`, 204, "", "channels.switched"},
			{"a supervisor adds her", "Marta", "PUT", fmt.Sprintf("%s/queues/%d", ola, c.queue), `{"member":true,"enabled":true}`, 204, "", "membership.moved"},
			{"to a queue that is none", "Marta", "PUT", ola + "/queues/5", `{"member":true,"enabled":true}`, 404, "queue.not_found", ""},
			{"moving her", "Marta", "POST", ola + "/move", fmt.Sprintf(`{"from_queue_id":"%d","to_queue_id":"%d"}`, c.queue, c.queue), 204, "", "membership.moved membership.moved"},
			{"an agent moves her", "Kamil", "POST", ola + "/move", `{"from_queue_id":"1","to_queue_id":"2"}`, 403, "forbidden", ""},
		} {
			status, answer := c.call(step.as, step.method, step.target, step.body)
			said := summary(answer) + fmt.Sprintf(" activity:%v channels:%v reason:%v", answer["activity"], answer["channels"], answer["reason"])
			if got := c.facts(); status != step.status || !strings.Contains(said, step.want) || got != step.facts {
				t.Errorf("%s: %d %v, facts %q; want %d %s, %q", step.what, status, answer, got, step.status, step.want, step.facts)
			}
		}
		status, answer := c.call("Ola", "GET", "/me/queues", "")
		if status != 200 || fmt.Sprint(namesIn(answer["items"])) != "[Support]" {
			t.Errorf("own queues: %d %v", status, answer)
		}
		c.call("Ola", "POST", "/interactions/"+c.queued().ID.String()+"/pull", "")
		status, answer = c.call("Ola", "PUT", "/me/presence", `{"state":"offline","next":true}`)
		next, _ := answer["next"].(map[string]any)
		if status != 200 || answer["state"] != "available" || answer["activity"] != "busy" || next["state"] != "offline" {
			t.Errorf("what is next: %d %v", status, answer)
		}
	})
}
