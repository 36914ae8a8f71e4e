package desk

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Outbox holds answers that have not been sent.
type Outbox interface {
	Cancel(ctx context.Context, conversation id.Conversation, entry id.Entry) (conversation.Entry, error)
	Reschedule(ctx context.Context, conversation id.Conversation, entry id.Entry, at time.Time) (conversation.Entry, error)
	Waiting(ctx context.Context, conversation id.Conversation) ([]delivery.Waiting, error)
	Decide(ctx context.Context, conversation id.Conversation, entry id.Entry, d delivery.Decision) (conversation.Entry, error)
}

// Originals keep what was received as it came.
type Originals interface {
	Original(ctx context.Context, conversation id.Conversation, entry id.Entry) (io.ReadSeekCloser, error)
}

// EntryKey names an entry in a path.
type EntryKey struct {
	ConversationKey

	Entry id.Entry `path:"entry"`
}

type rescheduleInput struct {
	EntryKey
	Body struct {
		SendAt time.Time `json:"send_at" doc:"A time that has passed is now"`
	}
}

type settleReplyInput struct {
	EntryKey
	Body struct {
		Decision string `json:"decision" enum:"again,arrived" doc:"again: send it once more as it was written; arrived: it did arrive, of one whose outcome is not known"`
	}
}

type waitingBody struct {
	EntryID id.Entry  `json:"entry_id"`
	SendAt  time.Time `json:"send_at"`
}

type waitingOutput struct {
	Body struct {
		Items []waitingBody `json:"items"`
	}
}

func (c Conversations) registerOutbox(api *httpx.API) {
	const path = conversationPath + "/entries/{entry}"
	late := notFound(httpx.Code{Kind: errs.Conflict, Code: "reply.under_way"}, httpx.Code{Kind: errs.Conflict, Code: "reply.not_yours"})
	httpx.Register(api, httpx.Operation{
		ID: "cancelReply", Method: http.MethodPost, Path: path + "/cancel", Tag: tagConversations,
		Summary: "Take back an answer that has not been sent", Permission: actor.ConversationReply, Errors: late,
	}, func(ctx context.Context, in *EntryKey) (*entryOutput, error) {
		e, err := c.Replies.Cancel(ctx, in.ID, in.Entry)
		return c.written(ctx, e, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "scheduleReply", Method: http.MethodPost, Path: path + "/schedule", Tag: tagConversations,
		Summary: "Send an answer that waits at another time", Permission: actor.ConversationReply, Errors: late,
	}, func(ctx context.Context, in *rescheduleInput) (*entryOutput, error) {
		e, err := c.Replies.Reschedule(ctx, in.ID, in.Entry, in.Body.SendAt)
		return c.written(ctx, e, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "decideReply", Method: http.MethodPost, Path: path + "/decide", Tag: tagConversations,
		Summary: "Settle an answer that has failed or of which nobody knows", Permission: actor.ConversationReply,
		Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "reply.settled"}, httpx.Code{Kind: errs.Conflict, Code: "reply.not_yours"}, httpx.Code{Kind: errs.Conflict, Code: "reply.channel_gone"}),
	}, func(ctx context.Context, in *settleReplyInput) (*entryOutput, error) {
		e, err := c.Replies.Decide(ctx, in.ID, in.Entry, delivery.Decision(in.Body.Decision))
		return c.written(ctx, e, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "listWaitingReplies", Method: http.MethodGet, Path: conversationPath + "/waiting-replies", Tag: tagConversations,
		Summary: "Answers that have not been sent, and when they will be", Permission: actor.ConversationRead, Errors: notFound(),
	}, func(ctx context.Context, in *ConversationKey) (*waitingOutput, error) {
		found, err := c.Replies.Waiting(ctx, in.ID)
		out := &waitingOutput{}
		out.Body.Items = make([]waitingBody, len(found))
		for i, w := range found {
			out.Body.Items[i] = waitingBody{w.Entry, w.DueAt}
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getOriginalMail", Method: http.MethodGet, Path: path + "/original", Tag: tagConversations,
		Summary: "A mail as it was received", Permission: actor.ConversationRead, Errors: notFound(),
	}, c.original)
}

// original hands out a mail for saving: it is never shown as a page.
func (c Conversations) original(ctx context.Context, in *EntryKey) (*huma.StreamResponse, error) {
	body, err := c.Originals.Original(ctx, in.ID, in.Entry)
	if err != nil {
		return nil, err
	}
	return httpx.Stream(body, httpx.Download{Type: "message/rfc822", Disposition: `attachment; filename="mail-` + in.Entry.String() + `.eml"`, Policy: "sandbox"}), nil
}
