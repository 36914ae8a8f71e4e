package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/zongler/zongler/internal/kit/sheet"
)

func readAll(t testing.TB, data []byte) (rows [][]string, lines []int, bad int) {
	t.Helper()
	o, err := sheet.Detect(data)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sheet.Open(bytes.NewReader(data), o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		cells, line, err := r.Next()
		var row sheet.RowError
		switch {
		case errors.As(err, &row):
			bad++
		case errors.Is(err, io.EOF):
			return rows, lines, bad
		case err != nil:
			t.Fatal(err)
		default:
			rows, lines = append(rows, slices.Clone(cells)), append(lines, line)
		}
	}
}

func TestFilesOfAllCharacterSetsReadAlike(t *testing.T) {
	t.Parallel()
	const text = "Imię i nazwisko;E-mail;Miasto\nŻaneta Źródło;zaneta@posta.example;Łódź\n\"Kovács; Réka\";reka@posta.example;Győr\n"
	want := [][]string{{"Imię i nazwisko", "E-mail", "Miasto"}, {"Żaneta Źródło", "zaneta@posta.example", "Łódź"}, {"Kovács; Réka", "reka@posta.example", "Győr"}}
	for name, e := range map[string]encoding.Encoding{
		"utf-8": unicode.UTF8, "utf-8 with a mark": unicode.UTF8BOM, "utf-16le": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"utf-16be": unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "utf-16le without a mark": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
		"windows-1250": charmap.Windows1250, "iso-8859-2": charmap.ISO8859_2,
	} {
		data, err := e.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, lines, bad := readAll(t, data); !slices.EqualFunc(got, want, slices.Equal) || bad != 0 || !slices.Equal(lines, []int{1, 2, 3}) {
			t.Errorf("%s: %q at %v", name, got, lines)
		}
	}
}

func TestDelimitersAreFound(t *testing.T) {
	t.Parallel()
	for _, d := range sheet.Delimiters() {
		data := strings.ReplaceAll("a|b|c\n\"1, 2; 3\"|x|y\n", "|", d)
		if got, _, _ := readAll(t, []byte(data)); len(got) != 2 || len(got[0]) != 3 || got[1][0] != "1, 2; 3" {
			t.Errorf("%q: %q", d, got)
		}
	}
}

func TestABadRowIsSaidAndTheRestRead(t *testing.T) {
	t.Parallel()
	got, _, bad := readAll(t, []byte("name,email\nAnna,a@x.example\nBe\"la,b@x.example\n\n , \nCelina,c@x.example\n"))
	if bad != 1 || len(got) != 3 || got[2][0] != "Celina" {
		t.Errorf("%d bad rows, %q", bad, got)
	}
}

func TestWhatIsWrittenIsReadAgainAndIsNoFormula(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"name", "phone"}, {"=HYPERLINK(\"http://x.example\")", "+48 600 700 800"}, {"@SUM(A1)", "-1"}, {"Zażółć", ""}}
	for _, format := range []string{sheet.CSV, sheet.XLSX} {
		var b bytes.Buffer
		w, err := sheet.Create(&b, format)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if err := w.Row(r...); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if format == sheet.CSV && (strings.Contains(b.String(), "\n=") || strings.Contains(b.String(), ",+") || strings.Contains(b.String(), "\n@")) {
			t.Errorf("a cell is a formula: %s", b.String())
		}
		got, _, _ := readAll(t, b.Bytes())
		for i, r := range rows {
			if len(got) != len(rows) || got[i][0] != r[0] || r[1] != "" && got[i][1] != r[1] {
				t.Fatalf("%s: %q, want %q", format, got, rows)
			}
		}
	}
}

func TestWhatIsNoTableIsRefused(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{"nothing": "", "a PDF": "%PDF-1.7", "an XLS of old": "\xD0\xCF\x11\xE0abc"} {
		if _, err := sheet.Detect([]byte(data)); !errors.Is(err, sheet.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := sheet.Open(strings.NewReader("PK\x03\x04 but no more"), sheet.Options{Format: sheet.XLSX}); !errors.Is(err, sheet.ErrFormat) {
		t.Errorf("half an XLSX: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("name;email\nAnna;a@x.example\n"))
	f.Add([]byte("\xFF\xFEa\x00;\x00b\x00\n\x00"))
	f.Add([]byte("\"a\nb\",c\n\"\"\"\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := sheet.Detect(data)
		if err != nil {
			return
		}
		r, err := sheet.Open(bytes.NewReader(data), o)
		if err != nil {
			return
		}
		defer r.Close()
		for range 10_000 {
			cells, line, err := r.Next()
			var bad sheet.RowError
			if err != nil && !errors.As(err, &bad) {
				return
			}
			if err == nil && (len(cells) > sheet.MaxColumns || line < 1 || slices.ContainsFunc(cells, func(c string) bool { return strings.ContainsRune(c, 0) })) {
				t.Fatalf("%d cells at %d", len(cells), line)
			}
		}
	})
}
