package desk

import (
	"context"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/worklist"
)

// Bulk acts: each is one that there is for a single conversation too.
const (
	actRead     = "read"
	actUnread   = "unread"
	actTag      = "tag"
	actSnooze   = "snooze"
	actResume   = "resume"
	actTransfer = "transfer"
	actResolve  = "resolve"
)

// Work ends, hands on and puts aside the work on conversations.
type Work interface {
	Park(ctx context.Context, key id.Interaction, until time.Time) error
	Resume(ctx context.Context, key id.Interaction) error
	Transfer(ctx context.Context, t routing.Transfer) error
	Finish(ctx context.Context, f routing.Finish) error
}

type bulkInput struct {
	Body struct {
		IDs           []id.Conversation `json:"ids" minItems:"1" maxItems:"100"`
		Act           string            `json:"act" enum:"read,unread,tag,snooze,resume,transfer,resolve"`
		Tags          []string          `json:"tags,omitempty" maxItems:"20" doc:"Of tag: added to those that are there"`
		Until         time.Time         `json:"until,omitzero" doc:"Of snooze: when it is taken up again by itself; absent: when somebody does"`
		QueueID       id.Queue          `json:"queue_id,omitzero" doc:"Of transfer: the queue that they go to; or name an agent"`
		AgentID       id.User           `json:"agent_id,omitzero" doc:"Of transfer: the agent who is waited for in their queues; or name a queue"`
		DispositionID id.Disposition    `json:"disposition_id,omitzero" doc:"Of resolve"`
		Note          string            `json:"note,omitempty" maxLength:"2000" doc:"Of transfer and resolve: kept with each of them; the customer never sees it"`
	}
}

type bulkItem struct {
	ID   id.Conversation `json:"id"`
	Done bool            `json:"done" doc:"It is so now, whether by this act or before"`
	Code string          `json:"code,omitempty" doc:"Why it was not done"`

	Field  string         `json:"field,omitempty" doc:"What of the request does not fit this conversation"`
	Values map[string]any `json:"values,omitempty" doc:"What fills the holes of the code's text"`
}

type bulkOutput struct {
	Body struct {
		Items []bulkItem `json:"items" doc:"One for each conversation that was named, in that order"`
	}
}

// registerBulk adds the operation that does one act to many conversations. Each is
// done, or refused, by itself.
func (c Conversations) registerBulk(api *httpx.API) {
	httpx.Register(api, httpx.Operation{
		ID: "actOnConversations", Method: http.MethodPost, Path: conversationsPath + "/bulk", Tag: tagConversations,
		Summary: "Do one act to many conversations, each by itself", Permission: actor.ConversationRead, Status: http.StatusOK, Errors: notFound(personNeeded()),
	}, c.bulk)
}

func (c Conversations) bulk(ctx context.Context, in *bulkInput) (*bulkOutput, error) {
	const op = "desk.bulk"
	if worked := []string{actSnooze, actResume, actTransfer, actResolve}; slices.Contains(worked, in.Body.Act) {
		if _, err := actor.Require(ctx, op, actor.ConversationReply); err != nil {
			return nil, err
		}
	}
	rows, err := c.Worklist.Rows(ctx, in.Body.IDs)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.E(errs.NotFound, op, nil)
	}
	out := &bulkOutput{}
	out.Body.Items = []bulkItem{}
	seen := map[id.Conversation]bool{}
	for _, key := range in.Body.IDs {
		if seen[key] {
			continue
		}
		seen[key] = true
		err := c.actOn(ctx, in, key, rows)
		if err != nil && errs.KindOf(err) == errs.Internal {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, itemOf(key, err))
	}
	return out, nil
}

// actOn does the act of in to one conversation, of which rows has the row if the caller may see it.
func (c Conversations) actOn(ctx context.Context, in *bulkInput, key id.Conversation, rows []worklist.Row) error {
	i := slices.IndexFunc(rows, func(r worklist.Row) bool { return r.ID == key })
	if i < 0 {
		return errs.E(errs.NotFound, "desk.actOn", nil)
	}
	row := rows[i]
	switch in.Body.Act {
	case actRead:
		return c.Conversations.MarkRead(ctx, key, math.MaxInt64)
	case actUnread:
		return c.Conversations.MarkUnread(ctx, key, 0)
	case actTag:
		return c.Conversations.AddTags(ctx, key, in.Body.Tags)
	}
	return c.workOn(ctx, in, row)
}

// workOn does the act of in to the work on one conversation.
func (c Conversations) workOn(ctx context.Context, in *bulkInput, row worklist.Row) error {
	switch in.Body.Act {
	case actSnooze:
		return c.Work.Park(ctx, row.InteractionID, in.Body.Until)
	case actResume:
		return c.Work.Resume(ctx, row.InteractionID)
	case actTransfer:
		return c.Work.Transfer(ctx, routing.Transfer{
			Interaction: row.InteractionID, Queue: in.Body.QueueID, Agent: in.Body.AgentID, Note: in.Body.Note,
		})
	}
	if !row.Open { // it is resolved
		return nil
	}
	return c.Work.Finish(ctx, routing.Finish{Interaction: row.InteractionID, Disposition: in.Body.DispositionID, Note: in.Body.Note})
}

// itemOf tells how the act to one conversation went, by the code of a single field if that is all that is wrong.
func itemOf(key id.Conversation, err error) bulkItem {
	item := bulkItem{ID: key, Done: err == nil}
	if err == nil {
		return item
	}
	item.Code = errs.CodeOf(err)
	told := errs.Told(err)
	switch {
	case told == nil:
	case len(told.Fields) == 1:
		item.Code, item.Field, item.Values = told.Fields[0].Code, told.Fields[0].Path, told.Fields[0].Values
	default:
		item.Values = told.Values
	}
	return item
}
