package conversation_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const (
	falaNet id.Brand      = 10
	widget  id.EntryPoint = 20
	ola     id.User       = 30
	kamil   id.User       = 31
	marta   id.User       = 32
)

// staff says that everybody is in one team and sees every brand, but for strangers.
type staff struct{}

func (staff) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) {
	return []id.User{ola, kamil}, nil
}

func (staff) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return slices.DeleteFunc(slices.Clone(users), func(u id.User) bool { return u > 100 }), nil
}

// bench is a service with one conversation in it.
type bench struct {
	*conversation.Service

	t    *testing.T
	ctx  context.Context
	db   *db.DB
	conv id.Conversation
}

func newBench(t *testing.T, d *db.DB) *bench {
	t.Helper()
	b := &bench{Service: conversation.New(d, staff{}), t: t, ctx: dbtest.As(t, 1), db: d}
	b.do(func(tx *db.Tx) error {
		c, created, err := b.Open(b.ctx, tx, thread("t1"))
		if !created {
			t.Error("found a thread in an empty database")
		}
		b.conv = c.ID
		return err
	})
	return b
}

func thread(key string) conversation.Thread {
	return conversation.Thread{
		Brand: falaNet, EntryPoint: widget, Channel: "webchat", ExternalKey: key, ContactPoint: 40, Customer: 50, CustomerName: "Zofia Wilk",
	}
}

func (b *bench) do(fn func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Update(b.ctx, fn); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) append(n conversation.NewEntry) (e conversation.Entry, duplicate bool) {
	b.t.Helper()
	b.do(func(tx *db.Tx) error {
		c, err := b.Lock(b.ctx, tx, b.conv)
		if err != nil {
			return err
		}
		e, duplicate, err = b.Append(b.ctx, tx, &c, n)
		return err
	})
	return e, duplicate
}

func (b *bench) row() conversation.Conversation {
	b.t.Helper()
	c, err := b.Find(b.ctx, b.db, b.conv)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func (b *bench) as(user id.User, role actor.BuiltIn) context.Context {
	return actor.With(b.ctx, actor.Actor{
		Kind: actor.User, Tenant: 1, User: user, Rights: role.Rights(), Brands: actor.Brands{Some: []id.Brand{falaNet}},
	})
}

func (b *bench) show(w conversation.Work) {
	b.t.Helper()
	b.do(func(tx *db.Tx) error { return b.ShowWork(b.ctx, tx, b.conv, w) })
}

func (b *bench) facts() []string {
	b.t.Helper()
	kinds, err := db.Many[string](b.ctx, b.db, `SELECT kind FROM fact ORDER BY id`)
	if err != nil {
		b.t.Fatal(err)
	}
	return kinds
}

func says(text string) conversation.NewEntry {
	return conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByCustomer, Text: text}
}

func TestAThreadIsOpenedOnceByManyAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, s := dbtest.As(t, 1), conversation.New(d, staff{})
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				err := d.Update(ctx, func(tx *db.Tx) error {
					c, _, err := s.Open(ctx, tx, thread("same"))
					if err != nil {
						return err
					}
					_, _, err = s.Append(ctx, tx, &c, says(fmt.Sprint("message ", i)))
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		c, err := db.One[conversation.Conversation](ctx, d, `SELECT `+conversation.Columns+` FROM conversation`)
		if err != nil || c.LastSeq != 12 {
			t.Fatalf("%+v %v", c, err)
		}
		entries, more, err := s.Page(ctx, d, c.ID, conversation.Window{Limit: 100})
		if err != nil || more || len(entries) != 12 {
			t.Fatalf("%d entries, more %v, %v", len(entries), more, err)
		}
		for i, e := range entries {
			if e.Seq != int64(i+1) {
				t.Errorf("seq %d at place %d", e.Seq, i)
			}
		}
	})
}

func TestAppendIsIdempotentByExternalAndClientID(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		for _, n := range []conversation.NewEntry{
			{Kind: conversation.Message, Author: conversation.ByCustomer, Text: "once", ExternalID: "m1"},
			{Kind: conversation.Message, Author: conversation.ByAgent, Text: "once", ClientID: "c1"},
		} {
			first, dup := b.append(n)
			again, dupAgain := b.append(n)
			if dup || !dupAgain || first.ID != again.ID || first.Seq != again.Seq {
				t.Errorf("first %+v (%v), again %+v (%v)", first, dup, again, dupAgain)
			}
		}
		if _, dup := b.append(conversation.NewEntry{Kind: conversation.Survey, Author: conversation.ByCustomer, ExternalID: "m1"}); dup {
			t.Error("another kind with the same external id is a duplicate")
		}
		if c := b.row(); c.LastSeq != 3 {
			t.Errorf("last seq %d", c.LastSeq)
		}
	})
}

func TestTheRowShowsTheNewestMessageNotWhatTheSystemSays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.append(says("  Dzień\n\tdobry\x00,  mam\u0085 pytanie " + strings.Repeat("ő", 300)))
		b.append(conversation.NewEntry{Kind: conversation.System, Author: conversation.BySystem, Code: "queue.entered"})
		c := b.row()
		if !strings.HasPrefix(c.LastPreview, "Dzień dobry, mam pytanie ő") || len([]rune(c.LastPreview)) != conversation.MaxPreview {
			t.Errorf("preview %q", c.LastPreview)
		}
		if c.LastSeq != 2 || c.ShownSeq != 1 || c.CustomerSeq != 1 || c.LastAuthor != conversation.ByCustomer {
			t.Errorf("%+v", c)
		}
		b.append(conversation.NewEntry{
			Kind: conversation.Message, Author: conversation.ByAgent,
			Attachments: []conversation.File{{ID: 1, Name: "umowa.pdf"}, {ID: 2, Name: "kép.png"}},
		})
		if c := b.row(); c.LastPreview != "umowa.pdf, kép.png" {
			t.Errorf("preview %q", c.LastPreview)
		}
	})
}

func TestEditsNameTheirTarget(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		e, _ := b.append(says("helo"))
		b.append(conversation.NewEntry{Kind: conversation.Edit, Author: conversation.ByCustomer, Target: e.ID, Text: "hello"})
		err := d.Update(b.ctx, func(tx *db.Tx) error {
			c, err := b.Lock(b.ctx, tx, b.conv)
			if err != nil {
				return err
			}
			_, _, err = b.Append(b.ctx, tx, &c, conversation.NewEntry{Kind: conversation.Deletion})
			return err
		})
		if !errs.Is(errs.Invalid, err) {
			t.Errorf("a deletion of nothing gives %v", err)
		}
	})
}

func TestPagesRunBothWays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		for i := range 7 {
			n := says(fmt.Sprint(i + 1))
			if i == 3 {
				n.Kind = conversation.Note
			}
			b.append(n)
		}
		cases := []struct {
			name   string
			window conversation.Window
			want   string
			more   bool
		}{
			{"newest", conversation.Window{Limit: 3}, "5 6 7", true},
			{"before", conversation.Window{Limit: 3, BeforeSeq: 5}, "2 3 4", true},
			{"the beginning", conversation.Window{Limit: 5, BeforeSeq: 3}, "1 2", false},
			{"after", conversation.Window{Limit: 2, AfterSeq: 1}, "2 3", true},
			{"after the end", conversation.Window{Limit: 2, AfterSeq: 7}, "", false},
			{"what a customer may see", conversation.Window{Limit: 4, External: true}, "3 5 6 7", true},
		}
		for _, c := range cases {
			entries, more, err := b.Entries(b.ctx, b.conv, c.window)
			var got []string
			for _, e := range entries {
				got = append(got, e.Body)
			}
			if err != nil || strings.Join(got, " ") != c.want || more != c.more {
				t.Errorf("%s: %v more %v, %v", c.name, got, more, err)
			}
		}
	})
}

func TestShowWorkKeepsTheNewestInteraction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		due := time.Now().UTC().Truncate(time.Microsecond)
		b.show(conversation.Work{Interaction: 2, State: "queued", Queue: 7, Priority: 3, WaitingSince: due, DueAt: due})
		b.show(conversation.Work{Interaction: 1, State: "closed", Agent: ola})
		c := b.row()
		if c.InteractionID != 2 || !c.Open || !c.Waiting || c.QueueID != 7 || !c.DueAt.Equal(due) || c.LastAgentID != 0 {
			t.Errorf("%+v", c)
		}
		b.show(conversation.Work{Interaction: 2, State: "closed", Queue: 7, Agent: kamil})
		c = b.row()
		if c.Open || c.Waiting || c.LastAgentID != kamil || c.LastAgentAt.IsZero() {
			t.Errorf("%+v", c)
		}
	})
}

func TestACustomerWaitsFromTheFirstUnansweredMessage(t *testing.T) {
	t.Parallel()
	answers := conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByAgent, Text: "x", User: ola}
	note := conversation.NewEntry{Kind: conversation.Note, Author: conversation.ByAgent, Text: "x", User: ola}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		work := conversation.Work{Interaction: 1, State: "active", Agent: ola}
		steps := []struct {
			name  string
			do    func()
			waits string // none, new, same
		}{
			{"nothing was written", func() { b.show(work) }, "none"},
			{"the customer writes", func() { b.append(says("1")) }, "new"},
			{"the customer goes on", func() { b.append(says("2")) }, "same"},
			{"a note answers nobody", func() { b.append(note) }, "same"},
			{"the matter is put aside", func() { b.show(conversation.Work{Interaction: 1, State: "parked", Agent: ola}) }, "same"},
			{"an agent answers", func() { b.append(answers) }, "none"},
			{"the customer has another question", func() { b.show(work); b.append(says("3")) }, "new"},
			{"the contact ends", func() { b.show(conversation.Work{Interaction: 1, State: "wrap_up", Agent: ola}) }, "none"},
			{"the customer comes back", func() { b.append(says("4")) }, "new"},
			{"the work is taken up", func() { b.show(work) }, "same"},
			{"the work is closed", func() { b.show(conversation.Work{Interaction: 1, State: "closed", Agent: ola}) }, "none"},
		}
		var before time.Time
		for _, s := range steps {
			s.do()
			since := b.row().UnansweredSince
			got := "new"
			switch {
			case since.IsZero():
				got = "none"
			case since.Equal(before):
				got = "same"
			}
			if got != s.waits {
				t.Errorf("%s: %s, want %s", s.name, got, s.waits)
			}
			before = since
		}
	})
}

func TestReachFollowsTheScope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		team := actor.Rights{actor.ConversationRead: actor.InTeam}
		reads := func(user id.User, rights actor.Rights, brands ...id.Brand) bool {
			ctx := actor.With(b.ctx, actor.Actor{Kind: actor.User, Tenant: 1, User: user, Rights: rights, Brands: actor.Brands{Some: brands}})
			_, err := b.Visible(ctx, d, actor.ConversationRead, b.conv)
			if err != nil && !errs.Is(errs.NotFound, err) {
				t.Errorf("user %d: %v", user, err)
			}
			return err == nil
		}
		check := func(when string, own, mate, supervisor, elsewhere bool) {
			t.Helper()
			got := [...]bool{
				reads(ola, actor.Agent.Rights(), falaNet), reads(kamil, team, falaNet),
				reads(marta, actor.Supervisor.Rights(), falaNet), reads(marta, actor.Supervisor.Rights(), 99),
			}
			if want := [...]bool{own, mate, supervisor, elsewhere}; got != want {
				t.Errorf("%s: own, mate, supervisor, another brand read %v, want %v", when, got, want)
			}
		}
		check("waiting", false, false, true, false)
		b.show(conversation.Work{Interaction: 1, State: "offered", Queue: 7, Agent: ola})
		check("offered", true, true, true, false)
		b.show(conversation.Work{Interaction: 1, State: "queued", Queue: 7})
		check("declined", false, false, true, false)
		b.show(conversation.Work{Interaction: 1, State: "active", Queue: 7, Agent: ola})
		b.show(conversation.Work{Interaction: 1, State: "closed", Queue: 7, Agent: ola})
		check("closed", true, true, true, false)
	})
}

func FuzzPreview(f *testing.F) {
	f.Add("hello\n\x00 \xff świat")
	d := dbtest.SQLite(f)
	s := conversation.New(d, staff{})
	ctx := dbtest.As(f, 1)
	f.Fuzz(func(t *testing.T, text string) {
		err := d.Update(ctx, func(tx *db.Tx) error {
			c, _, err := s.Open(ctx, tx, thread("fuzz"))
			if err != nil {
				return err
			}
			_, _, err = s.Append(ctx, tx, &c, says(text))
			if len([]rune(c.LastPreview)) > conversation.MaxPreview || strings.ContainsAny(c.LastPreview, "\n\x00") {
				t.Errorf("preview %q", c.LastPreview)
			}
			return err
		})
		if err != nil && !errs.Is(errs.Invalid, err) {
			t.Error(err)
		}
	})
}
