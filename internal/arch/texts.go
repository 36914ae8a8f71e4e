package arch

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// maxLines is the length at which a file must be split; aim at half of it.
const maxLines = 800

// longFiles are the exceptions from maxLines, each with its reason. The list
// only ever shrinks.
func longFiles() map[string]string {
	return map[string]string{}
}

var (
	generated   = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$|^/\*\*\n \* This file was auto-generated`)
	machinePath = regexp.MustCompile("(?m)(?:^|[\\s\"'`=(:,])(/(?:root|work|home/[a-z0-9_-]+|Users/[A-Za-z0-9_-]+)/[\\w.-]+)")
	registryURL = regexp.MustCompile(`"resolved": "(https?://[^"/]+)`)
)

// checkDocs wants exactly one package comment per package, in the usual words.
func (t *Tree) checkDocs() []Problem {
	var found []Problem
	for dir, pk := range t.packages {
		docs := pk.docs()
		switch {
		case len(docs) == 0:
			found = append(found, Problem{dir, "has no package comment: say what it is for and what must never break"})
		case len(docs) > 1:
			found = append(found, Problem{dir, fmt.Sprintf("has %d package comments; keep one", len(docs))})
		case !strings.HasPrefix(docs[0], "Package ") && !strings.HasPrefix(docs[0], "Command "):
			found = append(found, Problem{dir, "its package comment starts with neither Package nor Command"})
		}
	}
	return found
}

// docs are the package comments; those of tests count where there is nothing else.
func (p *pkg) docs() []string {
	var plain, tests []string
	onlyTests := true
	for _, file := range p.files {
		switch {
		case file.test && file.doc != "":
			tests = append(tests, file.doc)
		case !file.test:
			onlyTests = false
			if file.doc != "" {
				plain = append(plain, file.doc)
			}
		}
	}
	if onlyTests {
		return tests
	}
	return plain
}

// checkSleeps wants tests to wait for what they wait for. In a synctest bubble
// the clock is false, so that a sleep takes no time and races with nothing.
func (t *Tree) checkSleeps() []Problem {
	var found []Problem
	for _, pk := range t.packages {
		for _, file := range pk.files {
			if file.test && file.sleeps && !slices.Contains(file.imports, "testing/synctest") {
				found = append(found, Problem{file.path, "sleeps outside a testing/synctest bubble; wait for a signal"})
			}
		}
	}
	return found
}

// checkLengths looks at what people write; generated files and data are free.
func (t *Tree) checkLengths() []Problem {
	var found []Problem
	exceptions := longFiles()
	for name, text := range t.files {
		lines := bytes.Count(text, []byte("\n"))
		switch path.Ext(name) {
		case ".go", ".ts", ".tsx", ".mjs", ".css", ".sql", ".sh":
		default:
			continue
		}
		switch {
		case exceptions[name] != "" && lines <= maxLines:
			found = append(found, Problem{name, "is short again: strike it from the exceptions in internal/arch"})
		case exceptions[name] == "" && lines > maxLines && !generated.Match(text):
			found = append(found, Problem{name, fmt.Sprintf("has %d lines; split it below %d", lines, maxLines)})
		}
	}
	return found
}

// checkMachinePaths finds what only exists on the machine of the writer.
func (t *Tree) checkMachinePaths() []Problem {
	var found []Problem
	for name, text := range t.files {
		if match := machinePath.FindSubmatch(text); match != nil {
			found = append(found, Problem{name, fmt.Sprintf("names a path of one machine: %s", match[1])})
		}
		if match := registryURL.FindSubmatch(text); match != nil {
			found = append(found, Problem{name, fmt.Sprintf("is bound to the registry %s; lock files carry hashes only (omit-lockfile-registry-resolved)", match[1])})
		}
	}
	return found
}
