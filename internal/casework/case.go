package casework

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

// Limits of a case.
const (
	MaxSubject  = 300 // characters
	MaxTopic    = 100
	MaxTags     = 20
	MaxTag      = 50
	MaxNote     = 10_000
	MaxCheck    = 300
	MaxChecks   = 50
	MaxWatchers = 50
	MaxLinks    = 500
)

// Category says what a status means.
type Category string

// Categories.
const (
	Fresh           Category = "new"
	Working         Category = "working"
	WaitingCustomer Category = "waiting_customer"
	WaitingThird    Category = "waiting_third"
	Done            Category = "done"
)

// Categories returns all categories in the order in which a matter goes through them.
func Categories() []Category { return []Category{Fresh, Working, WaitingCustomer, WaitingThird, Done} }

// Priorities of a case.
const (
	Low    = 0
	Normal = 1
	High   = 2
	Urgent = 3
)

// Case is a matter to be resolved.
type Case struct {
	ID         id.Case
	BrandID    id.Brand
	Number     int64
	CustomerID id.Customer
	Subject    string
	StatusID   id.CaseStatus
	Category   Category
	Priority   int
	Topic      string
	Tags       []string       `db:"tags,json"`
	Fields     map[string]any `db:"fields,json"`
	OwnerID    id.User
	TeamID     id.Team
	MergedInto id.Case
	Open       bool
	Version    int64
	OpenedBy   id.User
	OpenedAt   time.Time
	ChangedAt  time.Time
	DoneAt     time.Time
	Reopened   int64
	DueAt      time.Time
	Breached   bool
}

// Columns are the columns of a Case, for views that read its table.
const Columns = `id, brand_id, number, customer_id, subject, status_id, category, priority, topic, tags, fields, owner_id, team_id,
	merged_into, open, version, opened_by, opened_at, changed_at, done_at, reopened, due_at, breached`

// noDeadline is where in the order of lists stands what has no deadline: behind every deadline, the oldest first.
const noDeadline = 4_000_000_000_000_000_000

func (c Case) dueOrder() int64 {
	if c.DueAt.IsZero() {
		return noDeadline + c.OpenedAt.UnixMicro()
	}
	return c.DueAt.UnixMicro()
}

// LinkKind says how a case is tied to something.
type LinkKind string

// Kinds of links.
const (
	OfConversation LinkKind = "conversation"
	OfInteraction  LinkKind = "interaction"
	ChildOf        LinkKind = "child_of" // the other case is the whole of which this is a part
	Related        LinkKind = "related"
	Duplicate      LinkKind = "duplicate"
	FollowUpOf     LinkKind = "follow_up_of" // the other was done, and its customer wrote again
)

// Link ties a case to a conversation, an interaction or another case.
type Link struct {
	ID             id.CaseLink
	CaseID         id.Case
	Kind           LinkKind
	ConversationID id.Conversation
	InteractionID  id.Interaction
	OtherID        id.Case
	MadeBy         id.User
	MadeAt         time.Time
}

// Opening is what a case is opened with.
type Opening struct {
	Brand        id.Brand        // 0: of the conversation
	Conversation id.Conversation // 0: none
	Customer     id.Customer     // 0: of the conversation
	Subject      string          // empty: of the conversation
	Status       id.CaseStatus   // 0: the first of those that are new
	Priority     int
	Topic        string
	Tags         []string
	Fields       map[string]any
	Owner        id.User
	Team         id.Team
}

// Change is what may change about a case. Nil leaves a field as it is.
type Change struct {
	Subject  *string
	Status   *id.CaseStatus
	Priority *int
	Topic    *string
	Tags     *[]string
	Fields   map[string]any // those named; null takes a value away
	Owner    *id.User       // 0: nobody
	Team     *id.Team
	Customer *id.Customer
	Version  int64 // of the case that was edited; 0 takes any
}

// apply writes ch into c and returns the names of what changed. Status, fields and who answers are looked up by the caller.
func (ch Change) apply(c *Case) {
	set(&c.Subject, trimmed(ch.Subject))
	set(&c.Topic, trimmed(ch.Topic))
	set(&c.Priority, ch.Priority)
	set(&c.OwnerID, ch.Owner)
	set(&c.TeamID, ch.Team)
	set(&c.CustomerID, ch.Customer)
	if ch.Tags != nil {
		c.Tags = normalTags(*ch.Tags)
	}
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func trimmed(text *string) *string {
	if text == nil {
		return nil
	}
	return new(strings.Join(strings.Fields(*text), " "))
}

// normalTags returns tags sorted, in small letters, each once.
func normalTags(tags []string) []string {
	kept := []string{}
	for _, tag := range tags {
		if tag = strings.ToLower(strings.Join(strings.Fields(tag), " ")); tag != "" {
			kept = append(kept, tag)
		}
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}

// check names what is wrong with the texts of a case.
func (c Case) check(op string) error {
	var wrong []errs.Field
	text := func(path, value string, most int) {
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			wrong = append(wrong, errs.Field{Path: path, Code: "format.text"})
		} else if utf8.RuneCountInString(value) > most {
			wrong = append(wrong, errs.Field{Path: path, Code: "length.max", Values: errs.Values{"max": most}})
		}
	}
	text("subject", c.Subject, MaxSubject)
	text("topic", c.Topic, MaxTopic)
	for _, tag := range c.Tags {
		text("tags", tag, MaxTag)
	}
	if c.Subject == "" {
		wrong = append(wrong, errs.Field{Path: "subject", Code: "required"})
	}
	if len(c.Tags) > MaxTags {
		wrong = append(wrong, errs.Field{Path: "tags", Code: "items.max", Values: errs.Values{"max": MaxTags}})
	}
	if c.Priority < Low || c.Priority > Urgent {
		wrong = append(wrong, errs.Field{Path: "priority", Code: "one_of", Values: errs.Values{"allowed": "low, normal, high, urgent"}})
	}
	return errs.Fields(op, wrong...)
}

// audited returns what the audit compares.
func (c Case) audited() map[string]any {
	return map[string]any{
		"subject": c.Subject, "status_id": c.StatusID, "category": c.Category, "priority": c.Priority, "topic": c.Topic, "tags": c.Tags,
		"fields": c.Fields, "owner_id": c.OwnerID, "team_id": c.TeamID, "customer_id": c.CustomerID, "merged_into": c.MergedInto,
	}
}
