package conversation

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// maxRechecked is of how many open conversations of an entry point what was said is asked for again.
const maxRechecked = "100"

// letInFor is for how long somebody who was let in again counts as blocked: a provider may not show them everywhere yet.
const letInFor = 10 * time.Minute

// Last says of what customers said which is meant.
type Last struct {
	Brand  id.Brand
	Point  id.EntryPoint
	After  time.Time // zero: from the beginning
	Before time.Time
	Most   int // the newest ones
}

// StillSaid is a message of a customer as it stands.
type StillSaid struct {
	ExternalID string
	Text       string // as it reads now
	Post       string // external id of the post under which it stands; empty: it is private
}

// saidRow is a message with who wrote it.
type saidRow struct {
	ID         id.Entry
	ExternalID string
	Body       string
	Post       string
	Writer     id.ContactPoint
}

// SaidLast returns what customers said in the open conversations of an entry point in which something
// happened last, and did not take back: the newest of it. Who stands blocked here is left out: of them
// a channel shows nothing, whether it is there or not. It asks for no permission.
func (s *Service) SaidLast(ctx context.Context, q db.Queryer, l Last) ([]StillSaid, error) {
	const op = "conversation.SaidLast"
	rows, err := db.Many[saidRow](ctx, q, `SELECT e.id, e.external_id, e.body, COALESCE(p.external_id, '') AS post,
			CASE WHEN e.contact_point_id <> 0 THEN e.contact_point_id ELSE c.contact_point_id END AS writer FROM (
			SELECT id, post_id, contact_point_id FROM conversation WHERE tenant_id = $1 AND brand_id = $2 AND open AND entry_point_id = $3
			ORDER BY last_at DESC, id DESC LIMIT `+maxRechecked+`) c
		JOIN entry e ON e.tenant_id = $1 AND e.conversation_id = c.id
		LEFT JOIN post p ON p.tenant_id = $1 AND p.id = c.post_id
		WHERE e.kind = 'message' AND e.author = 'customer' AND e.external_id <> '' AND e.occurred_at >= $4 AND e.occurred_at < $5
			AND NOT EXISTS (SELECT 1 FROM entry d WHERE d.tenant_id = $1 AND d.conversation_id = c.id AND d.kind = 'deletion' AND d.target_id = e.id)
		ORDER BY e.id DESC LIMIT $6`, actor.From(ctx).Tenant, l.Brand, l.Point, l.After, l.Before, l.Most)
	if err != nil || len(rows) == 0 {
		return nil, errs.Op(op, err)
	}
	blocked, err := s.blocked(ctx, q, rows)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	rows = slices.DeleteFunc(rows, func(r saidRow) bool { return blocked[r.Writer] })
	said, err := s.asTheyRead(ctx, q, rows)
	return said, errs.Op(op, err)
}

// asTheyRead returns messages with the texts that they have now.
func (s *Service) asTheyRead(ctx context.Context, q db.Queryer, rows []saidRow) ([]StillSaid, error) {
	entries, posts := make([]Entry, len(rows)), map[id.Entry]string{}
	for i, r := range rows {
		entries[i] = Entry{ID: r.ID, Kind: Message, ExternalID: r.ExternalID, Body: r.Body}
		posts[r.ID] = r.Post
	}
	now, err := s.AsTheyStand(ctx, q, entries)
	out := make([]StillSaid, len(now))
	for i, e := range now {
		out[i] = StillSaid{ExternalID: e.ExternalID, Text: e.Body, Post: posts[e.ID]}
	}
	return out, err
}

// blockRow is an act by which somebody was blocked, or let in again.
type blockRow struct {
	Writer        id.ContactPoint
	ID            id.Entry
	Data          json.RawMessage `db:"data,json"`
	DeliveryState Delivery
	DeliveryAt    time.Time
}

// blocked returns who of those who wrote something is blocked at the channel by one of us, or was until just now.
func (s *Service) blocked(ctx context.Context, q db.Queryer, rows []saidRow) (map[id.ContactPoint]bool, error) {
	var writers []id.ContactPoint
	for _, r := range rows {
		if r.Writer != 0 && !slices.Contains(writers, r.Writer) {
			writers = append(writers, r.Writer)
		}
	}
	if len(writers) == 0 {
		return nil, nil
	}
	w := &db.Where{}
	tenant := w.Arg(actor.From(ctx).Tenant)
	const act = `b.id, b.data, b.delivery_state, b.delivery_at`
	all, err := db.Many[blockRow](ctx, q, `SELECT m.contact_point_id AS writer, `+act+` FROM entry m
			JOIN entry b ON b.tenant_id = m.tenant_id AND b.target_id = m.id AND b.target_id <> 0
			WHERE m.tenant_id = `+tenant+` AND m.contact_point_id <> 0 AND `+db.OneOf(w, "m.contact_point_id", writers)+` AND b.kind = 'blocking'
		UNION ALL SELECT c.contact_point_id AS writer, `+act+` FROM conversation c
			JOIN entry b ON b.tenant_id = c.tenant_id AND b.conversation_id = c.id
			WHERE c.tenant_id = `+tenant+` AND c.post_id = 0 AND `+db.OneOf(w, "c.contact_point_id", writers)+` AND b.kind = 'blocking'`, w.Args()...)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b blockRow) int { return cmp.Compare(a.ID, b.ID) })
	out := map[id.ContactPoint]bool{}
	for _, one := range all {
		if one.DeliveryState.Stands() {
			out[one.Writer] = one.shuts(time.Now())
		}
	}
	return out, nil
}

// shuts reports whether who is meant counts as blocked after it: one that lets them in again does so once it was done, and for a while after that.
func (b blockRow) shuts(now time.Time) bool {
	if !(Entry{Data: b.Data}).TakesBack() {
		return true
	}
	return b.DeliveryState != Sent || now.Sub(b.DeliveryAt) < letInFor
}
