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
	tagQueues  = "queues"
	queuesPath = "/api/v1/queues"
	queuePath  = queuesPath + "/{id}"
)

// QueueKey is the address of a queue.
type QueueKey struct {
	ID id.Queue `path:"id"`
}

type queueOutput struct{ Body queueBody }

type queueListInput struct {
	NameQuery

	Brand id.Brand `query:"brand" doc:"Of this brand only"`
}

type queuePageOutput struct{ Body httpx.Page[queueBody] }

type queueCreateInput struct {
	Body struct {
		QueuePatchBody

		BrandID id.Brand `json:"brand_id"`
	}
}

type queueUpdateInput struct {
	QueueKey
	Body QueuePatchBody
}

// RegisterQueues adds the operations on queues and their members.
func RegisterQueues(api *httpx.API, queues *routing.Queues) {
	registerQueueReads(api, queues)
	registerQueueWrites(api, queues)
}

func registerQueueReads(api *httpx.API, queues *routing.Queues) {
	httpx.Register(api, httpx.Operation{
		ID: "listQueues", Method: http.MethodGet, Path: queuesPath, Tag: tagQueues, Summary: "Queues by name", Permission: actor.QueueRead,
	}, func(ctx context.Context, in *queueListInput) (*queuePageOutput, error) {
		l, err := in.list()
		if err != nil {
			return nil, err
		}
		found, err := queues.List(ctx, in.Brand, l)
		if err != nil {
			return nil, err
		}
		page, err := pageOf(found, in.Size(), queueOf)
		return &queuePageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getQueue", Method: http.MethodGet, Path: queuePath, Tag: tagQueues, Summary: "One queue", Permission: actor.QueueRead,
		Errors: queueCodes(),
	}, func(ctx context.Context, in *QueueKey) (*queueOutput, error) {
		return shownQueue(queues.Get(ctx, in.ID))
	})
	registerMembers(api, queues)
}

func registerQueueWrites(api *httpx.API, queues *routing.Queues) {
	httpx.Register(api, httpx.Operation{
		ID: "createQueue", Method: http.MethodPost, Path: queuesPath, Tag: tagQueues, Summary: "Make a queue of a brand",
		Permission: actor.QueueEdit, Creates: true, Errors: []httpx.Code{{Kind: errs.Exhausted, Code: "configuration.full"}},
	}, func(ctx context.Context, in *queueCreateInput) (*queueOutput, error) {
		return shownQueue(queues.Create(ctx, in.Body.BrandID, in.Body.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateQueue", Method: http.MethodPatch, Path: queuePath, Tag: tagQueues, Summary: "Change a queue; routing goes by it at once",
		Permission: actor.QueueEdit, Errors: queueCodes(),
	}, func(ctx context.Context, in *queueUpdateInput) (*queueOutput, error) {
		return shownQueue(queues.Update(ctx, in.ID, in.Body.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveQueue", Method: http.MethodPost, Path: queuePath + "/archive", Tag: tagQueues, Summary: "Take an empty queue out of use",
		Permission: actor.QueueEdit, Errors: queueCodes("queue.not_empty", "queue.overflow_target"),
	}, func(ctx context.Context, in *QueueKey) (*queueOutput, error) {
		return shownQueue(queues.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreQueue", Method: http.MethodPost, Path: queuePath + "/restore", Tag: tagQueues, Summary: "Use an archived queue again",
		Permission: actor.QueueEdit, Errors: queueCodes(),
	}, func(ctx context.Context, in *QueueKey) (*queueOutput, error) {
		return shownQueue(queues.Restore(ctx, in.ID))
	})
}

func shownQueue(q routing.Queue, err error) (*queueOutput, error) {
	if err != nil {
		return nil, err
	}
	return &queueOutput{Body: queueOf(q)}, nil
}

func queueCodes(conflicts ...string) []httpx.Code {
	codes := []httpx.Code{{Kind: errs.NotFound, Code: "queue.not_found"}}
	for _, code := range conflicts {
		codes = append(codes, httpx.Code{Kind: errs.Conflict, Code: code})
	}
	return codes
}
