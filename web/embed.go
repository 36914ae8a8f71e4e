package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS // embedded files can only be a package variable

//go:embed i18n
var catalogues embed.FS // embedded files can only be a package variable

// Where the builds put their files inside dist.
const (
	appDir    = "dist/app"
	widgetDir = "dist/w"
	indexPage = "index.html"
)

// Catalogues returns the text catalogues as <language>/<catalogue>.json, in
// i18next JSON v4: flat keys, plural forms as _one, _few, _many and _other.
func Catalogues() fs.FS { return sub(catalogues, "i18n") }

// Build returns a short hash that names the embedded desk, or "none" if it was
// not built. Open tabs compare it with their own to learn of a new version.
func Build() string { return buildOf(sub(dist, appDir)) }

func buildOf(app fs.FS) string {
	page, err := fs.ReadFile(app, indexPage)
	if err != nil {
		return "none"
	}
	sum := sha256.Sum256(page)
	return hex.EncodeToString(sum[:6])
}

// sub returns dir of files. The directory need not exist: then every file in it
// is missing, which is how an absent build shows itself.
func sub(files embed.FS, dir string) fs.FS {
	under, err := fs.Sub(files, dir)
	if err != nil { // only for a malformed dir, and ours are constants
		return embed.FS{}
	}
	return under
}
