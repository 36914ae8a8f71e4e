package admin

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
)

const workMixPath = "/api/v1/work-mix"

type workMixBody struct {
	Loads      map[string]int      `json:"loads" doc:"Units of one interaction by class (call, video, chat, mail, social); an agent may have their own"`
	Limits     map[string]int      `json:"limits" doc:"Most interactions of a class at a time; a class that is not named has no limit of its own"`
	Interrupts map[string][]string `json:"interrupts" doc:"By class of an offer the classes of work that it may interrupt: their units do not count against it"`
}

type workMixPatchBody struct {
	Loads      *map[string]int      `json:"loads,omitempty" doc:"1 to 1000 each; a class that is not named has its usual load again"`
	Limits     *map[string]int      `json:"limits,omitempty" doc:"1 to 100 each; all that there are to be"`
	Interrupts *map[string][]string `json:"interrupts,omitempty" doc:"A class that is not named interrupts what is usual again: a call or a video mail and social, the others nothing"`
}

type workMixOutput struct{ Body workMixBody }

type workMixInput struct{ Body workMixPatchBody }

// RegisterWorkMix adds the operations on what agents work on beside each other.
func RegisterWorkMix(api *httpx.API, staffing *routing.Staffing) {
	httpx.Register(api, httpx.Operation{
		ID: "getWorkMix", Method: http.MethodGet, Path: workMixPath, Tag: tagAgents,
		Summary: "What agents work on beside each other", Permission: actor.QueueRead,
	}, func(ctx context.Context, _ *struct{}) (*workMixOutput, error) {
		return mixed(staffing.Mix(ctx))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateWorkMix", Method: http.MethodPatch, Path: workMixPath, Tag: tagAgents,
		Summary: "Change what agents work on beside each other; for who configures the queues of all brands", Permission: actor.QueueEdit,
	}, func(ctx context.Context, in *workMixInput) (*workMixOutput, error) {
		return mixed(staffing.SetMix(ctx, routing.MixPatch{Loads: in.Body.Loads, Limits: in.Body.Limits, Interrupts: in.Body.Interrupts}))
	})
}

func mixed(m routing.Mix, err error) (*workMixOutput, error) {
	if err != nil {
		return nil, err
	}
	return &workMixOutput{Body: workMixBody{Loads: m.Loads, Limits: m.Limits, Interrupts: m.Interrupts}}, nil
}
