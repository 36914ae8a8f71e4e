package desk

import (
	"encoding/json"
	"time"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
)

// Entry is one item of a conversation, in answers and in live frames.
type Entry struct {
	ID          id.Entry         `json:"id"`
	Seq         int64            `json:"seq"`
	Kind        string           `json:"kind" enum:"message,note,system,reaction,edit,deletion,survey,like,hiding,blocking,private_reply"`
	Author      string           `json:"author" enum:"customer,agent,system,bot"`
	User        *UserRef         `json:"user,omitempty"`
	TargetID    id.Entry         `json:"target_id,omitzero" doc:"The entry that an edit, a deletion, a reaction, a like, a hiding, a blocking or a private reply is about"`
	AnswersID   id.Entry         `json:"answers_id,omitzero" doc:"The entry that this one answers, where the channel says so"`
	By          *speakerBody     `json:"by,omitempty" doc:"Which customer said it, where several people speak"`
	Text        string           `json:"text"`
	HTML        string           `json:"html,omitempty"`
	Code        string           `json:"code,omitempty" doc:"What a system entry says, by its stable name"`
	Data        json.RawMessage  `json:"data,omitempty"`
	Attachments []attachmentBody `json:"attachments,omitempty"`
	Mentions    []string         `json:"mentions,omitempty" doc:"Keys of the users whom a note names"`
	Delivery    *deliveryBody    `json:"delivery,omitempty"`
	ClientID    string           `json:"client_id,omitempty"`
	OccurredAt  time.Time        `json:"occurred_at"`
	ReceivedAt  time.Time        `json:"received_at"`

	point id.ContactPoint // of who said it
}

type deliveryBody struct {
	State  string    `json:"state" enum:"queued,sending,sent,delivered,read,failed,ambiguous,cancelled"`
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at"`
}

type attachmentBody struct {
	ID         id.Attachment `json:"id"`
	Name       string        `json:"name"`
	Size       int64         `json:"size"`
	Type       string        `json:"type"`
	URL        string        `json:"url"`
	PreviewURL string        `json:"preview_url,omitempty"`
}

// EntryOf returns e as it travels, with the names of users.
func EntryOf(e conversation.Entry, names map[id.User]string) Entry {
	body := Entry{
		ID: e.ID, Seq: e.Seq, Kind: string(e.Kind), Author: string(e.Author), User: refTo(e.UserID, names), TargetID: e.TargetID,
		Text: e.Body, HTML: e.HTML, Code: e.Code, Data: e.Data, ClientID: e.ClientID, OccurredAt: e.OccurredAt, ReceivedAt: e.ReceivedAt,
		AnswersID: e.ParentID, point: e.ContactPointID,
	}
	for _, f := range e.Attachments {
		body.Attachments = append(body.Attachments, attachmentOf(f))
	}
	for _, user := range e.Mentions {
		body.Mentions = append(body.Mentions, user.String())
	}
	if e.DeliveryState != "" {
		body.Delivery = &deliveryBody{State: string(e.DeliveryState), Reason: e.DeliveryReason, At: e.DeliveryAt}
	}
	return body
}

func attachmentOf(f conversation.File) attachmentBody {
	body := attachmentBody{ID: f.ID, Name: f.Name, Size: f.Size, Type: f.Type, URL: attachmentsPath + "/" + f.ID.String()}
	if f.Preview {
		body.PreviewURL = body.URL + "/preview"
	}
	return body
}

// authors returns the users of entries, each once.
func authors(entries []conversation.Entry) []id.User {
	seen, users := map[id.User]bool{}, []id.User{}
	for _, e := range entries {
		if !e.UserID.IsZero() && !seen[e.UserID] {
			seen[e.UserID] = true
			users = append(users, e.UserID)
		}
	}
	return users
}
