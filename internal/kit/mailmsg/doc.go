// Package mailmsg reads Internet mail as the world writes it (RFC 5322, MIME,
// and what deviates from them) and tells mail of people from mail of machines.
//
// Around it: charset decodes bytes, tnef opens winmail.dat, quote folds quoted
// text and signatures, safehtml cleans HTML for the screen, dsn reads bounces,
// complaints and receipts, token signs what leads an answer back to us, compose
// writes mail.
//
// What must never break: no mail makes Parse panic, wait or take memory without
// bound; what cannot be read is named in Message.Defects and never invented; no
// name or id that leaves this package carries a line end or a path.
package mailmsg
