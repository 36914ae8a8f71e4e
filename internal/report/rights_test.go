package report

import (
	"context"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

func TestEverybodySeesTheirOwnPartOfTheFigures(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, slot(time.Now().Add(-48*time.Hour)))
		w.live(300)
		w.rollUp(300)
		s := NewService(d, mates{}, quiet{})
		ask := func(ctx context.Context, by By) Table {
			table, err := s.Figures(ctx, Query{By: by, From: w.from, To: w.from.Add(hours * time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			return table
		}
		all := ask(w.ctx, ByQueue)

		own := ask(as(t, ola, actor.Agent, falaNet, vasarfia), ByAgent)
		if len(own.Rows) != 1 || own.Rows[0].Agent != ola || own.Rows[0].Clock.AvailableUS == 0 || own.Total.Visits != nil {
			t.Errorf("an agent sees %+v", own.Rows)
		}
		if queues := ask(as(t, ola, actor.Agent, falaNet), ByQueue); len(queues.Rows) != 2 || queues.Total.Visits != nil || queues.Total.Work.Handled == 0 {
			t.Errorf("an agent's queues %+v", queues.Rows)
		}
		team := actor.From(as(t, ola, actor.Supervisor))
		team.Rights[actor.FiguresRead] = actor.InTeam
		if rows := ask(actor.With(t.Context(), team), ByAgent).Rows; len(rows) != 2 {
			t.Errorf("a team of two has %d rows", len(rows))
		}
		viewer := ask(as(t, 40, actor.BrandViewer, vasarfia), ByQueue)
		if len(viewer.Rows) != 1 || viewer.Rows[0].Queue != rendeles || viewer.Total.Visits.Offered >= all.Total.Visits.Offered {
			t.Errorf("a brand's viewer sees %+v", viewer.Rows)
		}
		if agents := ask(as(t, 40, actor.BrandViewer, vasarfia), ByAgent); agents.Total.Clock != nil || agents.Total.Work.Handled == 0 {
			t.Errorf("a brand's viewer sees the time that agents spend for others: %+v", agents.Total.Clock)
		}
		if days := ask(as(t, 41, actor.Manager, vasarfia), ByDay); days.Total.Visits.Offered != viewer.Total.Visits.Offered || days.Total.Clock == nil {
			t.Errorf("a manager of one brand sees %+v", days.Total.Visits)
		}
		for what, ctx := range map[string]context.Context{
			"no brand":       actor.With(t.Context(), actor.Actor{Kind: actor.User, Tenant: ours, User: 9, Rights: actor.Manager.Rights()}),
			"another tenant": dbtest.As(t, 2),
		} {
			if table := ask(ctx, ByQueue); len(table.Rows) != 0 {
				t.Errorf("%s sees %+v", what, table.Rows)
			}
		}
		if _, err := s.Figures(as(t, 42, actor.Expert), Query{By: ByDay, From: w.from, To: w.from.Add(time.Hour)}); !errs.Is(errs.Forbidden, err) {
			t.Errorf("without the permission: %v", err)
		}
		w.checkDrillRights(s)
	})
}

func (w *world) checkDrillRights(s *Service) {
	t := w.tb.(*testing.T)
	drill := func(ctx context.Context, figure string) []Drilled {
		rows, err := s.Drill(ctx, DrillQuery{Figure: figure, From: w.from, To: w.from.Add(hours * time.Hour), Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	for _, row := range drill(as(t, ola, actor.Agent, falaNet), "handled") {
		if row.AgentID != ola || row.BrandID != falaNet {
			t.Fatalf("an agent drills into %+v", row)
		}
	}
	if rows := drill(as(t, ola, actor.Agent, falaNet), "offered"); len(rows) != 0 {
		t.Errorf("an agent drills into %d visits of everybody", len(rows))
	}
	for _, row := range drill(as(t, 40, actor.BrandViewer, vasarfia), "offered") {
		if row.BrandID != vasarfia || row.QueueName == "" {
			t.Fatalf("a brand's viewer drills into %+v", row)
		}
	}
	if rows := drill(dbtest.As(t, 2), "offered"); len(rows) != 0 {
		t.Errorf("another tenant drills into %d", len(rows))
	}
	if _, err := s.BoardDrill(as(t, ola, actor.Agent), DrillQuery{Figure: "offered"}); !errs.Is(errs.Forbidden, err) {
		t.Errorf("an agent drills from the board: %v", err)
	}
}

func TestQuestionsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := NewService(d, mates{}, quiet{})
		ctx := dbtest.As(t, ours)
		for _, c := range []struct {
			what  string
			q     Query
			field string
			code  string
		}{
			{"backwards", Query{By: ByDay, From: noon, To: noon.Add(-time.Hour)}, "query.to", "figures.order"},
			{"years", Query{By: ByDay, From: noon, To: noon.AddDate(2, 0, 0)}, "query.to", "figures.too_long"},
			{"a month by quarters", Query{By: ByInterval, From: noon, To: noon.AddDate(0, 1, 0)}, "query.to", "figures.too_long"},
			{"odd steps", Query{By: ByInterval, Step: 7 * time.Minute, From: noon, To: noon.Add(time.Hour)}, "query.step", "one_of"},
			{"nothing to list by", Query{From: noon, To: noon.Add(time.Hour)}, "query.by", "one_of"},
			{"no such zone", Query{By: ByDay, TZ: "Mars/Olympus", From: noon, To: noon.Add(time.Hour)}, "query.tz", "format.time_zone"},
		} {
			_, err := s.Figures(ctx, c.q)
			told := errs.Told(err)
			if told == nil || len(told.Fields) != 1 || told.Fields[0].Path != c.field || told.Fields[0].Code != c.code {
				t.Errorf("%s: %v", c.what, err)
			}
		}
		if _, err := s.Drill(ctx, DrillQuery{Figure: "1 = 1; --"}); !errs.Is(errs.Invalid, err) {
			t.Errorf("an unknown figure: %v", err)
		}
		if _, err := s.Drill(ctx, DrillQuery{Figure: "offered", Limit: 1, Queue: id.Queue(99)}); err != nil {
			t.Errorf("a queue that is not there: %v", err)
		}
	})
}
