package sheet

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// dangerous begins what spreadsheets take for a formula.
const dangerous = "=+-@\t\r\n"

// Safe returns text that no spreadsheet takes for a formula.
func Safe(text string) string {
	if text != "" && strings.IndexByte(dangerous, text[0]) >= 0 {
		return "'" + text
	}
	return text
}

// MaxRows is how many rows a spreadsheet can have.
const MaxRows = 1_000_000

// ErrFull reports a table that no spreadsheet could show.
var ErrFull = errors.New("sheet: too many rows")

// Writer writes rows as they come.
type Writer struct {
	csv *csv.Writer

	out    io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	rows   int
}

// byteOrder tells spreadsheets that the file is UTF-8.
const byteOrder = "\ufeff"

// Create begins a file of a format.
func Create(out io.Writer, format string) (*Writer, error) {
	if format != XLSX {
		_, err := io.WriteString(out, byteOrder)
		return &Writer{csv: csv.NewWriter(out)}, err
	}
	book := excelize.NewFile()
	stream, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, errors.Join(err, book.Close())
	}
	return &Writer{out: out, book: book, stream: stream}, nil
}

// Row writes one row. In XLSX every cell is a text, which is never a formula.
func (w *Writer) Row(cells ...string) error {
	if w.rows++; w.rows > MaxRows {
		return ErrFull
	}
	if w.csv != nil {
		safe := make([]string, len(cells))
		for i, c := range cells {
			safe[i] = Safe(c)
		}
		return w.csv.Write(safe)
	}
	at, err := excelize.CoordinatesToCellName(1, w.rows)
	if err != nil {
		return err
	}
	values := make([]any, len(cells))
	for i, c := range cells {
		values[i] = c
	}
	return w.stream.SetRow(at, values)
}

// Close ends the file.
func (w *Writer) Close() error {
	if w.csv != nil {
		w.csv.Flush()
		return w.csv.Error()
	}
	return errors.Join(w.stream.Flush(), w.book.Write(w.out), w.book.Close())
}

// MediaType returns the type of a format.
func MediaType(format string) string {
	if format == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}
