package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/worklist"
)

// Moderation is what is done to what customers wrote in public.
type Moderation interface {
	Like(ctx context.Context, in delivery.Change) (conversation.Entry, error)
	Hide(ctx context.Context, in delivery.Change) (conversation.Entry, error)
	Remove(ctx context.Context, in delivery.Change) (conversation.Entry, error)
	Block(ctx context.Context, in delivery.Change) (conversation.Entry, error)
	ReplyPrivately(ctx context.Context, in delivery.PrivateInput) (conversation.Entry, error)
}

// Speakers knows who speaks where several people do.
type Speakers interface {
	Speakers(ctx context.Context, q db.Queryer, points []id.ContactPoint) (map[id.ContactPoint]customer.Speaker, error)
}

type offInput struct {
	EntryKey
	Body struct {
		Off bool `json:"off,omitempty" doc:"It is taken back"`
	}
}

type privateInput struct {
	EntryKey
	Body struct {
		Text     string `json:"text" minLength:"1" maxLength:"100000"`
		ClientID string `json:"client_id" minLength:"1" maxLength:"64" doc:"The caller's name of the reply: sent again, it is the same reply"`
	}
}

// registerModeration adds what is done to what customers wrote where everybody reads it.
// Each makes an entry that names its target, and has a delivery of its own.
func (c Conversations) registerModeration(api *httpx.API) {
	const path = conversationPath + "/entries/{entry}"
	refused := func(more ...string) []httpx.Code {
		codes := notFound()
		for _, code := range append(more, "reply.channel_gone", "entry.no_message", "entry.not_theirs", "entry.gone", "entry.unnamed", "entry.changed_often") {
			codes = append(codes, httpx.Code{Kind: errs.Conflict, Code: code})
		}
		return codes
	}
	httpx.Register(api, httpx.Operation{
		ID: "likeEntry", Method: http.MethodPost, Path: path + "/like", Tag: tagConversations, Status: http.StatusOK,
		Summary: "Like what a customer wrote, or take that back", Permission: actor.ConversationReply, Errors: refused("channel.cannot_like"),
	}, func(ctx context.Context, in *offInput) (*entryOutput, error) {
		e, err := c.Replies.Like(ctx, delivery.Change{Conversation: in.ID, Entry: in.Entry, Off: in.Body.Off})
		return c.written(ctx, e, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "hideEntry", Method: http.MethodPost, Path: path + "/hide", Tag: tagConversations, Status: http.StatusOK,
		Summary: "Hide what a customer wrote from the public, or show it again; its author still sees it", Permission: actor.ConversationReply,
		Errors: refused("channel.cannot_hide"),
	}, func(ctx context.Context, in *offInput) (*entryOutput, error) {
		e, err := c.Replies.Hide(ctx, delivery.Change{Conversation: in.ID, Entry: in.Entry, Off: in.Body.Off})
		return c.written(ctx, e, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "removeEntry", Method: http.MethodPost, Path: path + "/remove", Tag: tagConversations, Status: http.StatusOK,
		Summary: "Remove what a customer wrote for everybody; here it is kept, and for some seconds it can be cancelled", Permission: actor.ConversationReply,
		Errors: refused("channel.cannot_remove"),
	}, func(ctx context.Context, in *EntryKey) (*entryOutput, error) {
		e, err := c.Replies.Remove(ctx, delivery.Change{Conversation: in.ID, Entry: in.Entry})
		return c.written(ctx, e, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "blockAuthor", Method: http.MethodPost, Path: path + "/block", Tag: tagConversations, Status: http.StatusOK,
		Summary: "Block who wrote something in public at the channel, or let them write again", Permission: actor.ConversationReply,
		Errors: refused("channel.cannot_block"),
	}, func(ctx context.Context, in *offInput) (*entryOutput, error) {
		e, err := c.Replies.Block(ctx, delivery.Change{Conversation: in.ID, Entry: in.Entry, Off: in.Body.Off})
		return c.written(ctx, e, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "replyPrivately", Method: http.MethodPost, Path: path + "/private-reply", Tag: tagConversations, Status: http.StatusOK,
		Summary: "Answer what a customer wrote in public so that only they read it; with the same client_id it is done once", Permission: actor.ConversationReply,
		Errors: refused("channel.cannot_reply_in_private", "entry.late_private", "entry.answered_privately", "reply.closed", "reply.not_yours", "interaction.moved_on"),
	}, func(ctx context.Context, in *privateInput) (*entryOutput, error) {
		e, err := c.Replies.ReplyPrivately(ctx, delivery.PrivateInput{Conversation: in.ID, Entry: in.Entry, Text: in.Body.Text, ClientID: in.Body.ClientID})
		return c.written(ctx, e, err)
	})
}

type speakerBody struct {
	CustomerID id.Customer `json:"customer_id"`
	Name       string      `json:"name"`
}

// spoken returns e with who said it, where several people speak.
func spoken(e Entry, by map[id.ContactPoint]customer.Speaker) Entry {
	if who, known := by[e.point]; known {
		e.By = &speakerBody{who.Customer, who.Name}
	}
	return e
}

// speakersOf returns who speaks in entries of conversations that several people lead.
func speakersOf(ctx context.Context, s Speakers, q db.Queryer, entries []conversation.Entry) (map[id.ContactPoint]customer.Speaker, error) {
	seen, points := map[id.ContactPoint]bool{}, []id.ContactPoint{}
	for _, e := range entries {
		if e.ContactPointID != 0 && !seen[e.ContactPointID] {
			seen[e.ContactPointID] = true
			points = append(points, e.ContactPointID)
		}
	}
	if len(points) == 0 {
		return nil, nil
	}
	return s.Speakers(ctx, q, points)
}

// withoutName returns e with who said it as those see it who read no names.
func withoutName(e Entry) Entry {
	if e.By != nil {
		e.By = &speakerBody{e.By.CustomerID, customer.Mask(e.By.Name)}
	}
	return e
}

// postBody is what stands above a conversation that everybody reads.
type postBody struct {
	ID          id.Post          `json:"id"`
	Ours        bool             `json:"ours" doc:"We published it"`
	Begins      bool             `json:"begins" doc:"The conversation begins with it: its first entry says the same"`
	Author      string           `json:"author,omitempty" doc:"Where it is not ours"`
	Link        string           `json:"link,omitempty" doc:"Where people see it"`
	Text        string           `json:"text"`
	Attachments []attachmentBody `json:"attachments,omitempty"`
	Known       bool             `json:"known" doc:"What it says is here"`
	Hidden      bool             `json:"hidden" doc:"From the public"`
	OccurredAt  time.Time        `json:"occurred_at,omitzero"`
	GoneAt      time.Time        `json:"gone_at,omitzero" doc:"When it was taken down"`
}

// continuedBody is a way between a public and a private conversation.
type continuedBody struct {
	EntryID        id.Entry        `json:"entry_id" doc:"What was answered in private"`
	ConversationID id.Conversation `json:"conversation_id" doc:"In which everybody reads it"`
	PrivateID      id.Conversation `json:"private_id" doc:"In which it goes on between the two"`
	At             time.Time       `json:"at"`
}

// publicly says in body what stands above a conversation and where it goes on.
func (c Conversations) publicly(ctx context.Context, body *conversationDetail, d worklist.Detail) error {
	post, found, err := c.Conversations.PostOf(ctx, c.DB, d.Conversation)
	if err != nil {
		return err
	}
	if found {
		body.Post = &postBody{
			ID: post.ID, Ours: post.Ours, Begins: post.ConversationID == d.ID, Author: post.Author, Link: post.Link, Text: post.Body, Known: post.Known,
			Hidden: post.Hidden(), OccurredAt: post.OccurredAt, GoneAt: post.GoneAt,
		}
		for _, f := range post.Attachments {
			body.Post.Attachments = append(body.Post.Attachments, attachmentOf(f))
		}
		if !readsNames(ctx) {
			body.Post.Author = customer.Mask(post.Author)
		}
	}
	ways := c.Conversations.ContinuedIn
	if found {
		ways = c.Conversations.ContinuedFrom
	}
	all, err := ways(ctx, c.DB, d.ID)
	for _, w := range all {
		body.Continued = append(body.Continued, continuedBody{w.EntryID, w.ConversationID, w.PrivateID, w.At})
	}
	return err
}
