package routing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/tenant"
)

// conversations remembers what routing said of the work.
type conversations struct {
	mu    sync.Mutex
	lines []Line
	fails func(w Work) error // of the next write that it does not let pass; then it is forgotten
}

// shownWork holds what is shown in the database, for a transaction may be run twice or not come to its end.
const shownWork = `CREATE TABLE IF NOT EXISTS shown_work (conversation_id BIGINT NOT NULL PRIMARY KEY, state TEXT NOT NULL, agent_id BIGINT NOT NULL, queue_id BIGINT NOT NULL)`

func (c *conversations) ShowWork(ctx context.Context, tx *db.Tx, conversation id.Conversation, w Work) error {
	if err := c.refuses(w); err != nil {
		return err
	}
	return db.Write(ctx, tx, `INSERT INTO shown_work (conversation_id, state, agent_id, queue_id) VALUES ($1, $2, $3, $4)
		ON CONFLICT (conversation_id) DO UPDATE SET state = excluded.state, agent_id = excluded.agent_id, queue_id = excluded.queue_id`,
		conversation, string(w.State), w.Agent, w.Queue)
}

func (c *conversations) refuses(w Work) (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fails != nil {
		if err = c.fails(w); err != nil {
			c.fails = nil
		}
	}
	return err
}

func (c *conversations) Tell(_ context.Context, _ *db.Tx, _ id.Conversation, line Line) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, line)
	return nil
}

// crew knows the users of a tenant and the brand they are granted.
type crew struct {
	tenant id.Tenant
	mu     sync.Mutex
	grants map[id.User]id.Brand
}

func (c *crew) OfBrand(_ context.Context, _ db.Queryer, brand id.Brand, users []id.User) ([]id.User, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var serving []id.User
	for _, u := range users {
		if c.grants[u] == brand {
			serving = append(serving, u)
		}
	}
	return serving, nil
}

func (c *crew) AskBrands(_ context.Context, _ db.Queryer, user id.User) func(context.Context) (actor.Brands, error) {
	return func(context.Context) (may actor.Brands, err error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if brand, granted := c.grants[user]; granted {
			may.Some = []id.Brand{brand}
		}
		return may, nil
	}
}

func (c *crew) Reach(ctx context.Context, _ db.Queryer, p actor.Permission, users []id.User) ([]id.User, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	who := actor.From(ctx)
	var seen []id.User
	for _, u := range users {
		brand, known := c.grants[u]
		if known && who.Tenant == c.tenant && who.Brands.Has(brand) && who.Scope(p) != actor.None {
			seen = append(seen, u)
		}
	}
	return seen, nil
}

type calendars struct{}

func (calendars) Has(_ context.Context, _ db.Queryer, _ id.Tenant, calendar id.Calendar) (bool, error) {
	return calendar == knownCalendar, nil
}

const knownCalendar = id.Calendar(77)

// centre is a contact centre with one brand, one queue and three people.
type centre struct {
	t      *testing.T
	d      *db.DB
	svc    *Service
	queues *Queues
	convs  *conversations
	crew   *crew
	system context.Context

	brand, otherBrand id.Brand
	queue             id.Queue
	ola, kamil, marta id.User // two agents and a supervisor
	last              id.Fact
}

func newCentre(t *testing.T, d *db.DB) *centre {
	t.Helper()
	c := &centre{
		t: t, d: d, convs: &conversations{},
		ola: id.New[id.User](), kamil: id.New[id.User](), marta: id.New[id.User](),
	}
	brands := tenant.New(d, calendars{})
	c.must(d.Update(t.Context(), func(tx *db.Tx) error {
		_, ctx, err := brands.Found(t.Context(), tx, "Demo operator", fmt.Sprintf("%d.example", id.New[int64]()))
		if err != nil {
			return err
		}
		c.system = ctx
		if _, err := db.Exec(ctx, tx, shownWork); err != nil {
			return err
		}
		for name, brand := range map[string]*id.Brand{"Fala Net": &c.brand, "Vásárfia": &c.otherBrand} {
			b, err := brands.CreateIn(ctx, tx, tenant.NewBrand{Name: name, Color: "#0b7285", Languages: []string{"pl"}, TimeZone: "Europe/Warsaw"})
			if err != nil {
				return err
			}
			*brand = b.ID
		}
		return nil
	}))
	c.crew = &crew{tenant: actor.From(c.system).Tenant, grants: map[id.User]id.Brand{c.ola: c.brand, c.kamil: c.brand, c.marta: c.brand}}
	c.svc, c.queues = NewService(d, c.convs, c.crew), NewQueues(d, calendars{})
	c.queue = c.makeQueue("Support", QueuePatch{})
	c.facts()
	return c
}

func (c *centre) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *centre) makeQueue(name string, p QueuePatch) id.Queue {
	c.t.Helper()
	p.Name = &name
	q, err := c.queues.Create(c.system, c.brand, p)
	c.must(err)
	return q.ID
}

// staffed is a queue from which Ola and Kamil get work.
func (c *centre) staffed(name string, p QueuePatch) id.Queue {
	c.t.Helper()
	queue := c.makeQueue(name, p)
	c.join(queue)
	return queue
}

func (c *centre) join(queue id.Queue) {
	c.t.Helper()
	for _, agent := range []id.User{c.ola, c.kamil} {
		c.must(c.svc.SetMembership(c.system, Membership{Agent: agent, Queue: queue, Member: true, Enabled: true}))
	}
	c.facts()
}

// as returns a context in which a user with a built-in role acts for the brand.
func (c *centre) as(user id.User, role actor.BuiltIn) context.Context {
	return actor.With(c.t.Context(), actor.Actor{
		Kind: actor.User, Tenant: actor.From(c.system).Tenant, User: user, Rights: role.Rights(), Brands: actor.Brands{Some: []id.Brand{c.brand}},
	})
}

func (c *centre) asOla() context.Context   { return c.as(c.ola, actor.Agent) }
func (c *centre) asKamil() context.Context { return c.as(c.kamil, actor.Agent) }
func (c *centre) asMarta() context.Context { return c.as(c.marta, actor.Supervisor) }

// arrived is when interactions of the tests arrived: long enough ago to differ from every other time.
var arrived = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// queued is an interaction that waits.
func (c *centre) queued(queue id.Queue) Interaction {
	c.t.Helper()
	var it Interaction
	c.must(c.d.Update(c.t.Context(), func(tx *db.Tx) (err error) {
		it, err = c.svc.Enqueue(c.system, tx, New{
			Conversation: id.New[id.Conversation](), Brand: c.brand, Channel: "webchat", Queue: queue, ArrivedAt: arrived,
		})
		return err
	}))
	return it
}

// offered is an interaction that is offered to an agent.
func (c *centre) offered(queue id.Queue, agent id.User) Interaction {
	c.t.Helper()
	it := c.queued(queue)
	p := proposal{offer: id.New[id.Offer](), interaction: it.ID, queue: queue, agent: agent, stands: time.Minute, why: map[string]any{"rule": "only_one"}}
	c.must(c.d.Update(c.t.Context(), func(tx *db.Tx) error { return c.svc.makeOffer(c.system, tx, p) }))
	return c.read(it.ID)
}

// active is an interaction on which Ola works.
func (c *centre) active(queue id.Queue) Interaction {
	c.t.Helper()
	it, err := c.svc.Accept(c.asOla(), c.offered(queue, c.ola).OfferID)
	c.must(err)
	return it
}

func (c *centre) parked(queue id.Queue) Interaction {
	c.t.Helper()
	it := c.active(queue)
	c.must(c.svc.Park(c.asOla(), it.ID, time.Time{}))
	return c.read(it.ID)
}

func (c *centre) wrapping(queue id.Queue) Interaction {
	c.t.Helper()
	it := c.active(queue)
	c.must(c.svc.EndContact(c.asOla(), it.ID))
	return c.read(it.ID)
}

func (c *centre) read(key id.Interaction) Interaction {
	c.t.Helper()
	it, err := db.One[Interaction](c.t.Context(), c.d, `SELECT `+interactionColumns+` FROM interaction WHERE tenant_id = $1 AND id = $2`,
		actor.From(c.system).Tenant, key)
	c.must(err)
	return it
}

func (c *centre) agent(user id.User) Agent {
	c.t.Helper()
	a, err := c.svc.Agent(c.system, user)
	c.must(err)
	return a
}

// facts returns the kinds of the facts that were recorded since it was asked last.
func (c *centre) facts() string {
	c.t.Helper()
	type row struct {
		ID   id.Fact
		Kind string
	}
	rows, err := db.Many[row](c.t.Context(), c.d, `SELECT id, kind FROM fact WHERE tenant_id = $1 AND id > $2 ORDER BY id`, actor.From(c.system).Tenant, c.last)
	c.must(err)
	kinds := make([]string, len(rows))
	for i, r := range rows {
		kinds[i], c.last = r.Kind, r.ID
	}
	return strings.Join(kinds, " ")
}

// count returns how many rows a condition meets, the tenant being $1.
func (c *centre) count(from string, args ...any) int {
	c.t.Helper()
	n, err := db.One[int](c.t.Context(), c.d, `SELECT COUNT(*) FROM `+from, append([]any{actor.From(c.system).Tenant}, args...)...)
	c.must(err)
	return n
}

// whole fails unless an interaction leaves nothing open that its state does not have.
func (c *centre) whole(key id.Interaction) {
	c.t.Helper()
	it := c.read(key)
	waits := it.State == Queued || it.State == Offered
	want := map[string]bool{
		"offer WHERE tenant_id = $1 AND interaction_id = $2 AND state = 'made'":    it.State == Offered,
		"queue_visit WHERE tenant_id = $1 AND interaction_id = $2 AND left_at = 0": waits,
		"segment WHERE tenant_id = $1 AND interaction_id = $2 AND ended_at = 0":    !waits && it.State != Closed,
	}
	for from, open := range want {
		if n := c.count(from, key); n > 1 || (n == 1) != open {
			c.t.Errorf("%s: %d rows of %s", it.State, n, from)
		}
	}
	if !it.ArrivedAt.Equal(arrived) {
		c.t.Errorf("the time of arrival became %v", it.ArrivedAt)
	}
	if (it.OfferID != 0) != (it.State == Offered) || waits && (it.AgentID != 0 || it.SegmentID != 0) {
		c.t.Errorf("%s with offer %d, agent %d, segment %d", it.State, it.OfferID, it.AgentID, it.SegmentID)
	}
	holder := it.AgentID
	if it.State == Offered {
		o, err := offerByID(c.system, c.d, it.OfferID)
		c.must(err)
		holder = o.AgentID
	}
	type shown struct {
		State   State
		AgentID id.User
		QueueID id.Queue
	}
	w, _, err := db.Find[shown](c.system, c.d, `SELECT state, agent_id, queue_id FROM shown_work WHERE conversation_id = $1`, it.ConversationID)
	c.must(err)
	if w != (shown{it.State, holder, it.QueueID}) {
		c.t.Errorf("the worklist shows %+v of %s", w, it.State)
	}
}

// refused fails unless err tells the person the text of code.
func refused(t *testing.T, what string, err error, kind errs.Kind, code string) {
	t.Helper()
	if !errs.Is(kind, err) || errs.CodeOf(err) != code && !slices.ContainsFunc(fieldsOf(err), func(f errs.Field) bool { return f.Code == code }) {
		t.Errorf("%s: %v, want %s %s", what, err, kind, code)
	}
}

func fieldsOf(err error) []errs.Field {
	if told := errs.Told(err); told != nil {
		return told.Fields
	}
	return nil
}

// failNext has the next write that shows an interaction in a state fail.
func (c *conversations) failNext(state State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fails = func(w Work) error {
		if w.State == state {
			return errors.New("the disk is full")
		}
		return nil
	}
}

// failing reports whether a write is still to fail.
func (c *conversations) failing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fails != nil
}

// grant grants a user one brand and takes every other.
func (c *crew) grant(user id.User, brand id.Brand) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.grants[user] = brand
}

// recordChange records that an administrator changed a thing.
func recordChange(c *centre, what string, thing int64) error {
	return c.d.Update(c.system, func(tx *db.Tx) error {
		return tx.Record(c.system, fact.ConfigurationChanged{What: what, Thing: thing})
	})
}
