package desk

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/worklist"
)

const (
	tagCustomers  = "customers"
	customersPath = "/api/v1/customers"
	customerPath  = customersPath + "/{id}"
)

// CustomerKey names a customer in a path. It is exported so that the document sees it where it is embedded.
type CustomerKey struct {
	ID id.Customer `path:"id"`
}

// CustomerBody is a customer as it travels.
type CustomerBody struct {
	ID         id.Customer `json:"id"`
	BrandID    id.Brand    `json:"brand_id"`
	Name       string      `json:"name"`
	Email      string      `json:"email,omitempty"`
	Phone      string      `json:"phone,omitempty"`
	Company    string      `json:"company,omitempty"`
	Language   string      `json:"language,omitempty"`
	About      string      `json:"about,omitempty"`
	Rev        int64       `json:"rev" doc:"Counts changes"`
	JoinedInto id.Customer `json:"joined_into,omitzero" doc:"Who the customer is held to be"`
	CreatedAt  time.Time   `json:"created_at"`

	OrganisationID id.Organisation `json:"organisation_id,omitzero" doc:"To which the person belongs"`
	Fields         map[string]any  `json:"fields" doc:"Values of the tenant's own fields, by key"`
	ErasedAt       time.Time       `json:"erased_at,omitzero" doc:"When all that was known was removed"`
}

type contactPointBody struct {
	ID          id.ContactPoint `json:"id"`
	Provider    string          `json:"provider"`
	Scope       string          `json:"scope,omitempty"`
	ExternalID  string          `json:"external_id,omitempty"`
	DisplayName string          `json:"display_name,omitempty"`
	Verified    bool            `json:"verified"`
	CreatedAt   time.Time       `json:"created_at"`

	BouncedAt    time.Time `json:"bounced_at,omitzero" doc:"When it was found that nothing arrives there"`
	BounceReason string    `json:"bounce_reason,omitempty" doc:"In the words of the server that refused"`

	At []metAtBody `json:"at,omitempty" doc:"Of one customer alone: the entry points where it was met lately"`
}

type metAtBody struct {
	ID      id.EntryPoint `json:"id"`
	Name    string        `json:"name"`
	Address string        `json:"address,omitempty" doc:"Of a mailbox"`
}

type claimBody struct {
	ID             id.Claim        `json:"id"`
	ContactPointID id.ContactPoint `json:"contact_point_id"`
	Evidence       string          `json:"evidence" enum:"first_contact,verified,agent,invitation,unlinked,joined,imported"`
	EntryPointID   id.EntryPoint   `json:"entry_point_id,omitzero" doc:"Where the address was vouched for, or came by an invitation"`
	MadeBy         *UserRef        `json:"made_by,omitempty"`
	MadeAt         time.Time       `json:"made_at"`
	RevokedBy      *UserRef        `json:"revoked_by,omitempty"`
	RevokedAt      time.Time       `json:"revoked_at,omitzero"`
}

type customerDetail struct {
	CustomerBody

	ContactPoints []contactPointBody `json:"contact_points"`
	Claims        []claimBody        `json:"claims" doc:"Newest first, with those taken back"`
	Conversations []ConversationRow  `json:"conversations" doc:"The newest that the caller may see"`
}

type customerListInput struct {
	httpx.PageQuery

	Q     string   `query:"q" maxLength:"100" doc:"Beginnings of words of the name, of an address or a number"`
	Brand id.Brand `query:"brand"`
}

type customerUpdateInput struct {
	CustomerKey
	Body struct {
		Name     *string `json:"name,omitempty" maxLength:"200"`
		Email    *string `json:"email,omitempty" maxLength:"254"`
		Phone    *string `json:"phone,omitempty" maxLength:"32"`
		Company  *string `json:"company,omitempty" maxLength:"200"`
		Language *string `json:"language,omitempty" maxLength:"32"`
		About    *string `json:"about,omitempty" maxLength:"4000"`

		OrganisationID *id.Organisation `json:"organisation_id,omitempty" doc:"The empty text: none"`
		Fields         map[string]any   `json:"fields,omitempty" doc:"Values by key, as far as they change; null takes one away"`

		Rev int64 `json:"rev,omitempty" doc:"Of the version that was edited; a change since gives a conflict"`
	}
}

type claimInput struct {
	CustomerKey
	Body struct {
		ContactPointID id.ContactPoint `json:"contact_point_id"`
	}
}

type claimKey struct {
	ID id.Claim `path:"id"`
}

type customerTalksInput struct {
	CustomerKey
	httpx.PageQuery
}

type (
	customerOutput       struct{ Body CustomerBody }
	customerDetailOutput struct{ Body customerDetail }
	customerPageOutput   struct{ Body httpx.Page[CustomerBody] }
)

// Customers is what the operations on customers work with.
type Customers struct {
	Customers *customer.Service
	Worklist  *worklist.Service
	People    People
}

// recentConversations are shown with a customer.
const recentConversations = 10

// RegisterCustomers adds the operations on customers.
func RegisterCustomers(api *httpx.API, c Customers) {
	c.registerReads(api)
	c.registerChanges(api)
	c.registerJoins(api)
}

func (c Customers) registerReads(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listCustomers", Method: http.MethodGet, Path: customersPath, Tag: tagCustomers, Summary: "Customers, newest first", Permission: actor.CustomerRead,
	}, func(ctx context.Context, in *customerListInput) (*customerPageOutput, error) {
		q := customer.Query{Text: in.Q, Brand: in.Brand, Limit: in.Size()}
		if _, err := in.After(&q.After); err != nil {
			return nil, err
		}
		found, err := c.Customers.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(found, in.Size(), func(last customer.Customer) any { return last.ID })
		return &customerPageOutput{Body: pageOf(page, customerOf)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getCustomer", Method: http.MethodGet, Path: customerPath, Tag: tagCustomers, Summary: "One customer with addresses and recent conversations",
		Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *CustomerKey) (*customerDetailOutput, error) {
		card, err := c.Customers.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		body, err := c.detail(ctx, card)
		return &customerDetailOutput{Body: body}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listCustomerConversations", Method: http.MethodGet, Path: customerPath + "/conversations", Tag: tagCustomers,
		Summary: "All conversations of a customer that the caller may see, newest first", Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *customerTalksInput) (*conversationPageOutput, error) {
		var after worklist.Cursor
		if _, err := in.After(&after); err != nil {
			return nil, err
		}
		if _, err := c.Customers.Get(ctx, in.ID); err != nil { // an empty list would say that there is such a customer
			return nil, err
		}
		rows, err := c.Worklist.OfCustomer(ctx, in.ID, after, in.Size())
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(rows, in.Size(), func(last worklist.Row) any { return last.Cursor() })
		return &conversationPageOutput{Body: pageOf(page, RowOf)}, err
	})
}

func (c Customers) registerChanges(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "updateCustomer", Method: http.MethodPatch, Path: customerPath, Tag: tagCustomers, Summary: "Change details of a customer",
		Permission: actor.CustomerEdit, Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "customer.changed"}, httpx.Code{Kind: errs.Conflict, Code: "customer.erased"}),
	}, func(ctx context.Context, in *customerUpdateInput) (*customerOutput, error) {
		b := in.Body
		changed, err := c.Customers.Update(ctx, in.ID, customer.Details{
			Name: b.Name, Email: b.Email, Phone: b.Phone, Company: b.Company, Language: b.Language, About: b.About, Rev: b.Rev,
			Organisation: b.OrganisationID, Fields: b.Fields,
		})
		return &customerOutput{Body: customerOf(changed)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "makeClaim", Method: http.MethodPost, Path: customerPath + "/claims", Tag: tagCustomers, Creates: true, Status: http.StatusNoContent,
		Summary: "Say that an address belongs to a customer; its conversations follow", Permission: actor.CustomerEdit,
		Errors: notFound(httpx.Code{Kind: errs.Invalid, Code: "customer.other_brand"}),
	}, func(ctx context.Context, in *claimInput) (*struct{}, error) {
		return nil, c.Customers.Link(ctx, in.ID, in.Body.ContactPointID)
	})
	httpx.Register(api, httpx.Operation{
		ID: "revokeClaim", Method: http.MethodDelete, Path: "/api/v1/claims/{id}", Tag: tagCustomers,
		Summary: "Take a claim back; the address becomes a customer of its own", Permission: actor.CustomerEdit, Status: http.StatusOK,
		Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "claim.revoked"}),
	}, func(ctx context.Context, in *claimKey) (*customerOutput, error) {
		alone, err := c.Customers.Unlink(ctx, in.ID)
		return &customerOutput{Body: customerOf(alone)}, err
	})
}

func pointOf(p customer.ContactPoint) contactPointBody {
	return contactPointBody{
		ID: p.ID, Provider: p.Provider, Scope: p.Scope, ExternalID: p.ExternalID, DisplayName: p.DisplayName, Verified: p.Verified, CreatedAt: p.CreatedAt,
		BouncedAt: p.BouncedAt, BounceReason: p.BounceReason,
	}
}

func customerOf(c customer.Customer) CustomerBody {
	body := CustomerBody{
		ID: c.ID, BrandID: c.BrandID, Name: c.Name, Email: c.Email, Phone: c.Phone, Company: c.Company,
		Language: c.Language, About: c.About, Rev: c.Rev, CreatedAt: c.CreatedAt, JoinedInto: c.JoinedInto,
		OrganisationID: c.OrganisationID, Fields: c.Fields, ErasedAt: c.ErasedAt,
	}
	if body.Fields == nil {
		body.Fields = map[string]any{}
	}
	return body
}

func (c Customers) detail(ctx context.Context, card customer.Card) (customerDetail, error) {
	body := customerDetail{CustomerBody: customerOf(card.Customer), ContactPoints: []contactPointBody{}, Claims: []claimBody{}, Conversations: []ConversationRow{}}
	for _, p := range card.Points {
		body.ContactPoints = append(body.ContactPoints, pointOf(p))
	}
	var users []id.User
	for _, cl := range card.Claims {
		users = append(users, cl.MadeBy, cl.RevokedBy)
	}
	names, err := c.People.Names(ctx, users)
	if err != nil {
		return body, err
	}
	for _, cl := range card.Claims {
		body.Claims = append(body.Claims, claimBody{
			ID: cl.ID, ContactPointID: cl.ContactPointID, Evidence: string(cl.Evidence), EntryPointID: cl.EntryPointID,
			MadeBy: refTo(cl.MadeBy, names), MadeAt: cl.MadeAt,
			RevokedBy: refTo(cl.RevokedBy, names), RevokedAt: cl.RevokedAt,
		})
	}
	if actor.From(ctx).Scope(actor.ConversationRead) == actor.None {
		return body, nil
	}
	if err := c.place(ctx, card.Customer.ID, body.ContactPoints); err != nil {
		return body, err
	}
	rows, err := c.Worklist.OfCustomer(ctx, card.Customer.ID, worklist.Cursor{}, recentConversations)
	for _, r := range rows[:min(len(rows), recentConversations)] {
		body.Conversations = append(body.Conversations, RowOf(r))
	}
	return body, err
}

// place says of addresses where they were met.
func (c Customers) place(ctx context.Context, of id.Customer, points []contactPointBody) error {
	places, err := c.Worklist.Places(ctx, of)
	for _, p := range places {
		at := slices.IndexFunc(points, func(b contactPointBody) bool { return b.ID == p.ContactPointID })
		if at < 0 {
			continue
		}
		shown := metAtBody{ID: p.EntryPointID, Name: p.Name}
		if points[at].Provider == string(channel.Email) {
			shown.Address = p.Address
		}
		points[at].At = append(points[at].At, shown)
	}
	return err
}
