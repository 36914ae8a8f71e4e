package rule

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/check"
)

// Verb is what a command does.
type Verb string

// Verbs.
const (
	AddTags        Verb = "add_tags" // of the conversation
	RemoveTags     Verb = "remove_tags"
	MoveToQueue    Verb = "move_to_queue"
	AddNote        Verb = "add_note"   // in the conversation, else on the case
	SendReply      Verb = "send_reply" // to the customer
	InsertReply    Verb = "insert_reply"
	OpenCase       Verb = "open_case"
	SetStatus      Verb = "set_status" // of the case, as all below
	SetPriority    Verb = "set_priority"
	SetTopic       Verb = "set_topic"
	SetOwner       Verb = "set_owner"
	AddCaseTags    Verb = "add_case_tags"
	RemoveCaseTags Verb = "remove_case_tags"
	Watch          Verb = "watch"
	Notify         Verb = "notify" // a user or a team
	CallWebhook    Verb = "call_webhook"
)

// Users of verbs.
const (
	OfRules  = "rules"
	OfMacros = "macros"
)

// Verbs returns the verbs for rules or for macros.
func Verbs(of string) []Verb {
	all := []Verb{
		AddTags, RemoveTags, MoveToQueue, AddNote, SendReply, InsertReply, OpenCase, SetStatus, SetPriority, SetTopic, SetOwner,
		AddCaseTags, RemoveCaseTags, Watch, Notify, CallWebhook,
	}
	if of == OfMacros {
		return all
	}
	return slices.DeleteFunc(all, func(v Verb) bool { return v == InsertReply })
}

// Command is one thing that a rule or a macro does.
type Command struct {
	Do        Verb          `json:"do"`
	Tags      []string      `json:"tags,omitempty"`
	Text      string        `json:"text,omitempty" doc:"Of a note, or of a reply that is not a canned one"`
	Topic     string        `json:"topic,omitempty"`
	Priority  string        `json:"priority,omitempty" doc:"low, normal, high, urgent"`
	QueueID   id.Queue      `json:"queue_id,omitzero"`
	StatusID  id.CaseStatus `json:"status_id,omitzero"`
	UserID    id.User       `json:"user_id,omitzero"`
	TeamID    id.Team       `json:"team_id,omitzero"`
	CannedID  id.Canned     `json:"canned_id,omitzero"`
	WebhookID id.Webhook    `json:"webhook_id,omitzero"`
	Public    bool          `json:"public,omitempty" doc:"Of a reply by a rule: it may be written where everybody reads it. Without it a rule answers there only if a condition names the channel"`
}

// needs says which fields a verb takes; a "?" behind one lets it be absent, "|" takes exactly one of them.
func (v Verb) needs() string {
	switch v {
	case AddTags, RemoveTags, AddCaseTags, RemoveCaseTags:
		return "tags"
	case MoveToQueue:
		return "queue_id"
	case AddNote:
		return "text"
	case SendReply:
		return "canned_id|text public?"
	case InsertReply:
		return "canned_id|text"
	case OpenCase:
		return "topic? priority?"
	case SetStatus:
		return "status_id"
	case SetPriority:
		return "priority"
	case SetTopic:
		return "topic"
	case SetOwner, Notify:
		return "user_id|team_id"
	case Watch:
		return "user_id"
	case CallWebhook:
		return "webhook_id"
	}
	return ""
}

// Takes returns the fields that the verb takes.
func (v Verb) Takes() []string {
	return strings.FieldsFunc(v.needs(), func(r rune) bool { return r == ' ' || r == '|' || r == '?' })
}

// OfCase reports whether the command is about a case, and nothing without one.
func (v Verb) OfCase() bool {
	return slices.Contains([]Verb{SetStatus, SetPriority, SetTopic, SetOwner, AddCaseTags, RemoveCaseTags, Watch}, v)
}

// OfConversation reports whether the command is about a conversation, and nothing without one.
func (v Verb) OfConversation() bool {
	return slices.Contains([]Verb{AddTags, RemoveTags, MoveToQueue, SendReply, InsertReply, OpenCase}, v)
}

// given returns the names of the fields that are set.
func (c Command) given() []string {
	var names []string
	note := func(name string, set bool) {
		if set {
			names = append(names, name)
		}
	}
	note("tags", len(c.Tags) > 0)
	note("text", c.Text != "")
	note("topic", c.Topic != "")
	note("priority", c.Priority != "")
	note("queue_id", c.QueueID != 0)
	note("status_id", c.StatusID != 0)
	note("user_id", c.UserID != 0)
	note("team_id", c.TeamID != 0)
	note("canned_id", c.CannedID != 0)
	note("webhook_id", c.WebhookID != 0)
	note("public", c.Public)
	return names
}

// check brings the texts of the command into form, and names what is wrong with it at path.
func (c *Command) check(f *check.Fields, path, of string) {
	if !slices.Contains(Verbs(of), c.Do) {
		f.OneOf(path+".do", string(c.Do), texts(Verbs(of))...)
		return
	}
	c.Text, c.Topic = strings.TrimSpace(c.Text), strings.Join(strings.Fields(c.Topic), " ")
	c.checkTexts(f, path)
	given := c.given()
	for _, name := range given {
		if !slices.Contains(c.Do.Takes(), name) {
			f.Add(path+"."+name, "rule.not_taken", errs.Values{"allowed": strings.Join(c.Do.Takes(), ", ")})
		}
	}
	for need := range strings.FieldsSeq(c.Do.needs()) {
		if strings.HasSuffix(need, "?") {
			continue
		}
		either := strings.Split(need, "|")
		set := slices.DeleteFunc(slices.Clone(either), func(name string) bool { return !slices.Contains(given, name) })
		switch {
		case len(set) == 0:
			f.Add(path+"."+either[0], "required", nil)
		case len(set) > 1:
			f.Add(path+"."+set[1], "rule.one_of_two", errs.Values{"allowed": strings.Join(either, ", ")})
		}
	}
}

func (c *Command) checkTexts(f *check.Fields, path string) {
	for _, one := range []struct {
		name, text string
		most       int
	}{{"text", c.Text, MaxText}, {"topic", c.Topic, MaxTopic}} {
		switch {
		case !utf8.ValidString(one.text) || strings.ContainsRune(one.text, 0):
			f.Add(path+"."+one.name, "format.text", nil)
		case utf8.RuneCountInString(one.text) > one.most:
			f.Add(path+"."+one.name, "length.max", errs.Values{"max": one.most})
		}
	}
	if c.Priority != "" {
		f.OneOf(path+".priority", c.Priority, priorities...)
	}
	if len(c.Tags) > MaxTags {
		f.Add(path+".tags", "items.max", errs.Values{"max": MaxTags})
		return
	}
	for i, tag := range c.Tags {
		tag = strings.ToLower(strings.Join(strings.Fields(tag), " "))
		c.Tags[i] = tag
		f.Text(path+".tags["+strconv.Itoa(i)+"]", tag, MaxTag)
	}
}

// Refs calls fn with the keys that the command names: of which sort of thing, and where.
func (c Command) Refs(path string, fn func(path, ref, key string)) {
	for _, r := range []struct {
		field, ref string
		key        int64
	}{
		{"queue_id", "queue", int64(c.QueueID)},
		{"status_id", "case_status", int64(c.StatusID)},
		{"user_id", "user", int64(c.UserID)},
		{"team_id", "team", int64(c.TeamID)},
		{"canned_id", "canned", int64(c.CannedID)},
		{"webhook_id", "webhook", int64(c.WebhookID)},
	} {
		if r.key != 0 {
			fn(path+"."+r.field, r.ref, strconv.FormatInt(r.key, 10))
		}
	}
}

// Reasons why a command would do nothing.
const (
	DoneAlready    = "done_already"
	NoCase         = "no_case"
	NoConversation = "no_conversation"
	NotOpen        = "not_open"
	HasCase        = "has_case"
	Automatic      = "automatic" // machines are not answered: they answer back
	Often          = "often"     // rules have answered so often today: it is a machine, too
	InPublic       = "in_public" // everybody would read it, and the rule does not say that this is meant
)

// Foresee says what the command would do of itself by what is known now: empty,
// it would do what it says; else the reason why it would do nothing.
func (c Command) Foresee(s Subject) string {
	one := func(field string) string {
		if v := s.Values[field]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	hasCase, open := one("case.exists") == "yes", one("conversation.open") == "yes"
	if reason := c.Do.impossible(hasCase, one("conversation.brand") != "", open); reason != "" {
		return reason
	}
	if c.Do == SendReply && (one("message.automatic") == "yes" || one(NoMachine) == "yes") {
		return Automatic
	}
	tags := s.Values["conversation.tags"]
	if c.Do == AddCaseTags || c.Do == RemoveCaseTags {
		tags = s.Values["case.tags"]
	}
	had := slices.ContainsFunc(c.Tags, func(tag string) bool { return slices.Contains(tags, tag) })
	lacks := slices.ContainsFunc(c.Tags, func(tag string) bool { return !slices.Contains(tags, tag) })
	done := false
	switch c.Do {
	case AddTags, AddCaseTags:
		done = !lacks
	case RemoveTags, RemoveCaseTags:
		done = !had
	case MoveToQueue:
		done = one("conversation.queue") == c.QueueID.String() && one("conversation.agent") == ""
	case SetStatus:
		done = one("case.status") == c.StatusID.String()
	case SetPriority:
		done = one("case.priority") == c.Priority
	case SetTopic:
		done = one("case.topic") == c.Topic
	case SetOwner:
		done = c.UserID != 0 && one("case.owner") == c.UserID.String() || c.TeamID != 0 && one("case.team") == c.TeamID.String()
	case OpenCase:
		if hasCase && one("case.category") != "done" {
			return HasCase
		}
	case AddNote, SendReply, InsertReply, Watch, Notify, CallWebhook:
	}
	if done {
		return DoneAlready
	}
	return ""
}

// impossible says why a verb can do nothing with what there is.
func (v Verb) impossible(hasCase, hasConversation, open bool) string {
	switch {
	case v.OfCase() && !hasCase:
		return NoCase
	case v.OfConversation() && !hasConversation:
		return NoConversation
	case (v == MoveToQueue || v == SendReply) && !open:
		return NotOpen
	}
	return ""
}
