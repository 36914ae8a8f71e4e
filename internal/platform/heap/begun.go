package heap

import "runtime/debug"

// Begun gives back what a program needed to begin: garbage, and the parts of its own file that nobody uses on. The
// runtime gives the garbage back within minutes; the system lets go of the file when memory is short.
func Begun() {
	debug.FreeOSMemory()
	letGoOfFile() // last: a collection touches much of it
}
