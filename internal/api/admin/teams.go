package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagTeams  = "teams"
	teamsPath = "/api/v1/teams"
	teamPath  = teamsPath + "/{id}"
)

// TeamKey is the address of a team.
type TeamKey struct {
	ID id.Team `path:"id"`
}

type teamBody struct {
	ID        id.Team   `json:"id"`
	Name      string    `json:"name"`
	Members   int       `json:"members"`
	Archived  bool      `json:"archived"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func teamOf(t account.Team) teamBody {
	return teamBody{t.ID, t.Name, t.Members, t.Archived, t.CreatedAt, t.UpdatedAt}
}

type teamOutput struct{ Body teamBody }

type teamListOutput struct {
	Body struct {
		Items []teamBody `json:"items"`
	}
}

type teamNameInput struct {
	TeamKey
	Body nameBody
}

func shownTeam(t account.Team, err error) (*teamOutput, error) {
	if err != nil {
		return nil, err
	}
	return &teamOutput{Body: teamOf(t)}, nil
}

// RegisterTeams adds the operations on teams. Who belongs to one is kept with the user.
func RegisterTeams(api *httpx.API, teams *account.Teams) {
	httpx.Register(api, httpx.Operation{
		ID: "listTeams", Method: http.MethodGet, Path: teamsPath, Tag: tagTeams, Summary: "Teams by name", Permission: actor.UserRead,
	}, func(ctx context.Context, in *shortQuery) (*teamListOutput, error) {
		all, err := teams.List(ctx, in.Archived)
		out := &teamListOutput{}
		out.Body.Items = showAll(named(in.Q, all, func(t account.Team) string { return t.Name }), teamOf)
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getTeam", Method: http.MethodGet, Path: teamPath, Tag: tagTeams, Summary: "One team", Permission: actor.UserRead,
	}, func(ctx context.Context, in *TeamKey) (*teamOutput, error) { return shownTeam(teams.Get(ctx, in.ID)) })
	registerTeamWrites(api, teams)
}

func registerTeamWrites(api *httpx.API, teams *account.Teams) {
	taken := codesOf(errs.Conflict, "name.taken")
	httpx.Register(api, httpx.Operation{
		ID: "createTeam", Method: http.MethodPost, Path: teamsPath, Tag: tagTeams, Summary: "Make a team", Permission: actor.UserEdit,
		Creates: true, Errors: append(taken, codesOf(errs.Exhausted, "team.too_many")...),
	}, func(ctx context.Context, in *struct{ Body nameBody }) (*teamOutput, error) {
		return shownTeam(teams.Create(ctx, in.Body.Name))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateTeam", Method: http.MethodPatch, Path: teamPath, Tag: tagTeams, Summary: "Give a team another name",
		Permission: actor.UserEdit, Errors: taken,
	}, func(ctx context.Context, in *teamNameInput) (*teamOutput, error) {
		return shownTeam(teams.Rename(ctx, in.ID, in.Body.Name))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveTeam", Method: http.MethodPost, Path: teamPath + "/archive", Tag: tagTeams, Summary: "Take a team out of use", Permission: actor.UserEdit,
	}, func(ctx context.Context, in *TeamKey) (*teamOutput, error) {
		return shownTeam(teams.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreTeam", Method: http.MethodPost, Path: teamPath + "/restore", Tag: tagTeams, Summary: "Use an archived team again", Permission: actor.UserEdit,
	}, func(ctx context.Context, in *TeamKey) (*teamOutput, error) {
		return shownTeam(teams.Restore(ctx, in.ID))
	})
}
