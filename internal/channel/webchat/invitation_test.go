package webchat

import (
	"strings"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
)

func TestAnInvitationHoldsUntilItsChatIsOver(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	open := Invitation{ExpiresAt: now.AddDate(0, 0, 7)}
	change := func(f func(i *Invitation)) Invitation {
		i := open
		f(&i)
		return i
	}
	tests := []struct {
		why    string
		of     Invitation
		goesOn bool
		want   InvitationState
		code   string
	}{
		{"nobody has come", open, false, InvitationOpen, ""},
		{"its time is over to the second", change(func(i *Invitation) { i.ExpiresAt = now }), false, InvitationExpired, CodeInvitationExpired},
		{"the chat goes on", change(func(i *Invitation) { i.ChatID = 4 }), true, InvitationBegun, ""},
		{"the chat goes on beyond the time", change(func(i *Invitation) { i.ChatID, i.ExpiresAt = 4, now.AddDate(0, 0, -1) }), true, InvitationBegun, ""},
		{"the chat is over within the time", change(func(i *Invitation) { i.ChatID = 4 }), false, InvitationUsed, CodeInvitationUsed},
		{"it was withdrawn", change(func(i *Invitation) { i.WithdrawnAt = now }), false, InvitationWithdrawn, CodeInvitationWithdrawn},
		{"it was withdrawn while the chat goes on", change(func(i *Invitation) { i.ChatID, i.WithdrawnAt = 4, now }), true, InvitationWithdrawn, CodeInvitationWithdrawn},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			t.Parallel()
			i := invitation{Invitation: tt.of}
			got := i.judged(now, tt.goesOn)
			if code := codeOf(got.refusal("test")); got != tt.want || code != tt.code {
				t.Errorf("%s, %q; want %s, %q", got, code, tt.want, tt.code)
			}
		})
	}
}

// codeOf returns the code of an error; empty if there is none.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return errs.CodeOf(err)
}

func TestAChatWhoseVisitorWasAwayGoesOnWhileTheInvitationHolds(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	tests := []struct {
		why  string
		c    chat
		row  conversation.Conversation
		till time.Time
		want bool
	}{
		{"somebody works on it", chat{}, conversation.Conversation{InteractionID: 3, Open: true}, now, true},
		{"nothing was said yet", chat{}, conversation.Conversation{}, now, true},
		{"an agent has ended it", chat{}, conversation.Conversation{InteractionID: 3}, now.Add(time.Hour), false},
		{"the visitor has ended it", chat{Ended: endedByVisitor}, conversation.Conversation{InteractionID: 3}, now.Add(time.Hour), false},
		{"the visitor was gone", chat{Ended: endedGone}, conversation.Conversation{InteractionID: 3}, now.Add(time.Hour), true},
		{"the visitor was gone for too long", chat{Ended: endedGone}, conversation.Conversation{InteractionID: 3}, now, false},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			t.Parallel()
			if got := tt.c.goesOn(tt.row, now, tt.till); got != tt.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestWhoMayInvite(t *testing.T) {
	t.Parallel()
	agent := actor.Actor{Kind: actor.User, User: 7, Rights: actor.Rights{actor.ConversationReply: actor.Own}}
	mail := conversation.Conversation{Channel: "email", CustomerID: 5, Open: true, AgentID: 7}
	change := func(f func(c *conversation.Conversation)) conversation.Conversation {
		c := mail
		f(&c)
		return c
	}
	tests := []struct {
		why  string
		c    conversation.Conversation
		code string
	}{
		{"who works on a mail", mail, ""},
		{"not to a chat from a chat", change(func(c *conversation.Conversation) { c.Channel = Channel }), "chat_invitation.chat"},
		{"not where everybody reads", change(func(c *conversation.Conversation) { c.PostID = 2 }), "chat_invitation.public"},
		{"not whom nobody knows", change(func(c *conversation.Conversation) { c.CustomerID = 0 }), "chat_invitation.nobody"},
		{"not who was erased", change(func(c *conversation.Conversation) { c.ErasedAt = time.Unix(1, 0) }), "chat_invitation.nobody"},
		{"not once it is closed", change(func(c *conversation.Conversation) { c.Open = false }), "reply.closed"},
		{"not in a colleague's", change(func(c *conversation.Conversation) { c.AgentID = 8 }), "reply.not_yours"},
		{"not while it is offered", change(func(c *conversation.Conversation) { c.Waiting = true }), "reply.not_yours"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			t.Parallel()
			if code := codeOf(mayInvite(agent, tt.c)); code != tt.code {
				t.Errorf("%q, want %q", code, tt.code)
			}
		})
	}
}

func TestWhatIsKeptOfAnInvitationOpensNothing(t *testing.T) {
	t.Parallel()
	token, hash := newInvitationToken()
	other, _ := newInvitationToken()
	if !strings.HasPrefix(token, invitationHead) || len(token) > TokenMax || token == other || hash != hashOf(token) || strings.Contains(hash, token) {
		t.Errorf("%q is kept as %q", token, hash)
	}
}

func TestOfWhoWasInvitedNothingIsToldAndNothingIsAsked(t *testing.T) {
	t.Parallel()
	v := visitor{ID: 4, InvitationID: 9, ContactPointID: 3}
	told := v.told()
	if told.Known || told.Name != "" || strings.Join(told.Signed, " ") != "name email phone" {
		t.Errorf("%+v", told)
	}
	form := PrechatForm{Fields: []FormField{{Name: fieldName, Required: true}, {Name: "topic", Required: true}, {Name: fieldEmail}}}
	if got := form.withoutDetails().Fields; len(got) != 1 || got[0].Name != "topic" || len(form.Fields) != 3 {
		t.Errorf("%+v", got)
	}
}
