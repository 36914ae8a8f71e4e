package webchat

import (
	"context"
	"encoding/json"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// meetInvited finds who comes by an invitation. Its token shows that a browser has
// what was sent to a customer, and no more: it opens the visitor that was made for
// its sake, from any browser until its chat is over. Who is signed in stays who
// they are; a browser that was somebody else's anonymous visitor is not that any
// more, for a cookie says nothing of who sits there now.
func (s *Server) meetInvited(ctx context.Context, tx *db.Tx, e *entrance, r VisitorRequest, who Identity) (meeting, error) {
	i, err := s.opened(ctx, tx, e, r.Invitation)
	if err != nil {
		return meeting{}, err
	}
	shown := r.Token
	if who.Subject != "" {
		signed, err := s.meetIn(ctx, tx, e, r.Token, who)
		if err != nil || signed.later {
			return signed, err
		}
		shown = signed.token
	}
	v, hash, found, err := s.bearer(ctx, tx, e, shown)
	if err != nil {
		return meeting{}, err
	}
	if found && (v.ID == i.VisitorID || i.ChatID == 0 && v.known()) {
		v.InvitationID = i.ID
		return meeting{visitor: v, token: shown}, renewToken(ctx, tx, &v, hash, e.mark(&v))
	}
	if v, err = s.guest(ctx, tx, e, &i); err != nil {
		return meeting{}, err
	}
	if found {
		if err := deleteToken(ctx, tx, hash); err != nil {
			return meeting{}, err
		}
	}
	token, fresh := newToken()
	return meeting{visitor: v, token: token}, insertToken(ctx, tx, &v, fresh, e.mark(&v))
}

// opened returns the invitation of a token at an entry point, locked, or why it opens nothing.
func (s *Server) opened(ctx context.Context, tx *db.Tx, e *entrance, token string) (invitation, error) {
	const op = "webchat.opened"
	i, found, err := invitationByToken(ctx, tx, hashOf(token))
	if err == nil && (!found || i.TenantID != e.point.Tenant || i.EntryPointID != e.point.ID) {
		err = errs.New(errs.NotFound, op, CodeInvitationUnknown)
	}
	if err != nil {
		return i, err
	}
	state, err := s.stateOfInvitation(ctx, tx, &i, tx.Now())
	if err == nil {
		err = state.refusal(op)
	}
	return i, err
}

// guest returns the visitor of an invitation, and makes one for it if there is none.
// One who was signed in when they began the chat is theirs alone.
func (s *Server) guest(ctx context.Context, tx *db.Tx, e *entrance, i *invitation) (visitor, error) {
	if i.VisitorID != 0 {
		v, err := findVisitor(ctx, tx, i.TenantID, i.VisitorID, tx.ForUpdate())
		if err == nil && v.known() {
			err = InvitationUsed.refusal("webchat.guest")
		}
		if err == nil || !errs.Is(errs.NotFound, err) {
			return v, err
		}
	}
	v := s.newVisitor(e, tx.Now())
	v.InvitationID = i.ID
	if _, err := insertVisitor(ctx, tx, &v); err != nil {
		return v, err
	}
	i.VisitorID = v.ID
	return v, saveInvitation(ctx, tx, i)
}

// way is how a chat comes from another conversation; the zero one is that it does not.
type way struct {
	invitation

	from conversation.Conversation
}

// wayOf returns from where a visitor comes who is about to begin a chat. An
// invitation that has ended meanwhile leads from nowhere: the chat is one like any other.
func (s *Server) wayOf(ctx context.Context, tx *db.Tx, of *visitor) (way, error) {
	v, err := findVisitor(ctx, tx, of.TenantID, of.ID, "") // they may have opened it since they came
	if err != nil || v.InvitationID == 0 {
		return way{}, err
	}
	i, found, err := findInvitation(ctx, tx, v.InvitationID, tx.ForUpdate())
	if err != nil || !found || i.ChatID != 0 || i.judged(tx.Now(), false) != InvitationOpen {
		return way{}, err
	}
	from, err := s.Conversations.Find(ctx, tx, i.ConversationID)
	if errs.Is(errs.NotFound, err) || err == nil && (from.CustomerID == 0 || !from.ErasedAt.IsZero()) {
		return way{}, nil
	}
	return way{i, from}, err
}

// arrive sees to it that a visitor who begins a chat, and comes by w, is an address of a customer.
func (s *Server) arrive(ctx context.Context, tx *db.Tx, v *visitor, w way) (customer.Party, error) {
	if w.ID == 0 || v.known() {
		party, err := s.contact(ctx, tx, v)
		if err == nil && w.ID != 0 && party.Customer != w.from.CustomerID {
			err = s.Customers.Hint(ctx, tx, party.Customer, w.from.CustomerID, customer.OpenedInvitation)
		}
		return party, err
	}
	party, err := s.Customers.Invited(ctx, tx, w.from.CustomerID, v.seen())
	if err != nil {
		return party, err
	}
	v.ContactPointID = party.ContactPoint
	return party, saveVisitor(ctx, tx, v)
}

// goOnFrom makes a chat that was just begun a part of the case of the conversation
// from which it comes, and lets each say where the other is.
func (s *Server) goOnFrom(ctx context.Context, tx *db.Tx, w way, v *visitor, chat *conversation.Conversation) error {
	if w.ID == 0 {
		return nil
	}
	w.VisitorID, w.ChatID = v.ID, chat.ID
	if err := saveInvitation(ctx, tx, &w.invitation); err != nil {
		return err
	}
	err := s.Cases.Tie(asSystem(ctx, v.TenantID), tx, w.CaseID, chat.ID)
	if err != nil && !errs.Is(errs.NotFound, err) && !errs.Is(errs.Exhausted, err) { // the case is gone or full: the chat goes on all the same
		return err
	}
	if err := s.pointTo(ctx, tx, chat, codeCameFrom, w.from); err != nil {
		return err
	}
	from, err := s.Conversations.Lock(ctx, tx, w.from.ID)
	if err != nil {
		return err
	}
	return s.pointTo(ctx, tx, &from, codeGoesOn, *chat)
}

// pointTo says in a conversation, which is locked, where another is.
func (s *Server) pointTo(ctx context.Context, tx *db.Tx, in *conversation.Conversation, code string, to conversation.Conversation) error {
	data, err := json.Marshal(map[string]any{"conversation_id": to.ID, "channel": to.Channel})
	if err != nil {
		return errs.E(errs.Internal, "webchat.pointTo", err)
	}
	return s.system(ctx, tx, in, conversation.NewEntry{Code: code, Data: data, ClientID: code + "-" + to.ID.String()})
}

// hostOf returns the agent who has invited to a chat in which nothing was said yet; 0 for nobody.
func (s *Server) hostOf(ctx context.Context, ses *Session, row conversation.Conversation) (id.User, error) {
	if ses.visitor.InvitationID == 0 || row.InteractionID != 0 {
		return 0, nil
	}
	return hostOfChat(ctx, s.DB, row.ID)
}

// alone ends the tokens of an invited visitor in all other browsers: what they say
// after the chat to which they were invited is not for whoever was shown the link.
func (s *Server) alone(ctx context.Context, tx *db.Tx, ses *Session, v *visitor, w way) ([]string, error) {
	if !v.invited() || w.ID != 0 {
		return nil, nil
	}
	return deleteOtherTokens(ctx, tx, v, ses.hash)
}
