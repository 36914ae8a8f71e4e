package catalogue_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/catalogue"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/search"
)

const (
	falaNet  id.Brand = 10
	vasarfia id.Brand = 11
	ola      id.User  = 5
	point             = id.EntryPoint(3)
)

// site is a small centre of which everything can be found.
type site struct {
	t             *testing.T
	db            *db.DB
	conversations *conversation.Service
	customers     *customer.Service
	articles      *knowledge.Service
	catalogue     *catalogue.Service
	indexer       *catalogue.Indexer
	names         map[int64]string
}

// nobody is in no team.
type nobody struct{}

func (nobody) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) { return nil, nil }
func (nobody) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return users, nil
}

// noFiles is of articles without pictures.
type noFiles struct{}

func (noFiles) TakeFiles(context.Context, *db.Tx, id.Article, []id.Attachment) ([]knowledge.File, error) {
	return nil, nil
}

func (noFiles) FreeFiles(context.Context, *db.Tx, id.Article, []id.Attachment) error { return nil }

// reach lets those who may not see all of a brand see what they work on.
type reach struct{}

func (reach) Reach(ctx context.Context) (func(w *db.Where) string, error) {
	a, err := actor.Require(ctx, "test.Reach", actor.ConversationRead)
	if err != nil || a.Scope(actor.ConversationRead) >= actor.InBrand {
		return nil, err
	}
	return func(w *db.Where) string {
		brands := "1 = 1"
		if !a.Brands.All {
			brands = db.OneOf(w, "c.brand_id", a.Brands.Some)
		}
		return brands + " AND c.open AND c.agent_id = " + w.Arg(a.User)
	}, nil
}

func (reach) Parts(ctx context.Context) ([]id.User, func(w *db.Where) string, error) {
	a := actor.From(ctx)
	return []id.User{a.User}, func(w *db.Where) string {
		return "SELECT c.id FROM conversation c WHERE c.tenant_id = " + w.Arg(a.Tenant) + " AND c.open AND c.agent_id = " + w.Arg(a.User)
	}, nil
}

func (reach) CaseReach(ctx context.Context) (func(w *db.Where) string, error) {
	a, err := actor.Require(ctx, "test.CaseReach", actor.CaseRead)
	if err != nil || a.Scope(actor.CaseRead) >= actor.InBrand {
		return nil, err
	}
	return func(w *db.Where) string { return "f.owner_id <> 0 AND f.owner_id = " + w.Arg(a.User) }, nil
}

func open(t *testing.T, d *db.DB) *site {
	t.Helper()
	s := &site{t: t, db: d, names: map[int64]string{}}
	s.conversations = conversation.New(d, nobody{})
	s.customers = customer.New(d, s.conversations)
	s.articles = knowledge.New(d, nobody{}, nil, noFiles{})
	index := search.New(d)
	s.catalogue = catalogue.New(d, index, reach{})
	s.indexer = catalogue.NewIndexer(d, index, slog.New(slog.DiscardHandler))
	s.update(func(tx *db.Tx) error {
		for _, brand := range []id.Brand{falaNet, vasarfia} {
			if _, err := db.Exec(t.Context(), tx, `INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
				VALUES (1, $1, '', '', '#0b7285', '["pl"]', 'Europe/Warsaw', 0, 0)`, brand); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

func (s *site) ctx() context.Context { return dbtest.As(s.t, 1) }

func (s *site) update(fn func(tx *db.Tx) error) {
	s.t.Helper()
	if err := s.db.Update(s.ctx(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// write lets a customer of a brand write; agent, if any, works on it.
func (s *site) write(brand id.Brand, who, subject, text string, agent id.User) id.Conversation {
	s.t.Helper()
	var c conversation.Conversation
	s.update(func(tx *db.Tx) error {
		p, err := s.customers.Resolve(s.ctx(), tx, customer.Seen{
			Brand: brand, EntryPoint: point, Provider: "email", ExternalID: who + "@example.com", DisplayName: who, Phone: "+48 600 100 200", Language: "pl-PL",
		})
		if err != nil {
			return err
		}
		s.names[int64(p.Customer)] = who
		c, _, err = s.conversations.Open(s.ctx(), tx, conversation.Thread{
			Brand: brand, EntryPoint: point, Channel: "webchat", ExternalKey: who + subject, ContactPoint: p.ContactPoint, Customer: p.Customer,
			CustomerName: p.Name, Subject: subject,
		})
		if err != nil {
			return err
		}
		if _, _, err = s.conversations.Append(s.ctx(), tx, &c, conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByCustomer, Text: text}); err != nil {
			return err
		}
		if agent == 0 {
			return nil
		}
		return s.conversations.ShowWork(s.ctx(), tx, c.ID, conversation.Work{Interaction: 7, State: "active", Agent: agent})
	})
	s.names[int64(c.ID)] = subject
	return c.ID
}

// publish makes an article and shows it.
func (s *site) publish(language, title, text string, brands ...id.Brand) id.Article {
	s.t.Helper()
	a, err := s.articles.Create(s.ctx(), knowledge.NewArticle{
		Brands: brands, Language: language, Writing: knowledge.Writing{Title: title, Blocks: []knowledge.Block{{Kind: knowledge.Text, Text: text}}},
	})
	if err == nil {
		_, err = s.articles.Publish(s.ctx(), a.ID, language, "")
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.names[int64(a.ID)] = title
	return a.ID
}

func (s *site) catchUp() {
	s.t.Helper()
	for { // until all that happened has its position
		n, err := db.One[int](s.t.Context(), s.db, `SELECT COUNT(*) FROM fact WHERE pos = 0`)
		if err != nil {
			s.t.Fatal(err)
		}
		if n == 0 {
			break
		}
		<-s.db.News()
	}
	if err := s.indexer.CatchUp(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// finds returns what somebody finds, by kind and name.
func (s *site) finds(ctx context.Context, q catalogue.Query) string {
	s.t.Helper()
	q.Limit = 50
	found, err := s.catalogue.Search(ctx, q)
	if err != nil {
		s.t.Fatalf("%q: %v", q.Text, err)
	}
	return s.told(found)
}

func (s *site) told(found []catalogue.Found) string {
	var out []string
	for _, f := range found {
		out = append(out, fmt.Sprintf("%s:%s", f.Kind, s.names[f.Thing]))
	}
	return strings.Join(out, " ")
}

func as(t *testing.T, user id.User, rights actor.Rights, brands ...id.Brand) context.Context {
	t.Helper()
	return actor.With(t.Context(), actor.Actor{Kind: actor.User, Tenant: 1, User: user, Rights: rights, Brands: actor.Brands{All: len(brands) == 0, Some: brands}})
}

func TestEverybodyFindsWhatIsTheirs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.write(falaNet, "Zażółcki", "Mój-router", "Nie świeci się dioda w Łodzi", ola)
		s.write(falaNet, "Inny", "Cudzy", "Także dioda", 0)
		s.write(vasarfia, "Őri", "Csomag", "Hol a csomagom, dióda", 0)
		s.publish("pl", "Dioda", "Co znaczy dioda")
		s.publish("hu", "Csak", "dióda", vasarfia)
		s.catchUp()
		chief := as(t, 1, actor.Administrator.Rights())
		supervisor := as(t, 2, actor.Supervisor.Rights(), falaNet)
		agent := as(t, ola, actor.Agent.Rights(), falaNet)
		unnamed := actor.Supervisor.Rights()
		delete(unnamed, actor.NamesRead)
		for name, c := range map[string]struct {
			ctx  context.Context
			q    catalogue.Query
			want string
		}{
			"all brands":             {chief, catalogue.Query{Text: "dioda", Kinds: []catalogue.Kind{catalogue.Conversations}}, "conversation:Csomag conversation:Cudzy conversation:Mój-router"},
			"one of all":             {chief, catalogue.Query{Text: "dioda", Brand: vasarfia}, "article:Dioda article:Csak conversation:Csomag"}, // an article of all brands is of this one
			"own brand":              {supervisor, catalogue.Query{Text: "dioda"}, "article:Dioda conversation:Cudzy conversation:Mój-router"},
			"own work":               {agent, catalogue.Query{Text: "dioda"}, "article:Dioda conversation:Mój-router"},
			"by the subject":         {agent, catalogue.Query{Text: "moj rou"}, "conversation:Mój-router"},
			"a customer by name":     {agent, catalogue.Query{Text: "zazol"}, "customer:Zażółcki"},
			"by the address":         {agent, catalogue.Query{Text: "inny@example.com"}, "customer:Inny"},
			"by a number":            {agent, catalogue.Query{Text: "600 100 200", Kinds: []catalogue.Kind{catalogue.Customers}}, "customer:Inny customer:Zażółcki"},
			"no names":               {as(t, 3, unnamed, falaNet), catalogue.Query{Text: "inny"}, ""},
			"an expert's customers":  {as(t, ola, actor.Expert.Rights(), falaNet), catalogue.Query{Text: "600100200"}, "customer:Zażółcki"},
			"articles in a language": {chief, catalogue.Query{Text: "dioda", Kinds: []catalogue.Kind{catalogue.Articles}, Language: "hu"}, "article:Csak"},
			"nobody's":               {dbtest.As(t, 2), catalogue.Query{Text: "dioda"}, ""},
		} {
			if got := s.finds(c.ctx, c.q); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
		if _, err := s.catalogue.Search(agent, catalogue.Query{Text: "x", Brand: vasarfia}); !errs.Is(errs.NotFound, err) {
			t.Errorf("a foreign brand: %v", err)
		}
		if _, err := s.catalogue.Search(as(t, 4, actor.BrandViewer.Rights()), catalogue.Query{Text: "x"}); !errs.Is(errs.Forbidden, err) {
			t.Errorf("who may read nothing: %v", err)
		}
	})
}

func TestWhatChangesIsFoundAsItIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		c := s.write(falaNet, "Inny", "Temat", "pierwotnie zielony", 0)
		a := s.publish("pl", "Porada", "zielony")
		s.catchUp()
		chief := as(t, 1, actor.Administrator.Rights())
		if got := s.finds(chief, catalogue.Query{Text: "zielony"}); got != "conversation:Temat article:Porada" && got != "article:Porada conversation:Temat" {
			t.Errorf("%q", got)
		}
		s.update(func(tx *db.Tx) error {
			thread, err := s.conversations.Lock(s.ctx(), tx, c)
			if err != nil {
				return err
			}
			first, err := db.One[id.Entry](s.ctx(), tx, `SELECT id FROM entry WHERE tenant_id = 1 AND conversation_id = $1 AND seq = 1`, c)
			if err != nil {
				return err
			}
			_, _, err = s.conversations.Append(s.ctx(), tx, &thread, conversation.NewEntry{Kind: conversation.Edit, Author: conversation.ByCustomer, Target: first, Text: "potem czerwony"})
			return err
		})
		if _, err := s.articles.Archive(s.ctx(), a); err != nil {
			t.Fatal(err)
		}
		s.catchUp()
		for query, want := range map[string]string{"zielony": "", "czerwony": "conversation:Temat", "porada": ""} {
			if got := s.finds(chief, catalogue.Query{Text: query}); got != want {
				t.Errorf("%q finds %q, want %q", query, got, want)
			}
		}
	})
}

func TestTheIndexCanBeMadeAnew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.write(falaNet, "Inny", "Temat", "zielony", 0)
		s.publish("pl", "Porada", "zielony")
		index := search.New(d)
		s.update(func(tx *db.Tx) error { // of a thing that is gone
			return index.Replace(s.ctx(), tx, string(catalogue.Articles), []int64{99}, search.Document{Kind: string(catalogue.Articles), Thing: 99, Title: "zielony", Scopes: []string{"b0"}})
		})
		if err := s.indexer.StartReindex(s.ctx()); err != nil {
			t.Fatal(err)
		}
		s.reindexed()
		got := s.finds(as(t, 1, actor.Administrator.Rights()), catalogue.Query{Text: "zielony"})
		if strings.Count(got, "article:") != 1 || !strings.Contains(got, "article:Porada") || !strings.Contains(got, "conversation:Temat") {
			t.Errorf("%q", got)
		}
	})
}

// reindexed does the jobs that make documents anew, and returns how many there were.
func (s *site) reindexed() (jobs int) {
	s.t.Helper()
	for ; ; jobs++ {
		text, found, err := db.Find[string](s.ctx(), s.db, `SELECT args FROM job WHERE kind = 'catalogue.reindex' ORDER BY id LIMIT 1`)
		if err != nil || jobs > 50 {
			s.t.Fatalf("%d jobs: %v", jobs, err)
		}
		if !found {
			return jobs
		}
		s.update(func(tx *db.Tx) error {
			_, err := db.Exec(s.ctx(), tx, `DELETE FROM job WHERE kind = 'catalogue.reindex'`)
			return err
		})
		if err := s.indexer.Reindex(s.ctx(), decode[catalogue.Reindex](s.t, text)); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestWhatWasThereBeforeAnUpgradeIsFoundByItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		chief := as(t, 1, actor.Administrator.Rights())
		o, err := customer.NewOrganisations(s.customers).Create(chief, falaNet, customer.OrganisationDetails{Name: new("Żuraw Transport")})
		if err != nil {
			t.Fatal(err)
		}
		s.names[int64(o.ID)] = "Żuraw"
		s.update(func(tx *db.Tx) error { // as it was before: the facts were read by one who knew no organisations
			if _, err := db.Exec(s.ctx(), tx, `INSERT INTO tenant (tenant_id, name, created_at, updated_at) VALUES (1, 'Operator', 0, 0)`); err != nil {
				return err
			}
			if err := search.Advance(s.ctx(), tx, "catalogue", 1_000_000); err != nil {
				return err
			}
			return search.Advance(s.ctx(), tx, "catalogue.sources", 4)
		})
		s.catchUp()
		if got := s.finds(chief, catalogue.Query{Text: "zuraw"}); got != "" {
			t.Fatalf("it is found already: %q", got)
		}
		if err := s.indexer.Enlist(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		s.reindexed()
		if got := s.finds(chief, catalogue.Query{Text: "zuraw"}); got != "organisation:Żuraw" {
			t.Errorf("%q", got)
		}
		if err := s.indexer.Enlist(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if n := s.reindexed(); n != 0 {
			t.Errorf("at the next start it is all done again: %d jobs", n)
		}
	})
}

func TestSuggestionsAreOfTheBrandAndTheLanguage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		c := s.write(falaNet, "Inny", "", "Dzień dobry, chciałbym zwrócić uszkodzoną paczkę do sklepu", ola)
		s.publish("pl", "Zwrot-paczki", "Jak zwrócić paczkę do sklepu")
		s.publish("pl", "Cudze", "Jak zwrócić paczkę do sklepu", vasarfia)
		s.publish("hu", "Visszaküldés", "paczka zwrocic", falaNet)
		s.publish("pl", "Faktury", "Gdzie są faktury")
		s.catchUp()
		agent := as(t, ola, actor.Agent.Rights(), falaNet)
		got, err := s.catalogue.Suggest(agent, c)
		if err != nil || got.Language != "pl" || s.told(got.Articles) != "article:Zwrot-paczki" {
			t.Errorf("%q in %q, %v", s.told(got.Articles), got.Language, err)
		}
		if _, err := s.catalogue.Suggest(as(t, 9, actor.Agent.Rights(), falaNet), c); !errs.Is(errs.NotFound, err) {
			t.Errorf("for a conversation of somebody else: %v", err)
		}
		if _, err := s.catalogue.Suggest(as(t, 9, actor.Supervisor.Rights(), vasarfia), c); !errs.Is(errs.NotFound, err) {
			t.Errorf("for one of another brand: %v", err)
		}
	})
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOrganisationsAreFoundByTheirNamesAndNumbers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		firms := customer.NewOrganisations(s.customers)
		name, phone, domains := "Łódzka Optyka Győr", "+48 42 630 12 34", []string{"optyka.example"}
		o, err := firms.Create(s.ctx(), falaNet, customer.OrganisationDetails{Name: &name, Phone: &phone, Domains: &domains})
		if err != nil {
			t.Fatal(err)
		}
		s.names[int64(o.ID)] = "Optyka"
		c := s.write(falaNet, "Zażółcki", "Okulary", "Dzień dobry", ola)
		s.catchUp()
		chief, expert := as(t, 1, actor.Administrator.Rights()), as(t, ola, actor.Expert.Rights(), falaNet)
		for _, text := range []string{"łódzka", "lodzka", "GYOR", "győr", "optyk", "42 630 12 34", "optyka.example"} {
			if got := s.finds(chief, catalogue.Query{Text: text, Kinds: []catalogue.Kind{catalogue.Organisations}}); got != "organisation:Optyka" {
				t.Errorf("%q finds %q", text, got)
			}
		}
		unnamed := actor.Supervisor.Rights()
		delete(unnamed, actor.NamesRead)
		for who, ctx := range map[string]context.Context{
			"of another brand": as(t, 2, actor.Supervisor.Rights(), vasarfia), "of another tenant": dbtest.As(t, 2), "who reads no names": as(t, 3, unnamed, falaNet), "with other customers": expert,
		} {
			if got := s.finds(ctx, catalogue.Query{Text: "optyka"}); got != "" {
				t.Errorf("one %s finds %q", who, got)
			}
		}
		row, err := s.conversations.Find(s.ctx(), d, c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.customers.Update(s.ctx(), row.CustomerID, customer.Details{Organisation: &o.ID}); err != nil {
			t.Fatal(err)
		}
		if got := s.finds(expert, catalogue.Query{Text: "optyka"}); got != "organisation:Optyka" {
			t.Errorf("whose customer belongs to it finds %q", got)
		}
		renamed, gone := "Soczewki", true
		if _, err := firms.Update(s.ctx(), o.ID, customer.OrganisationDetails{Name: &renamed}); err != nil {
			t.Fatal(err)
		}
		s.catchUp()
		if old, now := s.finds(chief, catalogue.Query{Text: "łódzka"}), s.finds(chief, catalogue.Query{Text: "soczewki"}); old != "" || now != "organisation:Optyka" {
			t.Errorf("renamed it is found as %q and %q", old, now)
		}
		if _, err := firms.Update(s.ctx(), o.ID, customer.OrganisationDetails{Archived: &gone}); err != nil {
			t.Fatal(err)
		}
		s.catchUp()
		if got := s.finds(chief, catalogue.Query{Text: "soczewki"}); got != "" {
			t.Errorf("what was put away is found: %q", got)
		}
	})
}

func TestAChangeThatCameToNothingIsNotFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		c := s.write(falaNet, "Inny", "Temat", "pytanie", 0)
		var edit conversation.Entry
		s.update(func(tx *db.Tx) error {
			thread, err := s.conversations.Lock(s.ctx(), tx, c)
			if err != nil {
				return err
			}
			answer, _, err := s.conversations.Append(s.ctx(), tx, &thread, conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByAgent, User: ola, Text: "zielony", Delivery: conversation.Sent})
			if err != nil {
				return err
			}
			edit, _, err = s.conversations.Append(s.ctx(), tx, &thread, conversation.NewEntry{
				Kind: conversation.Edit, Author: conversation.ByAgent, User: ola, Target: answer.ID, Text: "czerwony", Delivery: conversation.Queued,
			})
			return err
		})
		s.catchUp()
		chief := as(t, 1, actor.Administrator.Rights())
		look := func(found, not string) {
			t.Helper()
			if a, b := s.finds(chief, catalogue.Query{Text: found}), s.finds(chief, catalogue.Query{Text: not}); a != "conversation:Temat" || b != "" {
				t.Errorf("%q finds %q, %q finds %q", found, a, not, b)
			}
		}
		look("czerwony", "zielony")
		s.update(func(tx *db.Tx) error {
			_, err := s.conversations.MoveDelivery(s.ctx(), tx, edit.ID, conversation.Failed, "own.refused")
			return err
		})
		s.catchUp()
		look("zielony", "czerwony")
	})
}
