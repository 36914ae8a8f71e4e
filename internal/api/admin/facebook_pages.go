package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/facebook"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagFacebook       = "facebook pages"
	facebookPagesPath = "/api/v1/facebook-pages"
	facebookPagePath  = facebookPagesPath + "/{id}"
)

// FacebookPageKey is the address of a page.
type FacebookPageKey struct {
	ID id.FacebookPage `path:"id"`
}

func (k FacebookPageKey) point() id.EntryPoint { return id.EntryPoint(k.ID) }

type facebookPageBody struct {
	ID         id.FacebookPage `json:"id"`
	BrandID    id.Brand        `json:"brand_id"`
	QueueID    id.Queue        `json:"queue_id,omitzero"`
	Name       string          `json:"name"`
	PageID     string          `json:"page_id" doc:"Of the page at Facebook"`
	HumanAgent bool            `json:"human_agent" doc:"Meta has granted our app the feature Human Agent: people may answer for seven days"`
	HasToken   bool            `json:"has_token"`
	ExpiresAt  time.Time       `json:"token_expires_at,omitzero" doc:"When the token or the access of the app ends; absent: never, or it is not known"`
	CheckedAt  time.Time       `json:"checked_at,omitzero" doc:"When everything was tried last"`
	Active     bool            `json:"active"`
	Health     channel.Health  `json:"health" enum:"ok,failing"`
	HealthCode string          `json:"health_code,omitempty" doc:"Why it fails, a key of the texts of errors"`
	HealthAt   time.Time       `json:"health_at,omitzero"`
	Archived   bool            `json:"archived"`
	CreatedAt  time.Time       `json:"created_at"`
	UpdatedAt  time.Time       `json:"updated_at"`
}

func facebookPageOf(p facebook.Page) facebookPageBody {
	return facebookPageBody{
		ID: id.FacebookPage(p.ID), BrandID: p.Brand, QueueID: p.Queue, Name: p.Name, PageID: p.Address, HumanAgent: p.Settings.HumanAgent,
		HasToken: p.HasToken, ExpiresAt: p.ExpiresAt, CheckedAt: p.CheckedAt, Active: p.Active, Health: p.Health, HealthCode: p.HealthCode,
		HealthAt: p.HealthAt, Archived: p.Archived, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
}

type facebookPageOutput struct{ Body facebookPageBody }

type facebookPagePageOutput struct {
	Body httpx.Page[facebookPageBody]
}

type facebookPageListInput struct {
	NameQuery

	Brand id.Brand `query:"brand" doc:"Of this brand only"`
}

type facebookPageConnectInput struct {
	Body struct {
		BrandID    id.Brand `json:"brand_id"`
		QueueID    id.Queue `json:"queue_id"`
		Name       string   `json:"name,omitempty" maxLength:"100" doc:"Empty: as the page is called"`
		Token      string   `json:"token" minLength:"1" maxLength:"2000" doc:"Of the page, with the permissions that the app needs; kept sealed and never shown"`
		HumanAgent bool     `json:"human_agent,omitempty"`
	}
}

type facebookPageUpdateInput struct {
	FacebookPageKey

	Body struct {
		Name       *string   `json:"name,omitempty" minLength:"1" maxLength:"100"`
		QueueID    *id.Queue `json:"queue_id,omitempty"`
		Active     *bool     `json:"active,omitempty"`
		HumanAgent *bool     `json:"human_agent,omitempty"`
		Token      *string   `json:"token,omitempty" minLength:"1" maxLength:"2000" doc:"A new one of the same page"`
	}
}

type facebookTrialBody struct {
	Step    facebook.Step `json:"step" enum:"app,address,token,permissions,page,subscription"`
	OK      bool          `json:"ok"`
	Code    string        `json:"code,omitempty" doc:"What is wrong, a key of the texts of errors"`
	Missing []string      `json:"missing" doc:"What lacks, in Meta's words"`
	Words   string        `json:"words,omitempty" doc:"What Meta said"`
}

type facebookTrialsOutput struct {
	Body struct {
		Items []facebookTrialBody `json:"items" doc:"Step by step; those that stand on one that fails are not tried"`
	}
}

type facebookCaughtUpOutput struct {
	Body struct {
		Fresh int `json:"fresh" doc:"Messages that were not here"`
	}
}

type metaAppOutput struct {
	Body struct {
		Ready       bool     `json:"ready" doc:"The operator has set up the app"`
		AppID       string   `json:"app_id,omitempty"`
		CallbackURL string   `json:"callback_url" doc:"Where Meta posts; where we do not know our own address it begins with a slash"`
		VerifyToken string   `json:"verify_token,omitempty" doc:"What Meta sends when it verifies the address"`
		Scopes      []string `json:"scopes" doc:"Permissions that a token of a page needs"`
		Fields      []string `json:"fields" doc:"What a page must tell the app of"`
	}
}

// RegisterFacebookPages adds the operations on pages. base is how the world reaches us.
func RegisterFacebookPages(api *httpx.API, pages *facebook.Service, app meta.App, base string) {
	httpx.Register(api, httpx.Operation{
		ID: "getMetaApp", Method: http.MethodGet, Path: "/api/v1/meta-app", Tag: tagFacebook, Permission: actor.EntryPointEdit,
		Summary: "What has to be entered at Meta, and whether the operator's app is set up",
	}, func(ctx context.Context, _ *struct{}) (*metaAppOutput, error) {
		if _, err := actor.Require(ctx, "admin.MetaApp", actor.EntryPointEdit); err != nil {
			return nil, err
		}
		out := &metaAppOutput{}
		out.Body.Ready, out.Body.AppID, out.Body.VerifyToken = app.Ready(), app.ID, app.Token()
		out.Body.CallbackURL, out.Body.Scopes, out.Body.Fields = base+meta.HookPath, facebook.Scopes(), facebook.Fields()
		return out, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "listFacebookPages", Method: http.MethodGet, Path: facebookPagesPath, Tag: tagFacebook, Summary: "Pages by name", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *facebookPageListInput) (*facebookPagePageOutput, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		found, err := pages.List(ctx, channel.EntryPointFilter{
			Query: in.Q, Brand: in.Brand, Archived: in.Archived, AfterName: after.Name, After: id.EntryPoint(after.Key), Limit: in.Size() + 1,
		})
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(p facebook.Page) any { return namePlace{fold.Text(p.Name), int64(p.ID)} }, facebookPageOf)
		return &facebookPagePageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getFacebookPage", Method: http.MethodGet, Path: facebookPagePath, Tag: tagFacebook, Summary: "One page", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *FacebookPageKey) (*facebookPageOutput, error) {
		return shownFacebookPage(pages.Get(ctx, in.point()))
	})
	registerFacebookWrites(api, pages)
	registerFacebookTrials(api, pages)
}

func shownFacebookPage(p facebook.Page, err error) (*facebookPageOutput, error) {
	if err != nil {
		return nil, err
	}
	return &facebookPageOutput{Body: facebookPageOf(p)}, nil
}

func registerFacebookWrites(api *httpx.API, pages *facebook.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "connectFacebookPage", Method: http.MethodPost, Path: facebookPagesPath, Tag: tagFacebook, Permission: actor.EntryPointEdit, Creates: true,
		Summary: "Connect the page of a token", Description: "Meta is asked whose the token is and what it may do; a page that was closed here comes back with its past.",
		Errors: append(codesOf(errs.Conflict, "entry_point.address_taken", "meta.no_app"), codesOf(errs.Exhausted, "entry_point.too_many")...),
	}, func(ctx context.Context, in *facebookPageConnectInput) (*facebookPageOutput, error) {
		b := in.Body
		return shownFacebookPage(pages.Connect(ctx, facebook.NewPage{
			Brand: b.BrandID, Queue: b.QueueID, Name: b.Name, Token: b.Token, HumanAgent: b.HumanAgent,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateFacebookPage", Method: http.MethodPatch, Path: facebookPagePath, Tag: tagFacebook, Summary: "Change a page, or give it a new token",
		Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *facebookPageUpdateInput) (*facebookPageOutput, error) {
		b := in.Body
		return shownFacebookPage(pages.Update(ctx, in.point(), facebook.Patch{
			Name: b.Name, Queue: b.QueueID, Active: b.Active, HumanAgent: b.HumanAgent, Token: b.Token,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveFacebookPage", Method: http.MethodPost, Path: facebookPagePath + "/archive", Tag: tagFacebook, Permission: actor.EntryPointEdit,
		Summary: "Disconnect a page", Description: "Its token is forgotten, and the page tells us of nothing more; its past stays.",
	}, func(ctx context.Context, in *FacebookPageKey) (*facebookPageOutput, error) {
		return shownFacebookPage(pages.Archive(ctx, in.point()))
	})
}

func registerFacebookTrials(api *httpx.API, pages *facebook.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "testFacebookPage", Method: http.MethodPost, Path: facebookPagePath + "/test", Tag: tagFacebook, Permission: actor.EntryPointEdit,
		Summary: "Try everything that a page needs, and name what lacks", Description: "What the page does not tell us of is asked for on the way. It takes up to a minute.",
	}, func(ctx context.Context, in *FacebookPageKey) (*facebookTrialsOutput, error) {
		trials, err := pages.Test(ctx, in.point())
		if err != nil {
			return nil, err
		}
		out := &facebookTrialsOutput{}
		out.Body.Items = showAll(trials, func(t facebook.Trial) facebookTrialBody {
			missing := t.Missing
			if missing == nil {
				missing = []string{}
			}
			return facebookTrialBody{Step: t.Step, OK: t.OK, Code: t.Code, Missing: missing, Words: t.Words}
		})
		return out, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "catchUpFacebookPage", Method: http.MethodPost, Path: facebookPagePath + "/catch-up", Tag: tagFacebook, Permission: actor.EntryPointEdit,
		Summary: "Fetch what Meta has not posted to us", Description: "This happens by itself every quarter of an hour.",
	}, func(ctx context.Context, in *FacebookPageKey) (*facebookCaughtUpOutput, error) {
		out := &facebookCaughtUpOutput{}
		var err error
		out.Body.Fresh, err = pages.Fetch(ctx, in.point())
		return out, err
	})
}
