// Package compose writes mail: headers, a text with its HTML beside it, inline
// images and files that are read only while they are sent.
//
// What must never break: no value given can add a header or a line; Bcc is in
// no header; no line is longer than 998 bytes and each ends with CRLF; the same
// Outgoing is written as the same bytes, so that a mail sent again is the same.
package compose
