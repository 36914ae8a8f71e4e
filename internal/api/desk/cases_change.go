package desk

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

type caseOpenInput struct {
	Body struct {
		ConversationID id.Conversation `json:"conversation_id,omitzero" doc:"What the case is about; brand, customer and subject come from it"`
		BrandID        id.Brand        `json:"brand_id,omitzero"`
		CustomerID     id.Customer     `json:"customer_id,omitzero"`
		Subject        string          `json:"subject,omitempty" maxLength:"300"`
		StatusID       id.CaseStatus   `json:"status_id,omitzero" doc:"Absent: the first of those that are new"`
		Priority       string          `json:"priority,omitempty" enum:"low,normal,high,urgent" default:"normal"`
		Topic          string          `json:"topic,omitempty" maxLength:"100"`
		Tags           []string        `json:"tags,omitempty" maxItems:"20"`
		Fields         map[string]any  `json:"fields,omitempty"`
		OwnerID        id.User         `json:"owner_id,omitzero"`
		TeamID         id.Team         `json:"team_id,omitzero"`
	}
}

// CaseChangeBody is what may be changed of a case.
type CaseChangeBody struct {
	Subject    *string        `json:"subject,omitempty" maxLength:"300"`
	StatusID   *id.CaseStatus `json:"status_id,omitempty"`
	Priority   *string        `json:"priority,omitempty" enum:"low,normal,high,urgent"`
	Topic      *string        `json:"topic,omitempty" maxLength:"100"`
	Tags       *[]string      `json:"tags,omitempty" maxItems:"20"`
	Fields     map[string]any `json:"fields,omitempty" doc:"Values by key, as far as they change; null takes one away"`
	OwnerID    *id.User       `json:"owner_id,omitempty" doc:"The empty text: nobody"`
	TeamID     *id.Team       `json:"team_id,omitempty" doc:"The empty text: none"`
	CustomerID *id.Customer   `json:"customer_id,omitempty"`
}

func (b CaseChangeBody) change() casework.Change {
	ch := casework.Change{
		Subject: b.Subject, Status: b.StatusID, Topic: b.Topic, Tags: b.Tags, Fields: b.Fields, Owner: b.OwnerID, Team: b.TeamID, Customer: b.CustomerID,
	}
	if b.Priority != nil {
		ch.Priority = new(priorityOf(*b.Priority))
	}
	return ch
}

type caseUpdateInput struct {
	CaseKey
	Body struct {
		CaseChangeBody

		Version int64 `json:"version,omitempty" doc:"Of the case that was edited; a change since gives a conflict"`
	}
}

type caseBulkInput struct {
	Body struct {
		CaseChangeBody

		IDs []id.Case `json:"ids" minItems:"1" maxItems:"100"`
	}
}

type caseBulkItem struct {
	ID   id.Case `json:"id"`
	Done bool    `json:"done" doc:"It is so now"`
	Code string  `json:"code,omitempty" doc:"Why it was not done"`
}

type caseBulkOutput struct {
	Body struct {
		Items []caseBulkItem `json:"items" doc:"One for each case that was named, in that order"`
	}
}

// changedSince is what an edit of an older version answers.
func changedSince(more ...httpx.Code) []httpx.Code {
	return notFound(append([]httpx.Code{
		{Kind: errs.Conflict, Code: "case.changed"}, {Kind: errs.Conflict, Code: "case.merged"}, {Kind: errs.Invalid, Code: "case.other_brand"},
	}, more...)...)
}

func (c Cases) registerChanges(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "openCase", Method: http.MethodPost, Path: casesPath, Tag: tagCases, Summary: "Open a case, of a conversation or of none",
		Permission: actor.CaseEdit, Creates: true, Errors: []httpx.Code{{Kind: errs.Invalid, Code: "case.other_brand"}, {Kind: errs.Invalid, Code: "case.opened_done"}},
	}, func(ctx context.Context, in *caseOpenInput) (*caseOpenedOutput, error) {
		b := in.Body
		made, err := c.Cases.Open(ctx, casework.Opening{
			Brand: b.BrandID, Conversation: b.ConversationID, Customer: b.CustomerID, Subject: b.Subject, Status: b.StatusID,
			Priority: priorityOf(b.Priority), Topic: b.Topic, Tags: b.Tags, Fields: b.Fields, Owner: b.OwnerID, Team: b.TeamID,
		})
		out := &caseOpenedOutput{}
		out.Body.ID, out.Body.Number, out.Body.Version = made.ID, made.Number, made.Version
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateCase", Method: http.MethodPatch, Path: casePath, Tag: tagCases, Summary: "Change a case", Permission: actor.CaseEdit, Errors: changedSince(),
	}, func(ctx context.Context, in *caseUpdateInput) (*caseOpenedOutput, error) {
		change := in.Body.change()
		change.Version = in.Body.Version
		return openedOf(c.Cases.Update(ctx, in.ID, change))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateCases", Method: http.MethodPost, Path: casesPath + "/bulk", Tag: tagCases, Status: http.StatusOK,
		Summary: "Change many cases alike, each by itself", Permission: actor.CaseEdit, Errors: notFound(),
	}, c.bulk)
}

// caseOpenedOutput names a case with its version. It is all that an editor needs who may have given the case out of sight.
type caseOpenedOutput struct {
	Body struct {
		ID      id.Case `json:"id"`
		Number  int64   `json:"number"`
		Version int64   `json:"version"`
	}
}

func openedOf(made casework.Case, err error) (*caseOpenedOutput, error) {
	out := &caseOpenedOutput{}
	out.Body.ID, out.Body.Number, out.Body.Version = made.ID, made.Number, made.Version
	return out, err
}

func (c Cases) bulk(ctx context.Context, in *caseBulkInput) (*caseBulkOutput, error) {
	out := &caseBulkOutput{}
	out.Body.Items = []caseBulkItem{}
	seen, known := map[id.Case]bool{}, false
	for _, key := range in.Body.IDs {
		if seen[key] {
			continue
		}
		seen[key] = true
		_, err := c.Cases.Update(ctx, key, in.Body.change())
		if err != nil && errs.KindOf(err) == errs.Internal {
			return nil, err
		}
		known = known || !errs.Is(errs.NotFound, err)
		out.Body.Items = append(out.Body.Items, caseBulkItem{ID: key, Done: err == nil, Code: codeOf(err)})
	}
	if !known { // none of them is anything to the caller
		return nil, errs.E(errs.NotFound, "desk.bulkCases", nil)
	}
	return out, nil
}

// codeOf returns the code by which err is told, of a single field if that is all that is wrong.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	if told := errs.Told(err); told != nil && len(told.Fields) == 1 {
		return told.Fields[0].Code
	}
	return errs.CodeOf(err)
}
