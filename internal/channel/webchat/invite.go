package webchat

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Codes of system entries about invitations.
const (
	codeInvited   = "chat_invited"
	codeWithdrawn = "chat_invitation_withdrawn"
	codeGoesOn    = "goes_on_chat" // in the conversation that was before
	codeCameFrom  = "came_from"    // in the chat
)

// InvitationPath is where invitations lead to, before the public key of a widget.
const InvitationPath = "/c/"

const opInvite = "webchat.Invite"

// InviteInput says to what an agent invites.
type InviteInput struct {
	Conversation id.Conversation // whose customer is invited
	Case         id.Case         // of which that conversation and the chat are parts
	Widget       id.EntryPoint   // of the brand; 0: its first by name
	Days         int             // for how many it holds; 0: InvitationDays
}

// Invite makes an invitation to go on by chat. It returns its link, which nobody
// can read again: what is kept is the hash of its token. Who may answer in the
// conversation may invite, and sends the link there in words of their own.
func (s *Server) Invite(ctx context.Context, in InviteInput) (Invitation, string, error) {
	if in.Days == 0 {
		in.Days = InvitationDays
	}
	row, err := s.Conversations.Visible(ctx, s.DB, actor.ConversationReply, in.Conversation)
	if err == nil {
		err = mayInvite(actor.From(ctx), row)
	}
	if err != nil {
		return Invitation{}, "", errs.Op(opInvite, err)
	}
	widget, err := s.widgetOf(ctx, row.BrandID, in.Widget)
	if err != nil {
		return Invitation{}, "", errs.Op(opInvite, err)
	}
	var made invitation
	token, hash := newInvitationToken()
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		made = invitation{TenantID: tenantOf(ctx), TokenHash: hash}
		return s.inviteIn(ctx, tx, in, widget, &made)
	})
	if err != nil {
		return Invitation{}, "", errs.Op(opInvite, err)
	}
	link, err := s.linkTo(ctx, widget, made.CustomerID, token)
	return made.Invitation, link, errs.Op(opInvite, err)
}

// inviteIn locks the case before the conversation, as whoever ties one to the other.
func (s *Server) inviteIn(ctx context.Context, tx *db.Tx, in InviteInput, widget channel.EntryPoint, made *invitation) error {
	if err := s.Cases.Tie(ctx, tx, in.Case, in.Conversation); err != nil {
		if errs.Is(errs.NotFound, err) {
			err = errs.Fields(opInvite, errs.Field{Path: "case_id", Code: "reference"})
		}
		return err
	}
	row, err := s.Conversations.LockVisible(ctx, tx, actor.ConversationReply, in.Conversation)
	if err == nil {
		err = mayInvite(actor.From(ctx), row)
	}
	if err != nil {
		return err
	}
	holding, err := holdingInvitations(ctx, tx, row.ID, tx.Now())
	if err == nil && holding >= invitationsMax {
		err = errs.New(errs.Exhausted, opInvite, "chat_invitation.too_many").With(errs.Values{"max": invitationsMax})
	}
	if err != nil {
		return err
	}
	made.Invitation = Invitation{
		ID: id.New[id.ChatInvitation](), BrandID: row.BrandID, EntryPointID: widget.ID, ConversationID: row.ID, CustomerID: row.CustomerID, CaseID: in.Case,
		UserID: actor.From(ctx).User, CreatedAt: tx.Now(), ExpiresAt: tx.Now().AddDate(0, 0, in.Days), State: InvitationOpen,
	}
	if err := insertInvitation(ctx, tx, made); err != nil {
		return err
	}
	return s.noteInvitation(ctx, tx, &row, codeInvited, made.Invitation)
}

// mayInvite refuses who could not send the link, and where it would not lead to this customer alone.
func mayInvite(a actor.Actor, c conversation.Conversation) error {
	mine := c.AgentID == a.User && a.User != 0 && !c.Waiting
	switch {
	case c.Channel == Channel:
		return errs.New(errs.Conflict, opInvite, "chat_invitation.chat")
	case c.Public(): // the link opens the chat to whoever reads it
		return errs.New(errs.Conflict, opInvite, "chat_invitation.public")
	case c.CustomerID == 0 || !c.ErasedAt.IsZero():
		return errs.New(errs.Conflict, opInvite, "chat_invitation.nobody")
	case !c.Open:
		return errs.New(errs.Conflict, opInvite, "reply.closed")
	case !mine && a.Scope(actor.ConversationReply) == actor.Own:
		return errs.New(errs.Conflict, opInvite, "reply.not_yours")
	}
	return nil
}

// Widgets returns the open widgets of a brand of the actor's, by name: those to which a customer can be invited.
func (s *Server) Widgets(ctx context.Context, brand id.Brand) ([]channel.EntryPoint, error) {
	const op = "webchat.Widgets"
	if _, err := actor.Require(ctx, op, actor.ConversationReply); err != nil {
		return nil, err
	}
	all, err := s.EntryPoints.OpenOf(ctx, channel.Webchat, brand)
	open := all[:0]
	for _, p := range all {
		if p.Queue != 0 { // what is said elsewhere reaches nobody
			open = append(open, p)
		}
	}
	return open, errs.Op(op, err)
}

// widgetOf returns the widget of a brand that was named, or its first.
func (s *Server) widgetOf(ctx context.Context, brand id.Brand, named id.EntryPoint) (channel.EntryPoint, error) {
	all, err := s.Widgets(ctx, brand)
	if err != nil {
		return channel.EntryPoint{}, err
	}
	for _, p := range all {
		if named == 0 || p.ID == named {
			return p, nil
		}
	}
	if named != 0 {
		return channel.EntryPoint{}, errs.Fields(opInvite, errs.Field{Path: "widget_id", Code: "reference"})
	}
	return channel.EntryPoint{}, errs.New(errs.Conflict, opInvite, "chat_invitation.no_widget")
}

// linkTo returns the address of an invitation. The token stands behind the #:
// browsers keep that to themselves, so no server, log or referrer learns it.
func (s *Server) linkTo(ctx context.Context, widget channel.EntryPoint, customer id.Customer, token string) (string, error) {
	lang, err := s.Customers.LanguageOf(ctx, s.DB, customer)
	query := ""
	if lang != "" {
		query = "?" + url.Values{"lang": {lang}}.Encode()
	}
	return strings.TrimSuffix(s.BaseURL, "/") + InvitationPath + url.PathEscape(widget.Address) + query + "#" + token, err
}

// Invitations returns the newest invitations of a conversation that the actor may read, the newest first.
func (s *Server) Invitations(ctx context.Context, key id.Conversation) ([]Invitation, error) {
	const op = "webchat.Invitations"
	if _, err := s.Conversations.Visible(ctx, s.DB, actor.ConversationRead, key); err != nil {
		return nil, errs.Op(op, err)
	}
	all, err := invitationsOf(ctx, s.DB, key)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	out := make([]Invitation, len(all))
	for i := range all {
		if all[i].State, err = s.stateOfInvitation(ctx, s.DB, &all[i], time.Now()); err != nil {
			return nil, errs.Op(op, err)
		}
		out[i] = all[i].Invitation
	}
	return out, nil
}

// Withdraw ends an invitation of a conversation in which the actor may answer: its
// link opens nothing any more. A chat that was begun by it goes on where it is open.
func (s *Server) Withdraw(ctx context.Context, key id.Conversation, which id.ChatInvitation) error {
	const op = "webchat.Withdraw"
	return errs.Op(op, s.DB.Update(ctx, func(tx *db.Tx) error {
		row, err := s.Conversations.LockVisible(ctx, tx, actor.ConversationReply, key)
		if err != nil {
			return err
		}
		i, found, err := findInvitation(ctx, tx, which, tx.ForUpdate())
		if err == nil && (!found || i.ConversationID != row.ID) {
			err = errs.E(errs.NotFound, op, nil)
		}
		if err != nil || !i.WithdrawnAt.IsZero() {
			return err
		}
		i.WithdrawnAt = tx.Now()
		if err := saveInvitation(ctx, tx, &i); err != nil {
			return err
		}
		return s.noteInvitation(ctx, tx, &row, codeWithdrawn, i.Invitation)
	}))
}

// noteInvitation says in a conversation, which is locked, what an agent did about an invitation.
func (s *Server) noteInvitation(ctx context.Context, tx *db.Tx, row *conversation.Conversation, code string, i Invitation) error {
	data, err := json.Marshal(map[string]any{"invitation_id": i.ID, "until": i.ExpiresAt})
	if err != nil {
		return errs.E(errs.Internal, opInvite, err)
	}
	return s.system(ctx, tx, row, conversation.NewEntry{Code: code, User: actor.From(ctx).User, Data: data})
}
