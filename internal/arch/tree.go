package arch

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxTextBytes is the size from which a file is data, not text somebody wrote.
const maxTextBytes = 2 << 20

// Problem is one thing that is not as the plan says.
type Problem struct {
	Where string // file, or folder of a package
	What  string // the rule and how it is broken
}

func (p Problem) String() string { return p.Where + ": " + p.What }

// Tree is a checkout: its texts, its Go packages, the floors of its plan.
type Tree struct {
	module   string
	files    map[string][]byte
	packages map[string]*pkg
	floors   floors
}

// pkg is one folder of Go files.
type pkg struct {
	dir   string
	files []*goFile
}

// goFile is what the rules want to know of one file.
type goFile struct {
	path     string
	test     bool
	doc      string
	imports  []string
	literals []string
	sleeps   bool // calls time.Sleep
}

// skipped are the folders that hold nothing of ours.
func skipped(name string) bool {
	switch name {
	case ".git", "bin", "data", "web/dist":
		return true
	}
	return path.Base(name) == "node_modules"
}

var moduleLine = regexp.MustCompile(`(?m)^module (\S+)$`)

// Load reads the checkout whose root is fsys.
func Load(fsys fs.FS) (*Tree, error) {
	t := &Tree{files: map[string][]byte{}, packages: map[string]*pkg{}}
	if err := fs.WalkDir(fsys, ".", t.visit(fsys)); err != nil {
		return nil, fmt.Errorf("read checkout: %w", err)
	}
	module := moduleLine.FindSubmatch(t.files["go.mod"])
	if module == nil {
		return nil, errors.New("go.mod names no module")
	}
	t.module = string(module[1])
	var err error
	if t.floors, err = parseFloors(t.files[planFile]); err != nil {
		return nil, err
	}
	return t, t.parsePackages()
}

// Problems runs every rule and returns what it finds, in a stable order.
func (t *Tree) Problems() []Problem {
	var found []Problem
	for _, rule := range []func() []Problem{
		t.checkFloors, t.checkForbiddenImports, t.checkDependencies,
		t.checkTables, t.checkDocs, t.checkSleeps, t.checkLengths, t.checkMachinePaths,
	} {
		found = append(found, rule()...)
	}
	slices.SortFunc(found, func(a, b Problem) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(found)
}

func (t *Tree) visit(fsys fs.FS) fs.WalkDirFunc {
	return func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(name):
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		info, err := d.Info()
		if err != nil || info.Size() > maxTextBytes {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if !bytes.ContainsRune(text, 0) {
			t.files[name] = text
		}
		return nil
	}
}

// parsePackages reads the Go files of the main module; testdata and folders
// with a go.mod of their own are not part of it.
func (t *Tree) parsePackages() error {
	for name, text := range t.files {
		if path.Ext(name) != ".go" || t.foreign(name) {
			continue
		}
		file, err := parseGo(name, text)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if t.packages[dir] == nil {
			t.packages[dir] = &pkg{dir: dir}
		}
		t.packages[dir].files = append(t.packages[dir].files, file)
	}
	return nil
}

func (t *Tree) foreign(name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if path.Base(dir) == "testdata" || t.files[dir+"/go.mod"] != nil {
			return true
		}
	}
	return false
}

func parseGo(name string, text []byte) (*goFile, error) {
	syntax, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	file := &goFile{path: name, test: strings.HasSuffix(name, "_test.go"), doc: syntax.Doc.Text()}
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("parse %s: import %s: %w", name, spec.Path.Value, err)
		}
		file.imports = append(file.imports, imported)
	}
	ast.Inspect(syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				file.literals = append(file.literals, n.Value)
			}
		case *ast.SelectorExpr:
			from, ok := n.X.(*ast.Ident)
			file.sleeps = file.sleeps || ok && from.Name == "time" && n.Sel.Name == "Sleep"
		}
		return true
	})
	return file, nil
}
