package automation_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/automation/rule"
	"github.com/zongler/zongler/internal/canned"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/lease"
	"github.com/zongler/zongler/internal/routing"
)

const (
	falaNet id.Brand    = 10
	zofia   id.Customer = 20
	ola     id.User     = 30
	north   id.Team     = 40
	billing id.Queue    = 60
)

// staff are the people of the centre: Ola, who is in the north.
type staff struct{ conversations *conversation.Service }

func (staff) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) { return nil, nil }

func (staff) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return slices.DeleteFunc(slices.Clone(users), func(u id.User) bool { return u != ola }), nil
}

func (staff) TeamsOf(_ context.Context, _ db.Queryer, u id.User) ([]id.Team, error) {
	if u == ola {
		return []id.Team{north}, nil
	}
	return nil, nil
}

func (staff) HasTeam(_ context.Context, _ db.Queryer, t id.Team) (bool, error) {
	return t == north, nil
}

func (staff) MembersOf(context.Context, db.Queryer, id.Brand, id.Team) ([]id.User, error) {
	return []id.User{ola}, nil
}

func (s staff) TellOfCase(ctx context.Context, tx *db.Tx, c casework.Case, kind string, user id.User, _ id.Team) error {
	return s.conversations.TellOfCase(ctx, tx, []id.User{max(user, ola)}, kind, c.ID)
}

func (staff) BrandName(context.Context, id.Brand) (string, error) { return "Fala Net", nil }

// threads are the conversations as cases know them.
type threads struct{ conversations *conversation.Service }

func (t threads) Readable(ctx context.Context, q db.Queryer, c id.Conversation) (casework.Thread, error) {
	found, err := t.conversations.Visible(ctx, q, actor.ConversationRead, c)
	return casework.Thread{ID: found.ID, Brand: found.BrandID, Subject: found.Subject}, err
}

func (t threads) Find(ctx context.Context, q db.Queryer, c id.Conversation) (casework.Thread, error) {
	return t.Readable(ctx, q, c)
}

func (threads) OfInteraction(context.Context, db.Queryer, id.Interaction) (id.Conversation, error) {
	return 0, errs.E(errs.NotFound, "test", nil)
}

func (threads) BrandOf(context.Context, db.Queryer, id.Customer) (id.Brand, error) {
	return falaNet, nil
}

// customers are Zofia.
type customers struct{}

func (customers) Get(_ context.Context, c id.Customer) (customer.Card, error) {
	if c != zofia {
		return customer.Card{}, errs.E(errs.NotFound, "test", nil)
	}
	return customer.Card{Customer: customer.Customer{ID: zofia, Name: "Zofia Nowak", Language: "pl", Fields: map[string]any{"tier": "gold", "orders": 12.0, "since": "2024-05-01"}}}, nil
}

// things are all that has a key below a thousand.
type things struct{}

func (things) Has(_ context.Context, _ db.Queryer, _ id.Brand, ref string, key int64) (bool, error) {
	return key < 1000 || ref == "webhook" || ref == "canned", nil
}

// Field knows three fields of customers.
func (things) Field(_ context.Context, _ db.Queryer, _ id.Brand, name string) (rule.Field, bool, error) {
	switch name {
	case "customer.fields.tier":
		return rule.OwnField(name, rule.Choice, []string{"silver", "gold"}), true, nil
	case "customer.fields.orders":
		return rule.OwnField(name, rule.Number, nil), true, nil
	case "customer.fields.since":
		return rule.OwnField(name, rule.Date, nil), true, nil
	}
	return rule.Field{}, false, nil
}

// post sends replies: it writes them into the conversation. before and after are called around that.
type post struct {
	*centre

	mu            sync.Mutex
	sent          []delivery.ReplyInput
	before, after func() error
}

func (p *post) Reply(ctx context.Context, in delivery.ReplyInput) (conversation.Entry, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.before != nil {
		if err := p.before(); err != nil {
			return conversation.Entry{}, err
		}
	}
	var e conversation.Entry
	err := p.db.Update(ctx, func(tx *db.Tx) error {
		c, err := p.conversations.Lock(ctx, tx, in.Conversation)
		if err != nil {
			return err
		}
		e, _, err = p.conversations.Append(ctx, tx, &c, conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByBot, Text: in.Text, ClientID: in.ClientID})
		return err
	})
	if err != nil {
		return e, err
	}
	p.sent = append(p.sent, in)
	if p.after != nil {
		return e, p.after()
	}
	return e, nil
}

func (p *post) Transfer(ctx context.Context, t routing.Transfer) error {
	if t.Queue == billing {
		return errs.New(errs.Conflict, "test", "interaction.moved_on")
	}
	return p.db.Update(ctx, func(*db.Tx) error { return nil })
}

// centre is rules and macros over real conversations and cases.
type centre struct {
	t             *testing.T
	db            *db.DB
	ctx           context.Context // an administrator of tenant 1
	conversations *conversation.Service
	cases         *casework.Service
	canned        *canned.Service
	hooks         *automation.Webhooks
	post          *post
	rules         *automation.Rules
	macros        *automation.Macros
	life          context.Context // in which rules act
}

func newCentre(t *testing.T, d *db.DB) *centre {
	t.Helper()
	c := &centre{t: t, db: d, ctx: dbtest.As(t, 1), canned: canned.New(d), hooks: newWorld(t, d).hooks}
	people := staff{}
	c.conversations = conversation.New(d, people)
	people.conversations = c.conversations
	setup := casework.NewSetup(d)
	c.cases = casework.New(d, setup, people, threads{c.conversations})
	c.post = &post{centre: c}
	world := automation.World{Conversations: c.conversations, Customers: customers{}, Cases: c.cases}
	hand := automation.Hand{
		DB: d, Conversations: c.conversations, Cases: c.cases, Replies: c.post, Routing: c.post, People: people, Canned: c.canned, Brands: people, Webhooks: c.hooks,
	}
	c.rules = automation.NewRules(d, things{}, world, hand, slog.New(slog.DiscardHandler))
	c.macros = automation.NewMacros(d, things{}, people, world, hand)
	c.must(d.Update(c.ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(c.ctx, tx, `INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
			VALUES (1, 10, 'Fala Net', 'fala net', '#0b7285', '[]', 'Europe/Warsaw', 0, 0)`); err != nil {
			return err
		}
		return setup.Founded(c.ctx, tx)
	}))
	return c
}

func (c *centre) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// run lets rules act until the returned function is called.
func (c *centre) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		lease.NewKeeper(c.db, "test", slog.New(slog.DiscardHandler)).Hold(ctx, "rules", c.rules.Run)
	}()
	c.life = ctx
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	c.t.Cleanup(stop)
	return stop
}

// ending closes gone once the rules have been told to end.
func (c *centre) ending(gone chan struct{}) {
	<-c.life.Done()
	close(gone)
}

// rule makes an active rule of a program.
func (c *centre) rule(name, program string) automation.Rule {
	c.t.Helper()
	p, err := rule.Parse([]byte(program))
	c.must(err)
	made, err := c.rules.Create(c.ctx, automation.Rule{Name: name, Program: p, State: automation.RuleActive})
	c.must(err)
	return made
}

// begin makes a conversation of Zofia's that an agent could work on.
func (c *centre) begin(thread string) (made conversation.Conversation) {
	c.t.Helper()
	ctx := dbtest.As(c.t, 1)
	c.must(c.db.Update(ctx, func(tx *db.Tx) (err error) {
		made, _, err = c.conversations.Open(ctx, tx, conversation.Thread{
			Brand: falaNet, EntryPoint: 3, Channel: "webchat", ExternalKey: thread, Customer: zofia, CustomerName: "Zofia Nowak", Subject: "Rachunek",
		})
		if err != nil {
			return err
		}
		return c.conversations.ShowWork(ctx, tx, made.ID, conversation.Work{Interaction: id.New[id.Interaction](), State: "active", Queue: 61, Agent: ola})
	}))
	return made
}

// write appends a message.
func (c *centre) write(to id.Conversation, by conversation.Author, text string) {
	c.t.Helper()
	c.append(to, conversation.NewEntry{Kind: conversation.Message, Author: by, Text: text})
}

func (c *centre) append(to id.Conversation, n conversation.NewEntry) {
	c.t.Helper()
	c.must(c.db.Update(c.ctx, func(tx *db.Tx) error {
		there, err := c.conversations.Lock(c.ctx, tx, to)
		if err != nil {
			return err
		}
		_, _, err = c.conversations.Append(c.ctx, tx, &there, n)
		return err
	}))
}

// fired waits until a rule has been set off so often and has ended, and returns that, newest first.
func (c *centre) fired(r automation.Rule, often int) []automation.Firing {
	c.t.Helper()
	var log []automation.Firing
	for range 2000 {
		var err error
		log, err = c.rules.Firings(c.ctx, r.ID, 0, 100)
		c.must(err)
		if len(log) >= often && !slices.ContainsFunc(log, func(f automation.Firing) bool { return f.Running }) {
			return log
		}
		<-time.After(5 * time.Millisecond) // another process' work is looked for, as a person would
	}
	c.t.Fatalf("%s was set off %d times, not %d", r.Name, len(log), often)
	return nil
}

// heard waits until the rules have heard of all that has happened: a rule of its own says so.
func (c *centre) heard() {
	c.t.Helper()
	mark := c.rule("mark "+id.New[id.Rule]().String(), `{"when":{"on":"conversation.started"},"if":{"field":"conversation.subject","op":"is","values":["mark"]},"do":[{"do":"add_tags","tags":["mark"]}]}`)
	c.must(c.db.Update(c.ctx, func(tx *db.Tx) error {
		_, _, err := c.conversations.Open(c.ctx, tx, conversation.Thread{Brand: falaNet, EntryPoint: 4, Channel: "webchat", Subject: "mark"})
		return err
	}))
	c.fired(mark, 1)
	_, err := c.rules.Archive(c.ctx, mark.ID)
	c.must(err)
}

func (c *centre) entries(of id.Conversation, kind conversation.Kind) (texts []string) {
	c.t.Helper()
	all, _, err := c.conversations.Entries(c.ctx, of, conversation.Window{Limit: 100})
	c.must(err)
	for _, e := range all {
		if e.Kind == kind {
			texts = append(texts, e.Body)
		}
	}
	return texts
}

func (c *centre) now(of id.Conversation) conversation.Conversation {
	c.t.Helper()
	found, err := c.conversations.Find(c.ctx, c.db, of)
	c.must(err)
	return found
}

// counted returns how many facts of a kind there are (of all: empty), also those that nobody has followed yet.
func (c *centre) counted(kind string) int {
	c.t.Helper()
	n, err := db.One[int](c.ctx, c.db, `SELECT COUNT(*) FROM fact WHERE kind = $1 OR CAST($1 AS TEXT) = ''`, kind)
	c.must(err)
	return n
}
