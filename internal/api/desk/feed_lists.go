package desk

import (
	"context"
	"maps"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// split notes all changed conversations for the lists and returns those of which something has to be told at once:
// somebody looks at them, or is offered them, or a message came that whoever works on them must see. The entries of the
// others wait with the lists; those that wait already come along, so that they stay in order.
func (l *lists) split(tenant id.Tenant, people []*person, c *changes) map[id.Conversation]bool {
	urgent := c.urgent(people)
	late := l.late[tenant]
	if late == nil {
		late = newChanges()
	}
	waited, waits := parted(late.entries, urgent)
	entries, later := parted(c.entries, urgent)
	c.entries, late.entries = append(waited, entries...), append(waits, later...)
	for key, moved := range c.conversations {
		late.conversations[key] = late.conversations[key] || moved
	}
	for key, t := range c.traces {
		late.traceOf(key).add(t)
	}
	maps.Copy(late.customers, c.customers)
	if len(late.conversations)+len(late.customers) > 0 {
		l.late[tenant] = late
	}
	return urgent
}

// urgent returns the conversations of which something has to be told at once.
func (c *changes) urgent(people []*person) map[id.Conversation]bool {
	urgent := map[id.Conversation]bool{}
	for _, o := range c.offers {
		urgent[o.Conversation] = c.conversations[o.Conversation]
	}
	for _, e := range c.entries {
		if e.EntryKind == string(conversation.Message) && !c.started[e.Conversation] { // on what begins nobody works yet
			urgent[e.Conversation] = c.conversations[e.Conversation]
		}
	}
	for key, moved := range c.conversations {
		for _, p := range people {
			if p.follows(key) {
				urgent[key] = moved
				break
			}
		}
	}
	return urgent
}

// parted returns the entries of some conversations, and the others.
func parted(entries []fact.EntryAdded, of map[id.Conversation]bool) (theirs, others []fact.EntryAdded) {
	for _, e := range entries {
		if _, ok := of[e.Conversation]; ok {
			theirs = append(theirs, e)
		} else {
			others = append(others, e)
		}
	}
	return theirs, others
}

// rowsEvery is how long lists wait to be told of a conversation for what else changes of it and of others: what is
// offered, accepted and finished moves a row several times, and everybody who may see it is told.
const rowsEvery = 50 * time.Millisecond

// lists tells open desks what their lists show, some time after it changed. What is read for them may be newer than
// what has been told, and so than the rights by which it would be shown: it is sent when all has been told that was
// committed before it was read. The teller alone uses it.
type lists struct {
	feed   *Feed
	late   map[id.Tenant]*changes // what waits to be read
	due    *time.Timer
	waits  bool // the timer runs
	pages  []page
	memory memory
	pos    int64 // up to which all has been told
	fence  int64 // up to which all must have been told before the pages are sent
}

// page is what was read for the lists of one tenant.
type page struct {
	tenant  id.Tenant
	changes *changes
	rows    map[id.Conversation]*seen
}

func newLists(f *Feed) *lists {
	l := &lists{feed: f, late: map[id.Tenant]*changes{}, due: time.NewTimer(rowsEvery)}
	l.due.Stop()
	return l
}

// told notes that all has been told up to pos.
func (l *lists) told(ctx context.Context, pos int64) {
	l.pos = pos
	l.send(ctx)
	l.wait()
}

// wait lets what changed be read in a moment, once what was read before is sent.
func (l *lists) wait() {
	if !l.waits && len(l.pages) == 0 && len(l.late) > 0 {
		l.waits = true
		l.due.Reset(rowsEvery)
	}
}

// read reads what changed.
func (l *lists) read(ctx context.Context) {
	l.waits = false
	late := l.late
	l.late = map[id.Tenant]*changes{}
	l.feed.tellEach(ctx, late, func(ctx context.Context, c *changes) error {
		if err := l.feed.addRenamed(ctx, c); err != nil {
			return err
		}
		rows, err := l.feed.readRows(ctx, c.conversations)
		l.pages = append(l.pages, page{actor.From(ctx).Tenant, c, rows})
		return err
	})
	var err error
	if l.fence, err = db.Committed(ctx, l.feed.DB); err != nil {
		l.feed.tellEach(ctx, late, func(context.Context, *changes) error { return err })
		l.pages = nil
	}
	l.send(ctx)
	l.wait()
}

// send sends what was read, if that may be.
func (l *lists) send(ctx context.Context) {
	if l.pos < l.fence {
		return
	}
	for _, p := range l.pages {
		l.feed.tellEach(ctx, map[id.Tenant]*changes{p.tenant: p.changes}, func(ctx context.Context, c *changes) error {
			return l.feed.tellLists(ctx, p.rows, c)
		})
	}
	l.pages = nil
}

// tellLists tells the open desks of the tenant of ctx of the conversations and customers that changed.
func (f *Feed) tellLists(ctx context.Context, rows map[id.Conversation]*seen, c *changes) error {
	people := f.people(actor.From(ctx).Tenant)
	f.hide(people, rows)
	if err := f.tellEntries(ctx, people, rows, c); err != nil {
		return err
	}
	if err := f.tellRows(ctx, people, rows, c); err != nil {
		return err
	}
	return f.tellCustomers(people, rows, c)
}
