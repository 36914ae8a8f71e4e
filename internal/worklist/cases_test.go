package worklist_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/worklist"
)

// caseWorld lets cases know the centre.
type caseWorld struct{ c *centre }

func (caseWorld) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) { return nil, nil }

func (caseWorld) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return users, nil
}

func (caseWorld) TeamsOf(context.Context, db.Queryer, id.User) ([]id.Team, error) { return nil, nil }

func (caseWorld) HasTeam(context.Context, db.Queryer, id.Team) (bool, error) { return true, nil }

func (w caseWorld) Readable(ctx context.Context, q db.Queryer, key id.Conversation) (casework.Thread, error) {
	c, err := w.c.convs.Find(ctx, q, key)
	return casework.Thread{ID: c.ID, Brand: c.BrandID, Customer: c.CustomerID, Subject: c.Subject}, err
}

func (w caseWorld) Find(ctx context.Context, q db.Queryer, key id.Conversation) (casework.Thread, error) {
	return w.Readable(ctx, q, key)
}

func (caseWorld) OfInteraction(context.Context, db.Queryer, id.Interaction) (id.Conversation, error) {
	return 0, errs.E(errs.NotFound, "test", nil)
}

func (w caseWorld) BrandOf(ctx context.Context, q db.Queryer, key id.Customer) (id.Brand, error) {
	return w.c.cust.BrandOf(ctx, q, key)
}

// matters adds cases to a centre, known by their subjects.
func (c *centre) matters() (*casework.Service, *casework.Setup, map[string]casework.Case) {
	c.t.Helper()
	setup := casework.NewSetup(c.db)
	s := casework.New(c.db, setup, caseWorld{c}, caseWorld{c})
	c.do(func(tx *db.Tx) error { return setup.Founded(c.ctx, tx) })
	made := map[string]casework.Case{}
	for _, o := range []casework.Opening{
		{Subject: "olas", Brand: falaNet, Owner: ola},
		{Subject: "kamils", Brand: falaNet, Owner: kamil},
		{Subject: "norths", Brand: falaNet, Team: 1},
		{Subject: "szamla", Brand: vasarfia},
		{Conversation: c.ids["a"]},
		{Conversation: c.ids["f"]},
	} {
		o.Priority = casework.Normal
		k, err := s.Open(c.ctx, o)
		if err != nil {
			c.t.Fatal(err)
		}
		made[k.Subject] = k
	}
	if _, err := s.Update(c.ctx, made["kamils"].ID, casework.Change{Status: new(id.CaseStatus(5))}); err != nil {
		c.t.Fatal(err)
	}
	if err := s.Watch(c.ctx, made["szamla"].ID, ola, true); err != nil {
		c.t.Fatal(err)
	}
	return s, setup, made
}

func caseSubjects(rows []worklist.CaseRow) string {
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Subject
	}
	return strings.Join(names, " ")
}

func TestCasesOfEachView(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.fill()
		_, setup, made := c.matters()
		supervisor := actor.Supervisor.Rights()
		team := actor.Rights{actor.CaseRead: actor.InTeam}
		cases := []struct {
			name string
			who  actor.Actor
			q    worklist.CaseQuery
			want string
		}{
			{"an agent's own", who(ola, actor.Agent.Rights()), worklist.CaseQuery{}, "olas"},
			{"of the agent's teams", who(ola, actor.Agent.Rights()), worklist.CaseQuery{View: worklist.CasesTeam}, "norths"},
			{"with those of colleagues", who(ola, team), worklist.CaseQuery{View: worklist.CasesTeam, Category: casework.Done}, "kamils"},
			{"watched", who(ola, actor.Agent.Rights()), worklist.CaseQuery{View: worklist.CasesWatching}, "szamla"},
			{"all that lists show an agent", who(ola, actor.Agent.Rights()), worklist.CaseQuery{View: worklist.CasesAll}, "olas norths szamla"},
			{"all of a supervisor", who(marta, supervisor), worklist.CaseQuery{View: worklist.CasesAll}, "olas norths szamla a f"},
			{"of one brand", who(marta, supervisor, vasarfia), worklist.CaseQuery{View: worklist.CasesAll}, "szamla f"},
			{"the newest first", who(marta, supervisor), worklist.CaseQuery{View: worklist.CasesAll, Sort: worklist.ByNumber, Limit: 2}, "f a szamla"},
			{"done", who(marta, supervisor), worklist.CaseQuery{View: worklist.CasesAll, Category: casework.Done}, "kamils"},
			{"of a category", who(marta, supervisor), worklist.CaseQuery{View: worklist.CasesAll, Category: casework.Working}, ""},
			{"by the beginning of the subject", who(marta, supervisor), worklist.CaseQuery{Text: "SZÁM"}, "szamla"},
			{"by number", who(marta, supervisor), worklist.CaseQuery{Text: fmt.Sprintf("#%d", made["kamils"].Number)}, "kamils"},
			{"by number, of another", who(marta, actor.Agent.Rights()), worklist.CaseQuery{Text: fmt.Sprintf("#%d", made["kamils"].Number)}, ""},
			{"of a customer", who(marta, supervisor), worklist.CaseQuery{Customer: made["a"].CustomerID}, "a"},
			{"of a customer, by who works on the conversation", who(ola, actor.Agent.Rights()), worklist.CaseQuery{Customer: made["a"].CustomerID}, "a"},
			{"of a customer, by who does not", who(marta, actor.Agent.Rights()), worklist.CaseQuery{Customer: made["a"].CustomerID}, ""},
			{"of a key", actor.Actor{Kind: actor.Key, Tenant: 1, Key: 7, Rights: actor.Rights{actor.CaseRead: actor.Own}, Brands: actor.Brands{All: true}}, worklist.CaseQuery{View: worklist.CasesAll}, ""},
		}
		for _, x := range cases {
			if x.q.Limit == 0 {
				x.q.Limit = 50
			}
			rows, err := c.Cases(actor.With(c.ctx, x.who), x.q)
			if got := caseSubjects(rows); err != nil || got != x.want {
				t.Errorf("%s: %q, want %q, %v", x.name, got, x.want, err)
			}
		}
		if _, err := c.cust.JoinInto(c.ctx, made["a"].CustomerID, made["f"].CustomerID, ""); errs.CodeOf(err) != "customer.other_brand" {
			t.Errorf("joined over brands: %v", err)
		}
		c.add("twin", "Zofia Wilk", falaNet, conversation.Work{}, 0)
		twin, err := c.convs.Find(c.ctx, d, c.ids["twin"])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.cust.JoinInto(c.ctx, made["a"].CustomerID, twin.CustomerID, ""); err != nil {
			t.Fatal(err)
		}
		joined, err := c.Cases(actor.With(c.ctx, who(marta, supervisor)), worklist.CaseQuery{Customer: twin.CustomerID, Limit: 5})
		if err != nil || caseSubjects(joined) != "a" {
			t.Errorf("of one who is the other: %+v, %v", joined, err)
		}
		n, err := c.CountCases(actor.With(c.ctx, who(marta, supervisor)), 0)
		if err != nil || n.All != 5 || n.Categories[casework.Fresh] != 5 || n.Mine != 0 {
			t.Errorf("%+v, %v", n, err)
		}
		statuses, err := setup.Statuses(c.ctx, false)
		if err != nil {
			t.Fatal(err)
		}
		board, err := c.Board(actor.With(c.ctx, who(marta, supervisor)), worklist.CaseQuery{View: worklist.CasesAll, Limit: 2}, statuses)
		if err != nil || len(board) != 5 || board[0].Count != 5 || caseSubjects(board[0].Rows) != "olas norths" || caseSubjects(board[4].Rows) != "kamils" || board[4].Count != 1 {
			t.Errorf("%+v, %v", board, err)
		}
		nameless := who(marta, actor.Rights{actor.CaseRead: actor.InBrand})
		rows, err := c.Cases(actor.With(c.ctx, nameless), worklist.CaseQuery{Customer: made["a"].CustomerID, Limit: 5})
		if err != nil || len(rows) != 1 || strings.Contains(rows[0].CustomerName, "Wilk") || rows[0].CustomerName == "" {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}

func TestPagesOfCasesGoOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.fill()
		c.matters()
		ctx := actor.With(c.ctx, who(marta, actor.Supervisor.Rights()))
		for _, sort := range []worklist.Sort{worklist.ByDeadline, worklist.ByNumber} {
			whole, err := c.Cases(ctx, worklist.CaseQuery{View: worklist.CasesAll, Sort: sort, Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			var parts []worklist.CaseRow
			var after worklist.CaseCursor
			for {
				page, err := c.Cases(ctx, worklist.CaseQuery{View: worklist.CasesAll, Sort: sort, Limit: 2, After: after})
				if err != nil {
					t.Fatal(err)
				}
				more := len(page) > 2
				page = page[:min(2, len(page))]
				parts = append(parts, page...)
				if !more {
					break
				}
				after = page[1].Cursor()
			}
			if caseSubjects(parts) != caseSubjects(whole) || len(whole) != 5 {
				t.Errorf("%s: %q in pages, %q whole", sort, caseSubjects(parts), caseSubjects(whole))
			}
		}
	})
}

func TestACaseShowsWhatGoesOnInIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCentre(t, d)
		c.fill()
		s, _, made := c.matters()
		c.add("a2", "Zofia Wilk", falaNet, conversation.Work{State: "active", Queue: support, Agent: kamil}, 0)
		if _, err := s.Link(c.ctx, made["olas"].ID, casework.Link{Kind: casework.OfConversation, ConversationID: c.ids["a2"]}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Merge(c.ctx, made["a"].ID, made["olas"].ID, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Link(c.ctx, made["norths"].ID, casework.Link{Kind: casework.ChildOf, OtherID: made["olas"].ID}); err != nil {
			t.Fatal(err)
		}
		all, err := c.Case(actor.With(c.ctx, who(marta, actor.Supervisor.Rights())), made["olas"].ID)
		if err != nil || len(all.Conversations) != 2 || caseSubjects(all.Merged) != "a" || caseSubjects(all.Others) != "norths" || len(all.Links) != 2 {
			t.Errorf("%+v, %v", all, err)
		}
		own, err := c.Case(actor.With(c.ctx, who(ola, actor.Agent.Rights())), made["olas"].ID)
		if err != nil || len(own.Conversations) != 1 || own.Conversations[0].Subject != "a" {
			t.Errorf("an agent sees conversations of others: %+v, %v", own.Conversations, err)
		}
		of, err := c.CasesOf(actor.With(c.ctx, who(ola, actor.Agent.Rights())), c.ids["a"])
		if err != nil || caseSubjects(of) != "a" || of[0].MergedInto != made["olas"].ID {
			t.Errorf("%+v, %v", of, err)
		}
		if _, err := c.CasesOf(actor.With(c.ctx, who(ola, actor.Agent.Rights())), c.ids["f"]); !errs.Is(errs.NotFound, err) {
			t.Errorf("of another's conversation: %v", err)
		}
	})
}
