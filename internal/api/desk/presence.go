package desk

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
)

const tagPresence = "presence"

type presenceBody struct {
	State    string          `json:"state" enum:"offline,available,away" doc:"What the agent said"`
	Activity string          `json:"activity" enum:"offline,available,away,offered,busy,wrap_up" doc:"What the agent does"`
	ReasonID id.AwayReason   `json:"reason_id,omitzero"`
	Reason   string          `json:"reason,omitempty" doc:"Name of the reason"`
	System   string          `json:"system,omitempty" enum:"missed_offer,lost" doc:"Why the system set it; absent when a person did"`
	Since    time.Time       `json:"since,omitzero" doc:"Of the state"`
	DoesFrom time.Time       `json:"activity_since,omitzero" doc:"Of the activity: of work the oldest piece"`
	Next     *nextPresence   `json:"next,omitempty" doc:"What begins when the present work ends"`
	Channels map[string]bool `json:"channels" doc:"Classes of channels (chat, mail, call, video, social) and whether work comes from them"`
}

type nextPresence struct {
	State    string        `json:"state" enum:"offline,available,away"`
	ReasonID id.AwayReason `json:"reason_id,omitzero"`
	Reason   string        `json:"reason,omitempty"`
}

type presenceOutput struct{ Body presenceBody }

// wishBody is a presence that somebody sets.
type wishBody struct {
	State    string        `json:"state" enum:"offline,available,away"`
	ReasonID id.AwayReason `json:"reason_id,omitzero" doc:"For away"`
	Next     bool          `json:"next,omitempty" doc:"Not before the present work ends; until then nothing new is offered"`
}

func (b wishBody) wish() routing.Wish {
	return routing.Wish{State: routing.Presence(b.State), Reason: b.ReasonID, WhenFree: b.Next}
}

type switchesBody struct {
	Channels map[string]bool `json:"channels" doc:"Classes that are not named stay as they are"`
}

type ownQueueBody struct {
	QueueRef

	BrandID      id.Brand  `json:"brand_id"`
	Enabled      bool      `json:"enabled" doc:"Gives work to the agent now"`
	Waiting      *int      `json:"waiting,omitempty" doc:"Absent when nobody can tell at the moment"`
	LongestSince time.Time `json:"longest_since,omitzero" doc:"Arrival of who waits longest; absent when nobody waits"`
}

type ownQueuesOutput struct {
	Body struct {
		Items []ownQueueBody `json:"items"`
	}
}

// RegisterPresence adds the operations on the actor's own presence. Classes are
// those of the channels that this installation has; others are not shown.
func RegisterPresence(api *httpx.API, svc *routing.Service, views *routing.Views, classes []string) {
	show := func(ctx context.Context) (*presenceOutput, error) {
		p, err := views.Presence(ctx)
		if err != nil {
			return nil, err
		}
		return &presenceOutput{Body: presenceOf(p, classes)}, nil
	}
	httpx.Register(api, httpx.Operation{
		ID: "getPresence", Method: http.MethodGet, Path: "/api/v1/me/presence", Tag: tagPresence,
		Summary: "One's own presence", Permission: actor.PresenceSelf,
	}, func(ctx context.Context, _ *struct{}) (*presenceOutput, error) { return show(ctx) })
	httpx.Register(api, httpx.Operation{
		ID: "setPresence", Method: http.MethodPut, Path: "/api/v1/me/presence", Tag: tagPresence,
		Summary: "Set one's own presence", Permission: actor.PresenceSelf,
	}, func(ctx context.Context, in *struct{ Body wishBody }) (*presenceOutput, error) {
		if err := svc.SetPresence(ctx, in.Body.wish()); err != nil {
			return nil, err
		}
		return show(ctx)
	})
	httpx.Register(api, httpx.Operation{
		ID: "switchChannels", Method: http.MethodPut, Path: "/api/v1/me/channels", Tag: tagPresence,
		Summary: "Switch the channels on which one gets work", Permission: actor.PresenceSelf,
	}, func(ctx context.Context, in *struct{ Body switchesBody }) (*presenceOutput, error) {
		if err := svc.SwitchChannels(ctx, actor.From(ctx).User, in.Body.Channels); err != nil {
			return nil, err
		}
		return show(ctx)
	})
	httpx.Register(api, httpx.Operation{
		ID: "listOwnQueues", Method: http.MethodGet, Path: "/api/v1/me/queues", Tag: tagPresence,
		Summary: "The queues one belongs to, with who waits there", Permission: actor.PresenceSelf,
	}, func(ctx context.Context, _ *struct{}) (*ownQueuesOutput, error) {
		own, err := views.OwnQueues(ctx)
		if err != nil {
			return nil, err
		}
		return ownQueuesOf(own), nil
	})
}

func presenceOf(p routing.AgentPresence, classes []string) presenceBody {
	body := presenceBody{
		State: string(p.State), Activity: string(p.Activity), ReasonID: p.ReasonID, Reason: p.Reason, System: p.System,
		Since: p.Since, DoesFrom: p.ActivitySince, Channels: map[string]bool{},
	}
	if p.NextState != "" {
		body.Next = &nextPresence{State: string(p.NextState), ReasonID: p.NextReasonID, Reason: p.NextReason}
	}
	for _, class := range classes {
		body.Channels[class] = slices.Contains(p.Channels, class)
	}
	return body
}

func ownQueuesOf(own []routing.OwnQueue) *ownQueuesOutput {
	out := &ownQueuesOutput{}
	out.Body.Items = []ownQueueBody{}
	for _, q := range own {
		body := ownQueueBody{QueueRef: QueueRef{ID: q.ID, Name: q.Name}, BrandID: q.BrandID, Enabled: q.Enabled}
		if q.Board != nil {
			body.Waiting, body.LongestSince = &q.Board.Waiting, q.Board.Longest
		}
		out.Body.Items = append(out.Body.Items, body)
	}
	return out
}
