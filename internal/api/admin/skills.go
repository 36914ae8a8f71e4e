package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
)

const (
	tagSkills  = "skills"
	skillsPath = "/api/v1/skills"
	skillPath  = skillsPath + "/{id}"
)

// SkillKey is the address of a skill.
type SkillKey struct {
	ID id.Skill `path:"id"`
}

type skillBody struct {
	ID         id.Skill  `json:"id"`
	Name       string    `json:"name"`
	CreatedAt  time.Time `json:"created_at"`
	ArchivedAt time.Time `json:"archived_at,omitzero"`
}

type skillOutput struct{ Body skillBody }

type skillPageOutput struct{ Body httpx.Page[skillBody] }

type skillRenameInput struct {
	SkillKey
	Body nameBody
}

// RegisterSkills adds the operations on skills.
func RegisterSkills(api *httpx.API, skills *routing.Skills) {
	httpx.Register(api, httpx.Operation{
		ID: "listSkills", Method: http.MethodGet, Path: skillsPath, Tag: tagSkills, Summary: "Skills by name", Permission: actor.QueueRead,
	}, func(ctx context.Context, in *NameQuery) (*skillPageOutput, error) {
		l, err := in.list()
		if err != nil {
			return nil, err
		}
		found, err := skills.List(ctx, l)
		if err != nil {
			return nil, err
		}
		page, err := pageOf(found, in.Size(), skillOf)
		return &skillPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getSkill", Method: http.MethodGet, Path: skillPath, Tag: tagSkills, Summary: "One skill", Permission: actor.QueueRead, Errors: skillCodes(),
	}, func(ctx context.Context, in *SkillKey) (*skillOutput, error) {
		return shownSkill(skills.Get(ctx, in.ID))
	})
	registerSkillWrites(api, skills)
}

func registerSkillWrites(api *httpx.API, skills *routing.Skills) {
	httpx.Register(api, httpx.Operation{
		ID: "createSkill", Method: http.MethodPost, Path: skillsPath, Tag: tagSkills, Summary: "Make a skill",
		Permission: actor.QueueEdit, Creates: true, Errors: []httpx.Code{{Kind: errs.Exhausted, Code: "configuration.full"}},
	}, func(ctx context.Context, in *struct{ Body nameBody }) (*skillOutput, error) {
		return shownSkill(skills.Create(ctx, in.Body.Name))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateSkill", Method: http.MethodPatch, Path: skillPath, Tag: tagSkills, Summary: "Give a skill another name",
		Permission: actor.QueueEdit, Errors: skillCodes(),
	}, func(ctx context.Context, in *skillRenameInput) (*skillOutput, error) {
		return shownSkill(skills.Rename(ctx, in.ID, in.Body.Name))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveSkill", Method: http.MethodPost, Path: skillPath + "/archive", Tag: tagSkills, Summary: "Take a skill out of use",
		Permission: actor.QueueEdit, Errors: append(skillCodes(), httpx.Code{Kind: errs.Conflict, Code: "skill.in_use"}),
	}, func(ctx context.Context, in *SkillKey) (*skillOutput, error) {
		return shownSkill(skills.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreSkill", Method: http.MethodPost, Path: skillPath + "/restore", Tag: tagSkills, Summary: "Use an archived skill again",
		Permission: actor.QueueEdit, Errors: skillCodes(),
	}, func(ctx context.Context, in *SkillKey) (*skillOutput, error) {
		return shownSkill(skills.Restore(ctx, in.ID))
	})
}

func shownSkill(s routing.Skill, err error) (*skillOutput, error) {
	if err != nil {
		return nil, err
	}
	return &skillOutput{Body: skillOf(s)}, nil
}

func skillOf(s routing.Skill) skillBody {
	return skillBody{ID: s.ID, Name: s.Name, CreatedAt: s.CreatedAt, ArchivedAt: s.ArchivedAt}
}

func skillCodes() []httpx.Code { return []httpx.Code{{Kind: errs.NotFound, Code: "skill.not_found"}} }
