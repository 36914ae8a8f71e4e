package admin

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
)

const (
	tagAgents  = "agents"
	agentsPath = "/api/v1/agents"
	agentPath  = agentsPath + "/{id}"
)

// AgentKey is the address of an agent.
type AgentKey struct {
	ID id.User `path:"id"`
}

type agentSkillBody struct {
	SkillID id.Skill `json:"skill_id"`
	Level   int      `json:"level" minimum:"1" maximum:"10"`
}

type agentBody struct {
	UserID   id.User          `json:"user_id"`
	Capacity int              `json:"capacity" doc:"Units of work at a time; 100 is one call, or three chats and some mail"`
	Loads    map[string]int   `json:"loads" doc:"Units of one interaction by class (call, video, chat, mail, social), where they differ from the usual"`
	Skills   []agentSkillBody `json:"skills"`
}

type agentPatchBody struct {
	Capacity *int              `json:"capacity,omitempty" doc:"10 to 1000"`
	Loads    *map[string]int   `json:"loads,omitempty" doc:"All that differ from the usual"`
	Skills   *[]agentSkillBody `json:"skills,omitempty" doc:"All skills of the agent"`
}

func (b agentPatchBody) patch() routing.AgentPatch {
	p := routing.AgentPatch{Capacity: b.Capacity, Loads: b.Loads}
	if b.Skills != nil {
		skills := make([]routing.SkillLevel, len(*b.Skills))
		for i, s := range *b.Skills {
			skills[i] = routing.SkillLevel{Skill: s.SkillID, Level: s.Level}
		}
		p.Skills = &skills
	}
	return p
}

type agentOutput struct{ Body agentBody }

type agentPageOutput struct{ Body httpx.Page[agentBody] }

type agentUpdateInput struct {
	AgentKey
	Body agentPatchBody
}

// RegisterAgents adds the operations on the settings of agents.
func RegisterAgents(api *httpx.API, staffing *routing.Staffing) {
	codes := []httpx.Code{{Kind: errs.NotFound, Code: "agent.not_found"}}
	httpx.Register(api, httpx.Operation{
		ID: "listAgents", Method: http.MethodGet, Path: agentsPath, Tag: tagAgents, Summary: "Settings of everybody who works as an agent",
		Permission: actor.UserRead,
	}, func(ctx context.Context, in *httpx.PageQuery) (*agentPageOutput, error) {
		var after id.User
		if _, err := in.After(&after); err != nil {
			return nil, err
		}
		found, err := staffing.List(ctx, after, in.Size()+1)
		if err != nil {
			return nil, err
		}
		items := make([]agentBody, len(found))
		for i, a := range found {
			items[i] = agentOf(a)
		}
		page, err := httpx.NewPage(items, in.Size(), func(last agentBody) any { return last.UserID })
		return &agentPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getAgent", Method: http.MethodGet, Path: agentPath, Tag: tagAgents, Summary: "Settings of one agent",
		Permission: actor.UserRead, Errors: codes,
	}, func(ctx context.Context, in *AgentKey) (*agentOutput, error) {
		return shownAgent(staffing.Get(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateAgent", Method: http.MethodPatch, Path: agentPath, Tag: tagAgents, Summary: "Change capacity, loads or skills; routing goes by them at once",
		Permission: actor.UserEdit, Errors: codes,
	}, func(ctx context.Context, in *agentUpdateInput) (*agentOutput, error) {
		return shownAgent(staffing.Update(ctx, in.ID, in.Body.patch()))
	})
}

func shownAgent(a routing.AgentSettings, err error) (*agentOutput, error) {
	if err != nil {
		return nil, err
	}
	return &agentOutput{Body: agentOf(a)}, nil
}

func agentOf(a routing.AgentSettings) agentBody {
	body := agentBody{UserID: a.UserID, Capacity: a.Capacity, Loads: a.Loads, Skills: []agentSkillBody{}}
	if body.Loads == nil {
		body.Loads = map[string]int{}
	}
	for _, s := range a.Skills {
		body.Skills = append(body.Skills, agentSkillBody{SkillID: s.Skill, Level: s.Level})
	}
	return body
}
