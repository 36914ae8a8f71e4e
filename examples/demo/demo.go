// Package demo holds the pages of the fictional brands of the demo: an internet
// provider and a web shop, each with the chat widget as a brand would embed it.
//
// The pages load nothing from elsewhere, carry no inline script or style, and so
// work under the strictest content policy, which is what they are there to show.
package demo

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"slices"
)

//go:embed *.html *.css
var files embed.FS

// Brands returns the slugs of the brands that have a page.
func Brands() []string { return []string{"fala-net", "vasarfia"} }

// Files returns the pages' style sheets.
func Files() fs.FS { return sheets{files} }

// sheets are the files that are served as they are.
type sheets struct{ embed.FS }

// Open opens a style sheet; the templates are not served.
func (s sheets) Open(name string) (fs.File, error) {
	if ok, err := fs.Stat(s.FS, name); err != nil || ok.IsDir() || len(name) < len(".css") || name[len(name)-len(".css"):] != ".css" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return s.FS.Open(name)
}

// Page writes the page of a brand with the widget of key. It returns fs.ErrNotExist for a brand without a page.
func Page(w io.Writer, brand, key string) error {
	if !slices.Contains(Brands(), brand) {
		return fmt.Errorf("demo: %q: %w", brand, fs.ErrNotExist)
	}
	page, err := template.ParseFS(files, brand+".html")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return page.Execute(w, struct{ Key string }{key})
}
