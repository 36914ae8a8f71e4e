package session

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/tenant"
)

type neededOutput struct {
	Body struct {
		Needed bool `json:"needed" doc:"Nothing was set up yet"`
	}
}

// Proof is what an empty installation asks of whoever sets it up, because until then everybody is a stranger.
type Proof interface {
	// Fits reports whether code is the right one.
	Fits(code string) bool
	// End makes that no code fits any more.
	End()
}

type setupInput struct {
	browser

	Body struct {
		Code     string `json:"code" minLength:"1" maxLength:"100" doc:"Printed when the server starts, and in the file setup-code of its data folder"`
		Operator struct {
			Name string `json:"name" minLength:"1" maxLength:"100"`
		} `json:"operator"`
		Administrator struct {
			Name     string `json:"name" minLength:"1" maxLength:"100"`
			Email    string `json:"email" maxLength:"254"`
			Password string `json:"password" maxLength:"200" doc:"At least 10 characters"`
			Language string `json:"language" enum:"en,pl,hu"`
		} `json:"administrator"`
		Brand struct {
			Name      string   `json:"name" minLength:"1" maxLength:"100"`
			Color     string   `json:"color" doc:"#rrggbb"`
			Languages []string `json:"languages" minItems:"1" maxItems:"3"`
			TimeZone  string   `json:"time_zone" maxLength:"64" doc:"IANA name"`
		} `json:"brand"`
		Widget struct {
			Name    string   `json:"name" minLength:"1" maxLength:"100"`
			Domains []string `json:"domains" maxItems:"50" doc:"Host names of the pages that may show it"`
		} `json:"widget"`
		Queue struct {
			Name    string `json:"name" minLength:"1" maxLength:"100"`
			Percent int    `json:"target_percent" minimum:"1" maximum:"100"`
			Seconds int    `json:"target_seconds" minimum:"1" maximum:"86400"`
		} `json:"queue"`
	}
}

func (in *setupInput) foundation() Foundation {
	b := in.Body
	return Foundation{
		Operator:      b.Operator.Name,
		Administrator: account.NewUser{Name: b.Administrator.Name, Email: b.Administrator.Email, Language: b.Administrator.Language},
		Password:      b.Administrator.Password,
		Brand:         tenant.NewBrand{Name: b.Brand.Name, Color: b.Brand.Color, Languages: b.Brand.Languages, TimeZone: b.Brand.TimeZone},
		Widget:        b.Widget.Name, Domains: b.Widget.Domains,
		Queue: b.Queue.Name, Percent: b.Queue.Percent, Target: time.Duration(b.Queue.Seconds) * time.Second,
	}
}

func (s Services) registerSetup(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "getSetup", Method: http.MethodGet, Path: "/api/v1/setup", Tag: tag, Access: httpx.Public,
		Summary: "Whether the installation is to be set up",
	}, func(ctx context.Context, _ *struct{}) (*neededOutput, error) {
		needed, err := s.Founder.Needed(ctx)
		out := &neededOutput{}
		out.Body.Needed = needed
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "setUp", Method: http.MethodPost, Path: "/api/v1/setup", Tag: tag, Access: httpx.Public,
		Summary: "Set up an empty installation and sign in", Status: http.StatusCreated,
		Errors: []httpx.Code{{Kind: errs.Conflict, Code: "setup.done"}, {Kind: errs.Invalid, Code: "setup.code"}},
	}, func(ctx context.Context, in *setupInput) (*sessionOutput, error) {
		if err := s.prove(ctx, in.Body.Code); err != nil {
			return nil, err
		}
		made, admin, err := s.Founder.Found(ctx, in.foundation())
		if err != nil {
			return nil, err
		}
		s.Proof.End()
		session, err := s.Sessions.Open(ctx, made, admin, in.from)
		if err != nil {
			return nil, err
		}
		return s.signedIn(ctx, session, in.secure)
	})
}

// prove refuses whoever does not know the code of an empty installation.
func (s Services) prove(ctx context.Context, code string) error {
	const op = "session.SetUp"
	needed, err := s.Founder.Needed(ctx)
	switch {
	case err != nil:
		return errs.Op(op, err)
	case !needed:
		return errs.New(errs.Conflict, op, "setup.done")
	case !s.Proof.Fits(code):
		return errs.Fields(op, errs.Field{Path: "code", Code: "setup.code"})
	}
	return nil
}
