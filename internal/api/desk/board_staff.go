package desk

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
)

const tagStaff = "staff"

// AgentPath is the address of an agent.
type AgentPath struct {
	ID id.User `path:"id"`
}

type membershipInput struct {
	AgentPath
	QueueID id.Queue `path:"queue_id"`
	Body    struct {
		Member  bool `json:"member" doc:"Belongs to the queue"`
		Enabled bool `json:"enabled" doc:"Gets work from it now"`
	}
}

type moveInput struct {
	AgentPath
	Body struct {
		FromQueueID id.Queue `json:"from_queue_id"`
		ToQueueID   id.Queue `json:"to_queue_id"`
	}
}

type forceInput struct {
	AgentPath
	Body wishBody
}

type agentChannelsInput struct {
	AgentPath
	Body switchesBody
}

// RegisterStaff adds the operations with which supervisors move people. Each is effective at once.
func RegisterStaff(api *httpx.API, svc *routing.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "setMembership", Method: http.MethodPut, Path: "/api/v1/agents/{id}/queues/{queue_id}", Tag: tagStaff,
		Summary: "Add an agent to a queue, remove them, or pause them in it", Permission: actor.StaffMove, Errors: staffCodes("queue.not_found"),
	}, func(ctx context.Context, in *membershipInput) (*struct{}, error) {
		m := routing.Membership{Agent: in.ID, Queue: in.QueueID, Member: in.Body.Member, Enabled: in.Body.Enabled}
		return nil, svc.SetMembership(ctx, m)
	})
	httpx.Register(api, httpx.Operation{
		ID: "moveAgent", Method: http.MethodPost, Path: "/api/v1/agents/{id}/move", Tag: tagStaff,
		Summary: "Take an agent out of one queue and put them into another", Permission: actor.StaffMove, Errors: staffCodes("queue.not_found"),
	}, func(ctx context.Context, in *moveInput) (*struct{}, error) {
		return nil, svc.MoveAgent(ctx, in.ID, in.Body.FromQueueID, in.Body.ToQueueID)
	})
	httpx.Register(api, httpx.Operation{
		ID: "forcePresence", Method: http.MethodPut, Path: "/api/v1/agents/{id}/presence", Tag: tagStaff,
		Summary: "Set somebody's presence", Permission: actor.PresenceForce, Errors: staffCodes(),
	}, func(ctx context.Context, in *forceInput) (*struct{}, error) {
		return nil, svc.ForcePresence(ctx, in.ID, in.Body.wish())
	})
	httpx.Register(api, httpx.Operation{
		ID: "switchAgentChannels", Method: http.MethodPut, Path: "/api/v1/agents/{id}/channels", Tag: tagStaff,
		Summary: "Switch the channels on which somebody gets work", Permission: actor.StaffMove, Errors: staffCodes(),
	}, func(ctx context.Context, in *agentChannelsInput) (*struct{}, error) {
		return nil, svc.SwitchChannels(ctx, in.ID, in.Body.Channels)
	})
}

func staffCodes(more ...string) []httpx.Code {
	codes := []httpx.Code{{Kind: errs.NotFound, Code: "agent.not_found"}}
	for _, code := range more {
		codes = append(codes, httpx.Code{Kind: errs.NotFound, Code: code})
	}
	return codes
}
