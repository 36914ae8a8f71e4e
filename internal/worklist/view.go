package worklist

import (
	"time"

	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// View is one list of the desk.
type View string

// Views.
const (
	Mine       View = "mine"       // the viewer works on them
	Queues     View = "queues"     // they wait in queues of the viewer
	Unassigned View = "unassigned" // they wait
	All        View = "all"        // all that are open
	Closed     View = "closed"
	Mentions   View = "mentions" // a note names the viewer
)

// Sort is the order of a list.
type Sort string

// Orders.
const (
	ByDeadline Sort = "deadline" // the nearest first, then who has waited longest for an answer, the rest last
	Newest     Sort = "newest"   // the newest message first
	Oldest     Sort = "oldest"
)

// MaxPage bounds a page of rows.
const MaxPage = 100

// Query says which rows to list. Zero filters take all.
type Query struct {
	View    View
	Brand   id.Brand
	Queue   id.Queue
	Agent   id.User
	Channel string
	Text    string // beginnings of the customer's name, address or of the subject
	Sort    Sort
	After   Cursor
	Limit   int
}

// Cursor is a place in a list: behind the row with this key.
type Cursor struct {
	Key int64           `json:"k"`
	ID  id.Conversation `json:"i"`
}

// Row is a conversation as one viewer's list shows it.
type Row struct {
	conversation.Conversation

	QueueName string
	AgentName string
	ReadSeq   int64
	Drafted   bool
	SortKey   int64
}

// Unread returns how many entries the viewer has not seen, as far as any of them
// is to be read. What is closed waits for nobody.
func (r Row) Unread() int64 {
	if !r.Open || r.ShownSeq <= r.ReadSeq {
		return 0
	}
	return r.LastSeq - r.ReadSeq
}

// Cursor returns the place behind r.
func (r Row) Cursor() Cursor { return Cursor{Key: r.SortKey, ID: r.ID} }

// Counts says how many rows each view has, none above MaxCount.
type Counts struct {
	Mine       int
	Queues     int
	Unassigned int
	All        int
	Mentions   int // not yet read
}

// MaxCount is where counting stops: nobody reads further.
const MaxCount = 1000

// Detail is one conversation with what stands around it.
type Detail struct {
	Row

	EntryPointName string
	Interactions   []Interaction
}

// Interaction is one unit of work that a conversation has yielded.
type Interaction struct {
	ID            id.Interaction
	Direction     string
	State         string
	QueueID       id.Queue
	QueueName     string
	AgentID       id.User
	AgentName     string
	ArrivedAt     time.Time
	AnsweredAt    time.Time
	EndedAt       time.Time
	ClosedAt      time.Time
	Outcome       string
	DispositionID id.Disposition
}

// complete fills what q leaves open and refuses what it cannot be.
func (q *Query) complete(op string) error {
	if q.View == "" {
		q.View = Mine
	}
	past := q.View == Closed || q.View == Mentions
	if q.Sort == "" || past && q.Sort == ByDeadline {
		q.Sort = ByDeadline
		if past {
			q.Sort = Newest
		}
	}
	q.Limit = max(1, min(q.Limit, MaxPage))
	var wrong []errs.Field
	switch q.View {
	case Mine, Queues, Unassigned, All, Closed, Mentions:
	default:
		wrong = append(wrong, errs.Field{Path: "view", Code: "one_of", Values: errs.Values{"allowed": "mine, queues, unassigned, all, closed, mentions"}})
	}
	switch q.Sort {
	case ByDeadline, Newest, Oldest:
	default:
		wrong = append(wrong, errs.Field{Path: "sort", Code: "one_of", Values: errs.Values{"allowed": "deadline, newest, oldest"}})
	}
	return errs.Fields(op, wrong...)
}
