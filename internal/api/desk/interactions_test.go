package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing"
)

// offered is an interaction that a real engine offers to Ola.
func (c *centre) offered() routing.Offer {
	c.t.Helper()
	log := slog.New(slog.DiscardHandler)
	router := routing.NewRouter(c.svc, lease.NewKeeper(c.d, "node", log), nil, log)
	ctx, cancel := context.WithCancel(c.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		router.Run(ctx, []id.Tenant{tenantOf(c)})
	}()
	c.t.Cleanup(func() {
		cancel()
		<-done
	})
	c.call("Marta", "PUT", fmt.Sprintf("/agents/%d/queues/%d", c.users["Ola"], c.queue), `{"member":true,"enabled":true}`)
	c.call("Ola", "PUT", "/me/presence", `{"state":"available"}`)
	it := c.queued()
	return c.awaitOffer(it.ID)
}

func TestInteractionsOverHTTP(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		for _, name := range []string{"Ola", "Kamil"} {
			c.must(c.svc.SetMembership(c.system, routing.Membership{Agent: c.users[name], Queue: c.queue, Member: true, Enabled: true}))
		}
		it, parked := c.queued().ID, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
		path := "/interactions/" + it.String()
		c.facts()
		for _, step := range []struct {
			what, as, method, target, body string
			status                         int
			want                           string // code of a problem, else a part of the answer
			facts                          string
		}{
			{"nobody is signed in", "", "POST", path + "/pull", "", 401, "unauthenticated", ""},
			{"pulling", "Ola", "POST", path + "/pull", "", 200, "state:active", "interaction.started"},
			{"pulling twice", "Kamil", "POST", path + "/pull", "", 409, "interaction.moved_on", ""},
			{"one that is none", "Kamil", "POST", "/interactions/5/pull", "", 404, "interaction.not_found", ""},
			{"taking over as an agent", "Kamil", "POST", path + "/takeover", "", 403, "forbidden", ""},
			{"parking somebody's", "Kamil", "POST", path + "/park", "", 404, "interaction.not_found", ""},
			{"parking without a time", "Ola", "POST", path + "/park", "", 204, "", "interaction.parked"},
			{"resuming", "Ola", "POST", path + "/resume", "", 204, "", "interaction.resumed"},
			{"parking until the past", "Ola", "POST", path + "/park", `{"until":"2020-01-01T00:00:00Z"}`, 422, "until=time.past", ""},
			{"parking until a time", "Ola", "POST", path + "/park", `{"until":"` + parked + `"}`, 204, "", "interaction.parked"},
			{"taking over", "Marta", "POST", path + "/takeover", "", 200, "state:active", "interaction.left_agent interaction.started"},
			{"handing on to nobody", "Marta", "POST", path + "/transfer", `{}`, 422, "queue_id=transfer.one_target", ""},
			{"handing on to both", "Marta", "POST", path + "/transfer", `{"queue_id":"1","agent_id":"2"}`, 422, "queue_id=transfer.one_target", ""},
			{"handing on", "Marta", "POST", path + "/transfer", fmt.Sprintf(`{"agent_id":"%d","note":"Knows him."}`, c.users["Ola"]), 204, "", "interaction.left_agent interaction.queued"},
			{"pulling again", "Ola", "POST", path + "/pull", "", 200, "state:active", "interaction.started"},
			{"ending", "Ola", "POST", path + "/end", "", 204, "", "wrap_up.started"},
			{"ending twice", "Ola", "POST", path + "/end", "", 409, "interaction.moved_on", ""},
			{"an unknown disposition", "Ola", "POST", path + "/finish", `{"disposition_id":"5"}`, 422, "disposition_id=disposition.not_of_queue", ""},
			{"finishing", "Ola", "POST", path + "/finish", `{"note":"All well."}`, 204, "", "interaction.closed"},
			{"an offer that is none", "Ola", "POST", "/offers/5/accept", "", 404, "offer.not_found", ""},
			{"declining one that is none", "Ola", "POST", "/offers/5/decline", `{"reason":"no"}`, 404, "offer.not_found", ""},
		} {
			status, answer := c.call(step.as, step.method, step.target, step.body)
			if got := c.facts(); status != step.status || !strings.Contains(summary(answer), step.want) || got != step.facts {
				t.Errorf("%s: %d %v, facts %q; want %d %s, %q", step.what, status, answer, got, step.status, step.want, step.facts)
			}
		}
		status, answer := c.call("Marta", "GET", path, "")
		if visits, ok := answer["visits"].([]any); status != 200 || !ok || len(visits) != 2 || len(answer["segments"].([]any)) != 3 || answer["outcome"] != "answered" {
			t.Errorf("%d %v", status, answer)
		}
	})
}

func TestASnoozeEndsHoweverExactlyItsTimeWasSaid(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.must(c.svc.SetMembership(c.system, routing.Membership{Agent: c.users["Ola"], Queue: c.queue, Member: true, Enabled: true}))
		it := c.queued().ID
		path := "/interactions/" + it.String()
		c.call("Ola", "PUT", "/me/presence", `{"state":"available"}`)
		c.call("Ola", "POST", path+"/pull", "")
		until := time.Now().Add(time.Hour).UTC().Truncate(time.Second).Add(123_456_789)
		if status, answer := c.call("Ola", "POST", path+"/park", `{"until":"`+until.Format(time.RFC3339Nano)+`"}`); status != 204 {
			t.Fatalf("%d %v", status, answer)
		}
		args, err := db.One[string](c.system, d, `SELECT args FROM job WHERE kind = 'routing.park_over'`)
		c.must(err)
		var over routing.ParkOver
		c.must(json.Unmarshal([]byte(args), &over))
		c.facts()
		c.must(c.svc.EndPark(c.system, over))
		if got := c.facts(); got != "interaction.resumed" {
			t.Errorf("its time has come: %q", got)
		}
	})
}

// summary says an answer in one line: "state:active", or the code of a problem with its fields.
func summary(answer map[string]any) string {
	parts := []string{fmt.Sprint(answer["code"]), fmt.Sprintf("state:%v", answer["state"])}
	fields, _ := answer["errors"].([]any)
	for _, f := range fields {
		one, _ := f.(map[string]any)
		parts = append(parts, fmt.Sprintf("%v=%v", one["path"], one["code"]))
	}
	return strings.Join(parts, " ")
}

func TestOffersOverHTTP(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	o := c.offered()
	status, answer := c.call("Kamil", "POST", "/offers/"+o.ID.String()+"/accept", "")
	if status != 404 || answer["code"] != "offer.not_found" {
		t.Errorf("somebody else's: %d %v", status, answer)
	}
	c.facts()
	status, answer = c.call("Ola", "POST", "/offers/"+o.ID.String()+"/accept", "")
	if status != 200 || answer["id"] != o.InteractionID.String() || answer["agent_id"] != c.users["Ola"].String() || c.facts() != "offer.ended interaction.started" {
		t.Errorf("accepting: %d %v", status, answer)
	}
	if status, answer = c.call("Ola", "POST", "/offers/"+o.ID.String()+"/accept", ""); status != 409 || answer["code"] != "offer.gone" {
		t.Errorf("again: %d %v", status, answer)
	}
	status, answer = c.call("Ola", "GET", "/interactions/"+o.InteractionID.String(), "")
	offers, _ := answer["offers"].([]any)
	if status != 200 || len(offers) != 1 {
		t.Fatalf("%d %v", status, answer)
	}
	one, _ := offers[0].(map[string]any)
	why, _ := one["why"].(map[string]any)
	who, _ := one["agent"].(map[string]any)
	if why["rule"] != "only_one" || who["name"] != "Ola" || one["state"] != "accepted" {
		t.Errorf("%v", one)
	}
}

func TestTransferTargetsOverHTTP(t *testing.T) {
	t.Parallel()
	c := newCentre(t, dbtest.SQLite(t))
	for name, user := range c.users {
		if status, answer := c.call("Marta", "PUT", fmt.Sprintf("/agents/%d/queues/%d", user, c.queue), `{"member":true,"enabled":true}`); status != 204 {
			t.Fatalf("%s: %d %v", name, status, answer)
		}
	}
	c.call("Marta", "PUT", "/me/presence", `{"state":"available"}`)
	it := c.queued()
	for query, want := range map[string]string{
		"":          "queues [Support] agents [Marta Kamil]",
		"&q=SUPPO":  "queues [Support] agents []",
		"&q=kam":    "queues [] agents [Kamil]",
		"&q=nobody": "queues [] agents []",
	} {
		status, answer := c.call("Ola", "GET", "/transfer-targets?interaction="+it.ID.String()+query, "")
		if got := fmt.Sprintf("queues %v agents %v", namesIn(answer["queues"]), namesIn(answer["agents"])); status != 200 || got != want {
			t.Errorf("%q: %d %s, want %s", query, status, got, want)
		}
	}
	if status, answer := c.call("Ola", "GET", "/transfer-targets", ""); status != 422 || !strings.Contains(summary(answer), "query.interaction=required") {
		t.Errorf("%d %v", status, answer)
	}
}

func namesIn(list any) []any {
	names := []any{}
	items, _ := list.([]any)
	for _, item := range items {
		one, _ := item.(map[string]any)
		names = append(names, one["name"])
	}
	return names
}
