package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// JoinKey names a join in a path. It is exported so that the document sees it where it is embedded.
type JoinKey struct {
	ID id.Join `path:"id"`
}

type joinBody struct {
	ID       id.Join     `json:"id"`
	FromID   id.Customer `json:"from_id" doc:"Who is the other"`
	IntoID   id.Customer `json:"into_id"`
	Reason   string      `json:"reason" enum:"agent,same_verified_address,opened_invitation,same_phone,similar_name_same_email"`
	Moved    int         `json:"moved" doc:"How many addresses changed hands"`
	MadeBy   *UserRef    `json:"made_by,omitempty"`
	MadeAt   time.Time   `json:"made_at"`
	UndoneBy *UserRef    `json:"undone_by,omitempty"`
	UndoneAt time.Time   `json:"undone_at,omitzero"`
}

type suggestionBody struct {
	Customer CustomerBody `json:"customer"`
	Reasons  []string     `json:"reasons" enum:"same_verified_address,opened_invitation,same_phone,similar_name_same_email" doc:"The strongest first"`
}

type joinInput struct {
	CustomerKey
	Body struct {
		IntoID id.Customer `json:"into_id" doc:"Who the customer is"`
		Reason string      `json:"reason,omitempty" enum:"agent,same_verified_address,opened_invitation,same_phone,similar_name_same_email" doc:"The suggestion that was followed"`
	}
}

type joinPreviewInput struct {
	CustomerKey

	Into id.Customer `query:"into" required:"true"`
}

type (
	joinOutput      struct{ Body joinBody }
	suggestedOutput struct {
		Body struct {
			Items []suggestionBody `json:"items" doc:"The strongest reason first"`
		}
	}
	joinListOutput struct {
		Body struct {
			Items []joinBody `json:"items" doc:"Newest first, with those taken back"`
		}
	}
	joinPreviewOutput struct {
		Body struct {
			From          CustomerBody       `json:"from"`
			Into          CustomerBody       `json:"into"`
			ContactPoints []contactPointBody `json:"contact_points" doc:"That would change hands"`
			Reasons       []string           `json:"reasons" doc:"That speak for it"`
		}
	}
)

// joinCodes are what an operation on two customers answers.
func joinCodes(more ...httpx.Code) []httpx.Code {
	return notFound(append([]httpx.Code{
		{Kind: errs.Invalid, Code: "customer.same"},
		{Kind: errs.Invalid, Code: "customer.other_brand"},
		{Kind: errs.Conflict, Code: "customer.joined"},
		{Kind: errs.Conflict, Code: "customer.erased"},
	}, more...)...)
}

// registerJoins adds the operations that say, and take back, that two customers are one.
func (c Customers) registerJoins(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listCustomerSuggestions", Method: http.MethodGet, Path: customerPath + "/suggestions", Tag: tagCustomers,
		Summary: "Customers who may be the same, and why", Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *CustomerKey) (*suggestedOutput, error) {
		all, err := c.Customers.Suggestions(ctx, in.ID)
		out := &suggestedOutput{}
		out.Body.Items = make([]suggestionBody, len(all))
		for i, s := range all {
			out.Body.Items[i] = suggestionBody{customerOf(s.Customer), reasonsOf(s.Reasons)}
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listCustomerJoins", Method: http.MethodGet, Path: customerPath + "/joins", Tag: tagCustomers,
		Summary: "With whom a customer was said to be one", Permission: actor.CustomerRead, Errors: notFound(),
	}, c.listJoins)
	httpx.Register(api, httpx.Operation{
		ID: "previewCustomerJoin", Method: http.MethodGet, Path: customerPath + "/joins/preview", Tag: tagCustomers,
		Summary: "What joining a customer to another would do", Permission: actor.CustomerRead, Errors: joinCodes(),
	}, c.previewJoin)
	httpx.Register(api, httpx.Operation{
		ID: "joinCustomer", Method: http.MethodPost, Path: customerPath + "/joins", Tag: tagCustomers, Permission: actor.CustomerEdit, Creates: true,
		Summary:     "Say that a customer is another; addresses and conversations follow",
		Description: "Nothing is lost: splitCustomer gives everything back.",
		Errors:      joinCodes(httpx.Code{Kind: errs.Exhausted, Code: "customer.too_many_addresses"}),
	}, func(ctx context.Context, in *joinInput) (*joinOutput, error) {
		made, err := c.Customers.JoinInto(ctx, in.ID, in.Body.IntoID, in.Body.Reason)
		return &joinOutput{Body: joinOf(made, nil)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "splitCustomer", Method: http.MethodPost, Path: "/api/v1/joins/{id}/undo", Tag: tagCustomers, Permission: actor.CustomerEdit, Status: http.StatusOK,
		Summary: "Take back that two customers are one; each has again what it had",
		Errors:  notFound(httpx.Code{Kind: errs.Conflict, Code: "join.undone"}, httpx.Code{Kind: errs.Conflict, Code: "join.later"}),
	}, func(ctx context.Context, in *JoinKey) (*joinOutput, error) {
		undone, err := c.Customers.Split(ctx, in.ID)
		return &joinOutput{Body: joinOf(undone, nil)}, err
	})
}

func reasonsOf(all []customer.Reason) []string {
	out := make([]string, len(all))
	for i, r := range all {
		out[i] = string(r)
	}
	return out
}

func joinOf(j customer.Join, names map[id.User]string) joinBody {
	return joinBody{
		ID: j.ID, FromID: j.FromID, IntoID: j.IntoID, Reason: j.Reason, Moved: len(j.Moved), MadeBy: refTo(j.MadeBy, names), MadeAt: j.MadeAt,
		UndoneBy: refTo(j.UndoneBy, names), UndoneAt: j.UndoneAt,
	}
}

func (c Customers) listJoins(ctx context.Context, in *CustomerKey) (*joinListOutput, error) {
	all, err := c.Customers.Joins(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var users []id.User
	for _, j := range all {
		users = append(users, j.MadeBy, j.UndoneBy)
	}
	names, err := c.People.Names(ctx, users)
	out := &joinListOutput{}
	out.Body.Items = make([]joinBody, len(all))
	for i, j := range all {
		out.Body.Items[i] = joinOf(j, names)
	}
	return out, err
}

func (c Customers) previewJoin(ctx context.Context, in *joinPreviewInput) (*joinPreviewOutput, error) {
	p, err := c.Customers.PreviewJoin(ctx, in.ID, in.Into)
	if err != nil {
		return nil, err
	}
	out := &joinPreviewOutput{}
	out.Body.From, out.Body.Into, out.Body.Reasons = customerOf(p.From), customerOf(p.Into), reasonsOf(p.Reasons)
	out.Body.ContactPoints = []contactPointBody{}
	for _, pt := range p.Points {
		out.Body.ContactPoints = append(out.Body.ContactPoints, pointOf(pt))
	}
	return out, nil
}
