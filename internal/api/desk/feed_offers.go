package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/worklist"
)

// standingBody is an offer as its agent sees it, over HTTP and live.
type standingBody struct {
	ID             id.Offer        `json:"id"`
	InteractionID  id.Interaction  `json:"interaction_id"`
	ConversationID id.Conversation `json:"conversation_id"`
	BrandID        id.Brand        `json:"brand_id"`
	Channel        string          `json:"channel"`
	Queue          QueueRef        `json:"queue"`
	Customer       customerRef     `json:"customer"`
	Subject        string          `json:"subject,omitempty"`
	Preview        string          `json:"preview,omitempty" doc:"The beginning of what was written last"`
	WaitingSince   time.Time       `json:"waiting_since" doc:"The original arrival"`
	WaitedSeconds  int64           `json:"waited_s" doc:"How long the customer had waited when it was made"`
	MadeAt         time.Time       `json:"made_at"`
	ExpiresAt      time.Time       `json:"expires_at" doc:"Then it goes to the next agent and this one is set to away"`
}

type standingOutput struct {
	Body struct {
		Items []standingBody `json:"items"`
	}
}

// RegisterOffers adds the list of one's standing offers, for a desk that (re)connects.
func (f *Feed) RegisterOffers(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listOwnOffers", Method: http.MethodGet, Path: "/api/v1/me/offers", Tag: tagInteractions,
		Summary: "What is offered to one now", Permission: actor.PresenceSelf,
	}, func(ctx context.Context, _ *struct{}) (*standingOutput, error) {
		out := &standingOutput{}
		out.Body.Items = []standingBody{}
		offers, err := f.Routing.OffersTo(ctx, actor.From(ctx).User)
		if err != nil {
			return nil, err
		}
		for _, o := range offers {
			body, found, err := f.offerOf(ctx, o)
			if err != nil {
				return nil, err
			}
			if found {
				out.Body.Items = append(out.Body.Items, body)
			}
		}
		return out, nil
	})
}

// offerOf shows an offer with its conversation; false if the actor may not see that any more.
func (f *Feed) offerOf(ctx context.Context, o routing.Offer) (standingBody, bool, error) {
	rows, err := f.Rows.Rows(ctx, []id.Conversation{o.ConversationID})
	if err != nil || len(rows) == 0 {
		return standingBody{}, false, err
	}
	return offerShown(o.ID, o.InteractionID, o.MadeAt, o.ExpiresAt, rows[0]), true, nil
}

func offerShown(offer id.Offer, interaction id.Interaction, made, expires time.Time, r worklist.Row) standingBody {
	return standingBody{
		ID: offer, InteractionID: interaction, ConversationID: r.ID, BrandID: r.BrandID, Channel: r.Channel,
		Queue: QueueRef{ID: r.QueueID, Name: r.QueueName}, Customer: customerRef{ID: r.CustomerID, Name: r.CustomerName},
		Subject: r.Subject, Preview: r.LastPreview, WaitingSince: r.WaitingSince, MadeAt: made, ExpiresAt: expires,
		WaitedSeconds: int64(made.Sub(r.WaitingSince).Seconds()),
	}
}

type offerFrameBody struct {
	Offer standingBody `json:"offer"`
}

type offerEndedBody struct {
	ID             id.Offer        `json:"id"`
	ConversationID id.Conversation `json:"conversation_id"`
	Result         string          `json:"result"` // accepted, declined, missed, withdrawn
}

// tellOffers shows offers, and their end, to the agents to whom they were made.
func (f *Feed) tellOffers(_ context.Context, people []*person, rows map[id.Conversation]*seen, c *changes) error {
	for _, o := range c.offers {
		s := rows[o.Conversation]
		for _, p := range people {
			if p.key.User != o.Agent || s == nil || !p.actor.Brands.Has(o.Brand) {
				continue
			}
			body := offerFrameBody{offerShown(o.Offer, o.Interaction, o.at, o.ExpiresAt, p.named(s.Row))}
			frame, err := frameOf("offer", "", body)
			if err != nil {
				return err
			}
			f.sendTo(p, frame)
		}
	}
	for _, o := range c.ended {
		frame, err := frameOf("offer.ended", "", offerEndedBody{o.Offer, o.Conversation, o.Result})
		if err != nil {
			return err
		}
		f.send(people, frame, func(p *person) bool { return p.key.User == o.Agent && p.actor.Brands.Has(o.Brand) })
	}
	return nil
}
