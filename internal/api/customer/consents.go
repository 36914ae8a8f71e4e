package customer

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// ConsentBody is what a customer has agreed to, or has taken back.
type ConsentBody struct {
	ID         id.Consent  `json:"id"`
	CustomerID id.Customer `json:"customer_id" doc:"Who did: one of those who are held to be the same"`
	State      string      `json:"state" enum:"given,withdrawn"`
	Purpose    string      `json:"purpose" enum:"marketing,surveys,recording,profiling,sharing,service"`
	Channel    string      `json:"channel,omitempty" doc:"Absent: every channel"`
	What       string      `json:"what" doc:"In the words that were agreed to"`
	Evidence   string      `json:"evidence,omitempty" doc:"How it is known"`
	At         time.Time   `json:"at" doc:"When it was given or taken back"`
	MadeBy     *StaffRef   `json:"made_by,omitempty" doc:"Who wrote it down"`
	MadeAt     time.Time   `json:"made_at"`
}

type consentInput struct {
	PersonKey
	Body struct {
		State    string    `json:"state" enum:"given,withdrawn"`
		Purpose  string    `json:"purpose" enum:"marketing,surveys,recording,profiling,sharing,service"`
		Channel  string    `json:"channel,omitempty" maxLength:"40" doc:"Absent: every channel"`
		What     string    `json:"what" maxLength:"1000" doc:"In the words that were agreed to"`
		Evidence string    `json:"evidence,omitempty" maxLength:"1000" doc:"How it is known"`
		At       time.Time `json:"at,omitzero" doc:"When it was given or taken back; absent: now"`
	}
}

type (
	consentOutput     struct{ Body ConsentBody }
	consentListOutput struct {
		Body struct {
			Items   []ConsentBody `json:"items" doc:"All lines, the newest first"`
			Holding []ConsentBody `json:"holding" doc:"What holds now of each purpose and channel"`
		}
	}
)

func (s Story) registerConsents(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listConsents", Method: http.MethodGet, Path: customerPath + "/consents", Tag: tagCustomers, Summary: "What a customer has agreed to and taken back",
		Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *PersonKey) (*consentListOutput, error) {
		all, holding, err := s.Customers.Consents(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		users := make([]id.User, len(all))
		for i, c := range all {
			users[i] = c.MadeBy
		}
		names, err := s.People.Names(ctx, users)
		out := &consentListOutput{}
		out.Body.Items, out.Body.Holding = consentsOf(all, names), consentsOf(holding, names)
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "noteConsent", Method: http.MethodPost, Path: customerPath + "/consents", Tag: tagCustomers, Creates: true,
		Summary: "Write down that a customer agreed to something, or took it back", Description: "A line is never changed: what holds is said by the newest.",
		Permission: actor.CustomerEdit, Errors: notFound(),
	}, func(ctx context.Context, in *consentInput) (*consentOutput, error) {
		b := in.Body
		made, err := s.Customers.NoteConsent(ctx, in.ID, customer.Consent{
			State: customer.ConsentState(b.State), Purpose: customer.Purpose(b.Purpose), Channel: b.Channel, What: b.What, Evidence: b.Evidence, At: b.At,
		})
		if err != nil {
			return nil, err
		}
		names, err := s.People.Names(ctx, []id.User{made.MadeBy})
		return &consentOutput{Body: consentsOf([]customer.Consent{made}, names)[0]}, err
	})
}

func consentsOf(all []customer.Consent, names map[id.User]string) []ConsentBody {
	out := make([]ConsentBody, len(all))
	for i, c := range all {
		out[i] = ConsentBody{
			ID: c.ID, CustomerID: c.CustomerID, State: string(c.State), Purpose: string(c.Purpose), Channel: c.Channel, What: c.What, Evidence: c.Evidence, At: c.At,
			MadeBy: staff(c.MadeBy, names[c.MadeBy]), MadeAt: c.MadeAt,
		}
	}
	return out
}
