// Package heap decides how far memory may grow before garbage is collected.
//
// A collection takes what processors there are for some ten milliseconds, and whoever writes meanwhile waits, as do
// the processes of a database beside ours. So while much is allocated memory may grow further, and there are few; while
// little is, memory is kept small.
//
// Of what beginning needs, garbage and pages of the program's file, nothing is kept.
//
// What must never break: a process that has nothing to do gives back what it took while it had, within the two minutes
// after which the runtime collects in any case; one that holds much (ten thousand desks) takes nothing more for it.
package heap
