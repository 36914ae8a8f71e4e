// Package threads speaks in the private threads of a page or an account at Meta: it
// sends answers, and fetches what was written and not posted to us. Messenger and
// Instagram differ in where they are asked and in how they take files, and in little else.
//
// What must never break: what Meta may have taken is not sent again by itself; of an
// answer of several parts none is sent twice; what is sent again without its quote was refused by
// Meta before, in words; errors are Failures.
package threads
