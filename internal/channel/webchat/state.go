package webchat

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/clip"
	"github.com/zongler/zongler/internal/platform/db"
)

// States of an interaction, as the conversation's row shows them.
const (
	workActive = "active"
	workParked = "parked"
	workWrapUp = "wrap_up"
	workClosed = "closed"
)

func asSystem(ctx context.Context, tenant id.Tenant) context.Context {
	return actor.With(ctx, actor.ForSystem(tenant))
}

// open reports whether a conversation takes messages: somebody works on it or
// will, or it was begun and nothing was said yet.
func (c chat) open(row conversation.Conversation) bool {
	if row.InteractionID == 0 {
		return c.Ended == notEnded
	}
	return row.Open
}

// isOpen returns the conversation of a chat and whether it is open.
func (s *Server) isOpen(ctx context.Context, q db.Queryer, c chat) (conversation.Conversation, bool, error) {
	row, err := s.Conversations.Find(ctx, q, c.ConversationID)
	return row, err == nil && c.open(row), err
}

// openChat returns the chat of a visitor that is open; there is one at most, the newest.
func (s *Server) openChat(ctx context.Context, q db.Queryer, v *visitor) (chat, conversation.Conversation, bool, error) {
	chats, err := chatsOf(ctx, q, v, 1)
	if err != nil || len(chats) == 0 {
		return chat{}, conversation.Conversation{}, false, err
	}
	row, open, err := s.isOpen(ctx, q, chats[0])
	return chats[0], row, open, err
}

// place is where a visitor stands in the line.
type place struct {
	position int // 1 is next; 0: unknown
	wait     time.Duration
}

// stateOf returns the state of a conversation as its visitor sees it.
func (s *Server) stateOf(ctx context.Context, e *entrance, c chat, row conversation.Conversation, at place) (State, error) {
	st := State{
		Conversation: row.ID, Phase: phaseOf(c, row), Read: row.StaffReadSeq, VisitorRead: row.CustomerReadSeq, Delivered: row.StaffReadSeq,
	}
	switch st.Phase {
	case PhaseQueued:
		o, err := s.outlook(ctx, e, row.QueueID, c.Language)
		if err != nil {
			return State{}, err
		}
		if !o.Open {
			st.Phase, st.OpensAt = PhaseOffline, o.Next
			break
		}
		st.Position = at.position
		if at.wait > 0 {
			st.Wait = new(int(at.wait.Seconds()))
		}
	case PhaseActive:
		// Who has the conversation has it on the desk; a lost desk loses the conversation too.
		st.Agent, st.Delivered = s.agent(ctx, e.point.Tenant, row.AgentID), max(row.CustomerSeq, row.StaffReadSeq)
	case PhaseWrapUp, PhaseClosed:
		st.Agent = s.agent(ctx, e.point.Tenant, row.LastAgentID)
		if st.Phase == PhaseClosed && c.Ended == endedGone {
			newest, err := s.isNewest(ctx, e.point.Tenant, c)
			if err != nil {
				return State{}, err
			}
			st.Gone = newest
		}
	case PhaseOffline:
	}
	var err error
	if st.Mail, err = s.mailState(ctx, e, c, row); err != nil {
		return State{}, err
	}
	st.Survey, err = s.surveyOf(ctx, e, row, st.Phase)
	return st, err
}

// isNewest reports whether a chat is its visitor's last: only in that one they may go on.
func (s *Server) isNewest(ctx context.Context, tenant id.Tenant, c chat) (bool, error) {
	newest, err := chatsOf(ctx, s.DB, &visitor{TenantID: tenant, ID: c.VisitorID}, 1)
	return err == nil && len(newest) > 0 && newest[0].ConversationID == c.ConversationID, err
}

func phaseOf(c chat, row conversation.Conversation) Phase {
	switch row.InteractionState {
	case workActive, workParked:
		return PhaseActive
	case workWrapUp:
		return PhaseWrapUp
	}
	if c.open(row) {
		return PhaseQueued
	}
	return PhaseClosed
}

// surveyOf says whether the visitor is asked: once a contact in which an agent had a part is over.
func (s *Server) surveyOf(ctx context.Context, e *entrance, row conversation.Conversation, phase Phase) (SurveyState, error) {
	over := phase == PhaseWrapUp || phase == PhaseClosed
	if !over || !e.settings.Survey || row.InteractionID == 0 || row.LastAgentID == 0 {
		return SurveyOff, nil
	}
	answered, err := s.Surveys.Answered(asSystem(ctx, e.point.Tenant), s.DB, row.InteractionID)
	if answered {
		return SurveyDone, err
	}
	return SurveyAsked, err
}

// agent returns a user as visitors know them: by the first name. Nil for nobody and for who has left.
func (s *Server) agent(ctx context.Context, tenant id.Tenant, user id.User) *Agent {
	if user == 0 {
		return nil
	}
	who, err := s.Staff.Actor(ctx, tenant, user)
	if err != nil || who.Name == "" {
		return nil
	}
	return &Agent{Name: firstName(who.Name), Initials: initials(who.Name)}
}

func firstName(name string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return first
}

// initials returns the first letters of the first and the last part of a name.
func initials(name string) string {
	parts := strings.Fields(name)
	if len(parts) == 0 {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(parts[0])
	if len(parts) == 1 {
		return strings.ToUpper(string(first))
	}
	last, _ := utf8.DecodeRuneInString(parts[len(parts)-1])
	return strings.ToUpper(string(first) + string(last))
}

// history returns the newest conversations of a visitor.
func (s *Server) history(ctx context.Context, ses *Session) ([]ConversationSummary, error) {
	all := []ConversationSummary{}
	chats, err := chatsOf(ctx, s.DB, &ses.visitor, historyMax)
	if err != nil {
		return all, err
	}
	for _, c := range chats {
		line, told, err := s.summary(ctx, ses, c)
		if err != nil {
			return nil, err
		}
		if told {
			all = append(all, line)
		}
	}
	return all, nil
}

// summary returns one line of the history. The copies on the conversation's row
// are not used for it: they may tell of notes.
func (s *Server) summary(ctx context.Context, ses *Session, c chat) (ConversationSummary, bool, error) {
	row, err := s.Conversations.Find(ctx, s.DB, c.ConversationID)
	if err != nil {
		return ConversationSummary{}, false, err
	}
	found, _, err := s.Conversations.Page(ctx, s.DB, c.ConversationID, conversation.Window{Limit: unreadMax, External: true})
	if err == nil {
		err = s.emptyGone(ctx, found, false)
	}
	if err != nil {
		return ConversationSummary{}, false, err
	}
	line := ConversationSummary{
		ID: c.ConversationID, Phase: phaseOf(c, row), At: c.CreatedAt, Agent: s.agent(ctx, ses.visitor.TenantID, row.LastAgentID),
	}
	for _, e := range found {
		if !visible(e) {
			continue
		}
		line.At = e.OccurredAt
		if e.Kind != conversation.Message {
			continue
		}
		if text := summaryText(e); text != "" { // of one that was taken back nothing is left
			line.Text = text
		}
		if e.Author != conversation.ByCustomer && e.Seq > row.CustomerReadSeq {
			line.Unread++
		}
	}
	return line, row.LastSeq > 0, nil
}

func summaryText(e conversation.Entry) string {
	text := strings.Join(strings.Fields(e.Body), " ")
	if text == "" && len(e.Attachments) > 0 {
		text = e.Attachments[0].Name
	}
	return clip.Characters(text, summaryTextMax)
}
