package privacy

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/privacy"
)

const (
	tag          = "privacy"
	customerPath = "/api/v1/customers/{id}"
	exportPath   = "/api/v1/person-exports/{id}"
)

// CustomerKey names a customer in a path. It is exported so that the document sees it where it is embedded.
type CustomerKey struct {
	ID id.Customer `path:"id"`
}

type exportKey struct {
	ID id.PersonExport `path:"id"`
}

type personExportBody struct {
	ID         id.PersonExport  `json:"id"`
	CustomerID id.Customer      `json:"customer_id" doc:"Who everybody of them is held to be"`
	State      string           `json:"state" enum:"running,done,expired"`
	Progress   int              `json:"progress" doc:"Percent"`
	Counts     map[string]int64 `json:"counts" doc:"Rows by class; blobs: files and mails; missing: files that are gone"`
	Size       int64            `json:"size"`
	MadeBy     id.User          `json:"made_by,omitzero"`
	MadeAt     time.Time        `json:"made_at"`
	DoneAt     time.Time        `json:"done_at,omitzero"`
	ExpiresAt  time.Time        `json:"expires_at,omitzero" doc:"Until then it can be fetched"`
}

type (
	exportOutput     struct{ Body personExportBody }
	exportListOutput struct {
		Body struct {
			Items []personExportBody `json:"items" doc:"Newest first"`
		}
	}
)

func notFound(more ...httpx.Code) []httpx.Code {
	return append([]httpx.Code{{Kind: errs.NotFound, Code: errs.NotFound.String()}}, more...)
}

func full[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func counts(c privacy.Counts) map[string]int64 {
	if c == nil {
		return map[string]int64{}
	}
	return c
}

func exportOf(e privacy.Export) personExportBody {
	return personExportBody{
		ID: e.ID, CustomerID: e.CustomerID, State: string(e.State), Progress: e.Progress(), Counts: counts(e.Counts), Size: e.Size,
		MadeBy: e.MadeBy, MadeAt: e.MadeAt, DoneAt: e.DoneAt, ExpiresAt: e.ExpiresAt,
	}
}

// Register adds the operations on people's own data.
func Register(api *httpx.API, s *privacy.Service) {
	registerExports(api, s)
	registerErasures(api, s)
	registerOrganisations(api, s)
	registerHolds(api, s)
	registerRetention(api, s)
}

func registerExports(api *httpx.API, s *privacy.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "startPersonExport", Method: http.MethodPost, Path: customerPath + "/exports", Tag: tag, Creates: true, Permission: actor.CustomerExport,
		Summary:     "Begin a copy of everything that is kept about a customer",
		Description: "Of all who are held to be the same. It needs the permission to read names as well.",
		Errors:      notFound(httpx.Code{Kind: errs.Conflict, Code: "erasure.running"}),
	}, func(ctx context.Context, in *CustomerKey) (*exportOutput, error) {
		e, err := s.StartExport(ctx, in.ID)
		return &exportOutput{Body: exportOf(e)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listPersonExports", Method: http.MethodGet, Path: customerPath + "/exports", Tag: tag, Permission: actor.CustomerExport,
		Summary: "Copies that were made of what is kept about a customer", Errors: notFound(),
	}, func(ctx context.Context, in *CustomerKey) (*exportListOutput, error) {
		all, err := s.Exports(ctx, in.ID)
		out := &exportListOutput{}
		out.Body.Items = []personExportBody{}
		for _, e := range all {
			out.Body.Items = append(out.Body.Items, exportOf(e))
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getPersonExport", Method: http.MethodGet, Path: exportPath, Tag: tag, Permission: actor.CustomerExport, Summary: "How far a copy is", Errors: notFound(),
	}, func(ctx context.Context, in *exportKey) (*exportOutput, error) {
		e, err := s.GetExport(ctx, in.ID)
		return &exportOutput{Body: exportOf(e)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "fetchPersonExport", Method: http.MethodGet, Path: exportPath + "/archive", Tag: tag, Permission: actor.CustomerExport,
		Summary: "The archive of a copy (ZIP): JSON lines by class, files, mails", Description: "That it was fetched stands in the log.",
		Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "export.running"}, httpx.Code{Kind: errs.Conflict, Code: "export.expired"}),
	}, func(ctx context.Context, in *exportKey) (*huma.StreamResponse, error) {
		r, e, err := s.OpenExport(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return download(r, "application/zip", "customer-"+e.CustomerID.String()+".zip", e.Size), nil
	})
}

// download hands out a file that is saved, never shown.
func download(r io.ReadCloser, kind, name string, size int64) *huma.StreamResponse {
	return httpx.Stream(r, httpx.Download{Type: kind, Disposition: saved(name), Size: size})
}

// saved names a file under which the client saves what it gets.
func saved(name string) string { return `attachment; filename="` + name + `"` }
