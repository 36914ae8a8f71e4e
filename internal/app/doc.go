// Package app constructs everything once and connects it.
//
// New opens what stores (database, files, keys) and builds the services upwards,
// floor by floor, each with what it needs and nothing else. Run starts the
// processes in order and ends them in the reverse order. The small interfaces
// that packages declare for what they need are satisfied in glue.go.
//
// What must never break: New leaves nothing open when it fails; after Run
// returns no goroutine of ours runs and everything accepted is stored; two
// processes never share a data folder.
package app
