package customer

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/report"
	"github.com/zongler/zongler/internal/worklist"
)

const (
	tagCustomers      = "customers"
	tagOrganisations  = "organisations"
	customerPath      = "/api/v1/customers/{id}"
	organisationsPath = "/api/v1/organisations"
	organisationPath  = organisationsPath + "/{id}"
)

// PersonKey names a customer in a path. It is exported so that the document sees it where it is embedded.
type PersonKey struct {
	ID id.Customer `path:"id"`
}

// OrganisationKey names an organisation in a path. It is exported so that the document sees it where it is embedded.
type OrganisationKey struct {
	ID id.Organisation `path:"id"`
}

// StaffRef names one of us.
type StaffRef struct {
	ID   id.User `json:"id,omitzero"`
	Name string  `json:"name"`
}

// staff returns nil for nobody. An integration has a name and no key.
func staff(user id.User, name string) *StaffRef {
	if user.IsZero() && name == "" {
		return nil
	}
	return &StaffRef{user, name}
}

type momentFile struct {
	ID   id.Attachment `json:"id"`
	Name string        `json:"name"`
	Size int64         `json:"size"`
	Type string        `json:"type"`
}

type momentTalk struct {
	ConversationID id.Conversation `json:"conversation_id"`
	Customer       string          `json:"customer,omitempty" doc:"The name of whom it was with"`
	Subject        string          `json:"subject,omitempty"`
	Author         string          `json:"author" enum:"customer,agent,system,bot"`
	Files          []momentFile    `json:"files,omitempty"`
	Deleted        bool            `json:"deleted,omitempty" doc:"Its author took it back: there is no text"`
	Stars          int             `json:"stars,omitempty" doc:"Of a survey: 1 to 5"`
}

type momentChange struct {
	Path   string `json:"path"`
	Before any    `json:"before,omitempty"`
	After  any    `json:"after,omitempty"`
}

type momentCase struct {
	CaseID  id.Case        `json:"case_id"`
	Number  int64          `json:"number"`
	Subject string         `json:"subject"`
	What    string         `json:"what,omitempty" doc:"What was done, as the audit calls it: case.open, case.update, …"`
	Changes []momentChange `json:"changes,omitempty" doc:"Only the fields that differ"`
}

type momentJoin struct {
	What      string      `json:"what" enum:"joined,split"`
	OtherID   id.Customer `json:"other_id"`
	OtherName string      `json:"other_name,omitempty"`
	Reason    string      `json:"reason"`
}

type momentConsent struct {
	State    string `json:"state" enum:"given,withdrawn"`
	Purpose  string `json:"purpose"`
	Evidence string `json:"evidence,omitempty"`
}

// MomentBody is one thing that happened with a customer.
type MomentBody struct {
	ID         string         `json:"id"`
	Kind       string         `json:"kind" enum:"message,note,survey,case,join,consent"`
	At         time.Time      `json:"at"`
	CustomerID id.Customer    `json:"customer_id" doc:"With whom: one of those who are held to be the same, or of an organisation"`
	Channel    string         `json:"channel,omitempty"`
	By         *StaffRef      `json:"by,omitempty" doc:"Who of us wrote or did it; of a survey: who had worked on it"`
	Text       string         `json:"text,omitempty" doc:"The beginning of what was written"`
	Cut        bool           `json:"cut,omitempty" doc:"The text goes on"`
	Talk       *momentTalk    `json:"talk,omitempty" doc:"Of what happened in a conversation"`
	Case       *momentCase    `json:"case,omitempty" doc:"Of what happened with a case"`
	Join       *momentJoin    `json:"join,omitempty"`
	Consent    *momentConsent `json:"consent,omitempty"`
}

func momentOf(m worklist.Moment) MomentBody {
	body := MomentBody{
		ID: id.Of[struct{}](m.ID).String(), Kind: string(m.Kind), At: m.At, CustomerID: m.CustomerID, Channel: m.Channel, By: staff(m.WhoID, m.Who), Text: m.Text, Cut: m.Cut,
	}
	switch {
	case m.ConversationID != 0:
		body.Talk = &momentTalk{
			ConversationID: m.ConversationID, Customer: m.Customer, Subject: m.Subject, Author: string(m.Author), Deleted: m.Deleted, Stars: m.Stars, Files: filesOf(m.Files),
		}
	case m.CaseID != 0:
		body.Case = &momentCase{CaseID: m.CaseID, Number: m.CaseNumber, Subject: m.Subject, What: m.Code, Changes: changesOf(m.Changes)}
	case m.Kind == worklist.Identity:
		body.Join = &momentJoin{What: m.Code, OtherID: m.OtherID, OtherName: m.OtherName, Reason: m.Reason}
	case m.Kind == worklist.Consented:
		body.Consent = &momentConsent{State: m.Code, Purpose: m.Reason, Evidence: m.Evidence}
	}
	return body
}

func filesOf(files []conversation.File) []momentFile {
	out := make([]momentFile, len(files))
	for i, f := range files {
		out[i] = momentFile{f.ID, f.Name, f.Size, f.Type}
	}
	return out
}

func changesOf(changes []audit.Change) []momentChange {
	out := make([]momentChange, len(changes))
	for i, c := range changes {
		out[i] = momentChange{c.Path, decoded(c.Before), decoded(c.After)}
	}
	return out
}

// decoded returns stored JSON as it is shown. It was made by us, so it reads; keys stay as they are, for they are texts.
func decoded(raw json.RawMessage) any {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	return v
}

// TimelineFilter says which moments are asked for.
type TimelineFilter struct {
	Kinds   string    `query:"kinds" maxLength:"100" doc:"message, note, survey, case, join, consent, parted by commas; absent: all"`
	Channel string    `query:"channel" maxLength:"40" doc:"Only what was said on it"`
	Before  time.Time `query:"before" doc:"Only what happened before: where to jump to"`
}

type timelineInput struct {
	PersonKey
	httpx.PageQuery
	TimelineFilter
}

type organisationTimelineInput struct {
	OrganisationKey
	httpx.PageQuery
	TimelineFilter
}

type momentsOutput struct{ Body httpx.Page[MomentBody] }

// Story is what the operations on a customer's story work with.
type Story struct {
	Customers     *customer.Service
	Organisations *customer.Organisations
	Worklist      *worklist.Service
	Archive       *report.Archive
	People        People
}

// People knows the names of users.
type People interface {
	// Names returns the names of users of the actor's tenant; unknown ones are left out.
	Names(ctx context.Context, users []id.User) (map[id.User]string, error)
}

// Register adds the operations on customers' stories and on organisations.
func Register(api *httpx.API, s Story) {
	s.registerTimeline(api)
	s.registerArchive(api)
	s.registerConsents(api)
	s.registerOrganisations(api)
	s.registerOrganisationJoins(api)
	s.registerPeople(api)
}

func notFound(more ...httpx.Code) []httpx.Code {
	return append([]httpx.Code{{Kind: errs.NotFound, Code: errs.NotFound.String()}}, more...)
}

func (s Story) registerTimeline(api *httpx.API) {
	const about = "Messages and notes of all conversations, surveys, what was done with cases, joins and consents, the newest first, over all who are held to be the same. " +
		"A page may be shorter than asked for, or empty, and still have a next one: looking further would have taken too long."
	httpx.Register(api, httpx.Operation{
		ID: "getTimeline", Method: http.MethodGet, Path: customerPath + "/timeline", Tag: tagCustomers, Summary: "Everything that happened with a customer, as far as the caller may see it",
		Description: about, Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *timelineInput) (*momentsOutput, error) {
		if _, err := s.Customers.Get(ctx, in.ID); err != nil { // an empty list would say that there is such a customer
			return nil, err
		}
		return s.timeline(ctx, worklist.TimelineQuery{Customer: in.ID}, in.PageQuery, in.TimelineFilter)
	})
	httpx.Register(api, httpx.Operation{
		ID: "getOrganisationTimeline", Method: http.MethodGet, Path: organisationPath + "/timeline", Tag: tagOrganisations,
		Summary: "Everything that happened with the people of an organisation, as far as the caller may see it", Description: about, Permission: actor.CustomerRead, Errors: notFound(),
	}, func(ctx context.Context, in *organisationTimelineInput) (*momentsOutput, error) {
		if _, err := s.Organisations.Get(ctx, in.ID); err != nil {
			return nil, err
		}
		return s.timeline(ctx, worklist.TimelineQuery{Organisation: in.ID}, in.PageQuery, in.TimelineFilter)
	})
}

func (s Story) timeline(ctx context.Context, q worklist.TimelineQuery, page httpx.PageQuery, f TimelineFilter) (*momentsOutput, error) {
	q.Channel, q.Limit, q.Before = f.Channel, page.Size(), worklist.Before(f.Before)
	for kind := range strings.SplitSeq(f.Kinds, ",") {
		if kind = strings.TrimSpace(kind); kind != "" {
			q.Kinds = append(q.Kinds, worklist.MomentKind(kind))
		}
	}
	if _, err := page.After(&q.Before); err != nil {
		return nil, err
	}
	moments, next, err := s.Worklist.Timeline(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &momentsOutput{Body: httpx.Page[MomentBody]{Items: make([]MomentBody, len(moments))}}
	for i, m := range moments {
		out.Body.Items[i] = momentOf(m)
	}
	if next != nil {
		out.Body.Next, err = httpx.EncodeCursor(next)
	}
	return out, err
}
