package attribute

import (
	"maps"
	"reflect"
	"slices"
)

// Change says that a field has another value. What it was and became is told where
// that cannot be somebody's words: of a choice its key, of yes or no "yes" or "no".
type Change struct {
	Key    string
	Was    string
	Became string
}

// Changes returns what differs between two sets of values, by key.
func Changes(definitions []Definition, before, after map[string]any) []Change {
	keys := maps.Clone(before)
	if keys == nil {
		keys = map[string]any{}
	}
	maps.Copy(keys, after)
	var out []Change
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if reflect.DeepEqual(before[key], after[key]) {
			continue
		}
		c := Change{Key: key}
		if i := slices.IndexFunc(definitions, func(d Definition) bool { return d.Key == key }); i >= 0 {
			c.Was, c.Became = definitions[i].told(before[key]), definitions[i].told(after[key])
		}
		out = append(out, c)
	}
	return out
}

// told returns a value as it may be told of; empty: it may not, or there is none.
func (d Definition) told(value any) string {
	switch value := value.(type) {
	case bool:
		if value {
			return "yes"
		}
		return "no"
	case string:
		if d.Type == Choice {
			return value
		}
	}
	return ""
}
