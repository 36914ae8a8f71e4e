package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/text/language"
)

// English is the language that stands in for what another lacks.
const English = "en"

// Bounds of what is read.
const (
	maxAccept    = 256     // characters of an Accept-Language header
	maxCatalogue = 4 << 20 // bytes of a file
	maxDepth     = 16      // nesting of keys
)

// Languages returns the languages that Zongler speaks, the stand-in first.
func Languages() []string { return []string{English, "pl", "hu"} }

// Bundle holds all texts. It does not change after Load and is safe for concurrent use.
type Bundle struct {
	texts   map[string]map[string]map[string]message // language, catalogue, key
	matcher language.Matcher
}

// Load reads every catalogue of files. It returns an error for a file that is
// not a catalogue and for a language without any.
func Load(files fs.FS) (*Bundle, error) {
	b := &Bundle{texts: map[string]map[string]map[string]message{}}
	var tags []language.Tag
	for _, lang := range Languages() {
		catalogues, err := loadLanguage(files, lang)
		if err != nil {
			return nil, err
		}
		b.texts[lang] = catalogues
		tags = append(tags, language.Make(lang))
	}
	b.matcher = language.NewMatcher(tags)
	return b, nil
}

func loadLanguage(files fs.FS, lang string) (map[string]map[string]message, error) {
	names, err := fs.Glob(files, lang+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("catalogues of %s: %w", lang, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("catalogues of %s: %w", lang, fs.ErrNotExist)
	}
	catalogues := map[string]map[string]message{}
	for _, name := range names {
		texts, err := loadCatalogue(files, name)
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
		catalogues[strings.TrimSuffix(path.Base(name), ".json")] = texts
	}
	return catalogues, nil
}

func loadCatalogue(files fs.FS, name string) (map[string]message, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	if len(data) > maxCatalogue {
		return nil, errors.New("too large")
	}
	var tree map[string]any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil, err
	}
	texts := map[string]message{}
	return texts, flatten(texts, "", tree, maxDepth)
}

// flatten joins the keys of nested objects by dots.
func flatten(into map[string]message, prefix string, tree map[string]any, depth int) error {
	if depth == 0 {
		return fmt.Errorf("%s is nested too deeply", prefix)
	}
	for key, v := range tree {
		key = prefix + key
		switch v := v.(type) {
		case string:
			if _, twice := into[key]; twice {
				return fmt.Errorf("%s stands there twice", key)
			}
			into[key] = parse(v)
		case map[string]any:
			if err := flatten(into, key+".", v, depth-1); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s is neither a text nor a group of texts", key)
		}
	}
	return nil
}

// Text returns the text of key in catalogue, filled with values. A value named
// count chooses the plural form. English stands in for another language; the
// key itself for English.
func (b *Bundle) Text(lang, catalogue, key string, values map[string]any) string {
	for _, l := range []string{lang, English} {
		texts := b.texts[l][catalogue]
		if count, ok := values["count"]; ok {
			if m, ok := texts[key+"_"+string(PluralOf(l, count))]; ok {
				return m.fill(values)
			}
		}
		if m, ok := texts[key]; ok {
			return m.fill(values)
		}
	}
	return key
}

// Has reports whether English has a text for key, in any plural form.
func (b *Bundle) Has(catalogue, key string) bool {
	texts := b.texts[English][catalogue]
	_, plain := texts[key]
	_, plural := texts[key+"_"+string(Other)]
	return plain || plural
}

// Language returns the best of our languages for an Accept-Language header.
func (b *Bundle) Language(accept string) string {
	if len(accept) > maxAccept {
		return English
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return English
	}
	_, index, confidence := b.matcher.Match(wanted...)
	if confidence == language.No {
		return English
	}
	return Languages()[index]
}
