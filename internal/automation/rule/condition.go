package rule

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/kit/check"
	"github.com/zongler/zongler/internal/kit/fold"
)

// Condition is one comparison, or a group of which all or any hold. The zero
// value always holds. What is not there compares as empty.
type Condition struct {
	All    []Condition `json:"all,omitempty" doc:"A group: all of them hold"`
	Any    []Condition `json:"any,omitempty" doc:"A group: one of them holds"`
	Field  string      `json:"field,omitempty"`
	Op     Op          `json:"op,omitempty"`
	Values []string    `json:"values,omitempty" doc:"It is enough that one of them fits; of a negation none may"`
}

// IsZero reports whether nothing is asked.
func (c Condition) IsZero() bool {
	return c.All == nil && c.Any == nil && c.Field == "" && c.Op == "" && c.Values == nil
}

// Change is what an event has changed of a field.
type Change struct {
	Was    string
	Became string
}

// Subject is what a program is asked about.
type Subject struct {
	Values  map[string][]string // by field; a list has many, all else one
	Changed map[string]Change   // by field
}

// Holds reports whether the condition holds of s.
func (c Condition) Holds(s Subject) bool {
	switch {
	case c.All != nil:
		return !slices.ContainsFunc(c.All, func(part Condition) bool { return !part.Holds(s) })
	case c.Any != nil:
		return slices.ContainsFunc(c.Any, func(part Condition) bool { return part.Holds(s) })
	case c.Field == "":
		return true
	case c.Op.ofChange():
		return c.changed(s)
	}
	f, known := find(c.Field)
	return known && c.compare(f, s.Values[c.Field])
}

func (c Condition) changed(s Subject) bool {
	change, did := s.Changed[c.Field]
	switch {
	case !did:
		return false
	case c.Op == Was:
		return slices.ContainsFunc(c.Values, func(v string) bool { return same(v, change.Was) })
	case c.Op == Became:
		return slices.ContainsFunc(c.Values, func(v string) bool { return same(v, change.Became) })
	}
	return true
}

func same(a, b string) bool { return fold.Text(a) == fold.Text(b) }

// compare compares what there is with the values of the condition.
func (c Condition) compare(f Field, has []string) bool {
	switch c.Op {
	case IsEmpty:
		return empty(has)
	case IsNotEmpty:
		return !empty(has)
	case Is, Has:
		return c.some(has, same)
	case IsNot, HasNot:
		return !c.some(has, same)
	case Contains:
		return c.some(has, within)
	case ContainsNot:
		return !c.some(has, within)
	case StartsWith:
		return c.some(has, func(v, there string) bool { return strings.HasPrefix(fold.Text(there), fold.Text(v)) })
	case AtLeast:
		return c.some(has, func(v, there string) bool { return f.ordered(there, v) })
	case AtMost:
		return c.some(has, func(v, there string) bool { return f.ordered(v, there) })
	case Changed, Was, Became:
	}
	return false
}

func empty(has []string) bool {
	return !slices.ContainsFunc(has, func(one string) bool { return one != "" })
}

func within(v, there string) bool { return strings.Contains(fold.Text(there), fold.Text(v)) }

// some reports whether one of the values fits one of what there is.
func (c Condition) some(has []string, fits func(v, there string) bool) bool {
	return slices.ContainsFunc(c.Values, func(v string) bool {
		return slices.ContainsFunc(has, func(there string) bool { return fits(v, there) })
	})
}

// ordered reports whether a is b or goes beyond it.
func (f Field) ordered(a, b string) bool {
	if f.Sort == Rank {
		i, k := slices.Index(f.Choices, a), slices.Index(f.Choices, b)
		return i >= 0 && k >= 0 && i >= k
	}
	x, err := strconv.ParseFloat(a, 64)
	y, wrong := strconv.ParseFloat(b, 64)
	if err == nil && wrong == nil {
		return x >= y
	}
	return isDate(a) && isDate(b) && a >= b
}

// isDate reports whether v is a day, as 2026-03-14.
func isDate(v string) bool {
	_, err := time.Parse(time.DateOnly, v)
	return err == nil
}

// check names what is wrong with the condition at path, and counts its comparisons.
func (c Condition) check(f *check.Fields, path string, when Trigger, depth int, count *int) {
	if c.IsZero() && depth == 0 {
		return
	}
	group := append(slices.Clip(c.All), c.Any...)
	if len(group) == 0 && c.All == nil && c.Any == nil {
		*count++
		c.checkOne(f, path, when)
		return
	}
	name := ".all"
	if c.Any != nil {
		name = ".any"
	}
	switch {
	case c.All != nil && c.Any != nil || c.Field != "" || c.Op != "" || c.Values != nil:
		f.Add(path, "rule.one_shape", nil)
	case depth >= MaxDepth:
		f.Add(path, "rule.depth", errs.Values{"max": MaxDepth})
	case len(group) == 0:
		f.Add(path+name, "items.min", errs.Values{"min": 1})
	case *count > MaxConditions || len(group) > MaxConditions:
		*count += len(group)
	default:
		for i, part := range group {
			part.check(f, path+name+"["+strconv.Itoa(i)+"]", when, depth+1, count)
		}
	}
}

func (c Condition) checkOne(f *check.Fields, path string, when Trigger) {
	field, known := find(c.Field)
	if !known {
		names := make([]string, 0, len(fields))
		for _, one := range Fields() {
			names = append(names, one.Name)
		}
		f.OneOf(path+".field", c.Field, append(names, caseFields+"…", customerFields+"…")...)
		return
	}
	if len(field.With) > 0 && !slices.Contains(field.With, when.On) {
		f.Add(path+".field", "rule.only_with", errs.Values{"allowed": strings.Join(texts(field.With), ", ")})
		return
	}
	if c.Op.ofChange() && when.Timed() {
		f.Add(path+".op", "rule.no_change", nil)
		return
	}
	c.checkAs(f, path, field)
}

// checkAs names what is wrong with a comparison with a field.
func (c Condition) checkAs(f *check.Fields, path string, field Field) {
	if !slices.Contains(field.Ops(), c.Op) {
		f.OneOf(path+".op", string(c.Op), texts(field.Ops())...)
		return
	}
	c.checkValues(f, path+".values", field)
}

// OwnFields calls fn with the comparisons with fields that a tenant has defined, and where they stand.
func (c Condition) OwnFields(path string, fn func(path string, c Condition)) {
	name, group := ".all", c.All
	if c.Any != nil {
		name, group = ".any", c.Any
	}
	for i, part := range group {
		part.OwnFields(path+name+"["+strconv.Itoa(i)+"]", fn)
	}
	if _, _, own := OwnKey(c.Field); own {
		fn(path, c)
	}
}

// CheckAs names what is wrong with a comparison with a field whose definition is known.
func (c Condition) CheckAs(f *check.Fields, path string, field Field) { c.checkAs(f, path, field) }

func (c Condition) checkValues(f *check.Fields, path string, field Field) {
	least := 1
	if c.Op.takesNone() {
		least = 0
	}
	most := MaxValues
	if least == 0 {
		most = 0
	} else if c.Op == AtLeast || c.Op == AtMost {
		most = 1
	}
	f.Count(path, len(c.Values), least, most)
	for i, v := range c.Values[:min(len(c.Values), MaxValues)] {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case !utf8.ValidString(v) || strings.ContainsRune(v, 0):
			f.Add(at, "format.text", nil)
		case utf8.RuneCountInString(v) > MaxValue:
			f.Add(at, "length.max", errs.Values{"max": MaxValue})
		case strings.TrimSpace(v) == "" || field.Sort == Text && fold.Text(v) == "":
			f.Add(at, "required", nil)
		default:
			field.checkValue(f, at, v)
		}
	}
}

// checkValue names what is wrong with a value for the field.
func (f Field) checkValue(wrong *check.Fields, path, v string) {
	switch f.Sort {
	case Choice, Rank:
		if len(f.Choices) > 0 {
			wrong.OneOf(path, v, f.Choices...)
		}
	case Ref:
		if n, err := strconv.ParseInt(v, 10, 64); err != nil || n <= 0 {
			wrong.Add(path, "reference", nil)
		}
	case Number:
		if n, err := strconv.ParseFloat(v, 64); err != nil || n != n { //nolint:gocritic // NaN alone is not itself
			wrong.Add(path, "rule.number", nil)
		}
	case YesNo:
		wrong.OneOf(path, v, "yes", "no")
	case Date:
		if !isDate(v) {
			wrong.Add(path, "format.date", nil)
		}
	case Text, List, Own:
	}
}

// Refs calls fn with the keys that the condition names: of which sort of thing, and where.
func (c Condition) Refs(path string, fn func(path, ref, key string)) {
	name, group := ".all", c.All
	if c.Any != nil {
		name, group = ".any", c.Any
	}
	for i, part := range group {
		part.Refs(path+name+"["+strconv.Itoa(i)+"]", fn)
	}
	if f, known := find(c.Field); known && f.Sort == Ref {
		for i, v := range c.Values {
			fn(path+".values["+strconv.Itoa(i)+"]", f.Ref, v)
		}
	}
}
