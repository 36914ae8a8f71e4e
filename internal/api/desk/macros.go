package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagMacros  = "macros"
	macrosPath = "/api/v1/macros"
	macroPath  = macrosPath + "/{id}"
)

// MacroKey is the address of a macro.
type MacroKey struct {
	ID id.Macro `path:"id"`
}

type macroBody struct {
	ID        id.Macro       `json:"id"`
	BrandID   id.Brand       `json:"brand_id,omitzero" doc:"Absent: every brand"`
	Own       bool           `json:"own" doc:"Nobody else has it"`
	TeamID    id.Team        `json:"team_id,omitzero" doc:"Its members alone have it"`
	Name      string         `json:"name"`
	About     string         `json:"about"`
	Commands  []rule.Command `json:"do"`
	Archived  bool           `json:"archived"`
	Rev       int64          `json:"rev"`
	ChangedAt time.Time      `json:"changed_at"`
}

func macroOf(m automation.Macro) macroBody {
	return macroBody{m.ID, m.BrandID, m.OwnerID != 0, m.TeamID, m.Name, m.About, m.Commands, m.Archived, m.Rev, m.ChangedAt}
}

type (
	macroOutput     struct{ Body macroBody }
	macroListOutput struct {
		Body struct {
			Items []macroBody `json:"items"`
		}
	}
)

type macroListInput struct {
	Brand    id.Brand `query:"brand" doc:"Those of this brand and those of every brand"`
	Archived bool     `query:"archived" doc:"Those instead of the living"`
}

type macroCreateInput struct {
	Body struct {
		BrandID  id.Brand       `json:"brand_id,omitzero" doc:"Absent: every brand"`
		Own      bool           `json:"own,omitempty" doc:"For oneself alone"`
		TeamID   id.Team        `json:"team_id,omitzero" doc:"For the members of a team"`
		Name     string         `json:"name" maxLength:"100"`
		About    string         `json:"about,omitempty" maxLength:"300"`
		Commands []rule.Command `json:"do" maxItems:"10"`
	}
}

type macroUpdateInput struct {
	MacroKey
	Body struct {
		Name     *string         `json:"name,omitempty" maxLength:"100"`
		About    *string         `json:"about,omitempty" maxLength:"300"`
		Commands *[]rule.Command `json:"do,omitempty" maxItems:"10"`
		Rev      int64           `json:"rev,omitempty" doc:"Of the version that was edited; a change since gives a conflict"`
	}
}

type macroStepBody struct {
	Command  rule.Command `json:"command"`
	Result   string       `json:"result,omitempty" enum:"did,nothing,failed" doc:"Absent: not tried"`
	Code     string       `json:"code,omitempty" doc:"Why nothing is done, or what went wrong"`
	Text     string       `json:"text,omitempty" doc:"What is said to the customer"`
	Language string       `json:"language,omitempty" doc:"Of text"`
	Unknown  []string     `json:"unknown,omitempty" doc:"Variables that nothing fills; they stand in the text as they are"`
}

type macroUseOutput struct {
	Body struct {
		Steps  []macroStepBody `json:"steps"`
		Insert string          `json:"insert,omitempty" doc:"What goes into the composer"`
		Done   bool            `json:"done" doc:"Nothing failed"`
	}
}

func shownUse(u automation.Use, err error) (*macroUseOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &macroUseOutput{}
	out.Body.Insert, out.Body.Done = u.Insert, true
	for i, s := range u.Steps {
		said := u.Texts[i]
		out.Body.Done = out.Body.Done && s.Result != automation.Refused
		out.Body.Steps = append(out.Body.Steps, macroStepBody{s.Command, string(s.Result), s.Code, said.Text, said.Language, said.Unknown})
	}
	return out, nil
}

func shownMacro(m automation.Macro, err error) (*macroOutput, error) {
	if err != nil {
		return nil, err
	}
	return &macroOutput{Body: macroOf(m)}, nil
}

type macroPreviewInput struct {
	MacroKey

	Conversation id.Conversation `query:"conversation" required:"true"`
}

type macroApplyInput struct {
	MacroKey
	Body struct {
		ConversationID id.Conversation `json:"conversation_id"`
		ClientID       string          `json:"client_id" minLength:"1" maxLength:"48" doc:"The desk's name of this use: sent again, nothing is written twice"`
	}
}

// RegisterMacros adds the operations on macros.
func RegisterMacros(api *httpx.API, s *automation.Macros) {
	registerMacroReads(api, s)
	registerMacroChanges(api, s)
	registerMacroUses(api, s)
}

func registerMacroReads(api *httpx.API, s *automation.Macros) {
	httpx.Register(api, httpx.Operation{
		ID: "listMacros", Method: http.MethodGet, Path: macrosPath, Tag: tagMacros, Summary: "Macros that one may use, by name", Permission: actor.CannedRead,
	}, func(ctx context.Context, in *macroListInput) (*macroListOutput, error) {
		found, err := s.List(ctx, in.Brand, in.Archived)
		if err != nil {
			return nil, err
		}
		out := &macroListOutput{}
		out.Body.Items = make([]macroBody, len(found))
		for i, m := range found {
			out.Body.Items[i] = macroOf(m)
		}
		return out, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "getMacro", Method: http.MethodGet, Path: macroPath, Tag: tagMacros, Summary: "One macro", Permission: actor.CannedRead, Errors: notFound(),
	}, func(ctx context.Context, in *MacroKey) (*macroOutput, error) {
		return shownMacro(s.Get(ctx, in.ID))
	})
}

func registerMacroChanges(api *httpx.API, s *automation.Macros) {
	refused := httpx.Code{Kind: errs.Forbidden, Code: "macro.brand"}
	httpx.Register(api, httpx.Operation{
		ID: "createMacro", Method: http.MethodPost, Path: macrosPath, Tag: tagMacros, Summary: "Make a macro", Permission: actor.CannedRead,
		Description: "Everybody may have macros of their own; those of a team, a brand or all take the right to edit canned replies.",
		Creates:     true, Errors: []httpx.Code{refused, {Kind: errs.Exhausted, Code: "macro.too_many"}},
	}, func(ctx context.Context, in *macroCreateInput) (*macroOutput, error) {
		b := in.Body
		m := automation.Macro{BrandID: b.BrandID, TeamID: b.TeamID, Name: b.Name, About: b.About, Commands: b.Commands}
		if b.Own {
			if m.OwnerID = actor.From(ctx).User; m.OwnerID.IsZero() {
				return nil, errs.New(errs.Forbidden, "desk.createMacro", "actor.person_needed")
			}
		}
		return shownMacro(s.Create(ctx, m))
	})
	codes := notFound(refused, httpx.Code{Kind: errs.Conflict, Code: "macro.changed"})
	httpx.Register(api, httpx.Operation{
		ID: "updateMacro", Method: http.MethodPatch, Path: macroPath, Tag: tagMacros, Summary: "Change a macro", Permission: actor.CannedRead, Errors: codes,
	}, func(ctx context.Context, in *macroUpdateInput) (*macroOutput, error) {
		b := in.Body
		return shownMacro(s.Update(ctx, in.ID, automation.MacroChange{Name: b.Name, About: b.About, Commands: b.Commands, Rev: b.Rev}))
	})
	for verb, archived := range map[string]bool{"archive": true, "restore": false} {
		summary := "Take a macro out of use"
		if !archived {
			summary = "Use an archived macro again"
		}
		httpx.Register(api, httpx.Operation{
			ID: verb + "Macro", Method: http.MethodPost, Path: macroPath + "/" + verb, Tag: tagMacros, Summary: summary, Permission: actor.CannedRead, Errors: codes,
		}, func(ctx context.Context, in *MacroKey) (*macroOutput, error) {
			return shownMacro(s.Update(ctx, in.ID, automation.MacroChange{Archived: &archived}))
		})
	}
}

func registerMacroUses(api *httpx.API, s *automation.Macros) {
	codes := notFound(
		httpx.Code{Kind: errs.Conflict, Code: "macro.archived"}, httpx.Code{Kind: errs.Conflict, Code: "macro.other_brand"},
		httpx.Code{Kind: errs.Conflict, Code: "rule.canned_gone"},
	)
	httpx.Register(api, httpx.Operation{
		ID: "previewMacro", Method: http.MethodGet, Path: macroPath + "/preview", Tag: tagMacros,
		Summary: "What a macro would send and change in a conversation; nothing is changed", Permission: actor.CannedRead, Errors: codes,
	}, func(ctx context.Context, in *macroPreviewInput) (*macroUseOutput, error) {
		return shownUse(s.Preview(ctx, in.ID, in.Conversation))
	})
	httpx.Register(api, httpx.Operation{
		ID: "applyMacro", Method: http.MethodPost, Path: macroPath + "/uses", Tag: tagMacros,
		Summary: "Give the commands of a macro; the first that is refused ends it, and the answer says so", Permission: actor.CannedRead,
		Creates: true, Errors: append(codes, httpx.Code{Kind: errs.Conflict, Code: "rule.unfilled"}),
	}, func(ctx context.Context, in *macroApplyInput) (*macroUseOutput, error) {
		return shownUse(s.Apply(ctx, in.ID, in.Body.ConversationID, in.Body.ClientID))
	})
}
