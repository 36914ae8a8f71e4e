package privacy

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/privacy"
)

const organisationErasePath = "/api/v1/organisations/{id}/erasure"

// OrganisationKey names an organisation in a path. It is exported so that the document sees it where it is embedded.
type OrganisationKey struct {
	ID id.Organisation `path:"id"`
}

type organisationEraseInput struct {
	OrganisationKey
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Without a name: it stands in the log"`
	}
}

type (
	organisationErasePreviewOutput struct {
		Body struct {
			People int           `json:"people" doc:"Who would belong to no organisation; 1000 stands for more"`
			Joined int           `json:"joined" doc:"Other organisations that are held to be it, and would go with it"`
			Left   []erasureLeft `json:"left" doc:"What would stay, and why"`
			Held   bool          `json:"held" doc:"Nothing would go"`
			Holds  []holdBody    `json:"holds" doc:"By which something stays: on somebody who belongs to it, or on a case of theirs"`
		}
	}
	organisationEraseOutput struct {
		Body struct {
			ID        id.Organisation `json:"id"`
			ErasedAt  time.Time       `json:"erased_at,omitzero" doc:"Not there while it stays itself"`
			ErasureID id.Erasure      `json:"erasure_id" doc:"By which its certificate is had"`
			Left      []erasureLeft   `json:"left" doc:"What had to stay, and why"`
		}
	}
)

func registerOrganisations(api *httpx.API, s *privacy.Service) {
	gone := []httpx.Code{{Kind: errs.Conflict, Code: "organisation.erased"}, {Kind: errs.Conflict, Code: "organisation.joined"}}
	httpx.Register(api, httpx.Operation{
		ID: "previewOrganisationErasure", Method: http.MethodGet, Path: organisationErasePath + "/preview", Tag: tag, Permission: actor.CustomerErase,
		Summary: "What erasing an organisation would do, and by what it stays", Errors: notFound(gone...),
	}, func(ctx context.Context, in *OrganisationKey) (*organisationErasePreviewOutput, error) {
		p, err := s.PreviewOrganisationErasure(ctx, in.ID)
		out := &organisationErasePreviewOutput{}
		out.Body.People, out.Body.Joined, out.Body.Left, out.Body.Held, out.Body.Holds = p.People, p.Joined, leftOf(p.Left), p.Held, []holdBody{}
		for _, h := range p.Holds {
			out.Body.Holds = append(out.Body.Holds, holdOf(h))
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "eraseOrganisation", Method: http.MethodPost, Path: organisationErasePath, Tag: tag, Permission: actor.CustomerErase, Status: http.StatusOK,
		Summary:     "Erase all that is known of an organisation; its people stay and belong to none",
		Description: "It cannot be taken back. While a legal hold is on one of its people, or on a case of theirs, they go on belonging to it and it stays; others are let go, and what is held to be it goes, where nobody is held. The certificate says what stayed.",
		Errors:      notFound(append(gone, httpx.Code{Kind: errs.Conflict, Code: "organisation.held"})...),
	}, func(ctx context.Context, in *organisationEraseInput) (*organisationEraseOutput, error) {
		e, err := s.EraseOrganisation(ctx, in.ID, in.Body.Reason)
		out := &organisationEraseOutput{}
		out.Body.ID, out.Body.ErasureID, out.Body.Left = e.OrganisationID, e.ID, leftOf(e.Left)
		if slices.Contains(e.Organisations, e.OrganisationID) {
			out.Body.ErasedAt = e.DoneAt
		}
		return out, err
	})
}
