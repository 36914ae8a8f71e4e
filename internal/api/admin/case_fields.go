package admin

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/attribute"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	caseFieldsPath = "/api/v1/case-fields"
	caseFieldPath  = caseFieldsPath + "/{id}"
)

// CaseFieldKey is the address of a field of cases.
type CaseFieldKey struct {
	ID id.CaseField `path:"id"`
}

type fieldOption struct {
	Key   string            `json:"key" maxLength:"40"`
	Names map[string]string `json:"names" doc:"By language"`
}

type caseFieldBody struct {
	ID       id.CaseField      `json:"id"`
	BrandID  id.Brand          `json:"brand_id,omitzero" doc:"Absent: of every brand"`
	Key      string            `json:"key"`
	Names    map[string]string `json:"names" doc:"By language"`
	Type     string            `json:"type" enum:"text,number,date,choice,yes_no"`
	Choices  []fieldOption     `json:"choices"`
	Required bool              `json:"required" doc:"Before a case may be done"`
	Position int64             `json:"position"`
	Archived bool              `json:"archived"`
}

type caseFieldListInput struct {
	Brand    id.Brand `query:"brand" doc:"Those that its cases have"`
	Archived bool     `query:"archived" doc:"With those that are not in use"`
}

// CaseFieldPatchBody is what may be changed of a field.
type CaseFieldPatchBody struct {
	Names    map[string]string `json:"names,omitempty" doc:"By language"`
	Choices  *[]fieldOption    `json:"choices,omitempty" maxItems:"100" doc:"Of a choice"`
	Required *bool             `json:"required,omitempty" doc:"Before a case may be done"`
	Position *int64            `json:"position,omitempty"`
}

func (b CaseFieldPatchBody) patch() casework.FieldPatch {
	p := casework.FieldPatch{Names: b.Names, Required: b.Required, Position: b.Position}
	if b.Choices != nil {
		p.Choices = new(optionsOf(*b.Choices))
	}
	return p
}

func optionsOf(in []fieldOption) []attribute.Option {
	out := make([]attribute.Option, len(in))
	for i, o := range in {
		out[i] = attribute.Option(o)
	}
	return out
}

type caseFieldCreateInput struct {
	Body struct {
		CaseFieldPatchBody

		BrandID id.Brand `json:"brand_id,omitzero" doc:"Absent: of every brand"`
		Key     string   `json:"key" maxLength:"40" doc:"By which values are kept; it never changes"`
		Type    string   `json:"type" enum:"text,number,date,choice,yes_no" doc:"It never changes"`
	}
}

type caseFieldUpdateInput struct {
	CaseFieldKey
	Body CaseFieldPatchBody
}

type (
	caseFieldOutput     struct{ Body caseFieldBody }
	caseFieldListOutput struct {
		Body struct {
			Items []caseFieldBody `json:"items" doc:"In their order"`
		}
	}
)

func registerCaseFields(api *httpx.API, setup *casework.Setup) {
	httpx.Register(api, httpx.Operation{
		ID: "listCaseFields", Method: http.MethodGet, Path: caseFieldsPath, Tag: tagCaseSetup, Summary: "What is asked of cases beside the usual",
		Permission: actor.CaseRead,
	}, func(ctx context.Context, in *caseFieldListInput) (*caseFieldListOutput, error) {
		all, err := setup.Fields(ctx, in.Brand, in.Archived)
		out := &caseFieldListOutput{}
		out.Body.Items = make([]caseFieldBody, len(all))
		for i, f := range all {
			out.Body.Items[i] = caseFieldOf(f)
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "createCaseField", Method: http.MethodPost, Path: caseFieldsPath, Tag: tagCaseSetup, Summary: "Ask something more of cases",
		Permission: actor.CaseSetup, Creates: true,
		Errors: setupCodes(httpx.Code{Kind: errs.Exhausted, Code: "configuration.full"}, httpx.Code{Kind: errs.Conflict, Code: "case_field.key_taken"}),
	}, func(ctx context.Context, in *caseFieldCreateInput) (*caseFieldOutput, error) {
		f := casework.Field{BrandID: in.Body.BrandID, Key: in.Body.Key, Type: attribute.Type(in.Body.Type), Names: in.Body.Names}
		if in.Body.Choices != nil {
			f.Choices = optionsOf(*in.Body.Choices)
		}
		if in.Body.Required != nil {
			f.Required = *in.Body.Required
		}
		if in.Body.Position != nil {
			f.Position = *in.Body.Position
		}
		return shownField(setup.CreateField(ctx, f))
	})
	registerCaseFieldChanges(api, setup)
}

func registerCaseFieldChanges(api *httpx.API, setup *casework.Setup) {
	httpx.Register(api, httpx.Operation{
		ID: "updateCaseField", Method: http.MethodPatch, Path: caseFieldPath, Tag: tagCaseSetup, Summary: "Change a field of cases; values stay",
		Permission: actor.CaseSetup, Errors: setupCodes(),
	}, func(ctx context.Context, in *caseFieldUpdateInput) (*caseFieldOutput, error) {
		return shownField(setup.UpdateField(ctx, in.ID, in.Body.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveCaseField", Method: http.MethodPost, Path: caseFieldPath + "/archive", Tag: tagCaseSetup, Status: http.StatusOK,
		Summary: "Ask it no more; values stay", Permission: actor.CaseSetup, Errors: setupCodes(),
	}, func(ctx context.Context, in *CaseFieldKey) (*caseFieldOutput, error) {
		return shownField(setup.UpdateField(ctx, in.ID, casework.FieldPatch{Archived: new(true)}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreCaseField", Method: http.MethodPost, Path: caseFieldPath + "/restore", Tag: tagCaseSetup, Status: http.StatusOK,
		Summary: "Ask it again", Permission: actor.CaseSetup, Errors: setupCodes(),
	}, func(ctx context.Context, in *CaseFieldKey) (*caseFieldOutput, error) {
		return shownField(setup.UpdateField(ctx, in.ID, casework.FieldPatch{Archived: new(false)}))
	})
}

func shownField(f casework.Field, err error) (*caseFieldOutput, error) {
	if err != nil {
		return nil, err
	}
	return &caseFieldOutput{Body: caseFieldOf(f)}, nil
}

func caseFieldOf(f casework.Field) caseFieldBody {
	body := caseFieldBody{
		ID: f.ID, BrandID: f.BrandID, Key: f.Key, Names: f.Names, Type: string(f.Type), Choices: make([]fieldOption, len(f.Choices)),
		Required: f.Required, Position: f.Position, Archived: f.Archived,
	}
	for i, o := range f.Choices {
		body.Choices[i] = fieldOption(o)
	}
	return body
}
