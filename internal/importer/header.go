package importer

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/kit/sheet"
)

// headings are what columns are called, folded, by field.
func headings() map[string][]string {
	return map[string][]string{
		"name":     {"name", "full name", "customer", "imie i nazwisko", "nazwa", "klient", "nazwisko", "nev", "teljes nev", "ugyfel", "ugyfel neve"},
		"email":    {"email", "e mail", "mail", "e mail address", "email address", "adres e mail", "adres email", "e mail cim", "email cim"},
		"phone":    {"phone", "telephone", "mobile", "phone number", "telefon", "numer telefonu", "tel", "komorka", "telefonszam", "mobil"},
		"company":  {"company", "organisation", "organization", "firma", "cegnev", "ceg", "organizacja"},
		"language": {"language", "jezyk", "nyelv", "lang"},
		"about":    {"about", "note", "notes", "uwagi", "notatka", "opis", "megjegyzes", "komment"},
	}
}

// guess returns the fields of columns by what they are called.
func guess(header []string) []string {
	out := make([]string, len(header))
	for i, h := range header {
		h = strings.Join(fold.Words(h), " ")
		for field, names := range headings() {
			if slices.Contains(names, h) && !slices.Contains(out, field) {
				out[i] = field
			}
		}
	}
	return out
}

// peek returns the header and some rows.
func peek(r io.Reader, o sheet.Options, most int) (header []string, rows [][]string, err error) {
	in, err := sheet.Open(r, o)
	if err != nil {
		return nil, nil, err
	}
	defer in.Close()
	for len(rows) < most || header == nil {
		cells, _, err := in.Next()
		var bad sheet.RowError
		switch {
		case errors.As(err, &bad) && header != nil:
			continue
		case errors.Is(err, io.EOF) && header != nil:
			return header, rows, nil
		case err != nil:
			return nil, nil, err
		case header == nil:
			header = slices.Clone(cells)
		default:
			rows = append(rows, slices.Clone(cells))
		}
	}
	return header, rows, nil
}
