// Package i18n gives the words of Zongler in English, Polish and Hungarian.
//
// The catalogues are the i18next JSON files that the screens use too:
// <language>/<catalogue>.json, flat or nested keys, plural forms as _one, _few,
// _many and _other, holes as {{name}}. What a language lacks is taken from
// English, and what English lacks shows as its key, so a text is never empty.
//
// What must never break: a value is put into a text as it is and never read for
// further holes; whoever writes HTML escapes the finished text. All three
// languages have the same keys, plural forms and holes: Missing says what is not so.
package i18n
