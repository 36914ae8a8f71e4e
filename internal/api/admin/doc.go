// Package admin holds the operations with which administrators configure a tenant.
//
// Each handler reads its input, calls one use-case and shows the result; rights,
// rules, the audit log and transactions are the use-case's.
//
// What must never break: a handler decides nothing; what leaves here was allowed
// by the use-case that gave it; times are UTC, keys are text, absent is left out.
package admin
