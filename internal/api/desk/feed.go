package desk

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/live"
	"github.com/zongler/zongler/internal/report"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/worklist"
)

// Directory knows what users may do.
type Directory interface {
	// Current returns an active user of a tenant as they may act at this moment, or an Unauthenticated error.
	Current(ctx context.Context, tenant id.Tenant, user id.User) (actor.Actor, error)
	// SessionLives reports whether a session has not been ended.
	SessionLives(ctx context.Context, tenant id.Tenant, session id.Session) (bool, error)
}

// Visitors are reached beside their conversations: what is not stored goes to them at once.
type Visitors interface {
	// AgentTyping shows the customer of a conversation that an agent types, or has stopped.
	AgentTyping(tenant id.Tenant, conversation id.Conversation, on bool)
}

// Signs reach the customers of channels, who are shown that somebody writes.
type Signs interface {
	// Typing says that a user has begun or stopped to type to a customer. It does not wait.
	Typing(tenant id.Tenant, user id.User, conversation id.Conversation, on bool)
}

// FeedConfig is what a feed works with.
type FeedConfig struct {
	DB            *db.DB
	Hub           *live.Hub
	Rows          *worklist.Service
	Conversations *conversation.Service
	Routing       *routing.Service
	Views         *routing.Views
	Live          routing.Live
	Reports       *report.Service
	People        People
	Speakers      Speakers
	Directory     Directory
	Visitors      Visitors
	Signs         Signs    // nil: customers of channels are shown none
	Others        Others   // nil: there are no other nodes
	Classes       []string // of channels that this installation has
	Log           *slog.Logger
}

// Feed tells open desks what has changed. It follows the committed facts, shows
// each change as the operations show it, and sends it to those who may see it and
// to nobody else.
type Feed struct {
	FeedConfig

	readings atomic.Int64 // of rights that have begun

	viewers sync.Mutex                       // held by who tells of viewers; before mu
	far     map[viewKey]map[string][]UserRef // who looks on other nodes at what is looked at here, by node; under viewers

	mu     sync.Mutex
	online map[live.Key]*person
	looks  map[viewKey]int      // how many tabs look at a conversation
	boards map[id.Tenant]*dirty // what boards have not been told yet

	presences map[id.Tenant]map[id.User]bool // that desks have not been told yet
	stirred   chan struct{}                  // holds one while there are any

	begun bool
	pos   int64 // of the newest fact at Begin

	lists *lists // what they have not been told yet; the teller's alone
}

// NewFeed returns a feed that tells nothing until Run.
func NewFeed(c FeedConfig) *Feed {
	if c.Others == nil {
		c.Others = nobodyElse{}
	}
	f := &Feed{
		FeedConfig: c, online: map[live.Key]*person{}, boards: map[id.Tenant]*dirty{},
		presences: map[id.Tenant]map[id.User]bool{}, stirred: make(chan struct{}, 1), looks: map[viewKey]int{}, far: map[viewKey]map[string][]UserRef{},
	}
	f.lists = newLists(f)
	return f
}

// Begin sets from when on Run tells what happens. Call it before desks can connect:
// what happened between a desk's first look and the place where Run begins, nobody would tell it.
func (f *Feed) Begin(ctx context.Context) (err error) {
	f.pos, err = db.LastFact(ctx, f.DB)
	f.begun = err == nil
	return err
}

// Run tells what happens since Begin, or from now on, until ctx ends.
func (f *Feed) Run(ctx context.Context) error {
	if !f.begun {
		if err := f.Begin(ctx); err != nil {
			return err
		}
	}
	var beside sync.WaitGroup
	batches := make(chan news) // the follower may be one ahead of the teller
	beside.Go(func() { f.tellAll(ctx, batches) })
	beside.Go(func() { f.tellBoards(ctx) })
	beside.Go(func() { f.tellPresences(ctx) })
	defer beside.Wait()
	return f.DB.Follow(ctx, "desk", f.pos, func(ctx context.Context, batch []fact.Record) error {
		select {
		case batches <- news{gather(batch), batch[len(batch)-1].Pos}:
		case <-ctx.Done():
		}
		return nil
	})
}

// news is what a batch of facts means, by tenant, and the position of its last.
type news struct {
	changes map[id.Tenant]*changes
	pos     int64
}

// tellAll tells each batch what cannot wait, and the lists a moment later, until ctx ends. One goroutine does both, so
// that nobody is told what was read earlier after what was read later.
func (f *Feed) tellAll(ctx context.Context, batches <-chan news) {
	f.lists.pos = f.pos
	defer f.lists.due.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-batches:
			f.tellEach(ctx, n.changes, f.tell)
			f.lists.told(ctx, n.pos)
		case <-f.lists.due.C:
			f.lists.read(ctx)
		}
	}
}

// tellEach tells each tenant. A desk that missed something must know: it fetches anew.
func (f *Feed) tellEach(ctx context.Context, batch map[id.Tenant]*changes, tell func(context.Context, *changes) error) {
	for tenant, c := range batch {
		if err := tell(actor.With(ctx, actor.ForSystem(tenant)), c); err != nil && ctx.Err() == nil {
			f.Log.Error("tell desks", "tenant", tenant, "err", err)
			f.Hub.Resync(tenant)
		}
	}
}

// tell sends what changed in the tenant of ctx to its open desks; lists are told later.
func (f *Feed) tell(ctx context.Context, c *changes) error {
	tenant := actor.From(ctx).Tenant
	f.refresh(ctx, tenant, &c.moved)
	people := f.people(tenant)
	for _, session := range c.sessions {
		for _, p := range people {
			f.Hub.EndSession(p.key, session, live.CloseSessionEnded, "session.ended")
		}
	}
	if len(people) == 0 {
		return nil
	}
	f.markBoards(tenant, c)
	f.markPresences(people, c)
	rows, err := f.readRows(ctx, f.lists.split(tenant, people, c))
	if err != nil {
		return err
	}
	f.hide(people, rows)
	for _, send := range []func(context.Context, []*person, map[id.Conversation]*seen, *changes) error{
		f.tellOffers, f.tellEntries, f.tellMarks, f.tellMentions, f.tellCases, f.tellChoruses, f.tellAlerts, f.tellTold,
	} {
		if err := send(ctx, people, rows, c); err != nil {
			return err
		}
	}
	return nil
}

// send sends one frame to those of people who pass.
func (f *Feed) send(people []*person, frame live.Frame, pass func(p *person) bool) {
	for _, p := range people {
		if pass(p) {
			f.sendTo(p, frame)
		}
	}
}

// sendTo sends a frame that was made by the rights of p. If they are not the user's any more it is not sent: the user
// has been told to fetch anew. The lock keeps that in order; nothing under it waits.
func (f *Feed) sendTo(p *person, frame live.Frame) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.online[p.key]; now == nil || now.version != p.version {
		return
	}
	if err := f.Hub.Send(p.key, frame); err != nil {
		f.Log.Error("send frame", "kind", frame.Type, "err", err)
	}
}

// frameOf returns a frame about a thing, encoded once for all who get it; body is one of our own types.
func frameOf(kind, thing string, body any) (live.Frame, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return live.Frame{}, err
	}
	return live.Frame{Type: kind, Data: data, Coalesce: thing}.Packed()
}

// boardEvery is how often boards are told what has changed.
const boardEvery = 500 * time.Millisecond
