package privacy

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/worklist"
)

const viewsPath = "/api/v1/saved-views"

type savedViewQuery struct {
	View    string   `json:"view" enum:"mine,queues,unassigned,all,closed,mentions"`
	BrandID id.Brand `json:"brand_id,omitempty"`
	QueueID id.Queue `json:"queue_id,omitempty"`
	AgentID id.User  `json:"agent_id,omitempty"`
	Channel string   `json:"channel,omitempty" maxLength:"30"`
	Q       string   `json:"q,omitempty" maxLength:"100"`
	Sort    string   `json:"sort,omitempty" enum:"deadline,newest,oldest"`
}

type savedViewFields struct {
	Name   string         `json:"name" minLength:"1" maxLength:"60"`
	Shared string         `json:"shared" enum:"own,team,all"`
	TeamID id.Team        `json:"team_id,omitempty" doc:"Of a view that a team has"`
	Query  savedViewQuery `json:"query"`
	Rev    int64          `json:"rev,omitempty" doc:"Of the version that was edited; absent: any"`
}

type savedViewBody struct {
	ID        id.View        `json:"id"`
	Name      string         `json:"name"`
	Shared    string         `json:"shared" enum:"own,team,all"`
	TeamID    id.Team        `json:"team_id,omitzero"`
	TeamName  string         `json:"team_name,omitempty" doc:"In lists"`
	OwnerName string         `json:"owner_name,omitempty" doc:"In lists, of another's"`
	Mine      bool           `json:"mine" doc:"It is the caller's own"`
	Editable  bool           `json:"editable" doc:"The caller may change and remove it"`
	Query     savedViewQuery `json:"query"`
	Rev       int64          `json:"rev"`
	ChangedAt time.Time      `json:"changed_at"`
}

type viewTeamBody struct {
	ID   id.Team `json:"id"`
	Name string  `json:"name"`
}

// ViewKey names a saved view in a path. It is exported so that the document sees it where it is embedded.
type ViewKey struct {
	ID id.View `path:"id"`
}

type (
	viewOutput     struct{ Body savedViewBody }
	viewListOutput struct {
		Body struct {
			Items    []savedViewBody `json:"items" doc:"By name"`
			Teams    []viewTeamBody  `json:"teams" doc:"With which the caller may share, by name"`
			ShareAll bool            `json:"share_all" doc:"The caller may share with everybody"`
		}
	}
	viewCreateInput struct{ Body savedViewFields }
	viewChangeInput struct {
		ViewKey

		Body savedViewFields
	}
)

func viewOf(ctx context.Context, v worklist.Saved) savedViewBody {
	q, a := v.Query, actor.From(ctx)
	return savedViewBody{
		ID: v.ID, Name: v.Name, Shared: string(v.Shared), TeamID: v.TeamID, Mine: v.OwnerID == a.User, Editable: v.Changes(a), Rev: v.Rev, ChangedAt: v.ChangedAt,
		Query: savedViewQuery{View: string(q.View), BrandID: q.Brand, QueueID: q.Queue, AgentID: q.Agent, Channel: q.Channel, Q: q.Text, Sort: string(q.Sort)},
	}
}

func (f savedViewFields) saved(key id.View) worklist.Saved {
	q := f.Query
	return worklist.Saved{ID: key, Name: f.Name, Shared: worklist.Sharing(f.Shared), TeamID: f.TeamID, Rev: f.Rev, Query: worklist.SavedQuery{
		View: worklist.View(q.View), Brand: q.BrandID, Queue: q.QueueID, Agent: q.AgentID, Channel: q.Channel, Text: q.Q, Sort: worklist.Sort(q.Sort),
	}}
}

// RegisterViews adds the operations on saved views.
func RegisterViews(api *httpx.API, s *worklist.Service) {
	const tag = "conversations"
	httpx.Register(api, httpx.Operation{
		ID: "listSavedViews", Method: http.MethodGet, Path: viewsPath, Tag: tag, Permission: actor.ConversationRead, Summary: "Saved views: the caller's own, those of their teams and of all",
	}, func(ctx context.Context, _ *struct{}) (*viewListOutput, error) {
		all, err := s.SavedViews(ctx)
		out := &viewListOutput{}
		out.Body.Items, out.Body.Teams, out.Body.ShareAll = []savedViewBody{}, []viewTeamBody{}, all.All
		for _, v := range all.Views {
			b := viewOf(ctx, v.Saved)
			if b.TeamName = v.TeamName; !b.Mine {
				b.OwnerName = v.OwnerName
			}
			out.Body.Items = append(out.Body.Items, b)
		}
		for _, t := range all.Teams {
			out.Body.Teams = append(out.Body.Teams, viewTeamBody(t))
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "createSavedView", Method: http.MethodPost, Path: viewsPath, Tag: tag, Permission: actor.ConversationRead, Creates: true, Summary: "Keep filters and order of a list under a name",
		Errors: []httpx.Code{{Kind: errs.Exhausted, Code: "view.too_many"}},
	}, func(ctx context.Context, in *viewCreateInput) (*viewOutput, error) {
		v, err := s.SaveView(ctx, in.Body.saved(0))
		return &viewOutput{Body: viewOf(ctx, v)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateSavedView", Method: http.MethodPut, Path: viewsPath + "/{id}", Tag: tag, Permission: actor.ConversationRead, Summary: "Change a saved view of one's own; with view.share for the whole tenant any that is shared",
		Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "view.changed"}),
	}, func(ctx context.Context, in *viewChangeInput) (*viewOutput, error) {
		v, err := s.ChangeView(ctx, in.Body.saved(in.ID))
		return &viewOutput{Body: viewOf(ctx, v)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "deleteSavedView", Method: http.MethodDelete, Path: viewsPath + "/{id}", Tag: tag, Permission: actor.ConversationRead, Summary: "Remove a saved view of one's own; with view.share for the whole tenant any that is shared", Errors: notFound(),
	}, func(ctx context.Context, in *ViewKey) (*struct{}, error) {
		return nil, s.DropView(ctx, in.ID)
	})
}
