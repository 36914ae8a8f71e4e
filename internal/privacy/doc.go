// Package privacy is the desk for what people may ask about their own data: a copy
// of all of it, and its removal; and for how long anything is kept at all.
//
// A person is everybody who is held to be one customer. What is kept about them is
// declared by the owners of the tables (package personal); Impersonal names the
// tables that hold nothing of anybody, and a test knows of each table there is.
//
// An erasure goes in steps, each of many small transactions that say how far it
// is: stopped anywhere, it goes on from there. What a legal hold, an open matter or
// the law keeps stays, with everything by which it is known whose it is, and stands
// in the certificate. Rows that figures are made of stay without their words.
// Certificates are a chain of hashes. Export and retention are walks of the same kind.
//
// An organisation is erased by itself, in one transaction: its people stay and belong to none. Who is held
// goes on belonging to theirs, which stays then, and stands in the certificate.
//
// Facts: conversation.erased, case.erased, customer.erased.
//
// What must never break: nothing of what is held is removed; an erasure that says
// it is done has left no word of the person but what its certificate names, bytes
// of files included; a figure is the same before and after.
package privacy
