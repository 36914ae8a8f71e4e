package arch

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// viewFloor is the first floor that may join the tables of others, to read.
const viewFloor = 6

// House SQL writes its keywords in capitals, which tells it from prose.
var (
	ownerLine  = regexp.MustCompile(`^-- owner: (internal/\S+)$`)
	createLine = regexp.MustCompile(`^CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?([a-z_0-9]+)`)
	writing    = regexp.MustCompile(`\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_0-9]+)`)
	reading    = regexp.MustCompile(`\b(?:FROM|JOIN)\s+([a-z_0-9]+)`)
)

func (t *Tree) checkTables() []Problem {
	owners, found := t.tableOwners()
	for dir, pk := range t.packages {
		for _, file := range pk.files {
			if !file.test {
				found = append(found, t.foreignTables(dir, file, owners)...)
			}
		}
	}
	return found
}

// tableOwners reads the migrations: table → folder of the package that writes it.
func (t *Tree) tableOwners() (map[string]string, []Problem) {
	owners := map[string]string{}
	var found []Problem
	for name, text := range t.files {
		if path.Dir(name) == "schema" && path.Ext(name) == ".sql" {
			found = append(found, t.readOwners(name, text, owners)...)
		}
	}
	return owners, found
}

func (t *Tree) readOwners(name string, text []byte, owners map[string]string) []Problem {
	var found []Problem
	owner := ""
	for raw := range bytes.Lines(text) {
		line := strings.TrimSpace(string(raw))
		if match := ownerLine.FindStringSubmatch(line); match != nil {
			owner = match[1]
			continue
		}
		if match := createLine.FindStringSubmatch(line); match != nil {
			if owner == "" {
				found = append(found, Problem{name, fmt.Sprintf("table %s is not preceded by \"-- owner: internal/…\"", match[1])})
			} else if t.packages[owner] == nil {
				found = append(found, Problem{name, fmt.Sprintf("table %s: its owner %s is not a package", match[1], owner)})
			}
			owners[match[1]] = owner
		}
		if line != "" && !strings.HasPrefix(line, "--") && !strings.HasPrefix(line, "{{") {
			owner = ""
		}
	}
	return found
}

func (t *Tree) foreignTables(dir string, file *goFile, owners map[string]string) []Problem {
	var found []Problem
	from, _ := t.floors.of(dir)
	owned := func(table string) bool {
		owner := owners[table]
		return owner == "" || dir == owner || strings.HasPrefix(dir, owner+"/")
	}
	for _, literal := range file.literals {
		for _, match := range writing.FindAllStringSubmatch(literal, -1) {
			if !owned(match[1]) {
				found = append(found, Problem{file.path, fmt.Sprintf("writes table %s, which belongs to %s", match[1], owners[match[1]])})
			}
		}
		if from.floor >= viewFloor {
			continue
		}
		for _, match := range reading.FindAllStringSubmatch(writing.ReplaceAllString(literal, ""), -1) {
			if !owned(match[1]) {
				found = append(found, Problem{file.path, fmt.Sprintf("reads table %s, which belongs to %s", match[1], owners[match[1]])})
			}
		}
	}
	return found
}
