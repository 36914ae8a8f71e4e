package webchat

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// Interface guards.
var (
	_ Message = Welcome{}
	_ Message = EntryFrame{}
	_ Message = Opened{}
	_ Message = Said{}
	_ Message = Done{}
	_ Message = State{}
	_ Message = AgentTyping{}
	_ Message = AgentRead{}
	_ Message = Delivered{}
	_ Message = Fault{}
	_ Message = Resync{}
	_ Message = Beat{}
)

// Welcome answers hello. The missing entries follow as entry frames, or one resync.
type Welcome struct {
	Visitor Visitor `json:"visitor"`
	State   *State  `json:"state,omitempty"` // of the conversation asked for, or of the open one
}

// FrameType returns "welcome".
func (Welcome) FrameType() string { return "welcome" }

// Visitor is who the widget speaks for.
type Visitor struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	Known bool   `json:"known"` // identified by the brand's signature: has a history over devices
	// Consent is the version of the text that was agreed to; the same one is not asked again.
	Consent string `json:"consent,omitempty"`
	// Signed names the details that the brand has signed: nobody is asked for them.
	Signed []string `json:"signed,omitempty"`
}

// EntryKind says what an entry is to a visitor. Notes and receipts never reach one.
type EntryKind string

// Kinds of entries.
const (
	EntryMessage  EntryKind = "message"
	EntryEdit     EntryKind = "edit"     // Text replaces that of Target
	EntryDeletion EntryKind = "deletion" // Target is gone
	EntrySystem   EntryKind = "system"   // Event, or a brand's own Text
)

// AuthorKind says who made an entry.
type AuthorKind string

// Kinds of authors.
const (
	AuthorVisitor AuthorKind = "visitor"
	AuthorAgent   AuthorKind = "agent"
	AuthorBot     AuthorKind = "bot"
	AuthorSystem  AuthorKind = "system"
)

// Events of system entries, which the widget says in the visitor's language.
const (
	EventJoined         = "joined"           // Name took the conversation
	EventTransferred    = "transferred"      // the conversation waits for or went to someone else
	EventEndedByAgent   = "ended_by_agent"   //
	EventEndedByVisitor = "ended_by_visitor" //
	EventEndedIdle      = "ended_idle"       // nobody wrote for too long
)

// Author is who made an entry, as far as a visitor may know.
type Author struct {
	Kind     AuthorKind `json:"kind"`
	Name     string     `json:"name,omitempty"`
	Initials string     `json:"initials,omitempty"`
}

// Entry is one item of a conversation as its visitor sees it.
type Entry struct {
	Conversation id.Conversation `json:"conversation"`
	Seq          int64           `json:"seq"` // grows; has holes where the visitor may not look
	Kind         EntryKind       `json:"kind"`
	Author       Author          `json:"author"`
	Text         string          `json:"text,omitempty"`
	Attachments  []Attachment    `json:"attachments,omitempty"`
	Event        string          `json:"event,omitempty"`
	Target       int64           `json:"target,omitempty"` // seq of the entry that is edited or deleted
	CID          string          `json:"cid,omitempty"`    // of the visitor's own messages
	At           time.Time       `json:"at"`
}

// EntryFrame brings one entry. Entries of a conversation arrive in the order of their seq.
type EntryFrame struct{ Entry }

// FrameType returns "entry".
func (EntryFrame) FrameType() string { return "entry" }

// Attachment is a file of an entry.
type Attachment struct {
	ID     id.Attachment `json:"id"`
	Name   string        `json:"name"`
	Size   int64         `json:"size"`
	Type   string        `json:"type"`             // sniffed, never what the sender claimed
	URL    string        `json:"url,omitempty"`    // signed, for AttachmentURLFor; absent while it is scanned
	Width  int           `json:"width,omitempty"`  // of pictures, so that nothing jumps
	Height int           `json:"height,omitempty"` //
}

// Opened answers prechat.
type Opened struct {
	CID   string `json:"cid"`
	State State  `json:"state"`
}

// FrameType returns "opened".
func (Opened) FrameType() string { return "opened" }

// Said answers say: the message is stored and will not be lost.
type Said struct {
	CID          string          `json:"cid"`
	Conversation id.Conversation `json:"conversation"`
	Seq          int64           `json:"seq"`
	At           time.Time       `json:"at"`
}

// FrameType returns "said".
func (Said) FrameType() string { return "said" }

// Done answers end and survey.
type Done struct {
	CID string `json:"cid"`
}

// FrameType returns "done".
func (Done) FrameType() string { return "done" }

// Phase is where a conversation stands, in the visitor's eyes.
type Phase string

// Phases of a conversation.
const (
	PhaseQueued  Phase = "queued"  // waits for an agent: Position and Wait may be known
	PhaseActive  Phase = "active"  // Agent is here
	PhaseWrapUp  Phase = "wrap_up" // the agent has ended and finishes the work; writing reaches the agent
	PhaseClosed  Phase = "closed"  // over; a new conversation is opened by prechat
	PhaseOffline Phase = "offline" // nobody works now: kept, answered after OpensAt
)

// SurveyState says whether the visitor is asked for an opinion.
type SurveyState string

// States of the survey.
const (
	SurveyOff   SurveyState = ""
	SurveyAsked SurveyState = "asked"
	SurveyDone  SurveyState = "done"
)

// MailState says whether what the visitor does not see goes by e-mail.
type MailState string

// States of going on by e-mail.
const (
	MailOff   MailState = ""
	MailAsked MailState = "asked" // it would, if an address were known
	MailKnown MailState = "known"
)

// State is the whole state of a conversation; each one replaces the one before.
type State struct {
	Conversation id.Conversation `json:"conversation"`
	Phase        Phase           `json:"phase"`
	Position     int             `json:"position,omitempty"` // 1 is next
	Wait         *int            `json:"wait,omitempty"`     // expected seconds; absent when nobody can tell
	Agent        *Agent          `json:"agent,omitempty"`
	OpensAt      time.Time       `json:"opens_at,omitzero"`
	Survey       SurveyState     `json:"survey,omitempty"`
	Mail         MailState       `json:"mail,omitempty"`
	Gone         bool            `json:"gone,omitempty"`         // closed only because the visitor was away: who writes goes on in it
	Read         int64           `json:"read,omitempty"`         // the agent has seen up to this seq
	Delivered    int64           `json:"delivered,omitempty"`    // an agent's desk has up to this seq
	VisitorRead  int64           `json:"visitor_read,omitempty"` // the visitor has seen up to this seq, on any device
}

// FrameType returns "state".
func (State) FrameType() string { return "state" }

// Agent is the agent as the visitor knows them.
type Agent struct {
	Name     string `json:"name"`
	Initials string `json:"initials"`
}

// AgentTyping says that the agent began or stopped typing.
type AgentTyping struct {
	Conversation id.Conversation `json:"conversation"`
	On           bool            `json:"on"`
}

// FrameType returns "typing".
func (AgentTyping) FrameType() string { return "typing" }

// AgentRead says that the agent has seen the entries up to Seq.
type AgentRead struct {
	Conversation id.Conversation `json:"conversation"`
	Seq          int64           `json:"seq"`
}

// FrameType returns "read".
func (AgentRead) FrameType() string { return "read" }

// Delivered says that an agent's desk has the entries up to Seq.
type Delivered struct {
	Conversation id.Conversation `json:"conversation"`
	Seq          int64           `json:"seq"`
}

// FrameType returns "delivered".
func (Delivered) FrameType() string { return "delivered" }

// Fault says that something was not done. With Retry the widget keeps the frame
// and tries again, without it a person has to decide.
type Fault struct {
	Code   string       `json:"code"`
	Text   string       `json:"text"` // for the visitor, in their language
	CID    string       `json:"cid,omitempty"`
	Retry  int          `json:"retry,omitempty"` // seconds
	Fields []FaultField `json:"fields,omitempty"`
}

// FrameType returns "error".
func (Fault) FrameType() string { return "error" }

// FaultField says what is wrong with one field.
type FaultField struct {
	Path string `json:"path"`
	Code string `json:"code"`
	Text string `json:"text"`
}

// Resync says that entries were left out; the widget fetches them over HTTP.
type Resync struct {
	Conversation id.Conversation `json:"conversation"`
}

// FrameType returns "resync".
func (Resync) FrameType() string { return "resync" }

// Beat says that the connection lives.
type Beat struct{}

// FrameType returns "beat".
func (Beat) FrameType() string { return "beat" }
