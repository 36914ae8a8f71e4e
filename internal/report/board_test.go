package report

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/routing/acd"
)

// today fills a board: Ola chats and has one offered, Kamil wraps up, Eszter is at lunch, Bálint is free.
func (w *world) today(now time.Time) {
	w.update(func(tx *db.Tx) {
		for _, m := range []struct {
			user  id.User
			queue id.Queue
		}{{ola, sales}, {ola, help}, {kamil, sales}, {eszter, rendeles}, {balint, rendeles}, {balint, sales}} {
			w.exec(tx, `INSERT INTO queue_member (tenant_id, queue_id, user_id, enabled, since) VALUES ($1, $2, $3, TRUE, 1)`, ours, m.queue, m.user)
		}
		w.exec(tx, `INSERT INTO skill (tenant_id, id, name, created_at) VALUES ($1, 50, 'Faktury', 1)`, ours)
		w.exec(tx, `INSERT INTO agent_skill (tenant_id, user_id, skill_id, level) VALUES ($1, $2, 50, 7)`, ours, ola)
		w.exec(tx, `INSERT INTO team_member (tenant_id, team_id, user_id) VALUES ($1, 60, $2)`, ours, ola)
		w.exec(tx, `INSERT INTO away_reason (tenant_id, id, name, created_at) VALUES ($1, 70, 'Lunch', 1)`, ours)
		w.exec(tx, `UPDATE agent SET state = 'away', reason_id = 70 WHERE tenant_id = $1 AND user_id = $2`, ours, eszter)
		w.work(tx, ola, sales, falaNet, routing.Active, now.Add(-5*time.Minute))
		w.work(tx, kamil, sales, falaNet, routing.WrapUp, now.Add(-time.Minute))
		w.work(tx, ola, help, falaNet, routing.Offered, now.Add(-3*time.Second))
		w.visit(tx, 501, falaNet, sales, "", span{From: now.Add(-time.Minute)})
		w.visit(tx, 502, falaNet, sales, "", span{From: now.Add(-10 * time.Second)})
		w.visit(tx, 503, vasarfia, rendeles, routing.Answered, span{now.Add(-2 * time.Minute), now.Add(-100 * time.Second)})
	})
}

// work gives an agent an interaction in a state since a time.
func (w *world) work(tx *db.Tx, agent id.User, queue id.Queue, brand id.Brand, state routing.State, since time.Time) {
	it := id.New[id.Interaction]()
	w.conv++
	holder, offered := agent, id.Offer(0)
	if state == routing.Offered {
		holder, offered = 0, id.New[id.Offer]()
		w.exec(tx, `INSERT INTO offer (tenant_id, id, interaction_id, conversation_id, brand_id, visit_id, queue_id, agent_id, channel, state, made_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, 1, $6, $7, 'webchat', 'made', $8, $8)`, ours, offered, it, w.conv, brand, queue, agent, since)
		w.visit(tx, it, brand, queue, "", span{From: since})
	}
	w.exec(tx, `INSERT INTO interaction (tenant_id, id, conversation_id, brand_id, channel, direction, state, queue_id, offer_id, agent_id, segment_id, arrived_at)
		VALUES ($1, $2, $3, $4, 'webchat', 'in', $5, $6, $7, $8, $9, $10)`, ours, it, w.conv, brand, state, queue, offered, holder, it, since)
	w.exec(tx, `INSERT INTO segment (tenant_id, id, interaction_id, conversation_id, brand_id, queue_id, agent_id, channel, how, started_at, talked_at)
		VALUES ($1, $2, $2, $3, $4, $5, $6, 'webchat', 'offer', $7, $7)`, ours, it, w.conv, brand, queue, holder, since)
	w.exec(tx, `INSERT INTO conversation (tenant_id, id, brand_id, entry_point_id, channel, customer_name, created_at, last_at)
		VALUES ($1, $2, $3, 1, 'webchat', 'Zofia Wilk', 1, 1)`, ours, w.conv, brand)
}

// board is what somebody of a role sees.
func (w *world) board(s *Service, ctxAs actor.BuiltIn, brands ...id.Brand) Board {
	w.tb.Helper()
	b, err := s.Board(as(w.tb.(*testing.T), 90, ctxAs, brands...))
	if err != nil {
		w.tb.Fatal(err)
	}
	return b
}

func TestBoardShowsQueuesAndAgentsAsTheyAre(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := time.Now()
		w := newWorld(t, d, now)
		w.today(now)
		if err := NewRollup(d, nil).Rebuild(w.ctx, now.Add(-time.Hour), now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		b := w.board(NewService(d, mates{}, quiet{}), actor.Supervisor)
		if b.Live || len(b.Queues) != 3 || len(b.Agents) != 4 {
			t.Fatalf("%+v", b)
		}
		q := b.Queues[0]
		if q.ID != sales || q.Waiting != 2 || q.Active != 2 || !slices.Equal(q.Agents, []id.User{ola, kamil, balint}) || q.Staff != (acd.Staff{Free: 1, Busy: 1, WrapUp: 1}) {
			t.Errorf("sales %+v", q)
		}
		if age := now.Sub(q.Longest); age < 59*time.Second || age > 61*time.Second {
			t.Errorf("longest %v", age)
		}
		if o := b.Queues[1]; o.ID != help || o.Waiting != 0 || o.Offered != 1 {
			t.Errorf("help %+v", o)
		}
		does := map[id.User]Activity{}
		for _, a := range b.Agents {
			does[a.UserID] = a.Activity
		}
		if does[ola] != IsBusy || does[kamil] != IsWrapUp || does[eszter] != IsAway || does[balint] != IsAvailable {
			t.Errorf("%v", does)
		}
		if b.Total.Waiting != 2 || b.Total.TargetPercent != 80 || b.Total.Activities[IsBusy] != 1 {
			t.Errorf("total %+v", b.Total)
		}
		a, err := NewService(d, mates{}, quiet{}).BoardAgent(as(t, 90, actor.Supervisor), ola)
		if err != nil || a.Load != 60 || len(a.Work) != 2 || len(a.Queues) != 2 || a.Skills[0].Name != "Faktury" || a.Teams[0] != 60 || a.Work[0].Customer != "Zofia Wilk" {
			t.Errorf("Ola %+v %v", a, err)
		}
		one, err := NewService(d, mates{}, quiet{}).BoardQueue(as(t, 90, actor.Supervisor), sales)
		if err != nil || one.Waiting != q.Waiting || one.Active != q.Active || one.Staff != q.Staff || one.Visits != q.Visits && one.Visits.LongestUS <= q.Visits.LongestUS {
			t.Errorf("one queue %+v, on the board %+v, %v", one, q, err)
		}
	})
}

func TestBoardCountsTodayAndWhoIsLate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := time.Now()
		w := newWorld(t, d, now)
		warsaw, err := time.LoadLocation("Europe/Warsaw")
		if err != nil {
			t.Fatal(err)
		}
		start := midnight(now, warsaw)
		w.update(func(tx *db.Tx) {
			w.visit(tx, 1, falaNet, sales, routing.Answered, span{start, start.Add(10 * time.Second)})
			w.visit(tx, 2, falaNet, sales, routing.Answered, span{start.Add(-time.Second), start.Add(10 * time.Second)}) // yesterday
			w.visit(tx, 3, falaNet, sales, "", span{From: start})
			w.visit(tx, 4, falaNet, sales, "", span{From: start.Add(-time.Second)}) // yesterday
		})
		if err := NewRollup(d, nil).Rebuild(w.ctx, start.Add(-time.Hour), now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		q := w.board(NewService(d, mates{}, quiet{}), actor.Supervisor).Queues[0]
		if q.Waiting != 2 || q.Visits.Offered != 2 || q.Visits.Answered != 1 || q.Visits.Open() != 1 {
			t.Errorf("%+v", q)
		}
		late := one(now.Sub(start) > 30*time.Second)
		if q.Visits.Late < late || q.Visits.Late > 1 {
			t.Errorf("late %d", q.Visits.Late)
		}
	})
}

func TestBoardIsNarrowedToTheActorsBrands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := time.Now()
		w := newWorld(t, d, now)
		w.today(now)
		s := NewService(d, mates{}, quiet{views: []acd.QueueView{{Queue: rendeles, Waiting: 9}, {Queue: sales, Waiting: 5}}})
		b := w.board(s, actor.BrandViewer, vasarfia)
		if len(b.Queues) != 1 || b.Queues[0].ID != rendeles || b.Queues[0].Waiting != 9 || !b.Live || len(b.Agents) != 2 || b.Total.Waiting != 9 {
			t.Errorf("%+v", b)
		}
		for _, a := range b.Agents {
			for _, q := range a.Queues {
				if q.QueueID != rendeles {
					t.Errorf("%s shows queue %d", a.Name, q.QueueID)
				}
			}
		}
		viewer := as(t, 90, actor.BrandViewer, falaNet)
		if a, err := s.BoardAgent(viewer, ola); err != nil || a.Work[0].Customer != "Z. W." {
			t.Errorf("a name unmasked: %+v %v", a, err)
		}
		if _, err := s.BoardQueue(viewer, rendeles); !errs.Is(errs.NotFound, err) {
			t.Errorf("another brand's queue: %v", err)
		}
		if _, err := s.BoardAgent(viewer, eszter); !errs.Is(errs.NotFound, err) {
			t.Errorf("an agent of another brand: %v", err)
		}
		if _, err := s.Board(as(t, ola, actor.Agent)); !errs.Is(errs.Forbidden, err) {
			t.Errorf("an agent reads the board: %v", err)
		}
	})
}

func BenchmarkBoard(b *testing.B) {
	const queues, agents = 50, 200
	w := newWorld(b, dbtest.SQLite(b), slot(time.Now().Add(-hours*time.Hour)))
	w.live(2000)
	now := time.Now()
	w.update(func(tx *db.Tx) {
		for q := range queues - 3 {
			w.queue(tx, id.Queue(100+q), falaNet)
		}
		for a := range agents - 4 {
			w.agent(tx, id.User(1000+a), fmt.Sprint("Agent ", a))
			for q := range 5 {
				w.exec(tx, `INSERT INTO queue_member (tenant_id, queue_id, user_id, enabled, since) VALUES ($1, $2, $3, TRUE, 1)`, ours, 100+(a+q)%(queues-3), 1000+a)
			}
			w.work(tx, id.User(1000+a), id.Queue(100+a%(queues-3)), falaNet, routing.Active, now)
			for i := range 20 {
				at := now.Add(-time.Duration(i) * 15 * time.Minute)
				w.visit(tx, id.Interaction(1_000_000+a*20+i), falaNet, id.Queue(100+a%(queues-3)), routing.Answered, span{at, at.Add(time.Second)})
			}
		}
	})
	if err := NewRollup(w.d, nil).Rebuild(w.ctx, w.from, now.Add(time.Hour)); err != nil {
		b.Fatal(err)
	}
	s := NewService(w.d, mates{}, quiet{})
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			if board, err := s.Board(w.ctx); err != nil || len(board.Queues) != queues || len(board.Agents) != agents {
				b.Fatal(len(board.Queues), len(board.Agents), err)
			}
		}
	})
	b.Run("queue", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.BoardQueue(w.ctx, 100); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("agent", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.BoardAgent(w.ctx, 1000); err != nil {
				b.Fatal(err)
			}
		}
	})
}
