package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// ChatInvitations lets a customer of another channel go on by chat.
type ChatInvitations interface {
	Widgets(ctx context.Context, brand id.Brand) ([]channel.EntryPoint, error)
	Invite(ctx context.Context, in webchat.InviteInput) (i webchat.Invitation, link string, err error)
	Invitations(ctx context.Context, conversation id.Conversation) ([]webchat.Invitation, error)
	Withdraw(ctx context.Context, conversation id.Conversation, which id.ChatInvitation) error
}

type widgetRef struct {
	ID   id.EntryPoint `json:"id"`
	Name string        `json:"name"`
}

type widgetsOutput struct {
	Body struct {
		Items []widgetRef `json:"items"`
	}
}

type chatInvitationBody struct {
	ID        id.ChatInvitation `json:"id"`
	WidgetID  id.EntryPoint     `json:"widget_id"`
	CaseID    id.Case           `json:"case_id" doc:"Of which the chat becomes a part"`
	ChatID    id.Conversation   `json:"chat_id,omitzero" doc:"The chat that was begun"`
	InvitedBy *UserRef          `json:"invited_by,omitempty"`
	State     string            `json:"state" enum:"open,begun,used,expired,withdrawn" doc:"begun: the chat goes on, and who opens the link comes back to it; used: the chat is over"`
	CreatedAt time.Time         `json:"created_at"`
	ExpiresAt time.Time         `json:"expires_at" doc:"Until then a chat can be begun"`
	Link      string            `json:"link,omitempty" doc:"Only in the answer that makes it: nobody can read it again. Without a configured address of ours it begins with a slash"`
}

type chatInvitationOutput struct{ Body chatInvitationBody }

type chatInvitationsOutput struct {
	Body struct {
		Items []chatInvitationBody `json:"items" doc:"The newest 50, newest first"`
	}
}

type inviteToChatInput struct {
	ConversationKey
	Body struct {
		CaseID   id.Case       `json:"case_id" doc:"To which the conversation belongs, or is made to: the chat becomes a part of it"`
		WidgetID id.EntryPoint `json:"widget_id,omitzero" doc:"Of the same brand; absent: its first by name"`
		Days     int           `json:"days,omitempty" minimum:"1" maximum:"30" doc:"For how many a chat can be begun; absent: 7"`
	}
}

// ChatInvitationKey names an invitation in a path.
type ChatInvitationKey struct {
	ConversationKey

	Invitation id.ChatInvitation `path:"invitation"`
}

func chatInvitationOf(i webchat.Invitation, names map[id.User]string) chatInvitationBody {
	return chatInvitationBody{
		ID: i.ID, WidgetID: i.EntryPointID, CaseID: i.CaseID, ChatID: i.ChatID, InvitedBy: refTo(i.UserID, names), State: string(i.State),
		CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt,
	}
}

func (c Conversations) registerChatInvitations(api *httpx.API) {
	const path = conversationPath + "/chat-invitations"
	httpx.Register(api, httpx.Operation{
		ID: "listChatWidgets", Method: http.MethodGet, Path: "/api/v1/chat-widgets", Tag: tagConversations,
		Summary: "Widgets of a brand to which its customers can be invited", Permission: actor.ConversationReply,
	}, func(ctx context.Context, in *sendersInput) (*widgetsOutput, error) {
		found, err := c.Invitations.Widgets(ctx, in.Brand)
		out := &widgetsOutput{}
		out.Body.Items = make([]widgetRef, len(found))
		for i, p := range found {
			out.Body.Items[i] = widgetRef{p.ID, p.Name}
		}
		return out, err
	})
	conflict := func(code string) httpx.Code { return httpx.Code{Kind: errs.Conflict, Code: code} }
	httpx.Register(api, httpx.Operation{
		ID: "inviteToChat", Method: http.MethodPost, Path: path, Tag: tagConversations, Creates: true, Permission: actor.ConversationReply,
		Summary:     "Invite the customer of a conversation to go on by chat",
		Description: "The answer has the link to be sent to the customer. Whoever opens it can begin one chat as this customer, and come back to it until it is over.",
		Errors: notFound(conflict("chat_invitation.chat"), conflict("chat_invitation.public"), conflict("chat_invitation.nobody"), conflict("chat_invitation.no_widget"),
			conflict("reply.closed"), conflict("reply.not_yours"), httpx.Code{Kind: errs.Exhausted, Code: "chat_invitation.too_many"}, httpx.Code{Kind: errs.Exhausted, Code: "case.full"}),
	}, c.inviteToChat)
	httpx.Register(api, httpx.Operation{
		ID: "listChatInvitations", Method: http.MethodGet, Path: path, Tag: tagConversations,
		Summary: "Invitations of the customer of a conversation to go on by chat", Permission: actor.ConversationRead, Errors: notFound(),
	}, c.listChatInvitations)
	httpx.Register(api, httpx.Operation{
		ID: "withdrawChatInvitation", Method: http.MethodDelete, Path: path + "/{invitation}", Tag: tagConversations, Status: http.StatusNoContent,
		Summary: "Take an invitation to a chat back: its link opens nothing any more", Permission: actor.ConversationReply, Errors: notFound(),
	}, func(ctx context.Context, in *ChatInvitationKey) (*struct{}, error) {
		return nil, c.Invitations.Withdraw(ctx, in.ID, in.Invitation)
	})
}

func (c Conversations) inviteToChat(ctx context.Context, in *inviteToChatInput) (*chatInvitationOutput, error) {
	made, link, err := c.Invitations.Invite(ctx, webchat.InviteInput{Conversation: in.ID, Case: in.Body.CaseID, Widget: in.Body.WidgetID, Days: in.Body.Days})
	if err != nil {
		return nil, err
	}
	names, err := c.People.Names(ctx, []id.User{made.UserID})
	out := &chatInvitationOutput{Body: chatInvitationOf(made, names)}
	out.Body.Link = link
	return out, err
}

func (c Conversations) listChatInvitations(ctx context.Context, in *ConversationKey) (*chatInvitationsOutput, error) {
	all, err := c.Invitations.Invitations(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	users := make([]id.User, len(all))
	for i, made := range all {
		users[i] = made.UserID
	}
	names, err := c.People.Names(ctx, users)
	out := &chatInvitationsOutput{}
	out.Body.Items = make([]chatInvitationBody, len(all))
	for i, made := range all {
		out.Body.Items[i] = chatInvitationOf(made, names)
	}
	return out, err
}
