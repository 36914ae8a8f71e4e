package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of one entry.
const (
	maxChanges = 200  // fields
	maxValue   = 2000 // bytes of one value as JSON
	leadIn     = 100  // bytes before the first difference of a long value
	maxDepth   = 4    // of objects that are compared field by field
)

// Change is one field that differs. Before is absent for a new field, After for one that is gone.
type Change struct {
	Path   string          `json:"path"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Diff returns the fields in which after differs from before, sorted by path.
// Either may be nil: the thing did not exist, or exists no more.
func Diff(before, after any) ([]Change, error) {
	old, err := object(before)
	if err != nil {
		return nil, err
	}
	young, err := object(after)
	if err != nil {
		return nil, err
	}
	var changes []Change
	compare(&changes, "", old, young, maxDepth)
	if len(changes) > maxChanges {
		changes = changes[:maxChanges]
	}
	return changes, nil
}

// object returns v as the fields of its JSON.
func object(v any) (map[string]any, error) {
	if v == nil {
		return nil, nil //nolint:nilnil // nothing has no fields
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	fields := map[string]any{}
	read := json.NewDecoder(bytes.NewReader(data))
	read.UseNumber() // keys are greater than a float can hold
	if err := read.Decode(&fields); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return fields, nil
}

func compare(changes *[]Change, prefix string, old, young map[string]any, depth int) {
	names := map[string]bool{}
	for name := range old {
		names[name] = true
	}
	for name := range young {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		path := prefix + name
		a, had := old[name]
		b, has := young[name]
		if had == has && reflect.DeepEqual(a, b) || isEmpty(a) && isEmpty(b) {
			continue
		}
		oldFields, oldIs := a.(map[string]any)
		youngFields, youngIs := b.(map[string]any)
		if depth > 1 && (oldIs || youngIs) && (oldIs || !had) && (youngIs || !has) {
			compare(changes, path+".", oldFields, youngFields, depth-1)
			continue
		}
		*changes = append(*changes, changesOf(path, a, b)...)
	}
}

// changesOf returns how the value at path differs. Of long lists only the items
// are told that differ: cut as a whole, both sides could look alike.
func changesOf(path string, before, after any) []Change {
	old, wasList := before.([]any)
	young, isList := after.([]any)
	if !wasList || !isList || isSecret(path) || fits(before) && fits(after) {
		return []Change{change(path, before, after)}
	}
	first := 0
	for first < min(len(old), len(young)) && reflect.DeepEqual(old[first], young[first]) {
		first++
	}
	last := 0
	for last < min(len(old), len(young))-first && reflect.DeepEqual(old[len(old)-1-last], young[len(young)-1-last]) {
		last++
	}
	old, young = old[first:len(old)-last], young[first:len(young)-last]
	var changes []Change
	for i := range max(len(old), len(young)) {
		a, b := item(old, i), item(young, i)
		if !reflect.DeepEqual(a, b) {
			changes = append(changes, change(fmt.Sprintf("%s.%d", path, first+i), a, b))
		}
	}
	return changes
}

// item returns the i-th of items; nil behind their end.
func item(items []any, i int) any {
	if i < len(items) {
		return items[i]
	}
	return nil
}

func change(path string, before, after any) Change {
	if isSecret(path) {
		return Change{Path: path, After: json.RawMessage(`"changed"`)}
	}
	old, young := whole(before), whole(after)
	same := 0
	for same < min(len(old), len(young)) && old[same] == young[same] {
		same++
	}
	from := max(0, same-leadIn) // what both begin with says nothing
	return Change{Path: path, Before: cut(old, from), After: cut(young, from)}
}

// whole returns v as JSON; nothing for an empty v.
func whole(v any) json.RawMessage {
	if isEmpty(v) {
		return nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return data
}

func fits(v any) bool { return len(whole(v)) <= maxValue }

// cut returns data as it is, or what there is room for from a place on if it is long.
func cut(data json.RawMessage, from int) json.RawMessage {
	if len(data) <= maxValue {
		return data
	}
	dots := "…"
	for from > 0 && !utf8.RuneStart(data[from]) {
		from--
	}
	if from == 0 {
		dots = ""
	}
	part := data[from:min(len(data), from+maxValue)]
	for len(part) > 0 && !utf8.Valid(part) {
		part = part[:len(part)-1]
	}
	short, err := json.Marshal(dots + string(part) + "…")
	if err != nil {
		return nil
	}
	return short
}

// isEmpty reports a value that says no more than an absent field. False is a value.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// isSecret reports a path that names a secret: the net below callers' own care.
func isSecret(path string) bool {
	name := strings.ToLower(path[strings.LastIndexByte(path, '.')+1:])
	for _, word := range []string{"password", "secret", "token", "hash", "private"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
