// Package setting keeps small typed choices of a tenant, a brand or a user.
//
// A setting is declared once, as a Key with its type, default and check; what is
// stored is JSON under its name. A value that no longer reads is its default.
//
// What must never break: a name keeps its meaning for ever; a value is checked
// before it is stored; what belongs to one owner is never read for another.
package setting
