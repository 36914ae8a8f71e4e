// Package authres reads what a mail server has found out about who sent a mail: SPF,
// DKIM and DMARC, as it stands in Authentication-Results (RFC 8601).
//
// Anybody can write such a field. Only those of a server whose name the caller trusts
// are read, and of several of its fields the uppermost, which was written last, has the word.
//
// What must never break: nothing that another server, or the sender, wrote is taken for a
// result; no field makes Read panic or take more than its own length.
package authres
