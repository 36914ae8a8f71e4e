package report

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/db/dbtest"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/routing/acd"
)

const (
	ours     id.Tenant = 1
	falaNet  id.Brand  = 10
	vasarfia id.Brand  = 11
	sales    id.Queue  = 20
	help     id.Queue  = 21
	rendeles id.Queue  = 22
	ola      id.User   = 30
	kamil    id.User   = 31
	eszter   id.User   = 32
	balint   id.User   = 33
	hours              = 40 // that a world lasts
)

// mates is the accounts of a test: Ola and Kamil are a team.
type mates struct{}

func (mates) Teammates(context.Context, db.Queryer, id.User) ([]id.User, error) {
	return []id.User{ola, kamil}, nil
}

// quiet is a routing that does not answer, or only what it is told.
type quiet struct {
	routing.Live
	views []acd.QueueView
}

func (q quiet) Board(context.Context) ([]acd.QueueView, error) {
	if q.views == nil {
		return nil, errs.New(errs.Unavailable, "routing.ask", "routing.unavailable")
	}
	return q.views, nil
}

// world writes stamps as routing would.
type world struct {
	tb   testing.TB
	ctx  context.Context
	d    *db.DB
	rnd  *rand.Rand
	from time.Time
	conv id.Conversation
}

func newWorld(tb testing.TB, d *db.DB, from time.Time) *world {
	tb.Helper()
	w := &world{tb: tb, ctx: dbtest.As(tb, ours), d: d, rnd: rand.New(rand.NewPCG(1, 2)), from: from, conv: 1000}
	w.update(func(tx *db.Tx) {
		w.exec(tx, `INSERT INTO tenant (tenant_id, name, created_at, updated_at) VALUES ($1, 'Demo operator', 1, 1)`, ours)
		for brand, zone := range map[id.Brand]string{falaNet: "Europe/Warsaw", vasarfia: "Europe/Budapest"} {
			w.exec(tx, `INSERT INTO brand (tenant_id, id, name, name_key, color, languages, time_zone, created_at, updated_at)
				VALUES ($1, $2, $3, $3, '#0b7285', '[]', $4, 1, 1)`, ours, brand, fmt.Sprint("brand", brand), zone)
		}
		for queue, brand := range map[id.Queue]id.Brand{sales: falaNet, help: falaNet, rendeles: vasarfia} {
			w.queue(tx, queue, brand)
		}
		for user, name := range map[id.User]string{ola: "Ola Nowicka", kamil: "Kamil Wróbel", eszter: "Eszter Kovács", balint: "Bálint Kiss"} {
			w.agent(tx, user, name)
		}
	})
	return w
}

func (w *world) update(fn func(tx *db.Tx)) {
	w.tb.Helper()
	if err := w.d.Update(w.ctx, func(tx *db.Tx) error { fn(tx); return nil }); err != nil {
		w.tb.Fatal(err)
	}
}

func (w *world) exec(tx *db.Tx, text string, args ...any) {
	w.tb.Helper()
	if _, err := db.Exec(w.ctx, tx, text, args...); err != nil {
		w.tb.Fatal(err)
	}
}

func (w *world) record(tx *db.Tx, f fact.Fact) {
	if err := tx.Record(w.ctx, f); err != nil {
		w.tb.Fatal(err)
	}
}

func (w *world) queue(tx *db.Tx, queue id.Queue, brand id.Brand) {
	w.exec(tx, `INSERT INTO queue (tenant_id, id, brand_id, name, target_percent, target_seconds, created_at) VALUES ($1, $2, $3, $4, 80, 30, 1)`,
		ours, queue, brand, fmt.Sprint("queue", queue))
}

func (w *world) agent(tx *db.Tx, user id.User, name string) {
	w.exec(tx, `INSERT INTO app_user (tenant_id, id, name, name_key, email, email_key, language, theme, density, created_at, updated_at)
		VALUES ($1, $2, $3, $3, $4, $4, 'pl', '', '', 1, 1)`, ours, user, name, fmt.Sprint(user, "@example.com"))
	w.exec(tx, `INSERT INTO agent (tenant_id, user_id, state, channels) VALUES ($1, $2, 'available', '["chat"]')`, ours, user)
}

// after returns a random time of up to most.
func (w *world) after(most time.Duration) time.Duration {
	return time.Duration(w.rnd.Int64N(int64(most/time.Microsecond))) * time.Microsecond
}

// live fills the world with contacts and agents' days, and records what routing would of each contact.
func (w *world) live(contacts int) {
	w.tb.Helper()
	for done := 0; done < contacts; done += 500 {
		w.update(func(tx *db.Tx) {
			for range min(500, contacts-done) {
				w.contact(tx)
			}
		})
	}
	w.update(func(tx *db.Tx) {
		for _, a := range []id.User{ola, kamil, eszter, balint} {
			for at := w.from; at.Before(w.from.Add(hours * time.Hour)); {
				until := at.Add(w.after(3 * time.Hour))
				state := []routing.Presence{routing.Available, routing.Away, routing.Offline}[w.rnd.IntN(3)]
				w.presence(tx, a, state, span{at, until})
				at = until
			}
		}
	})
}

func (w *world) presence(tx *db.Tx, a id.User, state routing.Presence, s span) {
	w.exec(tx, `INSERT INTO agent_interval (tenant_id, id, user_id, state, reason_id, since, until) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		ours, id.New[id.Interval](), a, state, w.rnd.IntN(3), s.From, s.To)
}

// contact is one interaction with up to three visits, offers and shares.
func (w *world) contact(tx *db.Tx) {
	it, at := id.New[id.Interaction](), w.from.Add(w.after(hours*time.Hour))
	w.conv++
	queue := []id.Queue{sales, help, rendeles}[w.rnd.IntN(3)]
	brand := falaNet
	if queue == rendeles {
		brand = vasarfia
	}
	arrived, replied, state := at, time.Time{}, "closed"
	for range 1 + w.rnd.IntN(3) {
		outcome := []routing.Outcome{
			routing.Answered, routing.Answered, routing.Answered, routing.Abandoned, routing.Overflowed,
			routing.Transferred, callback, routing.Settled, "",
		}[w.rnd.IntN(9)]
		left := at.Add(time.Duration(w.rnd.IntN(90)) * time.Second)
		agent := []id.User{ola, kamil, eszter, balint}[w.rnd.IntN(4)]
		w.visit(tx, it, brand, queue, outcome, span{at, left})
		w.offer(tx, it, brand, queue, agent, at)
		if outcome == "" {
			state = "queued"
		}
		if outcome != routing.Answered {
			break
		}
		if replied.IsZero() && w.rnd.IntN(20) == 0 { // together with others
			w.stint(tx, it, brand, queue, stint{agent, routing.Together, left, left, left, 0, routing.CauseTogether})
			replied = left
			break
		}
		end := w.segment(tx, it, brand, queue, agent, left)
		if replied.IsZero() && w.rnd.IntN(3) > 0 {
			if replied = left.Add(w.after(2 * time.Minute)); !end.IsZero() && replied.After(end) { // one writes while one has it
				replied = end
			}
		}
		if at = end; at.IsZero() {
			state = "active"
			break
		}
	}
	w.exec(tx, `INSERT INTO interaction (tenant_id, id, conversation_id, brand_id, channel, direction, state, arrived_at, replied_at)
		VALUES ($1, $2, $3, $4, 'webchat', 'in', $5, $6, $7)`, ours, it, w.conv, brand, state, arrived, replied)
	if w.rnd.IntN(3) == 0 {
		w.exec(tx, `INSERT INTO survey_answer (tenant_id, id, conversation_id, interaction_id, brand_id, queue_id, agent_id, channel, stars, asked_at, answered_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 'webchat', $8, $9, $9)`, ours, id.New[id.Survey](), w.conv, it, brand, queue, ola, 1+w.rnd.IntN(5), arrived.Add(time.Hour))
	}
	w.record(tx, fact.InteractionClosed{Interaction: it, Conversation: w.conv, Brand: brand, Queue: queue})
}

func (w *world) visit(tx *db.Tx, it id.Interaction, brand id.Brand, queue id.Queue, outcome routing.Outcome, s span) id.QueueVisit {
	key := id.New[id.QueueVisit]()
	if outcome == "" {
		s.To = time.Time{}
	}
	w.exec(tx, `INSERT INTO queue_visit (tenant_id, id, interaction_id, conversation_id, brand_id, queue_id, channel, cause, entered_at, waiting_since,
		target_seconds, short_seconds, left_at, outcome) VALUES ($1, $2, $3, $4, $5, $6, 'webchat', 'arrival', $7, $8, 30, 5, $9, $10)`,
		ours, key, it, w.conv, brand, queue, s.From, s.From, s.To, outcome)
	return key
}

func (w *world) offer(tx *db.Tx, it id.Interaction, brand id.Brand, queue id.Queue, agent id.User, at time.Time) {
	state := []routing.Result{routing.Accepted, routing.Declined, routing.Missed, routing.Withdrawn}[w.rnd.IntN(4)]
	w.exec(tx, `INSERT INTO offer (tenant_id, id, interaction_id, conversation_id, brand_id, visit_id, queue_id, agent_id, channel, state, made_at, expires_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, 1, $6, $7, 'webchat', $8, $9, $9, $9)`, ours, id.New[id.Offer](), it, w.conv, brand, queue, agent, state, at)
}

// segment is a share of an agent, now and then parked in between; it returns its end, zero if it goes on.
func (w *world) segment(tx *db.Tx, it id.Interaction, brand id.Brand, queue id.Queue, agent id.User, from time.Time) time.Time {
	talked := from.Add(w.after(time.Hour))
	ended := talked.Add(w.after(5 * time.Minute))
	var parked time.Duration
	if w.rnd.IntN(5) == 0 {
		parked = talked.Sub(from) / 4
		w.fact(tx, fact.InteractionParked{Interaction: it, Conversation: w.conv}, from.Add(parked))
		w.fact(tx, fact.InteractionResumed{Interaction: it, Conversation: w.conv}, from.Add(2*parked))
	}
	cause := []string{routing.CauseClosed, routing.CauseTransferred, routing.CauseLost}[w.rnd.IntN(3)]
	if w.rnd.IntN(40) == 0 {
		talked, ended = time.Time{}, time.Time{}
	}
	w.stint(tx, it, brand, queue, stint{agent, routing.ByOffer, from, talked, ended, parked, cause})
	return ended
}

// stint is an agent's part of an interaction.
type stint struct {
	agent               id.User
	how                 routing.How
	from, talked, ended time.Time
	parked              time.Duration
	cause               string
}

func (w *world) stint(tx *db.Tx, it id.Interaction, brand id.Brand, queue id.Queue, s stint) {
	w.exec(tx, `INSERT INTO segment (tenant_id, id, interaction_id, conversation_id, brand_id, queue_id, agent_id, channel, how, started_at, talked_at, ended_at, parked_us, cause)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'webchat', $8, $9, $10, $11, $12, $13)`,
		ours, id.New[id.Segment](), it, w.conv, brand, queue, s.agent, s.how, s.from, s.talked, s.ended, s.parked.Microseconds(), s.cause)
}

// fact writes a fact of the past, which no follower has to read.
func (w *world) fact(tx *db.Tx, f fact.Fact, at time.Time) {
	data, err := fact.Encode(f)
	if err != nil {
		w.tb.Fatal(err)
	}
	w.exec(tx, `INSERT INTO fact (tenant_id, id, pos, kind, subject, actor_kind, at, data) VALUES ($1, $2, $3, $4, $5, 'system', $6, $7)`,
		ours, id.New[id.Fact](), -1, f.Kind(), f.Subject(), at, string(data))
}

// rollUp returns a rollup that has read every fact.
func (w *world) rollUp(facts int) *Rollup {
	w.tb.Helper()
	ctx, enough := context.WithCancel(w.ctx)
	defer enough()
	err := w.d.Follow(ctx, "test", 0, func(_ context.Context, batch []fact.Record) error { // PostgreSQL gives positions a moment later
		if facts -= len(batch); facts <= 0 {
			enough()
		}
		return nil
	})
	r := NewRollup(w.d, slog.New(slog.DiscardHandler))
	if err == nil {
		err = r.ReadFacts(w.ctx)
	}
	if err == nil {
		err = r.CatchUp(w.ctx)
	}
	if err != nil {
		w.tb.Fatal(err)
	}
	return r
}

// as returns a context in which a user with a role and brands acts.
func as(t *testing.T, user id.User, role actor.BuiltIn, brands ...id.Brand) context.Context {
	t.Helper()
	return actor.With(t.Context(), actor.Actor{
		Kind: actor.User, Tenant: ours, User: user, Brands: actor.Brands{All: brands == nil, Some: brands}, Rights: role.Rights(),
	})
}
