package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/zongler/zongler/internal/platform/i18n"
	"github.com/zongler/zongler/web"
)

// codes finds the stable names of errors in Go source.
var codes = regexp.MustCompile(`errs\.New\(errs\.\w+, [\w.]+(?:"[\w.]*")?, "([a-z_.]+)"|errs\.Field\{[^}]*Code: "([a-z_.]+)"`)

func TestEveryErrorHasItsWordsInEveryLanguage(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load(web.Catalogues())
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range codes.FindAllStringSubmatch(string(source), -1) {
			code := m[1] + m[2]
			found++
			if !texts.Has("errors", code) {
				t.Errorf("%s: no text for %q in web/i18n/en/errors.json", path, code)
			}
		}
		return nil
	})
	if err != nil || found < 50 {
		t.Errorf("%d codes found, %v", found, err)
	}
}
