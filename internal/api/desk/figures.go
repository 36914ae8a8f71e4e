package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/report"
)

const (
	tagFigures  = "figures"
	figuresPath = "/api/v1/figures"
)

type figuresInput struct {
	By    string   `query:"by" enum:"queue,agent,day,interval" default:"day"`
	From  string   `query:"from" maxLength:"40" doc:"Date of the zone, or instant; today without it"`
	To    string   `query:"to" maxLength:"40" doc:"Date of the zone (included), or instant (not included); today without it"`
	TZ    string   `query:"tz" maxLength:"60" doc:"Time zone of the days; the brand's without it"`
	Step  int      `query:"step" minimum:"15" maximum:"60" multipleOf:"15" default:"15" doc:"Minutes of an interval: 15, 30 or 60"`
	Queue id.Queue `query:"queue"`
	Brand id.Brand `query:"brand"`
	Agent id.User  `query:"agent"`
}

func (in *figuresInput) query(ctx context.Context, svc *report.Service) (report.Query, error) {
	q := report.Query{
		By: report.By(in.By), TZ: in.TZ, Step: time.Duration(in.Step) * time.Minute,
		Queue: in.Queue, Brand: in.Brand, Agent: in.Agent,
	}
	return svc.Between(ctx, q, in.From, in.To)
}

type figuresOutput struct {
	Body struct {
		From        time.Time    `json:"from"`
		To          time.Time    `json:"to"`
		TimeZone    string       `json:"time_zone"`
		Rows        []FigureRow  `json:"rows"`
		Total       FigureRow    `json:"total"`
		Definitions []Definition `json:"definitions"`
	}
}

type drillInput struct {
	httpx.PageQuery

	Figure string   `query:"figure" required:"true" maxLength:"30" doc:"offered, answered, abandoned, handled, missed …"`
	From   string   `query:"from" maxLength:"40"`
	To     string   `query:"to" maxLength:"40"`
	TZ     string   `query:"tz" maxLength:"60"`
	Queue  id.Queue `query:"queue"`
	Brand  id.Brand `query:"brand"`
	Agent  id.User  `query:"agent"`
}

type drillOutput struct{ Body httpx.Page[DrilledRow] }

// RegisterFigures adds the operations about the figures of the past and of today.
func RegisterFigures(api *httpx.API, svc *report.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "getFigures", Method: http.MethodGet, Path: figuresPath, Tag: tagFigures,
		Summary: "Figures by queue, agent, day or interval, as far as the caller may see them", Permission: actor.FiguresRead,
	}, func(ctx context.Context, in *figuresInput) (*figuresOutput, error) {
		q, err := in.query(ctx, svc)
		if err != nil {
			return nil, err
		}
		table, err := svc.Figures(ctx, q)
		if err != nil {
			return nil, err
		}
		return showFigures(table), nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "listFigureInteractions", Method: http.MethodGet, Path: figuresPath + "/interactions", Tag: tagFigures,
		Summary: "The very interactions that a figure counts", Permission: actor.FiguresRead,
	}, func(ctx context.Context, in *drillInput) (*drillOutput, error) { return in.drill(ctx, svc, svc.Drill) })
	httpx.Register(api, httpx.Operation{
		ID: "exportFigures", Method: http.MethodGet, Path: figuresPath + ".csv", Tag: tagFigures,
		Summary: "Figures as a file for spreadsheets", Permission: actor.FiguresExport,
	}, func(ctx context.Context, in *figuresInput) (*csvOutput, error) {
		q, err := in.query(ctx, svc)
		if err != nil {
			return nil, err
		}
		table, err := svc.Export(ctx, q)
		if err != nil {
			return nil, err
		}
		return csvOf(table)
	})
}

func showFigures(t report.Table) *figuresOutput {
	out := &figuresOutput{}
	out.Body.From, out.Body.To, out.Body.TimeZone = t.Query.From, t.Query.To, t.Zone.String()
	out.Body.Rows = make([]FigureRow, len(t.Rows))
	for i, r := range t.Rows {
		out.Body.Rows[i] = figureRow(r, t.Query.Brand)
	}
	out.Body.Total = figureRow(t.Total, t.Query.Brand)
	for _, d := range report.Definitions() {
		out.Body.Definitions = append(out.Body.Definitions, Definition{Figure: d.Figure, Anchor: d.Anchor})
	}
	return out
}

// drill lists what ask finds.
func (in *drillInput) drill(
	ctx context.Context, svc *report.Service, ask func(context.Context, report.DrillQuery) ([]report.Drilled, error),
) (*drillOutput, error) {
	span, err := svc.Between(ctx, report.Query{TZ: in.TZ, Brand: in.Brand, Queue: in.Queue}, in.From, in.To)
	if err != nil {
		return nil, err
	}
	q := report.DrillQuery{
		Figure: in.Figure, From: span.From, To: span.To, TZ: in.TZ, Queue: in.Queue, Brand: in.Brand, Agent: in.Agent, Limit: in.Size() + 1,
	}
	if _, err := in.After(&q.After); err != nil {
		return nil, err
	}
	rows, err := ask(ctx, q)
	if err != nil {
		return nil, err
	}
	page, err := httpx.NewPage(rows, in.Size(), func(last report.Drilled) any { return last.Key })
	return &drillOutput{Body: pageOf(page, drilledRow)}, err
}
