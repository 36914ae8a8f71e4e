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
	tagDispositions  = "dispositions"
	dispositionsPath = "/api/v1/dispositions"
	dispositionPath  = dispositionsPath + "/{id}"
)

// DispositionKey is the address of a disposition.
type DispositionKey struct {
	ID id.Disposition `path:"id"`
}

type dispositionBody struct {
	ID         id.Disposition `json:"id"`
	QueueID    id.Queue       `json:"queue_id,omitzero" doc:"Absent: for every queue"`
	Name       string         `json:"name"`
	Resolved   bool           `json:"resolved" doc:"The matter is settled with it"`
	CreatedAt  time.Time      `json:"created_at"`
	ArchivedAt time.Time      `json:"archived_at,omitzero"`
}

// DispositionPatchBody is what may be changed of a disposition.
type DispositionPatchBody struct {
	Name     *string `json:"name,omitempty"`
	Resolved *bool   `json:"resolved,omitempty" doc:"The matter is settled with it; true for a new one unless said otherwise"`
}

func (b DispositionPatchBody) patch() routing.DispositionPatch {
	return routing.DispositionPatch{Name: b.Name, Resolved: b.Resolved}
}

type dispositionOutput struct{ Body dispositionBody }

type dispositionListInput struct {
	NameQuery

	Queue id.Queue `query:"queue" doc:"Those that can be given in this queue"`
}

type dispositionPageOutput struct {
	Body httpx.Page[dispositionBody]
}

type dispositionCreateInput struct {
	Body struct {
		DispositionPatchBody

		QueueID id.Queue `json:"queue_id,omitzero" doc:"Absent: for every queue"`
	}
}

type dispositionUpdateInput struct {
	DispositionKey
	Body DispositionPatchBody
}

// RegisterDispositions adds the operations on dispositions.
func RegisterDispositions(api *httpx.API, dispositions *routing.Dispositions) {
	httpx.Register(api, httpx.Operation{
		ID: "listDispositions", Method: http.MethodGet, Path: dispositionsPath, Tag: tagDispositions, Summary: "Dispositions by name",
		Permission: actor.QueueRead,
	}, func(ctx context.Context, in *dispositionListInput) (*dispositionPageOutput, error) {
		l, err := in.list()
		if err != nil {
			return nil, err
		}
		found, err := dispositions.List(ctx, in.Queue, l)
		if err != nil {
			return nil, err
		}
		page, err := pageOf(found, in.Size(), dispositionOf)
		return &dispositionPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getDisposition", Method: http.MethodGet, Path: dispositionPath, Tag: tagDispositions, Summary: "One disposition",
		Permission: actor.QueueRead, Errors: dispositionCodes(),
	}, func(ctx context.Context, in *DispositionKey) (*dispositionOutput, error) {
		return shownDisposition(dispositions.Get(ctx, in.ID))
	})
	registerDispositionWrites(api, dispositions)
}

func registerDispositionWrites(api *httpx.API, dispositions *routing.Dispositions) {
	httpx.Register(api, httpx.Operation{
		ID: "createDisposition", Method: http.MethodPost, Path: dispositionsPath, Tag: tagDispositions, Summary: "Make a disposition",
		Permission: actor.QueueEdit, Creates: true, Errors: []httpx.Code{{Kind: errs.Exhausted, Code: "configuration.full"}},
	}, func(ctx context.Context, in *dispositionCreateInput) (*dispositionOutput, error) {
		return shownDisposition(dispositions.Create(ctx, in.Body.QueueID, in.Body.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateDisposition", Method: http.MethodPatch, Path: dispositionPath, Tag: tagDispositions, Summary: "Change a disposition",
		Permission: actor.QueueEdit, Errors: dispositionCodes(),
	}, func(ctx context.Context, in *dispositionUpdateInput) (*dispositionOutput, error) {
		return shownDisposition(dispositions.Update(ctx, in.ID, in.Body.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveDisposition", Method: http.MethodPost, Path: dispositionPath + "/archive", Tag: tagDispositions,
		Summary: "Take a disposition out of use", Permission: actor.QueueEdit, Errors: dispositionCodes(),
	}, func(ctx context.Context, in *DispositionKey) (*dispositionOutput, error) {
		return shownDisposition(dispositions.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreDisposition", Method: http.MethodPost, Path: dispositionPath + "/restore", Tag: tagDispositions,
		Summary: "Use an archived disposition again", Permission: actor.QueueEdit, Errors: dispositionCodes(),
	}, func(ctx context.Context, in *DispositionKey) (*dispositionOutput, error) {
		return shownDisposition(dispositions.Restore(ctx, in.ID))
	})
}

func shownDisposition(d routing.Disposition, err error) (*dispositionOutput, error) {
	if err != nil {
		return nil, err
	}
	return &dispositionOutput{Body: dispositionOf(d)}, nil
}

func dispositionOf(d routing.Disposition) dispositionBody {
	return dispositionBody{
		ID: d.ID, QueueID: d.QueueID, Name: d.Name, Resolved: d.Resolved, CreatedAt: d.CreatedAt, ArchivedAt: d.ArchivedAt,
	}
}

func dispositionCodes() []httpx.Code {
	return []httpx.Code{{Kind: errs.NotFound, Code: "disposition.not_found"}}
}
