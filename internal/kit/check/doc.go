// Package check collects what is wrong with an input, field by field, in the
// codes of the catalogues.
//
// What must never break: every fault of an input is named, not only the first;
// lengths are counted in characters, as people count them.
package check
