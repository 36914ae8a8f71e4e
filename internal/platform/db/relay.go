package db

import (
	"cmp"
	"context"
	"database/sql/driver"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/id"
)

// A fact must be committed within recordedFor, or its transaction fails; so those that are
// freshFor old have their position, and the relay need not read what the index still
// holds of them. Were it to miss one, a later fact of the same thing could come before it.
// The rest of the time is for a slow commit and for the clocks of several nodes.
const (
	recordedFor = 30 * time.Second
	freshFor    = time.Minute
)

// relay gives positions to facts committed on PostgreSQL, where keys are not in
// the order of commits. The lock on fact_head lets one node at a time do it.
func (d *DB) relay(life context.Context) {
	rest := newRest()
	defer rest.Stop()
	for life.Err() == nil {
		err := d.relayBy(life)
		if life.Err() == nil && !isUndefinedTable(err) {
			d.log.Error("relay facts", "err", err)
		}
		rest.pause(life, nil, factPoll)
	}
}

// skip is how many positions are left out when a node begins to give them: more than are given in the 600 ms that
// PostgreSQL may keep a commit to itself (three times wal_writer_delay).
const skip = 10_000

// relaySettings are those of the relay's session. Its one statement is planned once, when there may be few facts
// or none, and must still be the right way when there are many: the fresh ones by their index, the others never.
var relaySettings = []string{ //nolint:gochecknoglobals // a constant that Go cannot express
	`SET synchronous_commit = off`, `SET enable_seqscan = off`, `SET enable_bitmapscan = off`, `SET enable_hashjoin = off`, `SET enable_mergejoin = off`,
}

// relayBy gives positions by one session until that fails.
//
// Its commits do not wait for the disk. Only a crash of the server can undo one, and then all
// sessions end, so that whoever goes on skips what may have been given: no position is given twice, and
// who remembers one without having stored it hears of some facts again, and misses none. Who stores one does so
// by a commit that waits, and that takes those before it along.
func (d *DB) relayBy(life context.Context) error {
	conn, err := d.read.Conn(life)
	if err != nil {
		return err
	}
	defer func() {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // not for others: its commits do not wait
		_ = conn.Close()
	}()
	run := plainRunner{on: conn}
	if _, err := run.exec(life, `UPDATE fact_head SET pos = pos + $1 WHERE one = 1`, []any{skip}); err != nil {
		return err
	}
	for _, set := range relaySettings {
		if _, err := run.exec(life, set, nil); err != nil {
			return err
		}
	}
	rest := newRest()
	defer rest.Stop()
	var whole time.Time // when all were looked at
	for {
		since := id.At[id.Fact](time.Now().Add(-freshFor))
		if time.Since(whole) >= factPoll {
			since, whole = 0, time.Now()
		}
		n, err := d.relayOnce(life, run, since)
		if err != nil {
			return err
		}
		if n < maxRelay {
			rest.pause(life, d.facts.fresh, factPoll)
		}
	}
}

// givePositions returns the facts from $1 on with their new positions; a row without an id if
// another node was quicker. Nothing is locked, and so written, where nothing is fresh.
const givePositions = `WITH
	head AS (SELECT pos FROM fact_head WHERE one = 1 AND EXISTS (SELECT 1 FROM fact WHERE pos = 0 AND id >= $1) FOR UPDATE),
	seen AS (SELECT pos FROM fact_head WHERE one = 1),
	fresh AS (SELECT tenant_id, id FROM fact WHERE pos = 0 AND id >= $1 ORDER BY id LIMIT 500),
	numbered AS (SELECT tenant_id, id, head.pos + ROW_NUMBER() OVER (ORDER BY id) AS pos
		FROM head JOIN seen ON seen.pos = head.pos CROSS JOIN fresh),
	given AS (UPDATE fact SET pos = numbered.pos FROM numbered WHERE fact.tenant_id = numbered.tenant_id AND fact.id = numbered.id
		RETURNING fact.tenant_id, fact.id, fact.pos, kind, subject, actor_kind, actor_id, at, data),
	moved AS (UPDATE fact_head SET pos = (SELECT MAX(pos) FROM given) WHERE one = 1 AND EXISTS (SELECT 1 FROM given))
	SELECT tenant_id, id, pos, kind, subject, actor_kind, actor_id, at, data FROM given
	UNION ALL SELECT 0, 0, 0, '', 0, '', 0, 0, '' FROM head JOIN seen ON seen.pos <> head.pos`

// relayOnce gives positions to what is committed, in one statement that is its own
// transaction: every reader waits for it.
//
// It numbers what its snapshot shows. The snapshot is older than the lock where
// another node held that: its numbers would be given twice. So it does nothing then
// (seen is not head), and is run again.
func (d *DB) relayOnce(ctx context.Context, run plainRunner, since id.Fact) (int, error) {
	rows, err := Many[factRow](ctx, run, givePositions, since)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	if rows[0].ID == 0 {
		return maxRelay, nil
	}
	slices.SortFunc(rows, func(a, b factRow) int { return cmp.Compare(a.Pos, b.Pos) })
	given, err := decodeAll(rows)
	if err != nil {
		return 0, err
	}
	d.facts.add(given)
	d.tell()
	return len(given), nil
}
