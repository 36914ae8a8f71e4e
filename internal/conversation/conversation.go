package conversation

import (
	"time"

	"github.com/zongler/zongler/internal/id"
)

// Conversation is one thread on one channel, with the copies that a worklist shows.
type Conversation struct {
	ID              id.Conversation
	BrandID         id.Brand
	EntryPointID    id.EntryPoint
	Channel         string
	ExternalKey     string
	ContactPointID  id.ContactPoint
	CustomerID      id.Customer
	CustomerName    string
	Subject         string
	Tags            []string `db:"tags,json"`
	CreatedAt       time.Time
	LastSeq         int64
	ShownSeq        int64 // newest message or note
	LastAt          time.Time
	LastAuthor      Author
	LastPreview     string
	CustomerSeq     int64 // newest entry by the customer
	CustomerReadSeq int64
	StaffReadSeq    int64

	InteractionID    id.Interaction // the newest; 0 if there was none
	InteractionState string
	Open             bool
	Waiting          bool
	QueueID          id.Queue
	AgentID          id.User
	Priority         int
	WaitingSince     time.Time
	DueAt            time.Time
	UnansweredSince  time.Time // when the customer wrote the first message that no agent has answered; zero: nobody waits for an answer
	LastAgentID      id.User
	LastAgentAt      time.Time
	Involves         bool      // there are users whose own work it is
	ErasedAt         time.Time // when its words were taken; zero: they are there
	PostID           id.Post   // under which everybody reads it; 0: it is private
}

// Columns are the columns of a Conversation, for views that read its table.
const Columns = `id, brand_id, entry_point_id, channel, external_key, contact_point_id, customer_id, customer_name,
	subject, tags, created_at, last_seq, shown_seq, last_at, last_author, last_preview, customer_seq, customer_read_seq, staff_read_seq,
	interaction_id, interaction_state, open, waiting, queue_id, agent_id, priority, waiting_since, due_at, unanswered_since,
	last_agent_id, last_agent_at, involves, erased_at, post_id`

// Thread is a conversation to be found or begun.
type Thread struct {
	Brand        id.Brand
	EntryPoint   id.EntryPoint
	Channel      string
	ExternalKey  string // the thread's name at the channel; empty: always a new one
	ContactPoint id.ContactPoint
	Customer     id.Customer
	CustomerName string
	Subject      string
	Post         id.Post // under which everybody reads it; 0: it is private
}

// Public reports whether everybody reads c.
func (c Conversation) Public() bool { return c.PostID != 0 }

// States of an interaction that decide where its conversation is listed.
const (
	stateNew     = "new"
	stateQueued  = "queued"
	stateOffered = "offered"
	stateWrapUp  = "wrap_up"
	stateClosed  = "closed"
)

// Work is what a worklist shows of an interaction.
type Work struct {
	Interaction  id.Interaction
	State        string
	Queue        id.Queue
	Agent        id.User // who has it, is offered it, or closed it
	Priority     int
	WaitingSince time.Time // zero unless somebody waits
	DueAt        time.Time // zero: no deadline
}

func (w Work) open() bool { return w.State != "" && w.State != stateClosed }

func (w Work) waiting() bool {
	return w.State == stateNew || w.State == stateQueued || w.State == stateOffered
}

// answerable reports whether somebody may still be waiting for an answer.
func (w Work) answerable() bool { return w.open() && w.State != stateWrapUp }

// Where in the order of lists stands what has no deadline: those who wait for an
// answer behind every deadline, the longest first, and the rest behind them.
const (
	behindDeadlines = 4_000_000_000_000_000_000
	noDeadline      = 9_000_000_000_000_000_000
)

// dueOrder is what lists sort by.
func (c Conversation) dueOrder() int64 {
	switch {
	case !c.DueAt.IsZero():
		return c.DueAt.UnixMicro()
	case !c.UnansweredSince.IsZero():
		return behindDeadlines + c.UnansweredSince.UnixMicro()
	}
	return noDeadline
}
