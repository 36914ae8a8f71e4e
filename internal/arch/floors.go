package arch

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// planFile holds the picture of the floors, in a block fenced as ```floors.
//
// A line of it is a floor: its number, its name, its packages from left to
// right. "a < b" lets b import a; "a · b" keeps them apart. A name covers the
// folders below it; "x/*" stands for each folder directly in x. Names are
// folders of the checkout without a leading internal/.
const planFile = "docs/architecture.md"

// floors are the places of the plan.
type floors []place

// place is one name in the picture.
type place struct {
	floor   int
	order   int    // from left to right
	name    string // without "/*"
	each    bool   // each folder in name is a place of its own
	ordered bool   // "<": later ones of the floor may import earlier ones
}

var (
	fence     = regexp.MustCompile("(?s)```floors\n(.*?)```")
	floorLine = regexp.MustCompile(`^(\d+)\s+([a-z]+)\s+(\S.*)$`)
	placeName = regexp.MustCompile(`^[a-z0-9]+(/[a-z0-9]+)*(/\*)?$`)
	moreLine  = regexp.MustCompile(`^\s+(\S.*)$`)
)

// parseFloors reads the picture. A long floor goes on in indented lines.
func parseFloors(doc []byte) (floors, error) {
	block := fence.FindSubmatch(doc)
	if block == nil {
		return nil, fmt.Errorf("%s has no block fenced as ```floors", planFile)
	}
	var all floors
	for _, line := range joinLines(block[1]) {
		match := floorLine.FindStringSubmatch(line)
		if match == nil {
			return nil, fmt.Errorf("%s: floor %q is not: number, name, packages", planFile, line)
		}
		number, err := strconv.Atoi(match[1])
		if err != nil {
			return nil, fmt.Errorf("%s: floor %q: %w", planFile, line, err)
		}
		places, err := parsePlaces(number, match[3])
		if err != nil {
			return nil, err
		}
		all = append(all, places...)
	}
	return all, nil
}

func joinLines(block []byte) []string {
	var lines []string
	for raw := range bytes.Lines(block) {
		line := strings.TrimRight(string(raw), " \n")
		more := moreLine.FindStringSubmatch(line)
		switch {
		case line == "":
		case more != nil && len(lines) > 0:
			lines[len(lines)-1] += " " + more[1]
		default:
			lines = append(lines, line)
		}
	}
	return lines
}

func parsePlaces(floor int, text string) ([]place, error) {
	ordered := strings.Contains(text, "<")
	if ordered && strings.Contains(text, "·") {
		return nil, fmt.Errorf("%s: floor %d mixes < and ·", planFile, floor)
	}
	separator := "·"
	if ordered {
		separator = "<"
	}
	var places []place
	for i, name := range strings.Split(text, separator) {
		name = strings.TrimSpace(name)
		if !placeName.MatchString(name) {
			return nil, fmt.Errorf("%s: floor %d: %q is not a package", planFile, floor, name)
		}
		base, each := strings.CutSuffix(name, "/*")
		places = append(places, place{floor: floor, order: i, name: base, each: each, ordered: ordered})
	}
	return places, nil
}

// of finds the place of a folder: the longest name that covers it. For "x/*"
// the place returned is the folder in x.
func (f floors) of(dir string) (place, bool) {
	dir = strings.TrimPrefix(dir, "internal/")
	var best place
	found := false
	for _, p := range f {
		name, ok := p.covers(dir)
		// What is named itself stands there, and not where each folder of its parent does.
		if ok && (!found || len(name) > len(best.name) || name == best.name && best.each && !p.each) {
			best, found = p, true
			best.name = name
		}
	}
	return best, found
}

func (p place) covers(dir string) (string, bool) {
	if !p.each {
		return p.name, dir == p.name || strings.HasPrefix(dir, p.name+"/")
	}
	rest, ok := strings.CutPrefix(dir, p.name+"/")
	if !ok {
		return "", false
	}
	child, _, _ := strings.Cut(rest, "/")
	return p.name + "/" + child, true
}

// mayImport tells whether a package at place p may import one at place q.
func (p place) mayImport(q place) bool {
	switch {
	case p.floor != q.floor:
		return p.floor > q.floor
	case p.name == q.name:
		return true
	default:
		return p.ordered && p.order >= q.order
	}
}

func (t *Tree) checkFloors() []Problem {
	var found []Problem
	for dir, pk := range t.packages {
		from, ok := t.floors.of(dir)
		if !ok {
			found = append(found, Problem{dir, "is on no floor of " + planFile})
			continue
		}
		for _, file := range pk.files {
			found = append(found, t.checkFloorsOf(file, from)...)
		}
	}
	return found
}

func (t *Tree) checkFloorsOf(file *goFile, from place) []Problem {
	var found []Problem
	for _, imported := range file.imports {
		dir, ours := strings.CutPrefix(imported, t.module+"/")
		if !ours {
			continue
		}
		if to, ok := t.floors.of(dir); ok && !from.mayImport(to) {
			found = append(found, Problem{file.path, fmt.Sprintf(
				"%s (floor %d) must not import %s (floor %d)", from.name, from.floor, to.name, to.floor)})
		}
	}
	return found
}
