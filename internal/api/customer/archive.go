package customer

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/report"
	"github.com/zongler/zongler/internal/worklist"
)

type channelUse struct {
	Channel  string    `json:"channel"`
	Contacts int64     `json:"contacts"`
	Begun    int64     `json:"begun" doc:"By the customer"`
	HandleS  float64   `json:"handle_s" doc:"Time of agents"`
	LastAt   time.Time `json:"last_at"`
}

// ContactsBody is what is known of the contacts with a customer.
type ContactsBody struct {
	Contacts            int64        `json:"contacts"`
	HandleS             float64      `json:"handle_s" doc:"Time of agents: talk and wrap-up"`
	FirstAt             time.Time    `json:"first_at,omitzero"`
	LastAt              time.Time    `json:"last_at,omitzero"`
	Channels            []channelUse `json:"channels" doc:"The most used first"`
	PreferredChannel    string       `json:"preferred_channel,omitempty"`
	FirstContactPercent *float64     `json:"first_contact_percent,omitempty" doc:"Absent: nothing is decided"`
	Decided             int64        `json:"decided" doc:"Resolved contacts that were repeated, or can be no more"`
	ResolvedPercent     *float64     `json:"resolved_percent,omitempty" doc:"By the agents' outcome codes; absent: there are none"`
	Coded               int64        `json:"coded" doc:"Contacts with an outcome code"`
	RepeatDays          int          `json:"repeat_days"`
	Partial             bool         `json:"partial" doc:"Only of the conversations that the caller may see"`
	Capped              bool         `json:"capped" doc:"Of the newest 1000 contacts alone"`
}

// PromiseClock is a promised time of a case.
type PromiseClock struct {
	Kind       string    `json:"kind" enum:"first_response,next_response,resolution"`
	State      string    `json:"state" enum:"running,paused"`
	PolicyName string    `json:"policy_name"`
	DueAt      time.Time `json:"due_at,omitzero" doc:"While it runs"`
	BreachedAt time.Time `json:"breached_at,omitzero"`
}

// CaseLine is a case as the page of a customer or of an organisation shows it.
type CaseLine struct {
	ID       id.Case        `json:"id"`
	Number   int64          `json:"number"`
	Subject  string         `json:"subject"`
	Customer *NamedCustomer `json:"customer,omitempty"`
	Open     bool           `json:"open" doc:"Neither done nor merged"`
	StatusID id.CaseStatus  `json:"status_id"`
	Category string         `json:"category" enum:"new,working,waiting_customer,waiting_third,done"`
	Owner    *StaffRef      `json:"owner,omitempty"`
	OpenedAt time.Time      `json:"opened_at"`
	DueAt    time.Time      `json:"due_at,omitzero" doc:"When the soonest promise that runs ends"`
	Breached bool           `json:"breached"`
	Clocks   []PromiseClock `json:"clocks" doc:"Of an open case of a customer: those that run or stand still"`
}

// NamedCustomer names a customer.
type NamedCustomer struct {
	ID   id.Customer `json:"id"`
	Name string      `json:"name"`
}

// OpenTalk is a conversation that goes on.
type OpenTalk struct {
	ID              id.Conversation `json:"id"`
	Channel         string          `json:"channel"`
	Subject         string          `json:"subject,omitempty"`
	State           string          `json:"state"`
	Agent           *StaffRef       `json:"agent,omitempty"`
	LastAt          time.Time       `json:"last_at"`
	DueAt           time.Time       `json:"due_at,omitzero"`
	UnansweredSince time.Time       `json:"unanswered_since,omitzero" doc:"Since when the customer waits for an answer"`
	ParkedUntil     time.Time       `json:"parked_until,omitzero" doc:"Until when it was put aside"`
}

// PlannedReply is an answer that waits to be sent.
type PlannedReply struct {
	EntryID        id.Entry        `json:"entry_id"`
	ConversationID id.Conversation `json:"conversation_id"`
	Channel        string          `json:"channel"`
	Subject        string          `json:"subject,omitempty"`
	SendAt         time.Time       `json:"send_at"`
}

type archiveInput struct {
	PersonKey

	RepeatDays int `query:"repeat_days" minimum:"1" maximum:"30" default:"7" doc:"Within how many days a customer's coming back is a repeat"`
}

type organisationArchiveInput struct {
	OrganisationKey

	RepeatDays int `query:"repeat_days" minimum:"1" maximum:"30" default:"7" doc:"Within how many days a customer's coming back is a repeat"`
}

type (
	contactsOutput struct{ Body ContactsBody }
	promisesOutput struct {
		Body struct {
			Cases         []CaseLine     `json:"cases" doc:"The nearest deadline first"`
			Conversations []OpenTalk     `json:"conversations" doc:"Newest first"`
			Planned       []PlannedReply `json:"planned" doc:"The next first"`
		}
	}
)

func (s Story) registerArchive(api *httpx.API) {
	const about = "Figures are defined in docs/metrics.md: contacts, preferred-channel, first-contact-resolution."
	httpx.Register(api, httpx.Operation{
		ID: "getCustomerArchive", Method: http.MethodGet, Path: customerPath + "/archive", Tag: tagCustomers,
		Summary: "What the contacts with a customer have been: channels, time spent, first-contact resolution", Description: about,
		Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *archiveInput) (*contactsOutput, error) {
		if _, err := s.Customers.Get(ctx, in.ID); err != nil { // no figures would say that there is such a customer
			return nil, err
		}
		return shownContacts(s.Archive.Of(ctx, report.ArchiveQuery{Customer: in.ID, RepeatDays: in.RepeatDays}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "getOrganisationArchive", Method: http.MethodGet, Path: organisationPath + "/archive", Tag: tagOrganisations,
		Summary: "What the contacts with the people of an organisation have been", Description: about, Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *organisationArchiveInput) (*contactsOutput, error) {
		if _, err := s.Organisations.Get(ctx, in.ID); err != nil {
			return nil, err
		}
		return shownContacts(s.Archive.Of(ctx, report.ArchiveQuery{Organisation: in.ID, RepeatDays: in.RepeatDays}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "listPromises", Method: http.MethodGet, Path: customerPath + "/promises", Tag: tagCustomers,
		Summary:    "What a customer may count on: open cases with their clocks, conversations that go on, answers that are planned",
		Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *PersonKey) (*promisesOutput, error) {
		if _, err := s.Customers.Get(ctx, in.ID); err != nil {
			return nil, err
		}
		p, err := s.Worklist.Promises(ctx, in.ID)
		return promisesOf(p), err
	})
}

func shownContacts(c report.Contacts, err error) (*contactsOutput, error) {
	if err != nil {
		return nil, err
	}
	body := ContactsBody{
		Contacts: c.Contacts, HandleS: seconds(c.HandleUS), FirstAt: c.FirstAt, LastAt: c.LastAt, PreferredChannel: c.Preferred, Channels: make([]channelUse, len(c.Channels)),
		FirstContactPercent: percent(c.FirstContact), Decided: c.FirstContact.Whole, ResolvedPercent: percent(c.ResolvedByCode), Coded: c.ResolvedByCode.Whole,
		RepeatDays: c.RepeatDays, Partial: c.Partial, Capped: c.Capped,
	}
	for i, u := range c.Channels {
		body.Channels[i] = channelUse{u.Channel, u.Contacts, u.Begun, seconds(u.HandleUS), u.LastAt}
	}
	return &contactsOutput{Body: body}, nil
}

func caseOf(c worklist.CaseRow) CaseLine {
	line := CaseLine{
		ID: c.ID, Number: c.Number, Subject: c.Subject, Open: c.Open, StatusID: c.StatusID, Category: string(c.Category), Owner: staff(c.OwnerID, c.OwnerName),
		OpenedAt: c.OpenedAt, DueAt: c.DueAt, Breached: c.Breached, Clocks: []PromiseClock{},
	}
	if !c.CustomerID.IsZero() {
		line.Customer = &NamedCustomer{c.CustomerID, c.CustomerName}
	}
	return line
}

func seconds(us int64) float64 { return float64(us) / 1e6 }

func percent(r report.Ratio) *float64 {
	if p, ok := r.Percent(); ok {
		return &p
	}
	return nil
}

func promisesOf(p worklist.Promises) *promisesOutput {
	out := &promisesOutput{}
	out.Body.Cases, out.Body.Conversations, out.Body.Planned = make([]CaseLine, len(p.Cases)), make([]OpenTalk, len(p.Talks)), make([]PlannedReply, len(p.Planned))
	for i, c := range p.Cases {
		out.Body.Cases[i] = caseOf(c.CaseRow)
		for _, k := range c.Clocks {
			out.Body.Cases[i].Clocks = append(out.Body.Cases[i].Clocks, PromiseClock{k.Kind, k.State, k.PolicyName, k.DueAt, k.BreachedAt})
		}
	}
	for i, t := range p.Talks {
		out.Body.Conversations[i] = OpenTalk{
			ID: t.ID, Channel: t.Channel, Subject: t.Subject, State: t.InteractionState, Agent: staff(t.AgentID, t.AgentName), LastAt: t.LastAt, DueAt: t.DueAt,
			UnansweredSince: t.UnansweredSince, ParkedUntil: t.ParkedUntil,
		}
	}
	for i, r := range p.Planned {
		out.Body.Planned[i] = PlannedReply{r.EntryID, r.ConversationID, r.Channel, r.Subject, r.SendAt}
	}
	return out
}
