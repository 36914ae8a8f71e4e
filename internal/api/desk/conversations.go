package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/account"
	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/worklist"
)

// Conversations is what the operations on single conversations work with.
type Conversations struct {
	Worklist      *worklist.Service
	Conversations *conversation.Service
	Replies       Replies
	People        Colleagues
	Channels      Channels
	Speakers      Speakers
	Visits        Visits
	Originals     Originals
	Letters       Letters
	Openers       Openers
	Invitations   ChatInvitations
	Work          Work
	DB            *db.DB
}

// Colleagues knows who works for a brand.
type Colleagues interface {
	People
	// Colleagues returns the active users of a brand whose name begins with a text, by name.
	Colleagues(ctx context.Context, brand id.Brand, beginning string) ([]account.Colleague, error)
}

// Channels knows what channels can carry.
type Channels interface {
	// CapabilitiesAt returns what the entry point of a conversation can carry, and how it looks.
	CapabilitiesAt(ctx context.Context, q db.Queryer, n channel.Name, point id.EntryPoint) (channel.Capabilities, channel.Look, error)
}

// ConversationKey names a conversation in a path. It is exported so that the document sees it where it is embedded.
type ConversationKey struct {
	ID id.Conversation `path:"id"`
}

type conversationOutput struct{ Body conversationDetail }

type conversationDetail struct {
	ConversationRow

	EntryPoint   entryPointRef    `json:"entry_point"`
	Capabilities capabilitiesBody `json:"capabilities" doc:"What the channel can carry; the composer is drawn from it"`
	WritableTo   time.Time        `json:"writable_until,omitzero" doc:"Until then the channel takes free text; absent: always"`
	Interactions []pastBody       `json:"interactions" doc:"Newest first"`
	Reads        readsBody        `json:"reads"`
	Post         *postBody        `json:"post,omitempty" doc:"What stands above a conversation that everybody reads"`
	Continued    []continuedBody  `json:"continued,omitempty" doc:"Of what everybody reads: where it goes on in private. Of a private one: from where it comes"`
	Visit        *siteVisitBody   `json:"visit,omitempty" doc:"Of a visitor of our own pages"`
}

type entryPointRef struct {
	ID      id.EntryPoint `json:"id"`
	Name    string        `json:"name"`
	Channel string        `json:"channel"`
	Icon    string        `json:"icon,omitempty" doc:"Of an own channel"`
	Color   string        `json:"color,omitempty" doc:"Of an own channel"`
}

type capabilitiesBody struct {
	TextLimit       int      `json:"text_limit"`
	Attachments     int      `json:"attachments"`
	AttachmentBytes int64    `json:"attachment_bytes"`
	AttachmentTypes []string `json:"attachment_types,omitempty"`
	Subject         bool     `json:"subject"`
	Rich            bool     `json:"rich"`
	Public          bool     `json:"public"`
	Reactions       bool     `json:"reactions"`
	Edits           bool     `json:"edits"`
	Deletions       bool     `json:"deletions"`
	Typing          bool     `json:"typing"`
	ReadMarks       bool     `json:"read_marks"`
	Receipts        bool     `json:"receipts"`
	Replies         bool     `json:"replies" doc:"An entry can be answered in particular"`
	Echoes          bool     `json:"echoes" doc:"What is written by other means is shown as ours"`
	WindowSeconds   int64    `json:"window_seconds" doc:"For how long free text may be sent after the customer wrote; 0: always"`
	PersonSeconds   int64    `json:"person_window_seconds,omitempty" doc:"For how long a person may still write, where that is longer than for what is written by rules"`
	Acts            []string `json:"acts" enum:"send,send_template,edit,delete,react,like,hide,reply_in_private,remove,block,mark_read,show_typing" doc:"What can be asked of the channel"`
	Weighted        bool     `json:"weighted,omitempty" doc:"Characters are counted as X counts them: an address 23, wide characters and emoji two"`
	Summoned        bool     `json:"summoned,omitempty" doc:"Only who has named, answered or quoted the account can be answered"`
	Recipients      int      `json:"recipients" doc:"Addresses that one message may name; 0: it goes to the customer alone"`
	UndoSeconds     int      `json:"undo_seconds" doc:"For so long an answer waits and can be taken back"`
	EditSeconds     int64    `json:"edit_seconds" doc:"For how long what was sent can be changed; 0: always"`
	DeleteSeconds   int64    `json:"delete_seconds" doc:"For how long what was sent can be taken back; 0: always"`
	PrivateSeconds  int64    `json:"private_seconds,omitempty" doc:"For how long after it was written something public can be answered in private; absent: always"`
	ReactionSet     []string `json:"reaction_set,omitempty" doc:"What one can react with; absent: any emoji"`
	Segments        bool     `json:"segments,omitempty" doc:"Texts go out in segments as mobile networks have them"`
	Plain           bool     `json:"plain,omitempty" doc:"Of such: accents that cost more segments are left out"`
}

type pastBody struct {
	ID            id.Interaction `json:"id"`
	Direction     string         `json:"direction"`
	State         string         `json:"state"`
	Queue         *QueueRef      `json:"queue,omitempty"`
	Agent         *UserRef       `json:"agent,omitempty"`
	ArrivedAt     time.Time      `json:"arrived_at"`
	AnsweredAt    time.Time      `json:"answered_at,omitzero"`
	EndedAt       time.Time      `json:"ended_at,omitzero"`
	ClosedAt      time.Time      `json:"closed_at,omitzero"`
	Outcome       string         `json:"outcome,omitempty"`
	DispositionID id.Disposition `json:"disposition_id,omitzero"`
}

type readsBody struct {
	CustomerSeq int64 `json:"customer_seq" doc:"Up to where the customer has read"`
	StaffSeq    int64 `json:"staff_seq" doc:"Up to where the agent has read, as the customer is told"`
}

type entriesInput struct {
	ConversationKey

	BeforeSeq int64 `query:"before_seq" minimum:"0" doc:"The newest entries before this one"`
	AfterSeq  int64 `query:"after_seq" minimum:"0" doc:"The oldest entries behind this one"`
	Limit     int   `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type entriesOutput struct {
	Body struct {
		Items []Entry `json:"items" doc:"Oldest first"`
		More  bool    `json:"more" doc:"There are more in the direction of reading"`
	}
}

type entryOutput struct{ Body Entry }

type subjectInput struct {
	ConversationKey
	Body struct {
		Subject string `json:"subject" maxLength:"300"`
	}
}

type tagsInput struct {
	ConversationKey
	Body struct {
		Tags []string `json:"tags" maxItems:"50"`
	}
}

type tagsOutput struct {
	Body struct {
		Tags []string `json:"tags"`
	}
}

type readInput struct {
	ConversationKey
	Body struct {
		Seq int64 `json:"seq" minimum:"0" doc:"The newest entry that was seen"`
	}
}

type unreadInput struct {
	ConversationKey
	Body struct {
		Seq int64 `json:"seq,omitempty" minimum:"1" doc:"The first entry to be read again; without it the customer's newest message"`
	}
}

// RegisterConversations adds the operations on single conversations.
func RegisterConversations(api *httpx.API, c Conversations) {
	c.registerReads(api)
	c.registerChanges(api)
	c.registerWriting(api)
	c.registerTemplates(api)
	c.registerReopening(api)
	c.registerOutbox(api)
	c.registerEntryChanges(api)
	c.registerModeration(api)
	c.registerMails(api)
	c.registerOpenings(api)
	c.registerChatInvitations(api)
	c.registerBulk(api)
	registerDrafts(api, c.Conversations)
	c.registerNotifications(api)
}

func (c Conversations) registerReads(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "getConversation", Method: http.MethodGet, Path: conversationPath, Tag: tagConversations,
		Summary: "One conversation with what stands around it", Permission: actor.ConversationRead, Errors: notFound(),
	}, func(ctx context.Context, in *ConversationKey) (*conversationOutput, error) {
		d, err := c.Worklist.Open(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		body := c.detail(d)
		if body.Visit, err = c.visit(ctx, d); err != nil {
			return nil, err
		}
		if err = c.publicly(ctx, &body, d); err != nil {
			return nil, err
		}
		err = c.carries(ctx, &body, d)
		return &conversationOutput{Body: body}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "listEntries", Method: http.MethodGet, Path: conversationPath + "/entries", Tag: tagConversations,
		Summary: "A stretch of a conversation, by default its end", Permission: actor.ConversationRead, Errors: notFound(),
	}, c.entries)
	httpx.Register(api, httpx.Operation{
		ID: "getEntry", Method: http.MethodGet, Path: conversationPath + "/entries/{entry}", Tag: tagConversations,
		Summary: "One entry of a conversation, such as a quoted one that stands far above", Permission: actor.ConversationRead, Errors: notFound(),
	}, func(ctx context.Context, in *EntryKey) (*entryOutput, error) {
		e, err := c.Conversations.EntryOf(ctx, in.ID, in.Entry)
		if err != nil {
			return nil, err
		}
		shown, err := c.shown(ctx, []conversation.Entry{e})
		if err != nil {
			return nil, err
		}
		return &entryOutput{Body: shown[0]}, nil
	})
}

func (c Conversations) entries(ctx context.Context, in *entriesInput) (*entriesOutput, error) {
	entries, more, err := c.Conversations.Entries(ctx, in.ID, conversation.Window{BeforeSeq: in.BeforeSeq, AfterSeq: in.AfterSeq, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &entriesOutput{}
	out.Body.More = more
	out.Body.Items, err = c.shown(ctx, entries)
	return out, err
}

// shown returns entries as the actor may see them.
func (c Conversations) shown(ctx context.Context, entries []conversation.Entry) ([]Entry, error) {
	names, err := c.People.Names(ctx, authors(entries))
	if err != nil {
		return nil, err
	}
	by, err := speakersOf(ctx, c.Speakers, c.DB, entries)
	if err != nil {
		return nil, err
	}
	gone, err := c.Conversations.Withheld(ctx, c.DB, entries)
	if err != nil {
		return nil, err
	}
	all := make([]Entry, len(entries))
	for i, e := range entries {
		all[i] = shownTo(ctx, spoken(EntryOf(e, names), by))
		if gone[e.ID] {
			all[i] = withoutWords(all[i])
		}
	}
	return all, nil
}

func (c Conversations) registerChanges(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "updateConversation", Method: http.MethodPatch, Path: conversationPath, Tag: tagConversations,
		Summary: "Name a conversation", Permission: actor.ConversationNote, Errors: notFound(),
	}, func(ctx context.Context, in *subjectInput) (*struct{}, error) {
		return nil, c.Conversations.SetSubject(ctx, in.ID, in.Body.Subject)
	})
	httpx.Register(api, httpx.Operation{
		ID: "setTags", Method: http.MethodPut, Path: conversationPath + "/tags", Tag: tagConversations,
		Summary: "Replace the tags of a conversation", Permission: actor.ConversationNote, Errors: notFound(),
	}, func(ctx context.Context, in *tagsInput) (*tagsOutput, error) {
		tags, err := c.Conversations.SetTags(ctx, in.ID, in.Body.Tags)
		out := &tagsOutput{}
		out.Body.Tags = tags
		return out, err
	})
	c.registerMarks(api)
}

func (c Conversations) registerMarks(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "markRead", Method: http.MethodPut, Path: conversationPath + "/read", Tag: tagConversations,
		Summary: "Say up to where one has read", Permission: actor.ConversationRead, Errors: notFound(personNeeded()),
	}, func(ctx context.Context, in *readInput) (*struct{}, error) {
		return nil, c.Replies.MarkRead(ctx, in.ID, in.Body.Seq)
	})
	httpx.Register(api, httpx.Operation{
		ID: "markUnread", Method: http.MethodPost, Path: conversationPath + "/unread", Tag: tagConversations, Status: http.StatusNoContent,
		Summary: "Take one's own read mark back; the customer is not told", Permission: actor.ConversationRead, Errors: notFound(personNeeded()),
	}, func(ctx context.Context, in *unreadInput) (*struct{}, error) {
		return nil, c.Conversations.MarkUnread(ctx, in.ID, in.Body.Seq)
	})
}

// carries says in body what can be written in a conversation, and until when.
func (c Conversations) carries(ctx context.Context, body *conversationDetail, d worklist.Detail) error {
	can, look, err := c.Channels.CapabilitiesAt(ctx, c.DB, channel.Name(d.Channel), d.EntryPointID)
	if err != nil {
		return err
	}
	body.Capabilities, body.EntryPoint.Icon, body.EntryPoint.Color = capabilitiesOf(can), look.Icon, look.Color
	if can.Window == 0 {
		return nil
	}
	heard, _, err := c.Conversations.LastHeard(ctx, c.DB, d.ID)
	body.WritableTo, _ = can.Until(heard.OccurredAt)
	return err
}

func capabilitiesOf(can channel.Capabilities) capabilitiesBody {
	b := capabilitiesBody{
		TextLimit: can.TextLimit, Attachments: can.Attachments, AttachmentBytes: can.AttachmentBytes, AttachmentTypes: can.AttachmentTypes,
		Subject: can.Subject, Rich: can.Rich, Public: can.Public, Reactions: can.Reactions, Edits: can.Edits, Deletions: can.Deletions,
		Typing: can.Typing, ReadMarks: can.ReadMarks, Receipts: can.Receipts, Replies: can.Replies, Echoes: can.Echoes,
		Recipients: can.Recipients, UndoSeconds: int(can.Undo.Seconds()), WindowSeconds: int64(can.Window.Seconds()), PersonSeconds: int64(can.PersonWindow.Seconds()),
		Acts:        []string{},
		EditSeconds: int64(can.EditWithin.Seconds()), DeleteSeconds: int64(can.DeleteWithin.Seconds()), PrivateSeconds: int64(can.PrivateWithin.Seconds()), ReactionSet: can.ReactionSet,
		Segments: can.Segments, Plain: can.Plain, Weighted: can.Weighted, Summoned: can.Summoned,
	}
	for _, act := range channel.Acts() {
		if can.Can(act) {
			b.Acts = append(b.Acts, string(act))
		}
	}
	return b
}

func (c Conversations) detail(d worklist.Detail) conversationDetail {
	out := conversationDetail{
		ConversationRow: RowOf(d.Row), EntryPoint: entryPointRef{ID: d.EntryPointID, Name: d.EntryPointName, Channel: d.Channel},
		Interactions: make([]pastBody, len(d.Interactions)), Reads: readsBody{d.CustomerReadSeq, d.StaffReadSeq},
	}
	for i, it := range d.Interactions {
		past := pastBody{
			ID: it.ID, Direction: it.Direction, State: it.State, ArrivedAt: it.ArrivedAt, AnsweredAt: it.AnsweredAt,
			EndedAt: it.EndedAt, ClosedAt: it.ClosedAt, Outcome: it.Outcome, DispositionID: it.DispositionID,
		}
		if !it.QueueID.IsZero() {
			past.Queue = &QueueRef{it.QueueID, it.QueueName}
		}
		if !it.AgentID.IsZero() {
			past.Agent = &UserRef{it.AgentID, it.AgentName}
		}
		out.Interactions[i] = past
	}
	return out
}

// personNeeded is what an operation about one's own reading and typing answers to a key.
func personNeeded() httpx.Code {
	return httpx.Code{Kind: errs.Forbidden, Code: "actor.person_needed"}
}

// notFound is what an operation on one thing answers if there is none that the caller may know of.
func notFound(more ...httpx.Code) []httpx.Code {
	return append([]httpx.Code{{Kind: errs.NotFound, Code: errs.NotFound.String()}}, more...)
}
