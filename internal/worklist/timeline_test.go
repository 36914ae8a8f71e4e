package worklist_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/survey"
	"github.com/zongler/zongler/internal/worklist"
)

// story is a centre whose clock goes on by a minute with everything that happens.
type story struct {
	*centre

	cases  *casework.Service
	now    time.Time
	people map[string]id.Customer
}

var storyBegan = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func newStory(t *testing.T, d *db.DB) *story {
	t.Helper()
	s := &story{now: storyBegan, people: map[string]id.Customer{}}
	s.centre = newCentre(t, d.At(func() time.Time { return s.now }))
	s.cases = s.caseService()
	return s
}

// caseService makes cases possible, without any.
func (c *centre) caseService() *casework.Service {
	setup := casework.NewSetup(c.db)
	c.do(func(tx *db.Tx) error { return setup.Founded(c.ctx, tx) })
	return casework.New(c.db, setup, caseWorld{c}, caseWorld{c})
}

func (s *story) pass() { s.now = s.now.Add(time.Minute) }

// says adds a message of a customer on a channel; the thread is known by its name.
func (s *story) says(who, channel, thread, text string) conversation.Entry {
	s.t.Helper()
	return s.write(who, channel, thread, conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByCustomer, Text: text})
}

func (s *story) write(who, channel, thread string, n conversation.NewEntry) (e conversation.Entry) {
	s.t.Helper()
	s.pass()
	s.do(func(tx *db.Tx) error {
		p, err := s.cust.Resolve(s.ctx, tx, customer.Seen{Brand: falaNet, Provider: channel, ExternalID: who, DisplayName: who})
		if err != nil {
			return err
		}
		s.people[who+" "+channel] = p.Customer
		c, _, err := s.convs.Open(s.ctx, tx, conversation.Thread{
			Brand: falaNet, EntryPoint: 20, Channel: channel, ExternalKey: thread, ContactPoint: p.ContactPoint, Customer: p.Customer, CustomerName: p.Name, Subject: thread,
		})
		if err != nil {
			return err
		}
		s.ids[thread] = c.ID
		e, _, err = s.convs.Append(s.ctx, tx, &c, n)
		return err
	})
	return e
}

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// told writes moments as words.
func told(moments []worklist.Moment) []string {
	out := make([]string, len(moments))
	for i, m := range moments {
		text := m.Text
		if m.Kind == worklist.CaseDone || m.Kind == worklist.Identity || m.Kind == worklist.Consented {
			text = m.Code
		}
		out[i] = string(m.Kind) + " " + text
	}
	return out
}

func (s *story) timeline(a actor.Actor, q worklist.TimelineQuery) []worklist.Moment {
	s.t.Helper()
	q.Limit = max(q.Limit, 50)
	moments, next, err := s.Timeline(actor.With(s.ctx, a), q)
	if err != nil || next != nil {
		s.t.Fatalf("%v, next %v", err, next)
	}
	return moments
}

// live lets a complaint begin by mail and end with a note, over two records that are one person.
func (s *story) live() (zofia id.Customer) {
	s.says("Zofia", "email", "invoice", "My invoice is wrong")
	k, err := s.cases.Open(s.ctx, casework.Opening{Conversation: s.ids["invoice"], Priority: casework.Normal})
	s.must(err)
	s.says("Zofia", "webchat", "chat", "It is me again")
	s.pass()
	_, err = s.cust.JoinInto(s.ctx, s.people["Zofia webchat"], s.people["Zofia email"], "agent")
	s.must(err)
	s.pass()
	_, err = s.cases.Update(s.ctx, k.ID, casework.Change{Priority: new(casework.High)})
	s.must(err)
	s.pass()
	_, err = s.cases.AddNote(s.ctx, k.ID, "Called and settled", "")
	s.must(err)
	s.pass()
	_, err = s.convs.AddNote(s.ctx, conversation.NoteInput{Conversation: s.ids["chat"], Text: "Was angry"})
	s.must(err)
	s.pass()
	s.do(func(tx *db.Tx) error {
		_, err := survey.NewService(s.db, staff{}, s.convs).Answer(s.ctx, tx, survey.Given{
			Conversation: s.ids["chat"], Interaction: 77, Brand: falaNet, Agent: ola, Channel: "webchat", Stars: 4, Comment: "Quick",
		})
		return err
	})
	s.pass()
	_, err = s.cust.NoteConsent(s.ctx, s.people["Zofia email"], customer.Consent{State: customer.Given, Purpose: "marketing", What: "Offers"})
	s.must(err)
	return s.people["Zofia email"]
}

func TestATimelineTellsEverythingOfWhoIsHeldToBeOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStory(t, d)
		zofia := s.live()
		s.says("Adam", "webchat", "other", "Somebody else")
		all := []string{
			"consent given", "survey Quick", "note Was angry", "note Called and settled", "case case.update", "join joined",
			"message It is me again", "case case.open", "message My invoice is wrong",
		}
		supervisor := who(marta, actor.Supervisor.Rights())
		got := s.timeline(supervisor, worklist.TimelineQuery{Customer: zofia})
		if want := slices.DeleteFunc(told(got), func(m string) bool { return m == "case case.link" }); !slices.Equal(want, all) {
			t.Errorf("%q", want)
		}
		// Whoever was joined into another tells the same.
		if joined := s.timeline(supervisor, worklist.TimelineQuery{Customer: s.people["Zofia webchat"]}); !slices.Equal(told(joined), told(got)) {
			t.Errorf("of who was joined: %q", told(joined))
		}
		for name, x := range map[string]struct {
			q    worklist.TimelineQuery
			want []string
		}{
			"one channel":         {worklist.TimelineQuery{Channel: "webchat"}, []string{"survey Quick", "note Was angry", "message It is me again"}},
			"one kind":            {worklist.TimelineQuery{Kinds: []worklist.MomentKind{worklist.Noted}}, []string{"note Was angry", "note Called and settled"}},
			"kind and channel":    {worklist.TimelineQuery{Kinds: []worklist.MomentKind{worklist.Said, worklist.CaseDone}, Channel: "email"}, []string{"message My invoice is wrong"}},
			"before the chat":     {worklist.TimelineQuery{Before: worklist.Before(storyBegan.Add(2 * time.Minute)), Kinds: []worklist.MomentKind{worklist.Said}}, []string{"message My invoice is wrong"}},
			"before all of it":    {worklist.TimelineQuery{Before: worklist.Before(storyBegan)}, nil},
			"joins":               {worklist.TimelineQuery{Kinds: []worklist.MomentKind{worklist.Identity}}, []string{"join joined"}},
			"consents, no others": {worklist.TimelineQuery{Kinds: []worklist.MomentKind{worklist.Consented}}, []string{"consent given"}},
		} {
			x.q.Customer = zofia
			if got := told(s.timeline(supervisor, x.q)); !slices.Equal(got, x.want) {
				t.Errorf("%s: %q, want %q", name, got, x.want)
			}
		}
		for _, m := range got {
			switch {
			case m.Kind == worklist.CaseDone && m.Code == "case.update":
				if m.CaseNumber != 1 || m.Subject != "invoice" || len(m.Changes) != 1 || m.Changes[0].Path != "priority" {
					t.Errorf("%+v", m)
				}
			case m.Kind == worklist.Said && m.Channel == "email":
				if m.Subject != "invoice" || m.Author != conversation.ByCustomer || m.CustomerID != zofia || m.Customer != "Zofia" || !m.At.Equal(storyBegan.Add(time.Minute)) {
					t.Errorf("%+v", m)
				}
			case m.Kind == worklist.Rated:
				if m.Stars != 4 || m.Who != "Ola Nowicka" || m.ConversationID != s.ids["chat"] {
					t.Errorf("%+v", m)
				}
			}
		}
		if _, _, err := s.Timeline(s.ctx, worklist.TimelineQuery{Customer: zofia, Kinds: []worklist.MomentKind{"call"}}); !errs.Is(errs.Invalid, err) {
			t.Errorf("an unknown kind: %v", err)
		}
	})
}

func TestATimelineShowsOnlyWhatTheViewerMaySee(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStory(t, d)
		zofia := s.live()
		s.do(func(tx *db.Tx) error { // Ola works on the chat alone
			return s.convs.ShowWork(s.ctx, tx, s.ids["chat"], conversation.Work{Interaction: 77, State: "active", Queue: support, Agent: ola})
		})
		identity := []string{"consent given", "join joined"}
		for name, x := range map[string]struct {
			who  actor.Actor
			want []string
		}{
			"an agent, of a chat":      {who(ola, actor.Agent.Rights(), falaNet), []string{"consent given", "survey Quick", "note Was angry", "join joined", "message It is me again"}},
			"an agent, of nothing":     {who(kamil, actor.Agent.Rights(), falaNet), identity},
			"of another brand":         {who(marta, actor.Supervisor.Rights(), vasarfia), nil},
			"customers alone":          {who(marta, actor.Rights{actor.CustomerRead: actor.InBrand, actor.NamesRead: actor.InBrand}), identity},
			"a key sees a brand's own": {actor.Actor{Kind: actor.Key, Tenant: 1, Key: 7, Rights: actor.Rights{actor.CustomerRead: actor.InBrand, actor.ConversationRead: actor.Own}, Brands: actor.Brands{All: true}}, identity},
			"another tenant":           {actor.Actor{Kind: actor.User, Tenant: 2, User: marta, Rights: actor.Administrator.Rights(), Brands: actor.Brands{All: true}}, nil},
		} {
			got := told(s.timeline(x.who, worklist.TimelineQuery{Customer: zofia}))
			if !slices.Equal(got, x.want) {
				t.Errorf("%s: %q, want %q", name, got, x.want)
			}
		}
		nameless := who(marta, actor.Rights{actor.CustomerRead: actor.InBrand, actor.ConversationRead: actor.InBrand})
		for _, m := range s.timeline(nameless, worklist.TimelineQuery{Customer: zofia}) {
			if m.Customer != "" && m.Customer != "Z." || m.Kind == worklist.Identity && m.OtherName != "Z." || m.Kind == worklist.Consented && m.Text != "" {
				t.Errorf("who may read no names reads %+v", m)
			}
		}
		if _, _, err := s.Timeline(actor.With(s.ctx, who(marta, actor.BrandViewer.Rights())), worklist.TimelineQuery{Customer: zofia}); !errs.Is(errs.Forbidden, err) {
			t.Errorf("without the right: %v", err)
		}
	})
}

func TestWhatWasTakenBackIsNotTold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStory(t, d)
		first := s.says("Zofia", "own", "t", "My PIN is 1234")
		second := s.says("Zofia", "own", "t", "Helo")
		s.write("Zofia", "own", "t", conversation.NewEntry{Kind: conversation.Edit, Author: conversation.ByCustomer, Target: second.ID, Text: "Hello"})
		s.write("Zofia", "own", "t", conversation.NewEntry{Kind: conversation.Deletion, Author: conversation.ByCustomer, Target: first.ID})
		got := s.timeline(who(marta, actor.Supervisor.Rights()), worklist.TimelineQuery{Customer: s.people["Zofia own"]})
		if !slices.Equal(told(got), []string{"message Hello", "message "}) || !got[1].Deleted {
			t.Errorf("%q", told(got))
		}
		long := s.says("Zofia", "own", "t", strings.Repeat("ż", 2500))
		got = s.timeline(who(marta, actor.Supervisor.Rights()), worklist.TimelineQuery{Customer: s.people["Zofia own"]})
		if got[0].ID != int64(long.ID) || len([]rune(got[0].Text)) != 2000 || !got[0].Cut || got[1].Cut {
			t.Errorf("a long text has %d letters, cut %v", len([]rune(got[0].Text)), got[0].Cut)
		}
	})
}

// pages reads a timeline page by page and fails if it does not get on.
func (s *story) pages(q worklist.TimelineQuery) (all []worklist.Moment, pages int) {
	s.t.Helper()
	for {
		moments, next, err := s.Timeline(actor.With(s.ctx, who(marta, actor.Supervisor.Rights())), q)
		s.must(err)
		all = append(all, moments...)
		if pages++; next == nil {
			return all, pages
		}
		if pages > 500 {
			s.t.Fatal("a timeline that does not end")
		}
		data, err := json.Marshal(next) // as it travels
		s.must(err)
		q.Before = worklist.MomentCursor{}
		s.must(json.Unmarshal(data, &q.Before))
	}
}

func TestPagesOfATimelineNeitherRepeatNorSkip(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStory(t, d)
		for round := range 3 { // threads that are alive beside each other, and more of them than are read at once
			for thread := range 40 {
				s.says("Zofia", "email", fmt.Sprintf("t%02d", thread), fmt.Sprintf("%d-%02d", round, thread))
			}
		}
		zofia := s.people["Zofia email"]
		_, err := s.cases.Open(s.ctx, casework.Opening{Conversation: s.ids["t05"], Priority: casework.Normal})
		s.must(err)
		for n := range 7 {
			s.pass()
			_, err := s.cust.NoteConsent(s.ctx, zofia, customer.Consent{State: customer.Given, Purpose: "surveys", What: fmt.Sprint(n)})
			s.must(err)
		}
		whole, _ := s.pages(worklist.TimelineQuery{Customer: zofia, Limit: 100})
		if len(whole) < 120+7+1 {
			t.Fatalf("%d moments", len(whole))
		}
		if !slices.IsSortedFunc(whole, func(a, b worklist.Moment) int { return b.At.Compare(a.At) }) {
			t.Error("not the newest first")
		}
		for _, size := range []int{1, 7, 50} {
			got, _ := s.pages(worklist.TimelineQuery{Customer: zofia, Limit: size})
			if !slices.EqualFunc(got, whole, func(a, b worklist.Moment) bool { return a.ID == b.ID && a.Kind == b.Kind }) {
				t.Errorf("pages of %d: %d moments, whole %d", size, len(got), len(whole))
			}
		}
	})
}

func TestAPageEndsWhereLookingFurtherWouldTakeTooLong(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStory(t, d)
		const threads = 600 // many more than one page looks through
		s.says("Zofia", "email", "first", "hello")
		s.pass()
		_, err := s.convs.AddNote(s.ctx, conversation.NoteInput{Conversation: s.ids["first"], Text: "the only note"})
		s.must(err)
		for n := range threads {
			s.says("Zofia", "email", fmt.Sprint("t", n), "x")
		}
		notes, pages := s.pages(worklist.TimelineQuery{Customer: s.people["Zofia email"], Kinds: []worklist.MomentKind{worklist.Noted}, Limit: 50})
		if !slices.Equal(told(notes), []string{"note the only note"}) || pages < 2 {
			t.Errorf("%q in %d pages", told(notes), pages)
		}
	})
}

func TestATimelineOfAnOrganisationIsThatOfItsPeople(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStory(t, d)
		s.says("Zofia", "email", "a", "from Zofia")
		s.says("Adam", "webchat", "b", "from Adam")
		s.says("Ewa", "webchat", "c", "from Ewa")
		firm, err := customer.NewOrganisations(s.cust).Create(s.ctx, falaNet, customer.OrganisationDetails{Name: new("Firma")})
		s.must(err)
		for _, who := range []string{"Zofia email", "Adam webchat"} {
			_, err := s.cust.Update(s.ctx, s.people[who], customer.Details{Organisation: &firm.ID})
			s.must(err)
		}
		got := told(s.timeline(who(marta, actor.Supervisor.Rights()), worklist.TimelineQuery{Organisation: firm.ID}))
		if !slices.Equal(got, []string{"message from Adam", "message from Zofia"}) {
			t.Errorf("%q", got)
		}
		_, err = s.cases.Open(s.ctx, casework.Opening{Conversation: s.ids["b"], Priority: casework.Normal})
		s.must(err)
		cases, err := s.Cases(actor.With(context.WithoutCancel(s.ctx), who(marta, actor.Supervisor.Rights())), worklist.CaseQuery{Organisation: firm.ID, Sort: worklist.ByNumber, Limit: 5})
		if err != nil || caseSubjects(cases) != "b" {
			t.Errorf("%q %v", caseSubjects(cases), err)
		}
	})
}

func TestPromisesAreWhatIsNotDoneYet(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStory(t, d)
		zofia := s.live()
		entry := s.write("Zofia", "email", "invoice", conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByAgent, User: ola, Text: "Later"})
		s.do(func(tx *db.Tx) error {
			later, until := time.Now().Add(time.Hour), time.Now().Add(24*time.Hour)
			for _, row := range []struct {
				text string
				args []any
			}{
				{`INSERT INTO dispatch (tenant_id, entry_id, due_at, based_on_seq) VALUES (1, $1, $2, 1)`, []any{entry.ID, later}},
				{`INSERT INTO interaction (tenant_id, id, conversation_id, brand_id, channel, direction, state, arrived_at, parked_until)
					VALUES (1, 77, $1, 10, 'webchat', 'in', 'parked', 1, $2)`, []any{s.ids["chat"], until}},
				{`INSERT INTO sla_policy (tenant_id, id, name, targets, hours, created_at, changed_at) VALUES (1, 5, 'Gold', '{}', 'always', 0, 0)`, nil},
				{`INSERT INTO clock (tenant_id, id, case_id, brand_id, kind, policy_id, state, target_seconds, started_at, due_at)
					SELECT 1, 6, id, 10, 'resolution', 5, 'running', 3600, 1, 9 FROM case_file WHERE tenant_id = 1`, nil},
				{`INSERT INTO clock (tenant_id, id, case_id, brand_id, kind, policy_id, state, target_seconds, started_at, ended_at)
					SELECT 1, 7, id, 10, 'first_response', 5, 'met', 3600, 1, 9 FROM case_file WHERE tenant_id = 1`, nil},
			} {
				if _, err := db.Exec(s.ctx, tx, row.text, row.args...); err != nil {
					return err
				}
			}
			return s.convs.ShowWork(s.ctx, tx, s.ids["chat"], conversation.Work{Interaction: 77, State: "parked", Queue: support, Agent: ola})
		})
		p, err := s.Promises(actor.With(s.ctx, who(marta, actor.Supervisor.Rights())), zofia)
		if err != nil || len(p.Cases) != 1 || len(p.Cases[0].Clocks) != 1 || p.Cases[0].Clocks[0].Kind != "resolution" || p.Cases[0].Clocks[0].PolicyName != "Gold" {
			t.Errorf("%+v %v", p.Cases, err)
		}
		if len(p.Talks) != 1 || p.Talks[0].Subject != "chat" || p.Talks[0].ParkedUntil.IsZero() {
			t.Errorf("%+v", p.Talks)
		}
		if len(p.Planned) != 1 || p.Planned[0].EntryID != entry.ID || p.Planned[0].Subject != "invoice" {
			t.Errorf("%+v", p.Planned)
		}
		none, err := s.Promises(actor.With(s.ctx, who(kamil, actor.Agent.Rights(), falaNet)), zofia)
		if err != nil || len(none.Cases)+len(none.Talks)+len(none.Planned) != 0 {
			t.Errorf("an agent who works on nothing of it sees %+v %v", none, err)
		}
		other, err := s.Promises(actor.With(s.ctx, who(marta, actor.Supervisor.Rights(), vasarfia)), zofia)
		if err != nil || len(other.Cases)+len(other.Talks)+len(other.Planned) != 0 {
			t.Errorf("another brand's supervisor sees %+v %v", other, err)
		}
	})
}
