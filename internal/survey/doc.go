// Package survey keeps what customers thought of their contacts: one to five
// stars and a word for each interaction.
//
// Who may answer is decided by the channel that asked. An answer can be changed
// for a quarter of an hour; a later one is ignored, so that figures of the past
// stay as they were. The conversation shows each answer as an entry of its own.
//
// Facts: survey.answered.
//
// What must never break: an interaction has at most one answer; the time of the
// first answer stays; an answer is shown only within the actor's brands and scope.
package survey
