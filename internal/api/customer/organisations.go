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
	"github.com/zongler/zongler/internal/worklist"
)

// OrganisationBody is an organisation as it travels.
type OrganisationBody struct {
	ID        id.Organisation `json:"id"`
	BrandID   id.Brand        `json:"brand_id"`
	Name      string          `json:"name"`
	Phone     string          `json:"phone,omitempty"`
	Website   string          `json:"website,omitempty"`
	About     string          `json:"about,omitempty"`
	Domains   []string        `json:"domains" doc:"Of mail addresses that suggest its people; nobody belongs to it by one"`
	Fields    map[string]any  `json:"fields" doc:"Values of the tenant's own fields, by key"`
	Archived  bool            `json:"archived"`
	Rev       int64           `json:"rev" doc:"Counts changes"`
	CreatedAt time.Time       `json:"created_at"`
	ChangedAt time.Time       `json:"changed_at"`

	JoinedInto id.Organisation `json:"joined_into,omitzero" doc:"Which it is held to be"`
	ErasedAt   time.Time       `json:"erased_at,omitzero" doc:"When all that was known of it was removed"`
}

// OrganisationRow is an organisation as a list shows it.
type OrganisationRow struct {
	OrganisationBody

	People int `json:"people" doc:"1000 stands for more"`
}

// PersonBody is a customer as an organisation shows its people.
type PersonBody struct {
	ID       id.Customer `json:"id"`
	BrandID  id.Brand    `json:"brand_id"`
	Name     string      `json:"name"`
	Email    string      `json:"email,omitempty"`
	Phone    string      `json:"phone,omitempty"`
	Language string      `json:"language,omitempty"`
	Rev      int64       `json:"rev" doc:"Counts changes"`
}

// OrganisationPatchBody is what may be changed of an organisation.
type OrganisationPatchBody struct {
	Name    *string        `json:"name,omitempty" maxLength:"200"`
	Phone   *string        `json:"phone,omitempty" maxLength:"32"`
	Website *string        `json:"website,omitempty" maxLength:"300"`
	About   *string        `json:"about,omitempty" maxLength:"4000"`
	Domains *[]string      `json:"domains,omitempty" maxItems:"20"`
	Fields  map[string]any `json:"fields,omitempty" doc:"Values by key, as far as they change; null takes one away"`
}

func (b OrganisationPatchBody) details() customer.OrganisationDetails {
	return customer.OrganisationDetails{Name: b.Name, Phone: b.Phone, Website: b.Website, About: b.About, Domains: b.Domains, Fields: b.Fields}
}

type organisationListInput struct {
	httpx.PageQuery

	Q        string   `query:"q" maxLength:"100" doc:"Beginnings of words of the name"`
	Brand    id.Brand `query:"brand"`
	Archived bool     `query:"archived" doc:"Those that are not in use instead"`
}

type organisationCreateInput struct {
	Body struct {
		OrganisationPatchBody

		BrandID id.Brand `json:"brand_id" doc:"It never changes"`
	}
}

type organisationUpdateInput struct {
	OrganisationKey
	Body struct {
		OrganisationPatchBody

		Rev int64 `json:"rev,omitempty" doc:"Of the version that was edited; a change since gives a conflict"`
	}
}

type peopleInput struct {
	OrganisationKey
	httpx.PageQuery
}

type (
	organisationOutput     struct{ Body OrganisationBody }
	organisationPageOutput struct{ Body httpx.Page[OrganisationRow] }
	peopleOutput           struct{ Body httpx.Page[PersonBody] }
	suggestedPeopleOutput  struct {
		Body struct {
			Items []PersonBody `json:"items"`
		}
	}
	suggestedForOutput struct {
		Body struct {
			Items []OrganisationBody `json:"items"`
		}
	}
	organisationCasesOutput struct{ Body httpx.Page[CaseLine] }
)

func (s Story) registerOrganisations(api *httpx.API) {
	stale := []httpx.Code{{Kind: errs.Conflict, Code: "organisation.joined"}, {Kind: errs.Conflict, Code: "organisation.erased"}}
	changed := append([]httpx.Code{{Kind: errs.Conflict, Code: "organisation.changed"}}, stale...)
	httpx.Register(api, httpx.Operation{
		ID: "listOrganisations", Method: http.MethodGet, Path: organisationsPath, Tag: tagOrganisations, Summary: "Organisations by name", Permission: actor.CustomerRead,
	}, s.listOrganisations)
	httpx.Register(api, httpx.Operation{
		ID: "getOrganisation", Method: http.MethodGet, Path: organisationPath, Tag: tagOrganisations, Summary: "One organisation", Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *OrganisationKey) (*organisationOutput, error) {
		return shownOrganisation(s.Organisations.Get(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "createOrganisation", Method: http.MethodPost, Path: organisationsPath, Tag: tagOrganisations, Summary: "Make an organisation of a brand", Permission: actor.CustomerEdit,
		Creates: true,
	}, func(ctx context.Context, in *organisationCreateInput) (*organisationOutput, error) {
		return shownOrganisation(s.Organisations.Create(ctx, in.Body.BrandID, in.Body.details()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateOrganisation", Method: http.MethodPatch, Path: organisationPath, Tag: tagOrganisations, Summary: "Change an organisation", Permission: actor.CustomerEdit,
		Errors: notFound(changed...),
	}, func(ctx context.Context, in *organisationUpdateInput) (*organisationOutput, error) {
		d := in.Body.details()
		d.Rev = in.Body.Rev
		return shownOrganisation(s.Organisations.Update(ctx, in.ID, d))
	})
	for _, act := range []struct {
		id, path, summary string
		archived          bool
	}{
		{"archiveOrganisation", "/archive", "Put an organisation away; its people stay", true},
		{"restoreOrganisation", "/restore", "Take an organisation into use again", false},
	} {
		httpx.Register(api, httpx.Operation{
			ID: act.id, Method: http.MethodPost, Path: organisationPath + act.path, Tag: tagOrganisations, Summary: act.summary, Permission: actor.CustomerEdit,
			Status: http.StatusOK, Errors: notFound(stale...),
		}, func(ctx context.Context, in *OrganisationKey) (*organisationOutput, error) {
			return shownOrganisation(s.Organisations.Update(ctx, in.ID, customer.OrganisationDetails{Archived: &act.archived}))
		})
	}
}

func (s Story) listOrganisations(ctx context.Context, in *organisationListInput) (*organisationPageOutput, error) {
	q := customer.OrganisationQuery{Text: in.Q, Brand: in.Brand, Archived: in.Archived, Limit: in.Size()}
	if _, err := in.After(&q.After); err != nil {
		return nil, err
	}
	found, err := s.Organisations.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	page, err := httpx.NewPage(found, in.Size(), func(last customer.ListedOrganisation) any { return last.Cursor() })
	out := &organisationPageOutput{Body: httpx.Page[OrganisationRow]{Items: make([]OrganisationRow, len(page.Items)), Next: page.Next}}
	for i, o := range page.Items {
		out.Body.Items[i] = OrganisationRow{organisationOf(o.Organisation), o.People}
	}
	return out, err
}

func (s Story) registerPeople(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listOrganisationPeople", Method: http.MethodGet, Path: organisationPath + "/people", Tag: tagOrganisations, Summary: "The customers who belong to an organisation",
		Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *peopleInput) (*peopleOutput, error) {
		var after id.Customer
		if _, err := in.After(&after); err != nil {
			return nil, err
		}
		found, err := s.Organisations.People(ctx, in.ID, after, in.Size())
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(found, in.Size(), func(last customer.Customer) any { return last.ID })
		return &peopleOutput{Body: httpx.Page[PersonBody]{Items: personsOf(page.Items), Next: page.Next}}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "suggestOrganisationPeople", Method: http.MethodGet, Path: organisationPath + "/suggestions", Tag: tagOrganisations,
		Summary: "Customers who may belong to it, by the domain of their mail address", Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *OrganisationKey) (*suggestedPeopleOutput, error) {
		found, err := s.Organisations.SuggestedPeople(ctx, in.ID)
		out := &suggestedPeopleOutput{}
		out.Body.Items = personsOf(found)
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "suggestOrganisations", Method: http.MethodGet, Path: customerPath + "/organisation-suggestions", Tag: tagCustomers,
		Summary: "Organisations to which a customer may belong, by the domain of a mail address", Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *PersonKey) (*suggestedForOutput, error) {
		found, err := s.Organisations.SuggestedFor(ctx, in.ID)
		out := &suggestedForOutput{}
		out.Body.Items = make([]OrganisationBody, len(found))
		for i, o := range found {
			out.Body.Items[i] = organisationOf(o)
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listOrganisationCases", Method: http.MethodGet, Path: organisationPath + "/cases", Tag: tagOrganisations,
		Summary: "Cases of the people of an organisation, the newest first", Permission: actor.CaseRead, Errors: notFound(),
	}, s.organisationCases)
}

func (s Story) organisationCases(ctx context.Context, in *peopleInput) (*organisationCasesOutput, error) {
	q := worklist.CaseQuery{Organisation: in.ID, Sort: worklist.ByNumber, Limit: in.Size()}
	if _, err := in.After(&q.After); err != nil {
		return nil, err
	}
	if _, err := s.Organisations.Get(ctx, in.ID); err != nil {
		return nil, err
	}
	rows, err := s.Worklist.Cases(ctx, q)
	if err != nil {
		return nil, err
	}
	page, err := httpx.NewPage(rows, in.Size(), func(last worklist.CaseRow) any { return last.Cursor() })
	out := &organisationCasesOutput{Body: httpx.Page[CaseLine]{Items: make([]CaseLine, len(page.Items)), Next: page.Next}}
	for i, r := range page.Items {
		out.Body.Items[i] = caseOf(r)
	}
	return out, err
}

func shownOrganisation(o customer.Organisation, err error) (*organisationOutput, error) {
	if err != nil {
		return nil, err
	}
	return &organisationOutput{Body: organisationOf(o)}, nil
}

func organisationOf(o customer.Organisation) OrganisationBody {
	body := OrganisationBody{
		ID: o.ID, BrandID: o.BrandID, Name: o.Name, Phone: o.Phone, Website: o.Website, About: o.About, Domains: o.Domains, Fields: o.Fields, Archived: o.Archived,
		Rev: o.Rev, CreatedAt: o.CreatedAt, ChangedAt: o.ChangedAt, JoinedInto: o.JoinedInto, ErasedAt: o.ErasedAt,
	}
	if body.Domains == nil {
		body.Domains = []string{}
	}
	if body.Fields == nil {
		body.Fields = map[string]any{}
	}
	return body
}

func personsOf(all []customer.Customer) []PersonBody {
	out := make([]PersonBody, len(all))
	for i, c := range all {
		out[i] = PersonBody{ID: c.ID, BrandID: c.BrandID, Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language, Rev: c.Rev}
	}
	return out
}
