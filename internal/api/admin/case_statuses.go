package admin

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagCaseSetup     = "case setup"
	caseStatusesPath = "/api/v1/case-statuses"
	caseStatusPath   = caseStatusesPath + "/{id}"
)

// CaseStatusKey is the address of a status of cases.
type CaseStatusKey struct {
	ID id.CaseStatus `path:"id"`
}

type caseStatusBody struct {
	ID       id.CaseStatus     `json:"id"`
	Category string            `json:"category" enum:"new,working,waiting_customer,waiting_third,done"`
	Names    map[string]string `json:"names" doc:"By language"`
	Position int64             `json:"position" doc:"In lists and on the board; the first of a category is the usual one"`
	Archived bool              `json:"archived"`
}

type caseStatusListInput struct {
	Archived bool `query:"archived" doc:"With those that are not in use"`
}

// CaseStatusPatchBody is what may be changed of a status.
type CaseStatusPatchBody struct {
	Names    map[string]string `json:"names,omitempty" doc:"By language"`
	Position *int64            `json:"position,omitempty"`
}

type caseStatusCreateInput struct {
	Body struct {
		CaseStatusPatchBody

		Category string `json:"category" enum:"new,working,waiting_customer,waiting_third,done" doc:"What the status means; it never changes"`
	}
}

type caseStatusUpdateInput struct {
	CaseStatusKey
	Body CaseStatusPatchBody
}

type (
	caseStatusOutput     struct{ Body caseStatusBody }
	caseStatusListOutput struct {
		Body struct {
			Items []caseStatusBody `json:"items" doc:"In their order"`
		}
	}
)

// RegisterCaseSetup adds the operations on what a tenant decides about its cases.
func RegisterCaseSetup(api *httpx.API, setup *casework.Setup) {
	registerCaseStatuses(api, setup)
	registerCaseFields(api, setup)
	registerCaseSettings(api, setup)
}

// setupCodes are what an operation on one thing of the setup answers.
func setupCodes(more ...httpx.Code) []httpx.Code {
	return append([]httpx.Code{{Kind: errs.NotFound, Code: errs.NotFound.String()}, {Kind: errs.Forbidden, Code: "case_setup.brand"}}, more...)
}

func registerCaseStatuses(api *httpx.API, setup *casework.Setup) {
	httpx.Register(api, httpx.Operation{
		ID: "listCaseStatuses", Method: http.MethodGet, Path: caseStatusesPath, Tag: tagCaseSetup, Summary: "Statuses of cases in their order",
		Permission: actor.CaseRead,
	}, func(ctx context.Context, in *caseStatusListInput) (*caseStatusListOutput, error) {
		all, err := setup.Statuses(ctx, in.Archived)
		out := &caseStatusListOutput{}
		out.Body.Items = make([]caseStatusBody, len(all))
		for i, st := range all {
			out.Body.Items[i] = caseStatusOf(st)
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "createCaseStatus", Method: http.MethodPost, Path: caseStatusesPath, Tag: tagCaseSetup, Summary: "Make a status of cases",
		Permission: actor.CaseSetup, Creates: true, Errors: setupCodes(httpx.Code{Kind: errs.Exhausted, Code: "configuration.full"}),
	}, func(ctx context.Context, in *caseStatusCreateInput) (*caseStatusOutput, error) {
		return shownStatus(setup.CreateStatus(ctx, casework.Category(in.Body.Category), casework.StatusPatch{Names: in.Body.Names, Position: in.Body.Position}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateCaseStatus", Method: http.MethodPatch, Path: caseStatusPath, Tag: tagCaseSetup, Summary: "Change a status of cases",
		Permission: actor.CaseSetup, Errors: setupCodes(),
	}, func(ctx context.Context, in *caseStatusUpdateInput) (*caseStatusOutput, error) {
		return shownStatus(setup.UpdateStatus(ctx, in.ID, casework.StatusPatch{Names: in.Body.Names, Position: in.Body.Position}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveCaseStatus", Method: http.MethodPost, Path: caseStatusPath + "/archive", Tag: tagCaseSetup, Status: http.StatusOK,
		Summary: "Take a status out of use; cases that have it keep it", Permission: actor.CaseSetup,
		Errors: setupCodes(httpx.Code{Kind: errs.Conflict, Code: "case_status.last"}),
	}, func(ctx context.Context, in *CaseStatusKey) (*caseStatusOutput, error) {
		return shownStatus(setup.UpdateStatus(ctx, in.ID, casework.StatusPatch{Archived: new(true)}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreCaseStatus", Method: http.MethodPost, Path: caseStatusPath + "/restore", Tag: tagCaseSetup, Status: http.StatusOK,
		Summary: "Use an archived status again", Permission: actor.CaseSetup, Errors: setupCodes(),
	}, func(ctx context.Context, in *CaseStatusKey) (*caseStatusOutput, error) {
		return shownStatus(setup.UpdateStatus(ctx, in.ID, casework.StatusPatch{Archived: new(false)}))
	})
}

func shownStatus(st casework.Status, err error) (*caseStatusOutput, error) {
	if err != nil {
		return nil, err
	}
	return &caseStatusOutput{Body: caseStatusOf(st)}, nil
}

func caseStatusOf(st casework.Status) caseStatusBody {
	return caseStatusBody{ID: st.ID, Category: string(st.Category), Names: st.Names, Position: st.Position, Archived: st.Archived}
}

type caseSettingsBody struct {
	ReopenDays int      `json:"reopen_days" minimum:"0" maximum:"365" doc:"For how many days after its end a case is taken up again when its customer writes; later a new case follows it"`
	Topics     []string `json:"topics" doc:"That are offered, in this order; cases may have others"`
}

type caseSettingsChange struct {
	ReopenDays *int      `json:"reopen_days,omitempty" minimum:"0" maximum:"365"`
	Topics     *[]string `json:"topics,omitempty" maxItems:"50" doc:"In place of all; absent: as they were"`
}

type (
	caseSettingsOutput struct{ Body caseSettingsBody }
	caseSettingsInput  struct{ Body caseSettingsChange }
)

func caseSettingsOf(s casework.Settings) caseSettingsBody {
	if s.Topics == nil {
		s.Topics = []string{}
	}
	return caseSettingsBody(s)
}

func registerCaseSettings(api *httpx.API, setup *casework.Setup) {
	const path = "/api/v1/case-settings"
	httpx.Register(api, httpx.Operation{
		ID: "getCaseSettings", Method: http.MethodGet, Path: path, Tag: tagCaseSetup, Summary: "What holds for all cases", Permission: actor.CaseRead,
	}, func(ctx context.Context, _ *struct{}) (*caseSettingsOutput, error) {
		all, err := setup.Settings(ctx)
		return &caseSettingsOutput{Body: caseSettingsOf(all)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateCaseSettings", Method: http.MethodPut, Path: path, Tag: tagCaseSetup, Summary: "Change what holds for all cases",
		Permission: actor.CaseSetup, Errors: []httpx.Code{{Kind: errs.Forbidden, Code: "case_setup.brand"}},
	}, func(ctx context.Context, in *caseSettingsInput) (*caseSettingsOutput, error) {
		all, err := setup.UpdateSettings(ctx, casework.SettingsPatch(in.Body))
		return &caseSettingsOutput{Body: caseSettingsOf(all)}, err
	})
}
