// Package customer is the interface of the customer as one story: the timeline over
// everything, what contacts have been, what was promised, what was agreed to, and the
// organisations to which customers belong.
//
// What must never break: a handler reads its input, calls one use-case and shows
// the result; rights are the use-case's to check.
package customer
