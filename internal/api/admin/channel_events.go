package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagChannelEvents = "channel events"
	channelEventPath = "/api/v1/channel-events/{id}"
)

// ChannelEventKey is the address of an event of a channel.
type ChannelEventKey struct {
	ID id.ChannelEvent `path:"id"`
}

type channelEventBody struct {
	ID             id.ChannelEvent `json:"id"`
	EntryPointID   id.EntryPoint   `json:"entry_point_id"`
	EventID        string          `json:"event_id" doc:"The channel's name of it"`
	Kind           string          `json:"kind" doc:"As far as it could be read"`
	State          string          `json:"state" enum:"waiting,parked,done,refused,discarded" doc:"parked: what it is about is not here yet; refused: somebody has to look at it"`
	Reason         string          `json:"reason,omitempty" doc:"Why it was refused, a key of the texts of errors"`
	Detail         string          `json:"detail,omitempty" doc:"Where in it"`
	Awaits         string          `json:"awaits,omitempty" doc:"What a parked one waits for"`
	Attempts       int             `json:"attempts"`
	ConversationID id.Conversation `json:"conversation_id,omitzero"`
	Raw            string          `json:"raw" doc:"As it came; empty for who may not read names"`
	ReceivedAt     time.Time       `json:"received_at"`
	DueAt          time.Time       `json:"due_at,omitzero" doc:"While it waits: not before"`
	SettledAt      time.Time       `json:"settled_at,omitzero"`
}

func channelEventOf(e intake.Event) channelEventBody {
	return channelEventBody{
		ID: e.ID, EntryPointID: e.EntryPointID, EventID: e.EventID, Kind: e.Kind, State: string(e.State), Reason: e.Reason, Detail: e.Detail,
		Awaits: e.Awaits, Attempts: e.Attempts, ConversationID: e.ConversationID, Raw: string(e.Raw), ReceivedAt: e.ReceivedAt, DueAt: e.DueAt, SettledAt: e.SettledAt,
	}
}

type channelEventOutput struct{ Body channelEventBody }

type channelEventPageOutput struct{ Body httpx.Page[channelEventBody] }

type channelEventListInput struct {
	EntryPointKey
	httpx.PageQuery

	State string `query:"state" enum:"waiting,parked,done,refused,discarded" doc:"Absent: all"`
}

func shownEvent(e intake.Event, err error) (*channelEventOutput, error) {
	if err != nil {
		return nil, err
	}
	return &channelEventOutput{Body: channelEventOf(e)}, nil
}

// RegisterChannelEvents adds the operations on what channels have posted.
func RegisterChannelEvents(api *httpx.API, s *intake.Events) {
	settled := codesOf(errs.Conflict, "event.settled", "event.still_refused")
	httpx.Register(api, httpx.Operation{
		ID: "listChannelEvents", Method: http.MethodGet, Path: "/api/v1/entry-points/{id}/events", Tag: tagChannelEvents, Permission: actor.EntryPointEdit,
		Summary: "What a channel has posted in the last 30 days, newest first",
	}, func(ctx context.Context, in *channelEventListInput) (*channelEventPageOutput, error) {
		var before id.ChannelEvent
		if _, err := in.After(&before); err != nil {
			return nil, err
		}
		found, err := s.List(ctx, intake.EventFilter{Point: in.ID, State: intake.EventState(in.State), Before: before, Limit: in.Size() + 1})
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(e intake.Event) any { return e.ID }, channelEventOf)
		return &channelEventPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getChannelEvent", Method: http.MethodGet, Path: channelEventPath, Tag: tagChannelEvents, Summary: "One event as it came", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *ChannelEventKey) (*channelEventOutput, error) {
		return shownEvent(s.Get(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "replayChannelEvent", Method: http.MethodPost, Path: channelEventPath + "/replay", Tag: tagChannelEvents, Permission: actor.EntryPointEdit,
		Summary: "Apply an event again that was refused or that waits", Errors: settled,
	}, func(ctx context.Context, in *ChannelEventKey) (*channelEventOutput, error) {
		return shownEvent(s.Replay(ctx, in.ID))
	})
	httpx.Register(api, httpx.Operation{
		ID: "discardChannelEvent", Method: http.MethodPost, Path: channelEventPath + "/discard", Tag: tagChannelEvents, Permission: actor.EntryPointEdit,
		Summary: "Say that an event needs nothing more", Errors: codesOf(errs.Conflict, "event.settled"),
	}, func(ctx context.Context, in *ChannelEventKey) (*channelEventOutput, error) {
		return shownEvent(s.Discard(ctx, in.ID))
	})
}
