// Package tnef opens winmail.dat: the format in which Outlook and Exchange wrap
// mails that other programs cannot read (MS-OXTNEF).
//
// What must never break: whatever the bytes say of their lengths, no more is
// read than is there and no more memory taken than they have, but for packed
// RTF, which is bounded. What was read before a fault is given.
package tnef
