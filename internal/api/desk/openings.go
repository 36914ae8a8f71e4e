package desk

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Openings writes first in words that providers have approved.
type Openings interface {
	SenderTemplates(ctx context.Context, point id.EntryPoint) ([]channel.Template, error)
	OpenWithTemplate(ctx context.Context, in delivery.OpeningInput) (id.Conversation, error)
}

// Openers knows the entry points from which one may write first to a phone number.
type Openers interface {
	Openers(ctx context.Context, brand id.Brand) ([]channel.EntryPoint, error)
}

type openerKey struct {
	ID id.EntryPoint `path:"id"`
}

type openerBody struct {
	ID      id.EntryPoint `json:"id"`
	Name    string        `json:"name"`
	Channel string        `json:"channel"`
}

type openersOutput struct {
	Body struct {
		Items []openerBody `json:"items"`
	}
}

type openInput struct {
	Body struct {
		FromID         id.EntryPoint   `json:"from_id" doc:"An account of ours on a channel with templates"`
		CustomerID     id.Customer     `json:"customer_id"`
		ContactPointID id.ContactPoint `json:"contact_point_id,omitzero" doc:"Where the customer was met on the channel; absent: number says where"`
		Number         string          `json:"number,omitempty" maxLength:"60" doc:"A phone number with its country"`
		Template       templateUseBody `json:"template"`
		CaseID         id.Case         `json:"case_id,omitzero" doc:"The conversation becomes a part of it"`
	}
}

func (c Conversations) registerOpenings(api *httpx.API) {
	conflicts := func(codes ...string) (all []httpx.Code) {
		for _, code := range codes {
			all = append(all, httpx.Code{Kind: errs.Conflict, Code: code})
		}
		return all
	}
	httpx.Register(api, httpx.Operation{
		ID: "listOpeners", Method: http.MethodGet, Path: "/api/v1/openers", Tag: tagConversations,
		Summary: "Accounts of a brand from which one may write first with a template", Permission: actor.ConversationReply,
	}, func(ctx context.Context, in *sendersInput) (*openersOutput, error) {
		found, err := c.Openers.Openers(ctx, in.Brand)
		out := &openersOutput{}
		out.Body.Items = make([]openerBody, len(found))
		for i, p := range found {
			out.Body.Items[i] = openerBody{p.ID, p.Name, string(p.Channel)}
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listOpenerTemplates", Method: http.MethodGet, Path: "/api/v1/openers/{id}/templates", Tag: tagConversations,
		Summary: "Texts that the provider has approved for an account", Permission: actor.ConversationReply,
		Errors: notFound(conflicts("channel.cannot_send_template", "opening.no_queue")...),
	}, func(ctx context.Context, in *openerKey) (*templatesOutput, error) {
		all, err := c.Replies.SenderTemplates(ctx, in.ID)
		return templatesOf(all), err
	})
	httpx.Register(api, httpx.Operation{
		ID: "openWithTemplate", Method: http.MethodPost, Path: "/api/v1/openings", Tag: tagConversations, Creates: true,
		Summary:     "Write first to a customer with a template",
		Description: "The conversation is the caller's work. A customer who has taken their consent back is not written to, nor one who has neither written there nor agreed; what advertises needs a consent to marketing.",
		Permission:  actor.ConversationReply,
		Errors: append(conflicts("channel.cannot_send_template", "opening.no_queue", "opening.under_way", "opening.unwanted", "opening.no_consent", "template.gone"),
			httpx.Code{Kind: errs.Exhausted, Code: "case.full"}, personNeeded()),
	}, func(ctx context.Context, in *openInput) (*begunOutput, error) {
		b := in.Body
		begun, err := c.Replies.OpenWithTemplate(ctx, delivery.OpeningInput{
			From: b.FromID, Customer: b.CustomerID, Point: b.ContactPointID, Number: b.Number, Template: *b.Template.use(), Case: b.CaseID,
		})
		out := &begunOutput{}
		out.Body.ID = begun
		return out, err
	})
}
