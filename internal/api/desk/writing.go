package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Replies sends what agents write.
type Replies interface {
	Reply(ctx context.Context, in delivery.ReplyInput) (conversation.Entry, error)
	Reopen(ctx context.Context, conversation id.Conversation) (id.Interaction, error)
	Begin(ctx context.Context, in delivery.BeginInput) (id.Conversation, error)
	MarkRead(ctx context.Context, conversation id.Conversation, seq int64) error
	Outbox
	Approved
	Openings
	Changes
	Moderation
}

type replyInput struct {
	ConversationKey
	Body struct {
		AnswersID     id.Entry         `json:"answers_id,omitzero" doc:"Which entry it answers, where the channel has it; absent: the newest of the customer"`
		Text          string           `json:"text,omitempty" maxLength:"100000"`
		HTML          string           `json:"html,omitempty" maxLength:"500000" doc:"The same with formatting, where the channel is rich; alone, the text is made of it"`
		Subject       string           `json:"subject,omitempty" maxLength:"500" doc:"Where the channel has subjects; empty: that of the conversation"`
		To            []string         `json:"to,omitempty" maxItems:"50" doc:"Where the channel has recipients; empty: the customer"`
		Cc            []string         `json:"cc,omitempty" maxItems:"50"`
		Bcc           []string         `json:"bcc,omitempty" maxItems:"50"`
		FromID        id.Mailbox       `json:"from_id,omitzero" doc:"Another mailbox of the brand than that of the conversation"`
		Forward       *forwardBody     `json:"forward,omitempty" doc:"Where messages have recipients: a mail that stands below the text"`
		Template      *templateUseBody `json:"template,omitempty" doc:"In place of everything that is written: a text that the provider has approved"`
		SendAt        time.Time        `json:"send_at,omitzero" doc:"Not before; it is held back if the customer writes until then"`
		AttachmentIDs []id.Attachment  `json:"attachment_ids,omitempty" maxItems:"20"`
		ClientID      string           `json:"client_id" minLength:"1" maxLength:"64" doc:"The caller's name of the reply: sent again, it is the same reply"`
		BasedOnSeq    int64            `json:"based_on_seq" minimum:"0" doc:"The newest entry that the writer has seen"`
		Force         bool             `json:"force,omitempty" doc:"Send although the customer has written or a colleague has answered since"`
	}
}

type forwardBody struct {
	ConversationID id.Conversation `json:"conversation_id" doc:"Of the same brand"`
	EntryID        id.Entry        `json:"entry_id"`
	AttachmentIDs  []id.Attachment `json:"attachment_ids,omitempty" maxItems:"20" doc:"Files of it that go along; pictures within its text do anyway"`
}

// forward returns which mail is passed on; none where f is nil.
func (f *forwardBody) forward() channel.Forward {
	if f == nil {
		return channel.Forward{}
	}
	return channel.Forward{Conversation: f.ConversationID, Entry: f.EntryID, Files: f.AttachmentIDs}
}

type noteInput struct {
	ConversationKey
	Body struct {
		Text     string    `json:"text" minLength:"1" maxLength:"10000"`
		Mentions []id.User `json:"mentions,omitempty" maxItems:"20"`
		ClientID string    `json:"client_id,omitempty" maxLength:"64" doc:"The caller's name of the note: sent again, it is the same note"`
	}
}

type reopenOutput struct {
	Body struct {
		ID id.Interaction `json:"id" doc:"The interaction that begins with it"`
	}
}

// registerReopening adds what begins work where there is none.
func (c Conversations) registerReopening(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "reopenConversation", Method: http.MethodPost, Path: conversationPath + "/reopen", Tag: tagConversations,
		Summary: "Write first in a conversation whose work is closed", Permission: actor.ConversationReply,
		Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "conversation.open"}),
	}, func(ctx context.Context, in *ConversationKey) (*reopenOutput, error) {
		begun, err := c.Replies.Reopen(ctx, in.ID)
		out := &reopenOutput{}
		out.Body.ID = begun
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listColleagues", Method: http.MethodGet, Path: conversationPath + "/colleagues", Tag: tagConversations,
		Summary: "Whom a note may name: users who work for the conversation's brand", Permission: actor.ConversationNote, Errors: notFound(),
	}, c.colleagues)
}

type colleaguesInput struct {
	ConversationKey
	Q string `query:"q" maxLength:"100" doc:"Beginning of a name"`
}

type colleaguesOutput struct {
	Body struct {
		Items []UserRef `json:"items"`
	}
}

func (c Conversations) colleagues(ctx context.Context, in *colleaguesInput) (*colleaguesOutput, error) {
	row, err := c.Worklist.Open(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	found, err := c.People.Colleagues(ctx, row.BrandID, in.Q)
	out := &colleaguesOutput{}
	out.Body.Items = []UserRef{}
	for _, u := range found {
		out.Body.Items = append(out.Body.Items, UserRef{ID: u.ID, Name: u.Name})
	}
	return out, err
}

func (c Conversations) registerWriting(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "reply", Method: http.MethodPost, Path: conversationPath + "/replies", Tag: tagConversations,
		Summary: "Answer the customer", Permission: actor.ConversationReply, Creates: true,
		Errors: notFound(
			httpx.Code{Kind: errs.Conflict, Code: "channel.cannot_send"},
			httpx.Code{Kind: errs.Conflict, Code: "reply.stale"}, httpx.Code{Kind: errs.Conflict, Code: "reply.answered"}, httpx.Code{Kind: errs.Conflict, Code: "reply.closed"},
			httpx.Code{Kind: errs.Conflict, Code: "reply.not_yours"}, httpx.Code{Kind: errs.Conflict, Code: "reply.channel_gone"},
			httpx.Code{Kind: errs.Conflict, Code: "interaction.moved_on"}, httpx.Code{Kind: errs.Conflict, Code: "entry.gone"}, httpx.Code{Kind: errs.Conflict, Code: "reply.unnamed"},
			httpx.Code{Kind: errs.Invalid, Code: "attachment.gone"}, httpx.Code{Kind: errs.Conflict, Code: "template.gone"},
			httpx.Code{Kind: errs.Conflict, Code: "channel.cannot_send_template"},
		),
	}, func(ctx context.Context, in *replyInput) (*entryOutput, error) {
		e, err := c.Replies.Reply(ctx, delivery.ReplyInput{
			Conversation: in.ID, Answers: in.Body.AnswersID, Text: in.Body.Text, HTML: in.Body.HTML, SendAt: in.Body.SendAt, Template: in.Body.Template.use(),
			Envelope: channel.Envelope{From: id.EntryPoint(in.Body.FromID), Subject: in.Body.Subject, To: in.Body.To, Cc: in.Body.Cc, Bcc: in.Body.Bcc},
			Forward:  in.Body.Forward.forward(), Attachments: in.Body.AttachmentIDs, ClientID: in.Body.ClientID,
			BasedOnSeq: in.Body.BasedOnSeq, Force: in.Body.Force,
		})
		return c.written(ctx, e, err)
	})
	httpx.Register(api, httpx.Operation{
		ID: "addNote", Method: http.MethodPost, Path: conversationPath + "/notes", Tag: tagConversations,
		Summary: "Write a note for colleagues; the customer never sees it", Permission: actor.ConversationNote, Creates: true, Errors: notFound(),
	}, func(ctx context.Context, in *noteInput) (*entryOutput, error) {
		e, err := c.Conversations.AddNote(ctx, conversation.NoteInput{
			Conversation: in.ID, Text: in.Body.Text, Mentions: in.Body.Mentions, ClientID: in.Body.ClientID,
		})
		return c.written(ctx, e, err)
	})
}

func (c Conversations) written(ctx context.Context, e conversation.Entry, err error) (*entryOutput, error) {
	if err != nil {
		return nil, err
	}
	names, err := c.People.Names(ctx, []id.User{e.UserID})
	if err != nil {
		return nil, err
	}
	by, err := speakersOf(ctx, c.Speakers, c.DB, []conversation.Entry{e})
	return &entryOutput{Body: shownTo(ctx, spoken(EntryOf(e, names), by))}, err
}

type draftInput struct {
	ConversationKey
	Body struct {
		Mode string `json:"mode" enum:"reply,note,mail"`
		Text string `json:"text" maxLength:"100000" doc:"Of a mail: its document as the editor writes it, with recipients and formatting"`
		Rev  int64  `json:"rev" minimum:"1" doc:"Counted by the editor; an older one never replaces a newer"`
	}
}

type draftBody struct {
	Mode string    `json:"mode" enum:"reply,note,mail"`
	Text string    `json:"text"`
	Rev  int64     `json:"rev"`
	At   time.Time `json:"at"`
}

type draftOutput struct{ Body draftBody }

type draftsOutput struct {
	Body struct {
		Items []draftBody `json:"items" doc:"One for each mode; an empty text is a draft that was sent or dropped"`
	}
}

type dropDraftInput struct {
	ConversationKey

	Mode string `query:"mode" enum:"reply,note,mail" required:"true"`
}

func registerDrafts(api *httpx.API, convs *conversation.Service) {
	path := conversationPath + "/draft"
	httpx.Register(api, httpx.Operation{
		ID: "saveDraft", Method: http.MethodPut, Path: path, Tag: tagConversations, Summary: "Keep what is typed and not sent",
		Permission: actor.ConversationRead, Errors: notFound(httpx.Code{Kind: errs.Conflict, Code: "draft.newer"}, personNeeded()),
	}, func(ctx context.Context, in *draftInput) (*draftOutput, error) {
		d, err := convs.SaveDraft(ctx, in.ID, conversation.Draft{Mode: conversation.Mode(in.Body.Mode), Body: in.Body.Text, Rev: in.Body.Rev})
		return &draftOutput{Body: draftOf(d)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getDrafts", Method: http.MethodGet, Path: path, Tag: tagConversations, Summary: "One's own drafts for a conversation",
		Permission: actor.ConversationRead, Errors: notFound(personNeeded()),
	}, func(ctx context.Context, in *ConversationKey) (*draftsOutput, error) {
		drafts, err := convs.Drafts(ctx, in.ID)
		out := &draftsOutput{}
		out.Body.Items = make([]draftBody, len(drafts))
		for i, d := range drafts {
			out.Body.Items[i] = draftOf(d)
		}
		return out, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "dropDraft", Method: http.MethodDelete, Path: path, Tag: tagConversations, Summary: "Drop a draft",
		Permission: actor.ConversationRead, Errors: notFound(personNeeded()),
	}, func(ctx context.Context, in *dropDraftInput) (*struct{}, error) {
		return nil, convs.DropDraft(ctx, in.ID, conversation.Mode(in.Mode))
	})
}

func draftOf(d conversation.Draft) draftBody {
	return draftBody{Mode: string(d.Mode), Text: d.Body, Rev: d.Rev, At: d.At}
}
