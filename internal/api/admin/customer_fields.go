package admin

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/attribute"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagCustomerFields  = "customer fields"
	customerFieldsPath = "/api/v1/customer-fields"
	customerFieldPath  = customerFieldsPath + "/{id}"
)

// CustomerFieldKey is the address of a field of customers or organisations.
type CustomerFieldKey struct {
	ID id.CustomerField `path:"id"`
}

type customerFieldBody struct {
	ID       id.CustomerField  `json:"id"`
	Subject  string            `json:"subject" enum:"customer,organisation"`
	BrandID  id.Brand          `json:"brand_id,omitzero" doc:"Absent: of every brand"`
	Key      string            `json:"key"`
	Names    map[string]string `json:"names" doc:"By language"`
	Type     string            `json:"type" enum:"text,number,date,choice,yes_no"`
	Choices  []fieldOption     `json:"choices"`
	Position int64             `json:"position"`
	Archived bool              `json:"archived"`
}

type customerFieldListInput struct {
	Subject  string   `query:"subject" enum:"customer,organisation" doc:"Absent: both"`
	Brand    id.Brand `query:"brand" doc:"Those that its customers and organisations have"`
	Archived bool     `query:"archived" doc:"With those that are not in use"`
}

// CustomerFieldPatchBody is what may be changed of a field.
type CustomerFieldPatchBody struct {
	Names    map[string]string `json:"names,omitempty" doc:"By language"`
	Choices  *[]fieldOption    `json:"choices,omitempty" maxItems:"100" doc:"Of a choice"`
	Position *int64            `json:"position,omitempty"`
}

func (b CustomerFieldPatchBody) patch() customer.FieldPatch {
	p := customer.FieldPatch{Names: b.Names, Position: b.Position}
	if b.Choices != nil {
		p.Choices = new(optionsOf(*b.Choices))
	}
	return p
}

type customerFieldCreateInput struct {
	Body struct {
		CustomerFieldPatchBody

		Subject string   `json:"subject" enum:"customer,organisation" doc:"It never changes"`
		BrandID id.Brand `json:"brand_id,omitzero" doc:"Absent: of every brand"`
		Key     string   `json:"key" maxLength:"40" doc:"By which values are kept; it never changes"`
		Type    string   `json:"type" enum:"text,number,date,choice,yes_no" doc:"It never changes"`
	}
}

type customerFieldUpdateInput struct {
	CustomerFieldKey
	Body CustomerFieldPatchBody
}

type (
	customerFieldOutput     struct{ Body customerFieldBody }
	customerFieldListOutput struct {
		Body struct {
			Items []customerFieldBody `json:"items" doc:"In their order, those of customers first"`
		}
	}
)

// fieldCodes are what an operation on one field answers.
func fieldCodes(more ...httpx.Code) []httpx.Code {
	return append([]httpx.Code{{Kind: errs.NotFound, Code: errs.NotFound.String()}, {Kind: errs.Forbidden, Code: "customer_field.brand"}}, more...)
}

// RegisterCustomerFields adds the operations on what a tenant keeps of customers and organisations beside the usual.
func RegisterCustomerFields(api *httpx.API, fields *customer.Fields) {
	httpx.Register(api, httpx.Operation{
		ID: "listCustomerFields", Method: http.MethodGet, Path: customerFieldsPath, Tag: tagCustomerFields,
		Summary: "What is kept of customers and organisations beside the usual", Permission: actor.CustomerRead,
	}, func(ctx context.Context, in *customerFieldListInput) (*customerFieldListOutput, error) {
		all, err := fields.List(ctx, customer.FieldSubject(in.Subject), in.Brand, in.Archived)
		out := &customerFieldListOutput{}
		out.Body.Items = make([]customerFieldBody, len(all))
		for i, f := range all {
			out.Body.Items[i] = customerFieldOf(f)
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "createCustomerField", Method: http.MethodPost, Path: customerFieldsPath, Tag: tagCustomerFields, Summary: "Keep something more",
		Permission: actor.CustomerSetup, Creates: true,
		Errors: fieldCodes(httpx.Code{Kind: errs.Exhausted, Code: "configuration.full"}, httpx.Code{Kind: errs.Conflict, Code: "customer_field.key_taken"}),
	}, func(ctx context.Context, in *customerFieldCreateInput) (*customerFieldOutput, error) {
		b := in.Body
		f := customer.Field{Subject: customer.FieldSubject(b.Subject), BrandID: b.BrandID, Key: b.Key, Type: attribute.Type(b.Type), Names: b.Names}
		if b.Choices != nil {
			f.Choices = optionsOf(*b.Choices)
		}
		if b.Position != nil {
			f.Position = *b.Position
		}
		return shownCustomerField(fields.Create(ctx, f))
	})
	registerCustomerFieldChanges(api, fields)
}

func registerCustomerFieldChanges(api *httpx.API, fields *customer.Fields) {
	httpx.Register(api, httpx.Operation{
		ID: "updateCustomerField", Method: http.MethodPatch, Path: customerFieldPath, Tag: tagCustomerFields, Summary: "Change a field; values stay",
		Permission: actor.CustomerSetup, Errors: fieldCodes(),
	}, func(ctx context.Context, in *customerFieldUpdateInput) (*customerFieldOutput, error) {
		return shownCustomerField(fields.Update(ctx, in.ID, in.Body.patch()))
	})
	for _, act := range []struct {
		id, path, summary string
		archived          bool
	}{
		{"archiveCustomerField", "/archive", "Keep it no more; values stay", true},
		{"restoreCustomerField", "/restore", "Keep it again", false},
	} {
		httpx.Register(api, httpx.Operation{
			ID: act.id, Method: http.MethodPost, Path: customerFieldPath + act.path, Tag: tagCustomerFields, Status: http.StatusOK,
			Summary: act.summary, Permission: actor.CustomerSetup, Errors: fieldCodes(),
		}, func(ctx context.Context, in *CustomerFieldKey) (*customerFieldOutput, error) {
			return shownCustomerField(fields.Update(ctx, in.ID, customer.FieldPatch{Archived: &act.archived}))
		})
	}
}

func shownCustomerField(f customer.Field, err error) (*customerFieldOutput, error) {
	if err != nil {
		return nil, err
	}
	return &customerFieldOutput{Body: customerFieldOf(f)}, nil
}

func customerFieldOf(f customer.Field) customerFieldBody {
	body := customerFieldBody{
		ID: f.ID, Subject: string(f.Subject), BrandID: f.BrandID, Key: f.Key, Names: f.Names, Type: string(f.Type), Choices: make([]fieldOption, len(f.Choices)),
		Position: f.Position, Archived: f.Archived,
	}
	for i, o := range f.Choices {
		body.Choices[i] = fieldOption(o)
	}
	return body
}
