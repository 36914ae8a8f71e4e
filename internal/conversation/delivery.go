package conversation

import (
	"context"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Delivery is how far an outgoing entry has come. It moves forward, until somebody decides to send it again.
type Delivery string

// States of a delivery.
const (
	Queued    Delivery = "queued"
	Sending   Delivery = "sending"
	Sent      Delivery = "sent"
	Delivered Delivery = "delivered"
	Read      Delivery = "read"
	Failed    Delivery = "failed"
	Ambiguous Delivery = "ambiguous" // the provider's answer was lost: it may or may not have arrived
	Cancelled Delivery = "cancelled" // taken back before it was sent
)

// Stands reports whether an entry of that delivery is, or will be, at the customer's.
func (d Delivery) Stands() bool { return d != Failed && d != Cancelled }

// maxReason bounds the reason kept of a failed delivery, in characters.
const maxReason = 300

// from returns the states out of which d can be reached. A later receipt settles
// what was ambiguous; a failure after sent is a bounce; nothing leaves read or
// cancelled. Only a person's decision to send again leads back to queued.
func (d Delivery) from() []Delivery {
	switch d {
	case Queued:
		return []Delivery{Failed, Ambiguous}
	case Sending:
		return []Delivery{Queued}
	case Ambiguous:
		return []Delivery{Sending}
	case Cancelled:
		return []Delivery{Queued, Sending}
	case Sent:
		return []Delivery{Queued, Sending, Ambiguous}
	case Delivered, Failed:
		return []Delivery{Queued, Sending, Ambiguous, Sent}
	case Read:
		return []Delivery{Queued, Sending, Ambiguous, Sent, Delivered}
	}
	return nil
}

// moved is an entry whose delivery moved.
type moved struct {
	ID             id.Entry
	ConversationID id.Conversation
	BrandID        id.Brand
	Seq            int64
	Reason         string
}

const returningMoved = ` RETURNING id, conversation_id, seq, delivery_reason AS reason,
	(SELECT c.brand_id FROM conversation c WHERE c.tenant_id = entry.tenant_id AND c.id = entry.conversation_id) AS brand_id`

// MoveDelivery moves the delivery of an entry forward and reports whether it
// moved. A receipt that comes late or twice moves nothing.
func (s *Service) MoveDelivery(ctx context.Context, tx *db.Tx, entry id.Entry, to Delivery, reason string) (bool, error) {
	const op = "conversation.MoveDelivery"
	w := &db.Where{}
	set := `UPDATE entry SET delivery_state = ` + w.Arg(string(to)) + `, delivery_reason = ` + w.Arg(clip(clean(reason), maxReason)) +
		`, delivery_at = ` + w.Arg(tx.Now())
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("id = ?", entry)
	n, err := s.advance(ctx, tx, set, w, to)
	return n > 0, errs.Op(op, err)
}

// MoveDelivered moves to delivered all that was sent to the customer up to seq:
// the acknowledgement of a channel that counts.
func (s *Service) MoveDelivered(ctx context.Context, tx *db.Tx, conversation id.Conversation, seq int64) error {
	const op = "conversation.MoveDelivered"
	w := &db.Where{}
	set := `UPDATE entry SET delivery_state = ` + w.Arg(string(Delivered)) + `, delivery_at = ` + w.Arg(tx.Now())
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("conversation_id = ?", conversation)
	w.And("seq <= ?", seq)
	w.And("kind = ?", string(Message)) // what goes another way than through the channel has receipts of its own
	_, err := s.advance(ctx, tx, set, w, Delivered)
	return errs.Op(op, err)
}

// MoveUntil moves to state all of our messages that had been sent in a conversation up
// to a time, and returns the newest of them: the watermark of a channel. A message
// counts from when it was written: the channel's time of it is never before that. What
// is on its way or in doubt does not move, for the mark need not be about it.
func (s *Service) MoveUntil(ctx context.Context, tx *db.Tx, c Conversation, to Delivery, until time.Time) error {
	const op = "conversation.MoveUntil"
	tenant := actor.From(ctx).Tenant
	seq, found, err := db.Find[int64](ctx, tx, `SELECT seq FROM entry WHERE tenant_id = $1 AND conversation_id = $2 AND seq > $3 AND kind = $4
		AND received_at <= $5 AND delivery_state IN ('sent', 'delivered', 'read') ORDER BY seq DESC LIMIT 1`,
		tenant, c.ID, c.LastSeq-watermarkReach, string(Message), until)
	if err != nil || !found {
		return errs.Op(op, err)
	}
	w := &db.Where{}
	set := `UPDATE entry SET delivery_state = ` + w.Arg(string(to)) + `, delivery_at = ` + w.Arg(tx.Now())
	w.And("tenant_id = ?", tenant)
	w.And("conversation_id = ?", c.ID)
	w.And("seq <= ?", seq)
	w.And("seq > ?", c.LastSeq-watermarkReach)
	w.And("kind = ?", string(Message))
	w.And("delivery_state <> ?", string(Queued))
	w.And("delivery_state <> ?", string(Sending))
	w.And("delivery_state <> ?", string(Ambiguous))
	if _, err := s.advance(ctx, tx, set, w, to); err != nil || to != Read {
		return errs.Op(op, err)
	}
	_, err = s.markRead(ctx, tx, c.ID, seq)
	return errs.Op(op, err)
}

// watermarkReach is how many of the newest entries of a conversation a watermark is about, at most.
const watermarkReach = 500

// advance runs an update of deliveries that may move to state, and records each.
func (s *Service) advance(ctx context.Context, tx *db.Tx, set string, w *db.Where, to Delivery) (int, error) {
	db.In(w, "delivery_state", to.from())
	rows, err := db.Many[moved](ctx, tx, set+w.SQL()+returningMoved, w.Args()...)
	if err != nil {
		return 0, err
	}
	slices.SortFunc(rows, func(a, b moved) int { return int(a.Seq - b.Seq) })
	for _, m := range rows {
		err := tx.Record(ctx, fact.DeliveryMoved{
			Conversation: m.ConversationID, Brand: m.BrandID, Entry: m.ID, Seq: m.Seq, State: string(to), Reason: m.Reason,
		})
		if err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// NameSent keeps the name that a channel gave to an entry of ours, by which its receipts will come.
func (s *Service) NameSent(ctx context.Context, tx *db.Tx, entry id.Entry, externalID string) error {
	_, err := db.Exec(ctx, tx, `UPDATE entry SET external_id = $3 WHERE tenant_id = $1 AND id = $2 AND external_id = ''`,
		actor.From(ctx).Tenant, entry, externalID)
	return errs.Op("conversation.NameSent", err)
}

// NameParts keeps by which other names a channel knows an entry of ours that became several messages there.
func (s *Service) NameParts(ctx context.Context, tx *db.Tx, entry id.Entry, names ...string) error {
	for _, name := range names {
		err := db.Write(ctx, tx, `INSERT INTO entry_part (tenant_id, entry_point_id, external_id, entry_id)
			SELECT tenant_id, entry_point_id, $3, id FROM entry WHERE tenant_id = $1 AND id = $2 AND external_id <> $3
			ON CONFLICT (tenant_id, entry_point_id, external_id) DO NOTHING`, actor.From(ctx).Tenant, entry, name)
		if err != nil {
			return errs.Op("conversation.NameParts", err)
		}
	}
	return nil
}

// PartsOf returns the names that NameParts has kept of an entry, in no order.
func (s *Service) PartsOf(ctx context.Context, q db.Queryer, entry id.Entry) ([]string, error) {
	found, err := db.Many[string](ctx, q, `SELECT external_id FROM entry_part WHERE tenant_id = $1 AND entry_id = $2`, actor.From(ctx).Tenant, entry)
	return found, errs.Op("conversation.PartsOf", err)
}

// FindSent returns the message that a channel knows as externalID, or of which that is a part.
func (s *Service) FindSent(ctx context.Context, q db.Queryer, point id.EntryPoint, externalID string) (Entry, error) {
	e, err := db.One[Entry](ctx, q, `SELECT `+EntryColumns+` FROM entry
		WHERE tenant_id = $1 AND entry_point_id = $2 AND external_id = $3 AND external_id <> '' AND kind = $4
		UNION ALL SELECT `+EntryColumns+` FROM entry WHERE tenant_id = $1 AND kind = $4
			AND id = (SELECT entry_id FROM entry_part WHERE tenant_id = $1 AND entry_point_id = $2 AND external_id = $3)
		LIMIT 1`, actor.From(ctx).Tenant, point, externalID, string(Message))
	return e, errs.Op("conversation.FindSent", err)
}
