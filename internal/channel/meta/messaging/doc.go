// Package messaging understands the events of private threads, as Meta posts them for
// Messenger and for Instagram: who says what to whom, in one shape for both.
//
// What must never break: it is pure, and survives any bytes; what it takes can be kept
// by the house; an id of a person has a meaning within its page or account alone.
package messaging
