package i18n

import (
	"fmt"
	"strings"
)

// maxHole bounds the name of a hole; longer ones are plain text.
const maxHole = 64

// piece is a stretch of text or the name of a hole.
type piece struct {
	text string
	hole bool
}

// message is a text cut at its holes.
type message []piece

// parse cuts text at its holes. Braces that do not make a hole are text.
func parse(text string) message {
	var m message
	for text != "" {
		before, rest, open := strings.Cut(text, "{{")
		inside, after, closed := strings.Cut(rest, "}}")
		name := strings.TrimSpace(inside)
		if !open || !closed {
			return append(m, piece{text: text})
		}
		if before != "" {
			m = append(m, piece{text: before})
		}
		if isName(name) {
			m, text = append(m, piece{text: name, hole: true}), after
		} else {
			m, text = append(m, piece{text: "{{"}), rest
		}
	}
	return m
}

func isName(s string) bool {
	if s == "" || len(s) > maxHole {
		return false
	}
	for _, r := range s {
		if r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}

// fill puts values into the holes. A hole without a value stays empty.
func (m message) fill(values map[string]any) string {
	if len(m) == 1 && !m[0].hole {
		return m[0].text
	}
	var b strings.Builder
	for _, p := range m {
		if !p.hole {
			b.WriteString(p.text)
		} else if v, ok := values[p.text]; ok && v != nil {
			fmt.Fprint(&b, v)
		}
	}
	return b.String()
}

// holes returns the names of the holes.
func (m message) holes() map[string]bool {
	names := map[string]bool{}
	for _, p := range m {
		if p.hole {
			names[p.text] = true
		}
	}
	return names
}
