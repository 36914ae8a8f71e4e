package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxFile bounds the configuration file.
const maxFile = 1 << 20

// assignment is one setting as the file has it.
type assignment struct {
	setting setting
	text    string
	list    []string
}

func (a assignment) apply(c *Config) {
	if a.setting.text != nil {
		*a.setting.text(c) = a.text
		return
	}
	*a.setting.list(c) = a.list
}

// parse reads the file. It returns an error with file and line for what is not
// TOML, an unknown name or a value of the wrong sort.
func parse(file string, data []byte) ([]assignment, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", file, maxFile)
	}
	var values map[string]any
	if err := toml.Unmarshal(data, &values); err != nil {
		if bad, ok := errors.AsType[toml.ParseError](err); ok {
			return nil, fmt.Errorf("%s:%d: %s", file, bad.Position.Line, bad.Message)
		}
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var said []assignment
	for _, name := range slices.Sorted(maps.Keys(values)) {
		a, err := assign(name, values[name])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, lineOf(data, name), err)
		}
		said = append(said, a)
	}
	return said, nil
}

func assign(name string, value any) (assignment, error) {
	for _, s := range settings() {
		if s.name != name {
			continue
		}
		a := assignment{setting: s}
		var ok bool
		if s.text != nil {
			if a.text, ok = value.(string); !ok {
				return a, fmt.Errorf("%s must be a text in quotes", name)
			}
			return a, nil
		}
		if a.list, ok = texts(value); !ok {
			return a, fmt.Errorf(`%s must be a list of texts: ["…", "…"]`, name)
		}
		return a, nil
	}
	return assignment{}, fmt.Errorf("unknown setting %q; there are: %s", name, names())
}

func texts(value any) ([]string, bool) {
	items, ok := value.([]any)
	list := make([]string, 0, len(items))
	for _, item := range items {
		text, isText := item.(string)
		ok = ok && isText
		list = append(list, text)
	}
	return list, ok
}

func names() string {
	var all []string
	for _, s := range settings() {
		all = append(all, s.name)
	}
	return strings.Join(all, ", ")
}

// lineOf finds the line on which a top-level name stands; 1 if it is written in an unusual way.
func lineOf(data []byte, name string) int {
	number := 0
	for line := range bytes.Lines(data) {
		number++
		text := strings.TrimLeft(string(line), " \t[\"'")
		rest, ok := strings.CutPrefix(text, name)
		if ok && strings.ContainsAny(rest[:min(1, len(rest))], " \t=.]\"'") {
			return number
		}
	}
	return 1
}
