// Package delivery brings what agents write to customers.
//
// Reply stores an answer and, in the same transaction, the job that sends it.
// Some channels are read by the customer's own page, which takes entries from
// the conversation itself: there, stored is sent. Others are called by Send, one
// call at a time for each entry.
//
// Edit, TakeBack, React, Like, Hide and Remove go the same way: each is an entry that names its target
// and is sent like an answer. One that a newer change has overtaken is not sent.
//
// Signs show customers that they were read and that somebody writes. OpenWithTemplate writes first
// where only approved words may begin a conversation.
//
// What must never break: one client id is one answer; an answer is never sent
// twice because of us — where a call was begun and its outcome is lost the
// delivery becomes ambiguous and a person decides; what was stored is sent or
// says why not.
package delivery
