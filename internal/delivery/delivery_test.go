package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

const (
	falaNet id.Brand      = 10
	point   id.EntryPoint = 20
	ola     id.User       = 30
	marta   id.User       = 31
)

type nobody struct{}

func (nobody) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) { return nil, nil }

func (nobody) OfBrand(context.Context, db.Queryer, id.Brand, []id.User) ([]id.User, error) {
	return nil, nil
}

// world is everything outside: channels that answer as told, and routing.
type world struct {
	mu      sync.Mutex
	answers []error // of the next calls; then success
	calls   int
	replied []id.Interaction
	window  time.Duration // after the customer wrote, in which they can be answered; 0: always
	sent    []delivery.Outgoing
	person  time.Duration // in which a person can still answer

	templates []channel.Template
	unasked   error // what whoever asks for them gets

	meanwhile func(tx *db.Tx) error // done by another, whose commit MarkReplied had to wait for
}

func (w *world) Limits(name string) (delivery.Limits, bool) {
	switch name {
	case "webchat":
		return delivery.Limits{Capabilities: channel.Capabilities{TextLimit: 20, Attachments: 5}, Direct: true}, true
	case "email":
		return delivery.Limits{Capabilities: channel.Capabilities{TextLimit: 1000}}, true
	case "own":
		return delivery.Limits{Capabilities: channel.Capabilities{
			TextLimit: 1000, Templates: true, OwnEdits: true, OwnDeletions: true, OwnReactions: true, EditWithin: 15 * time.Minute, ReactionSet: []string{"👍", "❤️"},
		}}, true
	case "chat":
		return delivery.Limits{Capabilities: channel.Capabilities{TextLimit: 1000, OwnEdits: true, OwnDeletions: true}, Direct: true}, true
	}
	return delivery.Limits{}, false
}

func (w *world) Opening(string) (channel.Opening, bool) { return nil, false }

func (w *world) Templates(context.Context, id.EntryPoint) ([]channel.Template, error) {
	return w.templates, w.unasked
}

func (w *world) LimitsAt(_ context.Context, _ db.Queryer, c conversation.Conversation) (delivery.Limits, bool, error) {
	l, known := w.Limits(c.Channel)
	l.Window, l.PersonWindow = w.window, w.person
	return l, known, nil
}

func (w *world) Sender(context.Context, db.Queryer, id.EntryPoint) (delivery.Sender, error) {
	return delivery.Sender{}, errs.New(errs.NotFound, "world", "not_found")
}

func (w *world) Send(_ context.Context, out delivery.Outgoing) (channel.Sent, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	w.sent = append(w.sent, out)
	if len(w.answers) == 0 {
		return channel.Sent{ExternalID: fmt.Sprint("sent", w.calls)}, nil
	}
	err := w.answers[0]
	w.answers = w.answers[1:]
	return channel.Sent{}, err
}

func (w *world) MarkReplied(_ context.Context, tx *db.Tx, i id.Interaction) error {
	w.replied = append(w.replied, i)
	if w.meanwhile != nil {
		return w.meanwhile(tx)
	}
	return nil
}

func (w *world) Names(_ context.Context, users []id.User) (map[id.User]string, error) {
	names := map[id.User]string{}
	for _, u := range users {
		names[u] = map[id.User]string{ola: "Ola", marta: "Marta"}[u]
	}
	return names, nil
}

type bench struct {
	*delivery.Service

	out   *world
	t     *testing.T
	ctx   context.Context
	db    *db.DB
	convs *conversation.Service
	conv  id.Conversation
}

// newBench has one conversation on the channel name, with one message of the customer, active with Ola.
func newBench(t *testing.T, d *db.DB, name string) *bench {
	t.Helper()
	blobs, err := blob.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w, convs := &world{}, conversation.New(d, nobody{})
	b := &bench{
		Service: delivery.New(delivery.Config{
			DB: d, Conversations: convs, Files: media.New(d, blobs, nil, slog.New(slog.DiscardHandler)), Routing: w, People: w, Channels: w,
		}),
		out: w, t: t, ctx: dbtest.As(t, 1), db: d, convs: convs,
	}
	b.do(func(tx *db.Tx) error {
		c, _, err := convs.Open(b.ctx, tx, conversation.Thread{Brand: falaNet, EntryPoint: point, Channel: name, ExternalKey: "t", Customer: 50})
		b.conv = c.ID
		return err
	})
	b.hears()
	b.show("active")
	return b
}

func (b *bench) do(fn func(tx *db.Tx) error) {
	b.t.Helper()
	if err := b.db.Update(b.ctx, fn); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) hears() {
	b.t.Helper()
	b.do(func(tx *db.Tx) error {
		c, err := b.convs.Lock(b.ctx, tx, b.conv)
		if err != nil {
			return err
		}
		_, _, err = b.convs.Append(b.ctx, tx, &c, conversation.NewEntry{Kind: conversation.Message, Author: conversation.ByCustomer, Text: "?"})
		return err
	})
}

func (b *bench) show(state string) {
	b.t.Helper()
	b.do(func(tx *db.Tx) error {
		return b.convs.ShowWork(b.ctx, tx, b.conv, conversation.Work{Interaction: 5, State: state, Agent: ola})
	})
}

func (b *bench) as(user id.User, role actor.BuiltIn) context.Context {
	return actor.With(b.ctx, actor.Actor{
		Kind: actor.User, Tenant: 1, User: user, Rights: role.Rights(), Brands: actor.Brands{Some: []id.Brand{falaNet}},
	})
}

func (b *bench) reply(text string) conversation.Entry {
	b.t.Helper()
	e, err := b.Reply(b.as(ola, actor.Agent), delivery.ReplyInput{Conversation: b.conv, Text: text, ClientID: text, BasedOnSeq: 1})
	if err != nil {
		b.t.Fatal(err)
	}
	return e
}

func (b *bench) state(entry id.Entry) conversation.Delivery {
	b.t.Helper()
	e, err := b.convs.FindEntry(b.ctx, b.db, entry)
	if err != nil {
		b.t.Fatal(err)
	}
	return e.DeliveryState
}

func TestAReplyIsStoredOnceWithItsJob(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		var wg sync.WaitGroup
		ids := make([]id.Entry, 8)
		for i := range ids {
			wg.Go(func() {
				e, err := b.Reply(b.as(ola, actor.Agent), delivery.ReplyInput{Conversation: b.conv, Text: "hello", ClientID: "c1", BasedOnSeq: 1})
				if err != nil {
					t.Error(err)
				}
				ids[i] = e.ID
			})
		}
		wg.Wait()
		slices.Sort(ids)
		if len(slices.Compact(ids)) != 1 {
			t.Errorf("entries %v", ids)
		}
		if n, _ := db.One[int](b.ctx, d, `SELECT COUNT(*) FROM job`); n != 1 {
			t.Errorf("%d jobs", n)
		}
		if got := b.state(ids[0]); got != conversation.Queued {
			t.Errorf("delivery %q", got)
		}
		if b.out.replied[0] != 5 {
			t.Errorf("routing heard of %v", b.out.replied)
		}
		kinds, _ := db.Many[string](b.ctx, d, `SELECT kind FROM fact ORDER BY id`)
		if want := []string{"conversation.started", "entry.added", "entry.added"}; !slices.Equal(kinds, want) {
			t.Errorf("facts %v", kinds)
		}
	})
}

func TestOnADirectChannelStoredIsSent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "webchat")
		if e := b.reply("hello"); e.DeliveryState != conversation.Sent {
			t.Errorf("delivery %q", e.DeliveryState)
		}
		if n, _ := db.One[int](b.ctx, d, `SELECT COUNT(*) FROM job`); n != 0 {
			t.Errorf("%d jobs", n)
		}
	})
}

func TestReplyRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		setup func(b *bench) (context.Context, delivery.ReplyInput)
		want  *errs.Error
	}{
		{"what was written before the customer went on", func(b *bench) (context.Context, delivery.ReplyInput) {
			b.hears()
			return b.as(ola, actor.Agent), delivery.ReplyInput{Text: "x", BasedOnSeq: 1}
		}, &errs.Error{Kind: errs.Conflict, Code: "reply.stale"}},
		{"an answer after the end", func(b *bench) (context.Context, delivery.ReplyInput) {
			b.show("closed")
			return b.as(ola, actor.Agent), delivery.ReplyInput{Text: "x", BasedOnSeq: 1}
		}, &errs.Error{Kind: errs.Conflict, Code: "reply.closed"}},
		{"an answer before the offer is accepted", func(b *bench) (context.Context, delivery.ReplyInput) {
			b.show("offered")
			return b.as(ola, actor.Agent), delivery.ReplyInput{Text: "x", BasedOnSeq: 1}
		}, &errs.Error{Kind: errs.Conflict, Code: "reply.not_yours"}},
		{"an agent to whom it does not belong", func(b *bench) (context.Context, delivery.ReplyInput) {
			return b.as(marta, actor.Agent), delivery.ReplyInput{Text: "x", BasedOnSeq: 1}
		}, &errs.Error{Kind: errs.NotFound}},
		{"somebody without the right", func(b *bench) (context.Context, delivery.ReplyInput) {
			return b.as(marta, actor.Manager), delivery.ReplyInput{Text: "x", BasedOnSeq: 1}
		}, &errs.Error{Kind: errs.Forbidden}},
		{"more than the channel carries", func(b *bench) (context.Context, delivery.ReplyInput) {
			return b.as(ola, actor.Agent), delivery.ReplyInput{Text: "żółćżółćżółćżółćżółćż", BasedOnSeq: 1}
		}, &errs.Error{Kind: errs.Invalid, Code: "fields"}},
		{"nothing", func(b *bench) (context.Context, delivery.ReplyInput) {
			return b.as(ola, actor.Agent), delivery.ReplyInput{Text: " \n", BasedOnSeq: 1}
		}, &errs.Error{Kind: errs.Invalid, Code: "fields"}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "webchat")
		for i, c := range cases {
			b.show("active")
			ctx, in := c.setup(b)
			in.Conversation, in.ClientID = b.conv, fmt.Sprint(i)
			if i > 0 {
				in.BasedOnSeq = 99
			}
			if _, err := b.Reply(ctx, in); !errs.Match(c.want, err) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		b.show("active")
		in := delivery.ReplyInput{Conversation: b.conv, Text: "x", ClientID: "forced", BasedOnSeq: 1, Force: true}
		if _, err := b.Reply(b.as(ola, actor.Agent), in); err != nil {
			t.Errorf("forced: %v", err)
		}
		in.ClientID, in.BasedOnSeq = "supervisor", 99
		if _, err := b.Reply(b.as(marta, actor.Supervisor), in); err != nil {
			t.Errorf("supervisor: %v", err)
		}
	})
}

func TestSendSettlesWhatTheChannelSays(t *testing.T) {
	t.Parallel()
	down := channel.Fail(channel.Retry, "delivery.down", nil)
	cases := []struct {
		name    string
		answers []error
		runs    int
		calls   int
		retry   bool
		want    conversation.Delivery
	}{
		{"taken", nil, 2, 1, false, conversation.Sent},
		{"down, then taken", []error{down, down}, 3, 3, false, conversation.Sent},
		{"down", []error{down}, 1, 1, true, conversation.Sending},
		{"down for ever", slices.Repeat([]error{down}, 12), 13, 12, false, conversation.Failed},
		{"refused", []error{channel.Fail(channel.Permanent, "delivery.address", nil)}, 2, 1, false, conversation.Failed},
		{"the answer was lost", []error{errors.New("connection reset")}, 2, 1, false, conversation.Ambiguous},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		for _, c := range cases {
			e := b.reply(c.name)
			b.out.answers, b.out.calls = c.answers, 0
			var err error
			for range c.runs {
				err = b.Send(b.ctx, delivery.SendJob{Entry: e.ID})
			}
			if got := b.state(e.ID); got != c.want || b.out.calls != c.calls || (err != nil) != c.retry {
				t.Errorf("%s: delivery %q after %d calls, %v", c.name, got, b.out.calls, err)
			}
		}
	})
}

func TestACallThatWasCutOffIsNotRepeated(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		e := b.reply("hello")
		b.do(func(tx *db.Tx) error { // as a crash between call and answer leaves it
			_, err := db.Exec(b.ctx, tx, `UPDATE dispatch SET in_flight = TRUE, attempts = 1`)
			if err == nil {
				_, err = b.convs.MoveDelivery(b.ctx, tx, e.ID, conversation.Sending, "")
			}
			return err
		})
		if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err != nil || b.out.calls != 0 || b.state(e.ID) != conversation.Ambiguous {
			t.Errorf("%v after %d calls, delivery %q", err, b.out.calls, b.state(e.ID))
		}
	})
}

func TestReceiptsMoveTheDelivery(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d, "email")
		e := b.reply("hello")
		if err := b.Send(b.ctx, delivery.SendJob{Entry: e.ID}); err != nil {
			t.Fatal(err)
		}
		r := delivery.Receipt{Point: point, ExternalID: "sent1", State: conversation.Delivered}
		for range 2 {
			if err := b.Receive(b.ctx, r); err != nil {
				t.Fatal(err)
			}
		}
		if got := b.state(e.ID); got != conversation.Delivered {
			t.Errorf("delivery %q", got)
		}
		r.ExternalID = "foreign"
		if err := b.Receive(b.ctx, r); !errs.Is(errs.NotFound, err) {
			t.Errorf("a foreign receipt gives %v", err)
		}
	})
}
