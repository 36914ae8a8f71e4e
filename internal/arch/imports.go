package arch

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// dependencyFile names each module we import and what it saves.
const dependencyFile = "docs/adr/0008-dependencies.md"

var requireLine = regexp.MustCompile(`(?m)^(?:require)?\s+(\S+) v\S+( // indirect)?$`)

// ban keeps a package of the outside world out of parts of the house.
type ban struct {
	path string
	from func(place) bool
	test bool // tests obey it too
	why  string
}

func bans() []ban {
	return []ban{
		{
			path: "database/sql", test: true, why: "statements run through platform/db",
			from: func(p place) bool { return p.name != "platform/db" },
		},
		{path: "net/http", why: "HTTP ends at the edge: platform, adapters, api", from: belowHTTP},
	}
}

// belowHTTP is the part of the house that must work without HTTP: the words,
// the ground but for the adapters' contract and what they share, the records, the deciding engines.
func belowHTTP(p place) bool {
	switch p.floor {
	case 0, 3:
		return true
	case 2:
		return p.name != "channel" && p.name != "channel/meta"
	case 4:
		return slices.Contains([]string{"routing", "flow", "sla"}, p.name)
	}
	return false
}

func (t *Tree) checkForbiddenImports() []Problem {
	var found []Problem
	for dir, pk := range t.packages {
		from, ok := t.floors.of(dir)
		if !ok {
			continue // checkFloors says so
		}
		for _, b := range bans() {
			if b.from(from) {
				found = append(found, b.violations(pk)...)
			}
		}
	}
	return found
}

func (b ban) violations(pk *pkg) []Problem {
	var found []Problem
	for _, file := range pk.files {
		if file.test && !b.test {
			continue
		}
		for _, imported := range file.imports {
			if imported == b.path || strings.HasPrefix(imported, b.path+"/") {
				found = append(found, Problem{file.path, fmt.Sprintf("must not import %s: %s", imported, b.why)})
			}
		}
	}
	return found
}

// checkDependencies wants a reason for each module that go.mod requires
// directly. Modules of one family may share the line of their root.
func (t *Tree) checkDependencies() []Problem {
	var found []Problem
	for _, match := range requireLine.FindAllSubmatch(t.files["go.mod"], -1) {
		module, indirect := string(match[1]), len(match[2]) > 0
		if !indirect && !t.explained(module) {
			found = append(found, Problem{"go.mod", fmt.Sprintf("%s has no line in %s", module, dependencyFile)})
		}
	}
	return found
}

func (t *Tree) explained(module string) bool {
	if strings.HasPrefix(module, "go.opentelemetry.io/otel/") {
		module = "go.opentelemetry.io/otel"
	}
	return bytes.Contains(t.files[dependencyFile], []byte(module))
}
