package privacy

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/privacy"
)

const erasuresPath = "/api/v1/erasures"

type erasureLeft struct {
	Kind   string `json:"kind" enum:"customer,conversation,case,organisation"`
	ID     string `json:"id" doc:"Its key"`
	Reason string `json:"reason" enum:"hold,open_conversation,open_case,legal_duty,linked_case,needed"`
	Detail string `json:"detail,omitempty" doc:"The law, or the number of a case"`
}

type erasurePreviewOutput struct {
	Body struct {
		CustomerIDs []id.Customer    `json:"customer_ids" doc:"All who are held to be the person"`
		Counts      map[string]int64 `json:"counts" doc:"What would go: rows by class; blobs: files, previews and mails"`
		Left        []erasureLeft    `json:"left" doc:"What would stay, and why"`
		More        bool             `json:"more" doc:"There is more than was counted"`
		Held        bool             `json:"held" doc:"Nothing may go: a legal hold is on the person"`
		Holds       []holdBody       `json:"holds" doc:"By which the person or a case stays"`
		Running     bool             `json:"running"`
	}
}

type erasureBody struct {
	ID         id.Erasure       `json:"id"`
	BrandID    id.Brand         `json:"brand_id"`
	CustomerID id.Customer      `json:"customer_id" doc:"0: it is an organisation's"`
	State      string           `json:"state" enum:"running,done"`
	Step       string           `json:"step" enum:"conversations,cases,visits,texts,identity,index,bytes,certificate"`
	Reference  string           `json:"reference,omitempty"`
	Counts     map[string]int64 `json:"counts" doc:"What has gone"`
	Left       []erasureLeft    `json:"left" doc:"What had to stay; of one erasure alone, not in lists"`
	MadeBy     id.User          `json:"made_by,omitzero"`
	MadeByName string           `json:"made_by_name"`
	MadeAt     time.Time        `json:"made_at"`
	DoneAt     time.Time        `json:"done_at,omitzero"`

	OrganisationID id.Organisation `json:"organisation_id,omitzero"`
}

type erasureStartInput struct {
	CustomerKey
	Body struct {
		Reference string `json:"reference,omitempty" maxLength:"500" doc:"Of the request, without a name: it stands in the certificate"`
	}
}

type erasureKey struct {
	ID id.Erasure `path:"id"`
}

type erasureListInput struct {
	httpx.PageQuery

	Customer     id.Customer     `query:"customer"`
	Organisation id.Organisation `query:"organisation"`
}

type (
	erasureOutput     struct{ Body erasureBody }
	erasurePageOutput struct{ Body httpx.Page[erasureBody] }
	certificateOutput struct {
		Disposition string `header:"Content-Disposition"`
		Body        struct {
			Number    int64           `json:"number"`
			Statement json.RawMessage `json:"statement" doc:"As it was hashed, byte by byte"`
			Hash      string          `json:"sha256" doc:"Of the statement, which holds the hash of the certificate before"`
			MadeAt    time.Time       `json:"made_at"`
		}
	}
	certificateCheckInput struct {
		Body struct {
			Certificate string `json:"certificate" minLength:"1" maxLength:"524288" doc:"The file as it was handed out, or its statement alone; how it is laid out does not matter"`
		}
	}
	certificateCheckOutput struct {
		Body struct {
			Verdict   string        `json:"verdict" enum:"genuine,altered,unknown,kept_altered" doc:"genuine: it says what was issued here; altered: it says something else; unknown: none was issued here under its number; kept_altered: the one kept here is no longer as it was issued"`
			Differs   []string      `json:"differs" doc:"Names of what it says otherwise than the one that is kept"`
			Sound     bool          `json:"sound" doc:"All certificates up to it follow each other as they were issued"`
			Number    int64         `json:"number"`
			ErasureID id.Erasure    `json:"erasure_id"`
			Customers []id.Customer `json:"customer_ids"`

			Organisations []id.Organisation `json:"organisation_ids" doc:"That are gone"`

			Reference  string           `json:"reference,omitempty"`
			MadeByName string           `json:"requested_by"`
			MadeAt     time.Time        `json:"requested_at"`
			DoneAt     time.Time        `json:"finished_at"`
			Removed    map[string]int64 `json:"removed"`
			Left       []erasureLeft    `json:"left"`
		}
	}
	chainOutput struct {
		Body struct {
			Certificates int64 `json:"certificates"`
			Broken       int64 `json:"broken" doc:"Number of the first that was changed or does not follow the one before; 0: all are as they were made"`
		}
	}
)

func leftOf(all []privacy.Left) []erasureLeft {
	out := make([]erasureLeft, len(all))
	for i, l := range all {
		out[i] = erasureLeft{Kind: string(l.Kind), ID: strconv.FormatInt(l.ThingID, 10), Reason: string(l.Reason), Detail: l.Detail}
	}
	return out
}

func erasureOf(e privacy.Erasure) erasureBody {
	return erasureBody{
		ID: e.ID, BrandID: e.BrandID, CustomerID: e.CustomerID, State: string(e.State), Step: e.Step.Name(), Reference: e.Reference, Counts: counts(e.Counts),
		Left: leftOf(e.Left), MadeBy: e.MadeBy, MadeByName: e.MadeByName, MadeAt: e.MadeAt, DoneAt: e.DoneAt,
		OrganisationID: e.OrganisationID,
	}
}

func registerErasures(api *httpx.API, s *privacy.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "previewErasure", Method: http.MethodGet, Path: customerPath + "/erasures/preview", Tag: tag, Permission: actor.CustomerErase,
		Summary: "What erasing a customer would remove, and what would stay and why", Errors: notFound(),
	}, func(ctx context.Context, in *CustomerKey) (*erasurePreviewOutput, error) {
		p, err := s.PreviewErasure(ctx, in.ID)
		out := &erasurePreviewOutput{}
		b := &out.Body
		b.CustomerIDs, b.Counts, b.Left, b.More, b.Held, b.Running = full(p.Customers), counts(p.Counts), leftOf(p.Left), p.More, p.Held, p.Running
		b.Holds = []holdBody{}
		for _, h := range p.Holds {
			b.Holds = append(b.Holds, holdOf(h))
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "startErasure", Method: http.MethodPost, Path: customerPath + "/erasures", Tag: tag, Creates: true, Permission: actor.CustomerErase,
		Summary:     "Begin to remove what is kept about a customer, and all who are held to be the same",
		Description: "It cannot be taken back. What a hold, an open matter or the law keeps stays and stands in the certificate.",
		Errors:      notFound(httpx.Code{Kind: errs.Conflict, Code: "erasure.held"}, httpx.Code{Kind: errs.Conflict, Code: "erasure.running"}),
	}, func(ctx context.Context, in *erasureStartInput) (*erasureOutput, error) {
		e, err := s.StartErasure(ctx, in.ID, in.Body.Reference)
		return &erasureOutput{Body: erasureOf(e)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listErasures", Method: http.MethodGet, Path: erasuresPath, Tag: tag, Permission: actor.CustomerErase, Summary: "Erasures, newest first", Errors: notFound(),
	}, func(ctx context.Context, in *erasureListInput) (*erasurePageOutput, error) {
		var before id.Erasure
		if _, err := in.After(&before); err != nil {
			return nil, err
		}
		all, err := s.Erasures(ctx, privacy.ErasureFilter{Customer: in.Customer, Organisation: in.Organisation, Before: before, Limit: in.Size()})
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(all, in.Size(), func(last privacy.Erasure) any { return last.ID })
		out := &erasurePageOutput{Body: httpx.Page[erasureBody]{Items: []erasureBody{}, Next: page.Next}}
		for _, e := range page.Items {
			out.Body.Items = append(out.Body.Items, erasureOf(e))
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getErasure", Method: http.MethodGet, Path: erasuresPath + "/{id}", Tag: tag, Permission: actor.CustomerErase, Summary: "How far an erasure is, and what it has left", Errors: notFound(),
	}, func(ctx context.Context, in *erasureKey) (*erasureOutput, error) {
		e, err := s.GetErasure(ctx, in.ID)
		return &erasureOutput{Body: erasureOf(e)}, err
	})
	registerCertificates(api, s)
}

func registerCertificates(api *httpx.API, s *privacy.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "getCertificate", Method: http.MethodGet, Path: erasuresPath + "/{id}/certificate", Tag: tag, Permission: actor.CustomerErase, Summary: "The proof of an erasure that is done",
		Description: "It names nobody but who has ordered the erasure. Certificates of a tenant are a chain of hashes.",
		Errors:      notFound(httpx.Code{Kind: errs.Conflict, Code: "erasure.running"}),
	}, func(ctx context.Context, in *erasureKey) (*certificateOutput, error) {
		c, err := s.CertificateOf(ctx, in.ID)
		out := &certificateOutput{Disposition: `attachment; filename="erasure-certificate-` + strconv.FormatInt(c.Number, 10) + `.json"`}
		out.Body.Number, out.Body.Statement, out.Body.Hash, out.Body.MadeAt = c.Number, json.RawMessage(c.Body), c.Hash, c.MadeAt
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "checkCertificates", Method: http.MethodGet, Path: "/api/v1/certificates/check", Tag: tag, Permission: actor.CustomerErase,
		Summary: "Whether any certificate was changed or is missing",
	}, func(ctx context.Context, _ *struct{}) (*chainOutput, error) {
		chain, err := s.CheckChain(ctx)
		out := &chainOutput{}
		out.Body.Certificates, out.Body.Broken = chain.Certificates, chain.Broken
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "checkCertificate", Method: http.MethodPost, Path: "/api/v1/certificates/check", Tag: tag, Status: http.StatusOK, Permission: actor.CustomerErase,
		Summary: "Whether a certificate that somebody shows was issued here, and what it says",
		Errors:  []httpx.Code{{Kind: errs.Invalid, Code: "certificate.unreadable"}},
	}, func(ctx context.Context, in *certificateCheckInput) (*certificateCheckOutput, error) {
		c, err := s.CheckCertificate(ctx, in.Body.Certificate)
		out := &certificateCheckOutput{}
		b, said := &out.Body, c.Said
		b.Verdict, b.Differs, b.Sound, b.Number, b.ErasureID, b.Customers = string(c.Verdict), full(c.Differs), c.Sound, said.Number, said.Erasure, full(said.Customers)
		b.Organisations = full(said.Organisations)
		b.Reference, b.MadeByName, b.MadeAt, b.DoneAt, b.Removed, b.Left = said.Reference, said.RequestedBy, said.RequestedAt, said.FinishedAt, counts(said.Removed), leftOf(said.Left)
		return out, err
	})
}
