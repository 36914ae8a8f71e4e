package conversation

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Visible returns a conversation if the actor of ctx may do p with it. One that
// is out of reach is not found, so that its existence is not told.
func (s *Service) Visible(ctx context.Context, q db.Queryer, p actor.Permission, conversation id.Conversation) (Conversation, error) {
	const op = "conversation.Visible"
	a, err := actor.Require(ctx, op, p)
	if err != nil {
		return Conversation{}, err
	}
	c, err := s.find(ctx, q, a, conversation, "")
	if err != nil {
		return Conversation{}, errs.Op(op, err)
	}
	return c, errs.Op(op, s.reach(ctx, q, a, p, c))
}

// LockVisible is Visible for a conversation that is about to change: it is locked until the commit.
func (s *Service) LockVisible(ctx context.Context, tx *db.Tx, p actor.Permission, conversation id.Conversation) (Conversation, error) {
	const op = "conversation.Visible"
	a, err := actor.Require(ctx, op, p)
	if err != nil {
		return Conversation{}, err
	}
	c, err := s.find(ctx, tx, a, conversation, tx.ForUpdate())
	if err != nil {
		return Conversation{}, errs.Op(op, err)
	}
	return c, errs.Op(op, s.reach(ctx, tx, a, p, c))
}

// reach returns NotFound unless c is within the scope in which a has p.
func (s *Service) reach(ctx context.Context, q db.Queryer, a actor.Actor, p actor.Permission, c Conversation) error {
	scope := a.Scope(p)
	if scope >= actor.InBrand {
		return nil
	}
	users := []id.User{a.User}
	if scope == actor.InTeam {
		mates, err := s.staff.Teammates(ctx, q, a.User)
		if err != nil {
			return err
		}
		users = append(users, mates...)
	}
	if c.Open && slices.Contains(users, c.AgentID) && c.AgentID != 0 {
		return nil
	}
	w := &db.Where{}
	w.And("tenant_id = ?", a.Tenant)
	db.In(w, "user_id", users)
	w.And("conversation_id = ?", c.ID)
	w.And("involved")
	_, found, err := db.Find[id.User](ctx, q, `SELECT user_id FROM participant`+w.SQL()+` LIMIT 1`, w.Args()...)
	if err == nil && !found {
		err = errs.E(errs.NotFound, "conversation.reach", nil)
	}
	return err
}

// maxOwnCustomers bounds how far back CustomersOf looks.
const maxOwnCustomers = 500

// CustomersOf returns the customers of the newest conversations that are a user's own work.
func (s *Service) CustomersOf(ctx context.Context, q db.Queryer, user id.User) ([]id.Customer, error) {
	if user == 0 { // a key has no work of its own
		return nil, nil
	}
	tenant := actor.From(ctx).Tenant
	own, err := db.Many[id.Customer](ctx, q, `SELECT c.customer_id FROM participant p
		JOIN conversation c ON c.tenant_id = p.tenant_id AND c.id = p.conversation_id
		WHERE p.tenant_id = $1 AND p.user_id = $2 AND p.involved ORDER BY p.last_at DESC LIMIT $3`, tenant, user, maxOwnCustomers)
	if err != nil {
		return nil, errs.Op("conversation.CustomersOf", err)
	}
	held, err := db.Many[id.Customer](ctx, q, `SELECT customer_id FROM conversation
		WHERE tenant_id = $1 AND agent_id = $2 AND open LIMIT $3`, tenant, user, maxOwnCustomers)
	own = append(own, held...)
	slices.Sort(own)
	return slices.Compact(own), errs.Op("conversation.CustomersOf", err)
}

// MayRead returns nil if the actor of ctx may read a conversation, else NotFound or Forbidden.
func (s *Service) MayRead(ctx context.Context, conversation id.Conversation) error {
	_, err := s.Visible(ctx, s.db, actor.ConversationRead, conversation)
	return err
}

// MayReadMessage returns nil if the actor of ctx may read what a message of a
// conversation says, and so have its files; else NotFound or Forbidden.
func (s *Service) MayReadMessage(ctx context.Context, conversation id.Conversation, message id.Entry) error {
	const op = "conversation.MayReadMessage"
	if err := s.MayRead(ctx, conversation); err != nil || message.IsZero() {
		return err
	}
	e, err := s.FindEntry(ctx, s.db, message)
	if err != nil {
		return errs.Op(op, err)
	}
	withheld, err := s.Withheld(ctx, s.db, []Entry{e})
	if err == nil && withheld[e.ID] {
		err = errs.E(errs.NotFound, op, nil)
	}
	return errs.Op(op, err)
}

// Withheld returns which of entries were taken back and are not for the actor of ctx to
// read any more: their author and those who may answer for others still do. Whether the
// actor may read their conversations is for the caller to ask.
func (s *Service) Withheld(ctx context.Context, q db.Queryer, entries []Entry) (map[id.Entry]bool, error) {
	a := actor.From(ctx)
	if a.Scope(actor.ConversationReply) > actor.Own {
		return nil, nil
	}
	var foreign []Entry
	for _, e := range entries {
		if e.UserID == 0 || e.UserID != a.User {
			foreign = append(foreign, e)
		}
	}
	gone, err := s.TakenBack(ctx, q, foreign)
	out := map[id.Entry]bool{}
	for _, e := range foreign {
		if gone[e.ID] || e.Kind == Edit && gone[e.TargetID] { // what a message was changed to goes with it
			out[e.ID] = true
		}
	}
	return out, errs.Op("conversation.Withheld", err)
}
