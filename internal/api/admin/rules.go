package admin

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
	tagRules  = "rules"
	rulesPath = "/api/v1/rules"
	rulePath  = rulesPath + "/{id}"
)

// RuleKey is the address of a rule.
type RuleKey struct {
	ID id.Rule `path:"id"`
}

type ruleBody struct {
	ID          id.Rule      `json:"id"`
	BrandID     id.Brand     `json:"brand_id,omitzero" doc:"Absent: every brand"`
	Name        string       `json:"name"`
	Program     rule.Program `json:"program"`
	Position    int64        `json:"position" doc:"In which order rules are asked"`
	State       string       `json:"state" enum:"active,off,paused" doc:"paused: by ourselves, why says why"`
	Why         string       `json:"why,omitempty" enum:"loop" doc:"loop: one conversation or case set it off more than ten times in an hour"`
	ActiveSince time.Time    `json:"active_since,omitzero" doc:"What happened before does not set it off"`
	Archived    bool         `json:"archived"`
	Rev         int64        `json:"rev"`
	CreatedAt   time.Time    `json:"created_at"`
	ChangedAt   time.Time    `json:"changed_at"`
}

func ruleOf(r automation.Rule) ruleBody {
	b := ruleBody{
		ID: r.ID, BrandID: r.BrandID, Name: r.Name, Program: r.Program, Position: r.Position, State: string(r.State), Why: r.Why,
		Archived: r.Archived, Rev: r.Rev, CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt,
	}
	if r.State == automation.RuleActive {
		b.ActiveSince = r.ActiveSince
	}
	return b
}

type (
	ruleOutput     struct{ Body ruleBody }
	ruleListOutput struct {
		Body struct {
			Items []ruleBody `json:"items"`
		}
	}
)

type ruleCreateInput struct {
	Body struct {
		BrandID id.Brand     `json:"brand_id,omitzero" doc:"Absent: every brand"`
		Name    string       `json:"name" maxLength:"100"`
		Program rule.Program `json:"program"`
		Active  bool         `json:"active,omitempty"`
	}
}

type ruleUpdateInput struct {
	RuleKey

	Body struct {
		BrandID *id.Brand     `json:"brand_id,omitempty" doc:"0: every brand"`
		Name    *string       `json:"name,omitempty" maxLength:"100"`
		Program *rule.Program `json:"program,omitempty"`
		Active  *bool         `json:"active,omitempty" doc:"true also takes up again what was paused"`
		Rev     int64         `json:"rev,omitempty" doc:"Of the version that was edited; absent: any"`
	}
}

type ruleOrderInput struct {
	Body struct {
		IDs []id.Rule `json:"ids" maxItems:"400" doc:"In the order in which they are to be asked"`
	}
}

type ruleStepBody struct {
	Command rule.Command `json:"command"`
	Result  string       `json:"result,omitempty" enum:"did,nothing,failed" doc:"Absent: not yet"`
	Code    string       `json:"code,omitempty" doc:"Why nothing was done, or what went wrong"`
}

func ruleStepsOf(steps []automation.Step) []ruleStepBody {
	out := make([]ruleStepBody, len(steps))
	for i, s := range steps {
		out[i] = ruleStepBody{s.Command, string(s.Result), s.Code}
	}
	return out
}

type firingBody struct {
	ID             id.Firing       `json:"id"`
	Event          string          `json:"event" doc:"What set the rule off: an event or a stamp"`
	ConversationID id.Conversation `json:"conversation_id,omitzero"`
	CaseID         id.Case         `json:"case_id,omitzero"`
	Steps          []ruleStepBody  `json:"steps"`
	Running        bool            `json:"running"`
	At             time.Time       `json:"at"`
	EndedAt        time.Time       `json:"ended_at,omitzero"`
}

func firingOf(f automation.Firing) firingBody {
	return firingBody{f.ID, f.Event, f.ConversationID, f.CaseID, ruleStepsOf(f.Steps), f.Running, f.At, f.EndedAt}
}

type (
	firingListInput struct {
		RuleKey
		httpx.PageQuery
	}
	firingPageOutput struct{ Body httpx.Page[firingBody] }
)

type tryRuleInput struct {
	Body struct {
		BrandID id.Brand     `json:"brand_id,omitzero" doc:"Absent: every brand"`
		Program rule.Program `json:"program"`
	}
}

type ruleTrialBody struct {
	ConversationID id.Conversation `json:"conversation_id,omitzero"`
	CaseID         id.Case         `json:"case_id,omitzero"`
	Subject        string          `json:"subject"`
	Customer       string          `json:"customer"`
	Event          string          `json:"event"`
	At             time.Time       `json:"at"`
	Steps          []ruleStepBody  `json:"steps" doc:"What would have been done, as all is today"`
}

type tryRuleOutput struct {
	Body struct {
		Conversations int             `json:"conversations" doc:"That were looked at: the newest"`
		Fired         int             `json:"fired" doc:"How often the rule would have been set off"`
		Trials        []ruleTrialBody `json:"trials" doc:"The newest of them, 200 at most"`
		Ahead         *aheadBody      `json:"ahead,omitempty" doc:"Of a rule that counts time: what switching it on would lead to"`
	}
}

// aheadBody is what a rule that counts time would do with what waits already.
type aheadBody struct {
	AtOnce int  `json:"at_once" doc:"Conversations or cases whose time has come: it would act on them at once"`
	Later  int  `json:"later" doc:"Those whose time is still to come, if all stays so"`
	More   bool `json:"more" doc:"There are more than were looked at"`
}

type fieldBody struct {
	Name    string   `json:"name"`
	Sort    string   `json:"sort" enum:"text,choice,rank,ref,number,list,yes_no,date"`
	Ops     []string `json:"ops"`
	Choices []string `json:"choices,omitempty"`
	Ref     string   `json:"ref,omitempty" enum:"brand,queue,user,team,case_status" doc:"What sort of thing the value names"`
	With    []string `json:"with,omitempty" doc:"Only with these events"`
}

type verbBody struct {
	Name  string   `json:"name"`
	Takes []string `json:"takes" doc:"Its fields"`
	About string   `json:"about,omitempty" enum:"conversation,case" doc:"Without which it does nothing"`
}

type ruleWordsOutput struct {
	Body struct {
		Events []string    `json:"events"`
		Stamps []string    `json:"stamps"`
		Fields []fieldBody `json:"fields" doc:"Beside these: case.fields.<key> and customer.fields.<key> of the tenant's own"`
		Own    []fieldBody `json:"own" doc:"How the tenant's own can be compared, by their type; of a choice by its keys"`
		Verbs  []verbBody  `json:"verbs"`
		Macro  []verbBody  `json:"macro_verbs"`
	}
}

// RegisterRules adds the operations on rules.
func RegisterRules(api *httpx.API, s *automation.Rules) {
	registerRuleReads(api, s)
	registerRuleChanges(api, s)
	registerRuleTrial(api, s)
}

func registerRuleReads(api *httpx.API, s *automation.Rules) {
	httpx.Register(api, httpx.Operation{
		ID: "listRules", Method: http.MethodGet, Path: rulesPath, Tag: tagRules, Summary: "Rules in the order in which they are asked", Permission: actor.RuleEdit,
	}, func(ctx context.Context, in *struct {
		Archived bool `query:"archived" doc:"The archived instead of the living"`
	},
	) (*ruleListOutput, error) {
		found, err := s.List(ctx, in.Archived)
		if err != nil {
			return nil, err
		}
		out := &ruleListOutput{}
		out.Body.Items = make([]ruleBody, len(found))
		for i, r := range found {
			out.Body.Items[i] = ruleOf(r)
		}
		return out, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "getRule", Method: http.MethodGet, Path: rulePath, Tag: tagRules, Summary: "One rule", Permission: actor.RuleEdit,
	}, func(ctx context.Context, in *RuleKey) (*ruleOutput, error) {
		return shownRule(s.Get(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "listRuleFirings", Method: http.MethodGet, Path: rulePath + "/firings", Tag: tagRules,
		Summary: "What a rule has done in the last 30 days, newest first", Permission: actor.RuleEdit,
	}, func(ctx context.Context, in *firingListInput) (*firingPageOutput, error) {
		var before id.Firing
		if _, err := in.After(&before); err != nil {
			return nil, err
		}
		found, err := s.Firings(ctx, in.ID, before, in.Size())
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(f automation.Firing) any { return f.ID }, firingOf)
		return &firingPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getRuleWords", Method: http.MethodGet, Path: "/api/v1/rule-words", Tag: tagRules, Summary: "Of what rules and macros can be made",
		Permission: actor.CannedRead,
	}, func(context.Context, *struct{}) (*ruleWordsOutput, error) { return ruleWords(), nil })
}

func shownRule(r automation.Rule, err error) (*ruleOutput, error) {
	if err != nil {
		return nil, err
	}
	return &ruleOutput{Body: ruleOf(r)}, nil
}

func ruleWords() *ruleWordsOutput {
	out := &ruleWordsOutput{}
	out.Body.Events, out.Body.Stamps = words(rule.Events()), words(rule.Stamps())
	for _, f := range rule.Fields() {
		out.Body.Fields = append(out.Body.Fields, fieldBody{f.Name, string(f.Sort), words(f.Ops()), f.Choices, f.Ref, words(f.With)})
	}
	for _, s := range rule.OwnSorts() {
		f := rule.OwnField(string(s), s, nil)
		out.Body.Own = append(out.Body.Own, fieldBody{f.Name, string(f.Sort), words(f.Ops()), nil, "", nil})
	}
	out.Body.Verbs, out.Body.Macro = verbsOf(rule.OfRules), verbsOf(rule.OfMacros)
	return out
}

func verbsOf(of string) []verbBody {
	verbs := rule.Verbs(of)
	out := make([]verbBody, len(verbs))
	for i, v := range verbs {
		out[i] = verbBody{Name: string(v), Takes: v.Takes()}
		switch {
		case v.OfCase():
			out[i].About = "case"
		case v.OfConversation():
			out[i].About = "conversation"
		}
	}
	return out
}

func words[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = string(one)
	}
	return out
}

func registerRuleChanges(api *httpx.API, s *automation.Rules) {
	refused := codesOf(errs.Forbidden, "rule.brand")
	ended := codesOf(errs.Conflict, "rule.archived")
	httpx.Register(api, httpx.Operation{
		ID: "createRule", Method: http.MethodPost, Path: rulesPath, Tag: tagRules, Summary: "Make a rule, the last in order",
		Permission: actor.RuleEdit, Creates: true, Errors: append(codesOf(errs.Exhausted, "rule.too_many"), refused...),
	}, func(ctx context.Context, in *ruleCreateInput) (*ruleOutput, error) {
		r := automation.Rule{BrandID: in.Body.BrandID, Name: in.Body.Name, Program: in.Body.Program}
		if in.Body.Active {
			r.State = automation.RuleActive
		}
		return shownRule(s.Create(ctx, r))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateRule", Method: http.MethodPatch, Path: rulePath, Tag: tagRules, Summary: "Change a rule, switch it off or on",
		Permission: actor.RuleEdit, Errors: append(append(codesOf(errs.Conflict, "rule.changed"), ended...), refused...),
	}, func(ctx context.Context, in *ruleUpdateInput) (*ruleOutput, error) {
		b := in.Body
		return shownRule(s.Update(ctx, in.ID, automation.RuleChange{Name: b.Name, Brand: b.BrandID, Program: b.Program, Active: b.Active, Rev: b.Rev}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveRule", Method: http.MethodPost, Path: rulePath + "/archive", Tag: tagRules, Summary: "End a rule for ever; its log stays",
		Permission: actor.RuleEdit, Errors: ended,
	}, func(ctx context.Context, in *RuleKey) (*ruleOutput, error) {
		return shownRule(s.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "orderRules", Method: http.MethodPut, Path: "/api/v1/rule-order", Tag: tagRules, Summary: "Say in which order rules are asked",
		Permission: actor.RuleEdit, Status: http.StatusNoContent, Errors: refused,
	}, func(ctx context.Context, in *ruleOrderInput) (*struct{}, error) {
		return nil, s.Order(ctx, in.Body.IDs)
	})
}

func registerRuleTrial(api *httpx.API, s *automation.Rules) {
	httpx.Register(api, httpx.Operation{
		ID: "tryRule", Method: http.MethodPost, Path: "/api/v1/rule-trials", Tag: tagRules,
		Summary: "What a rule would have done in the newest hundred conversations; nothing is changed", Permission: actor.RuleEdit,
		Errors: codesOf(errs.Forbidden, "rule.brand"),
	}, func(ctx context.Context, in *tryRuleInput) (*tryRuleOutput, error) {
		run, err := s.Try(ctx, automation.Rule{BrandID: in.Body.BrandID, Program: in.Body.Program})
		if err != nil {
			return nil, err
		}
		out := &tryRuleOutput{}
		out.Body.Conversations, out.Body.Fired, out.Body.Trials = run.Conversations, run.Fired, make([]ruleTrialBody, len(run.Trials))
		if in.Body.Program.When.Timed() {
			out.Body.Ahead = &aheadBody{run.Ahead.AtOnce, run.Ahead.Later, run.Ahead.More}
		}
		for i, t := range run.Trials {
			out.Body.Trials[i] = ruleTrialBody{t.Conversation, t.Case, t.Subject, t.CustomerName, t.Event, t.At, ruleStepsOf(t.Steps)}
		}
		return out, nil
	})
}
