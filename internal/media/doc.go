// Package media keeps the files that customers and agents send.
//
// A file is uploaded first and named by a message later; one that no message
// names within a day is removed. What a file is, is decided by its bytes, never
// by its name or by what the sender says. Pictures get a small preview of our
// own making, and only they and PDFs are ever shown inside a page.
//
// What must never break: nothing that a browser would run is stored; a file
// belongs to one tenant and one message; what the scanner calls infected is
// never kept.
package media
