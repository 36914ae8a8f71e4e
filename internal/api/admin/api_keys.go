package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagKeys  = "API keys"
	keysPath = "/api/v1/api-keys"
	keyPath  = keysPath + "/{id}"
)

// APIKeyKey is the address of an API key.
type APIKeyKey struct {
	ID id.APIKey `path:"id"`
}

type keyBody struct {
	ID          id.APIKey         `json:"id"`
	Name        string            `json:"name"`
	Hint        string            `json:"hint" doc:"The last characters of the key"`
	Permissions map[string]string `json:"permissions" doc:"Permission and how far it reaches: own, team, brand, tenant"`
	AllBrands   bool              `json:"all_brands"`
	BrandIDs    []id.Brand        `json:"brand_ids"`
	CreatedBy   id.User           `json:"created_by,omitzero"`
	CreatedAt   time.Time         `json:"created_at"`
	ExpiresAt   time.Time         `json:"expires_at,omitzero" doc:"Absent: never"`
	LastUsedAt  time.Time         `json:"last_used_at,omitzero" doc:"To the minute"`
	RevokedAt   time.Time         `json:"revoked_at,omitzero"`
	Token       string            `json:"token,omitempty" doc:"Only in the answer that makes it"`
}

func keyOf(k account.Key) keyBody {
	return keyBody{
		ID: k.ID, Name: k.Name, Hint: k.Hint, Permissions: scopesOf(k.Rights), AllBrands: k.AllBrands, BrandIDs: full(k.Brands),
		CreatedBy: k.CreatedBy, CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, LastUsedAt: k.LastUsedAt, RevokedAt: k.RevokedAt,
	}
}

type keyOutput struct{ Body keyBody }

type keyPageOutput struct{ Body httpx.Page[keyBody] }

type keyListInput struct {
	httpx.PageQuery

	Archived bool `query:"archived" doc:"The revoked instead of the living"`
}

type keyCreateInput struct {
	Body struct {
		Name        string            `json:"name" minLength:"1" maxLength:"100"`
		Permissions map[string]string `json:"permissions"`
		AllBrands   bool              `json:"all_brands,omitempty"`
		BrandIDs    []id.Brand        `json:"brand_ids,omitempty" maxItems:"500"`
		ExpiresAt   time.Time         `json:"expires_at,omitzero" doc:"Absent: never"`
	}
}

func shownKey(k account.Key, err error) (*keyOutput, error) {
	if err != nil {
		return nil, err
	}
	return &keyOutput{Body: keyOf(k)}, nil
}

// RegisterAPIKeys adds the operations on API keys.
func RegisterAPIKeys(api *httpx.API, keys *account.Keys) {
	httpx.Register(api, httpx.Operation{
		ID: "listAPIKeys", Method: http.MethodGet, Path: keysPath, Tag: tagKeys, Summary: "API keys, newest first", Permission: actor.KeyEdit,
	}, func(ctx context.Context, in *keyListInput) (*keyPageOutput, error) {
		var before id.APIKey
		if _, err := in.After(&before); err != nil {
			return nil, err
		}
		found, err := keys.List(ctx, in.Archived, before, in.Size()+1)
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(k account.Key) any { return k.ID }, keyOf)
		return &keyPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getAPIKey", Method: http.MethodGet, Path: keyPath, Tag: tagKeys, Summary: "One API key", Permission: actor.KeyEdit,
	}, func(ctx context.Context, in *APIKeyKey) (*keyOutput, error) { return shownKey(keys.Get(ctx, in.ID)) })
	httpx.Register(api, httpx.Operation{
		ID: "createAPIKey", Method: http.MethodPost, Path: keysPath, Tag: tagKeys, Summary: "Make an API key of rights that one has",
		Permission: actor.KeyEdit, Status: http.StatusCreated,
		Errors: append(codesOf(errs.Forbidden, "grant.rights", "grant.brands"), codesOf(errs.Exhausted, "key.too_many")...),
	}, func(ctx context.Context, in *keyCreateInput) (*keyOutput, error) {
		b := in.Body
		k, token, err := keys.Create(ctx, account.NewKey{
			Name: b.Name, Rights: rightsOf(b.Permissions), AllBrands: b.AllBrands, Brands: b.BrandIDs, ExpiresAt: b.ExpiresAt,
		})
		if err != nil {
			return nil, err
		}
		out := &keyOutput{Body: keyOf(k)}
		out.Body.Token = token
		return out, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "revokeAPIKey", Method: http.MethodPost, Path: keyPath + "/archive", Tag: tagKeys, Summary: "Revoke an API key for ever, at once",
		Permission: actor.KeyEdit,
	}, func(ctx context.Context, in *APIKeyKey) (*keyOutput, error) { return shownKey(keys.Revoke(ctx, in.ID)) })
}
