package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/worklist"
)

const (
	tagConversations  = "conversations"
	conversationsPath = "/api/v1/conversations"
	conversationPath  = conversationsPath + "/{id}"
)

// ConversationRow is a conversation as the worklist shows it, in answers and in live frames.
type ConversationRow struct {
	ID              id.Conversation `json:"id"`
	BrandID         id.Brand        `json:"brand_id"`
	Channel         string          `json:"channel"`
	Subject         string          `json:"subject,omitempty"`
	Customer        customerRef     `json:"customer"`
	Preview         string          `json:"preview" doc:"The beginning of the newest message or note, as plain text"`
	PreviewAuthor   string          `json:"preview_author,omitempty" enum:"customer,agent,system,bot"`
	LastEntryAt     time.Time       `json:"last_entry_at"`
	LastSeq         int64           `json:"last_seq"`
	Unread          int64           `json:"unread" doc:"Entries that the viewer has not seen"`
	State           string          `json:"state" enum:"new,queued,offered,active,parked,wrap_up,closed" doc:"Of its newest interaction; closed if there was none"`
	InteractionID   id.Interaction  `json:"interaction_id,omitzero"`
	Queue           *QueueRef       `json:"queue,omitempty"`
	Agent           *UserRef        `json:"agent,omitempty" doc:"Who has it, is offered it, or closed it"`
	WaitingSince    time.Time       `json:"waiting_since,omitzero"`
	DueAt           time.Time       `json:"due_at,omitzero" doc:"Until when the first answer is promised"`
	UnansweredSince time.Time       `json:"unanswered_since,omitzero" doc:"When the customer wrote the first message that no agent has answered; absent if nobody waits for an answer"`
	Priority        int             `json:"priority"`
	Draft           bool            `json:"draft" doc:"The viewer has typed something and not sent it"`
	Tags            []string        `json:"tags"`
}

type customerRef struct {
	ID   id.Customer `json:"id"`
	Name string      `json:"name"`
}

// RowOf returns r as it travels.
func RowOf(r worklist.Row) ConversationRow {
	row := ConversationRow{
		ID: r.ID, BrandID: r.BrandID, Channel: r.Channel, Subject: r.Subject, Customer: customerRef{r.CustomerID, r.CustomerName},
		Preview: r.LastPreview, PreviewAuthor: string(r.LastAuthor), LastEntryAt: r.LastAt, LastSeq: r.LastSeq, Unread: r.Unread(),
		State: r.InteractionState, InteractionID: r.InteractionID, WaitingSince: r.WaitingSince, DueAt: r.DueAt, UnansweredSince: r.UnansweredSince,
		Priority: r.Priority, Draft: r.Drafted, Tags: r.Tags,
	}
	if row.State == "" {
		row.State = "closed"
	}
	if row.Tags == nil {
		row.Tags = []string{}
	}
	if !r.QueueID.IsZero() {
		row.Queue = &QueueRef{r.QueueID, r.QueueName}
	}
	if !r.AgentID.IsZero() {
		row.Agent = &UserRef{r.AgentID, r.AgentName}
	}
	return row
}

type conversationListInput struct {
	httpx.PageQuery

	View    string   `query:"view" enum:"mine,queues,unassigned,all,closed,mentions" default:"mine"`
	Brand   id.Brand `query:"brand"`
	Queue   id.Queue `query:"queue"`
	Agent   id.User  `query:"agent"`
	Channel string   `query:"channel" maxLength:"30"`
	Q       string   `query:"q" maxLength:"100" doc:"Beginnings of the customer's name or address, or of the subject"`
	Sort    string   `query:"sort" enum:"deadline,newest,oldest" doc:"By default the nearest deadline, then who has waited longest for an answer; for closed ones and mentions the newest"`
}

type conversationPageOutput struct{ Body httpx.Page[ConversationRow] }

type countsOutput struct {
	Body struct {
		Mine       int `json:"mine"`
		Queues     int `json:"queues"`
		Unassigned int `json:"unassigned"`
		All        int `json:"all"`
		Mentions   int `json:"mentions" doc:"Not yet read"`
	}
}

// RegisterWorklist adds the operations that list conversations.
func RegisterWorklist(api *httpx.API, list *worklist.Service) {
	httpx.Register(api, httpx.Operation{
		ID: "listConversations", Method: http.MethodGet, Path: conversationsPath, Tag: tagConversations,
		Summary: "Conversations of one view, as far as the caller may see them", Permission: actor.ConversationRead,
	}, func(ctx context.Context, in *conversationListInput) (*conversationPageOutput, error) {
		q := worklist.Query{
			View: worklist.View(in.View), Brand: in.Brand, Queue: in.Queue, Agent: in.Agent, Channel: in.Channel,
			Text: in.Q, Sort: worklist.Sort(in.Sort), Limit: in.Size(),
		}
		if _, err := in.After(&q.After); err != nil {
			return nil, err
		}
		rows, err := list.List(ctx, q)
		if err != nil {
			return nil, err
		}
		page, err := httpx.NewPage(rows, in.Size(), func(last worklist.Row) any { return last.Cursor() })
		return &conversationPageOutput{Body: pageOf(page, RowOf)}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "countConversations", Method: http.MethodGet, Path: conversationsPath + "/counts", Tag: tagConversations,
		Summary: "How many conversations each view has; 1000 stands for more", Permission: actor.ConversationRead,
	}, func(ctx context.Context, _ *struct{}) (*countsOutput, error) {
		c, err := list.Counts(ctx)
		if err != nil {
			return nil, err
		}
		out := &countsOutput{}
		out.Body.Mine, out.Body.Queues, out.Body.Unassigned, out.Body.All, out.Body.Mentions = c.Mine, c.Queues, c.Unassigned, c.All, c.Mentions
		return out, nil
	})
}

// pageOf returns a page with each thing as it travels.
func pageOf[A, B any](p httpx.Page[A], show func(A) B) httpx.Page[B] {
	items := make([]B, len(p.Items))
	for i, item := range p.Items {
		items[i] = show(item)
	}
	return httpx.Page[B]{Items: items, Next: p.Next}
}
