// Package desk holds the operations that the desk of agents and supervisors calls.
//
// Each handler reads its input, calls one use-case and shows the result; rights,
// rules and transactions are the use-case's. Names of people come from People,
// because the engines know keys only.
//
// What must never break: a handler decides nothing; what leaves here was allowed
// by the use-case that gave it; times are UTC, keys are text, absent is left out.
package desk
