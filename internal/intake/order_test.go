package intake_test

import (
	"context"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/routing"
)

// shown shows routing's work in the conversations.
type shown struct{ *conversation.Service }

func (s shown) ShowWork(ctx context.Context, tx *db.Tx, key id.Conversation, w routing.Work) error {
	return s.Service.ShowWork(ctx, tx, key, conversation.Work{Interaction: w.Interaction, State: string(w.State), Agent: w.Agent})
}

func (shown) Tell(context.Context, *db.Tx, id.Conversation, routing.Line) error { return nil }

// everybody is staff that may do everything.
type everybody struct{}

func (everybody) OfBrand(_ context.Context, _ db.Queryer, _ id.Brand, users []id.User) ([]id.User, error) {
	return users, nil
}

func (everybody) AskBrands(context.Context, db.Queryer, id.User) func(context.Context) (actor.Brands, error) {
	return func(context.Context) (actor.Brands, error) { return actor.Brands{All: true}, nil }
}

func (everybody) Reach(_ context.Context, _ db.Queryer, _ actor.Permission, users []id.User) ([]id.User, error) {
	return users, nil
}

// watched is routing that tells when intake is about to lock an interaction.
type watched struct {
	*routing.Service

	once    sync.Once
	reached chan struct{}
	resumed atomic.Int32
}

func (w *watched) Enqueue(context.Context, *db.Tx, intake.Work) (id.Interaction, error) {
	return 0, nil
}

func (w *watched) Hold(ctx context.Context, tx *db.Tx, key id.Conversation) error {
	w.once.Do(func() { close(w.reached) })
	_, _, err := w.Open(ctx, tx, key)
	return err
}

func (w *watched) Resume(ctx context.Context, tx *db.Tx, key id.Conversation) error {
	w.once.Do(func() { close(w.reached) })
	w.resumed.Add(1)
	return w.CustomerReturned(ctx, tx, key)
}

// parked stores a first message whose work an agent has put aside.
func parked(t *testing.T, d *db.DB, s *desk) intake.Receipt {
	t.Helper()
	first, err := s.Receive(visitor(t), message("v1", "m1", "x"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := dbtest.As(t, 1)
	err = d.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO agent (tenant_id, user_id, state) VALUES (1, 30, 'available')`)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `INSERT INTO interaction (tenant_id, id, conversation_id, brand_id, channel, direction, state, agent_id, arrived_at)
			VALUES (1, $1, $2, 10, 'webchat', 'in', 'parked', 30, 1)`, first.Interaction, first.Conversation)
		if err != nil {
			return err
		}
		return s.conversations.ShowWork(ctx, tx, first.Conversation, conversation.Work{Interaction: first.Interaction, State: "parked", Agent: 30})
	})
	if err != nil {
		t.Fatal(err)
	}
	return first
}

// Where two transactions lock the same rows in different order PostgreSQL lets
// one of them fail after deadlock_timeout, and it is run again.
func TestACustomerWhoGoesOnAndAnAgentWhoAnswersDoNotLockEachOtherOut(t *testing.T) {
	t.Parallel()
	if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
		t.Skip("SQLite has one writer: nobody waits in the middle")
	}
	d := dbtest.Postgres(t)
	s := newDesk(t, d)
	first := parked(t, d, s)
	router := &watched{Service: routing.NewService(d, shown{s.conversations}, everybody{}), reached: make(chan struct{})}
	s.Routing = router

	ctx, locked, replies := dbtest.As(t, 1), make(chan struct{}), 0
	var wg sync.WaitGroup
	wg.Go(func() {
		err := d.Update(ctx, func(tx *db.Tx) error {
			replies++
			if _, _, err := router.Open(ctx, tx, first.Conversation); err != nil {
				return err
			}
			if replies == 1 {
				close(locked)
			}
			<-router.reached
			return router.MarkReplied(ctx, tx, first.Interaction)
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-locked
	second, err := s.Receive(visitor(t), message("v1", "m2", "y"))
	wg.Wait()
	if err != nil || second.Seq != 2 || second.Interaction != first.Interaction {
		t.Errorf("%+v %v", second, err)
	}
	if n := router.resumed.Load(); n != 1 || replies != 1 {
		t.Errorf("taken up %d times, answered in %d tries", n, replies)
	}
}
