package admin

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"net/http"

	"golang.org/x/image/webp"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/tenant"
)

// Bounds of a logo.
const (
	maxLogo       = 512 << 10 // bytes
	maxLogoPixels = 4096      // of one side
)

// Logos keeps the logos of brands in the blob store.
type Logos struct {
	brands *tenant.Service
	blobs  blob.Store
	log    *slog.Logger
}

// NewLogos returns Logos in blobs.
func NewLogos(brands *tenant.Service, blobs blob.Store, log *slog.Logger) *Logos {
	return &Logos{brands: brands, blobs: blobs, log: log}
}

// Put gives a brand another logo: PNG, JPEG or WebP, by what the data is and not by what it is called.
func (l *Logos) Put(ctx context.Context, brand id.Brand, data []byte) (tenant.Brand, error) {
	const op = "admin.PutLogo"
	if _, err := actor.Require(ctx, op, actor.BrandEdit); err != nil {
		return tenant.Brand{}, err
	}
	mediaType, err := sniff(op, data)
	if err != nil {
		return tenant.Brand{}, err
	}
	before, err := l.brands.Get(ctx, brand) // first: nothing is stored for a brand that is none
	if err != nil {
		return tenant.Brand{}, errs.Op(op, err)
	}
	key := "logo/" + brand.String() + "/" + id.New[id.Attachment]().String()
	if err := l.blobs.Put(ctx, key, bytes.NewReader(data), int64(len(data)), mediaType); err != nil {
		return tenant.Brand{}, errs.Op(op, err)
	}
	after, err := l.brands.SetLogo(ctx, brand, key, mediaType)
	if err != nil {
		l.drop(ctx, key)
		return tenant.Brand{}, errs.Op(op, err)
	}
	l.drop(ctx, before.LogoKey)
	return after, nil
}

// Remove takes a brand's logo away.
func (l *Logos) Remove(ctx context.Context, brand id.Brand) (tenant.Brand, error) {
	before, err := l.brands.Get(ctx, brand)
	if err != nil {
		return before, errs.Op("admin.RemoveLogo", err)
	}
	after, err := l.brands.SetLogo(ctx, brand, "", "")
	if err == nil {
		l.drop(ctx, before.LogoKey)
	}
	return after, errs.Op("admin.RemoveLogo", err)
}

// drop removes a blob that nothing names any more. If that fails it lies there and harms nobody.
func (l *Logos) drop(ctx context.Context, key string) {
	if key == "" {
		return
	}
	if err := l.blobs.Delete(context.WithoutCancel(ctx), key); err != nil {
		l.log.Warn("logo not removed", "err", err)
	}
}

// Read returns the data of a brand's logo. The caller has checked that it may be shown.
func (l *Logos) Read(ctx context.Context, b tenant.Brand) ([]byte, error) {
	const op = "admin.ReadLogo"
	if b.LogoKey == "" {
		return nil, errs.E(errs.NotFound, op, nil)
	}
	r, _, err := l.blobs.Get(ctx, b.LogoKey)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxLogo))
	return data, errs.Op(op, err)
}

// sniff returns the media type of a picture that browsers show and that has a bearable size.
func sniff(op string, data []byte) (string, error) {
	decode := map[string]func(io.Reader) (image.Config, error){
		"image/png": png.DecodeConfig, "image/jpeg": jpeg.DecodeConfig, "image/webp": webp.DecodeConfig,
	}
	mediaType := http.DetectContentType(data)
	read, ok := decode[mediaType]
	if !ok {
		return "", errs.New(errs.Invalid, op, "logo.type")
	}
	picture, err := read(bytes.NewReader(data))
	if err != nil {
		return "", errs.New(errs.Invalid, op, "logo.type")
	}
	if max(picture.Width, picture.Height) > maxLogoPixels {
		return "", errs.New(errs.Invalid, op, "logo.pixels").With(errs.Values{"max": maxLogoPixels})
	}
	return mediaType, nil
}

type logoInput struct {
	BrandKey

	RawBody []byte `contentType:"application/octet-stream"`
}

type logoOutput struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

func registerLogos(api *httpx.API, logos *Logos) {
	bad := codesOf(errs.Invalid, "logo.type", "logo.pixels", "body.too_large")
	httpx.Register(api, httpx.Operation{
		ID: "putBrandLogo", Method: http.MethodPut, Path: brandPath + "/logo", Tag: tagBrands, Permission: actor.BrandEdit,
		Summary: "Give a brand a logo", Description: "The body is the picture: PNG, JPEG or WebP.", MaxBody: maxLogo, Errors: bad,
	}, func(ctx context.Context, in *logoInput) (*brandOutput, error) {
		return shownBrand(logos.Put(ctx, in.ID, in.RawBody))
	})
	httpx.Register(api, httpx.Operation{
		ID: "getBrandLogo", Method: http.MethodGet, Path: brandPath + "/logo", Tag: tagBrands, Permission: actor.BrandRead, Summary: "A brand's logo",
	}, func(ctx context.Context, in *BrandKey) (*logoOutput, error) {
		b, err := logos.brands.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		data, err := logos.Read(ctx, b)
		return &logoOutput{ContentType: b.LogoType, CacheControl: "private, max-age=60", Body: data}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "deleteBrandLogo", Method: http.MethodDelete, Path: brandPath + "/logo", Tag: tagBrands, Permission: actor.BrandEdit,
		Summary: "Take a brand's logo away",
	}, func(ctx context.Context, in *BrandKey) (*brandOutput, error) {
		return shownBrand(logos.Remove(ctx, in.ID))
	})
}
