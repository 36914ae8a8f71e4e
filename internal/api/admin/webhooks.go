package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/stdhook"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagWebhooks  = "webhooks"
	webhooksPath = "/api/v1/webhooks"
	webhookPath  = webhooksPath + "/{id}"
)

// WebhookKey is the address of a webhook.
type WebhookKey struct {
	ID id.Webhook `path:"id"`
}

// WebhookDeliveryKey is the address of a message to a webhook.
type WebhookDeliveryKey struct {
	ID id.WebhookDelivery `path:"id"`
}

type webhookBody struct {
	ID           id.Webhook `json:"id"`
	Name         string     `json:"name"`
	URL          string     `json:"url"`
	BrandIDs     []id.Brand `json:"brand_ids" doc:"Whose facts it hears; none: everything"`
	Kinds        []string   `json:"kinds" doc:"Kinds of facts; none: all (listWebhookKinds)"`
	State        string     `json:"state" enum:"active,paused,gone,failing" doc:"gone: it answered 410; failing: nothing arrived for five days"`
	FailingSince time.Time  `json:"failing_since,omitzero" doc:"First failure since the last success"`
	OldUntil     time.Time  `json:"old_secret_until,omitzero" doc:"Until then messages are signed with the secret before too"`
	Archived     bool       `json:"archived"`
	Rev          int64      `json:"rev"`
	CreatedAt    time.Time  `json:"created_at"`
	ChangedAt    time.Time  `json:"changed_at"`
	Secret       string     `json:"secret,omitempty" doc:"Only in the answer that makes it: whsec_… of Standard Webhooks"`
}

func webhookOf(w automation.Webhook) webhookBody {
	b := webhookBody{
		ID: w.ID, Name: w.Name, URL: w.URL, BrandIDs: full(w.Brands), Kinds: full(w.Kinds), State: string(w.State), FailingSince: w.FailingSince,
		Archived: w.Archived, Rev: w.Rev, CreatedAt: w.CreatedAt, ChangedAt: w.ChangedAt,
	}
	if time.Now().Before(w.BeforeUntil) {
		b.OldUntil = w.BeforeUntil
	}
	return b
}

type webhookOutput struct{ Body webhookBody }

type webhookListOutput struct {
	Body struct {
		Items []webhookBody `json:"items"`
	}
}

type webhookKindsOutput struct {
	Body struct {
		Kinds []string `json:"kinds"`
	}
}

type webhookCreateInput struct {
	Body struct {
		Name     string     `json:"name" minLength:"1" maxLength:"100"`
		URL      string     `json:"url" minLength:"1" maxLength:"2000"`
		BrandIDs []id.Brand `json:"brand_ids,omitempty" maxItems:"500"`
		Kinds    []string   `json:"kinds,omitempty" maxItems:"200"`
		Paused   bool       `json:"paused,omitempty" doc:"Made, but not called yet"`
	}
}

type webhookUpdateInput struct {
	WebhookKey

	Body struct {
		Name     *string     `json:"name,omitempty" minLength:"1" maxLength:"100"`
		URL      *string     `json:"url,omitempty" minLength:"1" maxLength:"2000"`
		BrandIDs *[]id.Brand `json:"brand_ids,omitempty" maxItems:"500"`
		Kinds    *[]string   `json:"kinds,omitempty" maxItems:"200"`
		Active   *bool       `json:"active,omitempty" doc:"true also takes up again what was gone or failing"`
		Rev      int64       `json:"rev,omitempty" doc:"Of the version that was edited; absent: any"`
	}
}

type webhookDeliveryBody struct {
	ID        id.WebhookDelivery `json:"id" doc:"webhook-id is msg_ and this"`
	WebhookID id.Webhook         `json:"webhook_id"`
	Kind      string             `json:"kind"`
	State     string             `json:"state" enum:"waiting,delivered,failed"`
	Attempts  int                `json:"attempts"`
	Status    int                `json:"status" doc:"Of the last answer; 0: there was none"`
	Answer    string             `json:"answer" doc:"How it began, or why there was none"`
	TookMS    float64            `json:"took_ms"`
	Body      string             `json:"body" doc:"As it is sent"`
	MadeAt    time.Time          `json:"made_at"`
	TriedAt   time.Time          `json:"tried_at,omitzero"`
	NextAt    time.Time          `json:"next_at,omitzero" doc:"Of the next attempt, while it waits"`
}

func webhookDeliveryOf(d automation.Delivery) webhookDeliveryBody {
	b := webhookDeliveryBody{
		ID: d.ID, WebhookID: d.WebhookID, Kind: d.Kind, State: string(d.State), Attempts: d.Attempts, Status: d.Status, Answer: d.Answer,
		TookMS: float64(d.Took) / 1000, Body: d.Body, MadeAt: d.MadeAt, TriedAt: d.TriedAt,
	}
	if d.State == automation.Waiting {
		b.NextAt = d.NextAt
	}
	return b
}

type webhookDeliveryOutput struct{ Body webhookDeliveryBody }

type webhookDeliveryPageOutput struct {
	Body httpx.Page[webhookDeliveryBody]
}

type webhookDeliveryListInput struct {
	WebhookKey
	httpx.PageQuery

	State string `query:"state" enum:"waiting,delivered,failed" doc:"Absent: all"`
}

type webhookReplayInput struct {
	WebhookKey

	Body struct {
		Since time.Time `json:"since" doc:"Failed messages made from then on are sent again, 10 000 at most"`
	}
}

type webhookReplayOutput struct {
	Body struct {
		Replayed int `json:"replayed"`
	}
}

func shownWebhook(w automation.Webhook, err error) (*webhookOutput, error) {
	if err != nil {
		return nil, err
	}
	return &webhookOutput{Body: webhookOf(w)}, nil
}

func toldWebhook(w automation.Webhook, secret stdhook.Secret, err error) (*webhookOutput, error) {
	out, err := shownWebhook(w, err)
	if err == nil {
		out.Body.Secret = secret.String()
	}
	return out, err
}

// RegisterWebhooks adds the operations on webhooks.
func RegisterWebhooks(api *httpx.API, s *automation.Webhooks) {
	registerWebhookReads(api, s)
	registerWebhookChanges(api, s)
	registerWebhookDeliveries(api, s)
}

func registerWebhookReads(api *httpx.API, s *automation.Webhooks) {
	httpx.Register(api, httpx.Operation{
		ID: "listWebhooks", Method: http.MethodGet, Path: webhooksPath, Tag: tagWebhooks, Summary: "Addresses that are told what happens, newest first",
		Permission: actor.WebhookEdit,
	}, func(ctx context.Context, in *struct {
		Archived bool `query:"archived" doc:"The archived instead of the living"`
	},
	) (*webhookListOutput, error) {
		found, err := s.List(ctx, in.Archived)
		if err != nil {
			return nil, err
		}
		out := &webhookListOutput{}
		out.Body.Items = make([]webhookBody, len(found))
		for i, w := range found {
			out.Body.Items[i] = webhookOf(w)
		}
		return out, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "getWebhook", Method: http.MethodGet, Path: webhookPath, Tag: tagWebhooks, Summary: "One webhook", Permission: actor.WebhookEdit,
	}, func(ctx context.Context, in *WebhookKey) (*webhookOutput, error) {
		return shownWebhook(s.Get(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "listWebhookKinds", Method: http.MethodGet, Path: "/api/v1/webhook-kinds", Tag: tagWebhooks, Summary: "Kinds of facts that there are",
		Permission: actor.WebhookEdit,
	}, func(context.Context, *struct{}) (*webhookKindsOutput, error) {
		out := &webhookKindsOutput{}
		out.Body.Kinds = fact.Kinds()
		return out, nil
	})
}

func registerWebhookChanges(api *httpx.API, s *automation.Webhooks) {
	refused := codesOf(errs.Forbidden, "webhook.brands")
	ended := codesOf(errs.Conflict, "webhook.archived")
	httpx.Register(api, httpx.Operation{
		ID: "createWebhook", Method: http.MethodPost, Path: webhooksPath, Tag: tagWebhooks, Summary: "Tell an address what happens",
		Permission: actor.WebhookEdit, Creates: true, Errors: append(codesOf(errs.Exhausted, "webhook.too_many"), refused...),
	}, func(ctx context.Context, in *webhookCreateInput) (*webhookOutput, error) {
		w := automation.Webhook{Name: in.Body.Name, URL: in.Body.URL, Brands: in.Body.BrandIDs, Kinds: in.Body.Kinds}
		if in.Body.Paused {
			w.State = automation.Paused
		}
		return toldWebhook(s.Create(ctx, w))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateWebhook", Method: http.MethodPatch, Path: webhookPath, Tag: tagWebhooks, Summary: "Change a webhook, pause it or take it up again",
		Permission: actor.WebhookEdit, Errors: append(append(codesOf(errs.Conflict, "webhook.changed"), ended...), refused...),
	}, func(ctx context.Context, in *webhookUpdateInput) (*webhookOutput, error) {
		b := in.Body
		return shownWebhook(s.Update(ctx, in.ID, automation.Change{
			Name: b.Name, URL: b.URL, Brands: b.BrandIDs, Kinds: b.Kinds, Active: b.Active, Rev: b.Rev,
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "rotateWebhookSecret", Method: http.MethodPost, Path: webhookPath + "/rotate", Tag: tagWebhooks,
		Summary: "Give a webhook a new secret; for a day messages are signed with both", Permission: actor.WebhookEdit, Errors: ended,
	}, func(ctx context.Context, in *WebhookKey) (*webhookOutput, error) {
		return toldWebhook(s.Rotate(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "archiveWebhook", Method: http.MethodPost, Path: webhookPath + "/archive", Tag: tagWebhooks,
		Summary: "End a webhook for ever; what waits for it is not sent", Permission: actor.WebhookEdit, Errors: ended,
	}, func(ctx context.Context, in *WebhookKey) (*webhookOutput, error) {
		return shownWebhook(s.Archive(ctx, in.ID))
	})
}

func registerWebhookDeliveries(api *httpx.API, s *automation.Webhooks) {
	idle := codesOf(errs.Conflict, "webhook.not_active")
	httpx.Register(api, httpx.Operation{
		ID: "listWebhookDeliveries", Method: http.MethodGet, Path: webhookPath + "/deliveries", Tag: tagWebhooks,
		Summary: "What was sent in the last 30 days, newest first", Permission: actor.WebhookEdit,
	}, func(ctx context.Context, in *webhookDeliveryListInput) (*webhookDeliveryPageOutput, error) {
		var before id.WebhookDelivery
		if _, err := in.After(&before); err != nil {
			return nil, err
		}
		found, err := s.Deliveries(ctx, in.ID, automation.DeliveryState(in.State), before, in.Size())
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(d automation.Delivery) any { return d.ID }, webhookDeliveryOf)
		return &webhookDeliveryPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "testWebhook", Method: http.MethodPost, Path: webhookPath + "/test", Tag: tagWebhooks,
		Summary: "Call a webhook now and say what came of it", Permission: actor.WebhookEdit,
	}, func(ctx context.Context, in *WebhookKey) (*webhookDeliveryOutput, error) {
		d, err := s.Test(ctx, in.ID)
		return &webhookDeliveryOutput{Body: webhookDeliveryOf(d)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "replayWebhookDelivery", Method: http.MethodPost, Path: "/api/v1/webhook-deliveries/{id}/replay", Tag: tagWebhooks,
		Summary: "Send a message again, under the same webhook-id", Permission: actor.WebhookEdit, Errors: idle,
	}, func(ctx context.Context, in *WebhookDeliveryKey) (*webhookDeliveryOutput, error) {
		d, err := s.Replay(ctx, in.ID)
		return &webhookDeliveryOutput{Body: webhookDeliveryOf(d)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "replayFailedDeliveries", Method: http.MethodPost, Path: webhookPath + "/replay", Tag: tagWebhooks,
		Summary: "Send again what has failed", Permission: actor.WebhookEdit, Errors: idle,
	}, func(ctx context.Context, in *webhookReplayInput) (*webhookReplayOutput, error) {
		n, err := s.ReplayFailed(ctx, in.ID, in.Body.Since)
		out := &webhookReplayOutput{}
		out.Body.Replayed = n
		return out, err
	})
}
