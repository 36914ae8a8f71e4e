package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/worklist"
)

const (
	tagCases  = "cases"
	casesPath = "/api/v1/cases"
	casePath  = casesPath + "/{id}"
)

// CaseKey names a case in a path. It is exported so that the document sees it where it is embedded.
type CaseKey struct {
	ID id.Case `path:"id"`
}

// CaseRow is a case as lists show it, in answers and in live frames.
type CaseRow struct {
	ID         id.Case        `json:"id"`
	Number     int64          `json:"number" doc:"By which people call it"`
	BrandID    id.Brand       `json:"brand_id"`
	Subject    string         `json:"subject"`
	Customer   *customerRef   `json:"customer,omitempty"`
	StatusID   id.CaseStatus  `json:"status_id"`
	Category   string         `json:"category" enum:"new,working,waiting_customer,waiting_third,done" doc:"Of the status"`
	Priority   string         `json:"priority" enum:"low,normal,high,urgent"`
	Topic      string         `json:"topic,omitempty"`
	Tags       []string       `json:"tags"`
	Fields     map[string]any `json:"fields" doc:"Values of the tenant's own fields, by key"`
	Owner      *UserRef       `json:"owner,omitempty"`
	Team       *TeamRef       `json:"team,omitempty"`
	MergedInto id.Case        `json:"merged_into,omitzero" doc:"The case in which it goes on"`
	Open       bool           `json:"open" doc:"Neither done nor merged"`
	Version    int64          `json:"version" doc:"Counts changes"`
	OpenedAt   time.Time      `json:"opened_at"`
	ChangedAt  time.Time      `json:"changed_at"`
	DoneAt     time.Time      `json:"done_at,omitzero"`
	Reopened   int64          `json:"reopened" doc:"How often it was taken up again"`
	DueAt      time.Time      `json:"due_at,omitzero" doc:"When the soonest promise that runs ends"`
	Breached   bool           `json:"breached" doc:"A promise was not kept"`
}

// TeamRef names a team.
type TeamRef struct {
	ID   id.Team `json:"id"`
	Name string  `json:"name"`
}

var priorities = []string{"low", "normal", "high", "urgent"} //nolint:gochecknoglobals // words that never change

// priorityOf returns a priority by its name; normal for none.
func priorityOf(name string) int {
	for p, n := range priorities {
		if n == name {
			return p
		}
	}
	return casework.Normal
}

// CaseRowOf returns r as it travels.
func CaseRowOf(r worklist.CaseRow) CaseRow {
	row := CaseRow{
		ID: r.ID, Number: r.Number, BrandID: r.BrandID, Subject: r.Subject, StatusID: r.StatusID, Category: string(r.Category),
		Priority: priorities[max(0, min(r.Priority, len(priorities)-1))], Topic: r.Topic, Tags: r.Tags, Fields: r.Fields, MergedInto: r.MergedInto,
		Open: r.Open, Version: r.Version, OpenedAt: r.OpenedAt, ChangedAt: r.ChangedAt, DoneAt: r.DoneAt, Reopened: r.Reopened, DueAt: r.DueAt, Breached: r.Breached,
	}
	if row.Tags == nil {
		row.Tags = []string{}
	}
	if row.Fields == nil {
		row.Fields = map[string]any{}
	}
	if !r.CustomerID.IsZero() {
		row.Customer = &customerRef{r.CustomerID, r.CustomerName}
	}
	if !r.OwnerID.IsZero() {
		row.Owner = &UserRef{r.OwnerID, r.OwnerName}
	}
	if !r.TeamID.IsZero() {
		row.Team = &TeamRef{r.TeamID, r.TeamName}
	}
	return row
}

type caseListInput struct {
	httpx.PageQuery

	View     string        `query:"view" enum:"mine,team,watching,all" default:"mine"`
	Category string        `query:"category" enum:"new,working,waiting_customer,waiting_third,done" doc:"Absent: all that are open. Done: all that are not, merged ones too"`
	Brand    id.Brand      `query:"brand"`
	Status   id.CaseStatus `query:"status"`
	Owner    id.User       `query:"owner"`
	Customer id.Customer   `query:"customer" doc:"All cases of a customer, whatever the view"`
	Q        string        `query:"q" maxLength:"100" doc:"A number, or the beginning of the subject, whatever the view"`
	Sort     string        `query:"sort" enum:"deadline,newest" doc:"By default the nearest deadline first; done ones the newest"`
}

func (in *caseListInput) query() worklist.CaseQuery {
	return worklist.CaseQuery{
		View: worklist.CaseView(in.View), Category: casework.Category(in.Category), Brand: in.Brand, Status: in.Status, Owner: in.Owner,
		Customer: in.Customer, Text: in.Q, Sort: worklist.Sort(in.Sort), Limit: in.Size(),
	}
}

type caseCountsInput struct {
	Brand id.Brand `query:"brand"`
}

type boardColumn struct {
	StatusID id.CaseStatus `json:"status_id"`
	Count    int           `json:"count" doc:"1000 stands for more"`
	Items    []CaseRow     `json:"items" doc:"The first of them"`
}

type caseBoardInput struct {
	View  string   `query:"view" enum:"mine,team,watching,all" default:"all"`
	Brand id.Brand `query:"brand"`
	Owner id.User  `query:"owner"`
	Limit int      `query:"limit" minimum:"1" maximum:"100" default:"30" doc:"Of each column"`
}

type (
	casePageOutput   struct{ Body httpx.Page[CaseRow] }
	caseCountsOutput struct {
		Body struct {
			Mine       int            `json:"mine"`
			Team       int            `json:"team"`
			Watching   int            `json:"watching"`
			All        int            `json:"all"`
			Categories map[string]int `json:"categories" doc:"Of all, by category"`
		}
	}
	caseBoardOutput struct {
		Body struct {
			Columns []boardColumn `json:"columns" doc:"One for each status in use, in their order"`
		}
	}
	caseDetailOutput        struct{ Body caseDetail }
	conversationCasesOutput struct {
		Body struct {
			Items []CaseRow `json:"items" doc:"Newest first"`
		}
	}
)

// Cases is what the operations on cases work with.
type Cases struct {
	Cases     *casework.Service
	Setup     *casework.Setup
	Answering *casework.Answering
	Worklist  *worklist.Service
	People    People
}

// RegisterCases adds the operations on cases.
func RegisterCases(api *httpx.API, c Cases) {
	c.registerLists(api)
	c.registerReads(api)
	c.registerChanges(api)
	c.registerParts(api)
	c.registerTies(api)
	c.registerAnswers(api)
}

func (c Cases) registerLists(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "listCases", Method: http.MethodGet, Path: casesPath, Tag: tagCases,
		Summary: "Cases of one view, as far as the caller may see them", Permission: actor.CaseRead,
	}, func(ctx context.Context, in *caseListInput) (*casePageOutput, error) {
		q := in.query()
		if _, err := in.After(&q.After); err != nil {
			return nil, err
		}
		rows, err := c.Worklist.Cases(ctx, q)
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(rows, in.Size(), func(last worklist.CaseRow) any { return last.Cursor() })
		return &casePageOutput{Body: pageOf(page, CaseRowOf)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "countCases", Method: http.MethodGet, Path: casesPath + "/counts", Tag: tagCases,
		Summary: "How many open cases each view has; 1000 stands for more", Permission: actor.CaseRead,
	}, func(ctx context.Context, in *caseCountsInput) (*caseCountsOutput, error) {
		n, err := c.Worklist.CountCases(ctx, in.Brand)
		if err != nil {
			return nil, err
		}
		out := &caseCountsOutput{}
		out.Body.Mine, out.Body.Team, out.Body.Watching, out.Body.All = n.Mine, n.Team, n.Watching, n.All
		out.Body.Categories = map[string]int{}
		for category, count := range n.Categories {
			out.Body.Categories[string(category)] = count
		}
		return out, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "getCaseBoard", Method: http.MethodGet, Path: casesPath + "/board", Tag: tagCases,
		Summary: "Cases by their statuses", Permission: actor.CaseRead,
	}, c.board)
}

func (c Cases) board(ctx context.Context, in *caseBoardInput) (*caseBoardOutput, error) {
	statuses, err := c.Setup.Statuses(ctx, false)
	if err != nil {
		return nil, err
	}
	columns, err := c.Worklist.Board(ctx, worklist.CaseQuery{View: worklist.CaseView(in.View), Brand: in.Brand, Owner: in.Owner, Limit: in.Limit}, statuses)
	if err != nil {
		return nil, err
	}
	out := &caseBoardOutput{}
	out.Body.Columns = make([]boardColumn, len(columns))
	for i, column := range columns {
		out.Body.Columns[i] = boardColumn{StatusID: column.Status, Count: column.Count, Items: caseRows(column.Rows)}
	}
	return out, nil
}

func caseRows(rows []worklist.CaseRow) []CaseRow {
	out := make([]CaseRow, len(rows))
	for i, r := range rows {
		out[i] = CaseRowOf(r)
	}
	return out
}

func (c Cases) registerReads(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "getCase", Method: http.MethodGet, Path: casePath, Tag: tagCases, Summary: "One case with what stands around it",
		Permission: actor.CaseRead, Errors: notFound(),
	}, func(ctx context.Context, in *CaseKey) (*caseDetailOutput, error) { return c.shown(ctx, in.ID) })
	httpx.Register(api, httpx.Operation{
		ID: "listConversationCases", Method: http.MethodGet, Path: conversationPath + "/cases", Tag: tagCases,
		Summary: "The cases that a conversation belongs to", Permission: actor.CaseRead, Errors: notFound(),
	}, func(ctx context.Context, in *ConversationKey) (*conversationCasesOutput, error) {
		rows, err := c.Worklist.CasesOf(ctx, in.ID)
		out := &conversationCasesOutput{}
		out.Body.Items = caseRows(rows)
		return out, err
	})
}

// shown returns a case as it is after a change.
func (c Cases) shown(ctx context.Context, key id.Case) (*caseDetailOutput, error) {
	d, err := c.Worklist.Case(ctx, key)
	if err != nil {
		return nil, err
	}
	body, err := c.detail(ctx, d)
	return &caseDetailOutput{Body: body}, err
}
