package privacy

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/sheet"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/privacy"
	"github.com/zongler/zongler/internal/worklist"
)

// Lists is what the operations that hand out lists as files work with.
type Lists struct {
	Customers *customer.Service
	Worklist  *worklist.Service
	Privacy   *privacy.Service
}

// FormatQuery says how a list is handed out. It is exported so that the document sees it where it is embedded.
type FormatQuery struct {
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
}

type customersFileInput struct {
	FormatQuery

	Q     string   `query:"q" maxLength:"100"`
	Brand id.Brand `query:"brand"`
}

type conversationsFileInput struct {
	FormatQuery

	View    string   `query:"view" enum:"mine,queues,unassigned,all,closed,mentions" default:"all"`
	Brand   id.Brand `query:"brand"`
	Queue   id.Queue `query:"queue"`
	Agent   id.User  `query:"agent"`
	Channel string   `query:"channel" maxLength:"30"`
	Q       string   `query:"q" maxLength:"100"`
	Sort    string   `query:"sort" enum:"deadline,newest,oldest"`
}

type casesFileInput struct {
	FormatQuery

	View     string        `query:"view" enum:"mine,team,watching,all" default:"all"`
	Category string        `query:"category" enum:"new,working,waiting_customer,waiting_third,done"`
	Brand    id.Brand      `query:"brand"`
	Status   id.CaseStatus `query:"status"`
	Owner    id.User       `query:"owner"`
	Customer id.Customer   `query:"customer"`
	Q        string        `query:"q" maxLength:"100"`
	Sort     string        `query:"sort" enum:"deadline,newest"`
}

// RegisterLists adds the operations that hand out lists as files.
func RegisterLists(api *httpx.API, l Lists) {
	httpx.Register(api, httpx.Operation{
		ID: "exportCustomers", Method: http.MethodGet, Path: "/api/v1/customers.file", Tag: tagImports, Permission: actor.CustomerExport, Summary: "Customers as a file for spreadsheets",
		Description: "Cells that a spreadsheet would take for a formula are marked with an apostrophe. A list ends after 100 000 rows, with a line that says so.",
	}, l.customers)
	httpx.Register(api, httpx.Operation{
		ID: "exportConversations", Method: http.MethodGet, Path: "/api/v1/conversations.file", Tag: tagImports, Permission: actor.CustomerExport, Summary: "A list of conversations as a file for spreadsheets",
	}, l.conversations)
	httpx.Register(api, httpx.Operation{
		ID: "exportCases", Method: http.MethodGet, Path: "/api/v1/cases.file", Tag: tagImports, Permission: actor.CustomerExport, Summary: "A list of cases as a file for spreadsheets",
	}, l.cases)
}

// maxListRows bounds a list as a file; its last line says that there is more.
const maxListRows = 100_000

// page returns the next rows of a list, and whether there are more.
type page func(ctx context.Context) (rows [][]string, more bool, err error)

// stream hands out a list page by page. The first page is read before anything is sent, so that a refusal is one.
func (l Lists) stream(ctx context.Context, name, format string, header []string, next page) (*huma.StreamResponse, error) {
	if err := l.Privacy.ListExported(ctx, name); err != nil {
		return nil, err
	}
	rows, more, err := next(ctx)
	if err != nil {
		return nil, err
	}
	d := httpx.Download{Type: sheet.MediaType(format), Disposition: saved(name + "-" + time.Now().UTC().Format(time.DateOnly) + "." + format)}
	return httpx.Write(d, func(to io.Writer) error {
		w, err := sheet.Create(to, format)
		if err == nil {
			err = w.Row(header...)
		}
		for written := 0; err == nil; rows, more, err = next(ctx) {
			for _, r := range rows {
				if err = w.Row(r...); err != nil {
					break
				}
			}
			if written += len(rows); err == nil && more && written >= maxListRows {
				err, more = w.Row("more than "+strconv.Itoa(maxListRows)), false
			}
			if err != nil || !more {
				break
			}
		}
		if err == nil {
			err = w.Close()
		}
		return err
	}), nil
}

func (l Lists) customers(ctx context.Context, in *customersFileInput) (*huma.StreamResponse, error) {
	q := customer.Query{Text: in.Q, Brand: in.Brand, Limit: httpx.MaxPage}
	header := []string{"id", "name", "email", "phone", "company", "language", "about", "created_at"}
	return l.stream(ctx, "customers", in.Format, header, func(ctx context.Context) (rows [][]string, more bool, err error) {
		found, err := l.Customers.Search(ctx, q)
		more = len(found) > q.Limit
		for _, c := range found[:min(len(found), q.Limit)] {
			rows = append(rows, []string{c.ID.String(), c.Name, c.Email, c.Phone, c.Company, c.Language, c.About, moment(c.CreatedAt)})
			q.After = c.ID
		}
		return rows, more, err
	})
}

func (l Lists) conversations(ctx context.Context, in *conversationsFileInput) (*huma.StreamResponse, error) {
	q := worklist.Query{
		View: worklist.View(in.View), Brand: in.Brand, Queue: in.Queue, Agent: in.Agent, Channel: in.Channel, Text: in.Q, Sort: worklist.Sort(in.Sort), Limit: worklist.MaxPage,
	}
	header := []string{"id", "channel", "customer", "subject", "state", "queue", "agent", "last_at", "waiting_since", "due_at", "tags"}
	return l.stream(ctx, "conversations", in.Format, header, func(ctx context.Context) (rows [][]string, more bool, err error) {
		found, err := l.Worklist.List(ctx, q)
		more = len(found) > q.Limit && in.Q == "" // a search has one page
		for _, r := range found[:min(len(found), q.Limit)] {
			rows = append(rows, []string{
				r.ID.String(), r.Channel, r.CustomerName, r.Subject, r.InteractionState, r.QueueName, r.AgentName, moment(r.LastAt), moment(r.WaitingSince), moment(r.DueAt),
				strings.Join(r.Tags, ", "),
			})
			q.After = r.Cursor()
		}
		return rows, more, err
	})
}

func (l Lists) cases(ctx context.Context, in *casesFileInput) (*huma.StreamResponse, error) {
	q := worklist.CaseQuery{
		View: worklist.CaseView(in.View), Category: casework.Category(in.Category), Brand: in.Brand, Status: in.Status, Owner: in.Owner, Customer: in.Customer, Text: in.Q,
		Sort: worklist.Sort(in.Sort), Limit: worklist.MaxPage,
	}
	header := []string{"number", "subject", "customer", "category", "priority", "topic", "owner", "team", "opened_at", "due_at", "done_at", "tags"}
	return l.stream(ctx, "cases", in.Format, header, func(ctx context.Context) (rows [][]string, more bool, err error) {
		found, err := l.Worklist.Cases(ctx, q)
		more = len(found) > q.Limit && in.Q == ""
		for _, r := range found[:min(len(found), q.Limit)] {
			rows = append(rows, []string{
				strconv.FormatInt(r.Number, 10), r.Subject, r.CustomerName, string(r.Category), strconv.Itoa(r.Priority), r.Topic, r.OwnerName, r.TeamName,
				moment(r.OpenedAt), moment(r.DueAt), moment(r.DoneAt), strings.Join(r.Tags, ", "),
			})
			q.After = r.Cursor()
		}
		return rows, more, err
	})
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
