package desk

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Changes are made to what was sent and said, for the customer too.
type Changes interface {
	Edit(ctx context.Context, in delivery.Change) (conversation.Entry, error)
	TakeBack(ctx context.Context, in delivery.Change) (conversation.Entry, error)
	React(ctx context.Context, in delivery.Change) (conversation.Entry, error)
}

type editInput struct {
	EntryKey
	Body struct {
		Text string `json:"text,omitempty" maxLength:"100000"`
		HTML string `json:"html,omitempty" maxLength:"500000" doc:"The same with formatting, where the channel is rich; alone, the text is made of it"`
	}
}

type reactInput struct {
	EntryKey
	Body struct {
		Reaction string `json:"reaction,omitempty" maxLength:"50" doc:"One of the channel's set, where it has one; it takes the place of ours before. Needed unless off"`
		Off      bool   `json:"off,omitempty" doc:"Our reaction is taken back"`
	}
}

// registerEntryChanges adds what is done to single entries. Each makes an entry that
// names its target, and has a delivery of its own; done again, it is the same entry.
func (c Conversations) registerEntryChanges(api *httpx.API) {
	const path = conversationPath + "/entries/{entry}"
	refused := func(more ...string) []httpx.Code {
		codes := notFound()
		for _, code := range append(more, "reply.channel_gone", "entry.no_message", "entry.gone", "entry.unnamed", "entry.changed_often") {
			codes = append(codes, httpx.Code{Kind: errs.Conflict, Code: code})
		}
		return codes
	}
	httpx.Register(api, httpx.Operation{
		ID: "editReply", Method: http.MethodPost, Path: path + "/edit", Tag: tagConversations, Status: http.StatusOK,
		Summary: "Change an answer that was sent, for the customer too", Permission: actor.ConversationReply,
		Errors: refused("channel.cannot_edit", "entry.late_edit", "entry.not_ours", "entry.not_sent", "reply.not_yours"),
	}, func(ctx context.Context, in *editInput) (*entryOutput, error) {
		e, err := c.Replies.Edit(ctx, delivery.Change{Conversation: in.ID, Entry: in.Entry, Text: in.Body.Text, HTML: in.Body.HTML})
		return c.written(ctx, e, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "deleteReply", Method: http.MethodPost, Path: path + "/delete", Tag: tagConversations, Status: http.StatusOK,
		Summary: "Take an answer back that was sent; here it is kept", Permission: actor.ConversationReply,
		Errors: refused("channel.cannot_delete", "entry.late_delete", "entry.not_ours", "entry.not_sent", "reply.not_yours"),
	}, func(ctx context.Context, in *EntryKey) (*entryOutput, error) {
		e, err := c.Replies.TakeBack(ctx, delivery.Change{Conversation: in.ID, Entry: in.Entry})
		return c.written(ctx, e, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "reactToEntry", Method: http.MethodPost, Path: path + "/reaction", Tag: tagConversations, Status: http.StatusOK,
		Summary: "React to a message of the customer, or take that back", Permission: actor.ConversationReply,
		Errors: refused("channel.cannot_react", "entry.not_theirs"),
	}, func(ctx context.Context, in *reactInput) (*entryOutput, error) {
		e, err := c.Replies.React(ctx, delivery.Change{Conversation: in.ID, Entry: in.Entry, Reaction: in.Body.Reaction, Off: in.Body.Off})
		return c.written(ctx, e, err)
	})
}

// withoutWords returns e without what it said.
func withoutWords(e Entry) Entry {
	e.Text, e.HTML, e.Data, e.Attachments = "", "", nil, nil
	return e
}
