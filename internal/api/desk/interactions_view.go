package desk

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
)

// maxShownTargets bounds what a list to choose from shows of each kind; typing narrows it.
const maxShownTargets = 50

type detailOutput struct{ Body detailBody }

type targetsInput struct {
	Interaction id.Interaction `query:"interaction" required:"true" doc:"What is to be handed on"`
	Q           string         `query:"q" maxLength:"100" doc:"Part of a name"`
}

type targetQueueBody struct {
	QueueRef

	Waiting *int `json:"waiting,omitempty" doc:"Absent when nobody can tell at the moment"`
	Free    *int `json:"free,omitempty" doc:"Agents who are free"`
}

type targetAgentBody struct {
	UserRef

	Presence string `json:"presence" enum:"offline,available,away"`
	Activity string `json:"activity,omitempty" doc:"offline, away, wrap_up, busy, free; absent when nobody can tell at the moment"`
	Load     *int   `json:"load,omitempty" doc:"Units of work at the moment"`
}

type targetsOutput struct {
	Body struct {
		Queues []targetQueueBody `json:"queues"`
		Agents []targetAgentBody `json:"agents"`
	}
}

// RegisterInteractionViews adds the operations that show an interaction and where it can go.
func RegisterInteractionViews(api *httpx.API, views *routing.Views, people People) {
	httpx.Register(api, httpx.Operation{
		ID: "getInteraction", Method: http.MethodGet, Path: "/api/v1/interactions/{id}", Tag: tagInteractions,
		Summary: "An interaction with its stamps, visits to queues, offers and shares of agents", Permission: actor.ConversationRead,
		Errors: interactionCodes()[:1],
	}, func(ctx context.Context, in *InteractionPath) (*detailOutput, error) {
		d, err := views.Interaction(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		names, err := people.Names(ctx, agentsOf(d))
		if err != nil {
			return nil, err
		}
		return &detailOutput{Body: detailOf(d, names)}, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "listTransferTargets", Method: http.MethodGet, Path: "/api/v1/transfer-targets", Tag: tagInteractions,
		Summary: "The queues and agents to whom an interaction can be handed", Permission: actor.ConversationReply, Errors: interactionCodes()[:1],
	}, func(ctx context.Context, in *targetsInput) (*targetsOutput, error) {
		t, err := views.TransferTargets(ctx, in.Interaction)
		if err != nil {
			return nil, err
		}
		agents := make([]id.User, len(t.Agents))
		for i, a := range t.Agents {
			agents[i] = a.UserID
		}
		names, err := people.Names(ctx, agents)
		if err != nil {
			return nil, err
		}
		return targetsOf(t, names, fold.Text(in.Q)), nil
	})
}

// targetsOf shows those of t whose name contains query.
func targetsOf(t routing.Targets, names map[id.User]string, query string) *targetsOutput {
	out := &targetsOutput{}
	out.Body.Queues, out.Body.Agents = []targetQueueBody{}, []targetAgentBody{}
	for _, q := range t.Queues {
		if !strings.Contains(fold.Text(q.Name), query) {
			continue
		}
		body := targetQueueBody{QueueRef: QueueRef{ID: q.ID, Name: q.Name}}
		if q.Board != nil {
			body.Waiting, body.Free = &q.Board.Waiting, &q.Board.Staff.Free
		}
		out.Body.Queues = append(out.Body.Queues, body)
	}
	for _, a := range t.Agents {
		name, known := names[a.UserID]
		if !known || !strings.Contains(fold.Text(name), query) {
			continue
		}
		body := targetAgentBody{UserRef: UserRef{ID: a.UserID, Name: name}, Presence: string(a.State)}
		if a.Live != nil {
			body.Activity, body.Load = a.Live.Status.String(), &a.Live.Load
		}
		out.Body.Agents = append(out.Body.Agents, body)
	}
	slices.SortFunc(out.Body.Agents, byAvailability)
	out.Body.Queues = out.Body.Queues[:min(len(out.Body.Queues), maxShownTargets)]
	out.Body.Agents = out.Body.Agents[:min(len(out.Body.Agents), maxShownTargets)]
	return out
}

// byAvailability puts those who can take it now first, then goes by name.
func byAvailability(a, b targetAgentBody) int {
	here := func(t targetAgentBody) int {
		if t.Presence == string(routing.Available) {
			return 0
		}
		return 1
	}
	if d := here(a) - here(b); d != 0 {
		return d
	}
	return strings.Compare(fold.Text(a.Name), fold.Text(b.Name))
}
