// Package media keeps the files that customers and agents send.
//
// A file is uploaded first and named by a message, or shown by an article, later;
// one that nothing names within a day is removed. Its row is there before its bytes and goes
// together with the job that deletes them. What a file is, is decided by its bytes, never
// by its name or by what the sender says. Pictures get a small preview of our
// own making. They alone are shown inside a page, and films and recordings played
// there; anything else is saved.
//
// What must never break: nothing that a browser would run is stored; a file
// belongs to one tenant and one message or article; what the scanner calls infected is
// never kept; no bytes lie in the store that no row and no job knows of.
package media
