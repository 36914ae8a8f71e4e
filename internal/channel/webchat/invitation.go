package webchat

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Bounds of invitations.
const (
	InvitationDays    = 7  // that one holds, unless who makes it says otherwise
	InvitationDaysMax = 30 //
	invitationsMax    = 20 // of one conversation that hold at a time
	invitationsShown  = 50
	invitationKept    = 90 * 24 * time.Hour // after its end: until then whoever opens it is told what became of it
	invitationHead    = "i1."               // tells the form of the token
)

// InvitationState is what became of an invitation.
type InvitationState string

// States of an invitation.
const (
	InvitationOpen      InvitationState = "open"  // nobody has begun the chat
	InvitationBegun     InvitationState = "begun" // the chat goes on, and who opens the link comes back to it
	InvitationUsed      InvitationState = "used"  // the chat is over
	InvitationExpired   InvitationState = "expired"
	InvitationWithdrawn InvitationState = "withdrawn"
)

// Invitation is an invitation to the customer of a conversation on another channel to go on by chat.
type Invitation struct {
	ID             id.ChatInvitation
	BrandID        id.Brand
	EntryPointID   id.EntryPoint   // the widget
	ConversationID id.Conversation // from which it goes on
	CustomerID     id.Customer
	CaseID         id.Case
	UserID         id.User         // who invites; 0: a key of the interface
	ChatID         id.Conversation // 0: none was begun
	CreatedAt      time.Time
	ExpiresAt      time.Time
	WithdrawnAt    time.Time
	State          InvitationState `db:"-"` // as it was read
}

// invitation is an Invitation as it is kept.
type invitation struct {
	Invitation

	TenantID  id.Tenant
	TokenHash string
	VisitorID int64 // who comes by it; 0: nobody yet
}

// judged returns what became of i by now, if the chat it began goes on or not.
func (i *invitation) judged(now time.Time, goesOn bool) InvitationState {
	switch {
	case !i.WithdrawnAt.IsZero():
		return InvitationWithdrawn
	case i.ChatID != 0 && goesOn:
		return InvitationBegun
	case i.ChatID != 0:
		return InvitationUsed
	case !now.Before(i.ExpiresAt):
		return InvitationExpired
	}
	return InvitationOpen
}

// refusal is what is said to who opens an invitation in a state; nil if it opens.
func (s InvitationState) refusal(op string) error {
	switch s {
	case InvitationWithdrawn:
		return errs.New(errs.Conflict, op, CodeInvitationWithdrawn)
	case InvitationUsed:
		return errs.New(errs.Conflict, op, CodeInvitationUsed)
	case InvitationExpired:
		return errs.New(errs.Conflict, op, CodeInvitationExpired)
	case InvitationOpen, InvitationBegun:
	}
	return nil
}

// stateOfInvitation returns what became of an invitation. A chat that was closed
// only because its visitor was away goes on for as long as the invitation holds.
func (s *Server) stateOfInvitation(ctx context.Context, q db.Queryer, i *invitation, now time.Time) (InvitationState, error) {
	if i.ChatID == 0 || !i.WithdrawnAt.IsZero() {
		return i.judged(now, false), nil
	}
	ctx = asSystem(ctx, i.TenantID)
	c, found, err := findChat(ctx, q, i.ChatID, "")
	if err != nil || !found {
		return i.judged(now, false), err
	}
	row, err := s.Conversations.Find(ctx, q, i.ChatID)
	if err != nil && !errs.Is(errs.NotFound, err) {
		return "", err
	}
	return i.judged(now, err == nil && c.goesOn(row, now, i.ExpiresAt)), nil
}

// goesOn reports whether a chat takes messages, or would if its visitor came back before a time.
func (c chat) goesOn(row conversation.Conversation, now, until time.Time) bool {
	return c.open(row) || c.Ended == endedGone && now.Before(until)
}

// newInvitationToken returns a token and what is kept of it.
func newInvitationToken() (token, hash string) {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails: it ends the program instead
	token = invitationHead + base64.RawURLEncoding.EncodeToString(raw)
	return token, hashOf(token)
}
