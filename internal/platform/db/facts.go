package db

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
)

// Limits of reading facts.
const (
	maxRecent    = 4096        // facts kept in memory for readers that keep up
	maxFactBatch = 500         // facts handed to a reader at once
	factPoll     = time.Second // the net below missed wake-ups: other processes on the same database
	retryFollow  = time.Second // after a reader's error
	maxRelay     = 500         // facts given a position at once; givePositions has it in its words
)

// factLog keeps the newest facts in memory and wakes those who wait for more.
type factLog struct {
	mu     sync.Mutex
	recent []fact.Record // contiguous positions
	grown  chan struct{} // closed and replaced when there is more
	fresh  chan struct{} // PostgreSQL: committed facts without a position may exist
}

func newFactLog() *factLog {
	return &factLog{grown: make(chan struct{}), fresh: make(chan struct{}, 1)}
}

// add takes committed facts in the order of their positions.
func (l *factLog) add(records []fact.Record) {
	if len(records) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.recent); n > 0 && l.recent[n-1].Pos+1 != records[0].Pos {
		l.recent = nil // another process wrote between: readers go to the table
	}
	l.recent = append(l.recent, records...)
	if len(l.recent) > 2*maxRecent {
		l.recent = append([]fact.Record(nil), l.recent[len(l.recent)-maxRecent:]...)
	}
	close(l.grown)
	l.grown = make(chan struct{})
}

// after returns facts behind pos if memory has them all, and a channel that closes when there are more.
func (l *factLog) after(pos int64) (records []fact.Record, complete bool, grown <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.recent) == 0 || l.recent[0].Pos > pos+1 {
		return nil, false, l.grown
	}
	skip := min(pos+1-l.recent[0].Pos, int64(len(l.recent)))
	rest := l.recent[skip:]
	return rest[:min(len(rest), maxFactBatch):min(len(rest), maxFactBatch)], true, l.grown
}

// kick wakes the relay.
func (l *factLog) kick() {
	select {
	case l.fresh <- struct{}{}:
	default:
	}
}

// wake makes readers look at the table.
func (l *factLog) wake() {
	l.kick()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recent = nil
	close(l.grown)
	l.grown = make(chan struct{})
}

// LastFact returns the newest position within q.
func LastFact(ctx context.Context, q Queryer) (int64, error) {
	pos, _, err := Find[int64](ctx, q, `SELECT pos FROM fact WHERE pos > 0 ORDER BY pos DESC LIMIT 1`)
	return pos, err
}

// Committed returns a position up to which everything lies that is committed by now: who has heard of it all knows
// what was changed before what was read until now.
func Committed(ctx context.Context, d *DB) (int64, error) {
	if d.engine == sqlite {
		return LastFact(ctx, d)
	}
	return One[int64](ctx, d, `SELECT COALESCE((SELECT pos FROM fact WHERE pos > 0 ORDER BY pos DESC LIMIT 1), 0)
		+ (SELECT COUNT(*) FROM fact WHERE pos = 0 AND id >= $1)`,
		id.At[id.Fact](time.Now().Add(-freshFor)))
}

// Facts returns up to limit facts behind pos, in order. SQLite begins to read where
// the first condition on pos says; the second lets it use the index at all.
func Facts(ctx context.Context, q Queryer, pos int64, limit int) ([]fact.Record, error) {
	return readFacts(ctx, q, `pos > $1 AND pos > 0 ORDER BY pos LIMIT $2`, pos, limit)
}

// FactsOf returns up to limit facts of a subject behind the fact after, oldest first.
func FactsOf(ctx context.Context, q Queryer, tenant id.Tenant, subject int64, after id.Fact, limit int) ([]fact.Record, error) {
	return readFacts(ctx, q, `tenant_id = $1 AND subject = $2 AND id > $3 ORDER BY id LIMIT $4`, tenant, subject, after, limit)
}

type factRow struct {
	TenantID  id.Tenant
	ID        id.Fact
	Pos       int64
	Kind      string
	Subject   int64
	ActorKind string
	ActorID   int64
	At        time.Time
	Data      []byte
}

func readFacts(ctx context.Context, q Queryer, where string, args ...any) ([]fact.Record, error) {
	rows, err := Many[factRow](ctx, q,
		`SELECT tenant_id, id, pos, kind, subject, actor_kind, actor_id, at, data FROM fact WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	return decodeAll(rows)
}

func decodeAll(rows []factRow) ([]fact.Record, error) {
	out := make([]fact.Record, len(rows))
	for i, r := range rows {
		f, err := fact.Decode(r.Kind, r.Subject, r.Data)
		if err != nil {
			return nil, fmt.Errorf("db: fact at %d: %w", r.Pos, err)
		}
		by := fact.By{Kind: actor.Kind(r.ActorKind), ID: r.ActorID}
		out[i] = fact.Record{Tenant: r.TenantID, ID: r.ID, Pos: r.Pos, At: r.At, By: by, Fact: f}
	}
	return out, nil
}

// Follow hands all facts behind pos to handle, in order, in batches, until ctx
// ends; then it returns nil. An error of handle is logged and the batch comes again.
// It is for readers that rebuild themselves at start.
func (d *DB) Follow(ctx context.Context, name string, pos int64, handle func(ctx context.Context, batch []fact.Record) error) error {
	return d.follow(ctx, name, pos, 0, handle)
}

// calm is how long a calm reader lets facts gather: what is committed at once is read at once.
const calm = 50 * time.Millisecond

// FollowCalmly is Follow for readers for whom nobody waits. They take what came within a moment together: one by one,
// their statements would stand in the way of those that somebody does wait for.
func (d *DB) FollowCalmly(ctx context.Context, name string, pos int64, handle func(ctx context.Context, batch []fact.Record) error) error {
	return d.follow(ctx, name, pos, calm, handle)
}

func (d *DB) follow(ctx context.Context, name string, pos int64, gather time.Duration, handle func(ctx context.Context, batch []fact.Record) error) error {
	look := true // into the table, for what other processes wrote
	rest := newRest()
	defer rest.Stop()
	for ctx.Err() == nil {
		batch, grown, err := d.nextFacts(ctx, pos, look)
		if err == nil && len(batch) > 0 {
			if err = handle(ctx, batch); err == nil {
				pos, look = batch[len(batch)-1].Pos, false
				continue
			}
		}
		wait := factPoll
		if err != nil {
			if ctx.Err() != nil {
				return nil // ended, not failed
			}
			d.log.Error("follow facts", "reader", name, "pos", pos, "err", err)
			wait, grown = retryFollow, nil
		}
		woken := rest.pause(ctx, grown, wait)
		if woken && gather > 0 {
			rest.pause(ctx, nil, gather)
		}
		look = !woken
	}
	return nil
}

// nextFacts returns the facts behind pos, from memory if it has them. What memory
// says there is not, the table may have from another process, if look asks for it.
func (d *DB) nextFacts(ctx context.Context, pos int64, look bool) ([]fact.Record, <-chan struct{}, error) {
	batch, complete, grown := d.facts.after(pos)
	if complete && (len(batch) > 0 || !look) {
		return batch, grown, nil
	}
	batch, err := Facts(ctx, d, pos, maxFactBatch)
	return batch, grown, err
}

// rest is a timer of one goroutine that waits again and again.
type rest struct{ *time.Timer }

func newRest() rest {
	t := time.NewTimer(0)
	t.Stop()
	return rest{t}
}

// pause waits and reports whether it was woken.
func (r rest) pause(ctx context.Context, wake <-chan struct{}, most time.Duration) bool {
	r.Reset(most)
	select {
	case <-ctx.Done():
	case <-wake:
		return true
	case <-r.C:
	}
	return false
}
