package customer

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

// OrganisationJoinKey names a join of organisations in a path.
type OrganisationJoinKey struct {
	ID id.OrganisationJoin `path:"id"`
}

// OrganisationRef is an organisation by name.
type OrganisationRef struct {
	ID   id.Organisation `json:"id"`
	Name string          `json:"name"`
}

// OrganisationJoinBody is the statement that two organisations are one.
type OrganisationJoinBody struct {
	ID         id.OrganisationJoin `json:"id"`
	From       OrganisationRef     `json:"from" doc:"Which is the other; in the answer to a change without a name"`
	Into       OrganisationRef     `json:"into"`
	Moved      int64               `json:"moved" doc:"How many people went with it"`
	MadeBy     id.User             `json:"made_by,omitzero"`
	MadeByName string              `json:"made_by_name,omitempty"`
	MadeAt     time.Time           `json:"made_at"`
	UndoneBy   id.User             `json:"undone_by,omitzero"`
	UndoneName string              `json:"undone_by_name,omitempty"`
	UndoneAt   time.Time           `json:"undone_at,omitzero"`
}

type organisationJoinInput struct {
	OrganisationKey
	Body struct {
		IntoID id.Organisation `json:"into_id" doc:"Which the organisation is"`
	}
}

type organisationJoinPreviewInput struct {
	OrganisationKey

	Into id.Organisation `query:"into" required:"true"`
}

type (
	organisationJoinOutput  struct{ Body OrganisationJoinBody }
	organisationJoinsOutput struct {
		Body struct {
			Items []OrganisationJoinBody `json:"items" doc:"Newest first, with those taken back"`
		}
	}
	organisationJoinPreviewOutput struct {
		Body struct {
			From   OrganisationBody `json:"from"`
			Into   OrganisationBody `json:"into"`
			People int              `json:"people" doc:"Who would belong to the other; 1000 stands for more"`
		}
	}
)

// joinCodes are what an operation on two organisations answers.
func joinCodes(more ...httpx.Code) []httpx.Code {
	return notFound(append([]httpx.Code{
		{Kind: errs.Invalid, Code: "organisation.same"},
		{Kind: errs.Invalid, Code: "customer.other_brand"},
		{Kind: errs.Conflict, Code: "organisation.joined"},
		{Kind: errs.Conflict, Code: "organisation.erased"},
	}, more...)...)
}

// registerOrganisationJoins adds the operations that say, and take back, that two organisations are one.
func (s Story) registerOrganisationJoins(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listOrganisationJoins", Method: http.MethodGet, Path: organisationPath + "/joins", Tag: tagOrganisations,
		Summary: "With which an organisation was said to be one", Permission: actor.CustomerRead, Errors: notFound(),
	}, s.organisationJoins)
	httpx.Register(api, httpx.Operation{
		ID: "previewOrganisationJoin", Method: http.MethodGet, Path: organisationPath + "/joins/preview", Tag: tagOrganisations,
		Summary: "What joining an organisation to another would do", Permission: actor.CustomerRead, Errors: joinCodes(),
	}, func(ctx context.Context, in *organisationJoinPreviewInput) (*organisationJoinPreviewOutput, error) {
		p, err := s.Organisations.PreviewJoin(ctx, in.ID, in.Into)
		out := &organisationJoinPreviewOutput{}
		out.Body.From, out.Body.Into, out.Body.People = organisationOf(p.From), organisationOf(p.Into), p.People
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "joinOrganisation", Method: http.MethodPost, Path: organisationPath + "/joins", Tag: tagOrganisations, Permission: actor.CustomerEdit, Creates: true,
		Summary:     "Say that an organisation is another; its people follow",
		Description: "Nothing is lost: splitOrganisation gives everything back.",
		Errors:      joinCodes(httpx.Code{Kind: errs.Exhausted, Code: "organisation.too_many_people"}),
	}, func(ctx context.Context, in *organisationJoinInput) (*organisationJoinOutput, error) {
		made, err := s.Organisations.JoinInto(ctx, in.ID, in.Body.IntoID)
		return &organisationJoinOutput{Body: organisationJoinOf(made, nil)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "splitOrganisation", Method: http.MethodPost, Path: "/api/v1/organisation-joins/{id}/undo", Tag: tagOrganisations, Permission: actor.CustomerEdit, Status: http.StatusOK,
		Summary: "Take back that two organisations are one; each has again whom it had",
		Errors:  notFound(httpx.Code{Kind: errs.Conflict, Code: "join.undone"}, httpx.Code{Kind: errs.Conflict, Code: "join.later"}),
	}, func(ctx context.Context, in *OrganisationJoinKey) (*organisationJoinOutput, error) {
		undone, err := s.Organisations.Split(ctx, in.ID)
		return &organisationJoinOutput{Body: organisationJoinOf(undone, nil)}, err
	})
}

func organisationJoinOf(j customer.OrganisationJoin, names map[id.User]string) OrganisationJoinBody {
	return OrganisationJoinBody{
		ID: j.ID, From: OrganisationRef{j.FromID, j.From}, Into: OrganisationRef{j.IntoID, j.Into}, Moved: j.Moved,
		MadeBy: j.MadeBy, MadeByName: names[j.MadeBy], MadeAt: j.MadeAt, UndoneBy: j.UndoneBy, UndoneName: names[j.UndoneBy], UndoneAt: j.UndoneAt,
	}
}

func (s Story) organisationJoins(ctx context.Context, in *OrganisationKey) (*organisationJoinsOutput, error) {
	all, err := s.Organisations.Joins(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var users []id.User
	for _, j := range all {
		users = append(users, j.MadeBy, j.UndoneBy)
	}
	names, err := s.People.Names(ctx, users)
	out := &organisationJoinsOutput{}
	out.Body.Items = make([]OrganisationJoinBody, len(all))
	for i, j := range all {
		out.Body.Items[i] = organisationJoinOf(j, names)
	}
	return out, err
}
