package admin

import (
	"context"
	"net/http"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/sla"
)

const (
	tagSLA          = "sla"
	slaPoliciesPath = "/api/v1/sla-policies"
	slaPolicyPath   = slaPoliciesPath + "/{id}"
)

// SLAPolicyKey is the address of a policy.
type SLAPolicyKey struct {
	ID id.SLAPolicy `path:"id"`
}

type escalationBody struct {
	On     string  `json:"on" enum:"warned,breached"`
	Clock  string  `json:"clock,omitempty" enum:"first_response,next_response,resolution" doc:"Absent: any"`
	Act    string  `json:"act" enum:"notify_owner,notify_team,raise_priority,move_owner"`
	UserID id.User `json:"user_id,omitzero" doc:"Of move_owner; absent: nobody, so that the team takes it"`
	TeamID id.Team `json:"team_id,omitzero" doc:"Of notify_team instead of the case's own; of move_owner to which it goes"`
}

// SLAPolicyBody is a policy without its key.
type SLAPolicyBody struct {
	Name        string           `json:"name" maxLength:"100"`
	Priority    string           `json:"priority,omitempty" enum:"low,normal,high,urgent" doc:"Absent: every one"`
	Topic       string           `json:"topic,omitempty" maxLength:"100" doc:"Absent: every one"`
	Targets     map[string]int64 `json:"targets" doc:"Seconds by kind of clock: first_response, next_response, resolution"`
	Hours       string           `json:"hours" enum:"business,always" doc:"In which hours the clocks run"`
	CalendarID  id.Calendar      `json:"calendar_id,omitzero" doc:"Of business hours; absent: the brand's"`
	WarnPercent int              `json:"warn_percent" minimum:"0" maximum:"99" doc:"Of the time used when a warning comes; 0: none"`
	Pauses      []string         `json:"pauses" doc:"Categories in which the clocks stand still"`
	Escalations []escalationBody `json:"escalations" maxItems:"20"`
}

type slaPolicyShown struct {
	SLAPolicyBody

	ID       id.SLAPolicy `json:"id"`
	BrandID  id.Brand     `json:"brand_id,omitzero" doc:"Absent: every brand"`
	Version  int64        `json:"version"`
	Archived bool         `json:"archived"`
}

type slaPolicyListInput struct {
	Archived bool `query:"archived" doc:"With those that are not in use"`
}

type slaPolicyCreateInput struct {
	Body struct {
		SLAPolicyBody

		BrandID id.Brand `json:"brand_id,omitzero" doc:"Absent: every brand"`
	}
}

type slaPolicyUpdateInput struct {
	SLAPolicyKey
	Body struct {
		SLAPolicyBody

		Version int64 `json:"version,omitempty" doc:"Of the policy that was edited; a change since gives a conflict"`
	}
}

type (
	slaPolicyOutput     struct{ Body slaPolicyShown }
	slaPolicyListOutput struct {
		Body struct {
			Items []slaPolicyShown `json:"items" doc:"By name"`
		}
	}
)

// RegisterSLAPolicies adds the operations on promised times.
func RegisterSLAPolicies(api *httpx.API, policies *sla.Policies) {
	httpx.Register(api, httpx.Operation{
		ID: "listSLAPolicies", Method: http.MethodGet, Path: slaPoliciesPath, Tag: tagSLA, Summary: "Promised times by name", Permission: actor.CaseSetup,
	}, func(ctx context.Context, in *slaPolicyListInput) (*slaPolicyListOutput, error) {
		all, err := policies.List(ctx, in.Archived)
		out := &slaPolicyListOutput{}
		out.Body.Items = make([]slaPolicyShown, len(all))
		for i, p := range all {
			out.Body.Items[i] = slaPolicyOf(p)
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getSLAPolicy", Method: http.MethodGet, Path: slaPolicyPath, Tag: tagSLA, Summary: "One promise", Permission: actor.CaseSetup, Errors: setupCodes(),
	}, func(ctx context.Context, in *SLAPolicyKey) (*slaPolicyOutput, error) {
		return shownPolicy(policies.Get(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "createSLAPolicy", Method: http.MethodPost, Path: slaPoliciesPath, Tag: tagSLA,
		Summary: "Promise times, to cases that are opened from now on", Permission: actor.CaseSetup, Creates: true,
		Errors: setupCodes(httpx.Code{Kind: errs.Exhausted, Code: "configuration.full"}),
	}, func(ctx context.Context, in *slaPolicyCreateInput) (*slaPolicyOutput, error) {
		p := in.Body.policy(sla.Policy{})
		p.BrandID = in.Body.BrandID
		return shownPolicy(policies.Create(ctx, p))
	})
	registerSLAPolicyChanges(api, policies)
}

func registerSLAPolicyChanges(api *httpx.API, policies *sla.Policies) {
	httpx.Register(api, httpx.Operation{
		ID: "updateSLAPolicy", Method: http.MethodPut, Path: slaPolicyPath, Tag: tagSLA, Summary: "Replace a promise; cases keep the terms under which they came",
		Permission: actor.CaseSetup, Errors: setupCodes(httpx.Code{Kind: errs.Conflict, Code: "sla_policy.changed"}),
	}, func(ctx context.Context, in *slaPolicyUpdateInput) (*slaPolicyOutput, error) {
		return shownPolicy(policies.Update(ctx, in.ID, in.Body.Version, in.Body.policy))
	})
	for _, act := range []struct {
		name, summary string
		archived      bool
	}{{"archive", "Promise it to no further case", true}, {"restore", "Promise it again", false}} {
		httpx.Register(api, httpx.Operation{
			ID: act.name + "SLAPolicy", Method: http.MethodPost, Path: slaPolicyPath + "/" + act.name, Tag: tagSLA, Status: http.StatusOK,
			Summary: act.summary, Permission: actor.CaseSetup, Errors: setupCodes(),
		}, func(ctx context.Context, in *SLAPolicyKey) (*slaPolicyOutput, error) {
			return shownPolicy(policies.Update(ctx, in.ID, 0, func(p sla.Policy) sla.Policy { p.Archived = act.archived; return p }))
		})
	}
}

// priorityNames are the priorities of cases in their order.
func priorityNames() []string { return []string{"low", "normal", "high", "urgent"} }

// policy returns p with what the body says.
func (b SLAPolicyBody) policy(p sla.Policy) sla.Policy {
	p.Name, p.Topic, p.Hours, p.CalendarID, p.WarnPercent, p.Pauses = b.Name, b.Topic, b.Hours, b.CalendarID, b.WarnPercent, b.Pauses
	p.Priority = slices.Index(priorityNames(), b.Priority) // -1: every one
	p.Targets = map[sla.Kind]int64{}
	for kind, seconds := range b.Targets {
		p.Targets[sla.Kind(kind)] = seconds
	}
	p.Escalations = make([]sla.Escalation, len(b.Escalations))
	for i, e := range b.Escalations {
		p.Escalations[i] = sla.Escalation{On: e.On, Clock: sla.Kind(e.Clock), Act: e.Act, User: e.UserID, Team: e.TeamID}
	}
	return p
}

func shownPolicy(p sla.Policy, err error) (*slaPolicyOutput, error) {
	if err != nil {
		return nil, err
	}
	return &slaPolicyOutput{Body: slaPolicyOf(p)}, nil
}

func slaPolicyOf(p sla.Policy) slaPolicyShown {
	out := slaPolicyShown{
		ID: p.ID, BrandID: p.BrandID, Version: p.Version, Archived: p.Archived,
		SLAPolicyBody: SLAPolicyBody{
			Name: p.Name, Topic: p.Topic, Targets: map[string]int64{}, Hours: p.Hours, CalendarID: p.CalendarID, WarnPercent: p.WarnPercent,
			Pauses: p.Pauses, Escalations: make([]escalationBody, len(p.Escalations)),
		},
	}
	if p.Priority >= 0 {
		out.Priority = priorityNames()[p.Priority]
	}
	for kind, seconds := range p.Targets {
		out.Targets[string(kind)] = seconds
	}
	for i, e := range p.Escalations {
		out.Escalations[i] = escalationBody{On: e.On, Clock: string(e.Clock), Act: e.Act, UserID: e.User, TeamID: e.Team}
	}
	return out
}
