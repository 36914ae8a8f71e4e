package conversation

import (
	"context"
	"encoding/json"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/fact"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Continued is that a public entry was answered in private: where that goes on.
type Continued struct {
	EntryID        id.Entry        // the public one
	ConversationID id.Conversation // in which it stands
	PrivateID      id.Conversation // that only the two read
	MessageID      id.Entry        // the answer there
	At             time.Time
}

const continuedColumns = `entry_id, conversation_id, private_id, message_id, at`

// maxContinued bounds the ways from one conversation to others.
const maxContinued = "100"

// ContinuePrivately keeps that answer, a Private entry of a public conversation, went
// to the thread t as name, and shows it there. Done again, it changes nothing. Who wrote
// it knows the customer: what the customer says next is led to them.
func (s *Service) ContinuePrivately(ctx context.Context, tx *db.Tx, answer Entry, t Thread, name string) (Continued, error) {
	const op = "conversation.ContinuePrivately"
	public, err := s.Find(ctx, tx, answer.ConversationID)
	if err != nil {
		return Continued{}, errs.Op(op, err)
	}
	c, _, err := s.Open(ctx, tx, t)
	if err != nil {
		return Continued{}, errs.Op(op, err)
	}
	data, err := json.Marshal(map[string]any{"public": map[string]any{"conversation_id": public.ID, "entry_id": answer.TargetID}})
	if err != nil {
		return Continued{}, errs.E(errs.Internal, op, err)
	}
	message, twice, err := s.Append(ctx, tx, &c, NewEntry{
		Kind: Message, Author: answer.Author, User: answer.UserID, Text: answer.Body, Data: data, ExternalID: name,
		ClientID: "private:" + answer.ID.String(), Delivery: Sent, OccurredAt: answer.OccurredAt,
	})
	if err != nil {
		return Continued{}, errs.Op(op, err)
	}
	out := Continued{answer.TargetID, public.ID, c.ID, message.ID, tx.Now()}
	fresh, err := s.insertContinued(ctx, tx, out)
	if err != nil || !fresh {
		return out, errs.Op(op, err)
	}
	if err := s.knowAgent(ctx, tx, &c, answer.UserID, twice); err != nil {
		return out, errs.Op(op, err)
	}
	return out, errs.Op(op, tx.Record(ctx, fact.ConversationChanged{Conversation: public.ID, Brand: public.BrandID, What: "private"}))
}

func (s *Service) insertContinued(ctx context.Context, tx *db.Tx, c Continued) (fresh bool, err error) {
	n, err := db.Exec(ctx, tx, `INSERT INTO private_answer (tenant_id, `+continuedColumns+`) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (tenant_id, entry_id) DO NOTHING`, actor.From(ctx).Tenant, c.EntryID, c.ConversationID, c.PrivateID, c.MessageID, c.At)
	return n == 1, err
}

// knowAgent keeps who has written in a conversation on which nobody works.
func (s *Service) knowAgent(ctx context.Context, tx *db.Tx, c *Conversation, user id.User, twice bool) error {
	if user == 0 || c.Open {
		return nil
	}
	_, err := db.Exec(ctx, tx, `UPDATE conversation SET last_agent_id = $3, last_agent_at = $4 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, c.ID, user, tx.Now())
	if err != nil || !twice { // Append has involved who wrote
		return err
	}
	return s.involve(ctx, tx, c, involvement{User: user, Involved: true})
}

// ContinuedFrom returns which entries of a public conversation were answered in
// private, the newest first. It asks for no permission.
func (s *Service) ContinuedFrom(ctx context.Context, q db.Queryer, public id.Conversation) ([]Continued, error) {
	found, err := db.Many[Continued](ctx, q, `SELECT `+continuedColumns+` FROM private_answer WHERE tenant_id = $1 AND conversation_id = $2
		ORDER BY at DESC LIMIT `+maxContinued, actor.From(ctx).Tenant, public)
	return found, errs.Op("conversation.ContinuedFrom", err)
}

// ContinuedIn returns from which public entries a private conversation goes on, the
// newest first. It asks for no permission.
func (s *Service) ContinuedIn(ctx context.Context, q db.Queryer, private id.Conversation) ([]Continued, error) {
	found, err := db.Many[Continued](ctx, q, `SELECT `+continuedColumns+` FROM private_answer WHERE tenant_id = $1 AND private_id = $2
		ORDER BY at DESC LIMIT `+maxContinued, actor.From(ctx).Tenant, private)
	return found, errs.Op("conversation.ContinuedIn", err)
}
