package desk

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/report"
)

type csvOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// byteOrder tells spreadsheets that the file is UTF-8.
const byteOrder = "\ufeff"

// column is one column of the file; its name never changes.
type column struct {
	name string
	cell func(r FigureRow) string
}

// csvOf returns a table as a file.
func csvOf(t report.Table) (*csvOutput, error) {
	var b bytes.Buffer
	b.WriteString(byteOrder)
	w := csv.NewWriter(&b)
	columns := csvColumns(t.Zone)
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = c.name
	}
	rows := [][]string{cells}
	for _, r := range t.Rows {
		shown := figureRow(r, t.Query.Brand)
		line := make([]string, len(columns))
		for i, c := range columns {
			line[i] = c.cell(shown)
		}
		rows = append(rows, line)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	name := "figures-" + string(t.Query.By) + "-" + t.Query.From.In(t.Zone).Format(time.DateOnly) + ".csv"
	return &csvOutput{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="` + name + `"`, Body: b.Bytes()}, nil
}

// safe returns text that no spreadsheet takes for a formula.
func safe(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

func csvColumns(zone *time.Location) []column {
	all := []column{
		{"name", func(r FigureRow) string { return safe(r.Name) }},
		{"from", func(r FigureRow) string { return r.Drill.From.In(zone).Format(time.RFC3339) }},
		{"to", func(r FigureRow) string { return r.Drill.To.In(zone).Format(time.RFC3339) }},
	}
	count := func(name string, of func(v VisitFigures) int64) {
		all = append(all, column{name, func(r FigureRow) string {
			if r.Visits == nil {
				return ""
			}
			return strconv.FormatInt(of(*r.Visits), 10)
		}})
	}
	figure := func(name string, of func(r FigureRow) *float64) {
		all = append(all, column{name, func(r FigureRow) string { return decimal(of(r)) }})
	}
	done := func(name string, of func(w WorkFigures) int64) {
		all = append(all, column{name, func(r FigureRow) string { return strconv.FormatInt(of(*r.Work), 10) }})
	}
	count("offered", func(v VisitFigures) int64 { return v.Offered })
	count("answered", func(v VisitFigures) int64 { return v.Answered })
	count("answered_in_time", func(v VisitFigures) int64 { return v.AnsweredInTime })
	count("abandoned", func(v VisitFigures) int64 { return v.Abandoned })
	count("short_abandoned", func(v VisitFigures) int64 { return v.ShortAbandoned })
	count("overflowed", func(v VisitFigures) int64 { return v.Overflowed })
	count("transferred", func(v VisitFigures) int64 { return v.Transferred })
	count("callback", func(v VisitFigures) int64 { return v.Callback })
	count("closed", func(v VisitFigures) int64 { return v.Closed })
	count("open", func(v VisitFigures) int64 { return v.Open })
	for _, variant := range report.Variants() {
		figure(string(variant)+"_percent", func(r FigureRow) *float64 { return levelOf(r, variant) })
	}
	figure("asa_s", func(r FigureRow) *float64 { return ofVisits(r, func(v VisitFigures) *float64 { return v.ASA }) })
	figure("abandon_percent", func(r FigureRow) *float64 {
		return ofVisits(r, func(v VisitFigures) *float64 { return v.AbandonPercent })
	})
	figure("longest_wait_s", func(r FigureRow) *float64 {
		return ofVisits(r, func(v VisitFigures) *float64 { return &v.LongestWait })
	})
	done("offers", func(w WorkFigures) int64 { return w.Offers })
	done("accepted", func(w WorkFigures) int64 { return w.Accepted })
	done("declined", func(w WorkFigures) int64 { return w.Declined })
	done("missed", func(w WorkFigures) int64 { return w.Missed })
	done("handled", func(w WorkFigures) int64 { return w.Handled })
	figure("aht_s", func(r FigureRow) *float64 { return r.Work.AHT })
	figure("talk_s", func(r FigureRow) *float64 { return &r.Work.Talk })
	figure("wrap_up_s", func(r FigureRow) *float64 { return &r.Work.WrapUp })
	figure("parked_s", func(r FigureRow) *float64 { return &r.Work.Parked })
	done("transfers_out", func(w WorkFigures) int64 { return w.TransfersOut })
	done("replies", func(w WorkFigures) int64 { return w.Replies })
	figure("first_reply_s", func(r FigureRow) *float64 { return r.Work.FirstReply })
	done("answers", func(w WorkFigures) int64 { return w.Answers })
	figure("top_two_percent", func(r FigureRow) *float64 { return r.Work.TopTwoPercent })
	figure("available_s", func(r FigureRow) *float64 { return ofTime(r, func(t TimeFigures) *float64 { return &t.Available }) })
	figure("away_s", func(r FigureRow) *float64 { return ofTime(r, func(t TimeFigures) *float64 { return &t.Away }) })
	figure("contact_s", func(r FigureRow) *float64 { return ofTime(r, func(t TimeFigures) *float64 { return &t.Contact }) })
	figure("occupancy_percent", func(r FigureRow) *float64 { return ofTime(r, func(t TimeFigures) *float64 { return t.Occupancy }) })
	figure("concurrency", func(r FigureRow) *float64 { return ofTime(r, func(t TimeFigures) *float64 { return t.Concurrency }) })
	return all
}

func levelOf(r FigureRow, variant report.Variant) *float64 {
	if r.Visits == nil {
		return nil
	}
	p, ok := r.Visits.SL[string(variant)]
	return known(p, ok)
}

func ofVisits(r FigureRow, of func(VisitFigures) *float64) *float64 {
	if r.Visits == nil {
		return nil
	}
	return of(*r.Visits)
}

func ofTime(r FigureRow, of func(TimeFigures) *float64) *float64 {
	if r.Time == nil {
		return nil
	}
	return of(*r.Time)
}

// decimal writes a figure with a point, whatever the language of the reader: the file is for programs.
func decimal(value *float64) string {
	if value == nil {
		return ""
	}
	return strconv.FormatFloat(*value, 'f', 2, 64)
}
