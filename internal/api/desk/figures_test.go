package desk_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/api/desk"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/report"
	"github.com/zongler/zongler/internal/survey"
)

func (quiet) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) { return nil, nil }

func (quiet) Lock(context.Context, *db.Tx, id.Conversation) (conversation.Conversation, error) {
	return conversation.Conversation{}, nil
}

func (quiet) Append(context.Context, *db.Tx, *conversation.Conversation, conversation.NewEntry) (conversation.Entry, bool, error) {
	return conversation.Entry{}, false, nil
}

// figuresSite is the operations about figures over a centre where one visitor
// waits, one has gone, and one has given four stars.
type figuresSite struct {
	*centre
	handler http.Handler
}

func newFiguresSite(t *testing.T, d *db.DB) *figuresSite {
	t.Helper()
	c := newCentre(t, d)
	c.queued()
	gone := c.queued()
	c.must(d.Update(c.system, func(tx *db.Tx) error { return c.svc.CustomerLeft(c.system, tx, gone.ConversationID) }))
	surveys := survey.NewService(d, quiet{}, quiet{})
	c.must(d.Update(c.system, func(tx *db.Tx) error {
		_, err := surveys.Answer(c.system, tx, survey.Given{
			Conversation: gone.ConversationID, Interaction: gone.ID, Brand: c.brand, Queue: c.queue, Agent: c.users["Ola"], Channel: "webchat", Stars: 4,
		})
		return err
	}))
	name := "=HYPERLINK(\"http://example.com\")"
	c.must(d.Update(c.system, func(tx *db.Tx) error {
		_, err := db.Exec(c.system, tx, `UPDATE queue SET name = $1 WHERE id = $2`, name, c.queue)
		return err
	}))
	c.must(report.NewRollup(d, slog.New(slog.DiscardHandler)).Rebuild(c.system, time.Now().Add(-time.Hour), time.Now().Add(time.Hour)))
	problems := httpx.NewProblems(texts{}, slog.New(slog.DiscardHandler))
	mux := http.NewServeMux()
	api := httpx.NewAPI(mux, httpx.Config{Title: "Zongler", Version: "1", Problems: problems})
	figures := report.NewService(d, quiet{}, quiet{})
	desk.RegisterFigures(api, figures)
	desk.RegisterBoard(api, figures)
	desk.RegisterSurveys(api, surveys, crew(c.users))
	s := &figuresSite{centre: c}
	s.handler = httpx.Chain(mux, httpx.RequestID, problems.Recover, s.signInAs)
	return s
}

// signInAs believes the header As: the name of a role.
func (s *figuresSite) signInAs(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := actor.Actor{
			Kind: actor.User, Tenant: actor.From(s.system).Tenant, User: s.users["Ola"], Session: 1,
			Rights: actor.BuiltIn(r.Header.Get("As")).Rights(), Brands: actor.Brands{Some: []id.Brand{s.brand}},
		}
		next.ServeHTTP(w, r.WithContext(actor.With(r.Context(), a)))
	})
}

func (s *figuresSite) get(role actor.BuiltIn, target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "/api/v1"+target, http.NoBody)
	r.Header.Set("As", string(role))
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// read returns the answer to a request that must succeed.
func read[T any](s *figuresSite, role actor.BuiltIn, target string) (body T) {
	s.t.Helper()
	w := s.get(role, target)
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	s.must(json.Unmarshal(w.Body.Bytes(), &body))
	return body
}

func TestFiguresAndWhatIsBehindThem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newFiguresSite(t, d)
		day := "from=" + time.Now().Add(-time.Hour).UTC().Format(time.RFC3339) + "&to=" + time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
		type table struct {
			Rows        []desk.FigureRow  `json:"rows"`
			Total       desk.FigureRow    `json:"total"`
			Definitions []desk.Definition `json:"definitions"`
			TimeZone    string            `json:"time_zone"`
		}
		got := read[table](s, actor.Manager, "/figures?by=queue&"+day)
		if len(got.Rows) != 1 || got.TimeZone != "Europe/Warsaw" || len(got.Definitions) == 0 {
			t.Fatalf("%+v", got)
		}
		v, drill := got.Rows[0].Visits, got.Rows[0].Drill
		if v.Offered != 2 || v.Abandoned != 1 || v.Open != 1 || drill.Queue != s.queue || *got.Total.Work.TopTwoPercent != 100 {
			t.Errorf("%+v %+v", v, got.Total.Work)
		}
		again := "&queue=" + drill.Queue.String() + "&from=" + drill.From.Format(time.RFC3339) + "&to=" + drill.To.Format(time.RFC3339)
		first := read[httpx.Page[desk.DrilledRow]](s, actor.Manager, "/figures/interactions?figure=offered&limit=1"+again)
		if len(first.Items) != 1 || first.Next == "" || first.Items[0].Queue == nil {
			t.Fatalf("first page %+v", first)
		}
		second := read[httpx.Page[desk.DrilledRow]](s, actor.Manager, "/figures/interactions?figure=offered&limit=1"+again+"&cursor="+first.Next)
		if len(second.Items) != 1 || second.Next != "" || second.Items[0].InteractionID == first.Items[0].InteractionID {
			t.Errorf("second page %+v", second)
		}
		if own := read[table](s, actor.Agent, "/figures?by=agent&"+day); own.Total.Visits != nil || own.Total.Work.Answers != 1 {
			t.Errorf("an agent's own %+v", own)
		}
		for target, code := range map[string]string{
			"/figures?by=moon":                    "one_of",
			"/figures?from=yesterday":             "figures.time",
			"/figures?tz=Mars":                    "format.time_zone",
			"/figures?from=2020-01-01":            "figures.too_long",
			"/figures/interactions?figure=sorrow": "one_of",
		} {
			if w := s.get(actor.Manager, target); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), code) {
				t.Errorf("%s: %d %s", target, w.Code, w.Body)
			}
		}
	})
}

func TestAFileOfFiguresHoldsNoFormula(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newFiguresSite(t, d)
		w := s.get(actor.Manager, "/figures.csv?by=queue&from="+time.Now().Add(-time.Hour).UTC().Format(time.RFC3339))
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
			t.Fatalf("%d %v", w.Code, w.Header())
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 2 || rows[0][0] != "name" || !strings.HasPrefix(rows[1][0], "'=HYPERLINK") || rows[1][3] != "2" {
			t.Errorf("%v %v", rows, err)
		}
		if w := s.get(actor.Supervisor, "/figures.csv"); w.Code != http.StatusForbidden {
			t.Errorf("without the permission: %d", w.Code)
		}
	})
}

func TestBoardAndSurveysTravel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newFiguresSite(t, d)
		type board struct {
			Live   bool              `json:"live"`
			Totals desk.BoardTotals  `json:"totals"`
			Queues []desk.BoardQueue `json:"queues"`
		}
		b := read[board](s, actor.Supervisor, "/board")
		if b.Live || len(b.Queues) != 1 || b.Queues[0].Waiting != 1 || b.Totals.Waiting != 1 || b.Queues[0].Agents == nil || b.Queues[0].LongestSince.IsZero() {
			t.Errorf("%+v", b)
		}
		hourAgo := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
		if open := read[httpx.Page[desk.DrilledRow]](s, actor.Supervisor, "/board/drill?figure=open&from="+hourAgo); len(open.Items) != 1 {
			t.Errorf("behind the one that waits: %+v", open)
		}
		type surveys struct {
			httpx.Page[desk.SurveyRow]
			Answers int64    `json:"answers"`
			Mean    *float64 `json:"stars_mean"`
		}
		got := read[surveys](s, actor.Manager, "/surveys?stars=4")
		if len(got.Items) != 1 || got.Answers != 1 || *got.Mean != 4 || got.Items[0].Agent.Name != "Ola" {
			t.Errorf("%+v", got)
		}
		for _, target := range []string{"/board", "/board/drill?figure=open"} {
			if w := s.get(actor.Agent, target); w.Code != http.StatusForbidden {
				t.Errorf("an agent reads %s: %d", target, w.Code)
			}
		}
		if w := s.get(actor.Expert, "/surveys"); w.Code != http.StatusForbidden {
			t.Errorf("an expert reads surveys: %d", w.Code)
		}
	})
}
