package rule

import (
	"regexp"
	"slices"
	"strings"
)

// Sort is what sort of values a field has.
type Sort string

// Sorts.
const (
	Text   Sort = "text"
	Choice Sort = "choice" // one of a few words
	Rank   Sort = "rank"   // one of a few words that have an order
	Ref    Sort = "ref"    // the key of a thing
	Number Sort = "number"
	List   Sort = "list" // tags
	YesNo  Sort = "yes_no"
	Date   Sort = "date" // 2026-03-14
	Own    Sort = "own"  // of a field that a tenant has defined: what it is stands in its definition
)

// Op is how a value is compared.
type Op string

// Operators.
const (
	Is          Op = "is"
	IsNot       Op = "is_not"
	Contains    Op = "contains"
	ContainsNot Op = "contains_not"
	StartsWith  Op = "starts_with"
	IsEmpty     Op = "is_empty"
	IsNotEmpty  Op = "is_not_empty"
	AtLeast     Op = "at_least"
	AtMost      Op = "at_most"
	Has         Op = "has"
	HasNot      Op = "has_not"
	Changed     Op = "changed"
	Was         Op = "was"
	Became      Op = "became"
)

// Ops returns the operators that values of a sort can be compared by.
func (s Sort) Ops() []Op {
	switch s {
	case Text:
		return []Op{Contains, ContainsNot, Is, IsNot, StartsWith, IsEmpty, IsNotEmpty}
	case Choice:
		return []Op{Is, IsNot, IsEmpty, IsNotEmpty}
	case Rank:
		return []Op{Is, IsNot, AtLeast, AtMost}
	case Ref:
		return []Op{Is, IsNot, IsEmpty, IsNotEmpty}
	case Number:
		return []Op{Is, IsNot, AtLeast, AtMost}
	case List:
		return []Op{Has, HasNot, IsEmpty, IsNotEmpty}
	case YesNo:
		return []Op{Is}
	case Date:
		return []Op{Is, IsNot, AtLeast, AtMost, IsEmpty, IsNotEmpty}
	case Own:
		return []Op{Contains, ContainsNot, Is, IsNot, StartsWith, AtLeast, AtMost, IsEmpty, IsNotEmpty}
	}
	return nil
}

// takesNone reports whether the operator compares with nothing.
func (o Op) takesNone() bool { return o == IsEmpty || o == IsNotEmpty || o == Changed }

// ofChange reports whether the operator asks what the event has changed.
func (o Op) ofChange() bool { return o == Changed || o == Was || o == Became }

// Field is what a condition can be about.
type Field struct {
	Name    string
	Sort    Sort
	Choices []string // of a choice or a rank, in order; none: any word
	Ref     string   // of a key: what sort of thing it names
	Extra   []Op     // how it can be compared beside what its sort can
	Changes []Op     // how it can be asked what an event has changed
	With    []Event  // only with these; none: with all
}

// Ops returns how the field can be compared.
func (f Field) Ops() []Op { return append(append(f.Sort.Ops(), f.Extra...), f.Changes...) }

// Words of choices.
var (
	priorities = []string{"low", "normal", "high", "urgent"}                                                     //nolint:gochecknoglobals // a table that never changes
	categories = []string{"new", "working", "waiting_customer", "waiting_third", "done"}                         //nolint:gochecknoglobals // as above
	states     = []string{"none", "new", "queued", "offered", "active", "parked", "wrap_up", "closed"}           //nolint:gochecknoglobals // as above
	clocks     = []string{"first_response", "next_response", "resolution"}                                       //nolint:gochecknoglobals // as above
	outcomes   = []string{"answered", "abandoned", "overflowed", "settled", "failed", "transferred", "callback"} //nolint:gochecknoglobals // as above
)

// Priorities returns the priorities of a case, the lowest first.
func Priorities() []string { return slices.Clone(priorities) }

// Fields returns all fields but those that a tenant has defined itself (CaseField).
func Fields() []Field {
	written, moved := []Event{MessageIn, MessageOut, NoteAdded}, []Op{Changed, Was, Became}
	return []Field{
		{Name: "conversation.channel", Sort: Choice},
		{Name: "conversation.brand", Sort: Ref, Ref: "brand"},
		{Name: "conversation.queue", Sort: Ref, Ref: "queue"},
		{Name: "conversation.agent", Sort: Ref, Ref: "user"},
		{Name: "conversation.subject", Sort: Text, Changes: []Op{Changed}},
		{Name: "conversation.tags", Sort: List, Changes: []Op{Changed}},
		{Name: "conversation.state", Sort: Choice, Choices: states},
		{Name: "conversation.open", Sort: YesNo},
		{Name: "customer.name", Sort: Text, Changes: []Op{Changed}},
		{Name: "customer.email", Sort: Text, Changes: []Op{Changed}},
		{Name: "customer.phone", Sort: Text, Changes: []Op{Changed}},
		{Name: "customer.company", Sort: Text, Changes: []Op{Changed}},
		{Name: "customer.language", Sort: Choice, Changes: []Op{Changed}},
		{Name: "case.exists", Sort: YesNo},
		{Name: "case.subject", Sort: Text, Changes: []Op{Changed}},
		{Name: "case.status", Sort: Ref, Ref: "case_status", Changes: moved},
		{Name: "case.category", Sort: Choice, Choices: categories, Changes: moved},
		{Name: "case.priority", Sort: Rank, Choices: priorities, Changes: moved},
		{Name: "case.topic", Sort: Text, Changes: moved},
		{Name: "case.tags", Sort: List, Changes: []Op{Changed}},
		{Name: "case.owner", Sort: Ref, Ref: "user", Changes: moved},
		{Name: "case.team", Sort: Ref, Ref: "team", Changes: moved},
		{Name: "case.late", Sort: YesNo},
		{Name: "message.text", Sort: Text, With: written},
		{Name: "message.files", Sort: Number, With: written},
		{Name: "message.automatic", Sort: YesNo, With: []Event{MessageIn}},
		{Name: "sla.clock", Sort: Choice, Choices: clocks, With: []Event{SLAWarned, SLABreached}},
		{Name: "interaction.outcome", Sort: Choice, Choices: outcomes, With: []Event{InteractionClosed}},
	}
}

// How the names of fields begin that a tenant has defined.
const (
	caseFields     = "case.fields."
	customerFields = "customer.fields."
)

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// CaseField returns the name of a field of cases that a tenant has defined under a key.
func CaseField(key string) string { return caseFields + key }

// CustomerField returns the name of a field of customers that a tenant has defined under a key.
func CustomerField(key string) string { return customerFields + key }

// OwnKey returns of what a field is, case or customer, that a tenant has defined, and
// its key; false: it is not one of those.
func OwnKey(name string) (of, key string, own bool) {
	if key, own = strings.CutPrefix(name, caseFields); own {
		return "case", key, true
	}
	key, own = strings.CutPrefix(name, customerFields)
	return "customer", key, own
}

// OwnField returns a field that a tenant has defined, as it can be compared: a choice by
// its keys. What it was and became is known where it is no text of somebody's.
func OwnField(name string, s Sort, choices []string) Field {
	f := Field{Name: name, Sort: s, Choices: choices, Changes: []Op{Changed}}
	if s == Choice || s == YesNo || s == Own {
		f.Changes = []Op{Changed, Was, Became}
	}
	if s == Number || s == YesNo {
		f.Extra = []Op{IsEmpty, IsNotEmpty}
	}
	return f
}

// OwnSorts returns the sorts of fields that a tenant can define.
func OwnSorts() []Sort { return []Sort{Text, Number, Date, Choice, YesNo} }

// fields by name, made once.
var fields = byName() //nolint:gochecknoglobals // a table that never changes

func byName() map[string]Field {
	all := map[string]Field{}
	for _, f := range Fields() {
		all[f.Name] = f
	}
	return all
}

// find returns a field, and whether there is one of that name.
func find(name string) (Field, bool) {
	if _, key, own := OwnKey(name); own {
		return OwnField(name, Own, nil), keyForm.MatchString(key)
	}
	f, ok := fields[name]
	return f, ok
}
