package db

import (
	"cmp"
	"context"
	"slices"

	"github.com/zongler/zongler/internal/fact"
)

// relay gives positions to facts committed on PostgreSQL, where keys are not in
// the order of commits. The lock on fact_head lets one node at a time do it.
func (d *DB) relay(life context.Context) {
	for life.Err() == nil {
		n, err := d.relayOnce(life)
		if err != nil && life.Err() == nil && !isUndefinedTable(err) {
			d.log.Error("relay facts", "err", err)
		}
		if n < maxRelay {
			pause(life, d.facts.fresh, factPoll)
		}
	}
}

func (d *DB) relayOnce(ctx context.Context) (int, error) {
	fresh, err := Many[int64](ctx, d, `SELECT id FROM fact WHERE pos = 0 LIMIT 1`)
	if err != nil || len(fresh) == 0 {
		return 0, err
	}
	var given []fact.Record
	err = d.Update(ctx, func(tx *Tx) error {
		given, err = givePositions(ctx, tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	d.facts.add(given)
	d.tell()
	return len(given), nil
}

// givePositions numbers what one snapshot shows, so that it may not read and then write.
func givePositions(ctx context.Context, tx *Tx) ([]fact.Record, error) {
	head, err := One[int64](ctx, tx, `SELECT pos FROM fact_head WHERE one = 1`+tx.ForUpdate())
	if err != nil {
		return nil, err
	}
	rows, err := Many[factRow](ctx, tx, `UPDATE fact SET pos = numbered.pos
		FROM (SELECT tenant_id, id, $1 + ROW_NUMBER() OVER (ORDER BY id) AS pos FROM (
			SELECT tenant_id, id FROM fact WHERE pos = 0 ORDER BY id LIMIT $2) AS fresh) AS numbered
		WHERE fact.tenant_id = numbered.tenant_id AND fact.id = numbered.id
		RETURNING fact.tenant_id, fact.id, fact.pos, kind, subject, actor_kind, actor_id, at, data`, head, maxRelay)
	if err != nil {
		return nil, err
	}
	if _, err = Exec(ctx, tx, `UPDATE fact_head SET pos = $1 WHERE one = 1`, head+int64(len(rows))); err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b factRow) int { return cmp.Compare(a.Pos, b.Pos) })
	return decodeAll(rows)
}
