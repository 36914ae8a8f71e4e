package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/platform/blob"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/job"
)

// nobody is a tenant without staff.
type nobody struct{}

func (nobody) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) { return nil, nil }

func (nobody) OfBrand(context.Context, db.Queryer, id.Brand, []id.User) ([]id.User, error) {
	return nil, nil
}

// router is routing without agents: it shows on the row what it is told.
type router struct {
	conversations *conversation.Service
	mu            sync.Mutex
	enqueued      []intake.Work
	resumed       []id.Conversation
}

func (r *router) Enqueue(ctx context.Context, tx *db.Tx, w intake.Work) (id.Interaction, error) {
	r.mu.Lock()
	r.enqueued = append(r.enqueued, w)
	r.mu.Unlock()
	i := id.New[id.Interaction]()
	return i, r.conversations.ShowWork(ctx, tx, w.Conversation, conversation.Work{
		Interaction: i, State: "queued", Queue: w.Queue, Priority: w.Priority, WaitingSince: w.ArrivedAt, DueAt: w.ArrivedAt.Add(time.Minute),
	})
}

func (r *router) Hold(context.Context, *db.Tx, id.Conversation) error { return nil }

func (r *router) Resume(_ context.Context, _ *db.Tx, c id.Conversation) error {
	r.resumed = append(r.resumed, c)
	return nil
}

// answer is a job that follows a message.
type answer struct {
	Conversation id.Conversation `json:"conversation"`
}

func (answer) Kind() string { return "test.answer" }

type desk struct {
	*intake.Service

	conversations *conversation.Service
	files         *media.Service
	router        *router
}

func newDesk(tb testing.TB, d *db.DB) *desk {
	tb.Helper()
	blobs, err := blob.OpenFolder(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	conversations := conversation.New(d, nobody{})
	files := media.New(d, blobs, nil, slog.New(slog.DiscardHandler))
	r := &router{conversations: conversations}
	return &desk{
		Service: intake.New(intake.Config{
			DB: d, Customers: customer.New(d, conversations), Conversations: conversations, Files: files, Routing: r,
			Next: func(r intake.Receipt) []job.Args { return []job.Args{answer{r.Conversation}} },
		}),
		conversations: conversations, files: files, router: r,
	}
}

func visitor(tb testing.TB) context.Context {
	tb.Helper()
	return actor.With(tb.Context(), actor.Actor{Kind: actor.Visitor, Tenant: 1, Contact: 77})
}

func message(from, external, text string) intake.Inbound {
	return intake.Inbound{
		Point:  intake.Point{ID: 20, Brand: 10, Channel: "webchat", Queue: 7, Priority: 2},
		From:   intake.Sender{Provider: "webchat", ExternalID: from, Name: "Zofia Wilk"},
		Thread: "thread of " + from, ExternalID: external, Text: text,
	}
}

func count(tb testing.TB, d *db.DB, query string) int {
	tb.Helper()
	n, err := db.One[int](tb.Context(), d, query)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func TestAMessageIsStoredRoutedAndFollowedInOneStep(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newDesk(t, d), visitor(t)
		first, err := s.Receive(ctx, message("v1", "m1", "Dzień dobry"))
		if err != nil || !first.Started || first.Interaction == 0 || first.Seq != 1 {
			t.Fatalf("%+v %v", first, err)
		}
		again, err := s.Receive(ctx, message("v1", "m1", "Dzień dobry"))
		if err != nil || !again.Duplicate || again.Entry != first.Entry || again.Interaction != first.Interaction {
			t.Errorf("again %+v %v", again, err)
		}
		second, err := s.Receive(ctx, message("v1", "m2", "Halo?"))
		if err != nil || second.Seq != 2 || second.Interaction != first.Interaction || second.Started {
			t.Errorf("second %+v %v", second, err)
		}
		if len(s.router.enqueued) != 1 || s.router.enqueued[0].Queue != 7 {
			t.Errorf("enqueued %+v", s.router.enqueued)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM job`); n != 2 {
			t.Errorf("%d jobs", n)
		}
		kinds, _ := db.Many[string](ctx, d, `SELECT kind FROM fact ORDER BY id`)
		want := []string{"claim.made", "customer.created", "conversation.started", "entry.added", "entry.added"}
		if !slices.Equal(kinds, want) {
			t.Errorf("facts %v", kinds)
		}
	})
}

func TestAMessageSentManyTimesAtOnceIsThereOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newDesk(t, d), visitor(t)
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				if _, err := s.Receive(ctx, message("v1", fmt.Sprint("m", i%3), "x")); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := count(t, d, `SELECT COUNT(*) FROM entry`); n != 3 {
			t.Errorf("%d entries", n)
		}
		if n := count(t, d, `SELECT COUNT(*) FROM job`); n != 3 {
			t.Errorf("%d jobs", n)
		}
	})
}

func TestWhatTheInteractionIsInDecidesWhatAMessageNeeds(t *testing.T) {
	t.Parallel()
	cases := []struct {
		state             string
		enqueues, resumes bool
		preferred         id.User
	}{
		{"new", false, false, 0},
		{"queued", false, false, 0},
		{"offered", false, false, 0},
		{"active", false, false, 0},
		{"parked", false, true, 0},
		{"wrap_up", false, true, 0},
		{"closed", true, false, 30},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newDesk(t, d), visitor(t)
		for _, c := range cases {
			first, err := s.Receive(ctx, message(c.state, c.state+"1", "x"))
			if err != nil {
				t.Fatal(err)
			}
			err = d.Update(ctx, func(tx *db.Tx) error {
				return s.conversations.ShowWork(ctx, tx, first.Conversation, conversation.Work{Interaction: first.Interaction, State: c.state, Agent: 30})
			})
			if err != nil {
				t.Fatal(err)
			}
			s.router.enqueued, s.router.resumed = nil, nil
			if _, err := s.Receive(ctx, message(c.state, c.state+"2", "y")); err != nil {
				t.Fatal(err)
			}
			if len(s.router.enqueued) > 0 != c.enqueues || len(s.router.resumed) > 0 != c.resumes {
				t.Errorf("%s: enqueued %v, resumed %v", c.state, s.router.enqueued, s.router.resumed)
			}
			if c.enqueues && s.router.enqueued[0].Preferred != c.preferred {
				t.Errorf("%s: preferred %v", c.state, s.router.enqueued[0].Preferred)
			}
		}
	})
}

func TestFilesGoWithTheirMessageOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newDesk(t, d), visitor(t)
		file, err := s.files.Upload(ctx, "umowa.pdf", bytes.NewReader([]byte("%PDF-1.7 ...")))
		if err != nil {
			t.Fatal(err)
		}
		in := message("v1", "m1", "")
		in.Files = []id.Attachment{file.ID}
		first, err := s.Receive(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Receive(ctx, in); err != nil || !again.Duplicate || again.Entry != first.Entry {
			t.Errorf("again %+v %v", again, err)
		}
		in.ExternalID = "m2"
		if _, err := s.Receive(ctx, in); errs.CodeOf(err) != "attachment.gone" {
			t.Errorf("a second message with the same file gives %v", err)
		}
		stored, err := s.files.Find(ctx, file.ID)
		if err != nil || stored.EntryID != first.Entry || stored.ConversationID != first.Conversation {
			t.Errorf("%+v %v", stored, err)
		}
		other := actor.With(ctx, actor.Actor{Kind: actor.Visitor, Tenant: 1, Contact: 78})
		free, _ := s.files.Upload(ctx, "a.txt", bytes.NewReader([]byte("a")))
		in.ExternalID, in.Files = "m3", []id.Attachment{free.ID}
		if _, err := s.Receive(other, in); errs.CodeOf(err) != "attachment.gone" {
			t.Errorf("another visitor's file gives %v", err)
		}
	})
}

func TestIncompleteMessagesAreRefusedByField(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	s, ctx := newDesk(t, d), visitor(t)
	for path, spoil := range map[string]func(*intake.Inbound){
		"point":       func(in *intake.Inbound) { in.Point.Brand = 0 },
		"queue":       func(in *intake.Inbound) { in.Point.Queue = 0 },
		"from":        func(in *intake.Inbound) { in.From.ExternalID = "" },
		"thread":      func(in *intake.Inbound) { in.Thread = "" },
		"external_id": func(in *intake.Inbound) { in.ExternalID = "" },
		"text":        func(in *intake.Inbound) { in.Text = "" },
	} {
		in := message("v1", "m1", "x")
		spoil(&in)
		_, err := s.Receive(ctx, in)
		if told := errs.Told(err); told == nil || len(told.Fields) != 1 || told.Fields[0].Path != path {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := s.Receive(t.Context(), message("v1", "m1", "x")); !errs.Is(errs.Unauthenticated, err) {
		t.Errorf("without an actor: %v", err)
	}
}

func TestWhatIsNotUnderstoodIsKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newDesk(t, d), dbtest.As(t, 1)
		raw := []byte{0xff, 0, 1}
		if err := s.Quarantine(ctx, intake.Quarantined{Channel: "webchat", Reason: "bad \xff frame", Raw: raw}); err != nil {
			t.Fatal(err)
		}
		kept, err := s.ListQuarantine(ctx, 0)
		if err != nil || len(kept) != 1 || !bytes.Equal(kept[0].Raw, raw) || kept[0].Reason != "bad ? frame" {
			t.Errorf("%+v %v", kept, err)
		}
		if other, err := s.ListQuarantine(dbtest.As(t, 2), 0); err != nil || len(other) != 0 {
			t.Errorf("another tenant sees %+v %v", other, err)
		}
	})
}
