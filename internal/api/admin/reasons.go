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
	tagReasons  = "away reasons"
	reasonsPath = "/api/v1/away-reasons"
	reasonPath  = reasonsPath + "/{id}"
)

// ReasonKey is the address of an away reason.
type ReasonKey struct {
	ID id.AwayReason `path:"id"`
}

type reasonBody struct {
	ID         id.AwayReason `json:"id"`
	Name       string        `json:"name"`
	Paid       bool          `json:"paid" doc:"Counts as working time"`
	CreatedAt  time.Time     `json:"created_at"`
	ArchivedAt time.Time     `json:"archived_at,omitzero"`
}

type reasonPatchBody struct {
	Name *string `json:"name,omitempty"`
	Paid *bool   `json:"paid,omitempty" doc:"Counts as working time; true for a new one unless said otherwise"`
}

func (b reasonPatchBody) patch() routing.AwayReasonPatch {
	return routing.AwayReasonPatch{Name: b.Name, Paid: b.Paid}
}

type reasonOutput struct{ Body reasonBody }

type reasonPageOutput struct{ Body httpx.Page[reasonBody] }

type reasonUpdateInput struct {
	ReasonKey
	Body reasonPatchBody
}

// RegisterAwayReasons adds the operations on away reasons. The list is for everybody who may be away.
func RegisterAwayReasons(api *httpx.API, reasons *routing.AwayReasons) {
	httpx.Register(api, httpx.Operation{
		ID: "listAwayReasons", Method: http.MethodGet, Path: reasonsPath, Tag: tagReasons, Summary: "Away reasons by name", Access: httpx.SignedIn,
	}, func(ctx context.Context, in *NameQuery) (*reasonPageOutput, error) {
		l, err := in.list()
		if err != nil {
			return nil, err
		}
		found, err := reasons.List(ctx, l)
		if err != nil {
			return nil, err
		}
		page, err := pageOf(found, in.Size(), reasonOf)
		return &reasonPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getAwayReason", Method: http.MethodGet, Path: reasonPath, Tag: tagReasons, Summary: "One away reason", Access: httpx.SignedIn,
		Errors: reasonCodes(),
	}, func(ctx context.Context, in *ReasonKey) (*reasonOutput, error) {
		return shownReason(reasons.Get(ctx, in.ID))
	})
	registerReasonWrites(api, reasons)
}

func registerReasonWrites(api *httpx.API, reasons *routing.AwayReasons) {
	httpx.Register(api, httpx.Operation{
		ID: "createAwayReason", Method: http.MethodPost, Path: reasonsPath, Tag: tagReasons, Summary: "Make an away reason",
		Permission: actor.QueueEdit, Creates: true, Errors: []httpx.Code{{Kind: errs.Exhausted, Code: "configuration.full"}},
	}, func(ctx context.Context, in *struct{ Body reasonPatchBody }) (*reasonOutput, error) {
		return shownReason(reasons.Create(ctx, in.Body.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateAwayReason", Method: http.MethodPatch, Path: reasonPath, Tag: tagReasons, Summary: "Change an away reason",
		Permission: actor.QueueEdit, Errors: reasonCodes(),
	}, func(ctx context.Context, in *reasonUpdateInput) (*reasonOutput, error) {
		return shownReason(reasons.Update(ctx, in.ID, in.Body.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveAwayReason", Method: http.MethodPost, Path: reasonPath + "/archive", Tag: tagReasons, Summary: "Take an away reason out of use",
		Permission: actor.QueueEdit, Errors: reasonCodes(),
	}, func(ctx context.Context, in *ReasonKey) (*reasonOutput, error) {
		return shownReason(reasons.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreAwayReason", Method: http.MethodPost, Path: reasonPath + "/restore", Tag: tagReasons, Summary: "Use an archived away reason again",
		Permission: actor.QueueEdit, Errors: reasonCodes(),
	}, func(ctx context.Context, in *ReasonKey) (*reasonOutput, error) {
		return shownReason(reasons.Restore(ctx, in.ID))
	})
}

func shownReason(r routing.AwayReason, err error) (*reasonOutput, error) {
	if err != nil {
		return nil, err
	}
	return &reasonOutput{Body: reasonOf(r)}, nil
}

func reasonOf(r routing.AwayReason) reasonBody {
	return reasonBody{ID: r.ID, Name: r.Name, Paid: r.Paid, CreatedAt: r.CreatedAt, ArchivedAt: r.ArchivedAt}
}

func reasonCodes() []httpx.Code {
	return []httpx.Code{{Kind: errs.NotFound, Code: "away_reason.not_found"}}
}
