// Package dsn reads what mail systems report about a mail of ours: bounces and
// delays (RFC 3464, and the prose of servers that know no better), complaints
// (ARF, RFC 5965), receipts of readers (MDN, RFC 8098).
//
// Anybody can write a report. Whoever acts on one makes sure first, by its
// OriginalID or EnvelopeID, that it speaks of a mail that was sent.
//
// What must never break: in doubt no address is called dead. Hard is only what
// says that the recipient does not exist or takes no mail for good.
package dsn
