package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/check"
)

// Bounds of a program.
const (
	MaxDepth      = 3  // groups within groups
	MaxConditions = 30 // in all groups together
	MaxValues     = 20 // of one condition
	MaxValue      = 200
	MaxCommands   = 10
	MaxText       = 10_000
	MaxTags       = 20
	MaxTag        = 50
	MaxTopic      = 100
	MaxMinutes    = 90 * 24 * 60 // of a time rule
	maxBytes      = 256 << 10
)

// Program is what a rule does: when, if, do.
type Program struct {
	When Trigger   `json:"when"`
	If   Condition `json:"if,omitzero" doc:"Absent: always"`
	Do   []Command `json:"do" maxItems:"10"`
}

// Trigger is what sets a rule off: an event, or time since something.
type Trigger struct {
	On      Event `json:"on,omitempty" doc:"What happens; or:"`
	Since   Stamp `json:"since,omitempty" doc:"since when time is counted, while it still is so"`
	Minutes int   `json:"minutes,omitempty" minimum:"0" maximum:"129600" doc:"with since: how long"`
}

// Timed reports whether time sets the rule off.
func (t Trigger) Timed() bool { return t.Since != "" }

// OfCase reports whether what sets the rule off is told of a case, not of a conversation.
func (t Trigger) OfCase() bool {
	return t.Since.OfCase() || slices.Contains([]Event{CaseOpened, CaseMoved, CaseChanged, CaseAssigned, SLAWarned, SLABreached}, t.On)
}

// Foresee says what a command of the program would do of itself, as the command does. A reply that everybody
// would read is not written unless the rule says that it is meant: by the command, or by naming the channel.
func (p Program) Foresee(c Command, s Subject) string {
	if why := c.Foresee(s); why != "" {
		return why
	}
	public := slices.Contains(s.Values[public], "yes")
	if c.Do == SendReply && public && !c.Public && !p.If.names(channelField, s.Values[channelField]) {
		return InPublic
	}
	return ""
}

// Values of a subject by which a reply in public is known.
const (
	channelField = "conversation.channel"
	public       = "conversation.public" // yes: everybody reads it
)

// NoMachine is the value of a subject that says, with yes, that no machine may answer the message. It is no field.
const NoMachine = "message.no_machine"

// Replies reports whether the program answers customers.
func (p Program) Replies() bool {
	return slices.ContainsFunc(p.Do, func(c Command) bool { return c.Do == SendReply })
}

// names reports whether the condition asks for one of values by its name.
func (c Condition) names(field string, values []string) bool {
	if c.Field == field && c.Op == Is {
		return slices.ContainsFunc(values, func(v string) bool { return slices.Contains(c.Values, v) })
	}
	return slices.ContainsFunc(slices.Concat(c.All, c.Any), func(part Condition) bool { return part.names(field, values) })
}

// Parse reads a program that was written as JSON, and checks it.
func Parse(data []byte) (Program, error) {
	const op = "rule.Parse"
	var p Program
	if len(data) > maxBytes {
		return p, errs.Fields(op, errs.Field{Path: "program", Code: "rule.too_large"})
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		path := "program"
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
			path = wrong.Field
		}
		return Program{}, errs.Fields(op, errs.Field{Path: path, Code: "rule.malformed"})
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Program{}, errs.Fields(op, errs.Field{Path: "program", Code: "rule.malformed"})
	}
	return p, p.Check(op)
}

// Check names what is wrong with a program: the field, and what may stand there.
func (p *Program) Check(op string) error {
	var f check.Fields
	p.When.check(&f)
	count := 0
	p.If.check(&f, "if", p.When, 0, &count)
	if count > MaxConditions {
		f.Add("if", "items.max", errs.Values{"max": MaxConditions})
	}
	f.Count("do", len(p.Do), 1, MaxCommands)
	for i := range p.Do[:min(len(p.Do), MaxCommands)] {
		p.Do[i].check(&f, "do["+strconv.Itoa(i)+"]", OfRules)
	}
	return f.Err(op)
}

// CheckMacro names what is wrong with the commands of a macro.
func CheckMacro(op string, do []Command) error {
	var f check.Fields
	f.Count("do", len(do), 1, MaxCommands)
	for i := range do[:min(len(do), MaxCommands)] {
		do[i].check(&f, "do["+strconv.Itoa(i)+"]", OfMacros)
	}
	return f.Err(op)
}

func (t Trigger) check(f *check.Fields) {
	switch {
	case (t.On == "") == (t.Since == ""):
		f.Add("when.on", "rule.one_trigger", nil)
	case t.On != "":
		f.OneOf("when.on", string(t.On), texts(Events())...)
		if t.Minutes != 0 {
			f.Add("when.minutes", "rule.only_timed", nil)
		}
	default:
		f.OneOf("when.since", string(t.Since), texts(Stamps())...)
		if t.Minutes < 1 || t.Minutes > MaxMinutes {
			bound, code := errs.Values{"min": 1}, "number.min"
			if t.Minutes > MaxMinutes {
				bound, code = errs.Values{"max": MaxMinutes}, "number.max"
			}
			f.Add("when.minutes", code, bound)
		}
	}
}

func texts[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = string(one)
	}
	return out
}
