package privacy

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/privacy"
)

const holdsPath = "/api/v1/holds"

type holdBody struct {
	ID            id.Hold     `json:"id"`
	BrandID       id.Brand    `json:"brand_id"`
	CustomerID    id.Customer `json:"customer_id,omitzero" doc:"Of a hold on a person"`
	CaseID        id.Case     `json:"case_id,omitzero" doc:"Of a hold on a case"`
	Title         string      `json:"title,omitempty" doc:"In lists: the customer's name, or the number of the case"`
	Reason        string      `json:"reason"`
	PlacedBy      id.User     `json:"placed_by,omitzero"`
	PlacedAt      time.Time   `json:"placed_at"`
	ReleasedBy    id.User     `json:"released_by,omitzero"`
	ReleasedAt    time.Time   `json:"released_at,omitzero"`
	ReleaseReason string      `json:"release_reason,omitempty"`
}

type holdPlaceInput struct {
	Body struct {
		CustomerID id.Customer `json:"customer_id,omitempty" doc:"Either the person"`
		CaseID     id.Case     `json:"case_id,omitempty" doc:"… or the case of which nothing may be removed"`
		Reason     string      `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type holdReleaseInput struct {
	ID   id.Hold `path:"id"`
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type holdListInput struct {
	httpx.PageQuery

	Customer id.Customer `query:"customer"`
	Case     id.Case     `query:"case"`
	Standing bool        `query:"standing" doc:"Those alone that were not released"`
}

type (
	holdOutput     struct{ Body holdBody }
	holdPageOutput struct{ Body httpx.Page[holdBody] }
)

func holdOf(h privacy.Hold) holdBody {
	b := holdBody{
		ID: h.ID, BrandID: h.BrandID, Title: h.Title, Reason: h.Reason, PlacedBy: h.PlacedBy, PlacedAt: h.PlacedAt,
		ReleasedBy: h.ReleasedBy, ReleasedAt: h.ReleasedAt, ReleaseReason: h.ReleaseReason,
	}
	if h.Kind == personal.Case {
		b.CaseID = id.Case(h.ThingID)
	} else {
		b.CustomerID = id.Customer(h.ThingID)
	}
	return b
}

func registerHolds(api *httpx.API, s *privacy.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "placeHold", Method: http.MethodPost, Path: holdsPath, Tag: tag, Creates: true, Permission: actor.HoldEdit,
		Summary: "Put a legal hold on a customer or a case: nothing of it is removed", Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "hold.stands"}),
	}, func(ctx context.Context, in *holdPlaceInput) (*holdOutput, error) {
		kind, thing := personal.Customer, int64(in.Body.CustomerID)
		if in.Body.CaseID != 0 {
			kind, thing = personal.Case, int64(in.Body.CaseID)
		}
		if (in.Body.CustomerID == 0) == (in.Body.CaseID == 0) {
			return nil, errs.Fields("privacy.placeHold", errs.Field{Path: "customer_id", Code: "required"})
		}
		h, err := s.Place(ctx, kind, thing, in.Body.Reason)
		return &holdOutput{Body: holdOf(h)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listHolds", Method: http.MethodGet, Path: holdsPath, Tag: tag, Permission: actor.HoldEdit, Summary: "Legal holds, newest first",
	}, func(ctx context.Context, in *holdListInput) (*holdPageOutput, error) {
		f := privacy.HoldFilter{Standing: in.Standing, Limit: in.Size()}
		if in.Customer != 0 {
			f.Kind, f.Thing = personal.Customer, int64(in.Customer)
		} else if in.Case != 0 {
			f.Kind, f.Thing = personal.Case, int64(in.Case)
		}
		if _, err := in.After(&f.Before); err != nil {
			return nil, err
		}
		all, err := s.Holds(ctx, f)
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(all, in.Size(), func(last privacy.Hold) any { return last.ID })
		out := &holdPageOutput{Body: httpx.Page[holdBody]{Items: []holdBody{}, Next: page.Next}}
		for _, h := range page.Items {
			out.Body.Items = append(out.Body.Items, holdOf(h))
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "releaseHold", Method: http.MethodPost, Path: holdsPath + "/{id}/release", Tag: tag, Status: http.StatusOK, Permission: actor.HoldEdit,
		Summary: "End a legal hold", Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "hold.released"}),
	}, func(ctx context.Context, in *holdReleaseInput) (*holdOutput, error) {
		h, err := s.Release(ctx, in.ID, in.Body.Reason)
		return &holdOutput{Body: holdOf(h)}, err
	})
}
