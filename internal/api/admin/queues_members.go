package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
)

type memberListInput struct {
	QueueKey
	httpx.PageQuery
}

type memberBody struct {
	UserID  id.User   `json:"user_id"`
	Enabled bool      `json:"enabled" doc:"Gets work from the queue now"`
	Since   time.Time `json:"since"`
}

type memberPageOutput struct{ Body httpx.Page[memberBody] }

func registerMembers(api *httpx.API, queues *routing.Queues) {
	httpx.Register(api, httpx.Operation{
		ID: "listQueueMembers", Method: http.MethodGet, Path: queuePath + "/members", Tag: tagQueues, Summary: "The agents of a queue",
		Permission: actor.QueueRead, Errors: queueCodes(),
	}, func(ctx context.Context, in *memberListInput) (*memberPageOutput, error) {
		var after id.User
		if _, err := in.After(&after); err != nil {
			return nil, err
		}
		members, err := queues.Members(ctx, in.ID, after, in.Size()+1)
		if err != nil {
			return nil, err
		}
		items := make([]memberBody, len(members))
		for i, m := range members {
			items[i] = memberBody{UserID: m.UserID, Enabled: m.Enabled, Since: m.Since}
		}
		page, err := httpx.NewPage(items, in.Size(), func(last memberBody) any { return last.UserID })
		return &memberPageOutput{Body: page}, err
	})
}
