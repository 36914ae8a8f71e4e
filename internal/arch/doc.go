// Package arch checks that the house stands as its plan says.
//
// It reads the floors from docs/architecture.md, so the picture there cannot
// lie, and the whole checkout as text: who imports whom, who writes and reads
// which table, whether each package says what it is for, how long files have
// grown, whether a path of somebody's machine slipped in. Its test runs the
// rules over this checkout and over small false ones that must fail.
//
// What must never break: a rule that nothing can violate is no rule, so each
// has a false checkout in the tests; and the whole takes less than a second.
package arch
