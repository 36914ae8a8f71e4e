package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/zongler/zongler/internal/kit/mailmsg/charset"
)

// Formats of files.
const (
	CSV  = "csv"
	XLSX = "xlsx"
)

// Bounds of what is read.
const (
	headSize   = 64 << 10
	MaxColumns = 200
	maxUnpack  = 512 << 20 // bytes of all of an XLSX file
	maxShared  = 16 << 20  // bytes of one of its parts in memory; more is on disk
)

// Errors of files as a whole.
var (
	ErrFormat   = errors.New("sheet: neither CSV nor XLSX")
	ErrEncoding = errors.New("sheet: unknown character set")
)

// RowError is a row that cannot be read. Those behind it can.
type RowError struct{ Line int }

// Error says where it is.
func (RowError) Error() string { return "sheet: malformed row" }

// Options say how a file is to be read.
type Options struct {
	Format    string
	Encoding  string // of CSV: one of Encodings
	Delimiter string // of CSV: one of Delimiters
}

// Encodings returns the names of the character sets that can be read.
func Encodings() []string {
	return []string{"utf-8", "utf-16le", "utf-16be", "windows-1250", "iso-8859-2", "windows-1252"}
}

// Delimiters returns what may stand between cells.
func Delimiters() []string { return []string{",", ";", "\t", "|"} }

// Detect finds out from the beginning of a file how to read it.
func Detect(head []byte) (Options, error) {
	head = head[:min(len(head), headSize)]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return Options{Format: XLSX}, nil
	}
	if bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")) || bytes.HasPrefix(head, []byte("%PDF")) || len(head) == 0 {
		return Options{}, ErrFormat // an XLS of old, or nothing
	}
	o := Options{Format: CSV, Encoding: encodingOf(head)}
	text, err := decoder(o.Encoding)
	if err != nil {
		return o, err
	}
	decoded, _ := text.Bytes(head) // half a character at the end is no matter
	if o.Encoding[:3] == "utf" && bytes.ContainsRune(decoded, 0) {
		return Options{}, ErrFormat
	}
	o.Delimiter = delimiterOf(string(decoded))
	return o, nil
}

func encodingOf(head []byte) string {
	zeros := [2]int{}
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || zeros[1] > len(head)/4:
		return "utf-16le"
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}) || zeros[0] > len(head)/4:
		return "utf-16be"
	case validUTF8(head):
		return "utf-8"
	}
	switch charset.Guess(head) {
	case charmap.Windows1250:
		return "windows-1250"
	case charmap.ISO8859_2:
		return "iso-8859-2"
	}
	return "windows-1252"
}

// validUTF8 takes half a character at the end for a whole one.
func validUTF8(b []byte) bool {
	for cut := range min(utf8.UTFMax, len(b)+1) {
		if utf8.Valid(b[:len(b)-cut]) {
			return true
		}
	}
	return false
}

func decoder(name string) (*encoding.Decoder, error) {
	switch name {
	case "utf-8":
		return unicode.UTF8BOM.NewDecoder(), nil
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), nil
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder(), nil
	case "windows-1250":
		return charmap.Windows1250.NewDecoder(), nil
	case "iso-8859-2":
		return charmap.ISO8859_2.NewDecoder(), nil
	case "windows-1252":
		return charmap.Windows1252.NewDecoder(), nil
	}
	return nil, ErrEncoding
}

// delimiterOf returns what parts the first lines most evenly.
func delimiterOf(text string) string {
	lines := strings.SplitN(text, "\n", 12)
	if len(lines) > 1 {
		lines = lines[:len(lines)-1] // the last may be cut
	}
	best, most := ",", 0
	for _, d := range Delimiters() {
		first, same := strings.Count(outside(lines[0]), d), 0
		for _, line := range lines {
			if first > 0 && strings.Count(outside(line), d) == first {
				same++
			}
		}
		if points := same*10 + min(first, 9); first > 0 && points > most {
			best, most = d, points
		}
	}
	return best
}

// outside returns a line without what is in quotes.
func outside(line string) string {
	var b strings.Builder
	quoted := false
	for _, r := range line {
		if r == '"' {
			quoted = !quoted
		} else if !quoted {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Reader reads rows one by one.
type Reader struct {
	csv   *csv.Reader
	book  *excelize.File
	rows  *excelize.Rows
	line  int
	ended bool
}

// Open begins to read a file.
func Open(r io.Reader, o Options) (*Reader, error) {
	switch o.Format {
	case CSV:
		text, err := decoder(o.Encoding)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(Delimiters(), o.Delimiter) {
			return nil, ErrFormat
		}
		in := csv.NewReader(bufio.NewReaderSize(text.Reader(r), headSize))
		in.Comma, in.FieldsPerRecord, in.ReuseRecord = rune(o.Delimiter[0]), -1, true
		return &Reader{csv: in}, nil
	case XLSX:
		return openBook(r)
	}
	return nil, ErrFormat
}

func openBook(r io.Reader) (*Reader, error) {
	book, err := excelize.OpenReader(r, excelize.Options{UnzipSizeLimit: maxUnpack, UnzipXMLSizeLimit: maxShared})
	if err != nil {
		return nil, errors.Join(ErrFormat, err)
	}
	names := book.GetSheetList()
	if len(names) == 0 {
		return nil, errors.Join(ErrFormat, book.Close())
	}
	rows, err := book.Rows(names[0])
	if err != nil {
		return nil, errors.Join(ErrFormat, err, book.Close())
	}
	return &Reader{book: book, rows: rows}, nil
}

// Next returns the cells of the next row that is not empty, and the line at which it begins. At the end the error is io.EOF; after a
// RowError go on. The cells are valid until the next call.
func (r *Reader) Next() ([]string, int, error) {
	for {
		cells, err := r.next()
		if err != nil {
			return nil, r.line, err
		}
		for i, c := range cells {
			cells[i] = clean(c)
		}
		if len(cells) > MaxColumns {
			return nil, r.line, RowError{r.line}
		}
		if slices.ContainsFunc(cells, func(c string) bool { return c != "" }) {
			return cells, r.line, nil
		}
	}
}

func (r *Reader) next() ([]string, error) {
	if r.csv != nil {
		cells, err := r.csv.Read()
		var bad *csv.ParseError
		switch {
		case errors.As(err, &bad):
			r.line = bad.StartLine
			return nil, RowError{r.line}
		case err != nil:
			return nil, err
		}
		r.line, _ = r.csv.FieldPos(0)
		return cells, nil
	}
	if r.ended || !r.rows.Next() {
		r.ended = true
		return nil, errors.Join(io.EOF, r.rows.Error())
	}
	r.line++
	return r.rows.Columns()
}

// clean trims a cell, drops what no database keeps, and the sign before what is no formula.
func clean(cell string) string {
	cell = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(cell, "\uFFFD"), "\x00", ""))
	if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte(dangerous, cell[1]) >= 0 {
		return cell[1:]
	}
	return cell
}

// Close ends the reading.
func (r *Reader) Close() error {
	if r.book == nil {
		return nil
	}
	return errors.Join(r.rows.Close(), r.book.Close())
}
