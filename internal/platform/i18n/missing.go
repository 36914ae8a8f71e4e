package i18n

import (
	"maps"
	"slices"
	"strings"
)

// Missing says what the languages do not have in common: catalogues, keys,
// plural forms and holes. Each finding is one line; none means all is well.
func (b *Bundle) Missing() []string {
	var found []string
	catalogues := map[string]bool{}
	for _, lang := range Languages() {
		for name := range b.texts[lang] {
			catalogues[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(catalogues)) {
		found = append(found, b.missingIn(name)...)
	}
	return found
}

// missingIn compares the languages' versions of one catalogue.
func (b *Bundle) missingIn(catalogue string) []string {
	var found []string
	plural := b.pluralsOf(catalogue)
	holes := map[string]map[string]bool{} // of all languages, by key without plural form
	for _, lang := range Languages() {
		for key, m := range b.texts[lang][catalogue] {
			if base, _ := split(key); plural[base] {
				key = base
			}
			if holes[key] == nil {
				holes[key] = map[string]bool{}
			}
			maps.Copy(holes[key], m.holes())
		}
	}
	for _, lang := range Languages() {
		texts := b.texts[lang][catalogue]
		for _, base := range slices.Sorted(maps.Keys(holes)) {
			where := lang + "/" + catalogue + ": "
			if plural[base] {
				found = append(found, missingForms(where, base, lang, texts, holes[base])...)
				continue
			}
			m, ok := texts[base]
			if !ok {
				found = append(found, where+base+" is missing")
				continue
			}
			found = append(found, missingHoles(where+base, m, holes[base])...)
		}
	}
	return found
}

// pluralsOf returns the keys that are plural: some language has their _other form.
func (b *Bundle) pluralsOf(catalogue string) map[string]bool {
	plural := map[string]bool{}
	for _, lang := range Languages() {
		for key := range b.texts[lang][catalogue] {
			if base, form := split(key); form == Other {
				plural[base] = true
			}
		}
	}
	return plural
}

func missingForms(where, base, lang string, texts map[string]message, holes map[string]bool) []string {
	var found []string
	for _, form := range Forms(lang) {
		key := base + "_" + string(form)
		m, ok := texts[key]
		if !ok {
			found = append(found, where+key+" is missing")
			continue
		}
		wanted := maps.Clone(holes)
		if !m.holes()["count"] && form == One {
			delete(wanted, "count") // "a minute" needs no number
		}
		found = append(found, missingHoles(where+key, m, wanted)...)
	}
	for _, form := range []Form{Few, Many} {
		if _, ok := texts[base+"_"+string(form)]; ok && !slices.Contains(Forms(lang), form) {
			found = append(found, where+base+"_"+string(form)+" is a form that the language does not have")
		}
	}
	return found
}

func missingHoles(key string, m message, wanted map[string]bool) []string {
	var found []string
	has := m.holes()
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if !has[name] {
			found = append(found, key+" lacks the hole {{"+name+"}}")
		}
	}
	return found
}

// split parts a key from its plural form, if it has one.
func split(key string) (base string, form Form) {
	for _, form := range []Form{One, Few, Many, Other} {
		if base, ok := strings.CutSuffix(key, "_"+string(form)); ok {
			return base, form
		}
	}
	return key, ""
}
