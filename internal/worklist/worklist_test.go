package worklist_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/worklist"
)

const (
	falaNet  id.Brand = 10
	vasarfia id.Brand = 11
	support  id.Queue = 40
	sales    id.Queue = 41
	ola      id.User  = 30
	kamil    id.User  = 31
	marta    id.User  = 32
)

type staff struct{}

func (staff) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) { return nil, nil }

func (staff) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return users, nil
}

// centre is a tenant with two brands, two queues and three people. Its
// conversations are known by their subjects.
type centre struct {
	*worklist.Service

	t     *testing.T
	ctx   context.Context
	db    *db.DB
	convs *conversation.Service
	cust  *customer.Service
	ids   map[string]id.Conversation
	began time.Time
}

func newCentre(t *testing.T, d *db.DB) *centre {
	t.Helper()
	convs := conversation.New(d, staff{})
	c := &centre{
		Service: worklist.New(d), t: t, ctx: dbtest.As(t, 1), db: d, convs: convs, cust: customer.New(d, convs),
		ids: map[string]id.Conversation{}, began: time.Now(),
	}
	c.do(func(tx *db.Tx) error {
		for _, row := range []struct {
			text string
			args []any
		}{
			{`INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
				VALUES (1, $1, 'Fala Net', 'fala net', '#0b7285', '[]', 'Europe/Warsaw', 0, 0)`, []any{falaNet}},
			{`INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
				VALUES (1, $1, 'Vásárfia', 'vasarfia', '#9c36b5', '[]', 'Europe/Budapest', 0, 0)`, []any{vasarfia}},
			{`INSERT INTO queue (tenant_id, id, brand_id, name, created_at) VALUES (1, $1, 10, 'Wsparcie', 0)`, []any{support}},
			{`INSERT INTO queue (tenant_id, id, brand_id, name, created_at) VALUES (1, $1, 11, 'Eladás', 0)`, []any{sales}},
			{`INSERT INTO app_user (tenant_id, id, name, name_key, email, email_key, language, theme, density, created_at, updated_at)
				VALUES (1, $1, 'Ola Nowicka', 'ola nowicka', 'ola@demo.example', 'ola@demo.example', 'pl', '', '', 0, 0)`, []any{ola}},
			{`INSERT INTO queue_member (tenant_id, queue_id, user_id, since) VALUES (1, $1, $2, 0)`, []any{support, ola}},
			{`INSERT INTO team (tenant_id, id, name, name_key, created_at, updated_at) VALUES (1, 1, 'North', 'north', 0, 0)`, nil},
			{`INSERT INTO team_member (tenant_id, team_id, user_id) VALUES (1, 1, $1), (1, 1, $2)`, []any{ola, kamil}},
		} {
			if _, err := db.Exec(c.ctx, tx, row.text, row.args...); err != nil {
				return err
			}
		}
		return nil
	})
	return c
}

func (c *centre) do(fn func(tx *db.Tx) error) {
	c.t.Helper()
	if err := c.db.Update(c.ctx, fn); err != nil {
		c.t.Fatal(err)
	}
}

// add makes a conversation with one message. Its deadline is minutes from the beginning; 0: none.
func (c *centre) add(subject, name string, brand id.Brand, w conversation.Work, minutes int) {
	c.t.Helper()
	c.do(func(tx *db.Tx) error {
		p, err := c.cust.Resolve(c.ctx, tx, customer.Seen{Brand: brand, Provider: "webchat", ExternalID: subject, DisplayName: name})
		if err != nil {
			return err
		}
		conv, _, err := c.convs.Open(c.ctx, tx, conversation.Thread{
			Brand: brand, EntryPoint: 20, Channel: "webchat", ExternalKey: subject, Customer: p.Customer, CustomerName: p.Name, Subject: subject,
		})
		if err != nil {
			return err
		}
		c.ids[subject] = conv.ID
		_, _, err = c.convs.Append(c.ctx, tx, &conv, conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByCustomer, Text: "?"})
		if err != nil {
			return err
		}
		if w.Interaction = id.New[id.Interaction](); minutes != 0 {
			w.DueAt = c.began.Add(time.Duration(minutes) * time.Minute)
		}
		return c.convs.ShowWork(c.ctx, tx, conv.ID, w)
	})
}

// fill adds the conversations of the tests below.
func (c *centre) fill() {
	c.t.Helper()
	c.add("a", "Zofia Wilk", falaNet, conversation.Work{State: "active", Queue: support, Agent: ola}, 30)
	c.add("b", "Adam Lis", falaNet, conversation.Work{State: "parked", Queue: support, Agent: ola}, 0)
	c.add("c", "Ewa Żak", falaNet, conversation.Work{State: "queued", Queue: support}, 20)
	c.add("d", "Jan Kos", falaNet, conversation.Work{State: "queued", Queue: support}, 10)
	c.add("e", "Nagy Ágnes", vasarfia, conversation.Work{State: "queued", Queue: sales}, 5)
	c.add("f", "Tóth Béla", vasarfia, conversation.Work{State: "active", Queue: sales, Agent: kamil}, 0)
	c.add("g", "Kiss Éva", vasarfia, conversation.Work{State: "closed", Queue: sales, Agent: kamil}, 0)
	c.add("h", "Piotr Bąk", falaNet, conversation.Work{State: "closed", Queue: support, Agent: ola}, 0)
	c.add("i", "Iga Bąk", falaNet, conversation.Work{State: "offered", Queue: support, Agent: ola}, 40)
}

func who(user id.User, rights actor.Rights, brands ...id.Brand) actor.Actor {
	a := actor.Actor{Kind: actor.User, Tenant: 1, User: user, Rights: rights, Brands: actor.Brands{Some: brands}}
	if len(brands) == 0 {
		a.Brands = actor.Brands{All: true}
	}
	return a
}

// key is an integration that may read conversations.
func key(scope actor.Scope) actor.Actor {
	return actor.Actor{Kind: actor.Key, Tenant: 1, Key: 7, Rights: actor.Rights{actor.ConversationRead: scope}, Brands: actor.Brands{All: true}}
}

func subjects(rows []worklist.Row) string {
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Subject
	}
	return strings.Join(names, " ")
}

func TestViewsShowWhatTheViewerMaySee(t *testing.T) {
	t.Parallel()
	agent, team := actor.Agent.Rights(), actor.Rights{actor.ConversationRead: actor.InTeam, actor.NamesRead: actor.InTeam}
	cases := []struct {
		name  string
		who   actor.Actor
		query worklist.Query
		want  string
	}{
		{"an agent's own by deadline", who(ola, agent, falaNet), worklist.Query{View: worklist.Mine}, "a b"},
		{"an agent's own, newest first", who(ola, agent, falaNet), worklist.Query{View: worklist.Mine, Sort: worklist.Newest}, "b a"},
		{"what waits in an agent's queues", who(ola, agent, falaNet), worklist.Query{View: worklist.Queues}, "d c i"},
		{"an expert pulls nothing", who(ola, actor.Expert.Rights(), falaNet), worklist.Query{View: worklist.Queues}, ""},
		{"no queues", who(kamil, agent), worklist.Query{View: worklist.Queues}, ""},
		{"all of an agent is the own", who(ola, agent, falaNet), worklist.Query{View: worklist.All}, "a b"},
		{"closed by an agent", who(ola, agent, falaNet), worklist.Query{View: worklist.Closed}, "h"},
		{"of another brand nothing", who(ola, agent, vasarfia), worklist.Query{View: worklist.Mine}, ""},
		{"all of a team", who(ola, team), worklist.Query{View: worklist.All, Sort: worklist.Newest}, "i f b a"},
		{"all of a brand", who(marta, actor.Supervisor.Rights(), falaNet), worklist.Query{View: worklist.All}, "d c a i b"},
		{"all of all brands", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.All, Sort: worklist.Oldest}, "a b c d e f i"},
		{"all that waits", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.Unassigned}, "e d c i"},
		{"closed, newest first", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.Closed}, "h g"},
		{"of one agent", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.All, Agent: kamil}, "f"},
		{"of one queue", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.All, Queue: sales}, "e f"},
		{"of one brand", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.Closed, Brand: vasarfia}, "g"},
		{"of a brand not granted", who(marta, actor.Supervisor.Rights(), falaNet), worklist.Query{View: worklist.All, Brand: vasarfia}, ""},
		{"of another channel", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.All, Channel: "email"}, ""},
		{"by the beginning of a name", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.Unassigned, Text: "zak"}, "c"},
		{"by two beginnings", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.All, Text: "ÁGN nagy"}, "e"},
		{"by subject", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.All, Text: "f"}, "f"},
		{"by a name out of reach", who(ola, agent, falaNet), worklist.Query{View: worklist.All, Text: "toth"}, ""},
		{"a key has no work of its own", key(actor.InBrand), worklist.Query{View: worklist.Mine}, ""},
		{"a key sees no more than work of its own", key(actor.Own), worklist.Query{View: worklist.All, Text: "adam"}, ""},
		{"a key that sees a team is in none", key(actor.InTeam), worklist.Query{View: worklist.All}, ""},
		{"by nothing that is there", who(marta, actor.Supervisor.Rights()), worklist.Query{View: worklist.All, Text: "qqq"}, ""},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.fill()
		for _, tc := range cases {
			tc.query.Limit = 50
			rows, err := c.List(actor.With(c.ctx, tc.who), tc.query)
			if err != nil || subjects(rows) != tc.want {
				t.Errorf("%s: %q, want %q, %v", tc.name, subjects(rows), tc.want, err)
			}
		}
		foreign := who(marta, actor.Administrator.Rights())
		foreign.Tenant = 2
		for _, view := range []worklist.View{worklist.Mine, worklist.Queues, worklist.Unassigned, worklist.All, worklist.Closed, worklist.Mentions} {
			if rows, err := c.List(actor.With(c.ctx, foreign), worklist.Query{View: view, Limit: 9}); err != nil || len(rows) != 0 {
				t.Errorf("another tenant's %s: %q %v", view, subjects(rows), err)
			}
		}
		if _, err := c.List(actor.With(c.ctx, who(marta, actor.BrandViewer.Rights())), worklist.Query{}); !errs.Is(errs.Forbidden, err) {
			t.Errorf("without the right: %v", err)
		}
	})
}

func TestARowShowsNamesMarksAndDraft(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.fill()
		ctx := actor.With(c.ctx, who(ola, actor.Agent.Rights(), falaNet))
		if _, err := c.convs.SaveDraft(ctx, c.ids["a"], conversation.Draft{Mode: conversation.DraftReply, Body: "Dzień", Rev: 1}); err != nil {
			t.Fatal(err)
		}
		rows, err := c.List(ctx, worklist.Query{View: worklist.Mine, Limit: 1})
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		r := rows[0]
		if r.CustomerName != "Zofia Wilk" || r.QueueName != "Wsparcie" || r.AgentName != "Ola Nowicka" || !r.Drafted || r.Unread() != 1 || r.LastPreview != "?" {
			t.Errorf("%+v", r)
		}
		if err := c.convs.MarkRead(ctx, c.ids["a"], 1); err != nil {
			t.Fatal(err)
		}
		some, err := c.Rows(ctx, []id.Conversation{c.ids["a"], c.ids["f"]})
		if err != nil || subjects(some) != "a" || some[0].Unread() != 0 {
			t.Errorf("%q %v", subjects(some), err)
		}
		blind := who(marta, actor.Rights{actor.ConversationRead: actor.InBrand})
		masked, err := c.Rows(actor.With(c.ctx, blind), []id.Conversation{c.ids["a"]})
		if err != nil || masked[0].CustomerName != "Z. W." {
			t.Errorf("%+v %v", masked, err)
		}
	})
}

func TestPagesNeitherRepeatNorSkip(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		for i := range 23 {
			c.add(fmt.Sprintf("%02d", i), "X", []id.Brand{falaNet, vasarfia}[i%2], conversation.Work{State: "queued", Queue: support}, i%4)
		}
		ctx := actor.With(c.ctx, who(marta, actor.Supervisor.Rights()))
		for _, sort := range []worklist.Sort{worklist.ByDeadline, worklist.Newest, worklist.Oldest} {
			whole, err := c.List(ctx, worklist.Query{View: worklist.All, Sort: sort, Limit: 100})
			if err != nil || len(whole) != 23 {
				t.Fatalf("%d rows, %v", len(whole), err)
			}
			var paged []worklist.Row
			q := worklist.Query{View: worklist.All, Sort: sort, Limit: 4}
			for {
				page, err := c.List(ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				paged = append(paged, page[:min(len(page), q.Limit)]...)
				if len(page) <= q.Limit {
					break
				}
				q.After = page[q.Limit-1].Cursor()
			}
			if subjects(paged) != subjects(whole) {
				t.Errorf("%s: %q, whole %q", sort, subjects(paged), subjects(whole))
			}
		}
	})
}

func TestWhoWaitsForTheNextAnswerComesBeforeWhoDoesNot(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		for _, subject := range []string{"answered", "again", "longest"} {
			c.add(subject, "X", falaNet, conversation.Work{State: "active", Queue: support, Agent: ola}, 0)
		}
		c.add("deadline", "X", falaNet, conversation.Work{State: "active", Queue: support, Agent: ola}, 60)
		write := func(subject string, author conversation.Author) {
			c.do(func(tx *db.Tx) error {
				conv, err := c.convs.Lock(c.ctx, tx, c.ids[subject])
				if err != nil {
					return err
				}
				_, _, err = c.convs.Append(c.ctx, tx, &conv, conversation.NewEntry{Kind: conversation.Message, Author: author, Text: "x"})
				return err
			})
		}
		write("answered", conversation.ByAgent)
		write("again", conversation.ByAgent)
		write("again", conversation.ByCustomer)
		ctx := actor.With(c.ctx, who(ola, actor.Agent.Rights(), falaNet))
		var order []worklist.Row
		for q := (worklist.Query{View: worklist.Mine, Limit: 1}); len(order) < 5; q.After = order[len(order)-1].Cursor() {
			page, err := c.List(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			order = append(order, page[:min(len(page), 1)]...)
			if len(page) < 2 {
				break
			}
		}
		if got := subjects(order); got != "deadline longest again answered" {
			t.Errorf("%q", got)
		}
		if len(order) == 4 && (order[1].UnansweredSince.IsZero() || !order[3].UnansweredSince.IsZero()) {
			t.Errorf("waits since %v and %v", order[1].UnansweredSince, order[3].UnansweredSince)
		}
	})
}

func TestCountsAgreeWithTheLists(t *testing.T) {
	t.Parallel()
	viewers := map[string]actor.Actor{
		"agent":      who(ola, actor.Agent.Rights(), falaNet),
		"expert":     who(kamil, actor.Expert.Rights()),
		"team":       who(kamil, actor.Rights{actor.ConversationRead: actor.InTeam}),
		"supervisor": who(marta, actor.Supervisor.Rights(), vasarfia),
		"key":        key(actor.InBrand),
		"own key":    key(actor.Own),
		"everything": who(marta, actor.Administrator.Rights()),
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.fill()
		_, err := c.convs.AddNote(c.ctx, conversation.NoteInput{Conversation: c.ids["e"], Text: "@Kamil", Mentions: []id.User{kamil}})
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range viewers {
			ctx := actor.With(c.ctx, v)
			counts, err := c.Counts(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var listed []int
			for _, view := range []worklist.View{worklist.Mine, worklist.Queues, worklist.Unassigned, worklist.All, worklist.Mentions} {
				rows, err := c.List(ctx, worklist.Query{View: view, Limit: 100})
				if err != nil {
					t.Fatal(err)
				}
				listed = append(listed, len(rows))
			}
			if got := []int{counts.Mine, counts.Queues, counts.Unassigned, counts.All, counts.Mentions}; !slices.Equal(got, listed) {
				t.Errorf("%s: counts %v, lists %v", name, got, listed)
			}
		}
	})
}

func TestOpenShowsOneWithItsWork(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.fill()
		c.do(func(tx *db.Tx) error {
			_, err := db.Exec(c.ctx, tx, `INSERT INTO interaction (tenant_id, id, conversation_id, brand_id, channel, direction, state, queue_id, agent_id, arrived_at)
				VALUES (1, 900, $1, 10, 'webchat', 'in', 'active', $2, $3, 1)`, c.ids["a"], support, ola)
			return err
		})
		detail, err := c.Open(actor.With(c.ctx, who(ola, actor.Agent.Rights(), falaNet)), c.ids["a"])
		if err != nil || len(detail.Interactions) != 1 || detail.Interactions[0].AgentName != "Ola Nowicka" || detail.Subject != "a" {
			t.Errorf("%+v %v", detail, err)
		}
		if _, err := c.Open(actor.With(c.ctx, who(ola, actor.Agent.Rights(), falaNet)), c.ids["f"]); !errs.Is(errs.NotFound, err) {
			t.Errorf("another's gives %v", err)
		}
	})
}

func TestQueriesAreChecked(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	c := newCentre(t, d)
	for _, q := range []worklist.Query{{View: "x"}, {Sort: "y"}} {
		if _, err := c.List(c.ctx, q); !errs.Is(errs.Invalid, err) {
			t.Errorf("%+v gives %v", q, err)
		}
	}
}
