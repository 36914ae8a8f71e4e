package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
)

const tagInteractions = "interactions"

// OfferPath is the address of an offer.
type OfferPath struct {
	ID id.Offer `path:"id"`
}

// InteractionPath is the address of an interaction.
type InteractionPath struct {
	ID id.Interaction `path:"id"`
}

type interactionOutput struct{ Body InteractionBody }

type declineInput struct {
	OfferPath
	Body *struct {
		Reason string `json:"reason,omitempty" maxLength:"200" doc:"Why, for the supervisor"`
	}
}

type transferInput struct {
	InteractionPath
	Body struct {
		QueueID id.Queue `json:"queue_id,omitzero" doc:"The queue that it goes to; or name an agent"`
		AgentID id.User  `json:"agent_id,omitzero" doc:"The agent who is waited for in its queue; or name a queue"`
		Note    string   `json:"note,omitempty" maxLength:"2000" doc:"To the next agent; the customer never sees it"`
	}
}

type parkInput struct {
	InteractionPath
	Body *struct {
		Until time.Time `json:"until,omitzero" doc:"When it is taken up again by itself; absent: when somebody does"`
	}
}

type finishInput struct {
	InteractionPath
	Body struct {
		DispositionID id.Disposition `json:"disposition_id,omitzero"`
		Note          string         `json:"note,omitempty" maxLength:"2000" doc:"For whoever reads the conversation later; the customer never sees it"`
	}
}

// RegisterInteractions adds the operations with which agents work on interactions.
func RegisterInteractions(api *httpx.API, svc *routing.Service) {
	registerOffers(api, svc)
	registerTaking(api, svc)
	registerWork(api, svc)
}

func registerOffers(api *httpx.API, svc *routing.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "acceptOffer", Method: http.MethodPost, Path: "/api/v1/offers/{id}/accept", Tag: tagInteractions,
		Summary: "Take the offered interaction", Permission: actor.PresenceSelf, Errors: offerCodes(),
	}, func(ctx context.Context, in *OfferPath) (*interactionOutput, error) {
		return shown(svc.Accept(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "declineOffer", Method: http.MethodPost, Path: "/api/v1/offers/{id}/decline", Tag: tagInteractions,
		Summary: "Give the offered interaction back to its place in the queue", Permission: actor.PresenceSelf, Errors: offerCodes(),
	}, func(ctx context.Context, in *declineInput) (*struct{}, error) {
		reason := ""
		if in.Body != nil {
			reason = in.Body.Reason
		}
		return nil, svc.Decline(ctx, in.ID, reason)
	})
}

func registerTaking(api *httpx.API, svc *routing.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "pullInteraction", Method: http.MethodPost, Path: "/api/v1/interactions/{id}/pull", Tag: tagInteractions,
		Summary: "Take an interaction that waits, or that is offered to oneself; who may not move interactions needs the channel switched on and room for it", Permission: actor.InteractionPull,
		Errors: append(interactionCodes(), pullCodes()...),
	}, func(ctx context.Context, in *InteractionPath) (*interactionOutput, error) {
		return shown(svc.Pull(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "takeOverInteraction", Method: http.MethodPost, Path: "/api/v1/interactions/{id}/takeover", Tag: tagInteractions,
		Summary: "Take an interaction from its agent", Permission: actor.InteractionMove,
		Errors: append(interactionCodes(), httpx.Code{Kind: errs.Conflict, Code: "interaction.already_yours"}),
	}, func(ctx context.Context, in *InteractionPath) (*interactionOutput, error) {
		return shown(svc.TakeOver(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "transferInteraction", Method: http.MethodPost, Path: "/api/v1/interactions/{id}/transfer", Tag: tagInteractions,
		Summary: "Hand an interaction to a queue or to an agent; it keeps its time of arrival", Permission: actor.ConversationReply, Errors: workCodes(),
	}, func(ctx context.Context, in *transferInput) (*struct{}, error) {
		t := routing.Transfer{Interaction: in.ID, Queue: in.Body.QueueID, Agent: in.Body.AgentID, Note: in.Body.Note}
		return nil, svc.Transfer(ctx, t)
	})
}

func registerWork(api *httpx.API, svc *routing.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "parkInteraction", Method: http.MethodPost, Path: "/api/v1/interactions/{id}/park", Tag: tagInteractions,
		Summary: "Put an interaction aside", Permission: actor.ConversationReply, Errors: workCodes(),
	}, func(ctx context.Context, in *parkInput) (*struct{}, error) {
		until := time.Time{}
		if in.Body != nil {
			until = in.Body.Until
		}
		return nil, svc.Park(ctx, in.ID, until)
	})
	httpx.Register(api, httpx.Operation{
		ID: "resumeInteraction", Method: http.MethodPost, Path: "/api/v1/interactions/{id}/resume", Tag: tagInteractions,
		Summary: "Take a parked interaction up again", Permission: actor.ConversationReply, Errors: workCodes(),
	}, func(ctx context.Context, in *InteractionPath) (*struct{}, error) {
		return nil, svc.Resume(ctx, in.ID)
	})
	httpx.Register(api, httpx.Operation{
		ID: "endContact", Method: http.MethodPost, Path: "/api/v1/interactions/{id}/end", Tag: tagInteractions,
		Summary: "End the contact and go into wrap-up", Permission: actor.ConversationReply, Errors: workCodes(),
	}, func(ctx context.Context, in *InteractionPath) (*struct{}, error) {
		return nil, svc.EndContact(ctx, in.ID)
	})
	httpx.Register(api, httpx.Operation{
		ID: "finishInteraction", Method: http.MethodPost, Path: "/api/v1/interactions/{id}/finish", Tag: tagInteractions,
		Summary: "Close an interaction with its disposition", Permission: actor.ConversationReply, Errors: workCodes(),
	}, func(ctx context.Context, in *finishInput) (*struct{}, error) {
		f := routing.Finish{Interaction: in.ID, Disposition: in.Body.DispositionID, Note: in.Body.Note}
		return nil, svc.Finish(ctx, f)
	})
}

func shown(it routing.Interaction, err error) (*interactionOutput, error) {
	if err != nil {
		return nil, err
	}
	return &interactionOutput{Body: interactionOf(it)}, nil
}

func offerCodes() []httpx.Code {
	return []httpx.Code{{Kind: errs.NotFound, Code: "offer.not_found"}, {Kind: errs.Conflict, Code: "offer.gone"}}
}

func interactionCodes() []httpx.Code {
	return []httpx.Code{{Kind: errs.NotFound, Code: "interaction.not_found"}, {Kind: errs.Conflict, Code: "interaction.moved_on"}}
}

func pullCodes() []httpx.Code {
	return []httpx.Code{
		{Kind: errs.Forbidden, Code: "queue.no_pull"},
		{Kind: errs.Conflict, Code: "interaction.on_offer"},
		{Kind: errs.Conflict, Code: "agent.channel_off"},
		{Kind: errs.Conflict, Code: "agent.no_room"},
	}
}

func workCodes() []httpx.Code {
	return append(interactionCodes(), httpx.Code{Kind: errs.Forbidden, Code: "interaction.not_yours"})
}
