package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Sums of the rows, in the order of their structs.
const (
	visitSums = `offered, answered, answered_in_time, abandoned, abandoned_in_time, abandoned_short, overflowed, transferred,
	callback, callback_in_time, closed, wait_answered_us, wait_abandoned_us`
	workSums = `offers, accepted, declined, missed, withdrawn, handled, talk_us, wrap_up_us, parked_us, transfers_out, transfer_us,
	replies, reply_us, answers, stars, top_two`
	clockSums = `available_us, away_us, contact_us, idle_us, chat_us, chat_wall_us`
)

// sums returns the columns of a list, summed up.
func sums(columns string) string {
	var b strings.Builder
	for i, c := range strings.FieldsFunc(columns, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' }) {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "CAST(SUM(%s) AS BIGINT) AS %s", c, c) // PostgreSQL sums BIGINT to NUMERIC
	}
	return b.String()
}

// replaceVisits puts rows in the place of what was there of a span and some queues or (nil) all.
func replaceVisits(ctx context.Context, tx *db.Tx, tenant id.Tenant, within span, queues []id.Queue, rows map[visitKey]*Visits) error {
	w := &db.Where{}
	w.And("tenant_id = ? AND start_at >= ? AND start_at < ?", tenant, within.From, within.To)
	if queues != nil {
		db.In(w, "queue_id", queues)
	}
	if _, err := db.Exec(ctx, tx, `DELETE FROM report_queue_interval`+w.SQL(), w.Args()...); err != nil {
		return err
	}
	for k, v := range rows {
		_, err := db.Exec(ctx, tx, `INSERT INTO report_queue_interval (tenant_id, start_at, brand_id, queue_id, channel, `+visitSums+`, longest_us)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
			tenant, k.StartAt, k.BrandID, k.QueueID, k.Channel, v.Offered, v.Answered, v.AnsweredInTime, v.Abandoned, v.AbandonedInTime,
			v.AbandonedShort, v.Overflowed, v.Transferred, v.Callback, v.CallbackInTime, v.Closed, v.WaitAnsweredUS, v.WaitAbandonedUS, v.LongestUS)
		if err != nil {
			return err
		}
	}
	return nil
}

// replaceWork is replaceVisits for work, of some agents or (nil) all.
func replaceWork(ctx context.Context, tx *db.Tx, tenant id.Tenant, within span, agents []id.User, rows map[workKey]*Work) error {
	w := &db.Where{}
	w.And("tenant_id = ? AND start_at >= ? AND start_at < ?", tenant, within.From, within.To)
	if agents != nil {
		db.In(w, "agent_id", agents)
	}
	if _, err := db.Exec(ctx, tx, `DELETE FROM report_work_interval`+w.SQL(), w.Args()...); err != nil {
		return err
	}
	for k, v := range rows {
		_, err := db.Exec(ctx, tx, `INSERT INTO report_work_interval (tenant_id, start_at, agent_id, brand_id, queue_id, channel, `+workSums+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
			tenant, k.StartAt, k.AgentID, k.BrandID, k.QueueID, k.Channel, v.Offers, v.Accepted, v.Declined, v.Missed, v.Withdrawn,
			v.Handled, v.TalkUS, v.WrapUpUS, v.ParkedUS, v.TransfersOut, v.TransferUS, v.Replies, v.ReplyUS, v.Answers, v.Stars, v.TopTwo)
		if err != nil {
			return err
		}
	}
	return nil
}

// replaceClock puts the rows of time of all agents in the place of what was there of a span.
func replaceClock(ctx context.Context, tx *db.Tx, tenant id.Tenant, within span, rows clockRows) error {
	for _, table := range []string{"DELETE FROM report_agent_interval", "DELETE FROM report_away_interval"} {
		_, err := db.Exec(ctx, tx, table+` WHERE tenant_id = $1 AND start_at >= $2 AND start_at < $3`, tenant, within.From, within.To)
		if err != nil {
			return err
		}
	}
	for k, c := range rows.clock {
		_, err := db.Exec(ctx, tx, `INSERT INTO report_agent_interval (tenant_id, start_at, agent_id, `+clockSums+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			tenant, k.StartAt, k.AgentID, c.AvailableUS, c.AwayUS, c.ContactUS, c.IdleUS, c.ChatUS, c.ChatWallUS)
		if err != nil {
			return err
		}
	}
	for k, us := range rows.away {
		_, err := db.Exec(ctx, tx, `INSERT INTO report_away_interval (tenant_id, start_at, agent_id, reason_id, system, us)
			VALUES ($1, $2, $3, $4, $5, $6)`, tenant, k.StartAt, k.AgentID, k.ReasonID, k.System, *us)
		if err != nil {
			return err
		}
	}
	return nil
}

// clockUntil returns up to when the rows of time are complete; zero: there are none.
func clockUntil(ctx context.Context, q db.Queryer, tenant id.Tenant) (time.Time, error) {
	until, _, err := db.Find[time.Time](ctx, q, `SELECT until FROM report_clock WHERE tenant_id = $1`, tenant)
	return until, err
}

func saveClockUntil(ctx context.Context, tx *db.Tx, tenant id.Tenant, until time.Time) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO report_clock (tenant_id, until) VALUES ($1, $2)
		ON CONFLICT (tenant_id) DO UPDATE SET until = excluded.until`, tenant, until)
	return err
}

// firstClock returns the first stamp of any agent's time; zero: there is none.
func firstClock(ctx context.Context, q db.Queryer, tenant id.Tenant) (time.Time, error) {
	var first time.Time
	for _, text := range []string{
		`SELECT since FROM agent_interval WHERE tenant_id = $1 ORDER BY since LIMIT 1`,
		`SELECT started_at FROM segment WHERE tenant_id = $1 ORDER BY started_at LIMIT 1`,
	} {
		t, found, err := db.Find[time.Time](ctx, q, text, tenant)
		if err != nil {
			return first, err
		}
		if found && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first, nil
}

func cursor(ctx context.Context, q db.Queryer) (int64, error) {
	pos, _, err := db.Find[int64](ctx, q, `SELECT pos FROM report_cursor WHERE name = $1`, reader)
	return pos, err
}

func saveCursor(ctx context.Context, tx *db.Tx, pos int64) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO report_cursor (name, pos) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET pos = excluded.pos WHERE report_cursor.pos < excluded.pos`, reader, pos)
	return err
}
