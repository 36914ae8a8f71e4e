package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/tenant"
)

const (
	tagBrands  = "brands"
	brandsPath = "/api/v1/brands"
	brandPath  = brandsPath + "/{id}"
)

// BrandKey is the address of a brand.
type BrandKey struct {
	ID id.Brand `path:"id"`
}

type brandBody struct {
	ID         id.Brand    `json:"id"`
	Name       string      `json:"name"`
	Color      string      `json:"color" doc:"#rrggbb"`
	LogoURL    string      `json:"logo_url,omitempty"`
	Languages  []string    `json:"languages" doc:"The first is the usual one"`
	TimeZone   string      `json:"time_zone"`
	CalendarID id.Calendar `json:"calendar_id,omitzero" doc:"Absent: always open"`
	Archived   bool        `json:"archived"`
	CreatedAt  time.Time   `json:"created_at"`
	UpdatedAt  time.Time   `json:"updated_at"`
}

func brandOf(b tenant.Brand) brandBody {
	body := brandBody{
		ID: b.ID, Name: b.Name, Color: b.Color, Languages: full(b.Languages), TimeZone: b.TimeZone, CalendarID: b.CalendarID,
		Archived: b.Archived, CreatedAt: b.CreatedAt, UpdatedAt: b.UpdatedAt,
	}
	if b.LogoKey != "" {
		body.LogoURL = brandsPath + "/" + b.ID.String() + "/logo"
	}
	return body
}

type brandOutput struct{ Body brandBody }

type brandPageOutput struct{ Body httpx.Page[brandBody] }

type brandCreateInput struct {
	Body struct {
		Name       string      `json:"name" minLength:"1" maxLength:"100"`
		Color      string      `json:"color" doc:"#rrggbb"`
		Languages  []string    `json:"languages" minItems:"1" maxItems:"3"`
		TimeZone   string      `json:"time_zone" maxLength:"64" doc:"IANA name"`
		CalendarID id.Calendar `json:"calendar_id,omitzero"`
	}
}

type brandUpdateInput struct {
	BrandKey

	Body struct {
		Name       *string      `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Color      *string      `json:"color,omitempty"`
		Languages  *[]string    `json:"languages,omitempty" minItems:"1" maxItems:"3"`
		TimeZone   *string      `json:"time_zone,omitempty" maxLength:"64"`
		CalendarID *id.Calendar `json:"calendar_id,omitempty" doc:"Empty: always open"`
	}
}

func shownBrand(b tenant.Brand, err error) (*brandOutput, error) {
	if err != nil {
		return nil, err
	}
	return &brandOutput{Body: brandOf(b)}, nil
}

// RegisterBrands adds the operations on brands and their logos.
func RegisterBrands(api *httpx.API, brands *tenant.Service, logos *Logos) {
	httpx.Register(api, httpx.Operation{
		ID: "listBrands", Method: http.MethodGet, Path: brandsPath, Tag: tagBrands, Summary: "Brands by name", Permission: actor.BrandRead,
	}, func(ctx context.Context, in *NameQuery) (*brandPageOutput, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		found, err := brands.List(ctx, tenant.BrandFilter{
			Query: in.Q, Archived: in.Archived, AfterName: after.Name, After: id.Brand(after.Key), Limit: in.Size() + 1,
		})
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(b tenant.Brand) any { return namePlace{fold.Text(b.Name), int64(b.ID)} }, brandOf)
		return &brandPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getBrand", Method: http.MethodGet, Path: brandPath, Tag: tagBrands, Summary: "One brand", Permission: actor.BrandRead,
	}, func(ctx context.Context, in *BrandKey) (*brandOutput, error) {
		return shownBrand(brands.Get(ctx, in.ID))
	})
	registerBrandWrites(api, brands)
	registerLogos(api, logos)
}

func registerBrandWrites(api *httpx.API, brands *tenant.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "createBrand", Method: http.MethodPost, Path: brandsPath, Tag: tagBrands, Summary: "Make a brand", Permission: actor.BrandEdit,
		Creates: true, Errors: append(codesOf(errs.Forbidden, "brand.all_needed"), codesOf(errs.Exhausted, "brand.too_many")...),
	}, func(ctx context.Context, in *brandCreateInput) (*brandOutput, error) {
		b := in.Body
		return shownBrand(brands.Create(ctx, tenant.NewBrand{
			Name: b.Name, Color: b.Color, Languages: b.Languages, TimeZone: b.TimeZone, CalendarID: b.CalendarID,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateBrand", Method: http.MethodPatch, Path: brandPath, Tag: tagBrands, Summary: "Change a brand", Permission: actor.BrandEdit,
	}, func(ctx context.Context, in *brandUpdateInput) (*brandOutput, error) {
		b := in.Body
		return shownBrand(brands.Update(ctx, in.ID, tenant.BrandPatch{
			Name: b.Name, Color: b.Color, Languages: b.Languages, TimeZone: b.TimeZone, CalendarID: b.CalendarID,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveBrand", Method: http.MethodPost, Path: brandPath + "/archive", Tag: tagBrands, Summary: "Take a brand out of use", Permission: actor.BrandEdit,
	}, func(ctx context.Context, in *BrandKey) (*brandOutput, error) {
		return shownBrand(brands.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreBrand", Method: http.MethodPost, Path: brandPath + "/restore", Tag: tagBrands, Summary: "Use an archived brand again", Permission: actor.BrandEdit,
	}, func(ctx context.Context, in *BrandKey) (*brandOutput, error) {
		return shownBrand(brands.Restore(ctx, in.ID))
	})
}
