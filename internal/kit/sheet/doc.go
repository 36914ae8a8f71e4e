// Package sheet reads and writes tables as files: CSV in the character sets and
// with the delimiters that spreadsheets here write, and XLSX.
//
// Nothing is in memory but a row, and what XLSX keeps of shared texts. What must
// never break: no file makes the reader panic or use memory without bound; no text
// that is written is a formula to a spreadsheet.
package sheet
