package rule

import (
	"slices"

	"github.com/zongler/zongler/internal/fact"
)

// Event is a kind of happening that can set a rule off.
type Event string

// Events.
const (
	ConversationStarted    Event = "conversation.started"
	ConversationChanged    Event = "conversation.changed"
	MessageIn              Event = "message.in"
	MessageOut             Event = "message.out"
	NoteAdded              Event = "note.added"
	InteractionQueued      Event = "interaction.queued"
	InteractionTransferred Event = "interaction.transferred"
	InteractionClosed      Event = "interaction.closed"
	CaseOpened             Event = "case.opened"
	CaseMoved              Event = "case.moved"
	CaseChanged            Event = "case.changed"
	CaseAssigned           Event = "case.assigned"
	SLAWarned              Event = "sla.warned"
	SLABreached            Event = "sla.breached"
	CustomerChanged        Event = "customer.changed" // of whom there is a conversation: it is about the newest
)

// Events returns all events.
func Events() []Event {
	return []Event{
		ConversationStarted, ConversationChanged, MessageIn, MessageOut, NoteAdded, InteractionQueued, InteractionTransferred, InteractionClosed,
		CaseOpened, CaseMoved, CaseChanged, CaseAssigned, SLAWarned, SLABreached, CustomerChanged,
	}
}

// EventOf returns which event a fact is; empty: none that rules hear of.
func EventOf(f fact.Fact) Event {
	switch f := f.(type) {
	case fact.ConversationStarted:
		return ConversationStarted
	case fact.ConversationChanged:
		return ConversationChanged
	case fact.EntryAdded:
		switch {
		case f.EntryKind == "note":
			return NoteAdded
		case f.EntryKind == "message" && f.Author == "customer":
			return MessageIn
		case f.EntryKind == "message" && f.Author == "agent":
			return MessageOut
		}
	case fact.InteractionQueued:
		if f.Cause == "transfer" {
			return InteractionTransferred
		}
		if f.Cause == "arrival" {
			return InteractionQueued
		}
	case fact.InteractionClosed:
		return InteractionClosed
	}
	return caseEvent(f)
}

func caseEvent(f fact.Fact) Event {
	switch f.(type) {
	case fact.CaseOpened:
		return CaseOpened
	case fact.CaseMoved:
		return CaseMoved
	case fact.CaseChanged:
		return CaseChanged
	case fact.CaseAssigned:
		return CaseAssigned
	case fact.ClockWarned:
		return SLAWarned
	case fact.ClockBreached:
		return SLABreached
	case fact.CustomerChanged:
		return CustomerChanged
	}
	return ""
}

// Stamp is a moment from which time is counted.
type Stamp string

// Stamps.
const (
	Unanswered Stamp = "unanswered"  // the customer's first message that nobody has answered
	Silent     Stamp = "silent"      // our newest message, to which the customer says nothing
	Waiting    Stamp = "waiting"     // the interaction waits for an agent
	Closed     Stamp = "closed"      // the interaction was closed, and nothing has come since
	InStatus   Stamp = "case_status" // the case came into the status in which it is
	CaseOpen   Stamp = "case_opened" // the case was opened, and is not done
)

// Stamps returns all stamps.
func Stamps() []Stamp { return []Stamp{Unanswered, Silent, Waiting, Closed, InStatus, CaseOpen} }

// OfCase reports whether the stamp is one of a case, not of a conversation.
func (s Stamp) OfCase() bool { return s == InStatus || s == CaseOpen }

// Turn is what a fact does to the time that is counted from a stamp.
type Turn int

// Turns.
const (
	Nothing Turn = iota
	Begins       // counting begins, unless it has begun
	Again        // counting begins anew
	Ends         // nothing is counted any more
)

// Hears says what a fact does to the stamp.
func (s Stamp) Hears(f fact.Fact) Turn {
	event := EventOf(f)
	switch s {
	case Unanswered:
		return turn(event, Begins, []Event{MessageIn}, []Event{MessageOut, InteractionClosed})
	case Silent:
		return turn(event, Again, []Event{MessageOut}, []Event{MessageIn})
	case Waiting:
		switch f.(type) {
		case fact.InteractionQueued:
			return Begins
		case fact.InteractionStarted, fact.InteractionClosed:
			return Ends
		}
	case Closed:
		if _, queued := f.(fact.InteractionQueued); queued {
			return Ends
		}
		return turn(event, Again, []Event{InteractionClosed}, nil)
	case InStatus:
		return turn(event, Again, []Event{CaseOpened, CaseMoved}, nil)
	case CaseOpen:
		return turn(event, Begins, []Event{CaseOpened}, nil)
	}
	return Nothing
}

func turn(event Event, how Turn, begin, end []Event) Turn {
	switch {
	case slices.Contains(begin, event):
		return how
	case slices.Contains(end, event):
		return Ends
	}
	return Nothing
}
