package webchat

import (
	"context"
	"encoding/json"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Codes of system entries that this channel writes or shows. All others, and
// whatever they carry, are for colleagues.
const (
	codePrechat  = "prechat"  // what was answered in the form
	codeGreeting = "greeting" // a text of the queue
	codeAway     = "away"     // a text of the queue
)

// shownEvents are the codes of system entries that the widget says in its own words.
func shownEvent(code string) bool {
	switch code {
	case EventJoined, EventTransferred, EventEndedByAgent, EventEndedByVisitor, EventEndedIdle:
		return true
	}
	return false
}

// visible reports whether an entry is for its visitor's eyes. It lists what may
// go out, so that a new kind of entry stays in the house until somebody decides.
func visible(e conversation.Entry) bool {
	switch e.Kind {
	case conversation.Message:
		return e.Author != conversation.ByCustomer || theirs(e)
	case conversation.Edit, conversation.Deletion:
		return true
	case conversation.System:
		return shownEvent(e.Code) || (e.Code == codeGreeting || e.Code == codeAway) && e.Body != ""
	case conversation.Note, conversation.Reaction, conversation.Survey, conversation.Like, conversation.Hiding, conversation.Private, conversation.Blocking:
	}
	return false
}

// theirs reports whether a customer's message is of the visitor, who may have
// written it by e-mail: not of another person who answered, nor of a machine.
func theirs(e conversation.Entry) bool {
	var mail struct {
		Other   bool   `json:"other_party"`
		Machine string `json:"machine"`
	}
	if len(e.Data) == 0 {
		return true
	}
	err := json.Unmarshal(e.Data, &mail)
	return err == nil && !mail.Other && mail.Machine == ""
}

// emptyGone takes from a page of entries what messages that were taken back have said. What is about
// a message comes after it: only where more entries follow does the database know better than the page.
func (s *Server) emptyGone(ctx context.Context, page []conversation.Entry, more bool) (err error) {
	gone := map[id.Entry]bool{}
	for _, e := range page {
		if e.Kind == conversation.Deletion && e.DeliveryState.Stands() {
			gone[e.TargetID] = true
		}
	}
	if more {
		if gone, err = s.Conversations.TakenBack(ctx, s.DB, page); err != nil {
			return err
		}
	}
	if len(gone) == 0 {
		return nil
	}
	for i, e := range page {
		if gone[e.ID] || e.Kind == conversation.Edit && gone[e.TargetID] {
			page[i].Body, page[i].HTML, page[i].Attachments = "", "", nil
		}
	}
	return nil
}

// shown returns an entry as its visitor sees it; false for what is not for them.
func (s *Server) shown(ctx context.Context, tenant id.Tenant, e conversation.Entry) (Entry, bool, error) {
	if !visible(e) {
		return Entry{}, false, nil
	}
	out := Entry{Conversation: e.ConversationID, Seq: e.Seq, Kind: EntryKind(e.Kind), Author: s.author(ctx, tenant, e), At: e.OccurredAt}
	switch e.Kind {
	case conversation.Message:
		out.Text = clip.Characters(e.Body, TextMax) // a mail may be longer than what is said in a chat
		if e.Author == conversation.ByCustomer {
			out.CID = e.ClientID
		}
		files, err := s.shownFiles(ctx, tenant, e.Attachments)
		out.Attachments = files
		return out, true, err
	case conversation.Edit, conversation.Deletion:
		target, err := s.Conversations.FindEntry(ctx, s.DB, e.TargetID)
		if err != nil || target.ConversationID != e.ConversationID || !visible(target) {
			return Entry{}, false, err
		}
		out.Target = target.Seq
		if e.Kind == conversation.Edit {
			out.Text = e.Body
		}
	case conversation.System:
		if shownEvent(e.Code) {
			out.Event = e.Code // its body may be a colleague's note
		} else {
			out.Text = e.Body
		}
	case conversation.Note, conversation.Reaction, conversation.Survey, conversation.Like, conversation.Hiding, conversation.Private, conversation.Blocking:
	}
	return out, true, nil
}

func (s *Server) author(ctx context.Context, tenant id.Tenant, e conversation.Entry) Author {
	switch e.Author {
	case conversation.ByCustomer:
		return Author{Kind: AuthorVisitor}
	case conversation.ByBot:
		return Author{Kind: AuthorBot}
	case conversation.ByAgent:
		a := Author{Kind: AuthorAgent}
		if who := s.agent(ctx, tenant, e.UserID); who != nil {
			a.Name, a.Initials = who.Name, who.Initials
		}
		return a
	case conversation.BySystem:
	}
	a := Author{Kind: AuthorSystem}
	if who := s.agent(ctx, tenant, e.UserID); who != nil && shownEvent(e.Code) {
		a.Name = who.Name
	}
	return a
}

func (s *Server) shownFiles(ctx context.Context, tenant id.Tenant, files []conversation.File) ([]Attachment, error) {
	var out []Attachment
	for _, f := range files {
		url, err := s.fileURL(ctx, tenant, f.ID)
		if err != nil {
			return nil, err
		}
		shown := Attachment{ID: f.ID, Name: f.Name, Size: f.Size, Type: f.Type, URL: url}
		if f.Preview { // a picture: its size, so that nothing jumps when it comes
			stored, err := s.Files.Find(asSystem(ctx, tenant), f.ID)
			if err != nil && !errs.Is(errs.NotFound, err) {
				return nil, err
			}
			shown.Width, shown.Height = stored.Width, stored.Height
		}
		out = append(out, shown)
	}
	return out, nil
}

// answers are the fields of a pre-chat form as the system entry keeps them, in the order of the form.
func answers(form PrechatForm, fields map[string]string, consent string) (json.RawMessage, error) {
	type answer struct {
		Name  string `json:"name"`
		Label string `json:"label"`
		Value string `json:"value"`
	}
	data := struct {
		Answers []answer `json:"answers,omitempty"`
		Consent string   `json:"consent,omitempty"` // version of the text that was agreed to
	}{Consent: consent}
	for _, f := range form.Fields {
		if value := fields[f.Name]; value != "" {
			data.Answers = append(data.Answers, answer{f.Name, f.Label, value})
		}
	}
	if len(data.Answers) == 0 && consent == "" {
		return nil, nil
	}
	return json.Marshal(data)
}
