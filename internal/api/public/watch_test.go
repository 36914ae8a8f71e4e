package public_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/platform/job"
)

// absent is a visitor without a socket, in a bubble of its own time.
type absent struct {
	*centre

	session *webchat.Session
	token   string
	key     id.Conversation
}

// leaveAlone opens a centre with its jobs and has a visitor say something and vanish.
func leaveAlone(t *testing.T) *absent {
	t.Helper()
	c := build(t, dbtest.SQLite(t), nil)
	workers := &job.Workers{}
	c.chat.RegisterJobs(workers)
	runner := job.NewRunner(c.db, workers, c.chat.PeriodicJobs(), slog.New(slog.DiscardHandler))
	c.run(func(ctx context.Context) { runner.Run(ctx) })
	v, err := c.chat.Visit(t.Context(), webchat.VisitorRequest{Key: c.point.Address, Language: "pl"}, webchat.Peer{})
	c.must(err)
	session, err := c.chat.Authenticate(t.Context(), v.Token, webchat.Peer{})
	c.must(err)
	a := &absent{centre: c, session: session, token: v.Token}
	opened := a.do(&webchat.Prechat{CID: "open-0001", Consent: true, ConsentVersion: "3"}).(*webchat.Opened)
	a.key = opened.State.Conversation
	return a
}

func (a *absent) do(m webchat.ClientMessage) webchat.Message {
	a.tb.Helper()
	answer, err := a.chat.Do(a.tb.Context(), a.session, m)
	a.must(err)
	return answer
}

// state is that of the interaction.
func (a *absent) state() string { return a.row(a.key).InteractionState }

func (a *absent) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestWhoIsGoneForTooLongHasGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := leaveAlone(t)
		a.do(&webchat.Say{CID: "say-00001", Conversation: a.key, Text: "halo?"})
		a.wait(9 * time.Minute)
		if a.state() != "queued" {
			t.Fatalf("before ten minutes: %s", a.state())
		}
		a.wait(2 * time.Minute)
		if a.state() != "closed" {
			t.Fatalf("after ten minutes: %s", a.state())
		}
		a.do(&webchat.Say{CID: "say-00002", Conversation: a.key, Text: "jestem!"})
		if a.state() != "queued" {
			t.Errorf("who comes back waits again: %s", a.state())
		}
		a.wait(12 * time.Minute)
		if a.state() != "closed" {
			t.Errorf("and is watched again: %s", a.state())
		}
	})
}

func TestNobodyGivesUpWhileNobodyWorks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := leaveAlone(t)
		a.do(&webchat.Say{CID: "say-00001", Conversation: a.key, Text: "halo?"})
		a.outlook.closed = true
		a.wait(10 * time.Hour)
		if a.state() != "queued" {
			t.Fatalf("in the night: %s", a.state())
		}
		a.outlook.closed = false
		a.wait(time.Hour)
		if a.state() != "queued" {
			t.Fatalf("in the morning: %s", a.state())
		}
		a.take(a.key)
		a.reply(a.key, "Dzień dobry, już pomagam")
		a.wait(40 * time.Minute)
		if a.state() == "active" {
			t.Error("and then nobody wrote for 40 minutes")
		}
	})
}

func TestAConversationInWhichNobodyWritesEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := leaveAlone(t)
		a.do(&webchat.Say{CID: "say-00001", Conversation: a.key, Text: "halo?"})
		a.take(a.key)
		a.wait(20 * time.Minute)
		a.reply(a.key, "Jestem")
		a.wait(20 * time.Minute)
		if a.state() != "active" {
			t.Fatalf("the agent wrote 20 minutes ago: %s", a.state())
		}
		a.wait(15 * time.Minute)
		if a.state() == "active" {
			t.Fatal("nobody wrote for 35 minutes")
		}
		last := a.entries(a.key)
		if e := last[len(last)-1]; e.Kind != conversation.System || e.Code != webchat.EventEndedIdle {
			t.Errorf("last entry %+v", e)
		}
	})
}

func TestASilentVisitorIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := leaveAlone(t)
		v, err := a.chat.Visit(t.Context(), webchat.VisitorRequest{Key: a.point.Address}, webchat.Peer{})
		a.must(err)
		a.must(a.db.Update(a.ctx, func(tx *db.Tx) error {
			_, err := db.Exec(a.ctx, tx, `UPDATE webchat_visitor SET seen_at = $1`, tx.Now().AddDate(0, 0, -8))
			return err
		}))
		a.wait(61 * time.Minute)
		if _, err := a.chat.Authenticate(t.Context(), v.Token, webchat.Peer{}); !errs.Is(errs.Unauthenticated, err) {
			t.Errorf("a visitor who never said anything is still known: %v", err)
		}
		if n, err := db.One[int](t.Context(), a.db, `SELECT COUNT(*) FROM webchat_visitor`); err != nil || n != 1 {
			t.Errorf("%d visitors are left, want the one who opened a conversation (%v)", n, err)
		}
	})
}
