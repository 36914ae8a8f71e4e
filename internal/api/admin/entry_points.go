package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagEntryPoints  = "entry points"
	entryPointsPath = "/api/v1/entry-points"
	entryPointPath  = entryPointsPath + "/{id}"
)

// EntryPointKey is the address of an entry point.
type EntryPointKey struct {
	ID id.EntryPoint `path:"id"`
}

type entryPointBody struct {
	ID         id.EntryPoint  `json:"id"`
	BrandID    id.Brand       `json:"brand_id"`
	Channel    channel.Name   `json:"channel"`
	Name       string         `json:"name"`
	Address    string         `json:"address" doc:"Number, mailbox or page; the public key of a widget"`
	Config     map[string]any `json:"config" doc:"Its fields are the channel's"`
	HasSecret  bool           `json:"has_secret" doc:"Identities of visitors can be signed"`
	QueueID    id.Queue       `json:"queue_id,omitzero"`
	Active     bool           `json:"active"`
	Health     channel.Health `json:"health" enum:"ok,failing"`
	HealthCode string         `json:"health_code,omitempty"`
	HealthAt   time.Time      `json:"health_at,omitzero"`
	Archived   bool           `json:"archived"`
	CreatedAt  time.Time      `json:"created_at"`
	UpdatedAt  time.Time      `json:"updated_at"`
}

func entryPointOf(p channel.EntryPoint) entryPointBody {
	config := map[string]any{}
	if err := json.Unmarshal(p.Config, &config); err != nil {
		config = map[string]any{} // it was checked when it was stored; shown as empty it can be set anew
	}
	return entryPointBody{
		ID: p.ID, BrandID: p.Brand, Channel: p.Channel, Name: p.Name, Address: p.Address, Config: config, HasSecret: p.Sealed != "",
		QueueID: p.Queue, Active: p.Active, Health: p.Health, HealthCode: p.HealthCode, HealthAt: p.HealthAt,
		Archived: p.Archived, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
}

type entryPointOutput struct{ Body entryPointBody }

type entryPointPageOutput struct{ Body httpx.Page[entryPointBody] }

type entryPointListInput struct {
	NameQuery

	Brand   id.Brand `query:"brand" doc:"Of this brand only"`
	Channel string   `query:"channel" maxLength:"40" doc:"Of this channel only"`
}

type entryPointCreateInput struct {
	Body struct {
		BrandID id.Brand       `json:"brand_id"`
		Channel string         `json:"channel" maxLength:"40"`
		Name    string         `json:"name" minLength:"1" maxLength:"100"`
		Address string         `json:"address,omitempty" maxLength:"300" doc:"Not for a widget: it gets a key"`
		Config  map[string]any `json:"config,omitempty"`
		QueueID id.Queue       `json:"queue_id,omitzero"`
	}
}

type entryPointUpdateInput struct {
	EntryPointKey

	Body struct {
		Name    *string         `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Config  *map[string]any `json:"config,omitempty" doc:"In place of all that was there"`
		QueueID *id.Queue       `json:"queue_id,omitempty"`
		Active  *bool           `json:"active,omitempty"`
	}
}

func (in *entryPointUpdateInput) patch() (channel.EntryPointPatch, error) {
	p := channel.EntryPointPatch{Name: in.Body.Name, Queue: in.Body.QueueID, Active: in.Body.Active}
	if in.Body.Config == nil {
		return p, nil
	}
	config, err := json.Marshal(*in.Body.Config)
	raw := json.RawMessage(config)
	p.Config = &raw
	return p, err
}

type secretOutput struct {
	Body struct {
		Secret string `json:"secret" doc:"Shown this once: keep it on your server"`
	}
}

func shownEntryPoint(p channel.EntryPoint, err error) (*entryPointOutput, error) {
	if err != nil {
		return nil, err
	}
	return &entryPointOutput{Body: entryPointOf(p)}, nil
}

// RegisterEntryPoints adds the operations on entry points.
func RegisterEntryPoints(api *httpx.API, points *channel.EntryPoints) {
	httpx.Register(api, httpx.Operation{
		ID: "listEntryPoints", Method: http.MethodGet, Path: entryPointsPath, Tag: tagEntryPoints, Summary: "Entry points by name",
		Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *entryPointListInput) (*entryPointPageOutput, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		found, err := points.List(ctx, channel.EntryPointFilter{
			Query: in.Q, Brand: in.Brand, Channel: channel.Name(in.Channel), Archived: in.Archived,
			AfterName: after.Name, After: id.EntryPoint(after.Key), Limit: in.Size() + 1,
		})
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(p channel.EntryPoint) any { return namePlace{fold.Text(p.Name), int64(p.ID)} }, entryPointOf)
		return &entryPointPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getEntryPoint", Method: http.MethodGet, Path: entryPointPath, Tag: tagEntryPoints, Summary: "One entry point", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *EntryPointKey) (*entryPointOutput, error) {
		return shownEntryPoint(points.Get(ctx, in.ID))
	})
	registerEntryPointWrites(api, points)
}

func registerEntryPointWrites(api *httpx.API, points *channel.EntryPoints) {
	httpx.Register(api, httpx.Operation{
		ID: "createEntryPoint", Method: http.MethodPost, Path: entryPointsPath, Tag: tagEntryPoints, Summary: "Make an entry point", Permission: actor.EntryPointEdit,
		Creates: true, Errors: append(codesOf(errs.Conflict, "entry_point.address_taken"), codesOf(errs.Exhausted, "entry_point.too_many")...),
	}, func(ctx context.Context, in *entryPointCreateInput) (*entryPointOutput, error) {
		b := in.Body
		var config json.RawMessage
		if b.Config != nil {
			data, err := json.Marshal(b.Config)
			if err != nil {
				return nil, err
			}
			config = data
		}
		return shownEntryPoint(points.Create(ctx, channel.NewEntryPoint{
			Brand: b.BrandID, Channel: channel.Name(b.Channel), Name: b.Name, Address: b.Address, Config: config, Queue: b.QueueID,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateEntryPoint", Method: http.MethodPatch, Path: entryPointPath, Tag: tagEntryPoints, Summary: "Change an entry point", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *entryPointUpdateInput) (*entryPointOutput, error) {
		patch, err := in.patch()
		if err != nil {
			return nil, err
		}
		return shownEntryPoint(points.Update(ctx, in.ID, patch))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveEntryPoint", Method: http.MethodPost, Path: entryPointPath + "/archive", Tag: tagEntryPoints, Summary: "Close an entry point", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *EntryPointKey) (*entryPointOutput, error) {
		return shownEntryPoint(points.Archive(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "restoreEntryPoint", Method: http.MethodPost, Path: entryPointPath + "/restore", Tag: tagEntryPoints, Summary: "Open an entry point again", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *EntryPointKey) (*entryPointOutput, error) {
		return shownEntryPoint(points.Restore(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "rotateEntryPointSecret", Method: http.MethodPost, Path: entryPointPath + "/secret", Tag: tagEntryPoints, Permission: actor.EntryPointEdit,
		Summary: "Make a new secret for signing the identities of visitors", Description: "The old one ends at once.",
	}, func(ctx context.Context, in *EntryPointKey) (*secretOutput, error) {
		secret, err := points.RotateSecret(ctx, in.ID)
		out := &secretOutput{}
		out.Body.Secret = secret
		return out, err
	})
}
