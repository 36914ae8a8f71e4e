// Package charset decodes the texts of mails: bodies in the character set they
// say or do not say, and encoded words in headers (RFC 2047).
//
// What must never break: what comes out is valid UTF-8, whatever came in; a text
// that is UTF-8 is read as such even if it says otherwise.
package charset
