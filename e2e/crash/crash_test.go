package crash

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/platform/db/dbtest"
)

var (
	kills  = flag.Int("kills", 10, "how often the server is killed on each database; 0 skips the test")
	engine = flag.String("db", "both", "sqlite, postgres or both; PostgreSQL needs ZONGLER_TEST_POSTGRES")
	seed   = flag.Uint64("seed", 0, "of the instants and of what visitors do; 0 takes a new one")
)

// Size of the load.
const (
	agents   = 4
	leavers  = 2 // agents beside them who close their desks for ever in the second half
	visitors = 12
	waiters  = 5 // in a queue that nobody serves until the last kill is over
	room     = 3 // chats at a time: what an agent takes unless something else is said
)

// Bounds of time.
const (
	longestLife = 1200 * time.Millisecond // of a server that is to be killed
	birth       = 400 * time.Millisecond  // within which some are killed while they start
	takeover    = 4 * time.Second         // until another node may route what a dead one did: on PostgreSQL, half of them live beyond it
	grace       = time.Second             // until the work of who has closed the desk goes to others
	drainWithin = 90 * time.Second
)

func TestKills(t *testing.T) {
	onEach(t, func(t *testing.T, s *server) {
		t.Helper()
		newRun(t, s).run()
	})
}

// onEach runs a story on each database that is asked for.
func onEach(t *testing.T, story func(t *testing.T, s *server)) {
	t.Helper()
	if *kills == 0 {
		t.Skip("no kills wanted")
	}
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	program := build(t)
	if *engine != "postgres" {
		t.Run("sqlite", func(t *testing.T) { story(t, newServer(t, program, "")) })
	}
	if *engine == "sqlite" {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		if os.Getenv("ZONGLER_TEST_POSTGRES") == "" {
			t.Skip("ZONGLER_TEST_POSTGRES names no server")
		}
		story(t, newServer(t, program, dbtest.PostgresURL(t)))
	})
}

// run is one server with its people.
type run struct {
	t      *testing.T
	server *server
	rand   *rand.Rand
	log    *ledger
	place  place
	agents []*agent // who stay
	leaver []*agent // who do not
	quiet  []*waiter

	closing chan struct{} // closed when nobody new shall come
	work    context.Context
	leave   context.CancelFunc // sends the agents home
	staff   sync.WaitGroup
	public  sync.WaitGroup
	faults  chan error
}

func newRun(t *testing.T, s *server) *run {
	t.Helper()
	t.Logf("seed %d, %d kills", *seed, *kills)
	r := &run{
		t: t, server: s, rand: rand.New(rand.NewPCG(*seed, 1)), log: newLedger(),
		closing: make(chan struct{}), faults: make(chan error, agents+leavers+visitors+waiters),
	}
	r.work, r.leave = context.WithCancel(t.Context())
	return r
}

func (r *run) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("%v\nthe server said:\n%s", err, r.server.said)
	}
}

// run is the story: open, work, kill, come back, drain, count.
func (r *run) run() {
	defer func() { r.leave() }()
	r.server.start()
	r.server.ready()
	r.open()
	r.queueUp()
	r.begin()
	gone := make([]int, leavers) // at which kill each leaves
	for n := range gone {
		gone[n] = *kills/2 + r.rand.IntN(max(1, *kills/2))
	}
	for n := range *kills {
		for i, a := range r.leaver {
			a.leaves.CompareAndSwap(false, n >= gone[i])
		}
		r.killOnce(n)
	}
	r.server.ready()
	r.placesKept()
	r.drain()
	r.lostAreOffline()
	r.atRest()
	r.everybodyCounts()
	r.server.stop()
	r.verify()
}

// begin lets agents and visitors in.
func (r *run) begin() {
	r.toWork()
	for _, a := range r.leaver {
		r.staff.Go(func() { r.report(a.work(r.work)) })
	}
	for n := range visitors {
		chance := rand.New(rand.NewPCG(*seed, uint64(n+2)))
		r.public.Go(func() {
			for r.open24() {
				if err := chat(r.t.Context(), r.place.widget, r.log, chance); err != nil {
					r.report(fmt.Errorf("visitor: %w", err))
					return
				}
			}
		})
	}
}

// toWork sends the agents to their desks.
func (r *run) toWork() {
	for _, a := range r.agents {
		r.staff.Go(func() { r.report(a.work(r.work)) })
	}
}

// toRest has the agents look away from their desks, which does not sign them out.
func (r *run) toRest() {
	r.leave()
	r.staff.Wait()
	r.work, r.leave = context.WithCancel(r.t.Context())
}

// open24 reports whether new visitors come.
func (r *run) open24() bool {
	select {
	case <-r.closing:
		return false
	default:
		return true
	}
}

func (r *run) report(err error) {
	if err != nil && r.t.Context().Err() == nil {
		select {
		case r.faults <- err:
		default:
		}
	}
}

// killOnce lets the server live for a while, notes who waits, and kills it; some are killed again while they start.
func (r *run) killOnce(n int) {
	r.killAfter(n, longestLife, r.noteWaiting)
	r.comeBack(n)
}

// killAfter lets the server live for a while, looks around, and kills it.
func (r *run) killAfter(n int, longest time.Duration, look func()) {
	r.server.ready()
	life := time.Duration(r.rand.Int64N(int64(longest)))
	if r.server.shared && n%2 == 1 {
		life += takeover
	}
	r.must(pause(r.t.Context(), life))
	look()
	r.must(pause(r.t.Context(), time.Duration(r.rand.Int64N(int64(20*time.Millisecond)))))
	r.server.kill()
}

// comeBack starts the server again; some are killed again while they start.
func (r *run) comeBack(n int) {
	r.server.start()
	if n%4 == 3 {
		r.must(pause(r.t.Context(), time.Duration(r.rand.Int64N(int64(birth)))))
		r.server.kill()
		r.server.start()
	}
}

// drain lets all conversations that have begun come to their end.
func (r *run) drain() {
	r.t.Helper()
	close(r.closing)
	done := make(chan struct{})
	go func() {
		r.public.Wait()
		close(done)
	}()
	select {
	case <-done:
	case err := <-r.faults:
		r.t.Fatalf("%v\nthe server said:\n%s", err, r.server.said)
	case <-time.After(drainWithin):
		r.t.Fatalf("visitors still wait after %s: open are %v\nforgiven: %v\nthe server said:\n%s", drainWithin, r.openWork(), r.log.forgiven, r.server.said)
	}
}
