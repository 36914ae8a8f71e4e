package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Notification tells a user of something about their work, in answers and in live frames.
type Notification struct {
	ID             id.Notification `json:"id"`
	Kind           string          `json:"kind" enum:"mention,case.warned,case.breached,rule,case.rule,article.expired"`
	ConversationID id.Conversation `json:"conversation_id,omitzero"`
	EntryID        id.Entry        `json:"entry_id,omitzero"`
	CaseID         id.Case         `json:"case_id,omitzero" doc:"Whose promised time is nearly or wholly over"`
	ArticleID      id.Article      `json:"article_id,omitzero" doc:"Of which somebody has to look whether it is still true"`
	By             *UserRef        `json:"by,omitempty" doc:"Who wrote what it tells of; absent where one may not see the conversation any more"`
	At             time.Time       `json:"at"`
	ReadAt         time.Time       `json:"read_at,omitzero"`
}

type notificationsInput struct{ httpx.PageQuery }

type notificationsOutput struct{ Body httpx.Page[Notification] }

type readNotificationsInput struct {
	Body struct {
		UpTo id.Notification `json:"up_to" doc:"This one and all before it"`
	}
}

func (c Conversations) registerNotifications(api *httpx.API) {
	const tag, path = "me", "/api/v1/me/notifications"
	httpx.Register(api, httpx.Operation{
		ID: "listNotifications", Method: http.MethodGet, Path: path, Tag: tag, Summary: "What one should know, newest first", Access: httpx.SignedIn,
	}, c.notifications)
	httpx.Register(api, httpx.Operation{
		ID: "readNotifications", Method: http.MethodPost, Path: path + "/read", Tag: tag, Summary: "Mark notifications as read", Access: httpx.SignedIn,
		Status: http.StatusNoContent,
	}, func(ctx context.Context, in *readNotificationsInput) (*struct{}, error) {
		return nil, c.Conversations.ReadNotifications(ctx, in.Body.UpTo)
	})
}

func (c Conversations) notifications(ctx context.Context, in *notificationsInput) (*notificationsOutput, error) {
	var before id.Notification
	if _, err := in.After(&before); err != nil {
		return nil, err
	}
	found, err := c.Conversations.Notifications(ctx, before, in.Size())
	if err != nil {
		return nil, err
	}
	page, err := httpx.NewPage(found, in.Size(), func(last conversation.Notification) any { return last.ID })
	if err != nil {
		return nil, err
	}
	authors, err := c.authorsOf(ctx, page.Items)
	if err != nil {
		return nil, err
	}
	return &notificationsOutput{Body: pageOf(page, func(n conversation.Notification) Notification {
		out := notificationOf(n)
		out.By = authors[n.ID]
		return out
	})}, nil
}

// authorsOf returns who wrote what notifications tell of, for those whose conversation the caller may see at this moment.
func (c Conversations) authorsOf(ctx context.Context, told []conversation.Notification) (map[id.Notification]*UserRef, error) {
	if actor.From(ctx).Scope(actor.ConversationRead) == actor.None || len(told) == 0 {
		return nil, nil //nolint:nilnil // a map that is only read
	}
	keys, users := make([]id.Conversation, len(told)), make([]id.User, len(told))
	for i, n := range told {
		keys[i], users[i] = n.ConversationID, n.ByID
	}
	rows, err := c.Worklist.Rows(ctx, keys)
	if err != nil {
		return nil, err
	}
	names, err := c.People.Names(ctx, users)
	if err != nil {
		return nil, err
	}
	seen := make(map[id.Conversation]bool, len(rows))
	for _, r := range rows {
		seen[r.ID] = true
	}
	out := make(map[id.Notification]*UserRef, len(told))
	for _, n := range told {
		if seen[n.ConversationID] {
			out[n.ID] = refTo(n.ByID, names)
		}
	}
	return out, nil
}

// notificationOf returns n as it travels, without its author.
func notificationOf(n conversation.Notification) Notification {
	return Notification{ID: n.ID, Kind: n.Kind, ConversationID: n.ConversationID, EntryID: n.EntryID, CaseID: n.CaseID, ArticleID: n.ArticleID, At: n.At, ReadAt: n.ReadAt}
}
