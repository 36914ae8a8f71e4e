package privacy

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/importer"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagImports  = "imports"
	importsPath = "/api/v1/imports"
	importPath  = importsPath + "/{id}"
)

// ImportKey names a file of customers in a path. It is exported so that the document sees it where it is embedded.
type ImportKey struct {
	ID id.Import `path:"id"`
}

// ImportBody is a file of customers as it travels. It is exported so that the document sees it where it is embedded.
type ImportBody struct {
	ID        id.Import `json:"id"`
	BrandID   id.Brand  `json:"brand_id"`
	Name      string    `json:"name"`
	Size      int64     `json:"size"`
	Format    string    `json:"format" enum:"csv,xlsx"`
	Encoding  string    `json:"encoding,omitempty" doc:"Of CSV"`
	Delimiter string    `json:"delimiter,omitempty" doc:"Of CSV"`
	Mapping   []string  `json:"mapping" doc:"The field of each column; empty: it is left out"`
	KeyField  string    `json:"key_field,omitempty" enum:"email,phone" doc:"By which a customer is known and changed; absent: all are new"`
	State     string    `json:"state" enum:"uploaded,checking,checked,applying,done,cancelled,failed"`
	Code      string    `json:"code,omitempty" doc:"Why it failed"`
	Rows      int64     `json:"rows" doc:"That were read"`
	Good      int64     `json:"good"`
	Bad       int64     `json:"bad"`
	Created   int64     `json:"created"`
	Updated   int64     `json:"updated"`
	MadeBy    id.User   `json:"made_by,omitzero"`
	MadeAt    time.Time `json:"made_at"`
	ChangedAt time.Time `json:"changed_at"`
}

type importFault struct {
	Line   int64          `json:"line"`
	Field  string         `json:"field,omitempty"`
	Code   string         `json:"code"`
	Values map[string]any `json:"values,omitempty"`
}

type importDetail struct {
	ImportBody

	Fields []string      `json:"fields" doc:"That a column may be mapped to"`
	Header []string      `json:"header"`
	Sample [][]string    `json:"sample" doc:"The first rows"`
	Faults []importFault `json:"faults" doc:"The first bad rows"`
}

type importUploadInput struct {
	httpx.Upload

	Brand    id.Brand `query:"brand" required:"true"`
	Filename string   `header:"X-Filename" required:"true" maxLength:"1000" doc:"The file's name, percent-encoded"`
}

type importChangeInput struct {
	ImportKey

	Body struct {
		Encoding  string   `json:"encoding,omitempty" enum:"utf-8,utf-16le,utf-16be,windows-1250,iso-8859-2,windows-1252"`
		Delimiter string   `json:"delimiter,omitempty" maxLength:"1"`
		Mapping   []string `json:"mapping,omitempty" maxItems:"200"`
		KeyField  *string  `json:"key_field,omitempty" doc:"email, phone; the empty text: all are new"`
	}
}

type faultListInput struct {
	ImportKey

	After int64 `query:"after" minimum:"0" doc:"Behind this line"`
}

type (
	importOutput     struct{ Body importDetail }
	importPageOutput struct{ Body httpx.Page[ImportBody] }
	faultListOutput  struct {
		Body struct {
			Items []importFault `json:"items"`
		}
	}
)

func importOf(f importer.File) ImportBody {
	return ImportBody{
		ID: f.ID, BrandID: f.BrandID, Name: f.Name, Size: f.Size, Format: f.Format, Encoding: f.Encoding, Delimiter: f.Delimiter, Mapping: full(f.Mapping), KeyField: f.KeyField,
		State: string(f.State), Code: f.Code, Rows: f.AtRow, Good: f.Good, Bad: f.Bad, Created: f.Created, Updated: f.Updated, MadeBy: f.MadeBy, MadeAt: f.MadeAt, ChangedAt: f.ChangedAt,
	}
}

func faultsOf(all []importer.Fault) []importFault {
	out := make([]importFault, len(all))
	for i, f := range all {
		out[i] = importFault{Line: f.Line, Field: f.Field, Code: f.Code, Values: f.Detail}
	}
	return out
}

func lookOf(l importer.Look) importDetail {
	return importDetail{ImportBody: importOf(l.File), Fields: customer.ImportFields(), Header: full(l.Header), Sample: full(l.Rows), Faults: faultsOf(l.Faults)}
}

// imports are the operations on files of customers.
type imports struct{ svc *importer.Service }

// RegisterImports adds the operations on files of customers.
func RegisterImports(api *httpx.API, svc *importer.Service) {
	s := imports{svc}
	state := httpx.Code{Kind: errs.Conflict, Code: "import.state"}
	httpx.Register(api, httpx.Operation{
		ID: "uploadImport", Method: http.MethodPost, Path: importsPath, Tag: tagImports, Status: http.StatusCreated, Permission: actor.CustomerImport, MaxBody: importer.MaxSize,
		Summary: "Upload a file of customers (CSV or XLSX) and see how it is read",
		Errors:  []httpx.Code{{Kind: errs.Invalid, Code: "import.format"}, {Kind: errs.Invalid, Code: "body.too_large"}},
	}, s.upload)
	httpx.Register(api, httpx.Operation{
		ID: "listImports", Method: http.MethodGet, Path: importsPath, Tag: tagImports, Permission: actor.CustomerImport, Summary: "Files of customers, newest first",
	}, s.list)
	httpx.Register(api, httpx.Operation{
		ID: "getImport", Method: http.MethodGet, Path: importPath, Tag: tagImports, Permission: actor.CustomerImport, Summary: "A file with its first rows and what is wrong with it", Errors: notFound(),
	}, func(ctx context.Context, in *ImportKey) (*importOutput, error) {
		l, err := s.svc.Get(ctx, in.ID)
		return &importOutput{Body: lookOf(l)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateImport", Method: http.MethodPatch, Path: importPath, Tag: tagImports, Permission: actor.CustomerImport, Summary: "Change how a file is read", Errors: notFound(state),
	}, func(ctx context.Context, in *importChangeInput) (*importOutput, error) {
		b := in.Body
		l, err := s.svc.Configure(ctx, in.ID, importer.Plan{Encoding: b.Encoding, Delimiter: b.Delimiter, Mapping: b.Mapping, KeyField: b.KeyField})
		return &importOutput{Body: lookOf(l)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listImportFaults", Method: http.MethodGet, Path: importPath + "/faults", Tag: tagImports, Permission: actor.CustomerImport, Summary: "What is wrong with which lines", Errors: notFound(),
	}, func(ctx context.Context, in *faultListInput) (*faultListOutput, error) {
		all, err := s.svc.Faults(ctx, in.ID, in.After, 1000)
		out := &faultListOutput{}
		out.Body.Items = faultsOf(all)
		return out, err
	})
	registerImportSteps(api, svc)
}

func registerImportSteps(api *httpx.API, svc *importer.Service) {
	state := httpx.Code{Kind: errs.Conflict, Code: "import.state"}
	for _, act := range []struct {
		id, path, summary string
		do                func(context.Context, id.Import) error
	}{
		{"checkImport", "/check", "Check all rows: good ones are staged, bad ones said", svc.StartCheck},
		{"applyImport", "/apply", "Make customers of the rows that are good", svc.StartApply},
		{"cancelImport", "/cancel", "End a file's way; what was applied stays", svc.Cancel},
	} {
		httpx.Register(api, httpx.Operation{
			ID: act.id, Method: http.MethodPost, Path: importPath + act.path, Tag: tagImports, Permission: actor.CustomerImport, Summary: act.summary, Status: http.StatusOK, Errors: notFound(state),
		}, func(ctx context.Context, in *ImportKey) (*importOutput, error) {
			if err := act.do(ctx, in.ID); err != nil {
				return nil, err
			}
			l, err := svc.Get(ctx, in.ID)
			return &importOutput{Body: lookOf(l)}, err
		})
	}
}

func (s imports) upload(ctx context.Context, in *importUploadInput) (*importOutput, error) {
	name, err := url.PathUnescape(in.Filename)
	if err != nil {
		return nil, errs.Fields("privacy.upload", errs.Field{Path: "header.X-Filename", Code: "malformed"})
	}
	f, err := s.svc.Upload(ctx, in.Brand, name, in.Bytes())
	if err != nil {
		return nil, err
	}
	l, err := s.svc.Get(ctx, f.ID)
	return &importOutput{Body: lookOf(l)}, err
}

func (s imports) list(ctx context.Context, in *struct{ httpx.PageQuery }) (*importPageOutput, error) {
	var before id.Import
	if _, err := in.After(&before); err != nil {
		return nil, err
	}
	all, err := s.svc.List(ctx, before, in.Size())
	if err != nil {
		return nil, err
	}
	page, err := httpx.NewPage(all, in.Size(), func(last importer.File) any { return last.ID })
	out := &importPageOutput{Body: httpx.Page[ImportBody]{Items: []ImportBody{}, Next: page.Next}}
	for _, f := range page.Items {
		out.Body.Items = append(out.Body.Items, importOf(f))
	}
	return out, err
}
