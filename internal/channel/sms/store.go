package sms

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// segment is one of ours by the centre's name, and what became of it.
type segment struct {
	MessageID string
	EntryID   id.Entry
	Total     int
	State     channel.State // Arrived, Refused; empty: not known yet
	Reason    string
	Told      bool
	At        time.Time
}

const segmentColumns = `message_id, entry_id, total, state, reason, told, at`

// earlyFor is for how long a receipt may wait for us to know whose it is. An older one is of
// a message that had the same name before.
const earlyFor = 24 * time.Hour

// nameSegment keeps whose a name is. What a receipt has said of it before stays.
func nameSegment(ctx context.Context, tx *db.Tx, p channel.EntryPoint, g segment) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO sms_segment (tenant_id, entry_point_id, message_id, entry_id, total, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, entry_point_id, message_id) DO UPDATE SET entry_id = excluded.entry_id, total = excluded.total, told = FALSE,
			state = CASE WHEN sms_segment.entry_id = 0 AND sms_segment.at > $7 THEN sms_segment.state ELSE '' END,
			reason = CASE WHEN sms_segment.entry_id = 0 AND sms_segment.at > $7 THEN sms_segment.reason ELSE '' END, at = excluded.at`,
		p.Tenant, p.ID, g.MessageID, g.EntryID, g.Total, tx.Now(), tx.Now().Add(-earlyFor))
	return err
}

// saveReceipt keeps what a receipt says, the first that says an end, and returns whose it is; 0: it is not known yet.
func saveReceipt(ctx context.Context, tx *db.Tx, p channel.EntryPoint, g segment) (id.Entry, error) {
	_, err := db.Exec(ctx, tx, `INSERT INTO sms_segment (tenant_id, entry_point_id, message_id, state, reason, at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, entry_point_id, message_id) DO UPDATE SET state = excluded.state, reason = excluded.reason
		WHERE sms_segment.state = ''`, p.Tenant, p.ID, g.MessageID, string(g.State), g.Reason, tx.Now())
	if err != nil {
		return 0, err
	}
	return db.One[id.Entry](ctx, tx, `SELECT entry_id FROM sms_segment WHERE tenant_id = $1 AND entry_point_id = $2 AND message_id = $3`, p.Tenant, p.ID, g.MessageID)
}

// segmentsOf returns the segments of an answer.
func segmentsOf(ctx context.Context, q db.Queryer, p channel.EntryPoint, entry id.Entry) ([]segment, error) {
	return db.Many[segment](ctx, q, `SELECT `+segmentColumns+` FROM sms_segment WHERE tenant_id = $1 AND entry_id = $2 AND entry_id <> 0`, p.Tenant, entry)
}

// markTold notes that what became of an answer is known where it was written.
func markTold(ctx context.Context, tx *db.Tx, p channel.EntryPoint, entry id.Entry) error {
	_, err := db.Exec(ctx, tx, `UPDATE sms_segment SET told = TRUE WHERE tenant_id = $1 AND entry_id = $2 AND entry_id <> 0`, p.Tenant, entry)
	return err
}

// untold returns the answers of a number of which receipts have come since, and nobody knows.
func untold(ctx context.Context, q db.Queryer, p channel.EntryPoint, since time.Time) ([]id.Entry, error) {
	return db.Many[id.Entry](ctx, q, `SELECT DISTINCT entry_id FROM sms_segment WHERE tenant_id = $1 AND entry_point_id = $2
		AND entry_id <> 0 AND state <> '' AND NOT told AND at > $3 LIMIT 500`, p.Tenant, p.ID, since)
}

// received is a segment that a centre has brought.
type received struct {
	Name       string
	Digest     string
	Sender     string
	Recipient  string
	Ref        int
	Total      int
	Part       int
	Wide       bool
	Data       []byte
	ReceivedAt time.Time
}

const receivedColumns = `name, digest, sender, recipient, ref, total, part, wide, data, received_at`

func saveReceived(ctx context.Context, tx *db.Tx, p channel.EntryPoint, r received) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO sms_received (tenant_id, entry_point_id, `+receivedColumns+`, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'waiting')`,
		p.Tenant, p.ID, r.Name, r.Digest, r.Sender, r.Recipient, r.Ref, r.Total, r.Part, r.Wide, r.Data, r.ReceivedAt)
	return err
}

// waitingFor returns the segments of a number that are not part of a message yet, the oldest first.
func waitingFor(ctx context.Context, q db.Queryer, p channel.EntryPoint) ([]received, error) {
	return db.Many[received](ctx, q, `SELECT `+receivedColumns+` FROM sms_received WHERE tenant_id = $1 AND entry_point_id = $2 AND state = 'waiting'
		ORDER BY received_at LIMIT 5000`, p.Tenant, p.ID)
}

// markTaken notes that a segment has become part of a message. What it said is there now.
func markTaken(ctx context.Context, tx *db.Tx, p channel.EntryPoint, name string) error {
	_, err := db.Exec(ctx, tx, `UPDATE sms_received SET state = 'taken', sender = '', recipient = '', data = $4
		WHERE tenant_id = $1 AND entry_point_id = $2 AND name = $3`, p.Tenant, p.ID, name, []byte{})
	return err
}

// lately returns the digests of what a number was brought at last, within a while of the newest.
func lately(ctx context.Context, q db.Queryer, p channel.EntryPoint, within time.Duration, since time.Time) ([]string, error) {
	newest, found, err := db.Find[time.Time](ctx, q, `SELECT received_at FROM sms_received WHERE tenant_id = $1 AND entry_point_id = $2 AND received_at > $3
		ORDER BY received_at DESC LIMIT 1`, p.Tenant, p.ID, since)
	if err != nil || !found {
		return nil, err
	}
	return db.Many[string](ctx, q, `SELECT digest FROM sms_received WHERE tenant_id = $1 AND entry_point_id = $2 AND received_at >= $3`,
		p.Tenant, p.ID, newest.Add(-within))
}

// prune forgets what no centre brings again, and what no receipt is about any more.
func prune(ctx context.Context, tx *db.Tx, segments, bodies time.Time) error {
	if _, err := db.Exec(ctx, tx, `DELETE FROM sms_segment WHERE at < $1`, segments); err != nil {
		return err
	}
	_, err := db.Exec(ctx, tx, `DELETE FROM sms_received WHERE received_at < $1`, bodies)
	return err
}

// stopped reports whether somebody has forbidden messages from a number of ours.
func (s *Service) stopped(ctx context.Context, q db.Queryer, p channel.EntryPoint, number string) (bool, error) {
	stopped, _, err := db.Find[bool](ctx, q, `SELECT stopped FROM sms_stop WHERE tenant_id = $1 AND entry_point_id = $2 AND number = $3`, p.Tenant, p.ID, number)
	return stopped, err
}

// claimConfirm reports whether a STOP may be confirmed now, and notes that it is.
func claimConfirm(ctx context.Context, tx *db.Tx, p channel.EntryPoint, number string) (bool, error) {
	n, err := db.Exec(ctx, tx, `UPDATE sms_stop SET confirmed_at = $4 WHERE tenant_id = $1 AND entry_point_id = $2 AND number = $3 AND stopped AND confirmed_at <= $5`,
		p.Tenant, p.ID, number, tx.Now(), tx.Now().Add(-confirmEvery))
	return n > 0, err
}

// freeConfirm takes back what claimConfirm has noted.
func freeConfirm(ctx context.Context, tx *db.Tx, p channel.EntryPoint, number string) error {
	_, err := db.Exec(ctx, tx, `UPDATE sms_stop SET confirmed_at = 0 WHERE tenant_id = $1 AND entry_point_id = $2 AND number = $3`, p.Tenant, p.ID, number)
	return err
}

// saveStop keeps what somebody wants, if it is newer than what is known, and reports whether that is news.
func saveStop(ctx context.Context, tx *db.Tx, p channel.EntryPoint, number string, stopped bool, at time.Time) (bool, error) {
	n, err := db.Exec(ctx, tx, `INSERT INTO sms_stop (tenant_id, entry_point_id, number, stopped, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (tenant_id, entry_point_id, number) DO UPDATE SET stopped = excluded.stopped, at = excluded.at
		WHERE sms_stop.at < excluded.at`, p.Tenant, p.ID, number, stopped, at)
	return n > 0, err
}
